//! `pseudonimiseer` from outside: messy raw files in, leveringen out, or a refusal and nothing.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "pseudonimiseer/source.rs"]
mod source;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use source::{OIN, OWN, Source, bsn, fixture_bsns, hex, mac, own};
use std::fs;

#[test]
fn the_standard_dialect_and_its_manifest() {
    let source = Source::new();
    source.write("in.csv", "bsn;maand;bedrag_cent;soort\n999993847;2026-10;30001;loon\n999993848;2026-10;1;loon\n");
    let told = source.deliver("inkomen", &["in.csv"]);
    let data = source.levering("inkomen", "");
    // Frozen: HMAC-SHA256 under 32 bytes of 0x42, computed with Python's hmac.
    let frozen = "40a09f5db4e85e8fd08a6724d718a7aad6ac24e65b2d63f18704068ccd5cd310";
    assert_eq!(data, format!("pseudoniem;maand;bedrag_cent;soort\n{frozen};2026-10;30001;loon\n"));
    assert_eq!(bsn("999993847"), frozen);
    assert!(told.contains("2 regels gelezen") && told.contains("afgekeurd op persoonsnummer: 1"), "{told}");

    let text = fs::read_to_string(source.path(&format!("uit/inkomen-{OIN}-2026-10.csv.manifest.json"))).unwrap();
    let keys: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split('"').next()).collect();
    let order = ["schema", "bron", "leverancier", "regio", "periode", "dekking", "sleutel_id", "identificatie"];
    assert_eq!(keys[..8], order);
    assert_eq!(keys[8..], ["records", "afgekeurd_bij_bron", "sha256", "aangemaakt"]);
    let manifest = source.manifest("inkomen", "");
    assert_eq!(manifest["schema"], "inbeeld/levering/v1");
    assert_eq!((&manifest["records"], &manifest["afgekeurd_bij_bron"]), (&1.into(), &1.into()));
    assert_eq!(manifest["sha256"], hex(&Sha256::digest(data.as_bytes())));
    assert_eq!((&manifest["regio"], &manifest["identificatie"]), (&"10".into(), &"bsn".into()));
    assert_eq!(manifest["leverancier"], json!({ "oin": OIN, "naam": "Bron" }));
    assert_eq!(manifest["sleutel_id"], mac("inbeeld:sleutel-id:v1")[..16]);
    assert!(manifest["aangemaakt"].as_str().unwrap().starts_with("2026-11-02T"));
    let report = source.report("inkomen", "");
    assert_eq!(report["afgekeurde_regels"], json!([{ "bestand": 0, "regel": 3, "reden": "elfproef" }]));
}

#[test]
fn rows_keep_their_order_and_their_own_pseudonym_however_many_are_hashed_at_once() {
    let header = "BSN;ONDERWIJSNUMMER;BRIN;SOORT;NIVEAU;DATUM_INSCHRIJVING;DATUM_UITSCHRIJVING;DATUM_DIPLOMA\n";
    let brin = |at: usize| format!("{:02}{}", at % 100, if at.is_multiple_of(2) { "AB" } else { "CD" });
    for count in [1, 255, 256, 257, 1300] {
        let (source, numbers) = (Source::new(), fixture_bsns(count));
        let mut raw = header.to_owned();
        let (mut expected_bsn, mut expected_own) = (Vec::new(), Vec::new());
        for (at, number) in numbers.iter().enumerate() {
            raw += &format!("{number};;{};VO;;20240801;;\n", brin(at));
            expected_bsn.push(format!("{};{};vo;;2024-08-01;;", bsn(number), brin(at)));
            if at % 3 == 0 {
                raw += &format!(";{OWN};{};VO;;20240801;;\n", brin(at));
                expected_own.push(format!("{};{};vo;;2024-08-01;;", own(OWN), brin(at)));
            }
        }
        source.write("duo.csv", raw);
        source.deliver("onderwijs", &["--profiel", "duo", "duo.csv"]);
        assert_eq!(source.rows("onderwijs", ""), expected_bsn);
        assert_eq!(source.rows("onderwijs", "-own"), expected_own);
    }
}

#[test]
fn a_way_of_hashing_is_used_or_refused() {
    let source = Source::new();
    let told = |kernel: &str| -> Value {
        let output = source.hashing(kernel, &["meet-sleutelhash"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let ways: Vec<String> = told("portable")["samen"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(ways[0], "portable");
    for way in &ways {
        assert_eq!(told(way)["gekozen"], **way);
    }
    for wrong in ["GEHEIM", "", "Portable"] {
        let output = source.hashing(wrong, &["sleutel", "toon", "koppel.sleutel"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("INBEELD_KERNEL") && said.contains("portable, avx2, shani, avx512"), "{said}");
        assert!(!said.contains("GEHEIM") && output.stdout.is_empty(), "{said}");
    }
}

#[test]
fn the_duo_dialect_with_both_numbers_makes_two_leveringen() {
    let source = Source::new();
    let header = "BSN;ONDERWIJSNUMMER;BRIN;SOORT;NIVEAU;DATUM_INSCHRIJVING;DATUM_UITSCHRIJVING;DATUM_DIPLOMA";
    let with_bsn = b";NAAM\r\n999993847;;25PZ03;MBO-BOL;MBO-4;20250801;;;Jos\xe9\r\n\r\n";
    let with_own =
        format!(";{OWN};25PZ;VO;VMBO-TL;20240801;20260731;20260710;x\r\n;100000001;25PZ;VO;VMBO-TL;20240801;;;\r\n");
    source.write("duo.csv", [header.as_bytes(), with_bsn, with_own.as_bytes()].concat());
    source.deliver("onderwijs", &["--profiel", "duo", "duo.csv"]);
    let delivered = "pseudoniem;brin;soort;niveau;inschrijving_van;inschrijving_tot;startkwalificatie";
    let row = format!("{};25PZ03;mbo-bol;mbo-4;2025-08-01;;", bsn("999993847"));
    assert_eq!(source.levering("onderwijs", ""), format!("{delivered}\n{row}\n"));
    let row = format!("{};25PZ;vo;vmbo-tl;2024-08-01;2026-07-31;2026-07-10", own(OWN));
    assert_eq!(source.levering("onderwijs", "-own"), format!("{delivered}\n{row}\n"));
    assert_eq!(source.manifest("onderwijs", "-own")["identificatie"], "own");
    let report = source.report("onderwijs", "-own");
    let dropped = json!([{ "bestand": 0, "regel": 5, "reden": "geen_onderwijsnummer" }]);
    assert_eq!(report["afgekeurde_regels"], dropped);
    assert_eq!(report["invoer"][0]["genegeerde_kolommen"], json!([{ "plaats": 9, "kolom": null }]));

    // The second column without anybody in it: silence is delivered too.
    let other = Source::new();
    other.write("duo.csv", [header.as_bytes(), with_bsn].concat());
    other.deliver("onderwijs", &["--profiel", "duo", "duo.csv"]);
    assert_eq!((other.rows("onderwijs", "").len(), other.rows("onderwijs", "-own").len()), (1, 0));
    assert_eq!(other.manifest("onderwijs", "-own")["records"], 0);
    // Without the column there is no such levering.
    let plain = Source::new();
    plain.write("in.csv", "bsn;soort\n999993847;vo\n");
    plain.deliver("onderwijs", &["in.csv"]);
    assert_eq!(fs::read_dir(plain.path("uit")).unwrap().count(), 3);
}

#[test]
fn the_spreadsheet_dialect_of_a_doelgroep_with_doubles_and_lost_zeros() {
    let source = Source::new();
    source.key("sleutels/0148.sleutel", "verwijzing", 0o600);
    // Of no municipality, so none of ours.
    source.write("sleutels/leesmij.sleutel", "x");
    let header = "BSN;Onderwijsnummer;Gemeente;Geboortemaand;Geslacht;Uitschrijfdatum;Niveau;Uitstroomprofiel;\
                  Contact;Niet benaderen;Dossier";
    let rows = [
        "999993847;;GM0148;03-2008;Vrouw;1-9-2025;Vmbo-bb;Arbeid;In beeld;Ja;D-1",
        "9921;;193;12-2007;Man;;;;;Nee;D-2",
        "999993847;;148;3-2008;v;01-09-2025;vmbo-bb;arbeid;in_beeld;j;D-1",
        &format!(";{OWN};0193;1-2009;X;;;;;;"),
        "12345;;0193;1-2009;X;;;;;;",
        ";;;;;;;;;;",
    ];
    source.write("rmc.csv", format!("\u{feff}{header}\r\n{}\r\n", rows.join("\r\n")));
    let told = source.deliver("doelgroep", &["--profiel", "excel-nl", "--verwijzingsleutels", "sleutels", "rmc.csv"]);
    let rows = source.rows("doelgroep", "");
    let first = format!("{};0148;2008-03;v;2025-09-01;vmbo-bb;arbeid;in_beeld;j;", bsn("999993847"));
    assert_eq!(rows[0].strip_prefix(&first).unwrap().len(), 139, "a sealed handle of 104 bytes");
    assert_eq!(rows[1..], [format!("{};0193;2007-12;m;;;;;;", bsn("000009921"))]);
    assert_eq!(source.rows("doelgroep", "-own"), [format!("{};0193;2009-01;x;;;;;;", own(OWN))]);
    let report = &source.report("doelgroep", "")["levering"];
    assert_eq!((&report["dubbel"], &report["bsn_aangevuld"]), (&1.into(), &1.into()));
    assert_eq!(report["verwijzing_zonder_sleutel"], json!({ "0193": 1 }));
    assert_eq!(report["afgekeurd"], json!({ "niet_negen_cijfers": 1 }));
    assert!(told.contains("zonder verwijzing, want geen sleutel: 0193 (1)"), "{told}");
    assert!(!source.everything().contains("D-1"));
}

#[test]
fn the_dialects_of_benefit_and_income() {
    let source = Source::new();
    source.write("ww.csv", "BSN;Soort;Begindatum;Einddatum\r\n999993847;Participatiewet;1-9-2026;\r\n");
    source.deliver("uitkering", &["--profiel", "excel-nl", "ww.csv"]);
    assert_eq!(source.rows("uitkering", ""), [format!("{};participatiewet;2026-09-01;", bsn("999993847"))]);
    source.write("uwv.csv", "bsn;maand;bedrag;soort\n999993847;202610;1.234,56;loon\n999993847;202610;-0,5;loon\n");
    source.deliver("inkomen", &["--profiel", "uwv", "uwv.csv"]);
    let pseudonym = bsn("999993847");
    let rows = ["123456", "-50"].map(|cents| format!("{pseudonym};2026-10;{cents};loon"));
    assert_eq!(source.rows("inkomen", ""), rows);
}

#[test]
fn bad_values_refuse_the_whole_levering_and_no_value_is_echoed() {
    let source = Source::new();
    let mut raw = "bsn;soort;van;tot;GEHEIMKOP\n999993847;ww;2026-01-01;;GEHEIMCEL\n".to_owned();
    raw += "999992077;ww;GEHEIMDATUM;;\n999993483;GEHEIMSOORT;2026-01-01;31-02-2026;\n999990482;ww;;;\n";
    raw += "999993653;ww;2026-01-01\n";
    raw += &"999995017;ww;GEHEIMDATUM;;\n".repeat(120);
    source.write("ww.csv", &raw);
    let told = source.refuse(3, "uitkering", &["ww.csv"]);
    for part in [
        "ww.csv, regel 3, kolom van: ",
        "ww.csv, regel 4, kolom soort: ",
        "ww.csv, regel 4, kolom tot: ",
        "ww.csv, regel 5, kolom van: dit veld mag niet leeg zijn [leeg]",
        "ww.csv, regel 6: ",
        "nog 25 keer: dit is geen bestaande datum",
        "→ [keuze]",
        "→ [datum]",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let json = source.refuse(3, "uitkering", &["--json", "ww.csv"]);
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["geweigerd"], "bron-geweigerd");
    assert_eq!(value["bestanden"][0]["fouten"].as_array().unwrap().len(), 100);
    assert_eq!(value["bestanden"][0]["niet_vermeld"]["datum"], 25);
    for text in [told, json] {
        assert!(!text.contains("GEHEIM") && !text.contains("99999"), "{text}");
    }

    // A file that is delivered echoes nothing either, wherever the value stood.
    source.write("ww.csv", "bsn;soort;van;GEHEIMKOP\n999993847;ww;2026-01-01;GEHEIMCEL\nGEHEIMNR;x;y;z\n");
    let told = source.deliver("uitkering", &["--json", "ww.csv"]);
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["leveringen"][0]["records"], 1);
    let told = told + &source.everything();
    assert!(!told.contains("GEHEIM") && !told.contains("999993847"), "{told}");
}

#[test]
fn different_rows_of_one_person_refuse_the_doelgroep() {
    let source = Source::new();
    source.write("a.csv", "bsn;gemeente;geboortemaand\n999993847;0148;2008-01\n");
    source.write("b.csv", "bsn;gemeente;geboortemaand\n999992077;0148;2008-01\n999993847;0193;2008-01\n");
    let told = source.refuse(3, "doelgroep", &["a.csv", "b.csv"]);
    assert!(told.contains("b.csv, regel 3: deze persoon staat al eerder"), "{told}");
    let told = source.refuse(2, "doelgroep", &["a.csv", "./a.csv"]);
    assert!(told.contains("[bestand-dubbel]"), "{told}");
}

#[test]
fn raw_bsns_in_free_text_are_refused() {
    let source = Source::new();
    source.key("sleutels/0148.sleutel", "verwijzing", 0o600);
    let numbers = fixture_bsns(24);
    let mut raw = "bsn;gemeente;geboortemaand;dossier\n".to_owned();
    numbers.iter().for_each(|number| raw += &format!("{number};0148;2008-01;{number}\n"));
    source.write("rmc.csv", &raw);
    let told = source.refuse(3, "doelgroep", &["--verwijzingsleutels", "sleutels", "rmc.csv"]);
    assert!(told.contains("kolom dossier: deze kolom lijkt ruwe burgerservicenummers"), "{told}");
    let mut raw = "bsn;soort;brin\n".to_owned();
    numbers.iter().for_each(|number| raw += &format!("{number};vo;{number}\n"));
    source.write("school.csv", &raw);
    let told = source.refuse(3, "onderwijs", &["school.csv"]);
    assert!(told.contains("kolom brin: deze kolom lijkt ruwe burgerservicenummers"), "{told}");
    assert!(!told.contains("9999"), "{told}");
}

#[test]
fn keys_of_another_role_or_open_to_others_are_named() {
    let source = Source::new();
    source.write("rmc.csv", "bsn;gemeente;geboortemaand\n999993847;0148;2008-01\n");
    source.key("koppel.sleutel", "verwijzing", 0o600);
    let told = source.refuse(2, "doelgroep", &["rmc.csv"]);
    assert!(told.contains("koppel.sleutel: deze sleutel is van soort `verwijzing`"), "{told}");
    source.key("koppel.sleutel", "koppel", 0o644);
    let told = source.refuse(2, "doelgroep", &["rmc.csv"]);
    assert!(told.contains("[sleutel-rechten]") && told.contains("koppel.sleutel"), "{told}");
    source.key("koppel.sleutel", "koppel", 0o600);
    let with_keys = ["--verwijzingsleutels", "sleutels", "rmc.csv"];
    source.key("sleutels/0148.sleutel", "koppel", 0o600);
    let told = source.refuse(2, "doelgroep", &with_keys);
    assert!(told.contains("0148.sleutel") && told.contains("[sleutel-rol]"), "{told}");
    source.key("sleutels/0148.sleutel", "verwijzing", 0o640);
    let told = source.refuse(2, "doelgroep", &with_keys);
    assert!(told.contains("0148.sleutel") && told.contains("[sleutel-rechten]"), "{told}");
}

#[test]
fn a_second_delivery_stands_beside_the_first_and_is_newer() {
    let source = Source::new();
    source.write("in.csv", "bsn;sinds\n999993847;2026-10-01\n");
    for _ in 0..3 {
        source.deliver("betrokkenheid", &["in.csv"]);
    }
    let made = ["", "-2", "-3"].map(|suffix| {
        let manifest = source.manifest("betrokkenheid", suffix);
        inbeeld::terms::Moment::parse(manifest["aangemaakt"].as_str().unwrap()).unwrap()
    });
    assert!(made[0] < made[1] && made[1] < made[2]);
    assert_eq!(fs::read_dir(source.path("uit")).unwrap().count(), 9);
    // A refusal leaves what was there, and nothing more.
    source.write("in.csv", "bsn;sinds\n999993847;x\n");
    assert_eq!(source.run("betrokkenheid", &["in.csv"]).status.code(), Some(3));
    assert_eq!(fs::read_dir(source.path("uit")).unwrap().count(), 9);
}

#[test]
fn own_profiles_translate_and_wrong_ones_name_the_line() {
    let source = Source::new();
    source.write("raar.csv", "burgerservicenummer,per,hoeveel,waarvan\n999993847,okt,12.5,Salaris\n");
    let profile = "schema = \"inbeeld/profiel/v1\"\nnaam = \"raar\"\nscheiding = \",\"\nbedrag = \"euro-punt\"\n\
        [kolommen.inkomen]\nbsn = [\"burgerservicenummer\"]\nmaand = [\"per\"]\nbedrag_cent = [\"hoeveel\"]\n\
        soort = [\"waarvan\"]\n[waarden.inkomen]\nmaand = { Okt = \"2026-10\" }\nsoort = { salaris = \"loon\" }\n";
    source.write("raar.toml", profile.replace("bedrag =", "bedragen ="));
    let told = source.refuse(2, "inkomen", &["--profiel", "raar.toml", "raar.csv"]);
    assert!(told.contains("profiel raar.toml, regel 4: deze sleutel bestaat niet"), "{told}");
    assert!(source.refuse(2, "inkomen", &["--profiel", "anders", "raar.csv"]).contains("excel-nl"));
    source.write("raar.toml", profile);
    source.deliver("inkomen", &["--profiel", "raar.toml", "raar.csv"]);
    assert_eq!(source.rows("inkomen", ""), [format!("{};2026-10;1250;loon", bsn("999993847"))]);
}

#[test]
fn files_that_cannot_be_read_are_refused_by_line() {
    let source = Source::new();
    let refuse = |exit, bytes: &[u8]| {
        source.write("a.csv", bytes);
        source.refuse(exit, "betrokkenheid", &["a.csv"])
    };
    let told = refuse(3, b"bsn;sinds;naam\n999993847;2026-10-01;Jos\xe9\n");
    assert!(told.contains("a.csv, regel 2: deze regel is geen geldige UTF-8"), "{told}");
    let told = refuse(3, b"bsn;sinds;naam\n999993847;2026-10-01;\"x\n999992077;2026-10-01;y\n");
    assert!(told.contains("a.csv, regel 2: het bestand houdt op"), "{told}");
    assert!(refuse(3, b"").contains("[kop-ontbreekt]"));
    let told = refuse(3, b"bsn;datum\n999993847;2026-10-01\n");
    assert!(told.contains("kolom sinds: deze verplichte kolom ontbreekt"), "{told}");
    source.write("a.csv", "onderwijsnummer;maand;bedrag_cent;soort\n");
    assert!(source.refuse(3, "inkomen", &["a.csv"]).contains("[onderwijsnummer-niet-toegestaan]"));
    for missing in ["b.csv", "."] {
        assert!(source.refuse(2, "betrokkenheid", &[missing]).contains("[lezen]"));
    }
}

/// Writes a generated set into a source's folder.
struct Raw<'a>(&'a Source);

impl inbeeld::synthetic::Sink for Raw<'_> {
    fn create(&mut self, name: &str) -> std::io::Result<Box<dyn std::io::Write>> {
        Ok(Box::new(fs::File::create(self.0.path(name))?))
    }
}

#[test]
fn a_generated_region_is_delivered_whole() {
    let source = Source::new();
    source.key("sleutels/0193.sleutel", "verwijzing", 0o600);
    let plan = inbeeld::synthetic::Plan::new("10", 800, jiff::civil::date(2026, 10, 1), 11);
    let set = inbeeld::synthetic::generate(&plan, &mut Raw(&source)).unwrap();
    let index: toml::Table = fs::read_to_string(source.path("bronnen.toml")).unwrap().parse().unwrap();
    let mut dropped = 0;
    for file in index["bestand"].as_array().unwrap() {
        let of = |key: &str| file[key].as_str().unwrap();
        let mut args = vec!["pseudonimiseer", "--json", "--sleutel", "koppel.sleutel", "--uit", "uit"];
        for (option, key) in [("--bron", "bron"), ("--oin", "oin"), ("--naam", "naam"), ("--regio", "regio")] {
            args.extend([option, of(key)]);
        }
        args.extend(["--periode", of("periode"), "--dekking", of("dekking"), "--profiel", of("profiel")]);
        args.extend(["--verwijzingsleutels", "sleutels", of("bestand")]);
        let output = source.inbeeld(&args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rows = set.bestanden.iter().find(|(name, _)| name == of("bestand")).unwrap().1;
        assert_eq!(told["gelezen"], rows, "{}", of("bestand"));
        for levering in told["leveringen"].as_array().unwrap() {
            assert_eq!(levering["dubbel"], 0);
            let reasons = levering["afgekeurd"].as_object().unwrap();
            dropped += reasons.values().map(|count| count.as_u64().unwrap()).sum::<u64>();
        }
    }
    assert_eq!(dropped, set.afgekeurd);
    source.check();
}

#[cfg(not(feature = "xlsx"))]
#[test]
fn a_workbook_is_refused_by_a_build_without_them() {
    let source = Source::new();
    source.write("loon.xlsx", "PK");
    assert!(
        source.refuse(2, "inkomen", &["loon.xlsx"]).contains("loon.xlsx: deze versie van het programma leest geen")
    );
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_is_read_as_it_shows() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let source = Source::new();
    source.write("kapot.xlsx", "geen werkmap");
    assert!(source.refuse(3, "inkomen", &["kapot.xlsx"]).contains("[xlsx]"));

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["BSN", "Gemeente", "Geboortemaand", "Uitschrijfdatum", "Opmerking", "Dossier"]) {
        sheet.write(1, column, name).unwrap();
    }
    let date = Format::new().set_num_format("d-m-yyyy");
    sheet.write(2, 0, 9921).unwrap().write(2, 1, 148).unwrap().write(2, 2, "3-2008").unwrap();
    sheet.write_with_format(2, 3, ExcelDateTime::from_ymd(2025, 9, 1).unwrap(), &date).unwrap();
    sheet.write(2, 4, "GEHEIMCEL").unwrap().write(2, 9, "GEHEIMCEL").unwrap();
    // Excel likes to make a date of a month that was typed.
    sheet.write(5, 0, "999993847").unwrap().write(5, 1, "GM0193").unwrap().write(5, 5, 1234.0).unwrap();
    sheet.write_with_format(5, 2, ExcelDateTime::from_ymd(2007, 12, 1).unwrap(), &date).unwrap();
    sheet.write(6, 0, 77).unwrap();
    book.add_worksheet().write(0, 0, "GEHEIMCEL").unwrap();
    book.save(source.path("rmc.XLSX")).unwrap();
    let told = source.deliver("doelgroep", &["--profiel", "excel-nl", "rmc.XLSX"]);
    let first = format!("{};0148;2008-03;;2025-09-01;;;;;", bsn("000009921"));
    assert_eq!(source.rows("doelgroep", ""), [first, format!("{};0193;2007-12;;;;;;;", bsn("999993847"))]);
    assert_eq!(source.report("doelgroep", "")["afgekeurde_regels"][0]["regel"], 7);
    assert!(!(told + &source.everything()).contains("GEHEIM"));

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["bsn", "maand", "bedrag", "soort"]) {
        sheet.write(0, column, name).unwrap();
    }
    for (row, amount) in (1..).zip([1234.56, 300.0, -0.5, 0.1 + 0.2]) {
        sheet.write(row, 0, 999_993_847).unwrap().write(row, 1, 202_610).unwrap();
        sheet.write(row, 2, amount).unwrap().write(row, 3, "Loon").unwrap();
    }
    book.save(source.path("loon.xlsx")).unwrap();
    source.deliver("inkomen", &["--profiel", "uwv", "loon.xlsx"]);
    let rows = source.rows("inkomen", "");
    let cents: Vec<&str> = rows.iter().map(|row| row.split(';').nth(2).unwrap()).collect();
    assert_eq!(cents, ["123456", "30000", "-50", "30"]);
}
