//! What an account says, and that nothing in it is made up or left out.

use super::{AccountFault, Records, Text, annex, notice, open_places};
use crate::doelbinding::plain::page::{Page, Part};
use crate::register::Register;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const LIST: &str = include_str!("../../policies/contactlijst-gemeenten.toml");
const TABLE: &str = include_str!("../../policies/oud-vsv-maandmonitor.toml");
const ROUNDED: &str = include_str!("../../policies/raad-kwartaal.toml");

fn text(toml: &str) -> Text {
    Text::parse(toml.as_bytes()).unwrap()
}

/// A text in which one thing is written otherwise.
fn changed(toml: &str, from: &str, to: &str) -> Text {
    assert!(toml.contains(from), "{from}");
    text(&toml.replace(from, to))
}

fn told(toml: &str) -> String {
    one_line(&notice(text(toml).policy()))
}

/// The page without its line ends, so that a sentence can be found.
fn one_line(page: &Page) -> String {
    page.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn csv_rows(records: &Records) -> Vec<csv::StringRecord> {
    let text = records.csv().unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn a_record_is_the_same_in_every_form() {
    let records = Records::of(&[text(ROUNDED), text(LIST), text(TABLE)]).unwrap();
    let json: Value = serde_json::from_str(&records.json().unwrap()).unwrap();
    let rows = csv_rows(&records);
    let (header, rows) = rows.split_first().unwrap();
    assert_eq!(rows.len(), 3);
    for (record, row) in json["verwerkingen"].as_array().unwrap().iter().zip(rows) {
        let names: Vec<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(header.iter().collect::<Vec<_>>(), names);
        for (value, cell) in record.as_object().unwrap().values().zip(row) {
            let parts = match value {
                Value::Array(parts) => parts.iter().map(|part| part.as_str().unwrap()).collect::<Vec<_>>().join(" | "),
                Value::String(one) => one.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell, parts);
            assert!(!cell.is_empty());
        }
    }
    let ids: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(ids, ["contactlijst-gemeenten", "oud-vsv-maandmonitor", "raad-kwartaal"], "by name");
    let told = records.text().unwrap();
    assert!(told.contains("verantwoordelijke oin: 00000001999990000193\n"), "{told}");
    assert!(told.ends_with("3 verwerking(en)\n"));
}

/// What a privacy officer writes may begin with any sign; a spreadsheet must not compute with it.
#[test]
fn no_cell_is_a_formula_and_quotes_hold() {
    for start in ["=", "+", "-", "@"] {
        let titel = format!("titel = '{start}HYPERLINK(\"x\";1)'");
        let records = Records::of(&[changed(TABLE, "titel = \"Maandmonitor oud-vsv'ers\"", &titel)]).unwrap();
        let rows = csv_rows(&records);
        assert_eq!(&rows[1][5], format!("'{start}HYPERLINK(\"x\";1)"));
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    // White space before it does not bring it back, and a line end is no new row.
    let titel = "titel = \"\"\"  \t\n =1+1;\\u001B[31m\n@x\"\"\"";
    let records = Records::of(&[changed(TABLE, "titel = \"Maandmonitor oud-vsv'ers\"", titel)]).unwrap();
    let rows = csv_rows(&records);
    assert_eq!(&rows[1][5], "'=1+1;\u{fffd}[31m @x");
    assert_eq!(records.csv().unwrap().lines().count(), 2);
}

#[test]
fn one_text_has_one_record() {
    let twice = Records::of(&[text(TABLE), changed(TABLE, "drempel = 5", "drempel = 6")]);
    let fault = AccountFault::Twice { id: "oud-vsv-maandmonitor".to_owned(), versie: 1 };
    assert_eq!(twice, Err(fault));
    assert!(Records::of(&[text(TABLE), changed(TABLE, "versie = 1", "versie = 2")]).is_ok());
}

/// A record says only what was agreed: another choice in the text is another record.
#[test]
fn the_choices_of_a_text_are_in_its_record_and_annex() {
    let said = |text: &Text| {
        let records = Records::of(std::slice::from_ref(text)).unwrap().text().unwrap();
        (records, one_line(&annex(text, None)))
    };
    for (toml, from, to, word) in [
        (LIST, "velden = []", "velden = [\"leeftijdsgroep\"]", "leeftijdsgroep"),
        (LIST, "ontvangers = [\"0148\", \"0193\"]", "ontvangers = [\"0246\"]", "Heerde"),
        (LIST, "max_aandeel = 0.5", "max_aandeel = 0.4", "40%"),
        (LIST, "klassen = [\"geen_dagbesteding\", \"onbekend\"]", "klassen = [\"werk\"]", "jongeren die werken"),
        (LIST, "bewaartermijn_dagen = 31", "bewaartermijn_dagen = 7", "7 dagen"),
        (TABLE, "drempel = 5", "drempel = 12", "12"),
        (TABLE, "cohort = \"oud\"", "cohort = \"nieuw\"", "minder dan een jaar"),
        (TABLE, "leeftijd = { van = 16, tot = 27 }", "leeftijd = { van = 18, tot = 23 }", "18 tot en met 22 jaar"),
        (TABLE, "velden = [\"van\", \"tot\"]", "velden = [\"van\", \"tot\", \"soort\"]", "sommige soorten uitkering"),
        (ROUNDED, "naam = \"Gemeente Zwolle\"", "naam = \"Gemeente Elders\"", "Gemeente Elders"),
    ] {
        let (record, annex) = said(&changed(toml, from, to));
        assert!(record.contains(word) && annex.contains(word), "{to}: {record}\n{annex}");
        assert_ne!((record, annex), said(&text(toml)), "{to}");
    }
    let (one, _) = said(&changed(LIST, "handtekeningen = 2", "handtekeningen = 1"));
    assert!(said(&text(LIST)).0.contains("van twee verschillende vertrouwde sleutels"));
    assert!(one.contains("zonder geldige handtekening van een vertrouwde sleutel"));
    assert!(said(&text(ROUNDED)).0.contains("is een vijftal"));
    assert!(!said(&text(ROUNDED)).0.contains("drempel"));
    assert!(!said(&text(TABLE)).0.contains("Elke lijst"));
}

#[test]
fn the_notice_says_what_a_jongere_may_do_under_this_text() {
    let list = told(LIST);
    for right in [
        "Dat heet inzage.",
        "waarom je wel of niet op een lijst staat",
        "om het te verbeteren",
        "Dat heet bezwaar.",
        "Je mag zeggen dat je niet benaderd wilt worden.",
        "Autoriteit Persoonsgegevens",
        "Nee. Een computer maakt de lijst",
        "Dan weet de gemeente dat je bij een van deze groepen hoort. Zij weet niet bij welke.",
    ] {
        assert!(list.contains(right), "{right}");
    }
    let table = told(TABLE);
    assert!(table.contains("Niemand krijgt een lijst met jongeren."));
    assert!(table.contains("Kleine aantallen laten wij weg."));
    assert!(!table.contains("benaderd wilt") && !table.contains("waarom je wel of niet"));
    assert!(told(ROUNDED).contains("afgerond op een vijftal"));
    // Who must by law, does so without a right to object (AVG art. 21).
    let must = changed(TABLE, "AVG 6(1)(e)", "AVG 6(1)(c)");
    assert!(!one_line(&notice(must.policy())).contains("bezwaar"));
    let fields = changed(LIST, "velden = []", "velden = [\"uitschrijfmaand\"]");
    assert!(one_line(&notice(fields.policy())).contains("- in welke maand de jongere van school ging"));
    // Of a source only the columns that are read.
    assert!(!table.contains("welke soort uitkering") && !table.contains("man of vrouw"));
    let wide = changed(TABLE, "dimensies = [\"gemeente\", \"klasse\"]", "dimensies = [\"geslacht\", \"klasse\"]");
    assert!(one_line(&notice(wide.policy())).contains("- of de jongere man of vrouw is"));
}

/// Sentences of ours are short and have no abbreviations, so that somebody can read them aloud.
#[test]
fn the_notice_can_be_read_aloud() {
    for toml in [LIST, TABLE, ROUNDED] {
        let text = text(toml);
        let policy = text.policy();
        let theirs: Vec<&str> = [&policy.doel, &policy.noodzaak]
            .into_iter()
            .chain(policy.bronnen.values().map(|ask| &ask.waarom))
            .map(String::as_str)
            .collect();
        for block in notice(policy).blokken {
            for part in block.delen {
                let Part::Zin(said) = part else { continue };
                if theirs.iter().any(|text| said.contains(text)) || said.starts_with("Zij wonen in") {
                    continue;
                }
                for sentence in said.split_inclusive(['.', '?']).filter(|sentence| !sentence.contains("INVULLEN")) {
                    assert!(sentence.split_whitespace().count() <= 16, "{sentence}");
                }
                for short in ["BSN", "AVG", "FG", "o.a.", "d.w.z.", "bijv.", "vsv'", "RMC", "(", "/", "&"] {
                    assert!(!said.contains(short), "{short}: {said}");
                }
            }
        }
    }
}

#[test]
fn what_only_the_organisation_knows_is_left_open() {
    // Who is responsible and the FG, who delivers the five sources, and when files are wiped.
    let page = notice(text(TABLE).policy()).text();
    assert_eq!(open_places(&page), 8, "{page}");
    assert!(page.contains("Gemeente Zwolle en [INVULLEN: naam van de andere organisatie"), "{page}");
    let all = changed(
        TABLE,
        "leveranciers = [\"00000001999990000193\", \"00000001999990002001\"]",
        "leveranciers = [\"00000001999990000193\"]",
    );
    assert_eq!(open_places(&notice(all.policy()).text()), 7);
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A register with these lines.
fn register(says: &[Value]) -> Register {
    let mut lines: Vec<String> = Vec::new();
    for (at, says) in says.iter().enumerate() {
        let vorige = lines.last().map_or("0".repeat(64), |line| hash(line.as_bytes()));
        let mut line = json!({ "schema": "inbeeld/register/v1", "nr": at + 1, "vorige": vorige });
        line.as_object_mut().unwrap().extend(says.as_object().unwrap().clone());
        lines.push(line.to_string());
    }
    Register::read(&lines).unwrap()
}

/// A release under a text of this id and hash, with one cell withheld of three, and lists for these.
fn release(id: &str, sha256: &str, gemeenten: &[&str]) -> Value {
    let list = |gemeente: &&str| json!({ "naam": "te-benaderen", "gemeente": gemeente, "klassen": [], "velden": [] });
    let cell = |klasse: &str, aantal: Option<u64>| json!({ "klasse": klasse, "aantal": aantal });
    json!({
        "soort": "vrijgave", "tijd": "2026-11-05T08:30:00Z", "vandaag_gezet": false,
        "doelbinding": { "id": id, "versie": 1, "sha256": sha256 }, "ondertekend_door": ["fg"],
        "peildatum": "2026-10-01", "regio": "10", "doelgroep": "", "bronnen": [], "leveringen": [],
        "regels": { "gemeenten": [], "leeftijd_van": 16, "leeftijd_tot": 27, "cohort": "oud",
            "inkomen_boven_cent": 30000, "inkomen_maand": "2026-10", "bronnen": [] },
        "redenen": { "drempel": 5, "aantallen": [] },
        "tabellen": [{ "naam": "per_klasse", "dimensies": ["klasse"], "methode": "onderdrukking", "drempel": 5,
            "cellen": [cell("werk", None), cell("school", Some(4711)), cell("totaal", Some(4713))] }],
        "lijsten": gemeenten.iter().map(list).collect::<Vec<_>>(), "bestanden": [],
    })
}

#[test]
fn the_annex_says_what_was_released_and_of_no_cell_why() {
    let text = text(LIST);
    let (id, own) = ("contactlijst-gemeenten", hash(LIST.as_bytes()));
    let mut by_hand = release(id, &own, &[]);
    by_hand["vandaag_gezet"] = true.into();
    by_hand["tabellen"] = json!([]);
    let mut tried = release(id, &own, &[]);
    tried["soort"] = "proef".into();
    let empty = register(&[]);
    let register = register(&[
        release(id, &own, &["0148", "0193"]),
        json!({ "soort": "uitgeleverd", "vrijgave": 1 }),
        release("een-ander-doel", &own, &["0246"]),
        release(id, &"0".repeat(64), &["0148"]),
        by_hand,
        tried,
    ]);
    let said = one_line(&annex(&text, Some(&register)));
    for part in [
        "** Nummer 1, peildatum 1 oktober 2026 - op 5 november 2026: uitgeleverd - tabel per_klasse: 1 van 3 cellen niet vrijgegeven - lijst te-benaderen voor Dalfsen - lijst te-benaderen voor Zwolle",
        "** Nummer 4, peildatum 1 oktober 2026 - op 5 november 2026: niet uitgeleverd - onder een andere tekst, versie 1",
        "** Nummer 5, peildatum 1 oktober 2026 - op 5 november 2026: niet uitgeleverd - de datum van vandaag was met de hand gezet",
        "** Nummer 6, peildatum 1 oktober 2026 - op 5 november 2026: proef, gezien en niet uitgeleverd",
        "Bekeken: een register van 6 regel(s)",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    // Another purpose's releases are not of this text, and no count or cell is repeated.
    for not in ["voor Heerde", "4711", "4713", "Nummer 3", "school:"] {
        assert!(!said.contains(not), "{not}");
    }
    let none = one_line(&annex(&text, Some(&empty)));
    assert!(none.contains("Onder deze doelbinding staat er niets in."));
    assert!(one_line(&annex(&text, None)).contains("Er is geen register bekeken."));
}

#[test]
fn a_rounded_release_says_how_far_it_may_be_off() {
    let mut past = release("raad-kwartaal", &hash(ROUNDED.as_bytes()), &[]);
    past["tabellen"][0]["methode"] = "afronding".into();
    past["tabellen"][0]["grootste_afwijking"] = 7.into();
    let said = one_line(&annex(&text(ROUNDED), Some(&register(&[past]))));
    assert!(said.contains("- tabel per_klasse: afgerond, hoogstens 7 van het echte aantal af"), "{said}");
}
