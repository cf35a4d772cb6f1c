//! `doelbinding informatie`: the notice to the jongere.

use super::verwerkingsregister::fill_in;
use super::{page_html, policy_of};
use crate::output::{Outcome, deliver};
use clap::Args;
use inbeeld::accountability::{notice, open_places};
use inbeeld::doelbinding::plain::page::Page;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Informatie {
    /// De doelbinding (.toml)
    #[arg(value_name = "BESTAND")]
    bestand: PathBuf,
    /// Geeft een bladzijde voor een website in plaats van tekst
    #[arg(long)]
    html: bool,
    /// Het bestand waar het komt; standaard op het scherm
    #[arg(long, value_name = "BESTAND")]
    uit: Option<PathBuf>,
}

pub(super) fn run(args: &Informatie) -> Outcome {
    let (_, policy) = policy_of(&args.bestand)?;
    hand_over(&notice(&policy), args.html, args.uit.as_deref())
}

/// Hands a page over as text or as HTML.
pub(super) fn hand_over(page: &Page, html: bool, uit: Option<&Path>) -> Outcome {
    let text = page.text();
    deliver(uit, &if html { page_html(page)? } else { text.clone() })?;
    fill_in(open_places(&text));
    Ok(())
}
