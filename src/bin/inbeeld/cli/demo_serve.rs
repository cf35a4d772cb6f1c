//! `demo --serve`: the service of an invented region, filled as people would have filled it.

use super::{demo, serve, sleutel};
use crate::output::{Failure, Outcome, quietly, say};
use crate::web::api::{deliveries, runs, texts};
use crate::web::{App, Problem, jobs};
use inbeeld::access::{AccessFault, AccountNaam, Bound, HashRoom, Token, Wachtwoord};
use inbeeld::audit::{Act, Actor};
use inbeeld::fault::{Exit, Explain};
use inbeeld::ingest::MANIFEST_ENDING;
use inbeeld::receive::Announced;
use inbeeld::store::db::{Asked, Staat};
use inbeeld::store::{StoreFault, read_doelbinding};
use inbeeld::terms::{AccountRol, Datum, Gemeente, Maand, Moment, Oin};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// Who works with the demo: account, role and what binds it.
const PEOPLE: [(&str, AccountRol, &str); 7] = [
    ("coordinator", AccountRol::Coordinator, ""),
    ("vrijgever", AccountRol::Vrijgever, ""),
    ("fg", AccountRol::PrivacyOfficer, ""),
    ("zwolle", AccountRol::Gemeente, "0193"),
    ("dalfsen", AccountRol::Gemeente, "0148"),
    ("inkomensbron", AccountRol::Bronhouder, "00000001999990003001"),
    ("beheerder", AccountRol::Beheerder, ""),
];
/// The texts, in the order in which they are run.
const TEXTS: [&str; 2] = ["oud-vsv-maandmonitor", "contactlijst-gemeenten"];
/// The source of which this month's leveringen are still to come.
const LATE: &str = "brp";
/// How many months before this one were run.
const BEFORE: usize = 2;

const CONFIG: &str = r#"schema = "inbeeld/dienst/v1"
luister = "127.0.0.1:0"
demo = true
contactgemeente = "0193"

[plaatsen]
gegevens = "gegevens"
audit = "audit/audit.jsonl"
leveringen = "leveringen"
register = "register/register.jsonl"
doelbindingen = "doelbindingen"
vertrouwd = "../vertrouwd"
ontvangers = "../doelbinding/ontvangers"
vrijgaven = "vrijgaven"
logboek = "logboek"

[sleutels]
dienst_deel = "sleutels/dienst-deel.sleutel"
intrekking = "sleutels/intrekking.sleutel"
logboek = "sleutels/logboek.sleutel"

[perioden]
"#;

/// Starts it; ends when somebody stops it.
pub(super) fn serve(map: &Path, peildatum: Datum) -> Outcome {
    let dienst = map.join("dienst");
    let months = months(peildatum);
    let mut text = CONFIG.to_owned();
    quietly(|| -> Outcome {
        let keys = dienst.join("sleutels");
        for folder in [&keys, &dienst.join("register")] {
            std::fs::create_dir_all(folder).map_err(StoreFault::write(folder))?;
        }
        for (soort, name) in [
            (sleutel::Soort::DienstDeel, "dienst-deel"),
            (sleutel::Soort::Intrekking, "intrekking"),
            (sleutel::Soort::Logboek, "logboek"),
        ] {
            sleutel::nieuw(soort, &keys.join(format!("{name}.sleutel")), None)?;
        }
        for month in &months {
            let maand = Maand::of(*month);
            sleutel::nieuw(sleutel::Soort::DienstDeel, &keys.join(format!("deel-b-{maand}.sleutel")), None)?;
            text.push_str(&format!("\"{maand}\" = \"sleutels/deel-b-{maand}.sleutel\"\n"));
        }
        Ok(())
    })?;
    let place = dienst.join("dienst.toml");
    demo::write(&place, &text)?;
    crate::web::serve(serve::configuration(&place)?, |app| fill(app, map, &months))
}

/// The first days of the months that are run, the last one this month's; all of the year for which the
/// texts hold.
fn months(peildatum: Datum) -> Vec<Datum> {
    let mut all = vec![peildatum];
    for _ in 0..BEFORE {
        let first = all.first().map_or(peildatum, |first| *first);
        let before = Maand::of(first).previous().first_day();
        if before.to_string().get(..4) == peildatum.to_string().get(..4) {
            all.insert(0, before);
        }
    }
    all
}

fn fill(app: &App, map: &Path, months: &[Datum]) -> Outcome {
    let word = Token::fresh().map_err(|fault| failed(&fault))?;
    // Of letters and digits, and long enough.
    let password: String = word.as_str().chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    people(app, &password)?;
    for text in TEXTS {
        let (tekst, signatures) = read_doelbinding(&map.join("doelbinding").join(format!("{text}.toml")))?;
        let tekst = String::from_utf8_lossy(&tekst);
        texts::take_in(app, &actor("fg", AccountRol::PrivacyOfficer), &tekst, &signatures).map_err(told)?;
    }
    let now = months.last().copied();
    for month in months {
        let leveringen = match Some(*month) == now {
            true => map.join("leveringen"),
            false => quietly(|| demo::earlier(map, *month, Some(month) == months.first()))?,
        };
        deliver(app, &leveringen, (Some(*month) == now).then_some(LATE))?;
        if Some(*month) != now {
            TEXTS.iter().try_for_each(|text| released(app, text, *month))?;
        }
    }
    let rows = PEOPLE.map(|(naam, rol, bound)| format!("  {naam:<13} {:<16} {bound}\n", rol.as_str()));
    say(&format!(
        "Iedereen heeft het wachtwoord {password} (geen tweede factor: dit is een demo)\n{}\
         Deze maand ontbreekt nog de levering van {LATE}: die ligt in {}\n",
        rows.concat(),
        map.join("leveringen").display()
    ));
    Ok(())
}

fn actor(naam: &str, rol: AccountRol) -> Actor {
    Actor::Account { naam: naam.to_owned(), rol }
}

fn people(app: &App, password: &str) -> Outcome {
    let password = Wachtwoord::new(Zeroizing::new(password.to_owned()));
    let hashed = password.hash(&mut HashRoom::default()).map_err(|fault| failed(&fault))?;
    for (naam, rol, bound) in PEOPLE {
        let account = AccountNaam::parse(naam).map_err(|_| demo::odd())?;
        let gemeente = (rol == AccountRol::Gemeente).then(|| Gemeente::parse(bound.as_bytes())).transpose();
        let oin = (rol == AccountRol::Bronhouder).then(|| Oin::parse(bound)).transpose();
        let (gemeente, oin) = (gemeente.map_err(|_| demo::odd())?, oin.map_err(|_| demo::odd())?);
        let of = Bound::new(rol, gemeente, oin).map_err(|fault: AccessFault| failed(&fault))?;
        app.act(&Actor::Console, Act::NewAccount, Some(naam), |_| {
            let invitation = app.database.new_account(&account, &of, app.now())?;
            app.database.activate((&account, &invitation.code), &hashed, None, app.now())?;
            Ok::<_, Problem>(())
        })
        .map_err(told)?;
    }
    Ok(())
}

/// Delivers every file of a folder, in the order in which they were made, but not of one source.
fn deliver(app: &App, folder: &Path, but: Option<&str>) -> Outcome {
    let mut all: Vec<(Moment, PathBuf, Vec<u8>)> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        let Some(data) = path.to_str().and_then(|path| path.strip_suffix(MANIFEST_ENDING)) else { continue };
        let manifest = std::fs::read(&path).map_err(StoreFault::read(&path))?;
        let says: Value = serde_json::from_slice(&manifest).map_err(|_| demo::odd())?;
        let word = |name: &str| says.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if but.is_none_or(|but| but != word("bron")) {
            let made = Moment::parse(&word("aangemaakt")).map_err(|_| demo::odd())?;
            all.push((made, PathBuf::from(data), manifest));
        }
    }
    all.sort();
    let by = actor("coordinator", AccountRol::Coordinator);
    for (_, data, manifest) in all {
        let name = data.file_name().unwrap_or_default().to_string_lossy();
        let announced = Announced::read(&name, &manifest).map_err(|fault| failed(&fault))?;
        let key = deliveries::key_of(app, announced.periode()).map_err(told)?;
        let file = File::open(&data).map_err(StoreFault::read(&data))?;
        deliveries::take_in(app, &by, announced, &key, file).map_err(told)?;
    }
    Ok(())
}

/// Asks for a koppeling, waits for it, and lets it out.
fn released(app: &App, text: &str, peildatum: Datum) -> Outcome {
    let asked = Asked { doelbinding: text.to_owned(), versie: 1, peildatum, zonder_overlap: false };
    let by = actor("coordinator", AccountRol::Coordinator);
    let nr = runs::plan(app, &by, "coordinator", &asked).map_err(told)?.nr();
    let mut run = app.database.run(nr).map_err(|fault| failed(&fault))?;
    while matches!(run.staat, Staat::Gepland | Staat::Bezig) {
        std::thread::sleep(Duration::from_millis(20));
        run = app.database.run(nr).map_err(|fault| failed(&fault))?;
    }
    let second = actor("vrijgever", AccountRol::Vrijgever);
    runs::see(app, &second, "vrijgever", nr).map_err(told)?;
    app.act(&second, Act::Release, Some(&nr.to_string()), |_| jobs::let_out(app, nr, "vrijgever"))
        .map(drop)
        .map_err(told)
}

fn failed(fault: &impl Explain) -> Failure {
    Failure::new(Exit::Internal, fault.code(), &fault.to_string(), &fault.remedy())
}

fn told(problem: Problem) -> Failure {
    let why = problem.explained();
    Failure::new(Exit::Internal, problem.code(), &why.wat, &why.doe)
}
