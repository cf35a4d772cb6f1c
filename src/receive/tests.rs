//! What is taken in and what is not, and that nothing of what was received stays anywhere.

use super::*;
use crate::fault::Explain;
use crate::ingest::{Folder, MANIFEST_ENDING, Received, Refusal};
use crate::pseudonym::{Key, LogboekKey, PeriodKey, Role, ShareA, ShareB, WithdrawalKey};
use crate::run::oracle::{Memory, ONE, Quiet};
use crate::run::{Workplace, controleer};
use crate::terms::{Maand, Moment, encode_hex};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::sync::{Arc, Mutex};

type Parts = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A shelf in memory, with all bytes that were ever written to it.
#[derive(Clone, Default)]
pub(crate) struct MemoryShelf {
    pub(crate) parts: Parts,
    pub(crate) written: Arc<Mutex<Vec<u8>>>,
    /// After so many steps the disk is full; 0 for never.
    full_after: Arc<Mutex<u32>>,
}

impl MemoryShelf {
    fn step(&self) -> io::Result<()> {
        let mut left = self.full_after.lock().unwrap();
        match *left {
            0 => Ok(()),
            1 => Err(io::ErrorKind::StorageFull.into()),
            _ => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

struct Waits(MemoryShelf, String, Vec<u8>);

impl Write for Waits {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.step()?;
        self.0.written.lock().unwrap().extend_from_slice(bytes);
        self.2.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Waiting for Waits {
    fn settle(self: Box<Self>) -> io::Result<()> {
        self.0.step()?;
        self.0.parts.lock().unwrap().insert(self.1, self.2);
        Ok(())
    }
}

impl Shelf for MemoryShelf {
    fn ids(&self) -> io::Result<Vec<String>> {
        let parts = self.parts.lock().unwrap();
        Ok(parts.keys().filter_map(|name| Some(name.strip_suffix(".ontvangst")?.to_owned())).collect())
    }
    fn open(&self, id: &str, part: Part) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.parts.lock().unwrap().get(&part.of(id)).cloned();
        Ok(Box::new(Cursor::new(bytes.ok_or(io::ErrorKind::NotFound)?)))
    }
    fn begin(&self, id: &str, part: Part) -> io::Result<Box<dyn Waiting>> {
        self.step()?;
        Ok(Box::new(Waits(self.clone(), part.of(id), Vec::new())))
    }
    fn hold(&self) -> io::Result<Box<dyn Send>> {
        Ok(Box::new(()))
    }
    fn remove(&self, id: &str) -> io::Result<()> {
        Part::ALL.iter().for_each(|part| drop(self.parts.lock().unwrap().remove(&part.of(id))));
        Ok(())
    }
}

/// The keys of a service.
pub(crate) struct Keys {
    a: ShareA,
    b: ShareB,
    pub(crate) logboek: LogboekKey,
    pub(crate) intrekking: WithdrawalKey,
}

pub(crate) fn keys() -> Keys {
    let key = |role| Key::generate(role).unwrap();
    Keys {
        a: ShareA::new(&key(Role::DienstDeel)).unwrap(),
        b: ShareB::new(&key(Role::DienstDeel)).unwrap(),
        logboek: LogboekKey::new(&key(Role::Logboek)).unwrap(),
        intrekking: WithdrawalKey::new(&key(Role::Intrekking)).unwrap(),
    }
}

impl Keys {
    pub(crate) fn period(&self, periode: Maand) -> PeriodKey {
        self.a.period_key(periode, &self.b).unwrap()
    }
}

pub(crate) fn maand(text: &str) -> Maand {
    Maand::parse(text.as_bytes()).unwrap()
}

/// Takes a levering in with nothing in force.
fn take(keys: &Keys, shelf: &MemoryShelf, file: (&str, &str), data: impl Read) -> Result<Taken, ReceiveFault> {
    take_at(keys, shelf, file, data, "2026-11-03T12:00:00Z")
}

fn take_at(
    keys: &Keys,
    shelf: &MemoryShelf,
    (file, manifest): (&str, &str),
    data: impl Read,
    now: &str,
) -> Result<Taken, ReceiveFault> {
    let announced = Announced::read(file, manifest.as_bytes())?;
    let key = keys.period(announced.periode());
    let desk = Desk {
        periode: announced.periode(),
        key: &key,
        earlier: None,
        logboek: &keys.logboek,
        marks: None,
        now: Moment::parse(now).unwrap(),
    };
    announced.take(&desk, data, shelf)
}

fn manifest(bron: &str, data: &[u8], records: usize, aangemaakt: &str) -> String {
    let sha256: String = Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        r#"{{"schema":"inbeeld/levering/v1","bron":"{bron}","leverancier":{{"oin":"00000001003214345000","naam":"Bron"}},"regio":"10","periode":"2026-10","dekking":"volledig","sleutel_id":"0f3c0f3c0f3c0f3c","identificatie":"bsn","records":{records},"afgekeurd_bij_bron":0,"sha256":"{sha256}","aangemaakt":"{aangemaakt}"}}"#
    )
}

const MADE: &str = "2026-11-02T08:30:00Z";

fn pseudonym(number: u32) -> String {
    encode_hex(&Sha256::digest(number.to_be_bytes()).into()).iter().map(|digit| char::from(*digit)).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

/// Whether a pseudonym is in some bytes, as digits or raw.
fn holds(haystack: &[u8], pseudonym: &str) -> bool {
    contains(haystack, pseudonym.as_bytes())
        || contains(haystack, &crate::terms::decode_hex::<32>(pseudonym.as_bytes()).unwrap())
}

/// What `controleer` says of a levering.
fn checked(manifest: &str, data: &[u8]) -> Vec<Refusal> {
    let files = Memory(vec![("a.csv".into(), data.to_vec()), (format!("a.csv{MANIFEST_ENDING}"), manifest.into())]);
    let place = Workplace { folder: &files, engine: &ONE, progress: &Quiet };
    controleer(&place).unwrap().remove(0).refused.reasons
}

fn opened(shelf: &MemoryShelf, keys: &Keys) -> Vec<(String, Vec<u8>)> {
    let key = keys.period(maand("2026-10"));
    let stored = Stored::open(&[Period { shelf, key: &key }]).unwrap();
    let names = stored.names().unwrap();
    let data = names.iter().filter(|name| !name.ends_with(MANIFEST_ENDING));
    data.map(|name| {
        let mut bytes = Vec::new();
        stored.open(name).unwrap().0.read_to_end(&mut bytes).unwrap();
        (name.clone(), bytes)
    })
    .collect()
}

/// The same file with other pseudonyms, made the naive way.
fn replaced(data: &str, keys: &Keys, persons: &[u32]) -> String {
    let rekeyer = keys.period(maand("2026-10")).rekeyer();
    persons.iter().fold(data.to_owned(), |text, person| {
        let received = pseudonym(*person);
        let mut keyed = [[0; 32]];
        rekeyer.rekey(&[crate::terms::decode_hex(received.as_bytes()).unwrap()], &mut keyed);
        text.replace(&received, std::str::from_utf8(&encode_hex(&keyed[0])).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Columns in any order, quotes, line ends and empty lines as they come: what is stored is the same
    /// file with other pseudonyms, and what breaks a rule is refused as `controleer` refuses it.
    #[test]
    fn what_is_stored_is_the_same_file_and_what_is_refused_leaves_nothing(
        turn in 0usize..4, bom in any::<bool>(),
        rows in proptest::collection::vec((0u32..12, 0usize..10, 0usize..3, any::<bool>()), 0..40),
        wrong in proptest::collection::vec((0usize..40, 0usize..9), 0..3), lie in 0u8..12,
    ) {
        let mut header = ["pseudoniem", "soort", "van", "tot"];
        header.rotate_left(turn);
        let mut data = if bom { "\u{feff}".to_owned() } else { String::new() };
        data += &(header.join(";") + "\n");
        for (at, (person, quotes, end, empty)) in rows.iter().enumerate() {
            let mut cells = vec![pseudonym(*person), "ww".to_owned(), "2026-01-01".to_owned(), String::new()];
            for (_, what) in wrong.iter().filter(|(place, _)| *place == at) {
                match what {
                    0 => cells[0] = "BSN".into(),
                    1 => cells[0] = pseudonym(*person).to_uppercase(),
                    2 => cells[1] = pseudonym(*person),
                    3 => cells[2] = "gisteren".into(),
                    // The last cell may be gone by another fault of the row.
                    4 => cells.iter_mut().skip(3).for_each(|cell| *cell = "x\"y".into()),
                    5 => cells.push("te veel".into()),
                    6 => drop(cells.pop()),
                    7 => cells[0].clear(),
                    _ => cells.iter_mut().skip(3).for_each(|cell| *cell = format!("\"{}", "\n".repeat(3))),
                }
            }
            if *quotes < cells.len() {
                cells[*quotes] = format!("\"{}\"", cells[*quotes]);
            }
            let turn = turn % cells.len();
            cells.rotate_left(turn);
            data += &cells.join(";");
            data += ["\n", "\r\n", "\n\n"][*end];
            if *empty { data += "\r\n"; }
        }
        let said = rows.len() + usize::from(lie == 0);
        let told = manifest("uitkering", if lie == 1 { b"anders" } else { data.as_bytes() }, said, MADE);
        let (keys, shelf) = (keys(), MemoryShelf::default());
        let persons: Vec<u32> = (0..12).collect();
        let taken = take(&keys, &shelf, ("a.csv", &told), data.as_bytes());
        let expected = checked(&told, data.as_bytes());
        match taken {
            Ok(taken) => {
                prop_assert_eq!(expected, vec![]);
                prop_assert_eq!(taken.receipt.bytes, data.len() as u64);
                prop_assert_eq!(opened(&shelf, &keys), [("a.csv".to_owned(), replaced(&data, &keys, &persons).into_bytes())]);
            }
            Err(fault) => {
                let text = format!("{fault} {fault:?} {}", fault.remedy());
                prop_assert!(persons.iter().all(|person| !holds(text.as_bytes(), &pseudonym(*person))));
                let ReceiveFault::Refused(found) = fault else { panic!("{fault}") };
                prop_assert_eq!(found, expected);
                prop_assert!(shelf.parts.lock().unwrap().is_empty());
            }
        }
        let written = shelf.written.lock().unwrap();
        prop_assert!(persons.iter().all(|person| !holds(&written, &pseudonym(*person))));
    }
}

fn doelgroep(persons: impl Iterator<Item = u32>) -> String {
    let mut data =
        "pseudoniem;gemeente;geboortemaand;geslacht;uitschrijfdatum;niveau;uitstroomprofiel;contact;niet_benaderen;verwijzing\n"
            .to_owned();
    persons.for_each(|person| data += &format!("{};0193;2005-01;m;2024-08-01;mbo-2;;;;\n", pseudonym(person)));
    data
}

#[test]
fn somebody_who_stands_twice_is_told_by_line_across_blocks() {
    let data = doelgroep((0..9000).chain([17, 8999]));
    let told = manifest("doelgroep", data.as_bytes(), 9002, MADE);
    let (keys, shelf) = (keys(), MemoryShelf::default());
    let Err(ReceiveFault::Refused(found)) = take(&keys, &shelf, ("a.csv", &told), data.as_bytes()) else { panic!() };
    assert_eq!(found, checked(&told, data.as_bytes()));
    assert_eq!(found.len(), 2);
    assert!(shelf.parts.lock().unwrap().is_empty());
}

/// Nothing of what was received is in any byte that was written, sealed or opened, of data or beside it.
#[test]
fn no_received_pseudonym_is_in_any_byte_written() {
    let data = doelgroep(0..3000);
    let told = manifest("doelgroep", data.as_bytes(), 3000, MADE);
    let (keys, shelf) = (keys(), MemoryShelf::default());
    take(&keys, &shelf, ("a.csv", &told), data.as_bytes()).unwrap();
    let mut all = shelf.written.lock().unwrap().clone();
    let vault = keys.period(maand("2026-10")).vault();
    let mut beside = 0;
    for (name, sealed) in &*shelf.parts.lock().unwrap() {
        let mut plain = Vec::new();
        vault.open(name, Cursor::new(sealed.clone())).unwrap().read_to_end(&mut plain).unwrap();
        beside += usize::from(name.ends_with(".bijlage"));
        all.extend(plain);
    }
    assert_eq!((beside, shelf.parts.lock().unwrap().len()), (1, 3));
    assert!((0..3000).all(|person| !holds(&all, &pseudonym(person))));
    // The search finds what is there.
    assert!(holds(data.as_bytes(), &pseudonym(7)));
    // Sealed, not even what is public can be read.
    assert!(!contains(&shelf.written.lock().unwrap(), b"geboortemaand"));
}

/// A reader that breaks off.
struct Broken<'a>(&'a [u8]);
impl Read for Broken<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(out.len()).min(70_000);
        if count == 0 {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        out[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let data = doelgroep(0..12_000);
    let told = manifest("doelgroep", data.as_bytes(), 12_000, MADE);
    let (keys, shelf) = (keys(), MemoryShelf::default());
    for part in [0, 1, 300, 300_000, 700_000, data.len() - 1, data.len()] {
        let taken = take(&keys, &shelf, ("a.csv", &told), Broken(&data.as_bytes()[..part]));
        assert!(matches!(taken, Err(ReceiveFault::Interrupted)), "{part}: {taken:?}");
        assert!(shelf.parts.lock().unwrap().is_empty());
    }
    // An end that looks whole and is not.
    let short = &data.as_bytes()[..data.len() - 90];
    assert!(matches!(take(&keys, &shelf, ("a.csv", &told), short), Err(ReceiveFault::Refused(_))));
    assert!(shelf.parts.lock().unwrap().is_empty());
}

#[test]
fn a_disk_that_is_full_at_any_step_leaves_nothing() {
    let data = doelgroep(0..3000);
    let told = manifest("doelgroep", data.as_bytes(), 3000, MADE);
    let (keys, shelf) = (keys(), MemoryShelf::default());
    let mut steps = 1;
    loop {
        *shelf.full_after.lock().unwrap() = steps;
        match take(&keys, &shelf, ("a.csv", &told), data.as_bytes()) {
            Ok(taken) => break assert!(!taken.again),
            Err(fault) => assert!(matches!(fault, ReceiveFault::Storage(_)), "{steps}: {fault}"),
        }
        assert!(shelf.parts.lock().unwrap().is_empty(), "{steps}");
        steps += 1;
    }
    assert!(steps > 12, "{steps}");
    assert_eq!(shelf.parts.lock().unwrap().len(), 3);
}

#[test]
fn the_same_again_changes_nothing_a_newer_one_replaces_and_an_older_one_is_refused() {
    let (keys, shelf) = (keys(), MemoryShelf::default());
    let (small, large) = (doelgroep(0..4), doelgroep(0..13));
    let first = manifest("doelgroep", small.as_bytes(), 4, MADE);
    let taken = take(&keys, &shelf, ("a.csv", &first), small.as_bytes()).unwrap();
    assert!(!taken.again && taken.change.is_none());
    let before = shelf.parts.lock().unwrap().clone();
    // Also where the manifest is laid out in another way.
    for text in [first.clone(), first.replace(',', ",\n  ")] {
        let again = take(&keys, &shelf, ("a.csv", &text), small.as_bytes()).unwrap();
        assert!(again.again && again.receipt == taken.receipt);
    }
    let other = take(&keys, &shelf, ("a.csv", &first), large.as_bytes());
    assert!(matches!(other, Err(ReceiveFault::Refused(reasons)) if reasons == [Refusal::Sha256]));
    let tie = take(&keys, &shelf, ("b.csv", &manifest("doelgroep", large.as_bytes(), 13, MADE)), large.as_bytes());
    assert!(matches!(tie, Err(ReceiveFault::Tie(_))));
    assert_eq!(*shelf.parts.lock().unwrap(), before);
    // Another source in between is left alone.
    let inkomen = "pseudoniem;maand;bedrag_cent;soort\n";
    take(&keys, &shelf, ("i.csv", &manifest("inkomen", inkomen.as_bytes(), 0, MADE)), inkomen.as_bytes()).unwrap();
    let newer = manifest("doelgroep", large.as_bytes(), 13, "2026-11-02T08:30:01Z");
    let taken = take(&keys, &shelf, ("b.csv", &newer), large.as_bytes()).unwrap();
    // Rounded: 4 and 13 would tell of nobody, but 12 and 13 of one.
    assert_eq!(taken.change, Some(Change { before: 5, after: 15 }));
    assert_eq!(opened(&shelf, &keys).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["b.csv", "i.csv"]);
    assert_eq!(shelf.parts.lock().unwrap().len(), 5);
    let older = take(&keys, &shelf, ("a.csv", &first), small.as_bytes());
    assert!(matches!(older, Err(ReceiveFault::Older(_))));
}

#[test]
fn a_correction_tells_when_the_first_came_and_the_next_one_still_does() {
    let (keys, shelf) = (keys(), MemoryShelf::default());
    let data = doelgroep(0..4);
    let mut told = Vec::new();
    for (made, now) in [
        ("2026-11-02T08:30:00Z", "2026-11-03T12:00:00Z"),
        ("2026-11-09T08:30:00Z", "2026-11-10T12:00:00Z"),
        ("2026-11-16T08:30:00Z", "2026-11-17T12:00:00Z"),
    ] {
        let manifest = manifest("doelgroep", data.as_bytes(), 4, made);
        let receipt = take_at(&keys, &shelf, ("a.csv", &manifest), data.as_bytes(), now).unwrap().receipt;
        assert_eq!(receipt.ontvangen, now);
        // As it is read again from what lies there.
        let again = take_at(&keys, &shelf, ("a.csv", &manifest), data.as_bytes(), "2027-01-01T00:00:00Z").unwrap();
        assert!(again.again && again.receipt == receipt);
        told.push(receipt.eerst_ontvangen);
    }
    let first = Some("2026-11-03T12:00:00Z".to_owned());
    assert_eq!(told, [None, first.clone(), first]);
    // Another source of that month has its own.
    let inkomen = "pseudoniem;maand;bedrag_cent;soort\n";
    let other = manifest("inkomen", inkomen.as_bytes(), 0, MADE);
    assert_eq!(take(&keys, &shelf, ("i.csv", &other), inkomen.as_bytes()).unwrap().receipt.eerst_ontvangen, None);
}

#[test]
fn without_share_b_or_with_changed_parts_nothing_is_read() {
    let (one, shelf) = (keys(), MemoryShelf::default());
    let data = doelgroep(0..40);
    let told = manifest("doelgroep", data.as_bytes(), 40, MADE);
    take(&one, &shelf, ("a.csv", &told), data.as_bytes()).unwrap();
    let other = Keys { b: keys().b, ..one };
    let key = other.period(maand("2026-10"));
    let fault = Stored::open(&[Period { shelf: &shelf, key: &key }]).err().unwrap();
    assert_eq!((fault.code(), fault.exit()), ("opslag-aangetast", crate::fault::Exit::Integrity));
    let taken = take(&other, &shelf, ("a.csv", &told), data.as_bytes());
    assert!(matches!(taken, Err(ReceiveFault::Tampered(_))));
}

#[test]
fn names_that_are_paths_or_lines_are_refused() {
    let data = "pseudoniem;maand;bedrag_cent;soort\n";
    let told = manifest("inkomen", data.as_bytes(), 0, MADE);
    for name in ["", "../a.csv", "a/b.csv", "a\nb.csv", ".a.csv", "a.csv.manifest.json", "a\\b", &"a".repeat(201)] {
        let taken = take(&keys(), &MemoryShelf::default(), (name, &told), data.as_bytes());
        assert!(matches!(taken, Err(ReceiveFault::Refused(reasons)) if reasons == [Refusal::Name]), "{name}");
    }
    let fault = take(&keys(), &MemoryShelf::default(), ("a.csv", "{}"), data.as_bytes()).unwrap_err();
    assert!(matches!(fault, ReceiveFault::Refused(reasons) if reasons.len() == 12));
}

#[test]
fn two_sources_may_give_their_files_one_name() {
    let (keys, shelf) = (keys(), MemoryShelf::default());
    let data = "pseudoniem;maand;bedrag_cent;soort\n";
    let one = manifest("inkomen", data.as_bytes(), 0, MADE);
    take(&keys, &shelf, ("a.csv", &one), data.as_bytes()).unwrap();
    take(&keys, &shelf, ("a.csv", &one.replace("45000\"", "45001\"")), data.as_bytes()).unwrap();
    assert_eq!(opened(&shelf, &keys).len(), 2);
    let key = keys.period(maand("2026-10"));
    let stored = Stored::open(&[Period { shelf: &shelf, key: &key }]).unwrap();
    assert_eq!(stored.receipts().count(), 2);
    assert!(stored.sha256("a.csv").is_some() && stored.sha256("b.csv").is_none());
}
