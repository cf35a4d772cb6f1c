//! What was sent, as JSON or as a form, read field by field, with every fault at once and never a value.

use super::form;
use super::problem::{Fault, Problem};
use inbeeld::terms::Invalid;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The fields of one JSON object, or of one form.
pub(crate) struct Fields<'b> {
    values: BTreeMap<String, Given<'b>>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
    remedy: &'static str,
}

/// What stands in a field.
enum Given<'b> {
    Json(&'b RawValue),
    /// What a form says under this name; an empty line says nothing.
    Form(Vec<Zeroizing<String>>),
}

/// A field is of another kind than was asked.
struct Other;

impl Given<'_> {
    fn text(&self) -> Result<Option<Zeroizing<String>>, Other> {
        match self {
            Self::Json(raw) => serde_json::from_str::<Option<String>>(raw.get())
                .map(|text| text.map(Zeroizing::new))
                .map_err(|_| Other),
            Self::Form(texts) => match texts.as_slice() {
                [text] => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
                _ => Err(Other),
            },
        }
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::Json(raw) => serde_json::from_str(raw.get()).ok(),
            Self::Form(_) => self.text().ok()??.parse().ok(),
        }
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Json(raw) => serde_json::from_str::<Option<bool>>(raw.get()).ok().map(Option::unwrap_or_default),
            Self::Form(_) => self.text().ok()?.is_none_or(|text| *text == "ja").then(|| !self.is_nothing()),
        }
    }

    fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::Json(raw) => serde_json::from_str(raw.get()).ok(),
            Self::Form(texts) => {
                Some(texts.iter().filter(|text| !text.is_empty()).map(|text| text.to_string()).collect())
            }
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(self.text(), Ok(None))
    }
}

impl<'b> Fields<'b> {
    /// Reads an object.
    pub(crate) fn read(body: &'b [u8]) -> Result<Self, Problem> {
        let values: BTreeMap<String, &'b RawValue> = serde_json::from_slice(body).map_err(|_| {
            Problem::invalid(vec![Fault {
                plek: "hele bericht".to_owned(),
                wat: "dit is geen JSON-object in UTF-8".to_owned(),
                doe: "Stuur één object, zoals /v1/openapi.json het beschrijft.".to_owned(),
            }])
        })?;
        let values = values.into_iter().map(|(name, raw)| (name, Given::Json(raw))).collect();
        let remedy = "Kijk in /v1/openapi.json hoe dit veld hoort.";
        Ok(Self { values, known: Vec::new(), faults: Vec::new(), remedy })
    }

    /// Reads a form.
    pub(crate) fn form(body: &[u8]) -> Result<Self, Problem> {
        let mut values: BTreeMap<String, Given<'b>> = BTreeMap::new();
        for (name, text) in form::pairs(body).ok_or_else(form::malformed)? {
            if let Given::Form(texts) = values.entry(name).or_insert_with(|| Given::Form(Vec::new())) {
                texts.push(text);
            }
        }
        Ok(Self { values, known: Vec::new(), faults: Vec::new(), remedy: "Verbeter dit veld en verstuur het opnieuw." })
    }

    /// A text that must be there, of at most so many bytes.
    pub(crate) fn text(&mut self, name: &'static str, most: usize) -> Zeroizing<String> {
        if let Some(text) = self.may_text(name, most) {
            return text;
        }
        if !self.values.contains_key(name) {
            self.fault(name, "dit veld ontbreekt");
        }
        Zeroizing::default()
    }

    /// A text that may be there; null is not there.
    pub(crate) fn may_text(&mut self, name: &'static str, most: usize) -> Option<Zeroizing<String>> {
        self.known.push(name);
        match self.values.get(name)?.text() {
            Ok(Some(text)) if text.len() <= most => return Some(text),
            Ok(Some(_)) => self.fault(name, &format!("dit is te lang; hooguit {most} bytes")),
            Ok(None) => {
                self.values.remove(name);
            }
            Err(_) => self.fault(name, "hier hoort een tekst"),
        }
        None
    }

    /// A text that must be there and say something, of at most so many bytes.
    pub(crate) fn filled(&mut self, name: &'static str, most: usize) -> String {
        let text = self.text(name, most);
        let text = text.trim();
        // What is not there, or is no text, has been told.
        if text.is_empty() && !self.faults.iter().any(|fault| fault.plek == name) {
            self.fault(name, "dit is leeg");
        }
        text.to_owned()
    }

    /// A whole number from 1 that must be there.
    pub(crate) fn number(&mut self, name: &'static str) -> Option<u32> {
        self.known.push(name);
        match self.values.get(name).map(Given::number) {
            Some(Some(number)) if number > 0 => return Some(number),
            Some(_) => self.fault(name, "hier hoort een geheel getal vanaf 1"),
            None => self.fault(name, "dit veld ontbreekt"),
        }
        None
    }

    /// A whole number from 1 up to `most` that may be there; null is not there.
    pub(crate) fn may_count(&mut self, name: &'static str, most: usize) -> Option<usize> {
        self.known.push(name);
        let given = self.values.get(name)?;
        let nothing = given.is_nothing();
        let number = given.number().and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| (1..=most).contains(number));
        if number.is_none() && !nothing {
            self.fault(name, &format!("hier hoort een geheel getal van 1 tot en met {most}"));
        }
        number
    }

    /// A yes or no that may be there; not there is no.
    pub(crate) fn may_flag(&mut self, name: &'static str) -> bool {
        self.known.push(name);
        let Some(given) = self.values.get(name) else { return false };
        given.flag().unwrap_or_else(|| {
            self.fault(name, "hier hoort true of false");
            false
        })
    }

    /// A list of texts that must be there, of at most so many texts of so many bytes.
    pub(crate) fn texts(&mut self, name: &'static str, (count, most): (usize, usize)) -> Vec<String> {
        self.known.push(name);
        let Some(given) = self.values.get(name) else {
            self.fault(name, "dit veld ontbreekt");
            return Vec::new();
        };
        match given.texts() {
            Some(texts) if texts.len() <= count && texts.iter().all(|text| text.len() <= most) => texts,
            Some(_) => {
                self.fault(name, &format!("dit is te veel; hooguit {count} teksten van {most} bytes"));
                Vec::new()
            }
            None => {
                self.fault(name, "hier hoort een lijst van teksten");
                Vec::new()
            }
        }
    }

    /// A text that must be there, of this form.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.text(name, 256);
        // A field that is not there, or is no text, has been told.
        if self.faults.iter().any(|fault| fault.plek == name) { None } else { self.formed(name, parse(&text)) }
    }

    /// A text that may be there, of this form.
    pub(crate) fn may_parse<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.may_text(name, 256)?;
        self.formed(name, parse(&text))
    }

    fn formed<T>(&mut self, name: &str, parsed: Result<T, Invalid>) -> Option<T> {
        parsed.map_err(|invalid| self.fault(name, &format!("verwacht {}", invalid.expected))).ok()
    }

    fn fault(&mut self, name: &str, what: &str) {
        let doe = self.remedy.to_owned();
        self.faults.push(Fault { plek: name.to_owned(), wat: what.to_owned(), doe });
    }

    /// Refuses what was at fault, and fields that nobody asked for.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        let strange = self.values.keys().filter(|name| !self.known.contains(&name.as_str())).count();
        if strange > 0 {
            let doe = format!("Kies uit: {}.", self.known.join(", "));
            self.faults.push(Fault {
                plek: "hele bericht".to_owned(),
                wat: format!("{strange} veld(en) die hier niet horen"),
                doe,
            });
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(self.faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use inbeeld::terms::Gemeente;

    #[test]
    fn every_fault_is_told_and_no_value() {
        let body = br#"{"naam": 999993847, "code": "abcde", "gemeente": "Zwolle", "bsn": "999993847", "leeg": null}"#;
        let mut fields = Fields::read(body).unwrap();
        fields.text("naam", 10);
        fields.text("code", 4);
        fields.text("wachtwoord", 10);
        assert!(fields.may_text("leeg", 10).is_none());
        let gemeente = fields.may_parse("gemeente", |text| Gemeente::parse(text.as_bytes()));
        assert!(gemeente.is_none());
        let told = serde_json::to_string(&fields.finish().unwrap_err()).unwrap();
        for place in ["naam", "code", "wachtwoord", "gemeente", "hele bericht"] {
            assert!(told.contains(&format!("\"plek\":\"{place}\"")), "{place}: {told}");
        }
        assert!(!told.contains("99999") && !told.contains("Zwolle") && !told.contains("\"bsn"), "{told}");
        assert!(told.contains("heeft 5 fout"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for body in [&b""[..], b"[]", b"\"tekst\"", b"{", b"{\"a\":1}x", b"\xff\xfe", &b"[".repeat(100_000)] {
            assert!(Fields::read(body).is_err());
        }
    }

    #[test]
    fn a_form_says_the_same_as_an_object() {
        let mut fields = Fields::form(b"naam=Jan+de+Wit%21&nr=12&ja=ja&nee=&twee=a&twee=b&leeg=").unwrap();
        assert_eq!(fields.text("naam", 20).as_str(), "Jan de Wit!");
        assert_eq!(fields.number("nr"), Some(12));
        assert!(fields.may_flag("ja") && !fields.may_flag("nee") && !fields.may_flag("weg"));
        assert_eq!(fields.texts("twee", (2, 10)), ["a", "b"]);
        assert!(fields.may_text("leeg", 10).is_none());
        assert!(fields.finish().is_ok());
        let mut fields = Fields::form(b"nr=geheim&naam=a&naam=b&vreemd=geheim").unwrap();
        fields.number("nr");
        fields.text("naam", 10);
        fields.text("ontbreekt", 10);
        let told = serde_json::to_string(&fields.finish().unwrap_err()).unwrap();
        assert!(told.contains("heeft 4 fout") && !told.contains("geheim") && !told.contains("vreemd"), "{told}");
        for body in [&b"a=%zz"[..], b"a=%f", b"a=%ff"] {
            assert!(Fields::form(body).is_err());
        }
    }
}
