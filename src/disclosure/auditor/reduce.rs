//! What is left unknown once everything known has been filled in.

use std::collections::{HashMap, VecDeque};

use super::Stopped;
use super::model::Model;

/// Equations over what is left: signed sums of variables that are known numbers.
#[derive(Clone)]
pub(super) struct Reduced {
    /// Per unknown its value, where that follows.
    pub(super) fixed: Vec<Option<i64>>,
    /// Per unknown its variable, where nothing follows yet.
    pub(super) variable: Vec<Option<usize>>,
    /// Per variable its unknown.
    pub(super) unknown: Vec<usize>,
    pub(super) rows: Vec<Row>,
}

/// The signed sum of the terms is `rhs`.
#[derive(Clone)]
pub(super) struct Row {
    /// Variable and whether it counts positively.
    pub(super) terms: Vec<(usize, bool)>,
    pub(super) rhs: i64,
}

/// A linear form over variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) terms: Vec<(usize, i64)>,
    pub(super) constant: i64,
}

impl Reduced {
    /// Fills in what is known and all that follows from one equation at a time: an equation with one
    /// unknown left gives it, one in which non-negative parts sum to nothing makes them nothing.
    pub(super) fn of(model: &Model, known: &[Option<i64>]) -> Result<Self, Stopped> {
        let mut fixed = known.to_vec();
        let mut todo: VecDeque<usize> = (0..model.equations.len()).collect();
        let mut waiting = vec![true; model.equations.len()];
        while let Some(at) = todo.pop_front() {
            if let Some(waits) = waiting.get_mut(at) {
                *waits = false;
            }
            let row = open_row(model, &fixed, at)?;
            for (unknown, value) in row.follows()? {
                if let Some(place) = fixed.get_mut(unknown) {
                    *place = Some(value);
                }
                for other in model.inside.get(unknown).into_iter().flatten() {
                    if let Some(waits) = waiting.get_mut(*other).filter(|waits| !**waits) {
                        *waits = true;
                        todo.push_back(*other);
                    }
                }
            }
        }
        if fixed.iter().flatten().any(|value| *value < 0) {
            return Err(Stopped::Contradiction);
        }
        let unknown: Vec<usize> =
            fixed.iter().enumerate().filter(|(_, value)| value.is_none()).map(|(at, _)| at).collect();
        let mut variable = vec![None; fixed.len()];
        for (at, unknown) in unknown.iter().enumerate() {
            if let Some(place) = variable.get_mut(*unknown) {
                *place = Some(at);
            }
        }
        let rows = distinct_rows(model, &fixed, &variable)?;
        Ok(Self { fixed, variable, unknown, rows })
    }

    /// The same equations with nothing on the right: the directions in which there is no end.
    pub(super) fn endless(&self) -> Self {
        let rows = self.rows.iter().map(|row| Row { terms: row.terms.clone(), rhs: 0 }).collect();
        Self { rows, ..self.clone() }
    }

    /// A sum of unknowns over what is left.
    pub(super) fn form(&self, sum: &[(usize, i64)]) -> Form {
        let mut terms: Vec<(usize, i64)> = Vec::new();
        let mut constant = 0i64;
        for (unknown, factor) in sum {
            let fixed = self.fixed.get(*unknown).copied().flatten();
            let variable = self.variable.get(*unknown).copied().flatten();
            match (fixed, variable) {
                (Some(value), _) => constant = constant.saturating_add(value.saturating_mul(*factor)),
                (None, Some(variable)) => match terms.iter_mut().find(|(other, _)| *other == variable) {
                    Some((_, sum)) => *sum += factor,
                    None => terms.push((variable, *factor)),
                },
                (None, None) => {}
            }
        }
        terms.retain(|(_, factor)| *factor != 0);
        Form { terms, constant }
    }

    /// Values of all unknowns, over a common denominator, from those of the variables.
    pub(super) fn spread(&self, variables: &[i64], den: i64) -> Option<Vec<i64>> {
        let value = |(fixed, variable): (&Option<i64>, &Option<usize>)| match (fixed, variable) {
            (Some(value), _) => value.checked_mul(den),
            (None, Some(variable)) => variables.get(*variable).copied(),
            (None, None) => None,
        };
        self.fixed.iter().zip(&self.variable).map(value).collect()
    }
}

/// An equation over the unknowns that are left in it.
struct OpenRow {
    terms: Vec<(usize, bool)>,
    rhs: i64,
}

impl OpenRow {
    fn follows(self) -> Result<Vec<(usize, i64)>, Stopped> {
        let same_sign = self.terms.iter().all(|(_, plus)| Some(plus) == self.terms.first().map(|(_, plus)| plus));
        match (self.terms.as_slice(), self.rhs) {
            ([], 0) => Ok(Vec::new()),
            ([], _) => Err(Stopped::Contradiction),
            ([(unknown, plus)], rhs) => Ok(vec![(*unknown, if *plus { rhs } else { -rhs })]),
            (terms, 0) if same_sign => Ok(terms.iter().map(|(unknown, _)| (*unknown, 0)).collect()),
            ([(_, plus), ..], rhs) if same_sign && *plus != (rhs > 0) => Err(Stopped::Contradiction),
            _ => Ok(Vec::new()),
        }
    }
}

fn open_row(model: &Model, fixed: &[Option<i64>], at: usize) -> Result<OpenRow, Stopped> {
    let mut row = OpenRow { terms: Vec::new(), rhs: 0 };
    let Some(equation) = model.equations.get(at) else { return Ok(row) };
    let parts = equation.parts.iter().map(|part| (*part, true));
    for (unknown, plus) in parts.chain([(equation.margin, false)]) {
        match fixed.get(unknown).copied().flatten() {
            None => row.terms.push((unknown, plus)),
            Some(value) => {
                let signed = if plus { -value } else { value };
                row.rhs = row.rhs.checked_add(signed).ok_or(Stopped::Contradiction)?;
            }
        }
    }
    Ok(row)
}

fn distinct_rows(model: &Model, fixed: &[Option<i64>], variable: &[Option<usize>]) -> Result<Vec<Row>, Stopped> {
    let mut seen: HashMap<Vec<(usize, bool)>, i64> = HashMap::new();
    let mut rows = Vec::new();
    for at in 0..model.equations.len() {
        let open = open_row(model, fixed, at)?;
        let named = open.terms.into_iter().filter_map(|(at, plus)| Some((variable.get(at).copied().flatten()?, plus)));
        let mut terms: Vec<(usize, bool)> = named.collect();
        terms.sort_unstable();
        let Some((_, plus)) = terms.first().copied() else { continue };
        let (terms, rhs) = if plus {
            (terms, open.rhs)
        } else {
            (terms.into_iter().map(|(at, plus)| (at, !plus)).collect(), -open.rhs)
        };
        match seen.get(&terms) {
            Some(before) if *before != rhs => return Err(Stopped::Contradiction),
            Some(_) => {}
            None => {
                seen.insert(terms.clone(), rhs);
                rows.push(Row { terms, rhs });
            }
        }
    }
    Ok(rows)
}
