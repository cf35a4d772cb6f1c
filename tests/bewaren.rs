//! What has passed its term is gone, from the disk and from the service, and what a backup holds of it does
//! not open.

#![cfg(feature = "dienst")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on must stop"
)]

#[path = "dienst/huis.rs"]
#[allow(dead_code, reason = "what other tests ask of a service")]
mod huis;
#[path = "dienst/klant.rs"]
#[allow(dead_code, reason = "what other tests ask of a service")]
mod klant;
#[path = "dienst/maand.rs"]
#[allow(dead_code, reason = "what other tests ask of a month")]
mod maand;

use huis::{Huis, gelukt, inbeeld};
use inbeeld::pseudonym::{ShareA, ShareB};
use inbeeld::receive::{Period, Stored};
use inbeeld::store::{DiskShelf, read_key};
use inbeeld::terms::Maand as Month;
use maand::{Maand, files, perioden};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const LATER: &str = "2099-01-01";

fn op(dag: &str, args: &[&str], map: &Path) -> Output {
    let binary = env!("CARGO_BIN_EXE_inbeeld");
    Command::new(binary).args(args).current_dir(map).env("INBEELD_VANDAAG", dag).output().unwrap()
}

/// Until something holds.
fn wacht(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Pieces of what was stored, from every file of a month.
fn pieces(map: &Path) -> (HashSet<Vec<u8>>, usize) {
    let stored = files(map);
    let mut pieces = HashSet::new();
    for path in &stored {
        let bytes = fs::read(path).unwrap();
        pieces.extend(bytes.chunks_exact(64).step_by(37).map(<[u8]>::to_vec));
    }
    (pieces, stored.len())
}

/// Files under a folder that hold one of these pieces.
fn holding(map: &Path, pieces: &HashSet<Vec<u8>>) -> Vec<String> {
    let holds = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(64).any(|window| pieces.contains(window))
    };
    files(map).into_iter().filter(holds).map(|path| path.display().to_string()).collect()
}

#[test]
fn what_passed_its_term_is_gone_everywhere_and_a_backup_of_it_does_not_open() {
    let maand = Maand::new();
    let (huis, mensen) = (&maand.huis, &maand.mensen);
    maand.open();
    maand.lever_alles();
    maand.vrijgegeven("contactlijst-gemeenten");
    let answer = mensen.coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    let waiting = answer.json()["nr"].as_u64().unwrap();
    maand.wacht(waiting);
    let [periode, vorige] = perioden();
    let place = huis.pad(&format!("leveringen/{periode}"));
    let (stored, count) = pieces(&place);
    assert!(count > 12 && stored.len() > 100, "{count} {}", stored.len());
    // Put aside as a backup is: sealed, on another disk.
    let backup = tempfile::tempdir().unwrap();
    let aside = backup.path().join(&periode);
    fs::create_dir(&aside).unwrap();
    for file in files(&place) {
        fs::copy(&file, aside.join(file.file_name().unwrap())).unwrap();
    }

    // Today nothing has passed its term.
    let said = gelukt(&["beheer", "opruimen", "--config", "dienst.toml"], huis.map.path());
    assert!(said.contains("geen maand"), "{said}");
    assert_eq!(mensen.fg.haal(&format!("/v1/perioden/{periode}/vernietiging")).status, 404);
    assert_eq!(holding(huis.map.path(), &stored).len(), files(&place).len() - 1);

    let said = op(LATER, &["beheer", "opruimen", "--config", "dienst.toml"], huis.map.path());
    assert!(said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains(&format!("vernietigd: {vorige}\nvernietigd: {periode}\n")), "{said}");
    assert!(!place.exists() && holding(huis.map.path(), &stored).is_empty());
    // Database and what lies beside it say nothing of the leveringen' files either.
    for path in files(&huis.pad("gegevens")) {
        let bytes = fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(".csv.manifest.json"), "{}", path.display());
    }
    let left = files(&huis.pad("vrijgaven"));
    assert!(left.iter().all(|path| path.extension().is_none_or(|end| end != "age")), "{left:?}");

    // The service, which had the key in memory all the time, has it no more and says so.
    let bewijs = || mensen.fg.haal(&format!("/v1/perioden/{periode}/vernietiging")).json();
    wacht("de dienst bevestigt", || bewijs()["houders"][0]["bevestigd_op"].is_string());
    let told = bewijs();
    let names: Vec<&str> =
        told["houders"].as_array().unwrap().iter().map(|one| one["houder"].as_str().unwrap()).collect();
    assert_eq!((names, &told["open"]), (vec!["dienst", "fg", "gemeente 0193"], &json!(true)), "{told}");
    assert_eq!(
        told["leveringen"].as_u64().unwrap() as usize * 2,
        files(&aside).iter().filter(|p| p.extension().is_some_and(|e| e == "levering" || e == "ontvangst")).count()
    );
    let open = mensen.fg.haal("/v1/perioden").json();
    assert!(open["perioden"].as_array().unwrap().iter().all(|one| one["open"] == false), "{open}");
    let run = mensen.fg.haal(&format!("/v1/koppelingen/{waiting}")).json();
    assert_eq!((&run["staat"], &run["uitleg"]["code"]), (&json!("geweigerd"), &json!("periode-vernietigd")), "{run}");

    // Nothing of it comes in or opens again, whoever still has the share.
    let deel = fs::read_to_string(huis.pad(&format!("b-{periode}.sleutel"))).unwrap();
    let answer = mensen.fg.stuur(&format!("/v1/perioden/{periode}/deel-b"), &json!({ "sleutel": deel.trim() }));
    assert_eq!((answer.status, answer.code().as_str()), (409, "periode-vernietigd"), "{answer:?}");
    assert_eq!(maand.lever_eerste(), (409, "periode-vernietigd".to_owned()));
    let answer = mensen.coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    assert_eq!((answer.status, answer.code().as_str()), (409, "periode-vernietigd"), "{answer:?}");

    // What was put aside opens with both shares, and with no other share B: that is what its holders destroy.
    let month = Month::parse(periode.as_bytes()).unwrap();
    let a = ShareA::new(&read_key(&huis.pad("dienst-deel.sleutel")).unwrap()).unwrap();
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "ander.sleutel"], huis.map.path());
    let opens = |name: &str| {
        let b = ShareB::new(&read_key(&huis.pad(name)).unwrap()).unwrap();
        let key = a.period_key(month, &b).unwrap();
        let shelf = DiskShelf::open(backup.path(), month).unwrap();
        Stored::open(&[Period { shelf: &shelf, key: &key }]).is_ok()
    };
    assert!(opens(&format!("b-{periode}.sleutel")) && !opens("ander.sleutel"));

    bevestigen(&maand, &periode);
    let map = huis.map.path();
    let said = gelukt(&["register", "toon", "--register", "register.jsonl"], map);
    assert!(said.contains(&format!("vernietiging van {periode}: door iedereen bevestigd")), "{said}");
    assert!(said.contains(&format!("vernietiging van {vorige}: nog niet door iedereen bevestigd")), "{said}");
    gelukt(&["register", "verifieer", "--register", "register.jsonl"], map);
    gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml"], map);
    // Everything else of the register is as it was, and the months stay destroyed after a restart.
    let mut maand = maand;
    maand.dienst = maand.huis.start();
    maand.mensen.fg.poort = maand.dienst.klant.poort;
    let answer = maand.mensen.fg.stuur(&format!("/v1/perioden/{periode}/deel-b"), &json!({ "sleutel": deel.trim() }));
    assert_eq!(answer.code(), "periode-vernietigd");
    assert_eq!(maand.vrijgaven().len(), 1);
}

/// Each for itself, once; the FG also for a municipality that no longer can, nobody for the service.
fn bevestigen(maand: &Maand, periode: &str) {
    let (fg, zwolle) = (&maand.mensen.fg, &maand.mensen.zwolle);
    let pad = format!("/v1/perioden/{periode}/vernietiging/_bevestig");
    let houder = |wie: &str| json!({ "houder": wie });
    assert_eq!(maand.mensen.elders.stuur(&pad, &houder("gemeente 0148")).status, 403);
    assert_eq!(zwolle.stuur(&pad, &houder("fg")).code(), "houder-anders");
    assert_eq!(fg.stuur(&pad, &houder("dienst")).code(), "houder-anders");
    assert_eq!(fg.stuur(&pad, &houder("gemeente 0148")).status, 404);
    assert_eq!(fg.stuur(&pad, &houder("Zwolle")).code(), "invoer");
    let answer = fg.stuur(&pad, &houder("fg"));
    assert_eq!((answer.status, &answer.json()["open"]), (200, &json!(true)), "{answer:?}");
    let lines = || fs::read_to_string(maand.huis.pad("register.jsonl")).unwrap().lines().count();
    let before = lines();
    assert_eq!(fg.stuur(&pad, &houder("fg")).json(), answer.json());
    assert_eq!(lines(), before);
    let answer = zwolle.stuur(&pad, &houder("gemeente 0193"));
    let told: Value = answer.json();
    assert_eq!(
        (answer.status, &told["open"], &told["houders"][2]["door"]),
        (200, &json!(false), &json!("gemeente 0193"))
    );
}

/// A share B that the operator gave as a file is a copy of the service, and goes with the month.
#[test]
fn a_share_in_a_file_goes_and_the_service_starts_without_it() {
    let huis = Huis::new();
    let map = huis.map.path();
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "b.sleutel"], map);
    huis.configuratie("", "[perioden]\n\"2020-01\" = \"b.sleutel\"");
    let dienst = huis.start();
    assert_eq!(dienst.stop(), 0);
    let said = op("2098-01-01", &["beheer", "opruimen", "--config", "dienst.toml"], map);
    assert!(said.status.success() && !huis.pad("b.sleutel").exists(), "{said:?}");
    let register = || gelukt(&["register", "toon", "--register", "register.jsonl"], map);
    assert!(register().contains("dienst: nog niet bevestigd"));
    let dienst = huis.start();
    wacht("de dienst bevestigt", || {
        inbeeld(&["register", "toon", "--register", "register.jsonl"], map).status.success()
            && register().contains("dienst: weg")
    });
    assert_eq!(dienst.stop(), 0);
    // A file that is missed and was not destroyed stops the start.
    huis.configuratie("", "[perioden]\n\"2020-02\" = \"weg.sleutel\"");
    let (code, said) = huis.geweigerd();
    assert!(code == 2 && said.contains("weg.sleutel"), "{said}");
}

/// What a text needs that cannot be read is not known: nothing is destroyed, and that is told.
#[test]
fn a_text_that_cannot_be_read_keeps_everything() {
    let huis = Huis::new();
    fs::create_dir_all(huis.pad("doelbindingen/maand")).unwrap();
    fs::write(huis.pad("doelbindingen/maand/1.toml"), "schema = \"inbeeld/doelbinding/v9\"\n").unwrap();
    fs::create_dir_all(huis.pad("leveringen/2020-01")).unwrap();
    let said = inbeeld(&["beheer", "opruimen", "--config", "dienst.toml"], huis.map.path());
    assert!(!said.status.success() && huis.pad("leveringen/2020-01").exists());
    assert!(String::from_utf8(said.stderr).unwrap().contains("bewaren-tekst"));
}
