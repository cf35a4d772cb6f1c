//! `genereer`: a synthetic region, raw files as sources write them.

use super::parse;
use crate::output::{Outcome, say};
use clap::Args;
use inbeeld::store::StoreFault;
use inbeeld::synthetic::{Plan, Sink, Summary, generate};
use inbeeld::terms::Datum;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Genereer {
    /// De regio, zoals 10
    #[arg(long, value_name = "REGIO")]
    regio: String,
    /// Aantal jongeren in de doelgroep
    #[arg(long, value_name = "N")]
    jongeren: u32,
    /// De datum waarop straks gekeken wordt, zoals 2026-10-01
    #[arg(long, value_name = "DATUM", value_parser = parse::datum)]
    peildatum: Datum,
    /// Dezelfde seed geeft dezelfde bestanden
    #[arg(long, value_name = "GETAL")]
    seed: u64,
    /// De map waar de bestanden komen
    #[arg(long, value_name = "MAP")]
    uit: PathBuf,
    /// Aantal regels in alle bronnen samen; standaard ongeveer twaalf per jongere
    #[arg(long, value_name = "N")]
    bronrijen: Option<u64>,
}

/// A folder that new files go into; an existing file is never overwritten.
struct NewFiles<'p>(&'p Path);

impl Sink for NewFiles<'_> {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(File::create_new(self.0.join(name))?))
    }
}

/// Generates a set into a folder.
pub(super) fn into_folder(plan: &Plan, folder: &Path) -> Result<Summary, crate::output::Failure> {
    std::fs::create_dir_all(folder).map_err(StoreFault::write(folder))?;
    Ok(generate(plan, &mut NewFiles(folder))?)
}

pub(crate) fn run(args: Genereer) -> Outcome {
    let mut plan = Plan::new(args.regio, args.jongeren, args.peildatum.civil(), args.seed);
    plan.bronrijen = args.bronrijen;
    let summary = into_folder(&plan, &args.uit)?;
    say(&tell(&summary));
    say(&format!("in {}\n", args.uit.display()));
    Ok(())
}

/// The set in a few lines.
pub(super) fn tell(summary: &Summary) -> String {
    let mut text = format!(
        "{} jongeren en {} andere inwoners, {} regels in de bronnen ({} met een onbruikbaar nummer)\n",
        summary.jongeren, summary.overige_inwoners, summary.bronrijen, summary.afgekeurd
    );
    for (file, rows) in &summary.bestanden {
        text.push_str(&format!("  {file:<36} {rows:>10}\n"));
    }
    if summary.niet_delen {
        text.push_str("Let op: deze set bevat nummers die van echte mensen kunnen zijn. Niet delen.\n");
    }
    text
}
