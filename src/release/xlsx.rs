//! A table as a spreadsheet: the cells as lines, as rows × columns, and what they mean.

use super::account::Context;
use super::grid::{WITHHELD, grid, lines, names};
use super::words;
use crate::disclosure::ProtectedTable;
use crate::terms::Dimensie;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// Excel shows the separators of its user: thousands apart, no decimals.
const WHOLE: &str = "#,##0";

/// How the cells of a sheet look.
struct Looks {
    head: Format,
    number: Format,
    withheld: Format,
    wrap: Format,
}

/// The bytes of `<naam>.xlsx`. They depend on the table and its context only: the moment of making,
/// which the format asks for, is that of the peildatum.
pub(super) fn workbook(table: &ProtectedTable, context: &Context<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let day = context.peildatum.datum().civil();
    let (year, month, day) = (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
    let made = ExcelDateTime::from_ymd(year, month, day)?;
    let about = &context.account.doel;
    book.set_properties(
        &DocProperties::new().set_title(&about.titel).set_author(&about.verantwoordelijke).set_creation_datetime(&made),
    );
    let looks = Looks {
        head: Format::new().set_bold(),
        number: Format::new().set_num_format(WHOLE),
        withheld: Format::new().set_align(FormatAlign::Right),
        wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
    };
    as_lines(book.add_worksheet().set_name("Tabel")?, table, &looks)?;
    if let [rows, columns] = table.tabel.dimensies.as_slice() {
        crossed(book.add_worksheet().set_name("Kruistabel")?, table, (*rows, *columns), &looks)?;
    }
    account(book.add_worksheet().set_name("Verantwoording")?, table, context, &looks)?;
    book.save_to_buffer()
}

fn cell(sheet: &mut Worksheet, row: u32, column: u16, aantal: Option<u64>, looks: &Looks) -> Result<(), XlsxError> {
    match aantal {
        // Counts of persons: far below 2⁵³, so exact as the only kind of number a sheet has.
        #[allow(clippy::cast_precision_loss, reason = "see above")]
        Some(count) => sheet.write_number_with_format(row, column, count as f64, &looks.number)?,
        None => sheet.write_string_with_format(row, column, WITHHELD, &looks.withheld)?,
    };
    Ok(())
}

/// One line per cell, as in the CSV: the same names and labels.
fn as_lines(sheet: &mut Worksheet, table: &ProtectedTable, looks: &Looks) -> Result<(), XlsxError> {
    let mut last = 0;
    for (column, name) in (0u16..).zip(names(table).into_iter().chain(["aantal"])) {
        sheet.write_string_with_format(0, column, name, &looks.head)?;
        sheet.set_column_width(column, 20)?;
        last = column;
    }
    for (row, (labels, aantal)) in (1u32..).zip(lines(table)) {
        for (column, label) in (0u16..).zip(labels) {
            sheet.write_string(row, column, label)?;
        }
        cell(sheet, row, last, aantal, looks)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The second dimension as columns, in words.
fn crossed(
    sheet: &mut Worksheet,
    table: &ProtectedTable,
    (rows, columns): (Dimensie, Dimensie),
    looks: &Looks,
) -> Result<(), XlsxError> {
    let grid = grid(table);
    sheet.write_string_with_format(0, 0, rows.as_str(), &looks.head)?;
    sheet.set_column_width(0, 24)?;
    for (column, label) in (1u16..).zip(grid.columns) {
        sheet.write_string_with_format(0, column, words::waarde(columns, label), &looks.head)?;
        sheet.set_column_width(column, 18)?;
    }
    for (at, row) in (1u32..).zip(&grid.rows) {
        for label in &row.labels {
            sheet.write_string_with_format(at, 0, words::waarde(rows, label), &looks.head)?;
        }
        for (column, aantal) in (1u16..).zip(row.cells) {
            cell(sheet, at, column, *aantal, looks)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

/// What somebody must know who finds the sheet without the rest of the release.
fn account(
    sheet: &mut Worksheet,
    table: &ProtectedTable,
    context: &Context<'_>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let (doelbinding, doel) = (&context.doelbinding, &context.account.doel);
    let mut told: Vec<(&str, String)> = vec![
        ("Titel", doel.titel.clone()),
        ("Tabel", table.tabel.naam.clone()),
        ("Peildatum", words::datum(context.peildatum.datum())),
        ("Regio", context.regio.to_string()),
        ("Wat is geteld", "personen, geen meldingen; elke jongere één keer".to_owned()),
        ("Doelgroep", words::doelgroep(doel)),
        ("Doelgroep volgens de tekst", context.account.doelgroep.clone()),
        ("Bescherming", words::methode(table)),
        ("Methode", table.tabel.methode.to_string()),
    ];
    if let Some(drempel) = table.tabel.drempel {
        told.push(("Drempel", drempel.to_string()));
    }
    if let Some(most) = table.grootste_afwijking {
        told.push(("Grootste afwijking", most.to_string()));
    }
    told.push((WITHHELD, "niet vrijgegeven. Dat is geen 0; waarom een aantal ontbreekt, staat nergens.".to_owned()));
    for source in &context.account.bronnen {
        let of = format!("{} ({})", words::bron(source.bron), words::nummer(source.identificatie));
        told.push(("Bron", format!("{of}: {}", words::dekking(source))));
    }
    told.extend([
        ("Doelbinding", format!("{} versie {}", doelbinding.id, doelbinding.versie)),
        ("Hash van de doelbinding", doelbinding.sha256.clone()),
    ]);
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 100)?;
    sheet.write_string_with_format(0, 0, "Onderwerp", &looks.head)?;
    sheet.write_string_with_format(0, 1, "Uitleg", &looks.head)?;
    for (row, (name, text)) in (1u32..).zip(told) {
        sheet.write_string_with_format(row, 0, name, &looks.wrap)?;
        sheet.write_string_with_format(row, 1, text, &looks.wrap)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}
