//! Doelbindingen, their signatures, and the keys that are trusted.

use super::{StoreFault, keys::read_secret};
use crate::disclosure::Recipients;
use crate::doelbinding::{PublicKeyFault, TrustedKey, same_signer};
use crate::fault::{Exit, Explain};
use crate::pseudonym::Recipient;
use crate::terms::Gemeente;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The trusted keys cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TrustFault {
    /// A file cannot be read.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A file is not a key.
    #[error(transparent)]
    Key(#[from] PublicKeyFault),
    /// There is no key at all.
    #[error("{}: hier staat geen openbare sleutel (.pub)", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl Explain for TrustFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(fault) => fault.code(),
            Self::Key(fault) => fault.code(),
            Self::Empty { .. } => "geen-vertrouwde-sleutel",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Store(fault) => fault.remedy(),
            Self::Key(fault) => fault.remedy(),
            Self::Empty { .. } => {
                "Zet hier de openbare sleutel van de FG, of wijs met --vertrouwd het bestand aan.".to_owned()
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Store(fault) => fault.exit(),
            Self::Key(fault) => fault.exit(),
            Self::Empty { .. } => Exit::Usage,
        }
    }
}

fn read_text(path: &Path) -> Result<String, StoreFault> {
    std::fs::read_to_string(path).map_err(StoreFault::read(path))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// The files with this ending in a folder, by name.
fn with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, StoreFault> {
    let mut files = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(StoreFault::read(folder))?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == extension));
    files.sort();
    Ok(files)
}

/// Every text directly in a folder, by name.
///
/// # Errors
/// [`StoreFault`] when the folder cannot be read.
pub fn doelbindingen_in(folder: &Path) -> Result<Vec<PathBuf>, StoreFault> {
    with_extension(folder, "toml")
}

/// The trusted keys: one `.pub` file, or every one in a folder, each with its `.toml` if it has one.
///
/// # Errors
/// [`TrustFault`].
pub fn read_trusted(path: &Path) -> Result<Vec<TrustedKey>, TrustFault> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        files = with_extension(path, "pub")?;
        if files.is_empty() {
            return Err(TrustFault::Empty { path: path.to_owned() });
        }
    }
    let read = |file: &PathBuf| {
        let dates = file.with_extension("toml");
        let dates = if dates.is_file() && dates != *file { Some(read_text(&dates)?) } else { None };
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(TrustedKey::parse(&name, &read_text(file)?, dates.as_deref())?)
    };
    files.iter().map(read).collect()
}

/// The text of a doelbinding and the signatures beside it.
///
/// # Errors
/// [`StoreFault`] when the text cannot be read.
pub fn read_doelbinding(path: &Path) -> Result<(Vec<u8>, Vec<String>), StoreFault> {
    let text = std::fs::read(path).map_err(StoreFault::read(path))?;
    let mut signatures = Vec::new();
    for ending in [".minisig", ".2.minisig"] {
        let signature = with_ending(path, ending);
        if signature.is_file() {
            // One that is no text at all is no signature; that is what the reader will find.
            signatures.push(read_text(&signature).unwrap_or_default());
        }
    }
    Ok((text, signatures))
}

/// Where a signature goes: over an earlier one of the same key, else in the first place that is
/// free, the second being for a second pair of eyes.
#[must_use]
pub fn signature_place(path: &Path, signature: &str) -> PathBuf {
    let first = with_ending(path, ".minisig");
    match read_text(&first) {
        Ok(earlier) if !same_signer(&earlier, signature) => with_ending(path, ".2.minisig"),
        _ => first,
    }
}

/// The public key of every municipality that has one in a folder, each in `<gemeente>.txt`. Without
/// the folder nobody has one.
///
/// # Errors
/// [`StoreFault`] when the folder or a file in it cannot be read.
pub fn read_recipients(folder: &Path) -> Result<Recipients, StoreFault> {
    let mut found = Recipients::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        let code = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".txt"));
        let Some(gemeente) = code.and_then(|code| Gemeente::parse(code.as_bytes()).ok()) else { continue };
        // What is no text is no key: that list is refused by name, the others go out.
        let text = std::fs::read(&path).map_err(StoreFault::read(&path))?;
        found.insert(gemeente, Recipient::parse(&String::from_utf8_lossy(&text)));
    }
    Ok(found)
}

/// Where is remembered who was on the lists of a purpose: beside the register.
#[must_use]
pub fn memory_beside(register: &Path, doelbinding: &str) -> PathBuf {
    register.with_file_name("intrekking").join(format!("{doelbinding}.verzegeld"))
}

/// What the run before remembered of the lists of a purpose; `None` when there was none.
///
/// # Errors
/// [`StoreFault`] when it is there and cannot be read.
pub fn read_memory(path: &Path) -> Result<Option<Vec<u8>>, StoreFault> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(StoreFault::read(path)(fault)),
    }
}

/// The text of a secret signing key.
///
/// # Errors
/// [`StoreFault`] when it cannot be read or others can read it.
pub fn read_signing_key(path: &Path) -> Result<Zeroizing<String>, StoreFault> {
    read_secret(path)
}
