//! How far the koppeling that runs is.

use inbeeld::linking::{Fase, Progress};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Counts along with a run, from several threads, and can break it off.
pub(crate) struct Meter {
    phase: Mutex<Phase>,
    rows: AtomicU64,
    cancelled: AtomicBool,
}

#[derive(Clone, Copy)]
struct Phase {
    fase: Fase,
    /// Rows that it will read; 0 where it reads none.
    total: u64,
    begun: Instant,
}

/// How far it is now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) fase: Fase,
    pub(crate) rows: u64,
    pub(crate) total: u64,
    /// Of this phase; `None` while too little was read to say.
    pub(crate) seconds_left: Option<u64>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            phase: Mutex::new(Phase { fase: Fase::Manifesten, total: 0, begun: Instant::now() }),
            rows: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
        }
    }
}

impl Meter {
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Reading {
        let Phase { fase, total, begun } = *self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.rows.load(Ordering::Relaxed).min(total);
        let left = begun.elapsed().as_secs_f64() * (total - rows) as f64 / rows as f64;
        // After a twentieth the pace is known.
        let seconds_left = (rows > 0 && rows >= total / 20).then(|| left.ceil() as u64);
        Reading { fase, rows, total, seconds_left }
    }
}

impl Progress for Meter {
    fn phase(&self, fase: Fase, rows: u64) {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        *phase = Phase { fase, total: rows, begun: Instant::now() };
        self.rows.store(0, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn begin(&self, _file: &str, _bytes: u64) {}

    fn advance(&self, rows: u64, _bytes: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }
}
