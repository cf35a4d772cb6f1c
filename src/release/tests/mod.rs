//! Releases that are made up, for the formats and for what happens when a run dies.

mod dying;
mod page;
mod sheets;

use super::*;
use crate::disclosure::Reasons;
use crate::doelbinding::Tabel;
use crate::ingest::Coverage;
use crate::register::PastRules;
use crate::terms::{Bron, Datum, Dimensie, Identificatie, Klasse, Maand, Methode, Moment};

/// A release of these tables, and all its files by name.
fn files(tabellen: Vec<ProtectedTable>, account: &Account) -> (Vec<OutFile>, Value) {
    let identity = TextIdentity { id: "proef".to_owned(), versie: 3, sha256: Sha256Hash([0xab; 32]) };
    let redenen = Reasons { drempel: 5, cells: vec![None; 8 * 16] };
    let clearance = crate::disclosure::Clearance::All;
    let set = TableSet { tabellen, geweigerd: Vec::new(), redenen, clearance };
    let lists = ListSet::none();
    let peildatum = Peildatum::new(Datum::parse(b"2026-10-01").unwrap());
    let (vrijgave, entry) = compose(set, lists, &identity, peildatum, Regio::parse(b"10").unwrap(), account).unwrap();
    (vrijgave.files, entry)
}

fn text(files: &[OutFile], name: &str) -> String {
    let file = files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("{name}"));
    String::from_utf8(file.bytes.clone()).unwrap()
}

fn account() -> Account {
    let source = |bron, dekking, gekoppeld_procent| SourceUsed {
        bron,
        identificatie: Identificatie::Bsn,
        dekking,
        gekoppeld_procent,
    };
    Account {
        tijd: Moment::parse("2026-11-05T08:00:00Z").unwrap(),
        vandaag_gezet: false,
        ondertekend_door: vec!["fg".to_owned()],
        doel: Purpose {
            titel: "Maandmonitor".to_owned(),
            doel: "Weten hoe het gaat.".to_owned(),
            grondslag: vec!["AVG 6(1)(e)".to_owned(), "WEB 9.2.5".to_owned()],
            noodzaak: "Het kan niet lichter.".to_owned(),
            verantwoordelijke: "Gemeente Zwolle".to_owned(),
            leeftijd_van: 16,
            leeftijd_tot: 27,
            cohort: None,
            inkomen_boven_cent: 30000,
            inkomen_maand: Maand::parse(b"2026-09").unwrap(),
            brp: true,
        },
        doelgroep: "alle vsv'ers van 16 tot 27 jaar in 0148, 0193".to_owned(),
        regels: PastRules {
            gemeenten: vec!["0148".to_owned(), "0193".to_owned()],
            leeftijd_van: 16,
            leeftijd_tot: 27,
            cohort: "alle".to_owned(),
            inkomen_boven_cent: 30000,
            inkomen_maand: "2026-09".to_owned(),
            bronnen: vec!["onderwijs".to_owned()],
        },
        leveringen: Vec::new(),
        bronnen: vec![
            source(Bron::Onderwijs, Coverage::Covered, Some(55)),
            source(Bron::Inkomen, Coverage::Partial, None),
            source(Bron::Uitkering, Coverage::Missing, None),
        ],
        zonder_overlap: false,
        duur_s: vec![("lezen".to_owned(), 1.5)],
    }
}

fn table(naam: &str, dimensies: &[Dimensie], values: &[&[&str]], cells: Vec<Option<u64>>) -> ProtectedTable {
    let values: Vec<Vec<String>> = values
        .iter()
        .map(|values| values.iter().map(|value| (*value).to_owned()).chain(["totaal".to_owned()]).collect())
        .collect();
    assert_eq!(values.iter().map(Vec::len).product::<usize>(), cells.len());
    ProtectedTable {
        tabel: Tabel {
            naam: naam.to_owned(),
            dimensies: dimensies.to_vec(),
            methode: Methode::Onderdrukking,
            drempel: Some(5),
        },
        values,
        cells,
        grootste_afwijking: None,
    }
}

fn klassen() -> Vec<&'static str> {
    Klasse::ALL.iter().map(|klasse| klasse.as_str()).collect()
}

/// Two municipalities by klasse. In the first every cell is published, in the second two are not:
/// together they are 20077 − 12000 − 35 = 8042.
fn by_municipality() -> ProtectedTable {
    let some = |counts: [i64; 8]| counts.map(|count| u64::try_from(count).ok());
    let rows = [
        some([34, 85, 19, 25, 91, 3, 43, 300]),
        some([12000, -1, -1, 7, 8, 9, 11, 20077]),
        some([12034, -1, -1, 32, 99, 12, 54, 20377]),
    ];
    let both = [Dimensie::Gemeente, Dimensie::Klasse];
    table("gemeente_klasse", &both, &[&["0148", "0193"], &klassen()], rows.concat())
}

#[test]
fn every_file_is_in_the_entry_with_its_hash() {
    let (files, entry) = files(vec![by_municipality()], &account());
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let with_sheets =
        ["vrijgave.json", "gemeente_klasse.csv", "gemeente_klasse.xlsx", "rapport.html", "verantwoording.json"];
    let expected: Vec<&str> =
        with_sheets.into_iter().filter(|name| cfg!(feature = "xlsx") || !name.ends_with(".xlsx")).collect();
    assert_eq!(names, expected);
    let listed = entry["bestanden"].as_array().unwrap();
    assert_eq!(listed.len(), files.len());
    for (file, listed) in files.iter().zip(listed) {
        let hash = Sha256Hash(Sha256::digest(&file.bytes).into()).to_string();
        assert_eq!(
            (listed["naam"].as_str(), listed["sha256"].as_str()),
            (Some(file.name.as_str()), Some(hash.as_str()))
        );
    }
    assert_eq!(entry["tabellen"][0]["cellen"].as_array().unwrap().len(), 24);
    assert_eq!(entry["peildatum"], "2026-10-01");
}

/// Whenever it runs and however long it takes: only the verantwoording may differ.
#[test]
fn another_moment_changes_only_the_verantwoording() {
    let (one, _) = files(vec![by_municipality()], &account());
    let mut later = account();
    later.tijd = Moment::parse("2027-01-05T09:30:00Z").unwrap();
    later.duur_s = vec![("lezen".to_owned(), 99.25)];
    // A spreadsheet that told the time would tell it in whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let (two, _) = files(vec![by_municipality()], &later);
    for (one, two) in one.iter().zip(&two) {
        assert_eq!(one.bytes == two.bytes, one.name != "verantwoording.json", "{}", one.name);
    }
}

#[test]
fn a_rounded_table_has_a_bound_in_the_place_of_a_threshold() {
    let mut rounded = by_municipality();
    rounded.tabel.methode = Methode::Afronding;
    rounded.tabel.drempel = None;
    rounded.grootste_afwijking = Some(7);
    rounded.cells.iter_mut().for_each(|cell| *cell = Some(cell.unwrap_or(10) / 5 * 5));
    let (files, entry) = files(vec![rounded], &account());
    let json = text(&files, "vrijgave.json");
    let told: Value = serde_json::from_str(&json).unwrap();
    let names: Vec<&String> = told["tabellen"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["naam", "dimensies", "methode", "grootste_afwijking", "cellen"]);
    assert_eq!(entry["tabellen"][0]["grootste_afwijking"], 7);
    let page = text(&files, "rapport.html");
    assert!(
        page.contains("Geen aantal ligt verder dan 7 van het echte.") && !page.contains("betekent: niet vrijgegeven")
    );
}
