//! Dates, months and moments. Calendar arithmetic is jiff's.

use super::Invalid;
use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};

/// A calendar date, written `yyyy-mm-dd` (ISO 8601).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Datum(Date);

/// `count` ASCII digits as a number.
fn digits(text: &[u8]) -> Option<i16> {
    text.iter().try_fold(0i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
}

impl Datum {
    /// Reads `yyyy-mm-dd`.
    ///
    /// # Errors
    /// [`Invalid`] for another form or a day that the calendar does not have.
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        let parsed = || {
            let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text else { return None };
            let year = digits(&[y0, y1, y2, y3])?;
            let month = digits(&[m0, m1])?;
            let day = digits(&[d0, d1])?;
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        };
        parsed().map(Self).ok_or(Invalid { expected: "een bestaande datum als jjjj-mm-dd" })
    }

    /// The date of a calendar date that is known to exist.
    #[must_use]
    pub fn from_civil(date: Date) -> Self {
        Self(date)
    }

    /// The calendar date.
    #[must_use]
    pub fn civil(self) -> Date {
        self.0
    }

    /// This date so many days later; the calendar's last day where there is none.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(Span::new().days(i64::from(days))))
    }

    /// The date so many days earlier; the first date there is, when it would be before it.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        Self(self.0.saturating_sub(Span::new().days(i64::from(days))))
    }

    /// A number that grows with the date, for compact tables: above 0 and below 2²³.
    pub(crate) fn rank(self) -> u32 {
        // Years 0 to 9999 only, by parse; no day or month is negative.
        let [year, month, day] = [self.0.year(), self.0.month().into(), self.0.day().into()].map(i16::unsigned_abs);
        u32::from(year) << 9 | u32::from(month) << 5 | u32::from(day)
    }
}

impl std::fmt::Display for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A calendar month, written `yyyy-mm`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Maand(Date);

impl Maand {
    /// Reads `yyyy-mm`.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        let parsed = || {
            let [y0, y1, y2, y3, b'-', m0, m1] = *text else { return None };
            let (year, month) = (digits(&[y0, y1, y2, y3])?, digits(&[m0, m1])?);
            Date::new(year, i8::try_from(month).ok()?, 1).ok()
        };
        parsed().map(Self).ok_or(Invalid { expected: "een maand als jjjj-mm" })
    }

    /// The month in which a date falls.
    #[must_use]
    pub fn of(datum: Datum) -> Self {
        Self(datum.0.first_of_month())
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(Span::new().months(1)))
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Datum {
        Datum(self.0)
    }
}

impl std::fmt::Display for Maand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl std::fmt::Debug for Maand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The reference date of a koppeling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peildatum {
    datum: Datum,
    /// Asked of everybody, so it is told once.
    year_before: Datum,
}

impl Peildatum {
    /// The reference date at this date.
    #[must_use]
    pub fn new(datum: Datum) -> Self {
        Self { datum, year_before: Datum(datum.0.saturating_sub(Span::new().months(12))) }
    }

    /// The date itself.
    #[must_use]
    pub fn datum(self) -> Datum {
        self.datum
    }

    /// Its calendar month, the *peilmaand*.
    #[must_use]
    pub fn maand(self) -> Maand {
        Maand::of(self.datum)
    }

    /// Twelve months earlier, the day clamped to the month's end: who left on or before it is an
    /// *oud-vsv'er* (DOMEIN, Cohort).
    #[must_use]
    pub fn year_before(self) -> Datum {
        self.year_before
    }

    /// Age in whole years from the first day of the birth month (DOMEIN, Age); negative for a
    /// birth month in the future.
    #[must_use]
    pub fn age(self, birth: Maand) -> i16 {
        let (now, then) = (self.datum.0, birth.0);
        now.year() - then.year() - i16::from(now.month() < then.month())
    }
}

impl std::fmt::Display for Peildatum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.datum.fmt(f)
    }
}

/// A moment in UTC (RFC 3339, offset `Z`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Timestamp);

impl Moment {
    /// Reads an RFC 3339 moment with offset `Z`, such as `2026-11-02T08:30:00Z`.
    ///
    /// # Errors
    /// [`Invalid`] for another form or offset.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = Invalid { expected: "een moment in UTC als jjjj-mm-ddTuu:mm:ssZ" };
        // The crate reads more spellings than the contract has; shape first, calendar after.
        let shaped = text.len() >= 20 && text.get(10..11) == Some("T") && text.ends_with('Z');
        if !shaped {
            return Err(invalid);
        }
        text.parse().map(Self).map_err(|_| invalid)
    }

    /// The moment of a timestamp.
    #[must_use]
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        Self(timestamp)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_nanoseconds(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// The moment so many seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Invalid`] outside the years that the calendar has.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, Invalid> {
        Timestamp::from_second(seconds).map(Self).map_err(|_| Invalid { expected: "een moment dat de kalender heeft" })
    }

    /// Its date in UTC.
    #[must_use]
    pub fn datum(self) -> Datum {
        Datum(TimeZone::UTC.to_datetime(self.0).date())
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datum(text: &str) -> Datum {
        Datum::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn dates_are_strict() {
        for wrong in ["2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026/01/01", "", "2026-01-01 ", "+026-01-01"]
        {
            assert!(Datum::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert_eq!(datum("2024-02-29").to_string(), "2024-02-29");
        assert!(datum("0000-01-01").rank() > 0 && datum("9999-12-31").rank() < 1 << 23);
        let days = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"].map(|day| datum(day).rank());
        assert!(days.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn twelve_months_back_is_clamped() {
        assert_eq!(Peildatum::new(datum("2024-02-29")).year_before(), datum("2023-02-28"));
        assert_eq!(Peildatum::new(datum("2025-02-28")).year_before(), datum("2024-02-28"));
    }

    #[test]
    fn age_counts_from_the_first_of_the_month() {
        let birth = Maand::parse(b"2010-10").unwrap();
        assert_eq!(Peildatum::new(datum("2026-09-30")).age(birth), 15);
        assert_eq!(Peildatum::new(datum("2026-10-01")).age(birth), 16);
        assert_eq!(Peildatum::new(datum("2010-09-30")).age(birth), -1);
    }

    #[test]
    fn months_count_back_over_the_year() {
        assert_eq!(Maand::parse(b"2026-01").unwrap().previous().to_string(), "2025-12");
        assert!(Maand::parse(b"2026-00").is_err() && Maand::parse(b"2026-1").is_err());
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(Moment::parse("2026-11-02T23:30:00Z").unwrap().datum(), datum("2026-11-02"));
        for wrong in ["2026-11-02T08:30:00+01:00", "2026-11-02", "2026-11-02 08:30:00Z", "2026-11-02T08:30:00"] {
            assert!(Moment::parse(wrong).is_err(), "{wrong}");
        }
    }
}
