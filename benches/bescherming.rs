//! Disclosure control: how long protecting and auditing take. `cargo bench --bench bescherming`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a bench stops at the first surprise and tells sizes"
)]

use divan::Bencher;
use inbeeld::disclosure::auditor::audit;
use inbeeld::disclosure::build::{Wish, people as counted, problem};
use inbeeld::disclosure::problem::{Axis, Problem, Showing};
use inbeeld::disclosure::protector::protect;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() {
    divan::main();
}

const KLASSE: [u32; 7] = [150, 50, 350, 80, 100, 200, 70];
const LEEFTIJD: [u32; 5] = [0, 60, 500, 400, 40];
const GESLACHT: [u32; 4] = [540, 440, 10, 10];

fn draw(dice: &mut ChaCha8Rng, weights: &[u32]) -> usize {
    let mut left = dice.random_range(0..weights.iter().sum());
    weights
        .iter()
        .position(|weight| {
            if left < *weight {
                true
            } else {
                left -= weight;
                false
            }
        })
        .unwrap()
}

/// Persons over gemeente, klasse, leeftijdsgroep, geslacht; a few large municipalities and many small.
fn region(gemeenten: u32, persons: usize, tables: &[&[usize]]) -> Problem {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let sizes: Vec<u32> = (0..gemeenten)
        .map(|_| {
            let side: u32 = dice.random_range(10..60);
            side * side
        })
        .collect();
    let person = |dice: &mut ChaCha8Rng| {
        vec![draw(dice, &sizes), draw(dice, &KLASSE), draw(dice, &LEEFTIJD), draw(dice, &GESLACHT)]
    };
    let people: Vec<Vec<usize>> = (0..persons).map(|_| person(&mut dice)).collect();
    let names = [("gemeente", sizes.len()), ("klasse", 7), ("leeftijdsgroep", 5), ("geslacht", 4)];
    let axes = names.map(|(name, size)| Axis { name: name.to_owned(), size }).to_vec();
    let wish = |axes: &&[usize]| Wish {
        name: "tabel".to_owned(),
        axes: axes.to_vec(),
        at: Vec::new(),
        drempel: 5,
        klasse: Some(1),
        showing: Showing::Open,
    };
    problem(axes, Vec::new(), &tables.iter().map(wish).collect::<Vec<_>>(), &counted(people)).unwrap()
}

fn two_way() -> Problem {
    region(60, 10_000, &[&[0, 1]])
}

fn linked() -> Problem {
    region(12, 8_000, &[&[0, 1, 2], &[0, 1, 3]])
}

#[divan::bench(sample_count = 10)]
fn protect_60_klasse(bencher: Bencher<'_, '_>) {
    let problem = two_way();
    bencher.bench(|| protect(&problem, &|| false).unwrap());
}

#[divan::bench(sample_count = 10)]
fn audit_60_klasse(bencher: Bencher<'_, '_>) {
    let problem = two_way();
    let pattern = protect(&problem, &|| false).unwrap();
    bencher.bench(|| assert!(audit(&problem, &pattern, &|| false).unwrap().exposures.is_empty()));
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn protect_12_klasse_leeftijd_geslacht(bencher: Bencher<'_, '_>) {
    let problem = linked();
    bencher.bench(|| protect(&problem, &|| false).unwrap());
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn audit_12_klasse_leeftijd_geslacht(bencher: Bencher<'_, '_>) {
    let problem = linked();
    let pattern = protect(&problem, &|| false).unwrap();
    let withheld = pattern.iter().flatten().filter(|shown| !**shown).count();
    eprintln!("{withheld} van {} cellen achtergehouden", pattern.iter().flatten().count());
    bencher.bench(|| assert!(audit(&problem, &pattern, &|| false).unwrap().exposures.is_empty()));
}
