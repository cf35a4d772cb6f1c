//! Spreadsheets, read back.

#![cfg(feature = "xlsx")]

use super::*;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

fn open(files: &[OutFile], name: &str) -> Xlsx<Cursor<Vec<u8>>> {
    let file = files.iter().find(|file| file.name == name).unwrap();
    Xlsx::new(Cursor::new(file.bytes.clone())).unwrap()
}

fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// A cell as the CSV writes it. Numbers must be numbers, the rest text.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Float(number) => format!("{number}"),
        Data::String(text) => {
            assert!(text.parse::<u64>().is_err() || text.len() == 4, "{text} is geen getal");
            text.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_sheet_has_the_cells_of_the_csv() {
    let three = [Dimensie::Klasse, Dimensie::Geslacht, Dimensie::Cohort];
    let cells = (0..8 * 3 * 3).map(|count| (count % 5 > 0).then_some(count * 1000)).collect();
    let deep = table("diep", &three, &[&klassen(), &["m", "v"], &["oud", "nieuw"]], cells);
    let one =
        table("een", &[Dimensie::Klasse], &[&klassen()], (0..8).map(|count| (count != 3).then_some(count)).collect());
    let (files, _) = files(vec![by_municipality(), deep, one], &account());
    for name in ["gemeente_klasse", "diep", "een"] {
        let mut book = open(&files, &format!("{name}.xlsx"));
        let sheet: String = rows(&mut book, "Tabel")
            .iter()
            .map(|row| row.iter().map(shown).collect::<Vec<_>>().join(";") + "\n")
            .collect();
        assert_eq!(sheet, text(&files, &format!("{name}.csv")), "{name}");
        assert_eq!(book.sheet_names().contains(&"Kruistabel".to_owned()), name == "gemeente_klasse");
    }
}

#[test]
fn the_crosstab_has_the_same_cells() {
    let (files, _) = files(vec![by_municipality()], &account());
    let rows = rows(&mut open(&files, "gemeente_klasse.xlsx"), "Kruistabel");
    let shown: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    assert_eq!(shown[0][..3], ["gemeente", "school", "werk"]);
    assert_eq!(shown[1], ["Dalfsen", "34", "85", "19", "25", "91", "3", "43", "300"]);
    assert_eq!(shown[2], ["Zwolle", "12000", "•", "•", "7", "8", "9", "11", "20077"]);
    assert_eq!(shown[3][0], "totaal");
}

#[test]
fn the_verantwoording_says_what_it_is() {
    let mut hostile = account();
    hostile.doel.titel = "=HYPERLINK(\"x\")".to_owned();
    let (files, _) = files(vec![by_municipality()], &hostile);
    let rows = rows(&mut open(&files, "gemeente_klasse.xlsx"), "Verantwoording");
    let told: Vec<(String, String)> = rows.iter().map(|row| (row[0].to_string(), row[1].to_string())).collect();
    let says = |name: &str, text: &str| told.iter().any(|(found, value)| found == name && value.contains(text));
    // Text, not a formula: nobody's spreadsheet runs what a text says.
    assert!(says("Titel", "=HYPERLINK"));
    for (name, text) in [
        ("Peildatum", "1 oktober 2026"),
        ("Drempel", "5"),
        ("Doelbinding", "proef versie 3"),
        ("Hash van de doelbinding", "abab"),
        ("•", "niet vrijgegeven"),
        ("Bron", "onderwijs (BSN): volledig geleverd"),
        ("Bron", "uitkering (BSN): niet geleverd"),
    ] {
        assert!(says(name, text), "{name}: {text}: {told:?}");
    }
}
