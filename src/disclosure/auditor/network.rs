//! Equations that are a network: every variable is in at most two of them, and after turning some
//! of them round it leaves the one and enters the other. Then it is a flow along an arc, bounds are
//! whole numbers, and paths find them (Fischetti and Salazar 1999, for two-way tables; Ahuja,
//! Magnanti and Orlin, Network Flows, 1993).
#![expect(
    clippy::indexing_slicing,
    reason = "nodes are rows of the equations plus the ground, arcs are variables: all made here, \
              and every vector has one place for each"
)]

use std::collections::VecDeque;

use super::reduce::{Form, Reduced};

/// Rows as nodes and variables as arcs; the last node is the ground, where arcs of a single row end.
pub(super) struct Network {
    /// Per variable from which node to which.
    arcs: Vec<(usize, usize)>,
    /// Per node its arcs, and whether they leave it.
    beside: Vec<Vec<(usize, bool)>>,
    /// Per node how much more leaves than enters.
    surplus: Vec<i64>,
}

/// How far a form can be brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// This far and no farther, or as far as was asked.
    To(i64),
    /// Without end.
    Endless,
}

/// One step along an arc: which, and whether with it.
type Step = (usize, bool);

impl Network {
    /// The network that the equations are, if they are one.
    pub(super) fn of(reduced: &Reduced) -> Option<Self> {
        let ground = reduced.rows.len();
        let mut ends: Vec<Vec<(usize, bool)>> = vec![Vec::new(); reduced.unknown.len()];
        for (at, row) in reduced.rows.iter().enumerate() {
            for (variable, plus) in &row.terms {
                ends.get_mut(*variable)?.push((at, *plus));
            }
        }
        let turned = orient(reduced, &ends)?;
        let mut arcs = Vec::with_capacity(ends.len());
        let mut beside = vec![Vec::new(); ground + 1];
        for (variable, ends) in ends.iter().enumerate() {
            let mut arc = (ground, ground);
            for (row, plus) in ends {
                if *plus != turned[*row] {
                    arc.0 = *row;
                } else {
                    arc.1 = *row;
                }
            }
            arcs.push(arc);
            beside[arc.0].push((variable, true));
            beside[arc.1].push((variable, false));
        }
        let mut surplus = Vec::with_capacity(ground + 1);
        for (row, turned) in reduced.rows.iter().zip(&turned) {
            surplus.push(if *turned { -row.rhs } else { row.rhs });
        }
        let rest: i64 = surplus.iter().sum();
        surplus.push(-rest);
        Some(Self { arcs, beside, surplus })
    }

    /// Some flow that fits; `None` when there is none.
    pub(super) fn feasible(&self) -> Option<Vec<i64>> {
        let mut flow = vec![0i64; self.arcs.len()];
        let mut excess = self.surplus.clone();
        while let Some(start) = excess.iter().position(|excess| *excess > 0) {
            let (end, path) = self.path(&flow, start, |node| excess[node] < 0, None)?;
            let much = self.bottleneck(&flow, &path).unwrap_or(i64::MAX).min(excess[start]).min(-excess[end]);
            self.push(&mut flow, &path, much);
            excess[start] -= much;
            excess[end] += much;
        }
        Some(flow)
    }

    /// Raises a form from a flow, at most to `goal`. Flow goes round cycles of which it gains, until
    /// none is left: then the form is as high as it can be.
    pub(super) fn raise(&self, flow: &mut [i64], form: &Form, goal: Option<i64>) -> Reach {
        loop {
            let sum: i64 = form.constant + form.terms.iter().map(|(at, factor)| flow[*at] * factor).sum::<i64>();
            let need = goal.map(|goal| goal - sum);
            if need.is_some_and(|need| need <= 0) {
                return Reach::To(sum);
            }
            let cycle = match form.terms.as_slice() {
                [] => None,
                [(arc, factor)] => self.cycle_through(flow, *arc, *factor > 0),
                terms => self.gaining_cycle(flow, terms),
            };
            let Some(cycle) = cycle else { return Reach::To(sum) };
            let gain: i64 = cycle
                .iter()
                .map(|(arc, with)| {
                    let factor = form.terms.iter().find(|(at, _)| at == arc).map_or(0, |(_, factor)| *factor);
                    if *with { factor } else { -factor }
                })
                .sum();
            // No more than needed; a cycle always gains, so this ends.
            let needed = need.map(|need| (need + gain.max(1) - 1) / gain.max(1));
            match (self.bottleneck(flow, &cycle), needed) {
                (None, None) => return Reach::Endless,
                (Some(much), None) | (None, Some(much)) => self.push(flow, &cycle, much),
                (Some(most), Some(much)) => self.push(flow, &cycle, most.min(much)),
            }
        }
    }

    /// The arc itself, with it or against it, and the shortest way back.
    fn cycle_through(&self, flow: &[i64], arc: usize, with: bool) -> Option<Vec<Step>> {
        if !with && flow[arc] == 0 {
            return None;
        }
        let (from, to) = if with { self.arcs[arc] } else { (self.arcs[arc].1, self.arcs[arc].0) };
        let (_, mut path) = self.path(flow, to, |node| node == from, Some(arc))?;
        path.push((arc, with));
        Some(path)
    }

    /// The shortest way along which more can flow: with any arc, against one that has flow.
    fn path(
        &self,
        flow: &[i64],
        start: usize,
        is_end: impl Fn(usize) -> bool,
        without: Option<usize>,
    ) -> Option<(usize, Vec<Step>)> {
        let mut came: Vec<Option<Step>> = vec![None; self.beside.len()];
        let mut queue = VecDeque::from([start]);
        let mut end = is_end(start).then_some(start);
        while let Some(node) = queue.pop_front().filter(|_| end.is_none()) {
            for (arc, leaves) in &self.beside[node] {
                let next = if *leaves { self.arcs[*arc].1 } else { self.arcs[*arc].0 };
                let open = (*leaves || flow[*arc] > 0) && Some(*arc) != without;
                if !open || next == start || came[next].is_some() {
                    continue;
                }
                came[next] = Some((*arc, *leaves));
                if is_end(next) {
                    end = Some(next);
                    break;
                }
                queue.push_back(next);
            }
        }
        let end = end?;
        let mut path = Vec::new();
        let mut node = end;
        while let Some((arc, with)) = came[node] {
            path.push((arc, with));
            node = if with { self.arcs[arc].0 } else { self.arcs[arc].1 };
        }
        Some((end, path))
    }

    /// A cycle along which the form rises (Bellman and Ford, with gains for lengths).
    fn gaining_cycle(&self, flow: &[i64], terms: &[(usize, i64)]) -> Option<Vec<Step>> {
        let mut factor = vec![0i64; self.arcs.len()];
        for (arc, times) in terms {
            factor[*arc] = *times;
        }
        let nodes = self.beside.len();
        let mut gained = vec![0i64; nodes];
        let mut came: Vec<Option<Step>> = vec![None; nodes];
        let mut last = None;
        for _ in 0..=nodes {
            last = None;
            for (arc, (from, to)) in self.arcs.iter().enumerate() {
                for (with, from, to) in [(true, *from, *to), (false, *to, *from)] {
                    let gain = if with { factor[arc] } else { -factor[arc] };
                    if (with || flow[arc] > 0) && gained[from] + gain > gained[to] {
                        gained[to] = gained[from] + gain;
                        came[to] = Some((arc, with));
                        last = Some(to);
                    }
                }
            }
            last?;
        }
        // Still rising after as many rounds as there are nodes: the way back runs into a cycle.
        let before = |node: usize| came[node].map(|(arc, with)| if with { self.arcs[arc].0 } else { self.arcs[arc].1 });
        let mut node = last?;
        for _ in 0..nodes {
            node = before(node)?;
        }
        let (start, mut cycle) = (node, Vec::new());
        loop {
            cycle.push(came[node]?);
            node = before(node)?;
            if node == start {
                return Some(cycle);
            }
        }
    }

    /// How much can go along; `None` without end.
    fn bottleneck(&self, flow: &[i64], path: &[Step]) -> Option<i64> {
        path.iter().filter(|(_, with)| !with).map(|(arc, _)| flow[*arc]).min()
    }

    fn push(&self, flow: &mut [i64], path: &[Step], much: i64) {
        for (arc, with) in path {
            flow[*arc] += if *with { much } else { -much };
        }
    }
}

/// Which rows to turn round so that every variable leaves one row and enters the other: a colouring
/// with two colours, row by row; `None` when there is none.
fn orient(reduced: &Reduced, ends: &[Vec<(usize, bool)>]) -> Option<Vec<bool>> {
    if ends.iter().any(|ends| ends.len() > 2) {
        return None;
    }
    let mut turned: Vec<Option<bool>> = vec![None; reduced.rows.len()];
    for first in 0..reduced.rows.len() {
        if turned[first].is_some() {
            continue;
        }
        turned[first] = Some(false);
        let mut queue = VecDeque::from([(first, false)]);
        while let Some((row, as_turned)) = queue.pop_front() {
            for (variable, plus) in &reduced.rows[row].terms {
                let Some((other, other_plus)) = ends[*variable].iter().find(|(other, _)| *other != row) else {
                    continue;
                };
                // Opposite signs go together as they are, equal ones when one of the two is turned.
                let wanted = as_turned != (plus == other_plus);
                match turned[*other] {
                    Some(before) if before != wanted => return None,
                    Some(_) => {}
                    None => {
                        turned[*other] = Some(wanted);
                        queue.push_back((*other, wanted));
                    }
                }
            }
        }
    }
    turned.into_iter().collect()
}
