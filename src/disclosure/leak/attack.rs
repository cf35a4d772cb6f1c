//! What a reader can compute: single sums, then for counts everything that the totals say together.

use std::collections::BTreeSet;

use super::sums::{Lines, Range, adds_up};
use super::table::{Line, Table};
use crate::disclosure::auditor::{Bound, Stopped, intervals};
use crate::disclosure::problem::{Axis, CountTable, Problem, Showing, TimeIsUp};

/// Restarts after a line that cannot add up.
const MOST_CONTRADICTIONS: usize = 50;

/// What can be known of every cell.
pub(super) struct Attack {
    /// By one total at a time.
    pub(super) simple: Vec<Range>,
    /// By everything together.
    pub(super) ranges: Vec<Range>,
    /// Lines that cannot add up.
    pub(super) wrong: Vec<Wrong>,
    /// Whether everything was looked at.
    pub(super) complete: bool,
    lines: Lines,
    counts: bool,
}

/// A line that cannot add up.
pub(super) struct Wrong {
    pub(super) line: Line,
    /// What its parts come to; anything, where one part alone does not fit.
    pub(super) parts: Range,
    pub(super) total: Range,
}

impl Wrong {
    fn of(line: Line, ranges: &[Range]) -> Self {
        let parts = adds_up(&line, ranges).err().unwrap_or(Range::ANY);
        let total = ranges.get(line.margin).copied().unwrap_or(Range::ANY);
        Self { line, parts, total }
    }
}

/// Computes what the cells' own ranges and the totals give away.
pub(super) fn attack(table: &Table, own: &[Range], counts: bool, time_is_up: TimeIsUp<'_>) -> Attack {
    // Where no total over a dimension is known at all, adding up over it says nothing.
    let told = |line: &Line| own.get(line.margin).is_some_and(|margin| *margin != Range::ANY);
    let all = table.lines();
    let added: BTreeSet<usize> = all.iter().filter(|line| told(line)).map(|line| line.dimension).collect();
    let lines = all.into_iter().filter(|line| !line.parts.is_empty() && added.contains(&line.dimension));
    let (right, wrong): (Vec<Line>, Vec<Line>) = lines.partition(|line| adds_up(line, own).is_ok());
    let mut wrong: Vec<Wrong> = wrong.into_iter().map(|line| Wrong::of(line, own)).collect();
    let mut lines = Lines::new(right, own.len());
    let mut simple = own.to_vec();
    let mut complete = wrong.is_empty();
    let mut settled = false;
    for _ in 0..MOST_CONTRADICTIONS {
        simple = own.to_vec();
        match lines.narrow(&mut simple) {
            Ok(()) => {
                settled = true;
                break;
            }
            Err(at) => {
                complete = false;
                let mut left = lines.all;
                if at < left.len() {
                    wrong.push(Wrong::of(left.remove(at), &simple));
                }
                lines = Lines::new(left, own.len());
            }
        }
    }
    if !settled {
        simple = own.to_vec();
        complete = false;
    }
    let mut attack = Attack { ranges: simple.clone(), simple, wrong, complete, lines, counts };
    if counts && attack.complete {
        let mut ranges = attack.simple.clone();
        match together(table, own, &mut ranges, time_is_up) {
            Ok(settled) if attack.lines.narrow(&mut ranges).is_ok() => {
                attack.ranges = ranges;
                attack.complete = settled;
            }
            _ => attack.complete = false,
        }
    }
    attack
}

impl Attack {
    fn with(&self, cells: &[(usize, Range)]) -> Vec<Range> {
        let mut ranges = self.ranges.clone();
        for (cell, range) in cells {
            if let Some(place) = ranges.get_mut(*cell) {
                *place = *range;
            }
        }
        ranges
    }

    /// The same by one total at a time.
    pub(super) fn excludes_on_paper(&self, cells: &[(usize, Range)]) -> bool {
        self.lines.narrow(&mut self.with(cells)).is_err()
    }

    /// Whether no table has all these cells in these ranges too.
    pub(super) fn excludes(&self, table: &Table, cells: &[(usize, Range)], time_is_up: TimeIsUp<'_>) -> bool {
        let mut ranges = self.with(cells);
        if self.lines.narrow(&mut ranges).is_err() {
            return true;
        }
        if !self.counts || !self.complete {
            return false;
        }
        let fixed = ranges.clone();
        match together(table, &fixed, &mut ranges, time_is_up) {
            Ok(_) => self.lines.narrow(&mut ranges).is_err(),
            Err(stopped) => stopped == Stopped::Contradiction,
        }
    }
}

/// Narrows by linear programming over all totals at once. What is known exactly of `own` is published
/// there; the auditor does not look at the rest. Tells whether every bound was found.
fn together(table: &Table, own: &[Range], ranges: &mut [Range], time_is_up: TimeIsUp<'_>) -> Result<bool, Stopped> {
    let sizes = table.dimensions.iter().map(|dimension| dimension.labels.len());
    let axes: Vec<Axis> = sizes.enumerate().map(|(at, size)| Axis { name: at.to_string(), size }).collect();
    let counts = CountTable {
        name: String::new(),
        axes: (0..axes.len()).collect(),
        at: Vec::new(),
        counts: own.iter().map(|range| range.known().unwrap_or(0)).collect(),
        showing: vec![Showing::Open; own.len()],
        drempel: 0,
        klasse: None,
    };
    let problem = Problem { axes, tables: vec![counts], ..Problem::default() };
    let pattern = vec![own.iter().map(|range| range.known().is_some()).collect()];
    let mut settled = true;
    for interval in intervals(&problem, &pattern, time_is_up)? {
        let Some(range) = ranges.get_mut(interval.cell) else { continue };
        settled &= interval.low != Bound::Unsettled && interval.high != Bound::Unsettled;
        // Persons are whole: a fraction is rounded inwards.
        if let Bound::At { numerator, denominator } = interval.low {
            range.low = range.low.max(numerator.div_ceil(denominator.max(1)));
        }
        if let Bound::At { numerator, denominator } = interval.high {
            range.high = range.high.min(numerator / denominator.max(1));
        }
        if range.low > range.high {
            return Err(Stopped::Contradiction);
        }
    }
    Ok(settled)
}
