//! `rapport.html`: one page that stands by itself, for a council. Every figure on it is a published
//! cell, or a share computed from published cells alone.

mod chart;
mod define;
mod outflow;

use super::account::Context;
use super::grid::{TOTAAL, grid};
use super::words;
use crate::disclosure::ProtectedTable;
use crate::ingest::Coverage;
use crate::terms::{Bron, Dimensie, Methode};
use askama::Template;
use chart::Chart;
use define::{Telling, Term};
use outflow::Outflow;

/// The page as its template sees it: text only.
#[derive(Template)]
#[template(path = "rapport.html", config = "src/release/report/askama.toml")]
struct Page<'a> {
    titel: &'a str,
    doel: &'a str,
    grondslag: Vec<String>,
    noodzaak: &'a str,
    verantwoordelijke: &'a str,
    peildatum: String,
    regio: String,
    doelgroep: String,
    doelgroep_tekst: &'a str,
    tabellen: Vec<Table>,
    uitstroom: Option<Outflow>,
    onderdrukt: bool,
    afgerond: bool,
    gebruikt: Vec<Source>,
    ontbreekt: Vec<Source>,
    ongenoemd: String,
    telwijzer: Vec<Telling>,
    klassen: Vec<Term>,
    id: &'a str,
    versie: u32,
    sha256: &'a str,
}

/// A source in words.
struct Source {
    naam: String,
    dekking: String,
}

/// A table laid out.
struct Table {
    nummer: usize,
    naam: String,
    titel: String,
    methode: String,
    /// Names of what the rows are counted by.
    rijnamen: Vec<String>,
    /// Headings of the columns, the margin marked.
    kolommen: Vec<String>,
    rijen: Vec<Row>,
    grafiek: Option<Chart>,
}

/// A row of a table.
struct Row {
    labels: Vec<String>,
    cellen: Vec<Option<String>>,
    totaal: bool,
}

/// The page of a release.
pub(super) fn render(context: &Context<'_>, tables: &[ProtectedTable]) -> askama::Result<String> {
    let (doel, account) = (&context.account.doel, context.account);
    let source = |used: &super::SourceUsed| Source {
        naam: format!("{} ({})", words::bron(used.bron), words::nummer(used.identificatie)),
        dekking: words::dekking(used),
    };
    let (missing, used): (Vec<_>, Vec<_>) =
        account.bronnen.iter().partition(|source| source.dekking == Coverage::Missing);
    let has = |methode: Methode| tables.iter().any(|table| table.tabel.methode == methode);
    let uitstroom = outflow::of(tables);
    let page = Page {
        titel: &doel.titel,
        doel: &doel.doel,
        grondslag: doel.grondslag.iter().map(|text| words::grondslag(text)).collect(),
        noodzaak: &doel.noodzaak,
        verantwoordelijke: &doel.verantwoordelijke,
        peildatum: words::datum(context.peildatum.datum()),
        regio: context.regio.to_string(),
        doelgroep: words::doelgroep(doel),
        doelgroep_tekst: &account.doelgroep,
        tabellen: laid_out_all(tables),
        telwijzer: define::telwijzer(context, tables, uitstroom.is_some()),
        klassen: define::klassen(doel),
        uitstroom,
        onderdrukt: has(Methode::Onderdrukking),
        afgerond: has(Methode::Afronding),
        gebruikt: used.into_iter().map(source).collect(),
        ontbreekt: missing.into_iter().map(source).collect(),
        ongenoemd: unnamed(context),
        id: &context.doelbinding.id,
        versie: context.doelbinding.versie,
        sha256: &context.doelbinding.sha256,
    };
    page.render()
}

/// Sources that the text does not name, so that nobody looked there.
fn unnamed(context: &Context<'_>) -> String {
    let named = |bron: &Bron| context.account.bronnen.iter().any(|source| source.bron == *bron);
    let rest = Bron::ALL.iter().filter(|bron| **bron != Bron::Doelgroep && !named(bron));
    rest.map(|bron| words::bron(*bron)).collect::<Vec<_>>().join(", ")
}

/// Every table under a title of its own: two may count by the same, differently protected.
fn laid_out_all(tables: &[ProtectedTable]) -> Vec<Table> {
    let mut all: Vec<Table> = (1..).zip(tables).map(|(nummer, table)| laid_out(nummer, table)).collect();
    let titles: Vec<String> = all.iter().map(|table| table.titel.clone()).collect();
    for table in &mut all {
        if titles.iter().filter(|titel| **titel == table.titel).count() > 1 {
            table.titel = format!("{} ({})", table.titel, table.naam);
        }
    }
    all
}

fn laid_out(nummer: usize, table: &ProtectedTable) -> Table {
    let dimensies = table.tabel.dimensies.as_slice();
    let grid = grid(table);
    let (rows, columns): (&[Dimensie], Option<Dimensie>) = match dimensies.split_last() {
        Some((last, before)) if !before.is_empty() => (before, Some(*last)),
        _ => (dimensies, None),
    };
    let kolommen = match columns {
        Some(dimensie) => grid.columns.iter().map(|label| words::waarde(dimensie, label)).collect(),
        None => vec!["aantal".to_owned()],
    };
    let rijen = grid.rows.iter().map(|row| Row {
        labels: rows.iter().zip(&row.labels).map(|(dimensie, label)| words::waarde(*dimensie, label)).collect(),
        cellen: row.cells.iter().map(|cell| cell.map(words::aantal)).collect(),
        totaal: row.labels.contains(&TOTAAL),
    });
    Table {
        nummer,
        naam: table.tabel.naam.clone(),
        titel: format!("Aantal jongeren naar {}", words::naar(dimensies)),
        methode: words::methode(table),
        rijnamen: rows.iter().map(ToString::to_string).collect(),
        kolommen,
        rijen: rijen.collect(),
        grafiek: chart::of(nummer, table),
    }
}
