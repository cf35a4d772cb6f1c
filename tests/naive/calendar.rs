//! Just enough calendar, counted by hand so that it agrees with no library by
//! construction.

/// Year, month, day.
pub type Day = (i64, i64, i64);
/// Year, month.
pub type Month = (i64, i64);

/// Reads `yyyy-mm-dd`.
pub fn parse_day(text: &str) -> Day {
    let (year, month) = parse_month(&text[..7]);
    (year, month, text[8..].parse().expect("a day"))
}

/// Reads `yyyy-mm`.
pub fn parse_month(text: &str) -> Month {
    (text[..4].parse().expect("a year"), text[5..7].parse().expect("a month"))
}

/// Writes `yyyy-mm-dd`.
pub fn show_day((year, month, day): Day) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// Writes `yyyy-mm`.
pub fn show_month((year, month): Month) -> String {
    format!("{year:04}-{month:02}")
}

/// Whether the year has a 29 February.
pub fn is_leap(year: i64) -> bool {
    if year % 400 == 0 {
        true
    } else if year % 100 == 0 {
        false
    } else {
        year % 4 == 0
    }
}

/// Length of a month.
pub fn days_in_month((year, month): Month) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Walks `count` days, one at a time; negative goes back.
pub fn add_days(start: Day, count: i64) -> Day {
    let (mut year, mut month, mut day) = start;
    for _ in 0..count.abs() {
        if count > 0 {
            day += 1;
            if day > days_in_month((year, month)) {
                (year, month) = add_months((year, month), 1);
                day = 1;
            }
        } else {
            day -= 1;
            if day == 0 {
                (year, month) = add_months((year, month), -1);
                day = days_in_month((year, month));
            }
        }
    }
    (year, month, day)
}

/// Walks `count` months, one at a time; negative goes back.
pub fn add_months(start: Month, count: i64) -> Month {
    let (mut year, mut month) = start;
    for _ in 0..count.abs() {
        if count > 0 {
            month += 1;
            if month == 13 {
                (year, month) = (year + 1, 1);
            }
        } else {
            month -= 1;
            if month == 0 {
                (year, month) = (year - 1, 12);
            }
        }
    }
    (year, month)
}

/// Twelve months earlier; 29 February becomes 28 February.
pub fn year_earlier((year, month, day): Day) -> Day {
    let month = add_months((year, month), -12);
    (month.0, month.1, day.min(days_in_month(month)))
}
