//! Nothing half-written: write beside, sync, rename.

use super::StoreFault;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that exists under its name only once it is whole. Dropped before [`Staged::finish`], it
/// leaves nothing.
pub struct Staged {
    target: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Staged {
    /// Begins a file beside its target; makes the folder where it is missing.
    ///
    /// # Errors
    /// [`StoreFault::Write`] when the folder cannot be written.
    pub fn create(target: &Path) -> Result<Self, StoreFault> {
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(folder).map_err(StoreFault::write(folder))?;
        let file =
            tempfile::Builder::new().prefix(".inbeeld-").tempfile_in(folder).map_err(StoreFault::write(target))?;
        Ok(Self { target: target.to_owned(), file: BufWriter::with_capacity(1 << 17, file) })
    }

    /// Syncs the content and puts it under its name, over an earlier file of that name.
    ///
    /// # Errors
    /// [`StoreFault::Write`]; the earlier file is then untouched.
    pub fn finish(self) -> Result<(), StoreFault> {
        let Self { target, file } = self;
        let write = || -> io::Result<()> {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            open_to_owner_and_readers(file.as_file())?;
            file.as_file().sync_all()?;
            file.persist(&target).map_err(|fault| fault.error)?;
            // The rename itself must survive a power cut as well.
            let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        };
        write().map_err(StoreFault::write(&target))
    }
}

/// Ordinary files of ours are readable as the user's mask allows; temporary ones begin at 0600.
#[cfg(unix)]
pub(super) fn open_to_owner_and_readers(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
pub(super) fn open_to_owner_and_readers(_: &File) -> io::Result<()> {
    Ok(())
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_leaves_nothing_and_finished_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("map/uit.csv");
        std::fs::create_dir(folder.path().join("map")).unwrap();
        std::fs::write(&target, "oud").unwrap();
        let mut staged = Staged::create(&target).unwrap();
        staged.write_all(b"half").unwrap();
        drop(staged);
        assert_eq!(std::fs::read(&target).unwrap(), b"oud");
        assert_eq!(std::fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
        let mut staged = Staged::create(&target).unwrap();
        staged.write_all(b"nieuw").unwrap();
        staged.finish().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"nieuw");
        assert_eq!(std::fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }
}
