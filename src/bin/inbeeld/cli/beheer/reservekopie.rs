//! `beheer reservekopie` and `beheer terugzetten`: everything of the service but its keys.

use super::{Desk, Place};
use crate::cli::serve::configuration;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use crate::web::{Config, held, held_to_read};
use clap::Args;
use inbeeld::audit::{Act, Actor, Log, Outcome as Ended};
use inbeeld::receive::Shelf;
use inbeeld::register::{Ledger, Register};
use inbeeld::run::Clock;
use inbeeld::store::db::Database;
use inbeeld::store::{
    AuditFile, BACKUP_DATABASE, Backup, BackupFault, DiskShelf, NewBackup, RegisterFile, StoreFault, apart,
};
use inbeeld::terms::Sha256Hash;
use std::path::{Path, PathBuf};

const AUDIT: &str = "audit.jsonl";
const REGISTER: &str = "register.jsonl";
const INTREKKING: &str = "intrekking";

#[derive(Args)]
pub(crate) struct Reservekopie {
    #[command(flatten)]
    place: Place,
    /// De map waarin de reservekopie komt; zij mag nog niet bestaan
    #[arg(long, value_name = "MAP")]
    uit: PathBuf,
}

#[derive(Args)]
pub(crate) struct Terugzetten {
    #[command(flatten)]
    place: Place,
    /// De map van de reservekopie
    #[arg(long, value_name = "MAP")]
    van: PathBuf,
}

/// Folders that are copied whole, by their name in a backup.
fn folders(config: &Config) -> [(&'static str, PathBuf); 6] {
    let places = &config.plaatsen;
    [
        (INTREKKING, places.register.with_file_name(INTREKKING)),
        ("doelbindingen", places.doelbindingen.clone()),
        ("vertrouwd", places.vertrouwd.clone()),
        ("ontvangers", places.ontvangers.clone()),
        ("vrijgaven", places.vrijgaven.clone()),
        ("logboek", places.logboek.clone()),
    ]
}

pub(super) fn make(args: &Reservekopie) -> Outcome {
    let desk = Desk::open(&args.place)?;
    let uit = args.uit.display().to_string();
    let made: Result<Sha256Hash, BackupFault> = desk.act(Act::Backup, Some(&uit), || copy(&desk, &args.uit))?;
    let hash = made?;
    say(&format!(
        "reservekopie: {uit}\nsha256 van het manifest: {hash}\n\
         Bewaar haar als de dienst zelf: zij bevat de geheimen van de tweede factor en de hashes van wachtwoorden. Sleutels \
         staan er niet in; bewaar die apart.\n"
    ));
    Ok(())
}

fn copy(desk: &Desk, uit: &Path) -> Result<Sha256Hash, BackupFault> {
    let (config, places) = (&desk.config, &desk.config.plaatsen);
    let folders = folders(config);
    let mut copied: Vec<&Path> = folders.iter().map(|(_, path)| path.as_path()).collect();
    copied.push(&places.leveringen);
    apart(&config.secrets(), &copied)?;
    let mut backup = NewBackup::begin(uit)?;
    {
        // While it is held nothing is released: database, register and what is remembered belong together.
        // Made where it is not there yet; who only reads it goes on.
        drop(held(config)?);
        let _held = held_to_read(config)?;
        backup.database(&desk.database)?;
        backup.file(REGISTER, &places.register)?;
        for (naam, path) in folders.iter().filter(|(naam, _)| *naam == INTREKKING) {
            backup.folder(naam, path)?;
        }
    }
    for (naam, path) in folders.iter().filter(|(naam, _)| *naam != INTREKKING) {
        backup.folder(naam, path)?;
    }
    let place = &places.leveringen;
    for month in DiskShelf::months(place).map_err(StoreFault::read(place))? {
        let shelf = DiskShelf::open(place, month).map_err(StoreFault::read(place))?;
        let _held = shelf.hold().map_err(StoreFault::read(place))?;
        backup.folder(&format!("leveringen/{month}"), &place.join(month.to_string()))?;
    }
    // Last: it tells of everything that is in the rest.
    backup.file(AUDIT, &places.audit)?;
    backup.finish(desk.clock.now())
}

pub(super) fn put_back(args: &Terugzetten) -> Outcome {
    let config = configuration(&args.place.config)?;
    let clock = SystemClock::new()?;
    let backup = Backup::read(&args.van)?;
    // What does not hold is not put back.
    let register = backup.place(REGISTER);
    if register.exists() {
        Register::read(&RegisterFile::open_to_read(&register)?.lines()?)?;
    }
    Log::read(&AuditFile::lines(&backup.place(AUDIT))?)?;
    let (folders, places) = (folders(&config), &config.plaatsen);
    let database = places.database();
    let mut to: Vec<(&str, &Path)> = folders.iter().map(|(naam, path)| (*naam, path.as_path())).collect();
    to.extend([
        (BACKUP_DATABASE, database.as_path()),
        (REGISTER, places.register.as_path()),
        ("leveringen", places.leveringen.as_path()),
        (AUDIT, places.audit.as_path()),
    ]);
    // What an earlier database left beside it would be taken for a part of this one.
    let beside = ["-wal", "-shm"].map(|ending| PathBuf::from(format!("{}{ending}", database.display())));
    to.extend(beside.iter().map(|path| ("niets", path.as_path())));
    backup.put_back(&to)?;
    let mut log = AuditFile::open(&places.audit, clock.now())?;
    let begun = log.begin(clock.now(), &Actor::Console, Act::Restore, Some(&args.van.display().to_string()))?;
    // Somebody may have logged out since.
    Database::open(&database)?.end_sessions(None)?;
    let head = log.finish(clock.now(), begun, (Ended::Done, None), None)?;
    say(&format!("teruggezet: {}\nkop van het auditlogboek: {head}\n", args.van.display()));
    Ok::<_, Failure>(())
}
