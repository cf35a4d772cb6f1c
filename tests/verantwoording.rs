//! The accounts of the texts in `policies/`, byte for byte: notices, records of processing, annexes.
//!
//! To take over what the program says now, after a change that was meant:
//! `GOLDEN=overwrite cargo test --test verantwoording`, and read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an account that is not as it should be must stop the test at once"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const POLICIES: [&str; 3] = ["contactlijst-gemeenten", "oud-vsv-maandmonitor", "raad-kwartaal"];

/// The program, in a folder, on a day, with nothing else of this machine.
fn inbeeld(place: &Path, today: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
    command.env_clear().env("INBEELD_VANDAAG", today).current_dir(place).args(args).output().unwrap()
}

fn succeeds(place: &Path, args: &[&str]) -> Vec<u8> {
    let output = inbeeld(place, "2026-11-05", args);
    assert!(output.status.success(), "{args:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn refused(place: &Path, exit: i32, args: &[&str]) -> String {
    let output = inbeeld(place, "2026-11-05", args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{args:?}\n{said}");
    assert!(output.stdout.is_empty(), "{args:?}");
    said
}

/// Every account of every text: its file under `tests/verantwoording` and the command that makes it.
fn accounts() -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    let mut add = |name: String, args: &[&str]| all.push((name, args.iter().map(|arg| (*arg).to_owned()).collect()));
    for id in POLICIES {
        let text = format!("policies/{id}.toml");
        add(format!("{id}.informatie.txt"), &["doelbinding", "informatie", &text]);
        add(format!("{id}.dpia.txt"), &["doelbinding", "dpia", &text]);
    }
    let list = "policies/contactlijst-gemeenten.toml";
    add("contactlijst-gemeenten.informatie.html".to_owned(), &["doelbinding", "informatie", list, "--html"]);
    add("contactlijst-gemeenten.dpia.html".to_owned(), &["doelbinding", "dpia", list, "--html"]);
    add("verwerkingsregister.txt".to_owned(), &["doelbinding", "verwerkingsregister"]);
    add("verwerkingsregister.csv".to_owned(), &["doelbinding", "verwerkingsregister", "--csv"]);
    add("verwerkingsregister.json".to_owned(), &["doelbinding", "verwerkingsregister", "--json"]);
    all
}

/// The texts somewhere else, without signatures.
fn elsewhere() -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    fs::create_dir(temp.path().join("policies")).unwrap();
    for id in POLICIES {
        let name = format!("policies/{id}.toml");
        fs::copy(Path::new(ROOT).join(&name), temp.path().join(&name)).unwrap();
    }
    temp
}

fn golden(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/verantwoording").join(name)
}

#[test]
fn every_account_is_as_it_was() {
    let overwrite = std::env::var("GOLDEN").is_ok_and(|mode| mode == "overwrite");
    let accounts = accounts();
    for (name, args) in &accounts {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let made = succeeds(Path::new(ROOT), &args);
        if overwrite {
            fs::write(golden(name), &made).unwrap();
        }
        let kept = fs::read(golden(name)).unwrap_or_default();
        assert!(made == kept, "{name} is not what `inbeeld {}` makes; see tests/verantwoording.rs", args.join(" "));
    }
    let kept = fs::read_dir(golden("")).unwrap().count();
    assert_eq!(kept, accounts.len(), "a file in tests/verantwoording is of no account");
}

/// Another folder, another day and another order of the files change nothing.
#[test]
fn an_account_depends_on_the_texts_alone() {
    let temp = elsewhere();
    for (name, args) in accounts() {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let made = inbeeld(temp.path(), "2031-01-01", &args).stdout;
        assert!(made == fs::read(golden(&name)).unwrap(), "{name}");
    }
    let files = POLICIES.map(|id| format!("policies/{id}.toml"));
    let [a, b, c] = files.each_ref().map(String::as_str);
    let args = ["doelbinding", "verwerkingsregister", c, a, b, "--json", "--uit", "uit/register.json"];
    assert_eq!(succeeds(temp.path(), &args), b"geschreven: uit/register.json\n");
    let written = fs::read(temp.path().join("uit/register.json")).unwrap();
    assert!(written == fs::read(golden("verwerkingsregister.json")).unwrap());
}

#[test]
fn every_text_is_in_the_register() {
    let folder = fs::read_dir(Path::new(ROOT).join("policies")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut texts: Vec<String> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    texts.sort();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(golden("verwerkingsregister.json")).unwrap()).unwrap();
    let records = json["verwerkingen"].as_array().unwrap();
    let ids: Vec<&str> = records.iter().map(|record| record["doelbinding"].as_str().unwrap()).collect();
    assert_eq!(ids, texts);
}

/// A page for a website asks nothing of another place and runs nothing.
#[test]
fn pages_stand_by_themselves() {
    for name in ["contactlijst-gemeenten.informatie.html", "contactlijst-gemeenten.dpia.html"] {
        let page = fs::read_to_string(golden(name)).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"nl\">"));
        for not in ["<script", "src=", "http:", "https:", "url(", "@import"] {
            assert!(!page.contains(not), "{name}: {not}");
        }
    }
}

#[test]
fn what_cannot_be_accounted_for_is_refused() {
    let temp = elsewhere();
    let place = temp.path();
    let said = refused(place, 2, &["doelbinding", "verwerkingsregister", "--map", "nergens"]);
    assert!(said.contains("fout [lezen]: nergens"), "{said}");
    fs::create_dir(place.join("leeg")).unwrap();
    let said = refused(place, 2, &["doelbinding", "verwerkingsregister", "--map", "leeg"]);
    assert!(said.contains("[geen-doelbinding]: leeg"), "{said}");
    refused(place, 2, &["doelbinding", "verwerkingsregister", "--json", "--csv"]);
    let text = "policies/raad-kwartaal.toml";
    refused(place, 2, &["doelbinding", "verwerkingsregister", text, "--map", "policies"]);
    let said = refused(place, 3, &["doelbinding", "verwerkingsregister", text, text]);
    assert!(said.contains("[tekst-dubbel]") && said.contains("`raad-kwartaal` en versie 1"), "{said}");
    let said = refused(place, 2, &["doelbinding", "dpia", text, "--register", "nergens.jsonl"]);
    assert!(said.contains("[register-ontbreekt]"), "{said}");
    fs::write(place.join("policies/register.jsonl"), "{\"nr\":7}\n").unwrap();
    refused(place, 5, &["doelbinding", "dpia", text]);
    // Each text at fault is told, by name and without a value of it.
    for name in ["a", "b"] {
        fs::write(place.join(format!("policies/{name}.toml")), "schema = \"GEHEIM1234\"\n").unwrap();
    }
    let said = refused(place, 3, &["doelbinding", "verwerkingsregister"]);
    assert!(said.contains("policies/a.toml: ") && said.contains("policies/b.toml: "), "{said}");
    assert!(!said.contains("GEHEIM1234"), "{said}");
    refused(place, 3, &["doelbinding", "informatie", "policies/a.toml"]);
}

/// After a real koppeling the annex finds its register beside the text.
#[test]
fn an_annex_after_a_koppeling() {
    let temp = tempfile::tempdir().unwrap();
    let from = Path::new(ROOT).join("fixtures/dalfsen-2021/meldingen");
    for name in ["doelbinding.toml", "doelbinding.toml.minisig"] {
        fs::copy(from.join(name), temp.path().join(name)).unwrap();
    }
    let (leveringen, key) = (from.join("leveringen"), Path::new(ROOT).join("fixtures/sleutels/alleen-voor-tests.pub"));
    let (leveringen, key) = (leveringen.to_str().unwrap(), key.to_str().unwrap());
    let koppel = ["koppel", "--peildatum", "2021-07-31", "--doelbinding", "doelbinding.toml", "--vertrouwd", key];
    let output =
        inbeeld(temp.path(), "2021-09-10", &[&koppel[..], &["--leveringen", leveringen, "--uit", "uit"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let annex = String::from_utf8(succeeds(temp.path(), &["doelbinding", "dpia", "doelbinding.toml"])).unwrap();
    let annex = annex.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(annex.contains("Nummer 1, peildatum 31 juli 2021"), "{annex}");
    assert!(annex.contains("cellen niet vrijgegeven"), "{annex}");
    assert!(annex.contains("was met de hand gezet (INBEELD_VANDAAG)"), "{annex}");
    assert!(!annex.contains("een andere tekst"), "{annex}");
}
