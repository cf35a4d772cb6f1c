//! Where the sums form a network, the cheapest change is a cheapest path.
//!
//! Every cell is an arc between the sums that it stands in, as whole on one side and as part on the
//! other; a change that keeps all sums is a circulation. To let a cell rise by some persons, as many
//! must flow back from its head to its tail through other withheld cells. A two-way table with its
//! margins is such a network, and so is one whose margins are split further (Gusfield 1988;
//! Castro 2012).

use super::model::Model;
use super::{Change, Finder, Price, Target};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Moving a cell up goes from tail to head, down the other way.
struct Arc {
    tail: usize,
    head: usize,
}

pub(super) struct Network {
    /// Per unknown its arc; none for a cell that stands in no sum.
    arcs: Vec<Option<Arc>>,
    /// Per node the arcs that touch it.
    touching: Vec<Vec<usize>>,
    values: Vec<u64>,
}

impl Network {
    /// The network of a model, if it is one: every cell in at most two sums, and the sums can be given
    /// signs so that each cell enters one and leaves the other.
    pub(super) fn of(model: &Model) -> Option<Self> {
        // Per unknown the sums it is in, with its sign there.
        let mut ends: Vec<Vec<(usize, bool)>> = vec![Vec::new(); model.unknowns.len()];
        for (number, sum) in model.sums.iter().enumerate() {
            let members = sum.parts.iter().map(|part| (*part, false)).chain([(sum.whole, true)]);
            for (unknown, whole) in members {
                ends.get_mut(unknown)?.push((number, whole));
            }
        }
        if ends.iter().any(|ends| ends.len() > 2) {
            return None;
        }
        let turned = orient(&ends, model.sums.len())?;
        // One more node for cells that stand in one sum only.
        let ground = model.sums.len();
        let mut touching = vec![Vec::new(); ground + 1];
        let mut arcs = Vec::with_capacity(ends.len());
        for (unknown, ends) in ends.iter().enumerate() {
            let leaves = |end: &(usize, bool)| end.1 != turned.get(end.0).copied().unwrap_or(false);
            let arc = match ends.as_slice() {
                [] => None,
                [one] if leaves(one) => Some(Arc { tail: one.0, head: ground }),
                [one] => Some(Arc { tail: ground, head: one.0 }),
                [one, other, ..] if leaves(one) => Some(Arc { tail: one.0, head: other.0 }),
                [one, other, ..] => Some(Arc { tail: other.0, head: one.0 }),
            };
            for node in arc.iter().flat_map(|arc| [arc.tail, arc.head]) {
                if let Some(list) = touching.get_mut(node) {
                    list.push(unknown);
                }
            }
            arcs.push(arc);
        }
        Some(Self { arcs, touching, values: model.unknowns.iter().map(|unknown| unknown.value).collect() })
    }
}

/// Which sums to turn so that every cell in two of them leaves one and enters the other.
fn orient(ends: &[Vec<(usize, bool)>], sums: usize) -> Option<Vec<bool>> {
    let mut neighbours: Vec<Vec<(usize, bool)>> = vec![Vec::new(); sums];
    for ends in ends {
        if let [(one, sign), (other, other_sign), ..] = ends.as_slice() {
            let differ = sign == other_sign;
            neighbours.get_mut(*one)?.push((*other, differ));
            neighbours.get_mut(*other)?.push((*one, differ));
        }
    }
    let mut turned: Vec<Option<bool>> = vec![None; sums];
    for start in 0..sums {
        if turned.get(start).copied().flatten().is_some() {
            continue;
        }
        *turned.get_mut(start)? = Some(false);
        let mut stack = vec![start];
        while let Some(sum) = stack.pop() {
            let own = turned.get(sum).copied().flatten()?;
            for (next, differ) in neighbours.get(sum)? {
                let wanted = own != *differ;
                match turned.get_mut(*next)? {
                    Some(found) if *found != wanted => return None,
                    Some(_) => {}
                    open => {
                        *open = Some(wanted);
                        stack.push(*next);
                    }
                }
            }
        }
    }
    Some(turned.into_iter().map(|turned| turned.unwrap_or(false)).collect())
}

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

    /// The cheapest path by price that has room for at least `least`.
    fn path(&self, ends: (usize, usize), price: &Price<'_>, moved: &Moved, least: i64) -> Option<(u64, Vec<Step>)> {
        let (from, to) = ends;
        let nodes = self.touching.len();
        let mut best: Vec<u64> = vec![u64::MAX; nodes];
        let mut came: Vec<Option<Step>> = vec![None; nodes];
        let mut heap = BinaryHeap::new();
        *best.get_mut(from)? = 0;
        heap.push(Reverse((0u64, from)));
        while let Some(Reverse((cost, node))) = heap.pop() {
            if node == to {
                break;
            }
            if best.get(node).is_some_and(|found| *found < cost) {
                continue;
            }
            for unknown in self.touching.get(node)? {
                let (Some(own), Some(arc)) = (price(*unknown), self.arcs.get(*unknown).and_then(Option::as_ref)) else { continue };
                let step = Step { unknown: *unknown, up: arc.tail == node };
                let next = if step.up { arc.head } else { arc.tail };
                let reached = cost.saturating_add(own);
                if best.get(next).is_some_and(|found| *found <= reached) || self.room(step, moved, least) < least {
                    continue;
                }
                *best.get_mut(next)? = reached;
                *came.get_mut(next)? = Some(step);
                heap.push(Reverse((reached, next)));
            }
        }
        let cost = best.get(to).copied().filter(|cost| *cost < u64::MAX)?;
        let mut steps = Vec::new();
        let mut node = to;
        while node != from {
            let step = came.get(node).copied().flatten()?;
            steps.push(step);
            node = self.ends(step)?.0;
        }
        Some((cost, steps))
    }

    /// Moves one of `cells` that way, in all `need` persons, each time along the cheapest path that
    /// has room for `at_once`.
    fn route(&self, cells: &[usize], up: bool, need: i64, at_once: i64, price: &Price<'_>) -> Option<(u64, Change)> {
        let mut moved = Moved { by: vec![0; self.values.len()], used: Vec::new() };
        let mut left = need;
        let mut cost = 0u64;
        while left > 0 {
            let least = at_once.min(left);
            // The cells of the target must not undo what one of them does, and a cell that has moved
            // already is paid for.
            let priced = |unknown: usize| match () {
                () if cells.contains(&unknown) => None,
                () if moved.of(unknown) != 0 => Some(0),
                () => price(unknown),
            };
            let mut cheapest: Option<(u64, Vec<Step>)> = None;
            for cell in cells {
                let first = Step { unknown: *cell, up };
                let own = if moved.of(*cell) == 0 { price(*cell) } else { Some(0) };
                let (Some(own), Some((tail, head))) = (own, self.ends(first)) else { continue };
                if self.room(first, &moved, least) < least {
                    continue;
                }
                if let Some((found, mut steps)) = self.path((head, tail), &priced, &moved, least) {
                    let total = found.saturating_add(own);
                    if cheapest.as_ref().is_none_or(|(cost, _)| total < *cost) {
                        steps.push(first);
                        cheapest = Some((total, steps));
                    }
                }
            }
            let (found, steps) = cheapest?;
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
}
