//! `doelbinding controleer`: every fault and every warning of a text, at once.

use super::warnings_json;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, complain, say};
use inbeeld::doelbinding::{Policy, TextFaults, plain};
use inbeeld::fault::Exit;
use inbeeld::store;
use inbeeld::terms::Datum;
use serde_json::json;
use std::path::Path;

pub(super) fn run(bestand: &Path, json: bool) -> Outcome {
    let (today, _) = SystemClock::new()?.today();
    let (text, _) = store::read_doelbinding(bestand)?;
    let read = Policy::parse(&text);
    if json {
        say(&format!("{:#}\n", as_json(bestand, &read, today)));
        return read.map(|_| ()).map_err(|_| Failure::shown(Exit::Input));
    }
    let policy = read?;
    for warning in plain::warnings(&policy, today) {
        complain(&format!("let op: {warning}\n"));
    }
    say(&format!("{}: goed ({} versie {})\n", bestand.display(), policy.id, policy.versie));
    Ok(())
}

fn as_json(bestand: &Path, read: &Result<Policy, TextFaults>, today: Datum) -> serde_json::Value {
    let bestand = bestand.display().to_string();
    match read {
        Ok(policy) => json!({
            "bestand": bestand, "goed": true, "id": policy.id, "versie": policy.versie,
            "fouten": [], "waarschuwingen": warnings_json(policy, today),
        }),
        Err(faults) => {
            let faults: Vec<_> = faults
                .0
                .iter()
                .map(|fault| {
                    json!({ "regel": fault.line, "sleutel": fault.key, "wat": fault.what, "doe": fault.remedy })
                })
                .collect();
            json!({ "bestand": bestand, "goed": false, "id": null, "versie": null, "fouten": faults, "waarschuwingen": [] })
        }
    }
}
