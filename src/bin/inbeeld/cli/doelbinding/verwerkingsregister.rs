//! `doelbinding verwerkingsregister`: all texts as records of processing.

use crate::output::{Failure, Outcome, complain, deliver, sentence};
use clap::Args;
use inbeeld::accountability::{Records, Text, open_places};
use inbeeld::fault::{Exit, Explain};
use inbeeld::store;
use std::path::{Path, PathBuf};

/// Where the texts are, when nothing says where.
const MAP: &str = "policies";

#[derive(Args)]
pub(crate) struct Verwerkingsregister {
    /// De doelbindingen (.toml); standaard alle in de map policies
    #[arg(value_name = "BESTAND", conflicts_with = "map")]
    bestanden: Vec<PathBuf>,
    /// Neemt alle doelbindingen in deze map
    #[arg(long, value_name = "MAP")]
    map: Option<PathBuf>,
    /// Geeft het register als JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Geeft het register als CSV, een regel per doelbinding
    #[arg(long)]
    csv: bool,
    /// Het bestand waar het komt; standaard op het scherm
    #[arg(long, value_name = "BESTAND")]
    uit: Option<PathBuf>,
}

pub(super) fn run(args: &Verwerkingsregister) -> Outcome {
    let records = Records::of(&read_all(&files(args)?)?)?;
    let text = match (args.json, args.csv) {
        (true, _) => records.json()?,
        (_, true) => records.csv()?,
        _ => records.text()?,
    };
    deliver(args.uit.as_deref(), &text)?;
    fill_in(open_places(&text));
    Ok(())
}

fn files(args: &Verwerkingsregister) -> Result<Vec<PathBuf>, Failure> {
    if !args.bestanden.is_empty() {
        return Ok(args.bestanden.clone());
    }
    let map = args.map.as_deref().unwrap_or(Path::new(MAP));
    let files = store::doelbindingen_in(map)?;
    if files.is_empty() {
        let what = format!("{}: hier staat geen doelbinding (.toml)", map.display());
        return Err(Failure::new(Exit::Usage, "geen-doelbinding", &what, "Wijs de map aan met --map."));
    }
    Ok(files)
}

/// Reads every text, or tells of each that is at fault.
fn read_all(files: &[PathBuf]) -> Result<Vec<Text>, Failure> {
    let mut texts = Vec::new();
    let mut refused = String::new();
    for file in files {
        let (bytes, _) = store::read_doelbinding(file)?;
        match Text::parse(&bytes) {
            Ok(text) => texts.push(text),
            Err(faults) => {
                let what = format!("{}: {faults}", file.display());
                refused.push_str(&sentence(faults.code(), &what, &faults.remedy()));
            }
        }
    }
    if refused.is_empty() {
        return Ok(texts);
    }
    complain(&refused);
    Err(Failure::shown(Exit::Input))
}

/// Says that some of it is for people to fill in.
pub(super) fn fill_in(places: usize) {
    if places > 0 {
        complain(&format!("let op: op {places} plek(ken) staat [INVULLEN: …]; die weet alleen uw organisatie\n"));
    }
}
