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

/// One demo, everything it wrote on the terminal, and its files: tests write beside them.
static MONTH: LazyLock<(TempDir, Output, Vec<PathBuf>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let output = inbeeld(&["demo", "--map", folder.path().to_str().unwrap()]);
    let made = files(folder.path());
    (folder, output, made)
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
    let (folder, output, _) = &*MONTH;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let place = folder.path().to_str().unwrap();
    for words in ["gemeente_klasse", "niet vrijgegeven", "gedekt", "vrijgave.json", "Bij de gemeente Zwolle", place] {
        assert!(said.contains(words), "{words}");
    }
}

#[test]
fn no_number_and_no_pseudonym_is_anywhere_it_should_not_be() {
    let (folder, output, made) = &*MONTH;
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
    for path in made {
        let inside = path.strip_prefix(folder.path()).unwrap();
        if inside.starts_with("ruw") {
            continue;
        }
        let bytes = fs::read(path).unwrap();
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
    let (folder, ..) = &*MONTH;
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
    let (month, ..) = &*MONTH;
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
    let (month, ..) = &*MONTH;
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
    let (month, ..) = &*MONTH;
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

/// The dossiers on Zwolle's list, as Zwolle reads it.
fn dossiers() -> Vec<String> {
    let list = fs::read_to_string(MONTH.0.path().join("gemeente/zwolle.csv")).unwrap();
    let mut lines = list.lines();
    // The text names no velden: the municipality learns THAT, and nothing of WHAT.
    assert_eq!(lines.next(), Some("dossier;verwijzing"));
    lines.map(|line| line.split_once(';').unwrap().0.to_owned()).collect()
}

/// From raw file to dossier: on Zwolle's list stand its own persons, whom the generator made so that somebody
/// should look for them.
#[test]
fn zwolle_reads_whom_to_contact_and_no_more() {
    let month = MONTH.0.path();
    let read = |name: &str| fs::read_to_string(month.join(name)).unwrap();
    let split = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<_>>();
    let truth: BTreeMap<String, String> =
        read("ruw/waarheid.csv").lines().skip(1).map(|line| line.split_once(';').unwrap()).map(own).collect();
    let raw = read("ruw/doelgroep-zwolle.csv");
    let header = split(raw.trim_start_matches('\u{feff}').lines().next().unwrap());
    let column = |name: &str| header.iter().position(|other| other == name).unwrap();
    let rows = raw.lines().skip(1).map(split).filter(|row| row.len() == header.len());
    let persons: BTreeMap<String, Vec<String>> = rows.map(|row| (row[column("Dossier")].clone(), row)).collect();
    let listed = dossiers();
    assert!(listed.len() > 20, "{}", listed.len());
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "somebody is on the list twice");
    for dossier in &listed {
        let row = &persons[dossier];
        let number = [&row[column("BSN")], &row[column("Onderwijsnummer")]].into_iter().find(|cell| !cell.is_empty());
        let klasse = &truth[&format!("{:0>9}", number.unwrap())];
        assert!(["geen_dagbesteding", "onbekend"].contains(&klasse.as_str()), "{klasse}");
        assert_eq!(row[column("Niet benaderen")], "");
        assert_ne!(row[column("Contact")].to_lowercase(), "begeleiding");
    }
}

fn own((one, other): (&str, &str)) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

/// A dossier number is in the municipality's own files and nowhere else; who opened the list alone can read it.
#[test]
fn a_dossier_stays_with_its_municipality() {
    let (month, output, made) = &*MONTH;
    // `Z-2024-000803`; some have a word behind it.
    let length = 13;
    let needles: BTreeSet<Vec<u8>> = dossiers().iter().map(|dossier| dossier.as_bytes()[..length].to_vec()).collect();
    let mut holders = BTreeSet::new();
    for path in made {
        let inside = path.strip_prefix(month.path()).unwrap();
        if contains(&fs::read(path).unwrap(), &needles, length) {
            holders.insert(inside.to_str().unwrap().to_owned());
        }
    }
    let expected = ["gemeente/zwolle.csv", "ruw/doelgroep-zwolle.csv"].map(str::to_owned);
    assert_eq!(holders, expected.into());
    assert!(!contains(&output.stdout, &needles, length) && !contains(&output.stderr, &needles, length));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(month.path().join("gemeente/zwolle.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Both texts are in one register, and the one with lists under two signatures.
#[test]
fn the_lists_left_under_two_signatures() {
    let register = fs::read_to_string(MONTH.0.path().join("doelbinding/register.jsonl")).unwrap();
    let entries: Vec<Value> = register.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listed = entries.iter().find(|entry| entry["doelbinding"]["id"] == "contactlijst-gemeenten").unwrap();
    assert_eq!(listed["ondertekend_door"], serde_json::json!(["fg", "tweede"]));
    assert_eq!(listed["lijsten"].as_array().unwrap().len(), 2);
}

/// No register, no value: where the register cannot be written, nothing leaves.
#[test]
fn without_a_register_nothing_leaves() {
    let (month, ..) = &*MONTH;
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
