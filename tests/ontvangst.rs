//! What a service does with leveringen, from outside: taken in, linked from what was stored, prepared,
//! released by another, told to the Logboek Dataverwerkingen; beside the same koppeling over the raw
//! leveringen.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test stops at the first surprise"
)]

#[path = "ontvangst/dienst.rs"]
mod dienst;
#[path = "lijsten/maken.rs"]
#[allow(dead_code, reason = "here the program itself seals the lists")]
mod maken;
#[path = "lijsten/streek.rs"]
#[allow(dead_code, reason = "what another test asks of the region")]
mod streek;

use dienst::{Run, Service, contents, files};
use inbeeld::doelbinding::Denial;
use inbeeld::fault::{Exit, Explain};
use inbeeld::ingest::{Folder, Received};
use inbeeld::linking::Fase;
use inbeeld::logbook::Query;
use inbeeld::pseudonym::KeyId;
use inbeeld::receive::{Announced, Period, Stored};
use inbeeld::run::RunFault;
use inbeeld::store::{DiskFolder, DiskShelf};
use inbeeld::terms::{Maand, Sha256Hash};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use streek::{KEY, Region, TEXT, pseudonym};

/// The text of the lists with tables beside it.
fn text() -> String {
    let table = |name: &str, axes: &str| {
        format!("\n[[tabel]]\nnaam = \"{name}\"\ndimensies = {axes}\nmethode = \"onderdrukking\"\ndrempel = 5\n")
    };
    TEXT.to_owned()
        + &table("gemeente_klasse", r#"["gemeente", "klasse"]"#)
        + &table("leeftijd", r#"["leeftijdsgroep", "klasse"]"#)
}

fn region() -> Region {
    let mut region = Region::new(40);
    for (at, name) in ["niets-0193-1", "niets-0148-2", "onbekend-0193-3"].iter().enumerate() {
        for (maand, cent) in [("2026-09", 40_000), ("2026-10", 20_000 + at * 10_000)] {
            region.more.push(("inkomen", format!("{};{maand};{cent};loon", pseudonym(name))));
        }
    }
    region.sign(&text(), &["een"]);
    region
}

fn maand(text: &str) -> Maand {
    Maand::parse(text.as_bytes()).unwrap()
}

/// What a fault is called, and what a script sees of it.
fn code(fault: &RunFault) -> (&'static str, Exit) {
    (fault.code(), fault.exit())
}

/// Two months, the second beside what is remembered of the first: not a byte differs, and every list tells
/// its municipality the same.
#[test]
fn what_was_stored_gives_what_the_raw_leveringen_give() {
    let region = region();
    let service = Service::new(&region);
    for (month, school) in [("2026-10", &["8"][..]), ("2026-11", &["8", "1", "niets-0193-5"])] {
        region.month(month, KEY, school);
        service.take_in(month, true, None);
        let raw = DiskFolder::new(&region.path(month));
        let raw = service.koppel(&Run::new("ruw", month), &raw).unwrap();
        let (shelf, key) = (service.shelf(month), service.period(month));
        let stored = Stored::open(&[Period { shelf: &shelf, key: &key }]).unwrap();
        let stored = service.koppel(&Run::new("dienst", month), &stored).unwrap();
        assert_eq!(raw.len(), stored.len());
        let mut lists = 0;
        for (name, bytes) in &raw {
            let other = &stored[name];
            if name.starts_with("lijsten/") {
                lists += 1;
                let (one, two) = (service.open(name, bytes), service.open(name, other));
                assert_eq!(one, two, "{month}: {name}");
                let withdrawn = name.contains("vervallen");
                assert!(withdrawn || one.len() > 40, "{month}: {name} heeft {} regels", one.len());
                assert!(!withdrawn || one.len() == usize::from(month == "2026-11" && name.contains("0193")) * 2 + 1);
            } else {
                assert_eq!(bytes, other, "{month}: {name}");
            }
        }
        let sheets = if cfg!(feature = "xlsx") { 2 } else { 0 };
        assert_eq!((lists, raw.len()), (4, 4 + 3 + 2 + sheets), "{:?}", raw.keys());
        let account: Value = serde_json::from_slice(&stored["verantwoording.json"]).unwrap();
        assert_eq!(account["intrekking"], if month == "2026-10" { "eerste" } else { "vergeleken" });
    }
}

/// The hash of a levering in the verantwoording is that of the file as it was received.
#[test]
fn the_account_names_what_was_received_and_every_stored_file_is_for_its_owner() {
    let region = region();
    let service = Service::new(&region);
    region.month("2026-10", KEY, &["8"]);
    service.take_in("2026-10", true, None);
    let (shelf, key) = (service.shelf("2026-10"), service.period("2026-10"));
    let stored = Stored::open(&[Period { shelf: &shelf, key: &key }]).unwrap();
    let receipts: BTreeSet<String> = stored.receipts().map(|receipt| receipt.sha256).collect();
    let out = service.koppel(&Run::new("dienst", "2026-10"), &stored).unwrap();
    let account: Value = serde_json::from_slice(&out["verantwoording.json"]).unwrap();
    let used = account["leveringen"].as_array().unwrap();
    let told: BTreeSet<String> = used.iter().map(|one| one["sha256"].as_str().unwrap().to_owned()).collect();
    assert_eq!((told.len(), &told), (7, &receipts));
    let folder = service.path("leveringen/2026-10");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let parts: Vec<_> = files(&folder).into_iter().filter(|path| !path.ends_with(".slot")).collect();
    assert_eq!(parts.len(), 7 * 2 + 2);
    let known: Vec<String> = ["1", "niets-0193-1", "school-0148-7"].map(pseudonym).to_vec();
    for path in files(&service.path("")) {
        let bytes = fs::read(&path).unwrap();
        assert!(known.iter().all(|person| !contents(&bytes, person)), "{}", path.display());
    }
    for path in parts {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read(&path).unwrap().starts_with(b"age-encryption.org/v1\n"));
    }
}

/// The text looks at the income of the month before, which is kept under another key.
#[test]
fn income_of_the_month_before_is_linked_across_two_period_keys() {
    let region = region();
    region.sign(&text().replace("inkomen_boven_cent", "inkomen_maand = \"vorige\"\ninkomen_boven_cent"), &["een"]);
    region.month("2026-10", KEY, &["8"]);
    let manifest = region.path("2026-10/inkomen-00000001999990004001.csv.manifest.json");
    let earlier = fs::read_to_string(&manifest).unwrap().replace("\"periode\":\"2026-10\"", "\"periode\":\"2026-09\"");
    fs::write(&manifest, earlier).unwrap();
    let service = Service::new(&region);
    service.take_in("2026-10", true, Some("2026-09"));
    let raw = service.koppel(&Run::new("ruw", "2026-10"), &DiskFolder::new(&region.path("2026-10"))).unwrap();
    let shelves = ["2026-10", "2026-09"].map(|month| (service.shelf(month), service.period(month)));
    let periods = shelves.each_ref().map(|(shelf, key)| Period { shelf, key });
    let stored = service.koppel(&Run::new("dienst", "2026-10"), &Stored::open(&periods).unwrap()).unwrap();
    for name in ["vrijgave.json", "verantwoording.json"] {
        assert_eq!(raw[name], stored[name], "{name}");
    }
    let all: Value = serde_json::from_slice(&stored["verantwoording.json"]).unwrap();
    let work = all["bronnen"].as_array().unwrap().iter().find(|bron| bron["bron"] == "inkomen").unwrap();
    assert_eq!(work["gekoppeld_procent"], 0, "drie van ruim tweehonderd: {work}");

    // Taken in while the key of the month before was not there, it cannot be linked, and says so.
    let service = Service::new(&region);
    service.take_in("2026-10", true, None);
    let shelves = ["2026-10", "2026-09"].map(|month| (service.shelf(month), service.period(month)));
    let periods = shelves.each_ref().map(|(shelf, key)| Period { shelf, key });
    let fault = service.koppel(&Run::new("dienst", "2026-10"), &Stored::open(&periods).unwrap()).unwrap_err();
    assert_eq!(code(&fault), ("andere-periodesleutel", Exit::Input));
}

/// A doelgroep that was keyed again under one key and sources under another, said to be alike.
struct Alike<'s>(Stored<'s>, Stored<'s>);

impl Alike<'_> {
    fn of(&self, file: &str) -> &Stored<'_> {
        if file.starts_with("doelgroep") { &self.0 } else { &self.1 }
    }
}

impl Folder for Alike<'_> {
    fn names(&self) -> io::Result<Vec<String>> {
        self.0.names()
    }
    fn open(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)> {
        self.of(name).open(name)
    }
    fn received(&self) -> Option<&dyn Received> {
        Some(self)
    }
}

impl Received for Alike<'_> {
    fn sha256(&self, file: &str) -> Option<Sha256Hash> {
        self.of(file).sha256(file)
    }
    fn key(&self, _: &str) -> Option<KeyId> {
        KeyId::parse("0123456789abcdef")
    }
    fn beside(&self, file: &str) -> io::Result<Box<dyn Read + Send>> {
        self.of(file).beside(file)
    }
}

/// Under two period keys nobody is anybody: the refusal is that of a wrong key.
#[test]
fn leveringen_keyed_again_under_two_keys_do_not_link() {
    let region = region();
    region.month("2026-10", KEY, &["8"]);
    let services = [(); 2].map(|()| Service::new(&region));
    services.iter().for_each(|service| service.take_in("2026-10", true, None));
    let shelves = services.each_ref().map(|service| (service.shelf("2026-10"), service.period("2026-10")));
    let stored = |at: usize| Stored::open(&[Period { shelf: &shelves[at].0, key: &shelves[at].1 }]).unwrap();
    let run = Run { overlap: true, ..Run::new("dienst", "2026-10") };
    let fault = services[0].koppel(&run, &Alike(stored(0), stored(1))).unwrap_err();
    assert!(matches!(fault, RunFault::NoOverlap { .. }), "{fault}");
    assert!(!services[0].path("dienst").exists());
    services[0].koppel(&Run { overlap: false, ..run }, &Alike(stored(0), stored(0))).unwrap();
    // Where the shelves say so themselves, that is the reason.
    let both = Stored::open(&[0, 1].map(|at| Period { shelf: &shelves[at].0, key: &shelves[at].1 })).unwrap();
    assert!(services[0].koppel(&run, &both).is_err());
}

/// A list that was not in force at intake says of every earlier handle that nobody can tell.
#[test]
fn a_list_that_was_not_in_force_is_not_compared_until_the_next_levering() {
    let region = region();
    let service = Service::new(&region);
    let mut said = Vec::new();
    for (month, in_force) in [("2026-09", true), ("2026-10", false), ("2026-11", true), ("2026-12", true)] {
        region.month(month, KEY, &["8"]);
        service.take_in(month, in_force, None);
        let (shelf, key) = (service.shelf(month), service.period(month));
        let stored = Stored::open(&[Period { shelf: &shelf, key: &key }]).unwrap();
        let out = service.koppel(&Run::new("dienst", month), &stored).unwrap();
        let account: Value = serde_json::from_slice(&out["verantwoording.json"]).unwrap();
        let name = "lijsten/te-benaderen-0193-vervallen-0193.csv.age";
        let name = if out.contains_key(name) { name } else { "lijsten/te-benaderen-0193-vervallen.csv.age" };
        let gone = service.open(name, out.get(name).unwrap_or_else(|| panic!("{:?}", out.keys())));
        let word = gone.get(1).map(|line| line.rsplit(';').next().unwrap().to_owned());
        said.push((account["intrekking"].as_str().unwrap().to_owned(), gone.len() > 40, word));
    }
    let word = |word: &str| Some(word.to_owned());
    assert_eq!(said[0], ("eerste".to_owned(), false, None));
    assert_eq!(said[1], ("niet_te_vergelijken".to_owned(), true, word("niet_te_vergelijken")));
    assert_eq!(said[2], ("niet_te_vergelijken".to_owned(), true, word("niet_te_vergelijken")));
    assert_eq!(said[3], ("vergeleken".to_owned(), false, None));
}

#[test]
fn what_was_changed_or_cut_or_taken_away_is_integrity_and_nothing_leaves() {
    let region = region();
    let service = Service::new(&region);
    region.month("2026-10", KEY, &["8"]);
    service.take_in("2026-10", true, None);
    let (shelf, key) = (service.shelf("2026-10"), service.period("2026-10"));
    let parts: Vec<_> =
        files(&service.path("leveringen/2026-10")).into_iter().filter(|path| !path.ends_with(".slot")).collect();
    let mut tried = 0;
    for path in &parts {
        let good = fs::read(path).unwrap();
        let middle = good.len() / 2;
        let mut changed = good.clone();
        changed[middle] ^= 1;
        let record = path.extension().unwrap() == "ontvangst";
        // Another levering's part of the same kind, whole and under the same key.
        let other = parts.iter().find(|other| *other != path && other.extension() == path.extension());
        let other = other.map(|other| fs::read(other).unwrap());
        for (what, bytes) in
            [("veranderd", Some(changed)), ("kort", Some(good[..middle].to_vec())), ("ander", other), ("weg", None)]
        {
            match bytes {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                // Without its record there is no levering; that one is known elsewhere.
                None if record => continue,
                None => fs::remove_file(path).unwrap(),
            }
            let place = format!("{}: {what}", path.display());
            match Stored::open(&[Period { shelf: &shelf, key: &key }]) {
                Err(fault) => assert!(record && fault.exit() == Exit::Integrity, "{place}: {fault}"),
                Ok(stored) => {
                    let fault = service.koppel(&Run::new("stuk", "2026-10"), &stored).unwrap_err();
                    assert_eq!(code(&fault), ("opslag-aangetast", Exit::Integrity), "{place}: {fault}");
                }
            }
            fs::write(path, &good).unwrap();
            tried += 1;
        }
        fs::write(path, &good).unwrap();
    }
    assert!(tried >= 16 * 3 && !service.path("stuk").exists() && !service.path("stuk.jsonl").exists(), "{tried}");
    // Put back, it is whole.
    let stored = Stored::open(&[Period { shelf: &shelf, key: &key }]).unwrap();
    service.koppel(&Run::new("stuk", "2026-10"), &stored).unwrap();
}

/// A file is not read to its end once a run is broken off: what its two threads have in hand, and no more.
#[test]
fn a_run_broken_off_stops_between_blocks() {
    let region = region();
    let service = Service::new(&region);
    region.month("2026-10", KEY, &["8"]);
    let folder = DiskFolder::new(&region.path("2026-10"));
    let run = Run::new("af", "2026-10");
    service.koppel(&run, &folder).unwrap();
    assert_eq!(service.blocks.load(Ordering::Relaxed), 7);
    for stop in 1..4 {
        let run = Run { stop_after_blocks: Some(stop), ..run };
        assert!(matches!(service.koppel(&run, &folder), Err(RunFault::Cancelled)));
        let read = service.blocks.load(Ordering::Relaxed);
        // Each of the two has at most two blocks in hand, of which one was the last to be counted.
        assert!((stop..=stop + 3).contains(&read), "{read} na {stop}");
    }
}

/// Broken off at whatever moment somebody asks, nothing is released; left alone, phases come in order.
#[test]
fn a_run_broken_off_at_any_moment_releases_nothing() {
    let region = region();
    let service = Service::new(&region);
    region.month("2026-10", KEY, &["8"]);
    let folder = DiskFolder::new(&region.path("2026-10"));
    let mut after = 0;
    loop {
        let run = Run { stop_after: Some(after), ..Run::new("af", "2026-10") };
        match service.koppel(&run, &folder) {
            Ok(_) => break,
            Err(fault) => assert_eq!(code(&fault), ("koppeling-afgebroken", Exit::Internal), "{after}: {fault}"),
        }
        assert!(!service.path("af").exists() && fs::read(service.path("af.jsonl")).unwrap_or_default().is_empty());
        after += 1;
    }
    assert!(after > 20, "{after}");
    let told = service.told.lock().unwrap();
    let last: Vec<(Fase, u64)> = told[told.len() - 6..].to_vec();
    assert_eq!(last.iter().map(|(fase, _)| *fase).collect::<Vec<_>>(), Fase::ALL);
    // Rows of the doelgroep, then of the sources.
    assert_eq!((last[1].1, last[3].1), (13 + 240, 0));
    assert!(last[2].1 > 200);
}

#[test]
fn what_was_prepared_is_seen_whole_and_leaves_once_or_not_at_all() {
    let region = region();
    let service = Service::new(&region);
    region.month("2026-10", KEY, &["8"]);
    let folder = DiskFolder::new(&region.path("2026-10"));
    let run = Run::new("uit", "2026-10");
    let prepared = service.prepare(&run, &folder).unwrap();
    assert_eq!(prepared.text().id, "lijst");
    drop(prepared);
    // Nobody saw anything, so there is nothing to tell.
    assert!(!service.path("uit").exists() && service.register("uit").is_empty());

    let [mut one, mut two] = [(); 2].map(|()| service.prepare(&run, &folder).unwrap());
    let shown = service.show(&run, &mut one).unwrap();
    assert_eq!((shown.tabellen().len(), shown.lijsten().len(), shown.leveringen().len()), (2, 2, 7));
    assert!(shown.tabellen()[0].withheld() > 0);
    assert!(shown.geweigerd().is_empty() && shown.geweigerde_lijsten().is_empty());
    let seen: Vec<Vec<Option<u64>>> = shown.tabellen().iter().map(|table| table.cells.clone()).collect();
    // The register knows that somebody saw figures, once; nothing left.
    assert_eq!(service.show(&run, &mut one).unwrap().tabellen().len(), 2);
    let soorten = |service: &Service| -> Vec<String> {
        service.register("uit").iter().map(|entry| entry["soort"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(soorten(&service), ["proef"]);
    assert!(!service.path("uit").exists());
    // The other was protected beside a month in which nobody had seen anything.
    assert_eq!(code(&service.show(&run, &mut two).err().unwrap()).0, "vrijgave-achterhaald");
    // What is seen is what leaves.
    let out = service.release(&run, one).unwrap();
    let left: Vec<Vec<Option<u64>>> = out.released.get().tabellen().iter().map(|table| table.cells.clone()).collect();
    assert_eq!(left, seen);
    assert_eq!(soorten(&service), ["proef", "vrijgave", "uitgeleverd"]);
    let before = files(&service.path("uit"));
    assert_eq!(code(&service.release(&run, two).err().unwrap()), ("vrijgave-achterhaald", Exit::Internal));
    assert_eq!((service.register("uit").len(), files(&service.path("uit"))), (3, before));

    // Leave that comes after the text's last day is none.
    let late = Run { today: "2027-03-04", ..run };
    let fault = service.release(&late, service.prepare(&run, &folder).unwrap()).err().unwrap();
    assert!(matches!(fault, RunFault::Denied(Denial::TooLate { .. })), "{fault}");
}

/// What is remembered of lists may not be overwritten with what was made beside an older memory.
#[test]
fn a_release_beside_another_memory_of_lists_is_refused() {
    let region = region();
    let service = Service::new(&region);
    for month in ["2026-10", "2026-11"] {
        region.month(month, KEY, &["8"]);
    }
    let folders = ["2026-10", "2026-11"].map(|month| DiskFolder::new(&region.path(month)));
    let runs = ["2026-10", "2026-11"].map(|month| Run::new("uit", month));
    let prepared = [0, 1].map(|at| service.prepare(&runs[at], &folders[at]).unwrap());
    let [one, two] = prepared;
    service.release(&runs[0], one).unwrap();
    assert_eq!(code(&service.release(&runs[1], two).err().unwrap()), ("vrijgave-achterhaald", Exit::Internal));
}

/// Every jongere has one line, under the number that its municipality can make of it as well.
#[test]
fn everybody_whose_data_was_linked_has_one_line_in_the_logboek() {
    let region = region();
    let service = Service::new(&region);
    region.month("2026-10", KEY, &["8"]);
    service.take_in("2026-10", true, None);
    let (shelf, key) = (service.shelf("2026-10"), service.period("2026-10"));
    let stored = Stored::open(&[Period { shelf: &shelf, key: &key }]).unwrap();
    service.koppel(&Run { logboek: true, ..Run::new("dienst", "2026-10") }, &stored).unwrap();
    let log = service.log();
    let of = |subject: &str| log.search(&Query::new(None, None, Some(subject)).unwrap(), None, 10).unwrap().lines;
    // Person 3 stands in the leveringen of both municipalities, person 2 wants to be left alone.
    for person in ["3", "2", "school-0193-9", "niets-0193-1"] {
        let found = of(&service.subject(&pseudonym(person)));
        assert_eq!(found.len(), 1, "{person}");
        assert_eq!(found[0]["name"], of(&service.subject(&pseudonym("1")))[0]["name"]);
    }
    assert!(of(&service.subject(&pseudonym("niemand"))).is_empty());
    let whole = Query::new(None, Some("https://regio.example/doelbindingen/lijst/1"), None).unwrap();
    let inbeeld::store::Found { lines: all, next } = log.search(&whole, None, 1000).unwrap();
    // Persons 1 to 11, six crowds, and the line of the whole.
    assert_eq!((all.len(), next), (11 + 240 + 1, None));
    let trace = all[0]["trace_id"].as_str().unwrap();
    assert_eq!(log.search(&Query::new(Some(trace), None, None).unwrap(), None, 1000).unwrap().lines.len(), all.len());
    // Numbers are random or keyed, and may hold any four digits.
    let digits = |text: &str| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let said: Vec<String> =
        all.iter().map(|line| line.to_string().split('"').filter(|text| !digits(text)).collect()).collect();
    let said = said.concat();
    for word in ["geen_dagbesteding", "uitkering", "onbekend", "0193", "Z-1", "een.key"] {
        assert!(!said.contains(word), "{word}");
    }
    // A log that cannot be written stops the release.
    let full = Run { logboek: true, log_full: true, ..Run::new("vol", "2026-10") };
    assert_eq!(code(&service.koppel(&full, &stored).unwrap_err()), ("logboek", Exit::Internal));
    assert!(!service.path("vol").exists() && service.register("vol").is_empty());
}

/// Not a test: what the next one kills.
#[test]
#[ignore = "is started and killed by the test below"]
fn takes_in_slowly_until_killed() {
    let place = std::env::var("INBEELD_PROEF_MAP").unwrap();
    let place = std::path::Path::new(&place);
    let service = Service::at(place);
    let manifest = fs::read(place.join("a.csv.manifest.json")).unwrap();
    let announced = Announced::read("a.csv", &manifest).unwrap();
    struct Slow(fs::File, u64);
    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.read(out)?;
            self.1 += count as u64;
            if self.1 > 1_500_000 {
                // It has written some by now; what comes next never does.
                std::io::Write::write_all(&mut io::stdout(), b"halverwege\n").unwrap();
                std::thread::sleep(std::time::Duration::from_secs(60));
            }
            Ok(count)
        }
    }
    let key = service.period("2026-10");
    let desk = service.desk("2026-10", &key, None, &[]);
    let data = Slow(fs::File::open(place.join("a.csv")).unwrap(), 0);
    announced.take(&desk, data, &service.shelf("2026-10")).unwrap();
}

#[test]
fn killed_in_the_middle_of_an_intake_nothing_stays() {
    let place = tempfile::tempdir().unwrap();
    drop(Service::at(place.path()));
    let row = |at: u32| format!("{};2026-10;100;loon\n", pseudonym(&at.to_string()));
    let data: String =
        std::iter::once("pseudoniem;maand;bedrag_cent;soort\n".to_owned()).chain((0..40_000).map(row)).collect();
    fs::write(place.path().join("a.csv"), &data).unwrap();
    fs::write(place.path().join("a.csv.manifest.json"), dienst::manifest("inkomen", data.as_bytes(), 40_000)).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "takes_in_slowly_until_killed", "--nocapture"])
        .env("INBEELD_PROEF_MAP", place.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut out = child.stdout.take().unwrap();
    while !said.contains("halverwege") {
        let mut some = [0; 64];
        let count = out.read(&mut some).unwrap();
        assert!(count > 0, "het kind stopte: {said}");
        said.push_str(&String::from_utf8_lossy(&some[..count]));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let folder = place.path().join("leveringen/2026-10");
    let left: Vec<_> = files(&folder).into_iter().filter(|path| !path.ends_with(".slot")).collect();
    assert!(!left.is_empty(), "er was niets geschreven, dus dit toont niets");
    for path in &left {
        let bytes = fs::read(path).unwrap();
        assert!(bytes.len() > 500_000 && (0..100).all(|at| !contents(&bytes, &pseudonym(&at.to_string()))));
    }
    // Whoever opens the shelf next finds nothing, and can take it in.
    let shelf = DiskShelf::open(&place.path().join("leveringen"), maand("2026-10")).unwrap();
    assert!(files(&folder).iter().all(|path| path.ends_with(".slot")));
    let service = Service::at(place.path());
    let key = service.period("2026-10");
    let manifest = fs::read(place.path().join("a.csv.manifest.json")).unwrap();
    let announced = Announced::read("a.csv", &manifest).unwrap();
    let taken = announced.take(&service.desk("2026-10", &key, None, &[]), data.as_bytes(), &shelf).unwrap();
    assert!(!taken.again && taken.receipt.regels == 40_000);
}
