//! Rounding where the sums are no network: inner cells to a multiple beside them, chosen so that the
//! margins, which are their sums, stay close. Table by table; what tables share is kept from the first.

use super::{BASE, Unrounded};
use crate::disclosure::grid::{Grid, Place};
use crate::disclosure::model::Model;
use crate::disclosure::problem::{CountTable, Problem, Showing, TimeIsUp};
use std::collections::{BTreeMap, BTreeSet};

/// How much worse it is to miss a number that is fixed than to be as far from the truth.
const FIXED: i64 = 1 << 20;

/// Per table, per cell, the rounded count. Hidden tables are not rounded: nothing of them is shown.
pub(super) fn round(
    problem: &Problem,
    model: &Model,
    known: &[Vec<Option<u64>>],
    time_is_up: TimeIsUp<'_>,
) -> Result<Vec<Vec<u64>>, Unrounded> {
    let mut fixed: BTreeMap<&Place, u64> = BTreeMap::new();
    let place = |unknown: &usize| model.places.get(*unknown);
    for (cells, known) in model.cells.iter().zip(known) {
        let told = cells.iter().zip(known).filter_map(|(unknown, known)| place(unknown).zip(*known));
        fixed.extend(told);
    }
    let small = small(problem, model);
    let mut all: Vec<Vec<u64>> = problem.tables.iter().map(|table| table.counts.clone()).collect();
    // The finest first: a table whose dimensies are all in another is then given by it.
    let mut order: Vec<usize> = (0..problem.tables.len()).collect();
    order.sort_by_key(|at| problem.tables.get(*at).map(|table| std::cmp::Reverse(table.axes.len())));
    for at in order {
        let (Some(table), Some(cells)) = (problem.tables.get(at), model.cells.get(at)) else { continue };
        if !table.showing.contains(&Showing::Open) {
            continue;
        }
        let targets: Vec<Option<u64>> =
            cells.iter().map(|unknown| place(unknown).and_then(|place| fixed.get(place)).copied()).collect();
        let low = cells.iter().zip(&targets).map(|(unknown, target)| target.is_none() && small.contains(unknown));
        let rounded = Search::new(Grid::of(problem, table), table, &targets, low.collect()).run(time_is_up)?;
        for (unknown, value) in cells.iter().zip(&rounded) {
            if let Some(place) = place(unknown) {
                fixed.insert(place, *value);
            }
        }
        all.get_mut(at).into_iter().for_each(|cells| cells.clone_from(&rounded));
    }
    Ok(all)
}

/// The unknowns that are a small inner cell of a table that is shown: also as a total in a finer table they become no
/// more than the base.
fn small(problem: &Problem, model: &Model) -> BTreeSet<usize> {
    let tables = problem.tables.iter().zip(&model.cells).filter(|(table, _)| table.showing.contains(&Showing::Open));
    let cells = tables.flat_map(|(table, cells)| {
        let grid = Grid::of(problem, table);
        let small = |(cell, count): &(usize, &u64)| **count < BASE && grid.is_inner(&grid.position(*cell));
        let small: Vec<usize> = table.counts.iter().enumerate().filter(small).map(|(cell, _)| cell).collect();
        small.into_iter().filter_map(|cell| cells.get(cell).copied())
    });
    cells.collect()
}

/// One table being rounded.
struct Search {
    /// Inner cells that may be rounded: their true count and the cells that they count in.
    inner: Vec<(u64, Vec<usize>)>,
    /// Their value now.
    values: Vec<u64>,
    /// Per cell how far it is from what it should be, and what being far costs.
    off: Vec<i64>,
    weight: Vec<i64>,
    counts: Vec<u64>,
    /// Per cell whether it is a small one of another table, that is to become no more than the base.
    low: Vec<bool>,
}

impl Search {
    fn new(grid: Grid, table: &CountTable, targets: &[Option<u64>], low: Vec<bool>) -> Self {
        let mut search = Self {
            inner: Vec::new(),
            values: Vec::new(),
            off: vec![0; grid.len()],
            weight: targets.iter().map(|target| if target.is_some() { FIXED } else { 1 }).collect(),
            counts: table.counts.clone(),
            low,
        };
        let wanted =
            |cell: usize| targets.get(cell).copied().flatten().or(table.counts.get(cell).copied()).unwrap_or(0);
        for (cell, off) in search.off.iter_mut().enumerate() {
            *off = -signed(wanted(cell));
        }
        for cell in 0..grid.len() {
            let position = grid.position(cell);
            if !grid.is_inner(&position) {
                continue;
            }
            let within = grid.within(&position);
            let count = table.counts.get(cell).copied().unwrap_or(0);
            let start = wanted(cell) / BASE * BASE;
            for cell in &within {
                if let Some(off) = search.off.get_mut(*cell) {
                    *off += signed(start);
                }
            }
            search.inner.push((count, within));
            search.values.push(start);
        }
        search
    }

    /// What changing one inner cell costs or gains.
    fn change(&self, inner: usize, by: i64) -> i64 {
        let within = self.inner.get(inner).map_or(&[][..], |(_, within)| within);
        let cell = |cell: &usize| {
            let off = self.off.get(*cell).copied().unwrap_or(0);
            self.weight.get(*cell).copied().unwrap_or(0) * (2 * off * by + by * by)
        };
        within.iter().map(cell).sum()
    }

    fn apply(&mut self, inner: usize, by: i64) {
        let Some((_, within)) = self.inner.get(inner) else { return };
        for cell in within {
            if let Some(off) = self.off.get_mut(*cell) {
                *off += by;
            }
        }
        if let Some(value) = self.values.get_mut(inner) {
            *value = value.saturating_add_signed(by);
        }
    }

    /// Which ways an inner cell may go: between the multiples beside its true count, or further when
    /// numbers that are fixed leave no other way.
    fn ways(&self, inner: usize, further: bool) -> Vec<i64> {
        let (count, value) =
            (self.inner.get(inner).map_or(0, |(count, _)| *count), self.values.get(inner).copied().unwrap_or(0));
        let low = count / BASE * BASE;
        let high = count.div_ceil(BASE) * BASE;
        // A small cell never goes further than 0 or 5.
        let reach = if further && count > BASE { BASE } else { 0 };
        let base = signed(BASE);
        let up = (value < high + reach && !self.is_full(inner)).then_some(base);
        let down = (value > low.saturating_sub(reach)).then_some(-base);
        up.into_iter().chain(down).collect()
    }

    /// Whether an inner cell counts in a small one of another table that is at the base already.
    fn is_full(&self, inner: usize) -> bool {
        let within = self.inner.get(inner).map_or(&[][..], |(_, within)| within);
        let value = |cell: usize| {
            let count = self.counts.get(cell).copied().map_or(0, signed);
            count + self.off.get(cell).copied().unwrap_or(0)
        };
        within.iter().any(|cell| self.low.get(*cell).is_some_and(|low| *low) && value(*cell) >= signed(BASE))
    }

    fn run(mut self, time_is_up: TimeIsUp<'_>) -> Result<Vec<u64>, Unrounded> {
        for further in [false, true] {
            self.descend(further, time_is_up)?;
            if self.off.iter().zip(&self.weight).all(|(off, weight)| *weight == 1 || *off == 0) {
                return Ok(self.finish());
            }
        }
        Err(Unrounded::Irreconcilable)
    }

    /// Changes one cell, or two at once, as long as that comes closer.
    fn descend(&mut self, further: bool, time_is_up: TimeIsUp<'_>) -> Result<(), Unrounded> {
        loop {
            if time_is_up() {
                return Err(Unrounded::TimeUp);
            }
            let cells = 0..self.inner.len();
            let single = cells
                .flat_map(|inner| self.ways(inner, further).into_iter().map(move |by| (inner, by)))
                .map(|(inner, by)| (self.change(inner, by), inner, by))
                .filter(|(change, _, _)| *change < 0)
                .min();
            if let Some((_, inner, by)) = single {
                self.apply(inner, by);
                continue;
            }
            if !self.exchange(further) {
                return Ok(());
            }
        }
    }

    /// Takes the first pair of opposite changes that gains for each cell; whether any did.
    fn exchange(&mut self, further: bool) -> bool {
        let mut gained = false;
        for one in 0..self.inner.len() {
            for by in self.ways(one, further) {
                let first = self.change(one, by);
                self.apply(one, by);
                let best = (0..self.inner.len())
                    .filter(|other| *other != one && self.ways(*other, further).contains(&-by))
                    .map(|other| (first + self.change(other, -by), other))
                    .min()
                    .filter(|(change, _)| *change < 0);
                match best {
                    Some((_, other)) => {
                        self.apply(other, -by);
                        gained = true;
                        break;
                    }
                    None => self.apply(one, -by),
                }
            }
        }
        gained
    }

    /// Every cell as the sum of its inner cells.
    fn finish(self) -> Vec<u64> {
        let mut sums = vec![0u64; self.counts.len()];
        for ((_, within), value) in self.inner.iter().zip(&self.values) {
            for cell in within {
                if let Some(sum) = sums.get_mut(*cell) {
                    *sum += value;
                }
            }
        }
        sums
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
