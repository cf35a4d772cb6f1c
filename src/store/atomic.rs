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
        let folder = folder_of(target);
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
            File::open(folder_of(&target))?.sync_all()
        };
        write().map_err(StoreFault::write(&target))
    }
}

/// Writes a new file that only its owner can read, whole or not at all; never over an existing one.
///
/// # Errors
/// [`StoreFault::Exists`] or [`StoreFault::Write`].
pub fn write_private(target: &Path, bytes: &[u8]) -> Result<(), StoreFault> {
    let folder = folder_of(target);
    let write = || -> io::Result<()> {
        // A temporary file begins, and stays, at mode 0600.
        let mut file = tempfile::Builder::new().prefix(".inbeeld-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(target).map_err(|fault| fault.error)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => StoreFault::Exists { path: target.to_owned() },
        _ => StoreFault::write(target)(source),
    })
}

/// The folder that a file goes into.
fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
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

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_and_replaces_nothing() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("lijst.csv");
        write_private(&target, b"een").unwrap();
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(write_private(&target, b"twee"), Err(StoreFault::Exists { .. })));
        assert_eq!(std::fs::read(&target).unwrap(), b"een");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = folder.path().join("weg/lijst.csv");
        assert!(matches!(write_private(&missing, b"een"), Err(StoreFault::Write { .. })));
    }

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
