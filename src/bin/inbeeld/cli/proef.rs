//! `doelbinding proef`: what would leave under a text, without releasing anything.

use super::koppel::{refusals_of, refused_tables, source_line, told};
use super::sleutel::Soort;
use super::{demo, doelbinding, genereer, parse, pseudonimiseer, sleutel};
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, quietly, say};
use crate::progress::Bar;
use crate::table;
use clap::Args;
use inbeeld::disclosure::ProtectedTable;
use inbeeld::doelbinding::{Policy, Triable};
use inbeeld::engine::Embedded;
use inbeeld::fault::Exit;
use inbeeld::ingest::{MANIFEST_ENDING, Manifest};
use inbeeld::pseudonym::new_recipient;
use inbeeld::release::TrialList;
use inbeeld::run::{self, Koppeling, Tried, Workplace};
use inbeeld::store::{self, DiskFolder, RegisterFile, StoreFault};
use inbeeld::synthetic::Plan;
use inbeeld::terms::{Bron, Datum, Gemeente, Peildatum};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Jongeren of an invented region where nothing says how many.
const JONGEREN: u32 = 2000;

#[derive(Args)]
pub(crate) struct Proef {
    /// De doelbinding (.toml)
    #[arg(value_name = "BESTAND")]
    bestand: PathBuf,
    /// De datum waarop wordt gekeken, zoals 2026-10-01
    #[arg(long, value_name = "DATUM", value_parser = parse::datum)]
    peildatum: Datum,
    /// De map met leveringen; de tekst moet dan ten minste één vertrouwde handtekening hebben
    #[arg(long, value_name = "MAP", required_unless_present = "verzonnen")]
    leveringen: Option<PathBuf>,
    /// Probeert op een verzonnen regio, zonder handtekening en zonder register
    #[arg(long)]
    verzonnen: bool,
    /// Aantal jongeren van de verzonnen regio; standaard zoveel als de doelgroep in --leveringen, of anders 2000
    #[arg(long, value_name = "N", requires = "verzonnen")]
    jongeren: Option<u32>,
    /// Een andere versie van de tekst, om naast te leggen
    #[arg(long, value_name = "BESTAND")]
    tegen: Option<PathBuf>,
    /// Openbare sleutel van de FG, of een map daarmee; standaard de map vertrouwd naast de doelbinding
    #[arg(long, value_name = "PAD", conflicts_with = "verzonnen")]
    vertrouwd: Option<PathBuf>,
    /// Het register; standaard register.jsonl naast de doelbinding
    #[arg(long, value_name = "BESTAND", conflicts_with = "verzonnen")]
    register: Option<PathBuf>,
    /// Geeft de uitkomst als JSON
    #[arg(long)]
    json: bool,
}

/// Where a text is tried.
pub(crate) struct Place {
    pub(crate) leveringen: PathBuf,
    pub(crate) vertrouwd: PathBuf,
    pub(crate) register: PathBuf,
}

pub(crate) fn run(args: &Proef) -> Outcome {
    if args.verzonnen {
        return invented(args);
    }
    // clap asks for it unless the region is invented.
    let leveringen = args.leveringen.clone().unwrap_or_default();
    if !leveringen.is_dir() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(StoreFault::read(&leveringen)(missing).into());
    }
    let beside = |name: &str| args.bestand.with_file_name(name);
    let place = Place {
        leveringen,
        vertrouwd: args.vertrouwd.clone().unwrap_or_else(|| beside("vertrouwd")),
        register: args.register.clone().unwrap_or_else(|| beside("register.jsonl")),
    };
    both(args, &place, &args.bestand, args.tegen.as_deref())
}

/// Tries the other text first, where there is one: what it shows counts for this one.
fn both(args: &Proef, place: &Place, bestand: &Path, tegen: Option<&Path>) -> Outcome {
    let before = tegen.map(|tegen| tried(args, place, tegen)).transpose()?;
    let now = tried(args, place, bestand)?;
    if args.json {
        let told = json!({ "proef": as_json(&now), "tegen": before.as_ref().map(as_json) });
        say(&format!("{told:#}\n"));
    } else {
        if let Some(before) = &before {
            say(&format!("== Onder de andere tekst\n\n{}== Onder deze tekst\n\n", summary(before, None)));
        }
        say(&summary(&now, before.as_ref()));
        say(if args.verzonnen {
            "Dit zijn verzonnen jongeren: over echte zegt het niets, behalve hoe de tekst werkt.\n"
        } else {
            "Er is niets vrijgegeven. Wat hierboven staat is gezien en staat daarom in het register.\n"
        });
    }
    if refusals_of(&now.geweigerd, now.seen.get().geweigerd()) { Err(Failure::shown(Exit::Denied)) } else { Ok(()) }
}

fn tried(args: &Proef, place: &Place, bestand: &Path) -> Result<Tried, Failure> {
    let clock = SystemClock::new()?;
    let (today, today_set) = clock.today();
    let (text, signatures) = store::read_doelbinding(bestand)?;
    let triable = Triable::read(&text, &signatures, &store::read_trusted(&place.vertrouwd)?, today)?;
    let recipients = store::read_recipients(&bestand.with_file_name("ontvangers"))?;
    let engine = Embedded::new(None)?;
    let folder = DiskFolder::new(&place.leveringen);
    let bar = Bar::new(folder.total_bytes().map_err(StoreFault::read(&place.leveringen))?);
    let job = Koppeling {
        peildatum: Peildatum::new(args.peildatum),
        today,
        today_set,
        // Whether a key is right is the real run's question.
        accept_no_overlap: false,
        place: Workplace { folder: &folder, engine: &engine, progress: &bar },
        clock: &clock,
        recipients: &recipients,
        withdrawals: None,
        logboek: None,
    };
    run::proef(job, triable, || RegisterFile::open(&place.register)).map_err(told)
}

/// Tries on an invented region: its own key signs the texts, and its own register forgets them.
fn invented(args: &Proef) -> Outcome {
    let temp = tempfile::Builder::new().prefix("inbeeld-proef-").tempdir();
    let temp = temp.map_err(StoreFault::write(&std::env::temp_dir()))?;
    let map = temp.path();
    let jongeren = match (&args.jongeren, &args.leveringen) {
        (Some(jongeren), _) => *jongeren,
        (None, Some(folder)) => as_many_as(folder)?,
        (None, None) => JONGEREN,
    };
    let texts = [Some(&args.bestand), args.tegen.as_ref()].into_iter().flatten();
    let texts: Vec<(Policy, Vec<u8>)> = texts.map(|bestand| read(bestand)).collect::<Result<_, _>>()?;
    let (place, copies) = invent(map, &texts, jongeren, args.peildatum)?;
    let [bestand, tegen @ ..] = copies.as_slice() else { return Ok(()) };
    both(args, &place, bestand, tegen.first().map(PathBuf::as_path))
}

/// Makes an invented region in a folder, and copies of the texts that its own key signed; gives what is needed to
/// try them there, and where each copy is.
pub(crate) fn invent(
    map: &Path,
    texts: &[(Policy, Vec<u8>)],
    jongeren: u32,
    peildatum: Datum,
) -> Result<(Place, Vec<PathBuf>), Failure> {
    let place = Place {
        leveringen: map.join("leveringen"),
        vertrouwd: map.join("fg.pub"),
        register: map.join("register.jsonl"),
    };
    let copies = quietly(|| -> Result<Vec<PathBuf>, Failure> {
        let policies: Vec<&Policy> = texts.iter().map(|(policy, _)| policy).collect();
        invented_region(map, &policies, jongeren, peildatum)?;
        let fg = map.join("fg.key");
        sleutel::nieuw(Soort::Ondertekening, &fg, None)?;
        let copies = texts.iter().enumerate().map(|(at, (_, text))| {
            let copy = map.join(format!("tekst-{at}.toml"));
            demo::write(&copy, &String::from_utf8_lossy(text))?;
            doelbinding::onderteken(&copy, &fg, None)?;
            Ok(copy)
        });
        copies.collect()
    })?;
    Ok((place, copies))
}

fn read(bestand: &Path) -> Result<(Policy, Vec<u8>), Failure> {
    let (text, _) = store::read_doelbinding(bestand)?;
    Ok((Policy::parse(&text)?, text))
}

/// Leveringen of a region that does not exist, and a public key for every recipient of the texts, whose
/// secret half nobody keeps.
fn invented_region(map: &Path, policies: &[&Policy], jongeren: u32, peildatum: Datum) -> Outcome {
    let regio = policies.first().map(|policy| policy.doelgroep.regio.to_string()).unwrap_or_default();
    let (ruw, leveringen, verwijzing) = (map.join("ruw"), map.join("leveringen"), map.join("verwijzing"));
    genereer::into_folder(&Plan::new(regio, jongeren, peildatum.civil(), 1), &ruw)?;
    let koppelsleutel = map.join("koppel.sleutel");
    sleutel::nieuw(Soort::Koppel, &koppelsleutel, None)?;
    std::fs::create_dir(&verwijzing).map_err(StoreFault::write(&verwijzing))?;
    let lists = policies.iter().flat_map(|policy| &policy.lijsten);
    let recipients: BTreeSet<Gemeente> = lists.flat_map(|lijst| &lijst.ontvangers).copied().collect();
    for gemeente in recipients {
        sleutel::nieuw(Soort::Verwijzing, &verwijzing.join(format!("{gemeente}.sleutel")), None)?;
        demo::write(&map.join("ontvangers").join(format!("{gemeente}.txt")), &new_recipient().1)?;
    }
    for raw in demo::index(&ruw)? {
        pseudonimiseer::run(demo::delivery(&raw, &ruw, &koppelsleutel, &verwijzing, &leveringen)?)?;
    }
    let (today, _) = SystemClock::new()?.today();
    if peildatum > today {
        as_if_on(&leveringen, peildatum)?
    }
    Ok(())
}

/// Of a month that is yet to come nothing can have been delivered: these leveringen say so all the same,
/// in the order in which they were made.
fn as_if_on(folder: &Path, peildatum: Datum) -> Outcome {
    let mut manifests = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        if path.to_string_lossy().ends_with(MANIFEST_ENDING) {
            let text = std::fs::read(&path).map_err(StoreFault::read(&path))?;
            let manifest: Map<String, Value> = serde_json::from_slice(&text).map_err(|_| demo::odd())?;
            let made = manifest.get("aangemaakt").and_then(Value::as_str).unwrap_or_default().to_owned();
            manifests.push((made, path, manifest));
        }
    }
    manifests.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    let mut moments: Vec<String> = manifests.iter().map(|(made, ..)| made.clone()).collect();
    moments.dedup();
    for (made, path, mut manifest) in manifests {
        let order = moments.iter().position(|moment| *moment == made).unwrap_or_default();
        let moment = format!("{peildatum}T{:02}:{:02}:00Z", order / 60 % 24, order % 60);
        manifest.insert("aangemaakt".to_owned(), moment.into());
        demo::write(&path, &Value::Object(manifest).to_string())?;
    }
    Ok(())
}

/// How many rows the doelgroep leveringen of a folder say they have: nothing else of them is read.
fn as_many_as(folder: &Path) -> Result<u32, Failure> {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(StoreFault::read(folder))? {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        if !path.to_string_lossy().ends_with(MANIFEST_ENDING) {
            continue;
        }
        let text = std::fs::read(&path).map_err(StoreFault::read(&path))?;
        if let Ok(manifest) = Manifest::parse(&text)
            && manifest.bron == Bron::Doelgroep
        {
            // A later delivery of the same supplier replaces an earlier one.
            let place = format!("{} {}", manifest.leverancier.oin, manifest.identificatie);
            rows.insert(place, manifest.records);
        }
    }
    let all: u64 = rows.values().sum();
    Ok(u32::try_from(all).unwrap_or(u32::MAX).max(1))
}

/// What would leave, in words.
fn summary(tried: &Tried, before: Option<&Tried>) -> String {
    let mut text = String::new();
    for table in tried.seen.get().tabellen() {
        text.push_str(&table::render(table));
        if let Some(differ) = before.and_then(|before| differing(before, table)) {
            text.push_str(&changes(differ, table));
        }
    }
    for list in tried.seen.get().lijsten() {
        let earlier = before.and_then(|before| length(before, &list.naam, list.gemeente));
        let was = earlier.map_or(String::new(), |earlier| format!(" (andere tekst: {})", rows(earlier.regels)));
        text.push_str(&format!("lijst {} voor {}: {}{was}\n", list.naam, list.gemeente, rows(list.regels)));
    }
    if !tried.seen.get().lijsten().is_empty() {
        text.push('\n');
    }
    text.push_str("Bronnen\n");
    tried.bronnen.iter().for_each(|source| text.push_str(&source_line(source)));
    text.push('\n');
    text
}

/// About how many rows, in words.
fn rows(count: Option<u64>) -> String {
    count.map_or("het aantal regels is niet te zeggen zonder een klein getal te verraden".to_owned(), |count| {
        format!("ongeveer {count} regels")
    })
}

/// How many cells of a table say something else than under the other text; `None` where that has no table over
/// the same dimensions, with the same values.
pub(crate) fn differing(before: &Tried, table: &ProtectedTable) -> Option<usize> {
    let same = |other: &&ProtectedTable| other.tabel.dimensies == table.tabel.dimensies && other.values == table.values;
    let other = before.seen.get().tabellen().iter().find(same)?;
    Some(other.cells.iter().zip(&table.cells).filter(|(before, now)| before != now).count())
}

/// The same list under the other text.
pub(crate) fn length<'t>(tried: &'t Tried, naam: &str, gemeente: Gemeente) -> Option<&'t TrialList> {
    tried.seen.get().lijsten().iter().find(|list| list.naam == naam && list.gemeente == gemeente)
}

fn changes(differ: usize, now: &ProtectedTable) -> String {
    match differ {
        0 => "Onder de andere tekst precies hetzelfde\n\n".to_owned(),
        _ => format!("{differ} van {} cellen anders dan onder de andere tekst\n\n", now.cells.len()),
    }
}

fn as_json(tried: &Tried) -> Value {
    let seen = tried.seen.get();
    json!({
        "tabellen": seen.tabellen().iter().map(table::as_json).collect::<Vec<_>>(),
        "lijsten": seen.lijsten().iter().map(table::list_as_json).collect::<Vec<_>>(),
        "geweigerd": refused_tables(&tried.geweigerd),
        "geweigerde_lijsten": seen.geweigerd().iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
