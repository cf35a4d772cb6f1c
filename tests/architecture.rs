//! Which room may know which: HOUSE's table as data, held against the `use` lines of the code.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every room and the rooms that it may name. `fault` and `terms` are words that all may use.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("fault", &[]),
    ("terms", &[]),
    ("pseudonym", &[]),
    ("ingest", &["pseudonym"]),
    ("linking", &["pseudonym", "ingest"]),
    ("engine", &["linking"]),
    ("receive", &["pseudonym", "ingest", "linking", "doelbinding"]),
    ("classify", &["ingest", "linking"]),
    ("doelbinding", &[]),
    ("disclosure", &["pseudonym", "classify", "doelbinding"]),
    ("chain", &[]),
    ("register", &["chain"]),
    ("logbook", &[]),
    ("access", &[]),
    ("audit", &["chain"]),
    ("accountability", &["doelbinding", "register"]),
    ("release", &["ingest", "disclosure", "doelbinding", "register"]),
    (
        "run",
        &[
            "pseudonym",
            "ingest",
            "receive",
            "logbook",
            "linking",
            "engine",
            "classify",
            "doelbinding",
            "disclosure",
            "register",
            "release",
        ],
    ),
    ("recognise", &["pseudonym"]),
    ("source", &["pseudonym", "ingest"]),
    ("synthetic", &[]),
    (
        "store",
        &[
            "pseudonym",
            "ingest",
            "receive",
            "logbook",
            "doelbinding",
            "disclosure",
            "chain",
            "register",
            "release",
            "source",
            "access",
            "audit",
        ],
    ),
];

/// What only `store`, `engine` and the binary may touch.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "println!",
    "eprintln!",
    "print!(",
    "eprint!(",
    "tokio",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The code of every room, without comments and without what is only there for tests.
fn rooms() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut rooms: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for path in all {
        let inside = path.strip_prefix(&root).unwrap().to_path_buf();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let room = first.trim_end_matches(".rs").to_owned();
        let is_test = inside.iter().any(|part| {
            let part = part.to_string_lossy();
            ["tests", "tests.rs", "oracle.rs", "cases.rs", "vectors.rs"].contains(&part.as_ref())
                || part.ends_with("_test.rs")
        });
        if room == "lib" || room == "bin" || is_test {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let code: String =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
        rooms.entry(room).or_default().push((inside, code));
    }
    rooms
}

#[test]
fn every_room_knows_only_its_neighbours() {
    let rooms = rooms();
    let listed: BTreeSet<&str> = MAY_KNOW.iter().map(|(room, _)| *room).collect();
    let found: BTreeSet<&str> = rooms.keys().map(String::as_str).collect();
    assert_eq!(found, listed, "een kamer is er niet of staat niet in de tabel");
    for (room, known) in MAY_KNOW {
        for (path, code) in &rooms[*room] {
            for part in code.split("crate::").skip(1) {
                let named: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let allowed =
                    named == *room || ["fault", "terms"].contains(&named.as_str()) || known.contains(&named.as_str());
                assert!(allowed, "{}: {room} kent {named}", path.display());
            }
        }
    }
}

#[test]
fn no_room_but_store_and_engine_touches_the_outside() {
    for (room, code) in rooms() {
        if ["store", "engine"].contains(&room.as_str()) {
            continue;
        }
        for (path, code) in code {
            for word in OUTSIDE {
                assert!(!code.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

/// Gate types must not gain a way round their gate: a derive or impl would be one.
#[test]
fn gate_types_have_no_back_door() {
    let rooms = rooms();
    for (room, gate) in [
        ("doelbinding", "Grant"),
        ("doelbinding", "Signed"),
        ("doelbinding", "Question"),
        ("disclosure", "Protected"),
        ("register", "Entered"),
        ("run", "Prepared"),
        ("run", "Shown"),
        ("release", "Released"),
        ("release", "Antwoord"),
    ] {
        for (path, code) in &rooms[room] {
            for back_door in ["Clone", "Default", "Deserialize", "From<"] {
                for end in [" {", "<"] {
                    let header = format!(" for {gate}{end}");
                    let found = code.lines().find(|line| line.contains(&header) && line.contains(back_door));
                    assert!(found.is_none(), "{}: {found:?}", path.display());
                }
            }
            let lines: Vec<&str> = code.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                if [" {", "<", "("].iter().any(|end| line.contains(&format!("struct {gate}{end}"))) {
                    let before = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
                    assert!(before.clone().all(|line| !line.contains("derive")), "{}: {gate}", path.display());
                }
            }
        }
    }
}
