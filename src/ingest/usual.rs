//! Rows as nearly all are, read at one go: where a cell ends is found while it is read.
//!
//! A row of which every cell is good is not cut up first. Any other row, and any doubt, is left to whoever
//! reads cell by cell and can tell what is wrong. A test holds that both tell the same.

use super::blocks::MAX_RECORD;
use super::fields::SEPARATOR;
use super::parse::next_delimiter;
use super::schema::{Column, Kind, MAX_COLUMNS, Value, columns};
use super::table::Table;
use crate::terms::{Bron, Datum, Gemeente, Maand, decode_hex, digits, pairs};

/// Bytes of a pseudonym's cell.
const HEX: usize = 64;

/// Room for a row that is read at one go: what it says is not copied before it is a row.
#[derive(Default)]
pub(super) struct Usual {
    pub(super) pseudonym: [u8; 32],
    pub(super) values: [Value; MAX_COLUMNS],
    /// Which columns have a cell, a bit each.
    pub(super) filled: u16,
}

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
    /// Reads the row that begins here, where it is a usual one with its cells in the schema's order; gives where its line
    /// end stands. Each bron has code of its own, in which what its columns hold is known beforehand. The room is one for
    /// the rows of a block: every column that may be read is written over, and the others stay absent.
    #[inline(always)]
    pub(super) fn usual<const BRON: u8>(&self, bytes: &[u8], from: usize, row: &mut Usual) -> Option<usize> {
        if !self.in_order {
            return None;
        }
        // The schema's first column, which is always read.
        row.pseudonym = decode_hex(bytes.get(from..)?.first_chunk::<HEX>()?)?;
        let mut filled = 1;
        let mut end = from + HEX;
        macro_rules! cells {
            ($($place:literal)+) => { $(
                if let Some(column) = const { column(BRON, $place) } {
                    if bytes.get(end) != Some(&SEPARATOR) {
                        return None;
                    }
                    let at = end + 1;
                    if self.readable >> $place & 1 == 1 {
                        end = cell(column, bytes, at, row.values.get_mut($place)?)?;
                        // Of a column that is never empty the compiler need not ask.
                        filled |= u16::from(!column.optional || end > at) << $place;
                        #[cfg(test)]
                        super::parse::poison::swallow(&bytes[at..end]);
                    } else {
                        end = next_delimiter(bytes, at);
                    }
                }
            )+ };
        }
        const { assert!(MAX_COLUMNS == 10) };
        cells!(1 2 3 4 5 6 7 8 9);
        row.filled = filled;
        (bytes.get(end) == Some(&b'\n') && end - from <= MAX_RECORD).then_some(end)
    }
}

/// Reads the cell that begins here into its place; gives where it ends, or would end if it is good: what
/// follows it is not looked at.
#[inline(always)]
fn cell(column: &Column, bytes: &[u8], at: usize, into: &mut Value) -> Option<usize> {
    if column.optional && matches!(bytes.get(at), Some(&SEPARATOR | b'\n')) {
        *into = Value::Absent;
        return Some(at);
    }
    let rest = bytes.get(at..)?;
    match column.kind {
        Kind::Gemeente => {
            *into = Value::Gemeente(Gemeente::parse(rest.first_chunk::<4>()?).ok()?);
            Some(at + 4)
        }
        Kind::Maand => {
            *into = Value::Maand(Maand::parse(rest.first_chunk::<7>()?).ok()?);
            Some(at + 7)
        }
        Kind::Datum => {
            *into = Value::Datum(Datum::parse(rest.first_chunk::<10>()?).ok()?);
            Some(at + 10)
        }
        Kind::Cent => {
            let negative = usize::from(rest.first() == Some(&b'-'));
            let (cent, length) = few_digits(rest.get(negative..)?)?;
            *into = Value::Cent(if negative == 1 { -cent } else { cent });
            Some(at + negative + length)
        }
        Kind::Closed(of) => {
            let end = next_delimiter(bytes, at);
            *into = Value::Closed(of(bytes.get(at..end)?)?);
            Some(end)
        }
        Kind::Yes | Kind::Brin => {
            let end = next_delimiter(bytes, at);
            column.read(bytes.get(at..end)?, into).ok()?;
            Some(end)
        }
        Kind::Pseudonym | Kind::Verwijzing => None,
    }
}

/// The number of one to seven digits with which some bytes begin, and how many digits it has; `None` where it has
/// none or more, and within eight bytes of the end. Without a branch per digit: how many there are cannot be
/// foretold.
#[inline(always)]
fn few_digits(bytes: &[u8]) -> Option<(i64, usize)> {
    let (less, others) = digits(*bytes.first_chunk()?);
    let bits = others.trailing_zeros() & !7;
    // None, or eight of them.
    if bits == 0 || others == 0 {
        return None;
    }
    // The first digit stands lowest. What is not a digit goes over the edge, and zeros come before the first.
    let pairs = pairs(less << (64 - bits));
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let number = (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff;
    // Below ten million, and one to seven.
    Some((i64::try_from(number).ok()?, (bits / 8) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::schema::cents;

    proptest::proptest! {
        #[test]
        fn few_digits_read_as_cents_do(text in "[0-9]{0,9}[;\n\r -x\u{ff}]?[0-9;]{0,9}") {
            let length = text.bytes().take_while(u8::is_ascii_digit).count();
            let expected = cents(&text.as_bytes()[..length]).map(|cent| (cent, length));
            let expected = expected.filter(|_| length < 8 && text.len() >= 8);
            proptest::prop_assert_eq!(few_digits(text.as_bytes()), expected);
        }
    }
}
