//! What the register remembers of one region and month, for those who release beside it.

use crate::terms::{Bron, Cohort, Dimensie, Gemeente, Identificatie, Maand, Methode, Peildatum, Regio, Sha256Hash};
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
    /// Whether anything was published at all.
    pub(crate) fn published(&self) -> bool {
        let any = |details: &Details| {
            let tables = details.tabellen.iter().map(|tabel| &tabel.cells);
            tables.chain([&details.redenen]).flatten().any(Option::is_some)
        };
        self.details.as_ref().is_none_or(any)
    }

    /// Whether it was made under this text.
    pub(crate) fn under(&self, text: &Sha256Hash) -> bool {
        self.text == text.to_string()
    }
}

/// The releases of a region and calendar month, in their order.
pub(crate) fn month<L: AsRef<str>>(lines: &[L], regio: Regio, maand: Maand) -> Vec<Remembered> {
    let of = |line: &L| {
        let entry: Value = serde_json::from_str(line.as_ref()).ok()?;
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let peildatum = text("peildatum")?.to_owned();
        let date = crate::terms::Datum::parse(peildatum.as_bytes()).ok()?;
        let same = text("regio") == Some(&regio.to_string()) && Peildatum::new(date).maand() == maand;
        same.then(|| Remembered {
            nr: entry.get("nr").and_then(Value::as_u64).unwrap_or(0),
            text: entry.pointer("/doelbinding/sha256").and_then(Value::as_str).unwrap_or_default().to_owned(),
            peildatum,
            details: details(&entry),
        })
    };
    lines.iter().filter_map(of).collect()
}

fn details(entry: &Value) -> Option<Details> {
    let rules = entry.get("regels")?;
    let number = |name: &str| rules.get(name).and_then(Value::as_i64);
    let words = |value: Option<&Value>| -> Option<Vec<String>> {
        value?.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let gemeenten = words(rules.get("gemeenten"))?;
    let cohort = rules.get("cohort")?.as_str()?;
    let bronnen = words(rules.get("bronnen"))?;
    let dekking = |line: &Value| {
        let word = |name: &str| line.get(name).and_then(Value::as_str);
        let bron = Bron::parse(word("bron")?.as_bytes())?;
        Some((bron, Identificatie::parse(word("identificatie")?.as_bytes())?, word("dekking")?.to_owned()))
    };
    let levering = |line: &Value| {
        let word = |name: &str| line.get(name).and_then(Value::as_str);
        Some((Bron::parse(word("bron")?.as_bytes())?, word("sha256")?.to_owned()))
    };
    let reasons = entry.get("redenen")?;
    Some(Details {
        gemeenten: gemeenten.iter().map(|code| Gemeente::parse(code.as_bytes()).ok()).collect::<Option<_>>()?,
        leeftijd_van: i16::try_from(number("leeftijd_van")?).ok()?,
        leeftijd_tot: i16::try_from(number("leeftijd_tot")?).ok()?,
        cohort: if cohort == "alle" { None } else { Some(Cohort::parse(cohort.as_bytes())?) },
        inkomen_boven_cent: number("inkomen_boven_cent")?,
        inkomen_maand: rules.get("inkomen_maand")?.as_str()?.to_owned(),
        bronnen: bronnen.iter().map(|bron| Bron::parse(bron.as_bytes())).collect::<Option<_>>()?,
        dekking: entry.get("bronnen")?.as_array()?.iter().map(dekking).collect::<Option<_>>()?,
        leveringen: entry.get("leveringen")?.as_array()?.iter().map(levering).collect::<Option<_>>()?,
        tabellen: entry.get("tabellen")?.as_array()?.iter().map(table).collect::<Option<_>>()?,
        drempel_redenen: u32::try_from(reasons.get("drempel")?.as_u64()?).ok()?,
        redenen: reasons.get("aantallen")?.as_array()?.iter().map(Value::as_u64).collect(),
    })
}

fn table(value: &Value) -> Option<RememberedTable> {
    let word = |name: &str| value.get(name).and_then(Value::as_str);
    let dimensies = value.get("dimensies")?.as_array()?;
    let dimensie = |name: &Value| Dimensie::parse(name.as_str()?.as_bytes());
    let drempel = value.get("drempel").and_then(Value::as_u64).map(u32::try_from).transpose().ok()?;
    Some(RememberedTable {
        naam: word("naam")?.to_owned(),
        dimensies: dimensies.iter().map(dimensie).collect::<Option<_>>()?,
        methode: Methode::parse(word("methode")?.as_bytes())?,
        drempel,
        cells: value.get("cellen")?.as_array()?.iter().map(|cell| cell.get("aantal")?.as_u64()).collect(),
    })
}
