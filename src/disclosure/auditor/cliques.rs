//! Which axes must be looked at together. Counts over several axis sets that agree on what they
//! share come from one cross-classification whenever the axis sets form an acyclic hypergraph
//! (Vorob'ev 1962; Lauritzen, Graphical Models, 1996, chapter 2). Otherwise one also knows that this
//! cross-classification exists, which can say more. So axis sets are merged until they are acyclic:
//! the maximal cliques of a chordal completion of the graph in which axes of one set are joined.

/// A set of axes, bit per axis.
pub(super) type AxisSet = u64;

/// How many axes fit in an [`AxisSet`].
pub(super) const MOST_AXES: usize = 64;

/// Acyclic axis sets, and which of them are neighbours: what they share must agree.
pub(super) struct JoinTree {
    pub(super) cliques: Vec<AxisSet>,
    pub(super) edges: Vec<(usize, usize)>,
}

/// Merges axis sets until they are acyclic; sets that are acyclic already stay as they are.
pub(super) fn join_tree(sets: &[AxisSet], sizes: &[usize]) -> JoinTree {
    let cliques = maximal(eliminate(sets, sizes));
    let edges = spanning_tree(&cliques);
    JoinTree { cliques, edges }
}

/// The axes in a set, rising.
pub(super) fn members(set: AxisSet) -> impl Iterator<Item = usize> {
    (0..MOST_AXES).filter(move |axis| set >> axis & 1 == 1)
}

/// Takes away axis by axis, the one first that adds the fewest new neighbours (a chordal graph
/// always has one that adds none), and notes the clique that each leaves behind.
fn eliminate(sets: &[AxisSet], sizes: &[usize]) -> Vec<AxisSet> {
    let mut left: AxisSet = sets.iter().fold(0, |all, set| all | set);
    let mut beside = [0 as AxisSet; MOST_AXES];
    for set in sets {
        for axis in members(*set) {
            if let Some(near) = beside.get_mut(axis) {
                *near |= set & !(1 << axis);
            }
        }
    }
    let near = |beside: &[AxisSet; MOST_AXES], axis: usize| beside.get(axis).copied().unwrap_or(0);
    let mut cliques = Vec::new();
    while left != 0 {
        let cost = |axis: usize| {
            let around = near(&beside, axis) & left;
            let missing: u32 =
                members(around).map(|other| (around & !near(&beside, other) & !(1 << other)).count_ones()).sum();
            let cells = members(around | 1 << axis)
                .map(|other| sizes.get(other).copied().unwrap_or(1) as u128)
                .fold(1u128, u128::saturating_mul);
            (missing, cells, axis)
        };
        let Some((_, _, axis)) = members(left).map(cost).min() else { break };
        let around = near(&beside, axis) & left;
        cliques.push(around | 1 << axis);
        for other in members(around) {
            if let Some(near) = beside.get_mut(other) {
                *near |= around & !(1 << other);
            }
        }
        left &= !(1 << axis);
    }
    cliques
}

/// The sets that are in no other; at least one, if need be the empty one.
fn maximal(sets: Vec<AxisSet>) -> Vec<AxisSet> {
    let mut kept: Vec<AxisSet> = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let inside = sets
            .iter()
            .enumerate()
            .any(|(other_at, other)| other_at != at && set & other == *set && (set != other || other_at < at));
        if !inside {
            kept.push(*set);
        }
    }
    if kept.is_empty() {
        kept.push(0);
    }
    kept
}

/// A spanning tree of most shared axes, which for acyclic sets is a join tree (Bernstein and
/// Goodman 1981): any two sets agree once all neighbours do.
fn spanning_tree(cliques: &[AxisSet]) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    let mut inside = vec![0usize];
    let mut outside: Vec<usize> = (1..cliques.len()).collect();
    let shared = |a: usize, b: usize| match (cliques.get(a), cliques.get(b)) {
        (Some(a), Some(b)) => (a & b).count_ones(),
        _ => 0,
    };
    while !outside.is_empty() {
        let pairs = outside.iter().flat_map(|out| inside.iter().map(move |within| (*within, *out)));
        let best = pairs.max_by_key(|(within, out)| (shared(*within, *out), std::cmp::Reverse((*out, *within))));
        let Some((within, out)) = best else { break };
        edges.push((within, out));
        inside.push(out);
        outside.retain(|other| *other != out);
    }
    edges
}
