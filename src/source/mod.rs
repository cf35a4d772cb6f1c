//! At the source: messy raw files with person numbers become leveringen with pseudonyms.
//!
//! Lenient in how a value is written, strict in what it says: a spelling that the profile knows is
//! translated, a value that nothing can be made of refuses the whole levering. Dropping such a row
//! from a `volledig` levering would turn somebody into *geen dagbesteding*. Only rows without a
//! usable person number are dropped, and counted, since nobody can be found by them.
//!
//! Nothing that leaves this room holds a raw value: outputs are the contract's columns, and errors
//! and reports name files, lines, columns and rules.

mod amount;
mod cell;
mod doubles;
mod fault;
mod forms;
mod levering;
mod number;
mod place;
mod plan;
mod port;
mod profile;
mod report;
mod row;
mod run;
mod sheet;
mod table;
mod text;

pub use fault::{FileReport, SourceFault, advice};
pub use number::Reason;
pub use place::regio;
pub use plan::IgnoredColumn;
pub use port::{Input, Output, OutputFile, Packing, PortFault};
pub use profile::{Profile, ProfileFault};
pub use report::{InputSummary, LeveringSummary, Summary};

use crate::pseudonym::{Pseudonymiser, VerwijzingKey};
use crate::terms::{Bron, Dekking, Gemeente, Maand, Moment, Oin, Regio};
use levering::{Ended, json, manifest};
use report::Report;
use run::{Read, Run};
use std::collections::BTreeMap;

/// What is to be delivered, and with which keys.
pub struct Request<'a> {
    /// Kind of source.
    pub bron: Bron,
    /// Who delivers.
    pub oin: Oin,
    /// Name of who delivers, 1 to 200 bytes.
    pub naam: String,
    /// Region that the levering is about.
    pub regio: Regio,
    /// Month that it is about.
    pub periode: Maand,
    /// What it covers.
    pub dekking: Dekking,
    /// How the raw files are written.
    pub profiel: &'a Profile,
    /// The key that the sources share.
    pub sleutel: &'a Pseudonymiser,
    /// The municipalities' own keys, as far as known here; only a doelgroep uses them.
    pub verwijzingsleutels: &'a BTreeMap<Gemeente, VerwijzingKey>,
    /// The moment of making.
    pub now: Moment,
}

/// Makes of the raw files one levering per identificatie that they have a column for, each with its
/// manifest and a report.
///
/// Streams: memory grows only with the persons of a doelgroep (keyed hashes, to find doubles), with
/// the dropped lines that are listed, and with a spreadsheet's texts.
///
/// # Errors
/// [`SourceFault`]; then nothing stands in the output that was not there before.
pub fn pseudonimiseer(
    request: &Request<'_>,
    inputs: Vec<Input<'_>>,
    output: &mut dyn Output,
) -> Result<Summary, SourceFault> {
    let naam = &request.naam;
    // As the reader of manifests has it.
    if naam.trim().is_empty() || naam.len() > 200 || naam.chars().any(char::is_control) {
        return Err(SourceFault::Name);
    }
    if inputs.is_empty() {
        return Err(SourceFault::NoInput);
    }
    let mut run = Run::new(request, output)?;
    for input in inputs {
        run.read(input)?;
    }
    let read = run.end()?;
    deliver(request, read, output)
}

/// Puts everything under its name: data files, then reports, the manifests last, so that whoever
/// sees a manifest sees a whole levering. What was put there goes again when a later one fails.
fn deliver(request: &Request<'_>, read: Read, output: &mut dyn Output) -> Result<Summary, SourceFault> {
    let Read { names, leveringen, inputs, rows } = read;
    let ended: Vec<Ended> =
        leveringen.into_iter().map(|levering| levering.end(request.sleutel)).collect::<Result<_, _>>()?;
    let summary = Summary {
        schema: "inbeeld/pseudonimiseer/v1",
        bron: request.bron.as_str(),
        periode: request.periode.to_string(),
        profiel: request.profiel.name().to_owned(),
        aangemaakt: names.aangemaakt.to_string(),
        gelezen: rows,
        invoer: inputs,
        leveringen: ended.iter().map(Ended::summary).collect(),
    };
    let (mut files, mut reports, mut manifests) = (Vec::new(), Vec::new(), Vec::new());
    for (levering, told) in ended.into_iter().zip(&summary.leveringen) {
        let text = json(&told.rapport, &Report::new(&summary, told, &levering.counts))?;
        reports.push((told.rapport.clone(), small_file(output, &told.rapport, &text)?));
        let text = manifest(request, &levering, names.aangemaakt)?;
        manifests.push((told.manifest.clone(), small_file(output, &told.manifest, &text)?));
        files.push((levering.name, levering.file));
    }
    let mut done: Vec<String> = Vec::new();
    for (name, file) in files.into_iter().chain(reports).chain(manifests) {
        if let Err(fault) = file.finish() {
            // Manifests first: a data file without one is refused by whoever reads the folder.
            done.iter().rev().for_each(|name| output.remove(name));
            return Err(SourceFault::Port(fault));
        }
        done.push(name);
    }
    Ok(summary)
}

/// A file with this text, not yet under its name.
fn small_file(output: &mut dyn Output, name: &str, text: &str) -> Result<Box<dyn OutputFile>, SourceFault> {
    let mut file = output.create(name).map_err(SourceFault::Port)?;
    let written = file.write_all(text.as_bytes());
    written.map_err(|source| SourceFault::Write { file: name.to_owned(), source })?;
    Ok(file)
}

#[cfg(test)]
mod tests;
