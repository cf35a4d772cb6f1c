//! Which lines of the Logboek Dataverwerkingen went to a collector: a mark between two lines, kept beside the log.
//!
//! A mark knows the line before it. Where that line is not there any more (a power cut took it, or a backup was
//! put back), the file of it goes again as a whole: a collector rather gets a line twice than never.

use super::logbook::{LogPlace, LogStore};
use crate::terms::Sha256Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

/// Beside the log files, so that it goes into a backup with them.
const MARK: &str = "otlp.json";
/// No line is as long as this.
const LONGEST: u64 = 1 << 16;

/// Lines that come after a mark.
pub struct Waiting {
    /// The lines, each with its end.
    pub lines: Vec<Vec<u8>>,
    mark: Mark,
}

/// Behind which line everything has yet to go.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    plaats: String,
    regel: String,
}

impl Mark {
    fn new(place: &LogPlace, line: &[u8]) -> Self {
        Self { plaats: place.to_string(), regel: Sha256Hash(Sha256::digest(line).into()).to_string() }
    }
}

impl LogStore {
    /// At most so many of the lines that no collector has confirmed, oldest first; none where all have gone.
    ///
    /// # Errors
    /// What the system said.
    pub fn waiting(&self, most: usize) -> io::Result<Option<Waiting>> {
        let from = self.confirmed()?;
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let mut last = None;
        self.each(from.as_ref(), |line, place| {
            lines.push(line.to_vec());
            let full = lines.len() >= most;
            // Of every line: which one is the last is known only behind it.
            last = Some(place());
            !full
        })?;
        let mark = lines.last().zip(last).map(|(line, place)| Mark::new(&place, line));
        Ok(mark.map(|mark| Waiting { lines, mark }))
    }

    /// Keeps that these lines have gone.
    ///
    /// # Errors
    /// What the system said; then they go again.
    pub fn gone(&self, waiting: &Waiting) -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".inbeeld-").tempfile_in(&self.path)?;
        serde_json::to_writer(&mut file, &waiting.mark)?;
        file.flush()?;
        file.as_file().sync_all()?;
        file.persist(self.path.join(MARK)).map_err(|fault| fault.error)?;
        File::open(&self.path)?.sync_all()
    }

    /// Bytes of lines that have not gone.
    ///
    /// # Errors
    /// What the system said.
    pub fn waiting_bytes(&self) -> io::Result<u64> {
        let from = self.confirmed()?;
        let mut bytes = 0;
        for name in self.names()?.into_iter().filter(|name| from.as_ref().is_none_or(|from| *name >= from.file)) {
            let before = from.as_ref().filter(|from| from.file == name).map_or(0, |from| from.at);
            let length = match std::fs::metadata(self.path.join(name)) {
                // Its term passed in between.
                Err(fault) if fault.kind() == ErrorKind::NotFound => 0,
                found => found?.len(),
            };
            bytes += length.saturating_sub(before);
        }
        Ok(bytes)
    }

    /// Up to where everything has gone; the begin of a file, where the line that went last is not in it.
    fn confirmed(&self) -> io::Result<Option<LogPlace>> {
        let mark = match std::fs::read(self.path.join(MARK)) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
            mark => mark?,
        };
        let mark: Option<Mark> = serde_json::from_slice(&mark).ok();
        let Some((mark, place)) = mark.and_then(|mark| LogPlace::parse(&mark.plaats).ok().map(|place| (mark, place)))
        else {
            return Ok(None);
        };
        let before = self.line_before(&place)?;
        let same = before.is_some_and(|line| Mark::new(&place, &line) == mark);
        Ok(Some(if same { place } else { LogPlace { at: 0, ..place } }))
    }

    /// The line that ends at a place.
    fn line_before(&self, place: &LogPlace) -> io::Result<Option<Vec<u8>>> {
        let mut file = match File::open(self.path.join(&place.file)) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let from = place.at.saturating_sub(LONGEST);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.take(place.at - from).read_to_end(&mut tail)?;
        let whole = tail.len() as u64 == place.at - from;
        let Some((b'\n', before)) = tail.split_last().filter(|_| whole) else { return Ok(None) };
        let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Ok(tail.get(begin..).map(<[u8]>::to_vec))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logbook::LogSink;
    use crate::terms::Datum;

    fn add(store: &LogStore, day: &str, lines: &[&str]) {
        let mut writer = store.writer(Datum::parse(day.as_bytes()).unwrap()).unwrap();
        for line in lines {
            writer.write(format!("{line}\n").as_bytes()).unwrap();
        }
        writer.confirm().unwrap();
    }

    /// Everything that waits, in parts of two lines.
    fn all(store: &LogStore) -> String {
        let mut told = String::new();
        while let Some(waiting) = store.waiting(2).unwrap() {
            assert!((1..=2).contains(&waiting.lines.len()));
            // Until it is confirmed the same waits.
            assert_eq!(store.waiting(2).unwrap().unwrap().lines, waiting.lines);
            told.push_str(&String::from_utf8(waiting.lines.concat()).unwrap());
            store.gone(&waiting).unwrap();
        }
        told.replace('\n', " ")
    }

    #[test]
    fn every_line_goes_once_and_over_days() {
        let folder = tempfile::tempdir().unwrap();
        let store = LogStore::open(folder.path()).unwrap();
        assert!(store.waiting(2).unwrap().is_none());
        add(&store, "2026-11-27", &["a", "b", "c"]);
        assert_eq!(store.waiting_bytes().unwrap(), 6);
        assert_eq!((all(&store).as_str(), all(&store).as_str()), ("a b c ", ""));
        assert_eq!(store.waiting_bytes().unwrap(), 0);
        add(&store, "2026-11-27", &["d"]);
        assert_eq!(store.waiting_bytes().unwrap(), 2);
        add(&store, "2026-11-28", &["e", "f"]);
        // A line that is being written waits for its end.
        std::fs::write(folder.path().join("2026-11-29-000001.jsonl"), "g\nha").unwrap();
        assert_eq!(all(&LogStore::open(folder.path()).unwrap()), "d e f g ");
        // Days that expired are not missed.
        store.expire(Datum::parse(b"2026-11-29").unwrap()).unwrap();
        add(&store, "2026-11-30", &["i"]);
        assert_eq!(all(&store), "i ");
    }

    /// A file that was cut and grew again to the same length: by its length alone the new lines would be passed over.
    #[test]
    fn what_was_cut_or_put_back_goes_again_and_nothing_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = LogStore::open(folder.path()).unwrap();
        add(&store, "2026-11-27", &["a", "b", "c"]);
        assert_eq!(all(&store), "a b c ");
        let file = folder.path().join("2026-11-27-000001.jsonl");
        std::fs::write(&file, "a\n").unwrap();
        add(&store, "2026-11-27", &["x", "y"]);
        assert_eq!(all(&store), "a x y ");
        std::fs::write(&file, "a\n").unwrap();
        assert_eq!(all(&store), "a ");
        std::fs::remove_file(&file).unwrap();
        add(&store, "2026-11-27", &["p", "q"]);
        assert_eq!(all(&store), "p q ");
        for strange in ["", "{}", r#"{"plaats":"x","regel":"y"}"#] {
            std::fs::write(folder.path().join(MARK), strange).unwrap();
            assert_eq!(all(&store), "p q ", "{strange}");
        }
    }
}
