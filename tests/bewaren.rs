//! What has passed its term is gone, from the disk and from the service, and what a backup holds of it does
//! not open.

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
#[allow(dead_code, reason = "what other tests ask of a service")]
mod klant;
#[path = "dienst/maand.rs"]
#[allow(dead_code, reason = "what other tests ask of a month")]
mod maand;

use huis::{Huis, gelukt, inbeeld};
use inbeeld::pseudonym::{ShareA, ShareB};
use inbeeld::receive::{Period, Stored};
use inbeeld::store::{DiskShelf, read_key};
use inbeeld::terms::Maand as Month;
use maand::{Maand, files, perioden};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const LATER: &str = "2099-01-01";

fn op(dag: &str, args: &[&str], map: &Path) -> Output {
    let binary = env!("CARGO_BIN_EXE_inbeeld");
    Command::new(binary).args(args).current_dir(map).env("INBEELD_VANDAAG", dag).output().unwrap()
}

/// Until something holds.
fn wacht(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Pieces of what was stored, from every file of a month.
fn pieces(map: &Path) -> (HashSet<Vec<u8>>, usize) {
    let stored = files(map);
    let mut pieces = HashSet::new();
    for path in &stored {
        let bytes = fs::read(path).unwrap();
        pieces.extend(bytes.chunks_exact(64).step_by(37).map(<[u8]>::to_vec));
    }
    (pieces, stored.len())
}

/// Files under a folder that hold one of these pieces.
fn holding(map: &Path, pieces: &HashSet<Vec<u8>>) -> Vec<String> {
    let holds = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(64).any(|window| pieces.contains(window))
    };
    files(map).into_iter().filter(holds).map(|path| path.display().to_string()).collect()
}

#[test]
fn what_passed_its_term_is_gone_everywhere_and_a_backup_of_it_does_not_open() {
    let maand = Maand::new();
    let (huis, mensen) = (&maand.huis, &maand.mensen);
    maand.open();
    maand.lever_alles();
    maand.vrijgegeven("contactlijst-gemeenten");
    let answer = mensen.coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    let waiting = answer.json()["nr"].as_u64().unwrap();
    maand.wacht(waiting);
    let [periode, vorige] = perioden();
    let place = huis.pad(&format!("leveringen/{periode}"));
    let (stored, count) = pieces(&place);
    assert!(count > 12 && stored.len() > 100, "{count} {}", stored.len());
    // Who was linked, and when.
    let logboek =
        || files(&huis.pad("logboek")).into_iter().filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let told: Vec<u8> = logboek().flat_map(|path| fs::read(path).unwrap()).collect();
    let lines: Vec<&str> = std::str::from_utf8(&told).unwrap().lines().collect();
    assert!(lines.len() > 300, "{}", lines.len());
    let subjects: HashSet<Vec<u8>> = lines
        .iter()
        .filter_map(|line| line.split("subject_id\":\"").nth(1))
        .map(|rest| rest.as_bytes()[..64].to_vec())
        .collect();
    // Put aside as a backup is: sealed, on another disk.
    let backup = tempfile::tempdir().unwrap();
    let aside = backup.path().join(&periode);
    fs::create_dir(&aside).unwrap();
    for file in files(&place) {
        fs::copy(&file, aside.join(file.file_name().unwrap())).unwrap();
    }

    // Today nothing has passed its term.
    let said = gelukt(&["beheer", "opruimen", "--config", "dienst.toml"], huis.map.path());
    assert!(said.contains("geen maand") && !said.contains("Logboek"), "{said}");
    assert_eq!(holding(&huis.pad("logboek"), &subjects).len(), logboek().count());
    assert_eq!(mensen.fg.haal(&format!("/v1/perioden/{periode}/vernietiging")).status, 404);
    assert_eq!(holding(huis.map.path(), &stored).len(), files(&place).len() - 1);

    let said = op(LATER, &["beheer", "opruimen", "--config", "dienst.toml"], huis.map.path());
    assert!(said.status.success(), "{said:?}");
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains(&format!("vernietigd: {vorige}\nvernietigd: {periode}\n")), "{said}");
    assert!(!place.exists() && holding(huis.map.path(), &stored).is_empty());
    // Three years of lines are long past.
    assert!(said.contains("verwijderd: regels van het Logboek Dataverwerkingen van vóór 2096-01-02\n"), "{said}");
    assert!(subjects.len() > 200 && holding(huis.map.path(), &subjects).is_empty());
    let answer = mensen.fg.stuur("/v1/dataverwerkingen/_zoek", &json!({ "traceId": "a".repeat(32) }));
    assert_eq!((answer.status, &answer.json()["dataverwerkingen"]), (200, &json!([])), "{answer:?}");
    let log = fs::read_to_string(huis.pad("audit/audit.jsonl")).unwrap();
    assert_eq!(log.matches(r#""daad":"dataverwerkingen-opruimen","op":"voor 2096-01-02""#).count(), 1);
    // Database and what lies beside it say nothing of the leveringen' files either.
    for path in files(&huis.pad("gegevens")) {
        let bytes = fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(".csv.manifest.json"), "{}", path.display());
    }
    let left = files(&huis.pad("vrijgaven"));
    assert!(left.iter().all(|path| path.extension().is_none_or(|end| end != "age")), "{left:?}");

    // The service, which had the key in memory all the time, has it no more and says so.
    let bewijs = || mensen.fg.haal(&format!("/v1/perioden/{periode}/vernietiging")).json();
    wacht("de dienst bevestigt", || bewijs()["houders"][0]["bevestigd_op"].is_string());
    let told = bewijs();
    let names: Vec<&str> =
        told["houders"].as_array().unwrap().iter().map(|one| one["houder"].as_str().unwrap()).collect();
    assert_eq!((names, &told["open"]), (vec!["dienst", "fg", "gemeente 0193"], &json!(true)), "{told}");
    assert_eq!(
        told["leveringen"].as_u64().unwrap() as usize * 2,
        files(&aside).iter().filter(|p| p.extension().is_some_and(|e| e == "levering" || e == "ontvangst")).count()
    );
    let open = mensen.fg.haal("/v1/perioden").json();
    assert!(open["perioden"].as_array().unwrap().iter().all(|one| one["open"] == false), "{open}");
    let run = mensen.fg.haal(&format!("/v1/koppelingen/{waiting}")).json();
    assert_eq!((&run["staat"], &run["uitleg"]["code"]), (&json!("geweigerd"), &json!("periode-vernietigd")), "{run}");

    // Nothing of it comes in or opens again, whoever still has the share.
    let deel = fs::read_to_string(huis.pad(&format!("b-{periode}.sleutel"))).unwrap();
    let answer = mensen.fg.stuur(&format!("/v1/perioden/{periode}/deel-b"), &json!({ "sleutel": deel.trim() }));
    assert_eq!((answer.status, answer.code().as_str()), (409, "periode-vernietigd"), "{answer:?}");
    assert_eq!(maand.lever_eerste(), (409, "periode-vernietigd".to_owned()));
    let answer = mensen.coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    assert_eq!((answer.status, answer.code().as_str()), (409, "periode-vernietigd"), "{answer:?}");

    // What was put aside opens with both shares, and with no other share B: that is what its holders destroy.
    let month = Month::parse(periode.as_bytes()).unwrap();
    let a = ShareA::new(&read_key(&huis.pad("dienst-deel.sleutel")).unwrap()).unwrap();
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "ander.sleutel"], huis.map.path());
    let opens = |name: &str| {
        let b = ShareB::new(&read_key(&huis.pad(name)).unwrap()).unwrap();
        let key = a.period_key(month, &b).unwrap();
        let shelf = DiskShelf::open(backup.path(), month).unwrap();
        Stored::open(&[Period { shelf: &shelf, key: &key }]).is_ok()
    };
    assert!(opens(&format!("b-{periode}.sleutel")) && !opens("ander.sleutel"));

    bevestigen(&maand, &periode);
    let map = huis.map.path();
    let said = gelukt(&["register", "toon", "--register", "register.jsonl"], map);
    assert!(said.contains(&format!("vernietiging van {periode}: door iedereen bevestigd")), "{said}");
    assert!(said.contains(&format!("vernietiging van {vorige}: nog niet door iedereen bevestigd")), "{said}");
    gelukt(&["register", "verifieer", "--register", "register.jsonl"], map);
    gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml"], map);
    // Everything else of the register is as it was, and the months stay destroyed after a restart.
    let mut maand = maand;
    maand.dienst = maand.huis.start();
    maand.mensen.fg.poort = maand.dienst.klant.poort;
    let answer = maand.mensen.fg.stuur(&format!("/v1/perioden/{periode}/deel-b"), &json!({ "sleutel": deel.trim() }));
    assert_eq!(answer.code(), "periode-vernietigd");
    assert_eq!(maand.vrijgaven().len(), 1);
}

/// Each for itself, once; the FG also for a municipality that no longer can, nobody for the service.
fn bevestigen(maand: &Maand, periode: &str) {
    let (fg, zwolle) = (&maand.mensen.fg, &maand.mensen.zwolle);
    let pad = format!("/v1/perioden/{periode}/vernietiging/_bevestig");
    let houder = |wie: &str| json!({ "houder": wie });
    assert_eq!(maand.mensen.elders.stuur(&pad, &houder("gemeente 0148")).status, 403);
    assert_eq!(zwolle.stuur(&pad, &houder("fg")).code(), "houder-anders");
    assert_eq!(fg.stuur(&pad, &houder("dienst")).code(), "houder-anders");
    assert_eq!(fg.stuur(&pad, &houder("gemeente 0148")).status, 404);
    assert_eq!(fg.stuur(&pad, &houder("Zwolle")).code(), "invoer");
    let answer = fg.stuur(&pad, &houder("fg"));
    assert_eq!((answer.status, &answer.json()["open"]), (200, &json!(true)), "{answer:?}");
    let lines = || fs::read_to_string(maand.huis.pad("register.jsonl")).unwrap().lines().count();
    let before = lines();
    assert_eq!(fg.stuur(&pad, &houder("fg")).json(), answer.json());
    assert_eq!(lines(), before);
    let answer = zwolle.stuur(&pad, &houder("gemeente 0193"));
    let told: Value = answer.json();
    assert_eq!(
        (answer.status, &told["open"], &told["houders"][2]["door"]),
        (200, &json!(false), &json!("gemeente 0193"))
    );
}

/// Before its term a month goes only when it is named twice; what waits for a decision on it then goes nowhere.
#[test]
fn one_month_goes_before_its_term_when_the_operator_confirms_it() {
    let maand = Maand::new();
    let (map, mensen) = (maand.huis.map.path(), &maand.mensen);
    maand.open();
    maand.lever_alles();
    let [periode, vorige] = perioden();
    let answer = mensen.coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    let nr = answer.json()["nr"].as_u64().unwrap();
    maand.wacht(nr);
    let vernietig = |of: &str, more: &[&str]| {
        let args = [&["beheer", "vernietig", "--config", "dienst.toml", "--periode", of], more].concat();
        let said = inbeeld(&args, map);
        (said.status.code().unwrap(), String::from_utf8([said.stdout, said.stderr].concat()).unwrap())
    };
    let place = maand.huis.pad(&format!("leveringen/{periode}"));
    let count = files(&place).len();
    for more in [&[][..], &["--bevestig", &vorige]] {
        let (code, said) = vernietig(&periode, more);
        assert!(code == 2 && said.contains("niet-bevestigd") && said.contains("mag blijven tot en met"), "{said}");
        assert_eq!(files(&place).len(), count);
    }
    let (code, said) = vernietig("2019-01", &["--bevestig", "2019-01"]);
    assert!(code == 2 && said.contains("periode-onbekend"), "{said}");
    assert!(vernietig("oktober", &[]).0 == 2);
    let (code, said) = vernietig(&periode, &["--bevestig", &periode]);
    assert!(code == 0 && said.contains(&format!("vernietigd: {periode}")) && !place.exists(), "{said}");
    // At once, whether the service has seen it or not.
    for wat in ["_bekijk", "_geef-vrij"] {
        let answer = mensen.vrijgever.stuur(&format!("/v1/koppelingen/{nr}/{wat}"), &json!({}));
        assert_eq!(answer.status, 409, "{answer:?}");
    }
    let run = || mensen.fg.haal(&format!("/v1/koppelingen/{nr}")).json();
    wacht("wat klaarstond, is geweigerd", || run()["staat"] == "geweigerd");
    assert_eq!(run()["uitleg"]["code"], "periode-vernietigd");
    assert_eq!(maand.lever_eerste(), (409, "periode-vernietigd".to_owned()));
    assert!(vernietig(&periode, &["--bevestig", &periode]).1.contains("periode-vernietigd"));
    // The other month is as it was.
    let status: Value =
        serde_json::from_str(&gelukt(&["beheer", "status", "--config", "dienst.toml", "--json"], map)).unwrap();
    let gone = |at: usize| (status["perioden"][at]["periode"].clone(), status["perioden"][at]["vernietigd"].clone());
    assert_eq!((gone(0), gone(1)), ((json!(vorige), json!(false)), (json!(periode), json!(true))));
    let log = fs::read_to_string(maand.huis.pad("audit/audit.jsonl")).unwrap();
    assert_eq!(log.matches(r#""wie":"opdrachtregel","daad":"periode-vernietigen""#).count(), 1, "{log}");
    gelukt(&["register", "verifieer", "--register", "register.jsonl"], map);
}

/// A share B that the operator gave as a file is a copy of the service, and goes with the month.
#[test]
fn a_share_in_a_file_goes_and_the_service_starts_without_it() {
    let huis = Huis::new();
    let map = huis.map.path();
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "b.sleutel"], map);
    huis.configuratie("", "[perioden]\n\"2020-01\" = \"b.sleutel\"");
    let dienst = huis.start();
    assert_eq!(dienst.stop(), 0);
    let said = op("2098-01-01", &["beheer", "opruimen", "--config", "dienst.toml"], map);
    assert!(said.status.success() && !huis.pad("b.sleutel").exists(), "{said:?}");
    let register = || gelukt(&["register", "toon", "--register", "register.jsonl"], map);
    assert!(register().contains("dienst: nog niet bevestigd"));
    let dienst = huis.start();
    wacht("de dienst bevestigt", || {
        let said = inbeeld(&["register", "toon", "--register", "register.jsonl"], map);
        String::from_utf8(said.stdout).unwrap().contains("dienst: weg")
    });
    assert_eq!(dienst.stop(), 0);
    // A file that is missed and was not destroyed stops the start.
    huis.configuratie("", "[perioden]\n\"2020-02\" = \"weg.sleutel\"");
    let (code, said) = huis.geweigerd();
    assert!(code == 2 && said.contains("weg.sleutel"), "{said}");
}

/// What a text needs that cannot be read is not known: nothing is destroyed, and that is told.
#[test]
fn a_text_that_cannot_be_read_keeps_everything() {
    let huis = Huis::new();
    fs::create_dir_all(huis.pad("doelbindingen/maand")).unwrap();
    fs::write(huis.pad("doelbindingen/maand/1.toml"), "schema = \"inbeeld/doelbinding/v9\"\n").unwrap();
    fs::create_dir_all(huis.pad("leveringen/2020-01")).unwrap();
    let said = inbeeld(&["beheer", "opruimen", "--config", "dienst.toml"], huis.map.path());
    assert!(!said.status.success() && huis.pad("leveringen/2020-01").exists());
    assert!(String::from_utf8(said.stderr).unwrap().contains("bewaren-tekst"));
}

/// The secrets of an installation: each as its file has it, and as bytes.
fn secrets(huis: &Huis) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for path in files(huis.map.path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if let Some(hex) = text.strip_prefix("inbeeld-sleutel-v1:").and_then(|text| text.trim().rsplit(':').next()) {
            let raw = (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
            found.extend([(name.clone(), hex.as_bytes().to_vec()), (name, raw)]);
        } else if name == "tls.pem" {
            let line = text.lines().nth(1).unwrap();
            found.push((name, line.as_bytes()[..40].to_vec()));
        } else if name == "fg.key" {
            found.push((name, text.lines().nth(1).unwrap().as_bytes()[..60].to_vec()));
        }
    }
    found
}

fn modes(map: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for path in files(map) {
        for path in [path.as_path(), path.parent().unwrap()] {
            let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        }
    }
}

#[test]
fn a_backup_of_a_running_service_holds_no_key_and_makes_the_service_again() {
    let mut maand = Maand::new();
    let map = maand.huis.map.path().to_owned();
    let map = map.as_path();
    maand.open();
    maand.lever_alles();
    let nr = maand.vrijgegeven("oud-vsv-maandmonitor");
    maand.vrijgegeven("contactlijst-gemeenten");
    let elsewhere = tempfile::tempdir().unwrap();
    let kopie = elsewhere.path().join("kopie");
    let uit = kopie.to_str().unwrap();
    // Somebody works with the service all the time.
    let said = std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            (0..20).all(|_| maand.mensen.fg.haal("/v1/vrijgaven").status == 200 && maand.lever_eerste().0 < 500)
        });
        let said = gelukt(&["beheer", "reservekopie", "--config", "dienst.toml", "--uit", uit], map);
        assert!(busy.join().unwrap());
        said
    });
    assert!(said.contains("sha256 van het manifest: "), "{said}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    modes(&kopie);
    let secrets = secrets(&maand.huis);
    // Three of the service, two shares B, the FG's and that of TLS.
    assert_eq!(secrets.len(), 2 * 5 + 2, "{:?}", secrets.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for path in files(&kopie) {
        let bytes = fs::read(&path).unwrap();
        for (name, secret) in &secrets {
            let held = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!held, "{name} in {}", path.display());
        }
    }
    // There it is already.
    let again = inbeeld(&["beheer", "reservekopie", "--config", "dienst.toml", "--uit", uit], map);
    assert_eq!(again.status.code(), Some(2));

    // On another machine, with the keys from where they are kept.
    let nieuw = Huis::new();
    for file in ["dienst-deel.sleutel", "intrekking.sleutel", "logboek.sleutel"] {
        fs::copy(map.join(file), nieuw.pad(file)).unwrap();
    }
    let terug = ["beheer", "terugzetten", "--config", "dienst.toml", "--van", uit];
    let said = inbeeld(&terug, nieuw.map.path());
    assert_eq!(said.status.code(), Some(2), "the folder with trusted keys is not empty: {said:?}");
    assert!(!nieuw.pad("gegevens").exists() && !nieuw.pad("register.jsonl").exists());
    fs::remove_dir_all(nieuw.pad("vertrouwd")).unwrap();
    gelukt(&terug, nieuw.map.path());
    assert_eq!(inbeeld(&terug, nieuw.map.path()).status.code(), Some(2));
    gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml"], nieuw.map.path());
    gelukt(&["register", "verifieer", "--register", "register.jsonl"], nieuw.map.path());
    let before = (maand.vrijgaven(), maand.koppelingen());
    for periode in perioden() {
        fs::copy(map.join(format!("b-{periode}.sleutel")), nieuw.pad(&format!("b-{periode}.sleutel"))).unwrap();
    }
    let old = std::mem::replace(&mut maand.huis, nieuw);
    maand.dienst = maand.huis.start();
    maand.mensen.fg.poort = maand.dienst.klant.poort;
    // Whoever was logged in logs in again.
    assert_eq!(maand.mensen.fg.haal("/v1/vrijgaven").status, 401);
    maand.opnieuw_aanmelden();
    assert_eq!((maand.vrijgaven(), maand.koppelingen()), before);
    drop(old);
    // What was received opens with the shares, and gives the same.
    maand.open();
    let first = maand.mensen.fg.haal(&format!("/v1/koppelingen/{nr}")).json();
    assert_eq!(first["staat"], "vrijgegeven");
    let answer = maand.mensen.coordinator.stuur("/v1/koppelingen", &maand.koppeling("oud-vsv-maandmonitor"));
    assert_eq!(maand.wacht(answer.json()["nr"].as_u64().unwrap())["staat"], "klaar");
}

#[test]
fn a_backup_that_was_touched_is_not_put_back_and_none_is_made_around_a_key() {
    let huis = Huis::new();
    let map = huis.map.path();
    huis.eerste_beheerder();
    let maak = |uit: &str| inbeeld(&["beheer", "reservekopie", "--config", "dienst.toml", "--uit", uit], map);
    assert!(maak("kopie").status.success());
    let leeg = Huis::new();
    fs::remove_dir_all(leeg.pad("vertrouwd")).unwrap();
    let zet = || {
        let van = huis.pad("kopie");
        let said = inbeeld(
            &["beheer", "terugzetten", "--config", "dienst.toml", "--van", van.to_str().unwrap()],
            leeg.map.path(),
        );
        assert!(!leeg.pad("gegevens").exists() || said.status.success());
        (said.status.code().unwrap(), String::from_utf8(said.stderr).unwrap())
    };
    for file in files(&huis.pad("kopie")) {
        let good = fs::read(&file).unwrap();
        if good.is_empty() {
            continue;
        }
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 1;
        fs::write(&file, bad).unwrap();
        let (code, said) = zet();
        assert!(code == 5 || file.ends_with("manifest.json"), "{}: {said}", file.display());
        fs::remove_file(&file).unwrap();
        assert_eq!(zet().0, 5, "{}", file.display());
        fs::write(&file, good).unwrap();
    }
    fs::write(huis.pad("kopie/vertrouwd/vreemd.pub"), "x").unwrap();
    assert!(zet().1.contains("reservekopie-veranderd"));
    fs::remove_file(huis.pad("kopie/vertrouwd/vreemd.pub")).unwrap();
    assert_eq!(zet(), (0, String::new()));

    // A key of the configuration in a folder that is copied, also by another way; and a key that nobody named.
    fs::rename(huis.pad("logboek.sleutel"), huis.pad("vertrouwd/logboek.sleutel")).unwrap();
    std::os::unix::fs::symlink("vertrouwd/logboek.sleutel", huis.pad("logboek.sleutel")).unwrap();
    let refused = |said: Output| {
        let text = String::from_utf8(said.stderr).unwrap();
        assert!(text.contains("sleutel-in-reservekopie") && said.status.code() == Some(2), "{text}");
        assert!(!huis.pad("twee").exists());
    };
    refused(maak("twee"));
    fs::remove_file(huis.pad("logboek.sleutel")).unwrap();
    fs::rename(huis.pad("vertrouwd/logboek.sleutel"), huis.pad("logboek.sleutel")).unwrap();
    for secret in ["fg.key", "tls.pem", "dienst-deel.sleutel"] {
        fs::copy(huis.pad(secret), huis.pad("vertrouwd/anders")).unwrap();
        refused(maak("twee"));
    }
    fs::remove_file(huis.pad("vertrouwd/anders")).unwrap();
    // A secret that looks like nothing: only the configuration says that it is one.
    fs::write(huis.pad("vertrouwd/woord"), "een woord dat de aanmeldvoorziening kent\n").unwrap();
    huis.configuratie(
        "adres = \"https://inbeeld.regio.nl\"",
        "[oidc]\nuitgever = \"https://login.regio.nl\"\nclient_id = \"inbeeld\"\nclient_geheim = \"vertrouwd/woord\"\n\
         claim_rol = \"rol\"\n[oidc.rollen]\nkop = \"coordinator\"",
    );
    refused(maak("twee"));
    huis.configuratie("", "");
    fs::remove_file(huis.pad("vertrouwd/woord")).unwrap();
    assert!(maak("twee").status.success());
}

/// What the operator asks of the machine itself is told, and stands in the log where it changes something.
#[test]
fn an_operator_sees_how_it_stands_and_ends_sessions() {
    let huis = Huis::new();
    let map = huis.map.path();
    let code = huis.eerste_beheerder();
    let status = || gelukt(&["beheer", "status", "--config", "dienst.toml"], map);
    assert!(status().contains("koppelingen: geen") && status().contains("er is nog geen register"), "{}", status());
    let dienst = huis.start();
    let geheim = huis::activeer(&dienst.klant, "eerste", &code);
    let eerste = huis::als(&dienst.klant, "eerste", &geheim, 0);
    assert_eq!(eerste.haal("/v1/sessies/huidige").status, 200);
    let einde = |naam: &str| inbeeld(&["beheer", "sessies", "--config", "dienst.toml", "--intrekken", naam], map);
    let said = einde("eerste");
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "beëindigd: 1 sessie(s) van eerste\n");
    assert_eq!(eerste.haal("/v1/sessies/huidige").status, 401);
    assert_eq!(einde("niemand").status.code(), Some(2));
    let log = fs::read_to_string(huis.pad("audit/audit.jsonl")).unwrap();
    assert_eq!(log.matches(r#""wie":"opdrachtregel","daad":"sessies-intrekken""#).count(), 2);
    let told: Value =
        serde_json::from_str(&gelukt(&["beheer", "status", "--config", "dienst.toml", "--json"], map)).unwrap();
    assert!(told["vrij_bytes"]["gegevens"].as_u64().unwrap() > 0 && told["audit_kop"].as_str().unwrap().len() == 64);
}
