//! How one kind of raw file is written: a TOML text that a functional manager can read and change.

mod read;

pub use read::ProfileFault;

use super::SourceFault;
use super::forms::Forms;
use crate::ingest::schema::{Column, PSEUDONIEM, columns};
use crate::terms::Bron;
use std::collections::BTreeMap;

/// Column of the raw file that holds the BSN.
pub(super) const BSN: &str = "bsn";
/// Column of the raw file that holds the onderwijsnummer.
pub(super) const OWN: &str = "onderwijsnummer";
/// Column of the raw doelgroep that stands in the place of the verwijzing.
pub(super) const DOSSIER: &str = "dossier";

/// The profiles that come with the program.
const BUILT_IN: [(&str, &str); 4] = [
    ("standaard", include_str!("../profielen/standaard.toml")),
    ("duo", include_str!("../profielen/duo.toml")),
    ("excel-nl", include_str!("../profielen/excel-nl.toml")),
    ("uwv", include_str!("../profielen/uwv.toml")),
];

/// Bytes to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8.
    Utf8,
    /// Windows-1252, the Western European code page.
    Windows1252,
}

/// Spelling in lower case, and the contract's value for it.
pub(super) type ValueMap = Vec<(String, String)>;

/// How a raw file is written: separator, character set, names of columns, spellings of values.
#[derive(Clone, Debug)]
pub struct Profile {
    name: String,
    pub(super) separator: u8,
    pub(super) charset: Charset,
    /// Whether a spreadsheet may have eaten leading zeros of a BSN.
    pub(super) lost_zeros: bool,
    pub(super) forms: Forms,
    /// Per bron and column the accepted header names, lower case; a column without: its own name.
    names: BTreeMap<(Bron, &'static str), Vec<String>>,
    values: BTreeMap<(Bron, &'static str), ValueMap>,
}

impl Profile {
    /// Names of the profiles that come with the program.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A profile that comes with the program; `None` when there is none of this name.
    ///
    /// # Errors
    /// Never in practice: a test reads them all.
    pub fn built_in(name: &str) -> Result<Option<Self>, SourceFault> {
        let found = BUILT_IN.iter().find(|(known, _)| *known == name);
        found.map(|(known, text)| Self::parse(known, text)).transpose()
    }

    /// Reads the text of a profile (schema `inbeeld/profiel/v1`). `source` names it in errors.
    ///
    /// # Errors
    /// [`SourceFault::Profile`] with the line of the first thing that is wrong.
    pub fn parse(source: &str, text: &str) -> Result<Self, SourceFault> {
        read::profile(text).map_err(|wrong| SourceFault::Profile { source_name: source.to_owned(), wrong })
    }

    /// Its own name, key `naam`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The column of this bron that goes by this header name, trimmed and in any case.
    pub(super) fn column(&self, bron: Bron, header: &str) -> Option<&'static str> {
        let wanted = header.trim().to_lowercase();
        raw_columns(bron).find(|column| match self.names.get(&(bron, *column)) {
            Some(names) => names.contains(&wanted),
            None => *column == wanted,
        })
    }

    /// The spellings of values that this profile translates in a column.
    pub(super) fn values(&self, bron: Bron, column: &'static str) -> &[(String, String)] {
        self.values.get(&(bron, column)).map_or(&[], Vec::as_slice)
    }
}

/// Name in raw files of a column of the contract.
pub(super) fn raw_name(column: &Column) -> &'static str {
    if column.name == "verwijzing" { DOSSIER } else { column.name }
}

/// The columns of a levering that come from a raw cell of their own: all but the pseudoniem.
pub(super) fn delivered(bron: Bron) -> impl Iterator<Item = &'static Column> {
    columns(bron).iter().filter(|column| column.name != PSEUDONIEM)
}

/// Every column that a raw file of this bron may have.
fn raw_columns(bron: Bron) -> impl Iterator<Item = &'static str> {
    [BSN, OWN].into_iter().chain(delivered(bron).map(raw_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_reads_and_has_its_own_name() {
        for name in Profile::built_in_names() {
            assert_eq!(Profile::built_in(name).unwrap().unwrap().name(), name);
        }
        assert!(Profile::built_in("onbekend").unwrap().is_none());
    }

    #[test]
    fn the_profile_in_the_manual_is_one() {
        let manual = include_str!("../../../docs/handleiding-bron.md");
        let text = manual.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let profile = Profile::parse("handleiding", text).unwrap();
        assert_eq!(profile.column(Bron::Uitkering, "Regeling"), Some("soort"));
    }

    #[test]
    fn headers_match_in_any_case_and_trimmed() {
        let standard = Profile::built_in("standaard").unwrap().unwrap();
        assert_eq!(standard.column(Bron::Doelgroep, " Dossier\u{a0}"), Some(DOSSIER));
        assert_eq!(standard.column(Bron::Doelgroep, "verwijzing"), None);
        assert_eq!(standard.column(Bron::Inkomen, "pseudoniem"), None);
        let duo = Profile::built_in("duo").unwrap().unwrap();
        assert_eq!(duo.column(Bron::Onderwijs, "DATUM_DIPLOMA"), Some("startkwalificatie"));
        assert_eq!(duo.column(Bron::Onderwijs, "startkwalificatie"), None);
    }
}
