//! What people read of a text before they sign it, byte for byte: `doelbinding toon` and `verschil`.
//!
//! To take over what the program says now, after a change that was meant:
//! `GOLDEN=overwrite cargo test --test lezen`, and read the difference, aloud.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a page that is not as it should be must stop the test at once"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LIST: &str = "contactlijst-gemeenten";
const MONITOR: &str = "oud-vsv-maandmonitor";
const SERIES: &str = "raad-kwartaal";

/// A text that differs from one of `policies/`: its name, of which, and what stands in the place of what.
type Edited = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const EDITED: &[Edited] = &[
    // What a privacy officer must not miss: more persons, told more of, for longer, with fewer eyes.
    (
        "lijst-ruimer",
        LIST,
        &[
            ("versie = 1", "versie = 2"),
            ("velden = []", "velden = [\"klasse\", \"uitschrijfmaand\"]"),
            (
                "klassen = [\"geen_dagbesteding\", \"onbekend\"]",
                "klassen = [\"geen_dagbesteding\", \"onbekend\", \"uitkering\"]",
            ),
            ("ontvangers = [\"0148\", \"0193\"]", "ontvangers = [\"0148\", \"0193\", \"0160\"]"),
            ("max_aandeel = 0.5", "max_aandeel = 0.8"),
            ("handtekeningen = 2", "handtekeningen = 1"),
            ("bewaartermijn_dagen = 31", "bewaartermijn_dagen = 365"),
            ("contact_uitgezonderd = [\"begeleiding\"]\n", ""),
            ("betrokkenheid = \"geen\"\n", ""),
            ("velden = [\"van\", \"tot\"]", "velden = [\"van\", \"tot\", \"soort\"]"),
        ],
    ),
    // Fewer, and otherwise.
    (
        "lijst-smaller",
        LIST,
        &[
            ("versie = 1", "versie = 2"),
            ("klassen = [\"geen_dagbesteding\", \"onbekend\"]", "klassen = [\"geen_dagbesteding\"]"),
            ("ontvangers = [\"0148\", \"0193\"]", "ontvangers = [\"0193\"]"),
            ("leeftijd = { van = 16, tot = 27 }", "leeftijd = { van = 18, tot = 23 }"),
            ("rollen = [\"coordinator\", \"gemeente\"]", "rollen = [\"coordinator\"]"),
            ("per_dag = 20", "per_dag = 5"),
            ("titel = \"Contactlijst voor gemeenten\"", "titel = \"Contactlijst voor Zwolle\""),
        ],
    ),
    (
        "monitor-anders",
        MONITOR,
        &[
            ("versie = 1", "versie = 2"),
            (
                "geldig = { van = 2026-01-01, tot_en_met = 2026-12-31 }",
                "geldig = { van = 2027-01-01, tot_en_met = 2027-12-31 }",
            ),
            ("inkomen_boven_cent = 30000", "inkomen_boven_cent = 50000\ninkomen_maand = \"vorige\""),
            ("dimensies = [\"gemeente\", \"klasse\"]", "dimensies = [\"gemeente\", \"klasse\", \"geslacht\"]"),
            ("drempel = 5", "drempel = 4"),
        ],
    ),
    // Somebody forgot to raise the version.
    ("monitor-zelfde-versie", MONITOR, &[("drempel = 5", "drempel = 10")]),
];

/// The texts in a folder of their own, those of `policies/` and those that differ.
fn texts() -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    let read = |id: &str| fs::read_to_string(Path::new(ROOT).join(format!("policies/{id}.toml"))).unwrap();
    let write = |name: &str, text: &str| fs::write(temp.path().join(format!("{name}.toml")), text).unwrap();
    for id in [LIST, MONITOR, SERIES] {
        write(id, &read(id));
    }
    for (name, of, edits) in EDITED {
        let text = edits.iter().fold(read(of), |text, (from, to)| {
            assert_eq!(text.matches(from).count(), 1, "{name}: {from}");
            text.replace(from, to)
        });
        write(name, &text);
    }
    // The same, laid out otherwise.
    write("monitor-opmaak", &read(MONITOR).replace("\nschema", "\n\n# Een opmerking.\nschema"));
    temp
}

/// Every page: its file under `tests/lezen`, the day on which it is read, and the command.
fn pages() -> Vec<(String, &'static str, Vec<String>)> {
    let mut all = Vec::new();
    let mut add = |name: &str, day, words: &[&str]| {
        let words = ["doelbinding"].iter().chain(words).map(|word| (*word).to_owned()).collect();
        all.push((name.to_owned(), day, words));
    };
    for id in [LIST, MONITOR, SERIES] {
        let text = format!("{id}.toml");
        add(&format!("{id}.toon.txt"), "2026-06-01", &["toon", &text]);
        add(&format!("{id}.toon.html"), "2026-06-01", &["toon", &text, "--html"]);
    }
    // With warnings: near its end, and of a text that shares much.
    add("lijst-ruimer.toon.txt", "2026-11-20", &["toon", "lijst-ruimer.toml"]);
    let pairs = [
        (LIST, "lijst-ruimer"),
        (LIST, "lijst-smaller"),
        (MONITOR, "monitor-anders"),
        (MONITOR, "monitor-zelfde-versie"),
        (MONITOR, "monitor-opmaak"),
        (MONITOR, SERIES),
        (MONITOR, MONITOR),
    ];
    for (old, new) in pairs {
        let name = format!("{old}.{new}.verschil.txt");
        add(&name, "2026-06-01", &["verschil", &format!("{old}.toml"), &format!("{new}.toml")]);
    }
    let list = format!("{LIST}.toml");
    add(
        &format!("{LIST}.lijst-ruimer.verschil.html"),
        "2026-06-01",
        &["verschil", &list, "lijst-ruimer.toml", "--html"],
    );
    all
}

fn inbeeld(place: &Path, today: &str, words: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
    command.env_clear().env("INBEELD_VANDAAG", today).current_dir(place).args(words).output().unwrap()
}

fn golden(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/lezen").join(name)
}

#[test]
fn every_page_is_as_it_was() {
    let overwrite = std::env::var("GOLDEN").is_ok_and(|mode| mode == "overwrite");
    let temp = texts();
    let pages = pages();
    for (name, day, words) in &pages {
        let output = inbeeld(temp.path(), day, words);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        if overwrite {
            fs::write(golden(name), &output.stdout).unwrap();
        }
        let kept = fs::read(golden(name)).unwrap_or_default();
        assert!(output.stdout == kept, "{name} is not what `inbeeld {}` says; see tests/lezen.rs", words.join(" "));
    }
    let kept: BTreeSet<String> =
        fs::read_dir(golden("")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(kept, pages.into_iter().map(|(name, ..)| name).collect(), "a file in tests/lezen is of no page");
}

/// What widens is read first.
#[test]
fn what_widens_comes_first() {
    let headings = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(golden(name)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let under = |pair: &&[&str]| pair[1].starts_with("---");
        lines.windows(2).filter(under).map(|pair| pair[0].to_owned()).collect()
    };
    for name in ["contactlijst-gemeenten.lijst-ruimer.verschil.txt", "oud-vsv-maandmonitor.raad-kwartaal.verschil.txt"]
    {
        let found = headings(name);
        assert!(found[0].to_lowercase().contains("ruimer"), "{name}: {found:?}");
    }
}

/// Lines short enough for a screen, sentences short enough to read aloud, and nothing that only a programmer reads.
#[test]
fn pages_can_be_read_aloud() {
    for (name, ..) in pages() {
        let text = fs::read_to_string(golden(&name)).unwrap();
        if name.ends_with(".html") {
            assert!(text.starts_with("<!DOCTYPE html>\n<html lang=\"nl\">"), "{name}");
            for not in ["<script", "src=", "http:", "https:", "url(", "@import"] {
                assert!(!text.contains(not), "{name}: {not}");
            }
            continue;
        }
        for line in text.lines() {
            assert!(line.chars().count() <= 80 || !line.contains(' '), "{name}: {line}");
        }
        for not in ["Some(", "None", "true", "false", "\u{fffd}"] {
            assert!(!text.contains(not), "{name}: {not}");
        }
    }
}
