//! A small region of which every person is written out: two municipalities with keys of their own, their
//! leveringen of a month, a text with a list, and what comes of it through the program.

use crate::maken::Gemeente;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A text with one list and nothing optional beside it.
pub const TEXT: &str = r#"
schema = "inbeeld/doelbinding/v1"
id = "lijst"
versie = 1
titel = "Proef"
doel = "Weten wie niemand ziet."
grondslag = ["AVG 6(1)(e)", "WEB 9.2.5"]
noodzaak = "Het kan niet lichter."
bsn_grondslag = "UAVG 46 jo. Wabb 10"
verantwoordelijke = { naam = "Gemeente Zwolle", oin = "00000001999990000193" }
geldig = { van = 2026-01-01, tot_en_met = 2026-12-31 }
bewaartermijn_dagen = 62

[bronnen]
onderwijs = { velden = ["inschrijving_van", "inschrijving_tot", "startkwalificatie"], waarom = "x" }
inkomen = { velden = ["maand", "bedrag_cent", "soort"], waarom = "x" }
uitkering = { velden = ["van", "tot"], waarom = "x" }
brp = { velden = ["status", "sinds", "gemeente"], waarom = "x" }
betrokkenheid = { velden = ["sinds"], waarom = "x" }

[doelgroep]
regio = "10"
gemeenten = ["0148", "0193"]
leeftijd = { van = 16, tot = 27 }
cohort = "alle"
inkomen_boven_cent = 30000

[[lijst]]
naam = "te-benaderen"
klassen = ["geen_dagbesteding", "onbekend"]
velden = ["klasse", "leeftijdsgroep", "cohort", "uitschrijfmaand", "contact", "betrokkenheid"]
ontvangers = ["0148", "0193"]
max_aandeel = 1.0
contact_uitgezonderd = ["begeleiding"]
betrokkenheid = "geen"
"#;

const DOELGROEP: &str = "pseudoniem;gemeente;geboortemaand;geslacht;uitschrijfdatum;niveau;uitstroomprofiel;contact;niet_benaderen;verwijzing";

/// What the two municipalities say of whom: person; gemeente; uitschrijfdatum; contact; niet_benaderen; dossier.
const ZWOLLE: &[[&str; 6]] = &[
    ["1", "0193", "2025-03-31", "", "", "Z-1"],
    ["2", "0193", "2025-03-31", "", "j", "Z-2"],
    ["3", "0193", "2025-03-31", "", "", "Z-3"],
    ["4", "0193", "2025-03-31", "", "", "Z-4"],
    ["5", "0193", "2025-03-31", "", "", "Z-5"],
    ["6", "0193", "2025-03-31", "begeleiding", "", "Z-6"],
    ["7", "0193", "2025-03-31", "", "", "Z-7"],
    ["8", "0193", "2025-03-31", "", "", "Z-8"],
    ["9", "0193", "2025-03-31", "", "", ""],
    ["11", "0193", "", "in_beeld", "", "Z-11"],
];
const DALFSEN: &[[&str; 6]] = &[
    // Person 3 counts in Zwolle's newer levering, and yet wants to be left alone.
    ["3", "0148", "2025-03-31", "", "j", "D-3"],
    // Person 4 moved here: the handle is Dalfsen's own, what is told of it Zwolle's.
    ["4", "0148", "2024-01-01", "bereikt", "", "D-4"],
    ["10", "0148", "2026-08-31", "", "", "D-10"],
];
/// Where brp has whom; person 11 is not in it.
const BRP: &[(&str, &str)] = &[
    ("1", "0193"),
    ("2", "0193"),
    ("3", "0193"),
    ("4", "0148"),
    ("5", "0148"),
    ("6", "0193"),
    ("7", "0193"),
    ("8", "0193"),
    ("9", "0193"),
    ("10", "0148"),
];

/// A region in a folder of its own.
pub struct Region {
    temp: TempDir,
    zwolle: Gemeente,
    dalfsen: Gemeente,
    /// In each municipality so many more without daytime occupation, unknown to brp, and at school.
    crowd: usize,
    /// Rows that sources say beside what is written out here.
    pub more: Vec<(&'static str, String)>,
    /// Sources that do not say everything that they know.
    pub partial: BTreeSet<&'static str>,
}

/// What stands for a person.
pub fn pseudonym(person: &str) -> String {
    Sha256::digest(person).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Region {
    pub fn new(crowd: usize) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let keys = temp.path().join("ontvangers");
        let zwolle = Gemeente::new(&keys, "0193", "0193");
        let dalfsen = Gemeente::new(&keys, "0148", "0148");
        let region = Self { temp, zwolle, dalfsen, crowd, more: Vec::new(), partial: BTreeSet::new() };
        fs::create_dir(region.path("vertrouwd")).unwrap();
        for name in ["een", "twee"] {
            let key = region.path(&format!("{name}.key"));
            assert_eq!(region.run(&["sleutel", "nieuw", "--soort", "ondertekening", "--uit", text(&key)]).0, 0);
        }
        fs::copy(region.path("een.pub"), region.path("vertrouwd/een.pub")).unwrap();
        let key = region.path("intrekking.sleutel");
        assert_eq!(region.run(&["sleutel", "nieuw", "--soort", "intrekking", "--uit", text(&key)]).0, 0);
        region
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    pub fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_inbeeld"))
            .env("INBEELD_VANDAAG", "2026-12-01")
            .current_dir(self.temp.path())
            .args(args)
            .output()
            .unwrap();
        let words = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), words(output.stdout), words(output.stderr))
    }

    fn levering(&self, month: &str, key: &str, bron: &str, oin: &str, made: &str, rows: &[String]) {
        let folder = self.path(month);
        fs::create_dir_all(&folder).unwrap();
        let header = match bron {
            "doelgroep" => DOELGROEP,
            "onderwijs" => "pseudoniem;brin;soort;niveau;inschrijving_van;inschrijving_tot;startkwalificatie",
            "inkomen" => "pseudoniem;maand;bedrag_cent;soort",
            "uitkering" => "pseudoniem;soort;van;tot",
            "brp" => "pseudoniem;status;sinds;gemeente",
            _ => "pseudoniem;sinds",
        };
        let data = format!("{header}\n{}", rows.iter().map(|row| format!("{row}\n")).collect::<String>());
        let name = format!("{bron}-{oin}.csv");
        let dekking = if self.partial.contains(bron) { "gedeeltelijk" } else { "volledig" };
        let sha256: String = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
        let manifest = json!({
            "schema": "inbeeld/levering/v1", "bron": bron, "leverancier": { "oin": oin, "naam": "x" }, "regio": "10",
            "periode": month, "dekking": dekking, "sleutel_id": key, "identificatie": "bsn",
            "records": rows.len(), "afgekeurd_bij_bron": 0, "sha256": sha256, "aangemaakt": made,
        });
        fs::write(folder.join(&name), data).unwrap();
        fs::write(folder.join(format!("{name}.manifest.json")), manifest.to_string()).unwrap();
    }

    /// Every source for a month, in which these go to school; handles are sealed anew each time.
    pub fn month(&self, month: &str, key: &str, school: &[&str]) {
        let people = |by: &Gemeente, people: &[[&str; 6]]| -> Vec<String> {
            let row = |[person, gemeente, left, contact, alone, dossier]: &[&str; 6], born: &str| {
                let handle = if dossier.is_empty() { String::new() } else { by.row(dossier, "") };
                let person = pseudonym(person);
                format!("{person};{gemeente};{born};;{left};;;{contact};{alone};{}", handle.trim())
            };
            let mut rows: Vec<String> = people.iter().map(|person| row(person, "2005-05")).collect();
            let gemeente = people[0][1];
            for (at, name) in self.crowd(gemeente).iter().enumerate() {
                let born = ["2005-05", "2003-05"][at % 2];
                rows.push(row(&[name, gemeente, "2025-03-31", "", "", name], born));
            }
            rows
        };
        let (newer, older) = (format!("{month}-05T08:00:00Z"), format!("{month}-04T08:00:00Z"));
        let (zwolle, dalfsen) = ("00000001999990000193", "00000001999990000148");
        self.levering(month, key, "doelgroep", zwolle, &newer, &people(&self.zwolle, ZWOLLE));
        self.levering(month, key, "doelgroep", dalfsen, &older, &people(&self.dalfsen, DALFSEN));
        let crowd: Vec<(String, &str)> = ["0193", "0148"]
            .iter()
            .flat_map(|place| self.crowd(place).into_iter().map(move |name| (name, *place)))
            .collect();
        let known = crowd.iter().filter(|(name, _)| !name.starts_with("onbekend"));
        let brp: Vec<String> = BRP
            .iter()
            .copied()
            .chain(known.map(|(name, place)| (name.as_str(), *place)))
            .map(|(person, place)| format!("{};ingezetene;2020-01-01;{place}", pseudonym(person)))
            .collect();
        let pupils = crowd.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with("school"));
        let school: Vec<String> = school
            .iter()
            .copied()
            .chain(pupils)
            .map(|person| format!("{};;mbo-bol;;2025-08-01;;", pseudonym(person)))
            .collect();
        let involved = vec![format!("{};2026-01-01", pseudonym("7"))];
        let sources = [
            ("brp", brp),
            ("onderwijs", school),
            ("inkomen", Vec::new()),
            ("uitkering", Vec::new()),
            ("betrokkenheid", involved),
        ];
        for (bron, mut rows) in sources {
            rows.extend(self.more.iter().filter(|(of, _)| *of == bron).map(|(_, row)| row.clone()));
            self.levering(month, key, bron, "00000001999990004001", &newer, &rows);
        }
    }

    fn crowd(&self, gemeente: &str) -> Vec<String> {
        let kinds = ["niets", "onbekend", "school"];
        kinds.iter().flat_map(|kind| (0..self.crowd).map(move |at| format!("{kind}-{gemeente}-{at}"))).collect()
    }

    /// A handle that Zwolle makes for a dossier.
    pub fn handle(&self, dossier: &str) -> String {
        self.zwolle.row(dossier, "").trim().to_owned()
    }

    pub fn sign(&self, text: &str, keys: &[&str]) {
        for ending in ["", ".minisig", ".2.minisig"] {
            let _ = fs::remove_file(self.path(&format!("lijst.toml{ending}")));
        }
        fs::write(self.path("lijst.toml"), text).unwrap();
        for key in keys {
            let key = format!("{key}.key");
            assert_eq!(self.run(&["doelbinding", "onderteken", "lijst.toml", "--sleutel", &key]).0, 0);
        }
    }

    pub fn koppel(&self, month: &str, more: &[&str]) -> (i32, String, String) {
        let _ = fs::remove_dir_all(self.path("uit"));
        let day = format!("{month}-01");
        let args = [
            "koppel",
            "--peildatum",
            &day,
            "--doelbinding",
            "lijst.toml",
            "--vertrouwd",
            "vertrouwd",
            "--leveringen",
            month,
            "--uit",
            "uit",
        ];
        self.run(&[&args[..], more].concat())
    }

    /// What a municipality reads in a list: its dossier and the cells behind the handle, in that file's order.
    pub fn open(&self, list: &str, gemeente: &str) -> Vec<String> {
        let _ = fs::remove_file(self.path("open.csv"));
        let list = format!("uit/lijsten/{list}.csv.age");
        let (identity, key) = (format!("ontvangers/{gemeente}.identiteit"), format!("ontvangers/{gemeente}.sleutel"));
        let args = ["herken", "--lijst", &list, "--identiteit", &identity, "--verwijzingsleutel", &key];
        let said = self.run(&[&args[..], &["--gemeente", gemeente, "--uit", "open.csv"]].concat());
        assert_eq!(said.0, 0, "{}", said.2);
        let text = fs::read_to_string(self.path("open.csv")).unwrap();
        let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let [handle, dossier] = ["verwijzing", "dossier"].map(|name| header.iter().position(|at| at == name).unwrap());
        let rest = |line: &Vec<String>| {
            let cells = line.iter().enumerate().filter(|(at, _)| *at != handle && *at != dossier);
            std::iter::once(line[dossier].clone())
                .chain(cells.map(|(_, cell)| cell.clone()))
                .collect::<Vec<_>>()
                .join(";")
        };
        lines.map(|line| rest(&line)).collect()
    }

    pub fn sorted(&self, list: &str, gemeente: &str) -> Vec<String> {
        let mut rows = self.open(list, gemeente);
        rows.sort();
        rows
    }

    pub fn account(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("uit/verantwoording.json")).unwrap()).unwrap()
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The id of a koppelsleutel.
pub const KEY: &str = "0123456789abcdef";
