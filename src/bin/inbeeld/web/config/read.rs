//! TOML to values with the line of every key, all faults at once; never a value.

use super::Fault;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A text with the faults found in it so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    folder: &'t Path,
    table: Option<Spanned<DeTable<'t>>>,
    faults: RefCell<Vec<Fault>>,
}

/// One table of the text, at its path.
pub(super) struct Section<'r, 't> {
    reader: &'r Reader<'t>,
    path: String,
    at: usize,
    table: &'r DeTable<'t>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, folder: &'t Path) -> Self {
        let (table, broken) = DeTable::parse_recoverable(text);
        let table = broken.is_empty().then_some(table);
        let reader = Self { text, folder, table, faults: RefCell::new(Vec::new()) };
        for fault in broken {
            // The crate's own words may quote the text.
            let remedy = "Kijk naar aanhalingstekens, haken en dubbele sleutels.";
            reader.fault(fault.span().map_or(0, |span| span.start), "", "dit is geen geldige TOML", remedy);
        }
        reader
    }

    pub(super) fn root<'r>(&'r self) -> Option<Section<'r, 't>> {
        let table = self.table.as_ref()?.get_ref();
        Some(Section { reader: self, path: String::new(), at: 0, table })
    }

    fn fault(&self, at: usize, key: &str, what: &str, remedy: &str) {
        let line = 1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let fault = Fault { line, key: key.to_owned(), what: what.to_owned(), remedy: remedy.to_owned() };
        self.faults.borrow_mut().push(fault);
    }

    /// The faults in the order of their lines.
    pub(super) fn finish(&self) -> Vec<Fault> {
        let mut faults = self.faults.take();
        faults.sort_by_key(|fault| fault.line);
        faults
    }
}

impl<'r, 't> Section<'r, 't> {
    fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn find(&self, name: &str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.table.get(name)
    }

    /// Reports a fault at a key of this table.
    pub(super) fn fault(&self, name: &str, what: &str, remedy: &str) {
        let at = self.table.iter().find(|(key, _)| key.get_ref() == name).map_or(self.at, |(key, _)| key.span().start);
        self.reader.fault(at, &self.key(name), what, remedy);
    }

    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Reports keys that the schema does not have.
    pub(super) fn known(&self, names: &[&str]) {
        for (key, _) in self.table {
            let name: &Cow<'_, str> = key.get_ref();
            if !names.contains(&name.as_ref()) {
                let remedy = format!("Haal hem weg, of kies uit: {}.", names.join(", "));
                self.reader.fault(key.span().start, &self.key(name), "deze sleutel bestaat niet", &remedy);
            }
        }
    }

    fn must(&self, name: &str) -> Option<&'r Spanned<DeValue<'t>>> {
        let found = self.find(name);
        if found.is_none() {
            self.reader.fault(
                self.at,
                &self.key(name),
                "deze sleutel ontbreekt",
                "Voeg hem toe; docs/dienst.md noemt elke.",
            );
        }
        found
    }

    fn as_text(&self, name: &str, value: &'r Spanned<DeValue<'t>>) -> Option<&'r str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.fault(name, "hier hoort een tekst", "Zet de waarde tussen aanhalingstekens.");
        }
        text
    }

    /// A text that must be there.
    pub(super) fn text(&self, name: &str) -> Option<&'r str> {
        self.as_text(name, self.must(name)?)
    }

    /// A text that must be there and of this form.
    pub(super) fn parsed<T>(&self, name: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        self.formed(name, parse(text), expected)
    }

    /// A text that may be there, of this form.
    pub(super) fn may_parse<T>(&self, name: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.as_text(name, self.find(name)?)?;
        self.formed(name, parse(text), expected)
    }

    fn formed<T>(&self, name: &str, parsed: Option<T>, expected: &str) -> Option<T> {
        if parsed.is_none() {
            self.fault(name, &format!("verwacht {expected}"), "Schrijf het zo.");
        }
        parsed
    }

    /// A path that must be there, from the folder of the file.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(|text| self.reader.folder.join(text))
    }

    /// A path that may be there.
    pub(super) fn may_path(&self, name: &str) -> Option<PathBuf> {
        self.as_text(name, self.find(name)?).map(|text| self.reader.folder.join(text))
    }

    /// Every key as a value of this form, with the path at it.
    pub(super) fn paths<K: Ord>(&self, expected: &str, parse: impl Fn(&str) -> Option<K>) -> BTreeMap<K, PathBuf> {
        let one = |(name, value): (&'r Spanned<Cow<'t, str>>, &'r Spanned<DeValue<'t>>)| {
            let key = self.formed(name.get_ref(), parse(name.get_ref()), expected);
            Some((key?, self.reader.folder.join(self.as_text(name.get_ref(), value)?)))
        };
        self.table.iter().filter_map(one).collect()
    }

    /// Every key with its text, of this form. The keys are somebody else's words.
    pub(super) fn named<T>(&self, expected: &str, parse: impl Fn(&str) -> Option<T>) -> BTreeMap<String, T> {
        let one = |(name, value): (&'r Spanned<Cow<'t, str>>, &'r Spanned<DeValue<'t>>)| {
            let text = self.as_text(name.get_ref(), value)?;
            Some((name.get_ref().clone().into_owned(), self.formed(name.get_ref(), parse(text), expected)?))
        };
        self.table.iter().filter_map(one).collect()
    }

    /// Whether a key says true.
    pub(super) fn flag(&self, name: &str) -> bool {
        let Some(value) = self.find(name) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.fault(name, "hier hoort true of false", "Schrijf true of false, zonder aanhalingstekens.");
            false
        })
    }

    /// A whole number that may be there, of this range.
    pub(super) fn may_count(&self, name: &str, range: RangeInclusive<u16>) -> Option<u16> {
        let value = self.find(name)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str().parse().ok().filter(|number| range.contains(number)),
            _ => None,
        };
        self.formed(name, number, &format!("een getal van {} tot en met {}", range.start(), range.end()))
    }

    /// The texts of a list that may be there, each with its place.
    pub(super) fn texts(&self, name: &str) -> Vec<(usize, &'r str)> {
        let Some(value) = self.find(name) else { return Vec::new() };
        let list = value.get_ref().as_array();
        let texts = list.map(|list| list.iter().map(|item| Some((item.span().start, item.get_ref().as_str()?))));
        match texts.and_then(Iterator::collect::<Option<Vec<_>>>) {
            Some(texts) => texts,
            None => {
                self.fault(name, "hier hoort een lijst van teksten", "Schrijf [\"…\", \"…\"].");
                Vec::new()
            }
        }
    }

    /// One text of a list, of this form.
    pub(super) fn item<T: std::str::FromStr>(&self, at: usize, text: &str, expected: &str) -> Option<T> {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.reader.fault(at, &self.path, &format!("verwacht {expected}"), "Schrijf het zo.");
        }
        parsed
    }

    /// A table that must be there.
    pub(super) fn section(&self, name: &str) -> Option<Self> {
        self.must(name)?;
        self.may_section(name)
    }

    /// A table that may be there.
    pub(super) fn may_section(&self, name: &str) -> Option<Self> {
        let value = self.find(name)?;
        let Some(table) = value.get_ref().as_table() else {
            self.fault(name, "hier hoort een tabel", &format!("Begin met [{name}]."));
            return None;
        };
        Some(Self { reader: self.reader, path: self.key(name), at: value.span().start, table })
    }
}
