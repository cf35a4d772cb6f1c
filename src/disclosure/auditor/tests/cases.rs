//! Cases worked out by hand.

use std::collections::BTreeSet;

use super::super::{Bound, Exposure, Kind, Stopped, audit, intervals};
use super::world::{World, verdict};

fn cell(table: usize, cell: usize, kind: Kind) -> Exposure {
    Exposure { viewer: None, table, cells: vec![cell], kind }
}

fn at(numerator: u64) -> Bound {
    Bound::At { numerator, denominator: 1 }
}

/// Two by two: cells 0 1 |2, 3 4 |5, totals 6 7 |8.
fn two_by_two() -> World {
    World::new(&[2, 2]).matrix(&[&[1, 9], &[9, 9]]).table(&[0, 1], 5)
}

#[test]
fn what_is_published_is_exposed() {
    let (low, high) = (cell(0, 0, Kind::Low), cell(0, 0, Kind::High));
    assert_eq!(two_by_two().audit(&[]), [low, high]);
}

#[test]
fn one_withheld_cell_follows_from_its_margins() {
    let (low, high) = (cell(0, 0, Kind::Low), cell(0, 0, Kind::High));
    assert_eq!(two_by_two().audit(&[(0, 0)]), [low.clone(), high.clone()]);
    // Withholding its row as well leaves the column.
    assert_eq!(two_by_two().audit(&[(0, 0), (0, 1)]), [low, high]);
}

#[test]
fn four_withheld_cells_are_safe() {
    assert_eq!(two_by_two().audit(&[(0, 0), (0, 1), (0, 3), (0, 4)]), []);
}

/// With a 3 beside it, it cannot reach 5.
#[test]
fn the_upper_end_counts_too() {
    let world = World::new(&[2, 2]).matrix(&[&[1, 3], &[9, 9]]).table(&[0, 1], 5);
    let withheld = [(0, 0), (0, 1), (0, 3), (0, 4)];
    let total = [cell(0, 2, Kind::Low), cell(0, 2, Kind::High)];
    let inner = [cell(0, 0, Kind::High), cell(0, 1, Kind::High)];
    assert_eq!(world.audit(&withheld), [inner, total].concat());
    // With one more in the row it just can, and the row is no longer small.
    let world = World::new(&[2, 2]).matrix(&[&[1, 4], &[9, 9]]).table(&[0, 1], 5);
    assert_eq!(world.audit(&withheld), []);
}

#[test]
fn a_small_neighbour_holds_the_lower_end() {
    // To empty the 4, the 1 across would have to give 4.
    let world = World::new(&[2, 2]).matrix(&[&[4, 9], &[9, 1]]).table(&[0, 1], 5);
    assert_eq!(world.audit(&[(0, 0), (0, 1), (0, 3), (0, 4)]), [cell(0, 0, Kind::Low)]);
}

/// Each of two tables hides a cell safely by itself; their shared margin gives it away.
#[test]
fn a_shared_margin_gives_away() {
    // By area and a, by area and b; area totals withheld in the first, published in the second.
    let world = World::new(&[2, 2, 2])
        .persons(2, &[0, 0, 0])
        .persons(7, &[0, 1, 1])
        .persons(20, &[1, 0, 0])
        .persons(20, &[1, 1, 1])
        .table(&[0, 1], 5)
        .table(&[0, 2], 0);
    // First table: the cell and its row's total; the total of all and the column withheld as well.
    let withheld = [(0, 0), (0, 2), (0, 6), (0, 8)];
    let mut alone = world.problem.clone();
    alone.tables.truncate(1);
    assert_eq!(verdict(&alone, &world.without(&withheld)).exposures, []);
    let exposed = [cell(0, 0, Kind::Low), cell(0, 0, Kind::High)];
    assert_eq!(world.audit(&withheld), exposed);
    // Withheld in the second as well, the area's total still follows from what it consists of there.
    let both = [withheld.as_slice(), &[(1, 2), (1, 8)]].concat();
    assert_eq!(world.audit(&both), exposed);
}

/// AB, BC and CA, each with inner cells withheld: only that one cross-classification has all three
/// says what the first cell is. Pairwise agreement would allow it to be anything.
#[test]
fn only_the_cross_classification_exposes() {
    let mut found = None;
    for people in every_small_population() {
        let mut world = World::new(&[2, 2, 2]);
        for (at, many) in people.iter().enumerate() {
            world = world.persons(*many, &[at / 4, at / 2 % 2, at % 2]);
        }
        let world = world.table(&[0, 1], 3).table(&[1, 2], 0).table(&[0, 2], 0);
        // The first table shows only its margins, the others all.
        let withheld = [(0, 0), (0, 1), (0, 3), (0, 4)];
        let joint = world.audit(&withheld);
        if joint.is_empty() || world.problem.tables[0].counts[0] == 0 {
            continue;
        }
        // Each pair of tables is acyclic: there the first table is safe.
        let safe = [1, 2].iter().all(|gone| {
            let mut problem = world.problem.clone();
            let mut pattern = world.without(&withheld);
            problem.tables.remove(*gone);
            pattern.remove(*gone);
            verdict(&problem, &pattern).exposures.is_empty()
        });
        if safe {
            assert_eq!(
                joint.iter().cloned().collect::<BTreeSet<_>>(),
                super::oracle::exposures(&world.problem, &world.without(&withheld))
            );
            found = Some(people);
            break;
        }
    }
    assert!(found.is_some());
}

fn every_small_population() -> impl Iterator<Item = Vec<usize>> {
    (0..4usize.pow(8)).map(|code| (0..8).map(|at| code / 4usize.pow(at) % 4).collect())
}

/// All six cells withheld: the 2 can go down only against the cell (1, 0), up only against (2, 0).
const SIX: [&[usize]; 3] = [&[2, 18], &[0, 9], &[9, 0]];
const SIX_WITHHELD: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 3), (0, 4), (0, 6), (0, 7)];

#[test]
fn an_impossible_cell_gives_away() {
    let world = World::new(&[3, 2]).matrix(&SIX).table(&[0, 1], 5);
    assert_eq!(world.audit(&SIX_WITHHELD), []);
    let possible: [&[usize]; 5] = [&[0, 0], &[0, 1], &[1, 1], &[2, 0], &[2, 1]];
    let world = World::new(&[3, 2]).matrix(&SIX).relation(&[0, 1], &possible).table(&[0, 1], 5);
    assert_eq!(world.audit(&SIX_WITHHELD), [cell(0, 0, Kind::Low)]);
}

/// The same, said by two relations through an axis that no table has.
#[test]
fn relations_are_read_together() {
    let mut world = World::new(&[3, 2, 2])
        .relation(&[0, 2], &[&[0, 0], &[1, 1], &[2, 0]])
        .relation(&[1, 2], &[&[0, 0], &[1, 0], &[1, 1]]);
    for (row, counts) in SIX.iter().enumerate() {
        for (column, many) in counts.iter().enumerate() {
            world = world.persons(*many, &[row, column, usize::from(row == 1)]);
        }
    }
    assert_eq!(world.table(&[0, 1], 5).audit(&SIX_WITHHELD), [cell(0, 0, Kind::Low)]);
}

/// A relation between axes of two tables, in neither of them both.
#[test]
fn a_relation_across_tables_gives_away() {
    // By 0 and by 2, one axis each: with the relation value 0 of the one is value 0 of the other.
    let build = |related: bool| {
        let world = World::new(&[3, 3]).persons(2, &[0, 0]).persons(30, &[1, 1]).persons(30, &[2, 2]);
        let world = if related { world.relation(&[0, 1], &[&[0, 0], &[1, 1], &[2, 2], &[1, 2]]) } else { world };
        world.table(&[0], 5).table(&[1], 0)
    };
    assert_eq!(build(false).audit(&[(0, 0), (0, 1)]), []);
    assert_eq!(build(true).audit(&[(0, 0), (0, 1)]), [cell(0, 0, Kind::Low), cell(0, 0, Kind::High)]);
}

#[test]
fn a_group_in_one_klasse_is_exposed() {
    // Everybody of row 0 is in klasse 1, and the zeros are published.
    let world = World::new(&[2, 3]).matrix(&[&[0, 20, 0], &[10, 10, 10]]).table(&[0, 1], 5).klasse(1);
    assert_eq!(world.audit(&[]), [cell(0, 3, Kind::Group { klasse: 1 })]);
    // Withholding the zeros and their like below makes at least five others possible.
    assert_eq!(world.audit(&[(0, 0), (0, 1), (0, 4), (0, 5)]), []);
    // As long as they are as many as the threshold: 4 are not.
    let world = World::new(&[2, 3]).matrix(&[&[0, 20, 0], &[4, 10, 10]]).table(&[0, 1], 5).klasse(1);
    let exposed = world.audit(&[(0, 0), (0, 1), (0, 4), (0, 5)]);
    assert!(exposed.contains(&cell(0, 3, Kind::Group { klasse: 1 })));
}

#[test]
fn a_group_that_can_be_nothing_else_is_exempt() {
    let world = World::new(&[2, 2])
        .matrix(&[&[20, 0], &[20, 20]])
        .relation(&[0, 1], &[&[0, 0], &[1, 0], &[1, 1]])
        .table(&[0, 1], 5)
        .klasse(1);
    assert_eq!(world.audit(&[]), []);
}

/// Safe for anybody, but who knows its own row's first cell sees through it.
#[test]
fn a_viewer_sees_through() {
    let world = two_by_two().viewer((0, 1), 1, &[0]);
    let withheld = [(0, 0), (0, 1), (0, 3), (0, 4)];
    let exposed = world.audit(&withheld);
    let viewer = |kind| Exposure { viewer: Some(0), table: 0, cells: vec![0], kind };
    assert_eq!(exposed, [viewer(Kind::Low), viewer(Kind::High)]);
}

#[test]
fn what_a_viewer_knows_by_design_is_exempt_for_it() {
    let world = two_by_two().viewer((0, 0), 1, &[0]);
    let withheld = [(0, 0), (0, 1), (0, 3), (0, 4)];
    assert_eq!(world.audit(&withheld), []);
    // For anybody it is not.
    assert_eq!(world.audit(&[]), [cell(0, 0, Kind::Low), cell(0, 0, Kind::High)]);
}

#[test]
fn a_secret_sum_is_exposed() {
    // No cell is small, but the secret is about two that are.
    let world = World::new(&[3, 2]).matrix(&[&[1, 9], &[2, 9], &[9, 9]]).table(&[0, 1], 0).secret(0, &[0, 3], 5);
    let secret = |kind| Exposure { viewer: None, table: 0, cells: vec![0, 3], kind };
    // Withheld among themselves their sum stands.
    let exposed = world.audit(&[(0, 0), (0, 1), (0, 3), (0, 4)]);
    assert_eq!(exposed, [secret(Kind::SecretLow), secret(Kind::SecretHigh)]);
    // With a third pair it does not.
    assert_eq!(world.audit(&[(0, 0), (0, 1), (0, 3), (0, 4), (0, 6), (0, 7)]), []);
}

/// An earlier release counted fewer persons: what lies between must not be small.
#[test]
fn a_difference_of_populations_is_exposed() {
    // Axis 0: counted before or only now. Both tables by axis 1, all published.
    let world = World::new(&[2, 2]).matrix(&[&[20, 30], &[2, 8]]).table_at(&[1], &[(0, 0)], 5).table(&[1], 5).table_at(
        &[1],
        &[(0, 1)],
        5,
    );
    // The third table is nobody's release; it stands for the persons between.
    let between = [(2, 0), (2, 1), (2, 2)];
    assert_eq!(world.audit(&between), [cell(2, 0, Kind::Low), cell(2, 0, Kind::High)]);
    // Without the inner cells of the first only the total of the difference is known.
    let more = [(0, 0), (0, 1), (2, 0), (2, 1), (2, 2)];
    assert_eq!(world.audit(&more), []);
}

#[test]
fn intervals_are_exact() {
    let world = two_by_two();
    let found = intervals(&world.problem, &world.without(&[(0, 0), (0, 1), (0, 3), (0, 4)]), &|| false).unwrap();
    let ends: Vec<_> = found.iter().map(|interval| (interval.cell, interval.low, interval.high)).collect();
    assert_eq!(ends, [(0, at(0), at(10)), (1, at(0), at(10)), (3, at(0), at(10)), (4, at(8), at(18))]);
    let found = intervals(&world.problem, &world.without(&[(0, 0), (0, 2), (0, 6), (0, 8)]), &|| false).unwrap();
    let ends: Vec<_> = found.iter().map(|interval| (interval.cell, interval.low, interval.high)).collect();
    let open = |cell, low| (cell, at(low), Bound::Unbounded);
    assert_eq!(ends, [open(0, 0), open(2, 9), open(6, 9), open(8, 27)]);
}

#[test]
fn tables_that_contradict_one_another_get_no_verdict() {
    let mut world = two_by_two();
    world.problem.tables[0].counts[8] = 30;
    assert_eq!(audit(&world.problem, &world.without(&[]), &|| false), Err(Stopped::Contradiction));
    assert_eq!(intervals(&world.problem, &world.without(&[]), &|| false), Err(Stopped::Contradiction));
    world.problem.tables[0].counts.pop();
    assert_eq!(audit(&world.problem, &world.without(&[]), &|| false), Err(Stopped::Contradiction));
}

/// What a pattern leaves out counts as published.
#[test]
fn a_short_pattern_hides_nothing() {
    let world = two_by_two();
    let exposed = verdict(&world.problem, &Vec::new()).exposures;
    assert_eq!(exposed, world.audit(&[]));
}
