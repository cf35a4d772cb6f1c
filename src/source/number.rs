//! Whom a raw row is about: a BSN, else an onderwijsnummer, else a reason to drop it.

use crate::pseudonym::PersonNumber;
use crate::terms::{Bsn, Identificatie, Onderwijsnummer};
use serde::Serialize;

/// Why a row is dropped at the source: nobody can be found under its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No number at all.
    Leeg,
    /// Something else than nine digits.
    NietNegenCijfers,
    /// Nine digits that fail the 11-proef.
    Elfproef,
    /// Only zeros, which pass the sum but are nobody's.
    Nullen,
    /// Not an onderwijsnummer.
    GeenOnderwijsnummer,
}

impl Reason {
    /// The reason in words, Dutch.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Leeg => "leeg",
            Self::NietNegenCijfers => "niet negen cijfers",
            Self::Elfproef => "voldoet niet aan de 11-proef",
            Self::Nullen => "alleen nullen",
            Self::GeenOnderwijsnummer => "geen onderwijsnummer",
        }
    }
}

/// A person that a row is about.
pub(super) struct Person {
    pub(super) number: PersonNumber,
    /// Whether leading zeros were put back.
    pub(super) padded: bool,
}

/// A row without a person, and the levering that it would have been in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoPerson {
    pub(super) identificatie: Identificatie,
    pub(super) reason: Reason,
}

/// Reads who a row is about from its two cells, trimmed; `None` for a column that is not there.
///
/// A BSN goes before an onderwijsnummer, a wrong BSN too: the same pupil must not travel under
/// another number in one source than in the next.
pub(super) fn person(bsn: Option<&[u8]>, own: Option<&[u8]>, lost_zeros: bool) -> Result<Person, NoPerson> {
    let no_bsn = |reason| NoPerson { identificatie: Identificatie::Bsn, reason };
    match (bsn, own.filter(|own| !own.is_empty())) {
        (Some(cell), _) if !cell.is_empty() => read_bsn(cell, lost_zeros).map_err(no_bsn),
        (_, Some(cell)) => {
            let number = Onderwijsnummer::parse(cell)
                .map_err(|_| NoPerson { identificatie: Identificatie::Own, reason: Reason::GeenOnderwijsnummer })?;
            Ok(Person { number: PersonNumber::Own(number), padded: false })
        }
        (Some(_), None) => Err(no_bsn(Reason::Leeg)),
        (None, None) => Err(NoPerson { identificatie: Identificatie::Own, reason: Reason::Leeg }),
    }
}

/// A BSN; where the profile says that a spreadsheet ate leading zeros, shorter numbers too. Nearly
/// all that lost one lost just one, but a low number loses more, and a wrong one that is padded
/// passes the 11-proef by chance only once in eleven.
fn read_bsn(cell: &[u8], lost_zeros: bool) -> Result<Person, Reason> {
    if !cell.iter().all(u8::is_ascii_digit) {
        return Err(Reason::NietNegenCijfers);
    }
    if cell.iter().all(|digit| *digit == b'0') {
        return Err(Reason::Nullen);
    }
    match cell.len() {
        9 => match Bsn::parse(cell) {
            Ok(bsn) => Ok(Person { number: PersonNumber::Bsn(bsn), padded: false }),
            Err(_) => Err(Reason::Elfproef),
        },
        1..=8 if lost_zeros => {
            let mut padded = [b'0'; 9];
            padded.iter_mut().rev().zip(cell.iter().rev()).for_each(|(to, from)| *to = *from);
            match Bsn::parse(&padded) {
                Ok(bsn) => Ok(Person { number: PersonNumber::Bsn(bsn), padded: true }),
                Err(_) => Err(Reason::NietNegenCijfers),
            }
        }
        _ => Err(Reason::NietNegenCijfers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(bsn: &str, lost_zeros: bool) -> Option<Reason> {
        person(Some(bsn.as_bytes()), None, lost_zeros).err().map(|nobody| nobody.reason)
    }

    #[test]
    fn every_wrong_bsn_has_its_reason() {
        assert_eq!(reason("999993847", false), None);
        assert_eq!(reason("", false), Some(Reason::Leeg));
        assert_eq!(reason("99999384", false), Some(Reason::NietNegenCijfers));
        assert_eq!(reason("99999384a", true), Some(Reason::NietNegenCijfers));
        assert_eq!(reason("9999938471", true), Some(Reason::NietNegenCijfers));
        assert_eq!(reason("999993848", true), Some(Reason::Elfproef));
        assert_eq!(reason("000000000", false), Some(Reason::Nullen));
        assert_eq!(reason("0", true), Some(Reason::Nullen));
    }

    #[test]
    fn lost_zeros_come_back_only_where_the_profile_says_so() {
        for short in ["9921", "09921", "00009921"] {
            assert!(person(Some(short.as_bytes()), None, true).is_ok_and(|person| person.padded));
            assert_eq!(reason(short, false), Some(Reason::NietNegenCijfers));
        }
        assert_eq!(reason("9922", true), Some(Reason::NietNegenCijfers));
    }

    #[test]
    fn a_bsn_goes_first_and_an_onderwijsnummer_stands_in() {
        let own = (100_000_000..100_000_020)
            .map(|number: u32| number.to_string())
            .find(|number| Onderwijsnummer::parse(number.as_bytes()).is_ok())
            .unwrap();
        let kind = |bsn, own| person(bsn, own, false).map(|person| person.number.identificatie());
        assert_eq!(kind(Some(b"999993847"), Some(own.as_bytes())), Ok(Identificatie::Bsn));
        assert_eq!(kind(Some(b""), Some(own.as_bytes())), Ok(Identificatie::Own));
        assert_eq!(kind(None, Some(own.as_bytes())), Ok(Identificatie::Own));
        let no = |identificatie, reason| Err(NoPerson { identificatie, reason });
        assert_eq!(kind(Some(b"999993848"), Some(own.as_bytes())), no(Identificatie::Bsn, Reason::Elfproef));
        assert_eq!(kind(Some(b""), Some(b"999993847")), no(Identificatie::Own, Reason::GeenOnderwijsnummer));
        assert_eq!(kind(Some(b""), Some(b"")), no(Identificatie::Bsn, Reason::Leeg));
        assert_eq!(kind(None, Some(b"")), no(Identificatie::Own, Reason::Leeg));
    }
}
