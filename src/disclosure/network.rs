//! Sums that form a network.

use super::model::Model;
use std::cell::Cell;

/// Moving a cell up goes from tail to head, down the other way.
#[derive(Debug)]
pub(super) struct Arc {
    pub(super) tail: usize,
    pub(super) head: usize,
}

/// Cells as arcs between the sums that they stand in, as whole on one side and as part on the other:
/// numbers that keep all sums are a circulation. A two-way table with its margins is such a network,
/// and so is one whose margins are split further.
#[derive(Debug)]
pub(super) struct Network {
    /// Per unknown its arc; none for a cell that stands in no sum.
    pub(super) arcs: Vec<Option<Arc>>,
    /// Per node the arcs that touch it.
    pub(super) touching: Vec<Vec<usize>>,
    /// Per unknown its true count.
    pub(super) values: Vec<u64>,
    /// How many paths have been looked for.
    pub(super) searches: Cell<usize>,
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
        Some(Self {
            arcs,
            touching,
            searches: Cell::new(0),
            values: model.unknowns.iter().map(|unknown| unknown.value).collect(),
        })
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
