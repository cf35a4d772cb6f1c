//! `doelbinding dpia`: an annex to an assessment of risks, from text and register.

use super::informatie::hand_over;
use super::text_of;
use crate::cli::register;
use crate::output::Outcome;
use clap::Args;
use inbeeld::accountability::annex;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Dpia {
    /// De doelbinding (.toml)
    #[arg(value_name = "BESTAND")]
    bestand: PathBuf,
    /// Het register; standaard register.jsonl naast de doelbinding, als dat er is
    #[arg(long, value_name = "BESTAND")]
    register: Option<PathBuf>,
    /// Geeft een bladzijde met opmaak in plaats van tekst
    #[arg(long)]
    html: bool,
    /// Het bestand waar het komt; standaard op het scherm
    #[arg(long, value_name = "BESTAND")]
    uit: Option<PathBuf>,
}

pub(super) fn run(args: &Dpia) -> Outcome {
    let text = text_of(&args.bestand)?;
    let beside = args.bestand.with_file_name("register.jsonl");
    let place = args.register.clone().or_else(|| beside.exists().then_some(beside));
    let register = place.map(|place| register::read(&place)).transpose()?.transpose()?;
    hand_over(&annex(&text, register.as_ref()), args.html, args.uit.as_deref())
}
