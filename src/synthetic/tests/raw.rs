//! The simplest reader of the dialects: every row a map from the contract's column names to the contract's values.

use std::collections::BTreeMap;

use super::Files;

pub(super) type Row = BTreeMap<&'static str, String>;

/// The remainder of the 11-proef for nine digits.
pub(super) fn elfproef(number: &str) -> Option<i32> {
    if number.len() != 9 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let digits = number.bytes().map(|b| i32::from(b - b'0'));
    let sum: i32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    Some(sum.rem_euclid(11))
}

pub(super) fn read(files: &Files, name: &str) -> Vec<Row> {
    let bytes = &files[name];
    let text = if name.starts_with("onderwijs") {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
    } else {
        String::from_utf8(bytes.clone()).unwrap()
    };
    let crlf = name.starts_with("onderwijs") || name.starts_with("doelgroep") || name.starts_with("uitkering");
    assert_eq!(text.matches('\n').count(), text.matches(if crlf { "\r\n" } else { "\n" }).count());
    assert_eq!(text.contains('\r'), crlf);
    let spreadsheet = name.starts_with("doelgroep") || name.starts_with("uitkering");
    assert_eq!(text.starts_with('\u{feff}'), spreadsheet);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header: Vec<_> = reader.headers().unwrap().iter().map(column).collect();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let fields = header.iter().zip(record.iter());
            fields.map(|(column, raw)| (*column, value(column, raw, spreadsheet))).collect()
        })
        .collect()
}

fn column(header: &str) -> &'static str {
    match header {
        "BSN" | "bsn" => "bsn",
        "ONDERWIJSNUMMER" | "Onderwijsnummer" => "onderwijsnummer",
        "BRIN" => "brin",
        "SOORT" | "Soort" | "soort" => "soort",
        "NIVEAU" | "Niveau" => "niveau",
        "DATUM_INSCHRIJVING" => "inschrijving_van",
        "DATUM_UITSCHRIJVING" => "inschrijving_tot",
        "DATUM_DIPLOMA" => "startkwalificatie",
        "Gemeente" | "gemeente" => "gemeente",
        "Geboortemaand" => "geboortemaand",
        "Geslacht" => "geslacht",
        "Uitschrijfdatum" => "uitschrijfdatum",
        "Uitstroomprofiel" => "uitstroomprofiel",
        "Contact" => "contact",
        "Niet benaderen" => "niet_benaderen",
        "Dossier" => "dossier",
        "Begindatum" => "van",
        "Einddatum" => "tot",
        "maand" => "maand",
        "bedrag" => "bedrag_cent",
        "status" => "status",
        "sinds" => "sinds",
        other => panic!("unknown column {other}"),
    }
}

fn value(column: &str, raw: &str, spreadsheet: bool) -> String {
    match column {
        "bsn" | "onderwijsnummer" | "dossier" | "brin" => raw.to_owned(),
        "gemeente" => match raw.trim_start_matches("GM") {
            "" => String::new(),
            code => format!("{:04}", code.parse::<u32>().unwrap()),
        },
        "inschrijving_van" | "inschrijving_tot" | "startkwalificatie" if !raw.is_empty() => {
            format!("{}-{}-{}", &raw[..4], &raw[4..6], &raw[6..])
        }
        "maand" => format!("{}-{}", &raw[..4], &raw[4..]),
        "geboortemaand" => {
            let (month, year) = raw.split_once('-').unwrap();
            format!("{year}-{month}")
        }
        "uitschrijfdatum" | "van" | "tot" if spreadsheet && !raw.is_empty() => {
            let [day, month, year] = raw.split('-').collect::<Vec<_>>()[..] else {
                panic!("{raw}");
            };
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        "bedrag_cent" => {
            let (_, cents) = raw.split_once(',').unwrap();
            assert_eq!(cents.len(), 2);
            raw.replace(['.', ','], "")
        }
        _ => raw.to_lowercase(),
    }
}
