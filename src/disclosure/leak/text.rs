//! Bytes to rows of cells, in whichever of the usual forms a spreadsheet writes them.

use super::fault::LeakFault;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// A row and the line that it begins on.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
}

/// Rows below one header.
pub(super) struct Rows {
    pub(super) header: Row,
    pub(super) rows: Vec<Row>,
    /// Lines that are a title or a note and not part of the table.
    pub(super) skipped: Vec<u64>,
}

/// A byte order mark decides; else UTF-8, and what is no UTF-8 is windows-1252, in which every byte is a letter.
fn decode(bytes: &[u8]) -> Result<String, LeakFault> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => match UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => text.into_owned(),
            None => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        },
    };
    // A spreadsheet's own file is a zip; nothing with a zero byte is a CSV.
    if bytes.starts_with(b"PK\x03\x04") || text.contains('\0') { Err(LeakFault::NoText) } else { Ok(text) }
}

/// Header and rows.
pub(super) fn rows(bytes: &[u8]) -> Result<Rows, LeakFault> {
    let text = decode(bytes)?;
    let mut all = split(&text, separator(&text));
    let blank = |row: &Row| row.fields.iter().all(String::is_empty);
    all.retain(|row| !blank(row));
    let first_line = all.first().map(|row| row.line);
    let title = |row: &Row| row.fields.iter().skip(1).all(String::is_empty);
    let start = all.iter().position(|row| !title(row));
    let Some(start) = start else {
        return Err(first_line.map_or(LeakFault::Empty, |line| LeakFault::OneColumn { line }));
    };
    let mut skipped: Vec<u64> = all.drain(..start).map(|row| row.line).collect();
    let mut all = all.into_iter();
    let Some(mut header) = all.next() else { return Err(LeakFault::Empty) };
    while header.fields.last().is_some_and(String::is_empty) {
        header.fields.pop();
    }
    let width = header.fields.len();
    let mut rows = Vec::new();
    for mut row in all {
        // A note below the table stands alone on its line.
        if row.fields.len() == 1 {
            skipped.push(row.line);
            continue;
        }
        while row.fields.len() > width && row.fields.last().is_some_and(String::is_empty) {
            row.fields.pop();
        }
        if row.fields.len() != width {
            return Err(LeakFault::Width { line: row.line, expected: width, found: row.fields.len() });
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(LeakFault::Empty) } else { Ok(Rows { header, rows, skipped }) }
}

/// The separator that splits most lines: `;` before a tab before `,`, since a comma is also the Dutch decimal sign.
fn separator(text: &str) -> u8 {
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(200);
    let usual = lines().count();
    let splits = |separator: char| lines().filter(|line| line.contains(separator)).count();
    [';', '\t', ',']
        .into_iter()
        .find(|separator| splits(*separator) * 2 > usual)
        .map_or(b';', |separator| u8::try_from(separator).unwrap_or(b';'))
}

fn split(text: &str, separator: u8) -> Vec<Row> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    // The reader cannot fail on text that is UTF-8 and may have any number of fields.
    let records = reader.records().filter_map(Result::ok);
    records
        .map(|record| Row {
            line: record.position().map_or(0, csv::Position::line),
            fields: record.iter().map(|field| field.trim().to_owned()).collect(),
        })
        .collect()
}
