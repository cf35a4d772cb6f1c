//! Koppelingen as jobs: one at a time, on a thread of its own, with their progress to be seen; what they
//! would release waits in memory until somebody decides.
//!
//! The database holds how far each is; what it would release is held here alone, and a service that
//! stops forgets it. [`release`] decides, and mends after a stop in the middle.

mod ask;
mod explain;
mod meter;
mod release;
mod run;
mod trial;

pub(crate) use ask::{Question, why};
pub(crate) use explain::Explained;
pub(crate) use meter::{Meter, Reading};
pub(crate) use release::{
    Shown, end, folder, last_folder, let_out, recover, refuse, remove_lists, shown, uses_destroyed,
};
pub(crate) use run::{months, open, signed};
pub(crate) use trial::{Trial, Tryable, tried};

use super::app::App;
use super::problem::Problem;
use axum::http::StatusCode;
use inbeeld::engine::Embedded;
use inbeeld::run::Prepared;
use inbeeld::store::db::{DbFault, RunRecord, Staat};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Koppelingen that may wait for their turn or for a decision: each that was run holds its lists in memory.
pub(crate) const WAITING: usize = 8;
/// How long the worker sleeps at most before it looks again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What waits for a decision; empty once it was used.
type Slot = Arc<Mutex<Option<Prepared>>>;

/// What of the koppelingen is in memory.
pub(crate) struct Jobs {
    engine: Embedded,
    state: Mutex<State>,
    wake: Condvar,
    /// Held by whoever links, a koppeling, a question or a trial: each holds the whole doelgroep in memory.
    turn: Mutex<()>,
}

#[derive(Default)]
struct State {
    running: Option<(u64, Arc<Meter>)>,
    /// Of a question or a trial that links now.
    aside: Option<Arc<Meter>>,
    prepared: BTreeMap<u64, Slot>,
}

impl Jobs {
    pub(crate) fn new(engine: Embedded) -> Self {
        Self { engine, state: Mutex::default(), wake: Condvar::new(), turn: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the worker that there is something to do, or that the service stops.
    pub(crate) fn wake(&self) {
        self.wake.notify_all();
    }

    /// How far a koppeling is that runs now.
    pub(crate) fn reading(&self, nr: u64) -> Option<Reading> {
        let state = self.state();
        let (running, meter) = state.running.as_ref()?;
        (*running == nr).then(|| meter.read())
    }

    /// What waits of a koppeling.
    fn slot(&self, nr: u64) -> Option<Slot> {
        self.state().prepared.get(&nr).cloned()
    }

    /// Forgets what waits of a koppeling.
    fn forget(&self, nr: u64) {
        self.state().prepared.remove(&nr);
    }

    /// Breaks off the koppeling that runs, when it is this one or none is named; then what links beside the row as well.
    pub(crate) fn break_off(&self, nr: Option<u64>) {
        let state = self.state();
        if let Some(meter) = state.aside.as_ref().filter(|_| nr.is_none()) {
            meter.cancel();
        }
        if let Some((running, meter)) = &state.running
            && nr.is_none_or(|nr| nr == *running)
        {
            meter.cancel();
        }
    }
}

/// Starts the worker.
pub(crate) fn start(app: &Arc<App>) -> io::Result<JoinHandle<()>> {
    let app = Arc::clone(app);
    std::thread::Builder::new().name("koppelingen".to_owned()).spawn(move || {
        while !app.stopping() {
            match app.database.begin_run(app.now()) {
                Ok(Some(record)) => one(&app, &record),
                Ok(None) => sleep(&app),
                Err(fault) => {
                    tracing::error!(code = Problem::from(fault).code(), "de rij met koppelingen is niet te lezen");
                    sleep(&app);
                }
            }
        }
    })
}

/// Links for somebody who waits for the answer. Refused while something else is linked: a koppeling can take long.
fn aside<T>(app: &App, work: impl FnOnce(&Meter) -> Result<T, Problem>) -> Result<T, Problem> {
    let _turn = match app.jobs.turn.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => {
            let remedy = "Probeer het over een paar minuten opnieuw.";
            let what = "er wordt nu gekoppeld, en hiervoor moet dat ook: het gaat één tegelijk";
            return Err(Problem::new(StatusCode::CONFLICT, "koppeling-bezig", what, remedy));
        }
    };
    let meter = Arc::new(Meter::default());
    app.jobs.state().aside = Some(Arc::clone(&meter));
    // Stopped before it was known to link.
    if app.stopping() {
        meter.cancel();
    }
    let done = work(&meter);
    app.jobs.state().aside = None;
    done
}

fn sleep(app: &App) {
    let state = app.jobs.state();
    // Asked for in between, it is found the next time round.
    drop(app.jobs.wake.wait_timeout(state, LOOK_AGAIN));
}

/// Runs one koppeling and notes how it ended.
fn one(app: &App, record: &RunRecord) {
    let nr = record.nr;
    let meter = Arc::new(Meter::default());
    app.jobs.state().running = Some((nr, Arc::clone(&meter)));
    // Broken off or stopped before it was known to run.
    if app.stopping() || app.database.run(nr).is_ok_and(|now| now.staat != Staat::Bezig) {
        meter.cancel();
    }
    let ran = {
        let _turn = app.jobs.turn.lock().unwrap_or_else(PoisonError::into_inner);
        run::run(app, record, &meter)
    };
    let noted = match ran {
        Ok(prepared) => {
            app.jobs.state().prepared.insert(nr, Arc::new(Mutex::new(Some(prepared))));
            app.database.move_run(nr, &[Staat::Bezig], Staat::Klaar, app.now())
        }
        Err(ended) => {
            let explained = if app.stopping() { Explained::stopped() } else { ended.why };
            let staat = if app.stopping() { Staat::Mislukt } else { ended.staat };
            app.database.end_run(nr, (&[Staat::Bezig], staat), &explained.to_json(), None, app.now())
        }
    };
    app.jobs.state().running = None;
    match noted {
        Ok(()) => tracing::info!(nr, "de koppeling is gedraaid"),
        // Somebody broke it off while it ended.
        Err(DbFault::RunState(_)) => app.jobs.forget(nr),
        Err(fault) => {
            app.jobs.forget(nr);
            tracing::error!(nr, code = Problem::from(fault).code(), "hoe de koppeling eindigde, is niet vastgelegd");
        }
    }
}

/// Breaks a koppeling off: one that waits for its turn, that runs, or on which nobody has decided.
pub(crate) fn cancel(app: &App, nr: u64, by: &str) -> Result<(), Problem> {
    let from = [Staat::Gepland, Staat::Bezig, Staat::Klaar];
    let why = Explained::cancelled().to_json();
    app.database.end_run(nr, (&from, Staat::Geannuleerd), &why, Some(by), app.now())?;
    app.jobs.break_off(Some(nr));
    app.jobs.forget(nr);
    Ok(())
}
