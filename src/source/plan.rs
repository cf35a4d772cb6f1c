//! The header of one raw file: which cell becomes which column, and what stays behind.

use super::profile::{BSN, OWN, Profile, delivered, raw_name};
use crate::ingest::schema::{Column, columns};
use crate::ingest::{Fault, Faults, Rule, own_allowed};
use crate::terms::{Bron, Identificatie};
use csv::ByteRecord;
use serde::Serialize;

/// A column of the levering and where its raw cells stand.
pub(super) struct Step<'p> {
    pub(super) column: &'static Column,
    /// Name in raw files, for errors.
    pub(super) name: &'static str,
    /// Place in the raw row, from 0; `None` delivers it empty.
    pub(super) at: Option<usize>,
    /// Spellings that the profile translates.
    pub(super) values: &'p [(String, String)],
}

/// A raw column that stays at the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IgnoredColumn {
    /// Place in the header, from 1.
    pub plaats: usize,
    /// Its name, when it is a word of the contract; any other header text might be data.
    pub kolom: Option<&'static str>,
}

/// How the rows of one raw file become rows of a levering.
pub(super) struct Plan<'p> {
    pub(super) bsn: Option<usize>,
    pub(super) own: Option<usize>,
    pub(super) steps: Vec<Step<'p>>,
    pub(super) ignored: Vec<IgnoredColumn>,
    /// Optional columns that the raw file does not have.
    pub(super) empty: Vec<&'static str>,
    /// Number of cells that each row must have.
    pub(super) width: usize,
}

impl<'p> Plan<'p> {
    /// Reads a header on this line.
    ///
    /// # Errors
    /// Every required column that is missing and every column that is there twice.
    pub(super) fn read(profile: &'p Profile, bron: Bron, line: u64, header: &ByteRecord) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut found: Vec<(&'static str, usize)> = Vec::new();
        let mut ignored = Vec::new();
        for (at, cell) in header.iter().enumerate() {
            let text = String::from_utf8_lossy(cell);
            match profile.column(bron, &text) {
                Some(name) if found.iter().any(|(known, _)| *known == name) => {
                    let place = Some(at + 1);
                    faults.add(Fault { line, column: Some(name), place, rule: Rule::KolomDubbel });
                }
                Some(name) => found.push((name, at)),
                None => ignored.push(IgnoredColumn { plaats: at + 1, kolom: known_name(&text) }),
            }
        }
        let place = |name: &str| found.iter().find(|(known, _)| *known == name).map(|(_, at)| *at);
        let (bsn, own) = (place(BSN), place(OWN));
        if bsn.is_none() && own.is_none() {
            faults.row(line, Some(BSN), Rule::KolomOntbreekt);
        }
        if let Some(at) = own.filter(|_| !own_allowed(bron)) {
            ignored.push(IgnoredColumn { plaats: at + 1, kolom: Some(OWN) });
            ignored.sort_by_key(|column| column.plaats);
        }
        let mut empty = Vec::new();
        let step = |column: &'static Column| {
            let name = raw_name(column);
            Step { column, name, at: place(name), values: profile.values(bron, name) }
        };
        let steps: Vec<Step<'p>> = delivered(bron).map(step).collect();
        for step in steps.iter().filter(|step| step.at.is_none()) {
            if step.column.optional {
                empty.push(step.name);
            } else {
                faults.row(line, Some(step.name), Rule::KolomOntbreekt);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { bsn, own, steps, ignored, empty, width: header.len() })
    }

    /// The leveringen that this file has a column for.
    pub(super) fn identificaties(&self, bron: Bron) -> impl Iterator<Item = Identificatie> {
        let own = self.own.filter(|_| own_allowed(bron)).map(|_| Identificatie::Own);
        self.bsn.map(|_| Identificatie::Bsn).into_iter().chain(own)
    }
}

/// The word of the contract that this header text is, if any.
fn known_name(text: &str) -> Option<&'static str> {
    let wanted = text.trim().to_lowercase();
    let all = Bron::ALL.iter().flat_map(|bron| columns(*bron)).flat_map(|column| [column.name, raw_name(column)]);
    all.chain([BSN, OWN]).find(|name| *name == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(profile: &str, bron: Bron, header: &str) -> Result<(Vec<IgnoredColumn>, Vec<&'static str>), Vec<Fault>> {
        let profile = Profile::built_in(profile).unwrap().unwrap();
        let header: ByteRecord = header.split(';').collect::<Vec<_>>().into();
        match Plan::read(&profile, bron, 1, &header) {
            Ok(plan) => Ok((plan.ignored, plan.empty)),
            Err(faults) => Err(faults.listed().to_vec()),
        }
    }

    #[test]
    fn extra_columns_stay_behind_and_optional_ones_may_lack() {
        let (ignored, empty) = plan("uwv", Bron::Inkomen, "Naam;BSN;maand; Bedrag ;soort;geslacht;").unwrap();
        let ignored: Vec<_> = ignored.into_iter().map(|column| (column.plaats, column.kolom)).collect();
        assert_eq!(ignored, [(1, None), (6, Some("geslacht")), (7, None)]);
        assert_eq!(empty, Vec::<&str>::new());
        let (_, empty) = plan("standaard", Bron::Onderwijs, "onderwijsnummer;soort").unwrap();
        assert_eq!(empty, ["brin", "niveau", "inschrijving_van", "inschrijving_tot", "startkwalificatie"]);
    }

    #[test]
    fn what_lacks_or_stands_twice_is_refused_at_once() {
        let faults = plan("standaard", Bron::Inkomen, "maand;MAAND;bedrag").unwrap_err();
        let faults: Vec<_> = faults.into_iter().map(|fault| (fault.column.unwrap(), fault.place, fault.rule)).collect();
        assert_eq!(
            faults,
            [
                ("maand", Some(2), Rule::KolomDubbel),
                ("bsn", None, Rule::KolomOntbreekt),
                ("bedrag_cent", None, Rule::KolomOntbreekt),
                ("soort", None, Rule::KolomOntbreekt),
            ]
        );
    }
}
