//! Published tables laid out for reading: the last dimension as columns, and what is withheld as a mark.

use super::words;
use inbeeld::disclosure::ProtectedTable;
use inbeeld::register::PastTable;
use inbeeld::terms::{Dimensie, Methode};
use serde_json::Value;
use std::collections::BTreeMap;

/// The margin of a dimension.
pub(super) const TOTAAL: &str = "totaal";

/// A published table: the values of each dimension, and the cells in their order, the last dimension fastest.
pub(super) struct Cells {
    pub(super) naam: String,
    pub(super) dimensies: Vec<Dimensie>,
    pub(super) values: Vec<Vec<String>>,
    pub(super) cells: Vec<Option<u64>>,
    methode: String,
}

/// A table as a page shows it.
pub(super) struct Table {
    pub(super) id: String,
    pub(super) titel: String,
    pub(super) methode: String,
    pub(super) rijnamen: Vec<String>,
    pub(super) kolommen: Vec<String>,
    pub(super) rijen: Vec<Row>,
    pub(super) achtergehouden: usize,
    pub(super) achter_woorden: String,
}

/// A row of a table.
pub(super) struct Row {
    pub(super) labels: Vec<String>,
    pub(super) cellen: Vec<Option<String>>,
    pub(super) totaal: bool,
}

impl Cells {
    /// A table of the register; `None` for one of a newer version, of which we do not know the dimensions.
    pub(super) fn of_past(table: &PastTable) -> Option<Self> {
        let dimensies: Vec<Dimensie> =
            table.dimensies.iter().map(|name| Dimensie::parse(name.as_bytes())).collect::<Option<_>>()?;
        let mut values: Vec<Vec<String>> = vec![Vec::new(); dimensies.len()];
        let mut known: BTreeMap<Vec<String>, Option<u64>> = BTreeMap::new();
        for cell in &table.cellen {
            let labels: Vec<String> = table
                .dimensies
                .iter()
                .map(|name| cell.get(name).and_then(Value::as_str).map(str::to_owned))
                .collect::<Option<_>>()?;
            for (seen, label) in values.iter_mut().zip(&labels) {
                if !seen.contains(label) {
                    seen.push(label.clone());
                }
            }
            known.insert(labels, cell.get("aantal").and_then(Value::as_u64));
        }
        let cells = combinations(&values).iter().map(|labels| known.get(labels).copied().flatten()).collect();
        let methode = Methode::parse(table.methode.as_bytes())?;
        let methode = method(methode, table.drempel, table.grootste_afwijking);
        Some(Self { naam: table.naam.clone(), dimensies, values, cells, methode })
    }

    /// A table that would leave.
    pub(super) fn of_protected(table: &ProtectedTable) -> Self {
        Self {
            naam: table.tabel.naam.clone(),
            dimensies: table.tabel.dimensies.clone(),
            values: table.values.clone(),
            cells: table.cells.clone(),
            methode: method(table.tabel.methode, table.tabel.drempel, table.grootste_afwijking),
        }
    }

    /// The cell with these labels; the outer `None` where there is none.
    pub(super) fn at(&self, labels: &[&str]) -> Option<Option<u64>> {
        let at = combinations(&self.values).iter().position(|found| found.iter().eq(labels.iter()))?;
        self.cells.get(at).copied()
    }

    /// What it counts, as a title.
    pub(super) fn titel(&self) -> String {
        format!("Aantal jongeren naar {}", words::naar(&self.dimensies))
    }

    /// Laid out under a name that is unique on the page.
    pub(super) fn laid_out(&self, id: &str) -> Table {
        let (row_dimensions, column): (&[Dimensie], Option<Dimensie>) = match self.dimensies.split_last() {
            Some((last, before)) if !before.is_empty() => (before, Some(*last)),
            _ => (&self.dimensies, None),
        };
        let columns = column.and_then(|_| self.values.last()).map_or(1, Vec::len).max(1);
        let kolommen = match (column, self.values.last()) {
            (Some(column), Some(labels)) => labels.iter().map(|label| value(column, label)).collect(),
            _ => vec!["aantal".to_owned()],
        };
        let rows = self.values.get(..row_dimensions.len()).unwrap_or_default();
        let rijen = combinations(rows).into_iter().zip(self.cells.chunks(columns)).map(|(labels, cells)| Row {
            totaal: labels.iter().any(|label| label == TOTAAL),
            labels: row_dimensions.iter().zip(&labels).map(|(one, label)| value(*one, label)).collect(),
            cellen: cells.iter().map(|cell| cell.map(words::aantal)).collect(),
        });
        let withheld = self.cells.iter().filter(|cell| cell.is_none()).count();
        let (one, more) = (" aantal is niet vrijgegeven", " aantallen zijn niet vrijgegeven");
        Table {
            id: id.to_owned(),
            titel: self.titel(),
            methode: self.methode.clone(),
            rijnamen: row_dimensions.iter().map(ToString::to_string).collect(),
            kolommen,
            rijen: rijen.collect(),
            achtergehouden: withheld,
            achter_woorden: words::count(withheld, one.trim(), more.trim()),
        }
    }
}

/// A value as a page writes it, the margin too.
pub(super) fn value(dimensie: Dimensie, label: &str) -> String {
    if label == TOTAAL { TOTAAL.to_owned() } else { inbeeld::doelbinding::plain::words::waarde(dimensie, label) }
}

fn method(methode: Methode, drempel: Option<u32>, off: Option<u64>) -> String {
    let text = inbeeld::doelbinding::plain::words::methode(methode, drempel);
    off.map_or(text.clone(), |off| format!("{text} Een aantal ligt hooguit {} van het echte.", words::aantal(off)))
}

/// Every combination of values, the last fastest.
fn combinations(values: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for labels in values {
        all = all
            .iter()
            .flat_map(|before: &Vec<String>| {
                labels.iter().map(|label| before.iter().cloned().chain([label.clone()]).collect())
            })
            .collect();
    }
    all
}
