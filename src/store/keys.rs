//! Key files on disk.

use super::StoreFault;
use crate::pseudonym::{Identity, Key, KeyFault, Role, VerwijzingKey};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Longest key file: longer cannot be one, and is not read.
const LONGEST: u64 = 4096;

/// Reads a secret text file that only its owner may read.
///
/// # Errors
/// [`StoreFault`] when it cannot be read, or others can read it.
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>, StoreFault> {
    let file = File::open(path).map_err(StoreFault::read(path))?;
    check_mode(&file, path)?;
    let mut text = Zeroizing::new(String::with_capacity(256));
    match file.take(LONGEST).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(fault) if fault.kind() == std::io::ErrorKind::InvalidData => {
            Err(StoreFault::Key { path: path.to_owned(), fault: KeyFault::Form })
        }
        Err(source) => Err(StoreFault::read(path)(source)),
    }
}

#[cfg(unix)]
fn check_mode(file: &File, path: &Path) -> Result<(), StoreFault> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(StoreFault::read(path))?.permissions().mode() & 0o7777;
    if mode & 0o177 == 0 { Ok(()) } else { Err(StoreFault::Mode { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn check_mode(_: &File, _: &Path) -> Result<(), StoreFault> {
    Ok(())
}

/// Reads a key file.
///
/// # Errors
/// [`StoreFault`] when it cannot be read, others can read it, or it is not a key.
pub fn read_key(path: &Path) -> Result<Key, StoreFault> {
    let text = read_secret(path)?;
    Key::parse(&text).map_err(|fault| StoreFault::Key { path: path.to_owned(), fault })
}

/// Reads a key file for the role that the place asks: an age identity in its place is refused by name.
/// That another role of ours is refused, is for what takes the key.
pub(super) fn read_key_for(path: &Path, wanted: Role) -> Result<Key, StoreFault> {
    let text = read_secret(path)?;
    let fault = match Key::parse(&text) {
        Ok(key) => return Ok(key),
        Err(KeyFault::Form) if Identity::parse(&text).is_ok() => KeyFault::Identity { wanted },
        Err(fault) => fault,
    };
    Err(StoreFault::Key { path: path.to_owned(), fault })
}

/// Reads a municipality's key for its handles.
///
/// # Errors
/// [`StoreFault`] naming the file, for a wrong form, mode or role.
pub fn read_verwijzing_key(path: &Path) -> Result<VerwijzingKey, StoreFault> {
    let key = read_key_for(path, Role::Verwijzing)?;
    VerwijzingKey::new(&key).map_err(|fault| StoreFault::Key { path: path.to_owned(), fault })
}

/// Reads the secret age key by which a municipality opens its lists.
///
/// # Errors
/// [`StoreFault`] naming the file, for a wrong form, mode or role.
pub fn read_identity(path: &Path) -> Result<Identity, StoreFault> {
    let text = read_secret(path)?;
    Identity::parse(&text).map_err(|fault| StoreFault::Identity { path: path.to_owned(), fault })
}

/// Writes a new secret file, mode 0600; never over an existing one.
///
/// # Errors
/// [`StoreFault::Exists`] or [`StoreFault::Write`].
pub fn write_secret(path: &Path, text: &str) -> Result<(), StoreFault> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => StoreFault::Exists { path: path.to_owned() },
        _ => StoreFault::write(path)(source),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(StoreFault::write(path))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::pseudonym::Role;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_loose_mode_is_refused_and_nothing_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("koppel.sleutel");
        let key = Key::generate(Role::Koppel).unwrap();
        write_secret(&path, &key.to_line()).unwrap();
        assert_eq!(read_key(&path).unwrap().id(), key.id());
        assert!(matches!(write_secret(&path, "x"), Err(StoreFault::Exists { .. })));
        for mode in [0o640, 0o604, 0o660, 0o700, 0o620] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(read_key(&path), Err(StoreFault::Mode { .. })), "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
        assert!(read_key(&path).is_ok());
    }
}
