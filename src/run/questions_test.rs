//! Questions about everybody in the committed cases, held against what the naive implementation wrote
//! beside them; and that the register stands before every answer.

use super::oracle::{Memory, ONE, Quiet};
use super::{Clock, Koppeling, RunFault, Vraag, Workplace, waarom};
use crate::disclosure::{NoAnswer, Recipients};
use crate::doelbinding::{Denial, Signed, TrustedKey, sign};
use crate::pseudonym::Verwijzing;
use crate::register::{Ledger, Register, RegisterFault};
use crate::release::{InzageFault, Outbound, Vorm};
use crate::terms::{Datum, Moment, Peildatum, Rol};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A register in memory that several questions share.
#[derive(Clone, Default)]
struct Lines {
    lines: Rc<RefCell<Vec<String>>>,
    full: bool,
}

impl Ledger for Lines {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        Ok(self.lines.borrow().clone())
    }
    fn append(&mut self, line: &str) -> Result<(), RegisterFault> {
        if self.full {
            return Err(RegisterFault::Storage(std::io::ErrorKind::StorageFull.into()));
        }
        self.lines.borrow_mut().push(line.to_owned());
        Ok(())
    }
}

/// Some hour of a day.
struct Day(Datum);

impl Clock for Day {
    fn now(&self) -> Moment {
        Moment::parse(&format!("{}T23:30:00Z", self.0)).unwrap()
    }
    fn seconds(&self) -> f64 {
        0.0
    }
}

fn datum(text: &str) -> Datum {
    Datum::parse(text.as_bytes()).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A case of the fixtures in which every row of the doelgroep has a handle.
struct Case {
    name: String,
    folder: Memory,
    text: String,
    peildatum: Datum,
    today: Datum,
    /// Every handle with the pseudonym of its row.
    handles: Vec<(Verwijzing, String)>,
    /// Per pseudonym gemeente, klasse and reden.
    expected: BTreeMap<String, [String; 3]>,
    /// Amounts of income that no answer may hold, as a file and as a reader writes them.
    amounts: BTreeSet<String>,
}

/// The handle of a row: of the form, and nobody's.
fn handle(file: &str, pseudonym: &str) -> Verwijzing {
    let seed = Sha256::digest(format!("{file}{pseudonym}"));
    let bytes: Vec<u8> = seed.iter().copied().cycle().take(104).collect();
    Verwijzing::parse(&URL_SAFE_NO_PAD.encode(bytes)).unwrap()
}

impl Case {
    fn read(path: &Path) -> Self {
        let toml: toml::Table = fs::read_to_string(path.join("geval.toml")).unwrap().parse().unwrap();
        let day = |key: &str| datum(toml[key].as_str().unwrap());
        let mut case = Self {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            folder: Memory(Vec::new()),
            text: fs::read_to_string(path.join("doelbinding.toml")).unwrap(),
            peildatum: day("peildatum"),
            today: day("vandaag"),
            handles: Vec::new(),
            expected: BTreeMap::new(),
            amounts: BTreeSet::new(),
        };
        for line in fs::read_to_string(path.join("verwacht.csv")).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split(';').collect();
            case.expected.insert(fields[0].to_owned(), [1, 2, 3].map(|at: usize| fields[at].to_owned()));
        }
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for entry in fs::read_dir(path.join("leveringen")).unwrap() {
            let path = entry.unwrap().path();
            files.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
        }
        let names: Vec<String> = files.keys().filter(|name| name.ends_with(".csv")).cloned().collect();
        for name in names {
            let data = files[&name].clone();
            if name.starts_with("inkomen") {
                case.note_amounts(&data);
            }
            if name.starts_with("doelgroep") {
                let with = case.with_handles(&name, &data);
                let manifest = files.get_mut(&format!("{name}.manifest.json")).unwrap();
                let text = String::from_utf8(manifest.clone()).unwrap().replace(&hex(&data), &hex(&with));
                *manifest = text.into_bytes();
                files.insert(name, with);
            }
        }
        case.folder = Memory(files.into_iter().collect());
        case
    }

    fn rows(data: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
        let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(data);
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |row: csv::Result<csv::StringRecord>| row.unwrap().iter().map(str::to_owned).collect();
        (header, reader.records().map(row).collect())
    }

    fn with_handles(&mut self, file: &str, data: &[u8]) -> Vec<u8> {
        let (header, rows) = Self::rows(data);
        let at = |name: &str| header.iter().position(|known| known == name).unwrap();
        let (person, place) = (at("pseudoniem"), at("verwijzing"));
        let mut lines = vec![header.join(";")];
        for mut row in rows {
            let verwijzing = handle(file, &row[person]);
            row[place] = verwijzing.to_text();
            self.handles.push((verwijzing, row[person].clone()));
            lines.push(row.join(";"));
        }
        (lines.join("\n") + "\n").into_bytes()
    }

    fn note_amounts(&mut self, data: &[u8]) {
        let (header, rows) = Self::rows(data);
        let at = header.iter().position(|known| known == "bedrag_cent").unwrap();
        for cent in rows.iter().map(|row| row[at].parse::<i64>().unwrap()).filter(|cent| cent.abs() > 100) {
            self.amounts.insert(cent.abs().to_string());
            // The threshold itself is the text's.
            if cent.abs() != 30000 {
                self.amounts.insert(format!("{},{:02}", cent.abs() / 100, cent.abs() % 100));
            }
        }
    }

    /// Asks of a register, under this part of the text.
    fn ask(
        &self,
        inzage: &str,
        (today, rol, verwijzing, vorm): (Datum, Rol, Verwijzing, Vorm),
        register: &Lines,
    ) -> Result<String, RunFault> {
        let text = format!("{}\n{inzage}", self.text);
        let key = |ending| fs::read_to_string(fixtures().join(format!("sleutels/alleen-voor-tests.{ending}"))).unwrap();
        let signature = sign(text.as_bytes(), &key("key"), None, "proef").unwrap();
        let trusted = [TrustedKey::parse("fg", &key("pub"), None).unwrap()];
        let signed = Signed::read(text.as_bytes(), &[signature], &trusted, today).unwrap();
        let clock = Day(today);
        let koppeling = Koppeling {
            peildatum: Peildatum::new(self.peildatum),
            today,
            today_set: false,
            accept_no_overlap: false,
            place: Workplace { folder: &self.folder, engine: &ONE, progress: &Quiet },
            clock: &clock,
            recipients: &Recipients::new(),
            withdrawals: None,
            logboek: None,
        };
        let vraag = Vraag { koppeling, verwijzing, rol, gemeente: None, vorm };
        let released = waarom(vraag, signed, || Ok(register.clone()))?;
        let [file] = released.files() else { panic!("one file") };
        Ok(String::from_utf8(file.bytes.clone()).unwrap())
    }
}

const ALL: &str = "[inzage]\nrollen = [\"gemeente\", \"coordinator\"]\nper_dag = 10000\n";

/// All that the register says of a question.
const KEYS: [&str; 10] =
    ["schema", "nr", "vorige", "soort", "tijd", "vandaag_gezet", "doelbinding", "rol", "peildatum", "regio"];

/// Which rule gives which reason: DOMEIN, Classification, written out once more.
fn rule(reden: &str) -> u64 {
    match reden {
        "leeftijd" => 1,
        "uitstroomprofiel" => 2,
        "overleden" | "geemigreerd" | "tegenstrijdig" => 3,
        "verhuisd" => 4,
        "diploma" => 5,
        "ingeschreven" | "inkomen" | "uitkering" => 6,
        "geen_bsn" | "bron_ontbreekt" | "bron_gedeeltelijk" | "niet_in_brp" => 7,
        "niets_gevonden" => 8,
        other => panic!("{other}"),
    }
}

/// For which reasons a day must stand beside the answer, and for which a month.
fn dated(reden: &str) -> (bool, bool) {
    let day = ["overleden", "geemigreerd", "tegenstrijdig", "verhuisd", "diploma", "ingeschreven", "uitkering"];
    (day.contains(&reden), ["leeftijd", "inkomen"].contains(&reden))
}

#[test]
fn everybody_gets_the_answer_that_stands_beside_the_case_and_nothing_of_a_row() {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(fixtures().join("regels")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut reasons = BTreeSet::new();
    for folder in folders {
        let case = Case::read(&folder);
        let register = Lines::default();
        let mut answered = BTreeSet::new();
        for (verwijzing, pseudonym) in &case.handles {
            let ask = |rol, vorm| case.ask(ALL, (case.today, rol, *verwijzing, vorm), &register);
            let machine = match ask(Rol::Coordinator, Vorm::Json) {
                // A row of a levering that does not serve.
                Err(RunFault::Inzage(InzageFault::Geen(NoAnswer::Onbekend))) => continue,
                found => found.unwrap(),
            };
            let told: Value = serde_json::from_str(&machine).unwrap();
            let told = &told["antwoord"];
            match case.expected.get(pseudonym) {
                None => assert!(told["niet_genoemd"].is_string() && told["klasse"].is_null(), "{}", case.name),
                Some([gemeente, klasse, reden]) => {
                    let found = ["gemeente", "klasse", "reden"].map(|key| told[key].as_str().unwrap());
                    assert_eq!(found, [gemeente, klasse, reden], "{}", case.name);
                    assert_eq!(told["regel"], rule(reden), "{}", case.name);
                    let dates = (told["dag"].is_string(), told["maand"].is_string());
                    assert_eq!(dates, dated(reden), "{}: {reden}", case.name);
                    assert!(!told["bronnen"].as_array().unwrap().is_empty(), "{}", case.name);
                    reasons.insert(reden.clone());
                    answered.insert(pseudonym.clone());
                }
            }
            let text = ask(Rol::Coordinator, Vorm::Tekst).unwrap();
            let letter = ask(Rol::Jongere, Vorm::Html).unwrap();
            for answer in [&machine, &text, &letter] {
                assert!(!answer.contains(&verwijzing.to_text()) && !answer.contains(pseudonym.as_str()));
                let amount = case.amounts.iter().find(|amount| answer.contains(amount.as_str()));
                assert!(amount.is_none(), "{}: {amount:?}", case.name);
            }
            // Nothing was delivered here, so a municipality hears one and the same.
            let gemeente = ask(Rol::Gemeente, Vorm::Tekst).unwrap_err();
            assert!(matches!(gemeente, RunFault::Inzage(InzageFault::Geen(NoAnswer::NietUitgeleverd))));
            for line in register.lines.borrow().iter() {
                assert!(!line.contains(&verwijzing.to_text()) && !line.contains(pseudonym.as_str()), "{line}");
                let says: Value = serde_json::from_str(line).unwrap();
                let keys: Vec<&String> = says.as_object().unwrap().keys().collect();
                assert_eq!(keys, KEYS, "{line}");
            }
        }
        let expected: BTreeSet<String> = case.expected.keys().cloned().collect();
        assert_eq!(answered, expected, "{}", case.name);
        let register = Register::read(&register.lines.borrow()).unwrap();
        assert!(register.vrijgaven.is_empty() && register.inzagen.len() >= case.expected.len() * 4);
    }
    assert_eq!(reasons.len(), crate::terms::Reden::ALL.len(), "{reasons:?}");
}

/// The sources that an answer rests on, with their coverage.
fn sources(case: &str, person: &str) -> (BTreeSet<(String, String)>, String) {
    let case = Case::read(&fixtures().join("regels").join(case));
    let (verwijzing, _) = case.handles.iter().find(|(_, pseudonym)| pseudonym.starts_with(person)).unwrap();
    let ask = |vorm| case.ask(ALL, (case.today, Rol::Coordinator, *verwijzing, vorm), &Lines::default()).unwrap();
    let told: Value = serde_json::from_str(&ask(Vorm::Json)).unwrap();
    let all = told["antwoord"]["bronnen"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (all.map(|source| (word(&source["bron"]), word(&source["dekking"]))).collect(), ask(Vorm::Tekst))
}

#[test]
fn an_answer_names_the_sources_that_decided_and_no_other() {
    let set = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let same = |case: &str, person: &str, expected: &[(&str, &str)]| {
        let (found, text) = sources(case, person);
        let expected: BTreeSet<_> = set(expected);
        assert_eq!(found, expected, "{case}");
        text
    };
    same("tegenstrijdig-actief", "e6e13b81", &[("brp", "gedekt"), ("onderwijs", "gedekt")]);
    same("tegenstrijdig-actief", "21d467ff", &[("brp", "gedekt"), ("inkomen", "gedekt")]);
    same("tegenstrijdig-actief", "d9a783ca", &[("brp", "gedekt"), ("uitkering", "gedekt")]);
    same("tegenstrijdig-actief", "e93269c0", &[("brp", "gedekt")]);
    let person = |case: &str, reden: &str| {
        let case = Case::read(&fixtures().join("regels").join(case));
        case.expected.into_iter().find(|(_, told)| told[2] == reden).unwrap().0
    };
    let text = same(
        "geen-bsn",
        &person("geen-bsn", "geen_bsn"),
        &[("inkomen", "ontbreekt"), ("uitkering", "ontbreekt"), ("brp", "ontbreekt")],
    );
    assert_eq!(text.matches("niet op te zoeken met een onderwijsnummer, dus zwijgen zegt niets").count(), 2);
    let text = same("bron-niet-genoemd", &person("bron-niet-genoemd", "bron_ontbreekt"), &[("uitkering", "ontbreekt")]);
    assert!(text.contains("uitkering: staat niet in de doelbinding"), "{text}");
}

#[test]
fn no_register_no_answer() {
    let case = Case::read(&fixtures().join("regels/niets-gevonden"));
    let full = Lines { full: true, ..Lines::default() };
    for rol in [Rol::Coordinator, Rol::Jongere, Rol::Gemeente] {
        let found = case.ask(ALL, (case.today, rol, case.handles[0].0, Vorm::Tekst), &full);
        // Nor is it told whether there would have been one.
        assert!(matches!(found, Err(RunFault::Inzage(InzageFault::Register(_)))), "{rol}");
    }
}

#[test]
fn the_number_of_the_day_counts_refused_questions_per_right_and_ends_with_the_day() {
    let case = Case::read(&fixtures().join("regels/niets-gevonden"));
    let two = "[inzage]\nrollen = [\"gemeente\", \"coordinator\"]\nper_dag = 2\n";
    let register = Lines::default();
    let (somebody, nobody) = (case.handles[0].0, handle("", "niemand"));
    let ask = |day: Datum, rol, who| case.ask(two, (day, rol, who, Vorm::Tekst), &register);
    let full =
        |found: Result<String, RunFault>| matches!(found, Err(RunFault::Denied(Denial::DayIsFull { per_dag: 2 })));
    let (day, next) = (case.today, case.today.plus_days(1));
    assert!(matches!(ask(day, Rol::Coordinator, nobody), Err(RunFault::Inzage(InzageFault::Geen(_)))));
    assert!(ask(day, Rol::Jongere, somebody).is_ok());
    assert!(full(ask(day, Rol::Coordinator, somebody)) && full(ask(day, Rol::Jongere, somebody)));
    // The municipalities have a number of their own.
    for _ in 0..2 {
        assert!(matches!(ask(day, Rol::Gemeente, somebody), Err(RunFault::Inzage(InzageFault::Geen(_)))));
    }
    assert!(full(ask(day, Rol::Gemeente, somebody)));
    assert!(ask(next, Rol::Coordinator, somebody).is_ok());
    // What was denied for the day's number left no line: nothing was looked up.
    let found = Register::read(&register.lines.borrow()).unwrap();
    let roles: Vec<&str> = found.inzagen.iter().map(|past| past.entry.rol.as_str()).collect();
    assert_eq!(roles, ["coordinator", "jongere", "gemeente", "gemeente", "coordinator"]);
    // A new version of the text has the same day.
    let mut newer = Case::read(&fixtures().join("regels/niets-gevonden"));
    newer.text = newer.text.replace("versie = 1", "versie = 2");
    assert!(full(newer.ask(two, (day, Rol::Coordinator, somebody, Vorm::Tekst), &register)));
    newer.text = newer.text.replace("id = \"regel-", "id = \"ander-");
    assert!(newer.ask(two, (day, Rol::Coordinator, somebody, Vorm::Tekst), &register).is_ok());
}

#[test]
fn a_handle_of_two_persons_tells_nothing() {
    let mut case = Case::read(&fixtures().join("regels/niets-gevonden"));
    let [(one, _), (other, _), ..] = case.handles.as_slice() else { panic!("two persons") };
    let (one, other) = (*one, *other);
    for (name, bytes) in &mut case.folder.0 {
        let text = String::from_utf8(bytes.clone()).unwrap();
        if name == "doelgroep.csv" {
            *bytes = text.replace(&other.to_text(), &one.to_text()).into_bytes();
        }
    }
    let data = case.folder.0.iter().find(|(name, _)| name == "doelgroep.csv").unwrap().1.clone();
    let (_, manifest) = case.folder.0.iter_mut().find(|(name, _)| name == "doelgroep.csv.manifest.json").unwrap();
    let text = String::from_utf8(manifest.clone()).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["sha256"] = hex(&data).into();
    *manifest = value.to_string().into_bytes();
    let found = case.ask(ALL, (case.today, Rol::Coordinator, one, Vorm::Tekst), &Lines::default());
    assert!(matches!(found, Err(RunFault::Inzage(InzageFault::Geen(NoAnswer::Onbekend)))));
}
