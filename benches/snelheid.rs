//! The keyed hash: what a message costs in each way that this CPU has. `cargo bench --bench snelheid`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use inbeeld::pseudonym::{Kernel, Trial};

fn main() {
    divan::main();
}

/// As many as the koppeling hashes at once.
const MESSAGES: usize = 1024;

#[divan::bench]
fn hmac_crate_1024(bencher: Bencher<'_, '_>) {
    let mut trial = Trial::new(MESSAGES);
    bencher.counter(ItemsCount::new(MESSAGES)).bench_local(|| black_box(trial.bare()).len());
}

#[divan::bench]
fn one_at_a_time_1024(bencher: Bencher<'_, '_>) {
    let mut trial = Trial::new(MESSAGES);
    bencher.counter(ItemsCount::new(MESSAGES)).bench_local(|| black_box(trial.single()).len());
}

#[divan::bench(args = Kernel::here().into_iter().map(Kernel::as_str))]
fn many_at_once_1024(bencher: Bencher<'_, '_>, name: &str) {
    let mut trial = Trial::new(MESSAGES);
    let kernel = Kernel::here().into_iter().find(|kernel| kernel.as_str() == name).unwrap();
    bencher.counter(ItemsCount::new(MESSAGES)).bench_local(|| black_box(trial.batched(kernel).unwrap()).len());
}
