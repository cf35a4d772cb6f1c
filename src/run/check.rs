//! Leveringen against their manifests and the rules of their bron.

use super::Workplace;
use crate::ingest::{Checked, Inventory, Levering, Readable, Refusal, Refused, Rows, refusals};
use crate::linking::{DoelgroepBuilder, OnRows, Rank, ToRead, scan};
use crate::pseudonym::{KeyFault, LinkKey};
use crate::terms::{Bron, Identificatie};
use std::io;

/// What is to be done with one levering.
pub(super) struct Task<'t> {
    levering: &'t Levering,
    rows: Option<(Readable, OnRows<'t>)>,
}

impl<'t> Task<'t> {
    /// Read it, as far as it may be, and give out its rows.
    pub(super) fn read(levering: &'t Levering, readable: Readable, on_rows: impl Fn(&Rows) + Sync + 't) -> Self {
        Self { levering, rows: Some((readable, Box::new(on_rows))) }
    }

    /// Do not decode it, only compare it with its manifest.
    pub(super) fn compare(levering: &'t Levering) -> Self {
        Self { levering, rows: None }
    }
}

impl Workplace<'_> {
    fn scan(&self, tasks: Vec<Task<'_>>) -> Vec<io::Result<Checked>> {
        let file = |Task { levering, rows }| ToRead {
            file: &levering.file,
            bron: levering.manifest.bron,
            records: levering.manifest.records,
            rows,
        };
        let files: Vec<ToRead<'_>> = tasks.into_iter().map(file).collect();
        scan(self.engine, self.progress, self.folder, &files)
    }

    /// Reads data files against their manifests; gives with each every reason to refuse it.
    pub(super) fn read<'t>(&self, tasks: Vec<Task<'t>>) -> Vec<(&'t Levering, Vec<Refusal>)> {
        let leveringen: Vec<&Levering> = tasks.iter().map(|task| task.levering).collect();
        let checked = self.scan(tasks);
        leveringen.into_iter().zip(checked).map(|(levering, checked)| (levering, refusals(levering, checked))).collect()
    }

    /// Reads doelgroep leveringen into the builder side by side, given in the order in which they decide.
    pub(super) fn read_doelgroep<'t>(
        &self,
        leveringen: &[&'t Levering],
        readable: &Readable,
        key: &LinkKey,
        builder: &DoelgroepBuilder,
    ) -> Vec<(&'t Levering, Vec<Refusal>)> {
        let ranked = || (0..=Rank::MAX).zip(leveringen.iter().copied());
        let task = |(rank, levering): (Rank, &'t Levering)| {
            let identificatie = levering.manifest.identificatie;
            Task::read(levering, readable.clone(), move |rows| builder.take(key, (rank, identificatie), rows))
        };
        let mut checked = self.scan(ranked().map(task).collect());
        for (checked, (rank, _)) in checked.iter_mut().zip(ranked()) {
            checked.iter_mut().for_each(|checked| checked.faults.merge(builder.doubles(rank)));
        }
        ranked().zip(checked).map(|((_, levering), checked)| (levering, refusals(levering, checked))).collect()
    }
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
        let builder = DoelgroepBuilder::new(false, levering.manifest.records);
        checked.extend(place.read_doelgroep(&[levering], &Readable::all(Bron::Doelgroep), &key, &builder));
    }
    for (levering, reasons) in checked {
        let Levering { file, manifest, .. } = levering.clone();
        let found = Some((manifest.bron, manifest.identificatie, manifest.records));
        reports.push(Report { levering: found, refused: Refused { file: file.clone(), reasons }, file });
    }
    reports.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(reports)
}
