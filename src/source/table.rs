//! Records of a CSV file with their lines, read leniently: blank lines, any line end, quotes.

use super::fault::SourceFault;
use super::profile::Profile;
use super::text::{END, Text};
use crate::ingest::{Faults, Rule, line_ends};
use csv::{ByteRecord, ReaderBuilder, Terminator};
use std::io::Read;
use std::ops::ControlFlow;

/// Longest record, in bytes (the limit that the reader of leveringen has).
const LONGEST: usize = 65_536;

/// How a record ends that swallowed the end mark: its quotes were never closed.
const END_IN_QUOTES: &[u8] = b"\0einde\0\n";

/// Gives every record to `visit`, the header first, with the line on which it begins; stops early
/// when `visit` breaks off. The faults of bytes and quotes come back at the end.
pub(super) fn read(
    name: &str,
    bytes: impl Read,
    profile: &Profile,
    mut visit: impl FnMut(u64, &ByteRecord) -> Result<ControlFlow<()>, SourceFault>,
) -> Result<Faults, SourceFault> {
    let mut reader = ReaderBuilder::new()
        .delimiter(profile.separator)
        .has_headers(false)
        // The number of fields is ours to judge: a row of only separators is blank.
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(1 << 16)
        .from_reader(Text::new(bytes, profile.charset));
    let mut record = ByteRecord::new();
    let mut faults = Faults::default();
    loop {
        let begin = reader.position().line();
        let found = reader.read_byte_record(&mut record).map_err(|fault| SourceFault::Read {
            file: name.to_owned(),
            source: match fault.into_kind() {
                csv::ErrorKind::Io(source) => source,
                _ => std::io::ErrorKind::InvalidData.into(),
            },
        })?;
        let at_end = record.len() == 1 && record.get(0) == Some(END);
        let too_long = record.as_slice().len() > LONGEST || reader.get_ref().ran_away();
        if too_long && !at_end {
            faults.row(begin, None, Rule::TeLang);
            break;
        }
        if !found || at_end {
            break;
        }
        reader.get_mut().record_read();
        // A record ends with its line; blank lines before it were skipped without a word.
        let inside = line_ends(record.as_slice());
        let line = reader.position().line().saturating_sub(1 + inside);
        if record.as_slice().ends_with(END_IN_QUOTES) {
            // No line end of its own was read.
            faults.row(line + 1, None, Rule::Afgebroken);
            break;
        }
        if visit(line, &record)?.is_break() {
            break;
        }
    }
    faults.merge(reader.into_inner().into_faults());
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Records = Vec<(u64, Vec<String>)>;

    fn records(text: &str) -> (Records, Vec<(u64, Rule)>) {
        let profile = Profile::built_in("standaard").unwrap().unwrap();
        let mut found = Vec::new();
        let faults = read("a.csv", text.as_bytes(), &profile, |line, record| {
            let cells = record.iter().map(|cell| String::from_utf8(cell.to_vec()).unwrap()).collect();
            found.push((line, cells));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        (found, faults.listed().iter().map(|fault| (fault.line, fault.rule)).collect())
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        for line_end in ["\n", "\r\n", "\r"] {
            let text = "\u{feff}a;b\n\n\n1;2\n3;\"x\ny\"\n\n\"4\";5".replace('\n', line_end);
            let (records, faults) = records(&text);
            let lines: Vec<u64> = records.iter().map(|(line, _)| *line).collect();
            assert_eq!((lines, faults), (vec![1, 4, 5, 8], vec![]), "{line_end:?}");
            assert_eq!(records[2].1[1], "x\ny");
        }
        assert_eq!(records("").0, vec![]);
        assert_eq!(records("\n\n").0, vec![]);
    }

    #[test]
    fn a_quote_that_never_closes_is_told_where_it_begins() {
        let (found, faults) = records("a;b\n1;2\n3;\"4\n5;6\n7;8\n");
        assert_eq!((found.len(), faults), (2, vec![(3, Rule::Afgebroken)]));
        assert_eq!(records("a\n1\n\"").1, vec![(3, Rule::Afgebroken)]);
        assert_eq!(records("a\n1\n\"\"").1, vec![]);
        // A file cannot feign the end.
        assert_eq!(records("a\n\0einde\0\nb").0.len(), 3);
    }

    #[test]
    fn a_record_without_end_is_not_drawn_into_memory() {
        let (found, faults) = records(&format!("a;b\n1;2\n3;\"{}", "4;5\n".repeat(1_000_000)));
        assert_eq!((found.len(), faults), (2, vec![(3, Rule::TeLang)]));
        let (_, faults) = records(&format!("a;b\n1;{}\n1;2\n", "x".repeat(70_000)));
        assert_eq!(faults, vec![(2, Rule::TeLang)]);
    }
}
