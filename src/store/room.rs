//! Room on the disk, asked for before it is needed: where there is none, nothing has been begun.

use std::fs::File;
use std::io;

/// Makes sure of so many bytes from a place in a file, without changing its length.
///
/// # Errors
/// What the system said: that the disk is full. Not every file system can tell; those find out while writing.
#[cfg(target_os = "linux")]
pub(super) fn reserve(file: &File, from: u64, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    match fallocate(file, FallocateFlags::KEEP_SIZE, from, bytes) {
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

/// No other system has a way that leaves the length as it is.
#[cfg(not(target_os = "linux"))]
pub(super) fn reserve(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}
