//! `doelbinding verschil`: what a new text allows more, what less, and what changes otherwise.

use super::{page_html, policy_of};
use crate::output::{Outcome, deliver};
use clap::Args;
use inbeeld::doelbinding::Policy;
use inbeeld::doelbinding::plain::{self, Change, Direction};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Verschil {
    /// De doelbinding die er was
    #[arg(value_name = "OUD")]
    oud: PathBuf,
    /// De doelbinding die er komt
    #[arg(value_name = "NIEUW")]
    nieuw: PathBuf,
    /// Geeft een bladzijde om te openen in een browser of om te printen
    #[arg(long, conflicts_with = "json")]
    html: bool,
    /// Geeft de verschillen als JSON
    #[arg(long)]
    json: bool,
    /// Schrijft naar dit bestand in plaats van op het scherm
    #[arg(long, value_name = "BESTAND")]
    uit: Option<PathBuf>,
}

pub(super) fn run(args: &Verschil) -> Outcome {
    let (before, old) = policy_of(&args.oud)?;
    let (after, new) = policy_of(&args.nieuw)?;
    if args.json {
        return deliver(args.uit.as_deref(), &format!("{:#}\n", as_json(&old, &new)));
    }
    let mut page = plain::difference(&old, &new);
    if old == new {
        page.blokken.clear();
        page.onder = "Beide teksten zeggen hetzelfde.".to_owned();
        if before != after {
            page.onder.push_str(" Alleen opmaak of uitleg is anders. Een handtekening geldt voor één van beide.");
        }
    }
    let text = if args.html { page_html(&page)? } else { page.text() };
    deliver(args.uit.as_deref(), &text)
}

fn as_json(old: &Policy, new: &Policy) -> Value {
    let found = plain::compare(old, new);
    let group = |direction: Direction| -> Vec<Value> {
        let of = found.iter().filter(|change| change.direction == direction);
        of.map(|Change { key, what, .. }| json!({ "sleutel": key, "wat": what })).collect()
    };
    let text = |policy: &Policy| json!({ "id": policy.id, "versie": policy.versie });
    json!({
        "oud": text(old), "nieuw": text(new), "ruimer": group(Direction::Wider),
        "smaller": group(Direction::Narrower), "anders": group(Direction::Otherwise),
    })
}
