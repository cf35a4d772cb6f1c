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

/// With klassen as rows, groups are columns: no single row can be blamed, so all rows step back to
/// their totals, and where that is not enough nothing is published.
fn guard_groups(counts: &Counts, drempel: u64, klasse: KlasseAxis, shown: &mut [Shown]) {
    if klasse == KlasseAxis::Rows && columns_exposed(counts, drempel, shown) {
        for (row, shown) in counts.rows.iter().zip(shown.iter_mut()) {
            let total: u64 = row.iter().sum();
            *shown = if 0 < total && total < drempel { Shown::Nothing } else { Shown::Total };
        }
        if columns_exposed(counts, drempel, shown) {
            shown.fill(Shown::Nothing);
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

/// Whether some column's persons can be shown to be, nearly all, in one klasse. A withheld cell is
/// known all the same where its row is empty or where the text makes it impossible. A column that
/// the text itself puts into one klasse is no secret that a table could keep.
fn columns_exposed(counts: &Counts, drempel: u64, shown: &[Shown]) -> bool {
    let width = counts.rows.first().map_or(0, Vec::len);
    (0..width).filter(|column| counts.possible_in_column(*column) > 1).any(|column| {
        let cells = counts.rows.iter().zip(shown).enumerate().map(|(at, (row, shown))| {
            let count = row.get(column).copied().unwrap_or(0);
            let empty_row = *shown == Shown::Total && row.iter().all(|cell| *cell == 0);
            let known = *shown == Shown::Whole || empty_row || !counts.possible(at, column);
            (count, known.then_some(count))
        });
        group_exposed(&cells.collect::<Vec<_>>(), drempel)
    })
}

/// Whether it can be shown of a group that fewer than the threshold lie outside one klasse. Per
/// klasse its true count and what is known of it; another one may be large for all anyone knows.
fn group_exposed(klassen: &[(u64, Option<u64>)], drempel: u64) -> bool {
    let persons: u64 = klassen.iter().map(|(count, _)| count).sum();
    if persons == 0 {
        return false;
    }
    (0..klassen.len()).any(|one| {
        let mut others = klassen.iter().enumerate().filter(|(at, _)| *at != one).map(|(_, (_, known))| known);
        others.try_fold(0, |sum, known| known.map(|count| sum + count)).is_some_and(|outside| outside < drempel)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T: u64 = 3;
    /// Values that the attacker tries for a withheld cell: enough to pass every sum of the tests.
    const MOST: u64 = 6;

    /// Published cells as rows with their totals, as the attacker reads them.
    fn published(counts: &Counts, klasse: KlasseAxis) -> Vec<Vec<Option<u64>>> {
        let width = counts.rows[0].len() + 1;
        protect(counts, T, klasse).chunks(width).map(<[_]>::to_vec).collect()
    }

    /// Every table that fits what is published, by trying all: the attacker, naively.
    fn worlds(shown: &[Vec<Option<u64>>], rows: usize, columns: usize) -> Vec<Vec<Vec<u64>>> {
        let mut all = vec![Vec::new()];
        for row in shown.iter().take(rows) {
            let mut options: Vec<Vec<u64>> = vec![Vec::new()];
            for cell in row.iter().take(columns) {
                let values: Vec<u64> = cell.map_or((0..=MOST).collect(), |known| vec![known]);
                options = options
                    .iter()
                    .flat_map(|start| values.iter().map(|v| [start.clone(), vec![*v]].concat()))
                    .collect();
            }
            options.retain(|option| row[columns].is_none_or(|total| option.iter().sum::<u64>() == total));
            all = all
                .iter()
                .flat_map(|start: &Vec<Vec<u64>>| options.iter().map(|row| [start.clone(), vec![row.clone()]].concat()))
                .collect();
        }
        let fits = |world: &Vec<Vec<u64>>| {
            let Some(margin) = shown.get(rows) else { return true };
            let sums =
                (0..columns).all(|c| margin[c].is_none_or(|sum| world.iter().map(|row| row[c]).sum::<u64>() == sum));
            sums && margin[columns].is_none_or(|sum| world.iter().flatten().sum::<u64>() == sum)
        };
        all.retain(fits);
        all
    }

    /// How many of a group are in each klasse, in one world.
    type Group = Box<dyn Fn(&[Vec<u64>]) -> Vec<u64>>;

    /// Whether, in the worlds that fit, fewer than the threshold lie outside one klasse of a group.
    fn shown_in_one(worlds: &[Vec<Vec<u64>>], group: impl Fn(&[Vec<u64>]) -> Vec<u64>) -> bool {
        let klassen = group(&worlds[0]).len();
        (0..klassen).any(|one| {
            worlds.iter().all(|world| {
                let counts = group(world);
                counts.iter().sum::<u64>() - counts[one] < T
            })
        })
    }

    fn check(rows: Vec<Vec<u64>>, klasse: KlasseAxis) -> Result<(), TestCaseError> {
        let counts = Counts::of_rows(rows.clone());
        let (height, width) = (rows.len(), rows[0].len());
        let shown = published(&counts, klasse);
        let worlds = worlds(&shown, height, width);
        prop_assert!(worlds.contains(&rows), "wat gepubliceerd is, is waar");
        for (r, row) in rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate().filter(|(_, cell)| (1..T).contains(*cell)) {
                let values: Vec<u64> = worlds.iter().map(|world| world[r][c]).collect();
                let (least, most) = (values.iter().min().unwrap(), values.iter().max().unwrap());
                prop_assert!(*least == 0 && *most >= T, "cel {r},{c} = {cell} ligt tussen {least} en {most}");
            }
        }
        let persons = |group: &dyn Fn(&[Vec<u64>]) -> Vec<u64>| group(&rows).iter().sum::<u64>() > 0;
        let mut groups: Vec<Group> = Vec::new();
        match klasse {
            KlasseAxis::None | KlasseAxis::RowsOfReasons => {}
            KlasseAxis::Columns => {
                for r in 0..height {
                    groups.push(Box::new(move |world| world[r].clone()));
                }
                groups.push(Box::new(move |world| (0..width).map(|c| world.iter().map(|row| row[c]).sum()).collect()));
            }
            KlasseAxis::Rows => {
                for c in 0..width {
                    groups.push(Box::new(move |world| world.iter().map(|row| row[c]).collect()));
                }
                groups.push(Box::new(|world| world.iter().map(|row| row.iter().sum()).collect()));
            }
        }
        for (number, group) in groups.iter().enumerate().filter(|(_, group)| persons(group)) {
            prop_assert!(!shown_in_one(&worlds, group), "groep {number} is in één klasse te zien");
        }
        Ok(())
    }

    /// Counts that are often 0, small, or just large enough.
    fn table(rows: usize, columns: usize) -> impl Strategy<Value = Vec<Vec<u64>>> {
        let cell = prop_oneof![Just(0u64), 1..T, T..=4];
        prop::collection::vec(prop::collection::vec(cell, columns), rows)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_naive_attacker_learns_nothing_small(rows in table(2, 3), axis in 0..3usize) {
            check(rows, [KlasseAxis::None, KlasseAxis::Columns, KlasseAxis::Rows][axis])?;
        }

        #[test]
        fn nor_from_three_rows(rows in table(3, 2), axis in 0..3usize) {
            check(rows, [KlasseAxis::None, KlasseAxis::Columns, KlasseAxis::Rows][axis])?;
        }
    }

    /// Work cannot stand beside school: without that cell the column is all school, and the other
    /// rows are empty.
    #[test]
    fn an_impossible_cell_is_no_cover() {
        let rows = vec![vec![6, 2], vec![0, 12], vec![0, 0]];
        let shown = published(&Counts::of_rows(rows.clone()), KlasseAxis::Rows);
        assert_eq!(shown[0], [None, None, Some(8)], "zonder onmogelijke cel is het totaal veilig");
        let counts = Counts::of_rows_without(rows, vec![(1, 0)]);
        assert_eq!(published(&counts, KlasseAxis::Rows).concat(), [None; 12]);
    }

    #[test]
    fn the_rule_of_the_first_form_by_hand() {
        let rows = vec![vec![5, 0, 7], vec![4, 1, 5], vec![1, 1, 0], vec![0, 0, 0], vec![9, 0, 0]];
        let some = |cells: &[u64]| cells.iter().map(|cell| Some(*cell)).collect::<Vec<_>>();
        let shown = published(&Counts::of_rows(rows.clone()), KlasseAxis::Columns);
        assert_eq!(shown[0], some(&[5, 0, 7, 12]), "0 of genoeg: heel");
        assert_eq!(shown[1], [None, None, None, Some(10)], "een kleine cel: alleen het totaal");
        assert_eq!(shown[2], [None; 4], "een klein totaal: niets");
        assert_eq!(shown[3], some(&[0, 0, 0, 0]));
        assert_eq!(shown[4], [None, None, None, Some(9)], "allen in één klasse: niet heel");
        assert_eq!(shown[5], [None; 4], "geen totaal over rijen");
        // Where every row total is published, so is the grand total, but no total of a column.
        let shown = published(&Counts::of_rows(rows[..2].to_vec()), KlasseAxis::Columns);
        assert_eq!(shown[2], [None, None, None, Some(22)]);
        let shown = published(&Counts::of_rows(vec![rows[0].clone(), vec![3, 3, 0]]), KlasseAxis::Columns);
        assert_eq!(shown[2], some(&[8, 3, 7, 18]));
    }
}
