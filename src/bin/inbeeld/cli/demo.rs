//! `demo`: the whole month on a synthetic region, with the same code that a region runs.

use super::controleer::Controleer;
use super::herken::Herken;
use super::koppel::Koppel;
use super::pseudonimiseer::Pseudonimiseer;
use super::sleutel::Soort;
use super::{controleer, doelbinding, genereer, herken, koppel, pseudonimiseer, sleutel};
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use clap::Args;
use inbeeld::fault::Exit;
use inbeeld::store::{Staged, StoreFault};
use inbeeld::synthetic::Plan;
use inbeeld::terms::{Datum, Gemeente, Maand};
use serde::Deserialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The texts that the demo signs: real ones of the project, moved to the year of the demo.
const TABLE: (&str, &str) =
    ("oud-vsv-maandmonitor.toml", include_str!("../../../../policies/oud-vsv-maandmonitor.toml"));
const LIST: (&str, &str) =
    ("contactlijst-gemeenten.toml", include_str!("../../../../policies/contactlijst-gemeenten.toml"));
/// The municipalities that receive a list, of which the second opens hers.
const RECIPIENTS: [&str; 2] = ["0148", ZWOLLE];
const ZWOLLE: &str = "0193";
/// The year for which those texts are written.
const TEXT_YEAR: &str = "2026";
/// Jongeren of the demo: few enough for the BSNs of the test environment, which are nobody's.
const JONGEREN: u32 = 2000;

#[derive(Args)]
pub(crate) struct Demo {
    /// De map waar alles komt; standaard een nieuwe map bij de tijdelijke bestanden
    #[arg(long, value_name = "MAP")]
    map: Option<PathBuf>,
    /// Start daarna de dienst, gevuld met deze maand en de twee ervoor, met voor elke rol een account
    #[cfg(feature = "dienst")]
    #[arg(long)]
    serve: bool,
}

/// The index that `genereer` writes.
#[derive(Deserialize)]
struct Index {
    bestand: Vec<Raw>,
}

/// One raw file and how it is delivered.
#[derive(Deserialize)]
pub(super) struct Raw {
    bestand: String,
    bron: String,
    profiel: String,
    oin: String,
    naam: String,
    regio: String,
    periode: String,
    dekking: String,
    volgorde: u32,
}

pub(crate) fn run(args: &Demo) -> Outcome {
    let (today, _) = SystemClock::new()?.today();
    let peildatum = Maand::of(today).first_day();
    let map = match &args.map {
        Some(map) => map.clone(),
        None => {
            let new = tempfile::Builder::new().prefix("inbeeld-demo-").tempdir();
            new.map_err(StoreFault::write(&std::env::temp_dir()))?.keep()
        }
    };
    month(&map, peildatum)?;
    #[cfg(feature = "dienst")]
    if args.serve {
        heading("10. De dienst: adressen en accounts");
        return super::demo_serve::serve(&map, peildatum);
    }
    Ok(())
}

/// Raw files of another month of the same region, made and pseudonymised without a word; gives where the
/// leveringen are. Where some have no work `yet`, they are no longer on the list of the month after it.
#[cfg(feature = "dienst")]
pub(super) fn earlier(map: &Path, peildatum: Datum, yet: bool) -> Result<PathBuf, Failure> {
    let month = map.join("eerder").join(Maand::of(peildatum).to_string());
    let (ruw, leveringen) = (month.join("ruw"), month.join("leveringen"));
    genereer::into_folder(&Plan::new("10", JONGEREN, peildatum.civil(), 1), &ruw)?;
    if yet {
        without_work(&ruw)?;
    }
    for raw in index(&ruw)? {
        let sleutels = map.join("sleutels");
        let keys = (sleutels.join("koppel.sleutel"), sleutels.join("verwijzing"));
        pseudonimiseer::run(delivery(&raw, &ruw, &keys.0, &keys.1, &leveringen)?)?;
    }
    Ok(leveringen)
}

/// Takes the incomes of some jongeren out of the raw files; what is beside them is no longer the truth.
#[cfg(feature = "dienst")]
fn without_work(ruw: &Path) -> Outcome {
    for raw in index(ruw)?.iter().filter(|raw| raw.bron == "inkomen") {
        let path = ruw.join(&raw.bestand);
        let bytes = std::fs::read(&path).map_err(StoreFault::read(&path))?;
        // The number comes first; the header ends in no digit.
        let some = |line: &&[u8]| line.split(|byte| *byte == b';').next().is_some_and(|number| number.ends_with(b"3"));
        let rest: Vec<u8> =
            bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| !some(line)).flatten().copied().collect();
        std::fs::write(&path, rest).map_err(StoreFault::write(&path))?;
    }
    let truth = ruw.join("waarheid.csv");
    Ok(std::fs::remove_file(&truth).map_err(StoreFault::write(&truth))?)
}

/// Every step of one month, in the order in which people do them.
fn month(map: &Path, peildatum: Datum) -> Outcome {
    let (ruw, sleutels, leveringen) = (map.join("ruw"), map.join("sleutels"), map.join("leveringen"));
    heading("1. Een verzonnen regio: ruwe bestanden zoals bronnen ze hebben, met BSN");
    let summary = genereer::into_folder(&Plan::new("10", JONGEREN, peildatum.civil(), 1), &ruw)?;
    say(&genereer::tell(&summary));

    heading("2. Sleutels: voor de bronnen samen, voor elke gemeente, en voor wie ondertekent");
    let (verwijzing, ontvanger) = (sleutels.join("verwijzing"), sleutels.join("ontvanger"));
    let (vertrouwd, teksten) = (map.join("vertrouwd"), map.join("doelbinding"));
    let ontvangers = teksten.join("ontvangers");
    for folder in [&verwijzing, &ontvanger, &vertrouwd, &ontvangers] {
        std::fs::create_dir_all(folder).map_err(StoreFault::write(folder))?;
    }
    let koppelsleutel = sleutels.join("koppel.sleutel");
    sleutel::nieuw(Soort::Koppel, &koppelsleutel, None)?;
    for gemeente in RECIPIENTS {
        sleutel::nieuw(Soort::Verwijzing, &verwijzing.join(format!("{gemeente}.sleutel")), None)?;
        sleutel::nieuw(Soort::Ontvanger, &ontvanger.join(format!("{gemeente}.key")), None)?;
        let public = format!("{gemeente}.txt");
        hand_over(&ontvanger.join(&public), &ontvangers.join(&public))?;
    }
    let (fg, tweede) = (sleutels.join("fg.key"), sleutels.join("tweede.key"));
    for key in [&fg, &tweede] {
        sleutel::nieuw(Soort::Ondertekening, key, None)?;
        let public = key.with_extension("pub");
        hand_over(&public, &vertrouwd.join(public.file_name().unwrap_or_default()))?;
    }

    heading("3. Bij elke bron: pseudonimiseren (BSN's blijven daar; wat onbruikbaar is valt af)");
    for raw in index(&ruw)? {
        say(&format!("{}\n", raw.bestand));
        pseudonimiseer::run(delivery(&raw, &ruw, &koppelsleutel, &verwijzing, &leveringen)?)?;
    }

    heading("4. Bij de ontvanger: controleren");
    controleer::run(&Controleer::new(vec![leveringen.clone()]))?;

    let year = peildatum.to_string();
    let dates = |text: &str| text.replace(TEXT_YEAR, year.get(..4).unwrap_or(TEXT_YEAR));
    heading("5. De FG leest en ondertekent de doelbinding met de tabel");
    let text = teksten.join(TABLE.0);
    write(&text, &dates(TABLE.1))?;
    doelbinding::onderteken(&text, &fg, None)?;

    heading("6. Koppelen: alleen aantallen gaan naar buiten");
    let run = |text, uit: &str| {
        koppel::run(&Koppel::new(peildatum, text, vertrouwd.clone(), leveringen.clone(), map.join(uit)))
    };
    run(text, "vrijgave")?;

    heading("7. De FG en een tweede lezer ondertekenen de doelbinding met de contactlijst");
    let text = teksten.join(LIST.0);
    write(&text, &dates(LIST.1))?;
    for key in [&fg, &tweede] {
        doelbinding::onderteken(&text, key, None)?;
    }

    heading("8. Koppelen: elke gemeente krijgt haar eigen lijst, en kan alleen die openen");
    run(text, "contactlijst")?;

    heading("9. Bij de gemeente Zwolle: de lijst openen");
    let list = map.join("contactlijst").join("lijsten").join(format!("te-benaderen-{ZWOLLE}.csv.age"));
    let gemeente = map.join("gemeente");
    std::fs::create_dir_all(&gemeente).map_err(StoreFault::write(&gemeente))?;
    let keys = [ontvanger.join(format!("{ZWOLLE}.key")), verwijzing.join(format!("{ZWOLLE}.sleutel"))];
    let code = Gemeente::parse(ZWOLLE.as_bytes()).map_err(|_| odd())?;
    herken::run(&Herken::new(list, keys, code, gemeente.join("zwolle.csv")))?;
    say(
        "Daarvoor waren twee sleutels nodig die alleen Zwolle heeft: een voor de lijst en een voor de dossiernummers.\n",
    );
    say(
        "Zwolle weet nu DAT deze jongeren contact nodig hebben. WAT er in de bestanden staat, staat niet op de lijst.\n",
    );
    say(&format!("\nAlles staat in {}\n", map.display()));
    Ok(())
}

/// Gives the public half of a key to who needs it.
fn hand_over(from: &Path, to: &Path) -> Result<(), StoreFault> {
    std::fs::rename(from, to).map_err(StoreFault::write(to))
}

fn heading(text: &str) {
    say(&format!("\n== {text}\n"));
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), StoreFault> {
    let mut staged = Staged::create(path)?;
    staged.write_all(text.as_bytes()).map_err(StoreFault::write(path))?;
    staged.finish()
}

/// The raw files in the order of delivery: a correction comes after what it corrects.
pub(super) fn index(ruw: &Path) -> Result<Vec<Raw>, Failure> {
    let path = ruw.join("bronnen.toml");
    let text = std::fs::read_to_string(&path).map_err(StoreFault::read(&path))?;
    let index: Index = toml::from_str(&text).map_err(|_| odd())?;
    let mut raw = index.bestand;
    raw.sort_by_key(|raw| raw.volgorde);
    Ok(raw)
}

/// A mistake of ours: the demo reads only what it has just made.
pub(super) fn odd() -> Failure {
    Failure::new(Exit::Internal, "demo", "de eigen index van de demo is niet te lezen", "Meld dit als fout.")
}

pub(super) fn delivery(
    raw: &Raw,
    ruw: &Path,
    sleutel: &Path,
    verwijzing: &Path,
    uit: &Path,
) -> Result<Pseudonimiseer, Failure> {
    // Through the options as a person would give them: one reading of each value.
    let words = [
        "--bron",
        &raw.bron,
        "--oin",
        &raw.oin,
        "--naam",
        &raw.naam,
        "--regio",
        &raw.regio,
        "--periode",
        &raw.periode,
        "--dekking",
        &raw.dekking,
        "--profiel",
        &raw.profiel,
    ];
    let paths = [("--sleutel", sleutel), ("--verwijzingsleutels", verwijzing), ("--uit", uit)];
    let mut given: Vec<std::ffi::OsString> = words.into_iter().map(Into::into).collect();
    for (name, path) in paths {
        given.extend([name.into(), path.into()]);
    }
    given.push(ruw.join(&raw.bestand).into());
    Pseudonimiseer::from_words(given).ok_or_else(odd)
}
