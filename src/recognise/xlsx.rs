//! An opened list as a spreadsheet.

use super::Recognised;
use rust_xlsxwriter::{DocProperties, Format, IgnoreError, Workbook, XlsxError};

/// Excel keeps what is typed into such a cell as it is, also when somebody edits it.
const TEXT: &str = "@";

/// The bytes of the workbook: one sheet, every cell text.
pub(super) fn workbook(list: &Recognised) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_title("Geopende lijst, met dossiernummers"));
    let (head, text) = (Format::new().set_bold(), Format::new().set_num_format(TEXT));
    let sheet = book.add_worksheet().set_name("Lijst")?;
    let (mut last_row, mut last_column) = (0, 0);
    for (column, name) in (0u16..).zip(list.header()) {
        sheet.write_string_with_format(0, column, name, &head)?;
        sheet.set_column_width(column, 20)?;
        last_column = column;
    }
    for (row, line) in (1u32..).zip(list.lines()) {
        for (column, cell) in (0u16..).zip(line) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
        last_row = row;
    }
    // Or Excel marks every dossier number that looks like a number, and offers to make it one.
    sheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, last_row, last_column)?;
    book.save_to_buffer()
}
