//! The independent auditor: tests on every release what the protector has chosen, and shares nothing
//! with it but the data of [`problem`](super::problem). It computes what an attacker can (Fischetti
//! and Salazar, Operations Research 48, 2000; Hundepool et al., Statistical Disclosure Control, 2012):
//! every table of non-negative counts that has the published ones, in which every margin is the sum
//! of its parts over all tables together and nobody is where nobody can be, is one that could be true.
//!
//! A condition holds only when such a table shows it, and the table counts only after a check in
//! whole numbers. So a solver's fault can raise a false alarm, never hide an exposure.

mod cliques;
mod interval;
mod linear;
mod model;
mod network;
mod reduce;
mod settle;
mod support;
mod target;
#[cfg(test)]
mod tests;
mod witness;

use super::problem::{Pattern, Problem, TimeIsUp};

pub use interval::{Bound, Interval, intervals};

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What could be inferred, first by anybody, then per viewer; empty when the pattern is safe.
    pub exposures: Vec<Exposure>,
    /// How it was found.
    pub tally: Tally,
}

/// Something that could be inferred from what is published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exposure {
    /// Index into [`Problem::viewers`]; `None` when anybody can.
    pub viewer: Option<usize>,
    /// Index into [`Problem::tables`].
    pub table: usize,
    /// The cell, the group's total, or the cells of a secret.
    pub cells: Vec<usize>,
    /// What of it.
    pub kind: Kind,
}

/// What could be inferred of a cell, a group or a secret (CONTRACT, "Disclosure guarantee").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Of a primary cell: that it is not empty.
    Low,
    /// Of a primary cell: that it is below the threshold.
    High,
    /// Of a group: that fewer than the threshold are outside this klasse (its value).
    Group {
        /// Value of the table's axis of klassen.
        klasse: usize,
    },
    /// Of a secret: that it is not empty.
    SecretLow,
    /// Of a secret: that it is below the threshold.
    SecretHigh,
}

/// How conditions were settled, over all viewers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Conditions, each once.
    pub conditions: usize,
    /// Of these, shown by the true table.
    pub by_truth: usize,
    /// Shown by a table that was sought for another condition, or for many at once.
    pub by_another: usize,
    /// Shown by a table of their own.
    pub by_own: usize,
    /// Views that were a network, with exact whole-number bounds.
    pub networks: usize,
    /// Linear programs solved.
    pub solves: usize,
    /// Proposed tables that the check in whole numbers refused.
    pub refused: usize,
    /// Exposures because no table could be checked, where the solver said that there is one.
    pub unverified: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.conditions += other.conditions;
        self.by_truth += other.by_truth;
        self.by_another += other.by_another;
        self.by_own += other.by_own;
        self.networks += other.networks;
        self.solves += other.solves;
        self.refused += other.refused;
        self.unverified += other.unverified;
    }
}

/// Why there is no verdict. Nothing may be released without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The time is up.
    TimeUp,
    /// Too many cells to look at together.
    TooLarge,
    /// The tables contradict one another, the relations or their own layout.
    Contradiction,
}

/// Tests a pattern of published cells for anybody, and for each viewer with its own knowledge.
///
/// # Errors
/// When there is no verdict.
pub fn audit(problem: &Problem, pattern: &Pattern, time_is_up: TimeIsUp<'_>) -> Result<Verdict, Stopped> {
    audit_by(problem, pattern, true, time_is_up)
}

/// With flows where they can be used, or by linear programs alone.
fn audit_by(problem: &Problem, pattern: &Pattern, flows: bool, time_is_up: TimeIsUp<'_>) -> Result<Verdict, Stopped> {
    let model = model::Model::of(problem, time_is_up)?;
    let truth = model.values(problem, |_, _| true)?;
    let known = model.values(problem, |table, cell| model::published(problem, pattern, table, cell))?;
    let mut views = vec![settle::View::of(problem, &model, &known, &truth, None)?];
    for viewer in 0..problem.viewers.len() {
        views.push(settle::View::of(problem, &model, &known, &truth, Some(viewer))?);
    }
    settle::settle(&model, &truth, views, flows, time_is_up)
}
