//! The trial of a text on the page of the FG: on invented jongeren by anybody's text, on leveringen by one that
//! is signed; and what is seen, the register knows first.

#![cfg(feature = "dienst")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on must stop"
)]

#[path = "dienst/huis.rs"]
#[allow(dead_code, reason = "what other tests ask of a service")]
mod huis;
#[path = "dienst/klant.rs"]
#[allow(dead_code, reason = "how other tests ask a service")]
mod klant;
#[path = "dienst/maand.rs"]
#[allow(dead_code, reason = "what other tests ask of a month")]
mod maand;

use klant::Antwoord;
use maand::Maand;
use std::fs;

/// What a browser sends for a trial.
fn proef(maand: &Maand, tekst: &str, handtekeningen: &[String], op: &str) -> Antwoord {
    proef_naast(maand, tekst, handtekeningen, op, "")
}

fn proef_naast(maand: &Maand, tekst: &str, handtekeningen: &[String], op: &str, naast: &str) -> Antwoord {
    let deel = |naam: &str, bestand: &str, inhoud: &str| {
        format!("--grens\r\nContent-Disposition: form-data; name=\"{naam}\"{bestand}\r\n\r\n{inhoud}\r\n")
    };
    let mut body = deel("tekst", "; filename=\"tekst.toml\"", tekst);
    body.push_str(&deel("peildatum", "", &format!("{}-01", maand::perioden()[0])));
    body.push_str(&deel("op", "", op));
    body.push_str(&deel("naast", "", naast));
    for een in handtekeningen {
        body.push_str(&deel("handtekeningen", "; filename=\"tekst.minisig\"", een));
    }
    body.push_str("--grens--\r\n");
    let koppen = [("Content-Type", "multipart/form-data; boundary=grens"), ("Accept", "text/html")];
    maand.mensen.fg.vraag("POST", "/doelbindingen/proef", &koppen, Some(&body))
}

#[test]
fn a_trial_shows_what_would_leave_and_the_register_knows_what_was_seen() {
    let maand = Maand::new();
    let pad = |ending: &str| maand.demo.path().join(format!("doelbinding/oud-vsv-maandmonitor.toml{ending}"));
    let tekst = fs::read_to_string(pad("")).unwrap();
    let handtekening = [fs::read_to_string(pad(".minisig")).unwrap()];
    let register = || fs::read_to_string(maand.huis.pad("register.jsonl")).unwrap_or_default();
    let log = || fs::read_dir(maand.huis.pad("logboek")).map_or(0, |found| found.flatten().count());
    let tabel = "Aantal jongeren naar gemeente en klasse";

    // Of invented jongeren anybody may see what a text does; nothing remembers it.
    let answer = proef(&maand, &tekst.replace("versie = 1", "versie = 2"), &[], "verzonnen");
    assert_eq!(answer.status, 200, "{}", answer.tekst);
    assert!(answer.tekst.contains(tabel) && answer.tekst.contains("versie 2"), "{}", answer.tekst);
    assert!(answer.tekst.contains("Dit zijn verzonnen jongeren") && register().is_empty() && log() == 0);
    // Beside the text that was taken in, on the same jongeren; what that shows counts for this one.
    let nieuw = tekst.replace("versie = 1", "versie = 2");
    let drempel = nieuw.replace("drempel = 5", "drempel = 10");
    let klasse = nieuw.replace("[\"gemeente\", \"klasse\"]", "[\"klasse\"]");
    for (tekst, said) in [
        (&nieuw, "Onder oud-vsv-maandmonitor versie 1 precies hetzelfde."),
        (&klasse, "Onder oud-vsv-maandmonitor versie 1 is er geen tabel om hiernaast te leggen."),
        (&drempel, "zou een klein getal te berekenen zijn"),
    ] {
        let answer = proef_naast(&maand, tekst, &[], "verzonnen", "oud-vsv-maandmonitor/1");
        assert!(answer.status == 200 && answer.tekst.contains(said), "{said}: {}", answer.tekst);
    }
    assert!(register().is_empty());
    assert_eq!(proef_naast(&maand, &tekst, &[], "verzonnen", "geen/1").status, 404);
    // A text that is at fault is told where.
    let answer = proef(&maand, &tekst.replace("drempel = 5", "drempel = 0"), &[], "verzonnen");
    assert!(answer.status == 400 && answer.tekst.contains("drempel"), "{}", answer.tekst);

    // On leveringen: not without a signature, not with one of another text, not in a month that is closed.
    maand.open();
    maand.lever_alles();
    for (tekst, handtekeningen) in [(&tekst, &[][..]), (&nieuw, &handtekening[..])] {
        let answer = proef(&maand, tekst, handtekeningen, "leveringen");
        assert_eq!(answer.status, 400, "{}", answer.tekst);
        assert!(!answer.tekst.contains(tabel), "{}", answer.tekst);
    }
    assert!(register().is_empty() && log() == 0);
    let answer = proef(&maand, &tekst, &handtekening, "leveringen");
    assert_eq!(answer.status, 200, "{}", answer.tekst);
    assert!(answer.tekst.contains(tabel) && answer.tekst.contains("Er is niets vrijgegeven"), "{}", answer.tekst);
    let entry = register();
    assert_eq!((entry.lines().count(), entry.contains("\"soort\":\"proef\"")), (1, true), "{entry}");
    assert!(log() > 0 && maand.vrijgaven().is_empty());
    // Both texts of which something is seen are in the register.
    let answer = proef_naast(&maand, &tekst, &handtekening, "leveringen", "oud-vsv-maandmonitor/1");
    assert!(answer.tekst.contains("Onder oud-vsv-maandmonitor versie 1 precies hetzelfde."), "{}", answer.tekst);
    assert_eq!(register().lines().count(), 3);
    // Where the register cannot tell, nobody sees anything.
    let held = std::fs::OpenOptions::new().append(true).open(maand.huis.pad("register.jsonl")).unwrap();
    held.lock().unwrap();
    let answer = proef(&maand, &tekst, &handtekening, "leveringen");
    assert!(answer.status == 503 && !answer.tekst.contains(tabel), "{} {}", answer.status, answer.tekst);
    drop(held);
    let maand::Maand { huis, dienst, .. } = maand;
    assert_eq!(dienst.stop(), 0);
    let said = fs::read_to_string(huis.pad("audit/audit.jsonl")).unwrap();
    assert_eq!(said.matches("\"daad\":\"doelbinding-proberen\"").count(), 10, "{said}");
}
