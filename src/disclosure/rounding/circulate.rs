//! Rounding a circulation, cycle by cycle.

use super::BASE;
use crate::disclosure::network::Network;

/// An arc of a cycle and whether it is taken from tail to head.
#[derive(Clone, Copy)]
struct Step {
    unknown: usize,
    up: bool,
}

/// Every value at a multiple beside it, all sums kept. Each node at which an arc is no multiple has a
/// second one, so as long as any is left there is a cycle of them; moving along it until one reaches a
/// multiple settles that one for good.
pub(super) fn round(network: &Network) -> Option<Vec<u64>> {
    let mut values = network.values.clone();
    // A cell in no sum is free to go to the nearest.
    for (value, arc) in values.iter_mut().zip(&network.arcs) {
        if arc.is_none() {
            *value = (*value + BASE / 2) / BASE * BASE;
        }
    }
    let open = |values: &[u64], unknown: usize| values.get(unknown).is_some_and(|value| value % BASE != 0);
    for start in 0..values.len() {
        while open(&values, start) {
            let cycle = cycle(network, start, |unknown| open(&values, unknown))?;
            turn(&mut values, &network.values, &cycle)?;
        }
    }
    Some(values)
}

/// A cycle of open arcs, reached from an open arc.
fn cycle(network: &Network, start: usize, open: impl Fn(usize) -> bool) -> Option<Vec<Step>> {
    let arc = network.arcs.get(start)?.as_ref()?;
    let mut nodes = vec![arc.tail, arc.head];
    let mut steps = vec![Step { unknown: start, up: true }];
    loop {
        let node = *nodes.last()?;
        if let Some(first) = nodes.iter().position(|known| *known == node).filter(|first| first + 1 < nodes.len()) {
            return Some(steps.split_off(first));
        }
        let last = steps.last()?.unknown;
        let next = network.touching.get(node)?.iter().copied().find(|unknown| *unknown != last && open(*unknown))?;
        let arc = network.arcs.get(next)?.as_ref()?;
        let up = arc.tail == node;
        steps.push(Step { unknown: next, up });
        nodes.push(if up { arc.head } else { arc.tail });
    }
}

/// Moves along a cycle, in the direction that ends closer to the truth, until some value is a multiple.
fn turn(values: &mut [u64], truth: &[u64], cycle: &[Step]) -> Option<()> {
    let amount = |forward: bool| {
        let room = |step: &Step| {
            let over = values.get(step.unknown).copied().unwrap_or(0) % BASE;
            if step.up == forward { BASE - over } else { over }
        };
        cycle.iter().map(room).min()
    };
    let after = |value: u64, step: &Step, forward: bool, by: u64| {
        if step.up == forward { value + by } else { value - by }
    };
    let distance = |forward: bool, by: u64| -> u64 {
        let far = |step: &Step| {
            let value = after(values.get(step.unknown).copied().unwrap_or(0), step, forward, by);
            let away = value.abs_diff(truth.get(step.unknown).copied().unwrap_or(0));
            away * away
        };
        cycle.iter().map(far).sum()
    };
    let (forward, back) = (amount(true)?, amount(false)?);
    let ahead = distance(true, forward) <= distance(false, back);
    let by = if ahead { forward } else { back };
    for step in cycle {
        let value = values.get_mut(step.unknown)?;
        *value = after(*value, step, ahead, by);
    }
    Some(())
}
