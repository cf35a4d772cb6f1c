//! What a service takes in and links again: the same outcome for everybody as from the files as they
//! came, nothing of what was received on the shelf, and nothing at all of what is refused.

use super::RunFault;
use super::cases::{cases, fixtures, memory};
use super::oracle::{Memory, ONE, told};
use crate::ingest::Refusal;
use crate::pseudonym::{Key, LogboekKey, PeriodKey, Pseudonym, Role, ShareA, ShareB, WithdrawalKey};
use crate::receive::{Announced, Beside, Desk, Part, Period, ReceiveFault, Shelf, Stored, Taken, Waiting};
use crate::store::DiskShelf;
use crate::terms::{Maand, Moment};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

const OWN: &str = "2026-10";

/// The keys of a service, with a share B for every month that is asked for.
struct Keys {
    a: ShareA,
    b: BTreeMap<String, ShareB>,
    logboek: LogboekKey,
    marks: WithdrawalKey,
}

fn share() -> ShareB {
    ShareB::new(&Key::generate(Role::DienstDeel).unwrap()).unwrap()
}

fn month(text: &str) -> Maand {
    Maand::parse(text.as_bytes()).unwrap()
}

impl Keys {
    fn new() -> Self {
        Self {
            a: ShareA::new(&Key::generate(Role::DienstDeel).unwrap()).unwrap(),
            b: BTreeMap::new(),
            logboek: LogboekKey::new(&Key::generate(Role::Logboek).unwrap()).unwrap(),
            marks: WithdrawalKey::new(&Key::generate(Role::Intrekking).unwrap()).unwrap(),
        }
    }

    fn of(&mut self, periode: Maand) -> PeriodKey {
        let share = self.b.entry(periode.to_string()).or_insert_with(share);
        self.a.period_key(periode, share).unwrap()
    }

    fn take(&mut self, shelf: &Path, file: &str, manifest: &[u8], data: impl Read) -> Result<Taken, ReceiveFault> {
        let announced = Announced::read(file, manifest)?;
        let periode = announced.periode();
        let (key, earlier) = (self.of(periode), self.of(periode.previous()));
        let desk = Desk {
            periode,
            key: &key,
            earlier: Some(&earlier),
            logboek: &self.logboek,
            marks: Some((&self.marks, &[])),
            now: Moment::parse("2026-11-05T08:00:00Z").unwrap(),
        };
        announced.take(&desk, data, &DiskShelf::open(shelf, periode).unwrap())
    }

    /// Takes in every levering of a folder; gives of which months they are, and what became of each.
    fn take_all(&mut self, shelf: &Path, raw: &Memory) -> (BTreeSet<Maand>, Vec<Result<Taken, ReceiveFault>>) {
        let (mut months, mut taken) = (BTreeSet::new(), Vec::new());
        for (name, manifest) in &raw.0 {
            let Some(file) = name.strip_suffix(".manifest.json") else { continue };
            let data = &raw.0.iter().find(|(other, _)| other == file).unwrap().1;
            months.extend(Announced::read(file, manifest).map(|announced| announced.periode()));
            taken.push(self.take(shelf, file, manifest, data.as_slice()));
        }
        (months, taken)
    }
}

/// Every byte of every file under a folder.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes(&path) } else { fs::read(&path).unwrap() });
    }
    all
}

/// A levering of benefits with a quote in it, and its manifest.
fn levering(aangemaakt: &str, rows: &[(&str, &str)]) -> (String, String) {
    let lines: String = rows.iter().map(|(hex, van)| format!("\"participatiewet\";{hex};{van};\r\n")).collect();
    let data = format!("soort;pseudoniem;van;tot\n{lines}");
    let hash: String = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = format!(
        r#"{{"schema":"inbeeld/levering/v1","bron":"uitkering","leverancier":{{"oin":"00000001999990002001","naam":"Bron"}},
        "regio":"10","periode":"{OWN}","dekking":"volledig","sleutel_id":"0123456789abcdef","identificatie":"bsn",
        "records":{},"afgekeurd_bij_bron":0,"sha256":"{hash}","aangemaakt":"{aangemaakt}"}}"#,
        rows.len()
    );
    (data, manifest)
}

#[test]
fn everybody_has_the_same_outcome_from_what_was_stored() {
    let mut folders = Vec::new();
    cases(&fixtures().join("regels"), &mut folders);
    let (mut compared, mut earlier) = (0, 0);
    for case in folders {
        let toml: toml::Table = fs::read_to_string(case.join("geval.toml")).unwrap().parse().unwrap();
        let text = fs::read_to_string(case.join("doelbinding.toml")).unwrap();
        let peildatum = toml["peildatum"].as_str().unwrap();
        let raw = memory(&case.join("leveringen"));
        let (mut keys, shelf) = (Keys::new(), tempfile::tempdir().unwrap());
        let (months, taken) = keys.take_all(shelf.path(), &raw);
        // A service takes in no two leveringen for one place of which the older comes later.
        if taken.iter().any(Result::is_err) {
            continue;
        }
        let open = |month| (DiskShelf::open(shelf.path(), month).unwrap(), keys.of(month));
        let opened: Vec<(DiskShelf, PeriodKey)> = months.into_iter().map(open).collect();
        let periods: Vec<Period<'_>> = opened.iter().map(|(shelf, key)| Period { shelf, key }).collect();
        let stored = Stored::open(&periods).unwrap();
        let outcomes = |folder: &dyn crate::ingest::Folder| {
            let mut all: Vec<_> = told(folder, &ONE, &text, peildatum).unwrap().into_values().collect();
            all.sort();
            all
        };
        let found = outcomes(&stored);
        assert_eq!(found, outcomes(&raw), "{}", case.display());
        assert!(!found.is_empty());
        known_elsewhere(&stored, &raw.0, &keys);
        compared += 1;
        earlier += usize::from(opened.len() > 1);
    }
    assert!(compared >= 40 && earlier >= 1, "{compared} {earlier}");
}

/// A shelf that does not give one part.
struct Without<'s>(&'s DiskShelf, Part, io::ErrorKind);

impl Shelf for Without<'_> {
    fn ids(&self) -> io::Result<Vec<String>> {
        self.0.ids()
    }
    fn open(&self, id: &str, part: Part) -> io::Result<Box<dyn Read + Send>> {
        if part == self.1 { Err(self.2.into()) } else { self.0.open(id, part) }
    }
    fn begin(&self, id: &str, part: Part) -> io::Result<Box<dyn Waiting>> {
        self.0.begin(id, part)
    }
    fn hold(&self) -> io::Result<Box<dyn Send>> {
        self.0.hold()
    }
    fn remove(&self, id: &str) -> io::Result<()> {
        self.0.remove(id)
    }
}

/// Who is told that the storage was changed warns the FG: a disk that fails must not say so.
#[test]
fn a_part_that_cannot_be_read_is_not_told_as_changed() {
    let case = fixtures().join("regels/bron-niet-genoemd");
    let text = fs::read_to_string(case.join("doelbinding.toml")).unwrap();
    let raw = memory(&case.join("leveringen"));
    let (mut keys, shelf) = (Keys::new(), tempfile::tempdir().unwrap());
    let (months, taken) = keys.take_all(shelf.path(), &raw);
    assert!(taken.iter().all(Result::is_ok) && months.len() == 1);
    let month = months.into_iter().next().unwrap();
    let (disk, key) = (DiskShelf::open(shelf.path(), month).unwrap(), keys.of(month));
    let linked = |shelf: &dyn Shelf| {
        let stored = Stored::open(&[Period { shelf, key: &key }]).unwrap();
        told(&stored, &ONE, &text, "2026-10-01").map(|all| all.len())
    };
    assert!(linked(&disk).unwrap() > 0);
    for part in [Part::Data, Part::Beside] {
        for changed in [io::ErrorKind::NotFound, io::ErrorKind::UnexpectedEof, io::ErrorKind::InvalidData] {
            let found = linked(&Without(&disk, part, changed));
            assert!(matches!(found, Err(RunFault::Tampered(_))), "{part:?}, {changed}: {found:?}");
        }
        for broken in [io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
            let found = linked(&Without(&disk, part, broken));
            let Err(RunFault::Refused(refused)) = &found else { panic!("{part:?}, {broken}: {found:?}") };
            let reasons = refused.iter().flat_map(|refused| &refused.reasons);
            assert!(reasons.eq([&Refusal::Unreadable].into_iter().cycle().take(refused.len())), "{part:?}, {broken}");
        }
    }
}

/// Beside each doelgroep stands of every row under which number its person is in the Logboek.
fn known_elsewhere(stored: &Stored<'_>, raw: &[(String, Vec<u8>)], keys: &Keys) {
    let received = crate::ingest::Folder::received(stored).unwrap();
    for receipt in stored.receipts().filter(|receipt| receipt.bron == "doelgroep") {
        let mut beside = Beside::read(received.beside(&receipt.bestand).unwrap()).unwrap();
        let mut found = Vec::new();
        while let Some(entry) = beside.entry().unwrap() {
            assert!(entry.earlier.is_some() && entry.marks().count() == 0);
            found.push(entry.subject);
        }
        // Read by a library that shares no code with ours.
        let bytes = &raw.iter().find(|(name, _)| *name == receipt.bestand).unwrap().1;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(bytes);
        let place = reader.headers().unwrap().iter().position(|name| name == "pseudoniem").unwrap();
        let person = |line: csv::Result<csv::StringRecord>| {
            *Pseudonym::parse(line.unwrap().get(place).unwrap().as_bytes()).unwrap().bytes()
        };
        let persons: Vec<[u8; 32]> = reader.records().map(person).collect();
        let mut subjects = vec![[0; 32]; persons.len()];
        keys.logboek.subjects(&persons, &mut subjects);
        assert_eq!(found, subjects, "{}", receipt.bestand);
    }
}

#[test]
fn what_is_stored_opens_with_both_shares_only_and_holds_nothing_that_was_received() {
    let persons = ["0a".repeat(32), "b1".repeat(32)];
    let (data, manifest) =
        levering("2026-11-01T08:00:00Z", &[(&persons[0], "2026-01-01"), (&persons[1], "2026-02-01")]);
    let (mut keys, shelf) = (Keys::new(), tempfile::tempdir().unwrap());
    let receipt = keys.take(shelf.path(), "u.csv", manifest.as_bytes(), data.as_bytes()).unwrap().receipt;
    assert_eq!((receipt.regels, receipt.bytes), (2, data.len() as u64));
    let open = |key: &PeriodKey| {
        let disk = DiskShelf::open(shelf.path(), month(OWN)).unwrap();
        let stored = Stored::open(&[Period { shelf: &disk, key }])?;
        let mut text = String::new();
        let read =
            crate::ingest::Folder::open(&stored, "u.csv").and_then(|(mut file, _)| file.read_to_string(&mut text));
        read.map(|_| text).map_err(ReceiveFault::Storage)
    };
    let key = keys.of(month(OWN));
    let text = open(&key).unwrap();
    // The same file, with other pseudonyms: computed with another implementation of the hash.
    let mut expected = data.clone();
    for person in &persons {
        let raw = Pseudonym::parse(person.as_bytes()).unwrap();
        let mut keyed = [[0; 32]];
        key.rekeyer().rekey(&[*raw.bytes()], &mut keyed);
        let hex: String = keyed[0].iter().map(|byte| format!("{byte:02x}")).collect();
        expected = expected.replace(person, &hex);
    }
    assert!(text == expected && text != data);
    let all = bytes(shelf.path());
    for person in &persons {
        let raw = Pseudonym::parse(person.as_bytes()).unwrap();
        for planted in [person.as_bytes(), raw.bytes()] {
            assert!(all.windows(planted.len()).all(|window| window != planted));
        }
    }
    assert!(all.windows(15).all(|window| window != b"participatiewet"));
    let other = keys.a.period_key(month(OWN), &share()).unwrap();
    assert!(matches!(open(&other), Err(ReceiveFault::Tampered(_))));
    // Each file cut off and changed in turn: it does not open, or is known to have been changed.
    for entry in fs::read_dir(shelf.path().join(OWN)).unwrap() {
        let path = entry.unwrap().path();
        let whole = fs::read(&path).unwrap();
        if whole.is_empty() {
            continue;
        }
        for at in [whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            for bad in [&changed[..], &whole[..at]] {
                fs::write(&path, bad).unwrap();
                assert!(open(&key).is_err(), "{}", path.display());
            }
        }
        fs::write(&path, whole).unwrap();
    }
    assert_eq!(open(&key).unwrap(), text);
}

/// Gives some bytes and then breaks off.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }
}

#[test]
fn what_is_refused_or_breaks_off_leaves_nothing() {
    let person = "0a".repeat(32);
    let (data, manifest) = levering("2026-11-01T08:00:00Z", &[(&person, "2026-01-01")]);
    let (mut keys, shelf) = (Keys::new(), tempfile::tempdir().unwrap());
    let wrong = data.replace("2026-01-01", "2026-13-01");
    let refused = keys.take(shelf.path(), "u.csv", manifest.as_bytes(), wrong.as_bytes());
    assert!(matches!(refused, Err(ReceiveFault::Refused(reasons)) if reasons.len() == 2));
    let broken = keys.take(shelf.path(), "u.csv", manifest.as_bytes(), Broken(data.as_bytes()));
    assert!(matches!(broken, Err(ReceiveFault::Interrupted)));
    for name in ["", "../u.csv", "u.csv.manifest.json", ".u"] {
        assert!(keys.take(shelf.path(), name, manifest.as_bytes(), data.as_bytes()).is_err(), "{name}");
    }
    assert!(bytes(shelf.path()).is_empty());
}

#[test]
fn the_same_comes_once_and_the_newest_serves() {
    let (one, other) = ("0a".repeat(32), "b1".repeat(32));
    let (data, manifest) = levering("2026-11-01T08:00:00Z", &[(&one, "2026-01-01")]);
    let (newer, newer_manifest) =
        levering("2026-11-02T08:00:00Z", &[(&one, "2026-01-01"), (&other, "2026-01-01"), (&one, "2026-03-01")]);
    let (tie, tie_manifest) = levering("2026-11-02T08:00:00Z", &[(&one, "2026-04-01")]);
    let (mut keys, shelf) = (Keys::new(), tempfile::tempdir().unwrap());
    let mut take = |data: &str, manifest: &str| keys.take(shelf.path(), "u.csv", manifest.as_bytes(), data.as_bytes());
    let first = take(&data, &manifest).unwrap();
    let again = take(&data, &manifest).unwrap();
    assert!(!first.again && again.again && first.receipt == again.receipt);
    assert!(matches!(take(&newer, &manifest), Err(ReceiveFault::Refused(_))), "wat komt, is niet wat het zegt");
    let replaced = take(&newer, &newer_manifest).unwrap();
    // Rows in steps of five: one and three rows tell of nobody.
    let change = replaced.change.unwrap();
    assert_eq!((change.before, change.after), (0, 5));
    assert!(matches!(take(&data, &manifest), Err(ReceiveFault::Older(_))));
    assert!(matches!(take(&tie, &tie_manifest), Err(ReceiveFault::Tie(_))));
    let disk = DiskShelf::open(shelf.path(), month(OWN)).unwrap();
    let key = keys.of(month(OWN));
    let stored = Stored::open(&[Period { shelf: &disk, key: &key }]).unwrap();
    assert_eq!(stored.receipts().map(|receipt| receipt.regels).collect::<Vec<_>>(), [3]);
}
