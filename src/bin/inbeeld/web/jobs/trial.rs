//! A trial: what would leave under a text, on what was received or on invented jongeren. Nothing is released.
//!
//! On what was received it is as the command line's `doelbinding proef`: one trusted signature, and the
//! register knows it before anybody sees it. On invented jongeren neither is needed.

use super::Meter;
use super::run::open;
use crate::cli::proef;
use crate::web::app::App;
use crate::web::problem::Problem;
use axum::http::StatusCode;
use inbeeld::disclosure::Recipients;
use inbeeld::doelbinding::{Policy, SignedFault, Triable};
use inbeeld::ingest::Folder;
use inbeeld::logbook::Activity;
use inbeeld::pseudonym::PeriodKey;
use inbeeld::receive::{Period, ReceiveFault, Stored};
use inbeeld::run::{self, Koppeling, Logboek, RunFault, Tried, Workplace};
use inbeeld::store::{self, DiskFolder, DiskShelf, LogStore, RegisterFile, StoreFault};
use inbeeld::terms::{Datum, Peildatum};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::TryLockError;

/// Jongeren of an invented region.
const JONGEREN: u32 = 2000;

/// What is tried.
pub(crate) struct Trial {
    /// The text, byte for byte.
    pub(crate) text: Vec<u8>,
    pub(crate) signatures: Vec<String>,
    pub(crate) peildatum: Datum,
    /// On invented jongeren, without signature and register.
    pub(crate) invented: bool,
}

/// Tries a text, one at a time and not while a koppeling runs: both take all cores and the same log.
pub(crate) fn tried(app: &App, trial: &Trial) -> Result<Tried, Problem> {
    let busy = || {
        let remedy = "Wacht tot zij klaar is en probeer het opnieuw.";
        Problem::new(StatusCode::CONFLICT, "proef-bezig", "er loopt al een koppeling of een andere proef", remedy)
    };
    let _one = match app.jobs.trial.try_lock() {
        Ok(held) => held,
        Err(TryLockError::Poisoned(held)) => held.into_inner(),
        Err(TryLockError::WouldBlock) => return Err(busy()),
    };
    if app.jobs.running() {
        return Err(busy());
    }
    if trial.invented { on_invented(app, trial) } else { on_received(app, trial) }
}

/// On the leveringen of the service.
fn on_received(app: &App, trial: &Trial) -> Result<Tried, Problem> {
    let places = &app.config.plaatsen;
    let trusted = store::read_trusted(&places.vertrouwd)?;
    let triable = Triable::read(&trial.text, &trial.signatures, &trusted, app.today())
        .map_err(crate::web::api::texts::refused)?;
    let (policy, peildatum) = (triable.policy(), Peildatum::new(trial.peildatum));
    let opened = open(app, &BTreeSet::from([peildatum.maand(), policy.inkomen_maand(peildatum)]))?;
    let shelf = |month| DiskShelf::open(&places.leveringen, month).map_err(ReceiveFault::Storage);
    let shelves: Vec<(DiskShelf, &PeriodKey)> =
        opened.iter().map(|(month, key)| Ok((shelf(*month)?, key))).collect::<Result<_, ReceiveFault>>()?;
    let periods: Vec<Period<'_>> = shelves.iter().map(|(shelf, key)| Period { shelf, key }).collect();
    let stored = Stored::open(&periods)?;
    let recipients = store::read_recipients(&places.ontvangers)?;
    let storage = |fault| Problem::from_run(&RunFault::Logboek(fault));
    let log = LogStore::open(&places.logboek).map_err(storage)?;
    let mut sink = log.writer(app.today()).map_err(storage)?;
    // A text that is tried need not be on the shelf: its address would lead nowhere.
    let activity = Activity::new(&format!("urn:inbeeld:proef:{}:{}", policy.id, policy.versie), super::run::SUBJECT);
    let activity = activity.map_err(|fault| Problem::denied(&fault))?;
    let bench = Bench {
        folder: &stored,
        recipients: &recipients,
        logboek: Some(Logboek { activity: &activity, sink: &mut sink }),
        meter: &Meter::default(),
        register: &places.register,
    };
    link(app, trial.peildatum, triable, bench)
}

/// On a region that does not exist: its own key signs the text, and its own register forgets it.
fn on_invented(app: &App, trial: &Trial) -> Result<Tried, Problem> {
    let policy =
        Policy::parse(&trial.text).map_err(|faults| crate::web::api::texts::refused(SignedFault::Text(faults)))?;
    let temp = tempfile::Builder::new().prefix("inbeeld-proef-").tempdir();
    let temp = temp.map_err(StoreFault::write(&std::env::temp_dir()))?;
    let region = proef::invent(temp.path(), &[(policy, trial.text.clone())], JONGEREN, trial.peildatum);
    let (place, copies) = region.map_err(|failure| {
        tracing::error!("{failure:?}");
        Problem::internal()
    })?;
    let copy = copies.first().ok_or_else(Problem::internal)?;
    let (text, signatures) = store::read_doelbinding(copy)?;
    let trusted = store::read_trusted(&place.vertrouwd)?;
    let triable = Triable::read(&text, &signatures, &trusted, app.today()).map_err(crate::web::api::texts::refused)?;
    let recipients = store::read_recipients(&copy.with_file_name("ontvangers"))?;
    let bench = Bench {
        folder: &DiskFolder::new(&place.leveringen),
        recipients: &recipients,
        logboek: None,
        meter: &Meter::default(),
        register: &place.register,
    };
    link(app, trial.peildatum, triable, bench)
}

/// Where and with what a text is tried.
struct Bench<'a> {
    folder: &'a dyn Folder,
    recipients: &'a Recipients,
    logboek: Option<Logboek<'a>>,
    meter: &'a Meter,
    register: &'a Path,
}

fn link<'a>(app: &'a App, peildatum: Datum, triable: Triable, bench: Bench<'a>) -> Result<Tried, Problem> {
    let (today, today_set) = app.day();
    let Bench { folder, recipients, logboek, meter, register } = bench;
    let job = Koppeling {
        peildatum: Peildatum::new(peildatum),
        today,
        today_set,
        // Whether a key is right is the real run's question.
        accept_no_overlap: false,
        place: Workplace { folder, engine: &app.jobs.engine, progress: meter },
        clock: app.clock(),
        recipients,
        withdrawals: None,
        logboek,
    };
    run::proef(job, triable, || RegisterFile::open(register)).map_err(|fault| Problem::from_run(&fault))
}
