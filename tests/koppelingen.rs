//! A month over the API: delivered, linked, looked at by another, released, fetched; beside the command
//! line on the same leveringen.

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
#[path = "koppelingen/lijsten.rs"]
mod lijsten;
#[path = "dienst/maand.rs"]
#[allow(dead_code, reason = "what other tests ask of a month")]
mod maand;

use huis::{gelukt, inbeeld};
use inbeeld::store::RegisterFile;
use klant::Klant;
use maand::Maand;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The bytes of the files in a folder that do not tell of the run itself.
fn released(map: &Path) -> Vec<(String, Vec<u8>)> {
    let names = ["vrijgave.json", "gemeente_klasse.csv", "gemeente_klasse.xlsx"];
    names.iter().map(|name| ((*name).to_owned(), fs::read(map.join(name)).unwrap())).collect()
}

#[test]
fn a_month_gives_the_bytes_of_the_command_line_and_leaves_by_a_second_pair_of_eyes() {
    let maand = Maand::new();
    let (huis, mensen) = (&maand.huis, &maand.mensen);
    let (coordinator, vrijgever, fg) = (&mensen.coordinator, &mensen.vrijgever, &mensen.fg);
    let koppel = |text: &str| coordinator.stuur("/v1/koppelingen", &maand.koppeling(text));
    // Nothing runs without both shares, nor under a text that is not there.
    let answer = koppel("oud-vsv-maandmonitor");
    assert_eq!((answer.status, answer.code().as_str()), (409, "periode-dicht"), "{answer:?}");
    let answer = koppel("geen");
    assert_eq!((answer.status, answer.code().as_str()), (409, "doelbinding-onbekend"), "{answer:?}");
    maand.open();
    // Nothing was delivered yet: refused, with what to do.
    let nr = koppel("oud-vsv-maandmonitor").json()["nr"].as_u64().unwrap();
    let run = maand.wacht(nr);
    assert_eq!((run["staat"].as_str(), run["uitleg"]["code"].as_str()), (Some("geweigerd"), Some("geen-doelgroep")));
    maand.lever_alles();

    let answer = koppel("oud-vsv-maandmonitor");
    // It may run already when the answer is made.
    let staat = answer.json()["staat"].as_str().unwrap().to_owned();
    assert!(answer.status == 201 && ["gepland", "bezig", "klaar"].contains(&staat.as_str()), "{answer:?}");
    let nr = answer.json()["nr"].as_u64().unwrap();
    let pad = |rest: &str| format!("/v1/koppelingen/{nr}{rest}");
    let told = coordinator.vraag("GET", &pad("/voortgang"), &[("Accept", "text/event-stream")], None);
    assert_eq!((told.status, told.kop("content-type")), (200, Some("text/event-stream")), "{told:?}");
    assert!(told.tekst.contains("event: koppeling") && told.tekst.contains("\"staat\":\"klaar\""), "{}", told.tekst);
    let run = maand.wacht(nr);
    assert_eq!((&run["staat"], &run["uitleg"]), (&json!("klaar"), &Value::Null), "{run}");
    // Nothing left, and nobody saw anything.
    let register = || fs::read_to_string(huis.pad("register.jsonl")).unwrap_or_default();
    assert!(register().is_empty() && !huis.pad("vrijgaven").exists());
    // Not by who asked for it, not by a role that may not, not unseen.
    assert_eq!(coordinator.stuur(&pad("/_geef-vrij"), &json!({})).code(), "niet-voor-deze-rol");
    let answer = vrijgever.stuur(&pad("/_geef-vrij"), &json!({}));
    assert_eq!((answer.status, answer.code().as_str()), (409, "niet-bekeken"), "{answer:?}");
    let voorstel = vrijgever.stuur(&pad("/_bekijk"), &json!({}));
    assert_eq!(voorstel.status, 200, "{voorstel:?}");
    let voorstel = voorstel.json();
    assert_eq!(voorstel["tabellen"][0]["naam"], "gemeente_klasse");
    assert!(voorstel["tabellen"][0]["achtergehouden"].as_u64().unwrap() > 0);
    assert_eq!((register().lines().count(), register().contains("\"soort\":\"proef\"")), (1, true));
    // Another who may decide has to look as well.
    let tweede = maand.nieuw("tweede", "vrijgever");
    assert_eq!(tweede.stuur(&pad("/_geef-vrij"), &json!({})).code(), "niet-bekeken");
    let answer = vrijgever.stuur(&pad("/_geef-vrij"), &json!({}));
    assert_eq!((answer.status, &answer.json()["koppeling"]["staat"]), (200, &json!("vrijgegeven")), "{answer:?}");
    let vrijgave = answer.json()["koppeling"]["vrijgave"].as_u64().unwrap();
    assert_eq!(vrijgever.stuur(&pad("/_geef-vrij"), &json!({})).code(), "koppeling-staat");
    assert_eq!(coordinator.stuur(&pad("/_annuleer"), &json!({})).code(), "koppeling-staat");

    // Byte for byte what the command line made of the same leveringen.
    for (name, bytes) in released(&maand.demo.path().join("vrijgave")) {
        let answer = coordinator.haal(&format!("/v1/vrijgaven/{vrijgave}/bestanden/{name}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.bytes == bytes, "{name}");
        assert_eq!(answer.kop("audit-kop").map(str::len), Some(64));
    }
    let shown = fg.haal(&format!("/v1/vrijgaven/{vrijgave}")).json();
    let file: Value =
        serde_json::from_slice(&fs::read(maand.demo.path().join("vrijgave/vrijgave.json")).unwrap()).unwrap();
    assert_eq!(shown["tabellen"][0]["cellen"], file["tabellen"][0]["cellen"]);
    assert_eq!(fg.haal("/v1/vrijgaven").json()["vrijgaven"].as_array().unwrap().len(), 1);
    for name in ["lijsten%2Fx.csv.age", "..%2F..%2Fregister.jsonl", "anders"] {
        assert_eq!(fg.haal(&format!("/v1/vrijgaven/{vrijgave}/bestanden/{name}")).status, 404, "{name}");
    }
    lijsten::lijsten(&maand);
    dataverwerkingen(&maand);
    lijsten::waarom(&maand);

    // A file that was changed on the disk leaves no more.
    let place = huis.pad(&format!("vrijgaven/{nr}/vrijgave.json"));
    fs::write(&place, fs::read_to_string(&place).unwrap().replacen("0148", "0193", 1)).unwrap();
    let answer = fg.haal(&format!("/v1/vrijgaven/{vrijgave}/bestanden/vrijgave.json"));
    assert_eq!((answer.status, answer.code().as_str()), (500, "vrijgave-aangetast"), "{answer:?}");
    maand.niets_van_jongeren();
    let Maand { huis, dienst, .. } = maand;
    assert_eq!(dienst.stop(), 0);
    gelukt(&["register", "verifieer", "--register", "register.jsonl"], huis.map.path());
    gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml"], huis.map.path());
}

/// Of each koppeling there is a line for the whole and one for every jongere; who looks for one stands in
/// the audit log, and for whom does not.
fn dataverwerkingen(maand: &Maand) {
    let zoek = |wie: &Klant, vraag: &Value| wie.stuur("/v1/dataverwerkingen/_zoek", vraag);
    let fg = &maand.mensen.fg;
    let activity = "urn:inbeeld:doelbinding:contactlijst-gemeenten:1";
    let (mut all, mut vraag) = (Vec::new(), json!({ "processingActivityId": activity, "aantal": 150 }));
    loop {
        let answer = zoek(fg, &vraag);
        assert_eq!(answer.status, 200, "{answer:?}");
        let told = answer.json();
        let lines = told["dataverwerkingen"].as_array().unwrap();
        assert!(lines.len() <= 150);
        all.extend(lines.clone());
        vraag["verder"] = told["verder"].clone();
        if vraag["verder"].is_null() {
            break;
        }
    }
    assert!(all.len() > 300, "{}", all.len());
    let (trace, subject) = (&all[0]["trace_id"], &all[7]["attributes"]["dpl.core.data_subject_id"]);
    assert!(all.iter().all(|line| line["trace_id"] == *trace));
    let of = |vraag: &Value| zoek(fg, vraag).json()["dataverwerkingen"].as_array().unwrap().clone();
    assert_eq!(of(&json!({ "traceId": trace, "dataSubjectId": subject })), [all[7].clone()]);
    // The same jongere in the koppeling of the other text as well.
    assert!(of(&json!({ "dataSubjectId": subject })).len() > 1);
    assert_eq!(of(&json!({ "traceId": trace })).len(), 100);
    for wrong in [json!({}), json!({ "traceId": null }), json!({ "dataSubjectId": "999993847" })] {
        let answer = zoek(fg, &wrong);
        assert_eq!((answer.status, answer.code().as_str()), (400, "invoer"), "{answer:?}");
        assert!(!answer.tekst.contains("999993847"));
    }
    for wrong in [json!({ "traceId": trace, "aantal": 501 }), json!({ "traceId": trace, "verder": "../x.1" })] {
        assert_eq!(zoek(fg, &wrong).status, 400, "{wrong}");
    }
    assert_eq!(zoek(&maand.mensen.coordinator, &json!({ "traceId": trace })).status, 403);
    let log = fs::read_to_string(maand.huis.pad("audit/audit.jsonl")).unwrap();
    assert!(log.contains(r#""daad":"dataverwerkingen-zoeken","op":"traceId dataSubjectId""#));
    assert!(!log.contains(subject.as_str().unwrap()) && !log.contains(trace.as_str().unwrap()));
}

/// A koppeling is refused with a reason, broken off, or overtaken; none of them leaves.
#[test]
fn what_is_refused_broken_off_or_overtaken_never_leaves() {
    let maand = Maand::new();
    let (coordinator, vrijgever) = (&maand.mensen.coordinator, &maand.mensen.vrijgever);
    maand.open();
    maand.lever_alles();
    let ask = || {
        let answer = coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
        let nr = answer.json()["nr"].as_u64().unwrap();
        assert_eq!(maand.wacht(nr)["staat"], "klaar");
        nr
    };
    let (one, two, three) = (ask(), ask(), ask());
    let doe = |nr: u64, wat: &str, body: Value| {
        let wie = if wat == "_annuleer" { coordinator } else { vrijgever };
        wie.stuur(&format!("/v1/koppelingen/{nr}/{wat}"), &body)
    };
    assert_eq!(doe(one, "_weiger", json!({ "reden": " " })).code(), "invoer");
    let answer = doe(one, "_weiger", json!({ "reden": "de levering van Zwolle is van vorig jaar" }));
    assert_eq!((answer.status, &answer.json()["koppeling"]["staat"]), (200, &json!("geweigerd")), "{answer:?}");
    assert_eq!(doe(one, "_bekijk", json!({})).code(), "koppeling-staat");
    let answer = doe(two, "_annuleer", json!({}));
    assert_eq!((answer.status, &answer.json()["koppeling"]["staat"]), (200, &json!("geannuleerd")), "{answer:?}");
    // Seen by nobody, so the register tells of none of them.
    assert!(fs::read_to_string(maand.huis.pad("register.jsonl")).unwrap_or_default().is_empty());
    let four = ask();
    assert_eq!(doe(three, "_bekijk", json!({})).status, 200);
    assert_eq!(doe(three, "_geef-vrij", json!({})).status, 200);
    // Protected beside a month in which nothing had left.
    let answer = doe(four, "_bekijk", json!({}));
    assert_eq!((answer.status, answer.code().as_str()), (409, "vrijgave-achterhaald"), "{answer:?}");
    assert_eq!(maand.wacht(four)["staat"], "geweigerd");
    assert_eq!(fs::read_dir(maand.huis.pad("vrijgaven")).unwrap().count(), 1);
    // As many as may wait, and no more.
    let asked = || coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    let codes: Vec<u16> = (0..9).map(|_| asked().status).collect();
    assert_eq!((&codes[..8], codes[8]), (&[201; 8][..], 409));
    // Broken off while it waits or runs: the state is said at once, whatever the thread is doing.
    let last = coordinator.haal("/v1/koppelingen").json()["koppelingen"][0]["nr"].as_u64().unwrap();
    assert_eq!(doe(last, "_annuleer", json!({})).status, 200);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(maand.wacht(last)["staat"], "geannuleerd");
}

/// In the second month of the demo some are no longer on the lists, and their municipalities hear of them.
#[test]
fn the_demo_has_withdrawn_handles_in_its_second_month() {
    let map = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
    demo.args(["demo", "--serve", "--map", "."]).current_dir(map.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut demo = demo.spawn().unwrap();
    let lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let filled = lines.map(Result::unwrap).any(|line| line.starts_with("Iedereen heeft"));
    demo.kill().unwrap();
    demo.wait().unwrap();
    assert!(filled);
    // Of the year in which the texts hold: in its first months fewer were run.
    let run: Vec<u64> =
        (1..=4).filter(|nr| map.path().join(format!("dienst/vrijgaven/{nr}/lijsten")).exists()).collect();
    let mut counts = Vec::new();
    for nr in &run {
        let list = format!("dienst/vrijgaven/{nr}/lijsten/te-benaderen-0193-vervallen.csv.age");
        let uit = format!("weg-{nr}.csv");
        let keys =
            ["--identiteit", "sleutels/ontvanger/0193.key", "--verwijzingsleutel", "sleutels/verwijzing/0193.sleutel"];
        gelukt(&[&["herken", "--lijst", &list, "--gemeente", "0193", "--uit", &uit][..], &keys].concat(), map.path());
        let text = fs::read_to_string(map.path().join(uit)).unwrap();
        assert!(text.lines().skip(1).all(|line| line.ends_with(";vervallen")), "{text}");
        counts.push(text.lines().count() - 1);
    }
    assert!(
        counts.first().is_none_or(|first| *first == 0) && counts.get(1).is_none_or(|second| *second > 0),
        "{counts:?}"
    );
}

fn begonnen() -> Maand {
    let maand = Maand::new();
    maand.open();
    maand.lever_alles();
    maand
}

/// What was killed may still be dying, with the register in its hands, when the next service starts.
#[test]
fn who_starts_or_asks_waits_for_who_has_the_register() {
    let mut maand = begonnen();
    let register = maand.huis.pad("register.jsonl");
    let held = RegisterFile::open(&register).unwrap();
    let free = |held| {
        std::thread::sleep(Duration::from_millis(700));
        drop::<RegisterFile>(held);
    };
    std::thread::scope(|scope| {
        scope.spawn(|| free(held));
        maand.herstart();
    });
    // And so does somebody who asks for it: a koppeling has it now and then.
    let held = RegisterFile::open(&register).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| free(held));
        assert_eq!(maand.vrijgaven().len(), 0);
    });
}

/// A service that stops or dies with koppelingen open: each is found and said to be so, and nothing of a
/// release is lost, doubled or half there.
#[test]
fn killed_at_any_moment_no_release_is_lost_doubled_or_half() {
    let mut maand = begonnen();
    let rondes: u64 = std::env::var("INBEELD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let (mut released, mut failed) = (0, 0);
    for ronde in 0..rondes {
        // Every release is protected beside all before it of the month, so a month grows slow.
        if ronde > 0 && ronde % 30 == 0 {
            maand = begonnen();
        }
        let before = maand.vrijgaven();
        // Spread over what each takes, on a quiet machine and on a busy one.
        let wide = if ronde % 3 == 2 { 1 + ronde / 3 % 5 } else { 1 };
        maand.gedood(ronde, Duration::from_micros(ronde * 7919 % 60_000 * wide));
        maand.herstart();
        maand.een_levering_of_geen();
        let here = maand.vrijgaven();
        for run in maand.koppelingen() {
            // One that waited for its turn gets it now.
            let run = maand.wacht(run["nr"].as_u64().unwrap());
            if run["staat"] == "klaar" || run["uitleg"]["code"] == "periode-dicht" {
                let answer =
                    maand.mensen.coordinator.stuur(&format!("/v1/koppelingen/{}/_annuleer", run["nr"]), &json!({}));
                assert!(run["staat"] == "geweigerd" || answer.status == 200, "{answer:?}");
                continue;
            }
            let staat = run["staat"].as_str().unwrap();
            assert!(!["bezig", "klaar", "vrijgeven"].contains(&staat), "{run}");
            if staat == "mislukt" {
                assert!(["dienst-onderbroken", "niet-uitgeleverd"].contains(&run["uitleg"]["code"].as_str().unwrap()));
                failed += 1;
            }
            let map = maand.huis.pad(&format!("vrijgaven/{}", run["nr"]));
            assert_eq!(map.join("vrijgave.json").exists(), staat == "vrijgegeven", "{run}");
        }
        assert!(here.len() >= before.len() && here.len() <= before.len() + 1);
        released += here.len() - before.len();
        for args in [
            &["register", "verifieer", "--register", "register.jsonl"][..],
            &["beheer", "audit-verifieer", "--config", "dienst.toml"],
        ] {
            let said = inbeeld(args, maand.huis.map.path());
            let empty = args[0] == "register" && !maand.huis.pad("register.jsonl").exists();
            assert!(said.status.success() || empty, "{}", String::from_utf8_lossy(&said.stderr));
        }
        // Every release that is told is there whole.
        for vrijgave in here {
            for file in vrijgave["bestanden"].as_array().unwrap() {
                let path = format!("/v1/vrijgaven/{}/bestanden/{}", vrijgave["nr"], file["naam"].as_str().unwrap());
                assert_eq!(maand.mensen.fg.haal(&path).status, 200, "{path}");
            }
        }
    }
    // Of so many some were hit before, some after.
    assert!(rondes < 100 || (released > 0 && failed > 0), "{released} {failed}");
}
