//! Two releases of one region and month, through the program: the second is protected beside the first, or
//! refused by name, so that no difference between them is small.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A month of the demo, and texts made of its own.
struct Month {
    temp: TempDir,
    text: String,
    peildatum: String,
}

/// What one koppeling let out.
struct Outcome {
    code: i32,
    said: String,
    /// Per table and labels.
    cells: BTreeMap<Vec<String>, Option<u64>>,
    bytes: Vec<u8>,
}

fn run(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_inbeeld")).args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

impl Month {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let month = temp.path().to_str().unwrap();
        assert_eq!(run(&["demo", "--map", &format!("{month}/demo")]).0, 0);
        let released: Value = json(&temp.path().join("demo/vrijgave/vrijgave.json"));
        let text = fs::read_to_string(temp.path().join("demo/doelbinding/oud-vsv-maandmonitor.toml")).unwrap();
        let month = Self { temp, text, peildatum: released["peildatum"].as_str().unwrap().to_owned() };
        // Three municipalities, so that a debug build is done in seconds; without brp nobody is counted elsewhere.
        let line = |start: &str| month.text.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
        let text = month
            .text
            .replace(&line("brp ="), "")
            .replace(&line("gemeenten ="), "gemeenten = [\"0193\", \"1708\", \"0166\"]");
        Self { text, ..month }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    /// Signs a text with this change and links under it, into a register of that name.
    fn koppel(&self, register: &str, change: &[(&str, &str)], leveringen: &Path, peildatum: &str) -> Outcome {
        let mut text = self.text.clone();
        for (from, to) in change {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        let id = format!("tekst-{}", hex(text.as_bytes()).get(..8).unwrap());
        let text = text.replace("id = \"oud-vsv-maandmonitor\"", &format!("id = \"{id}\""));
        let file = self.path(&format!("{id}.toml"));
        fs::write(&file, text).unwrap();
        let (file, demo, out) = (file.to_str().unwrap(), self.path("demo"), self.path(&format!("uit-{id}")));
        let demo = demo.to_str().unwrap();
        let key = format!("{demo}/sleutels/fg.key");
        let _ = fs::remove_file(format!("{file}.minisig"));
        assert_eq!(run(&["doelbinding", "onderteken", file, "--sleutel", &key]).0, 0);
        let (code, said) = run(&[
            "koppel",
            "--peildatum",
            peildatum,
            "--doelbinding",
            file,
            "--vertrouwd",
            &format!("{demo}/vertrouwd"),
            "--leveringen",
            leveringen.to_str().unwrap(),
            "--uit",
            out.to_str().unwrap(),
            "--register",
            self.path(register).to_str().unwrap(),
        ]);
        let released = json(&out.join("vrijgave.json"));
        let mut cells = BTreeMap::new();
        for table in released["tabellen"].as_array().unwrap() {
            let dimensies: Vec<&str> =
                table["dimensies"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            for cell in table["cellen"].as_array().unwrap() {
                let labels = dimensies.iter().map(|name| format!("{name}={}", cell[*name].as_str().unwrap())).collect();
                cells.insert(labels, cell["aantal"].as_u64());
            }
        }
        Outcome { code, said, cells, bytes: fs::read(out.join("vrijgave.json")).unwrap() }
    }

    fn plain(&self, register: &str, change: &[(&str, &str)]) -> Outcome {
        self.koppel(register, change, &self.path("demo/leveringen"), &self.peildatum)
    }

    /// The leveringen with one doelgroep file written anew, the first so many persons left out.
    fn corrected(&self, persons: usize) -> PathBuf {
        let (from, to) = (self.path("demo/leveringen"), self.path(&format!("leveringen-{persons}")));
        fs::create_dir(&to).unwrap();
        for entry in fs::read_dir(&from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        let manifest = fs::read_dir(&to)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| {
                let text = path.to_str().unwrap();
                text.ends_with(".manifest.json")
                    && text.contains("doelgroep-")
                    && text.contains("0193")
                    && !text.contains("own")
            })
            .unwrap();
        let data = PathBuf::from(manifest.to_str().unwrap().strip_suffix(".manifest.json").unwrap());
        let text = fs::read_to_string(&data).unwrap();
        // In another order, so that the file is another one even with everybody in it.
        let (header, rows) = text.split_once('\n').unwrap();
        let kept: Vec<&str> = rows.lines().skip(persons).collect();
        let kept: String =
            std::iter::once(header).chain(kept.into_iter().rev()).map(|line| format!("{line}\n")).collect();
        let mut says = json(&manifest);
        says["records"] = (kept.lines().count() - 1).into();
        says["sha256"] = hex(kept.as_bytes()).into();
        fs::write(&data, kept).unwrap();
        fs::write(&manifest, says.to_string()).unwrap();
        to
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// No published number of one is within the threshold of the same number of the other, and what the first
/// withheld the second does not give.
fn nothing_small_between(first: &Outcome, second: &Outcome) {
    let mut both = 0;
    for (labels, shown) in &first.cells {
        let Some(then) = second.cells.get(labels) else { continue };
        if let (Some(shown), Some(then)) = (shown, then) {
            both += 1;
            assert!(!(1..5).contains(&shown.abs_diff(*then)), "{labels:?}: {shown} en {then}");
        }
    }
    assert!(both > 5, "{both} getallen in beide");
}

const LEEFTIJD: &[(&str, &str)] = &[("tot = 27 }", "tot = 23 }")];
const INKOMEN: &[(&str, &str)] = &[("inkomen_boven_cent = 30000", "inkomen_boven_cent = 47300")];
const ZONDER: &[(&str, &str)] = &[("\"1708\", \"0166\"", "\"1708\"")];
const COHORT: &[(&str, &str)] = &[("cohort = \"oud\"", "cohort = \"alle\"")];
const AFRONDING: &[(&str, &str)] = &[("methode = \"onderdrukking\"\ndrempel = 5", "methode = \"afronding\"")];
const DREMPEL: &[(&str, &str)] = &[("drempel = 5", "drempel = 10")];
const LEEFTIJDEN: &[(&str, &str)] = &[("[\"gemeente\", \"klasse\"]", "[\"klasse\", \"leeftijdsgroep\"]")];

#[test]
fn two_texts_of_a_month_never_differ_by_a_small_group() {
    let month = Month::new();
    for (name, change) in [("leeftijd", LEEFTIJD), ("inkomen", INKOMEN), ("zonder", ZONDER), ("cohort", COHORT)] {
        for turned in [false, true] {
            let register = format!("{name}-{turned}.jsonl");
            let (one, other): (&[_], &[_]) = if turned { (change, &[]) } else { (&[], change) };
            let first = month.plain(&register, one);
            let second = month.plain(&register, other);
            assert_eq!((first.code, second.code), (0, 0), "{name}: {}", second.said);
            nothing_small_between(&first, &second);
        }
    }
    // Each with a register of its own shows that there was something to protect.
    let first = month.plain("basis.jsonl", &[]);
    let small = [LEEFTIJD, INKOMEN, ZONDER, COHORT].iter().enumerate().any(|(at, change)| {
        let alone = month.plain(&format!("alleen-{at}.jsonl"), change);
        let near = |(labels, shown): (&Vec<String>, &Option<u64>)| {
            let then = alone.cells.get(labels).copied().flatten();
            shown.zip(then).is_some_and(|(shown, then)| (1..5).contains(&shown.abs_diff(then)))
        };
        first.cells.iter().any(near)
    });
    assert!(small, "de proef bewijst niets: ook zonder geheugen is er niets kleins");
}

#[test]
fn what_cannot_stand_beside_an_earlier_release_is_refused_by_name() {
    let month = Month::new();
    let first = month.plain("register.jsonl", &[]);
    assert_eq!(first.code, 0, "{}", first.said);
    let refused = |outcome: &Outcome, words: &str| {
        assert_eq!(outcome.code, 4, "{}", outcome.said);
        assert!(outcome.said.contains(words) && outcome.said.contains("vrijgave 1"), "{}", outcome.said);
        assert!(outcome.cells.is_empty());
    };
    refused(&month.plain("register.jsonl", AFRONDING), "andere methode");
    refused(&month.plain("register.jsonl", DREMPEL), "klein getal te berekenen");
    let leveringen = month.path("demo/leveringen");
    let later = format!("{}02", &month.peildatum[..8]);
    refused(&month.koppel("register.jsonl", &[], &leveringen, &later), "andere peildatum");
    // One person less is a small difference; another text cannot be compared with other leveringen.
    let fewer = month.corrected(1);
    refused(&month.koppel("register.jsonl", &[], &fewer, &month.peildatum), "minder dan de drempel");
    refused(&month.koppel("register.jsonl", LEEFTIJDEN, &fewer, &month.peildatum), "andere leveringen");
    // The same again, and another table of the same persons, can.
    let again = month.plain("register.jsonl", &[]);
    assert_eq!((again.code, again.bytes), (0, first.bytes));
    let other = month.plain("register.jsonl", LEEFTIJDEN);
    assert_eq!(other.code, 0, "{}", other.said);
    assert!(!other.cells.is_empty());
}

#[test]
fn a_correction_is_held_against_every_earlier_form() {
    let month = Month::new();
    let first = month.plain("register.jsonl", &[]);
    assert_eq!(first.code, 0, "{}", first.said);
    // Other bytes, the same persons: every change is 0.
    let again = month.koppel("register.jsonl", &[], &month.corrected(0), &month.peildatum);
    assert_eq!((again.code, &again.cells), (0, &first.cells), "{}", again.said);
    // Another text may now stand beside the second, though the first was of other leveringen.
    let other = month.koppel("register.jsonl", LEEFTIJDEN, &month.path("leveringen-0"), &month.peildatum);
    assert_eq!(other.code, 0, "{}", other.said);
    // One person less is too little apart from the first form too, and that is the one it names.
    let back = month.koppel("register.jsonl", &[], &month.corrected(1), &month.peildatum);
    assert_eq!(back.code, 4, "{}", back.said);
    assert!(back.said.contains("correctie van vrijgave 1 "), "{}", back.said);
}
