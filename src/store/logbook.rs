//! The Logboek Dataverwerkingen on disk: files of JSON lines, a new one each day and when one is full.

use crate::logbook::{LogSink, Query};
use crate::terms::Datum;
use serde_json::Value;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Largest file, in bytes, to which lines are still added.
const FULL: u64 = 1 << 28;
/// How a file's name ends.
const ENDING: &str = ".jsonl";
/// Held by whoever writes.
const LOCK: &str = ".slot";

/// A folder of log files, for their owner alone.
pub struct LogStore {
    path: PathBuf,
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

    /// Removes the files of days before a date.
    ///
    /// # Errors
    /// What the system said.
    pub fn expire(&self, before: Datum) -> io::Result<()> {
        let before = before.to_string();
        // Dates in this spelling sort as they follow one another.
        for name in self.names()?.iter().filter(|name| name.as_str() < before.as_str()) {
            std::fs::remove_file(self.path.join(name))?;
        }
        File::open(&self.path)?.sync_all()
    }

    /// The lines that are sought, oldest first; so many after the first ones that are passed over, and
    /// whether there are more.
    ///
    /// # Errors
    /// What the system said.
    pub fn search(&self, query: &Query, pass: usize, most: usize) -> io::Result<(Vec<Value>, bool)> {
        let mut found = Vec::new();
        let mut passed = 0;
        let mut line = Vec::new();
        for name in self.names()? {
            let mut reader = BufReader::with_capacity(1 << 18, File::open(self.path.join(name))?);
            loop {
                line.clear();
                if reader.read_until(b'\n', &mut line)? == 0 {
                    break;
                }
                let Some(value) = query.find(&line) else { continue };
                if passed < pass {
                    passed += 1;
                } else if found.len() == most {
                    return Ok((found, true));
                } else {
                    found.push(value);
                }
            }
        }
        Ok((found, false))
    }

    /// The log files, oldest first.
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            names.extend(entry?.file_name().into_string().ok().filter(|name| name.ends_with(ENDING)));
        }
        names.sort();
        Ok(names)
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
        let count = |trace, pass, most| {
            let (found, more) = store.search(&of(trace), pass, most).unwrap();
            (found.len(), more)
        };
        assert_eq!((count("a", 0, 9), count("a", 0, 2), count("a", 2, 2)), ((3, false), (2, true), (1, false)));
        assert_eq!((count("d", 0, 9), count("e", 0, 9)), ((1, false), (0, false)));
        #[cfg(unix)]
        for name in store.names().unwrap().iter().filter(|name| name.starts_with("2026-11-27")) {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        store.expire(day("2026-11-28")).unwrap();
        assert_eq!(store.names().unwrap(), ["2026-11-28-000001.jsonl"]);
    }
}
