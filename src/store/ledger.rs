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
        let begin = || {
            let new = !path.exists();
            let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
            if new {
                // Its lines are synced one by one; its name must survive a power cut as well.
                let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            }
            Ok(file)
        };
        let file = begin().map_err(RegisterFault::Storage)?;
        held(file.try_lock())?;
        Ok(Self { file })
    }

    /// Opens a register only to read it; several may at once, but none while a run writes.
    ///
    /// # Errors
    /// [`RegisterFault`] when it is not there, cannot be opened or a run holds it.
    pub fn open_to_read(path: &Path) -> Result<Self, RegisterFault> {
        let file = File::open(path).map_err(RegisterFault::Storage)?;
        held(file.try_lock_shared())?;
        Ok(Self { file })
    }

    fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn held(lock: Result<(), TryLockError>) -> Result<(), RegisterFault> {
    lock.map_err(|fault| match fault {
        TryLockError::WouldBlock => RegisterFault::Busy,
        TryLockError::Error(fault) => RegisterFault::Storage(fault),
    })
}

impl Ledger for RegisterFile {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        let bytes = self.read().map_err(RegisterFault::Storage)?;
        let mut rest = bytes.as_slice();
        let mut lines = Vec::new();
        while !rest.is_empty() {
            let line = lines.len() + 1;
            // A line without its end was cut off: by a power cut while it was written, and then nothing
            // was released under it, or by somebody later. The file does not say which, so nothing of it
            // is thrown away here.
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or(RegisterFault::Torn { line })?;
            let (text, next) = rest.split_at(end);
            // No line of ours is anything but UTF-8: a byte of it was changed.
            let text = std::str::from_utf8(text).map_err(|_| RegisterFault::Broken { line })?;
            lines.push(text.to_owned());
            rest = next.get(1..).unwrap_or_default();
        }
        Ok(lines)
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
        assert!(matches!(RegisterFile::open_to_read(&path), Err(RegisterFault::Storage(_))));
        assert!(!path.exists());
        let mut register = RegisterFile::open(&path).unwrap();
        assert!(matches!(RegisterFile::open(&path), Err(RegisterFault::Busy)));
        assert!(matches!(RegisterFile::open_to_read(&path), Err(RegisterFault::Busy)));
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

    /// What a reader of lines would forgive is a changed byte here: the hash is over all of them.
    #[test]
    fn bytes_between_lines_are_bytes_of_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.jsonl");
        let lines = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            RegisterFile::open_to_read(&path).unwrap().lines()
        };
        assert_eq!(lines(b"een\r\n\ntwee\n").unwrap(), ["een\r", "", "twee"]);
        assert_eq!(lines(b"").unwrap(), [""; 0]);
        assert!(matches!(lines(b"een\n\xff\n"), Err(RegisterFault::Broken { line: 2 })));
    }
}
