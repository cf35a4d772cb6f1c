//! Where the sums are no network, the cheapest change is a linear programme.
//!
//! Every cell that may move goes up or down by an amount that costs what withholding the cell costs
//! per person needed; the sums must hold. Costs are charged per person where they should be charged
//! once, so the change found need not be the cheapest one; what is not needed is given back later.

use super::{Change, Finder, Price, Target};
use crate::disclosure::model::Model;
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};

/// Persons below which a movement is the solver's rounding and no movement.
const NOTHING: f64 = 1e-6;
/// Cost of moving a cell that is withheld already: enough to leave it alone when it need not move.
const FREE: f64 = 1e-4;

pub(super) struct Linear {
    values: Vec<u64>,
    /// Per sum its members with their sign.
    sums: Vec<Vec<(usize, f64)>>,
}

impl Linear {
    pub(super) fn of(model: &Model) -> Self {
        let signed = |sum: &crate::disclosure::model::Sum| {
            std::iter::once((sum.whole, -1.0)).chain(sum.parts.iter().map(|part| (*part, 1.0))).collect()
        };
        Self {
            values: model.unknowns.iter().map(|unknown| unknown.value).collect(),
            sums: model.sums.iter().map(signed).collect(),
        }
    }

    /// The change as amounts up and down, all sums kept.
    fn programme(&self, target: &Target, price: &Price<'_>) -> (Problem, Vec<Option<(Variable, Variable)>>) {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let need = target.need as f64;
        let mut moves = Vec::with_capacity(self.values.len());
        for (unknown, value) in self.values.iter().enumerate() {
            moves.push(price(unknown).map(|price| {
                let value = *value as f64;
                let cost = FREE + price as f64 / crate::disclosure::model::CELL as f64;
                let down = problem.add_var(cost / need.min(value).max(1.0), (0.0, value));
                (problem.add_var(cost / need, (0.0, f64::INFINITY)), down)
            }));
        }
        for sum in &self.sums {
            let mut expression = LinearExpr::empty();
            let mut any = false;
            for (unknown, sign) in sum {
                if let Some((up, down)) = moves.get(*unknown).copied().flatten() {
                    expression.add(up, *sign);
                    expression.add(down, -sign);
                    any = true;
                }
            }
            if any {
                problem.add_constraint(expression, ComparisonOp::Eq, 0.0);
            }
        }
        (problem, moves)
    }
}

impl Finder for Linear {
    fn find(&self, target: &Target, price: &Price<'_>) -> Option<Change> {
        let (mut problem, moves) = self.programme(target, price);
        let sign = if target.up { 1.0 } else { -1.0 };
        let mut expression = LinearExpr::empty();
        for (up, down) in target.cells.iter().filter_map(|cell| moves.get(*cell).copied().flatten()) {
            expression.add(up, sign);
            expression.add(down, -sign);
        }
        problem.add_constraint(expression, ComparisonOp::Ge, target.need as f64);
        let solution = problem.solve().ok()?.into_solution().ok()?;
        let moved = |(unknown, pair): (usize, &Option<(Variable, Variable)>)| {
            let (up, down) = (*pair)?;
            ((solution.var_value(up) - solution.var_value(down)).abs() > NOTHING).then_some(unknown)
        };
        Some(moves.iter().enumerate().filter_map(moved).collect())
    }

    fn work(&self) -> usize {
        0
    }
}
