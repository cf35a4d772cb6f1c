//! `doelbinding verschil`: what a new text allows more, what less, and what changes otherwise.

use super::policy_of;
use crate::output::{Outcome, say};
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
    /// Geeft de verschillen als JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Verschil) -> Outcome {
    let (before, old) = policy_of(&args.oud)?;
    let (after, new) = policy_of(&args.nieuw)?;
    if args.json {
        say(&format!("{:#}\n", as_json(&old, &new)));
        return Ok(());
    }
    if old == new {
        let layout = if before == after {
            ""
        } else {
            "\nAlleen opmaak of uitleg is anders. Een handtekening geldt voor één van beide."
        };
        say(&format!("Beide teksten zeggen hetzelfde.{layout}\n"));
        return Ok(());
    }
    say(&plain::difference(&old, &new).text());
    Ok(())
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
