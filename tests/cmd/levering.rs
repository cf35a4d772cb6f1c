//! Leveringen to put before the command line: a data file and its manifest, good unless told otherwise.

use sha2::{Digest, Sha256};
use std::path::Path;

/// Stands in bad cells. No output may ever contain it.
pub const MARKER: &str = "GEHEIM1234";

/// Every bron of the contract.
pub const BRONNEN: [&str; 6] = ["doelgroep", "onderwijs", "inkomen", "uitkering", "brp", "betrokkenheid"];

/// The columns of a bron with a good value of each; an empty pseudoniem is filled in per row.
pub fn columns(bron: &str) -> &'static [(&'static str, &'static str)] {
    match bron {
        "doelgroep" => &[
            ("pseudoniem", ""),
            ("gemeente", "0193"),
            ("geboortemaand", "2006-03"),
            ("geslacht", "v"),
            ("uitschrijfdatum", "2024-07-31"),
            ("niveau", "mbo-2"),
            ("uitstroomprofiel", ""),
            ("contact", "bereikt"),
            ("niet_benaderen", ""),
            ("verwijzing", ""),
        ],
        "onderwijs" => &[
            ("pseudoniem", ""),
            ("brin", "25PZ"),
            ("soort", "mbo-bol"),
            ("niveau", "mbo-2"),
            ("inschrijving_van", "2025-08-01"),
            ("inschrijving_tot", ""),
            ("startkwalificatie", ""),
        ],
        "inkomen" => &[("pseudoniem", ""), ("maand", "2026-10"), ("bedrag_cent", "180000"), ("soort", "loon")],
        "uitkering" => &[("pseudoniem", ""), ("soort", "participatiewet"), ("van", "2026-01-01"), ("tot", "")],
        "brp" => &[("pseudoniem", ""), ("status", "ingezetene"), ("sinds", "2020-05-01"), ("gemeente", "0193")],
        "betrokkenheid" => &[("pseudoniem", ""), ("sinds", "2026-02-01")],
        _ => panic!("no such bron: {bron}"),
    }
}

/// The header of a bron.
pub fn header(bron: &str) -> String {
    columns(bron).iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

/// An invented pseudoniem: any 64 hex digits will do.
pub fn person(number: usize) -> String {
    format!("{number:064x}")
}

/// A row about a person, with some cells other than good.
pub fn row(bron: &str, number: usize, cells: &[(&str, &str)]) -> String {
    for (name, _) in cells {
        assert!(columns(bron).iter().any(|(known, _)| known == name), "{bron} has no column {name}");
    }
    let cell = |(name, good): &(&str, &str)| match cells.iter().find(|(other, _)| other == name) {
        Some((_, value)) => (*value).to_owned(),
        None if *name == "pseudoniem" => person(number),
        None => (*good).to_owned(),
    };
    columns(bron).iter().map(cell).collect::<Vec<_>>().join(";")
}

/// A data file and its manifest.
pub struct Levering {
    name: String,
    pub data: Vec<u8>,
    /// The manifest's text with the places of sha256 and records still open.
    manifest: String,
    records: usize,
    sha256: Option<String>,
}

impl Levering {
    /// So many good rows.
    pub fn good(bron: &str, rows: usize) -> Self {
        Self::rows(bron, &(1..=rows).map(|number| row(bron, number, &[])).collect::<Vec<_>>())
    }

    /// These rows under the right header.
    pub fn rows(bron: &str, rows: &[String]) -> Self {
        Self::text(
            bron,
            rows.len(),
            format!("{}\n{}", header(bron), rows.iter().map(|row| format!("{row}\n")).collect::<String>()),
        )
    }

    /// These bytes, with so many records in the manifest.
    pub fn text(bron: &str, records: usize, data: impl Into<Vec<u8>>) -> Self {
        let manifest = format!(
            r#"{{
  "schema": "inbeeld/levering/v1",
  "bron": "{bron}",
  "leverancier": {{ "oin": "00000001999990000001", "naam": "Verzonnen bron" }},
  "regio": "10",
  "periode": "2026-10",
  "dekking": "volledig",
  "sleutel_id": "0123456789abcdef",
  "identificatie": "bsn",
  "records": <records>,
  "afgekeurd_bij_bron": 0,
  "sha256": "<sha256>",
  "aangemaakt": "2026-11-02T08:30:00Z"
}}
"#
        );
        Self { name: format!("{bron}.csv"), data: data.into(), manifest, records, sha256: None }
    }

    /// Under another file name.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// With another piece of text in the manifest.
    pub fn with(mut self, from: &str, to: &str) -> Self {
        assert_eq!(self.manifest.matches(from).count(), 1, "`{from}` in the manifest");
        self.manifest = self.manifest.replace(from, to);
        self
    }

    /// With this as the whole manifest.
    pub fn manifest(mut self, text: &str) -> Self {
        text.clone_into(&mut self.manifest);
        self
    }

    /// Cut off after so many bytes, behind the back of the manifest.
    pub fn cut(mut self, keep: usize) -> Self {
        self.sha256 = Some(hex(&Sha256::digest(&self.data)));
        self.data.truncate(keep);
        self
    }

    /// The manifest as it is written.
    pub fn manifest_text(&self) -> String {
        let sha256 = self.sha256.clone().unwrap_or_else(|| hex(&Sha256::digest(&self.data)));
        self.manifest.replace("<records>", &self.records.to_string()).replace("<sha256>", &sha256)
    }

    /// Writes both files.
    pub fn write(&self, folder: &Path) {
        self.write_data(folder);
        self.write_manifest(folder);
    }

    /// Writes the data file alone.
    pub fn write_data(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(&self.name), &self.data).unwrap();
    }

    /// Writes the manifest alone.
    pub fn write_manifest(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(format!("{}.manifest.json", self.name)), self.manifest_text()).unwrap();
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A valid number that looks like a BSN (11-proef), from the range that is never given out.
pub fn bsn(number: usize) -> String {
    let mut left = number;
    for candidate in 999_900_000u32.. {
        let text = candidate.to_string();
        let digits: Vec<i64> = text.bytes().map(|byte| i64::from(byte - b'0')).collect();
        let sum: i64 = (0..8).map(|at| digits[at] * (9 - i64::try_from(at).unwrap())).sum::<i64>() - digits[8];
        if sum % 11 == 0 {
            if left == 0 {
                return text;
            }
            left -= 1;
        }
    }
    unreachable!()
}

/// A sealed handle in form: 104 bytes as base64url.
pub fn handle() -> String {
    "QUJD".repeat(34) + "QUI"
}
