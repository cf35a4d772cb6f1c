//! Rows of the first sheet of an Excel workbook, its cells as text in the profile's spelling.

#[cfg(feature = "xlsx")]
use super::amount::AmountForm;
use super::fault::SourceFault;
use super::forms::{DateForm, Forms, MonthForm};
use super::port::Input;
use super::profile::Profile;
use csv::ByteRecord;
use std::ops::ControlFlow;

/// The spellings of a sheet: a cell that Excel knows to be a date is given as `yyyy-mm-dd`.
pub(super) fn forms(profile: &Profile) -> Forms {
    let mut forms = profile.forms.clone();
    forms.dates.push(DateForm::YearFirst);
    forms.months.push(MonthForm::Of(DateForm::YearFirst));
    forms
}

/// This build was made without the feature `xlsx`.
#[cfg(not(feature = "xlsx"))]
pub(super) fn read(
    input: Input<'_>,
    _: &Profile,
    _: impl FnMut(u64, &ByteRecord) -> Result<ControlFlow<()>, SourceFault>,
) -> Result<(), SourceFault> {
    Err(SourceFault::SheetsLeftOut { file: input.name })
}

/// Gives every row with something in it to `visit`, the header first, with its row number; stops
/// early when `visit` breaks off. Every row has as many cells as the header: what stands beside
/// the table has no name, so it could not travel.
#[cfg(feature = "xlsx")]
pub(super) fn read(
    input: Input<'_>,
    profile: &Profile,
    mut visit: impl FnMut(u64, &ByteRecord) -> Result<ControlFlow<()>, SourceFault>,
) -> Result<(), SourceFault> {
    use calamine::{DataRef, Reader, Xlsx};
    let Input { name, mut bytes, .. } = input;
    let mut raw = zeroize::Zeroizing::new(Vec::new());
    bytes.read_to_end(&mut raw).map_err(|source| SourceFault::Read { file: name.clone(), source })?;
    let unreadable = || SourceFault::Sheet { file: name.clone() };
    let mut book = Xlsx::new(std::io::Cursor::new(raw.as_slice())).map_err(|_| unreadable())?;
    let first = book.sheet_names().into_iter().next().ok_or_else(unreadable)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| unreadable())?;

    let mut row = Row::default();
    loop {
        let cell = cells.next_cell().map_err(|_| unreadable())?;
        let ended = cell.is_none();
        let (at, column) = cell.as_ref().map_or((0, 0), calamine::Cell::get_position);
        if (ended || at != row.at) && row.give(&mut visit)?.is_break() {
            break;
        }
        let Some(cell) = cell else { break };
        row.at = at;
        if !matches!(cell.get_value(), DataRef::Empty) {
            row.set(column, spell(cell.get_value(), profile.forms.amount));
        }
    }
    Ok(())
}

/// The row that is being put together.
#[cfg(feature = "xlsx")]
#[derive(Default)]
struct Row {
    /// Row in the sheet, from 0.
    at: u32,
    cells: Vec<String>,
    /// Cells of the header, once there is one.
    width: Option<usize>,
    record: ByteRecord,
}

#[cfg(feature = "xlsx")]
impl Row {
    fn set(&mut self, column: u32, text: String) {
        // The format allows 16,384 columns (ECMA-376): a u32 is never too large here.
        let column = column as usize;
        let limit = self.width.unwrap_or(16_384);
        if column < limit {
            if column >= self.cells.len() {
                self.cells.resize(column + 1, String::new());
            }
            if let Some(cell) = self.cells.get_mut(column) {
                *cell = text;
            }
        }
    }

    fn give(
        &mut self,
        visit: &mut impl FnMut(u64, &ByteRecord) -> Result<ControlFlow<()>, SourceFault>,
    ) -> Result<ControlFlow<()>, SourceFault> {
        if self.cells.iter().all(|cell| cell.trim().is_empty()) {
            self.cells.clear();
            return Ok(ControlFlow::Continue(()));
        }
        let width = *self.width.get_or_insert(self.cells.len());
        self.cells.resize(width, String::new());
        self.record.clear();
        self.cells.iter().for_each(|cell| self.record.push_field(cell.as_bytes()));
        self.cells.clear();
        visit(u64::from(self.at) + 1, &self.record)
    }
}

/// A cell as the profile would spell it.
#[cfg(feature = "xlsx")]
fn spell(cell: &calamine::DataRef<'_>, amount: AmountForm) -> String {
    use calamine::DataRef;
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => spell_number(*number, amount),
        DataRef::Bool(yes) => if *yes { "ja" } else { "nee" }.to_owned(),
        DataRef::DateTime(moment) => {
            // Before day 1 there is only a time of day; calamine would give it a date.
            if moment.is_datetime() && moment.as_f64() >= 1.0 {
                let (year, month, day, ..) = moment.to_ymd_hms_milli();
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                NO_VALUE.to_owned()
            }
        }
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(_) | DataRef::Error(_) => NO_VALUE.to_owned(),
    }
}

/// What stands for a cell that has no value of any column, such as `#N/B`: no form accepts it, so
/// it is refused and never mistaken for an empty cell.
#[cfg(feature = "xlsx")]
const NO_VALUE: &str = "#";

/// A number without the `.0` that its type has, and with the profile's decimal mark. Six decimals
/// are kept, so that what a formula left beyond them (`0.30000000000000004`) does not count.
#[cfg(feature = "xlsx")]
fn spell_number(number: f64, amount: AmountForm) -> String {
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match (text, amount) {
        ("-0", _) => "0".to_owned(),
        (_, AmountForm::EuroComma) => text.replace('.', ","),
        _ => text.to_owned(),
    }
}

#[cfg(all(test, feature = "xlsx"))]
mod tests {
    use super::*;
    use calamine::{CellErrorType, DataRef, ExcelDateTime, ExcelDateTimeType};

    #[test]
    fn cells_are_spelled_as_the_profile_reads_them() {
        let spell = |cell: DataRef<'_>| spell(&cell, AmountForm::EuroComma);
        assert_eq!(spell(DataRef::Float(9921.0)), "9921");
        assert_eq!(spell(DataRef::Float(999_993_847.0)), "999993847");
        assert_eq!(spell(DataRef::Float(1234.5)), "1234,5");
        assert_eq!(spell(DataRef::Float(0.1 + 0.2)), "0,3");
        assert_eq!(spell(DataRef::Float(-0.0)), "0");
        assert_eq!(spell(DataRef::Float(202_610.0)), "202610");
        assert_eq!(spell(DataRef::Error(CellErrorType::NA)), "#");
        let date = |serial| DataRef::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false));
        assert_eq!(spell(date(45_943.5)), "2025-10-13");
        assert_eq!(spell(date(0.5)), "#");
        assert_eq!(spell(DataRef::DateTimeIso("2026-10-01T00:00:00".to_owned())), "2026-10-01");
    }
}
