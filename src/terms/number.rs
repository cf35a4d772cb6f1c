//! Numbers of persons and organisations.

use super::Invalid;
use zeroize::Zeroize;

/// Weights of the *11-proef* for nine digits (Logisch Ontwerp BSN).
const WEIGHTS: [i32; 9] = [9, 8, 7, 6, 5, 4, 3, 2, -1];

/// Nine ASCII digits, or `None`.
fn nine_digits(text: &[u8]) -> Option<[u8; 9]> {
    let digits: [u8; 9] = text.try_into().ok()?;
    digits.iter().all(u8::is_ascii_digit).then_some(digits)
}

/// Weighted sum of the nine digits modulo 11: 0 for a BSN, 5 for an onderwijsnummer.
fn remainder(digits: &[u8; 9]) -> i32 {
    digits.iter().zip(WEIGHTS).map(|(digit, weight)| i32::from(digit - b'0') * weight).sum::<i32>().rem_euclid(11)
}

/// Burgerservicenummer: nine digits that pass the 11-proef and are not all zero (Wabb; Logisch
/// Ontwerp BSN). Exists only at the source; wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize)]
#[zeroize(drop)]
pub struct Bsn([u8; 9]);

impl Bsn {
    /// Reads nine digits.
    ///
    /// # Errors
    /// [`Invalid`] for another length, another character, a failed 11-proef, or all zeros.
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        nine_digits(text)
            .filter(|digits| digits != b"000000000" && remainder(digits) == 0)
            .map(Self)
            .ok_or(Invalid { expected: "een BSN van negen cijfers dat aan de 11-proef voldoet" })
    }

    /// The nine digits, for the keyed hash at the source.
    pub(crate) fn digits(&self) -> &[u8; 9] {
        &self.0
    }
}

impl std::fmt::Debug for Bsn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bsn(…)")
    }
}

/// Stand-in number of a pupil without BSN: nine digits beginning with 10, 11-proef remainder 5.
/// Known to education only. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize)]
#[zeroize(drop)]
pub struct Onderwijsnummer([u8; 9]);

impl Onderwijsnummer {
    /// Reads nine digits.
    ///
    /// # Errors
    /// [`Invalid`] for another length, another character, another beginning, or another remainder.
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        nine_digits(text)
            .filter(|digits| digits.starts_with(b"10") && remainder(digits) == 5)
            .map(Self)
            .ok_or(Invalid { expected: "een onderwijsnummer van negen cijfers" })
    }

    /// The nine digits, for the keyed hash at the source.
    pub(crate) fn digits(&self) -> &[u8; 9] {
        &self.0
    }
}

impl std::fmt::Debug for Onderwijsnummer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Onderwijsnummer(…)")
    }
}

/// Whether a cell looks like a raw BSN: eight digits (a spreadsheet ate the leading zero) or nine,
/// passing the 11-proef and not all zero.
#[must_use]
pub fn is_raw_bsn(text: &[u8]) -> bool {
    let mut padded = [b'0'; 9];
    match text.len() {
        9 => padded.copy_from_slice(text),
        8 => {
            if let Some(tail) = padded.get_mut(1..) {
                tail.copy_from_slice(text);
            }
        }
        _ => return false,
    }
    Bsn::parse(&padded).is_ok()
}

/// Organisatie-identificatienummer of a government body or source: 20 digits (Logius).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oin(String);

impl Oin {
    /// Reads 20 digits; the contract asks no further check.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let valid = text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| Self(text.to_owned())).ok_or(Invalid { expected: "een OIN van 20 cijfers" })
    }

    /// The 20 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Oin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Oin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fictitious BSNs of the BRP test environment (DOMEIN).
    const FICTITIOUS: [&[u8]; 14] = [
        b"999993847",
        b"999992077",
        b"999993483",
        b"999990482",
        b"000009921",
        b"999993653",
        b"999995017",
        b"999990408",
        b"999994669",
        b"999992806",
        b"999993926",
        b"999991905",
        b"999993550",
        b"999990421",
    ];

    #[test]
    fn bsn_takes_the_fictitious_ones_and_nothing_beside() {
        for digits in FICTITIOUS {
            assert!(Bsn::parse(digits).is_ok());
            assert!(is_raw_bsn(digits));
            // Every single-digit change breaks the 11-proef.
            for place in 0..9 {
                let mut changed: [u8; 9] = digits.try_into().unwrap();
                changed[place] = if changed[place] == b'9' { b'0' } else { changed[place] + 1 };
                assert!(Bsn::parse(&changed).is_err());
            }
        }
        for wrong in [&b"000000000"[..], b"99999384", b"9999938470", b"99999384a", b"", b" 99999384"] {
            assert!(Bsn::parse(wrong).is_err());
        }
    }

    #[test]
    fn eight_digits_are_raw_only_with_their_lost_zero() {
        assert!(is_raw_bsn(b"00009921"));
        assert!(!is_raw_bsn(b"00000000"));
        assert!(!is_raw_bsn(b"000000000"));
        assert!(!is_raw_bsn(b"9921"));
    }

    #[test]
    fn onderwijsnummer_begins_with_10_and_leaves_5() {
        let valid: Vec<u32> = (100_000_000..100_000_050)
            .filter(|number| Onderwijsnummer::parse(number.to_string().as_bytes()).is_ok())
            .collect();
        assert!(!valid.is_empty());
        assert!(valid.iter().all(|number| remainder(&nine_digits(number.to_string().as_bytes()).unwrap()) == 5));
        assert!(Onderwijsnummer::parse(b"999993847").is_err());
    }

    #[test]
    fn debug_shows_no_digit() {
        assert_eq!(format!("{:?}", Bsn::parse(b"999993847").unwrap()), "Bsn(…)");
    }
}
