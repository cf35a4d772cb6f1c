//! `meet-sleutelhash`, for who builds inbeeld: what each way of hashing costs in this very build, as
//! one line of JSON. `.ci/run` holds the ratios against its limits.

use crate::output::{Outcome, say};
use inbeeld::pseudonym::{Kernel, Trial};
use serde_json::{Map, Value, json};
use std::hint::black_box;
use std::time::Instant;

/// Messages per measurement: as many as the koppeling hashes at once.
const MESSAGES: usize = 1024;
/// Measurements of each way, of which the fastest counts: what disturbs one only ever makes it slower.
const TIMES: usize = 200;

pub(crate) fn run() -> Outcome {
    let mut trial = Trial::new(MESSAGES);
    let bare = nanoseconds(|| black_box(trial.bare()).len());
    let single = nanoseconds(|| black_box(trial.single()).len());
    let mut batched = Map::new();
    for kernel in Kernel::here() {
        let cost = nanoseconds(|| black_box(trial.batched(kernel)).map_or(0, <[_]>::len));
        batched.insert(kernel.as_str().to_owned(), json!({ "ns": rounded(cost), "maal_los": rounded(single / cost) }));
    }
    let ways = json!({
        "schema": "inbeeld/sleutelhash/v1",
        "hmac_ns": rounded(bare),
        "los_ns": rounded(single),
        "los_maal_hmac": rounded(single / bare),
        "samen": Value::Object(batched),
        "gekozen": Kernel::chosen().as_str(),
    });
    say(&format!("{ways}\n"));
    Ok(())
}

/// What one keyed hash costs on a core of this machine, in nanoseconds, in the way that inbeeld itself hashes.
#[cfg(feature = "dienst")]
pub(crate) fn here() -> f64 {
    let mut trial = Trial::new(MESSAGES);
    nanoseconds(|| black_box(trial.batched(Kernel::chosen())).map_or(0, <[_]>::len))
}

/// Cost of one message.
fn nanoseconds(mut work: impl FnMut() -> usize) -> f64 {
    let mut once = || {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64()
    };
    let fastest = (0..TIMES).map(|_| once()).fold(f64::INFINITY, f64::min);
    fastest * 1e9 / MESSAGES as f64
}

/// In hundredths.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
