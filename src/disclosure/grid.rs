//! Where the cells of a table are.

use super::problem::{CountTable, Problem};

/// What a cell counts: its value on each axis that it is not a total of, the axes rising. Two cells
/// with the same place count the same persons, whatever tables show them.
pub(super) type Place = Vec<(usize, usize)>;

/// The cells of a table by position, the total last in each dimension.
pub(super) struct Grid {
    /// Values per dimension, the total not counted.
    pub(super) sizes: Vec<usize>,
}

impl Grid {
    pub(super) fn of(problem: &Problem, table: &CountTable) -> Self {
        let size = |axis: &usize| problem.axes.get(*axis).map_or(0, |axis| axis.size);
        Self { sizes: table.axes.iter().map(size).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.sizes.iter().map(|size| size + 1).product()
    }

    /// Per dimension the value of a cell; the size of the dimension is its total.
    pub(super) fn position(&self, mut cell: usize) -> Vec<usize> {
        let mut position: Vec<usize> = Vec::with_capacity(self.sizes.len());
        for size in self.sizes.iter().rev() {
            position.push(cell % (size + 1));
            cell /= size + 1;
        }
        position.reverse();
        position
    }

    /// Whether a position is a total in no dimension.
    pub(super) fn is_inner(&self, position: &[usize]) -> bool {
        position.iter().zip(&self.sizes).all(|(value, size)| value < size)
    }

    pub(super) fn cell(&self, position: &[usize]) -> usize {
        self.sizes.iter().zip(position).fold(0, |cell, (size, value)| cell * (size + 1) + value)
    }

    /// The same cell at every value of one dimension.
    pub(super) fn along<'a>(&'a self, position: &'a [usize], dimension: usize) -> impl Iterator<Item = usize> + 'a {
        let size = self.sizes.get(dimension).copied().unwrap_or(0);
        (0..size).map(move |value| {
            let moved = position.iter().enumerate().map(|(at, old)| if at == dimension { value } else { *old });
            self.cell(&moved.collect::<Vec<_>>())
        })
    }

    /// Every cell that somebody at an inner position counts in: its own value or the total, per dimension.
    pub(super) fn within(&self, position: &[usize]) -> Vec<usize> {
        self.sizes.iter().zip(position).fold(vec![0], |cells, (size, value)| {
            cells.iter().flat_map(|start| [value, size].map(|value| start * (size + 1) + value)).collect()
        })
    }

    /// What a cell of a table counts.
    pub(super) fn place(&self, table: &CountTable, cell: usize) -> Place {
        let position = self.position(cell);
        let own = table.axes.iter().zip(&position).zip(&self.sizes).filter(|((_, value), size)| value < size);
        let mut place: Place = own.map(|((axis, value), _)| (*axis, *value)).chain(table.at.iter().copied()).collect();
        place.sort_unstable();
        place
    }
}
