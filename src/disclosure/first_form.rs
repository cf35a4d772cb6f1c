//! Publication by whole rows, the first form of release.
//!
//! A row is all cells that share every dimension but the last. A row whose cells are all 0 or at
//! least the threshold is published whole; of any other row only its total, if that is 0 or at
//! least the threshold. As soon as one row is not whole, no total over rows is published except
//! the grand total, and that only when all row totals are. Why this is safe: the cells of a row that
//! is not whole stand in one published sum at most, their row's, so each can be anything from 0 to
//! that sum, and the sum is at least the threshold.

use super::count::Counts;

/// Where klasse stands, for the group condition: of no group can it be shown that fewer than the
/// threshold lie outside one klasse (CONTRACT, "Disclosure guarantee").
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KlasseAxis {
    /// No dimension is klasse.
    None,
    /// Each row is a group.
    Columns,
    /// Each column is a group, and so are all persons together.
    Rows,
    /// Rows are klassen and columns their reasons: only all persons together are a group, since a
    /// reason says its klasse by definition.
    RowsOfReasons,
}

/// What of a row is published.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Whole,
    Total,
    Nothing,
}

/// The published cells, every combination with the totals last, the last dimension fastest.
pub(super) fn protect(counts: &Counts, drempel: u64, klasse: KlasseAxis) -> Vec<Option<u64>> {
    let small = |count: u64| 0 < count && count < drempel;
    let mut shown: Vec<Shown> = counts
        .rows
        .iter()
        .map(|row| {
            let total: u64 = row.iter().sum();
            // Cells that are 0 or large leave fewer than the threshold outside one klasse exactly
            // when all persons are in it.
            let one_klasse = klasse == KlasseAxis::Columns && row.iter().filter(|cell| **cell > 0).count() == 1;
            match () {
                () if !row.iter().any(|cell| small(*cell)) && !one_klasse => Shown::Whole,
                () if !small(total) => Shown::Total,
                () => Shown::Nothing,
            }
        })
        .collect();
    if matches!(klasse, KlasseAxis::Rows | KlasseAxis::RowsOfReasons) {
        guard_groups(counts, drempel, klasse, &mut shown);
    }
    lay_out(counts, &shown)
}

/// With klassen as rows, groups are columns: no single row can be blamed, so all rows step back
/// until no group is exposed.
fn guard_groups(counts: &Counts, drempel: u64, klasse: KlasseAxis, shown: &mut [Shown]) {
    let width = counts.rows.first().map_or(0, Vec::len);
    let column_exposed = |shown: &[Shown]| {
        (0..width).any(|column| {
            let cells = counts.rows.iter().zip(shown).map(|(row, shown)| {
                let count = row.get(column).copied().unwrap_or(0);
                (count, (*shown == Shown::Whole).then_some(count))
            });
            group_exposed(&cells.collect::<Vec<_>>(), drempel)
        })
    };
    if klasse == KlasseAxis::Rows && column_exposed(shown) {
        for (row, shown) in counts.rows.iter().zip(shown.iter_mut()) {
            let total: u64 = row.iter().sum();
            *shown = if 0 < total && total < drempel { Shown::Nothing } else { Shown::Total };
        }
    }
    let totals: Vec<_> = counts
        .rows
        .iter()
        .zip(shown.iter())
        .map(|(row, shown)| {
            let total: u64 = row.iter().sum();
            (total, (*shown != Shown::Nothing).then_some(total))
        })
        .collect();
    if group_exposed(&totals, drempel) {
        shown.fill(Shown::Nothing);
    }
}

/// Whether it can be shown of a group that fewer than the threshold lie outside one klasse. Per
/// klasse its true count and what is published of it; a withheld one may be large for all anyone
/// knows.
fn group_exposed(klassen: &[(u64, Option<u64>)], drempel: u64) -> bool {
    let persons: u64 = klassen.iter().map(|(count, _)| count).sum();
    if persons == 0 {
        return false;
    }
    (0..klassen.len()).any(|one| {
        let mut others = klassen.iter().enumerate().filter(|(at, _)| *at != one).map(|(_, (_, published))| published);
        others.try_fold(0, |sum, published| published.map(|count| sum + count)).is_some_and(|outside| outside < drempel)
    })
}

fn lay_out(counts: &Counts, shown: &[Shown]) -> Vec<Option<u64>> {
    let mut cells = Vec::new();
    let mut grand = Some(0);
    for (row, shown) in counts.rows.iter().zip(shown) {
        let total: u64 = row.iter().sum();
        let published = (*shown != Shown::Nothing).then_some(total);
        cells.extend(row.iter().map(|cell| (*shown == Shown::Whole).then_some(*cell)));
        cells.push(published);
        grand = grand.zip(published).map(|(sum, total)| sum + total);
    }
    // A table of one dimension is one row: its total is the grand total already.
    if counts.row_dimension {
        let all_whole = shown.iter().all(|shown| *shown == Shown::Whole);
        for column in 0..counts.rows.first().map_or(0, Vec::len) {
            let sum = counts.rows.iter().filter_map(|row| row.get(column)).sum();
            cells.push(all_whole.then_some(sum));
        }
        cells.push(grand);
    }
    cells
}
