//! Chooses which cells are withheld.
//!
//! Primary cells first; then, for everything that must stay uncertain, the cheapest change of the
//! true table that keeps all sums and moves it far enough: the cells that change are withheld too.
//! What is not needed is given back, and single choices are undone and made anew as long as fewer
//! cells, or as many with fewer persons, come of it. Everything goes in a fixed order, so the same
//! counts give the same pattern. Whether the pattern is safe is for the auditor to say.
//!
//! The heuristic is that of Kelly, Golden and Assad (1992) with fixed charges as in Castro (2012); the
//! requirement of an interval per primary cell is that of Fischetti and Salazar (2001).

mod choose;
mod linear;
mod paths;
mod target;
#[cfg(test)]
mod tests;

use super::model::Model;
use super::network::Network;
use super::problem::{Pattern, Problem, Showing, TimeIsUp};
use linear::Linear;
use target::Target;

/// Why no pattern was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unprotected {
    /// Even withholding everything that this release decides does not keep some cell uncertain.
    Impossible,
    /// The time was up.
    TimeUp,
}

/// What withholding a cell costs: nothing when it is withheld already; `None` when it cannot move.
type Price<'a> = dyn Fn(usize) -> Option<u64> + 'a;

/// The cells that a change moves.
type Change = Vec<usize>;

/// Finds a cheapest change that reaches a target.
trait Finder {
    fn find(&self, target: &Target, price: &Price<'_>) -> Option<Change>;

    /// How much has been looked at so far, in steps of like cost.
    fn work(&self) -> usize;
}

/// The pattern for a problem: which cells of which table are published.
///
/// # Errors
/// [`Unprotected`]; then nothing may be published.
pub fn protect(problem: &Problem, time_is_up: TimeIsUp<'_>) -> Result<Pattern, Unprotected> {
    let model = Model::new(problem);
    let seen = target::seen_by(problem, &model);
    let targets = target::targets(problem, &model, &seen);
    let withheld = match Network::of(&model) {
        Some(network) => {
            let effort = choose::Effort::network(model.unknowns.len());
            choose::choose(&model, &targets, &seen, &network, effort, time_is_up)?
        }
        None => choose::choose(&model, &targets, &seen, &Linear::of(&model), choose::Effort::LINEAR, time_is_up)?,
    };
    let published = |unknown: &usize| {
        let open = model.unknowns.get(*unknown).is_some_and(|found| found.showing != Showing::Hidden);
        open && withheld.get(*unknown).is_some_and(|withheld| !withheld)
    };
    Ok(model.cells.iter().map(|cells| cells.iter().map(published).collect()).collect())
}
