//! What municipalities do with their lists: fetch, open, confirm, and ask why.

use crate::huis::gelukt;
use crate::klant::Klant;
use crate::maand::{self, Maand};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Each municipality fetches its own list, opens it, and says so; then the service has it no more.
pub fn lijsten(maand: &Maand) {
    let (huis, mensen) = (&maand.huis, &maand.mensen);
    let nr = maand.vrijgegeven("contactlijst-gemeenten");
    let [zwolle, kampen] = [&mensen.zwolle, &mensen.elders];
    let list = |wie: &Klant| wie.haal("/v1/lijsten").json()["lijsten"].as_array().unwrap().clone();
    let own = list(zwolle);
    let told = |one: &Value| (one["gemeente"].as_str().unwrap().to_owned(), one["soort"].as_str().unwrap().to_owned());
    let both = |gemeente: &str| ["contactlijst", "vervallen"].map(|soort| (gemeente.to_owned(), soort.to_owned()));
    assert_eq!(own.iter().map(told).collect::<Vec<_>>(), both("0193"));
    assert_eq!(list(&mensen.fg).iter().map(told).collect::<Vec<_>>(), [both("0148"), both("0193")].concat());
    let other = list(kampen)[0]["nr"].as_u64().unwrap();
    let pad = |nr: u64, rest: &str| format!("/v1/lijsten/{nr}/{rest}");
    assert_eq!(zwolle.haal(&pad(other, "bestand")).status, 404);
    assert_eq!(mensen.fg.haal(&pad(other, "bestand")).status, 403);
    let mine = own[0]["nr"].as_u64().unwrap();
    assert_eq!(zwolle.stuur(&pad(mine, "_bevestig"), &json!({})).code(), "lijst-niet-opgehaald");
    assert_eq!(zwolle.stuur(&pad(other, "_bevestig"), &json!({})).status, 404);
    let answer = zwolle.haal(&pad(mine, "bestand"));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(zwolle.haal(&pad(mine, "bestand")).bytes, answer.bytes);

    let sealed = huis.pad("zwolle.csv.age");
    fs::write(&sealed, &answer.bytes).unwrap();
    let demo = maand.demo.path();
    let [identiteit, sleutel] = ["sleutels/ontvanger/0193.key", "sleutels/verwijzing/0193.sleutel"];
    let args = ["herken", "--lijst", "zwolle.csv.age", "--gemeente", "0193", "--uit", "zwolle.csv", "--identiteit"];
    let keys = [demo.join(identiteit), demo.join(sleutel)].map(|path| path.display().to_string());
    gelukt(&[&args[..], &[&keys[0], "--verwijzingsleutel", &keys[1]]].concat(), huis.map.path());
    // The same dossiers as on the list that the command line made.
    let dossiers = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let mut rows: Vec<String> = text
            .lines()
            .map(|line| line.split(';').filter(|field| field.len() < 60).collect::<Vec<_>>().join(";"))
            .collect();
        rows.sort();
        rows
    };
    let found = dossiers(&huis.pad("zwolle.csv"));
    assert!(found.len() > 20);
    assert_eq!(found, dossiers(&demo.join("gemeente/zwolle.csv")));

    let place = huis.pad(&format!("vrijgaven/{nr}/lijsten/te-benaderen-0193.csv.age"));
    assert!(place.exists());
    let answer = zwolle.stuur(&pad(mine, "_bevestig"), &json!({}));
    assert_eq!((answer.status, &answer.json()["lijst"]["beschikbaar"]), (200, &json!(false)), "{answer:?}");
    assert!(!place.exists());
    assert_eq!(zwolle.haal(&pad(mine, "bestand")).code(), "lijst-weg");
    assert!(huis.pad(&format!("vrijgaven/{nr}/lijsten/te-benaderen-0148.csv.age")).exists());
    vervallen(maand, nr, own[1]["nr"].as_u64().unwrap(), list(kampen)[1]["nr"].as_u64().unwrap());
}

/// What is no longer on a list has the same rules, and is confirmed apart.
fn vervallen(maand: &Maand, koppeling: u64, mine: u64, other: u64) {
    let (huis, zwolle) = (&maand.huis, &maand.mensen.zwolle);
    let pad = |nr: u64, rest: &str| format!("/v1/lijsten/{nr}/{rest}");
    let place =
        |gemeente: &str| huis.pad(&format!("vrijgaven/{koppeling}/lijsten/te-benaderen-{gemeente}-vervallen.csv.age"));
    // Confirming the list did not take it along.
    let bytes = fs::read(place("0193")).unwrap();
    assert_eq!(zwolle.haal(&pad(other, "bestand")).status, 404);
    assert_eq!(zwolle.stuur(&pad(other, "_bevestig"), &json!({})).status, 404);
    assert_eq!(zwolle.stuur(&pad(mine, "_bevestig"), &json!({})).code(), "lijst-niet-opgehaald");
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(place("0193"), changed).unwrap();
    let answer = zwolle.haal(&pad(mine, "bestand"));
    assert_eq!((answer.status, answer.code().as_str()), (500, "vrijgave-aangetast"), "{answer:?}");
    fs::write(place("0193"), &bytes).unwrap();
    for _ in 0..2 {
        let answer = zwolle.haal(&pad(mine, "bestand"));
        assert!(answer.status == 200 && answer.bytes == bytes, "{answer:?}");
        assert_eq!(
            answer.kop("content-disposition"),
            Some("attachment; filename=\"te-benaderen-0193-vervallen.csv.age\"")
        );
    }
    fs::write(huis.pad("weg.csv.age"), &bytes).unwrap();
    let demo = maand.demo.path();
    let keys = ["sleutels/ontvanger/0193.key", "sleutels/verwijzing/0193.sleutel"]
        .map(|key| demo.join(key).display().to_string());
    let args = ["herken", "--lijst", "weg.csv.age", "--gemeente", "0193", "--uit", "weg.csv", "--identiteit", &keys[0]];
    let said = gelukt(&[&args[..], &["--verwijzingsleutel", &keys[1]]].concat(), huis.map.path());
    // The first list of all: nothing was on one before.
    assert!(said.contains("0 eerdere verwijzing(en)"), "{said}");
    let answer = zwolle.stuur(&pad(mine, "_bevestig"), &json!({}));
    assert_eq!((answer.status, &answer.json()["lijst"]["beschikbaar"]), (200, &json!(false)), "{answer:?}");
    assert!(!place("0193").exists() && place("0148").exists());
    assert_eq!(zwolle.haal(&pad(mine, "bestand")).code(), "lijst-weg");
    let log = fs::read_to_string(huis.pad("audit/audit.jsonl")).unwrap();
    let line = format!(r#""daad":"lijst-ophalen","op":"{mine} lijsten/te-benaderen-0193-vervallen.csv.age""#);
    assert!(log.contains(&line), "{log}");
    assert!(log.contains(&format!(r#""daad":"lijst-bevestigen","op":"{mine}""#)));
}

/// A municipality hears of who is on its own list what the command line tells; of everybody else one and the same, and
/// no more often a day than the text allows.
pub fn waarom(maand: &Maand) {
    let (huis, mensen) = (&maand.huis, &maand.mensen);
    let (zwolle, kampen) = (&mensen.zwolle, &mensen.elders);
    let lists = |wie: &Klant| -> Vec<u64> {
        wie.haal("/v1/lijsten").json()["lijsten"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["nr"].as_u64().unwrap())
            .collect()
    };
    let ([mine, gone], other) = (lists(zwolle)[..].try_into().unwrap(), lists(kampen)[0]);
    let ask = |wie: &Klant, nr: u64, handle: &str| {
        wie.stuur(&format!("/v1/lijsten/{nr}/_waarom"), &json!({ "verwijzing": handle }))
    };
    let handle_of = |line: &str| line.split(';').find(|field| field.len() == 139).map(str::to_owned);
    let listed = fs::read_to_string(huis.pad("zwolle.csv")).unwrap();
    let handles: Vec<String> = listed.lines().filter_map(handle_of).collect();
    let handle = &handles[0];
    // Somebody of Zwolle who is on no list.
    let doelgroep = maand::files(&maand.demo.path().join("leveringen")).into_iter().find(|path| {
        let text = path.to_str().unwrap();
        text.ends_with(".csv") && fs::read_to_string(path).unwrap().contains(handle.as_str())
    });
    let doelgroep = fs::read_to_string(doelgroep.unwrap()).unwrap();
    let unlisted = doelgroep.lines().filter_map(handle_of).find(|one| !handles.contains(one)).unwrap();
    let logboek = || -> usize {
        let lines = |path: std::path::PathBuf| fs::read_to_string(path).unwrap().lines().count();
        maand::files(&huis.pad("logboek"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
            .map(lines)
            .sum()
    };
    let inzagen = || fs::read_to_string(huis.pad("register.jsonl")).unwrap().matches(r#""soort":"inzage""#).count();

    // The list itself was confirmed, and the service has it no more: that is not asked of.
    let before = logboek();
    let answer = ask(zwolle, mine, handle);
    assert_eq!(answer.status, 200, "{answer:?}");
    let demo = |path: &str| maand.demo.path().join(path).display().to_string();
    let text = demo("doelbinding/contactlijst-gemeenten.toml");
    let (vertrouwd, leveringen) = (demo("vertrouwd"), demo("leveringen"));
    let peildatum = maand.koppeling("x")["peildatum"].as_str().unwrap().to_owned();
    let cli = [
        "waarom",
        "--leveringen",
        &leveringen,
        "--doelbinding",
        &text,
        "--vertrouwd",
        &vertrouwd,
        "--peildatum",
        &peildatum,
        "--voor",
        "gemeente",
        "--json",
    ];
    let by_hand: Value =
        serde_json::from_str(&gelukt(&[&cli[..], &["--verwijzing", handle]].concat(), huis.map.path())).unwrap();
    assert_eq!(answer.json()["antwoord"], by_hand["antwoord"]);
    assert_eq!((inzagen(), &answer.json()["antwoord"]), (1, &json!({ "lijsten": [{ "naam": "te-benaderen" }] })));
    // Everybody was linked again: as many lines as a koppeling has, and none more for whom it was about.
    let lines = logboek() - before;
    assert!(lines > 300 && before % lines == 0, "{before} {lines}");

    // Another municipality with the same handle hears what it hears of nobody's.
    for (wie, nr, about) in
        [(kampen, other, handle.as_str()), (zwolle, mine, &unlisted), (zwolle, mine, &"A".repeat(139))]
    {
        let answer = ask(wie, nr, about);
        assert_eq!((answer.status, answer.code().as_str()), (409, "niet-op-lijst"), "{answer:?}");
    }
    assert_eq!(
        (inzagen(), ask(zwolle, other, handle).status, ask(zwolle, gone, handle).code().as_str()),
        (4, 404, "lijst-vervallen")
    );
    let answer = ask(zwolle, mine, "999993847");
    assert!(answer.status == 400 && !answer.tekst.contains("999993847"), "{answer:?}");
    assert_eq!(ask(&mensen.coordinator, mine, handle).status, 403);
    // Without the key nobody can link.
    let periode = maand::perioden()[0].clone();
    assert_eq!(mensen.fg.vraag("DELETE", &format!("/v1/perioden/{periode}/deel-b"), &[], None).status, 204);
    assert_eq!(ask(zwolle, mine, handle).code(), "periode-dicht");
    maand.open();
    assert_eq!(inzagen(), 4);

    // The page asks by the same function, and shows the answer in words.
    let page = |nr: u64, handle: &str| {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")];
        zwolle.vraag("POST", &format!("/lijsten/{nr}/waarom"), &headers, Some(&format!("verwijzing={handle}")))
    };
    let answer = page(mine, handle);
    assert!(answer.status == 200 && answer.tekst.contains("deze jongere heeft contact nodig"), "{answer:?}");
    assert!(!answer.tekst.contains(handle.as_str()));
    let answer = page(mine, &unlisted);
    assert!(
        answer.status == 409
            && answer.tekst.contains("niet op een uitgeleverde lijst")
            && !answer.tekst.contains(&unlisted)
    );

    // Twenty a day, whoever asked them and however: the register counts.
    let register = huis.pad("register.jsonl").display().to_string();
    for _ in inzagen()..20 {
        gelukt(&[&cli[..], &["--verwijzing", handle, "--register", &register]].concat(), huis.map.path());
    }
    let answer = ask(zwolle, mine, handle);
    assert_eq!((answer.status, answer.code().as_str()), (409, "inzage-dag-vol"), "{answer:?}");
    assert_eq!(inzagen(), 20);
    let log = fs::read_to_string(huis.pad("audit/audit.jsonl")).unwrap();
    assert_eq!(
        log.matches(&format!(r#""wie":"zwolle","rol":"gemeente","daad":"lijst-waarom","op":"{mine}""#)).count(),
        7,
        "{log}"
    );
    // Nobody's handle stands anywhere but where the municipality put it itself.
    for path in maand::files(huis.map.path()).into_iter().filter(|path| !path.ends_with("zwolle.csv")) {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(handle.as_str()) && !text.contains(&unlisted), "{}", path.display());
    }
}
