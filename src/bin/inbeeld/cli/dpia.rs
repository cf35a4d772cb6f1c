//! `doelbinding dpia`: an annex to an assessment of risks, from text and register.

use super::informatie::hand_over;
use super::register;
use crate::output::Outcome;
use clap::Args;
use inbeeld::accountability::{Text, annex};
use inbeeld::store;
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

pub(crate) fn run(args: &Dpia) -> Outcome {
    let (bytes, _) = store::read_doelbinding(&args.bestand)?;
    let text = Text::parse(&bytes)?;
    let beside = args.bestand.with_file_name("register.jsonl");
    let place = args.register.clone().or_else(|| beside.exists().then_some(beside));
    let register = place.map(|place| register::read(&place)).transpose()?.transpose()?;
    hand_over(&annex(&text, register.as_ref()), args.html, args.uit.as_deref())
}
