//! One raw row to the cells of one row of the levering.

use super::cell::{convert, trim};
use super::forms::Forms;
use super::plan::Plan;
use super::profile::DOSSIER;
use crate::ingest::schema::Kind;
use crate::ingest::{Faults, RawBsnWatch, Rule};
use crate::terms::{BrpStatus, Gemeente};
use csv::ByteRecord;

/// Columns of free text, in which raw BSNs could travel unseen: `brin`, and `dossier` before it is
/// sealed. The cells of all others have a form that no BSN has.
const WATCHED: [&str; 2] = ["brin", DOSSIER];

/// What was found wrong with one raw file, or with all of them.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) faults: Faults,
    watch: RawBsnWatch,
}

impl Findings {
    /// Takes in the cells that another file's watch saw, not its faults.
    pub(super) fn saw_too(&mut self, other: &Self) {
        self.watch.merge(&other.watch);
    }

    /// All faults, the columns that look like raw BSNs among them and first.
    pub(super) fn conclude(mut self) -> Faults {
        let mut faults = Faults::default();
        for column in self.watch.suspects() {
            faults.row(0, WATCHED.get(column).copied(), Rule::RuweBsn);
        }
        faults.merge(std::mem::take(&mut self.faults));
        faults
    }

    fn see(&mut self, kind: Kind, cell: &[u8]) {
        match kind {
            Kind::Brin => self.watch.see(0, cell),
            Kind::Verwijzing => self.watch.see(1, cell),
            _ => {}
        }
    }
}

/// What the rest of a row's way needs to know of it.
pub(super) struct Row<'r> {
    /// Its municipality, where the bron has one.
    pub(super) gemeente: Option<Gemeente>,
    /// Its dossier, where the bron has a verwijzing; empty when it has none.
    pub(super) dossier: Option<&'r [u8]>,
}

/// Writes the converted cells, a separator before each and without the verwijzing, into `cells`.
/// `None` when a cell breaks a rule, which then stands in the findings.
pub(super) fn convert_row<'r>(
    plan: &Plan<'_>,
    forms: &Forms,
    findings: &mut Findings,
    line: u64,
    record: &'r ByteRecord,
    cells: &mut Vec<u8>,
) -> Option<Row<'r>> {
    cells.clear();
    let mut row = Row { gemeente: None, dossier: None };
    let (mut whole, mut resident) = (true, false);
    for step in &plan.steps {
        let raw = step.at.and_then(|at| record.get(at)).map(trim);
        findings.see(step.column.kind, raw.unwrap_or_default());
        if matches!(step.column.kind, Kind::Verwijzing) {
            row.dossier = Some(raw.unwrap_or_default());
            continue;
        }
        cells.push(b';');
        // A column that the file does not have is optional, by the plan, and stays empty.
        let Some(raw) = raw else { continue };
        let start = cells.len();
        if let Err(rule) = convert(step.column, step.values, forms, raw, cells) {
            findings.faults.row(line, Some(step.name), rule);
            whole = false;
            continue;
        }
        let written = cells.get(start..).unwrap_or_default();
        match step.column.kind {
            Kind::Gemeente => row.gemeente = Gemeente::parse(written).ok(),
            // Only the brp's status can say so (CONTRACT: gemeente may be empty for the others).
            Kind::Closed(_) => {
                resident |= step.name == "status" && written == BrpStatus::Ingezetene.as_str().as_bytes()
            }
            _ => {}
        }
    }
    if whole && resident && row.gemeente.is_none() {
        findings.faults.row(line, Some("gemeente"), Rule::Leeg);
        whole = false;
    }
    whole.then_some(row)
}
