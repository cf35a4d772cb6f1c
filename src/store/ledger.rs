//! The register as a file of JSON lines.

use crate::register::{Ledger, RegisterFault};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// A register file, locked for this run.
pub struct RegisterFile {
    file: File,
}

impl RegisterFile {
    /// Opens the register, or begins an empty one.
    ///
    /// # Errors
    /// [`RegisterFault`] when it cannot be opened or another run holds it.
    pub fn open(path: &Path) -> Result<Self, RegisterFault> {
        let file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(RegisterFault::Storage)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(RegisterFault::Busy),
            Err(TryLockError::Error(fault)) => Err(RegisterFault::Storage(fault)),
        }
    }

    fn read(&mut self) -> std::io::Result<Vec<String>> {
        let mut text = String::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_string(&mut text)?;
        // A line without its end was cut off while being written: it was never acknowledged, so
        // nothing was released under it.
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            self.file.set_len(whole as u64)?;
            self.file.sync_all()?;
        }
        Ok(text.get(..whole).unwrap_or_default().lines().map(str::to_owned).collect())
    }
}

impl Ledger for RegisterFile {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        self.read().map_err(RegisterFault::Storage)
    }

    fn append(&mut self, line: &str) -> Result<(), RegisterFault> {
        let write = |file: &mut File| {
            file.write_all(format!("{line}\n").as_bytes())?;
            file.sync_all()
        };
        write(&mut self.file).map_err(RegisterFault::Storage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cut_off_is_dropped_and_a_second_run_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.jsonl");
        let mut register = RegisterFile::open(&path).unwrap();
        assert!(matches!(RegisterFile::open(&path), Err(RegisterFault::Busy)));
        register.append("{\"nr\":1}").unwrap();
        drop(register);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"nr\":2,\"half").unwrap();
        let mut register = RegisterFile::open(&path).unwrap();
        assert_eq!(register.lines().unwrap(), ["{\"nr\":1}"]);
        register.append("{\"nr\":2}").unwrap();
        assert_eq!(register.lines().unwrap(), ["{\"nr\":1}", "{\"nr\":2}"]);
    }
}
