//! Leveringen against their manifests and the rules of their bron.

use super::Workplace;
use crate::ingest::{Checked, Inventory, Levering, Readable, Refusal, Refused, Rows, reasons};
use crate::linking::{DoelgroepBuilder, OnRows, ToRead, scan};
use crate::pseudonym::{KeyFault, LinkKey};
use crate::terms::{Bron, Identificatie};
use std::io;
use std::sync::{Mutex, PoisonError};

/// What is to be done with one levering.
pub(super) struct Task<'t> {
    levering: &'t Levering,
    rows: Option<(Readable, OnRows<'t>)>,
}

impl<'t> Task<'t> {
    /// Read it, as far as it may be, and give out its rows.
    pub(super) fn read(levering: &'t Levering, readable: Readable, on_rows: impl Fn(&mut Rows) + Sync + 't) -> Self {
        Self { levering, rows: Some((readable, Box::new(on_rows))) }
    }

    /// Do not decode it, only compare it with its manifest.
    pub(super) fn compare(levering: &'t Levering) -> Self {
        Self { levering, rows: None }
    }
}

impl Workplace<'_> {
    fn scan(&self, tasks: Vec<Task<'_>>) -> Vec<io::Result<Checked>> {
        let file = |Task { levering, rows }| ToRead { file: &levering.file, bron: levering.manifest.bron, rows };
        let files: Vec<ToRead<'_>> = tasks.into_iter().map(file).collect();
        scan(self.engine, self.progress, self.folder, &files)
    }

    /// Reads data files against their manifests; gives with each every reason to refuse it.
    pub(super) fn read<'t>(&self, tasks: Vec<Task<'t>>) -> Vec<(&'t Levering, Vec<Refusal>)> {
        let leveringen: Vec<&Levering> = tasks.iter().map(|task| task.levering).collect();
        let checked = self.scan(tasks);
        leveringen.into_iter().zip(checked).map(|(levering, checked)| (levering, refusals(levering, checked))).collect()
    }

    /// Reads doelgroep leveringen into the builder, in the order given; `keep` holds on to what was
    /// received until the run ends.
    pub(super) fn read_doelgroep<'t>(
        &self,
        leveringen: &[&'t Levering],
        readable: &Readable,
        key: &LinkKey,
        keep: bool,
        builder: &mut DoelgroepBuilder,
    ) -> Vec<(&'t Levering, Vec<Refusal>)> {
        let parts: Vec<Mutex<Vec<_>>> = leveringen.iter().map(|_| Mutex::default()).collect();
        let mut tasks = Vec::new();
        for (levering, parts) in leveringen.iter().zip(&parts) {
            tasks.push(Task::read(levering, readable.clone(), |rows| {
                let part = DoelgroepBuilder::candidates(key, rows, keep);
                parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
            }));
        }
        let all = self.scan(tasks);
        let taken_in = |((levering, mut checked), parts): ((&&'t Levering, io::Result<Checked>), Mutex<Vec<_>>)| {
            let parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
            let doubles = builder.add(levering.manifest.identificatie, parts);
            if let Ok(checked) = &mut checked {
                checked.faults.merge(doubles);
            }
            (*levering, refusals(levering, checked))
        };
        leveringen.iter().zip(all).zip(parts).map(taken_in).collect()
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
    let of_bron = |doelgroep: bool| {
        let leveringen = inventory.leveringen.iter();
        leveringen.filter(move |levering| (levering.manifest.bron == Bron::Doelgroep) == doelgroep)
    };
    let read = |levering| Task::read(levering, Readable::all(levering.manifest.bron), |_| {});
    let mut checked = place.read(of_bron(false).map(read).collect());
    let key = LinkKey::random().map_err(|fault: KeyFault| io::Error::other(fault))?;
    for levering in of_bron(true) {
        // One by one: who stands in two leveringen stands in neither twice.
        let mut builder = DoelgroepBuilder::default();
        checked.extend(place.read_doelgroep(&[levering], &Readable::all(Bron::Doelgroep), &key, false, &mut builder));
    }
    for (levering, reasons) in checked {
        let Levering { file, manifest } = levering.clone();
        let found = Some((manifest.bron, manifest.identificatie, manifest.records));
        reports.push(Report { levering: found, refused: Refused { file: file.clone(), reasons }, file });
    }
    reports.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(reports)
}
