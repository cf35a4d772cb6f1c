//! What the register remembers of one region and month, for those who release beside it.

use super::{Entry, Past, PastList, PastSource, PastTable, Register};
use crate::terms::{
    Bron, Cohort, Datum, Dimensie, Gemeente, Identificatie, Klasse, Maand, Methode, Peildatum, Regio, Sha256Hash,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// A release of the month, as its entry says.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// The entry.
    pub(crate) nr: u64,
    /// Hash of the text.
    pub(crate) text: String,
    pub(crate) peildatum: String,
    /// Everything needed to count again what it counted; `None` for an entry that does not say.
    pub(crate) details: Option<Details>,
}

/// What an entry says of how and from what it was made, and what it published.
#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) gemeenten: Vec<Gemeente>,
    pub(crate) leeftijd_van: i16,
    pub(crate) leeftijd_tot: i16,
    /// `None` for all.
    pub(crate) cohort: Option<Cohort>,
    pub(crate) inkomen_boven_cent: i64,
    pub(crate) inkomen_maand: String,
    pub(crate) bronnen: BTreeSet<Bron>,
    /// Coverage in the words of the entry.
    pub(crate) dekking: Vec<(Bron, Identificatie, String)>,
    /// Kind and hash of every levering that served.
    pub(crate) leveringen: BTreeSet<(Bron, String)>,
    pub(crate) tabellen: Vec<RememberedTable>,
    pub(crate) drempel_redenen: u32,
    /// Klasse × reden with totals, in the order of the closed sets.
    pub(crate) redenen: Vec<Option<u64>>,
    /// Of each list who received it and whom it lists.
    pub(crate) lijsten: Vec<(Gemeente, BTreeSet<Klasse>)>,
    pub(crate) zonder_verwijzing: Option<u64>,
}

/// A table as it was published.
#[derive(Debug)]
pub(crate) struct RememberedTable {
    pub(crate) naam: String,
    pub(crate) dimensies: Vec<Dimensie>,
    pub(crate) methode: Methode,
    pub(crate) drempel: Option<u32>,
    pub(crate) cells: Vec<Option<u64>>,
}

impl Remembered {
    /// Whether anything left at all.
    pub(crate) fn published(&self) -> bool {
        let any = |details: &Details| {
            let tables = details.tabellen.iter().map(|tabel| &tabel.cells);
            !details.lijsten.is_empty() || tables.chain([&details.redenen]).flatten().any(Option::is_some)
        };
        self.details.as_ref().is_none_or(any)
    }

    /// Whether it was made under this text.
    pub(crate) fn under(&self, text: &Sha256Hash) -> bool {
        self.text == text.to_string()
    }
}

/// The releases of a region and calendar month, in their order.
pub(crate) fn month(register: &Register, regio: Regio, maand: Maand) -> Vec<Remembered> {
    let of = |past: &Past| {
        let entry = &past.entry;
        let date = Datum::parse(entry.peildatum.as_bytes()).ok();
        // A date that cannot be read is of any month: beside such an entry nothing is released.
        let same = entry.regio == regio.to_string() && date.is_none_or(|date| Peildatum::new(date).maand() == maand);
        same.then(|| Remembered {
            nr: past.nr as u64,
            text: entry.doelbinding.sha256.clone(),
            peildatum: entry.peildatum.clone(),
            details: details(entry),
        })
    };
    register.vrijgaven.iter().filter_map(of).collect()
}

fn details(entry: &Entry) -> Option<Details> {
    let rules = &entry.regels;
    let bron = |word: &String| Bron::parse(word.as_bytes());
    let dekking = |source: &PastSource| {
        Some((bron(&source.bron)?, Identificatie::parse(source.identificatie.as_bytes())?, source.dekking.clone()))
    };
    let cohort = match rules.cohort.as_str() {
        "alle" => None,
        word => Some(Cohort::parse(word.as_bytes())?),
    };
    let leveringen = entry.leveringen.iter().map(|levering| Some((bron(&levering.bron)?, levering.sha256.clone())));
    Some(Details {
        gemeenten: rules.gemeenten.iter().map(|code| Gemeente::parse(code.as_bytes()).ok()).collect::<Option<_>>()?,
        leeftijd_van: rules.leeftijd_van,
        leeftijd_tot: rules.leeftijd_tot,
        cohort,
        inkomen_boven_cent: rules.inkomen_boven_cent,
        inkomen_maand: rules.inkomen_maand.clone(),
        bronnen: rules.bronnen.iter().map(bron).collect::<Option<_>>()?,
        dekking: entry.bronnen.iter().map(dekking).collect::<Option<_>>()?,
        leveringen: leveringen.collect::<Option<_>>()?,
        tabellen: entry.tabellen.iter().map(table).collect::<Option<_>>()?,
        drempel_redenen: entry.redenen.drempel,
        redenen: entry.redenen.aantallen.clone(),
        lijsten: entry.lijsten.iter().map(list).collect::<Option<_>>()?,
        zonder_verwijzing: entry.zonder_verwijzing,
    })
}

fn list(list: &PastList) -> Option<(Gemeente, BTreeSet<Klasse>)> {
    let klassen = list.klassen.iter().map(|klasse| Klasse::parse(klasse.as_bytes()));
    Some((Gemeente::parse(list.gemeente.as_bytes()).ok()?, klassen.collect::<Option<_>>()?))
}

fn table(table: &PastTable) -> Option<RememberedTable> {
    let dimensies = table.dimensies.iter().map(|name| Dimensie::parse(name.as_bytes()));
    let aantal = |cell: &serde_json::Map<String, Value>| cell.get("aantal").and_then(Value::as_u64);
    Some(RememberedTable {
        naam: table.naam.clone(),
        dimensies: dimensies.collect::<Option<_>>()?,
        methode: Methode::parse(table.methode.as_bytes())?,
        drempel: table.drempel,
        cells: table.cellen.iter().map(aantal).collect(),
    })
}
