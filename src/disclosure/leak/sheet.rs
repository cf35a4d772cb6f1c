//! Rows to a table: one row per cell, or a crosstab.

use std::collections::HashMap;

use super::fault::LeakFault;
use super::mark::{self, Unreadable};
use super::table::{Cell, Dimension, Table};
use super::text::{Row, Rows};

/// Names of a column of figures, in lower case: the table then has one row per cell.
const COUNTS: &[&str] = &["aantal", "aantallen", "waarde", "count", "personen", "jongeren"];
const SHARES: &[&str] = &["percentage", "percentages", "procent", "%", "aandeel"];

/// What a total is called, in lower case.
const TOTALS: &[&str] = &[
    "totaal",
    "total",
    "eindtotaal",
    "totaal generaal",
    "algemeen totaal",
    "totaal aantal",
    "totale",
    "alle",
    "allen",
    "som",
    "sum",
    "n",
    "n=",
    "totaal (n)",
    "grand total",
];

fn is_total(label: &str) -> bool {
    TOTALS.contains(&label.trim().to_lowercase().trim_end_matches(':'))
}

/// A cell before all labels are known: its label per dimension, `None` for the total.
struct Found<'a> {
    labels: Vec<Option<&'a str>>,
    text: &'a str,
    line: u64,
    column: usize,
}

/// Reads the rows as a table.
pub(super) fn table(rows: &Rows) -> Result<Table, LeakFault> {
    let header = &rows.header;
    let last = header.fields.last().map(|name| name.to_lowercase()).unwrap_or_default();
    let tidy = COUNTS.contains(&last.as_str()) || SHARES.contains(&last.as_str());
    let (names, found) = if tidy { per_cell(rows)? } else { crosstab(rows)? };
    let mut table = laid_out(names, &found)?;
    table.named_percentage = tidy && SHARES.contains(&last.as_str())
        || header.fields.first().is_some_and(|name| SHARES.contains(&name.to_lowercase().as_str()));
    table.skipped.clone_from(&rows.skipped);
    Ok(table)
}

fn per_cell(rows: &Rows) -> Result<(Vec<String>, Vec<Found<'_>>), LeakFault> {
    let Some((_, names)) = rows.header.fields.split_last() else { return Err(LeakFault::Empty) };
    let line = rows.header.line;
    if names.is_empty() {
        return Err(LeakFault::OneColumn { line });
    }
    let measure = |name: &String| [COUNTS, SHARES].iter().any(|all| all.contains(&name.to_lowercase().as_str()));
    if names.iter().any(measure) {
        return Err(LeakFault::TwoMeasures { line });
    }
    let mut found = Vec::new();
    for row in &rows.rows {
        let Some((text, labels)) = row.fields.split_last() else { continue };
        let labels = labels.iter().enumerate().map(|(at, label)| labelled(label, row.line, at + 1));
        let labels = labels.collect::<Result<_, _>>()?;
        found.push(Found { labels, text, line: row.line, column: names.len() + 1 });
    }
    Ok((names.to_vec(), found))
}

fn crosstab(rows: &Rows) -> Result<(Vec<String>, Vec<Found<'_>>), LeakFault> {
    let columns: Vec<Option<&str>> = columns(&rows.header)?;
    let corner = rows.header.fields.first().filter(|name| !name.is_empty()).map_or("rij", String::as_str);
    // A corner such as "klasse / gemeente" names both.
    let (row_name, column_name) = match corner.split_once(['/', '\\', '×']) {
        Some((row, column)) if !row.trim().is_empty() && !column.trim().is_empty() => (row.trim(), column.trim()),
        _ => (corner, "kolom"),
    };
    let shares = shares(rows);
    let mut found = Vec::new();
    for row in &rows.rows {
        // Beside a total of 100% stands a total in persons: that one is the total.
        if shares.contains(&row.line) {
            continue;
        }
        let label = row.fields.first().map_or("", String::as_str);
        let label = labelled(label, row.line, 1)?;
        for (at, (column, text)) in columns.iter().zip(row.fields.iter().skip(1)).enumerate() {
            found.push(Found { labels: vec![label, *column], text, line: row.line, column: at + 2 });
        }
    }
    Ok((vec![row_name.to_owned(), column_name.to_owned()], found))
}

fn columns(header: &Row) -> Result<Vec<Option<&str>>, LeakFault> {
    let columns = header.fields.iter().enumerate().skip(1);
    columns.map(|(at, label)| labelled(label, header.line, at + 1)).collect()
}

/// Lines of a total in percents, where another total is in persons.
fn shares(rows: &Rows) -> Vec<u64> {
    let totals = rows.rows.iter().filter(|row| row.fields.first().is_some_and(|label| is_total(label)));
    let (shares, counts): (Vec<&Row>, Vec<&Row>) =
        totals.partition(|row| row.fields.iter().skip(1).any(|text| text.contains('%')));
    if counts.is_empty() { Vec::new() } else { shares.iter().map(|row| row.line).collect() }
}

fn labelled(label: &str, line: u64, column: usize) -> Result<Option<&str>, LeakFault> {
    if label.is_empty() {
        return Err(LeakFault::NoLabel { line, column });
    }
    Ok((!is_total(label)).then_some(label))
}

fn laid_out(names: Vec<String>, found: &[Found<'_>]) -> Result<Table, LeakFault> {
    let mut labels: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    let mut known: Vec<HashMap<&str, usize>> = vec![HashMap::new(); names.len()];
    for cell in found {
        for ((label, known), labels) in cell.labels.iter().zip(&mut known).zip(&mut labels) {
            if let Some(label) = label.filter(|label| !known.contains_key(label)) {
                known.insert(label, labels.len());
                labels.push(label.to_owned());
            }
        }
    }
    let dimensions = names.into_iter().zip(labels).map(|(name, labels)| Dimension { name, labels }).collect();
    let mut table = Table::new(dimensions)?;
    for cell in found {
        let (line, column) = (cell.line, cell.column);
        let written = mark::read(cell.text).map_err(|fault| match fault {
            Unreadable::Unknown => LeakFault::Unreadable { line, column },
            Unreadable::Ambiguous => LeakFault::Ambiguous { line, column },
        })?;
        let value = |(label, known): (&Option<&str>, &HashMap<&str, usize>)| label.and_then(|l| known.get(l).copied());
        let place: Vec<Option<usize>> = cell.labels.iter().zip(&known).map(value).collect();
        let at = table.at(&place);
        match table.cells.get_mut(at) {
            Some(place) if place.written.is_none() => *place = Cell { written: Some(written), line, column },
            _ => return Err(LeakFault::Twice { line, column }),
        }
    }
    Ok(table)
}
