//! The committed cases: one folder per rule with the outcome of each person, and the published
//! years with their counts, which no release may show in full.

use super::oracle::{KEY, Memory, ONE, told};
use crate::pseudonym::{LinkKey, Pseudonym, Token};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Every folder under here that holds a case.
pub(super) fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("geval.toml").is_file() {
        found.push(folder.to_owned());
        return;
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cases(&path, found);
        }
    }
}

pub(super) fn memory(folder: &Path) -> Memory {
    let file = |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
    Memory(fs::read_dir(folder).unwrap().map(|entry| file(entry.unwrap().path())).collect())
}

/// Pseudonym tokens with gemeente, klasse and reden, as the engine finds them.
fn found(case: &Path) -> Vec<(Token, [String; 3])> {
    let toml: toml::Table = fs::read_to_string(case.join("geval.toml")).unwrap().parse().unwrap();
    let text = fs::read_to_string(case.join("doelbinding.toml")).unwrap();
    let all = told(&memory(&case.join("leveringen")), &ONE, &text, toml["peildatum"].as_str().unwrap());
    let all = all.unwrap_or_else(|fault| panic!("{}: {fault}", case.display()));
    let line = |((_, token), told): (_, Vec<String>)| (token, [told[0].clone(), told[1].clone(), told[2].clone()]);
    all.into_iter().map(line).collect()
}

#[test]
fn every_rule_gives_the_outcome_written_beside_it() {
    let mut folders = Vec::new();
    cases(&fixtures().join("regels"), &mut folders);
    assert!(folders.len() >= 50, "{}", folders.len());
    let key = LinkKey::known(&KEY);
    for case in folders {
        let mut expected: Vec<(Token, [String; 3])> = Vec::new();
        for line in fs::read_to_string(case.join("verwacht.csv")).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split(';').collect();
            let token = key.token(&Pseudonym::parse(fields[0].as_bytes()).unwrap());
            let rest = [1, 2, 3].map(|at: usize| fields[at].to_owned());
            expected.push((token, rest));
        }
        let mut found = found(&case);
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{}", case.display());
    }
}

#[test]
fn the_published_years_are_reproduced_in_whole_persons() {
    let mut folders = Vec::new();
    for year in
        ["arnhem-2015", "arnhem-2016", "arnhem-2017", "arnhem-2018", "arnhem-2019", "dalfsen-2021", "dalfsen-2022"]
    {
        let before = folders.len();
        cases(&fixtures().join(year), &mut folders);
        assert!(folders.len() > before, "{year}");
    }
    for case in folders {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (_, [_, klasse, _]) in found(&case) {
            *counts.entry(klasse).or_default() += 1;
        }
        for line in fs::read_to_string(case.join("verwacht.csv")).unwrap().lines().skip(1) {
            let (klasse, count) = line.split_once(';').unwrap();
            let found = match klasse {
                "totaal" => counts.values().sum(),
                _ => counts.get(klasse).copied().unwrap_or(0),
            };
            assert_eq!(found.to_string(), count, "{}: {klasse}", case.display());
        }
    }
}
