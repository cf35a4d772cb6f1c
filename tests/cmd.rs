//! What the command line says to bad input: whole messages and exit codes, held against documents.
//!
//! Each `tests/cmd/<document>.trycmd` is made from a table of cases beside it. Their input is made at
//! run time, so that nothing of it needs to be kept. To take over what the program says now, after a
//! change that was meant: `TRYCMD=overwrite cargo test --test cmd`, and read the difference.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on must stop"
)]

#[path = "cmd/bestand.rs"]
mod bestand;
#[path = "cmd/doelbinding.rs"]
mod doelbinding;
#[path = "cmd/gebreken.rs"]
mod gebreken;
#[path = "cmd/geheim.rs"]
mod geheim;
#[path = "cmd/geval.rs"]
mod geval;
#[path = "cmd/herken.rs"]
mod herken;
#[path = "cmd/koppel.rs"]
mod koppel;
#[path = "cmd/lek.rs"]
mod lek;
#[path = "cmd/levering.rs"]
mod levering;
#[path = "lijsten/maken.rs"]
mod maken;
#[path = "cmd/manifest.rs"]
mod manifest;
#[path = "cmd/register.rs"]
mod register;
#[path = "cmd/tweede.rs"]
mod tweede;
#[path = "cmd/waarden.rs"]
mod waarden;
#[path = "cmd/waarom.rs"]
mod waarom;

use geval::{Case, skeleton};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder for input, empty.
fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cmd").join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    place
}

/// Makes the input of a document, runs it, and gives the folder it ran in.
fn hold(document: &str, title: &str, cases: &[Case]) -> PathBuf {
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "{document}: every case has a name of its own");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cmd/{document}.trycmd"));
    let place = place(&format!("{document}.in"));
    koppel::keys(&place);
    for case in cases {
        (case.make)(&place.join(case.name));
    }
    let expected = skeleton(title, cases);
    let overwrite = std::env::var("TRYCMD").is_ok_and(|mode| mode == "overwrite");
    let text = if overwrite { expected.clone() } else { fs::read_to_string(&kept).unwrap_or_default() };
    if !overwrite {
        assert_eq!(heads(&text), heads(&expected), "{document}: the document is not of these cases, see tests/cmd.rs");
        assert_no_values(document, &text);
    }
    let copy = place.with_extension("trycmd");
    fs::write(&copy, text).unwrap();
    // The document runs when the cases are dropped, and a difference panics there.
    let run = trycmd::TestCases::new();
    run.register_bin("inbeeld", Path::new(env!("CARGO_BIN_EXE_inbeeld"))).case(&copy);
    drop(run);
    if overwrite {
        fs::copy(&copy, &kept).unwrap();
    }
    place
}

/// Headings and commands.
fn heads(text: &str) -> Vec<&str> {
    text.lines().filter(|line| ["#", "$ ", "> "].iter().any(|head| line.starts_with(head))).collect()
}

/// No output may hold a value of the input: no marker, no pseudoniem, no number of a person. The
/// register shows hashes, and nothing else that is as long.
fn assert_no_values(document: &str, text: &str) {
    let hash = |line: &str| line.contains("sha256") || line.starts_with("Kop: ") || line.contains("\"kop\": ");
    let shown = |line: &&str| heads(line).contains(line) || (document == "register" && hash(line));
    let outputs = text.lines().filter(|line| !shown(line));
    for line in outputs {
        assert!(!line.contains(levering::MARKER), "{document}: {line}");
        let longest = line.split(|letter: char| !letter.is_ascii_hexdigit()).map(str::len).max();
        assert!(longest.unwrap_or(0) < 9, "{document}: {line}");
    }
}

/// A koppeling that does not end well leaves nothing; one that does leaves its release.
fn assert_released(place: &Path, cases: &[Case], good: &[&str]) {
    for case in cases {
        let released = fs::read_dir(place.join(case.name).join("uit")).is_ok_and(|mut files| files.next().is_some());
        assert_eq!(released, good.contains(&case.name), "{}: something in --uit", case.name);
        let register = place.join(case.name).join("register.jsonl").exists();
        assert!(released || !register, "{}: a register without a release", case.name);
    }
}

#[test]
fn files_that_are_refused() {
    hold("bestand", "Databestanden die geweigerd worden", &bestand::refused());
}

#[test]
fn files_that_are_accepted() {
    hold("goed", "Databestanden die goed zijn", &bestand::accepted());
}

#[test]
fn values_that_are_refused() {
    hold("waarden", "Waarden die geweigerd worden", &waarden::cases());
}

#[test]
fn manifests_that_are_refused() {
    hold("manifest", "Manifesten die geweigerd worden", &manifest::cases());
}

#[test]
fn texts_that_are_refused() {
    hold("doelbinding", "Doelbindingen die geweigerd worden", &doelbinding::cases());
}

#[test]
fn leveringen_of_a_koppeling() {
    let cases = koppel::inputs();
    let place = hold("koppel-leveringen", "Leveringen van een koppeling", &cases);
    let good = [
        "goed",
        "niet-gelezen",
        "kolom-niet-gelezen",
        "dezelfde-twee-keer",
        "geen-overlap-aanvaard",
        "geen-overlap-100",
    ];
    assert_released(&place, &cases, &good);
    register::a_real_one(&place.join("goed"));
}

#[test]
fn registers() {
    hold("register", "Het register", &register::cases());
}

#[test]
fn questions_about_one_person() {
    hold("waarom", "Waarom één jongere een klasse heeft", &waarom::cases());
}

#[test]
fn tables_of_others() {
    hold("lek", "Tabellen van anderen", &lek::cases());
}

#[test]
fn texts_of_a_koppeling() {
    let cases = koppel::texts();
    let place = hold("koppel-doelbinding", "Doelbindingen van een koppeling", &cases);
    assert_released(&place, &cases, &["ingetrokken-morgen", "laatste-dag"]);
}

#[test]
fn second_signatures() {
    let cases = tweede::cases();
    let place = hold("tweede-handtekening", "Een tekst die twee handtekeningen vraagt", &cases);
    assert_released(&place, &cases, tweede::GOOD);
}

/// Nothing of a list that does not open is left, and no key or list that opens is touched.
#[test]
fn lists_at_the_municipality() {
    let cases = herken::lists();
    let place = hold("herken", "Lijsten bij de gemeente", &cases);
    for case in &cases {
        let names = fs::read_dir(place.join(case.name)).unwrap().map(|entry| entry.unwrap().file_name());
        let written = names.filter(|name| name == "uit.csv" || name.to_string_lossy().starts_with('.')).count();
        assert_eq!(written, usize::from(herken::GOOD.contains(&case.name)), "{}", case.name);
    }
}

#[test]
fn keys_at_the_municipality() {
    let place = hold("herken-sleutels", "Sleutels bij de gemeente", &herken::usage());
    assert_eq!(fs::read_to_string(place.join("bestaat-al/uit.csv")).unwrap(), levering::MARKER);
}

#[test]
fn commands_that_are_not_understood() {
    let cases = koppel::usage();
    let place = hold("gebruik", "Verkeerd gebruik", &cases);
    assert_released(&place, &cases, &[]);
}
