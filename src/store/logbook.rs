//! The Logboek Dataverwerkingen on disk: files of JSON lines, a new one each day and when one is full.

use crate::logbook::{LogSink, Query};
use crate::terms::{Datum, Invalid};
use serde_json::Value;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Largest file, in bytes, to which lines are still added.
const FULL: u64 = 1 << 28;
/// Bytes that are read at most to answer one question.
const READ: usize = 1 << 31;
/// How a file's name ends.
const ENDING: &str = ".jsonl";
/// Held by whoever writes.
const LOCK: &str = ".slot";

/// A folder of log files, for their owner alone.
pub struct LogStore {
    pub(super) path: PathBuf,
    full: u64,
}

impl LogStore {
    /// Opens the log in this folder; makes it where it is not there.
    ///
    /// # Errors
    /// What the system said.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(path)?;
        Ok(Self { path: path.to_owned(), full: FULL })
    }

    /// A writer, today. Others wait until it is dropped.
    ///
    /// # Errors
    /// What the system said.
    pub fn writer(&self, today: Datum) -> io::Result<LogWriter<'_>> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(self.path.join(LOCK))?;
        lock.lock()?;
        Ok(LogWriter { store: self, today, file: None, _lock: lock })
    }

    /// Whether there are lines of days before a date.
    ///
    /// # Errors
    /// What the system said.
    pub fn has_before(&self, before: Datum) -> io::Result<bool> {
        Ok(!self.names_before(before)?.is_empty())
    }

    /// Removes the files of days before a date, whether a collector has confirmed them or not.
    ///
    /// # Errors
    /// What the system said.
    pub fn expire(&self, before: Datum) -> io::Result<()> {
        for name in self.names_before(before)? {
            std::fs::remove_file(self.path.join(name))?;
        }
        // That they are gone must survive a power cut as well.
        File::open(&self.path)?.sync_all()
    }

    fn names_before(&self, before: Datum) -> io::Result<Vec<String>> {
        let (before, mut names) = (before.to_string(), self.names()?);
        // Dates in this spelling sort as they follow one another.
        names.retain(|name| name.as_str() < before.as_str());
        Ok(names)
    }

    /// The lines that are sought, oldest first, and where to go on when there may be more: after so many
    /// lines, or when so much was read that whoever asks should not wait any longer.
    ///
    /// # Errors
    /// What the system said.
    pub fn search(&self, query: &Query, from: Option<&LogPlace>, most: usize) -> io::Result<Found> {
        let mut found = Found { lines: Vec::new(), next: None };
        let mut read = 0;
        self.each(from, |line, place| {
            found.lines.extend(query.find(line));
            read += line.len();
            let stop = found.lines.len() >= most || read >= READ;
            if stop {
                found.next = Some(place());
            }
            !stop
        })?;
        Ok(found)
    }

    /// Shows every whole line from a place on, with the place behind it, until told to stop.
    pub(super) fn each(
        &self,
        from: Option<&LogPlace>,
        mut show: impl FnMut(&[u8], &dyn Fn() -> LogPlace) -> bool,
    ) -> io::Result<()> {
        let mut line = Vec::new();
        for name in self.names()?.into_iter().filter(|name| from.is_none_or(|from| *name >= from.file)) {
            let mut file = match File::open(self.path.join(&name)) {
                // Its term passed in between.
                Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
                file => file?,
            };
            let mut at = match from {
                Some(from) if from.file == name => from.in_file(&mut file)?,
                _ => 0,
            };
            file.seek(SeekFrom::Start(at))?;
            let mut reader = BufReader::with_capacity(1 << 18, file);
            loop {
                line.clear();
                at += reader.read_until(b'\n', &mut line)? as u64;
                // A line without its end is being written, or was cut off.
                if line.last() != Some(&b'\n') {
                    break;
                }
                if !show(&line, &|| LogPlace { file: name.clone(), at }) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The log files, oldest first.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            names.extend(entry?.file_name().into_string().ok().filter(|name| name.ends_with(ENDING)));
        }
        names.sort();
        Ok(names)
    }
}

/// What a question found.
#[derive(Debug)]
pub struct Found {
    /// The lines.
    pub lines: Vec<Value>,
    /// Where to go on; `None` when everything was looked at.
    pub next: Option<LogPlace>,
}

/// A place between two lines of the log. Its spelling is for whoever comes back with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPlace {
    pub(super) file: String,
    pub(super) at: u64,
}

impl LogPlace {
    /// Reads a place as it is spelled.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = Invalid { expected: "een plaats zoals een eerder antwoord haar gaf" };
        let (file, at) = text.rsplit_once('.').ok_or(invalid)?;
        let name = file.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && file.len() == 17;
        match at.parse() {
            Ok(at) if name => Ok(Self { file: format!("{file}{ENDING}"), at }),
            _ => Err(invalid),
        }
    }

    /// How far into its file it is; the begin of that, where no line ends there: it is not the file that
    /// it was.
    fn in_file(&self, file: &mut File) -> io::Result<u64> {
        let Some(before) = self.at.checked_sub(1).filter(|_| file.metadata().is_ok_and(|file| file.len() >= self.at))
        else {
            return Ok(0);
        };
        let mut last = [0];
        file.seek(SeekFrom::Start(before))?;
        file.read_exact(&mut last)?;
        Ok(if last == *b"\n" { self.at } else { 0 })
    }
}

impl std::fmt::Display for LogPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.file.strip_suffix(ENDING).unwrap_or_default(), self.at)
    }
}

/// Adds lines to the log.
pub struct LogWriter<'s> {
    store: &'s LogStore,
    today: Datum,
    file: Option<(File, u64)>,
    _lock: File,
}

impl LogWriter<'_> {
    /// The file of today that still has room, or a new one.
    fn next(&self) -> io::Result<(File, u64)> {
        let today = self.today.to_string();
        let last = self.store.names()?.into_iter().rfind(|name| name.starts_with(&today));
        if let Some(name) = &last {
            let mut file = private(&self.store.path.join(name))?;
            let length = whole(&mut file)?;
            if length < self.store.full {
                return Ok((file, length));
            }
        }
        let number = last.and_then(|name| name.get(11..17)?.parse::<u32>().ok()).unwrap_or(0) + 1;
        let file = private(&self.store.path.join(format!("{today}-{number:06}{ENDING}")))?;
        File::open(&self.store.path)?.sync_all()?;
        Ok((file, 0))
    }
}

/// A file for its owner alone, at its end.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes off a last line that a power cut left without its end; gives the length of the rest.
fn whole(file: &mut File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    // No line is as long as this.
    let from = length.saturating_sub(1 << 16);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let good = tail.iter().rposition(|byte| *byte == b'\n').map_or(from, |at| from + at as u64 + 1);
    if good < length {
        file.set_len(good)?;
    }
    Ok(good)
}

impl LogSink for LogWriter<'_> {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.file.as_ref().is_some_and(|(_, length)| *length >= self.store.full) {
            self.confirm()?;
            self.file = None;
        }
        if self.file.is_none() {
            self.file = Some(self.next()?);
        }
        let Some((file, length)) = &mut self.file else { return Ok(()) };
        file.write_all(lines)?;
        *length += lines.len() as u64;
        Ok(())
    }

    fn confirm(&mut self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), |(file, _)| file.sync_all())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Datum {
        Datum::parse(text.as_bytes()).unwrap()
    }

    fn line(trace: char) -> String {
        format!("{{\"trace_id\":\"{}\",\"attributes\":{{}}}}\n", trace.to_string().repeat(32))
    }

    #[test]
    fn files_turn_are_private_expire_and_mend_a_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logboek");
        let mut store = LogStore::open(&path).unwrap();
        store.full = 100;
        for at in 0..3 {
            let mut writer = store.writer(day("2026-11-27")).unwrap();
            writer.write(line('a').as_bytes()).unwrap();
            writer.write(line('b').as_bytes()).unwrap();
            writer.confirm().unwrap();
            assert_eq!(store.names().unwrap().len(), at + 1);
        }
        let torn = path.join("2026-11-28-000001.jsonl");
        std::fs::write(&torn, [line('c').as_bytes(), b"{\"trace_id\":\"half"].concat()).unwrap();
        store.writer(day("2026-11-28")).unwrap().write(line('d').as_bytes()).unwrap();
        assert_eq!(std::fs::read_to_string(&torn).unwrap(), line('c') + &line('d'));
        let of = |trace: &str| Query::new(Some(&trace.repeat(32)), None, None).unwrap();
        let count = |trace: &str, most| {
            let (mut counts, mut from) = (Vec::new(), None);
            loop {
                let found = store.search(&of(trace), from.as_ref(), most).unwrap();
                counts.push(found.lines.len());
                let Some(next) = found.next else { return counts };
                // As whoever asks brings it back.
                from = Some(LogPlace::parse(&next.to_string()).unwrap());
            }
        };
        assert_eq!((count("a", 9), count("a", 2), count("b", 3)), (vec![3], vec![2, 1], vec![3, 0]));
        assert_eq!((count("d", 9), count("e", 9)), (vec![1], vec![0]));
        // A place that is none of this file's: everything of it is looked at, nothing passed over.
        for at in [1, 10, 1 << 40] {
            let from = LogPlace { file: "2026-11-28-000001.jsonl".to_owned(), at };
            assert_eq!(store.search(&of("d"), Some(&from), 9).unwrap().lines.len(), 1, "{at}");
        }
        for strange in ["", ".", "2026-11-28-000001.", "2026-11-28-000001.x", "../../../etc/passwd.1", "/.1"] {
            assert!(LogPlace::parse(strange).is_err(), "{strange}");
        }
        #[cfg(unix)]
        for name in store.names().unwrap().iter().filter(|name| name.starts_with("2026-11-27")) {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!store.has_before(day("2026-11-27")).unwrap() && store.has_before(day("2026-11-28")).unwrap());
        store.expire(day("2026-11-28")).unwrap();
        assert!(!store.has_before(day("2026-11-28")).unwrap());
        assert_eq!(store.names().unwrap(), ["2026-11-28-000001.jsonl"]);
    }
}
