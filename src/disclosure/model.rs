//! The tables as one system: each different cell once, and the sums that bind them. For the
//! protector and for rounding; the auditor has its own.

use super::grid::{Grid, Place};
use super::problem::{Problem, Relation, Showing};
use std::collections::{BTreeMap, BTreeSet};

/// Cost of withholding one more cell; the persons in it come on top, and only break ties.
pub(super) const CELL: u64 = 1 << 32;

/// A cell, however many tables show it.
#[derive(Debug)]
pub(super) struct Unknown {
    /// True count.
    pub(super) value: u64,
    /// Who decides whether it is shown.
    pub(super) showing: Showing,
    /// Nobody can be in it, as anyone knows.
    pub(super) impossible: bool,
    /// Cost of withholding it.
    pub(super) cost: u64,
    /// Threshold under which it is primary, if it is.
    pub(super) primary: Option<u64>,
}

/// One sum: the first cell is the sum of the others.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) whole: usize,
    pub(super) parts: Vec<usize>,
}

/// All cells and sums of a problem.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) unknowns: Vec<Unknown>,
    pub(super) sums: Vec<Sum>,
    /// Per table, per cell: which unknown it is.
    pub(super) cells: Vec<Vec<usize>>,
    /// Per unknown its values on the axes it is not a total of.
    pub(super) places: Vec<Place>,
}

/// Which values a relation leaves possible on some of its axes.
struct Possible<'p> {
    relations: &'p [Relation],
    seen: BTreeMap<(usize, Vec<usize>), BTreeSet<Vec<usize>>>,
}

impl Possible<'_> {
    fn allows(&mut self, place: &[(usize, usize)]) -> bool {
        self.relations.iter().enumerate().all(|(number, relation)| {
            let here: Vec<(usize, usize)> =
                place.iter().filter(|(axis, _)| relation.axes.contains(axis)).copied().collect();
            if here.is_empty() {
                return true;
            }
            let axes: Vec<usize> = here.iter().map(|(axis, _)| *axis).collect();
            let projected = self.seen.entry((number, axes.clone())).or_insert_with(|| relation.project(&axes));
            projected.contains(&here.iter().map(|(_, value)| *value).collect::<Vec<_>>())
        })
    }
}

impl Model {
    pub(super) fn new(problem: &Problem) -> Self {
        let mut model = Self { unknowns: Vec::new(), sums: Vec::new(), cells: Vec::new(), places: Vec::new() };
        let mut known: BTreeMap<Place, usize> = BTreeMap::new();
        let mut possible = Possible { relations: &problem.relations, seen: BTreeMap::new() };
        // Tables that show an unknown, to leave out sums that an earlier table implies.
        let mut shown_by: Vec<BTreeSet<usize>> = Vec::new();
        for (number, table) in problem.tables.iter().enumerate() {
            let grid = Grid::of(problem, table);
            let mut cells = Vec::with_capacity(grid.len());
            for cell in 0..grid.len() {
                let place = grid.place(table, cell);
                let value = table.counts.get(cell).copied().unwrap_or(0);
                let unknown = *known.entry(place.clone()).or_insert_with(|| {
                    model.unknowns.push(Unknown {
                        value,
                        showing: Showing::Hidden,
                        impossible: value == 0 && !possible.allows(&place),
                        cost: CELL.saturating_add(value.min(CELL - 1)),
                        primary: None,
                    });
                    model.places.push(place);
                    shown_by.push(BTreeSet::new());
                    model.unknowns.len() - 1
                });
                if let Some(of) = shown_by.get_mut(unknown) {
                    of.insert(number);
                }
                if let Some(unknown) = model.unknowns.get_mut(unknown) {
                    unknown.showing = stronger(unknown.showing, table.showing.get(cell).copied());
                    if 0 < value && value < table.drempel {
                        unknown.primary = unknown.primary.max(Some(table.drempel));
                    }
                }
                cells.push(unknown);
            }
            model.add_sums(number, &grid, &cells, &shown_by);
            model.cells.push(cells);
        }
        model
    }

    /// One sum per margin, over the first dimension that it is a total of: the others follow.
    fn add_sums(&mut self, number: usize, grid: &Grid, cells: &[usize], shown_by: &[BTreeSet<usize>]) {
        for (cell, whole) in cells.iter().enumerate() {
            let position = grid.position(cell);
            let Some(total) = position.iter().zip(&grid.sizes).position(|(value, size)| value == size) else {
                continue;
            };
            let parts: Vec<usize> = grid.along(&position, total).filter_map(|part| cells.get(part)).copied().collect();
            let tables_of = |unknown: &usize| shown_by.get(*unknown);
            let implied = tables_of(whole).is_some_and(|tables| {
                tables.iter().any(|table| {
                    *table < number && parts.iter().all(|part| tables_of(part).is_some_and(|of| of.contains(table)))
                })
            });
            if !implied {
                self.sums.push(Sum { whole: *whole, parts });
            }
        }
    }
}

/// What was published before stays known; what one table may decide is open.
fn stronger(one: Showing, other: Option<Showing>) -> Showing {
    match (one, other) {
        (Showing::Known, _) | (_, Some(Showing::Known)) => Showing::Known,
        (Showing::Open, _) | (_, Some(Showing::Open)) => Showing::Open,
        _ => Showing::Hidden,
    }
}
