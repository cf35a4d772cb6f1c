//! The bytes of a release: `vrijgave.json`, a CSV per table, `verantwoording.json`.

use super::account::{Account, Doelbinding, Verantwoording};
use super::{OutFile, ReleaseFault};
use crate::disclosure::{ProtectedTable, TableSet};
use crate::terms::{Peildatum, Regio};
use serde::Serialize;
use serde_json::{Map, Value};

/// How a withheld cell is written in a CSV: one mark for every reason, never 0.
const WITHHELD: &str = "•";

/// `vrijgave.json` (schema `inbeeld/vrijgave/v1`).
#[derive(Serialize)]
struct VrijgaveJson<'a> {
    schema: &'static str,
    doelbinding: &'a Doelbinding,
    peildatum: String,
    regio: String,
    tabellen: &'a [Value],
}

/// The labels of every cell, in the order of the cells.
fn combinations(table: &ProtectedTable) -> Vec<Vec<&str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for values in &table.values {
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

/// The tables as the contract writes them.
pub(super) fn tables(tables: &[ProtectedTable]) -> Vec<Value> {
    let one = |table: &ProtectedTable| {
        let names: Vec<&str> = table.tabel.dimensies.iter().map(|dimensie| dimensie.as_str()).collect();
        let cell = |(labels, aantal): (Vec<&str>, &Option<u64>)| {
            let mut cell = Map::new();
            for (name, label) in names.iter().zip(labels) {
                cell.insert((*name).to_owned(), label.into());
            }
            cell.insert("aantal".to_owned(), aantal.map_or(Value::Null, Value::from));
            Value::Object(cell)
        };
        let cells: Vec<Value> = combinations(table).into_iter().zip(&table.cells).map(cell).collect();
        let mut json = Map::new();
        json.insert("naam".to_owned(), table.tabel.naam.as_str().into());
        json.insert("dimensies".to_owned(), names.clone().into());
        json.insert("methode".to_owned(), table.tabel.methode.as_str().into());
        if let Some(drempel) = table.tabel.drempel {
            json.insert("drempel".to_owned(), drempel.into());
        }
        json.insert("cellen".to_owned(), cells.into());
        Value::Object(json)
    };
    tables.iter().map(one).collect()
}

/// Every file of a release. The bytes of `vrijgave.json` and the CSVs depend on input and text only.
pub(super) fn files(
    doelbinding: &Doelbinding,
    peildatum: Peildatum,
    regio: Regio,
    tables: &[Value],
    set: &TableSet,
    account: &Account,
) -> Result<Vec<OutFile>, ReleaseFault> {
    let vrijgave = VrijgaveJson {
        schema: "inbeeld/vrijgave/v1",
        doelbinding,
        peildatum: peildatum.to_string(),
        regio: regio.to_string(),
        tabellen: tables,
    };
    let mut files = vec![json("vrijgave.json", &vrijgave)?];
    for table in &set.tabellen {
        files.push(OutFile { name: format!("{}.csv", table.tabel.naam), bytes: csv(table) });
    }
    let verantwoording = Verantwoording::new(doelbinding, peildatum, regio, account, &set.redenen, &set.geweigerd);
    files.push(json("verantwoording.json", &verantwoording)?);
    Ok(files)
}

fn json(name: &str, value: &impl Serialize) -> Result<OutFile, ReleaseFault> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|_| ReleaseFault::Format { file: name.to_owned() })?;
    bytes.push(b'\n');
    Ok(OutFile { name: name.to_owned(), bytes })
}

/// One line per cell. Labels and names come from closed sets, so nothing needs quoting.
fn csv(table: &ProtectedTable) -> Vec<u8> {
    let names: Vec<&str> = table.tabel.dimensies.iter().map(|dimensie| dimensie.as_str()).collect();
    let mut text = format!("{};aantal\n", names.join(";"));
    for (labels, aantal) in combinations(table).iter().zip(&table.cells) {
        let count = aantal.map_or(WITHHELD.to_owned(), |count| count.to_string());
        text.push_str(&format!("{};{count}\n", labels.join(";")));
    }
    text.into_bytes()
}
