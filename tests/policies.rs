//! The texts that regions start from: they hold, they fit the sources that `genereer` makes, and the signed
//! copies in the fixtures are the same texts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a text that is not as it should be must stop the test at once"
)]

use inbeeld::doelbinding::Policy;
use inbeeld::terms::Bron;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn folder(name: &str) -> PathBuf {
    Path::new(ROOT).join(name)
}

/// Names of the files in a folder with this ending.
fn names(folder: &Path, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    entries.filter(|name| name.ends_with(ending)).collect()
}

/// Every text with what it says.
fn policies() -> BTreeMap<String, (Vec<u8>, Policy)> {
    let read = |name: String| {
        let text = fs::read(folder("policies").join(&name)).unwrap();
        let policy = Policy::parse(&text).unwrap_or_else(|faults| panic!("{name}: {faults}"));
        (name, (text, policy))
    };
    names(&folder("policies"), ".toml").into_iter().map(read).collect()
}

/// The program, on a day on which every text holds.
fn inbeeld(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inbeeld"))
        .env("INBEELD_VANDAAG", "2026-11-05")
        .args(args)
        .current_dir(ROOT)
        .output()
        .unwrap()
}

fn verifies(text: &str, trusted: &str) -> Output {
    inbeeld(&["doelbinding", "verifieer", text, "--vertrouwd", trusted])
}

#[test]
fn every_text_is_named_after_its_purpose_and_sends_its_reader_to_a_lawyer() {
    let policies = policies();
    let known: Vec<&str> = policies.keys().map(String::as_str).collect();
    assert_eq!(known, ["contactlijst-gemeenten.toml", "oud-vsv-maandmonitor.toml", "raad-kwartaal.toml"]);
    for (name, (text, policy)) in &policies {
        assert_eq!(*name, format!("{}.toml", policy.id));
        let text = String::from_utf8_lossy(text);
        assert!(text.contains("moeten door uw eigen jurist worden nagekeken"), "{name}");
        assert!(
            text.lines().filter(|line| line.starts_with('#')).count() >= 5,
            "{name}: a privacy officer reads comments"
        );
        assert_eq!(policy.grondslag, ["AVG 6(1)(e)", "WEB 9.2.5"], "{name}");
        assert_eq!(policy.bsn_grondslag, "UAVG 46 jo. Wabb 10", "{name}");
    }
}

#[test]
fn the_list_says_that_and_not_what() {
    let policies = policies();
    let (_, policy) = &policies["contactlijst-gemeenten.toml"];
    let [lijst] = policy.lijsten.as_slice() else { panic!("one list") };
    let klassen: Vec<&str> = lijst.klassen.iter().map(|klasse| klasse.as_str()).collect();
    assert_eq!(klassen, ["geen_dagbesteding", "onbekend"]);
    assert!(lijst.velden.is_empty());
    assert!(lijst.zonder_betrokkenheid);
    assert_eq!(policy.handtekeningen, 2);
    assert!(policy.tabellen.is_empty());
    assert!(policy.inzage.is_some());
    let tables = policies.values().filter(|(_, policy)| policy.id != "contactlijst-gemeenten");
    assert!(tables.into_iter().all(|(_, policy)| policy.lijsten.is_empty() && !policy.tabellen.is_empty()));
}

/// What `genereer` says of the parties that deliver, per source.
fn generated() -> BTreeMap<String, BTreeSet<String>> {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().to_str().unwrap();
    let made = inbeeld(&[
        "genereer",
        "--regio",
        "10",
        "--jongeren",
        "100",
        "--peildatum",
        "2026-10-01",
        "--seed",
        "1",
        "--uit",
        out,
    ]);
    assert!(made.status.success());
    let index: toml::Table = toml::from_str(&fs::read_to_string(temp.path().join("bronnen.toml")).unwrap()).unwrap();
    let mut parties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in index["bestand"].as_array().unwrap() {
        let word = |key: &str| file[key].as_str().unwrap().to_owned();
        parties.entry(word("bron")).or_default().insert(word("oin"));
    }
    parties
}

#[test]
fn the_texts_fit_the_sources_that_are_generated() {
    let parties = generated();
    for (name, (_, policy)) in policies() {
        for (bron, ask) in &policy.bronnen {
            let known = &parties[bron.as_str()];
            let Some(listed) = &ask.leveranciers else { continue };
            let listed: BTreeSet<String> = listed.iter().map(ToString::to_string).collect();
            assert_eq!(&listed, known, "{name}, {bron}");
        }
        assert!(parties["doelgroep"].contains(&policy.verantwoordelijke.oin.to_string()), "{name}");
        let Some(convenant) = &policy.convenant else { continue };
        let signed: BTreeSet<String> = convenant.partijen.iter().map(ToString::to_string).collect();
        let read = policy.bronnen.keys().chain([&Bron::Doelgroep]);
        let deliver: BTreeSet<String> = read.flat_map(|bron| parties[bron.as_str()].clone()).collect();
        assert_eq!(signed, deliver, "{name}: the convenant");
    }
}

#[test]
fn the_signed_copies_are_the_same_texts() {
    let copies = folder("fixtures/doelbindingen");
    let policies = policies();
    assert_eq!(names(&copies, ".toml"), policies.keys().cloned().collect());
    for (name, (text, policy)) in &policies {
        assert!(fs::read(copies.join(name)).unwrap() == *text, "{name}: run fixtures/maak.py");
        let place = format!("fixtures/doelbindingen/{name}");
        let output = verifies(&place, "fixtures/sleutels");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.contains(", tweede-alleen-voor-tests"), policy.handtekeningen == 2, "{said}");
    }
}

/// With the key of one signer only, or after a change of one letter, the text with a list does not hold.
#[test]
fn two_signers_means_two() {
    let name = "contactlijst-gemeenten.toml";
    let refused = |output: &Output, code: &str| {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains(code), "{said}");
    };
    for key in ["alleen-voor-tests.pub", "tweede-alleen-voor-tests.pub"] {
        let trusted = format!("fixtures/sleutels/{key}");
        refused(&verifies(&format!("fixtures/doelbindingen/{name}"), &trusted), "[te-weinig-handtekeningen]");
    }
    let temp = tempfile::tempdir().unwrap();
    for ending in ["", ".minisig", ".2.minisig"] {
        let file = format!("{name}{ending}");
        fs::copy(folder("fixtures/doelbindingen").join(&file), temp.path().join(&file)).unwrap();
    }
    let text = temp.path().join(name);
    let changed = fs::read_to_string(&text).unwrap().replace("max_aandeel = 0.5", "max_aandeel = 0.6");
    fs::write(&text, changed).unwrap();
    refused(&verifies(text.to_str().unwrap(), "fixtures/sleutels"), "[handtekening-veranderd]");
}

/// The public key of every recipient beside the texts belongs to a test identity, which opens what it seals.
#[test]
fn every_recipient_has_a_test_identity() {
    let policies = policies();
    let named: BTreeSet<String> = policies
        .values()
        .flat_map(|(_, policy)| &policy.lijsten)
        .flat_map(|lijst| &lijst.ontvangers)
        .map(|gemeente| format!("{gemeente}.txt"))
        .collect();
    let recipients = folder("fixtures/doelbindingen/ontvangers");
    assert_eq!(names(&recipients, ".txt"), named);
    for name in named {
        let gemeente = name.trim_end_matches(".txt");
        let secret = folder("fixtures/sleutels").join(format!("ontvanger-{gemeente}-alleen-voor-tests.key"));
        let identity: age::x25519::Identity = fs::read_to_string(secret).unwrap().trim_end().parse().unwrap();
        let public = fs::read_to_string(recipients.join(&name)).unwrap();
        assert_eq!(public, format!("{}\n", identity.to_public()), "{name}");
        let recipient: age::x25519::Recipient = public.trim_end().parse().unwrap();
        let sealed = age::encrypt(&recipient, b"lijst").unwrap();
        assert_eq!(age::decrypt(&identity, &sealed).unwrap(), b"lijst");
    }
}
