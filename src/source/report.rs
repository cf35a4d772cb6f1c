//! What was made, what was dropped and why: counts, files, lines and columns; never a value.

use super::number::Reason;
use super::plan::IgnoredColumn;
use crate::terms::Gemeente;
use serde::Serialize;
use std::collections::BTreeMap;

/// Dropped lines that a report lists; further ones are counted, so that memory stays bounded.
const LISTED: usize = 100_000;

/// A row that was dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct DroppedRow {
    /// Index in the list of raw files, from 0.
    bestand: usize,
    regel: u64,
    reden: Reason,
}

/// The rows that one levering does not have, because nobody can be found under their number.
#[derive(Clone, Debug, Default)]
pub(super) struct Dropped {
    pub(super) counts: BTreeMap<Reason, u64>,
    rows: Vec<DroppedRow>,
}

impl Dropped {
    pub(super) fn add(&mut self, file: usize, line: u64, reason: Reason) {
        *self.counts.entry(reason).or_default() += 1;
        if self.rows.len() < LISTED {
            self.rows.push(DroppedRow { bestand: file, regel: line, reden: reason });
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// Counts of one levering.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) records: u64,
    pub(super) dropped: Dropped,
    pub(super) doubles: u64,
    pub(super) padded: u64,
    /// Dossiers without a key of their municipality, delivered without verwijzing.
    pub(super) unsealed: BTreeMap<Gemeente, u64>,
}

/// What one raw file was found to be.
#[derive(Clone, Debug, Serialize)]
pub struct InputSummary {
    /// Name of the raw file.
    pub bestand: String,
    /// Data rows read.
    pub gelezen: u64,
    /// Columns that stayed at the source.
    pub genegeerde_kolommen: Vec<IgnoredColumn>,
    /// Optional columns that the file does not have; delivered empty.
    pub lege_kolommen: Vec<&'static str>,
}

/// What was delivered of one identificatie.
#[derive(Clone, Debug, Serialize)]
pub struct LeveringSummary {
    /// Name of the data file.
    pub bestand: String,
    /// Name of its manifest.
    pub manifest: String,
    /// Name of the report that stays at the source.
    pub rapport: String,
    /// `bsn` or `own`.
    pub identificatie: &'static str,
    /// Rows delivered.
    pub records: u64,
    /// Rows merged with an equal row of the same person.
    pub dubbel: u64,
    /// BSNs to which leading zeros were added.
    pub bsn_aangevuld: u64,
    /// Rows dropped, per reason.
    pub afgekeurd: BTreeMap<Reason, u64>,
    /// Per municipality the dossiers for which there was no key.
    pub verwijzing_zonder_sleutel: BTreeMap<String, u64>,
    /// SHA-256 of the data file.
    pub sha256: String,
}

/// What came of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// `inbeeld/pseudonimiseer/v1`.
    pub schema: &'static str,
    /// Kind of source.
    pub bron: &'static str,
    /// Month that was delivered.
    pub periode: String,
    /// Name of the profile used.
    pub profiel: String,
    /// Moment in the manifests.
    pub aangemaakt: String,
    /// Data rows read, of all raw files.
    pub gelezen: u64,
    /// The raw files.
    pub invoer: Vec<InputSummary>,
    /// One per identificatie.
    pub leveringen: Vec<LeveringSummary>,
}

/// `<file>.rapport.json`: stays at the source, beside the levering.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    schema: &'static str,
    bron: &'static str,
    profiel: &'a str,
    gelezen: u64,
    invoer: &'a [InputSummary],
    levering: &'a LeveringSummary,
    /// Each with the index of its file in `invoer`, from 0.
    afgekeurde_regels: &'a [DroppedRow],
    /// Dropped lines beyond those listed.
    afgekeurd_niet_vermeld: u64,
}

impl<'a> Report<'a> {
    pub(super) fn new(summary: &'a Summary, levering: &'a LeveringSummary, counts: &'a Counts) -> Self {
        Self {
            schema: "inbeeld/bronrapport/v1",
            bron: summary.bron,
            profiel: &summary.profiel,
            gelezen: summary.gelezen,
            invoer: &summary.invoer,
            levering,
            afgekeurde_regels: &counts.dropped.rows,
            afgekeurd_niet_vermeld: counts.dropped.total() - counts.dropped.rows.len() as u64,
        }
    }
}
