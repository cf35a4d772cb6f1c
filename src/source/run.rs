//! One run over all raw files: who each row is about, whether it travels, and in which levering.

use super::Request;
use super::doubles::{Persons, Seen};
use super::fault::{FileReport, SourceFault};
use super::forms::Forms;
use super::levering::{Levering, Names};
use super::number::person;
use super::plan::Plan;
use super::port::{Input, Output, Packing};
use super::profile::DOSSIER;
use super::report::InputSummary;
use super::row::{Findings, convert_row};
use super::{cell::trim, sheet, table};
use crate::ingest::{Faults, Rule, own_allowed};
use crate::pseudonym::{KeyFault, VerwijzingFault};
use crate::terms::{Bron, Identificatie};
use csv::ByteRecord;
use std::ops::ControlFlow;

/// What is gathered over all raw files.
pub(super) struct Run<'a, 'o> {
    request: &'a Request<'a>,
    output: &'o mut dyn Output,
    names: Names,
    leveringen: [Option<Levering>; 2],
    persons: Option<Persons>,
    seen: Findings,
    refused: Vec<FileReport>,
    inputs: Vec<InputSummary>,
    rows: u64,
    /// First raw file in which somebody has an onderwijsnummer only, where the bron knows none.
    own_only: Option<String>,
    /// Converted cells of the row at hand.
    cells: Vec<u8>,
}

/// A run that read everything and found nothing to refuse.
pub(super) struct Read {
    pub(super) names: Names,
    pub(super) leveringen: Vec<Levering>,
    pub(super) inputs: Vec<InputSummary>,
    pub(super) rows: u64,
}

/// One raw file on its way in.
struct Reading<'p> {
    /// Its place among the raw files, from 0.
    index: usize,
    name: String,
    plan: Option<Plan<'p>>,
    forms: Forms,
    findings: Findings,
    rows: u64,
}

impl<'a, 'o> Run<'a, 'o> {
    pub(super) fn new(request: &'a Request<'a>, output: &'o mut dyn Output) -> Result<Self, SourceFault> {
        let persons = (request.bron == Bron::Doelgroep).then(Persons::new).transpose().map_err(SourceFault::Random)?;
        Ok(Self {
            request,
            names: Names::free(request, output)?,
            output,
            leveringen: [None, None],
            persons,
            seen: Findings::default(),
            refused: Vec::new(),
            inputs: Vec::new(),
            rows: 0,
            own_only: None,
            cells: Vec::new(),
        })
    }

    /// Reads one raw file to its end, its faults included.
    pub(super) fn read(&mut self, input: Input<'_>) -> Result<(), SourceFault> {
        let profile = self.request.profiel;
        let mut reading = Reading {
            index: self.inputs.len(),
            name: input.name.clone(),
            plan: None,
            forms: if input.packing == Packing::Xlsx { sheet::forms(profile) } else { profile.forms.clone() },
            findings: Findings::default(),
            rows: 0,
        };
        let visit = |line: u64, record: &ByteRecord| self.record(&mut reading, line, record);
        let of_the_text = match input.packing {
            Packing::Csv => table::read(&input.name, input.bytes, profile, visit)?,
            Packing::Xlsx => sheet::read(input, profile, visit).map(|()| Faults::default())?,
        };
        self.close(reading, of_the_text);
        Ok(())
    }

    fn record(
        &mut self,
        reading: &mut Reading<'a>,
        line: u64,
        record: &ByteRecord,
    ) -> Result<ControlFlow<()>, SourceFault> {
        // Spreadsheets like to end in rows of separators only: those are blank too.
        if record.as_slice().trim_ascii_start().is_empty() {
            Ok(ControlFlow::Continue(()))
        } else if reading.plan.is_none() {
            self.header(reading, line, record)
        } else {
            self.row(reading, line, record).map(ControlFlow::Continue)
        }
    }

    fn header(
        &mut self,
        reading: &mut Reading<'a>,
        line: u64,
        record: &ByteRecord,
    ) -> Result<ControlFlow<()>, SourceFault> {
        let bron = self.request.bron;
        let plan = match Plan::read(self.request.profiel, bron, line, record) {
            Ok(plan) => plan,
            Err(faults) => {
                reading.findings.faults.merge(faults);
                return Ok(ControlFlow::Break(()));
            }
        };
        if plan.bsn.is_none() && !own_allowed(bron) {
            return Err(SourceFault::OwnNotAllowed { file: reading.name.clone(), bron });
        }
        for identificatie in plan.identificaties(bron) {
            let slot = slot(&mut self.leveringen, identificatie);
            if slot.is_none() {
                let name = self.names.file(identificatie);
                *slot = Some(Levering::begin(self.output, name, bron, identificatie)?);
            }
        }
        reading.plan = Some(plan);
        Ok(ControlFlow::Continue(()))
    }

    fn row(&mut self, reading: &mut Reading<'a>, line: u64, record: &ByteRecord) -> Result<(), SourceFault> {
        let Reading { index, name, plan: Some(plan), forms, findings, rows } = reading else { return Ok(()) };
        *rows += 1;
        if record.len() != plan.width {
            let rule = if record.len() < plan.width { Rule::VeldenTeWeinig } else { Rule::VeldenTeVeel };
            findings.faults.row(line, None, rule);
            return Ok(());
        }
        let number = |at: Option<usize>| at.and_then(|at| record.get(at)).map(trim);
        let (bsn, own) = (number(plan.bsn), number(plan.own));
        let own_known = own_allowed(self.request.bron);
        let person = match person(bsn, own.filter(|_| own_known), self.request.profiel.lost_zeros) {
            Ok(person) => person,
            Err(nobody) => {
                if !own_known && bsn.is_some_and(<[u8]>::is_empty) && own.is_some_and(|own| !own.is_empty()) {
                    self.own_only.get_or_insert_with(|| name.clone());
                }
                if let Some(levering) = slot(&mut self.leveringen, nobody.identificatie) {
                    levering.counts.dropped.add(*index, line, nobody.reason);
                }
                return Ok(());
            }
        };
        let Some(row) = convert_row(plan, forms, findings, line, record, &mut self.cells) else { return Ok(()) };
        let Some(levering) = slot(&mut self.leveringen, person.number.identificatie()) else { return Ok(()) };

        let dossier = row.dossier.unwrap_or_default();
        let municipality = row.gemeente.filter(|_| !dossier.is_empty());
        let key = municipality.and_then(|gemeente| self.request.verwijzingsleutels.get(&gemeente));
        if let Some(persons) = &mut self.persons {
            match persons.see(&person.number, &self.cells, key.map_or(b"", |_| dossier)) {
                Seen::First => {}
                Seen::Same => {
                    levering.counts.doubles += 1;
                    return Ok(());
                }
                Seen::Other => {
                    findings.faults.row(line, None, Rule::DubbelePersoon);
                    return Ok(());
                }
            }
        }
        if row.dossier.is_some() {
            self.cells.push(b';');
        }
        match (municipality, key) {
            (Some(gemeente), Some(key)) => {
                let sealed = std::str::from_utf8(dossier).map_err(|_| VerwijzingFault::Dossier);
                match sealed.and_then(|dossier| key.seal(gemeente, dossier)) {
                    Ok(verwijzing) => self.cells.extend_from_slice(verwijzing.to_text().as_bytes()),
                    Err(VerwijzingFault::Random) => return Err(SourceFault::Random(KeyFault::Random)),
                    Err(_) => findings.faults.row(line, Some(DOSSIER), Rule::Verwijzing),
                }
            }
            (Some(gemeente), None) => *levering.counts.unsealed.entry(gemeente).or_default() += 1,
            (None, _) => {}
        }
        levering.counts.padded += u64::from(person.padded);
        if findings.faults.is_empty() && self.refused.is_empty() {
            levering.row(&person.number, &self.cells, self.request.sleutel)
        } else {
            Ok(())
        }
    }

    fn close(&mut self, mut reading: Reading<'a>, of_the_text: Faults) {
        reading.findings.faults.merge(of_the_text);
        if reading.plan.is_none() && reading.findings.faults.is_empty() {
            reading.findings.faults.row(0, None, Rule::KopOntbreekt);
        }
        self.rows += reading.rows;
        self.seen.saw_too(&reading.findings);
        let faults = reading.findings.conclude();
        if !faults.is_empty() {
            self.refuse(reading.name.clone(), reading.rows, faults);
        }
        let (ignored, empty) = reading.plan.map_or_else(Default::default, |plan| (plan.ignored, plan.empty));
        self.inputs.push(InputSummary {
            bestand: reading.name,
            gelezen: reading.rows,
            genegeerde_kolommen: ignored,
            lege_kolommen: empty,
        });
    }

    fn refuse(&mut self, file: String, records: u64, faults: Faults) {
        self.refused.push(FileReport { file, records, faults });
    }

    /// Judges what was read as a whole.
    pub(super) fn end(mut self) -> Result<Read, SourceFault> {
        if self.refused.is_empty() {
            // A column can look innocent in each of many small files.
            let together = std::mem::take(&mut self.seen).conclude();
            if !together.is_empty() {
                self.refuse("alle bestanden samen".to_owned(), self.rows, together);
            }
        }
        if !self.refused.is_empty() {
            return Err(SourceFault::Refused(self.refused));
        }
        let leveringen: Vec<Levering> = self.leveringen.into_iter().flatten().collect();
        if leveringen.iter().all(|levering| levering.counts.records == 0) {
            // Most likely another column was read. Delivered as `volledig`, this would say that nobody
            // has school, work or benefit.
            if let Some(file) = self.own_only {
                return Err(SourceFault::OwnNotAllowed { file, bron: self.request.bron });
            }
            if self.rows > 0 {
                return Err(SourceFault::Nobody { rows: self.rows });
            }
        }
        Ok(Read { names: self.names, leveringen, inputs: self.inputs, rows: self.rows })
    }
}

/// The place of the levering of one identificatie.
fn slot([bsn, own]: &mut [Option<Levering>; 2], identificatie: Identificatie) -> &mut Option<Levering> {
    match identificatie {
        Identificatie::Bsn => bsn,
        Identificatie::Own => own,
    }
}
