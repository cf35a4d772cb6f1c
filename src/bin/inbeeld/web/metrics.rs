//! Figures for Prometheus: per route and status how often and how long. Nobody's name, address or value.
//!
//! Written by hand: it is one text of counters, and an exporter would bring a recorder, a registry and
//! sketches for what fits on this page.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 8] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

#[derive(Default)]
struct Series {
    within: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

/// Every figure so far. Routes are those of the table, so their number is fixed.
#[derive(Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<(&'static str, &'static str, u16), Series>>);

impl Metrics {
    /// Counts one answer.
    pub(crate) fn count(&self, method: &'static str, route: &'static str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series = all.entry((method, route, status)).or_default();
        series.count += 1;
        series.seconds += seconds;
        for (within, bound) in series.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(seconds <= bound);
        }
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(
            "# HELP inbeeld_verzoek_seconden Duur van verzoeken.\n# TYPE inbeeld_verzoek_seconden histogram\n",
        );
        for ((method, route, status), series) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let of = format!("methode=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let Series { within, count, seconds } = series;
            for (within, bound) in within.iter().zip(BOUNDS) {
                let _ = writeln!(text, "inbeeld_verzoek_seconden_bucket{{{of},le=\"{bound}\"}} {within}");
            }
            let _ = writeln!(text, "inbeeld_verzoek_seconden_bucket{{{of},le=\"+Inf\"}} {count}");
            let _ = writeln!(text, "inbeeld_verzoek_seconden_sum{{{of}}} {seconds}");
            let _ = writeln!(text, "inbeeld_verzoek_seconden_count{{{of}}} {count}");
        }
        text
    }
}
