//! A trial: what would leave under a text, on what was received or on invented jongeren. Nothing is released.
//!
//! On what was received it is as the command line's `doelbinding proef`: one trusted signature, and the
//! register knows it before anybody sees it. On invented jongeren neither is needed.

use super::run::{SUBJECT, months, open, shelves};
use super::{Meter, aside};
use crate::cli::proef;
use crate::web::api::texts::refused;
use crate::web::app::App;
use crate::web::problem::Problem;
use inbeeld::disclosure::Recipients;
use inbeeld::doelbinding::{Policy, SignedFault, Triable};
use inbeeld::ingest::Folder;
use inbeeld::logbook::Activity;
use inbeeld::receive::{Period, Stored};
use inbeeld::run::{self, Koppeling, Logboek, RunFault, Tried, Workplace};
use inbeeld::store::{self, DiskFolder, LogStore, RegisterFile, StoreFault};
use inbeeld::terms::{Datum, Peildatum};
use std::path::Path;

/// Jongeren of an invented region.
const JONGEREN: u32 = 2000;

/// A text, byte for byte, and its signatures.
pub(crate) struct Tryable {
    pub(crate) text: Vec<u8>,
    pub(crate) signatures: Vec<String>,
}

/// What is tried.
pub(crate) struct Trial {
    pub(crate) text: Tryable,
    /// Another text to lay beside it.
    pub(crate) beside: Option<Tryable>,
    pub(crate) peildatum: Datum,
    /// On invented jongeren, without signature and register.
    pub(crate) invented: bool,
}

impl Trial {
    /// The texts in the order in which they are tried: what the other shows counts for this one.
    fn texts(&self) -> impl Iterator<Item = &Tryable> {
        self.beside.iter().chain([&self.text])
    }
}

/// What a trial showed, of the text and of the one beside it.
pub(crate) struct Seen {
    pub(crate) now: Tried,
    pub(crate) beside: Option<Tried>,
}

/// Tries a text.
pub(crate) fn tried(app: &App, trial: &Trial) -> Result<Seen, Problem> {
    aside(app, |meter| {
        let mut seen = if trial.invented { on_invented(app, trial, meter)? } else { on_received(app, trial, meter)? };
        let now = seen.pop().ok_or_else(Problem::internal)?;
        Ok(Seen { now, beside: seen.pop() })
    })
}

/// On the leveringen of the service. Whether every text may be tried is known before the first is.
fn on_received(app: &App, trial: &Trial, meter: &Meter) -> Result<Vec<Tried>, Problem> {
    let trusted = store::read_trusted(&app.config.plaatsen.vertrouwd)?;
    let read = |one: &Tryable| Triable::read(&one.text, &one.signatures, &trusted, app.today()).map_err(refused);
    let triable: Vec<Triable> = trial.texts().map(read).collect::<Result<_, _>>()?;
    triable.into_iter().map(|triable| one_received(app, trial.peildatum, triable, meter)).collect()
}

fn one_received(app: &App, peildatum: Datum, triable: Triable, meter: &Meter) -> Result<Tried, Problem> {
    let places = &app.config.plaatsen;
    let policy = triable.policy();
    let opened = open(app, &months(policy, Peildatum::new(peildatum)))?;
    let shelves = shelves(app, &opened)?;
    let periods: Vec<Period<'_>> = shelves.iter().map(|(shelf, key)| Period { shelf, key }).collect();
    let stored = Stored::open(&periods)?;
    let recipients = store::read_recipients(&places.ontvangers)?;
    let storage = |fault| Problem::from_run(&RunFault::Logboek(fault));
    let log = LogStore::open(&places.logboek).map_err(storage)?;
    let mut sink = log.writer(app.today()).map_err(storage)?;
    // A text that is tried need not be on the shelf: its address would lead nowhere.
    let activity = Activity::new(&format!("urn:inbeeld:proef:{}:{}", policy.id, policy.versie), SUBJECT);
    let activity = activity.map_err(|fault| Problem::denied(&fault))?;
    let bench = Bench {
        folder: &stored,
        recipients: &recipients,
        logboek: Some(Logboek { activity: &activity, sink: &mut sink }),
        meter,
        register: &places.register,
    };
    link(app, peildatum, triable, bench)
}

/// On a region that does not exist: its own key signs the texts, and its own register forgets them.
fn on_invented(app: &App, trial: &Trial, meter: &Meter) -> Result<Vec<Tried>, Problem> {
    let read = |one: &Tryable| Ok((Policy::parse(&one.text).map_err(SignedFault::Text)?, one.text.clone()));
    let texts: Vec<(Policy, Vec<u8>)> = trial.texts().map(read).collect::<Result<_, SignedFault>>().map_err(refused)?;
    let temp = tempfile::Builder::new().prefix("inbeeld-proef-").tempdir();
    let temp = temp.map_err(StoreFault::write(&std::env::temp_dir()))?;
    let (place, copies) = proef::invent(temp.path(), &texts, JONGEREN, trial.peildatum).map_err(|failure| {
        tracing::error!("{failure:?}");
        Problem::internal()
    })?;
    let trusted = store::read_trusted(&place.vertrouwd)?;
    let tried = copies.iter().map(|copy| {
        let (text, signatures) = store::read_doelbinding(copy)?;
        let triable = Triable::read(&text, &signatures, &trusted, app.today()).map_err(refused)?;
        let bench = Bench {
            folder: &DiskFolder::new(&place.leveringen),
            recipients: &store::read_recipients(&copy.with_file_name("ontvangers"))?,
            logboek: None,
            meter,
            register: &place.register,
        };
        link(app, trial.peildatum, triable, bench)
    });
    tried.collect()
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
