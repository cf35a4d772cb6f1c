//! Days and months counted from the peildatum, so that every rule about time reads as a sign: `van <= 0` is "on or
//! before the peildatum". Turned into civil dates only when a row is written.

use jiff::ToSpan;
use jiff::civil::Date;

/// Days before and after the peildatum that can be written; the oldest in a set is an uitschrijfdatum.
const DAYS_BACK: i32 = 12_000;
const DAYS_AHEAD: i32 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Civil {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: u32,
}

pub(super) struct Calendar {
    /// One entry per day from `-DAYS_BACK`: date arithmetic per row would cost more than writing the row.
    days: Vec<Civil>,
    /// Months since the year 0.
    peilmaand: i32,
    /// The day 12 months before the peildatum (clamped to the month's end): who left then or earlier is `oud`.
    pub(super) year_ago: i32,
}

impl Calendar {
    /// None when the peildatum lies outside the years for which dates of four digits and whole lives exist.
    pub(super) fn new(peildatum: Date) -> Option<Self> {
        if !(1950..=2200).contains(&peildatum.year()) {
            return None;
        }
        let first = peildatum.checked_sub(DAYS_BACK.days()).ok()?;
        let days = first.series(1.day()).take((DAYS_BACK + DAYS_AHEAD + 1) as usize).map(civil).collect();
        let year_ago = peildatum.checked_sub(12.months()).ok()?;
        Some(Self {
            days,
            peilmaand: i32::from(peildatum.year()) * 12 + i32::from(peildatum.month()) - 1,
            year_ago: -(peildatum.since(year_ago).ok()?.get_days()),
        })
    }

    /// The civil date of a day counted from the peildatum.
    pub(super) fn civil(&self, day: i32) -> Civil {
        let at = day.clamp(-DAYS_BACK, DAYS_AHEAD) + DAYS_BACK;
        self.days.get(at as usize).copied().unwrap_or(Civil { year: 1900, month: 1, day: 1 })
    }

    /// Year and month of a month counted from the peilmaand.
    pub(super) fn month(&self, month: i32) -> (u32, u32) {
        let at = self.peilmaand + month;
        (at.div_euclid(12) as u32, at.rem_euclid(12) as u32 + 1)
    }
}

fn civil(date: Date) -> Civil {
    Civil {
        year: u32::from(date.year().unsigned_abs()),
        month: u32::from(date.month().unsigned_abs()),
        day: u32::from(date.day().unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn counts_days_and_months_from_the_peildatum() {
        let calendar = Calendar::new(date(2024, 2, 29)).unwrap();
        let at = |day| {
            let civil = calendar.civil(day);
            (civil.year, civil.month, civil.day)
        };
        assert_eq!(at(0), (2024, 2, 29));
        assert_eq!(at(1), (2024, 3, 1));
        assert_eq!(at(-60), (2023, 12, 31));
        assert_eq!(calendar.month(0), (2024, 2));
        assert_eq!(calendar.month(-2), (2023, 12));
        assert_eq!(at(calendar.year_ago), (2023, 2, 28), "clamped to the month's end");
    }

    #[test]
    fn refuses_a_peildatum_beyond_its_table() {
        assert!(Calendar::new(date(1, 1, 1)).is_none());
        assert!(Calendar::new(date(9999, 12, 31)).is_none());
    }
}
