//! TOML to values, with the line of every key, all faults at once.

use super::fault::{TextFault, TextFaults};
use super::keys::example;
use crate::terms::Datum;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A text with the faults found in it so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    faults: RefCell<Vec<TextFault>>,
}

/// One table of the text, at its path.
pub(super) struct Section<'r, 't> {
    reader: &'r Reader<'t>,
    path: String,
    at: usize,
    table: &'r DeTable<'t>,
}

/// One value of the text, under its key.
pub(super) struct Entry<'r, 't> {
    reader: &'r Reader<'t>,
    key: String,
    at: usize,
    value: &'r DeValue<'t>,
}

/// Reads bytes as text.
///
/// # Errors
/// Where they are not UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, TextFaults> {
    std::str::from_utf8(bytes).map_err(|fault| {
        let good = bytes.get(..fault.valid_up_to()).and_then(|good| std::str::from_utf8(good).ok());
        let reader = Reader::new(good.unwrap_or_default());
        reader.fault(fault.valid_up_to(), "", "dit is geen geldige UTF-8", "Sla de tekst op als UTF-8.");
        TextFaults(reader.faults.into_inner())
    })
}

/// How TOML goes wrong, by the beginning of what the crate says of it: what it is, and the remedy.
/// The crate's own words may quote the text, so they are never shown.
const BROKEN: &[(&str, &str, &str)] = &[
    (
        "duplicate key",
        "deze sleutel of tabel staat er al",
        "Laat hem één keer staan; elke tabel of lijst die naar buiten gaat, begint met [[tabel]] of [[lijst]].",
    ),
    (
        "string values must be quoted",
        "hier mist een aanhalingsteken",
        "Zet tekst tussen rechte aanhalingstekens: \"…\".",
    ),
    (
        "invalid basic string",
        "hier klopt een tekst niet",
        "Sluit de tekst op dezelfde regel af met een aanhalingsteken \".",
    ),
    (
        "invalid literal string",
        "hier klopt een tekst niet",
        "Sluit de tekst op dezelfde regel af met een aanhalingsteken '.",
    ),
    ("unclosed", "hier mist een haak", "Sluit elke [ af met ] en elke { met }."),
    ("missing comma", "hier mist een komma", "Zet een komma tussen de waarden."),
    ("extra comma", "hier staat een komma te veel", "Haal de komma weg."),
    ("key with no value", "achter deze sleutel staat geen waarde", "Schrijf sleutel = waarde."),
    ("missing value", "achter deze sleutel staat geen waarde", "Schrijf sleutel = waarde."),
    ("missing assignment", "achter deze sleutel mist een =", "Schrijf sleutel = waarde."),
];

/// Reads the text as TOML.
///
/// # Errors
/// Every place where it is no TOML, one a line: what comes behind on a line follows from the first.
pub(super) fn toml(text: &str) -> Result<Spanned<DeTable<'_>>, TextFaults> {
    let (table, broken) = DeTable::parse_recoverable(text);
    if broken.is_empty() {
        return Ok(table);
    }
    let reader = Reader::new(text);
    for fault in &broken {
        let known = BROKEN.iter().find(|(start, ..)| fault.message().starts_with(start));
        let (what, remedy) = known.map_or(
            (
                "dit is geen geldige TOML",
                "Kijk naar aanhalingstekens, haken, dubbele sleutels en datums die niet bestaan.",
            ),
            |(_, what, remedy)| (*what, *remedy),
        );
        reader.fault(fault.span().map_or(0, |span| span.start), "", what, remedy);
    }
    let mut faults = reader.finish();
    faults.dedup_by_key(|fault| fault.line);
    Err(TextFaults(faults))
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, faults: RefCell::new(Vec::new()) }
    }

    pub(super) fn root<'r>(&'r self, table: &'r DeTable<'t>) -> Section<'r, 't> {
        Section { reader: self, path: String::new(), at: 0, table }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn fault(&self, at: usize, key: &str, what: &str, remedy: &str) {
        let (line, key) = (self.line(at), key.to_owned());
        self.faults.borrow_mut().push(TextFault { line, key, what: what.to_owned(), remedy: remedy.to_owned() });
    }

    /// The faults in the order of their lines.
    pub(super) fn finish(self) -> Vec<TextFault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| fault.line);
        faults
    }
}

impl<'r, 't> Section<'r, 't> {
    fn key(&self, name: &str) -> String {
        if name.is_empty() {
            return self.path.clone();
        }
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Reports keys that the schema does not have.
    pub(super) fn known(&self, names: &[&str]) {
        for (key, _) in self.table {
            if !names.contains(&key.get_ref().as_ref()) {
                // The unknown key is not repeated: it may be anything. Its table and line find it.
                let list = names.join(", ");
                self.reader.fault(
                    key.span().start,
                    &self.path,
                    "hier staat een sleutel die dit schema niet kent",
                    &format!("Verwijder de sleutel of verbeter de spelling; hier kunnen staan: {list}."),
                );
            }
        }
    }

    /// A key that may be absent.
    pub(super) fn may(&self, name: &str) -> Option<Entry<'r, 't>> {
        let (key, value) = self.table.get_key_value(name)?;
        Some(Entry { reader: self.reader, key: self.key(name), at: key.span().start, value: value.get_ref() })
    }

    /// A key that must be there.
    pub(super) fn must(&self, name: &str) -> Option<Entry<'r, 't>> {
        let found = self.may(name);
        if found.is_none() {
            let remedy = match example(&self.path, name) {
                Some(line) => format!("Voeg toe: {line}. docs/begrippen.md zegt wat de sleutel betekent."),
                None => "Voeg de sleutel toe; docs/begrippen.md zegt wat hij betekent.".to_owned(),
            };
            self.fault(name, "deze sleutel ontbreekt", &remedy);
        }
        found
    }

    /// A fault of this table as a whole, or of a key that is not there.
    pub(super) fn fault(&self, name: &str, what: &str, remedy: &str) {
        self.reader.fault(self.at, &self.key(name), what, remedy);
    }

    /// The names of the keys, for a table whose keys are values.
    pub(super) fn names(&self) -> impl Iterator<Item = &'r str> {
        self.table.iter().map(|(key, _)| key.get_ref().as_ref())
    }
}

impl<'r, 't> Entry<'r, 't> {
    /// Reports that this value is not as it should be.
    pub(super) fn fault(&self, what: &str, remedy: &str) {
        self.reader.fault(self.at, &self.key, what, remedy);
    }

    fn expected<T>(&self, found: Option<T>, expected: &str) -> Option<T> {
        if found.is_none() {
            self.fault("de waarde klopt niet", &format!("Verwacht: {expected}."));
        }
        found
    }

    /// Text that is not blank.
    pub(super) fn text(&self) -> Option<&'r str> {
        let text = self.value.as_str().filter(|text| !text.trim().is_empty());
        self.expected(text, "tekst tussen aanhalingstekens, niet leeg")
    }

    /// Text that a type reads.
    pub(super) fn parsed<T>(&self, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.expected(self.value.as_str().and_then(parse), expected)
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, least: i64, most: i64) -> Option<i64> {
        let number = self
            .value
            .as_integer()
            .and_then(|number| i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        self.expected(number, &format!("een geheel getal van {least} tot en met {most}"))
    }

    /// A share above 0 up to 1.
    pub(super) fn share(&self) -> Option<f64> {
        let text = match self.value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) => integer.as_str(),
            _ => "",
        };
        let share = text.replace('_', "").parse().ok().filter(|share| 0.0 < *share && *share <= 1.0);
        self.expected(share, "een aandeel boven 0 tot en met 1, zoals 0.6")
    }

    fn as_datum(&self) -> Option<Datum> {
        let date = self.value.as_datetime().filter(|moment| moment.time.is_none() && moment.offset.is_none());
        date.and_then(|moment| Datum::parse(moment.to_string().as_bytes()).ok())
    }

    /// A date without time.
    pub(super) fn datum(&self) -> Option<Datum> {
        self.expected(self.as_datum(), "een datum zonder aanhalingstekens, zoals 2026-01-01")
    }

    /// True or false, or else a date.
    pub(super) fn flag_or_datum(&self) -> Option<Result<bool, Datum>> {
        match self.value.as_bool() {
            Some(flag) => Some(Ok(flag)),
            None => self.expected(self.as_datum(), "true, false, of een datum zoals 2026-01-01").map(Err),
        }
    }

    /// A table.
    pub(super) fn section(&self) -> Option<Section<'r, 't>> {
        let table = self.expected(self.value.as_table(), "een tabel")?;
        Some(Section { reader: self.reader, path: self.key.clone(), at: self.at, table })
    }

    /// A list of tables, `[[…]]`.
    pub(super) fn sections(&self) -> Vec<Section<'r, 't>> {
        let Some(list) = self.expected(self.value.as_array(), "een lijst van tabellen, `[[…]]`") else {
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (number, item) in list.iter().enumerate() {
            let path = format!("{}[{}]", self.key, number + 1);
            match item.get_ref().as_table() {
                Some(table) => {
                    sections.push(Section { reader: self.reader, path, at: item.span().start, table });
                }
                None => self.fault("de waarde klopt niet", "Verwacht: een lijst van tabellen, `[[…]]`."),
            }
        }
        sections
    }

    /// A list of texts that a type reads, in order and without doubles.
    pub(super) fn list<T: Ord + Clone>(
        &self,
        least: usize,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.expected(self.value.as_array(), &format!("een lijst, elk {expected}"))?;
        let mut list = Vec::new();
        let mut seen = BTreeSet::new();
        let mut good = true;
        for (number, item) in items.iter().enumerate() {
            let place = |what: &str| format!("{what} (nummer {} van de lijst)", number + 1);
            match item.get_ref().as_str().and_then(&parse) {
                None => {
                    self.fault(&place("een waarde klopt niet"), &format!("Verwacht: {expected}."));
                    good = false;
                }
                Some(value) if !seen.insert(value.clone()) => {
                    self.fault(&place("een waarde staat er twee keer"), "Noem elke waarde één keer.");
                    good = false;
                }
                Some(value) => list.push(value),
            }
        }
        if items.len() < least {
            self.fault("de lijst is leeg", "Noem ten minste één waarde, of laat de sleutel weg als dat mag.");
            good = false;
        }
        good.then_some(list)
    }
}

/// Text of a value, for types that read bytes.
pub(super) fn bytes<T>(parse: impl Fn(&[u8]) -> Option<T>) -> impl Fn(&str) -> Option<T> {
    move |text| parse(text.as_bytes())
}

/// The allowed spellings of a closed set, for a remedy.
pub(super) fn one_of(values: impl Iterator<Item = &'static str>) -> Cow<'static, str> {
    let values: Vec<&str> = values.collect();
    match values.as_slice() {
        [only] => Cow::Borrowed(*only),
        _ => format!("een van {}", values.join(", ")).into(),
    }
}
