//! Controlled rounding to multiples of five: every number that leaves is one, and parts add up.
//!
//! Where the sums form a network each cell and each margin goes to one of the two multiples beside it:
//! the true counts are a circulation within those bounds, so a whole one exists (Cox 1987;
//! `circulate`). Elsewhere small inner cells go to 0 or 5 just so, and the margins, being sums, stay as
//! close as a search finds (`search`, in the manner of Langsrud and Heldal 2018). Nothing is drawn by
//! lot: the same counts give the same numbers.

mod circulate;
mod search;
#[cfg(test)]
mod tests;

use super::model::Model;
use super::network::Network;
use super::problem::{CountTable, Problem, Showing, TimeIsUp};

/// The base.
pub(super) const BASE: u64 = 5;

/// Why a set cannot be rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unrounded {
    /// The sums cannot all be kept with multiples: tables that share more than the search can reconcile.
    Irreconcilable,
    /// The time was up.
    TimeUp,
}

/// Per table that is not hidden, per cell, the rounded count. Cells whose rounded count is known from an earlier release
/// keep it: `known` per table, per cell.
pub(super) fn round(
    problem: &Problem,
    known: &[Vec<Option<u64>>],
    time_is_up: TimeIsUp<'_>,
) -> Result<Vec<Vec<u64>>, Unrounded> {
    // What is never shown needs no rounding, and would hide that the rest is a network.
    let shown = |table: &&CountTable| table.showing.iter().any(|showing| *showing != Showing::Hidden);
    let problem = &Problem { tables: problem.tables.iter().filter(shown).cloned().collect(), ..problem.clone() };
    let model = Model::new(problem);
    let nothing_known = known.iter().flatten().all(Option::is_none);
    let rounded = match Network::of(&model).filter(|_| nothing_known) {
        Some(network) => circulate::round(&network).ok_or(Unrounded::Irreconcilable)?,
        None => return search::round(problem, &model, known, time_is_up),
    };
    let value = |unknown: &usize| rounded.get(*unknown).copied().unwrap_or(0);
    Ok(model.cells.iter().map(|cells| cells.iter().map(value).collect()).collect())
}

/// A bound on how far any of these numbers is from the truth: told no more precisely than the base.
pub(super) fn bound<'a>(truth: impl Iterator<Item = &'a u64>, rounded: impl Iterator<Item = &'a u64>) -> u64 {
    let largest = truth.zip(rounded).map(|(truth, rounded)| truth.abs_diff(*rounded)).max().unwrap_or(0);
    largest / BASE * BASE + BASE - 1
}
