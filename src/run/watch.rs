//! How far a run is: its phases are timed, told as they begin, and may be broken off between them.

use super::{Clock, Koppeling, RunFault};
use crate::linking::{Fase, Progress};

/// Seconds per phase.
pub(super) struct Stopwatch<'a> {
    clock: &'a dyn Clock,
    progress: &'a dyn Progress,
    now: Fase,
    since: f64,
    phases: Vec<(String, f64)>,
}

impl<'a> Stopwatch<'a> {
    /// Begins with the manifests.
    pub(super) fn start(job: &Koppeling<'a>) -> Self {
        let (clock, progress) = (job.clock, job.place.progress);
        progress.phase(Fase::Manifesten, 0);
        Self { clock, progress, now: Fase::Manifesten, since: clock.seconds(), phases: Vec::new() }
    }

    /// Ends the phase that ran until now and begins the next, which has so many rows to read.
    ///
    /// # Errors
    /// [`RunFault::Cancelled`].
    pub(super) fn next(&mut self, phase: Fase, rows: u64) -> Result<(), RunFault> {
        self.check()?;
        self.end();
        self.now = phase;
        self.progress.phase(phase, rows);
        Ok(())
    }

    /// Ends the last phase; gives how many seconds each took.
    ///
    /// # Errors
    /// [`RunFault::Cancelled`].
    pub(super) fn finish(mut self) -> Result<Vec<(String, f64)>, RunFault> {
        self.check()?;
        self.end();
        Ok(self.phases)
    }

    /// Stops here where the run was broken off.
    ///
    /// # Errors
    /// [`RunFault::Cancelled`].
    pub(super) fn check(&self) -> Result<(), RunFault> {
        if self.progress.cancelled() { Err(RunFault::Cancelled) } else { Ok(()) }
    }

    fn end(&mut self) {
        let now = self.clock.seconds();
        let milliseconds = ((now - self.since) * 1000.0).round();
        self.phases.push((self.now.as_str().to_owned(), milliseconds / 1000.0));
        self.since = now;
    }
}
