//! The whole room in memory: what the end-to-end tests cannot provoke from outside.

use super::*;
use crate::fault::Explain;
use crate::ingest::Rule;
use crate::pseudonym::{Key, Role};
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

/// A folder in memory, of which the n-th file cannot be finished.
#[derive(Debug, Default)]
struct Memory {
    files: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    finishes_left: Option<Rc<RefCell<usize>>>,
}

struct MemoryFile {
    name: String,
    bytes: Vec<u8>,
    files: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    finishes_left: Option<Rc<RefCell<usize>>>,
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl OutputFile for MemoryFile {
    fn finish(self: Box<Self>) -> Result<(), PortFault> {
        if let Some(left) = &self.finishes_left {
            if *left.borrow() == 0 {
                return Err(Box::new(SourceFault::NoInput));
            }
            *left.borrow_mut() -= 1;
        }
        self.files.borrow_mut().insert(self.name, self.bytes);
        Ok(())
    }
}

impl Output for Memory {
    fn exists(&self, name: &str) -> Result<bool, PortFault> {
        Ok(self.files.borrow().contains_key(name))
    }

    fn manifest(&self, name: &str) -> Option<String> {
        self.files.borrow().get(name).map(|bytes| String::from_utf8(bytes.clone()).unwrap())
    }

    fn create(&mut self, name: &str) -> Result<Box<dyn OutputFile>, PortFault> {
        let (files, finishes_left) = (self.files.clone(), self.finishes_left.clone());
        Ok(Box::new(MemoryFile { name: name.to_owned(), bytes: Vec::new(), files, finishes_left }))
    }

    fn remove(&mut self, name: &str) {
        self.files.borrow_mut().remove(name);
    }
}

fn deliver_csv(
    profile: &str,
    bron: Bron,
    texts: &[&str],
    output: &mut Memory,
    keys: &BTreeMap<Gemeente, VerwijzingKey>,
) -> Result<Summary, SourceFault> {
    let sleutel = Pseudonymiser::new(&Key::generate(Role::Koppel).unwrap()).unwrap();
    let request = Request {
        bron,
        oin: Oin::parse("00000001003214345000").unwrap(),
        naam: "Bron".to_owned(),
        regio: regio("10").unwrap(),
        periode: Maand::parse(b"2026-10").unwrap(),
        dekking: Dekking::Volledig,
        profiel: &Profile::built_in(profile).unwrap().unwrap(),
        sleutel: &sleutel,
        verwijzingsleutels: keys,
        now: Moment::parse("2026-11-02T08:30:00Z").unwrap(),
    };
    let inputs = texts.iter().zip(1..).map(|(text, number)| Input {
        name: format!("{number}.csv"),
        packing: Packing::Csv,
        bytes: Box::new(text.as_bytes()),
    });
    pseudonimiseer(&request, inputs.collect(), output)
}

fn plain(bron: Bron, texts: &[&str]) -> Result<(Summary, Memory), SourceFault> {
    let mut output = Memory::default();
    let summary = deliver_csv("standaard", bron, texts, &mut output, &BTreeMap::new())?;
    Ok((summary, output))
}

/// Onderwijsnummers for tests.
fn own(count: usize) -> Vec<String> {
    let numbers = (100_000_000u32..).map(|number| number.to_string());
    numbers.filter(|number| crate::terms::Onderwijsnummer::parse(number.as_bytes()).is_ok()).take(count).collect()
}

/// BSNs for tests, from the range that fixtures use.
fn bsns(count: usize) -> Vec<String> {
    let numbers = (999_900_000u32..).map(|number| number.to_string());
    numbers.filter(|number| crate::terms::Bsn::parse(number.as_bytes()).is_ok()).take(count).collect()
}

#[test]
fn nothing_stays_when_any_file_cannot_be_finished() {
    let text = format!("bsn;onderwijsnummer;soort\n999993847;;vo\n;{};vo\n", own(1)[0]);
    for left in 0..6 {
        let mut output = Memory { finishes_left: Some(Rc::new(RefCell::new(left))), ..Memory::default() };
        let done = deliver_csv("standaard", Bron::Onderwijs, &[&text], &mut output, &BTreeMap::new());
        assert!(matches!(done, Err(SourceFault::Port(_))), "{left}");
        assert!(output.files.borrow().is_empty(), "{left}");
    }
    let mut output = Memory { finishes_left: Some(Rc::new(RefCell::new(6))), ..Memory::default() };
    deliver_csv("standaard", Bron::Onderwijs, &[&text], &mut output, &BTreeMap::new()).unwrap();
    assert_eq!(output.files.borrow().len(), 6);
}

#[test]
fn several_files_become_one_levering_each_with_its_own_header() {
    let own = own(1);
    // Rows of separators only are blank, however many there are.
    let second = format!("soort;onderwijsnummer\npro;{}\nvso;\n\n;;\n;\n", own[0]);
    let first = "bsn;soort\n999993847;vo\n";
    let error = plain(Bron::Onderwijs, &[first, &second.replace("vso;", "vso;;")]).unwrap_err();
    let fault = error.files()[0].faults.listed()[0];
    assert_eq!((error.files()[0].file.as_str(), fault.line, fault.rule), ("2.csv", 3, Rule::VeldenTeVeel));

    let (summary, output) = plain(Bron::Onderwijs, &[first, &second]).unwrap();
    let told: Vec<_> = summary.leveringen.iter().map(|one| (one.identificatie, one.records)).collect();
    assert_eq!(told, [("bsn", 1), ("own", 1)]);
    assert_eq!(summary.leveringen[1].afgekeurd, BTreeMap::from([(Reason::Leeg, 1)]));
    let files = output.files.borrow();
    let report = std::str::from_utf8(&files["onderwijs-00000001003214345000-2026-10-own.csv.rapport.json"]).unwrap();
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    assert_eq!(report["afgekeurde_regels"][0], serde_json::json!({ "bestand": 1, "regel": 3, "reden": "leeg" }));
}

#[test]
fn a_misread_column_is_not_delivered_as_silence() {
    let header = "bsn;onderwijsnummer;soort;van\n";
    let error = plain(Bron::Uitkering, &[&format!("{header}1234;;ww;2026-01-01\n;;ww;2026-01-01\n")]).unwrap_err();
    assert!(matches!(error, SourceFault::Nobody { rows: 2 }));
    let only_own = format!("{header};{};ww;2026-01-01\n", own(1)[0]);
    assert!(matches!(plain(Bron::Uitkering, &[&only_own]).unwrap_err(), SourceFault::OwnNotAllowed { .. }));
    let (summary, _) = plain(Bron::Uitkering, &[&(only_own + "999993847;;ww;2026-01-01\n")]).unwrap();
    assert_eq!((summary.leveringen.len(), summary.leveringen[0].records), (1, 1));
    assert_eq!(summary.invoer[0].genegeerde_kolommen[0].kolom, Some("onderwijsnummer"));
    let header = "onderwijsnummer;maand;bedrag_cent;soort\n";
    assert!(matches!(plain(Bron::Inkomen, &[header]).unwrap_err(), SourceFault::OwnNotAllowed { .. }));
    // No rows at all is a levering too: this source knows nobody.
    assert_eq!(plain(Bron::Inkomen, &["bsn;maand;bedrag_cent;soort\n"]).unwrap().0.gelezen, 0);
}

#[test]
fn raw_bsns_spread_over_many_files_are_seen() {
    let numbers = bsns(30);
    let file = |range: std::ops::Range<usize>| {
        numbers[range].iter().fold("bsn;gemeente;geboortemaand;dossier\n".to_owned(), |text, number| {
            text + &format!("{number};0148;2008-01;{number}\n")
        })
    };
    let texts = [file(0..15), file(15..30)];
    let error = plain(Bron::Doelgroep, &[&texts[0], &texts[1]]).unwrap_err();
    let fault = error.files()[0].faults.listed()[0];
    assert_eq!((fault.column, fault.rule), (Some("dossier"), Rule::RuweBsn));
    assert!(!error.to_string().contains("9999") && !error.remedy().contains("9999"));
    assert!(plain(Bron::Doelgroep, &[&texts[0]]).is_ok());
}

#[test]
fn a_resident_has_a_municipality() {
    let text = "bsn;status;sinds;gemeente\n999993847;overleden;2026-01-01;\n999992077;Ingezetene;2026-01-01;\n";
    let error = plain(Bron::Brp, &[text]).unwrap_err();
    let fault = error.files()[0].faults.listed()[0];
    assert_eq!((fault.line, fault.column, fault.rule), (3, Some("gemeente"), Rule::Leeg));
}

#[test]
fn a_dossier_is_sealed_where_there_is_a_key_and_counted_where_not() {
    let key = VerwijzingKey::new(&Key::generate(Role::Verwijzing).unwrap()).unwrap();
    let zwolle = Gemeente::parse(b"0193").unwrap();
    let keys = BTreeMap::from([(zwolle, key)]);
    let text = "bsn;gemeente;geboortemaand;dossier\n999993847;193;2008-01;D-1\n\
                999992077;0148;2008-01;D-2\n999993483;193;2008-01;\n999993847;0193;2008-01;D-1\n";
    let mut output = Memory::default();
    let summary = deliver_csv("standaard", Bron::Doelgroep, &[text], &mut output, &keys).unwrap();
    let told = &summary.leveringen[0];
    assert_eq!((told.records, told.dubbel), (3, 1));
    assert_eq!(told.verwijzing_zonder_sleutel, BTreeMap::from([("0148".to_owned(), 1)]));
    let files = output.files.borrow();
    let data = std::str::from_utf8(&files[&told.bestand]).unwrap();
    let verwijzing: Vec<&str> = data.lines().skip(1).map(|line| line.rsplit(';').next().unwrap()).collect();
    assert_eq!(keys[&zwolle].open(zwolle, verwijzing[0]).unwrap().as_str(), "D-1");
    assert_eq!(verwijzing[1..], ["", ""]);
    assert!(data.starts_with(
        "pseudoniem;gemeente;geboortemaand;geslacht;uitschrijfdatum;niveau;uitstroomprofiel;contact;niet_benaderen;verwijzing\n"
    ));

    let long = text.replace("D-1", &"x".repeat(65));
    let error = deliver_csv("standaard", Bron::Doelgroep, &[&long], &mut Memory::default(), &keys).unwrap_err();
    assert_eq!(error.files()[0].faults.listed()[0].rule, Rule::Verwijzing);
    // Dossiers that will not travel are no reason to tell two rows of a person apart.
    let other = text.replace("0193;2008-01;D-1", "0193;2008-01;D-9");
    let done = |keys| deliver_csv("standaard", Bron::Doelgroep, &[&other], &mut Memory::default(), keys);
    assert_eq!(done(&keys).unwrap_err().files()[0].faults.listed()[0].line, 5);
    assert_eq!(done(&BTreeMap::new()).unwrap().leveringen[0].dubbel, 1);
}

#[test]
fn the_name_of_the_supplier_fits_a_manifest() {
    let sleutel = Pseudonymiser::new(&Key::generate(Role::Koppel).unwrap()).unwrap();
    let profiel = Profile::built_in("standaard").unwrap().unwrap();
    for (naam, fits) in [("", false), (" ", false), ("a\nb", false), ("Gemeente Zwolle", true)] {
        let request = Request {
            bron: Bron::Betrokkenheid,
            oin: Oin::parse("00000001003214345000").unwrap(),
            naam: naam.to_owned(),
            regio: regio("10").unwrap(),
            periode: Maand::parse(b"2026-10").unwrap(),
            dekking: Dekking::Gedeeltelijk,
            profiel: &profiel,
            sleutel: &sleutel,
            verwijzingsleutels: &BTreeMap::new(),
            now: Moment::parse("2026-11-02T08:30:00Z").unwrap(),
        };
        let input = Input { name: "a.csv".to_owned(), packing: Packing::Csv, bytes: Box::new(&b"bsn;sinds\n"[..]) };
        let done = pseudonimiseer(&request, vec![input], &mut Memory::default());
        assert_eq!(done.is_ok(), fits);
        assert!(matches!(
            pseudonimiseer(&request, Vec::new(), &mut Memory::default()),
            Err(SourceFault::NoInput | SourceFault::Name)
        ));
    }
}
