//! What was sent as JSON, read field by field, with every fault at once and never a value.

use super::problem::{Fault, Problem};
use inbeeld::terms::Invalid;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The fields of one JSON object.
pub(crate) struct Fields<'b> {
    values: BTreeMap<String, &'b RawValue>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl<'b> Fields<'b> {
    /// Reads an object.
    pub(crate) fn read(body: &'b [u8]) -> Result<Self, Problem> {
        let values = serde_json::from_slice(body).map_err(|_| {
            Problem::invalid(vec![Fault {
                plek: "hele bericht".to_owned(),
                wat: "dit is geen JSON-object in UTF-8".to_owned(),
                doe: "Stuur één object, zoals /v1/openapi.json het beschrijft.".to_owned(),
            }])
        })?;
        Ok(Self { values, known: Vec::new(), faults: Vec::new() })
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
        let raw = self.values.get(name)?;
        match serde_json::from_str::<Option<String>>(raw.get()).map(|text| text.map(Zeroizing::new)) {
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
        let number = self.values.get(name).map(|raw| serde_json::from_str::<u32>(raw.get()));
        match number {
            Some(Ok(number)) if number > 0 => return Some(number),
            Some(_) => self.fault(name, "hier hoort een geheel getal vanaf 1"),
            None => self.fault(name, "dit veld ontbreekt"),
        }
        None
    }

    /// A whole number from 1 up to `most` that may be there; null is not there.
    pub(crate) fn may_count(&mut self, name: &'static str, most: usize) -> Option<usize> {
        self.known.push(name);
        match serde_json::from_str::<Option<usize>>(self.values.get(name)?.get()) {
            Ok(None) => return None,
            Ok(Some(number)) if (1..=most).contains(&number) => return Some(number),
            _ => self.fault(name, &format!("hier hoort een geheel getal van 1 tot en met {most}")),
        }
        None
    }

    /// A yes or no that may be there; not there is no.
    pub(crate) fn may_flag(&mut self, name: &'static str) -> bool {
        self.known.push(name);
        let Some(raw) = self.values.get(name) else { return false };
        match serde_json::from_str::<Option<bool>>(raw.get()) {
            Ok(flag) => flag.unwrap_or(false),
            Err(_) => {
                self.fault(name, "hier hoort true of false");
                false
            }
        }
    }

    /// A list of texts that must be there, of at most so many texts of so many bytes.
    pub(crate) fn texts(&mut self, name: &'static str, (count, most): (usize, usize)) -> Vec<String> {
        self.known.push(name);
        let Some(raw) = self.values.get(name) else {
            self.fault(name, "dit veld ontbreekt");
            return Vec::new();
        };
        match serde_json::from_str::<Vec<String>>(raw.get()) {
            Ok(texts) if texts.len() <= count && texts.iter().all(|text| text.len() <= most) => texts,
            Ok(_) => {
                self.fault(name, &format!("dit is te veel; hooguit {count} teksten van {most} bytes"));
                Vec::new()
            }
            Err(_) => {
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
        let doe = "Kijk in /v1/openapi.json hoe dit veld hoort.".to_owned();
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

/// Nothing was asked, so nothing may be sent but an empty object.
pub(crate) fn none(body: &[u8]) -> Result<(), Problem> {
    if body.is_empty() { Ok(()) } else { Fields::read(body)?.finish() }
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
        assert!(none(b"").is_ok() && none(b"{}").is_ok() && none(b"{\"a\":1}").is_err());
    }
}
