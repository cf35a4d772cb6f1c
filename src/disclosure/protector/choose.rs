//! Which cells beside the primary ones: found greedily, cleaned up, then improved.

use super::model::Model;
use super::target::Target;
use super::{Change, Finder, Unprotected};
use crate::disclosure::problem::{Showing, TimeIsUp};

/// How much is tried to withhold less.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// Rounds over all secondary cells.
    rounds: usize,
}

impl Effort {
    pub(super) const NETWORK: Self = Self { rounds: 3 };
    pub(super) const LINEAR: Self = Self { rounds: 0 };
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
    let hidden = |unknown: &super::model::Unknown| {
        unknown.showing == Showing::Hidden || (unknown.showing == Showing::Open && unknown.primary.is_some())
    };
    let mut state = State {
        model,
        targets,
        seen,
        finder,
        time_is_up,
        withheld: model.unknowns.iter().map(hidden).collect(),
        changes: vec![Vec::new(); targets.len()],
    };
    state.fill()?;
    state.clean_up()?;
    for _ in 0..effort.rounds {
        if !state.improve()? {
            break;
        }
    }
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
    changes: Vec<Change>,
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
        (fresh && found.showing == Showing::Open).then_some(found.cost)
    }

    fn find(&self, target: &Target, fresh: bool, without: Option<usize>) -> Result<Option<Change>, Unprotected> {
        if (self.time_is_up)() {
            return Err(Unprotected::TimeUp);
        }
        let price = |unknown: usize| self.price(target, fresh, unknown).filter(|_| Some(unknown) != without);
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
            *kept = change;
        }
    }

    /// Reaches every target, the most demanding first.
    fn fill(&mut self) -> Result<(), Unprotected> {
        let mut order: Vec<usize> = (0..self.targets.len()).collect();
        order.sort_by_key(|at| self.targets.get(*at).map(|target| (target.viewer.is_some(), std::cmp::Reverse(target.need))));
        for at in order {
            let Some(target) = self.targets.get(at) else { continue };
            let change = self.find(target, true, None)?.ok_or(Unprotected::Impossible)?;
            self.keep(at, change);
        }
        Ok(())
    }

    /// Cells that are withheld for others' sake, the costliest first.
    fn secondary(&self) -> Vec<usize> {
        let needless = |(at, unknown): (usize, &super::model::Unknown)| {
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
            match self.replaced(cell, false)? {
                Some(changes) => changes.into_iter().for_each(|(at, change)| self.keep(at, change)),
                None => self.set(cell, true),
            }
        }
        Ok(())
    }

    /// New changes for every target whose change moved a cell; `None` when one cannot do without.
    fn replaced(&self, cell: usize, fresh: bool) -> Result<Option<Vec<(usize, Change)>>, Unprotected> {
        let mut found = Vec::new();
        for (at, change) in self.changes.iter().enumerate().filter(|(_, change)| change.contains(&cell)) {
            debug_assert!(!change.is_empty());
            let Some(target) = self.targets.get(at) else { continue };
            match self.find(target, fresh, Some(cell))? {
                Some(change) => found.push((at, change)),
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    fn cost(&self) -> u64 {
        let cells = self.model.unknowns.iter().zip(&self.withheld);
        cells.filter(|(_, withheld)| **withheld).map(|(unknown, _)| unknown.cost).sum()
    }

    /// Takes each secondary cell away and repairs what it held with other cells; keeps what costs
    /// less. Whether anything was gained.
    fn improve(&mut self) -> Result<bool, Unprotected> {
        let mut gained = false;
        for cell in self.secondary() {
            if !self.is_withheld(cell) {
                continue;
            }
            let before = (self.withheld.clone(), self.changes.clone(), self.cost());
            if self.without(cell)? && self.cost() < before.2 {
                gained = true;
            } else {
                (self.withheld, self.changes, _) = before;
            }
        }
        Ok(gained)
    }

    /// Publishes a cell, repairs, and gives back what that made needless.
    fn without(&mut self, cell: usize) -> Result<bool, Unprotected> {
        self.set(cell, false);
        let moved: Vec<usize> = self
            .changes
            .iter()
            .enumerate()
            .filter(|(_, change)| change.contains(&cell))
            .map(|(at, _)| at)
            .collect();
        for at in moved {
            let Some(target) = self.targets.get(at) else { continue };
            match self.find(target, true, Some(cell))? {
                Some(change) => self.keep(at, change),
                None => return Ok(false),
            }
        }
        self.clean_up()?;
        Ok(true)
    }
}
