//! Markers in every place that a user fills: no output may repeat one.

use crate::doelbinding::TEXT;
use crate::koppel::{keys, koppel, leveringen, said, sign, small};
use crate::levering::{BRONNEN, Levering, MARKER, columns, header, row};
use crate::place;
use std::fs;
use std::path::Path;

/// Runs, expects a refusal or not, and looks for the marker in all that was said.
#[track_caller]
fn silent(what: &str, (code, text): (i32, String), expected: i32) {
    assert_eq!(code, expected, "{what}: {text}");
    assert!(!text.to_lowercase().contains(&MARKER.to_lowercase()), "{what}: {text}");
}

/// `controleer`, for people and for machines.
#[track_caller]
fn checked(what: &str, place: &Path, expected: i32) {
    silent(what, said(place, &["controleer", "."]), expected);
    silent(what, said(place, &["controleer", "--json", "."]), expected);
}

/// Faulty writings of a cell with the marker in it.
fn cells() -> [String; 7] {
    [
        MARKER.to_owned(),
        format!("\"{MARKER}\""),
        format!("\"{MARKER}\nx\"\"{MARKER}\""),
        format!("{MARKER}\"{MARKER}\""),
        format!("\"{MARKER}\"{MARKER}"),
        format!("{MARKER}\0"),
        format!("{MARKER};{MARKER}"),
    ]
}

#[test]
fn no_cell_is_repeated() {
    for bron in BRONNEN {
        let place = place(&format!("geheim-{bron}"));
        let bad = columns(bron).iter().flat_map(|(name, _)| cells().map(|cell| row(bron, 1, &[(name, cell.as_str())])));
        Levering::rows(bron, &bad.collect::<Vec<_>>()).write(&place);
        let many = columns(bron).iter().map(|(name, _)| row(bron, 1, &[(name, MARKER)])).cycle().take(150);
        Levering::rows(bron, &many.collect::<Vec<_>>()).named("veel.csv").write(&place);
        // Bytes that are not UTF-8, and a file cut off inside quotes.
        let mut text = format!("{}\n{MARKER}", header(bron)).into_bytes();
        text.extend_from_slice(b"\xff\n\"");
        text.extend_from_slice(MARKER.as_bytes());
        Levering::text(bron, 2, text).named("utf8.csv").write(&place);
        checked(bron, &place, 3);
    }
}

#[test]
fn no_header_is_repeated() {
    let place = place("geheim-kop");
    for bron in BRONNEN {
        for (at, cell) in cells().iter().enumerate() {
            let text = format!("{};{cell}\n", header(bron));
            Levering::text(bron, 0, text).named(&format!("{bron}-{at}.csv")).write(&place);
        }
        Levering::text(bron, 0, format!("{MARKER}\r{MARKER}")).named(&format!("{bron}-mac.csv")).write(&place);
    }
    checked("header", &place, 3);
}

#[test]
fn no_manifest_is_repeated() {
    let good = Levering::good("inkomen", 1).manifest_text();
    let values = [
        format!("\"{MARKER}\""),
        MARKER.to_owned(),
        format!("[\"{MARKER}\"]"),
        format!("{{\"{MARKER}\": \"{MARKER}\"}}"),
    ];
    let lines: Vec<&str> = good.lines().filter(|line| line.contains(':')).collect();
    assert_eq!(lines.len(), 12);
    let place = place("geheim-manifest");
    for (at, line) in lines.iter().enumerate() {
        let (key, rest) = line.split_once(": ").unwrap();
        let comma = if rest.ends_with(',') { "," } else { "" };
        let mut texts: Vec<String> = values.iter().map(|value| format!("{key}: {value}{comma}")).collect();
        texts.push(format!("  \"{MARKER}\": {rest}"));
        texts.push(format!("  \"{MARKER}\": 1, \"{MARKER}\": 2, {}", line.trim_start()));
        texts.push(format!("{line} {MARKER}"));
        for (way, text) in texts.iter().enumerate() {
            let levering = Levering::good("inkomen", 1).manifest(&good.replace(line, text));
            levering.named(&format!("{at}-{way}.csv")).write(&place);
        }
    }
    for (at, from) in ["00000001999990000001", "{ \"oin\""].iter().enumerate() {
        let text = good.replace(from, &format!("{{ \"{MARKER}\": 1, \"oin\"")).replace("\"oin\": \"{", "\"oin\": {");
        Levering::good("inkomen", 1).manifest(&text).named(&format!("oin-{at}.csv")).write(&place);
    }
    let (code, text) = said(&place, &["controleer", "."]);
    assert!(!text.contains(": goed"), "{text}");
    silent("manifest", (code, text), 3);
    checked("manifest", &place, 3);
}

#[test]
fn no_doelbinding_is_repeated() {
    let place = place("geheim-doelbinding");
    keys(&place);
    let mut texts = Vec::new();
    let lines: Vec<&str> = TEXT.lines().collect();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let mut ways = vec![
            format!("{line} {MARKER}"),
            format!("{MARKER} = \"{MARKER}\"\n{line}\n{MARKER} = 1"),
            format!("\"{MARKER}\n{line}"),
        ];
        if let Some((key, value)) = line.split_once(" = ") {
            ways.push(format!("{key} = [\"{MARKER}\"]"));
            ways.push(format!("{key} = {{ {MARKER} = \"{MARKER}\" }}"));
            ways.push(format!("\"{MARKER}\" = {value}"));
            ways.push(format!("{line}\n{line} # {MARKER}"));
        } else {
            ways.push(line.replace(['a', 'i'], MARKER));
        }
        // Every text between quotes, and every number, by itself.
        let parts: Vec<&str> = line.split('"').collect();
        for odd in (1..parts.len()).step_by(2) {
            let mut changed: Vec<&str> = parts.clone();
            changed[odd] = MARKER;
            ways.push(changed.join("\""));
        }
        for way in ways {
            let mut text: Vec<&str> = lines.clone();
            text[at] = &way;
            texts.push(text.join("\n"));
        }
    }
    for text in &texts {
        fs::write(place.join("proef.toml"), text).unwrap();
        let (code, told) = said(&place, &["doelbinding", "controleer", "proef.toml"]);
        // A marker is a good titel, doel, noodzaak or waarom.
        assert!(code == 3 || code == 0, "{text}\n{told}");
        silent(text, (code, told), code);
    }
    assert!(texts.len() > 250);
}

#[test]
fn no_koppeling_repeats_a_value() {
    let root = place("geheim-koppel");
    keys(&root);
    for bron in ["doelgroep", "inkomen"] {
        for (name, _) in columns(bron) {
            let folder = root.join(format!("{bron}-{name}"));
            sign(&folder, &small(&[]), Some("fg"));
            leveringen(&folder);
            let bad: Vec<_> = cells().iter().map(|cell| row(bron, 1, &[(name, cell.as_str())])).collect();
            Levering::rows(bron, &bad).write(&folder.join("leveringen"));
            silent(name, koppel(&folder, "../vertrouwd"), 3);
            assert!(!folder.join("uit").exists() && !folder.join("register.jsonl").exists(), "{bron} {name}");
        }
    }
}

#[test]
fn no_key_and_no_option_is_repeated() {
    let place = place("geheim-sleutel");
    keys(&place);
    sign(&place.join("tekst"), &small(&[]), None);
    let good = format!("inbeeld-sleutel-v1:koppel:0123456789abcdef:{}", "0f".repeat(32));
    let lines = [
        MARKER.to_owned(),
        good.replace("koppel", MARKER),
        good.replace("0123456789abcdef", MARKER),
        good.replace(&"0f".repeat(32), MARKER),
        format!("{good}\n{MARKER}"),
        format!("{good}:{MARKER}"),
    ];
    for line in &lines {
        let file = place.join("k.sleutel");
        fs::write(&file, line).unwrap();
        crate::koppel::loose(&file, 0o600);
        silent(line, said(&place, &["sleutel", "toon", "k.sleutel"]), 2);
        silent(line, said(&place, &["doelbinding", "onderteken", "tekst/proef.toml", "--sleutel", "k.sleutel"]), 2);
        let other = ["doelbinding", "verifieer", "tekst/proef.toml", "--vertrouwd", "k.sleutel"];
        silent(line, said(&place, &other), 2);
    }
    let opdrachten: [&[&str]; 7] = [
        &[MARKER],
        &["koppel", MARKER],
        &["koppel", "--peildatum", MARKER],
        &["koppel", "--draden", MARKER],
        &["controleer", "--json=GEHEIM1234", "."],
        &["sleutel", "nieuw", "--soort", MARKER],
        &["genereer", "--jongeren", MARKER],
    ];
    for args in opdrachten {
        silent(&args.join(" "), said(&place, args), 2);
    }
}
