//! The files of a release: `vrijgave.json`, per table a CSV and a spreadsheet, `rapport.html`,
//! `verantwoording.json`, and the sealed contact lists.

use super::account::{Context, Doelbinding, Verantwoording};
use super::grid::{WITHHELD, lines, names};
use super::{OutFile, ReleaseFault, contact, report};
use crate::disclosure::{ListSet, ProtectedTable, TableSet};
use serde::Serialize;
use serde_json::{Map, Value};

/// `vrijgave.json` (schema `inbeeld/vrijgave/v1`).
#[derive(Serialize)]
struct VrijgaveJson<'a> {
    schema: &'static str,
    doelbinding: &'a Doelbinding,
    peildatum: String,
    regio: String,
    tabellen: &'a [Value],
}

/// The tables as the contract writes them.
pub(super) fn tables(tables: &[ProtectedTable]) -> Vec<Value> {
    let one = |table: &ProtectedTable| {
        let names = names(table);
        let cell = |(labels, aantal): (Vec<&str>, Option<u64>)| {
            let mut cell = Map::new();
            for (name, label) in names.iter().zip(labels) {
                cell.insert((*name).to_owned(), label.into());
            }
            cell.insert("aantal".to_owned(), aantal.map_or(Value::Null, Value::from));
            Value::Object(cell)
        };
        let cells: Vec<Value> = lines(table).map(cell).collect();
        let mut json = Map::new();
        json.insert("naam".to_owned(), table.tabel.naam.as_str().into());
        json.insert("dimensies".to_owned(), names.clone().into());
        json.insert("methode".to_owned(), table.tabel.methode.as_str().into());
        if let Some(drempel) = table.tabel.drempel {
            json.insert("drempel".to_owned(), drempel.into());
        }
        if let Some(most) = table.grootste_afwijking {
            json.insert("grootste_afwijking".to_owned(), most.into());
        }
        json.insert("cellen".to_owned(), cells.into());
        Value::Object(json)
    };
    tables.iter().map(one).collect()
}

/// Every file of a release. The bytes of all but `verantwoording.json`, which says how long the run
/// took, depend on input and text only.
pub(super) fn files(
    context: &Context<'_>,
    tables: &[Value],
    set: &TableSet,
    lists: &ListSet,
) -> Result<Vec<OutFile>, ReleaseFault> {
    let vrijgave = VrijgaveJson {
        schema: "inbeeld/vrijgave/v1",
        doelbinding: &context.doelbinding,
        peildatum: context.peildatum.to_string(),
        regio: context.regio.to_string(),
        tabellen: tables,
    };
    let mut files = vec![json("vrijgave.json", &vrijgave)?];
    for table in &set.tabellen {
        files.push(OutFile { name: format!("{}.csv", table.tabel.naam), bytes: csv(table) });
        #[cfg(feature = "xlsx")]
        files.push(spreadsheet(table, context)?);
    }
    let page = report::render(context, &set.tabellen).map_err(|_| odd("rapport.html"))?;
    files.push(OutFile { name: "rapport.html".to_owned(), bytes: page.into_bytes() });
    let account = Verantwoording::new(context, &set.redenen.counts(), &set.geweigerd, lists);
    files.push(json("verantwoording.json", &account)?);
    for list in &lists.lijsten {
        files.extend(contact::files(list)?);
    }
    Ok(files)
}

pub(super) fn odd(name: &str) -> ReleaseFault {
    ReleaseFault::Format { file: name.to_owned() }
}

fn json(name: &str, value: &impl Serialize) -> Result<OutFile, ReleaseFault> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|_| odd(name))?;
    bytes.push(b'\n');
    Ok(OutFile { name: name.to_owned(), bytes })
}

#[cfg(feature = "xlsx")]
fn spreadsheet(table: &ProtectedTable, context: &Context<'_>) -> Result<OutFile, ReleaseFault> {
    let name = format!("{}.xlsx", table.tabel.naam);
    let bytes = super::xlsx::workbook(table, context).map_err(|_| odd(&name))?;
    Ok(OutFile { name, bytes })
}

/// One line per cell. Labels and names come from closed sets, so nothing needs quoting.
fn csv(table: &ProtectedTable) -> Vec<u8> {
    let mut text = format!("{};aantal\n", names(table).join(";"));
    for (labels, aantal) in lines(table) {
        let count = aantal.map_or(WITHHELD.to_owned(), |count| count.to_string());
        text.push_str(&format!("{};{count}\n", labels.join(";")));
    }
    text.into_bytes()
}
