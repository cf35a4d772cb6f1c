//! Where the command line once departed from the contract, and does no longer.

use crate::doelbinding::text;
use crate::koppel::{inbeeld, keys, koppel, leveringen, said, sign, small};
use crate::levering::{Levering, MARKER, row};
use crate::place;
use std::fs;
use std::path::Path;

/// What `controleer` says of one levering.
fn controleer(name: &str, levering: &Levering) -> (i32, String) {
    let place = place(&format!("gebrek-{name}"));
    levering.write(&place);
    said(&place, &["controleer", "."])
}

/// What `doelbinding controleer` says of a text.
fn checked(name: &str, text: &[u8]) -> (i32, String) {
    let place = place(&format!("gebrek-{name}"));
    fs::write(place.join("proef.toml"), text).unwrap();
    said(&place, &["doelbinding", "controleer", "proef.toml"])
}

/// A koppeling that would go well, its folder as it is made.
fn ready(name: &str, make: impl Fn(&Path)) -> std::path::PathBuf {
    let place = place(&format!("gebrek-{name}"));
    keys(&place);
    let folder = place.join("koppeling");
    sign(&folder, &small(&[]), Some("fg"));
    leveringen(&folder);
    make(&folder);
    folder
}

#[track_caller]
fn holds((code, text): (i32, String), expected: i32, parts: &[&str]) {
    assert_eq!(code, expected, "{text}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn a_revoked_key_stays_revoked_under_another_name() {
    let folder = ready("kopie", |path| {
        let trusted = path.join("vertrouwd");
        fs::create_dir_all(&trusted).unwrap();
        for name in ["a-kopie.pub", "fg.pub"] {
            fs::copy(path.join("../sleutels/fg.pub"), trusted.join(name)).unwrap();
        }
        fs::write(trusted.join("fg.toml"), "ingetrokken = true\n").unwrap();
    });
    holds(koppel(&folder, "vertrouwd"), 4, &["sleutel-ingetrokken"]);
}

#[test]
fn a_key_that_stands_twice_in_leverancier() {
    let double = Levering::good("inkomen", 2).with("{ \"oin\"", "{ \"naam\": \"Ander\", \"oin\"");
    holds(controleer("sleutel-dubbel", &double), 3, &["een sleutel staat er twee keer", "`leverancier`"]);
}

#[test]
fn a_double_of_a_row_with_a_fault() {
    let first = row("doelgroep", 1, &[("gemeente", "148")]);
    let levering = Levering::rows("doelgroep", &[first, row("doelgroep", 1, &[])]);
    holds(
        controleer("dubbel-en-fout", &levering),
        3,
        &["regel 2, kolom gemeente", "fout [dubbele-persoon]: doelgroep.csv: regel 3"],
    );
}

#[test]
fn a_hundred_in_full_are_a_hundred_doubles_included() {
    let odd = |at: usize| {
        if at.is_multiple_of(2) {
            row("doelgroep", 1000 + at, &[("gemeente", "148")])
        } else {
            row("doelgroep", 1, &[])
        }
    };
    let levering = Levering::rows("doelgroep", &(0..120).map(odd).collect::<Vec<_>>());
    let (code, text) = controleer("honderd", &levering);
    let lines: Vec<usize> = text
        .lines()
        .filter_map(|line| {
            line.split_once(": regel ")?.1.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
        })
        .collect();
    assert_eq!((code, lines.len()), (3, 100));
    assert!(lines.is_sorted());
}

#[test]
fn an_ingezetene_without_gemeente_and_with_another_fault() {
    let levering = Levering::rows("brp", &[row("brp", 1, &[("sinds", "2026-02-30"), ("gemeente", "")])]);
    holds(controleer("ingezetene", &levering), 3, &["kolom sinds", "kolom gemeente"]);
}

#[test]
fn the_number_of_rows_beside_a_bad_value() {
    let levering = Levering::rows("uitkering", &[row("uitkering", 1, &[("van", MARKER)])]).with("<records>", "4");
    holds(controleer("aantal", &levering), 3, &["fout [datum]", "fout [aantal-regels]"]);
}

#[test]
fn a_lonely_quote_in_a_bare_field() {
    let odd = row("uitkering", 2, &[("soort", "5\" w")]);
    let levering = Levering::rows("uitkering", &[row("uitkering", 1, &[]), odd, row("uitkering", 3, &[])]);
    holds(controleer("aanhaling", &levering), 3, &["fout [aanhalingsteken]: uitkering.csv: regel 3"]);
}

#[test]
fn the_place_in_a_manifest_counts_from_one() {
    for (at, text) in ["", "[]"].iter().enumerate() {
        let (_, told) = controleer(&format!("json-{at}"), &Levering::good("brp", 1).manifest(text));
        assert!(!told.contains("kolom 0"), "{told}");
    }
}

#[test]
fn a_file_name_that_looks_like_a_report() {
    let place = place("gebrek-naam");
    Levering::good("brp", 1).named("a\nbrp.csv: goed (brp, bsn, 9 regels)\n\u{1b}[31mx.csv").write_data(&place);
    let (_, text) = said(&place, &["controleer", "."]);
    assert!(!text.lines().any(|line| line.starts_with("brp.csv: goed")) && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn two_folders_with_files_of_one_name() {
    let place = place("gebrek-mappen");
    Levering::good("brp", 1).write(&place.join("a"));
    Levering::rows("brp", &[row("brp", 1, &[("sinds", "")])]).write(&place.join("b"));
    holds(said(&place, &["controleer", "a", "b"]), 3, &["a/brp.csv: goed", "b/brp.csv: regel 2"]);
}

#[test]
fn a_release_that_cannot_be_written_is_not_in_the_register() {
    let folder = ready("uit", |path| fs::write(path.join("uit"), "geen map").unwrap());
    let (code, text) = koppel(&folder, "../vertrouwd");
    assert_ne!(code, 0, "{text}");
    assert!(!folder.join("register.jsonl").exists(), "{text}");
}

#[test]
fn an_ineffective_inkomen_maand() {
    let edit = ("inkomen = { velden = [\"maand\", \"bedrag_cent\", \"soort\"], waarom = \"Werk.\" }\n", "");
    holds(checked("inkomen-maand", text(&[edit]).as_bytes()), 3, &["doelgroep.inkomen_maand"]);
}

#[test]
fn consent_written_otherwise() {
    for (at, consent) in ["AVG 6 lid 1 onder a", "AVG art. 6, eerste lid, sub a", "AVG 6(1)a"].iter().enumerate() {
        let text = text(&[("WEB 9.2.5", consent)]);
        holds(checked(&format!("toestemming-{at}"), text.as_bytes()), 3, &["grondslag"]);
    }
}

#[test]
fn a_text_that_is_not_utf8() {
    let mut bytes = text(&[]).into_bytes();
    let at = text(&[]).find("weigeren").unwrap();
    bytes[at] = 0xe9;
    holds(checked("utf8", &bytes), 3, &["regel 5", "UTF-8"]);
}

#[test]
fn one_fault_is_told_once() {
    let edit = ("leveranciers = [\"00000001999990000001\"]", "leveranciers = [\"1\"]");
    holds(checked("gevolg", text(&[edit]).as_bytes()), 3, &["heeft 1 fout(en)"]);
}

#[test]
fn an_ontvanger_beside_a_fault_of_doelgroep() {
    let edits = [
        ("van = 16, tot = 27", "van = 27, tot = 16"),
        ("ontvangers = [\"0148\", \"0193\"]", "ontvangers = [\"0363\"]"),
    ];
    holds(checked("ontvanger", text(&edits).as_bytes()), 3, &["doelgroep.leeftijd", "lijst[1].ontvangers"]);
}

#[test]
fn a_fault_in_the_dates_of_a_key() {
    let folder = ready("datums", |path| {
        let trusted = path.join("vertrouwd");
        fs::create_dir_all(&trusted).unwrap();
        fs::copy(path.join("../sleutels/fg.pub"), trusted.join("fg.pub")).unwrap();
        fs::write(trusted.join("fg.toml"), "ingetrokken = \"ja\"\n").unwrap();
    });
    let (code, text) = koppel(&folder, "vertrouwd");
    assert!(!text.contains("tekst van de doelbinding"), "{text}");
    holds((code, text), 2, &["fg.toml", "regel 1", "true"]);
}

#[test]
fn a_path_that_does_not_exist() {
    let (_, text) = said(&place("gebrek-pad"), &["controleer", "weg.csv"]);
    assert!(!text.contains("not found") && !text.contains("No such file"), "{text}");
}

/// What the tests above build on goes well.
#[test]
fn the_koppeling_that_they_build_on() {
    let folder = ready("goed", |_| {});
    holds(koppel(&folder, "../vertrouwd"), 0, &["Vrijgegeven in uit"]);
    inbeeld(&folder, &["controleer", "leveringen"]);
}
