//! `doelbinding toon`: a text as one page of plain Dutch.

use super::{page_json, policy_of, warnings_json};
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use clap::Args;
use inbeeld::doelbinding::plain;
use inbeeld::fault::Exit;
use inbeeld::store::{Staged, StoreFault};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Toon {
    /// De doelbinding (.toml)
    #[arg(value_name = "BESTAND")]
    bestand: PathBuf,
    /// Geeft een bladzijde om te openen in een browser of om te printen
    #[arg(long, conflicts_with = "json")]
    html: bool,
    /// Geeft de bladzijde als JSON
    #[arg(long)]
    json: bool,
    /// Schrijft naar dit bestand in plaats van op het scherm
    #[arg(long, value_name = "BESTAND")]
    uit: Option<PathBuf>,
}

pub(super) fn run(args: &Toon) -> Outcome {
    let (today, _) = SystemClock::new()?.today();
    let (_, policy) = policy_of(&args.bestand)?;
    let page = plain::show(&policy, today);
    let text = if args.json {
        let value = json!({
            "id": policy.id, "versie": policy.versie, "titel": page.titel, "blokken": page_json(&page),
            "waarschuwingen": warnings_json(&policy, today),
        });
        format!("{value:#}\n")
    } else if args.html {
        let failed =
            |_| Failure::new(Exit::Internal, "bladzijde", "de bladzijde is niet te maken", "Meld dit aan de makers.");
        page.html().map_err(failed)?
    } else {
        page.text()
    };
    let Some(uit) = &args.uit else {
        say(&text);
        return Ok(());
    };
    let mut staged = Staged::create(uit)?;
    staged.write_all(text.as_bytes()).map_err(StoreFault::write(uit))?;
    staged.finish()?;
    say(&format!("geschreven: {}\n", uit.display()));
    Ok(())
}
