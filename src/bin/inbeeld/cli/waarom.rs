//! `waarom`: why one jongere has its klasse, for a municipality, the coordinator or the jongere.

use super::koppel::told;
use super::parse;
use crate::clock::SystemClock;
use crate::output::{Outcome, say};
use crate::progress::Bar;
use clap::Args;
use inbeeld::doelbinding::Signed;
use inbeeld::engine::Embedded;
use inbeeld::pseudonym::Verwijzing;
use inbeeld::release::{Outbound, Vorm};
use inbeeld::run::{self, Koppeling, Vraag, Workplace};
use inbeeld::store::{self, DiskFolder, RegisterFile, StoreFault};
use inbeeld::terms::{Datum, Peildatum, Rol};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Waarom {
    /// De map met leveringen en hun manifesten
    #[arg(long, value_name = "MAP")]
    leveringen: PathBuf,
    /// De datum waarop wordt gekeken, zoals 2026-10-01
    #[arg(long, value_name = "DATUM", value_parser = parse::datum)]
    peildatum: Datum,
    /// De ondertekende doelbinding (.toml)
    #[arg(long, value_name = "BESTAND")]
    doelbinding: PathBuf,
    /// Openbare sleutel van de FG, of een map met openbare sleutels
    #[arg(long, value_name = "PAD")]
    vertrouwd: PathBuf,
    /// De verwijzing van de jongere, zoals zij op de lijst of in de doelgroep staat
    #[arg(long, value_name = "VERWIJZING", value_parser = parse::verwijzing, allow_hyphen_values = true)]
    verwijzing: Verwijzing,
    /// Voor wie het antwoord is: gemeente, coordinator of jongere (een brief)
    #[arg(long, value_name = "ROL", value_parser = parse::rol)]
    voor: Rol,
    /// Het register; standaard register.jsonl naast de doelbinding
    #[arg(long, value_name = "BESTAND")]
    register: Option<PathBuf>,
    /// Gaat door als een gedekte bron niemand van de doelgroep kent
    #[arg(long)]
    accepteer_geen_overlap: bool,
    /// Schrijft naar dit nieuwe bestand, alleen voor u leesbaar, in plaats van op het scherm
    #[arg(long, value_name = "BESTAND")]
    uit: Option<PathBuf>,
    /// Geeft een bladzijde om te openen in een browser of om te printen
    #[arg(long, conflicts_with = "json")]
    html: bool,
    /// Geeft het antwoord als JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Waarom) -> Outcome {
    let clock = SystemClock::new()?;
    let (today, today_set) = clock.today();
    let keys = store::read_trusted(&args.vertrouwd)?;
    let (text, signatures) = store::read_doelbinding(&args.doelbinding)?;
    if !args.leveringen.is_dir() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(StoreFault::read(&args.leveringen)(missing).into());
    }
    // A question counts once it is asked: where its answer should go must be free.
    if let Some(uit) = args.uit.as_ref().filter(|uit| uit.exists()) {
        return Err(StoreFault::Exists { path: uit.clone() }.into());
    }
    let signed = Signed::read(&text, &signatures, &keys, today)?;
    let recipients = store::read_recipients(&args.doelbinding.with_file_name("ontvangers"))?;
    let beside = args.doelbinding.with_file_name("register.jsonl");
    let register = args.register.as_deref().unwrap_or(&beside);
    let engine = Embedded::new(None)?;
    let folder = DiskFolder::new(&args.leveringen);
    let antwoord = {
        let bar = Bar::new(folder.total_bytes().map_err(StoreFault::read(&args.leveringen))?);
        let koppeling = Koppeling {
            peildatum: Peildatum::new(args.peildatum),
            today,
            today_set,
            accept_no_overlap: args.accepteer_geen_overlap,
            place: Workplace { folder: &folder, engine: &engine, progress: &bar },
            clock: &clock,
            recipients: &recipients,
            withdrawals: None,
            logboek: None,
        };
        let vorm = match (args.html, args.json) {
            (true, _) => Vorm::Html,
            (_, true) => Vorm::Json,
            _ => Vorm::Tekst,
        };
        let vraag = Vraag { koppeling, verwijzing: args.verwijzing, rol: args.voor, gemeente: None, vorm };
        run::waarom(vraag, signed, || RegisterFile::open(register)).map_err(told)?
    };
    for file in antwoord.files() {
        match &args.uit {
            // The formats are text.
            None => say(&String::from_utf8_lossy(&file.bytes)),
            Some(uit) => {
                store::write_private(uit, &file.bytes)?;
                say(&format!("geschreven: {}\n", uit.display()));
            }
        }
    }
    Ok(())
}
