//! Where the sums form a network, the cheapest change is a cheapest path.
//!
//! Every cell is an arc between the sums that it stands in, as whole on one side and as part on the
//! other; a change that keeps all sums is a circulation. To let a cell rise by some persons, as many
//! must flow back from its head to its tail through other withheld cells. A two-way table with its
//! margins is such a network, and so is one whose margins are split further (Gusfield 1988;
//! Castro 2012).

use super::{Change, Finder, Price, Target};
use crate::disclosure::network::Network;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How far every cell has been moved so far.
struct Moved {
    by: Vec<i64>,
    used: Vec<usize>,
}

impl Moved {
    fn of(&self, unknown: usize) -> i64 {
        self.by.get(unknown).copied().unwrap_or(0)
    }

    fn push(&mut self, unknown: usize, by: i64) {
        if let Some(moved) = self.by.get_mut(unknown) {
            *moved += by;
            self.used.push(unknown);
        }
    }

    fn support(mut self) -> Vec<usize> {
        self.used.sort_unstable();
        self.used.dedup();
        self.used.retain(|unknown| self.by.get(*unknown).is_some_and(|by| *by != 0));
        self.used
    }
}

/// An arc in the direction in which it is taken.
#[derive(Clone, Copy)]
struct Step {
    unknown: usize,
    up: bool,
}

impl Network {
    fn ends(&self, step: Step) -> Option<(usize, usize)> {
        let arc = self.arcs.get(step.unknown)?.as_ref()?;
        Some(if step.up { (arc.tail, arc.head) } else { (arc.head, arc.tail) })
    }

    /// How much further a cell can go that way, up to `most`.
    fn room(&self, step: Step, moved: &Moved, most: i64) -> i64 {
        if step.up {
            return most;
        }
        let value = self.values.get(step.unknown).map_or(0, |value| i64::try_from(*value).unwrap_or(i64::MAX));
        value.saturating_add(moved.of(step.unknown)).min(most)
    }

    /// The cheapest way from the tail of some first steps, through one of them, back to that tail, with
    /// room for at least `least`; its steps, the first one last.
    fn round_trip(&self, firsts: &[Step], price: &Price<'_>, moved: &Moved, least: i64) -> Option<(u64, Vec<Step>)> {
        self.searches.set(self.searches.get() + 1);
        let to = self.ends(*firsts.first()?)?.0;
        let nodes = self.touching.len();
        let mut best: Vec<u64> = vec![u64::MAX; nodes];
        let mut came: Vec<Option<Step>> = vec![None; nodes];
        let mut heap = BinaryHeap::new();
        let reach = |step: Step, next: usize, cost: u64, best: &mut Vec<u64>, came: &mut Vec<Option<Step>>| {
            let closer = best.get(next).is_some_and(|found| cost < *found) && self.room(step, moved, least) >= least;
            if let (true, Some(found), Some(by)) = (closer, best.get_mut(next), came.get_mut(next)) {
                (*found, *by) = (cost, Some(step));
            }
            closer
        };
        for step in firsts {
            let (Some(own), Some((_, head))) = (price(step.unknown), self.ends(*step)) else { continue };
            if reach(*step, head, own, &mut best, &mut came) {
                heap.push(Reverse((own, head)));
            }
        }
        // The cells of the target must not undo what one of them does.
        let first = |unknown: usize| firsts.iter().any(|step| step.unknown == unknown);
        while let Some(Reverse((cost, node))) = heap.pop() {
            if node == to {
                break;
            }
            if best.get(node).is_some_and(|found| *found < cost) {
                continue;
            }
            for unknown in self.touching.get(node)? {
                let Some(arc) = self.arcs.get(*unknown).and_then(Option::as_ref) else { continue };
                let step = Step { unknown: *unknown, up: arc.tail == node };
                let next = if step.up { arc.head } else { arc.tail };
                // Most ends are nearer another way: look at that before asking for a price.
                if best.get(next).is_none_or(|found| *found <= cost) || first(*unknown) {
                    continue;
                }
                let Some(own) = price(*unknown) else { continue };
                let reached = cost.saturating_add(own);
                if reach(step, next, reached, &mut best, &mut came) {
                    heap.push(Reverse((reached, next)));
                }
            }
        }
        let cost = best.get(to).copied().filter(|cost| *cost < u64::MAX)?;
        let mut steps = Vec::new();
        let mut node = to;
        loop {
            let step = came.get(node).copied().flatten()?;
            steps.push(step);
            node = self.ends(step)?.0;
            if first(step.unknown) {
                return Some((cost, steps));
            }
        }
    }

    /// Moves one of `cells` that way, in all `need` persons, each time along the cheapest way that has
    /// room for `at_once`.
    fn route(&self, cells: &[usize], up: bool, need: i64, at_once: i64, price: &Price<'_>) -> Option<(u64, Change)> {
        let mut moved = Moved { by: vec![0; self.values.len()], used: Vec::new() };
        // The cells of a group usually leave one sum: one search does for all.
        let mut tails: Vec<(usize, Vec<Step>)> = Vec::new();
        for step in cells.iter().map(|cell| Step { unknown: *cell, up }) {
            let Some((tail, _)) = self.ends(step) else { continue };
            match tails.iter_mut().find(|(known, _)| *known == tail) {
                Some((_, steps)) => steps.push(step),
                None => tails.push((tail, vec![step])),
            }
        }
        let mut left = need;
        let mut cost = 0u64;
        while left > 0 {
            let least = at_once.min(left);
            // A cell that has moved already is paid for; of the target's own cells none is moved back.
            let own = |unknown: usize| cells.contains(&unknown);
            let trip = |(at, (_, firsts)): (usize, &(usize, Vec<Step>))| {
                let here = |unknown: usize| firsts.iter().any(|step| step.unknown == unknown);
                let priced = |unknown: usize| match () {
                    () if own(unknown) && !here(unknown) => None,
                    () if moved.of(unknown) != 0 => Some(0),
                    () => price(unknown),
                };
                self.round_trip(firsts, &priced, &moved, least).map(|(cost, steps)| (cost, at, steps))
            };
            let cheapest = tails.iter().enumerate().filter_map(trip).min_by_key(|(cost, at, _)| (*cost, *at));
            let (found, _, steps) = cheapest?;
            let amount = steps.iter().map(|step| self.room(*step, &moved, left)).min()?;
            for step in steps {
                moved.push(step.unknown, if step.up { amount } else { -amount });
            }
            cost = cost.saturating_add(found);
            left -= amount;
        }
        Some((cost, moved.support()))
    }
}

impl Finder for Network {
    fn find(&self, target: &Target, price: &Price<'_>) -> Option<Change> {
        let need = i64::try_from(target.need).ok()?;
        let whole = self.route(&target.cells, target.up, need, need, price);
        if whole.as_ref().is_some_and(|(cost, _)| *cost == 0) || need == 1 {
            return whole.map(|(_, change)| change);
        }
        // Several small detours can be cheaper than one wide one, or the only way.
        let pieces = self.route(&target.cells, target.up, need, 1, price);
        let (one, other) = (whole.as_ref().map(|found| found.0), pieces.as_ref().map(|found| found.0));
        let pick = if one.unwrap_or(u64::MAX) <= other.unwrap_or(u64::MAX) { whole } else { pieces };
        pick.map(|(_, change)| change)
    }

    fn work(&self) -> usize {
        self.searches.get()
    }
}
