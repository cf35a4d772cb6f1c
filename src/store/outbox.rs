//! The folder of a release: files wait under hidden names until the register knows them.

use crate::register::Entered;
use crate::release::{Outbox, OutboxFault, sealed};
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the name of a waiting file begins.
const WAITING: &str = ".inbeeld-vrijgave-";

/// Where a release goes. Touches nothing before its first file.
pub struct OutFolder {
    path: PathBuf,
    waiting: Vec<(PathBuf, NamedTempFile)>,
}

impl OutFolder {
    /// The folder at this path; it need not exist yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), waiting: Vec::new() }
    }

    /// Makes the folder, and clears away what a run that was cut off left waiting. What a run still
    /// holds is locked, and stays.
    fn begin(&self) -> io::Result<()> {
        let new: Vec<&Path> = self.path.ancestors().take_while(|folder| !folder.exists()).collect();
        std::fs::create_dir_all(&self.path)?;
        for folder in new {
            // A folder's own name must survive a power cut as well, or its files are lost with it.
            let above = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(above.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            let left = entry.file_name().to_string_lossy().starts_with(WAITING) && entry.path().is_file();
            if left && !matches!(File::open(entry.path())?.try_lock(), Err(TryLockError::WouldBlock)) {
                std::fs::remove_file(entry.path())?;
            }
        }
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
        let target = self.path.join(name);
        if self.waiting.is_empty() {
            self.begin().map_err(fault(&self.path))?;
        }
        let write = || {
            // A folder in its place would refuse the file only after the register has it.
            if target.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            let mut file = tempfile::Builder::new().prefix(WAITING).tempfile_in(&self.path)?;
            file.as_file().try_lock().map_err(io::Error::from)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let file = write().map_err(fault(&target))?;
        self.waiting.push((target, file));
        Ok(())
    }

    fn publish(self, _: &Entered) -> Result<(), OutboxFault> {
        for (target, file) in self.waiting {
            let place = || {
                let folder = target.parent().unwrap_or(&self.path);
                std::fs::create_dir_all(folder)?;
                super::atomic::open_to_owner_and_readers(file.as_file())?;
                file.as_file().sync_all()?;
                file.persist(&target).map_err(|fault| fault.error)?;
                // The rename itself must survive a power cut as well.
                File::open(folder)?.sync_all()
            };
            place().map_err(fault(&target))?;
        }
        Ok(())
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
