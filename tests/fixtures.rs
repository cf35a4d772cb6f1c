//! The fixtures as a user runs them: sign, check, link, and look at what leaves.
//!
//! Only what may leave is seen here. Who has which klasse is compared inside the crate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a fixture that is not as it should be must stop the test at once"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const KLASSEN: [&str; 7] =
    ["school", "werk", "uitkering", "geen_dagbesteding", "onbekend", "startkwalificatie", "buiten_doelgroep"];
/// Which reasons there are, with the klasse that each goes with.
const REDENEN: [(&str, &str); 15] = [
    ("buiten_doelgroep", "leeftijd"),
    ("buiten_doelgroep", "uitstroomprofiel"),
    ("buiten_doelgroep", "overleden"),
    ("buiten_doelgroep", "geemigreerd"),
    ("buiten_doelgroep", "verhuisd"),
    ("onbekend", "tegenstrijdig"),
    ("onbekend", "geen_bsn"),
    ("onbekend", "bron_ontbreekt"),
    ("onbekend", "bron_gedeeltelijk"),
    ("onbekend", "niet_in_brp"),
    ("startkwalificatie", "diploma"),
    ("school", "ingeschreven"),
    ("werk", "inkomen"),
    ("uitkering", "uitkering"),
    ("geen_dagbesteding", "niets_gevonden"),
];

/// A published column in whole percents: positieve uitstroom, geen dagbesteding, uitkering, onbekend, buiten de
/// doelgroep; and school, startkwalificatie, werk within the positive.
type Column = (u16, [u64; 5], [u64; 3]);
/// RBL Midden-Gelre: where oud-vsv'ers ended up.
const ARNHEM: [Column; 5] = [
    (2015, [37, 16, 1, 36, 11], [60, 2, 38]),
    (2016, [45, 20, 2, 27, 7], [45, 0, 55]),
    (2017, [40, 11, 1, 41, 8], [49, 13, 38]),
    (2018, [37, 13, 1, 43, 7], [37, 5, 58]),
    (2019, [41, 8, 6, 30, 14], [28, 2, 70]),
];
/// Dalfsen: persons in monitoring and those with work; of the vsv reports working, in education, on benefit, the rest.
const DALFSEN: [(u16, [u64; 2], [u64; 4]); 2] = [(2021, [97, 26], [35, 21, 2, 17]), (2022, [114, 38], [37, 13, 1, 46])];

type Counts = BTreeMap<String, u64>;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// The program, on a day of choice.
fn inbeeld(today: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inbeeld")).env("INBEELD_VANDAAG", today).args(args).output().unwrap()
}

fn succeeds(today: &str, args: &[&str]) -> String {
    let output = inbeeld(today, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A folder of the fixtures, copied to where a run may write.
struct Fixture {
    name: String,
    temp: TempDir,
    peildatum: String,
    today: String,
}

impl Fixture {
    fn copy(name: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let from = Path::new(FIXTURES).join(name);
        copy_files(&from, temp.path());
        copy_files(&from.join("leveringen"), &temp.path().join("leveringen"));
        let geval: toml::Table = toml::from_str(&read(&from.join("geval.toml"))).unwrap();
        let text = |key: &str| geval[key].as_str().unwrap_or_else(|| panic!("{name}: {key}")).to_owned();
        Self { name: name.to_owned(), temp, peildatum: text("peildatum"), today: text("vandaag") }
    }

    fn path(&self, name: &str) -> String {
        self.temp.path().join(name).to_str().unwrap().to_owned()
    }

    fn doelbindingen(&self) -> Vec<String> {
        names(self.temp.path()).into_iter().filter(|name| name.ends_with(".toml") && name != "geval.toml").collect()
    }

    /// The counts of `verwacht.csv`: as they stand there, or of the persons that stand there.
    fn expected(&self) -> Counts {
        let text = read(&self.temp.path().join("verwacht.csv"));
        let mut counts: Counts = KLASSEN.iter().map(|klasse| ((*klasse).to_owned(), 0)).collect();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(';').collect();
            let (klasse, count) = match cells[..] {
                [klasse, count] => (klasse, count.parse().unwrap()),
                [_, _, klasse, _] => (klasse, 1),
                _ => panic!("{}: {line}", self.name),
            };
            *counts.get_mut(klasse).unwrap_or_else(|| panic!("{}: {klasse}", self.name)) += count;
        }
        counts
    }

    /// Links under one of its texts; gives the one table of the release.
    fn koppel(&self, doelbinding: &str) -> Table {
        let (text, out) = (self.path(doelbinding), self.path(&format!("uit-{doelbinding}")));
        // A register per text: the releases of two texts are not meant to lie beside each other.
        let register = self.path(&format!("register-{doelbinding}.jsonl"));
        succeeds(
            &self.today,
            &[
                "koppel",
                "--peildatum",
                &self.peildatum,
                "--doelbinding",
                &text,
                "--vertrouwd",
                &format!("{FIXTURES}/sleutels/alleen-voor-tests.pub"),
                "--leveringen",
                &self.path("leveringen"),
                "--uit",
                &out,
                "--register",
                &register,
            ],
        );
        let policy: toml::Table = toml::from_str(&read(Path::new(&text))).unwrap();
        let table = Table::read(Path::new(&out));
        let asked = &policy["tabel"][0];
        assert_eq!(Some(table.drempel), asked["drempel"].as_integer().map(i64::unsigned_abs), "{}", self.name);
        let dimensies: Vec<_> =
            asked["dimensies"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        assert_eq!(table.dimensies, dimensies, "{}", self.name);
        table
    }

    /// Links; holds what is published against the expected counts, and tries what can be computed of the
    /// rest.
    fn released_as_expected(&self, doelbinding: &str) -> Table {
        let table = self.koppel(doelbinding);
        let counts = self.expected();
        let total = counts.values().sum();
        let mut known: BTreeMap<&str, u64> = BTreeMap::new();
        for (labels, shown) in table.labels.iter().zip(table.cells.values()) {
            // Of two dimensions the other is one municipality: both lines of a klasse count the same persons.
            let klasse = &labels[0];
            let truth = counts.get(klasse).copied().unwrap_or(total);
            assert!(shown.is_none_or(|shown| shown == truth), "{} {doelbinding}: {labels:?}", self.name);
            known.extend(shown.map(|shown| (klasse.as_str(), shown)));
        }
        let withheld: Vec<u64> =
            counts.iter().filter(|(klasse, _)| !known.contains_key(klasse.as_str())).map(|(_, count)| *count).collect();
        let small = |count: &u64| 0 < *count && *count < table.drempel;
        assert!(!known.values().any(small), "{} {doelbinding}", self.name);
        // With the total known, what is withheld adds up to the rest; each part can then be anything up to
        // that, unless it is the only one.
        if known.contains_key("totaal") && withheld.iter().any(small) {
            assert!(withheld.len() > 1 && withheld.iter().sum::<u64>() >= table.drempel, "{} {doelbinding}", self.name);
        }
        table
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The files directly in a folder.
fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in names(from).iter().filter(|name| from.join(name).is_file()) {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// A secret file of the fixtures as the program wants it: a checkout cannot keep a mode of 0600.
fn secret(name: &str, folder: &Path) -> String {
    let path = folder.join(name);
    fs::copy(Path::new(FIXTURES).join("sleutels").join(name), &path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The one table of a release. Its cells by their place, so that their order counts too.
struct Table {
    dimensies: Vec<String>,
    drempel: u64,
    labels: Vec<Vec<String>>,
    cells: BTreeMap<usize, Option<u64>>,
}

impl Table {
    /// Reads `vrijgave.json`, and holds the CSV of the table against it.
    fn read(folder: &Path) -> Self {
        let vrijgave: Value = serde_json::from_str(&read(&folder.join("vrijgave.json"))).unwrap();
        let [json] = &vrijgave["tabellen"].as_array().unwrap()[..] else { panic!("one table: {vrijgave}") };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let dimensies: Vec<_> = json["dimensies"].as_array().unwrap().iter().map(text).collect();
        let cells = json["cellen"].as_array().unwrap();
        let labels: Vec<Vec<_>> =
            cells.iter().map(|cell| dimensies.iter().map(|dimensie| text(&cell[dimensie])).collect()).collect();
        let counts = cells.iter().map(|cell| match &cell["aantal"] {
            Value::Null => None,
            count => Some(count.as_u64().unwrap()),
        });
        let table = Self {
            drempel: json["drempel"].as_u64().unwrap(),
            labels,
            cells: counts.enumerate().collect(),
            dimensies: dimensies.clone(),
        };
        let mut csv = format!("{};aantal\n", dimensies.join(";"));
        for (labels, count) in table.labels.iter().zip(table.cells.values()) {
            let count = count.map_or("•".to_owned(), |count| count.to_string());
            csv.push_str(&format!("{};{count}\n", labels.join(";")));
        }
        assert_eq!(read(&folder.join(format!("{}.csv", json["naam"].as_str().unwrap()))), csv);
        table
    }

    /// Every cell of a klasse (or `totaal`): one, or one per municipality with their total.
    fn of(&self, klasse: &str) -> Vec<Option<u64>> {
        let here = self.labels.iter().zip(self.cells.values()).filter(|(labels, _)| labels[0] == klasse);
        here.map(|(_, count)| *count).collect()
    }

    /// The counts per klasse, when every cell is published.
    fn whole(&self) -> Option<Counts> {
        let count = |klasse: &&str| self.of(klasse)[0].map(|count| ((*klasse).to_owned(), count));
        self.cells.values().all(Option::is_some).then(|| KLASSEN.iter().filter_map(count).collect())
    }
}

/// Rounded to the whole percent.
fn percent(part: u64, whole: u64) -> u64 {
    (200 * part + whole) / (2 * whole)
}

fn percentages(counts: &Counts) -> ([u64; 5], [u64; 3]) {
    let positive = ["school", "startkwalificatie", "werk"].map(|klasse| counts[klasse]);
    let (persons, sum) = (counts.values().sum(), positive.iter().sum());
    let rest = ["geen_dagbesteding", "uitkering", "onbekend", "buiten_doelgroep"].map(|klasse| counts[klasse]);
    let [geen, uitkering, onbekend, buiten] = rest.map(|count| percent(count, persons));
    ([percent(sum, persons), geen, uitkering, onbekend, buiten], positive.map(|count| percent(count, sum)))
}

#[test]
fn arnhem_in_whole_persons_rounds_to_what_was_published() {
    for (year, column, positive) in ARNHEM {
        let expected = Fixture::copy(&format!("arnhem-{year}")).expected();
        assert_eq!(expected.values().sum::<u64>(), if year == 2018 { 301 } else { 300 }, "{year}");
        assert_eq!(percentages(&expected), (column, positive), "{year}");
    }
}

#[test]
fn arnhem_is_released_to_the_percentage_point_or_withheld() {
    let mut whole = Vec::new();
    for (year, column, positive) in ARNHEM {
        let fixture = Fixture::copy(&format!("arnhem-{year}"));
        for doelbinding in fixture.doelbindingen() {
            let table = fixture.released_as_expected(&doelbinding);
            if let Some(counts) = table.whole() {
                assert_eq!(percentages(&counts), (column, positive), "{year}");
                whole.push(year);
            }
        }
    }
    // Every solution for 2015 has two persons with a startkwalificatie, so no complete table of it can leave.
    assert_eq!(whole, [2016, 2017, 2018, 2019]);
}

#[test]
fn beside_the_small_klasse_of_2015_one_more_number_is_withheld() {
    let fixture = Fixture::copy("arnhem-2015");
    for text in ["doelbinding-klasse-eerst.toml", "doelbinding.toml"] {
        let table = fixture.released_as_expected(text);
        assert!(table.of("startkwalificatie").iter().all(Option::is_none), "{text}");
        let withheld: BTreeSet<&String> = table
            .labels
            .iter()
            .zip(table.cells.values())
            .filter(|(_, shown)| shown.is_none())
            .map(|(labels, _)| &labels[0])
            .collect();
        assert_eq!(withheld.len(), 2, "{text}: {withheld:?}");
    }
}

#[test]
fn dalfsen_in_monitoring_is_as_published() {
    for (year, [persons, working], _) in DALFSEN {
        let table = Fixture::copy(&format!("dalfsen-{year}/monitoring")).released_as_expected("doelbinding.toml");
        assert_eq!((table.of("totaal"), table.of("werk")), (vec![Some(persons)], vec![Some(working)]), "{year}");
    }
}

#[test]
fn dalfsen_reports_are_as_published_but_for_the_small_cell() {
    for (year, _, [working, school, benefit, rest]) in DALFSEN {
        let fixture = Fixture::copy(&format!("dalfsen-{year}/meldingen"));
        let expected = fixture.expected();
        assert_eq!(expected["uitkering"], benefit, "the fixture holds what the report printed");
        let table = fixture.released_as_expected("doelbinding.toml");
        assert_eq!(table.of("werk"), [Some(working); 2], "{year}");
        assert_eq!(table.of("school"), [Some(school); 2], "{year}");
        assert_eq!(table.of("geen_dagbesteding"), [Some(rest); 2], "{year}");
        // The total would give it back.
        assert_eq!((table.of("uitkering"), table.of("totaal")), (vec![None; 2], vec![None; 2]), "{year}");
        let folder = PathBuf::from(fixture.path("uit-doelbinding.toml"));
        let csv = read(&folder.join("klasse_gemeente.csv"));
        assert!(csv.contains("\nuitkering;0148;•\nuitkering;totaal;•\n"), "{csv}");
        let account: Value = serde_json::from_str(&read(&folder.join("verantwoording.json"))).unwrap();
        let reasons = account["redenen"].as_array().unwrap().iter().filter(|reason| reason["klasse"] == "uitkering");
        assert!(reasons.clone().count() > 0 && reasons.clone().all(|reason| reason["aantal"].is_null()), "{year}");
    }
}

fn cases() -> Vec<String> {
    let cases = names(&Path::new(FIXTURES).join("regels"));
    assert!(cases.len() >= 50, "cases went missing");
    cases
}

#[test]
fn every_case_has_the_same_layout_and_all_reasons_occur() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let folder = Path::new(FIXTURES).join("regels").join(&case);
        assert_eq!(names(&folder), ["doelbinding.toml", "geval.toml", "leveringen", "verwacht.csv"], "{case}");
        let geval: toml::Table = toml::from_str(&read(&folder.join("geval.toml"))).unwrap();
        assert!(geval["wat"].as_str().is_some_and(|text| text.ends_with('.')), "{case}");
        let rule = geval["regel"].as_integer().unwrap();
        assert!((0..=8).contains(&rule), "{case}");
        let text = read(&folder.join("verwacht.csv"));
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("pseudoniem;gemeente;klasse;reden"), "{case}");
        let mut persons = BTreeSet::new();
        for line in lines {
            let [person, gemeente, klasse, reden] = line.split(';').collect::<Vec<_>>()[..] else {
                panic!("{case}: {line}")
            };
            assert!(["0148", "0193"].contains(&gemeente) && persons.insert(person), "{case}: {line}");
            let known = REDENEN.iter().position(|pair| *pair == (klasse, reden));
            seen.insert(known.unwrap_or_else(|| panic!("{case}: {line}")));
        }
        assert!((1..=6).contains(&persons.len()), "{case}");
    }
    assert_eq!(seen.len(), REDENEN.len());
}

#[test]
fn the_leveringen_of_every_case_are_good() {
    let folders: Vec<String> = cases().iter().map(|case| format!("{FIXTURES}/regels/{case}/leveringen")).collect();
    let args: Vec<&str> = ["controleer"].into_iter().chain(folders.iter().map(String::as_str)).collect();
    let said = succeeds("2026-10-20", &args);
    let files: usize = folders.iter().map(|folder| names(Path::new(folder)).len()).sum();
    assert_eq!(said.lines().filter(|line| line.contains(": goed (")).count() * 2, files);
}

#[test]
fn every_case_is_signed_linked_and_released() {
    let keys = tempfile::tempdir().unwrap();
    let key = secret("alleen-voor-tests.key", keys.path());
    let run = |case: &String| {
        let fixture = Fixture::copy(&format!("regels/{case}"));
        let text = fixture.path("doelbinding.toml");
        succeeds(&fixture.today, &["doelbinding", "onderteken", &text, "--sleutel", &key]);
        fixture.released_as_expected("doelbinding.toml");
    };
    // A debug build takes long over every file, so the cores share the cases.
    let cases = cases();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for part in cases.chunks(cases.len().div_ceil(cores)) {
            scope.spawn(move || part.iter().for_each(run));
        }
    });
}

#[test]
fn the_pseudonyms_are_of_the_test_key() {
    let keys = tempfile::tempdir().unwrap();
    let shown = succeeds("2026-10-20", &["sleutel", "toon", &secret("koppel.sleutel", keys.path())]);
    let id = shown.trim().strip_prefix("koppel ").unwrap();
    for case in cases() {
        let folder = Path::new(FIXTURES).join("regels").join(case).join("leveringen");
        for name in names(&folder).iter().filter(|name| name.ends_with(".manifest.json")) {
            let manifest: Value = serde_json::from_str(&read(&folder.join(name))).unwrap();
            assert_eq!(manifest["sleutel_id"], id, "{name}");
        }
    }
}
