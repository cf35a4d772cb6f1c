//! The columns of each bron and what a cell of each may hold (CONTRACT, "Levering").

use super::rule::Rule;
use crate::pseudonym::Verwijzing;
use crate::terms::{
    Bron, BrpStatus, Contact, Datum, Gemeente, Geslacht, InkomenSoort, Maand, Niveau, OnderwijsSoort, UitkeringSoort,
    Uitstroomprofiel, decode_hex,
};

/// What a cell may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// 64 lower-case hex digits.
    Pseudonym,
    /// CBS code, four digits.
    Gemeente,
    /// `yyyy-mm`.
    Maand,
    /// `yyyy-mm-dd`.
    Datum,
    /// Whole eurocents, may be negative.
    Cent,
    /// A closed set of the contract.
    Closed(fn(&[u8]) -> Option<u8>),
    /// `j` or empty.
    Yes,
    /// BRIN: two digits, two capitals, and two digits for a vestiging.
    Brin,
    /// A sealed handle.
    Verwijzing,
}

/// One column of a bron.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Name in the header.
    pub(crate) name: &'static str,
    /// What its cells may hold.
    pub(crate) kind: Kind,
    /// Whether a cell may be empty.
    pub(crate) optional: bool,
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: false }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: true }
}

/// A closed set of the contract. By a function of its own, as of a closure's pointer the compiler does not take in what
/// it calls.
macro_rules! closed {
    ($set:ty) => {{
        #[inline(always)]
        fn place(cell: &[u8]) -> Option<u8> {
            <$set>::parse(cell).map(|value| value as u8)
        }
        Kind::Closed(place)
    }};
}

/// Most columns that any bron has.
pub(super) const MAX_COLUMNS: usize = 10;

/// The column that every bron has: who a row is about.
pub(crate) const PSEUDONIEM: &str = "pseudoniem";

const DOELGROEP: &[Column] = &[
    must(PSEUDONIEM, Kind::Pseudonym),
    must("gemeente", Kind::Gemeente),
    must("geboortemaand", Kind::Maand),
    may("geslacht", closed!(Geslacht)),
    may("uitschrijfdatum", Kind::Datum),
    may("niveau", closed!(Niveau)),
    may("uitstroomprofiel", closed!(Uitstroomprofiel)),
    may("contact", closed!(Contact)),
    may("niet_benaderen", Kind::Yes),
    may("verwijzing", Kind::Verwijzing),
];
const ONDERWIJS: &[Column] = &[
    must(PSEUDONIEM, Kind::Pseudonym),
    may("brin", Kind::Brin),
    must("soort", closed!(OnderwijsSoort)),
    may("niveau", closed!(Niveau)),
    may("inschrijving_van", Kind::Datum),
    may("inschrijving_tot", Kind::Datum),
    may("startkwalificatie", Kind::Datum),
];
const INKOMEN: &[Column] = &[
    must(PSEUDONIEM, Kind::Pseudonym),
    must("maand", Kind::Maand),
    must("bedrag_cent", Kind::Cent),
    must("soort", closed!(InkomenSoort)),
];
const UITKERING: &[Column] = &[
    must(PSEUDONIEM, Kind::Pseudonym),
    must("soort", closed!(UitkeringSoort)),
    must("van", Kind::Datum),
    may("tot", Kind::Datum),
];
const BRP: &[Column] = &[
    must(PSEUDONIEM, Kind::Pseudonym),
    must("status", closed!(BrpStatus)),
    must("sinds", Kind::Datum),
    // Empty only for overleden and geemigreerd; the row's parser checks the two together.
    may("gemeente", Kind::Gemeente),
];
const BETROKKENHEID: &[Column] = &[must(PSEUDONIEM, Kind::Pseudonym), must("sinds", Kind::Datum)];

/// The columns of a bron, in the contract's order.
pub(crate) const fn columns(bron: Bron) -> &'static [Column] {
    match bron {
        Bron::Doelgroep => DOELGROEP,
        Bron::Onderwijs => ONDERWIJS,
        Bron::Inkomen => INKOMEN,
        Bron::Uitkering => UITKERING,
        Bron::Brp => BRP,
        Bron::Betrokkenheid => BETROKKENHEID,
    }
}

/// Largest amount of one row, in eurocents: a billion euro. With it no sum over the rows of one
/// person can pass the 64-bit range before 92 million rows.
pub(crate) const MAX_CENT: i64 = 100_000_000_000;

/// Reads whole eurocents.
pub(crate) fn cents(cell: &[u8]) -> Option<i64> {
    let (sign, digits) = match cell.split_first() {
        Some((b'-', rest)) => (-1, rest),
        _ => (1, cell),
    };
    // 19 digits always fit u64; more could only be leading zeros, which no source writes.
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let amount =
        digits.iter().try_fold(0u64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0')))?;
    i64::try_from(amount).ok().filter(|amount| *amount <= MAX_CENT).map(|amount| sign * amount)
}

fn is_brin(cell: &[u8]) -> bool {
    let (school, vestiging) = cell.split_at(cell.len().min(4));
    let school_ok = matches!(school, [a, b, c, d]
        if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_uppercase() && d.is_ascii_uppercase());
    let vestiging_ok = vestiging.is_empty() || (vestiging.len() == 2 && vestiging.iter().all(u8::is_ascii_digit));
    school_ok && vestiging_ok
}

/// Reads a sealed handle; whether it opens only its municipality can tell.
pub(crate) fn handle(cell: &[u8]) -> Result<Verwijzing, Rule> {
    std::str::from_utf8(cell).ok().and_then(|text| Verwijzing::parse(text).ok()).ok_or(Rule::Verwijzing)
}

/// A cell as its column reads it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Value {
    /// Empty, or in a column that may not be read.
    #[default]
    Absent,
    /// A municipality.
    Gemeente(Gemeente),
    /// A month.
    Maand(Maand),
    /// A date.
    Datum(Datum),
    /// Eurocents.
    Cent(i64),
    /// Place of a value in its closed set.
    Closed(u8),
    /// `j`.
    Yes,
    /// Valid, and of no use to the linkage: a BRIN.
    Checked,
}

impl Column {
    /// Reads one cell into its place, where nothing is yet; a pseudonym or a handle is only checked here, its text is
    /// taken elsewhere.
    ///
    /// Not given back: what was just written in parts and is then copied as a whole makes a processor wait until every
    /// part is in its cache, for each cell of each row.
    ///
    /// # Errors
    /// The rule that the cell breaks.
    pub(crate) fn read(&self, cell: &[u8], into: &mut Value) -> Result<(), Rule> {
        if cell.is_empty() {
            return if self.optional { Ok(()) } else { Err(Rule::Leeg) };
        }
        match self.kind {
            Kind::Pseudonym => {
                decode_hex::<32>(cell).ok_or(Rule::Pseudoniem)?;
                *into = Value::Checked;
            }
            Kind::Gemeente => *into = Value::Gemeente(Gemeente::parse(cell).map_err(|_| Rule::Gemeente)?),
            Kind::Maand => *into = Value::Maand(Maand::parse(cell).map_err(|_| Rule::Maand)?),
            Kind::Datum => *into = Value::Datum(Datum::parse(cell).map_err(|_| Rule::Datum)?),
            Kind::Cent => *into = Value::Cent(cents(cell).ok_or(Rule::Bedrag)?),
            Kind::Closed(place) => *into = Value::Closed(place(cell).ok_or(Rule::Keuze)?),
            Kind::Yes => *into = (cell == b"j").then_some(Value::Yes).ok_or(Rule::Ja)?,
            Kind::Brin => *into = is_brin(cell).then_some(Value::Checked).ok_or(Rule::Brin)?,
            Kind::Verwijzing => {
                handle(cell)?;
                *into = Value::Checked;
            }
        }
        Ok(())
    }

    /// Checks one cell.
    ///
    /// # Errors
    /// The rule that the cell breaks.
    pub(crate) fn check(&self, cell: &[u8]) -> Result<(), Rule> {
        self.read(cell, &mut Value::Absent)
    }
}

/// Place of a column in its bron's schema. For use in `const` only, where a name that the schema
/// does not have gives a place where every cell reads as absent.
#[allow(
    clippy::indexing_slicing,
    reason = "a const fn has no get or iterators; every index is below the length tested"
)]
pub(crate) const fn place(bron: Bron, name: &str) -> usize {
    let columns = columns(bron);
    let mut at = 0;
    while at < columns.len() {
        if same(columns[at].name.as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    columns.len()
}

#[allow(
    clippy::indexing_slicing,
    reason = "a const fn has no get or iterators; every index is below the length tested"
)]
const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_whole_and_bounded() {
        assert_eq!(cents(b"30000"), Some(30_000));
        assert_eq!(cents(b"-50"), Some(-50));
        assert_eq!(cents(b"100000000000"), Some(MAX_CENT));
        for wrong in [&b""[..], b"-", b"+5", b"1.0", b"1,5", b"100000000001", b"--5", b" 5", b"99999999999999999999"] {
            assert_eq!(cents(wrong), None);
        }
    }

    #[test]
    fn brin_has_a_school_and_perhaps_a_vestiging() {
        assert!(is_brin(b"25PZ") && is_brin(b"25PZ03"));
        for wrong in [&b"25pz"[..], b"25PZ0", b"25PZ003", b"PZ25", b""] {
            assert!(!is_brin(wrong));
        }
    }
}
