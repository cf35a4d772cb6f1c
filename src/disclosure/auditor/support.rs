//! What a person can be at all, from the problem's relations, and over which axes that must be
//! looked at to lose nothing of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::cliques::{AxisSet, JoinTree, join_tree, members};
use super::model::TOTAL;
use crate::disclosure::problem::Problem;

/// Joined relations larger than this are kept apart, at the price of larger cliques.
const LARGEST_JOIN: usize = 200_000;

/// Possible combinations over some axes.
#[derive(Clone)]
struct Part {
    axes: Vec<usize>,
    possible: BTreeSet<Vec<u32>>,
}

/// Tells of every cell whether it can have persons.
pub(super) struct Support {
    parts: Vec<Part>,
    seen: Vec<HashMap<AxisSet, HashSet<Vec<u32>>>>,
}

impl Support {
    /// Whether a cell (its value per axis, or [`TOTAL`]) can have persons.
    pub(super) fn possible(&mut self, key: &[u32]) -> bool {
        let value = |axis: usize| key.get(axis).copied().unwrap_or(TOTAL);
        self.parts.iter().zip(&mut self.seen).all(|(part, seen)| {
            let named: Vec<usize> = part.axes.iter().copied().filter(|axis| value(*axis) != TOTAL).collect();
            let set = named.iter().fold(0, |set, axis| set | 1 << axis);
            let projected = seen.entry(set).or_insert_with(|| part.onto(set).possible.into_iter().collect());
            projected.contains(&named.iter().map(|axis| value(*axis)).collect::<Vec<_>>())
        })
    }
}

/// The join tree of the tables' axis sets, enlarged where the relations ask for it, and the support.
/// Cliques suffice when joining what the relations say of each gives the relations back.
pub(super) fn join_tree_with_support(problem: &Problem, sets: &[AxisSet], sizes: &[usize]) -> (JoinTree, Support) {
    let used = sets.iter().fold(0, |all, set| all | set);
    let mut sets = sets.to_vec();
    let mut parts = Vec::new();
    for group in components(problem) {
        match joined(&group) {
            Some(whole) => {
                // An axis that no table has says only which of the others go together.
                let part = whole.onto(used);
                let scopes = group.iter().map(|relation| relation.set() & used);
                let attempts = [Vec::new(), scopes.collect(), vec![part.set()]];
                for more in attempts {
                    sets.extend(more);
                    if part.survives(&join_tree(&sets, sizes).cliques) {
                        break;
                    }
                }
                parts.push(part);
            }
            None => {
                sets.extend(group.iter().map(Part::set));
                parts.extend(group);
            }
        }
    }
    let seen = parts.iter().map(|_| HashMap::new()).collect();
    (join_tree(&sets, sizes), Support { parts, seen })
}

impl Part {
    fn set(&self) -> AxisSet {
        self.axes.iter().fold(0, |set, axis| set | 1 << axis)
    }

    /// What it says of the axes in a set.
    fn onto(&self, set: AxisSet) -> Part {
        let kept = |axis: &usize| set >> axis & 1 == 1;
        let pick = |values: &Vec<u32>| {
            self.axes.iter().zip(values).filter(|(axis, _)| kept(axis)).map(|(_, value)| *value).collect()
        };
        Part {
            axes: self.axes.iter().copied().filter(kept).collect(),
            possible: self.possible.iter().map(pick).collect(),
        }
    }

    /// Combinations that agree with both; `None` when there are too many to write out.
    fn join(&self, other: &Part) -> Option<Part> {
        let shared = self.set() & other.set();
        let mut by_shared: HashMap<Vec<u32>, Vec<&Vec<u32>>> = HashMap::new();
        let pick = |axes: &[usize], values: &[u32], set: AxisSet| -> Vec<u32> {
            axes.iter().zip(values).filter(|(axis, _)| set >> **axis & 1 == 1).map(|(_, value)| *value).collect()
        };
        for values in &other.possible {
            by_shared.entry(pick(&other.axes, values, shared)).or_default().push(values);
        }
        let axes: Vec<usize> = members(self.set() | other.set()).collect();
        let mut possible = BTreeSet::new();
        for values in &self.possible {
            for more in by_shared.get(&pick(&self.axes, values, shared)).into_iter().flatten() {
                let of = |axis: &usize| {
                    let mut both = self.axes.iter().zip(values).chain(other.axes.iter().zip(more.iter()));
                    both.find(|(named, _)| *named == axis).map_or(0, |(_, value)| *value)
                };
                possible.insert(axes.iter().map(of).collect());
                if possible.len() > LARGEST_JOIN {
                    return None;
                }
            }
        }
        Some(Part { axes, possible })
    }

    /// Whether joining what it says of each clique gives it back.
    fn survives(&self, cliques: &[AxisSet]) -> bool {
        if cliques.iter().any(|clique| clique & self.set() == self.set()) {
            return true;
        }
        let mut whole: Option<Part> = None;
        for clique in cliques.iter().filter(|clique| *clique & self.set() != 0) {
            let piece = self.onto(*clique);
            whole = match whole {
                None => Some(piece),
                Some(before) => match before.join(&piece) {
                    None => return false,
                    joined => joined,
                },
            };
        }
        whole.is_none_or(|whole| whole.possible.len() == self.possible.len())
    }
}

/// Relations that share axes, directly or through others, belong together.
fn components(problem: &Problem) -> Vec<Vec<Part>> {
    let mut groups: Vec<(AxisSet, Vec<Part>)> = Vec::new();
    for relation in &problem.relations {
        let narrow = |values: &Vec<usize>| values.iter().map(|value| u32::try_from(*value).unwrap_or(TOTAL)).collect();
        let part = Part { axes: relation.axes.clone(), possible: relation.possible.iter().map(narrow).collect() };
        let (mut set, mut together) = (part.set(), vec![part]);
        groups.retain_mut(|(other, parts)| {
            let touches = *other & set != 0;
            if touches {
                set |= *other;
                together.append(parts);
            }
            !touches
        });
        groups.push((set, together));
    }
    groups.into_iter().map(|(_, parts)| parts).collect()
}

fn joined(group: &[Part]) -> Option<Part> {
    let mut all = group.iter();
    let mut whole = all.next()?.clone();
    for part in all {
        whole = whole.join(part)?;
    }
    Some(whole)
}
