//! How the sources write numbers, dates, months, amounts and codes: each dialect its own way.

use super::calendar::{Calendar, Civil};
use super::numbers::{Bad, Id};

/// A way of writing, by the name of the import profile that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// UTF-8, LF, the column names and values of the contract.
    Standaard,
    /// Education register: windows-1252, CRLF, capitals, dates jjjjmmdd.
    Duo,
    /// A spreadsheet set to Dutch: byte order mark, CRLF, dates d-m-jjjj, lost zeros.
    ExcelNl,
    /// Wage register: LF, months jjjjmm, amounts `1.234,56`.
    Uwv,
}

impl Dialect {
    pub(super) fn profiel(self) -> &'static str {
        match self {
            Self::Standaard => "standaard",
            Self::Duo => "duo",
            Self::ExcelNl => "excel-nl",
            Self::Uwv => "uwv",
        }
    }

    pub(super) fn end_of_line(self) -> &'static [u8] {
        match self {
            Self::Standaard | Self::Uwv => b"\n",
            Self::Duo | Self::ExcelNl => b"\r\n",
        }
    }

    /// The number of a person, or what stands in its place.
    pub(super) fn id(self, buffer: &mut Vec<u8>, id: Id) {
        match id {
            // A spreadsheet makes a number of it and eats the zero. A number with more zeros was typed as text:
            // without both it could not be told from a typing error.
            Id::Bsn(number @ 10_000_000..=99_999_999) if self == Self::ExcelNl => {
                digits::<8>(buffer, number);
            }
            Id::Bsn(number) | Id::Onderwijsnummer(number) => digits::<9>(buffer, number),
            Id::Bad(Bad::Fails(number)) => digits::<9>(buffer, number),
            Id::Bad(Bad::Zeros) => digits::<9>(buffer, 0),
            Id::Bad(Bad::Short(number)) => digits::<7>(buffer, number),
            Id::Bad(Bad::Empty) => {}
            Id::Bad(Bad::Letters) => {
                let text = "privé";
                match self {
                    Self::Duo => {
                        buffer.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(text).0);
                    }
                    _ => buffer.extend_from_slice(text.as_bytes()),
                }
            }
        }
    }

    /// A day counted from the peildatum; nothing when there is none.
    pub(super) fn date(self, buffer: &mut Vec<u8>, calendar: &Calendar, day: Option<i32>) {
        let Some(day) = day else { return };
        let Civil { year, month, day } = calendar.civil(day);
        match self {
            Self::Duo | Self::Uwv => {
                digits::<4>(buffer, year);
                digits::<2>(buffer, month);
                digits::<2>(buffer, day);
            }
            Self::ExcelNl => {
                number(buffer, day);
                buffer.push(b'-');
                number(buffer, month);
                buffer.push(b'-');
                digits::<4>(buffer, year);
            }
            Self::Standaard => {
                digits::<4>(buffer, year);
                buffer.push(b'-');
                digits::<2>(buffer, month);
                buffer.push(b'-');
                digits::<2>(buffer, day);
            }
        }
    }

    /// A month counted from the peilmaand.
    pub(super) fn month(self, buffer: &mut Vec<u8>, calendar: &Calendar, month: i32) {
        let (year, month) = calendar.month(month);
        match self {
            Self::Duo | Self::Uwv => {
                digits::<4>(buffer, year);
                digits::<2>(buffer, month);
            }
            Self::ExcelNl => {
                digits::<2>(buffer, month);
                buffer.push(b'-');
                digits::<4>(buffer, year);
            }
            Self::Standaard => {
                digits::<4>(buffer, year);
                buffer.push(b'-');
                digits::<2>(buffer, month);
            }
        }
    }
}

/// Whole eurocents as euros: `1.234,56`, `-50,00`.
pub(super) fn euros(buffer: &mut Vec<u8>, cents: i32) {
    if cents < 0 {
        buffer.push(b'-');
    }
    let cents = cents.unsigned_abs();
    let euros = cents / 100;
    if euros >= 1_000_000 {
        number(buffer, euros / 1_000_000);
        buffer.push(b'.');
        digits::<3>(buffer, euros / 1000 % 1000);
        buffer.push(b'.');
        digits::<3>(buffer, euros % 1000);
    } else if euros >= 1000 {
        number(buffer, euros / 1000);
        buffer.push(b'.');
        digits::<3>(buffer, euros % 1000);
    } else {
        number(buffer, euros);
    }
    buffer.push(b',');
    digits::<2>(buffer, cents % 100);
}

/// Exactly `W` digits, zeros in front.
pub(super) fn digits<const W: usize>(buffer: &mut Vec<u8>, mut value: u32) {
    let mut text = [b'0'; W];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
    buffer.extend_from_slice(&text);
}

/// As many digits as it takes.
pub(super) fn number(buffer: &mut Vec<u8>, value: u32) {
    let start = buffer.len();
    digits::<10>(buffer, value);
    let zeros = buffer.iter().skip(start).take(9).take_while(|digit| **digit == b'0').count();
    buffer.drain(start..start + zeros);
}

pub(super) fn capitals(buffer: &mut Vec<u8>, text: &str) {
    buffer.extend(text.bytes().map(|byte| byte.to_ascii_uppercase()));
}

/// The first letter as a capital when `capital`, as a spreadsheet's autocorrection does.
pub(super) fn maybe_capital(buffer: &mut Vec<u8>, text: &str, capital: bool) {
    let at = buffer.len();
    buffer.extend_from_slice(text.as_bytes());
    if capital && let Some(first) = buffer.get_mut(at) {
        first.make_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut buffer = b"x".to_vec();
        write(&mut buffer);
        String::from_utf8(buffer.split_off(1)).unwrap()
    }

    #[test]
    fn euros_have_a_comma_and_dots() {
        for (cents, expected) in [
            (0, "0,00"),
            (5, "0,05"),
            (-5_000, "-50,00"),
            (30_000, "300,00"),
            (123_456, "1.234,56"),
            (-100_007, "-1.000,07"),
            (100_000_000, "1.000.000,00"),
        ] {
            assert_eq!(text(|b| euros(b, cents)), expected);
        }
    }

    #[test]
    fn a_spreadsheet_eats_one_zero_and_no_more() {
        for (number, expected) in [(12_345_672, "12345672"), (1_234_563, "001234563"), (999_991_905, "999991905")] {
            assert_eq!(text(|b| Dialect::ExcelNl.id(b, Id::Bsn(number))), expected);
        }
        assert_eq!(text(|b| Dialect::Duo.id(b, Id::Bsn(12_345_672))), "012345672");
    }
}
