//! Lowest and highest value of every withheld cell, from what is published alone: for somebody else's
//! table, of which the true counts are not known.

use super::Stopped;
use super::linear::{Linear, Proposal, Solved};
use super::model::{Model, published};
use super::network::{Network, Reach};
use super::reduce::{Form, Reduced};
use super::witness::Witness;
use crate::disclosure::problem::{Pattern, Problem, TimeIsUp};

/// What an attacker can say of a withheld cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Index into [`Problem::tables`].
    pub table: usize,
    /// The cell.
    pub cell: usize,
    /// The least that it can be.
    pub low: Bound,
    /// The most that it can be.
    pub high: Bound,
}

/// One end of an interval. A table that reaches it has been checked in whole numbers; that nothing
/// lies beyond is exact for networks (one- and two-way tables), and the solver's word for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A fraction, in lowest terms.
    At {
        /// Above the line.
        numerator: u64,
        /// Below the line.
        denominator: u64,
    },
    /// There is no end.
    Unbounded,
    /// The solver failed, or its table did not pass the check.
    Unsettled,
}

/// Intervals of all cells that the pattern withholds, in order of table and cell. Counts of withheld
/// cells are not looked at.
///
/// # Errors
/// When no table fits what is published, or the work is too much.
pub fn intervals(problem: &Problem, pattern: &Pattern, time_is_up: TimeIsUp<'_>) -> Result<Vec<Interval>, Stopped> {
    intervals_by(problem, pattern, true, time_is_up)
}

/// With flows where they can be used, or by linear programs alone.
pub(super) fn intervals_by(
    problem: &Problem,
    pattern: &Pattern,
    flows: bool,
    time_is_up: TimeIsUp<'_>,
) -> Result<Vec<Interval>, Stopped> {
    let model = Model::of(problem, time_is_up)?;
    let known = model.values(problem, |table, cell| published(problem, pattern, table, cell))?;
    let reduced = Reduced::of(&model, &known)?;
    let ends = Ends::of(&model, &known, &reduced, flows)?;
    let mut found: Vec<Option<(Bound, Bound)>> = vec![None; model.keys.len()];
    let mut all = Vec::new();
    for (table, places) in model.places.iter().enumerate() {
        for (cell, place) in places.iter().enumerate() {
            if published(problem, pattern, table, cell) {
                continue;
            }
            if time_is_up() {
                return Err(Stopped::TimeUp);
            }
            let nothing = (fraction(0, 1), fraction(0, 1));
            let (low, high) = match place.and_then(|unknown| Some((unknown, found.get_mut(unknown)?))) {
                None => nothing,
                Some((unknown, known)) => *known.get_or_insert_with(|| ends.both(unknown)),
            };
            all.push(Interval { table, cell, low, high });
        }
    }
    Ok(all)
}

/// The two methods, ready for any cell.
enum Method {
    Flow(Network, Vec<i64>),
    Programs { bounded: Box<Linear>, endless: Box<Linear>, most: i64 },
    Failed,
}

struct Ends<'a> {
    model: &'a Model,
    known: &'a [Option<i64>],
    reduced: &'a Reduced,
    method: Method,
}

impl<'a> Ends<'a> {
    fn of(model: &'a Model, known: &'a [Option<i64>], reduced: &'a Reduced, flows: bool) -> Result<Self, Stopped> {
        let method = match flows.then(|| Network::of(reduced)).flatten() {
            Some(network) => {
                let start = network.feasible().ok_or(Stopped::Contradiction)?;
                Method::Flow(network, start)
            }
            None => {
                let sum = reduced.rows.iter().map(|row| row.rhs.saturating_abs()).fold(16, i64::saturating_add);
                let most = sum.saturating_mul(4);
                match (Linear::of(reduced, most), Linear::of(&reduced.endless(), 1)) {
                    (Ok(bounded), Ok(endless)) => {
                        Method::Programs { bounded: Box::new(bounded), endless: Box::new(endless), most }
                    }
                    (Err(Solved::Impossible), _) => return Err(Stopped::Contradiction),
                    _ => Method::Failed,
                }
            }
        };
        Ok(Self { model, known, reduced, method })
    }

    fn both(&self, unknown: usize) -> (Bound, Bound) {
        let form = self.reduced.form(&[(unknown, 1)]);
        if form.terms.is_empty() {
            let value = fraction(i128::from(form.constant), 1);
            return (value, value);
        }
        match &self.method {
            Method::Flow(network, start) => {
                let (mut lowest, mut highest) = (start.clone(), start.clone());
                let down = Form { terms: form.terms.iter().map(|(at, factor)| (*at, -factor)).collect(), constant: 0 };
                network.raise(&mut lowest, &down, None);
                let high = match network.raise(&mut highest, &form, None) {
                    Reach::Endless => Bound::Unbounded,
                    Reach::To(_) => self.checked(unknown, Some(Proposal { den: 1, values: highest })),
                };
                (self.checked(unknown, Some(Proposal { den: 1, values: lowest })), high)
            }
            Method::Programs { bounded, endless, most } => {
                let low = match bounded.lower(&form) {
                    Solved::To(_, proposal) => self.checked(unknown, proposal),
                    _ => Bound::Unsettled,
                };
                let high = match endless.raise(&form) {
                    Solved::To(step, _) if step > 0.5 => Bound::Unbounded,
                    Solved::To(..) => match bounded.raise(&form) {
                        Solved::To(reached, proposal) if reached < *most as f64 - 0.5 => {
                            self.checked(unknown, proposal)
                        }
                        _ => Bound::Unsettled,
                    },
                    _ => Bound::Unsettled,
                };
                (low, high)
            }
            Method::Failed => (Bound::Unsettled, Bound::Unsettled),
        }
    }

    fn checked(&self, unknown: usize, proposal: Option<Proposal>) -> Bound {
        proposal
            .and_then(|proposal| Some((proposal.den, self.reduced.spread(&proposal.values, proposal.den)?)))
            .and_then(|(den, values)| Witness::checked(self.model, self.known, den, values))
            .and_then(|witness| witness.sum(&[(unknown, 1)]))
            .map_or(Bound::Unsettled, |(sum, den)| fraction(sum, den))
    }
}

fn fraction(above: i128, below: i64) -> Bound {
    let (mut a, mut b) = (above, i128::from(below));
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let lowest = |value: i128| value.checked_div(a).and_then(|value| u64::try_from(value).ok());
    match (lowest(above), lowest(i128::from(below))) {
        (Some(numerator), Some(denominator)) => Bound::At { numerator, denominator },
        _ => Bound::Unsettled,
    }
}
