//! A protected table as lines and as rows × columns, for every format that lays one out.

use crate::disclosure::ProtectedTable;
use crate::terms::Dimensie;

/// How a withheld cell is written for people: one mark for every reason, never 0.
pub(super) const WITHHELD: &str = "•";
/// The value that stands for a margin.
pub(super) const TOTAAL: &str = "totaal";

/// Every combination of values, the last axis fastest.
fn combinations(axes: &[Vec<String>]) -> Vec<Vec<&str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for values in axes {
        let mut longer = Vec::with_capacity(all.len() * values.len());
        for start in &all {
            for value in values {
                longer.push(start.iter().copied().chain([value.as_str()]).collect());
            }
        }
        all = longer;
    }
    all
}

/// Names of the dimensions.
pub(super) fn names(table: &ProtectedTable) -> Vec<&'static str> {
    table.tabel.dimensies.iter().map(|dimensie| dimensie.as_str()).collect()
}

/// Every cell with its labels.
pub(super) fn lines(table: &ProtectedTable) -> impl Iterator<Item = (Vec<&str>, Option<u64>)> {
    combinations(&table.values).into_iter().zip(table.cells.iter().copied())
}

/// What is published in the cell of these labels; `None` also where there is no such cell.
pub(super) fn published(table: &ProtectedTable, labels: &[(Dimensie, &str)]) -> Option<u64> {
    let wanted: Vec<&str> = table
        .tabel
        .dimensies
        .iter()
        .map(|dimensie| labels.iter().find(|(name, _)| name == dimensie).map_or(TOTAAL, |(_, label)| *label))
        .collect();
    lines(table).find(|(found, _)| *found == wanted).and_then(|(_, aantal)| aantal)
}

/// A row of a laid out table.
pub(super) struct Row<'t> {
    /// Its labels: one per dimension that is not laid out as columns.
    pub(super) labels: Vec<&'t str>,
    /// Its cells.
    pub(super) cells: &'t [Option<u64>],
}

/// The last dimension as columns, the others as rows. Of a table of one dimension the values are
/// the rows, and `columns` is empty.
pub(super) struct Grid<'t> {
    pub(super) columns: &'t [String],
    pub(super) rows: Vec<Row<'t>>,
}

/// Lays a table out.
pub(super) fn grid(table: &ProtectedTable) -> Grid<'_> {
    let (columns, before): (&[String], &[Vec<String>]) = match table.values.split_last() {
        Some((last, before)) if !before.is_empty() => (last, before),
        _ => (&[], &table.values),
    };
    let cells = table.cells.chunks(columns.len().max(1));
    let rows = combinations(before).into_iter().zip(cells).map(|(labels, cells)| Row { labels, cells }).collect();
    Grid { columns, rows }
}
