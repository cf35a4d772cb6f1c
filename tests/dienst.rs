//! The service as others meet it: the real binary on a free port, over TLS.

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

#[path = "dienst/certificaten.rs"]
mod certificaten;
#[path = "dienst/grenzen.rs"]
mod grenzen;
#[path = "dienst/huis.rs"]
mod huis;
#[path = "dienst/klant.rs"]
#[allow(dead_code, reason = "what other tests look at of an answer")]
mod klant;

use huis::{Huis, WACHTWOORD, aanmelden, activeer, als, code, gelukt, inbeeld, nieuw};
use klant::Klant;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

/// From nothing to a signed text that a municipality can read, as people do it.
#[test]
fn the_first_day_of_a_service() {
    let huis = Huis::new();
    let dienst = huis.start();
    let iedereen = &dienst.klant;
    // Beside the running service, on the machine itself.
    let invitation = huis.eerste_beheerder();
    let geheim = activeer(iedereen, "eerste", &invitation);
    let answer = iedereen.stuur(
        "/v1/accounts/_activeer",
        &json!({ "naam": "eerste", "activeringscode": invitation, "wachtwoord": WACHTWOORD }),
    );
    assert_eq!((answer.status, answer.code().as_str()), (401, "activering-onjuist"));

    let answer = aanmelden(iedereen, "eerste", WACHTWOORD, "000000");
    assert_eq!((answer.status, answer.code().as_str()), (401, "aanmelden-onjuist"));
    let beheerder = als(iedereen, "eerste", &geheim, 0);
    // The same code does not open twice.
    assert_eq!(aanmelden(iedereen, "eerste", WACHTWOORD, &code(&geheim, 0)).status, 401);
    assert_eq!(beheerder.haal("/v1/sessies/huidige").json()["rol"], "beheerder");

    let fg = nieuw(&beheerder, iedereen, &json!({ "naam": "fg", "rol": "privacy-officer" }));
    let zwolle = nieuw(&beheerder, iedereen, &json!({ "naam": "zwolle", "rol": "gemeente", "gemeente": "0193" }));
    let elders = nieuw(&beheerder, iedereen, &json!({ "naam": "elders", "rol": "gemeente", "gemeente": "0363" }));
    let wrong = beheerder.stuur("/v1/accounts", &json!({ "naam": "Zwolle!", "rol": "baas", "pin": 7 }));
    assert_eq!((wrong.status, wrong.json()["fouten"].as_array().unwrap().len()), (400, 3));
    let wrong = beheerder.stuur("/v1/accounts", &json!({ "naam": "dalfsen", "rol": "gemeente" }));
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "invoer"));
    assert_eq!(beheerder.stuur("/v1/accounts", &json!({ "naam": "fg", "rol": "coordinator" })).status, 409);

    doelbinding(&huis, &fg, &zwolle, &elders);
    periode(&huis, &fg, &zwolle, &elders);

    assert_eq!(fg.haal("/v1/register").json()["regels"], 0);
    assert_eq!(fg.vraag("POST", "/v1/register/_verifieer", &[], None).json()["goed"], true);
    let kept = json!({ "kop": "ab".repeat(32) });
    assert_eq!(fg.stuur("/v1/register/_verifieer", &kept).json()["code"], "register-kop");
    assert_eq!(beheerder.haal("/v1/register").status, 403);

    // Closed by the beheerder: the session ends with it.
    assert_eq!(beheerder.stuur("/v1/accounts/elders/_blokkeer", &json!({})).status, 204);
    assert_eq!(elders.haal("/v1/sessies/huidige").status, 401);
    let last = beheerder.stuur("/v1/accounts/eerste/_blokkeer", &json!({}));
    assert_eq!((last.status, last.code().as_str()), (409, "laatste-beheerder"));
    assert_eq!(zwolle.vraag("DELETE", "/v1/sessies/huidige", &[], None).status, 204);
    assert_eq!(zwolle.haal("/v1/sessies/huidige").status, 401);

    let acts = fg.haal("/v1/auditlogboek").json();
    let told: Vec<(&str, &str)> = acts["handelingen"].as_array().unwrap().iter().rev().map(of).collect();
    for act in [("account-nieuw", "gelukt"), ("aanmelden", "geweigerd"), ("doelbinding-nieuw", "geweigerd")] {
        assert!(told.contains(&act), "{act:?}: {told:?}");
    }
    let verified = fg.vraag("POST", "/v1/auditlogboek/_verifieer", &[], None).json();
    assert_eq!(verified["goed"], true);
    assert_eq!(dienst.stop(), 0);
    let said = gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml", "--json"], huis.map.path());
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["goed"], &said["zonder_einde"]), (&json!(true), &json!([])));
    nothing_secret(&huis, &[WACHTWOORD, &geheim, &invitation, zwolle.sessie.as_ref().unwrap().0.as_str()]);
}

fn of(act: &Value) -> (&str, &str) {
    (act["daad"].as_str().unwrap(), act["uitkomst"].as_str().unwrap_or(""))
}

/// What was secret stands in no log; a session and a code not even in the database.
fn nothing_secret(huis: &Huis, secrets: &[&str]) {
    for file in ["dienst.log", "audit/audit.jsonl", "gegevens/inbeeld.db"] {
        let bytes = fs::read(huis.pad(file)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets {
            assert!(!text.contains(secret), "{file}");
        }
    }
}

fn doelbinding(huis: &Huis, fg: &Klant, zwolle: &Klant, elders: &Klant) {
    // Under the day of the text, so that the test holds in every year.
    let text = include_str!("../policies/oud-vsv-maandmonitor.toml").replace("2026", "2999");
    let text = text.replace("2999-01-01", "2020-01-01");
    fs::write(huis.pad("tekst.toml"), &text).unwrap();
    let unsigned = fg.stuur("/v1/doelbindingen", &json!({ "tekst": text, "handtekeningen": [] }));
    assert_eq!((unsigned.status, unsigned.code().as_str()), (400, "geen-handtekening"));
    gelukt(&["doelbinding", "onderteken", "tekst.toml", "--sleutel", "fg.key"], huis.map.path());
    let signature = fs::read_to_string(huis.pad("tekst.toml.minisig")).unwrap();
    let body = json!({ "tekst": text, "handtekeningen": [signature] });
    assert_eq!(zwolle.stuur("/v1/doelbindingen", &body).status, 403);
    let changed = json!({ "tekst": text.replace("drempel = 5", "drempel = 3"), "handtekeningen": [signature] });
    assert_eq!(fg.stuur("/v1/doelbindingen", &changed).code(), "handtekening-veranderd");
    let added = fg.stuur("/v1/doelbindingen", &body);
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(added.json()["ondertekend_met"], json!(["fg"]));
    assert_eq!(added.json()["audit_kop"].as_str().unwrap().len(), 64);
    // Again is no fault; another text under that version is.
    assert_eq!(fg.stuur("/v1/doelbindingen", &body).status, 201);
    let other = text.replace("titel = \"", "titel = \"Andere ");
    fs::write(huis.pad("anders.toml"), &other).unwrap();
    gelukt(&["doelbinding", "onderteken", "anders.toml", "--sleutel", "fg.key"], huis.map.path());
    let signature = fs::read_to_string(huis.pad("anders.toml.minisig")).unwrap();
    let other = fg.stuur("/v1/doelbindingen", &json!({ "tekst": other, "handtekeningen": [signature] }));
    assert_eq!((other.status, other.code().as_str()), (409, "doelbinding-versie-bestaat"));

    let one = "/v1/doelbindingen/oud-vsv-maandmonitor/versies/1";
    for (who, count, status) in [(fg, 1, 200), (zwolle, 1, 200), (elders, 0, 404)] {
        assert_eq!(who.haal("/v1/doelbindingen").json()["doelbindingen"].as_array().unwrap().len(), count);
        assert_eq!(who.haal(one).status, status);
    }
    assert_eq!(fg.haal(one).json()["tekst"], text);
    let page = fg.vraag("GET", one, &[("Accept", "text/html,*/*;q=0.8")], None);
    assert!(
        page.tekst.starts_with("<!DOCTYPE html>") && page.kop("content-security-policy").unwrap().contains("sha256-")
    );
    for strange in ["/v1/doelbindingen/..%2f..%2fvertrouwd/versies/1", "/v1/doelbindingen/x/versies/-1"] {
        assert_eq!(fg.haal(strange).status, 404);
    }
}

fn periode(huis: &Huis, fg: &Klant, zwolle: &Klant, elders: &Klant) {
    let path = "/v1/perioden/2026-10/deel-b";
    let line = |file: &str| json!({ "sleutel": fs::read_to_string(huis.pad(file)).unwrap() });
    for b in ["b1", "b2"] {
        gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", b], huis.map.path());
    }
    let equal = fg.stuur(path, &line("dienst-deel.sleutel"));
    assert_eq!((equal.status, equal.json()["fouten"][0]["plek"].as_str().unwrap()), (400, "sleutel"));
    assert_eq!(fg.stuur(path, &line("logboek.sleutel")).status, 400);
    assert_eq!(elders.stuur(path, &line("b1")).status, 403);
    assert_eq!(fg.stuur("/v1/perioden/oktober/deel-b", &line("b1")).status, 404);
    // The municipality that the configuration names.
    assert_eq!(zwolle.stuur(path, &line("b1")).status, 204);
    assert_eq!(fg.stuur(path, &line("b1")).status, 204);
    assert_eq!(fg.stuur(path, &line("b2")).code(), "periode-ander-deel");
    assert_eq!(fg.stuur("/v1/perioden/2026-11/deel-b", &line("b1")).code(), "periode-deel-gebruikt");
    let open = |who: &Klant| who.haal("/v1/perioden").json()["perioden"][0]["open"].clone();
    assert_eq!(open(fg), true);
    assert_eq!(fg.vraag("DELETE", path, &[], None).status, 204);
    assert_eq!(fg.vraag("DELETE", path, &[], None).status, 404);
    assert_eq!(open(zwolle), false);
    let secret = fs::read_to_string(huis.pad("b1")).unwrap();
    nothing_secret(huis, &[secret.trim().rsplit(':').next().unwrap()]);
}

/// A page of somebody else, or a program without the word, changes nothing with a cookie.
/// A levering of benefits of so many rows, and its manifest.
fn levering(rijen: u32, aangemaakt: &str) -> (String, String) {
    let rows: String = (0..rijen).map(|rij| format!("{rij:064x};participatiewet;2026-01-01;\n")).collect();
    let data = format!("pseudoniem;soort;van;tot\n{rows}");
    let hash: String = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = json!({
        "schema": "inbeeld/levering/v1", "bron": "uitkering",
        "leverancier": { "oin": "00000001003214345000", "naam": "UWV" },
        "regio": "10", "periode": "2026-10", "dekking": "volledig", "sleutel_id": "0123456789abcdef",
        "identificatie": "bsn", "records": rijen, "afgekeurd_bij_bron": 0, "sha256": hash, "aangemaakt": aangemaakt,
    });
    (data, manifest.to_string())
}

/// The form of a levering.
fn formulier(manifest: &str, data: &str) -> String {
    let kop = "Content-Disposition: form-data; name=";
    format!(
        "--grens\r\n{kop}\"manifest\"\r\n\r\n{manifest}\r\n--grens\r\n{kop}\"bestand\"; filename=\"uitkering.csv\"\r\n\r\n\
         {data}\r\n--grens--\r\n"
    )
}

#[test]
fn leveringen_are_taken_in_while_they_are_sent() {
    let huis = Huis::new();
    let code = huis.eerste_beheerder();
    let dienst = huis.start();
    let klant = &dienst.klant;
    let geheim = activeer(klant, "eerste", &code);
    let beheerder = als(klant, "eerste", &geheim, 0);
    let account = |naam: &str, rol: &str, oin: Option<&str>| {
        let mut account = json!({ "naam": naam, "rol": rol });
        if let Some(oin) = oin {
            account["oin"] = json!(oin);
        }
        nieuw(&beheerder, klant, &account)
    };
    let fg = account("fg", "privacy-officer", None);
    let bron = account("uwv", "bronhouder", Some("00000001003214345000"));
    let ander = account("ander", "bronhouder", Some("00000001999990002001"));
    let koppen = [("Content-Type", "multipart/form-data; boundary=grens")];
    let lever = |wie: &Klant, manifest: &str, data: &str| {
        wie.vraag("POST", "/v1/leveringen", &koppen, Some(&formulier(manifest, data)))
    };
    let (data, manifest) = levering(40_000, "2026-11-02T08:00:00Z");
    // Without share B nothing comes in.
    let answer = lever(&bron, &manifest, &data);
    assert_eq!((answer.status, answer.code().as_str()), (409, "periode-dicht"), "{answer:?}");
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "b.sleutel"], huis.map.path());
    let deel = fs::read_to_string(huis.pad("b.sleutel")).unwrap();
    let answer = fg.stuur("/v1/perioden/2026-10/deel-b", &json!({ "sleutel": deel.trim() }));
    assert_eq!(answer.status, 204, "{answer:?}");

    let answer = lever(&ander, &manifest, &data);
    assert_eq!((answer.status, answer.code().as_str()), (403, "oin-anders"), "{answer:?}");
    let answer = lever(&bron, &manifest, &data.replacen("2026-01-01", "2026-13-01", 1));
    assert_eq!((answer.status, answer.code().as_str()), (400, "levering-geweigerd"), "{answer:?}");
    let plekken: Vec<String> = answer.json()["fouten"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fout| fout["plek"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(plekken, ["sha256", "datum"]);
    // Broken off in the middle: nothing of it is there.
    let half = formulier(&manifest, &data);
    let answer = bron.vraag("POST", "/v1/leveringen", &koppen, Some(&half[..half.len() / 2]));
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(lijst(&fg).is_empty());

    let answer = lever(&bron, &manifest, &data);
    assert_eq!(answer.status, 201, "{answer:?}");
    let bewijs = answer.json()["ontvangstbewijs"].clone();
    assert_eq!((bewijs["regels"].as_u64(), bewijs["bestand"].as_str()), (Some(40_000), Some("uitkering.csv")));
    let answer = lever(&bron, &manifest, &data);
    assert_eq!((answer.status, &answer.json()["ontvangstbewijs"]), (200, &bewijs), "{answer:?}");
    assert_eq!(lijst(&bron), std::slice::from_ref(&bewijs));
    assert!(lijst(&ander).is_empty());
    let (newer, newer_manifest) = levering(40_003, "2026-11-03T08:00:00Z");
    let answer = lever(&bron, &newer_manifest, &newer);
    assert_eq!(answer.json()["vervangt"], json!({ "regels_eerst": 40_000, "regels_nu": 40_005 }), "{answer:?}");
    assert_eq!(lijst(&fg).len(), 1);

    // What was received is on no disk, and the secret of the month neither.
    let received = format!("{:064x}", 39_999);
    nothing_secret(&huis, &[&received, deel.trim().rsplit(':').next().unwrap()]);
    assert_eq!(dienst.stop(), 0);
}

/// What is there of October.
fn lijst(wie: &Klant) -> Vec<Value> {
    let answer = wie.haal("/v1/perioden/2026-10/leveringen");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["leveringen"].as_array().unwrap().clone()
}

#[test]
fn a_cookie_alone_changes_nothing() {
    let huis = Huis::new();
    let dienst = huis.start();
    let geheim = activeer(&dienst.klant, "eerste", &huis.eerste_beheerder());
    let beheerder = als(&dienst.klant, "eerste", &geheim, 0);
    let body = json!({ "naam": "iemand", "rol": "coordinator" }).to_string();
    let ours = format!("https://localhost:{}", dienst.klant.poort);
    let post = |headers: &[(&str, &str)]| beheerder.vraag("POST", "/v1/accounts", headers, Some(&body)).status;
    for headers in [
        &[("Origin", "https://elders.nl")][..],
        &[("Origin", "null")],
        &[("Origin", &ours), ("Sec-Fetch-Site", "same-site")],
        &[("Origin", &ours), ("Sec-Fetch-Site", "cross-site")],
        &[("X-CSRF-Token", "")],
        &[("X-CSRF-Token", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
    ] {
        assert_eq!(post(headers), 403, "{headers:?}");
    }
    assert_eq!(post(&[("Origin", &ours), ("Sec-Fetch-Site", "same-origin")]), 201);
    let elsewhere = dienst.klant.vraag("POST", "/v1/sessies", &[("Origin", "https://elders.nl")], Some("{}"));
    assert_eq!(elsewhere.status, 403);
    let cookie = aanmelden(&dienst.klant, "eerste", WACHTWOORD, &code(&geheim, 1));
    let cookie = cookie.kop("set-cookie").unwrap();
    for part in ["__Host-inbeeld=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    // Five wrong attempts, and the right one does not open either.
    for _ in 0..5 {
        assert_eq!(aanmelden(&dienst.klant, "eerste", "verkeerd", "123456").status, 401);
    }
    assert_eq!(aanmelden(&dienst.klant, "eerste", WACHTWOORD, &code(&geheim, 1)).status, 401);
}

#[test]
fn messy_requests_are_refused_in_one_form_and_never_break_it() {
    let huis = Huis::new();
    let dienst = huis.start();
    let klant = &dienst.klant;
    let json = [("Content-Type", "application/json")];
    for (status, answer) in [
        (404, klant.haal("/onbekend")),
        (404, klant.haal("/v1")),
        (404, klant.haal("/v1/gezondheid/")),
        (404, klant.haal("/v1/../../etc/passwd")),
        (405, klant.vraag("PUT", "/v1/gezondheid", &[], None)),
        (405, klant.vraag("BREW", "/v1/accounts", &[], None)),
        (406, klant.vraag("GET", "/v1/gezondheid", &[("Accept", "image/png, application/json;q=0")], None)),
        (413, klant.vraag("GET", "/v1/gezondheid", &[], Some("x"))),
        (413, klant.vraag("POST", "/v1/sessies", &json, Some(&"x".repeat(5000)))),
        (413, klant.rauw(b"POST /v1/sessies HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 5000000000\r\n\r\n")),
        (413, klant.rauw(format!("POST /v1/sessies HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x2000)).as_bytes())),
        (415, klant.vraag("POST", "/v1/sessies", &[("Content-Type", "text/xml")], Some("<a/>"))),
        (415, klant.vraag("POST", "/v1/sessies", &[("Content-Type", "application/jsonx")], Some("{}"))),
        (415, klant.rauw(b"POST /v1/sessies HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")),
        (400, klant.vraag("POST", "/v1/sessies", &json, Some("{\"naam\":"))),
        (400, klant.vraag("POST", "/v1/sessies", &json, Some("[[[[[[[["))),
        (400, klant.vraag("POST", "/v1/sessies", &[("Content-Type", "application/json; charset=utf-8")], Some("{\"naam\":null}"))),
        (400, klant.vraag("POST", "/v1/accounts/_activeer", &json, Some("{\"naam\":\"\\u0000\",\"activeringscode\":1,\"wachtwoord\":{}}"))),
        (401, klant.vraag("POST", "/v1/accounts/%ff%fe/_blokkeer", &[], None)),
        (401, klant.vraag("GET", "/v1/accounts", &[("Cookie", "__Host-inbeeld=AAAA; __Host-inbeeld")], None)),
        (401, klant.stuur("/v1/sessies", &json!({ "naam": "999993847' OR 1=1 --", "wachtwoord": "\u{0}", "code": "\u{661}" }))),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.kop("content-type"), Some("application/problem+json"), "{answer:?}");
        let told = answer.json();
        assert_eq!(told["status"], status);
        for field in ["title", "detail", "code", "doe"] {
            assert!(told[field].as_str().is_some_and(|text| !text.is_empty()), "{answer:?}");
        }
        for header in ["api-version", "content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"] {
            assert!(answer.kop(header).is_some(), "{header}: {answer:?}");
        }
        assert!(!answer.tekst.contains("99999"), "{answer:?}");
    }
    assert_eq!(klant.vraag("PUT", "/v1/accounts", &[], None).kop("allow"), Some("GET,HEAD,POST"));
    for garbage in [&b"\x00\x01\x02\r\n\r\n"[..], b"GET / HTTP/9.9\r\n\r\n", &[b'A'; 200_000]] {
        assert!(klant.rauw(garbage).status < 500);
    }
    let openapi = klant.haal("/v1/openapi.json");
    assert_eq!((openapi.status, openapi.kop("access-control-allow-origin")), (200, Some("*")));
    assert!(openapi.json()["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(klant.haal("/v1/gereedheid").status, 200);
    // More often than the door is opened.
    let answers: Vec<_> = (0..40).map(|_| klant.vraag("POST", "/v1/sessies", &json, Some("{}"))).collect();
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert!(refused.kop("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    assert_eq!(dienst.stop(), 0);
    assert!(!fs::read_to_string(huis.pad("audit/audit.jsonl")).unwrap().contains("99999"));
}

#[test]
fn who_says_nothing_is_sent_away_and_many_at_once_fit() {
    let huis = Huis::new();
    let dienst = huis.start();
    let start = Instant::now();
    let mut slow: Vec<_> = (0..50).map(|_| dienst.klant.verbind().unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /v1/gezondheid HTTP/1.1\r\nHost: x\r\nX-Lang: ").unwrap();
        stream.flush().unwrap();
    }
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..200)
            .map(|number| {
                let klant = &dienst.klant;
                scope.spawn(move || aanmelden(klant, &format!("iemand{number}"), WACHTWOORD, "123456").status)
            })
            .collect();
        // Others are served meanwhile.
        let asked = Instant::now();
        assert_eq!(dienst.klant.haal("/v1/gezondheid").status, 200);
        assert!(asked.elapsed() < Duration::from_secs(5));
        for one in all {
            assert!([401, 429].contains(&one.join().unwrap()));
        }
    });
    for stream in &mut slow {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
    assert!(start.elapsed() < Duration::from_secs(40));
    assert!(dienst.geheugen() < 300, "{} MB", dienst.geheugen());
}

#[test]
fn a_start_is_refused_with_the_reason() {
    let huis = Huis::new();
    let map = huis.map.path();
    let refused = |exit: i32, code: &str| {
        let (found, said) = huis.geweigerd();
        assert_eq!(found, exit, "{said}");
        assert!(said.contains(&format!("fout [{code}]")) && said.contains('→'), "{said}");
        assert!(!said.contains("inbeeld-sleutel-v1:koppel:"), "{said}");
    };
    gelukt(&["sleutel", "nieuw", "--soort", "koppel", "--uit", "koppel.sleutel"], map);
    huis.configuratie("", "[perioden]\n\"2026-10\" = \"koppel.sleutel\"");
    refused(2, "koppelsleutel-bij-dienst");
    huis.configuratie("", "[perioden]\n\"2026-10\" = \"logboek.sleutel\"");
    refused(2, "sleutel-rol");
    huis.configuratie("", "[perioden]\n\"2026-10\" = \"dienst-deel.sleutel\"");
    refused(2, "delen-gelijk");
    // One secret under two roles: the id, which is made of the secret alone, gives it away.
    let line = fs::read_to_string(huis.pad("intrekking.sleutel")).unwrap();
    let before = fs::read_to_string(huis.pad("logboek.sleutel")).unwrap();
    fs::write(huis.pad("logboek.sleutel"), line.replace(":intrekking:", ":logboek:")).unwrap();
    huis.configuratie("", "");
    refused(2, "sleutel-dubbel");
    fs::write(huis.pad("logboek.sleutel"), before).unwrap();
    huis.configuratie("onzin = 1\nlog = \"luid\"", "");
    refused(2, "configuratie");
    huis.configuratie("luister = \"0.0.0.0:0\"", "");
    let text = fs::read_to_string(huis.pad("dienst.toml")).unwrap();
    let plain: String = text.replace("[tls]\ncertificaat = \"keten.pem\"\nsleutel = \"tls.pem\"\n", "");
    fs::write(huis.pad("dienst.toml"), plain).unwrap();
    refused(2, "configuratie");

    huis.configuratie("", "");
    assert_eq!(huis.start().stop(), 0);
    let log = huis.pad("audit/audit.jsonl");
    let good = fs::read_to_string(&log).unwrap();
    fs::write(&log, good.replacen("dienst-start", "dienst-stopt", 1)).unwrap();
    refused(5, "audit-aangetast");
    let said = inbeeld(&["beheer", "audit-verifieer", "--config", "dienst.toml"], map);
    assert_eq!(said.status.code(), Some(5));
    fs::write(&log, good).unwrap();
    let database = rusqlite::Connection::open(huis.pad("gegevens/inbeeld.db")).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    refused(2, "database-nieuwer");
}

/// Killed at any moment: the log holds, half a line is set aside, and what was answered is there.
#[test]
fn killed_at_any_moment_it_starts_again() {
    let huis = Huis::new();
    let dienst = huis.start();
    let geheim = activeer(&dienst.klant, "eerste", &huis.eerste_beheerder());
    let sessie = als(&dienst.klant, "eerste", &geheim, 0).sessie;
    drop(dienst);
    let mut made = 0;
    for round in 0..12u64 {
        let mut dienst = huis.start();
        let mut beheerder = dienst.klant.clone();
        // A session outlives a restart.
        beheerder.sessie = sessie.clone();
        let names = beheerder.haal("/v1/accounts").json()["accounts"].as_array().unwrap().len();
        assert!(names > made, "{names} {made}");
        std::thread::scope(|scope| {
            let work = scope.spawn(|| {
                let body = |number: u64| json!({ "naam": format!("a{round}-{number}"), "rol": "coordinator" });
                let answered = |number: &u64| beheerder.stuur("/v1/accounts", &body(*number)).status == 201;
                (0..20).take_while(answered).count()
            });
            std::thread::sleep(Duration::from_millis(5 + 17 * round));
            dienst.proces.kill().unwrap();
            made += work.join().unwrap();
        });
        drop(dienst);
        let said = inbeeld(&["beheer", "audit-verifieer", "--config", "dienst.toml"], huis.map.path());
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }
    // Bytes of a line that was being written when the power went.
    let mut log = fs::OpenOptions::new().append(true).open(huis.pad("audit/audit.jsonl")).unwrap();
    log.write_all(b"{\"schema\":\"inbeeld/audit/v1\",\"nr\":9").unwrap();
    let dienst = huis.start();
    let said = gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml", "--json"], huis.map.path());
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["hersteld"], 1);
    // A new certificate without a restart: what does not fit leaves the old one.
    fs::write(huis.pad("keten.pem"), "geen certificaat").unwrap();
    dienst.sein("-HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(dienst.klant.haal("/v1/gezondheid").status, 200);
    assert!(fs::read_to_string(huis.pad("dienst.log")).unwrap().contains("het oude blijft gelden"));
}

/// Behind a proxy: nobody else connects, and the client is whom the proxy names last.
#[test]
fn behind_a_proxy_only_the_proxy_connects() {
    let huis = Huis::new();
    huis.configuratie("achter_proxy = true\nvertrouwde_proxies = [\"10.11.12.13\"]", "");
    let dienst = huis.start();
    let answer = dienst.klant.haal("/v1/gezondheid");
    assert_eq!((answer.status, answer.code().as_str()), (403, "niet-langs-proxy"));
    drop(dienst);
    huis.configuratie("achter_proxy = true\nvertrouwde_proxies = [\"127.0.0.1\"]", "");
    let dienst = huis.start();
    let from = |chain: &str| {
        let headers = [("X-Forwarded-For", chain), ("Content-Type", "application/json")];
        dienst.klant.vraag("POST", "/v1/sessies", &headers, Some("{}")).status
    };
    for number in 0..30 {
        // What a client writes itself in front does not make it another.
        assert_eq!(from(&format!("192.0.2.{number}, 198.51.100.7")), 400);
    }
    assert_eq!(from("192.0.2.200, 198.51.100.7, 127.0.0.1"), 429);
    assert_eq!(from("198.51.100.8"), 400);
}
