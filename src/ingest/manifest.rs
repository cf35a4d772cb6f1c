//! The manifest beside each data file: `inbeeld/levering/v1`.

use crate::pseudonym::KeyId;
use crate::terms::{Bron, Dekking, Identificatie, Maand, Moment, Oin, Regio, Sha256Hash};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Name of the schema.
pub const SCHEMA: &str = "inbeeld/levering/v1";
/// Largest manifest that is read, in bytes.
pub const MAX_MANIFEST: usize = 1 << 16;

/// Whether a levering of this bron may be of this kind of number at all.
#[must_use]
pub fn own_allowed(bron: Bron) -> bool {
    !matches!(bron, Bron::Inkomen | Bron::Uitkering)
}

/// What a levering says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Kind of source file.
    pub bron: Bron,
    /// Who delivers it.
    pub leverancier: Leverancier,
    /// The region that it is for.
    pub regio: Regio,
    /// The calendar month that it speaks of.
    pub periode: Maand,
    /// What it covers.
    pub dekking: Dekking,
    /// The koppelsleutel that its pseudonyms were made with.
    pub sleutel_id: KeyId,
    /// What its pseudonyms were made of.
    pub identificatie: Identificatie,
    /// Data rows of the file.
    pub records: u64,
    /// Rows that the source dropped, for a bad number.
    pub afgekeurd_bij_bron: u64,
    /// Hash of the data file.
    pub sha256: Sha256Hash,
    /// When it was made.
    pub aangemaakt: Moment,
}

/// The source of a levering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leverancier {
    /// Its number.
    pub oin: Oin,
    /// Its name, as it wrote it.
    pub naam: String,
}

/// What is wrong at one place of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// Not JSON, or not one object.
    #[error("regel {line}, kolom {column}: dit is geen JSON-object")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A key that must be there is not.
    #[error("de sleutel `{key}` ontbreekt")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// Keys that the schema does not have.
    #[error("{count} sleutel(s) die dit schema niet kent{}", inside(key))]
    Unknown {
        /// The object they stand in; empty for the outermost.
        key: &'static str,
        /// How many.
        count: usize,
    },
    /// A key stands twice.
    #[error("een sleutel staat er twee keer{}", inside(key))]
    Double {
        /// The object it stands in; empty for the outermost.
        key: &'static str,
    },
    /// A value of another form.
    #[error("de waarde van `{key}` klopt niet: verwacht {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A kind of number that the source cannot have.
    #[error("`identificatie` own kan niet bij deze bron: een onderwijsnummer bestaat alleen in het onderwijs")]
    OwnHere,
}

fn inside(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(", in `{key}`") }
}

impl Manifest {
    /// Reads a manifest, every fault of it at once.
    ///
    /// # Errors
    /// All [`ManifestFault`]s, never with a value of the text.
    pub fn parse(text: &[u8]) -> Result<Self, Vec<ManifestFault>> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let pairs: Object = serde_json::from_slice(text)
            .map_err(|fault| vec![ManifestFault::Json { line: fault.line().max(1), column: fault.column().max(1) }])?;
        let mut reader = Reader { faults: Vec::new() };
        let known = [
            "schema",
            "bron",
            "leverancier",
            "regio",
            "periode",
            "dekking",
            "sleutel_id",
            "identificatie",
            "records",
            "afgekeurd_bij_bron",
            "sha256",
            "aangemaakt",
        ];
        let object = reader.object("", pairs, &known);
        if let Some(schema) = reader.text(&object, "schema", "schema")
            && schema != SCHEMA
        {
            reader.wrong("schema", "inbeeld/levering/v1");
        }
        let manifest = reader.manifest(&object);
        match manifest {
            Some(manifest) if reader.faults.is_empty() => Ok(manifest),
            _ => Err(reader.faults),
        }
    }
}

/// The keys of an object with the text of their values, not yet read.
type Keys = BTreeMap<String, Box<RawValue>>;

/// An object with its keys in order, doubles included.
struct Object(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Object {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Object;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("een object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}

/// Collects the faults while it reads.
struct Reader {
    faults: Vec<ManifestFault>,
}

impl Reader {
    fn object(&mut self, key: &'static str, Object(pairs): Object, known: &[&'static str]) -> Keys {
        let mut object = Keys::new();
        let mut unknown = 0;
        for (name, value) in pairs {
            if !known.contains(&name.as_str()) {
                unknown += 1;
            } else if object.insert(name, value).is_some() {
                self.faults.push(ManifestFault::Double { key });
            }
        }
        if unknown > 0 {
            self.faults.push(ManifestFault::Unknown { key, count: unknown });
        }
        object
    }

    fn wrong(&mut self, key: &'static str, expected: &'static str) {
        self.faults.push(ManifestFault::Value { key, expected });
    }

    fn text(&mut self, object: &Keys, name: &str, key: &'static str) -> Option<String> {
        let Some(raw) = object.get(name) else {
            self.faults.push(ManifestFault::Missing { key });
            return None;
        };
        let text = serde_json::from_str(raw.get()).ok();
        if text.is_none() {
            self.wrong(key, "tekst");
        }
        text
    }

    fn parsed<T>(
        &mut self,
        object: &Keys,
        key: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(object, key, key)?;
        let value = parse(&text);
        if value.is_none() {
            self.wrong(key, expected);
        }
        value
    }

    fn count(&mut self, object: &Keys, key: &'static str) -> Option<u64> {
        let Some(raw) = object.get(key) else {
            self.faults.push(ManifestFault::Missing { key });
            return None;
        };
        let count = serde_json::from_str(raw.get()).ok();
        if count.is_none() {
            self.wrong(key, "een geheel getal van 0 of meer");
        }
        count
    }

    fn leverancier(&mut self, object: &Keys) -> Option<Leverancier> {
        let Some(raw) = object.get("leverancier") else {
            self.faults.push(ManifestFault::Missing { key: "leverancier" });
            return None;
        };
        let Ok(inner) = serde_json::from_str(raw.get()) else {
            self.wrong("leverancier", "een object met oin en naam");
            return None;
        };
        let inner = self.object("leverancier", inner, &["oin", "naam"]);
        let oin = self.text(&inner, "oin", "leverancier.oin").map(|text| Oin::parse(&text));
        if let Some(Err(fault)) = &oin {
            self.wrong("leverancier.oin", fault.expected);
        }
        let naam = self.text(&inner, "naam", "leverancier.naam");
        // The name goes into reports: no line of it may look like something else.
        let shown = |naam: &String| !naam.trim().is_empty() && naam.len() <= 200 && !naam.chars().any(char::is_control);
        if naam.as_ref().is_some_and(|naam| !shown(naam)) {
            self.wrong("leverancier.naam", "een naam van 1 tot 200 tekens, zonder stuurtekens");
        }
        Some(Leverancier { oin: oin?.ok()?, naam: naam? })
    }

    fn manifest(&mut self, object: &Keys) -> Option<Manifest> {
        let bytes = str::as_bytes;
        let bron =
            self.parsed(object, "bron", "doelgroep, onderwijs, inkomen, uitkering, brp of betrokkenheid", |text| {
                Bron::parse(bytes(text))
            });
        let leverancier = self.leverancier(object);
        let regio =
            self.parsed(object, "regio", "een regiocode van twee cijfers", |text| Regio::parse(bytes(text)).ok());
        let periode = self.parsed(object, "periode", "een maand als jjjj-mm", |text| Maand::parse(bytes(text)).ok());
        let dekking = self.parsed(object, "dekking", "volledig of gedeeltelijk", |text| Dekking::parse(bytes(text)));
        let sleutel_id = self.parsed(object, "sleutel_id", "16 hexadecimale cijfers in kleine letters", KeyId::parse);
        let identificatie =
            self.parsed(object, "identificatie", "bsn of own", |text| Identificatie::parse(bytes(text)));
        let records = self.count(object, "records");
        let afgekeurd_bij_bron = self.count(object, "afgekeurd_bij_bron");
        let sha256 = self
            .parsed(object, "sha256", "64 hexadecimale cijfers in kleine letters", |text| Sha256Hash::parse(text).ok());
        let aangemaakt = self.parsed(object, "aangemaakt", "een moment in UTC als 2026-11-02T08:30:00Z", |text| {
            Moment::parse(text).ok()
        });
        if let (Some(bron), Some(Identificatie::Own)) = (bron, identificatie)
            && !own_allowed(bron)
        {
            self.faults.push(ManifestFault::OwnHere);
        }
        Some(Manifest {
            bron: bron?,
            leverancier: leverancier?,
            regio: regio?,
            periode: periode?,
            dekking: dekking?,
            sleutel_id: sleutel_id?,
            identificatie: identificatie?,
            records: records?,
            afgekeurd_bij_bron: afgekeurd_bij_bron?,
            sha256: sha256?,
            aangemaakt: aangemaakt?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{ "schema": "inbeeld/levering/v1", "bron": "inkomen",
  "leverancier": { "oin": "00000001003214345000", "naam": "UWV" },
  "regio": "10", "periode": "2026-10", "dekking": "volledig", "sleutel_id": "0f3c0f3c0f3c0f3c",
  "identificatie": "bsn", "records": 5120, "afgekeurd_bij_bron": 3,
  "sha256": "0000000000000000000000000000000000000000000000000000000000000000", "aangemaakt": "2026-11-02T08:30:00Z" }"#;

    #[test]
    fn the_contracts_example_is_read() {
        let manifest = Manifest::parse(GOOD.as_bytes()).unwrap();
        assert_eq!((manifest.bron, manifest.records), (Bron::Inkomen, 5120));
        assert!(Manifest::parse(format!("\u{feff}{GOOD}").as_bytes()).is_ok());
    }

    #[test]
    fn each_fault_has_its_own_word() {
        let change = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            Manifest::parse(GOOD.replace(from, to).as_bytes()).unwrap_err()
        };
        assert_eq!(change("\"regio\": \"10\",", ""), [ManifestFault::Missing { key: "regio" }]);
        assert_eq!(change("\"regio\"", "\"x\": 1, \"regio\""), [ManifestFault::Unknown { key: "", count: 1 }]);
        assert_eq!(change("\"naam\"", "\"x\": 1, \"naam\""), [ManifestFault::Unknown { key: "leverancier", count: 1 }]);
        assert_eq!(change("\"regio\"", "\"regio\": \"10\", \"regio\""), [ManifestFault::Double { key: "" }]);
        assert_eq!(change("\"bsn\"", "\"own\""), [ManifestFault::OwnHere]);
        assert!(matches!(change("5120", "-1")[..], [ManifestFault::Value { key: "records", .. }]));
        assert!(matches!(change("5120", "\"5120\"")[..], [ManifestFault::Value { key: "records", .. }]));
        assert!(matches!(change("levering/v1", "levering/v2")[..], [ManifestFault::Value { key: "schema", .. }]));
        assert!(matches!(change("{ \"schema\"", "[ \"schema\"")[..], [ManifestFault::Json { .. }]));
        assert_eq!(change("\"10\"", "10").len(), 1);
    }
}
