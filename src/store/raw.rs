//! Files around the making of leveringen at a source: raw files in, keys, profiles, a folder out.

use super::keys::read_key_for;
use super::{Staged, StoreFault, read_verwijzing_key};
use crate::pseudonym::{Pseudonymiser, Role, VerwijzingKey};
use crate::source::{Input, Output, OutputFile, Packing, PortFault};
use crate::terms::Gemeente;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Opens raw files; `.xlsx`, in any case, is a workbook and all else is CSV. In reports they go by
/// the name of the file, by the whole path as given where two have the same name.
///
/// # Errors
/// [`StoreFault::Read`] for the first that cannot be opened.
pub fn open_raw(paths: &[PathBuf]) -> Result<Vec<Input<'static>>, StoreFault> {
    let twice = |path: &PathBuf| paths.iter().filter(|other| other.file_name() == path.file_name()).count() > 1;
    let open = |path: &PathBuf| {
        let file = File::open(path).map_err(StoreFault::read(path))?;
        // Opening a folder succeeds on Unix; reading it does not, and says so less plainly.
        if file.metadata().map_err(StoreFault::read(path))?.is_dir() {
            return Err(StoreFault::read(path)(io::ErrorKind::IsADirectory.into()));
        }
        let workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
        let name = path
            .file_name()
            .filter(|_| !twice(path))
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let packing = if workbook { Packing::Xlsx } else { Packing::Csv };
        Ok(Input { name, packing, bytes: Box::new(file) })
    };
    paths.iter().map(open).collect()
}

/// The first path that is the same file as one before it: its rows would count double.
///
/// # Errors
/// [`StoreFault::Read`] when a path cannot be followed.
pub fn given_twice(paths: &[PathBuf]) -> Result<Option<&Path>, StoreFault> {
    let mut known = Vec::new();
    for path in paths {
        let real = path.canonicalize().map_err(StoreFault::read(path))?;
        if known.contains(&real) {
            return Ok(Some(path));
        }
        known.push(real);
    }
    Ok(None)
}

/// Reads the linkage key that the sources share.
///
/// # Errors
/// [`StoreFault`] naming the file, for a wrong form, mode or role.
pub fn read_pseudonymiser(path: &Path) -> Result<Pseudonymiser, StoreFault> {
    let key = read_key_for(path, Role::Koppel)?;
    Pseudonymiser::new(&key).map_err(|fault| StoreFault::Key { path: path.to_owned(), fault })
}

/// Reads every `<gemeente>.sleutel` of a folder, four digits before the dot; other files are let be.
///
/// # Errors
/// [`StoreFault`] naming the folder or the file, for a wrong form, mode or role.
pub fn read_verwijzing_keys(folder: &Path) -> Result<BTreeMap<Gemeente, VerwijzingKey>, StoreFault> {
    let mut keys = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".sleutel"));
        let Some(Ok(gemeente)) = name.map(|name| Gemeente::parse(name.as_bytes())) else { continue };
        keys.insert(gemeente, read_verwijzing_key(&path)?);
    }
    Ok(keys)
}

/// Reads the text of a profile.
///
/// # Errors
/// [`StoreFault::Read`] when there is none or it is not UTF-8.
pub fn read_profile(path: &Path) -> Result<String, StoreFault> {
    std::fs::read_to_string(path).map_err(StoreFault::read(path))
}

/// The folder that leveringen are put in. While it is open, no other run puts leveringen there:
/// two runs at once would choose the same free name.
pub struct LeveringFolder {
    path: PathBuf,
    made: bool,
    _lock: Option<File>,
}

impl LeveringFolder {
    /// Opens the folder, makes it where it is missing, and waits for another run to finish.
    ///
    /// # Errors
    /// [`StoreFault::Write`] when it cannot be made or is no folder.
    pub fn open(path: &Path) -> Result<Self, StoreFault> {
        let made = !path.exists();
        std::fs::create_dir_all(path).map_err(StoreFault::write(path))?;
        // The lock is on the folder itself, so that nothing has to be left in it. Some network file
        // systems know no locks: then the names are as safe as they were without.
        let lock = File::open(path).ok().filter(|folder| folder.lock().is_ok());
        Ok(Self { path: path.to_owned(), made, _lock: lock })
    }
}

impl Drop for LeveringFolder {
    fn drop(&mut self) {
        if self.made {
            // Succeeds only on an empty folder: after a refusal nothing of the run stays.
            let _ = std::fs::remove_dir(&self.path);
        }
    }
}

impl Output for LeveringFolder {
    fn exists(&self, name: &str) -> Result<bool, PortFault> {
        let path = self.path.join(name);
        path.try_exists().map_err(|fault| Box::new(StoreFault::read(&path)(fault)) as PortFault)
    }

    fn manifest(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path.join(name)).ok()
    }

    fn create(&mut self, name: &str) -> Result<Box<dyn OutputFile>, PortFault> {
        let staged = Staged::create(&self.path.join(name)).map_err(|fault| Box::new(fault) as PortFault)?;
        Ok(Box::new(StagedOutput(staged)))
    }

    fn remove(&mut self, name: &str) {
        // Nothing more can be done where this fails: the failure that led here is what is told.
        let _ = std::fs::remove_file(self.path.join(name));
    }
}

/// A staged file behind the port.
struct StagedOutput(Staged);

impl Write for StagedOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl OutputFile for StagedOutput {
    fn finish(self: Box<Self>) -> Result<(), PortFault> {
        self.0.finish().map_err(|fault| Box::new(fault) as PortFault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_made_for_nothing_goes_again_and_one_in_use_stays() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("uit");
        drop(LeveringFolder::open(&path).unwrap());
        assert!(!path.exists());
        let mut folder = LeveringFolder::open(&path).unwrap();
        let mut file = folder.create("a.csv").unwrap();
        file.write_all(b"a").unwrap();
        file.finish().unwrap();
        assert!(folder.exists("a.csv").unwrap());
        drop(folder);
        assert!(path.join("a.csv").exists());
        let mut folder = LeveringFolder::open(&path).unwrap();
        folder.remove("a.csv");
        drop(folder);
        assert!(path.exists());
    }

    #[test]
    fn raw_files_go_by_their_name_and_one_file_counts_once() {
        let outer = tempfile::tempdir().unwrap();
        let path = |name: &str| outer.path().join(name);
        std::fs::create_dir(path("b")).unwrap();
        for name in ["a.csv", "b/a.csv", "c.XLSX"] {
            std::fs::write(path(name), "x").unwrap();
        }
        let inputs = open_raw(&[path("a.csv"), path("c.XLSX")]).unwrap();
        let told: Vec<_> = inputs.iter().map(|input| (input.name.as_str(), input.packing)).collect();
        assert_eq!(told, [("a.csv", Packing::Csv), ("c.XLSX", Packing::Xlsx)]);
        let inputs = open_raw(&[path("a.csv"), path("b/a.csv")]).unwrap();
        assert!(inputs[1].name.ends_with("b/a.csv") && inputs[0].name != inputs[1].name);
        assert!(open_raw(&[path("b")]).is_err() && open_raw(&[path("d")]).is_err());
        let twice = [path("a.csv"), path("b/../a.csv")];
        assert_eq!(given_twice(&twice).unwrap(), Some(twice[1].as_path()));
        assert_eq!(given_twice(&twice[..1]).unwrap(), None);
    }
}
