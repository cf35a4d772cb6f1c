//! `beheer`: what the operator of the service does on the machine itself, also beside a running service.

mod reservekopie;
mod status;
mod vernietig;

use super::serve::configuration;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use crate::web::{Config, Holdings, Problem, Refusal};
use clap::{Args, Subcommand};
use inbeeld::access::{AccountNaam, Bound};
use inbeeld::audit::{Act, Actor, AuditFault, Log, Outcome as Ended};
use inbeeld::fault::Explain;
use inbeeld::run::Clock;
use inbeeld::store::db::{Database, DbFault, Invitation};
use inbeeld::store::{AuditFile, private_folder};
use inbeeld::terms::{AccountRol, Gemeente, Invalid, Oin, Sha256Hash};
use reservekopie::{Reservekopie, Terugzetten};
use serde_json::json;
use status::Status;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use vernietig::Vernietig;

#[derive(Subcommand)]
pub(crate) enum Beheer {
    /// Maakt accounts, sluit ze en begint ze opnieuw
    #[command(subcommand)]
    Account(Account),
    /// Kijkt of er niets aan het auditlogboek is veranderd; met --kop ook of het einde er nog is
    AuditVerifieer(AuditVerifieer),
    /// Laat zien hoe de dienst ervoor staat, ook als hij niet draait
    Status(Status),
    /// Beëindigt de sessies van een account
    Sessies(Sessies),
    /// Vernietigt nu wat zijn bewaartermijn voorbij is
    Opruimen(Place),
    /// Vernietigt één maand, ook als haar bewaartermijn nog niet voorbij is
    Vernietig(Vernietig),
    /// Maakt een reservekopie, ook als de dienst draait; sleutels komen er niet in
    Reservekopie(Reservekopie),
    /// Zet een reservekopie terug op een lege installatie
    Terugzetten(Terugzetten),
}

#[derive(Subcommand)]
pub(crate) enum Account {
    /// Maakt een account en laat de activeringscode één keer zien
    Nieuw(Nieuw),
    /// Laat alle accounts zien
    Toon(Place),
    /// Sluit een account en beëindigt zijn sessies
    Blokkeer(Named),
    /// Begint een account opnieuw, met een nieuwe activeringscode
    Herstel(Named),
}

#[derive(Args)]
pub(crate) struct Place {
    /// De configuratie van de dienst (.toml)
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Named {
    #[command(flatten)]
    place: Place,
    /// De naam van het account
    #[arg(value_name = "NAAM", value_parser = naam)]
    naam: AccountNaam,
}

#[derive(Args)]
pub(crate) struct Sessies {
    #[command(flatten)]
    place: Place,
    /// De naam van het account
    #[arg(long, value_name = "NAAM", value_parser = naam)]
    intrekken: AccountNaam,
}

#[derive(Args)]
pub(crate) struct Nieuw {
    #[command(flatten)]
    named: Named,
    /// De rol: bronhouder, coordinator, vrijgever, privacy-officer, gemeente of beheerder
    #[arg(long, value_name = "ROL", value_parser = rol)]
    rol: AccountRol,
    /// De code van een gemeente: vier cijfers
    #[arg(long, value_name = "CODE", value_parser = gemeente)]
    gemeente: Option<Gemeente>,
    /// Het OIN van een bronhouder: twintig cijfers
    #[arg(long, value_name = "OIN", value_parser = Oin::parse)]
    oin: Option<Oin>,
}

#[derive(Args)]
pub(crate) struct AuditVerifieer {
    #[command(flatten)]
    place: Place,
    /// De kop die u eerder hebt genoteerd: 64 tekens
    #[arg(long, value_name = "HASH", value_parser = Sha256Hash::parse)]
    kop: Option<Sha256Hash>,
    /// Geeft de uitkomst als JSON
    #[arg(long)]
    json: bool,
}

fn naam(text: &str) -> Result<AccountNaam, Invalid> {
    AccountNaam::parse(text)
}

fn rol(text: &str) -> Result<AccountRol, Invalid> {
    AccountRol::parse(text.as_bytes()).ok_or(Invalid { expected: "een rol" })
}

fn gemeente(text: &str) -> Result<Gemeente, Invalid> {
    Gemeente::parse(text.as_bytes())
}

pub(crate) fn run(opdracht: &Beheer) -> Outcome {
    match opdracht {
        Beheer::Account(Account::Nieuw(args)) => {
            let (gemeente, oin) = (args.gemeente, args.oin.clone());
            let bound = Bound::new(args.rol, gemeente, oin)?;
            let naam = &args.named.naam;
            let invitation =
                act(&args.named, Act::NewAccount, |database, now| database.new_account(naam, &bound, now))?;
            tell(naam, &invitation);
            Ok(())
        }
        Beheer::Account(Account::Herstel(args)) => {
            let invitation = act(args, Act::Reset, |database, now| database.reset(&args.naam, now))?;
            match invitation {
                Some(invitation) => tell(&args.naam, &invitation),
                None => say(&format!("weer open: {}; meldt zich aan bij de aanmeldvoorziening\n", args.naam)),
            }
            Ok(())
        }
        Beheer::Account(Account::Blokkeer(args)) => {
            act(args, Act::Block, |database, _| database.block(&args.naam))?;
            say(&format!("geblokkeerd: {}\n", args.naam));
            Ok(())
        }
        Beheer::Account(Account::Toon(place)) => {
            let config = configuration(&place.config)?;
            for account in Database::open(&config.plaatsen.database())?.accounts()? {
                let code = account.bound.gemeente().map(|code| code.to_string());
                let code = code.or_else(|| account.bound.oin().map(|oin| oin.as_str().to_owned())).unwrap_or_default();
                let (rol, staat) = (account.bound.rol().as_str(), account.staat.as_str());
                let elders = account.onderwerp.map(|onderwerp| format!(" {onderwerp}")).unwrap_or_default();
                say(&format!("{}  {rol} {code} {staat}{elders}\n", account.naam));
            }
            Ok(())
        }
        Beheer::AuditVerifieer(args) => verify(args),
        Beheer::Status(args) => status::show(args),
        Beheer::Sessies(args) => {
            let desk = Desk::open(&args.place)?;
            let naam = &args.intrekken;
            let ended = || desk.database.end_sessions(Some(naam));
            let count = desk.act(Act::EndSessions, Some(naam.as_str()), ended)??;
            say(&format!("beëindigd: {count} sessie(s) van {naam}\n"));
            Ok(())
        }
        Beheer::Opruimen(place) => vernietig::sweep(place),
        Beheer::Vernietig(args) => vernietig::destroy(args),
        Beheer::Reservekopie(args) => reservekopie::make(args),
        Beheer::Terugzetten(args) => reservekopie::put_back(args),
    }
}

/// What the operator works with on the machine itself.
struct Desk {
    config: Config,
    clock: SystemClock,
    log: Mutex<AuditFile>,
    database: Database,
}

impl Desk {
    fn open(place: &Place) -> Result<Self, Failure> {
        let config = configuration(&place.config)?;
        let clock = SystemClock::new()?;
        let folders = [Some(config.plaatsen.gegevens.as_path()), config.plaatsen.audit.parent()];
        for folder in folders.into_iter().flatten() {
            private_folder(folder)?;
        }
        let log = Mutex::new(AuditFile::open(&config.plaatsen.audit, clock.now())?);
        let database = Database::open(&config.plaatsen.database())?;
        Ok(Self { config, clock, log, database })
    }

    /// What is kept, as it is now.
    fn holdings(&self) -> Holdings<'_> {
        let (now, day) = (self.clock.now(), self.clock.today());
        Holdings { config: &self.config, database: &self.database, now, day }
    }

    /// One step of a longer act, as [`Holdings`] takes them.
    fn step(&self, act: Act, object: &str, work: &mut dyn FnMut() -> Result<(), Problem>) -> Result<(), Problem> {
        self.act(act, Some(object), work)?
    }

    /// Does something, told in the audit log as done on the machine itself.
    fn act<T, E: Refusal>(
        &self,
        act: Act,
        object: Option<&str>,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<Result<T, E>, AuditFault> {
        // Not held while it is done: what is done may tell of itself.
        let log = || self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = log().begin(self.clock.now(), &Actor::Console, act, object)?;
        let done = work();
        let ended = match &done {
            Ok(_) => (Ended::Done, None),
            Err(fault) if fault.is_ours() => (Ended::Failed, Some(fault.code())),
            Err(fault) => (Ended::Refused, Some(fault.code())),
        };
        log().finish(self.clock.now(), begun, ended, None)?;
        Ok(done)
    }
}

/// Does something with an account.
fn act<T>(
    args: &Named,
    act: Act,
    work: impl FnOnce(&Database, inbeeld::terms::Moment) -> Result<T, DbFault>,
) -> Result<T, Failure> {
    let desk = Desk::open(&args.place)?;
    let now = desk.clock.now();
    Ok(desk.act(act, Some(args.naam.as_str()), || work(&desk.database, now))??)
}

fn tell(naam: &AccountNaam, invitation: &Invitation) {
    say(&format!(
        "account: {naam}\nactiveringscode: {}\ngeldig tot: {}\n\
         Geef de code langs een veilige weg aan wie het account gebruikt; zij is niet nog eens te zien.\n",
        invitation.code.as_str(),
        invitation.until
    ));
}

fn verify(args: &AuditVerifieer) -> Outcome {
    let config = configuration(&args.place.config)?;
    let read = AuditFile::lines(&config.plaatsen.audit).and_then(|lines| Log::read(&lines));
    let found: Result<(Log, Option<usize>), AuditFault> =
        read.and_then(|log| args.kop.map(|kept| log.since(kept)).transpose().map(|since| (log, since)));
    if args.json {
        let told = match &found {
            Ok((log, since)) => json!({
                "goed": true, "regels": log.lines(), "handelingen": log.acts.len(), "hersteld": log.repairs,
                "zonder_einde": log.open(), "regels_na_kop": since, "kop": log.head().to_string(),
            }),
            Err(fault) => {
                json!({ "goed": false, "code": fault.code(), "wat": fault.to_string(), "doe": fault.remedy() })
            }
        };
        say(&format!("{told:#}\n"));
        return found.map(drop).map_err(|fault| Failure::shown(fault.exit()));
    }
    let (log, since) = found?;
    say(&format!("Het auditlogboek klopt: {} regel(s), {} handeling(en)\n", log.lines(), log.acts.len()));
    match since {
        Some(0) => say("Sinds de kop die u opgaf is er niets bij gekomen\n"),
        Some(since) => say(&format!("Sinds de kop die u opgaf: {since} regel(s) erbij, ervoor is niets veranderd\n")),
        None => say("Zonder --kop is niet te zien of er aan het einde regels weg of herschreven zijn\n"),
    }
    let open: Vec<String> = log.open().iter().map(ToString::to_string).collect();
    if !open.is_empty() {
        say(&format!("Zonder einde (afgebroken of nu bezig): nr {}\n", open.join(", ")));
    }
    if log.repairs > 0 {
        say(&format!("Na een storing is {} keer een halve regel apart gezet, naast het logboek\n", log.repairs));
    }
    say(&format!("Kop: {}\n", log.head()));
    Ok(())
}
