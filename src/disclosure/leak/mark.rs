//! What one cell of somebody else's table says: a number as the Dutch write it, or a mark.

/// More than this many persons is no count of persons.
const MOST: u64 = 1_000_000_000_000;

/// A number as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Its digits, without the decimal sign.
    pub(super) digits: u64,
    /// How many of these are behind the decimal sign.
    pub(super) decimals: u32,
    /// Whether a percent sign stands beside it.
    pub(super) percent: bool,
}

impl Number {
    /// One in the last place.
    pub(super) fn unit(self) -> u64 {
        10u64.saturating_pow(self.decimals)
    }

    /// Its whole value, when nothing but zeros is behind the decimal sign.
    pub(super) fn whole(self) -> Option<u64> {
        let unit = self.unit();
        self.digits.is_multiple_of(unit).then(|| self.digits / unit.max(1))
    }
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A number.
    Number(Number),
    /// A mark that tells how large it is at least and at most, such as `<5`.
    Between(u64, u64),
    /// A mark for nobody.
    Nil,
    /// A mark for "not published".
    Withheld,
}

/// Why a cell says nothing that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Neither a number nor a mark.
    Unknown,
    /// `1,204`: a Dutch fraction or an English thousand.
    Ambiguous,
}

/// Marks for "not published", in lower case. Statistics Netherlands writes `.` and `x`; an empty cell says
/// nothing either, so nothing is known of it.
const WITHHELD: &[&str] = &[
    "",
    "•",
    "·",
    "●",
    "x",
    "xx",
    "xxx",
    ".",
    "..",
    "...",
    "…",
    "*",
    "**",
    "***",
    "#",
    "?",
    "n.b.",
    "nb",
    "n.b",
    "n/b",
    "n.v.t.",
    "nvt",
    "n/a",
    "na",
    "nan",
    "null",
    "geheim",
    "vertrouwelijk",
    "onderdrukt",
    "afgeschermd",
    "s",
    "c",
];

/// Marks for nobody: a dash, as Statistics Netherlands writes it.
const NIL: &[&str] = &["-", "–", "—", "−", "nihil", "geen"];

/// Reads a cell.
pub(super) fn read(text: &str) -> Result<Written, Unreadable> {
    let space = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    let text: String = text.trim_matches(space).to_lowercase();
    if WITHHELD.contains(&text.as_str()) {
        return Ok(Written::Withheld);
    }
    if NIL.contains(&text.as_str()) {
        return Ok(Written::Nil);
    }
    if let Some(bounds) = range(&text) {
        return Ok(bounds);
    }
    // A star behind a number marks it as provisional; the number stands.
    number(text.trim_end_matches(['*', ' '])).map(Written::Number)
}

/// `<5`, `≤4`, `minder dan 5`, `1-4`, `1 t/m 4`. What is below 5 may be nobody: few say whether it can be.
fn range(text: &str) -> Option<Written> {
    let count = |text: &str| text.trim().parse::<u64>().ok().filter(|count| *count <= MOST);
    for (begin, less) in [("<=", 0), ("≤", 0), ("hoogstens", 0), ("<", 1), ("minder dan", 1), ("kleiner dan", 1)] {
        if let Some(rest) = text.strip_prefix(begin) {
            return count(rest)?.checked_sub(less).map(|most| Written::Between(0, most));
        }
    }
    for between in ["t/m", "tot en met", "-", "–"] {
        if let Some((low, high)) = text.split_once(between) {
            let (low, high) = (count(low)?, count(high)?);
            return (low <= high).then_some(Written::Between(low, high));
        }
    }
    None
}

fn number(text: &str) -> Result<Number, Unreadable> {
    let percent = text.contains('%');
    let bare = text.strip_suffix('%').or_else(|| text.strip_prefix('%')).unwrap_or(text).trim();
    let bare: Vec<&str> = bare.split([' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'']).collect();
    // Thousands apart by spaces: groups of three behind the first.
    if bare.iter().skip(1).any(|group| group.chars().take_while(char::is_ascii_digit).count() != 3) {
        return Err(Unreadable::Unknown);
    }
    let bare = bare.concat();
    let (whole, fraction) = match (bare.split_once(','), bare.rsplit_once('.')) {
        (Some((whole, fraction)), _) => {
            if fraction.len() == 3 && !percent && !whole.contains('.') && !whole.starts_with('0') {
                return Err(Unreadable::Ambiguous);
            }
            (ungrouped(whole)?, fraction)
        }
        (None, Some((whole, fraction))) if percent || fraction.len() != 3 => (whole.to_owned(), fraction),
        _ => (ungrouped(&bare)?, ""),
    };
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    if whole.is_empty() || !digits(&whole) || !digits(fraction) || fraction.len() > 6 {
        return Err(Unreadable::Unknown);
    }
    if bare.contains([',']) && fraction.is_empty() {
        return Err(Unreadable::Unknown);
    }
    let decimals = u32::try_from(fraction.len()).map_err(|_| Unreadable::Unknown)?;
    let digits: u64 = format!("{whole}{fraction}").parse().map_err(|_| Unreadable::Unknown)?;
    if digits > MOST.saturating_mul(10u64.saturating_pow(decimals)) {
        return Err(Unreadable::Unknown);
    }
    Ok(Number { digits, decimals, percent })
}

/// `1.204` without its dots; each group behind the first has three digits.
fn ungrouped(text: &str) -> Result<String, Unreadable> {
    let mut groups = text.split('.');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || (1..=3).contains(&first.len());
    if !grouped || rest.iter().any(|group| group.len() != 3) {
        return Err(Unreadable::Unknown);
    }
    Ok(format!("{first}{}", rest.concat()))
}
