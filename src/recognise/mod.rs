//! At the municipality: an opened list with the municipality's own dossier numbers beside the
//! handles. Nothing here leaves again: what comes in was already released to this municipality, and
//! its key and its list never meet the service.

mod fault;
#[cfg(test)]
mod tests;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use fault::RecogniseFault;

use crate::pseudonym::VerwijzingKey;
use crate::terms::{Gemeente, Lijstveld};
use csv::StringRecord;
use zeroize::Zeroizing;

/// The column with the sealed handle, first in every list.
const VERWIJZING: &str = "verwijzing";
/// The only other column of a file that says what became of earlier handles.
const STATUS: &str = "status";
/// What can become of an earlier handle.
const STATUSES: [&str; 2] = ["vervallen", "niet_te_vergelijken"];
/// The separator of every CSV of ours.
const SEPARATOR: u8 = b';';

/// A list whose every handle opened. Holds dossier numbers: its place is the municipality.
pub struct Recognised {
    /// Names of the columns after the handle.
    columns: Vec<&'static str>,
    /// By dossier number, so that two months can be laid side by side.
    rows: Vec<Row>,
}

/// One row of a list.
struct Row {
    dossier: Zeroizing<String>,
    verwijzing: String,
    cells: Vec<String>,
}

/// Reads the content of an opened list and opens every handle on it. All of them open, or nothing
/// is given: a list of which a part is missing would be taken for a whole one.
///
/// # Errors
/// [`RecogniseFault`] when the content is not a list, or a handle does not open.
pub fn recognise(content: &[u8], key: &VerwijzingKey, gemeente: Gemeente) -> Result<Recognised, RecogniseFault> {
    let text = std::str::from_utf8(content).map_err(|_| RecogniseFault::NoList)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(SEPARATOR).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    // The text is UTF-8 and in memory, and rows may differ in length: nothing is left that can fail.
    let header = records.next().and_then(Result::ok).ok_or(RecogniseFault::NoList)?;
    let columns = columns(&header)?;
    let (mut rows, mut closed) = (Vec::new(), 0);
    for record in records {
        let record = record.map_err(|_| RecogniseFault::NoList)?;
        let (handle, cells) = split(&record, &columns)?;
        match key.open(gemeente, handle) {
            Ok(dossier) => rows.push(Row { dossier, verwijzing: handle.to_owned(), cells }),
            Err(_) => closed += 1,
        }
    }
    match (closed, rows.len()) {
        (0, _) => {
            rows.sort_by(|a, b| (&*a.dossier, &a.verwijzing).cmp(&(&*b.dossier, &b.verwijzing)));
            Ok(Recognised { columns, rows })
        }
        (closed, 0) => Err(RecogniseFault::NoneOpens { rows: closed }),
        (closed, opened) => Err(RecogniseFault::SomeOpen { closed, rows: closed + opened }),
    }
}

/// The columns beside the handle: those that a contactlijst may have, or the one of a file about
/// earlier handles.
fn columns(header: &StringRecord) -> Result<Vec<&'static str>, RecogniseFault> {
    let mut names = header.iter();
    if names.next() != Some(VERWIJZING) {
        return Err(RecogniseFault::NoList);
    }
    if header.len() == 2 && header.get(1) == Some(STATUS) {
        return Ok(vec![STATUS]);
    }
    let mut columns = Vec::new();
    for (name, column) in names.zip(2..) {
        let name = Lijstveld::parse(name.as_bytes()).ok_or(RecogniseFault::Column { column })?.as_str();
        if columns.contains(&name) {
            return Err(RecogniseFault::Column { column });
        }
        columns.push(name);
    }
    Ok(columns)
}

/// The handle of a row and its other cells. Those are words of closed sets: whatever else stands
/// there was put in by somebody else, and must not reach a spreadsheet.
fn split<'r>(record: &'r StringRecord, columns: &[&'static str]) -> Result<(&'r str, Vec<String>), RecogniseFault> {
    let line = record.position().map_or(0, csv::Position::line);
    let mut cells = record.iter();
    let handle = cells.next().filter(|_| record.len() == columns.len() + 1).ok_or(RecogniseFault::Cells { line })?;
    let mut kept = Vec::with_capacity(columns.len());
    for (cell, column) in cells.zip(columns) {
        let right = if *column == STATUS { STATUSES.contains(&cell) } else { is_word(cell) };
        if !right {
            return Err(RecogniseFault::Value { line, column });
        }
        kept.push(cell.to_owned());
    }
    Ok((handle, kept))
}

/// Lower-case letters, digits and `_ - +`, the last three not in front; or nothing at all. Every
/// value that a list may hold is one, and nothing that a spreadsheet takes for a formula.
fn is_word(cell: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    cell.bytes().enumerate().all(|(at, byte)| plain(byte) || (at > 0 && b"_-+".contains(&byte)))
}

impl Recognised {
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether this says what became of earlier handles, and is no list of whom to contact.
    #[must_use]
    pub fn is_about_earlier(&self) -> bool {
        self.columns == [STATUS]
    }

    /// Names of the columns as they are written.
    fn header(&self) -> impl Iterator<Item = &str> {
        ["dossier", VERWIJZING].into_iter().chain(self.columns.iter().copied())
    }

    /// The cells of every row, in the order of the header.
    fn lines(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        self.rows.iter().map(|row| {
            [row.dossier.as_str(), row.verwijzing.as_str()].into_iter().chain(row.cells.iter().map(String::as_str))
        })
    }

    /// As CSV, separator `;`. A dossier number stands in it as it is, also one that a spreadsheet
    /// would take for a formula or a number: see `docs/handleiding-gemeente.md`.
    ///
    /// # Errors
    /// [`RecogniseFault::Format`].
    pub fn csv(&self) -> Result<Zeroizing<Vec<u8>>, RecogniseFault> {
        let mut bytes = Zeroizing::new(Vec::new());
        let mut writer = csv::WriterBuilder::new().delimiter(SEPARATOR).from_writer(&mut *bytes);
        let written = writer
            .write_record(self.header())
            .and_then(|()| self.lines().try_for_each(|line| writer.write_record(line)))
            .and_then(|()| writer.flush().map_err(Into::into));
        written.map_err(|_| RecogniseFault::Format)?;
        drop(writer);
        Ok(bytes)
    }

    /// As a spreadsheet. Every cell is text: nothing becomes a number, a date or a formula.
    ///
    /// # Errors
    /// [`RecogniseFault::Format`], and in a build without spreadsheets always
    /// [`RecogniseFault::SheetsLeftOut`].
    pub fn xlsx(&self) -> Result<Zeroizing<Vec<u8>>, RecogniseFault> {
        #[cfg(feature = "xlsx")]
        return xlsx::workbook(self).map(Zeroizing::new).map_err(|_| RecogniseFault::Format);
        #[cfg(not(feature = "xlsx"))]
        Err(RecogniseFault::SheetsLeftOut)
    }
}

impl std::fmt::Debug for Recognised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recognised({} rows)", self.rows.len())
    }
}
