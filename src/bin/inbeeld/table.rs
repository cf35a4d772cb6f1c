//! A protected table on the terminal.

use inbeeld::disclosure::ProtectedTable;
use inbeeld::release::{SourceUsed, TrialList};
use serde_json::{Value, json};

/// Lays a table out with its last dimension as columns. A withheld cell is `•`, and never says why.
pub(crate) fn render(table: &ProtectedTable) -> String {
    let Some((columns, rows)) = table.values.split_last() else { return String::new() };
    let label_width = rows.iter().flatten().map(|label| label.chars().count()).max().unwrap_or(0).max(8);
    let widths: Vec<usize> = columns.iter().map(|label| label.chars().count().max(5)).collect();
    let mut text = format!("{}\n{:label_width$}", table.tabel.naam, "");
    for (label, width) in columns.iter().zip(&widths) {
        text.push_str(&format!("  {label:>width$}"));
    }
    text.push('\n');
    let one_row = ["totaal".to_owned()];
    let labels = rows.first().map_or(one_row.as_slice(), Vec::as_slice);
    for (label, cells) in labels.iter().zip(table.cells.chunks(columns.len().max(1))) {
        text.push_str(&format!("{label:label_width$}"));
        for (cell, width) in cells.iter().zip(&widths) {
            let shown = cell.map_or("•".to_owned(), |count| count.to_string());
            text.push_str(&format!("  {shown:>width$}"));
        }
        text.push('\n');
    }
    text.push_str(&format!("{} van {} cellen niet vrijgegeven (•)\n\n", table.withheld(), table.cells.len()));
    text
}

/// A table as JSON: the values of each dimension, and the cells in their order, the last dimension
/// fastest; null is withheld.
pub(crate) fn as_json(table: &ProtectedTable) -> Value {
    json!({
        "naam": table.tabel.naam, "waarden": table.values, "cellen": table.cells,
        "dimensies": table.tabel.dimensies.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        "achtergehouden": table.withheld(),
    })
}

/// A list that would leave, as JSON.
pub(crate) fn list_as_json(list: &TrialList) -> Value {
    json!({ "naam": list.naam, "gemeente": list.gemeente.to_string(), "regels": list.regels })
}

/// What a source gave, as JSON.
pub(crate) fn source_as_json(source: &SourceUsed) -> Value {
    json!({
        "bron": source.bron.as_str(), "identificatie": source.identificatie.as_str(),
        "dekking": source.dekking_woord(), "gekoppeld_procent": source.gekoppeld_procent,
    })
}
