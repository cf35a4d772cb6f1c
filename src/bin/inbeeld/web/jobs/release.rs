//! The second pair of eyes: somebody else sees what would leave, and lets it out or not.

use super::explain::{Ended, Explained};
use super::run::signed;
use super::{Jobs, Slot};
use crate::web::app::App;
use crate::web::ledger;
use crate::web::problem::Problem;
use crate::web::retention::Holdings;
use inbeeld::doelbinding::Policy;
use inbeeld::fault::Explain;
use inbeeld::register::{Past, PastList, Soort};
use inbeeld::release::{list_file, withdrawn_file};
use inbeeld::run::{Leave, Prepared, RunFault};
use inbeeld::store::db::{Asked, DbFault, ListSoort, NewList, RunRecord, Staat};
use inbeeld::store::{self, OutFolder, StoreFault, TextShelf};
use inbeeld::terms::{Peildatum, Sha256Hash};
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};

pub(crate) use inbeeld::run::Shown;

/// The folder of the release of a koppeling.
pub(crate) fn folder(app: &App, nr: u64) -> PathBuf {
    app.config.plaatsen.vrijgaven.join(nr.to_string())
}

/// The highest number that a folder of releases has: a database that was put back knows lower ones.
pub(crate) fn last_folder(app: &App) -> Result<u64, Problem> {
    let place = &app.config.plaatsen.vrijgaven;
    let entries = match std::fs::read_dir(place) {
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(StoreFault::read(place))?,
    };
    let names = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(names.max().unwrap_or(0))
}

impl Jobs {
    /// What waits of a koppeling on which can be decided; not of a month that was destroyed while it ran.
    fn waiting(&self, app: &App, nr: u64) -> Result<Slot, Problem> {
        let RunRecord { staat, asked, .. } = app.database.run(nr)?;
        if staat == Staat::Klaar && uses_destroyed(app, &asked)? {
            return Err(DbFault::Destroyed.into());
        }
        let slot = self.slot(nr).filter(|_| staat == Staat::Klaar);
        slot.ok_or_else(|| DbFault::RunState(staat).into())
    }
}

/// Whether a koppeling is about a month that was destroyed, as its peilmaand or as the month of its incomes.
pub(crate) fn uses_destroyed(app: &App, asked: &Asked) -> Result<bool, Problem> {
    let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
    let text = shelf.read(&asked.doelbinding, asked.versie)?;
    let policy = text.and_then(|(text, _)| Policy::parse(&text).ok());
    let peildatum = Peildatum::new(asked.peildatum);
    let income = policy.map(|policy| policy.inkomen_maand(peildatum));
    for month in income.into_iter().chain([peildatum.maand()]) {
        if app.database.destroyed(month)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn held(slot: &Slot) -> MutexGuard<'_, Option<Prepared>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows somebody what would leave; the register knows it first.
pub(crate) fn shown<T>(
    app: &App,
    nr: u64,
    by: &str,
    look: impl FnOnce(&Shown<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let slot = app.jobs.waiting(app, nr)?;
    let mut held = held(&slot);
    let prepared = held.as_mut().ok_or_else(Problem::not_found)?;
    let shown = prepared.show(app.now(), || ledger::to_write(&app.config));
    match shown {
        Ok(shown) => {
            app.database.run_seen(nr, by)?;
            look(&shown)
        }
        Err(fault) => Err(not_now(app, nr, fault)),
    }
}

/// What no longer fits the month ends; what only failed can be tried again.
fn not_now(app: &App, nr: u64, fault: RunFault) -> Problem {
    let problem = Problem::from_run(&fault);
    if matches!(fault, RunFault::Overtaken) {
        let Ended { staat, why } = Ended::from(fault);
        if let Err(fault) = app.database.end_run(nr, (&[Staat::Klaar], staat), &why.to_json(), None, app.now()) {
            return fault.into();
        }
        app.jobs.forget(nr);
    }
    problem
}

/// Lets a koppeling out; gives the number of its release in the register.
pub(crate) fn let_out(app: &App, nr: u64, by: &str) -> Result<u64, Problem> {
    let places = &app.config.plaatsen;
    let slot = app.jobs.waiting(app, nr)?;
    let mut held = held(&slot);
    let asked = app.database.run(nr)?.asked;
    // A key may have been withdrawn, or the text's last day have passed, since it was run.
    let text = signed(app, &asked)?;
    let register_was = ledger::lines(&app.config)?.len() as u64;
    app.database.begin_release(nr, by, register_was, app.now())?;
    let prepared = held.take().ok_or_else(Problem::not_found)?;
    app.jobs.forget(nr);
    let memory = store::memory_beside(&places.register, &asked.doelbinding);
    let done = store::read_memory(&memory).map_err(Problem::from).and_then(|remembered| {
        let leave = Leave { now: app.now(), today: app.today(), remembered: remembered.as_deref() };
        let out = OutFolder::new(&folder(app, nr)).with_memory(&memory);
        let outcome = prepared.release(&leave, || ledger::to_write(&app.config), out);
        outcome.map_err(|fault| {
            let problem = Problem::from_run(&fault);
            let Ended { staat, why } = Ended::from(fault);
            match app.database.end_run(nr, (&[Staat::Vrijgeven], staat), &why.to_json(), Some(by), app.now()) {
                Ok(()) => problem,
                Err(fault) => fault.into(),
            }
        })
    });
    let outcome = match done {
        Ok(outcome) => outcome,
        Err(problem) => {
            clear(app, nr)?;
            return Err(problem);
        }
    };
    let vrijgave = outcome.released.nr() as u64;
    let register = ledger::read(&app.config)?;
    let past = register.vrijgaven.iter().find(|past| past.nr == outcome.released.nr());
    let tot = app.today().plus_days(text.policy().bewaartermijn_dagen);
    let lists = past.map_or(Vec::new(), |past| lists(past, tot));
    app.database.end_release(nr, vrijgave, &lists, app.now())?;
    Ok(vrijgave)
}

/// The lists of a release, as the register names them, each with the one beside it of what is no longer on it.
fn lists(past: &Past, tot: inbeeld::terms::Datum) -> Vec<NewList> {
    let released = |bestand: &String| past.entry.bestanden.iter().any(|file| file.naam == *bestand);
    let both = |list: &PastList| {
        let PastList { naam, gemeente, .. } = list.clone();
        let withdrawn = Some(withdrawn_file(&naam, &gemeente)).filter(released);
        let files = [(ListSoort::Contactlijst, Some(list_file(&naam, &gemeente))), (ListSoort::Vervallen, withdrawn)];
        files.into_iter().filter_map(move |(soort, bestand)| {
            Some(NewList { soort, naam: naam.clone(), gemeente: gemeente.clone(), bestand: bestand?, tot })
        })
    };
    past.entry.lijsten.iter().flat_map(both).collect()
}

/// Refuses a koppeling: what waits of it is forgotten.
pub(crate) fn refuse(app: &App, nr: u64, by: &str, reason: &str) -> Result<(), Problem> {
    let why = Explained::refused(reason).to_json();
    app.database.end_run(nr, (&[Staat::Klaar], Staat::Geweigerd), &why, Some(by), app.now())?;
    app.jobs.forget(nr);
    Ok(())
}

/// Ends a koppeling on which nobody can decide any more.
pub(crate) fn end(app: &App, nr: u64, why: &Explained) -> Result<(), Problem> {
    app.database.end_run(nr, (&[Staat::Klaar], Staat::Geweigerd), &why.to_json(), None, app.now())?;
    app.jobs.forget(nr);
    Ok(())
}

/// Mends what a service left that stopped in the middle: what ran or waited was in its memory; what was
/// being released is as the register says.
pub(crate) fn recover(app: &App) -> Result<(), Problem> {
    let now = app.now();
    for staat in [Staat::Bezig, Staat::Klaar] {
        for run in app.database.runs_in(staat)? {
            let why = Explained::stopped().to_json();
            app.database.end_run(run.nr, (&[staat], Staat::Mislukt), &why, None, now)?;
        }
    }
    for run in app.database.runs_in(Staat::Vrijgeven)? {
        let register = ledger::settled(&app.config)?;
        match register.vrijgaven.iter().rfind(|past| is_release_of(app, past, &run)) {
            Some(past) if past.uitgeleverd.is_some() => {
                let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
                let text = shelf.read(&run.asked.doelbinding, run.asked.versie)?;
                let policy = text.and_then(|(text, _)| Policy::parse(&text).ok());
                let days = policy.map_or(0, |policy| policy.bewaartermijn_dagen);
                let lists = lists(past, app.today().plus_days(days));
                app.database.end_release(run.nr, past.nr as u64, &lists, now)?;
            }
            entered => {
                let why = if entered.is_some() { Explained::half() } else { Explained::stopped() }.to_json();
                app.database.end_run(run.nr, (&[Staat::Vrijgeven], Staat::Mislukt), &why, None, now)?;
                clear(app, run.nr)?;
            }
        }
    }
    Ok(())
}

/// Whether an entry is of the release that a koppeling had begun. An entry that is not delivered may
/// have no files yet.
fn is_release_of(app: &App, past: &Past, run: &RunRecord) -> bool {
    let text = &past.entry.doelbinding;
    let after = run.register_was.is_some_and(|was| past.nr as u64 > was);
    let same = text.id == run.asked.doelbinding && text.versie == run.asked.versie;
    let here = || {
        let bytes = std::fs::read(folder(app, run.nr).join("vrijgave.json")).unwrap_or_default();
        let hash = Sha256Hash(Sha256::digest(&bytes).into()).to_string();
        past.entry.bestanden.iter().any(|file| file.naam == "vrijgave.json" && file.sha256 == hash)
    };
    let day = past.entry.peildatum == run.asked.peildatum.to_string();
    past.soort == Soort::Vrijgave && after && same && day && (past.uitgeleverd.is_none() || here())
}

/// Takes away what stands in the folder of a koppeling that was not released whole.
fn clear(app: &App, nr: u64) -> Result<(), Problem> {
    let folder = folder(app, nr);
    match std::fs::remove_dir_all(&folder) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => Err(StoreFault::write(&folder)(fault).into()),
        _ => Ok(()),
    }
}

/// Removes every list that was received, or that nobody may fetch any more.
pub(crate) fn remove_lists(holdings: &Holdings<'_>) -> Result<(), Problem> {
    for list in holdings.database.lists_to_remove(holdings.day.0)? {
        let path = holdings.config.plaatsen.vrijgaven.join(list.koppeling.to_string()).join(&list.bestand);
        gone(&path).map_err(|fault| {
            tracing::error!(code = fault.code(), "{fault}");
            Problem::from(fault)
        })?;
        holdings.database.list_removed(list.nr, holdings.now)?;
    }
    Ok(())
}

fn gone(path: &Path) -> Result<(), StoreFault> {
    let removed = match std::fs::remove_file(path) {
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
        removed => removed,
    };
    let folder = path.parent().unwrap_or(path);
    // That it is gone must survive a power cut as well.
    removed.and_then(|()| std::fs::File::open(folder)?.sync_all()).map_err(StoreFault::write(path))
}
