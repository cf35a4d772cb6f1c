//! The whole month from outside: raw files with BSNs in, tables out, and nothing of anybody anywhere
//! in between that should not be there.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

fn inbeeld(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inbeeld")).args(words).output().unwrap()
}

/// One demo, and everything it wrote on the terminal.
static MONTH: LazyLock<(TempDir, Output)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let output = inbeeld(&["demo", "--map", folder.path().to_str().unwrap()]);
    (folder, output)
});

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The first column of a data file, its header left out.
fn first_column(path: &Path) -> impl Iterator<Item = String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(';').next().unwrap().to_owned()).collect::<Vec<_>>().into_iter()
}

fn contains(haystack: &[u8], needles: &BTreeSet<Vec<u8>>, length: usize) -> bool {
    haystack.windows(length).any(|window| needles.contains(window))
}

/// The peildatum that the demo chose.
fn peildatum() -> String {
    let release: Value =
        serde_json::from_slice(&fs::read(MONTH.0.path().join("vrijgave/vrijgave.json")).unwrap()).unwrap();
    release["peildatum"].as_str().unwrap().to_owned()
}

#[test]
fn the_demo_ends_well_and_says_where_everything_is() {
    let (folder, output) = &*MONTH;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for words in ["gemeente_klasse", "niet vrijgegeven", "gedekt", "vrijgave.json", folder.path().to_str().unwrap()] {
        assert!(said.contains(words), "{words}");
    }
}

#[test]
fn no_number_and_no_pseudonym_is_anywhere_it_should_not_be() {
    let (folder, output) = &*MONTH;
    let (mut hex, mut raw, mut numbers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for path in files(&folder.path().join("leveringen")).iter().filter(|path| path.extension().unwrap() == "csv") {
        for pseudonym in first_column(path) {
            let bytes = (0..32).map(|at| u8::from_str_radix(&pseudonym[2 * at..2 * at + 2], 16).unwrap()).collect();
            raw.insert(bytes);
            hex.insert(pseudonym.into_bytes());
        }
    }
    for number in first_column(&folder.path().join("ruw/waarheid.csv")) {
        numbers.insert(number.into_bytes());
    }
    assert!(hex.len() > 3000 && numbers.len() == 2000);

    let mut looked_at = 0;
    for path in files(folder.path()) {
        let inside = path.strip_prefix(folder.path()).unwrap();
        if inside.starts_with("ruw") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        assert!(!contains(&bytes, &numbers, 9), "een nummer in {}", inside.display());
        if inside.starts_with("leveringen") && inside.extension().unwrap() == "csv" {
            continue;
        }
        assert!(!contains(&bytes, &hex, 64), "een pseudoniem in {}", inside.display());
        assert!(!contains(&bytes, &raw, 32), "een pseudoniem (bytes) in {}", inside.display());
        looked_at += 1;
    }
    // Release, register, text, signature, keys, manifests and reports.
    assert!(looked_at > 40, "{looked_at}");
    for said in [&output.stdout, &output.stderr] {
        assert!(!contains(said, &hex, 64) && !contains(said, &raw, 32) && !contains(said, &numbers, 9));
    }
}

#[test]
fn errors_about_planted_rows_hold_no_pseudonym() {
    let (folder, _) = &*MONTH;
    let broken = tempfile::tempdir().unwrap();
    let mut planted = BTreeSet::new();
    for path in files(&folder.path().join("leveringen")) {
        let mut bytes = fs::read(&path).unwrap();
        if path.extension().unwrap() == "csv" {
            planted.extend(first_column(&path).map(String::into_bytes));
            // Every row gets a field too many, so that every row is complained about.
            bytes = text(&bytes).lines().map(|line| format!("{line};x\n")).collect::<String>().into_bytes();
        }
        fs::write(broken.path().join(path.file_name().unwrap()), bytes).unwrap();
    }
    let output = koppel(folder.path(), broken.path(), "doelbinding/oud-vsv-maandmonitor.toml", "stuk");
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stderr.len() > 1000);
    assert!(!contains(&output.stderr, &planted, 64) && !contains(&output.stdout, &planted, 64));
    assert!(!folder.path().join("stuk").exists(), "er is iets vrijgegeven");
}

fn koppel(month: &Path, leveringen: &Path, doelbinding: &str, uit: &str) -> Output {
    let path = |name: &str| month.join(name).to_str().unwrap().to_owned();
    let register = path(&format!("{uit}.register.jsonl"));
    inbeeld(&[
        "koppel",
        "--peildatum",
        &peildatum(),
        "--doelbinding",
        &path(doelbinding),
        "--vertrouwd",
        &path("vertrouwd"),
        "--leveringen",
        leveringen.to_str().unwrap(),
        "--uit",
        &path(uit),
        "--register",
        &register,
    ])
}

/// Signs a changed text of the demo and links under it.
fn koppel_changed(uit: &str, leveringen: &Path, change: impl Fn(String) -> String) -> (Output, Value) {
    let (month, _) = &*MONTH;
    let original = fs::read_to_string(month.path().join("doelbinding/oud-vsv-maandmonitor.toml")).unwrap();
    let name = format!("{uit}.toml");
    let path = month.path().join(&name);
    fs::write(&path, change(original)).unwrap();
    let key = month.path().join("sleutels/fg.key");
    let signed = inbeeld(&["doelbinding", "onderteken", path.to_str().unwrap(), "--sleutel", key.to_str().unwrap()]);
    assert!(signed.status.success(), "{}", text(&signed.stderr));
    let output = koppel(month.path(), leveringen, &name, uit);
    let release = fs::read(month.path().join(uit).join("vrijgave.json")).unwrap_or_default();
    (output, serde_json::from_slice(&release).unwrap_or_default())
}

fn per_klasse(release: &Value) -> BTreeMap<String, u64> {
    let cells = release["tabellen"][0]["cellen"].as_array().unwrap().iter();
    cells.map(|cell| (cell["klasse"].as_str().unwrap().to_owned(), cell["aantal"].as_u64().unwrap())).collect()
}

fn everybody_by_klasse(text: String) -> String {
    text.replace("cohort = \"oud\"", "cohort = \"alle\"").replace("[\"gemeente\", \"klasse\"]", "[\"klasse\"]")
}

/// What the generator meant is what the koppeling finds, through all the mess of the raw files.
#[test]
fn the_koppeling_finds_the_truth() {
    let leveringen = MONTH.0.path().join("leveringen");
    let (output, release) = koppel_changed("waar", &leveringen, everybody_by_klasse);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut truth: BTreeMap<String, u64> = BTreeMap::from([("totaal".to_owned(), 2000)]);
    for line in fs::read_to_string(MONTH.0.path().join("ruw/waarheid.csv")).unwrap().lines().skip(1) {
        *truth.entry(line.split(';').nth(1).unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(per_klasse(&release), truth);
}

/// Silence is not evidence: without one of the three schools nobody is without occupation.
#[test]
fn a_school_left_out_turns_silence_into_onbekend() {
    let folder = tempfile::tempdir().unwrap();
    for path in files(&MONTH.0.path().join("leveringen")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("onderwijs-00000001999990001003") {
            fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    let (output, release) = koppel_changed("minder", folder.path(), everybody_by_klasse);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let found = per_klasse(&release);
    assert_eq!(found["geen_dagbesteding"], 0);
    assert!(found["onbekend"] > 700, "{found:?}");
}

/// Same input, same text: the same bytes, whatever the threads and however often.
#[test]
fn a_second_run_gives_the_same_bytes() {
    let (month, _) = &*MONTH;
    let output =
        koppel(month.path(), &month.path().join("leveringen"), "doelbinding/oud-vsv-maandmonitor.toml", "nogmaals");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let sheet = cfg!(feature = "xlsx").then_some("gemeente_klasse.xlsx");
    for name in ["vrijgave.json", "gemeente_klasse.csv", "rapport.html"].into_iter().chain(sheet) {
        let read = |folder: &str| fs::read(month.path().join(folder).join(name)).unwrap();
        assert_eq!(read("vrijgave"), read("nogmaals"), "{name}");
    }
}

/// Every file of a release is in the register with its hash, and was written after it.
#[test]
fn the_register_knows_every_file() {
    let (month, _) = &*MONTH;
    let register = fs::read_to_string(month.path().join("doelbinding/register.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(register.lines().next().unwrap()).unwrap();
    assert_eq!(entry["nr"], 1);
    let listed = entry["bestanden"].as_array().unwrap();
    assert_eq!(listed.len(), files(&month.path().join("vrijgave")).len());
    for file in listed {
        use sha2::Digest;
        let bytes = fs::read(month.path().join("vrijgave").join(file["naam"].as_str().unwrap())).unwrap();
        let hash: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["sha256"], hash.as_str());
    }
}

/// No register, no value: where the register cannot be written, nothing leaves.
#[test]
fn without_a_register_nothing_leaves() {
    let (month, _) = &*MONTH;
    let path = |name: &str| month.path().join(name).to_str().unwrap().to_owned();
    let output = inbeeld(&[
        "koppel",
        "--peildatum",
        &peildatum(),
        "--doelbinding",
        &path("doelbinding/oud-vsv-maandmonitor.toml"),
        "--vertrouwd",
        &path("vertrouwd"),
        "--leveringen",
        &path("leveringen"),
        "--uit",
        &path("niets"),
        "--register",
        &path("geen/map/register.jsonl"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!Path::new(&path("niets")).exists());
}
