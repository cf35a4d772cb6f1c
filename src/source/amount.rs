//! Spellings of amounts, and how each becomes eurocents.

use crate::ingest::schema::{MAX_CENT, cents};

/// How a source writes an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AmountForm {
    /// Whole eurocents: `123456`.
    Cent,
    /// Euros with a decimal comma; dots, where there are any, between thousands: `1.234,56`.
    EuroComma,
    /// Euros with a decimal point, nothing between thousands: `1234.56`.
    EuroPoint,
}

impl AmountForm {
    /// The form of this name in a profile.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "cent" => Self::Cent,
            "euro-komma" => Self::EuroComma,
            "euro-punt" => Self::EuroPoint,
            _ => return None,
        })
    }

    /// The cell in eurocents.
    pub(super) fn read(self, cell: &[u8]) -> Option<i64> {
        let (mark, thousands) = match self {
            Self::Cent => return cents(cell),
            Self::EuroComma => (b',', Some(b'.')),
            Self::EuroPoint => (b'.', None),
        };
        let (negative, digits) = match cell.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, cell),
        };
        let (whole, fraction) = match digits.iter().position(|byte| *byte == mark) {
            Some(at) => digits.split_at_checked(at).map(|(whole, rest)| (whole, rest.get(1..).unwrap_or_default()))?,
            None => (digits, &b"00"[..]),
        };
        let euros = grouped(whole, thousands)?;
        let cent = match *fraction {
            [tens @ b'0'..=b'9'] => i64::from(tens - b'0') * 10,
            [tens @ b'0'..=b'9', units @ b'0'..=b'9'] => i64::from(tens - b'0') * 10 + i64::from(units - b'0'),
            _ => return None,
        };
        let amount = euros * 100 + cent;
        (amount <= MAX_CENT).then_some(if negative { -amount } else { amount })
    }
}

/// Whole euros; where thousands are marked, every mark has three digits after it, so that a decimal
/// mark of another convention is refused and never read as a thousand times as much.
fn grouped(text: &[u8], thousands: Option<u8>) -> Option<i64> {
    let number = |digits: &[u8], start: i64| {
        digits.iter().try_fold(start, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    // 15 digits fit many times over; a billion euro is the most that is delivered.
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let Some(mark) = thousands.filter(|mark| text.contains(mark)) else {
        return number(text, 0);
    };
    text.split(|byte| *byte == mark).enumerate().try_fold(0, |sum, (at, group)| {
        let size_fits = if at == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        if size_fits { number(group, sum) } else { None }
    })
}

/// Decimal digits without the machinery of formatting: once per row counts.
pub(super) fn write_number(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    let (start, mut rest) = (out.len(), number.unsigned_abs());
    loop {
        // A remainder of ten fits any type.
        out.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = out.get_mut(start..) {
        digits.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_cents_and_no_mark_is_misread() {
        let read = |form: &str, cell: &str| AmountForm::named(form).unwrap().read(cell.as_bytes());
        for (form, cell, cent) in [
            ("cent", "30000", 30_000),
            ("cent", "-5", -5),
            ("euro-komma", "1.234,56", 123_456),
            ("euro-komma", "1234,5", 123_450),
            ("euro-komma", "300", 30_000),
            ("euro-komma", "-0,01", -1),
            ("euro-komma", "1.000.000", 100_000_000),
            ("euro-komma", "1.000.000.000,00", MAX_CENT),
            ("euro-punt", "1234.56", 123_456),
            ("euro-punt", "-12", -1_200),
        ] {
            assert_eq!(read(form, cell), Some(cent), "{form} {cell}");
        }
        for (form, cell) in [
            ("cent", "1.234"),
            ("euro-komma", "12.50"),
            ("euro-komma", "1.2345"),
            ("euro-komma", "1234.567"),
            ("euro-komma", ",50"),
            ("euro-komma", "1,234"),
            ("euro-komma", "1,"),
            ("euro-komma", ".123"),
            ("euro-komma", "1.000.000.000,01"),
            ("euro-punt", "1.234"),
            ("euro-punt", "1,50"),
            ("euro-punt", "--5"),
            ("euro-punt", ""),
            ("euro-punt", "9999999999999999999"),
        ] {
            assert_eq!(read(form, cell), None, "{form} {cell}");
        }
    }

    #[test]
    fn numbers_are_written_as_they_print() {
        for number in [0, 7, 10, -1, -120, MAX_CENT, i64::MIN, i64::MAX] {
            let mut out = b"x".to_vec();
            write_number(number, &mut out);
            assert_eq!(out, format!("x{number}").as_bytes());
        }
    }
}
