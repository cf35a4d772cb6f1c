//! Rows as nearly all are, read at one go: where their cells end is seen in one look beforehand.
//!
//! A row of which every cell is good is not cut up first. Any other row, and any doubt, is left to whoever
//! reads cell by cell and can tell what is wrong. A test holds that both tell the same.

use super::marks::{HEX, Look, Marks, SEEN};
use super::parse::{Parsing, take};
use super::schema::{Column, Kind, MAX_COLUMNS, Value, columns};
use super::table::Table;
use crate::terms::{Bron, Datum, Gemeente, Maand, digits, pairs};

/// Bytes that are read together from where a cell begins.
const CELL: usize = 16;

/// What is looked at of a row: its pseudonym, where its other cells may end, and what may be read with the last of them.
pub(super) const WINDOW: usize = HEX + SEEN + CELL;

/// What is copied at once: made where it is needed, it would be a loop, and what it is written over with would go through
/// the memory.
const NOTHING: [Value; MAX_COLUMNS] = [Value::Absent; MAX_COLUMNS];

/// The bron of this number.
#[allow(clippy::indexing_slicing, reason = "a const fn has no get, and the compiler runs it: no number is too large")]
pub(super) const fn bron(number: u8) -> Bron {
    Bron::ALL[number as usize]
}

/// The column of a bron that stands at a place of its schema.
#[allow(clippy::indexing_slicing, reason = "a const fn has no get; the place is below the length tested")]
const fn column(number: u8, place: usize) -> Option<&'static Column> {
    let columns = columns(bron(number));
    if place < columns.len() { Some(&columns[place]) } else { None }
}

impl Table {
    /// Reads the row with which a window begins and adds it to those that wait, where it is a usual one with its cells in
    /// the schema's order; nothing where it is any other, and then nothing was added. Each bron has code of its own, in
    /// which what its columns hold is known beforehand.
    #[inline(always)]
    pub(super) fn usual<const BRON: u8>(
        &self,
        window: &[u8; WINDOW],
        look: impl Look,
        marks: Marks,
        line: u64,
        parsing: &mut Parsing<'_>,
    ) -> Option<()> {
        // The schema's first column, which is always read.
        let pseudonym = look.pseudonym(window.first_chunk()?)?;
        let cells: &Cells = window.last_chunk()?;
        let Marks { separators, line_ends } = marks;
        let line_end = line_ends & line_ends.wrapping_neg();
        if line_end == 0 {
            return None;
        }
        // Every byte behind which a cell of this row ends.
        let mut ends = separators & (line_end - 1) | line_end;
        let mut next = || {
            let end = ends.trailing_zeros() as usize;
            ends &= ends.wrapping_sub(1);
            end
        };
        let mut values = NOTHING;
        let mut filled = 1;
        // Where the cell before ends.
        let mut end = next();
        if end != 0 {
            return None;
        }
        macro_rules! cells {
            ($($place:literal)+) => { $(
                if let Some(column) = const { column(BRON, $place) } {
                    let at = end + 1;
                    end = next();
                    if self.readable >> $place & 1 == 1 {
                        *values.get_mut($place)? = cell(column, cells, at, end)?;
                        // Of a column that is never empty the compiler need not ask.
                        filled |= usize::from(!column.optional || end > at) << $place;
                        #[cfg(test)]
                        super::parse::poison::swallow(&cells[at..end]);
                    }
                }
            )+ };
        }
        const { assert!(MAX_COLUMNS == 10) };
        cells!(1 2 3 4 5 6 7 8 9);
        // With fewer separators nothing was left to end at, with more something is.
        if 1u64.checked_shl(end as u32) != Some(line_end) {
            return None;
        }
        take::<BRON>(&pseudonym, &values, filled, line, parsing).then_some(())
    }
}

/// What stands behind a pseudonym.
type Cells = [u8; SEEN + CELL];

/// So many bytes from a place before which a cell ends.
#[inline(always)]
fn bytes<const N: usize>(cells: &Cells, at: usize) -> Option<&[u8; N]> {
    const { assert!(N <= CELL) };
    // The place of a cell is below this; that it is, the compiler would ask again and again.
    cells.get(at % SEEN..)?.first_chunk()
}

/// What stands in the cell between two places.
#[inline(always)]
fn cell(column: &Column, cells: &Cells, at: usize, end: usize) -> Option<Value> {
    if column.optional && at == end {
        return Some(Value::Absent);
    }
    let length = end.wrapping_sub(at);
    let long = |expected: usize| (length == expected).then_some(());
    Some(match column.kind {
        Kind::Gemeente => {
            long(4)?;
            Value::Gemeente(Gemeente::parse(bytes::<4>(cells, at)?).ok()?)
        }
        Kind::Maand => {
            long(7)?;
            Value::Maand(Maand::parse(bytes::<7>(cells, at)?).ok()?)
        }
        Kind::Datum => {
            long(10)?;
            Value::Datum(Datum::parse(bytes::<10>(cells, at)?).ok()?)
        }
        Kind::Cent => {
            let negative = usize::from(cells.get(at % SEEN) == Some(&b'-'));
            let cent = few_digits(*bytes(cells, at + negative)?, length.wrapping_sub(negative))?;
            Value::Cent(if negative == 1 { -cent } else { cent })
        }
        Kind::Closed(of) => Value::Closed(of(cells.get(at..end)?)?),
        Kind::Yes | Kind::Brin => {
            let mut value = Value::Absent;
            column.read(cells.get(at..end)?, &mut value).ok()?;
            value
        }
        Kind::Pseudonym | Kind::Verwijzing => return None,
    })
}

/// The number of the first few of these digits, one to eight; `None` where one is no digit, or where there are none or
/// more. Without a branch per digit: how many there are cannot be foretold.
#[inline(always)]
fn few_digits(text: [u8; 8], length: usize) -> Option<i64> {
    if !(1..=8).contains(&length) {
        return None;
    }
    // The first digit stands lowest. What comes behind them goes over the edge, and zeros come before the first.
    let shift = 64 - 8 * length as u32;
    let (less, others) = digits(text);
    if others << shift != 0 {
        return None;
    }
    let pairs = pairs(less << shift);
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let number = (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff;
    // Below a hundred million.
    i64::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::schema::cents;

    proptest::proptest! {
        #[test]
        fn few_digits_read_as_cents_do(text in "[0-9;\n\r -x]{8}|[0-9]{8}", length in 0usize..10) {
            let bytes = *text.as_bytes().first_chunk().unwrap();
            let expected = text.as_bytes().get(..length).and_then(cents);
            proptest::prop_assert_eq!(few_digits(bytes, length), expected.filter(|cent| *cent >= 0));
        }
    }
}
