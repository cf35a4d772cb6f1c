//! The shelf of received leveringen on disk: a folder per month, and in it three files per levering.

use super::room::reserve;
use crate::receive::{Part, Shelf, Waiting};
use crate::terms::Maand;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the name of a waiting file begins.
const WAITING: &str = ".inbeeld-levering-";
/// Held while something is put in place or removed.
const LOCK: &str = ".slot";

/// The shelf of one month. Its files are for their owner alone.
pub struct DiskShelf {
    path: PathBuf,
}

impl DiskShelf {
    /// Opens the shelf of a month in this folder; makes it where it is not there, and clears away what an
    /// intake that was cut off left.
    ///
    /// # Errors
    /// What the system said.
    pub fn open(folder: &Path, periode: Maand) -> io::Result<Self> {
        let path = folder.join(periode.to_string());
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&path)?;
        File::open(folder)?.sync_all()?;
        let shelf = Self { path };
        shelf.tidy()?;
        Ok(shelf)
    }

    /// Every month that has a folder here, oldest first.
    ///
    /// # Errors
    /// What the system said.
    pub fn months(folder: &Path) -> io::Result<Vec<Maand>> {
        let mut months = Vec::new();
        let entries = match std::fs::read_dir(folder) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(months),
            entries => entries?,
        };
        for entry in entries {
            // What has another name is none of ours.
            months.extend(entry?.file_name().to_str().and_then(|name| Maand::parse(name.as_bytes()).ok()));
        }
        months.sort();
        Ok(months)
    }

    /// Removes what waits and nobody holds, and parts without a record: an intake was cut off before it
    /// put its record in place, or a removal after it took that away.
    fn tidy(&self) -> io::Result<()> {
        let _held = self.hold()?;
        let whole = self.ids()?;
        for name in self.names()? {
            let path = self.path.join(&name);
            let part = Part::ALL.into_iter().find_map(|part| name.strip_suffix(&format!(".{}", part.as_str())));
            let left = match part {
                Some(id) => !whole.iter().any(|known| known == id),
                None => {
                    name.starts_with(WAITING) && !matches!(File::open(&path)?.try_lock(), Err(TryLockError::WouldBlock))
                }
            };
            if left {
                std::fs::remove_file(&path)?;
            }
        }
        self.sync()
    }

    /// Removes the whole month.
    ///
    /// # Errors
    /// What the system said.
    pub fn destroy(self) -> io::Result<()> {
        std::fs::remove_dir_all(&self.path)?;
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            // A name that is not UTF-8 is none of ours.
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    fn place(&self, id: &str, part: Part) -> PathBuf {
        self.path.join(part.of(id))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

impl Shelf for DiskShelf {
    fn ids(&self) -> io::Result<Vec<String>> {
        let ending = format!(".{}", Part::Record.as_str());
        Ok(self.names()?.iter().filter_map(|name| Some(name.strip_suffix(&ending)?.to_owned())).collect())
    }

    fn open(&self, id: &str, part: Part) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(self.place(id, part))?))
    }

    fn begin(&self, id: &str, part: Part) -> io::Result<Box<dyn Waiting>> {
        // A temporary file begins, and stays, at mode 0600.
        let file = tempfile::Builder::new().prefix(WAITING).tempfile_in(&self.path)?;
        file.as_file().try_lock().map_err(io::Error::from)?;
        // For the head of a sealed part, which is written by a crate that does not say why it could not.
        reserve(file.as_file(), 0, 4096)?;
        Ok(Box::new(Staged { target: self.place(id, part), folder: self.path.clone(), file }))
    }

    fn hold(&self) -> io::Result<Box<dyn Send>> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(self.path.join(LOCK))?;
        lock.lock()?;
        Ok(Box::new(lock))
    }

    fn remove(&self, id: &str) -> io::Result<()> {
        for part in Part::ALL.into_iter().rev() {
            match std::fs::remove_file(self.place(id, part)) {
                Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
                _ => self.sync()?,
            }
        }
        Ok(())
    }
}

/// A part that waits for its name.
struct Staged {
    target: PathBuf,
    folder: PathBuf,
    file: NamedTempFile,
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Waiting for Staged {
    fn settle(self: Box<Self>) -> io::Result<()> {
        let Self { target, folder, file } = *self;
        file.as_file().sync_all()?;
        file.persist(&target).map_err(|fault| fault.error)?;
        // The rename itself must survive a power cut as well.
        File::open(&folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_intake_or_a_removal_left_is_cleared_away_and_what_is_held_stays() {
        let folder = tempfile::tempdir().unwrap();
        let month = Maand::parse(b"2026-10").unwrap();
        let shelf = DiskShelf::open(folder.path(), month).unwrap();
        let put = |id: &str, parts: &[Part]| {
            parts.iter().for_each(|part| shelf.begin(id, *part).unwrap().settle().unwrap());
        };
        put("heel", &Part::ALL);
        put("zonder-bijlage", &[Part::Data, Part::Record]);
        put("wees", &[Part::Data, Part::Beside]);
        let held = shelf.begin("bezig", Part::Data).unwrap();
        std::fs::write(shelf.path.join(".inbeeld-levering-dood"), "half").unwrap();
        let again = DiskShelf::open(folder.path(), month).unwrap();
        assert_eq!(again.ids().unwrap(), ["heel", "zonder-bijlage"]);
        let names = again.names().unwrap();
        assert_eq!(names.len(), 3 + 2 + 1 + 1, "{names:?}");
        held.settle().unwrap();
        assert!(again.open("bezig", Part::Data).is_ok());
        shelf.remove("heel").unwrap();
        assert_eq!(again.ids().unwrap(), ["zonder-bijlage"]);
        assert_eq!(shelf.open("heel", Part::Beside).err().unwrap().kind(), io::ErrorKind::NotFound);
        std::fs::create_dir(folder.path().join("geen-maand")).unwrap();
        assert_eq!(DiskShelf::months(folder.path()).unwrap(), [month]);
        assert!(DiskShelf::months(&folder.path().join("weg")).unwrap().is_empty());
        std::fs::remove_dir(folder.path().join("geen-maand")).unwrap();
        shelf.destroy().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
