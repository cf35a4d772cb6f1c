//! A backup of a service as a folder: every file under a name of its own with its hash in a manifest, for
//! its owner alone, whole or not at all. Never a key.

use super::StoreFault;
use super::db::{Database, DbFault};
use crate::fault::{Exit, Explain};
use crate::register::RegisterFault;
use crate::terms::{Moment, Sha256Hash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const SCHEMA: &str = "inbeeld/reservekopie/v1";
/// Name of the manifest.
const MANIFEST: &str = "manifest.json";
/// Name of the copy of the database.
pub const DATABASE: &str = "inbeeld.db";
/// What a file of secrets holds: one of ours, of TLS, of age, and of minisign without and with a password.
const SECRETS: [&[u8]; 5] =
    [b"inbeeld-sleutel-v1:", b"PRIVATE KEY-----", b"AGE-SECRET-KEY-", b"\nRWQAAEIy", b"\nRWRTY0Iy"];
/// Files of secrets are short, and begin within this.
const HEAD: usize = 1 << 16;

/// Why there is no backup, or why it is not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// A file or folder.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbFault),
    /// The register, which is held while it is copied.
    #[error(transparent)]
    Register(#[from] RegisterFault),
    /// A secret lies among what would be copied.
    #[error("{}: dit is een geheime sleutel, en die hoort in geen reservekopie", .0.display())]
    Secret(PathBuf),
    /// The manifest is not one of ours.
    #[error("{}: hier staat geen reservekopie van inbeeld, of haar manifest is veranderd", .0.display())]
    Manifest(PathBuf),
    /// A file is not what the manifest says, is missing, or is one too many.
    #[error("reservekopie: {0} is niet wat het manifest zegt")]
    Changed(String),
    /// Something is there already.
    #[error("{}: hier staat al iets; een reservekopie komt niet over een installatie heen", .0.display())]
    NotEmpty(PathBuf),
}

impl Explain for BackupFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(fault) => fault.code(),
            Self::Database(fault) => fault.code(),
            Self::Register(fault) => fault.code(),
            Self::Secret(_) => "sleutel-in-reservekopie",
            Self::Manifest(_) => "reservekopie-manifest",
            Self::Changed(_) => "reservekopie-veranderd",
            Self::NotEmpty(_) => "installatie-niet-leeg",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Store(fault) => fault.remedy(),
            Self::Database(fault) => fault.remedy(),
            Self::Register(fault) => fault.remedy(),
            Self::Secret(_) => {
                "Zet sleutels in een eigen map buiten die van de dienst, pas de configuratie aan, en bewaar hun kopie apart."
                    .to_owned()
            }
            Self::Manifest(_) | Self::Changed(_) => "Neem een andere reservekopie; zet deze niet terug.".to_owned(),
            Self::NotEmpty(_) => {
                "Stop de dienst en zet wat er staat eerst zelf opzij, of wijs in de configuratie lege mappen aan.".to_owned()
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Store(fault) => fault.exit(),
            Self::Database(fault) => fault.exit(),
            Self::Register(fault) => fault.exit(),
            Self::Secret(_) | Self::NotEmpty(_) => Exit::Usage,
            Self::Manifest(_) | Self::Changed(_) => Exit::Integrity,
        }
    }
}

/// A file of a backup.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    naam: String,
    bytes: u64,
    sha256: String,
}

/// What a backup holds.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    schema: String,
    versie: String,
    gemaakt: String,
    bestanden: Vec<Listed>,
}

/// A backup that is being made. Dropped before it is finished, it leaves nothing.
pub struct NewBackup {
    target: PathBuf,
    work: tempfile::TempDir,
    files: Vec<Listed>,
}

impl NewBackup {
    /// Begins beside the folder that it will be, which may not be there yet.
    ///
    /// # Errors
    /// [`BackupFault`].
    pub fn begin(target: &Path) -> Result<Self, BackupFault> {
        if target.symlink_metadata().is_ok() {
            return Err(StoreFault::Exists { path: target.to_owned() }.into());
        }
        let work = staging(above(target))?;
        Ok(Self { target: target.to_owned(), work, files: Vec::new() })
    }

    /// Copies the database as it is at this moment, while others work with it.
    ///
    /// # Errors
    /// [`BackupFault`].
    pub fn database(&mut self, database: &Database) -> Result<(), BackupFault> {
        let path = self.work.path().join(DATABASE);
        drop(private(&path)?);
        database.copy_to(&path)?;
        let mut file = File::open(&path).map_err(StoreFault::read(&path))?;
        let (sha256, bytes) =
            hash(&mut file).and_then(|found| file.sync_all().map(|()| found)).map_err(StoreFault::read(&path))?;
        self.files.push(Listed { naam: DATABASE.to_owned(), bytes, sha256: sha256.to_string() });
        Ok(())
    }

    /// Copies a file as it is at this moment; one that is not there is left out.
    ///
    /// # Errors
    /// [`BackupFault`], also where it is a secret.
    pub fn file(&mut self, naam: &str, from: &Path) -> Result<(), BackupFault> {
        let file = match File::open(from) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
            file => file.map_err(StoreFault::read(from))?,
        };
        // Whoever adds to it holds it for so long; what comes after this moment is for the next backup.
        let mut reader =
            file.metadata().map(|known| io::Read::take(&file, known.len())).map_err(StoreFault::read(from))?;
        let mut head = Vec::new();
        reader.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(StoreFault::read(from))?;
        if SECRETS.iter().any(|mark| memchr::memmem::find(&head, mark).is_some()) {
            return Err(BackupFault::Secret(from.to_owned()));
        }
        let target = self.work.path().join(naam);
        let (bytes, sha256) = copy(&mut head.as_slice().chain(reader), &target)?;
        self.files.push(Listed { naam: naam.to_owned(), bytes, sha256: sha256.to_string() });
        Ok(())
    }

    /// Copies every file of a folder and of those in it. What is hidden waits or is a lock, and stays.
    ///
    /// # Errors
    /// [`BackupFault`].
    pub fn folder(&mut self, naam: &str, from: &Path) -> Result<(), BackupFault> {
        let entries = match std::fs::read_dir(from) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(StoreFault::read(from))?,
        };
        for entry in entries {
            let path = entry.map_err(StoreFault::read(from))?.path();
            // A name that is not UTF-8 is none of ours.
            let Some(own) = path.file_name().and_then(|own| own.to_str()).filter(|own| !own.starts_with('.')) else {
                continue;
            };
            let name = format!("{naam}/{own}");
            if path.is_dir() { self.folder(&name, &path)? } else { self.file(&name, &path)? }
        }
        Ok(())
    }

    /// Writes the manifest and gives the backup its name; gives the hash of the manifest.
    ///
    /// # Errors
    /// [`BackupFault`].
    pub fn finish(mut self, now: Moment) -> Result<Sha256Hash, BackupFault> {
        self.files.sort_by(|one, other| one.naam.cmp(&other.naam));
        let manifest = Manifest {
            schema: SCHEMA.to_owned(),
            versie: env!("CARGO_PKG_VERSION").to_owned(),
            gemaakt: now.to_string(),
            bestanden: self.files,
        };
        // Texts and numbers only: it always becomes JSON.
        let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        let (_, hash) = copy(&mut text.as_slice(), &self.work.path().join(MANIFEST))?;
        let work = self.work.path().to_owned();
        sync_folders(&work)?;
        std::fs::rename(&work, &self.target).map_err(StoreFault::write(&self.target))?;
        sync(above(&self.target))?;
        Ok(hash)
    }
}

/// A backup of which every file is what its manifest says.
pub struct Backup {
    path: PathBuf,
    names: Vec<String>,
}

impl Backup {
    /// Reads a backup, all of it.
    ///
    /// # Errors
    /// [`BackupFault::Manifest`], [`BackupFault::Changed`].
    pub fn read(path: &Path) -> Result<Self, BackupFault> {
        let odd = || BackupFault::Manifest(path.to_owned());
        let text = std::fs::read(path.join(MANIFEST)).map_err(|_| odd())?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| odd())?;
        let plain = |naam: &str| {
            naam.split('/').all(|part| !part.is_empty() && part != ".." && part != ".") && !naam.contains('\0')
        };
        if manifest.schema != SCHEMA || !manifest.bestanden.iter().all(|file| plain(&file.naam)) {
            return Err(odd());
        }
        let mut known = BTreeMap::new();
        for Listed { naam, bytes, sha256 } in manifest.bestanden {
            let found = File::open(path.join(&naam)).and_then(|mut file| hash(&mut file));
            if !found.is_ok_and(|(hash, length)| hash.to_string() == sha256 && length == bytes) {
                return Err(BackupFault::Changed(naam));
            }
            known.insert(naam, ());
        }
        let mut there = Vec::new();
        names(path, "", &mut there)?;
        if let Some(strange) = there.into_iter().find(|naam| naam != MANIFEST && !known.contains_key(naam)) {
            return Err(BackupFault::Changed(strange));
        }
        Ok(Self { path: path.to_owned(), names: known.into_keys().collect() })
    }

    /// Where a file of it lies.
    #[must_use]
    pub fn place(&self, naam: &str) -> PathBuf {
        self.path.join(naam)
    }

    /// Puts files and folders back, each under its name in the backup: copied beside their places first, and
    /// then all given their names. No place may hold anything.
    ///
    /// # Errors
    /// [`BackupFault::NotEmpty`]; then nothing was touched.
    pub fn put_back(&self, places: &[(&str, &Path)]) -> Result<(), BackupFault> {
        for (_, place) in places {
            let empty = match place.symlink_metadata() {
                Err(_) => true,
                Ok(_) => std::fs::read_dir(place).is_ok_and(|mut inside| inside.next().is_none()),
            };
            if !empty {
                return Err(BackupFault::NotEmpty((*place).to_owned()));
            }
        }
        let mut waiting = Vec::new();
        for (naam, place) in places {
            let inside = format!("{naam}/");
            let own: Vec<&String> =
                self.names.iter().filter(|file| *file == naam || file.starts_with(&inside)).collect();
            if own.is_empty() {
                continue;
            }
            let folder = above(place);
            std::fs::create_dir_all(folder).map_err(StoreFault::write(folder))?;
            let work = staging(folder)?;
            for file in own {
                let from = self.place(file);
                let mut reader = File::open(&from).map_err(StoreFault::read(&from))?;
                copy(&mut reader, &work.path().join(file))?;
            }
            sync_folders(work.path())?;
            waiting.push((work.path().join(naam), *place, work));
        }
        for (from, place, _) in &waiting {
            std::fs::rename(from, place).map_err(StoreFault::write(place))?;
            sync(above(place))?;
        }
        Ok(())
    }
}

/// Refuses where a secret lies in a folder that is copied, by whatever way it is reached.
///
/// # Errors
/// [`BackupFault::Secret`].
pub fn apart(secrets: &[&Path], folders: &[&Path]) -> Result<(), BackupFault> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folders: Vec<PathBuf> = folders.iter().map(|folder| real(folder)).collect();
    match secrets.iter().find(|secret| folders.iter().any(|folder| real(secret).starts_with(folder))) {
        Some(secret) => Err(BackupFault::Secret((*secret).to_owned())),
        None => Ok(()),
    }
}

/// The folder that something lies in.
fn above(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A folder for its owner alone that is gone when it is dropped.
fn staging(folder: &Path) -> Result<tempfile::TempDir, BackupFault> {
    let mut builder = tempfile::Builder::new();
    let made = builder.prefix(".inbeeld-reservekopie-").permissions(Permissions::from_mode(0o700)).tempdir_in(folder);
    Ok(made.map_err(StoreFault::write(folder))?)
}

/// A new file for its owner alone.
fn private(path: &Path) -> Result<File, BackupFault> {
    let folder = above(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(StoreFault::write(folder))?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    Ok(file.map_err(StoreFault::write(path))?)
}

/// Copies to a new file for its owner alone; gives its length and its hash.
fn copy(from: &mut dyn Read, path: &Path) -> Result<(u64, Sha256Hash), BackupFault> {
    let mut to = private(path)?;
    let (mut digest, mut length, mut block) = (Sha256::new(), 0, vec![0; 1 << 17]);
    let mut write = || -> io::Result<()> {
        loop {
            let count = match from.read(&mut block) {
                Err(fault) if fault.kind() == ErrorKind::Interrupted => continue,
                count => count?,
            };
            let part = block.get(..count).unwrap_or_default();
            if part.is_empty() {
                return to.sync_all();
            }
            digest.update(part);
            to.write_all(part)?;
            length += count as u64;
        }
    };
    write().map_err(StoreFault::write(path))?;
    Ok((length, Sha256Hash(digest.finalize().into())))
}

fn hash(file: &mut File) -> io::Result<(Sha256Hash, u64)> {
    let mut digest = Sha256::new();
    let (mut length, mut block) = (0, vec![0; 1 << 17]);
    loop {
        let count = file.read(&mut block)?;
        if count == 0 {
            return Ok((Sha256Hash(digest.finalize().into()), length));
        }
        digest.update(block.get(..count).unwrap_or_default());
        length += count as u64;
    }
}

/// The names of all files in a folder.
fn names(folder: &Path, before: &str, found: &mut Vec<String>) -> Result<(), BackupFault> {
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        let name = format!("{before}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() { names(&path, &format!("{name}/"), found)? } else { found.push(name) }
    }
    Ok(())
}

fn sync(folder: &Path) -> Result<(), BackupFault> {
    Ok(File::open(folder).and_then(|folder| folder.sync_all()).map_err(StoreFault::write(folder))?)
}

/// Names in a folder and in those inside it must survive a power cut as well.
fn sync_folders(folder: &Path) -> Result<(), BackupFault> {
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        if path.is_dir() {
            sync_folders(&path)?;
        }
    }
    sync(folder)
}
