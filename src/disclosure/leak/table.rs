//! A published table: every combination of its labels, totals included, with what stands there.

use super::fault::LeakFault;
use super::mark::Written;

/// More cells than this are not looked at: as many as the auditor takes.
pub(super) const MOST_CELLS: usize = 200_000;

/// A dimension and its labels, the total not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dimension {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
}

/// What is at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// `None` where the table has no such cell.
    pub(super) written: Option<Written>,
    pub(super) line: u64,
    pub(super) column: usize,
}

/// All combinations; the total is the last value of each dimension, the last dimension is fastest.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) dimensions: Vec<Dimension>,
    pub(super) cells: Vec<Cell>,
    /// Whether the header says that these are percentages.
    pub(super) named_percentage: bool,
    /// Lines that were not read.
    pub(super) skipped: Vec<u64>,
}

/// A margin and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) margin: usize,
    pub(super) parts: Vec<usize>,
    /// The dimension that is added up.
    pub(super) dimension: usize,
}

impl Table {
    /// An empty table over these dimensions.
    pub(super) fn new(dimensions: Vec<Dimension>) -> Result<Self, LeakFault> {
        let sizes = dimensions.iter().map(|dimension| dimension.labels.len().saturating_add(1));
        let size = sizes.fold(1usize, usize::saturating_mul);
        if size > MOST_CELLS || dimensions.len() > 16 {
            return Err(LeakFault::TooLarge { most: MOST_CELLS });
        }
        let cells = vec![Cell { written: None, line: 0, column: 0 }; size];
        Ok(Self { dimensions, cells, named_percentage: false, skipped: Vec::new() })
    }

    /// Values per dimension plus the total.
    pub(super) fn sizes(&self) -> Vec<usize> {
        self.dimensions.iter().map(|dimension| dimension.labels.len() + 1).collect()
    }

    /// Where a combination stands; `None` in a dimension is its total.
    pub(super) fn at(&self, place: &[Option<usize>]) -> usize {
        let sizes = self.sizes();
        place.iter().zip(&sizes).fold(0, |at, (value, size)| at * size + value.unwrap_or(size - 1))
    }

    /// The combination at a place; `None` is the total.
    pub(super) fn place(&self, mut at: usize) -> Vec<Option<usize>> {
        let mut place = Vec::new();
        for size in self.sizes().iter().rev() {
            let value = at % size;
            place.push((value + 1 < *size).then_some(value));
            at /= size;
        }
        place.reverse();
        place
    }

    /// Whether it is a total in some dimension.
    pub(super) fn is_margin(&self, at: usize) -> bool {
        self.place(at).contains(&None)
    }

    /// Its labels, in the order of the dimensions.
    pub(super) fn labels(&self, at: usize) -> Vec<String> {
        let label = |(value, dimension): (&Option<usize>, &Dimension)| {
            value.and_then(|value| dimension.labels.get(value).cloned()).unwrap_or_else(|| "totaal".to_owned())
        };
        self.place(at).iter().zip(&self.dimensions).map(label).collect()
    }

    /// Every margin with its parts, in each dimension.
    pub(super) fn lines(&self) -> Vec<Line> {
        let sizes = self.sizes();
        let mut lines = Vec::new();
        let mut step = 1;
        for (dimension, size) in sizes.iter().enumerate().rev() {
            for margin in (0..self.cells.len()).filter(|at| at / step % size == size - 1) {
                let first = margin - (size - 1) * step;
                let parts = (0..size - 1).map(|value| first + value * step).collect();
                lines.push(Line { margin, parts, dimension });
            }
            step *= size;
        }
        lines
    }
}
