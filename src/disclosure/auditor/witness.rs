//! A table that the attacker cannot tell from the true one. No solver is trusted: whatever proposed
//! the table, it counts only after this check in whole numbers.

use super::model::Model;

/// Values of all unknowns over a common denominator, that fit everything known. Only
/// [`Witness::checked`] makes one.
pub(super) struct Witness {
    den: i64,
    values: Vec<i64>,
}

impl Witness {
    /// Checks a proposal against every equation, non-negativity and every known value. Cells in
    /// which nobody can be are no unknowns: they are nothing in any proposal.
    pub(super) fn checked(model: &Model, known: &[Option<i64>], den: i64, values: Vec<i64>) -> Option<Self> {
        let value = |at: usize| values.get(at).copied().map(i128::from);
        let fits = den > 0
            && values.len() == model.keys.len()
            && values.iter().all(|value| *value >= 0)
            && model.equations.iter().all(|equation| {
                let parts: Option<i128> = equation.parts.iter().map(|part| value(*part)).sum();
                parts.is_some() && parts == value(equation.margin)
            });
        let witness = Self { den, values };
        (fits && witness.agrees(known)).then_some(witness)
    }

    /// Whether it has the values that somebody knows.
    pub(super) fn agrees(&self, known: &[Option<i64>]) -> bool {
        known.len() == self.values.len()
            && known.iter().zip(&self.values).all(|(known, value)| {
                known.is_none_or(|known| i128::from(known) * i128::from(self.den) == i128::from(*value))
            })
    }

    /// The values of some unknowns, when they are whole.
    pub(super) fn whole(&self, unknowns: &[usize]) -> Option<Vec<i64>> {
        (self.den == 1).then(|| unknowns.iter().map(|at| self.values.get(*at).copied()).collect())?
    }

    /// A sum of its values as a fraction: numerator over denominator.
    pub(super) fn sum(&self, terms: &[(usize, i64)]) -> Option<(i128, i64)> {
        let term = |(at, factor): &(usize, i64)| Some(i128::from(*self.values.get(*at)?) * i128::from(*factor));
        Some((terms.iter().map(term).sum::<Option<i128>>()?, self.den))
    }
}
