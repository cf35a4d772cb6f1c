//! Questions of a municipality through the program: what it hears of a handle on its own delivered list, and
//! one and the same of every other; and that questions leave the register and the releases as they were.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a test stops at the first surprise; what makes leveringen serves other tests too"
)]

#[path = "cmd/levering.rs"]
mod levering;

use levering::{Levering, person, row};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const TEXT: &str = r#"schema = "inbeeld/doelbinding/v1"
id = "proef"
versie = 1
titel = "Een proef"
doel = "Weten wie niemand ziet."
grondslag = ["AVG 6(1)(e)", "WEB 9.2.5"]
noodzaak = "Het kan niet lichter."
bsn_grondslag = "UAVG 46 jo. Wabb 10"
verantwoordelijke = { naam = "Verzonnen gemeente", oin = "00000001999990000193" }
geldig = { van = 2026-01-01, tot_en_met = 2026-12-31 }
bewaartermijn_dagen = 62

[inzage]
rollen = ["gemeente", "coordinator"]
per_dag = 1000

[bronnen]
onderwijs = { velden = ["inschrijving_van", "inschrijving_tot", "startkwalificatie"], waarom = "School." }
inkomen = { velden = ["maand", "bedrag_cent", "soort"], waarom = "Werk." }
uitkering = { velden = ["van", "tot"], waarom = "Uitkering." }
brp = { velden = ["status", "sinds", "gemeente"], waarom = "Verhuisd." }
betrokkenheid = { velden = ["sinds"], waarom = "Al in beeld." }

[doelgroep]
regio = "10"
gemeenten = ["0148", "0193"]
leeftijd = { van = 16, tot = 27 }
cohort = "oud"
inkomen_boven_cent = 30000

[[lijst]]
naam = "met-klasse"
klassen = ["geen_dagbesteding"]
velden = ["klasse", "leeftijdsgroep"]
ontvangers = ["0148", "0193"]
max_aandeel = 0.5
contact_uitgezonderd = ["begeleiding"]
betrokkenheid = "geen"

[[lijst]]
naam = "zonder-klasse"
klassen = ["onbekend", "werk"]
velden = ["leeftijdsgroep"]
ontvangers = ["0148", "0193"]
max_aandeel = 0.5
"#;

const PEILDATUM: &str = "2026-10-01";
/// Who is who; from 20 on they are at school.
const GEVONDEN: usize = 1;
const WERK: usize = 2;
const ONBEKEND: usize = 3;
const NIET_BENADEREN: usize = 4;
const BEGELEIDING: usize = 5;
const BETROKKEN: usize = 6;
const VERHUISD: usize = 7;
const ZONDER_SLEUTEL: usize = 8;
const NIET_GENOEMD: usize = 9;
const SCHOOL: usize = 20;
const ALL: usize = 60;

/// The handle that a municipality made for a person: of the form, and nobody's. Some begin with a hyphen.
fn handle(gemeente: &str, number: usize) -> String {
    let first = if number % 2 == 1 { "-" } else { "A" };
    format!("{first}{gemeente}{number:03}{}QUI", "QUJD".repeat(32))
}

type Said = (i32, String, String);

struct Region(TempDir);

impl Region {
    fn new() -> Self {
        let region = Self(tempfile::tempdir().unwrap());
        region.good(&["sleutel", "nieuw", "--soort", "ondertekening", "--uit", "fg.key"]);
        fs::create_dir(region.path("ontvangers")).unwrap();
        let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lijsten/alleen-voor-tests.txt");
        fs::copy(key, region.path("ontvangers/0193.txt")).unwrap();
        region.sign(TEXT);
        region.leveringen();
        region
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
        let output = command.env("INBEELD_VANDAAG", "2026-11-05").current_dir(self.0.path()).args(args).output();
        let output = output.unwrap();
        let words = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), words(output.stdout), words(output.stderr))
    }

    fn good(&self, args: &[&str]) -> String {
        let (code, out, said) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {said}");
        out
    }

    fn sign(&self, text: &str) {
        fs::write(self.path("proef.toml"), text).unwrap();
        self.good(&["doelbinding", "onderteken", "proef.toml", "--sleutel", "fg.key"]);
    }

    fn leveringen(&self) {
        let folder = self.path("leveringen");
        let zwolle = |number: usize| {
            let verwijzing = handle("0193", number);
            let mut cells = vec![("verwijzing", verwijzing.as_str())];
            cells.extend(match number {
                NIET_BENADEREN => Some(("niet_benaderen", "j")),
                BEGELEIDING => Some(("contact", "begeleiding")),
                NIET_GENOEMD => Some(("uitschrijfdatum", "2026-07-31")),
                _ => None,
            });
            row("doelgroep", number, &cells)
        };
        let rows: Vec<String> = (1..=ALL).map(zwolle).collect();
        Levering::rows("doelgroep", &rows).write(&folder);
        // Dalfsen has handles of its own, also for somebody who did not move there.
        let dalfsen = |number: usize| {
            let verwijzing = handle("0148", number);
            row("doelgroep", number, &[("gemeente", "0148"), ("verwijzing", &verwijzing)])
        };
        let rows: Vec<String> = [GEVONDEN, VERHUISD, ZONDER_SLEUTEL].map(dalfsen).into();
        let other = ("00000001999990000001", "00000001999990000148");
        let made = ("2026-11-02T08:30:00Z", "2026-11-01T08:30:00Z");
        let levering = Levering::rows("doelgroep", &rows).named("doelgroep-0148.csv");
        levering.with(other.0, other.1).with(made.0, made.1).write(&folder);
        let brp = |number: usize| match number {
            ONBEKEND => None,
            VERHUISD | ZONDER_SLEUTEL => Some(row("brp", number, &[("gemeente", "0148")])),
            number => Some(row("brp", number, &[])),
        };
        Levering::rows("brp", &(1..=ALL).filter_map(brp).collect::<Vec<_>>()).write(&folder);
        let school: Vec<String> = (SCHOOL..=ALL).map(|number| row("onderwijs", number, &[])).collect();
        Levering::rows("onderwijs", &school).write(&folder);
        Levering::rows("inkomen", &[row("inkomen", WERK, &[]), row("inkomen", SCHOOL, &[])]).write(&folder);
        Levering::rows("uitkering", &[row("uitkering", SCHOOL, &[])]).write(&folder);
        Levering::rows("betrokkenheid", &[row("betrokkenheid", BETROKKEN, &[])]).write(&folder);
    }

    /// The month: Dalfsen has no key, so its lists do not leave.
    fn koppel(&self) {
        let (code, _, said) = self.run(&[
            "koppel",
            "--peildatum",
            PEILDATUM,
            "--doelbinding",
            "proef.toml",
            "--vertrouwd",
            "fg.pub",
            "--leveringen",
            "leveringen",
            "--uit",
            "uit",
        ]);
        assert_eq!(code, 4, "{said}");
        assert!(said.contains("voor gemeente 0148") && !said.contains("voor gemeente 0193"), "{said}");
    }

    fn ask_on(&self, peildatum: &str, voor: &str, verwijzing: &str, more: &[&str]) -> Said {
        let options = ["--doelbinding", "proef.toml", "--vertrouwd", "fg.pub", "--leveringen", "leveringen"];
        let asked = ["--peildatum", peildatum, "--voor", voor, "--verwijzing", verwijzing];
        self.run(&[&["waarom"], &options[..], &asked[..], more].concat())
    }

    fn gemeente(&self, verwijzing: &str) -> Said {
        self.ask_on(PEILDATUM, "gemeente", verwijzing, &[])
    }

    fn register(&self) -> String {
        fs::read_to_string(self.path("register.jsonl")).unwrap_or_default()
    }
}

#[test]
fn a_municipality_hears_what_its_list_may_tell() {
    let region = Region::new();
    region.koppel();
    let (code, said, _) = region.gemeente(&handle("0193", GEVONDEN));
    assert_eq!(code, 0);
    assert!(said.contains("Lijst `met-klasse`: klasse geen dagbesteding."), "{said}");
    assert!(said.contains("(`niets_gevonden`)"), "{said}");
    // Of a list without klasse neither the klasse nor the reason, which would give it away.
    let [work, unknown] = [WERK, ONBEKEND].map(|who| region.gemeente(&handle("0193", who)));
    assert!(work.0 == 0 && work.1.contains("Lijst `zonder-klasse`: deze jongere heeft contact nodig."), "{}", work.1);
    assert_eq!(work, unknown);
    let told = region.ask_on(PEILDATUM, "gemeente", &handle("0193", WERK), &["--json"]).1;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["antwoord"], serde_json::json!({ "lijsten": [{ "naam": "zonder-klasse" }] }));
}

#[test]
fn of_every_other_handle_it_hears_one_and_the_same() {
    let region = Region::new();
    // Before anything left: a handle that will be on a list, and one that nobody has.
    let found = handle("0193", GEVONDEN);
    let refused = region.gemeente(&found);
    assert_eq!(refused.0, 4);
    assert!(refused.1.is_empty() && refused.2.contains("niet-op-lijst"), "{}", refused.2);
    let same = |region: &Region, verwijzing: &str, what: &str| {
        for more in [&[][..], &["--json"], &["--html"]] {
            assert_eq!(region.ask_on(PEILDATUM, "gemeente", verwijzing, more), refused, "{what}");
        }
    };
    // Only tried: seen by whoever tried it, delivered to nobody.
    let tried = ["--leveringen", "leveringen", "--vertrouwd", "fg.pub", "--peildatum", PEILDATUM];
    region.run(&[&["doelbinding", "proef", "proef.toml"], &tried[..]].concat());
    assert!(region.register().contains("\"soort\":\"proef\""));
    same(&region, &found, "only tried");
    region.koppel();
    assert_eq!(region.gemeente(&found).0, 0);
    same(&region, &handle("0193", 999), "nobody's");
    for who in [NIET_BENADEREN, BEGELEIDING, BETROKKEN, NIET_GENOEMD, SCHOOL] {
        same(&region, &handle("0193", who), "not on the list");
    }
    same(&region, &handle("0148", GEVONDEN), "another municipality's handle of who is on the list");
    same(&region, &handle("0193", VERHUISD), "the handle of where it lived before");
    same(&region, &handle("0148", VERHUISD), "a list that did not leave");

    // A release that was cut off before its files were in place.
    let register = region.register();
    let marked = register.lines().position(|line| line.contains("\"soort\":\"uitgeleverd\"")).unwrap();
    let cut: String = register.lines().take(marked).map(|line| format!("{line}\n")).collect();
    fs::write(region.path("register.jsonl"), cut).unwrap();
    same(&region, &found, "cut off");
    fs::write(region.path("register.jsonl"), &register).unwrap();
    // Another peildatum, another text, other leveringen.
    let later = region.ask_on("2026-10-02", "gemeente", &found, &[]);
    assert_eq!(later, refused, "another peildatum");
    region.sign(&TEXT.replace("versie = 1", "versie = 2"));
    same(&region, &found, "another text");
    region.sign(TEXT);
    assert_eq!(region.gemeente(&found).0, 0);
    Levering::rows("uitkering", &[row("uitkering", SCHOOL + 1, &[])]).write(&region.path("leveringen"));
    same(&region, &found, "other leveringen");
}

#[test]
fn questions_change_no_release_and_the_register_stays_whole() {
    let (asked, quiet) = (Region::new(), Region::new());
    // Two texts are signed by different keys, so that only what is released can be compared.
    for (who, voor) in [(GEVONDEN, "coordinator"), (WERK, "gemeente"), (999, "jongere")] {
        asked.ask_on(PEILDATUM, voor, &handle("0193", who), &[]);
    }
    asked.koppel();
    quiet.koppel();
    asked.ask_on(PEILDATUM, "coordinator", &handle("0193", GEVONDEN), &[]);
    // Once more, beside the release and the questions: it completes nothing and refuses nothing.
    asked.koppel();
    let release = |region: &Region| fs::read(region.path("uit/vrijgave.json")).unwrap();
    assert_eq!(release(&asked), release(&quiet));
    let verified = asked.good(&["register", "verifieer"]);
    assert!(verified.contains("Het register klopt: 8 regel(s), 2 vrijgave(n), 4 keer inzage"), "{verified}");
    let shown = asked.good(&["register", "toon"]);
    for (nr, rol) in [(1, "coordinator"), (2, "gemeente"), (3, "jongere"), (6, "coordinator")] {
        assert!(shown.contains(&format!("nr {nr}  inzage voor {rol}\n")), "{shown}");
    }
    assert!(shown.find("nr 3  inzage").unwrap() < shown.find("nr 4  uitgeleverd").unwrap());
    let shown: Value = serde_json::from_str(&asked.good(&["register", "toon", "--json"])).unwrap();
    assert_eq!(shown["inzagen"].as_array().unwrap().len(), 4);
    for line in asked.register().lines().filter(|line| line.contains("\"soort\":\"inzage\"")) {
        for who in [GEVONDEN, WERK, 999] {
            assert!(!line.contains(&handle("0193", who)) && !line.contains(&person(who)), "{line}");
        }
    }
    // A line of a question that somebody changed is noticed like any other.
    let changed = asked.register().replacen("\"rol\":\"gemeente\"", "\"rol\":\"jongere\"", 1);
    fs::write(asked.path("register.jsonl"), changed).unwrap();
    assert_eq!(asked.run(&["register", "verifieer"]).0, 5);
    assert_eq!(asked.gemeente(&handle("0193", GEVONDEN)).0, 5);
}

#[test]
fn without_a_register_that_can_be_written_there_is_no_answer() {
    let region = Region::new();
    let (code, said, _) =
        region.ask_on(PEILDATUM, "coordinator", &handle("0193", GEVONDEN), &["--register", "weg/register.jsonl"]);
    assert_eq!((code, said.as_str()), (1, ""));
    region.ask_on(PEILDATUM, "coordinator", &handle("0193", GEVONDEN), &[]);
    fs::set_permissions(region.path("register.jsonl"), fs::Permissions::from_mode(0o400)).unwrap();
    let (code, said, _) = region.ask_on(PEILDATUM, "coordinator", &handle("0193", GEVONDEN), &[]);
    // Root may write all the same: then there is an answer, and it is in the register.
    assert!((code, said.as_str()) == (1, "") || region.register().lines().count() == 2, "{said}");
}

#[test]
fn an_answer_in_a_file_is_for_its_owner_and_counts_only_where_it_can_be_kept() {
    let region = Region::new();
    let who = handle("0193", GEVONDEN);
    let ask = || region.ask_on(PEILDATUM, "jongere", &who, &["--html", "--uit", "brief.html"]);
    assert_eq!(ask().1, "geschreven: brief.html\n");
    let page = fs::read_to_string(region.path("brief.html")).unwrap();
    assert_eq!(fs::metadata(region.path("brief.html")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Autoriteit Persoonsgegevens"));
    for link in ["http:", "https:", "src=", "<script"] {
        assert!(!page.contains(link), "{link}");
    }
    assert!(!page.contains(&who) && !page.contains(&person(GEVONDEN)));
    assert_eq!(region.register().lines().count(), 1);
    // Where it could not be kept, the question is not asked.
    assert_eq!(ask().0, 2);
    assert_eq!(region.register().lines().count(), 1);
    assert_eq!(fs::read_to_string(region.path("brief.html")).unwrap(), page);
}

/// Nothing of another source than decided, nor which party is in contact.
#[test]
fn the_letter_and_the_coordinator_never_hear_which_party() {
    let region = Region::new();
    let folder = region.path("leveringen");
    let party = Levering::rows("betrokkenheid", &[row("betrokkenheid", BETROKKEN, &[])]);
    party.with("Verzonnen bron", "Wijkteam Noord").write(&folder);
    let who = handle("0193", BETROKKEN);
    for voor in ["coordinator", "jongere"] {
        let (code, said, _) = region.ask_on(PEILDATUM, voor, &who, &[]);
        assert_eq!(code, 0);
        assert!(!said.contains("Wijkteam"), "{said}");
    }
    let told = region.ask_on(PEILDATUM, "coordinator", &who, &["--json"]).1;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["antwoord"]["lijsten"][0]["waarom_niet"], serde_json::json!([{ "betrokkenheid": "een" }]));
    // At school, at work and on benefit at once: only the school is told.
    let (_, said, _) = region.ask_on(PEILDATUM, "coordinator", &handle("0193", SCHOOL), &[]);
    assert!(said.contains("- onderwijs: volledig geleverd") && !said.contains("- inkomen"), "{said}");
}
