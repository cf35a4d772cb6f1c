//! Codes of municipalities and regions, in every spelling that sources use (DOMEIN: `148`, `0148`,
//! `GM0148`; `10`, `010`, `0010`, `MC10`).

use crate::terms::{Gemeente, Invalid, Regio};

/// One to four digits after an optional prefix, as a number from 1; four digits is what CBS codes
/// have, so more cannot be a lost or an added zero.
fn number(text: &[u8], prefix: &[u8; 2]) -> Option<u16> {
    let digits = match text.split_first_chunk::<2>() {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest,
        _ => text,
    };
    if !(1..=4).contains(&digits.len()) {
        return None;
    }
    let number =
        digits.iter().try_fold(0u16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))?;
    (number > 0).then_some(number)
}

/// The lowest decimal digits of a number, most significant first.
fn digits<const N: usize>(mut number: u16) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        // A remainder of ten fits any type.
        *digit += (number % 10) as u8;
        number /= 10;
    }
    text
}

/// Reads a municipality code in any of its spellings.
pub(super) fn gemeente(text: &[u8]) -> Option<([u8; 4], Gemeente)> {
    let code = digits(number(text, b"GM")?);
    Gemeente::parse(&code).ok().map(|gemeente| (code, gemeente))
}

/// Reads the code of an RMC region in any of its spellings.
///
/// # Errors
/// [`Invalid`] for anything else.
pub fn regio(text: &str) -> Result<Regio, Invalid> {
    let invalid = Invalid { expected: "een regiocode, zoals 10, 010, 0010 of MC10" };
    let number = number(text.trim().as_bytes(), b"MC").filter(|number| *number < 100).ok_or(invalid)?;
    Regio::parse(&digits::<2>(number)).map_err(|_| invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_has_many_spellings_and_one_code() {
        for text in ["148", "0148", "GM0148", "gm148"] {
            assert_eq!(gemeente(text.as_bytes()).unwrap().0, *b"0148");
        }
        assert_eq!(gemeente(b"1708").unwrap().1, Gemeente::parse(b"1708").unwrap());
        for wrong in ["", "GM", "0", "0000", "00148", "14a", "MC10", "Zwolle", "-148"] {
            assert!(gemeente(wrong.as_bytes()).is_none());
        }
    }

    #[test]
    fn a_region_has_many_spellings_and_one_code() {
        for text in ["10", "010", "0010", "MC10", "mc10", " 10 "] {
            assert_eq!(regio(text).unwrap().to_string(), "10");
        }
        assert_eq!(regio("7").unwrap().to_string(), "07");
        for wrong in ["", "00", "100", "00010", "MC", "GM10", "tien"] {
            assert!(regio(wrong).is_err());
        }
    }
}
