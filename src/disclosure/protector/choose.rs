//! Which cells beside the primary ones: found greedily, cleaned up, then improved.

use super::target::Target;
use super::{Change, Finder, Unprotected};
use crate::disclosure::model::{CELL, Model, Unknown};
use crate::disclosure::problem::{Showing, TimeIsUp};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::rc::Rc;

/// Where the dice of the search begin; any number does.
const SEED: u64 = 1;

/// How much is tried to withhold less, in steps of the finder, once all targets are reached. A number
/// of steps and no time, so that the same counts give the same pattern anywhere.
#[derive(Clone, Copy)]
pub(super) struct Effort(pub(super) usize);

impl Effort {
    /// A change on a network is found in some microseconds.
    pub(super) fn network(cells: usize) -> Self {
        Self(2_000_000 / cells.max(100))
    }

    /// A linear programme takes some milliseconds.
    pub(super) const LINEAR: Self = Self(0);
}

/// Per unknown whether it is withheld.
pub(super) fn choose(
    model: &Model,
    targets: &[Target],
    seen: &[Vec<bool>],
    finder: &dyn Finder,
    effort: Effort,
    time_is_up: TimeIsUp<'_>,
) -> Result<Vec<bool>, Unprotected> {
    let hidden = |unknown: &Unknown| {
        unknown.showing == Showing::Hidden || (unknown.showing == Showing::Open && unknown.primary.is_some())
    };
    let mut state = State {
        model,
        targets,
        seen,
        finder,
        time_is_up,
        withheld: model.unknowns.iter().map(hidden).collect(),
        changes: vec![Rc::default(); targets.len()],
        noise: None,
        holders: vec![usize::MAX; model.unknowns.len()],
    };
    state.fill()?;
    state.clean_up()?;
    state.improve(effort)?;
    Ok(state.withheld)
}

/// A pattern in the making.
struct State<'a> {
    model: &'a Model,
    targets: &'a [Target],
    seen: &'a [Vec<bool>],
    finder: &'a dyn Finder,
    time_is_up: TimeIsUp<'a>,
    withheld: Vec<bool>,
    /// Per target the cells of the change that reaches it; none of them is published.
    changes: Vec<Rc<[usize]>>,
    /// Makes prices a little different each time something is tried anew.
    noise: Option<u64>,
    /// Per unknown the target that last could not do without it.
    holders: Vec<usize>,
}

impl State<'_> {
    fn is_withheld(&self, unknown: usize) -> bool {
        self.withheld.get(unknown).is_some_and(|withheld| *withheld)
    }

    /// What withholding a cell costs for a target, `fresh` being whether published cells may be taken.
    fn price(&self, target: &Target, fresh: bool, unknown: usize) -> Option<u64> {
        let found = self.model.unknowns.get(unknown)?;
        let knows = target.viewer.and_then(|viewer| self.seen.get(viewer));
        if found.impossible || knows.is_some_and(|knows| knows.get(unknown).is_some_and(|known| *known)) {
            return None;
        }
        if self.is_withheld(unknown) {
            return Some(0);
        }
        let cost = found.cost;
        let dearer = self.noise.map_or(0, |seed| {
            let mixed = (seed ^ unknown as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            // Every second time by so much that a dear way is tried: it can pay later.
            cost / if seed % 2 == 0 { 64 } else { 8 } * (mixed >> 59)
        });
        (fresh && found.showing == Showing::Open).then_some(cost + dearer)
    }

    fn find(&self, target: &Target, fresh: bool, without: &[usize]) -> Result<Option<Change>, Unprotected> {
        if (self.time_is_up)() {
            return Err(Unprotected::TimeUp);
        }
        let price = |unknown: usize| self.price(target, fresh, unknown).filter(|_| !without.contains(&unknown));
        Ok(self.finder.find(target, &price))
    }

    fn set(&mut self, unknown: usize, to: bool) {
        if let Some(withheld) = self.withheld.get_mut(unknown) {
            *withheld = to;
        }
    }

    fn keep(&mut self, target: usize, change: Change) {
        for unknown in &change {
            self.set(*unknown, true);
        }
        if let Some(kept) = self.changes.get_mut(target) {
            *kept = change.into();
        }
    }

    /// Reaches every target, the most demanding first.
    fn fill(&mut self) -> Result<(), Unprotected> {
        let mut order: Vec<usize> = (0..self.targets.len()).collect();
        order.sort_by_key(|at| {
            self.targets.get(*at).map(|target| (target.viewer.is_some(), std::cmp::Reverse(target.need)))
        });
        for at in order {
            let Some(target) = self.targets.get(at) else { continue };
            let change = self.find(target, true, &[])?.ok_or(Unprotected::Impossible)?;
            self.keep(at, change);
        }
        Ok(())
    }

    /// Cells that are withheld for others' sake, the costliest first.
    fn secondary(&self) -> Vec<usize> {
        let needless = |(at, unknown): (usize, &Unknown)| {
            let ours = unknown.showing == Showing::Open && unknown.primary.is_none();
            (ours && self.is_withheld(at)).then_some((std::cmp::Reverse(unknown.cost), at))
        };
        let mut found: Vec<_> = self.model.unknowns.iter().enumerate().filter_map(needless).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }

    /// Gives back what is not needed: each secondary cell is published when every change that moved it
    /// can be replaced by one that does not.
    fn clean_up(&mut self) -> Result<(), Unprotected> {
        for cell in self.secondary() {
            self.set(cell, false);
            match self.replaced(cell)? {
                Ok(changes) => changes.into_iter().for_each(|(at, change)| self.keep(at, change)),
                Err(holder) => {
                    self.set(cell, true);
                    self.holders.get_mut(cell).into_iter().for_each(|known| *known = holder);
                }
            }
        }
        Ok(())
    }

    /// New changes for every target whose change moved a cell; else the target that cannot do without.
    fn replaced(&self, cell: usize) -> Result<Result<Vec<(usize, Change)>, usize>, Unprotected> {
        let mut found = Vec::new();
        let holder = self.holders.get(cell).copied().unwrap_or(usize::MAX);
        let moves = |at: &usize| self.changes.get(*at).is_some_and(|change| change.contains(&cell));
        // Who held it last usually holds it still.
        let others = (0..self.changes.len()).filter(|at| *at != holder);
        for at in std::iter::once(holder).chain(others).filter(moves) {
            let Some(target) = self.targets.get(at) else { continue };
            match self.find(target, false, &[cell])? {
                Some(change) => found.push((at, change)),
                None => return Ok(Err(at)),
            }
        }
        Ok(Ok(found))
    }

    fn cost(&self) -> u64 {
        let cells = self.model.unknowns.iter().zip(&self.withheld);
        cells.filter(|(_, withheld)| **withheld).map(|(unknown, _)| unknown.cost).sum()
    }

    /// Takes away a few secondary cells that stand together, repairs what they held with prices a
    /// little off, and keeps what is no worse ("ruin and recreate", Schrimpf et al. 2000).
    fn improve(&mut self, effort: Effort) -> Result<(), Unprotected> {
        let mut dice = ChaCha8Rng::seed_from_u64(SEED);
        let start = self.finder.work();
        let mut best = (self.withheld.clone(), self.changes.clone(), self.cost());
        let mut settling = false;
        while self.finder.work() - start < effort.0 {
            // In the second half nothing is given up any more.
            if !settling && self.finder.work() - start > effort.0 / 2 {
                settling = true;
                (self.withheld, self.changes) = (best.0.clone(), best.1.clone());
            }
            let secondary = self.secondary();
            let Some(first) = secondary.get(dice.random_range(0..secondary.len().max(1))).copied() else { break };
            let near = |other: &&usize| **other != first && self.near(first, **other);
            let mut ruined: Vec<usize> = secondary.iter().filter(near).copied().collect();
            ruined.shuffle(&mut dice);
            // Now and then everything, to leave a hollow that small steps do not lead out of.
            let all = dice.random_range(0..8) == 0;
            ruined.truncate(if all { usize::MAX } else { dice.random_range(0..4) });
            ruined.push(first);
            let before = (self.withheld.clone(), self.changes.clone(), self.cost());
            self.noise = Some(dice.random());
            let repaired = self.without(&ruined);
            self.noise = None;
            // As many cells with more persons will do to go on from, and sometimes one cell more.
            let slack = match dice.random_range(0..16) {
                _ if settling => 0,
                0 => CELL,
                _ => CELL / 2,
            };
            if !repaired? || self.cost() > before.2.saturating_add(slack) {
                (self.withheld, self.changes, _) = before;
            } else if self.cost() < best.2 {
                best = (self.withheld.clone(), self.changes.clone(), self.cost());
            }
        }
        self.withheld = best.0;
        Ok(())
    }

    /// Whether two cells share a line of a table.
    fn near(&self, one: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.model.places.get(one), self.model.places.get(other)) else { return false };
        one.iter().any(|pair| other.contains(pair))
    }

    /// Publishes some cells, repairs without the first, and gives back what that made needless. Whether
    /// it could be done.
    fn without(&mut self, ruined: &[usize]) -> Result<bool, Unprotected> {
        for cell in ruined {
            self.set(*cell, false);
        }
        let touched = |change: &Rc<[usize]>| ruined.iter().any(|cell| change.contains(cell));
        let moved: Vec<usize> =
            self.changes.iter().enumerate().filter(|(_, change)| touched(change)).map(|(at, _)| at).collect();
        let banned = ruined.last().copied();
        for at in moved {
            let Some(target) = self.targets.get(at) else { continue };
            match self.find(target, true, banned.as_slice())? {
                Some(change) => self.keep(at, change),
                None => return Ok(false),
            }
        }
        self.clean_up()?;
        Ok(true)
    }
}
