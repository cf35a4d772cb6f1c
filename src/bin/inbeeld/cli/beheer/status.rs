//! `beheer status`: how the service stands, read from what is on the disk.

use super::Place;
use crate::cli::register::read;
use crate::cli::serve::configuration;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use clap::Args;
use inbeeld::audit::Log;
use inbeeld::receive::Shelf;
use inbeeld::store::db::{Database, Staat};
use inbeeld::store::{AuditFile, DiskShelf, LogStore, StoreFault};
use inbeeld::terms::Maand;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Args)]
pub(crate) struct Status {
    #[command(flatten)]
    place: Place,
    /// Geeft de uitkomst als JSON
    #[arg(long)]
    json: bool,
}

/// How a month stands: how many leveringen lie there, whether it was begun, and destroyed.
pub(super) struct Month {
    pub(super) periode: Maand,
    pub(super) leveringen: usize,
    begun: bool,
    pub(super) destroyed: bool,
}

pub(super) fn show(args: &Status) -> Outcome {
    let config = configuration(&args.place.config)?;
    let places = &config.plaatsen;
    let today = SystemClock::new()?.today().0;
    let database = Database::open(&places.database())?;
    let log = Log::read(&AuditFile::lines(&places.audit)?)?;
    let register = if places.register.exists() { Some(read(&places.register)??) } else { None };
    let months = months(&config, &database)?;
    let runs = Staat::ALL
        .into_iter()
        .map(|staat| Ok((staat.as_str(), database.runs_in(staat)?.len())))
        .collect::<Result<Vec<_>, Failure>>()?;
    let lists = database.lists_to_remove(today)?.len();
    let unsent = unsent(&config)?;
    let disks = [("gegevens", &places.gegevens), ("leveringen", &places.leveringen), ("vrijgaven", &places.vrijgaven)];
    // A folder that was not made yet has no room of its own to tell.
    let room: Vec<(&str, u64)> = disks.iter().filter_map(|(name, path)| Some((*name, free(path)?))).collect();
    let open: Vec<&str> = register
        .iter()
        .flat_map(|register| &register.vernietigingen)
        .filter(|past| past.open())
        .map(|past| past.entry.periode.as_str())
        .collect();
    let heads = (log.head().to_string(), register.as_ref().map(|register| register.head().to_string()));
    if args.json {
        let month = |month: &Month| json!({ "periode": month.periode.to_string(), "leveringen": month.leveringen, "begonnen": month.begun, "vernietigd": month.destroyed });
        let told: Value = json!({
            "perioden": months.iter().map(month).collect::<Vec<_>>(),
            "koppelingen": runs.iter().map(|(staat, count)| (*staat, *count)).collect::<std::collections::BTreeMap<_, _>>(),
            "lijsten_op_te_ruimen": lists, "otlp_te_versturen_bytes": unsent, "vernietiging_niet_bevestigd": open,
            "vrij_bytes": room.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
            "handelingen_zonder_einde": log.open().len(), "audit_kop": heads.0, "register_kop": heads.1,
        });
        say(&format!("{told:#}\n"));
        return Ok(());
    }
    for Month { periode, leveringen, begun, destroyed } in &months {
        let state = match (begun, destroyed) {
            (_, true) => "vernietigd",
            (true, false) => "begonnen",
            (false, false) => "niet begonnen",
        };
        say(&format!("periode {periode}: {state}, {leveringen} levering(en)\n"));
    }
    let told: Vec<String> =
        runs.iter().filter(|(_, count)| *count > 0).map(|(staat, count)| format!("{count} {staat}")).collect();
    say(&format!("koppelingen: {}\n", if told.is_empty() { "geen".to_owned() } else { told.join(", ") }));
    if lists > 0 {
        say(&format!("lijsten die weg moeten: {lists}; doe `inbeeld beheer opruimen`\n"));
    }
    if !open.is_empty() {
        say(&format!("vernietigd, en nog niet door elke houder van deel B bevestigd: {}\n", open.join(", ")));
    }
    match unsent {
        None => {}
        Some(0) => say("OTLP: alles is verstuurd\n"),
        Some(bytes) => say(&format!("OTLP: nog {bytes} bytes aan regels te versturen\n")),
    }
    for (name, bytes) in room {
        say(&format!("vrij voor {name}: {} MB\n", bytes / 1_000_000));
    }
    if !log.open().is_empty() {
        say(&format!("handelingen zonder einde (afgebroken of nu bezig): {}\n", log.open().len()));
    }
    say(&format!("kop van het auditlogboek: {}\n", heads.0));
    say(&format!("kop van het register: {}\n", heads.1.as_deref().unwrap_or("er is nog geen register")));
    Ok(())
}

/// Bytes of the Logboek Dataverwerkingen that the collector has not confirmed, where there is one.
fn unsent(config: &crate::web::Config) -> Result<Option<u64>, StoreFault> {
    let place = &config.plaatsen.logboek;
    if config.otlp.is_none() {
        return Ok(None);
    }
    if !place.exists() {
        return Ok(Some(0));
    }
    LogStore::open(place).and_then(|log| log.waiting_bytes()).map(Some).map_err(StoreFault::read(place))
}

/// Every month of which there is or was something.
pub(super) fn months(config: &crate::web::Config, database: &Database) -> Result<Vec<Month>, Failure> {
    let place = &config.plaatsen.leveringen;
    let fault = |fault| StoreFault::read(place)(fault);
    let on_shelf = DiskShelf::months(place).map_err(fault)?;
    let (begun, gone) = (database.periods()?, database.destructions()?);
    let mut all: BTreeSet<Maand> = on_shelf.iter().copied().collect();
    all.extend(begun.iter().map(|record| record.periode));
    all.extend(gone.iter().map(|record| record.periode));
    let month = |periode: Maand| {
        let leveringen = match on_shelf.contains(&periode) {
            true => DiskShelf::open(place, periode).and_then(|shelf| shelf.ids()).map_err(fault)?.len(),
            false => 0,
        };
        let begun = begun.iter().any(|record| record.periode == periode);
        let destroyed = gone.iter().any(|record| record.periode == periode);
        Ok(Month { periode, leveringen, begun, destroyed })
    };
    all.into_iter().map(month).collect()
}

/// Bytes that can be written yet where this folder lies.
fn free(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}
