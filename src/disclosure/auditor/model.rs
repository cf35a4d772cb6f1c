//! The attacker's equations, derived from the tables' layout: which cells of which tables are one
//! and the same unknown, and which unknown is the sum of which others.

use std::collections::{HashMap, VecDeque};

use super::Stopped;
use super::cliques::{AxisSet, JoinTree, MOST_AXES, members};
use super::support::{Support, join_tree_with_support};
use crate::disclosure::problem::{CountTable, Problem, Showing, TimeIsUp};

/// No value of this axis: the sum over all of them.
pub(super) const TOTAL: u32 = u32::MAX;

/// More unknowns than this are not audited.
const MOST_UNKNOWNS: usize = 400_000;

/// Per axis its value or [`TOTAL`]: what a cell is, in whichever table.
pub(super) type Key = Box<[u32]>;

/// A margin is the sum of its parts.
pub(super) struct Equation {
    pub(super) margin: usize,
    pub(super) parts: Vec<usize>,
}

/// Unknowns and equations, before anything is known of them.
pub(super) struct Model {
    /// What each unknown is.
    pub(super) keys: Vec<Key>,
    /// Per table and cell its unknown; `None` where nobody can be.
    pub(super) places: Vec<Vec<Option<usize>>>,
    pub(super) equations: Vec<Equation>,
    /// Per unknown the equations that it is in.
    pub(super) inside: Vec<Vec<usize>>,
}

impl Model {
    pub(super) fn of(problem: &Problem, time_is_up: TimeIsUp<'_>) -> Result<Self, Stopped> {
        check_layout(problem)?;
        let sizes: Vec<usize> = problem.axes.iter().map(|axis| axis.size).collect();
        let scopes: Vec<AxisSet> = problem.tables.iter().map(scope).collect();
        let (tree, support) = join_tree_with_support(problem, &scopes, &sizes);
        let mut build = Build::new(problem, sizes, tree, support);
        build.name_cells(problem)?;
        build.join_neighbours()?;
        build.tie_margins();
        build.work_off(time_is_up)?;
        Ok(build.into_model())
    }

    /// The counts of the cells that a choice names, per unknown.
    pub(super) fn values(
        &self,
        problem: &Problem,
        chosen: impl Fn(usize, usize) -> bool,
    ) -> Result<Vec<Option<i64>>, Stopped> {
        let mut values: Vec<Option<i64>> = vec![None; self.keys.len()];
        for (at, (table, places)) in problem.tables.iter().zip(&self.places).enumerate() {
            for (cell, (count, place)) in table.counts.iter().zip(places).enumerate() {
                if !chosen(at, cell) {
                    continue;
                }
                let count = i64::try_from(*count).map_err(|_| Stopped::Contradiction)?;
                match place.and_then(|unknown| values.get_mut(unknown)) {
                    None if count != 0 => return Err(Stopped::Contradiction),
                    None => {}
                    Some(value) if value.is_some_and(|before| before != count) => return Err(Stopped::Contradiction),
                    Some(value) => *value = Some(count),
                }
            }
        }
        Ok(values)
    }
}

/// Whether a cell is published. What a pattern does not mention counts as published, and what was
/// published before remains so: both give the attacker rather more than less.
pub(super) fn published(problem: &Problem, pattern: &[Vec<bool>], table: usize, cell: usize) -> bool {
    let before = problem.tables.get(table).and_then(|table| table.showing.get(cell)) == Some(&Showing::Known);
    before || pattern.get(table).and_then(|cells| cells.get(cell)).copied().unwrap_or(true)
}

/// Every cell of a table as one value per dimension, `size` being the total, in the table's order.
pub(super) fn coordinates(problem: &Problem, table: &CountTable) -> Vec<Vec<usize>> {
    let lengths: Vec<usize> =
        table.axes.iter().map(|axis| problem.axes.get(*axis).map_or(0, |axis| axis.size) + 1).collect();
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for length in lengths {
        all = all
            .iter()
            .flat_map(|before| (0..length).map(move |value| before.iter().copied().chain([value]).collect()))
            .collect();
    }
    all
}

fn scope(table: &CountTable) -> AxisSet {
    table.axes.iter().chain(table.at.iter().map(|(axis, _)| axis)).fold(0, |set, axis| set | 1 << axis)
}

fn check_layout(problem: &Problem) -> Result<(), Stopped> {
    if problem.axes.len() > MOST_AXES {
        return Err(Stopped::TooLarge);
    }
    let known = |axis: &usize| *axis < problem.axes.len();
    let narrow = problem.axes.iter().all(|axis| u32::try_from(axis.size).is_ok_and(|size| size < TOTAL));
    let relations = problem.relations.iter().all(|relation| {
        relation.axes.iter().all(known) && relation.possible.iter().all(|values| values.len() == relation.axes.len())
    });
    let tables = problem.tables.iter().all(|table| {
        let named: Vec<usize> = table.axes.iter().chain(table.at.iter().map(|(axis, _)| axis)).copied().collect();
        let cells = table
            .axes
            .iter()
            .map(|axis| problem.axes.get(*axis).map_or(0, |axis| axis.size).saturating_add(1))
            .fold(1usize, usize::saturating_mul);
        named.iter().all(known)
            && named.iter().enumerate().all(|(at, axis)| !named.iter().skip(at + 1).any(|other| other == axis))
            && table.at.iter().all(|(axis, value)| problem.axes.get(*axis).is_some_and(|axis| *value < axis.size))
            && table.klasse.is_none_or(|klasse| klasse < table.axes.len())
            && table.counts.len() == cells
    });
    let secrets = problem.secrets.iter().all(|secret| {
        let table = problem.tables.get(secret.table);
        secret.cells.iter().all(|cell| table.is_some_and(|table| *cell < table.counts.len()))
    });
    if narrow && relations && tables && secrets { Ok(()) } else { Err(Stopped::Contradiction) }
}

/// A model in the making.
struct Build {
    sizes: Vec<usize>,
    tree: JoinTree,
    support: Support,
    ids: HashMap<Key, usize>,
    keys: Vec<Key>,
    /// How many of the unknowns stand in a table; they come first.
    named: usize,
    places: Vec<Vec<Option<usize>>>,
    equations: Vec<Equation>,
    /// Cells to be written as a sum within a clique.
    todo: VecDeque<(usize, usize)>,
    /// Per unknown the cliques in which that has been asked.
    asked: Vec<Vec<usize>>,
}

impl Build {
    fn new(problem: &Problem, sizes: Vec<usize>, tree: JoinTree, support: Support) -> Self {
        Self {
            sizes,
            tree,
            support,
            ids: HashMap::new(),
            keys: Vec::new(),
            named: 0,
            places: Vec::with_capacity(problem.tables.len()),
            equations: Vec::new(),
            todo: VecDeque::new(),
            asked: Vec::new(),
        }
    }

    /// The unknown that a cell is, a new one if need be; `None` where nobody can be.
    fn unknown(&mut self, key: Key) -> Option<usize> {
        if let Some(id) = self.ids.get(&key) {
            return Some(*id);
        }
        if !self.support.possible(&key) {
            return None;
        }
        let id = self.keys.len();
        self.keys.push(key.clone());
        self.asked.push(Vec::new());
        self.ids.insert(key, id);
        Some(id)
    }

    fn name_cells(&mut self, problem: &Problem) -> Result<(), Stopped> {
        for table in &problem.tables {
            let mut places = Vec::with_capacity(table.counts.len());
            for values in coordinates(problem, table) {
                let mut key: Key = vec![TOTAL; self.sizes.len()].into();
                for (axis, value) in table.axes.iter().zip(values).chain(table.at.iter().map(|(a, v)| (a, *v))) {
                    let size = self.sizes.get(*axis).copied().unwrap_or(0);
                    if let Some(place) = key.get_mut(*axis).filter(|_| value < size) {
                        *place = u32::try_from(value).unwrap_or(TOTAL);
                    }
                }
                places.push(self.unknown(key));
                self.not_too_many()?;
            }
            self.places.push(places);
        }
        self.named = self.keys.len();
        Ok(())
    }

    /// Neighbouring cliques agree on what they share: those cells are a sum within each.
    fn join_neighbours(&mut self) -> Result<(), Stopped> {
        for (one, other) in self.tree.edges.clone() {
            let shared = self.clique(one) & self.clique(other);
            let mut keys: Vec<Key> = vec![vec![TOTAL; self.sizes.len()].into()];
            for axis in members(shared) {
                let size = self.sizes.get(axis).copied().unwrap_or(0);
                if keys.len().saturating_mul(size) > MOST_UNKNOWNS {
                    return Err(Stopped::TooLarge);
                }
                keys = keys.iter().flat_map(|key| (0..size).map(|value| with(key, axis, value))).collect();
            }
            for key in keys {
                if let Some(unknown) = self.unknown(key) {
                    self.ask(unknown, one);
                    self.ask(unknown, other);
                }
            }
            self.not_too_many()?;
        }
        Ok(())
    }

    /// Every cell of a table is a sum somewhere, unless it is a cell of a clique itself.
    fn tie_margins(&mut self) {
        for unknown in 0..self.named {
            let face = self.keys.get(unknown).map_or(0, |key| face(key));
            let asked = self.asked.get(unknown).is_some_and(|cliques| !cliques.is_empty());
            if asked || self.tree.cliques.contains(&face) {
                continue;
            }
            let within = (0..self.tree.cliques.len()).filter(|clique| self.clique(*clique) & face == face);
            let within: Vec<usize> = within.collect();
            let best = within.into_iter().filter_map(|clique| Some((self.split(unknown, clique)?.0, clique))).min();
            if let Some((_, clique)) = best {
                self.ask(unknown, clique);
            }
        }
    }

    fn work_off(&mut self, time_is_up: TimeIsUp<'_>) -> Result<(), Stopped> {
        while let Some((unknown, clique)) = self.todo.pop_front() {
            if self.equations.len().is_multiple_of(1024) && time_is_up() {
                return Err(Stopped::TimeUp);
            }
            let Some((_, parts)) = self.split(unknown, clique) else { continue };
            let parts: Vec<usize> = parts.into_iter().filter_map(|key| self.unknown(key)).collect();
            self.not_too_many()?;
            for part in &parts {
                self.ask(*part, clique);
            }
            self.equations.push(Equation { margin: unknown, parts });
        }
        Ok(())
    }

    /// A cell as the sum over one more axis of its clique. Preferred is an axis that brings in the
    /// fewest cells of no table, then one that the fewest cliques share: then tables that hang
    /// together by one margin remain a network. Any axis would do for the truth of it.
    fn split(&self, unknown: usize, clique: usize) -> Option<((usize, usize, usize), Vec<Key>)> {
        let key = self.keys.get(unknown)?;
        let free = self.clique(clique) & !face(key);
        let options = members(free).map(|axis| {
            let size = self.sizes.get(axis).copied().unwrap_or(0);
            let parts: Vec<Key> = (0..size).map(|value| with(key, axis, value)).collect();
            let nameless = parts.iter().filter(|part| self.ids.get(*part).is_none_or(|id| *id >= self.named)).count();
            let sharing = self.tree.cliques.iter().filter(|other| *other >> axis & 1 == 1).count();
            ((nameless, sharing, axis), parts)
        });
        options.min_by_key(|(cost, _)| *cost)
    }

    fn ask(&mut self, unknown: usize, clique: usize) {
        let whole = self.keys.get(unknown).is_some_and(|key| face(key) == self.clique(clique));
        if let Some(asked) = self.asked.get_mut(unknown).filter(|asked| !whole && !asked.contains(&clique)) {
            asked.push(clique);
            self.todo.push_back((unknown, clique));
        }
    }

    fn clique(&self, at: usize) -> AxisSet {
        self.tree.cliques.get(at).copied().unwrap_or(0)
    }

    fn not_too_many(&self) -> Result<(), Stopped> {
        if self.keys.len() > MOST_UNKNOWNS { Err(Stopped::TooLarge) } else { Ok(()) }
    }

    fn into_model(self) -> Model {
        let mut inside = vec![Vec::new(); self.keys.len()];
        for (at, equation) in self.equations.iter().enumerate() {
            for unknown in equation.parts.iter().chain([&equation.margin]) {
                if let Some(equations) = inside.get_mut(*unknown) {
                    equations.push(at);
                }
            }
        }
        Model { keys: self.keys, places: self.places, equations: self.equations, inside }
    }
}

/// The axes at which a cell stands at one value.
fn face(key: &[u32]) -> AxisSet {
    key.iter().enumerate().filter(|(_, value)| **value != TOTAL).fold(0, |set, (axis, _)| set | 1 << axis)
}

fn with(key: &Key, axis: usize, value: usize) -> Key {
    let mut more = key.clone();
    if let Some(place) = more.get_mut(axis) {
        *place = u32::try_from(value).unwrap_or(TOTAL);
    }
    more
}
