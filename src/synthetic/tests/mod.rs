//! A set judged from its bytes alone, as an importer would see it.

mod faults;
mod mess;
mod oracle;
mod raw;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;

use jiff::civil::date;

use super::*;
use oracle::Region;
use raw::{elfproef, read};

type Files = BTreeMap<String, Vec<u8>>;

#[derive(Default)]
struct Memory(Rc<RefCell<Files>>);

struct Handle(Rc<RefCell<Files>>, String);

impl Sink for Memory {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Write>> {
        let before = self.0.borrow_mut().insert(name.to_owned(), Vec::new());
        assert!(before.is_none(), "{name} is created once");
        Ok(Box::new(Handle(self.0.clone(), name.to_owned())))
    }
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.0.borrow_mut();
        files.get_mut(&self.1).unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn made(plan: &Plan) -> (Files, Summary) {
    let mut sink = Memory::default();
    let summary = generate(plan, &mut sink).unwrap();
    (sink.0.take(), summary)
}

fn plan(jongeren: u32) -> Plan {
    Plan::new("10", jongeren, date(2026, 10, 1), 7)
}

/// waarheid.csv as number → klasse.
fn truth(files: &Files) -> BTreeMap<String, String> {
    let text = std::str::from_utf8(&files["waarheid.csv"]).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("bsn;klasse"));
    let rows: Vec<_> = lines.map(|line| line.split_once(';').unwrap()).collect();
    let truth: BTreeMap<_, _> = rows.iter().map(|(number, klasse)| (number.to_string(), klasse.to_string())).collect();
    assert_eq!(truth.len(), rows.len(), "everybody once");
    truth
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (files, summary) = made(&plan(300));
    let (again, _) = made(&plan(300));
    assert!(files == again);
    let (other, _) = made(&Plan { seed: 8, ..plan(300) });
    for (name, bytes) in &files {
        assert_eq!(other[name] == *bytes, name == "bronnen.toml", "{name}");
    }
    assert_eq!(summary.jongeren, 300);
    assert!(!files.contains_key("NIET-DELEN.txt"));
}

#[test]
fn files_stay_the_same_bytes_from_version_to_version() {
    // Somebody who writes down a seed must find the same set back: change this only knowingly.
    let (files, _) = made(&plan(50));
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in files.iter().flat_map(|(name, bytes)| name.bytes().chain(bytes.iter().copied())) {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    assert_eq!(format!("{sum:016x}"), "93d2f764ebc283e9");
}

#[test]
fn a_small_set_uses_fictitious_numbers_only() {
    for jongeren in [1, 20, 1200] {
        let (files, summary) = made(&plan(jongeren));
        assert!(!summary.niet_delen);
        let truth = truth(&files);
        assert_eq!(truth.len(), jongeren as usize);
        for bytes in files.values() {
            let text = encoding_rs::WINDOWS_1252.decode(bytes).0;
            for number in text.split(|c: char| !c.is_ascii_digit()).filter(|n| n.len() == 9 && elfproef(n) == Some(0)) {
                assert!(number == "000000000" || number.starts_with("9999"), "{number}");
            }
        }
    }
}

#[test]
fn a_large_set_uses_all_numbers_and_says_so() {
    let (files, summary) = made(&plan(15_000));
    assert!(summary.niet_delen);
    assert!(files["NIET-DELEN.txt"].starts_with(b"NIET DELEN"));
    let truth = truth(&files);
    assert!(truth.keys().any(|number| number.starts_with('0')));
    assert!(truth.keys().all(|number| match elfproef(number) {
        Some(0) => number != "000000000",
        Some(5) => number.starts_with("10"),
        _ => false,
    }));
    let listed = [read(&files, "doelgroep-zwolle.csv"), read(&files, "doelgroep-ijssel-vecht.csv")].concat();
    let short: Vec<_> = listed.iter().filter(|row| row["bsn"].len() == 8).collect();
    assert!(!short.is_empty(), "a spreadsheet ate zeros");
    assert!(short.iter().all(|row| truth.contains_key(&format!("0{}", row["bsn"]))));
    agrees(&files, &plan(15_000));
}

#[test]
fn the_klassen_have_the_published_proportions() {
    let (files, summary) = made(&plan(1200));
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for klasse in truth(&files).into_values() {
        *counts.entry(klasse).or_default() += 1;
    }
    for (klasse, count) in &summary.klassen {
        assert_eq!(counts[*klasse], *count);
    }
    let share = |klasse: &str| f64::from(counts[klasse]) / 12.0;
    let positive = share("school") + share("startkwalificatie") + share("werk");
    assert!((39.0..41.0).contains(&positive), "{positive}");
    assert!((45.0..47.0).contains(&(share("school") / positive * 100.0)));
    assert!((12.0..14.0).contains(&share("geen_dagbesteding")));
    assert!((2.0..3.0).contains(&share("uitkering")));
    assert!((33.0..36.0).contains(&share("onbekend")));
    assert!((8.5..10.0).contains(&share("buiten_doelgroep")));
}

#[test]
fn the_sources_have_as_many_rows_as_asked_for() {
    for (jongeren, asked) in
        [(200, None), (1200, None), (1200, Some(40_000)), (3000, Some(25_000)), (500, Some(200_000))]
    {
        let (files, summary) = made(&Plan { bronrijen: asked, ..plan(jongeren) });
        let counted: usize = files
            .keys()
            .filter(|name| name.ends_with(".csv") && !name.starts_with("doelgroep") && *name != "waarheid.csv")
            .map(|name| read(&files, name).len())
            .sum();
        assert_eq!(counted as u64, summary.bronrijen);
        let asked = asked.unwrap_or(u64::from(jongeren) * 12) as f64;
        let off = (counted as f64 - asked).abs() / asked;
        assert!(off < 0.02, "{jongeren}: {counted} of {asked}");
        for (name, rows) in &summary.bestanden {
            if name != "waarheid.csv" {
                assert_eq!(read(&files, name).len() as u64, *rows, "{name}");
            }
        }
    }
}

#[test]
fn the_rows_lead_to_the_truth() {
    for (seed, peildatum) in [(1, date(2026, 10, 1)), (2, date(2024, 2, 29)), (3, date(2026, 12, 31))] {
        let plan = Plan { peildatum, seed, ..plan(2000) };
        let (files, summary) = made(&plan);
        assert!(!summary.niet_delen);
        let reasons = agrees(&files, &plan);
        for reason in [
            "leeftijd",
            "uitstroomprofiel",
            "overleden",
            "geemigreerd",
            "verhuisd",
            "tegenstrijdig",
            "diploma",
            "ingeschreven",
            "inkomen",
            "uitkering",
            "geen_bsn",
            "niet_in_brp",
            "niets_gevonden",
        ] {
            assert!(reasons.contains_key(reason), "nobody is {reason}");
        }
    }
}

#[test]
fn another_age_range_holds_too() {
    let plan = Plan { leeftijd: 16..23, ..plan(800) };
    agrees(&made(&plan).0, &plan);
}

/// The naive classification of the raw files is the truth; returns how many have which reason.
fn agrees(files: &Files, plan: &Plan) -> BTreeMap<&'static str, u32> {
    let found = Region::read(files, plan).classify();
    let truth = truth(files);
    let mut reasons = BTreeMap::new();
    for (number, klasse) in &truth {
        let (outcome, reason) = found[number];
        assert_eq!(outcome, klasse, "{number} by {reason}");
        *reasons.entry(reason).or_default() += 1;
    }
    assert_eq!(found.len(), truth.len(), "nobody else is listed");
    reasons
}
