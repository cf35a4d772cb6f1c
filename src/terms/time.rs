//! Dates, months and moments. Calendar arithmetic is jiff's.

use super::{Invalid, digits, pairs};
use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use std::num::NonZeroU32;

/// A calendar date, written `yyyy-mm-dd` (ISO 8601).
// One number that grows with the date, from high to low the year counted from `BEFORE`, the month and the day: a row has
// up to three, and what is one number is compared and copied at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Datum(NonZeroU32);

/// Before the first year that the calendar has.
const BEFORE: i16 = -10_000;
/// Where the parts of a [`Datum`] begin. Its lowest bit is always one, so that nothing is no date, and takes no more room
/// than a date.
const YEAR: u32 = 10;
const MONTH: u32 = 6;
const DAY: u32 = 1;

/// Year, month and day of `yyyymmdd`; whether the month has that day is still to be asked.
#[inline(always)]
fn parts(text: [u8; 8]) -> Option<(i16, u16, u16)> {
    let (digits, others) = digits(text);
    let [century, _, year, _, month, _, day, _] = pairs(digits).to_le_bytes().map(u16::from);
    (others == 0 && (1..=12).contains(&month)).then(|| ((century * 100 + year).cast_signed(), month, day))
}

impl Datum {
    /// Reads `yyyy-mm-dd`.
    ///
    /// # Errors
    /// [`Invalid`] for another form or a day that the calendar does not have.
    #[inline(always)]
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        let found = || {
            let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text else { return None };
            Self::read([y0, y1, y2, y3, m0, m1, d0, d1])
        };
        found().ok_or(Invalid { expected: "een bestaande datum als jjjj-mm-dd" })
    }

    /// Reads `yyyymmdd`, all digits together, without a branch for each.
    #[inline(always)]
    fn read(text: [u8; 8]) -> Option<Self> {
        let (year, month, day) = parts(text)?;
        // Every month but the second has thirty days. Which have more, only the calendar knows.
        let last = if month == 2 { 28 } else { 30 };
        let exists = day >= 1 && (day <= last || Date::new(year, month as i8, day as i8).is_ok());
        exists.then(|| Self::of(year, month, day))
    }

    fn of(year: i16, month: u16, day: u16) -> Self {
        let fields = u32::from(year.abs_diff(BEFORE)) << YEAR | u32::from(month) << MONTH | u32::from(day) << DAY;
        Self(NonZeroU32::MIN | fields)
    }

    /// The date of a calendar date that is known to exist.
    #[must_use]
    pub fn from_civil(date: Date) -> Self {
        // No month or day is negative.
        let [month, day] = [date.month(), date.day()].map(|part| u16::from(part.unsigned_abs()));
        Self::of(date.year(), month, day)
    }

    /// The calendar date.
    #[must_use]
    pub fn civil(self) -> Date {
        // It was made of one, so there is one.
        Date::new(self.year(), self.month(), self.day()).unwrap_or(Date::ZERO)
    }

    fn year(self) -> i16 {
        // At most 19,999, so nothing is cut off.
        BEFORE + (self.0.get() >> YEAR) as i16
    }

    fn month(self) -> i8 {
        (self.0.get() >> MONTH & 0b1111) as i8
    }

    fn day(self) -> i8 {
        (self.0.get() >> DAY & 0b1_1111) as i8
    }

    /// This date so many days later; the calendar's last day where there is none.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self::from_civil(self.civil().saturating_add(Span::new().days(i64::from(days))))
    }

    /// The date so many days earlier; the first date there is, when it would be before it.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        Self::from_civil(self.civil().saturating_sub(Span::new().days(i64::from(days))))
    }

    /// A number that grows with the date, for compact tables: above 0 and below 2²⁵.
    pub(crate) fn rank(self) -> u32 {
        self.0.get()
    }
}

impl std::fmt::Display for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.civil().fmt(f)
    }
}

impl std::fmt::Debug for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// A calendar month, written `yyyy-mm`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Maand(Datum);

impl Maand {
    /// Reads `yyyy-mm`.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    #[inline(always)]
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        let first_day = || {
            let [y0, y1, y2, y3, b'-', m0, m1] = *text else { return None };
            let (year, month, _) = parts([y0, y1, y2, y3, m0, m1, b'0', b'1'])?;
            Some(Datum::of(year, month, 1))
        };
        first_day().map(Self).ok_or(Invalid { expected: "een maand als jjjj-mm" })
    }

    /// The month in which a date falls.
    #[must_use]
    pub fn of(datum: Datum) -> Self {
        Self(Datum::from_civil(datum.civil().first_of_month()))
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(Datum::from_civil(self.0.civil().saturating_sub(Span::new().months(1))))
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Datum {
        self.0
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
        Self { datum, year_before: Datum::from_civil(datum.civil().saturating_sub(Span::new().months(12))) }
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
        let (now, then) = (self.datum, birth.0);
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
        Datum::from_civil(TimeZone::UTC.to_datetime(self.0).date())
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
        assert!(datum("0000-01-01").rank() > 0 && datum("9999-12-31").rank() < 1 << 25);
        let days = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"].map(|day| datum(day).rank());
        assert!(days.is_sorted_by(|one, next| one < next));
    }

    /// What a text says, read a digit at a time.
    fn naive(text: &[u8; 10]) -> Option<Date> {
        let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<i16>().ok();
        let digits = [0, 1, 2, 3, 5, 6, 8, 9].iter().all(|at| text[*at].is_ascii_digit());
        let dashes = text[4] == b'-' && text[7] == b'-';
        let [year, month, day] = [number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?];
        let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
        (digits && dashes).then_some(date)
    }

    #[test]
    fn every_date_is_read_as_the_calendar_has_it() {
        let mut before: Option<Datum> = None;
        for year in [0, 1, 1899, 1900, 1999, 2000, 2023, 2024, 2100, 9999] {
            for (month, day) in (0..100).flat_map(|month| (0..100).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let expected = Date::new(year, month, day).ok();
                let found = Datum::parse(text.as_bytes()).ok();
                assert_eq!(found.map(Datum::civil), expected, "{text}");
                assert_eq!(Maand::parse(&text.as_bytes()[..7]).is_ok(), (1..=12).contains(&month), "{text}");
                let Some(found) = found else { continue };
                assert_eq!((found.to_string(), Datum::from_civil(found.civil())), (text, found));
                assert!(before.is_none_or(|before| before < found && before.rank() < found.rank()));
                before = Some(found);
            }
        }
        for date in [Date::MIN, Date::MAX, Date::ZERO] {
            assert_eq!(Datum::from_civil(date).civil(), date);
        }
        assert_eq!(size_of::<Option<Datum>>(), 4);
    }

    #[test]
    fn no_byte_passes_for_a_digit_or_a_dash() {
        for text in [b"2024-02-29", b"2026-11-30", b"1999-10-01"] {
            for (place, byte) in (0..10).flat_map(|place| (0..=255).map(move |byte| (place, byte))) {
                let mut text = *text;
                text[place] = byte;
                assert_eq!(Datum::parse(&text).ok().map(Datum::civil), naive(&text), "{byte} at {place}");
                let month = text.first_chunk::<7>().unwrap();
                let first: [u8; 10] = [month.as_slice(), b"-01"].concat().try_into().unwrap();
                assert_eq!(Maand::parse(month).ok().map(|maand| maand.first_day().civil()), naive(&first));
            }
        }
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
