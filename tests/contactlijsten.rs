//! Contact lists through the program: a small region of which every person is written out, linked, and
//! its lists opened by the municipalities; what is withdrawn; and the trial of a text.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test stops at the first surprise"
)]

#[path = "lijsten/maken.rs"]
#[allow(dead_code, reason = "here the program itself seals the lists")]
mod maken;

use maken::Gemeente;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const TEXT: &str = r#"
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
struct Region {
    temp: TempDir,
    zwolle: Gemeente,
    dalfsen: Gemeente,
    /// In each municipality so many more without daytime occupation, unknown to brp, and at school.
    crowd: usize,
}

fn pseudonym(person: &str) -> String {
    Sha256::digest(person).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Region {
    fn new(crowd: usize) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let keys = temp.path().join("ontvangers");
        let zwolle = Gemeente::new(&keys, "0193", "0193");
        let dalfsen = Gemeente::new(&keys, "0148", "0148");
        let region = Self { temp, zwolle, dalfsen, crowd };
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

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
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
        let sha256: String = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
        let manifest = json!({
            "schema": "inbeeld/levering/v1", "bron": bron, "leverancier": { "oin": oin, "naam": "x" }, "regio": "10",
            "periode": month, "dekking": "volledig", "sleutel_id": key, "identificatie": "bsn",
            "records": rows.len(), "afgekeurd_bij_bron": 0, "sha256": sha256, "aangemaakt": made,
        });
        fs::write(folder.join(&name), data).unwrap();
        fs::write(folder.join(format!("{name}.manifest.json")), manifest.to_string()).unwrap();
    }

    /// Every source for a month, in which these go to school; handles are sealed anew each time.
    fn month(&self, month: &str, key: &str, school: &[&str]) {
        let people = |by: &Gemeente, people: &[[&str; 6]]| -> Vec<String> {
            let row = |[person, gemeente, left, contact, alone, dossier]: &[&str; 6]| {
                let handle = if dossier.is_empty() { String::new() } else { by.row(dossier, "") };
                let person = pseudonym(person);
                format!("{person};{gemeente};2005-05;;{left};;;{contact};{alone};{}", handle.trim())
            };
            let mut rows: Vec<String> = people.iter().map(row).collect();
            let gemeente = people[0][1];
            for name in self.crowd(gemeente) {
                rows.push(row(&[&name, gemeente, "2025-03-31", "", "", &name]));
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
        let rest = "00000001999990004001";
        self.levering(month, key, "brp", rest, &newer, &brp);
        self.levering(month, key, "onderwijs", rest, &newer, &school);
        self.levering(month, key, "inkomen", rest, &newer, &[]);
        self.levering(month, key, "uitkering", rest, &newer, &[]);
        self.levering(month, key, "betrokkenheid", rest, &newer, &[format!("{};2026-01-01", pseudonym("7"))]);
    }

    fn crowd(&self, gemeente: &str) -> Vec<String> {
        let kinds = ["niets", "onbekend", "school"];
        kinds.iter().flat_map(|kind| (0..self.crowd).map(move |at| format!("{kind}-{gemeente}-{at}"))).collect()
    }

    fn sign(&self, text: &str, keys: &[&str]) {
        for ending in ["", ".minisig", ".2.minisig"] {
            let _ = fs::remove_file(self.path(&format!("lijst.toml{ending}")));
        }
        fs::write(self.path("lijst.toml"), text).unwrap();
        for key in keys {
            let key = format!("{key}.key");
            assert_eq!(self.run(&["doelbinding", "onderteken", "lijst.toml", "--sleutel", &key]).0, 0);
        }
    }

    fn koppel(&self, month: &str, more: &[&str]) -> (i32, String, String) {
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
    fn open(&self, list: &str, gemeente: &str) -> Vec<String> {
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

    fn sorted(&self, list: &str, gemeente: &str) -> Vec<String> {
        let mut rows = self.open(list, gemeente);
        rows.sort();
        rows
    }

    fn account(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("uit/verantwoording.json")).unwrap()).unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const KEY: &str = "0123456789abcdef";

#[test]
fn each_municipality_gets_its_own_persons_with_its_own_handle() {
    let region = Region::new(0);
    region.month("2026-10", KEY, &["8"]);
    region.sign(TEXT, &["een"]);
    let (code, said, complaint) = region.koppel("2026-10", &[]);
    assert_eq!(code, 0, "{said}{complaint}");
    assert_eq!(
        region.sorted("te-benaderen-0193", "0193"),
        ["Z-11;onbekend;18-22;onbekend;;in_beeld;geen", "Z-1;geen_dagbesteding;18-22;oud;2025-03;onbekend;geen"]
            .into_iter()
            .map(str::to_owned)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        region.sorted("te-benaderen-0148", "0148"),
        [
            "D-10;geen_dagbesteding;18-22;nieuw;2026-08;onbekend;geen",
            // The levering that counts says when it left and what contact there is; the handle is another's.
            "D-4;geen_dagbesteding;18-22;oud;2025-03;onbekend;geen",
        ]
    );
    // One person of each municipality has no handle there: too few to say.
    assert_eq!(region.account()["zonder_verwijzing"], Value::Null);
    // The register knows that lists left, for whom and telling what, and no number of persons.
    let register = fs::read_to_string(region.path("register.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(register.lines().next().unwrap()).unwrap();
    let told: Vec<_> = entry["lijsten"].as_array().unwrap().iter().map(|list| list["gemeente"].clone()).collect();
    assert_eq!(told, ["0148", "0193"]);
    assert!(!register.contains("regels\":2") && !register.contains(&pseudonym("1")));
    // Nobody else's keys open it.
    fs::copy(region.path("uit/lijsten/te-benaderen-0193.csv.age"), region.path("vreemd.age")).unwrap();
    let args = ["herken", "--lijst", "vreemd.age", "--identiteit", "ontvangers/0148.identiteit"];
    let more = ["--verwijzingsleutel", "ontvangers/0193.sleutel", "--gemeente", "0193", "--uit", "niets.csv"];
    assert_ne!(region.run(&[args.as_slice(), &more].concat()).0, 0);
    assert!(!region.path("niets.csv").exists());
}

#[test]
fn a_list_that_may_not_leave_is_named_and_the_others_go_out() {
    let region = Region::new(0);
    region.month("2026-10", KEY, &["8"]);
    // Of the eight persons counted in Zwolle two stand on its list, of Dalfsen's three also two.
    for (share, code, refused) in [("0.7", 0, vec![]), ("0.25", 4, vec!["0148"]), ("0.24", 4, vec!["0148", "0193"])] {
        region.sign(&TEXT.replace("max_aandeel = 1.0", &format!("max_aandeel = {share}")), &["een"]);
        let register = format!("r{share}.jsonl");
        let (found, _, said) = region.koppel("2026-10", &["--register", &register]);
        assert_eq!(found, code, "{share}: {said}");
        for gemeente in ["0148", "0193"] {
            let out = region.path(&format!("uit/lijsten/te-benaderen-{gemeente}.csv.age")).exists();
            assert_eq!(out, !refused.contains(&gemeente), "{share} {gemeente}");
            let named = said.contains(&format!("lijst `te-benaderen` voor gemeente {gemeente}"));
            assert_eq!(named, refused.contains(&gemeente), "{said}");
        }
    }
    region.sign(TEXT, &["een"]);
    fs::remove_file(region.path("ontvangers/0148.txt")).unwrap();
    fs::write(region.path("ontvangers/0193.txt"), "geen sleutel").unwrap();
    let (code, _, said) = region.koppel("2026-10", &["--register", "zonder.jsonl"]);
    assert_eq!(code, 4);
    assert!(said.contains("ontvangers/0148.txt") && said.contains("ontvangers/0193.txt"), "{said}");
    assert!(!said.contains("geen sleutel"), "{said}");
    assert!(!region.path("uit/lijsten").exists() && region.path("uit/vrijgave.json").exists());
}

#[test]
fn who_is_no_longer_on_a_list_is_told_by_handle_and_in_one_word() {
    let region = Region::new(0);
    let with = ["--intrekking", "intrekking.sleutel"];
    region.sign(TEXT, &["een"]);
    region.month("2026-10", KEY, &["8"]);
    assert_eq!(region.koppel("2026-10", &with).0, 0);
    assert!(region.open("te-benaderen-0193-vervallen", "0193").is_empty());
    assert_eq!(region.account()["intrekking"], "eerste");
    // What is remembered tells nothing without its key, and only its owner may read it.
    let memory = fs::read(region.path("intrekking/lijst.verzegeld")).unwrap();
    assert!(!memory.windows(8).any(|part| part == b"te-benad" || part == b"sleutel_"));
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(region.path("intrekking/lijst.verzegeld")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    // Person 1 goes to school; the handles of all others are new ones, and are no reason to call anybody gone.
    region.month("2026-11", KEY, &["8", "1"]);
    for _ in 0..2 {
        assert_eq!(region.koppel("2026-11", &with).0, 0);
        assert_eq!(region.open("te-benaderen-0193-vervallen", "0193"), ["Z-1;vervallen"]);
        assert!(region.open("te-benaderen-0148-vervallen", "0148").is_empty());
    }
    // Another koppelsleutel: nobody can tell, and that is what it says.
    region.month("2026-12", "fedcba9876543210", &["8", "1"]);
    let (code, _, said) = region.koppel("2026-12", &with);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("andere koppelsleutel"), "{said}");
    assert_eq!(region.sorted("te-benaderen-0193-vervallen", "0193"), ["Z-11;niet_te_vergelijken"]);
    // With another key of soort intrekking what is remembered does not open; nothing is released.
    let other = region.path("ander.sleutel");
    assert_eq!(region.run(&["sleutel", "nieuw", "--soort", "intrekking", "--uit", text(&other)]).0, 0);
    let (code, _, said) = region.koppel("2026-12", &["--intrekking", "ander.sleutel"]);
    assert!(code == 5 && said.contains("intrekking-vreemd"), "{said}");
}

#[test]
fn a_trial_shows_protected_numbers_and_stands_in_the_register() {
    let region = Region::new(10);
    region.month("2026-10", KEY, &["8"]);
    let proef = |more: &[&str]| {
        let args =
            ["doelbinding", "proef", "lijst.toml", "--peildatum", "2026-10-01", "--leveringen", "2026-10", "--json"];
        region.run(&[&args[..], more].concat())
    };
    // Nobody has signed it: no number of a real person.
    region.sign(TEXT, &[]);
    let (code, shown, said) = proef(&[]);
    assert_eq!((code, shown.as_str()), (4, ""), "{said}");
    assert!(!region.path("register.jsonl").exists());
    // One of two signatures is enough to try, not to release.
    region.sign(&TEXT.replace("versie = 1", "versie = 1\nhandtekeningen = 2"), &["een"]);
    assert_eq!(region.koppel("2026-10", &["--register", "twee.jsonl"]).0, 4);
    let (code, shown, said) = proef(&[]);
    assert_eq!(code, 0, "{said}");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    // Twenty-two rows each, in klassen of which the table that goes with it says how many there are.
    let lengths: Vec<_> =
        shown["proef"]["lijsten"].as_array().unwrap().iter().map(|list| list["regels"].clone()).collect();
    assert_eq!(lengths, [json!(20), json!(20)]);
    assert_eq!(shown["proef"]["tabellen"][0]["naam"], "lijsten (proef)");
    assert!(!region.path("uit").exists());
    let register = fs::read_to_string(region.path("register.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(register.lines().next().unwrap()).unwrap();
    assert_eq!((register.lines().count(), entry["soort"].as_str()), (1, Some("proef")));
    assert_eq!(entry["lijsten"], json!([]));
    // It counts like a release: another peildatum of the month is refused beside it.
    region.sign(TEXT, &["een"]);
    let counts: BTreeMap<&str, i32> = [("2026-10-02", 4), ("2026-10-01", 0)]
        .map(|(day, _)| {
            let args = ["koppel", "--peildatum", day, "--doelbinding", "lijst.toml", "--vertrouwd", "vertrouwd"];
            (day, region.run(&[&args[..], &["--leveringen", "2026-10", "--uit", "uit"]].concat()).0)
        })
        .into();
    assert_eq!(counts, [("2026-10-02", 4), ("2026-10-01", 0)].into());
}
