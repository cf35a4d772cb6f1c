//! `doelbinding informatie`: the notice to the jongere.

use super::verwerkingsregister::fill_in;
use crate::output::{Failure, Outcome, deliver};
use clap::Args;
use inbeeld::accountability::{Text, notice, open_places};
use inbeeld::doelbinding::plain::page::Page;
use inbeeld::fault::Exit;
use inbeeld::store;
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

pub(crate) fn run(args: &Informatie) -> Outcome {
    let (bytes, _) = store::read_doelbinding(&args.bestand)?;
    hand_over(&notice(Text::parse(&bytes)?.policy()), args.html, args.uit.as_deref())
}

/// Hands a page over as text or as HTML.
pub(super) fn hand_over(page: &Page, html: bool, uit: Option<&Path>) -> Outcome {
    let text = page.text();
    if html {
        let what = "de bladzijde kan niet gemaakt worden";
        let made = page.html().map_err(|_| Failure::new(Exit::Internal, "bladzijde", what, "Meld dit als fout."))?;
        deliver(uit, &made)?;
    } else {
        deliver(uit, &text)?;
    }
    fill_in(open_places(&text));
    Ok(())
}
