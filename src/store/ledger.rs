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

    fn read(&mut self) -> std::io::Result<String> {
        let mut text = String::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_string(&mut text)?;
        Ok(text)
    }
}

impl Ledger for RegisterFile {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        let text = self.read().map_err(RegisterFault::Storage)?;
        // A line without its end was cut off: by a power cut while it was written, and then nothing
        // was released under it, or by somebody later. The file does not say which, so nothing of it
        // is thrown away here.
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(RegisterFault::Torn { line: text.lines().count() });
        }
        Ok(text.lines().map(str::to_owned).collect())
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
    fn a_line_cut_off_is_told_and_kept_and_a_second_run_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.jsonl");
        let mut register = RegisterFile::open(&path).unwrap();
        assert!(matches!(RegisterFile::open(&path), Err(RegisterFault::Busy)));
        register.append("{\"nr\":1}").unwrap();
        assert_eq!(register.lines().unwrap(), ["{\"nr\":1}"]);
        drop(register);
        for tail in ["{\"nr\":2,\"half", "{\"nr\":2}"] {
            let whole = std::fs::read(&path).unwrap();
            let torn = [whole.as_slice(), tail.as_bytes()].concat();
            std::fs::write(&path, &torn).unwrap();
            assert!(matches!(RegisterFile::open(&path).unwrap().lines(), Err(RegisterFault::Torn { line: 2 })));
            assert_eq!(std::fs::read(&path).unwrap(), torn);
            std::fs::write(&path, &whole).unwrap();
        }
    }
}
