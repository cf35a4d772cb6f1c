//! Leveringen against their manifests and the rules of their bron.

use super::Workplace;
use crate::ingest::{Checked, Inventory, Levering, PersonRow, Readable, Refusal, Refused, hash, reasons};
use crate::linking::{DoelgroepBuilder, scan};
use crate::pseudonym::{KeyFault, LinkKey};
use crate::terms::{Bron, Identificatie};
use std::io;
use std::sync::{Mutex, PoisonError};

impl Workplace<'_> {
    fn scan(
        &self,
        levering: &Levering,
        readable: &Readable,
        on_row: &(dyn Fn(PersonRow) + Sync),
    ) -> io::Result<Checked> {
        let (source, length) = self.folder.open(&levering.file)?;
        self.progress.begin(&levering.file, length);
        scan(self.engine, self.progress, levering.manifest.bron, readable, source, on_row)
    }

    /// Reads one data file against its manifest; gives every reason to refuse it.
    pub(super) fn read(
        &self,
        levering: &Levering,
        readable: &Readable,
        on_row: &(dyn Fn(PersonRow) + Sync),
    ) -> Vec<Refusal> {
        refusals(levering, self.scan(levering, readable, on_row))
    }

    /// Reads a doelgroep levering into the builder; `keep` holds on to what was received until the run
    /// ends.
    pub(super) fn read_doelgroep(
        &self,
        levering: &Levering,
        readable: &Readable,
        key: &LinkKey,
        keep: bool,
        builder: &mut DoelgroepBuilder,
    ) -> Vec<Refusal> {
        let rows = Mutex::new(Vec::new());
        let mut checked = self.scan(levering, readable, &|row| {
            if let Some(candidate) = DoelgroepBuilder::candidate(key, row, keep) {
                rows.lock().unwrap_or_else(PoisonError::into_inner).push(candidate);
            }
        });
        let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        let doubles = builder.add(levering.manifest.identificatie, rows);
        if let Ok(checked) = &mut checked {
            checked.faults.merge(doubles);
        }
        refusals(levering, checked)
    }

    /// A levering that does not serve is not decoded, only compared with its manifest.
    pub(super) fn compare_hash(&self, levering: &Levering) -> Vec<Refusal> {
        let found = self.folder.open(&levering.file).and_then(|(source, length)| {
            self.progress.begin(&levering.file, length);
            hash(source, &|bytes| self.progress.advance(0, bytes))
        });
        match found {
            Ok(sha256) if sha256 == levering.manifest.sha256 => Vec::new(),
            Ok(_) => vec![Refusal::Sha256],
            Err(_) => vec![Refusal::Unreadable],
        }
    }
}

/// Every reason to refuse a levering that was read.
fn refusals(levering: &Levering, checked: io::Result<Checked>) -> Vec<Refusal> {
    let Ok(Checked { end, records, faults, complete }) = checked else { return vec![Refusal::Unreadable] };
    let mut refusals = Vec::new();
    if end.sha256 != levering.manifest.sha256 {
        refusals.push(Refusal::Sha256);
    }
    // A file that stopped at a fault has not been counted to its end.
    if records != levering.manifest.records && complete {
        refusals.push(Refusal::Records { said: levering.manifest.records, found: records });
    }
    refusals.extend(reasons(&faults));
    refusals
}

/// What `controleer` found of one levering.
#[derive(Clone, Debug)]
pub struct Report {
    /// Name of the data file.
    pub file: String,
    /// Its bron, kind of number and rows; `None` when its manifest cannot be read.
    pub levering: Option<(Bron, Identificatie, u64)>,
    /// Why it is refused; empty when it is good.
    pub refused: Refused,
}

/// Checks every levering of a place in full, each column of it.
///
/// # Errors
/// What the system said of the folder, or that it gave no random bytes.
pub fn controleer(place: &Workplace<'_>) -> io::Result<Vec<Report>> {
    let inventory = Inventory::take(place.folder)?;
    let mut reports: Vec<Report> = Vec::new();
    for refused in inventory.refused {
        reports.push(Report { file: refused.file.clone(), levering: None, refused });
    }
    for levering in inventory.leveringen {
        let manifest = &levering.manifest;
        let readable = Readable::all(manifest.bron);
        let reasons = match manifest.bron {
            Bron::Doelgroep => {
                let key = LinkKey::random().map_err(|fault: KeyFault| io::Error::other(fault))?;
                place.read_doelgroep(&levering, &readable, &key, false, &mut DoelgroepBuilder::default())
            }
            _ => place.read(&levering, &readable, &|_| {}),
        };
        let found = Some((manifest.bron, manifest.identificatie, manifest.records));
        let refused = Refused { file: levering.file.clone(), reasons };
        reports.push(Report { file: levering.file, levering: found, refused });
    }
    reports.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(reports)
}
