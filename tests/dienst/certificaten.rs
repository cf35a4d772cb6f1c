//! Sources by the certificate of their connection.

use super::huis::{Dienst, Huis, activeer, als, certificaat, gelukt, nieuw};
use super::klant::{Antwoord, Klant};
use super::{formulier, levering};
use serde_json::json;
use std::fs;
use std::time::Duration;

const OIN: &str = "00000001003214345000";
const KOPPEN: [(&str, &str); 1] = [("Content-Type", "multipart/form-data; boundary=grens")];

/// A service with share B of October, a beheerder and an FG.
fn open(huis: &Huis, dienst: &Dienst) -> (Klant, Klant) {
    let klant = &dienst.klant;
    let geheim = activeer(klant, "eerste", &huis.eerste_beheerder());
    let beheerder = als(klant, "eerste", &geheim, 0);
    let fg = nieuw(&beheerder, klant, &json!({ "naam": "fg", "rol": "privacy-officer" }));
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "b.sleutel"], huis.map.path());
    let deel = fs::read_to_string(huis.pad("b.sleutel")).unwrap();
    assert_eq!(fg.stuur("/v1/perioden/2026-10/deel-b", &json!({ "sleutel": deel.trim() })).status, 204);
    (beheerder, fg)
}

fn met(dienst: &Dienst, naam: &str) -> Klant {
    dienst.klant.met_certificaat(&certificaat(naam))
}

fn lever(wie: &Klant, koppen: &[(&str, &str)]) -> Antwoord {
    let (data, manifest) = levering(40, "2026-11-02T08:00:00Z");
    wie.vraag("POST", "/v1/leveringen", &[&KOPPEN, koppen].concat(), Some(&formulier(&manifest, &data)))
}

fn is(answer: &Antwoord, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
}

#[test]
fn a_source_delivers_by_its_certificate_and_does_nothing_else() {
    let huis = Huis::new();
    huis.met_bronnen("ca");
    let dienst = huis.start();
    let (beheerder, fg) = open(&huis, &dienst);
    let bron = met(&dienst, "bron");
    // Of the right CA, and of an organisation that nobody knows here.
    is(&lever(&bron, &[]), 403, "certificaat-onbekend");
    let account = |naam: &str, oin: &str| {
        let body = json!({ "naam": naam, "rol": "bronhouder", "oin": oin });
        assert_eq!(beheerder.stuur("/v1/accounts", &body).status, 201);
    };
    account("uwv", OIN);
    account("ander", "00000001999990002001");
    let answer = lever(&bron, &[]);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["ontvangstbewijs"]["oin"], OIN);
    is(&lever(&met(&dienst, "ander"), &[]), 403, "oin-anders");
    let list = |wie: &Klant| {
        let answer = wie.haal("/v1/perioden/2026-10/leveringen");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["leveringen"].as_array().unwrap().len()
    };
    assert_eq!((list(&bron), list(&met(&dienst, "ander")), list(&fg)), (1, 0, 1));

    // A browser that shows it of its own accord, on a page of somebody else.
    for koppen in [("Origin", "https://elders.nl"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site")] {
        is(&lever(&bron, &[koppen]), 403, "herkomst");
    }
    // What others may, a source may not; what is of sessions, it has not.
    is(&bron.haal("/v1/accounts"), 403, "niet-voor-deze-rol");
    is(&bron.haal("/v1/register"), 403, "niet-voor-deze-rol");
    is(&bron.haal("/v1/doelbindingen"), 403, "niet-voor-deze-rol");
    is(&bron.stuur("/v1/perioden/2026-10/deel-b", &json!({ "sleutel": "x" })), 403, "niet-voor-deze-rol");
    is(&bron.haal("/v1/sessies/huidige"), 401, "niet-aangemeld");
    // No organisation, or two: nobody's; what everybody may, they may.
    for naam in ["zonder-oin", "twee"] {
        is(&lever(&met(&dienst, naam), &[]), 403, "certificaat-zonder-oin");
        assert_eq!(met(&dienst, naam).haal("/v1/gezondheid").status, 200);
    }
    // Past its end, of another CA, or not made for clients: no connection.
    for naam in ["verlopen", "vreemd", "server"] {
        assert_eq!(met(&dienst, naam).haal("/v1/gezondheid").status, 0, "{naam}");
    }
    // Without one, as ever.
    is(&lever(&dienst.klant, &[]), 401, "niet-aangemeld");

    let acts = fg.haal("/v1/auditlogboek").json();
    let act = acts["handelingen"].as_array().unwrap().iter().find(|act| act["daad"] == "levering-ontvangen").unwrap();
    let told = (&act["wie"], &act["rol"], &act["uitkomst"]);
    assert_eq!(told, (&json!(format!("certificaat {OIN}")), &json!("bronhouder"), &json!("gelukt")));
    // The beheerder closes the account, and its certificate opens nothing.
    assert_eq!(beheerder.stuur("/v1/accounts/uwv/_blokkeer", &json!({})).status, 204);
    is(&lever(&bron, &[]), 403, "certificaat-onbekend");
    assert_eq!(dienst.stop(), 0);
    gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml"], huis.map.path());
}

#[test]
fn a_session_is_not_mixed_with_the_certificate_of_another() {
    let huis = Huis::new();
    huis.met_bronnen("ca");
    let dienst = huis.start();
    let (beheerder, fg) = open(&huis, &dienst);
    let uwv = nieuw(&beheerder, &dienst.klant, &json!({ "naam": "uwv", "rol": "bronhouder", "oin": OIN }));
    let with = |who: &Klant, naam: &str| who.met_certificaat(&certificaat(naam));
    assert_eq!(lever(&with(&uwv, "bron"), &[]).status, 201);
    is(&lever(&with(&uwv, "ander"), &[]), 403, "certificaat-anders");
    is(&with(&uwv, "ander").haal("/v1/sessies/huidige"), 403, "certificaat-anders");
    // Who is no source is who the session says: not more, and not less.
    assert_eq!(with(&fg, "bron").haal("/v1/sessies/huidige").json()["rol"], "privacy-officer");
    is(&lever(&with(&fg, "bron"), &[]), 403, "niet-voor-deze-rol");
    // With a session the word that goes with it is asked, certificate or not.
    is(&lever(&with(&uwv, "bron"), &[("X-CSRF-Token", "")]), 403, "herkomst");
    // A session that has ended does not go on as a machine.
    assert_eq!(with(&uwv, "bron").vraag("DELETE", "/v1/sessies/huidige", &[], None).status, 204);
    is(&lever(&with(&uwv, "bron"), &[]), 401, "niet-aangemeld");
    assert_eq!(lever(&with(&dienst.klant, "bron"), &[]).status, 200);
}

#[test]
fn another_ca_is_taken_over_without_a_restart() {
    let huis = Huis::new();
    huis.met_bronnen("andere-ca");
    let dienst = huis.start();
    let status = |naam: &str| met(&dienst, naam).haal("/v1/gezondheid").status;
    assert_eq!((status("bron"), status("vreemd")), (0, 200));
    fs::copy(certificaat("ca"), huis.pad("ca.pem")).unwrap();
    dienst.sein("-HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!((status("bron"), status("vreemd")), (200, 0));
    fs::write(huis.pad("ca.pem"), "geen certificaat").unwrap();
    dienst.sein("-HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!((status("bron"), status("vreemd")), (200, 0));
    assert!(fs::read_to_string(huis.pad("dienst.log")).unwrap().contains("het oude blijft gelden"));
}
