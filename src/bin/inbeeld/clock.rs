//! Today and now, for the library that has no clock of its own.

use crate::output::Failure;
use inbeeld::fault::Exit;
use inbeeld::run::Clock;
use inbeeld::terms::{Datum, Moment};
use jiff::{Timestamp, tz::TimeZone};
use std::time::Instant;

/// Sets "today", for tests; its use stands in the register (CONTRACT, "Doelbinding").
const OVERRIDE: &str = "INBEELD_VANDAAG";

/// The time of the machine, on the day of INBEELD_VANDAAG when that is set.
pub(crate) struct SystemClock {
    day: Option<Datum>,
    start: Instant,
}

impl SystemClock {
    /// Reads the environment.
    pub(crate) fn new() -> Result<Self, Failure> {
        let day = match std::env::var_os(OVERRIDE) {
            None => None,
            Some(text) => Some(Datum::parse(text.as_encoded_bytes()).map_err(|fault| {
                let what = format!("{OVERRIDE}: {fault}");
                Failure::new(Exit::Usage, "vandaag", &what, "Schrijf de dag als 2026-10-05, of haal de variabele weg.")
            })?),
        };
        Ok(Self { day, start: Instant::now() })
    }

    /// Today in UTC, and whether it was set by hand.
    pub(crate) fn today(&self) -> (Datum, bool) {
        self.day.map_or_else(|| (self.now().datum(), false), |day| (day, true))
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let now = Timestamp::now();
        let Some(day) = self.day else { return Moment::from_timestamp(now) };
        let time = TimeZone::UTC.to_datetime(now).time();
        let moved = TimeZone::UTC.to_timestamp(day.civil().to_datetime(time));
        // Every date of four digits has its moments; the fallback is the real time.
        Moment::from_timestamp(moved.unwrap_or(now))
    }

    fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}
