//! Between which whole numbers each cell lies, by adding up and subtracting one total at a time.
//!
//! Every step is a thing that a reader can do on paper, so no bound is tighter than what the table
//! gives away. For one total the bounds are exact; for several together the auditor looks further.

use std::collections::VecDeque;

use super::table::Line;

/// No end.
pub(super) const ENDLESS: u64 = u64::MAX;

/// Between which counts a cell lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) low: u64,
    pub(super) high: u64,
}

impl Range {
    /// Nothing is known.
    pub(super) const ANY: Self = Self { low: 0, high: ENDLESS };

    pub(super) fn exact(count: u64) -> Self {
        Self { low: count, high: count }
    }

    pub(super) fn known(self) -> Option<u64> {
        (self.low == self.high).then_some(self.low)
    }
}

/// What parts add up to.
fn sum(parts: impl Iterator<Item = Range>) -> (u64, u64, usize) {
    parts.fold((0u64, 0u64, 0usize), |(low, high, endless), part| {
        let low = low.saturating_add(part.low);
        if part.high == ENDLESS { (low, high, endless + 1) } else { (low, high.saturating_add(part.high), endless) }
    })
}

/// What the parts of a line add up to, and whether its total can be that.
pub(super) fn adds_up(line: &Line, ranges: &[Range]) -> Result<(), Range> {
    let of = |at: &usize| ranges.get(*at).copied().unwrap_or(Range::ANY);
    let (low, high, endless) = sum(line.parts.iter().map(of));
    let high = if endless > 0 { ENDLESS } else { high };
    let margin = of(&line.margin);
    if low <= margin.high && high >= margin.low { Ok(()) } else { Err(Range { low, high }) }
}

/// The lines that each cell is in.
pub(super) struct Lines {
    pub(super) all: Vec<Line>,
    inside: Vec<Vec<usize>>,
}

impl Lines {
    pub(super) fn new(all: Vec<Line>, cells: usize) -> Self {
        let mut inside = vec![Vec::new(); cells];
        for (at, line) in all.iter().enumerate() {
            for cell in line.parts.iter().chain([&line.margin]) {
                if let Some(lines) = inside.get_mut(*cell) {
                    lines.push(at);
                }
            }
        }
        Self { all, inside }
    }

    /// Narrows all ranges until nothing changes, or as long as is reasonable: stopping early leaves them wide.
    ///
    /// # Errors
    /// The line that cannot add up.
    pub(super) fn narrow(&self, ranges: &mut [Range]) -> Result<(), usize> {
        let mut todo: VecDeque<usize> = (0..self.all.len()).collect();
        let mut waiting = vec![true; self.all.len()];
        let mut work = self.all.len().saturating_mul(50).saturating_add(1000);
        while let Some(at) = todo.pop_front() {
            if let Some(waits) = waiting.get_mut(at) {
                *waits = false;
            }
            let Some(line) = self.all.get(at) else { continue };
            let changed = narrow_line(line, ranges).map_err(|()| at)?;
            for other in changed.iter().filter_map(|cell| self.inside.get(*cell)).flatten() {
                if let Some(waits) = waiting.get_mut(*other).filter(|waits| !**waits && *other != at) {
                    *waits = true;
                    todo.push_back(*other);
                }
            }
            work = work.saturating_sub(1);
            if work == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// One line: the total from its parts, and each part from the total and the others. Gives what changed.
fn narrow_line(line: &Line, ranges: &mut [Range]) -> Result<Vec<usize>, ()> {
    let of = |ranges: &[Range], at: usize| ranges.get(at).copied().unwrap_or(Range::ANY);
    let (low, high, endless) = sum(line.parts.iter().map(|at| of(ranges, *at)));
    let mut margin = of(ranges, line.margin);
    margin.low = margin.low.max(low);
    if endless == 0 {
        margin.high = margin.high.min(high);
    }
    let mut narrower = vec![(line.margin, margin)];
    for part in &line.parts {
        let mut range = of(ranges, *part);
        if margin.high != ENDLESS {
            let others = low.saturating_sub(range.low);
            range.high = range.high.min(margin.high.checked_sub(others).ok_or(())?);
        }
        let before = of(ranges, *part);
        let (others_endless, others) = if before.high == ENDLESS {
            (endless.saturating_sub(1), high)
        } else {
            (endless, high.saturating_sub(before.high))
        };
        if others_endless == 0 {
            range.low = range.low.max(margin.low.saturating_sub(others));
        }
        narrower.push((*part, range));
    }
    let mut changed = Vec::new();
    for (at, range) in narrower {
        if range.low > range.high {
            return Err(());
        }
        if let Some(place) = ranges.get_mut(at).filter(|place| **place != range) {
            *place = range;
            changed.push(at);
        }
    }
    Ok(changed)
}
