//! Equations that are no network: linear programming, which only proposes tables. The solver cannot
//! change its goal after a solve, so it is solved once for a helper z that nothing holds back but its
//! own bound; a target then adds one row that ties z to its form, from a copy of that solution.

use std::panic::{AssertUnwindSafe, catch_unwind};

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Solution, SolveOutcome, Variable};

use super::reduce::{Form, Reduced};

/// Largest common denominator that is tried.
const LARGEST_DENOMINATOR: i64 = 1_000_000;

/// Largest denominator of a single value.
const LARGEST_STEP: i64 = 720;

/// How near a multiple must be to a whole number to be taken for it.
const NEAR: f64 = 1e-5;

/// Values of the variables over a common denominator; a proposal, nothing more.
pub(super) struct Proposal {
    pub(super) den: i64,
    pub(super) values: Vec<i64>,
}

/// The equations, solved once, from which every target starts.
pub(super) struct Linear {
    solved: Solution,
    variables: Vec<Variable>,
    helper: Variable,
    most: f64,
}

/// What became of a solve.
pub(super) enum Solved {
    /// It proposes a table, with the helper at this value.
    To(f64, Option<Proposal>),
    /// Nothing fits, says the solver.
    Impossible,
    /// The solver gave up.
    Failed,
}

impl Linear {
    /// Solves the equations once; forms can then be brought to at most `most`.
    pub(super) fn of(reduced: &Reduced, most: i64) -> Result<Self, Solved> {
        let most = whole(most);
        let (mut problem, variables) = equations(reduced);
        let helper = problem.add_var(1.0, (0.0, most));
        match guarded(|| problem.solve()) {
            Ok(solved) => Ok(Self { solved, variables, helper, most }),
            Err(outcome) => Err(outcome),
        }
    }

    /// The table that it started from.
    pub(super) fn start(&self) -> Option<Proposal> {
        proposal(&self.solved, &self.variables)
    }

    /// Brings a form as high as it goes, up to the bound.
    pub(super) fn raise(&self, form: &Form) -> Solved {
        self.tie(form, 1, whole(form.constant))
    }

    /// Brings a form as low as it goes; the helper is the bound less the form.
    pub(super) fn lower(&self, form: &Form) -> Solved {
        self.tie(form, -1, self.most - whole(form.constant))
    }

    /// z ≤ sign × form + room.
    fn tie(&self, form: &Form, sign: i64, room: f64) -> Solved {
        let mut row = LinearExpr::empty();
        row.add(self.helper, 1.0);
        for (variable, factor) in &form.terms {
            if let Some(variable) = self.variables.get(*variable) {
                row.add(*variable, whole(-sign * factor));
            }
        }
        match guarded(|| self.solved.clone().add_constraint(row, ComparisonOp::Le, room)) {
            Ok(solved) => Solved::To(solved.var_value(self.helper), proposal(&solved, &self.variables)),
            Err(outcome) => outcome,
        }
    }
}

/// One table for many forms at once, as far as they go together: each is raised to its own goal, or
/// lowered to nothing where it has none.
pub(super) fn bulk(reduced: &Reduced, wanted: &[(Form, Option<i64>)]) -> Option<Proposal> {
    let (mut problem, variables) = equations(reduced);
    for (form, goal) in wanted {
        match goal {
            Some(goal) => {
                let helper = problem.add_var(1.0, (0.0, whole(*goal)));
                let mut row = LinearExpr::empty();
                row.add(helper, 1.0);
                for (variable, factor) in &form.terms {
                    row.add(*variables.get(*variable)?, whole(-factor));
                }
                problem.add_constraint(row, ComparisonOp::Le, whole(form.constant));
            }
            None => {
                let helper = problem.add_var(-1.0, (0.0, f64::INFINITY));
                let mut row = LinearExpr::empty();
                row.add(helper, 1.0);
                for (variable, factor) in &form.terms {
                    row.add(*variables.get(*variable)?, whole(-factor));
                }
                problem.add_constraint(row, ComparisonOp::Ge, whole(form.constant));
            }
        }
    }
    guarded(|| problem.solve()).ok().and_then(|solved| proposal(&solved, &variables))
}

fn equations(reduced: &Reduced) -> (Problem, Vec<Variable>) {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let variables: Vec<Variable> = reduced.unknown.iter().map(|_| problem.add_var(0.0, (0.0, f64::INFINITY))).collect();
    for row in &reduced.rows {
        let mut sum = LinearExpr::empty();
        for (variable, plus) in &row.terms {
            if let Some(variable) = variables.get(*variable) {
                sum.add(*variable, if *plus { 1.0 } else { -1.0 });
            }
        }
        problem.add_constraint(sum, ComparisonOp::Eq, whole(row.rhs));
    }
    (problem, variables)
}

/// A solver that panics has failed; no more than that.
fn guarded(solve: impl FnOnce() -> Result<SolveOutcome, microlp::Error>) -> Result<Solution, Solved> {
    match catch_unwind(AssertUnwindSafe(solve)) {
        Ok(Ok(outcome)) => outcome.into_solution().map_err(|_| Solved::Failed),
        Ok(Err(microlp::Error::Infeasible)) => Err(Solved::Impossible),
        Ok(Err(_)) | Err(_) => Err(Solved::Failed),
    }
}

/// Floating-point values as fractions. A corner of such equations has small denominators; one that
/// does not is not proposed.
fn proposal(solved: &Solution, variables: &[Variable]) -> Option<Proposal> {
    let values: Vec<f64> = variables.iter().map(|variable| solved.var_value(*variable)).collect();
    let mut den = 1i64;
    for value in &values {
        let scaled = value * whole(den);
        let near = |times: &i64| {
            let multiple = scaled * whole(*times);
            (multiple - multiple.round()).abs() < NEAR
        };
        den = den.checked_mul((1..=LARGEST_STEP).find(near)?)?;
        if den > LARGEST_DENOMINATOR {
            return None;
        }
    }
    Some(Proposal { den, values: values.iter().map(|value| rounded(value * whole(den))).collect() })
}

/// For a proposal; the check in whole numbers decides.
fn whole(value: i64) -> f64 {
    value as f64
}

/// For a proposal; the check in whole numbers decides.
fn rounded(value: f64) -> i64 {
    value.round() as i64
}
