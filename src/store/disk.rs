//! The disk itself: whether it is full, and folders that are for nobody else.

use super::StoreFault;
use std::error::Error;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Whether something failed because the disk is full, however deep that lies.
#[must_use]
pub fn disk_is_full(fault: &(dyn Error + 'static)) -> bool {
    let mut next = Some(fault);
    while let Some(fault) = next {
        let file = fault.downcast_ref::<io::Error>().map(io::Error::kind);
        let database = fault.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
        if matches!(file, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
            || database == Some(rusqlite::ErrorCode::DiskFull)
        {
            return true;
        }
        next = fault.source();
    }
    false
}

/// Makes a folder, and those above it that are missing, for the owner alone. One that is there stays as it is.
///
/// # Errors
/// [`StoreFault::Write`].
pub fn private_folder(path: &Path) -> Result<(), StoreFault> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StoreFault::write(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::AuditFault;
    use crate::store::TrustFault;
    use crate::store::db::DbFault;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_full_disk_is_seen_through_every_fault() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let path = Path::new("x");
        let sqlite = |code| rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        assert!(disk_is_full(&StoreFault::write(path)(full())));
        assert!(disk_is_full(&TrustFault::Store(StoreFault::write(path)(full()))));
        assert!(disk_is_full(&AuditFault::Storage(full())));
        assert!(disk_is_full(&crate::receive::ReceiveFault::Storage(full())));
        assert!(disk_is_full(&crate::register::RegisterFault::Storage(full())));
        assert!(disk_is_full(&DbFault::Sqlite(sqlite(rusqlite::ffi::SQLITE_FULL))));
        assert!(disk_is_full(&DbFault::File { path: path.to_owned(), source: io::ErrorKind::QuotaExceeded.into() }));
        assert!(!disk_is_full(&AuditFault::Storage(io::ErrorKind::PermissionDenied.into())));
        assert!(!disk_is_full(&DbFault::Sqlite(sqlite(rusqlite::ffi::SQLITE_BUSY))));
    }

    #[test]
    fn a_folder_is_made_for_the_owner_alone_and_an_old_one_left() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (above, path) = (folder.path().join("a"), folder.path().join("a/b"));
        private_folder(&path).unwrap();
        assert_eq!((mode(&above), mode(&path)), (0o700, 0o700));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o750)).unwrap();
        private_folder(&path).unwrap();
        assert_eq!(mode(&path), 0o750);
    }
}
