//! From persons to a problem: counts every table, and closes the set so that what an attacker can
//! know of the whole is known of its tables.

use super::grid::Grid;
use super::problem::{Axis, CountTable, Problem, Relation, Showing};
use std::collections::{BTreeMap, BTreeSet};

/// A table to be counted.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name.
    pub name: String,
    /// Its dimensions, as indices of axes.
    pub axes: Vec<usize>,
    /// Axes at which it stands at one value.
    pub at: Vec<(usize, usize)>,
    /// Threshold; 0 for none.
    pub drempel: u64,
    /// Position of klasse among its dimensions, where the group condition holds.
    pub klasse: Option<usize>,
    /// Whether its cells may be shown.
    pub showing: Showing,
}

/// Cells of one table above which nothing is tried.
pub const MOST_CELLS: usize = 100_000;

/// A table that would be too large to protect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The axes of the table.
    pub axes: Vec<usize>,
}

/// How many persons are at each combination of one value per axis.
pub type People = BTreeMap<Vec<usize>, u64>;

/// Counts persons by their combination of values.
#[must_use]
pub fn people(each: impl IntoIterator<Item = Vec<usize>>) -> People {
    let mut people = People::new();
    for place in each {
        *people.entry(place).or_default() += 1;
    }
    people
}

/// Counts the tables over persons and adds the hidden cross-classifications without which the set
/// would look safer than it is.
///
/// # Errors
/// [`TooLarge`].
pub fn problem(
    axes: Vec<Axis>,
    relations: Vec<Relation>,
    wishes: &[Wish],
    people: &People,
) -> Result<Problem, TooLarge> {
    let mut problem = Problem { axes, relations, ..Problem::default() };
    let hidden = hidden(&problem.axes, &problem.relations, wishes);
    let hidden = hidden.into_iter().map(|axes| Wish {
        name: String::new(),
        axes: axes.into_iter().collect(),
        at: Vec::new(),
        drempel: 0,
        klasse: None,
        showing: Showing::Hidden,
    });
    for wish in wishes.iter().cloned().chain(hidden) {
        let counts = count(&problem.axes, &wish, people)?;
        problem.tables.push(CountTable {
            name: wish.name,
            axes: wish.axes,
            at: wish.at,
            showing: vec![wish.showing; counts.len()],
            counts,
            drempel: wish.drempel,
            klasse: wish.klasse,
        });
    }
    Ok(problem)
}

/// Every combination with the total last in each dimension, the last dimension fastest.
fn count(axes: &[Axis], wish: &Wish, people: &People) -> Result<Vec<u64>, TooLarge> {
    let sizes: Vec<usize> = wish.axes.iter().filter_map(|axis| axes.get(*axis)).map(|axis| axis.size).collect();
    let cells = sizes.iter().try_fold(1usize, |cells, size| cells.checked_mul(size + 1));
    let cells = cells.filter(|cells| *cells <= MOST_CELLS).ok_or_else(|| TooLarge { axes: wish.axes.clone() })?;
    let grid = Grid { sizes };
    let mut counts = vec![0u64; cells];
    for (person, persons) in people {
        let value = |axis: usize| person.get(axis).copied();
        if wish.at.iter().any(|(axis, at)| value(*axis) != Some(*at)) {
            continue;
        }
        let own = wish.axes.iter().zip(&grid.sizes).map(|(axis, size)| value(*axis).filter(|own| own < size));
        let Some(position) = own.collect::<Option<Vec<usize>>>() else { continue };
        for cell in grid.within(&position) {
            if let Some(count) = counts.get_mut(cell) {
                *count += persons;
            }
        }
    }
    Ok(counts)
}

/// The hidden tables that make the linked margins say all that is known: where the sets of axes form
/// no acyclic hypergraph, agreeing margins need not come from one table of counts that are not
/// negative, and an attacker knows that they do (Vorob'ev 1962; Lauritzen 1996, 2.1).
fn hidden(axes: &[Axis], relations: &[Relation], wishes: &[Wish]) -> Vec<BTreeSet<usize>> {
    let of = |wish: &Wish| wish.axes.iter().chain(wish.at.iter().map(|(axis, _)| axis)).copied().collect();
    let tables: Vec<BTreeSet<usize>> = wishes.iter().map(of).collect();
    let used: BTreeSet<usize> = tables.iter().flatten().copied().collect();
    let mut edges = tables.clone();
    let mut extra = Vec::new();
    for relation in relations {
        let own: Vec<usize> = relation.axes.iter().filter(|axis| used.contains(axis)).copied().collect();
        if !implied(relation, &own, &edges) {
            let edge: BTreeSet<usize> = own.into_iter().collect();
            edges.push(edge.clone());
            extra.push(edge);
        }
    }
    if !acyclic(edges) {
        extra = vec![used];
    }
    extra
        .retain(|edge| !tables.iter().any(|table| edge.is_subset(table)) && edge.iter().all(|axis| *axis < axes.len()));
    extra
}

/// Whether what a relation leaves possible on the sets of axes says all that it says.
fn implied(relation: &Relation, own: &[usize], edges: &[BTreeSet<usize>]) -> bool {
    let whole = relation.project(own);
    let mut joined: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new()];
    let mut covered: BTreeSet<usize> = BTreeSet::new();
    for edge in edges {
        let here: Vec<usize> = own.iter().filter(|axis| edge.contains(axis)).copied().collect();
        if here.iter().all(|axis| covered.contains(axis)) && here.len() < 2 {
            continue;
        }
        let parts = relation.project(&here);
        let mut longer = Vec::new();
        for start in &joined {
            for part in &parts {
                let agrees =
                    here.iter().zip(part).all(|(axis, value)| start.get(axis).is_none_or(|known| known == value));
                if agrees {
                    let mut next = start.clone();
                    next.extend(here.iter().copied().zip(part.iter().copied()));
                    longer.push(next);
                }
            }
            if longer.len() > MOST_CELLS {
                return false;
            }
        }
        covered.extend(here);
        joined = longer;
    }
    joined.len() == whole.len()
}

/// Graham's reduction: an acyclic hypergraph falls apart by dropping axes of one set only and sets
/// inside another.
fn acyclic(mut edges: Vec<BTreeSet<usize>>) -> bool {
    loop {
        let before: usize = edges.iter().map(|edge| edge.len() + 1).sum();
        let mut uses: BTreeMap<usize, usize> = BTreeMap::new();
        for axis in edges.iter().flatten() {
            *uses.entry(*axis).or_default() += 1;
        }
        for edge in &mut edges {
            edge.retain(|axis| uses.get(axis).is_some_and(|uses| *uses > 1));
        }
        let old = std::mem::take(&mut edges);
        for (at, edge) in old.iter().enumerate() {
            let inside = old
                .iter()
                .enumerate()
                .any(|(other, wider)| other != at && edge.is_subset(wider) && (edge != wider || other < at));
            if !inside {
                edges.push(edge.clone());
            }
        }
        let after: usize = edges.iter().map(|edge| edge.len() + 1).sum();
        if edges.iter().all(BTreeSet::is_empty) {
            return true;
        }
        if after == before {
            return false;
        }
    }
}
