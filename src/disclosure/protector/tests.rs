//! The protector against the auditor, which shares no code with it.

use super::{Unprotected, protect};
use crate::disclosure::auditor::audit;
use crate::disclosure::build::{Wish, people as counted, problem};
use crate::disclosure::problem::{Axis, Insight, Pattern, Problem, Relation, Showing, Viewer};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn wish(axes: &[usize], drempel: u64, klasse: Option<usize>) -> Wish {
    Wish { name: "t".to_owned(), axes: axes.to_vec(), at: Vec::new(), drempel, klasse, showing: Showing::Open }
}

fn axes(sizes: &[usize]) -> Vec<Axis> {
    sizes.iter().enumerate().map(|(at, size)| Axis { name: format!("a{at}"), size: *size }).collect()
}

fn exposed(problem: &Problem, pattern: &Pattern) -> usize {
    audit(problem, pattern, &|| false).unwrap().exposures.len()
}

/// Everything that the release decides withheld.
fn nothing(problem: &Problem) -> Pattern {
    problem.tables.iter().map(|table| table.showing.iter().map(|cell| *cell == Showing::Known).collect()).collect()
}

/// Random persons over one to four axes, with zeros that everyone knows, one axis inside another, small
/// groups, one to three tables that share axes, and sometimes a recipient who knows more.
fn problems() -> impl Strategy<Value = Problem> {
    let sizes = prop::collection::vec(2..=4usize, 1..=4);
    (sizes, 3..=6u64, any::<bool>(), any::<bool>(), 0..4u8).prop_flat_map(|(sizes, drempel, nested, viewer, groups)| {
        let count = sizes.len();
        let cells: usize = sizes.iter().product();
        let counts =
            prop::collection::vec(prop_oneof![3 => Just(0u64), 2 => 1..=2u64, 2 => 3..=7u64, 2 => 8..=30u64], cells);
        let impossible = prop::collection::vec(prop::bool::weighted(0.1), cells);
        let tables = prop::collection::vec(prop::collection::btree_set(0..count, 1..=count.min(3)), 1..=3);
        (Just(sizes), Just(drempel), Just((nested, viewer, groups)), counts, impossible, tables).prop_map(
            |(sizes, drempel, (nested, viewer, groups), counts, impossible, tables)| {
                let (mut people, mut possible) = (Vec::new(), BTreeSet::new());
                for (cell, (count, impossible)) in counts.iter().zip(&impossible).enumerate() {
                    let mut rest = cell;
                    let mut place: Vec<usize> = sizes
                        .iter()
                        .map(|size| {
                            let at = rest % size;
                            rest /= size;
                            at
                        })
                        .collect();
                    if nested && place.len() > 1 {
                        // The second axis is a rougher form of the first.
                        place[1] = place[0] * sizes[1] / sizes[0];
                    }
                    if !impossible {
                        people.extend(std::iter::repeat_n(place.clone(), usize::try_from(*count).unwrap()));
                        possible.insert(place);
                    }
                }
                let relation = Relation { axes: (0..sizes.len()).collect(), possible };
                let wishes: Vec<Wish> = tables
                    .iter()
                    .map(|table| {
                        let table: Vec<usize> = table.iter().copied().collect();
                        // A quarter without the group condition.
                        let klasse = (groups > 0).then(|| table.iter().position(|axis| *axis == 0)).flatten();
                        wish(&table, drempel, klasse)
                    })
                    .collect();
                let mut problem = problem(axes(&sizes), vec![relation], &wishes, &counted(people)).unwrap();
                if viewer && sizes.len() > 1 {
                    let klassen = (0, BTreeSet::from([sizes[0] - 1]));
                    let knows = vec![Insight { gemeente: (1, 0), klassen }];
                    problem.viewers.push(Viewer { name: "v".to_owned(), knows });
                }
                problem
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2500, max_shrink_iters: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// CONTRACT, "Disclosure guarantee": nothing small can be computed from what is published; and when
    /// the protector gives up, it is right to.
    #[test]
    fn nothing_is_exposed(problem in problems()) {
        match protect(&problem, &|| false) {
            Ok(pattern) => {
                prop_assert_eq!(exposed(&problem, &pattern), 0, "patroon {:?}", pattern);
                for (table, shown) in problem.tables.iter().zip(&pattern) {
                    for ((count, shown), showing) in table.counts.iter().zip(shown).zip(&table.showing) {
                        prop_assert!(!(*shown && *showing == Showing::Open && (1..table.drempel).contains(count)));
                    }
                }
                prop_assert_eq!(protect(&problem, &|| false).unwrap(), pattern, "niet steeds hetzelfde");
            }
            Err(fault) => {
                prop_assert_eq!(fault, Unprotected::Impossible);
                prop_assert!(exposed(&problem, &nothing(&problem)) > 0, "ten onrechte opgegeven");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Three tables, each sharing an axis with each other one: margins that agree need not come from counts
    /// that are not negative, and an attacker knows that they do.
    #[test]
    fn a_ring_of_tables_is_protected_as_a_whole(
        sizes in prop::collection::vec(2..=3usize, 3),
        counts in prop::collection::vec(prop_oneof![2 => Just(0usize), 1 => 1..=3usize, 3 => 4..=20usize], 27),
    ) {
        let mut people = Vec::new();
        for (cell, count) in counts.iter().enumerate() {
            let place = vec![cell % 3, cell / 3 % 3, cell / 9];
            if place.iter().zip(&sizes).all(|(value, size)| value < size) {
                people.extend(std::iter::repeat_n(place, *count));
            }
        }
        let ring = [wish(&[0, 1], 4, None), wish(&[1, 2], 4, None), wish(&[0, 2], 4, None)];
        let problem = problem(axes(&sizes), Vec::new(), &ring, &counted(people)).unwrap();
        if let Ok(pattern) = protect(&problem, &|| false) {
            prop_assert_eq!(exposed(&problem, &pattern), 0);
        }
    }
}

/// The counter-example of linked tables, each region inside a county and inside a group: protecting the
/// two tables in turns withholds what each needs and leaves a region to be computed.
#[test]
fn linked_tables_that_are_unsafe_in_turns_are_protected_together() {
    let regions = [(0, 0, 2), (0, 0, 2), (0, 0, 8), (0, 0, 8), (1, 0, 3), (1, 1, 3), (1, 1, 3), (1, 0, 7)];
    let place = |(at, (county, group, _)): (usize, &(usize, usize, usize))| vec![at, *county, *group];
    let possible: BTreeSet<Vec<usize>> = regions.iter().enumerate().map(place).collect();
    let person = |(at, region): (usize, &(usize, usize, usize))| std::iter::repeat_n(place((at, region)), region.2);
    let people: Vec<Vec<usize>> = regions.iter().enumerate().flat_map(person).collect();
    let relation = Relation { axes: vec![0, 1, 2], possible };
    let both = [wish(&[0, 1], 5, None), wish(&[0, 2], 5, None)];
    let problem = problem(axes(&[8, 2, 2]), vec![relation], &both, &counted(people)).unwrap();
    let pattern = protect(&problem, &|| false).unwrap();
    assert_eq!(exposed(&problem, &pattern), 0);
    // Only the small ones withheld, or those and one more for the counties or for the groups alone:
    // something shows. With one more for each (J and N) nothing does.
    for (also, safe) in [(&[][..], false), (&[2], false), (&[7], false), (&[3, 7], true)] {
        let mut pattern = pattern.clone();
        for at in 0..8 {
            let small = regions[at].2 < 5;
            for table in &mut pattern[..2] {
                for value in 0..3 {
                    table[at * 3 + value] = !(small || also.contains(&at));
                    table[8 * 3 + value] = true;
                }
            }
        }
        assert_eq!(exposed(&problem, &pattern) == 0, safe, "{also:?}");
    }
}

/// What the clean-up leaves is needed: every secondary cell of a table that is published after all is seen
/// by the auditor, and so is every primary one, and a threshold that is one too low.
#[test]
fn nothing_more_can_be_published() {
    let mut tried = [0; 3];
    for seed in 0..40u64 {
        // Counts that spread over small and large without any library's dice.
        let count = |cell: u64| (seed * 31 + cell * cell * 17 + cell * 7) % 23 * ((seed + cell) % 3);
        let people: Vec<Vec<usize>> = (0..40u64)
            .flat_map(|cell| {
                let place = vec![usize::try_from(cell / 5).unwrap(), usize::try_from(cell % 5).unwrap()];
                std::iter::repeat_n(place, usize::try_from(count(cell)).unwrap())
            })
            .collect();
        let people = counted(people);
        let two_way =
            |drempel| problem(axes(&[8, 5]), Vec::new(), &[wish(&[0, 1], drempel, Some(1))], &people).unwrap();
        let of_five = two_way(5);
        let pattern = protect(&of_five, &|| false).unwrap();
        assert_eq!(exposed(&of_five, &pattern), 0, "{seed}");
        for cell in (0..pattern[0].len()).filter(|cell| !pattern[0][*cell]) {
            let mut more = pattern.clone();
            more[0][cell] = true;
            let primary = (1..5).contains(&of_five.tables[0].counts[cell]);
            tried[usize::from(primary)] += 1;
            assert!(exposed(&of_five, &more) > 0, "{seed}: cel {cell} kan ook");
        }
        let too_low = protect(&two_way(4), &|| false).unwrap();
        if of_five.tables[0].counts.iter().zip(&too_low[0]).any(|(count, shown)| *count == 4 && *shown) {
            tried[2] += 1;
            assert!(exposed(&of_five, &too_low) > 0, "{seed}");
        }
    }
    assert!(tried.iter().all(|times| *times > 10), "{tried:?}");
}

/// A set that takes too long is refused, never half-protected.
#[test]
fn when_the_time_is_up_there_is_no_pattern() {
    let people: Vec<Vec<usize>> = (0..30).map(|person| vec![person % 4, person % 3]).collect();
    let problem = problem(axes(&[4, 3]), Vec::new(), &[wish(&[0, 1], 5, Some(1))], &counted(people)).unwrap();
    assert_eq!(protect(&problem, &|| true), Err(Unprotected::TimeUp));
    assert!(protect(&problem, &|| false).is_ok());
}
