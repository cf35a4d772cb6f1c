//! Random worlds: the auditor must say exactly what the naive oracles say.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::interval::intervals_by;
use super::super::{Bound, Exposure, Kind, Stopped, audit, audit_by, intervals};
use super::oracle::{Attacker, cells, exposures};
use super::world::{World, verdict};
use crate::disclosure::problem::{Pattern, Showing};

/// Drawn numbers, used up one by one.
struct Choices<'a>(std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn below(&mut self, most: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % most.max(1)
    }

    fn some_of(&mut self, all: &[usize], at_least: usize) -> Vec<usize> {
        let mut kept: Vec<usize> = all.iter().copied().filter(|_| self.below(2) == 1).collect();
        for one in all {
            if kept.len() < at_least && !kept.contains(one) {
                kept.push(*one);
            }
        }
        kept.sort_unstable();
        kept
    }
}

/// A world of at most four small axes, with whatever may be in one, and a pattern.
fn world(drawn: &[u16], linked: bool) -> (World, Pattern) {
    let mut choices = Choices(drawn.iter());
    let count = if linked { 2 + choices.below(3) } else { 2 };
    let sizes: Vec<usize> = (0..count).map(|_| 1 + choices.below(3)).collect();
    let all: Vec<usize> = (0..count).collect();
    let mut world = World::new(&sizes);
    let mut possible: Vec<(Vec<usize>, BTreeSet<Vec<usize>>)> = Vec::new();
    for _ in 0..choices.below(3) {
        let axes = choices.some_of(&all, 2);
        let mut combinations = vec![Vec::new()];
        for axis in &axes {
            combinations = combinations
                .iter()
                .flat_map(|before: &Vec<usize>| (0..sizes[*axis]).map(move |v| [before.as_slice(), &[v]].concat()))
                .collect();
        }
        combinations.retain(|_| choices.below(4) > 0);
        let listed: Vec<&[usize]> = combinations.iter().map(Vec::as_slice).collect();
        world = world.relation(&axes, &listed);
        possible.push((axes, combinations.into_iter().collect()));
    }
    for _ in 0..choices.below(9) {
        let person: Vec<usize> = sizes.iter().map(|size| choices.below(*size)).collect();
        let fits = |(axes, listed): &(Vec<usize>, BTreeSet<Vec<usize>>)| {
            listed.contains(&axes.iter().map(|axis| person[*axis]).collect::<Vec<_>>())
        };
        if possible.iter().all(fits) {
            world = world.persons(1 + choices.below(6), &person);
        }
    }
    for _ in 0..if linked { 1 + choices.below(3) } else { 1 } {
        let mut axes = if linked { choices.some_of(&all, 1) } else { all.clone() };
        let mut at = Vec::new();
        if linked && axes.len() > 1 && choices.below(4) == 0 {
            let axis = axes.remove(choices.below(axes.len()));
            at.push((axis, choices.below(sizes[axis])));
        }
        if choices.below(3) == 0 {
            axes.reverse();
        }
        world = world.table_at(&axes, &at, choices.below(5) as u64);
        if choices.below(2) == 0 {
            world = world.klasse(choices.below(axes.len()));
        }
        let table = world.problem.tables.last_mut().unwrap();
        for showing in &mut table.showing {
            *showing = [Showing::Open, Showing::Open, Showing::Open, Showing::Known][choices.below(4)];
        }
    }
    for _ in 0..choices.below(2) {
        let table = choices.below(world.problem.tables.len());
        let cells: Vec<usize> = (0..world.problem.tables[table].counts.len()).collect();
        let cells = choices.some_of(&cells, 1);
        world = world.secret(table, &cells, 1 + choices.below(6) as u64);
    }
    for _ in 0..choices.below(3) {
        let (gemeente, klasse) = (choices.below(count), choices.below(count));
        if gemeente != klasse {
            let klassen = choices.some_of(&(0..sizes[klasse]).collect::<Vec<_>>(), 1);
            world = world.viewer((gemeente, choices.below(sizes[gemeente])), klasse, &klassen);
        }
    }
    let shown = choices.below(5);
    let pattern = world
        .problem
        .tables
        .iter()
        .map(|table| table.counts.iter().map(|_| choices.below(5) > shown).collect())
        .collect();
    (world, pattern)
}

fn agrees(drawn: &[u16], linked: bool) -> Result<(), TestCaseError> {
    let (world, pattern) = world(drawn, linked);
    let naive = exposures(&world.problem, &pattern);
    for flows in [true, false] {
        let found = audit_by(&world.problem, &pattern, flows, &|| false).unwrap().exposures;
        let found: BTreeSet<Exposure> = found.into_iter().collect();
        prop_assert_eq!(&found, &naive, "{} {:?} {:?}", flows, world.problem, pattern);
    }
    Ok(())
}

fn same_intervals(drawn: &[u16], linked: bool) -> Result<(), TestCaseError> {
    let (world, pattern) = world(drawn, linked);
    let attacker = Attacker::new(&world.problem, &pattern, None);
    // What is withheld is not looked at: it may be anything.
    let mut blind = world.problem.clone();
    for (table, published) in blind.tables.iter_mut().zip(&pattern) {
        for ((count, showing), published) in table.counts.iter_mut().zip(&table.showing).zip(published) {
            if !published && *showing != Showing::Known {
                *count = 999_999;
            }
        }
    }
    let by_flow = intervals_by(&blind, &pattern, true, &|| false).unwrap();
    let by_program = intervals_by(&blind, &pattern, false, &|| false).unwrap();
    prop_assert_eq!(&by_flow, &by_program);
    for interval in by_flow {
        let cell = &cells(&world.problem, interval.table)[interval.cell];
        let (low, high) = attacker.interval(cell);
        prop_assert_eq!((interval.low, interval.high), (low, high), "{:?} {:?} {:?}", cell, world.problem, pattern);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn linked_tables_agree_with_the_naive_attacker(drawn in proptest::collection::vec(any::<u16>(), 0..260)) {
        agrees(&drawn, true)?;
    }

    #[test]
    fn two_way_tables_agree_with_the_naive_attacker(drawn in proptest::collection::vec(any::<u16>(), 0..120)) {
        agrees(&drawn, false)?;
    }

    #[test]
    fn linked_intervals_agree_with_the_naive_attacker(drawn in proptest::collection::vec(any::<u16>(), 0..260)) {
        same_intervals(&drawn, true)?;
    }

    #[test]
    fn two_way_intervals_agree_with_the_naive_attacker(drawn in proptest::collection::vec(any::<u16>(), 0..120)) {
        same_intervals(&drawn, false)?;
    }

    /// Two-way tables, by trying all tables of whole numbers.
    #[test]
    fn two_way_bounds_are_those_of_all_whole_tables(
        rows in 1..3usize,
        columns in 1..4usize,
        persons in proptest::collection::vec((0..3usize, 0..4usize), 0..8),
        shown in proptest::collection::vec(any::<bool>(), 12),
    ) {
        let mut world = World::new(&[rows, columns]);
        let many = persons.len();
        for (row, column) in persons {
            world = world.persons(1, &[row % rows, column % columns]);
        }
        let world = world.table(&[0, 1], 0);
        let size = world.problem.tables[0].counts.len();
        let mut pattern = vec![shown[..size].to_vec()];
        pattern[0][size - 1] = true;
        let mut seen: Vec<Option<(u64, u64)>> = vec![None; size];
        every_table(rows, columns, many as u64, &mut Vec::new(), &mut |inner| {
            let counts = with_margins(rows, columns, inner);
            let fits = counts.iter().zip(&world.problem.tables[0].counts).zip(&pattern[0]);
            if fits.clone().all(|((a, b), shown)| !shown || a == b) {
                for (seen, count) in seen.iter_mut().zip(&counts) {
                    let (low, high) = seen.unwrap_or((*count, *count));
                    *seen = Some((low.min(*count), high.max(*count)));
                }
            }
        });
        let whole = |value: u64| Bound::At { numerator: value, denominator: 1 };
        for interval in intervals(&world.problem, &pattern, &|| false).unwrap() {
            let (low, high) = seen[interval.cell].unwrap();
            prop_assert_eq!((interval.low, interval.high), (whole(low), whole(high)));
        }
    }

    /// The number of threads changes nothing, not even how it was found.
    #[test]
    fn threads_change_nothing(drawn in proptest::collection::vec(any::<u16>(), 100..260)) {
        let (world, pattern) = world(&drawn, true);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (verdict(&world.problem, &pattern), intervals(&world.problem, &pattern, &|| false)))
        };
        prop_assert_eq!(on(1), on(2));
    }
}

/// The random worlds are of all sorts, so that the tests above say something.
#[test]
fn random_worlds_are_of_all_sorts() {
    use rand::{RngExt, SeedableRng};
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let (mut safe, mut exposed, mut networks, mut solves, mut own, mut groups, mut viewers) = (0, 0, 0, 0, 0, 0, 0);
    for _ in 0..400 {
        let drawn: Vec<u16> = (0..260).map(|_| dice.random()).collect();
        let (world, pattern) = world(&drawn, true);
        let verdict = verdict(&world.problem, &pattern);
        safe += usize::from(verdict.exposures.is_empty() && verdict.tally.conditions > 0);
        exposed += usize::from(!verdict.exposures.is_empty());
        networks += verdict.tally.networks;
        solves += verdict.tally.solves;
        own += verdict.tally.by_own;
        groups += verdict.exposures.iter().filter(|exposure| matches!(exposure.kind, Kind::Group { .. })).count();
        viewers += verdict.exposures.iter().filter(|exposure| exposure.viewer.is_some()).count();
        assert_eq!((verdict.tally.refused, verdict.tally.unverified), (0, 0));
    }
    let all = [safe, exposed, networks, solves, own, groups, viewers];
    assert!(all.iter().all(|times| *times > 10), "{all:?}");
}

#[test]
fn no_time_is_no_verdict() {
    let world = World::new(&[2, 2]).matrix(&[&[1, 9], &[9, 9]]).table(&[0, 1], 5);
    assert_eq!(audit(&world.problem, &world.without(&[(0, 0)]), &|| true), Err(Stopped::TimeUp));
}

fn every_table(rows: usize, columns: usize, left: u64, inner: &mut Vec<u64>, seen: &mut dyn FnMut(&[u64])) {
    if inner.len() + 1 == rows * columns {
        inner.push(left);
        seen(inner);
        inner.pop();
        return;
    }
    for value in 0..=left {
        inner.push(value);
        every_table(rows, columns, left - value, inner, seen);
        inner.pop();
    }
}

fn with_margins(rows: usize, columns: usize, inner: &[u64]) -> Vec<u64> {
    let mut counts = Vec::new();
    for row in 0..rows {
        counts.extend(&inner[row * columns..(row + 1) * columns]);
        counts.push(inner[row * columns..(row + 1) * columns].iter().sum());
    }
    for column in 0..=columns {
        counts.push((0..rows).map(|row| counts[row * (columns + 1) + column]).sum());
    }
    counts
}
