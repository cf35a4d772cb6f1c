//! Linear programming in exact fractions, the plainest way: a dense tableau, two phases, Bland's rule.
//! Slow and short, to hold the auditor against.

use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction(pub(super) i128, pub(super) i128);

impl Fraction {
    pub(super) fn whole(value: i128) -> Self {
        Self(value, 1)
    }

    fn of(above: i128, below: i128) -> Self {
        let (mut a, mut b) = (above.abs(), below.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = if below < 0 { -1 } else { 1 };
        Self(sign * above / a.max(1), sign * below / a.max(1))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some((self.0 * other.1).cmp(&(other.0 * self.1)))
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::of(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }
}

impl Neg for Fraction {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, self.1)
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::of(self.0 * other.0, self.1 * other.1)
    }
}

impl Div for Fraction {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self::of(self.0 * other.1, self.1 * other.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Best {
    Value(Fraction),
    Endless,
    Impossible,
}

/// The largest `goal · x` with `rows · x = right` and x ≥ 0.
pub(super) fn largest(rows: &[Vec<i128>], right: &[i128], goal: &[i128]) -> Best {
    let (height, width) = (rows.len(), goal.len());
    let zero = Fraction::whole(0);
    // Per row: the variables, an artificial variable per row, the right-hand side.
    let mut tableau: Vec<Vec<Fraction>> = Vec::new();
    for (at, (row, right)) in rows.iter().zip(right).enumerate() {
        let sign = if *right < 0 { -1 } else { 1 };
        let mut line: Vec<Fraction> = row.iter().map(|value| Fraction::whole(sign * value)).collect();
        line.extend((0..height).map(|other| Fraction::whole(i128::from(other == at))));
        line.push(Fraction::whole(sign * right));
        tableau.push(line);
    }
    let mut basis: Vec<usize> = (width..width + height).collect();
    let artificial: Vec<Fraction> = (0..width + height).map(|at| Fraction::whole(-i128::from(at >= width))).collect();
    assert_ne!(climb(&mut tableau, &mut basis, &artificial, width + height), Best::Endless);
    let left = basis.iter().zip(&tableau).filter(|(var, _)| **var >= width).map(|(_, line)| line[width + height]);
    if left.fold(zero, |a, b| a + b) > zero {
        return Best::Impossible;
    }
    // Artificial variables that remain, at nothing, leave; where they cannot, the row says nothing.
    for row in 0..height {
        if basis[row] >= width
            && let Some(column) = (0..width).find(|column| tableau[row][*column] != zero)
        {
            turn(&mut tableau, &mut basis, row, column);
        }
    }
    let mut costs: Vec<Fraction> = goal.iter().map(|value| Fraction::whole(*value)).collect();
    costs.extend((0..height).map(|_| zero));
    climb(&mut tableau, &mut basis, &costs, width)
}

fn climb(tableau: &mut [Vec<Fraction>], basis: &mut [usize], costs: &[Fraction], columns: usize) -> Best {
    let zero = Fraction::whole(0);
    let last = costs.len();
    loop {
        let price = |column: usize| {
            let gone = basis.iter().zip(tableau.iter()).map(|(var, line)| costs[*var] * line[column]);
            costs[column] - gone.fold(zero, |a, b| a + b)
        };
        let Some(column) = (0..columns).find(|column| price(*column) > zero) else {
            let sum = basis.iter().zip(tableau.iter()).map(|(var, line)| costs[*var] * line[last]);
            return Best::Value(sum.fold(zero, |a, b| a + b));
        };
        let mut leaving: Option<(Fraction, usize, usize)> = None;
        for (row, line) in tableau.iter().enumerate().filter(|(_, line)| line[column] > zero) {
            let ratio = line[last] / line[column];
            if leaving.is_none_or(|(least, var, _)| ratio < least || (ratio == least && basis[row] < var)) {
                leaving = Some((ratio, basis[row], row));
            }
        }
        let Some((_, _, row)) = leaving else { return Best::Endless };
        turn(tableau, basis, row, column);
    }
}

fn turn(tableau: &mut [Vec<Fraction>], basis: &mut [usize], row: usize, column: usize) {
    let pivot = tableau[row][column];
    for value in &mut tableau[row] {
        *value = *value / pivot;
    }
    let line = tableau[row].clone();
    for (at, other) in tableau.iter_mut().enumerate() {
        let factor = other[column];
        if at != row && factor != Fraction::whole(0) {
            for (value, base) in other.iter_mut().zip(&line) {
                *value = *value - factor * *base;
            }
        }
    }
    basis[row] = column;
}

#[test]
fn knows_textbook_answers() {
    // max 3x + 2y with x + y + s = 4, x + 3y + r = 6: at (4, 0).
    let rows = [vec![1, 1, 1, 0], vec![1, 3, 0, 1]];
    assert_eq!(largest(&rows, &[4, 6], &[3, 2, 0, 0]), Best::Value(Fraction(12, 1)));
    // The same for x + 2y: at (3, 1).
    assert_eq!(largest(&rows, &[4, 6], &[1, 2, 0, 0]), Best::Value(Fraction(5, 1)));
    assert_eq!(largest(&[vec![1, -1]], &[2], &[1, 0]), Best::Endless);
    assert_eq!(largest(&[vec![1, 1]], &[-2], &[1, 0]), Best::Impossible);
    assert_eq!(largest(&[vec![2, 0], vec![2, 0]], &[3, 3], &[1, 0]), Best::Value(Fraction(3, 2)));
}
