//! `herken`: a municipality opens its list and finds its own dossiers.

use super::parse;
use crate::output::{Failure, Outcome, complain, say};
use clap::Args;
use inbeeld::recognise::recognise;
use inbeeld::store::{self, StoreFault};
use inbeeld::terms::Gemeente;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Herken {
    /// De ontvangen lijst (.csv.age)
    #[arg(long, value_name = "BESTAND")]
    lijst: PathBuf,
    /// De geheime sleutel van soort ontvanger (age) waarmee de gemeente haar lijsten opent
    #[arg(long, value_name = "BESTAND")]
    identiteit: PathBuf,
    /// De verwijzingsleutel waarmee de gemeente haar doelgroep heeft aangeleverd
    #[arg(long, value_name = "BESTAND")]
    verwijzingsleutel: PathBuf,
    /// Code van de gemeente, zoals 0193
    #[arg(long, value_name = "CODE", value_parser = parse::gemeente)]
    gemeente: Gemeente,
    /// Het nieuwe bestand: CSV, of een werkblad als de naam op .xlsx eindigt
    #[arg(long, value_name = "BESTAND")]
    uit: PathBuf,
}

/// The same for those who call it from elsewhere; the keys are that of the list and that of the handles.
impl Herken {
    pub(super) fn new(lijst: PathBuf, keys: [PathBuf; 2], gemeente: Gemeente, uit: PathBuf) -> Self {
        let [identiteit, verwijzingsleutel] = keys;
        Self { lijst, identiteit, verwijzingsleutel, gemeente, uit }
    }
}

pub(crate) fn run(args: &Herken) -> Outcome {
    let sheet = args.uit.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if args.uit.symlink_metadata().is_ok() {
        return Err(StoreFault::Exists { path: args.uit.clone() }.into());
    }
    let identity = store::read_identity(&args.identiteit)?;
    let key = store::read_verwijzing_key(&args.verwijzingsleutel)?;
    let sealed = std::fs::read(&args.lijst).map_err(StoreFault::read(&args.lijst))?;
    let content = identity.open(&sealed).map_err(|fault| Failure::of(&args.lijst, &fault))?;
    let list = recognise(&content, &key, args.gemeente).map_err(|fault| Failure::of(&args.lijst, &fault))?;
    let bytes = if sheet { list.xlsx() } else { list.csv() }.map_err(|fault| Failure::of(&args.uit, &fault))?;
    store::write_private(&args.uit, &bytes)?;
    let kind = if list.is_about_earlier() { "eerdere verwijzing(en) met hun status" } else { "jongere(n)" };
    say(&format!("{} {kind} in {}\n", list.rows(), args.uit.display()));
    complain("let op: dit bestand bevat dossiernummers en staat er onversleuteld; verwijder het na gebruik\n");
    Ok(())
}
