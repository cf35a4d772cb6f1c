//! `register`: registers that hold, and registers to which somebody did something.

use crate::geval::{Case, case};
use crate::koppel::inbeeld;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

fn hash(line: &str) -> String {
    Sha256::digest(line).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a koppeling writes of a release; `content` stands for what is in its files.
fn release(content: &str) -> Value {
    json!({
        "soort": "vrijgave", "tijd": "2026-11-05T08:30:00Z", "vandaag_gezet": false,
        "doelbinding": { "id": "proef", "versie": 1, "sha256": hash("proef") }, "ondertekend_door": ["fg"],
        "peildatum": "2026-10-01", "regio": "10", "doelgroep": "oud-vsv'ers van 16 tot 27 jaar in 0148",
        "bronnen": [
            { "bron": "onderwijs", "identificatie": "bsn", "dekking": "gedekt", "gekoppeld_procent": 55 },
            { "bron": "inkomen", "identificatie": "bsn", "dekking": "ontbreekt", "gekoppeld_procent": null },
        ],
        "leveringen": [],
        "regels": { "gemeenten": ["0148"], "leeftijd_van": 16, "leeftijd_tot": 27, "cohort": "oud",
            "inkomen_boven_cent": 30000, "inkomen_maand": "2026-10", "bronnen": ["onderwijs", "inkomen"] },
        "redenen": { "drempel": 5, "aantallen": [] },
        "tabellen": [{ "naam": "per_klasse", "dimensies": ["klasse"], "methode": "onderdrukking", "drempel": 5,
            "cellen": [{ "klasse": "werk", "aantal": null }, { "klasse": "totaal", "aantal": 20 }] }],
        "bestanden": [
            { "naam": "vrijgave.json", "sha256": hash(content) },
            { "naam": "per_klasse.csv", "sha256": hash("csv") },
        ],
    })
}

fn delivered(nr: usize) -> Value {
    json!({ "soort": "uitgeleverd", "vrijgave": nr })
}

/// A chain of lines that hold.
pub fn chain(says: &[Value]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, says) in says.iter().enumerate() {
        let vorige = lines.last().map_or("0".repeat(64), |line| hash(line));
        let mut line = json!({ "schema": "inbeeld/register/v1", "nr": at + 1, "vorige": vorige });
        line.as_object_mut().unwrap().extend(says.as_object().unwrap().clone());
        lines.push(line.to_string());
    }
    lines
}

/// Two releases, the first cut off and completed by the second, and a third.
fn good() -> Vec<String> {
    chain(&[release("een"), release("een"), delivered(2), release("twee"), delivered(4)])
}

/// What a question leaves.
fn question(rol: &str) -> Value {
    json!({
        "soort": "inzage", "tijd": "2026-11-06T09:00:00Z", "vandaag_gezet": rol == "jongere",
        "doelbinding": { "id": "proef", "versie": 1, "sha256": hash("proef") },
        "rol": rol, "peildatum": "2026-10-01", "regio": "10",
    })
}

fn with_questions() -> Vec<String> {
    chain(&[question("coordinator"), release("een"), delivered(2), question("jongere")])
}

/// What the destruction of a month leaves.
fn destroyed(periode: &str, termijn: Option<&str>) -> Value {
    json!({
        "soort": "vernietiging", "tijd": "2027-03-04T02:00:00Z", "vandaag_gezet": termijn.is_none(), "periode": periode,
        "termijn": termijn, "deel_b": termijn.map(|_| "0f3c0f3c"), "leveringen": 6,
        "houders": ["dienst", "fg", "gemeente 0193"],
    })
}

fn gone(nr: usize, houder: &str, door: &str) -> Value {
    json!({ "soort": "vernietiging_bevestigd", "tijd": "2027-03-05T09:00:00Z", "vernietiging": nr, "houder": houder, "door": door })
}

/// One month of which nobody has a copy, one of which the FG has yet to say so, and a release before them.
fn with_destructions() -> Vec<String> {
    chain(&[
        release("een"),
        delivered(1),
        destroyed("2026-10", Some("2027-03-03")),
        gone(3, "dienst", "dienst"),
        destroyed("2026-09", None),
        gone(3, "fg", "fg"),
        gone(5, "gemeente 0193", "fg"),
        gone(5, "dienst", "dienst"),
        gone(3, "gemeente 0193", "gemeente 0193"),
    ])
}

fn write(path: &Path, lines: &[String]) {
    std::fs::create_dir_all(path).unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(path.join("register.jsonl"), text).unwrap();
}

pub fn cases() -> Vec<Case> {
    let of = |name: &'static str, what, command: &str, lines: Vec<String>| {
        let command = format!("inbeeld register {command} --register {name}/register.jsonl");
        case(name, what, &[&command], move |path| write(path, &lines))
    };
    let kept = format!("verifieer --kop {}", hash(good().last().unwrap()));
    let earlier = format!("verifieer --kop {}", hash(&good()[2]));
    let changed = || {
        let mut lines = good();
        lines[1] = lines[1].replace("\"aantal\":20", "\"aantal\":21");
        lines
    };
    let rewritten = || chain(&[release("een"), release("een"), delivered(2), release("drie"), delivered(4)]);
    vec![
        of("toon", "every release, the one that was cut off too", "toon", good()),
        of("toon-json", "the same for machines", "toon --json", good()),
        of("inzage", "questions about one person, before and after a release", "toon", with_questions()),
        of("inzage-json", "the same for machines", "toon --json", with_questions()),
        of("inzage-verifieer", "questions are counted", "verifieer", with_questions()),
        of("vernietigd", "months that were destroyed, and who confirmed it", "toon", with_destructions()),
        of("vernietigd-json", "the same for machines", "toon --json", with_destructions()),
        of("vernietigd-verifieer", "who has yet to confirm is named", "verifieer", with_destructions()),
        of("vernietigd-dubbel", "a holder confirms once", "verifieer", {
            chain(&[destroyed("2026-10", None), gone(1, "fg", "fg"), gone(1, "fg", "fg")])
        }),
        of("vernietigd-weer", "a month is destroyed once", "verifieer", {
            chain(&[destroyed("2026-10", None), destroyed("2026-10", None)])
        }),
        of("vernietigd-vreemd", "a confirmation of who holds nothing", "verifieer", {
            chain(&[destroyed("2026-10", None), gone(1, "gemeente 0148", "fg")])
        }),
        of("leeg", "an empty register", "toon", Vec::new()),
        of("verifieer", "nothing changed", "verifieer", good()),
        of("verifieer-json", "the same for machines", &format!("{kept} --json"), good()),
        of("kop", "nothing changed, by the head that was kept", &kept, good()),
        of("kop-eerder", "lines added since the head that was kept", &earlier, good()),
        of("open", "a release that was cut off and not completed", "verifieer", chain(&[release("een")])),
        of("veranderd", "a changed byte inside", "verifieer", changed()),
        of("veranderd-toon", "a changed byte inside, when shown", "toon", changed()),
        of("veranderd-json", "the same for machines", "verifieer --json", changed()),
        of("regel-weg", "a line taken out", "verifieer", [&good()[..2], &good()[3..]].concat()),
        of("eind-weg", "the tail cut off, by the head that was kept", &kept, good()[..3].to_vec()),
        of("eind-weg-zonder-kop", "the same without it holds: that is what it is kept for", "verifieer", {
            good()[..3].to_vec()
        }),
        of("herschreven", "the tail written again, by the head that was kept", &kept, rewritten()),
        of("vreemd", "a line that no koppeling writes", "verifieer", chain(&[json!({ "soort": "GEHEIM1234" })])),
        case(
            "afgebroken",
            "a last line without its end",
            &["inbeeld register verifieer --register afgebroken/register.jsonl"],
            |path| {
                write(path, &good());
                let file = path.join("register.jsonl");
                let text = std::fs::read_to_string(&file).unwrap();
                std::fs::write(&file, text.trim_end()).unwrap();
            },
        ),
        case("geen-register", "no register here", &["inbeeld register toon"], |_| {}),
        case(
            "geen-register-daar",
            "no register there",
            &["inbeeld register verifieer --register geen-register-daar/register.jsonl"],
            |_| {},
        ),
        case("kop-onzin", "a head that is none", &["inbeeld register verifieer --kop GEHEIM1234"], |_| {}),
        case("hulp", "what it says of itself", &["inbeeld register verifieer --help"], |_| {}),
    ]
}

/// What a koppeling really writes is read back, and holds.
pub fn a_real_one(path: &Path) {
    inbeeld(path, &["register", "verifieer"]);
    inbeeld(path, &["register", "toon"]);
    inbeeld(path, &["register", "toon", "--json"]);
}
