//! The folder of a release: files wait under hidden names until the register knows them.

use crate::register::Entered;
use crate::release::{Outbox, OutboxFault, sealed};
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the name of a waiting file begins.
const WAITING: &str = ".inbeeld-vrijgave-";

/// Where a release goes. Touches nothing before its first file.
pub struct OutFolder {
    path: PathBuf,
    memory: Option<PathBuf>,
    /// Folders that have been made and cleared.
    begun: Vec<PathBuf>,
    waiting: Vec<Waiting>,
}

/// A file that waits for its name.
struct Waiting {
    target: PathBuf,
    file: NamedTempFile,
    /// Whether only its owner may read it.
    private: bool,
}

impl OutFolder {
    /// The folder at this path; it need not exist yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), memory: None, begun: Vec::new(), waiting: Vec::new() }
    }

    /// Remembers of the lists what must be known next time in this file.
    #[must_use]
    pub fn with_memory(self, path: &Path) -> Self {
        Self { memory: Some(path.to_owned()), ..self }
    }

    /// Makes a folder, and clears away what a run that was cut off left waiting. What a run still
    /// holds is locked, and stays.
    fn begin(&mut self, path: &Path) -> io::Result<()> {
        if self.begun.iter().any(|begun| begun == path) {
            return Ok(());
        }
        let new: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
        std::fs::create_dir_all(path)?;
        for folder in new {
            // A folder's own name must survive a power cut as well, or its files are lost with it.
            let above = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(above.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let left = entry.file_name().to_string_lossy().starts_with(WAITING) && entry.path().is_file();
            if left && !matches!(File::open(entry.path())?.try_lock(), Err(TryLockError::WouldBlock)) {
                std::fs::remove_file(entry.path())?;
            }
        }
        self.begun.push(path.to_owned());
        Ok(())
    }

    /// Writes a file that waits in a folder for its name.
    fn stage(&mut self, folder: &Path, target: PathBuf, bytes: &[u8], private: bool) -> Result<(), OutboxFault> {
        self.begin(folder).map_err(fault(folder))?;
        let write = || {
            // A folder in its place would refuse the file only after the register has it.
            if target.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            let mut file = tempfile::Builder::new().prefix(WAITING).tempfile_in(folder)?;
            file.as_file().try_lock().map_err(io::Error::from)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let file = write().map_err(fault(&target))?;
        self.waiting.push(Waiting { target, file, private });
        Ok(())
    }
}

fn fault(path: &Path) -> impl FnOnce(io::Error) -> OutboxFault {
    let place = path.display().to_string();
    move |source| OutboxFault { place, source }
}

impl sealed::Sealed for OutFolder {}

impl Outbox for OutFolder {
    fn prepare(&mut self, name: &str, bytes: &[u8]) -> Result<(), OutboxFault> {
        let folder = self.path.clone();
        self.stage(&folder, folder.join(name), bytes, false)
    }

    fn remember(&mut self, bytes: &[u8]) -> Result<(), OutboxFault> {
        let Some(target) = self.memory.clone() else { return Ok(()) };
        let folder = target.parent().map(Path::to_owned).unwrap_or_default();
        self.stage(&folder, target, bytes, true)
    }

    fn publish(self, _: &Entered) -> Result<(), OutboxFault> {
        let mut folders = BTreeSet::new();
        for Waiting { target, file, private } in self.waiting {
            let place = || {
                let folder = target.parent().unwrap_or(&self.path);
                // A list's own folder is made here, in the one where its file waits.
                if let Some(above) = file.path().parent().filter(|above| *above != folder) {
                    std::fs::create_dir_all(folder)?;
                    folders.insert(above.to_owned());
                }
                folders.insert(folder.to_owned());
                if !private {
                    super::atomic::open_to_owner_and_readers(file.as_file())?;
                }
                file.as_file().sync_all()?;
                file.persist(&target).map_err(|fault| fault.error)
            };
            place().map_err(fault(&target))?;
        }
        // The names themselves must survive a power cut as well.
        folders.iter().try_for_each(|folder| File::open(folder).and_then(|open| open.sync_all()).map_err(fault(folder)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_waits_is_hidden_and_what_a_dead_run_left_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uit");
        let mut one = OutFolder::new(&path);
        assert!(!path.exists());
        one.prepare("een.csv", b"een").unwrap();
        std::fs::write(path.join(".inbeeld-vrijgave-dood"), "half").unwrap();
        std::fs::write(path.join(".inbeeld-anders"), "van een ander").unwrap();
        assert!(names(&path).iter().all(|name| name.starts_with(".inbeeld-")));

        // A second run clears away the dead one's, not that of the one that lives.
        let mut two = OutFolder::new(&path);
        two.prepare("lijsten/twee.age", b"twee").unwrap();
        assert_eq!(names(&path).len(), 3, "{:?}", names(&path));
        assert!(!path.join(".inbeeld-vrijgave-dood").exists() && path.join(".inbeeld-anders").exists());
        drop((one, two));
        assert_eq!(names(&path), [".inbeeld-anders"]);
    }

    #[test]
    fn a_folder_where_a_file_should_come_is_told_before_anything_is_entered() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("een.csv")).unwrap();
        let told = OutFolder::new(folder.path()).prepare("een.csv", b"een").unwrap_err();
        assert!(told.to_string().contains("een.csv") && told.to_string().contains("is een map"), "{told}");
    }
}
