//! What the cells say in whole persons: a count says itself, a rounded percentage of a known total says
//! between which counts.

use super::fault::LeakFault;
use super::mark::{Number, Written};
use super::sums::{ENDLESS, Range};
use super::table::{Cell, Table};

/// What a table counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Persons.
    Aantallen,
    /// Shares of a total, rounded.
    Percentages,
}

/// What a table counts in: percentages when a percent sign, a fraction or the header says so.
pub(super) fn measure(table: &Table) -> Measure {
    let share = |cell: &Cell| match cell.written {
        Some(Written::Number(number)) => number.percent || number.whole().is_none(),
        _ => false,
    };
    if table.named_percentage || table.cells.iter().any(share) { Measure::Percentages } else { Measure::Aantallen }
}

/// What each cell says by itself.
pub(super) fn read(table: &Table, measure: Measure, total: Option<u64>) -> Result<Vec<Range>, LeakFault> {
    let mut ranges = match measure {
        Measure::Aantallen => table.cells.iter().map(|cell| says(cell, false)).collect(),
        Measure::Percentages => shares(table, total)?,
    };
    let grand = ranges.len().saturating_sub(1);
    if let (Some(total), Some(range), true) =
        (total, ranges.get_mut(grand), measure == Measure::Aantallen || table.dimensions.len() == 1)
    {
        if range.low > total || range.high < total {
            return Err(LeakFault::OtherTotal);
        }
        *range = Range::exact(total);
    }
    Ok(ranges)
}

fn says(cell: &Cell, is_share: bool) -> Range {
    match cell.written {
        Some(Written::Number(number)) if !is_share => number.whole().map_or(Range::ANY, Range::exact),
        Some(Written::Between(low, high)) => Range { low, high },
        Some(Written::Nil) => Range::exact(0),
        _ => Range::ANY,
    }
}

/// Which total a percentage is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// The total over this dimension: of its column, or of its row.
    Dimension(usize),
    /// All.
    All,
}

struct Shares<'a> {
    table: &'a Table,
    /// Per cell its percentage.
    shares: Vec<Option<Number>>,
    /// Per cell its count, where it is one.
    counts: Vec<Option<u64>>,
    total: Option<u64>,
}

fn shares(table: &Table, total: Option<u64>) -> Result<Vec<Range>, LeakFault> {
    let dimensions = table.dimensions.len();
    if dimensions > 2 {
        return Err(LeakFault::TooManyDimensions);
    }
    let signed = table.cells.iter().any(|cell| matches!(cell.written, Some(Written::Number(n)) if n.percent));
    let share = |(at, cell): (usize, &Cell)| match cell.written {
        Some(Written::Number(number)) => {
            let small = number.digits <= number.unit().saturating_mul(100);
            let unsigned = !signed && (small || !table.is_margin(at));
            (number.percent || number.whole().is_none() || unsigned).then_some(number)
        }
        _ => None,
    };
    let shares: Vec<Option<Number>> = table.cells.iter().enumerate().map(share).collect();
    let count = |(cell, share): (&Cell, &Option<Number>)| match cell.written {
        Some(Written::Number(number)) if share.is_none() => number.whole(),
        _ => None,
    };
    let counts = table.cells.iter().zip(&shares).map(count).collect();
    let all = Shares { table, shares, counts, total };
    let of = all.of()?;
    all.ranges(of)
}

impl Shares<'_> {
    /// The cell that a percentage is of.
    fn base(&self, of: Of, at: usize) -> usize {
        let mut place = self.table.place(at);
        for (dimension, value) in place.iter_mut().enumerate() {
            if of == Of::All || of == Of::Dimension(dimension) {
                *value = None;
            }
        }
        self.table.at(&place)
    }

    /// Its size; what `--totaal` says where the table says nothing. A total over several columns that
    /// each have that size is not of that size.
    fn size(&self, of: Of, base: usize) -> Option<u64> {
        let place = self.table.place(base);
        let own = place.iter().filter(|value| value.is_none()).count() == if of == Of::All { place.len() } else { 1 };
        self.counts.get(base).copied().flatten().or(self.total.filter(|_| own))
    }

    /// The one reading in which every percentage has a total; of several, the one that adds up to 100.
    fn of(&self) -> Result<Of, LeakFault> {
        let candidates: &[Of] = match self.table.dimensions.len() {
            2 => &[Of::Dimension(0), Of::Dimension(1), Of::All],
            _ => &[Of::All],
        };
        let sized = |of: &&Of| {
            let mut inner = (0..self.shares.len()).filter(|at| !self.table.is_margin(*at));
            inner.all(|at| {
                self.shares.get(at).copied().flatten().is_none() || self.size(**of, self.base(**of, at)).is_some()
            })
        };
        let known: Vec<Of> = candidates.iter().filter(sized).copied().collect();
        match known.as_slice() {
            [] => Err(LeakFault::NoTotal),
            [only] => Ok(*only),
            several => {
                let adding: Vec<Of> = several.iter().filter(|of| self.adds_up(**of)).copied().collect();
                match adding.as_slice() {
                    [only] => Ok(*only),
                    _ => Err(LeakFault::OfWhat),
                }
            }
        }
    }

    /// Whether the percentages of each total are 100 together, give or take their rounding.
    fn adds_up(&self, of: Of) -> bool {
        let mut sums: std::collections::BTreeMap<usize, (f64, f64, bool)> = std::collections::BTreeMap::new();
        for at in (0..self.shares.len()).filter(|at| !self.table.is_margin(*at)) {
            let (sum, slack, whole) = sums.entry(self.base(of, at)).or_insert((0.0, 1e-6, true));
            match self.shares.get(at).copied().flatten() {
                Some(share) => {
                    *sum += share.digits as f64 / share.unit() as f64;
                    *slack += 0.5 / share.unit() as f64;
                }
                None => *whole = false,
            }
        }
        sums.values().all(|(sum, slack, whole)| *sum <= 100.0 + slack && (!whole || *sum >= 100.0 - slack))
    }

    fn ranges(&self, of: Of) -> Result<Vec<Range>, LeakFault> {
        let mut ranges = Vec::with_capacity(self.shares.len());
        for (at, cell) in self.table.cells.iter().enumerate() {
            let base = self.base(of, at);
            let size = self.size(of, base);
            let share = self.shares.get(at).copied().flatten();
            ranges.push(match (share, size) {
                // A total of 100% says nothing, nor does one that is 101 by rounding.
                _ if base == at => size.map_or(says(cell, share.is_some()), Range::exact),
                (Some(share), _) if share.digits > share.unit().saturating_mul(100) => {
                    return Err(LeakFault::TooMuch { line: cell.line, column: cell.column });
                }
                (Some(share), Some(size)) => rounded(share, size),
                (Some(_), None) => Range::ANY,
                (None, _) => says(cell, false),
            });
        }
        Ok(ranges)
    }
}

/// The counts whose percentage is rounded to this one. Halves may have gone up or down.
fn rounded(share: Number, size: u64) -> Range {
    let (digits, size) = (u128::from(share.digits), u128::from(size));
    let whole = 200 * u128::from(share.unit());
    let low = (2 * digits).saturating_sub(1).saturating_mul(size).div_ceil(whole);
    let high = (2 * digits).saturating_add(1).saturating_mul(size).checked_div(whole).unwrap_or(0).min(size);
    let narrow = |count: u128| u64::try_from(count).unwrap_or(ENDLESS);
    Range { low: narrow(low), high: narrow(high) }
}
