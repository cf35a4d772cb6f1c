//! Rounded tables, looked at from outside: multiples, sums, distance.

use super::{BASE, bound, round};
use crate::disclosure::build::{Wish, people as counted, problem};
use crate::disclosure::grid::Grid;
use crate::disclosure::problem::{Axis, CountTable, Problem, Relation, Showing};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn rounded(problem: &Problem) -> Vec<Vec<u64>> {
    let known: Vec<Vec<Option<u64>>> = problem.tables.iter().map(|table| vec![None; table.counts.len()]).collect();
    round(problem, &known, &|| false).unwrap()
}

/// A table that is shown.
fn wish(axes: &[usize]) -> Wish {
    Wish { name: "t".to_owned(), axes: axes.to_vec(), at: Vec::new(), drempel: 0, klasse: None, showing: Showing::Open }
}

/// Persons over up to four axes, in one to three tables.
fn problems() -> impl Strategy<Value = Problem> {
    prop::collection::vec(2..=5usize, 1..=4).prop_flat_map(|sizes| {
        let axes = sizes.len();
        let cells: usize = sizes.iter().product();
        let counts = prop::collection::vec(prop_oneof![2 => Just(0usize), 2 => 1..=4usize, 2 => 5..=40usize], cells);
        let tables = prop::collection::vec(prop::collection::btree_set(0..axes, 1..=axes.min(3)), 1..=3);
        (Just(sizes), counts, tables).prop_map(|(sizes, counts, tables)| {
            let (mut people, mut possible) = (Vec::new(), BTreeSet::new());
            for (cell, count) in counts.iter().enumerate() {
                let mut rest = cell;
                let mut at = |size: &usize| {
                    let value = rest % size;
                    rest /= size;
                    value
                };
                let place: Vec<usize> = sizes.iter().map(&mut at).collect();
                people.extend(std::iter::repeat_n(place.clone(), *count));
                possible.insert(place);
            }
            let wishes: Vec<Wish> = tables.iter().map(|axes| wish(&axes.iter().copied().collect::<Vec<_>>())).collect();
            let named = sizes.iter().enumerate().map(|(at, size)| Axis { name: format!("a{at}"), size: *size });
            let relation = Relation { axes: (0..sizes.len()).collect(), possible };
            problem(named.collect(), vec![relation], &wishes, &counted(people)).unwrap()
        })
    })
}

/// Every cell that counts the same persons, in whatever table.
fn by_place(problem: &Problem, tables: &[Vec<u64>]) -> BTreeMap<Vec<(usize, usize)>, BTreeSet<u64>> {
    let mut found: BTreeMap<_, BTreeSet<u64>> = BTreeMap::new();
    for (table, rounded) in problem.tables.iter().zip(tables) {
        let grid = Grid::of(problem, table);
        for (cell, value) in rounded.iter().enumerate() {
            found.entry(grid.place(table, cell)).or_default().insert(*value);
        }
    }
    found
}

fn adds_up(problem: &Problem, table: &CountTable, rounded: &[u64]) -> bool {
    let grid = Grid::of(problem, table);
    (0..rounded.len()).all(|cell| {
        let position = grid.position(cell);
        (0..position.len())
            .filter(|at| position[*at] == grid.sizes[*at])
            .all(|at| grid.along(&position, at).map(|part| rounded[part]).sum::<u64>() == rounded[cell])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_a_multiple_and_parts_add_up(problem in problems()) {
        let shown: Vec<CountTable> = problem.tables.iter().filter(|table| table.showing[0] == Showing::Open).cloned().collect();
        let known: Vec<Vec<Option<u64>>> = problem.tables.iter().map(|table| vec![None; table.counts.len()]).collect();
        // Several tables over the same cells may have no common form: then nothing leaves.
        let Ok(tables) = round(&problem, &known, &|| false) else { prop_assert!(shown.len() > 1); return Ok(()) };
        prop_assert_eq!(&tables, &round(&problem, &known, &|| false).unwrap(), "niet steeds hetzelfde");
        for (table, rounded) in shown.iter().zip(&tables) {
            prop_assert!(rounded.iter().all(|value| value % BASE == 0));
            prop_assert!(adds_up(&problem, table, rounded), "{:?} van {:?}", rounded, table.counts);
            let grid = Grid::of(&problem, table);
            let told = bound(table.counts.iter(), rounded.iter());
            for (cell, (value, truth)) in rounded.iter().zip(&table.counts).enumerate() {
                let position = grid.position(cell);
                let inner = position.iter().zip(&grid.sizes).all(|(value, size)| value < size);
                prop_assert!(value.abs_diff(*truth) <= told);
                prop_assert!(!inner || *truth >= BASE || [0, BASE].contains(value), "{} werd {}", truth, value);
                prop_assert!(*truth > 0 || *value == 0);
                // One table of one or two dimensions is a network: every number goes to a multiple beside it.
                prop_assert!(shown.len() > 1 || table.axes.len() > 2 || value.abs_diff(*truth) < BASE);
            }
        }
        let open = Problem { tables: shown, ..problem.clone() };
        prop_assert!(by_place(&open, &tables).values().all(|values| values.len() == 1), "twee tabellen spreken elkaar tegen");
    }
}

/// Four persons are a cell of one table and a total of one and three in the other: both of those to five would make
/// them ten, which comes closest in the finer table alone.
#[test]
fn a_small_cell_that_another_table_splits_stays_small() {
    let counts = [[[1, 3], [23, 1]], [[18, 3], [22, 18]], [[0, 0], [0, 0]], [[21, 39], [0, 0]]];
    let cells = counts.iter().enumerate().flat_map(|(a, rows)| {
        rows.iter()
            .enumerate()
            .flat_map(move |(b, row)| row.iter().enumerate().map(move |(c, count)| ([a, b, c], count)))
    });
    let people = cells.flat_map(|(place, count)| std::iter::repeat_n(place.to_vec(), *count)).collect::<Vec<_>>();
    let axes = ["a", "b", "c"].into_iter().zip([4, 2, 2]).map(|(name, size)| Axis { name: name.to_owned(), size });
    let problem = problem(axes.collect(), Vec::new(), &[wish(&[0, 2]), wish(&[0, 1, 2])], &counted(people)).unwrap();
    let tables = rounded(&problem);
    assert_eq!(problem.tables[0].counts[1], 4);
    assert!([0, BASE].contains(&tables[0][1]), "4 werd {}", tables[0][1]);
    assert_eq!(tables[1][7], tables[0][1]);
}

#[test]
fn what_was_rounded_before_stays() {
    let people: Vec<Vec<usize>> = (0..77).map(|person| vec![person % 4, person * person % 3]).collect();
    let axes = vec![Axis { name: "a".to_owned(), size: 4 }, Axis { name: "b".to_owned(), size: 3 }];
    let problem = problem(axes, Vec::new(), &[wish(&[0, 1]), wish(&[0])], &counted(people)).unwrap();
    let fresh = rounded(&problem);
    // The other way for the first number that has one.
    let at = (0..4).find(|at| !problem.tables[1].counts[*at].is_multiple_of(BASE)).unwrap();
    let truth = problem.tables[1].counts[at];
    let other = if fresh[1][at] > truth { fresh[1][at] - BASE } else { fresh[1][at] + BASE };
    let mut known: Vec<Vec<Option<u64>>> = problem.tables.iter().map(|table| vec![None; table.counts.len()]).collect();
    known[1][at] = Some(other);
    let again = round(&problem, &known, &|| false).unwrap();
    assert_eq!(again[1][at], other);
    assert_eq!(again[0][at * 4 + 3], other);
    assert!(adds_up(&problem, &problem.tables[0], &again[0]));
}
