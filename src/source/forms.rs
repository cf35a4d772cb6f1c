//! Spellings of dates and months, and how each becomes the contract's.

use super::amount::{AmountForm, write_number};
use crate::terms::{Datum, Maand};

/// How a source writes a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateForm {
    /// `2026-10-01`.
    YearFirst,
    /// `01-10-2026`.
    DayFirst,
    /// `1-10-2026`, with or without leading zeros.
    DayFirstShort,
    /// `20261001`.
    Digits,
}

/// How a source writes a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MonthForm {
    /// `2026-10`.
    YearFirst,
    /// `10-2026`.
    MonthFirst,
    /// `9-2026`, with or without leading zero.
    MonthFirstShort,
    /// `202610`.
    Digits,
    /// A date of which only the month counts.
    Of(DateForm),
}

/// The spellings that are tried, in order.
#[derive(Clone, Debug)]
pub(super) struct Forms {
    pub(super) dates: Vec<DateForm>,
    pub(super) months: Vec<MonthForm>,
    pub(super) amount: AmountForm,
}

impl DateForm {
    /// The form of this name in a profile.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "jjjj-mm-dd" => Self::YearFirst,
            "dd-mm-jjjj" => Self::DayFirst,
            "d-m-jjjj" => Self::DayFirstShort,
            "jjjjmmdd" => Self::Digits,
            _ => return None,
        })
    }

    /// The cell as `yyyy-mm-dd`, if it has this form and the calendar has the day.
    fn read(self, cell: &[u8]) -> Option<[u8; 10]> {
        let date = match (self, cell) {
            (Self::YearFirst, _) => cell.try_into().ok()?,
            (Self::DayFirst, &[d0, d1, b'-', m0, m1, b'-', y0, y1, y2, y3]) => {
                [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1]
            }
            (Self::DayFirstShort, _) => {
                let (d0, d1, rest) = short(cell)?;
                let (m0, m1, rest) = short(rest)?;
                let &[y0, y1, y2, y3] = rest else { return None };
                [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1]
            }
            (Self::Digits, &[y0, y1, y2, y3, m0, m1, d0, d1]) => [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1],
            _ => return None,
        };
        Datum::parse(&date).is_ok().then_some(date)
    }
}

impl MonthForm {
    /// The form of this name in a profile.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "jjjj-mm" => Self::YearFirst,
            "mm-jjjj" => Self::MonthFirst,
            "m-jjjj" => Self::MonthFirstShort,
            "jjjjmm" => Self::Digits,
            _ => Self::Of(DateForm::named(name)?),
        })
    }

    /// The cell as `yyyy-mm`, if it has this form and the month exists.
    fn read(self, cell: &[u8]) -> Option<[u8; 7]> {
        let month = match (self, cell) {
            (Self::YearFirst, _) => cell.try_into().ok()?,
            (Self::MonthFirst, &[m0, m1, b'-', y0, y1, y2, y3]) => [y0, y1, y2, y3, b'-', m0, m1],
            (Self::MonthFirstShort, _) => {
                let (m0, m1, rest) = short(cell)?;
                let &[y0, y1, y2, y3] = rest else { return None };
                [y0, y1, y2, y3, b'-', m0, m1]
            }
            (Self::Digits, &[y0, y1, y2, y3, m0, m1]) => [y0, y1, y2, y3, b'-', m0, m1],
            (Self::Of(form), _) => *form.read(cell)?.first_chunk()?,
            _ => return None,
        };
        Maand::parse(&month).is_ok().then_some(month)
    }
}

/// One or two characters before a hyphen, as two, and what follows the hyphen.
fn short(cell: &[u8]) -> Option<(u8, u8, &[u8])> {
    match cell {
        [low, b'-', rest @ ..] => Some((b'0', *low, rest)),
        [high, low, b'-', rest @ ..] => Some((*high, *low, rest)),
        _ => None,
    }
}

impl Forms {
    /// Writes the date as `yyyy-mm-dd`; `false`, and nothing written, when no form fits.
    pub(super) fn date(&self, cell: &[u8], out: &mut Vec<u8>) -> bool {
        let date = self.dates.iter().find_map(|form| form.read(cell));
        date.inspect(|date| out.extend_from_slice(date)).is_some()
    }

    /// Writes the month as `yyyy-mm`; `false`, and nothing written, when no form fits.
    pub(super) fn month(&self, cell: &[u8], out: &mut Vec<u8>) -> bool {
        let month = self.months.iter().find_map(|form| form.read(cell));
        month.inspect(|month| out.extend_from_slice(month)).is_some()
    }

    /// Writes the amount in eurocents; `false`, and nothing written, when the form does not fit.
    pub(super) fn amount(&self, cell: &[u8], out: &mut Vec<u8>) -> bool {
        self.amount.read(cell).inspect(|amount| write_number(*amount, out)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(form: &str, cell: &str) -> Option<String> {
        DateForm::named(form).unwrap().read(cell.as_bytes()).map(|date| String::from_utf8(date.to_vec()).unwrap())
    }

    fn month(form: &str, cell: &str) -> Option<String> {
        MonthForm::named(form).unwrap().read(cell.as_bytes()).map(|month| String::from_utf8(month.to_vec()).unwrap())
    }

    #[test]
    fn every_date_form_becomes_the_contracts() {
        for (form, cell) in [
            ("jjjj-mm-dd", "2026-03-09"),
            ("dd-mm-jjjj", "09-03-2026"),
            ("d-m-jjjj", "9-3-2026"),
            ("d-m-jjjj", "09-03-2026"),
            ("jjjjmmdd", "20260309"),
        ] {
            assert_eq!(date(form, cell).as_deref(), Some("2026-03-09"), "{form}");
        }
        for (form, cell) in [
            ("jjjj-mm-dd", "2026-3-9"),
            ("jjjj-mm-dd", "2026-02-30"),
            ("dd-mm-jjjj", "9-3-2026"),
            ("dd-mm-jjjj", "31-02-2026"),
            ("d-m-jjjj", "009-3-2026"),
            ("d-m-jjjj", "9-3-26"),
            ("d-m-jjjj", "-3-2026"),
            ("jjjjmmdd", "00000000"),
            ("jjjjmmdd", "2026039"),
            ("jjjjmmdd", "2026-309"),
        ] {
            assert_eq!(date(form, cell), None, "{form}");
        }
    }

    #[test]
    fn every_month_form_becomes_the_contracts() {
        for (form, cell) in [
            ("jjjj-mm", "2026-03"),
            ("mm-jjjj", "03-2026"),
            ("m-jjjj", "3-2026"),
            ("jjjjmm", "202603"),
            ("jjjjmmdd", "20260331"),
            ("d-m-jjjj", "1-3-2026"),
        ] {
            assert_eq!(month(form, cell).as_deref(), Some("2026-03"), "{form}");
        }
        for (form, cell) in
            [("jjjj-mm", "2026-13"), ("mm-jjjj", "3-2026"), ("m-jjjj", "0-2026"), ("jjjjmm", "20263"), ("jjjjmm", "")]
        {
            assert_eq!(month(form, cell), None, "{form}");
        }
        assert!(MonthForm::named("maand").is_none() && DateForm::named("jjjj-mm").is_none());
    }
}
