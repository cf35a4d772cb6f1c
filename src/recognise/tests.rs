//! Lists made here with the keys of two municipalities, and read.

use super::*;
use crate::pseudonym::{Key, Role};
use crate::release::pad;

fn gemeente(code: &str) -> Gemeente {
    Gemeente::parse(code.as_bytes()).unwrap()
}

fn key() -> VerwijzingKey {
    VerwijzingKey::new(&Key::generate(Role::Verwijzing).unwrap()).unwrap()
}

/// The content of a list, filled up as lists are.
fn list(header: &str, rows: &[String]) -> Vec<u8> {
    let mut csv = format!("{header}\n{}", rows.concat());
    pad(&mut csv);
    csv.into_bytes()
}

fn row(by: &VerwijzingKey, code: &str, dossier: &str, cells: &str) -> String {
    format!("{}{cells}\n", by.seal(gemeente(code), dossier).unwrap().to_text())
}

/// The lines of the CSV, without their handles.
fn without_handles(list: &Recognised) -> Vec<String> {
    let text = String::from_utf8(list.csv().unwrap().to_vec()).unwrap();
    text.lines()
        .map(|line| {
            line.split(';').enumerate().filter(|(at, _)| *at != 1).map(|(_, cell)| cell).collect::<Vec<_>>().join(";")
        })
        .collect()
}

#[test]
fn dossiers_beside_handles_in_order_of_dossier() {
    let by = key();
    let rows = [
        row(&by, "0193", "RMC-2026-000124", ";onbekend;23-26;2024-07"),
        row(&by, "0193", "RMC-2026-000123", ";geen_dagbesteding;27+;"),
    ];
    let content = list("verwijzing;klasse;leeftijdsgroep;uitschrijfmaand", &rows);
    assert_eq!(content.len(), 16_384);
    let found = recognise(&content, &by, gemeente("0193")).unwrap();
    assert_eq!((found.rows(), found.is_about_earlier()), (2, false));
    let expected = [
        "dossier;klasse;leeftijdsgroep;uitschrijfmaand",
        "RMC-2026-000123;geen_dagbesteding;27+;",
        "RMC-2026-000124;onbekend;23-26;2024-07",
    ];
    assert_eq!(without_handles(&found), expected);
    // The handle stays what it was, so that `waarom` can be asked for it.
    let text = String::from_utf8(found.csv().unwrap().to_vec()).unwrap();
    assert!(text.contains(rows[0].split(';').next().unwrap()));
    assert_eq!(format!("{found:?}"), "Recognised(2 rows)");
}

#[test]
fn what_became_of_earlier_handles() {
    let by = key();
    let rows = [row(&by, "0193", "b", ";niet_te_vergelijken"), row(&by, "0193", "a", ";vervallen")];
    let found = recognise(&list("verwijzing;status", &rows), &by, gemeente("0193")).unwrap();
    assert!(found.is_about_earlier());
    assert_eq!(without_handles(&found), ["dossier;status", "a;vervallen", "b;niet_te_vergelijken"]);
    let other = [row(&by, "0193", "b", ";werk")];
    let fault = recognise(&list("verwijzing;status", &other), &by, gemeente("0193")).unwrap_err();
    assert_eq!(fault, RecogniseFault::Value { line: 2, column: "status" });
}

#[test]
fn a_list_without_rows_is_a_list() {
    for header in ["verwijzing", "verwijzing;klasse", "\u{feff}verwijzing;contact;betrokkenheid;cohort"] {
        let found = recognise(&list(header, &[]), &key(), gemeente("0193")).unwrap();
        assert_eq!(found.rows(), 0);
    }
}

#[test]
fn another_key_another_municipality_or_a_mixture_gives_nothing() {
    let (by, other) = (key(), key());
    let rows: Vec<String> = (0..5).map(|number| row(&by, "0193", &number.to_string(), "")).collect();
    let content = list("verwijzing", &rows);
    assert!(recognise(&content, &by, gemeente("0193")).is_ok());
    for (by, code) in [(&other, "0193"), (&by, "0148"), (&other, "0148")] {
        let fault = recognise(&content, by, gemeente(code)).unwrap_err();
        assert_eq!(fault, RecogniseFault::NoneOpens { rows: 5 });
    }
    let foreign = [rows.clone(), vec![row(&other, "0193", "5", ""), row(&by, "0148", "6", ""), "geen\n".to_owned()]];
    let fault = recognise(&list("verwijzing", &foreign.concat()), &by, gemeente("0193")).unwrap_err();
    assert_eq!(fault, RecogniseFault::SomeOpen { closed: 3, rows: 8 });
}

#[test]
fn what_is_no_list_is_refused() {
    let by = key();
    let good = row(&by, "0193", "1", ";werk");
    let cases: Vec<(Vec<u8>, RecogniseFault)> = vec![
        (Vec::new(), RecogniseFault::NoList),
        (b"\n\n\n".to_vec(), RecogniseFault::NoList),
        (b"verwijzing\xff".to_vec(), RecogniseFault::NoList),
        (list("pseudoniem;klasse", &[]), RecogniseFault::NoList),
        (list("klasse;verwijzing", &[]), RecogniseFault::NoList),
        (list("verwijzing;dossier", &[]), RecogniseFault::Column { column: 2 }),
        (list("verwijzing;klasse;status", &[]), RecogniseFault::Column { column: 3 }),
        (list("verwijzing;klasse;contact;klasse", &[]), RecogniseFault::Column { column: 4 }),
        (list("verwijzing;klasse", &[good.clone(), "x\n".to_owned()]), RecogniseFault::Cells { line: 3 }),
        (list("verwijzing;klasse", &[good.replace('\n', ";\n")]), RecogniseFault::Cells { line: 2 }),
    ];
    for (content, fault) in cases {
        assert_eq!(recognise(&content, &by, gemeente("0193")).err(), Some(fault), "{fault:?}");
    }
    // Whoever can seal a file for this municipality could try its spreadsheet as well.
    for cell in ["=1+1", "+1", "-1", "@x", "_x", "Werk", "a b", "\"a\nb\"", "\u{1f4a9}", "\t=1"] {
        let fault = recognise(&list("verwijzing;klasse", &[good.replace("werk", cell)]), &by, gemeente("0193"));
        assert_eq!(fault.err(), Some(RecogniseFault::Value { line: 2, column: "klasse" }), "{cell}");
    }
}

/// Every value that a list can hold by the contract is taken.
#[test]
fn every_value_of_the_closed_sets_is_a_word() {
    use crate::terms::{Cohort, Contact, Klasse};
    let klassen = Klasse::ALL.iter().map(|value| value.as_str());
    let cohorten = Cohort::ALL.iter().map(|value| value.as_str());
    let contacten = Contact::ALL.iter().map(|value| value.as_str());
    let others = ["onbekend", "", "2026-10", "0-15", "16-17", "18-22", "23-26", "27+", "geen", "een", "meer"];
    for word in klassen.chain(cohorten).chain(contacten).chain(others).chain(STATUSES) {
        assert!(is_word(word), "{word}");
    }
}

#[test]
fn dossiers_come_out_of_the_csv_as_they_are() {
    let by = key();
    let dossiers = ["=1+1", "00042", "een;twee", "met \"aanhaling\"", "twee\nregels"];
    let rows: Vec<String> = dossiers.iter().map(|dossier| row(&by, "0193", dossier, "")).collect();
    let csv = recognise(&list("verwijzing", &rows), &by, gemeente("0193")).unwrap().csv().unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(csv.as_slice());
    let mut found: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    let mut expected = dossiers.map(str::to_owned).to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[cfg(feature = "xlsx")]
#[test]
fn nothing_in_a_spreadsheet_is_a_formula_or_a_number() {
    use calamine::{Data, Reader, Xlsx};
    let by = key();
    let dossiers = ["+31", "-1", "00042", "12", "2026-10-01", "=1+1", "=HYPERLINK(\"x\")", "@x"];
    let rows: Vec<String> = dossiers.iter().map(|dossier| row(&by, "0193", dossier, ";werk")).collect();
    let bytes = recognise(&list("verwijzing;klasse", &rows), &by, gemeente("0193")).unwrap().xlsx().unwrap();
    let mut book = Xlsx::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range("Lijst").unwrap();
    let mut found: Vec<String> = Vec::new();
    for cells in range.rows() {
        for cell in cells {
            assert!(matches!(cell, Data::String(_)), "{cell:?}");
        }
        found.push(cells[0].to_string());
    }
    let mut expected = dossiers.to_vec();
    expected.sort_unstable();
    expected.insert(0, "dossier");
    assert_eq!(found, expected);
    assert!(book.worksheet_formula("Lijst").unwrap().is_empty());
}
