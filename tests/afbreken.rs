//! A koppeling that is killed while it lets go of its release: whatever the moment, no file is in
//! place that the register does not know, and running again completes it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use inbeeld::register::{Ledger, Register};
use inbeeld::store::RegisterFile;
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often a run is killed.
const TRIES: u32 = 20;

fn koppel(month: &Path, uit: &str, register: &str) -> Command {
    let release = fs::read(month.join("vrijgave/vrijgave.json")).unwrap();
    let release: serde_json::Value = serde_json::from_slice(&release).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
    command.current_dir(month).args(["koppel", "--peildatum", release["peildatum"].as_str().unwrap()]);
    command.args(["--doelbinding", "doelbinding/oud-vsv-maandmonitor.toml", "--vertrouwd", "vertrouwd"]);
    command.args(["--leveringen", "leveringen", "--uit", uit, "--register", register]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The register as it stands. A kill in the middle of a long line leaves it cut off; then nothing was
/// released under it and it may go, as the program says.
fn register(month: &Path) -> Register {
    let path = month.join("register.jsonl");
    let bytes = fs::read(&path).unwrap_or_default();
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < bytes.len() {
        fs::write(&path, &bytes[..whole]).unwrap();
    }
    let lines = if path.exists() { RegisterFile::open_to_read(&path).unwrap().lines().unwrap() } else { Vec::new() };
    Register::read(&lines).unwrap()
}

/// Names of the files in place, and of those that wait.
fn names(folder: &Path) -> (Vec<String>, Vec<String>) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.partition(|name| !name.starts_with(".inbeeld-"))
}

fn hash(path: &Path) -> String {
    Sha256::digest(fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file in place is in an entry with its hash; where an entry is marked, its files are there.
fn assert_known(month: &Path) {
    let (register, uit) = (register(month), month.join("uit"));
    let listed = || register.vrijgaven.iter().flat_map(|past| &past.entry.bestanden);
    for name in names(&uit).0 {
        let hash = hash(&uit.join(&name));
        assert!(listed().any(|file| file.naam == name && file.sha256 == hash), "{name} is niet van een vrijgave");
    }
    for past in register.vrijgaven.iter().filter(|past| past.uitgeleverd.is_some()) {
        assert!(past.entry.bestanden.iter().all(|file| uit.join(&file.naam).exists()), "nr {}", past.nr);
    }
}

/// Waits until a run has written a file that was not there before, as most moments of a run are long before.
fn await_first_file(run: &mut Child, uit: &Path) {
    let before = names(uit).1;
    let deadline = Instant::now() + Duration::from_secs(60);
    while run.try_wait().unwrap().is_none() && Instant::now() < deadline {
        if names(uit).1.iter().any(|name| !before.contains(name)) {
            break;
        }
    }
}

#[test]
fn a_run_that_is_killed_leaves_nothing_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let month = folder.path();
    let demo = Command::new(env!("CARGO_BIN_EXE_inbeeld")).args(["demo", "--map"]).arg(month).output().unwrap();
    assert!(demo.status.success(), "{demo:?}");
    let uit = month.join("uit");
    let mut killed = 0;
    // How long a run writes on this machine, seen at one that has a folder and a register of its own.
    let mut whole = koppel(month, "heel", "heel.jsonl").spawn().unwrap();
    await_first_file(&mut whole, &month.join("heel"));
    let begun = Instant::now();
    assert!(whole.wait().unwrap().success());
    let writing = begun.elapsed();
    for attempt in 0..TRIES {
        let mut run = koppel(month, "uit", "register.jsonl").spawn().unwrap();
        await_first_file(&mut run, &uit);
        // From at once to about where the run ends by itself.
        std::thread::sleep(writing * attempt / TRIES);
        run.kill().unwrap();
        killed += u32::from(run.wait().unwrap().signal().is_some());
        assert_known(month);
    }
    assert!(killed >= TRIES / 4, "{killed} van {TRIES} op tijd");

    let last = koppel(month, "uit", "register.jsonl").status().unwrap();
    assert!(last.success());
    assert_known(month);
    let (in_place, waiting) = names(&uit);
    assert!(waiting.is_empty(), "{waiting:?}");
    for name in in_place.iter().filter(|name| *name != "verantwoording.json") {
        assert_eq!(hash(&uit.join(name)), hash(&month.join("vrijgave").join(name)), "{name}");
    }
    let register = register(month);
    let last = register.vrijgaven.last().unwrap();
    assert!(last.uitgeleverd.is_some());
    let open = register.vrijgaven.iter().filter(|past| past.uitgeleverd.is_none());
    for past in open {
        assert!(past.aangevuld_door.is_some(), "nr {} is niet aangevuld", past.nr);
    }
}
