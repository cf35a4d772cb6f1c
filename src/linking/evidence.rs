//! What the source rows say of one person, added up without regard to order.

use crate::ingest::Row;
use crate::pseudonym::Token;
use crate::terms::{Bron, BrpStatus, Datum, Gemeente, Identificatie, InkomenSoort, Maand, Peildatum};
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicU32, AtomicU64, Ordering};

/// The dates against which rows are read.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub(crate) peildatum: Peildatum,
    /// The month whose income counts.
    pub(crate) inkomen_maand: Maand,
}

/// Whom rows are recognised by, and everything found of that person so far: 40 bytes that any thread may
/// add to.
pub(crate) struct Found {
    token: Token,
    /// Income of the month, in eurocents.
    cent: AtomicI64,
    /// Latest brp row, packed by [`pack`]; 0 when none.
    brp: AtomicU64,
    /// Parties in contact: 0 none, 1 more than one, else 2 + the one party.
    parties: AtomicU32,
    flags: AtomicU16,
    identificatie: Identificatie,
}

const SCHOOL: u16 = 1;
const STARTKWALIFICATIE: u16 = 1 << 1;
const UITKERING: u16 = 1 << 2;

/// The flag that says some row of the bron matched, whatever it says.
fn matched(bron: Bron) -> u16 {
    1 << (8 + bron as u16)
}

/// The brp row that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrpFound {
    /// No row on or before the peildatum.
    Nothing,
    /// Different rows with the same latest date.
    Contradiction,
    /// The latest row.
    Latest(BrpStatus, Option<Gemeente>),
}

/// How many parties say that they are in contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Involved {
    Nobody,
    One,
    More,
}

/// What the rows of one person say, once all have been read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    pub(crate) school: bool,
    pub(crate) startkwalificatie: bool,
    pub(crate) uitkering: bool,
    /// Sum of the month, in eurocents.
    pub(crate) inkomen_cent: i64,
    pub(crate) brp: BrpFound,
    pub(crate) involved: Involved,
}

impl Found {
    /// Nothing yet, of this person.
    pub(super) fn of(token: Token, identificatie: Identificatie) -> Self {
        Self {
            token,
            cent: AtomicI64::new(0),
            brp: AtomicU64::new(0),
            parties: AtomicU32::new(0),
            flags: AtomicU16::new(0),
            identificatie,
        }
    }

    /// Whether this is the person of a token.
    pub(super) fn is(&self, token: Token, identificatie: Identificatie) -> bool {
        self.token == token && self.identificatie == identificatie
    }

    /// By which kind of number the person is known.
    pub(super) fn identificatie(&self) -> Identificatie {
        self.identificatie
    }

    /// The spread of its token.
    pub(super) fn spread(&self) -> u64 {
        self.token.spread()
    }

    /// Adds one row. `party` is the number of its supplier in this run.
    pub(crate) fn add(&self, row: &Row, bron: Bron, party: u32, window: &Window) {
        let peildatum = window.peildatum.datum();
        let mut flags = matched(bron);
        match *row {
            Row::Onderwijs { van, tot, startkwalificatie } => {
                if van.is_some_and(|van| runs(van, tot, peildatum)) {
                    flags |= SCHOOL;
                }
                if startkwalificatie.is_some_and(|obtained| obtained <= peildatum) {
                    flags |= STARTKWALIFICATIE;
                }
            }
            Row::Inkomen { maand, cent, soort } => {
                if maand == window.inkomen_maand && soort != InkomenSoort::Pensioen {
                    self.cent.fetch_add(cent, Ordering::Relaxed);
                }
            }
            Row::Uitkering { van, tot } => {
                if runs(van, tot, peildatum) {
                    flags |= UITKERING;
                }
            }
            Row::Brp { status, sinds, gemeente } => {
                if sinds <= peildatum {
                    let row = pack(sinds, status, gemeente);
                    // The closure always gives a value, so the update cannot fail.
                    let _ = self.brp.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |old| Some(later(old, row)));
                }
            }
            Row::Betrokkenheid { sinds } => {
                if sinds <= peildatum {
                    let merge = |old| match old {
                        0 => Some(party + 2),
                        same if same == party + 2 => None,
                        _ => Some(1),
                    };
                    let _ = self.parties.fetch_update(Ordering::Relaxed, Ordering::Relaxed, merge);
                }
            }
            Row::Doelgroep(_) => {}
        }
        // Most rows add nothing new: a look is cheaper than a write that other cores must see.
        if self.flags.load(Ordering::Relaxed) & flags != flags {
            self.flags.fetch_or(flags, Ordering::Relaxed);
        }
    }

    /// Whether any row of the bron was about this person.
    pub(crate) fn matched(&self, bron: Bron) -> bool {
        self.flags.load(Ordering::Relaxed) & matched(bron) != 0
    }

    /// What the rows say together.
    pub(crate) fn evidence(&self) -> Evidence {
        let flags = self.flags.load(Ordering::Relaxed);
        Evidence {
            school: flags & SCHOOL != 0,
            startkwalificatie: flags & STARTKWALIFICATIE != 0,
            uitkering: flags & UITKERING != 0,
            inkomen_cent: self.cent.load(Ordering::Relaxed),
            brp: unpack(self.brp.load(Ordering::Relaxed)),
            involved: match self.parties.load(Ordering::Relaxed) {
                0 => Involved::Nobody,
                1 => Involved::More,
                _ => Involved::One,
            },
        }
    }
}

/// Whether a period runs on a date; without an end it still does.
pub(super) fn runs(van: Datum, tot: Option<Datum>, on: Datum) -> bool {
    van <= on && tot.is_none_or(|tot| tot >= on)
}

/// Place of the date's rank in a packed brp row; below it stands what the row says.
const DAY: u32 = 32;
const CONTRADICTION: u64 = 1 << 31;

/// A brp row as one number that grows with its date. Never 0: no date has rank 0.
fn pack(sinds: Datum, status: BrpStatus, gemeente: Option<Gemeente>) -> u64 {
    let place = gemeente.map_or(0, |gemeente| u64::from(gemeente.number()) + 1);
    u64::from(sinds.rank()) << DAY | (status as u64) << 16 | place
}

/// The later of two packed rows; of two different ones of the same date, the contradiction.
fn later(one: u64, other: u64) -> u64 {
    match (one >> DAY).cmp(&(other >> DAY)) {
        std::cmp::Ordering::Less => other,
        std::cmp::Ordering::Greater => one,
        std::cmp::Ordering::Equal if one == other => one,
        std::cmp::Ordering::Equal => (one >> DAY) << DAY | CONTRADICTION,
    }
}

fn unpack(row: u64) -> BrpFound {
    if row == 0 {
        return BrpFound::Nothing;
    }
    if row & CONTRADICTION != 0 {
        return BrpFound::Contradiction;
    }
    let status = match (row >> 16) & 3 {
        0 => BrpStatus::Ingezetene,
        1 => BrpStatus::Overleden,
        _ => BrpStatus::Geemigreerd,
    };
    let place = u16::try_from(row & 0xffff).unwrap_or(0);
    BrpFound::Latest(status, place.checked_sub(1).map(Gemeente::from_number))
}

#[cfg(test)]
impl Found {
    /// The token, to compare with the naive implementation.
    pub(crate) fn token(&self) -> Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datum(text: &str) -> Datum {
        Datum::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn brp_rows_merge_in_any_order() {
        let zwolle = Some(Gemeente::parse(b"0193").unwrap());
        let rows = [
            pack(datum("2026-01-01"), BrpStatus::Ingezetene, zwolle),
            pack(datum("2026-05-01"), BrpStatus::Ingezetene, zwolle),
            pack(datum("2026-05-01"), BrpStatus::Overleden, None),
            pack(datum("0000-01-01"), BrpStatus::Geemigreerd, None),
            0,
        ];
        for a in rows {
            assert_eq!(later(a, a), a);
            for b in rows {
                assert_eq!(later(a, b), later(b, a));
                for c in rows {
                    assert_eq!(later(later(a, b), c), later(a, later(b, c)));
                }
            }
        }
        assert_eq!(unpack(later(rows[1], rows[2])), BrpFound::Contradiction);
        assert_eq!(unpack(later(rows[0], rows[1])), BrpFound::Latest(BrpStatus::Ingezetene, zwolle));
        assert_eq!(unpack(rows[3]), BrpFound::Latest(BrpStatus::Geemigreerd, None));
    }

    #[test]
    fn a_person_is_compact() {
        assert!(size_of::<Found>() <= 40 && size_of::<crate::linking::Person>() <= 16);
    }
}
