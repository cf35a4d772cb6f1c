//! The audit log as a file of JSON lines that several processes may add to: the service, and whoever
//! uses the command line beside it.

use super::room::reserve;
use super::{StoreFault, write_private};
use crate::audit::{self, Act, Actor, AuditFault, Outcome};
use crate::chain::End;
use crate::terms::{Moment, Sha256Hash};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes that are free behind the last line when an act begins: for the ends of some hundred acts.
const AHEAD: u64 = 64 * 1024;

/// The log, verified from its first line to where it was last seen to end.
pub struct AuditFile {
    path: PathBuf,
    file: File,
    end: End,
    /// Bytes up to that end.
    size: u64,
}

/// An act that has begun. Ending it needs the log again; dropped without that, it stays open there.
#[must_use]
pub struct Begun {
    nr: usize,
}

impl AuditFile {
    /// Opens the log, or begins an empty one (mode 0600), and verifies all of it. Bytes behind the last
    /// line end, left by a crash, are set aside in a file beside it, and a line says so.
    ///
    /// # Errors
    /// [`AuditFault`] when it cannot be opened, or its chain is broken.
    pub fn open(path: &Path, now: Moment) -> Result<Self, AuditFault> {
        let begin = || {
            let new = !path.exists();
            let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
            if new {
                File::open(folder(path))?.sync_all()?;
            }
            Ok(file)
        };
        let file = begin().map_err(AuditFault::Storage)?;
        let mut log = Self { path: path.to_owned(), file, end: End::EMPTY, size: 0 };
        log.locked(now, |_| Ok(()))?;
        Ok(log)
    }

    /// Every whole line of a log, to be read by [`audit::Log::read`]. A line that is being written right
    /// now, or was cut off, is left out.
    ///
    /// # Errors
    /// [`AuditFault`].
    pub fn lines(path: &Path) -> Result<Vec<String>, AuditFault> {
        let mut file = File::open(path).map_err(AuditFault::Storage)?;
        file.lock_shared().map_err(AuditFault::Storage)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(AuditFault::Storage)?;
        let mut lines: Vec<String> = Vec::new();
        for line in whole(&bytes).0 {
            let text = std::str::from_utf8(line).map_err(|_| AuditFault::Broken { line: lines.len() + 1 })?;
            lines.push(text.to_owned());
        }
        Ok(lines)
    }

    /// Writes that an act begins, before anything of it is done.
    ///
    /// # Errors
    /// [`AuditFault`]; then it may not be done.
    pub fn begin(&mut self, now: Moment, actor: &Actor, act: Act, object: Option<&str>) -> Result<Begun, AuditFault> {
        self.locked(now, |log| {
            // An act may only begin where its end can be told too, and those of all others that go on.
            reserve(&log.file, log.size, AHEAD).map_err(AuditFault::Storage)?;
            log.add(audit::begin(log.end, now, actor, act, object)?)
        })?;
        Ok(Begun { nr: self.end.lines })
    }

    /// Writes how an act ended; gives the head of the log, to be told to a counterparty.
    ///
    /// # Errors
    /// [`AuditFault`]; then the log goes on saying that it is open.
    pub fn finish(
        &mut self,
        now: Moment,
        begun: Begun,
        ended: (Outcome, Option<&str>),
        object: Option<&str>,
    ) -> Result<Sha256Hash, AuditFault> {
        self.locked(now, |log| log.add(audit::finish(log.end, now, begun.nr, ended, object)?))?;
        Ok(self.end.head)
    }

    /// Hash of the last line that is known.
    #[must_use]
    pub fn head(&self) -> Sha256Hash {
        self.end.head
    }

    /// Takes the file for one addition, after taking in what others added since.
    fn locked(
        &mut self,
        now: Moment,
        work: impl FnOnce(&mut Self) -> Result<(), AuditFault>,
    ) -> Result<(), AuditFault> {
        self.file.lock().map_err(AuditFault::Storage)?;
        let done = self.catch_up(now).and_then(|()| work(self));
        self.file.unlock().map_err(AuditFault::Storage)?;
        done
    }

    fn catch_up(&mut self, now: Moment) -> Result<(), AuditFault> {
        let size = self.file.metadata().map_err(AuditFault::Storage)?.len();
        if size < self.size {
            return Err(AuditFault::Broken { line: self.end.lines });
        }
        let mut bytes = Vec::new();
        let read = self.file.seek(SeekFrom::Start(self.size)).and_then(|_| self.file.read_to_end(&mut bytes));
        read.map_err(AuditFault::Storage)?;
        let (lines, torn) = whole(&bytes);
        for line in lines {
            let broken = AuditFault::Broken { line: self.end.lines + 1 };
            let text = std::str::from_utf8(line).ok();
            self.end = text.and_then(|text| self.end.follow(text)).ok_or(broken)?;
            self.size += line.len() as u64 + 1;
        }
        if torn.is_empty() { Ok(()) } else { self.set_aside(now, torn) }
    }

    /// Takes bytes that no line end follows out of the log, keeps them beside it, and says so in the log.
    fn set_aside(&mut self, now: Moment, torn: &[u8]) -> Result<(), AuditFault> {
        let hash = Sha256Hash(Sha256::digest(torn).into());
        match write_private(&beside(&self.path, hash), torn) {
            // Set aside before, by somebody who was cut off in his turn: the name is that of the bytes.
            Ok(()) | Err(StoreFault::Exists { .. }) => {}
            Err(StoreFault::Write { source, .. }) => return Err(AuditFault::Storage(source)),
            Err(_) => return Err(AuditFault::Storage(std::io::ErrorKind::Other.into())),
        }
        self.file.set_len(self.size).map_err(AuditFault::Storage)?;
        self.add(audit::repaired(self.end, now, torn.len() as u64, hash)?)
    }

    fn add(&mut self, (line, end): (String, End)) -> Result<(), AuditFault> {
        let write = |file: &mut File| {
            file.write_all(format!("{line}\n").as_bytes())?;
            file.sync_all()
        };
        if let Err(fault) = write(&mut self.file) {
            // A full disk can take half a line: what was not promised is taken back. Where even that
            // fails, the next addition finds the half line and sets it aside.
            let _ = self.file.set_len(self.size);
            return Err(AuditFault::Storage(fault));
        }
        self.size += line.len() as u64 + 1;
        self.end = end;
        Ok(())
    }
}

/// Where bytes are kept that were found behind the last line.
fn beside(path: &Path, hash: Sha256Hash) -> PathBuf {
    path.with_extension(format!("afgebroken-{:.16}", hash.to_string()))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The lines that have their end, and what comes behind the last.
fn whole(bytes: &[u8]) -> (impl Iterator<Item = &[u8]>, &[u8]) {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (whole, torn) = bytes.split_at(end);
    // Each piece but the last was ended by a line end.
    let lines = whole.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line));
    (lines, torn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Log;

    fn now() -> Moment {
        Moment::from_unix_seconds(1_800_000_000).unwrap()
    }

    fn act(log: &mut AuditFile) {
        let begun = log.begin(now(), &Actor::Console, Act::NewAccount, Some("jan")).unwrap();
        log.finish(now(), begun, (Outcome::Done, None), None).unwrap();
    }

    #[test]
    fn two_processes_add_to_one_chain() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let (mut one, mut other) = (AuditFile::open(&path, now()).unwrap(), AuditFile::open(&path, now()).unwrap());
        let begun = one.begin(now(), &Actor::Service, Act::Start, None).unwrap();
        act(&mut other);
        act(&mut one);
        one.finish(now(), begun, (Outcome::Done, None), None).unwrap();
        act(&mut other);
        let log = Log::read(&AuditFile::lines(&path).unwrap()).unwrap();
        assert_eq!((log.lines(), log.acts.len(), log.open().len()), (8, 4, 0));
        assert_eq!(log.head(), other.head());
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn half_a_line_is_set_aside_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        act(&mut AuditFile::open(&path, now()).unwrap());
        let good = std::fs::read(&path).unwrap();
        for (at, torn) in [&b"{\"schema\":\"inbeeld/audit/v1\",\"nr\":3,\"vor"[..], b"\xff\xfe"].into_iter().enumerate()
        {
            let before = if at == 0 { good.clone() } else { std::fs::read(&path).unwrap() };
            std::fs::write(&path, [before.as_slice(), torn].concat()).unwrap();
            assert_eq!(AuditFile::lines(&path).unwrap().len(), 2 + 3 * at);
            let mut log = AuditFile::open(&path, now()).unwrap();
            act(&mut log);
            let kept = beside(&path, Sha256Hash(Sha256::digest(torn).into()));
            assert_eq!(std::fs::read(kept).unwrap(), torn);
            let read = Log::read(&AuditFile::lines(&path).unwrap()).unwrap();
            assert_eq!((read.repairs, read.acts.len(), read.open().len()), (at + 1, 2 + at, 0));
        }
        assert!(std::fs::read(&path).unwrap().starts_with(&good));
    }

    #[test]
    fn a_changed_or_shortened_log_takes_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let mut log = AuditFile::open(&path, now()).unwrap();
        act(&mut log);
        act(&mut log);
        let good = std::fs::read(&path).unwrap();
        std::fs::write(&path, &good[..good.len() / 2]).unwrap();
        assert!(matches!(log.begin(now(), &Actor::Service, Act::Stop, None), Err(AuditFault::Broken { .. })));
        let mut changed = good.clone();
        changed[40] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        assert!(matches!(AuditFile::open(&path, now()), Err(AuditFault::Broken { line: 1 | 2 })));
        std::fs::write(&path, &good).unwrap();
        act(&mut log);
    }
}
