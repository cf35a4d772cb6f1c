//! What an attacker can do, said a second time and naively: one unknown per combination of all axes,
//! one equation per published cell, exact fractions. No cliques, no faces, no reduction.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Bound, Exposure, Kind};
use super::fractions::{Best, Fraction, largest};
use crate::disclosure::problem::{Pattern, Problem, Showing};

/// A cell as the values that it stands at.
pub(super) type Cell = BTreeMap<usize, usize>;

/// All cells of a table, in its order.
pub(super) fn cells(problem: &Problem, table: usize) -> Vec<Cell> {
    let table = &problem.tables[table];
    let sizes: Vec<usize> = table.axes.iter().map(|axis| problem.axes[*axis].size).collect();
    (0..table.counts.len())
        .map(|cell| {
            let mut rest = cell;
            let mut named: Cell = table.at.iter().copied().collect();
            for (axis, size) in table.axes.iter().zip(&sizes).rev() {
                if rest % (size + 1) < *size {
                    named.insert(*axis, rest % (size + 1));
                }
                rest /= size + 1;
            }
            named
        })
        .collect()
}

pub(super) struct Attacker<'a> {
    problem: &'a Problem,
    /// Combinations of all axes that are possible.
    people: Vec<Vec<usize>>,
    rows: Vec<Vec<i128>>,
    right: Vec<i128>,
    by_design: BTreeSet<Cell>,
}

impl<'a> Attacker<'a> {
    pub(super) fn new(problem: &'a Problem, pattern: &Pattern, viewer: Option<usize>) -> Self {
        let mut people = vec![Vec::new()];
        for axis in &problem.axes {
            people = people
                .iter()
                .flat_map(|before: &Vec<usize>| (0..axis.size).map(move |v| [before.as_slice(), &[v]].concat()))
                .collect();
        }
        people.retain(|person| {
            problem.relations.iter().all(|relation| {
                relation.possible.contains(&relation.axes.iter().map(|axis| person[*axis]).collect::<Vec<_>>())
            })
        });
        let mut attacker = Self { problem, people, rows: Vec::new(), right: Vec::new(), by_design: BTreeSet::new() };
        let mut known: BTreeMap<Cell, u64> = BTreeMap::new();
        for (at, table) in problem.tables.iter().enumerate() {
            for (cell, named) in cells(problem, at).into_iter().enumerate() {
                let own = viewer.is_some_and(|viewer| {
                    let viewer = &problem.viewers[viewer];
                    viewer.knows.iter().any(|insight| {
                        named.get(&insight.gemeente.0) == Some(&insight.gemeente.1)
                            && named.get(&insight.klassen.0).is_some_and(|klasse| insight.klassen.1.contains(klasse))
                    })
                });
                if own {
                    attacker.by_design.insert(named.clone());
                }
                if own || pattern[at][cell] || table.showing[cell] == Showing::Known {
                    known.insert(named, table.counts[cell]);
                }
            }
        }
        for (cell, count) in known {
            attacker.rows.push(attacker.row(&[(cell, 1)]));
            attacker.right.push(i128::from(count));
        }
        attacker
    }

    fn row(&self, sum: &[(Cell, i128)]) -> Vec<i128> {
        let inside = |person: &[usize], cell: &Cell| cell.iter().all(|(axis, value)| person[*axis] == *value);
        let of =
            |person: &Vec<usize>| sum.iter().filter(|(cell, _)| inside(person, cell)).map(|(_, times)| times).sum();
        self.people.iter().map(of).collect()
    }

    pub(super) fn highest(&self, sum: &[(Cell, i128)]) -> Best {
        largest(&self.rows, &self.right, &self.row(sum))
    }

    fn can_be_nothing(&self, sum: &[(Cell, i128)]) -> bool {
        let negative: Vec<(Cell, i128)> = sum.iter().map(|(cell, times)| (cell.clone(), -times)).collect();
        self.highest(&negative) == Best::Value(Fraction::whole(0))
    }

    fn can_be(&self, sum: &[(Cell, i128)], least: u64) -> bool {
        match self.highest(sum) {
            Best::Value(value) => value >= Fraction::whole(i128::from(least)),
            Best::Endless => true,
            Best::Impossible => false,
        }
    }

    fn nobody_ever(&self, cell: &Cell) -> bool {
        self.row(&[(cell.clone(), 1)]).iter().all(|times| *times == 0)
    }

    /// All that it can infer.
    pub(super) fn exposures(&self, viewer: Option<usize>) -> BTreeSet<Exposure> {
        let mut found = BTreeSet::new();
        let mut report = |table, cells: Vec<usize>, kind| {
            found.insert(Exposure { viewer, table, cells, kind });
        };
        for (at, table) in self.problem.tables.iter().enumerate() {
            let named = cells(self.problem, at);
            for (cell, count) in table.counts.iter().enumerate() {
                let sum = [(named[cell].clone(), 1)];
                if *count > 0 && *count < table.drempel && !self.by_design.contains(&named[cell]) {
                    if !self.can_be_nothing(&sum) {
                        report(at, vec![cell], Kind::Low);
                    }
                    if !self.can_be(&sum, table.drempel) {
                        report(at, vec![cell], Kind::High);
                    }
                }
                let Some(klasse) = table.klasse.map(|klasse| table.axes[klasse]) else { continue };
                if named[cell].contains_key(&klasse) || *count == 0 || table.drempel == 0 {
                    continue;
                }
                for one in 0..self.problem.axes[klasse].size {
                    let of = |value: usize| {
                        let mut inside = named[cell].clone();
                        inside.insert(klasse, value);
                        inside
                    };
                    let others = (0..self.problem.axes[klasse].size).filter(|other| *other != one).map(of);
                    let others: Vec<Cell> = others.filter(|cell| !self.nobody_ever(cell)).collect();
                    let exempt = others.iter().all(|cell| self.by_design.contains(cell));
                    let sum: Vec<(Cell, i128)> = others.into_iter().map(|cell| (cell, 1)).collect();
                    if !exempt && !self.can_be(&sum, table.drempel) {
                        report(at, vec![cell], Kind::Group { klasse: one });
                    }
                }
            }
        }
        for secret in &self.problem.secrets {
            let named = cells(self.problem, secret.table);
            let kept: Vec<&usize> =
                secret.cells.iter().filter(|cell| !self.by_design.contains(&named[**cell])).collect();
            let total: u64 = kept.iter().map(|cell| self.problem.tables[secret.table].counts[**cell]).sum();
            let sum: Vec<(Cell, i128)> = kept.iter().map(|cell| (named[**cell].clone(), 1)).collect();
            if total > 0 && total < secret.drempel {
                if !self.can_be_nothing(&sum) {
                    report(secret.table, secret.cells.clone(), Kind::SecretLow);
                }
                if !self.can_be(&sum, secret.drempel) {
                    report(secret.table, secret.cells.clone(), Kind::SecretHigh);
                }
            }
        }
        found
    }

    /// The interval of a cell, as the auditor writes it.
    pub(super) fn interval(&self, cell: &Cell) -> (Bound, Bound) {
        let bound = |best: Best, sign: i128| match best {
            Best::Value(Fraction(above, below)) => Bound::At {
                numerator: u64::try_from(sign * above).unwrap(),
                denominator: u64::try_from(below).unwrap(),
            },
            Best::Endless => Bound::Unbounded,
            Best::Impossible => Bound::Unsettled,
        };
        (bound(self.highest(&[(cell.clone(), -1)]), -1), bound(self.highest(&[(cell.clone(), 1)]), 1))
    }
}

/// All that anybody and each viewer can infer.
pub(super) fn exposures(problem: &Problem, pattern: &Pattern) -> BTreeSet<Exposure> {
    let viewers = [None].into_iter().chain((0..problem.viewers.len()).map(Some));
    viewers.flat_map(|viewer| Attacker::new(problem, pattern, viewer).exposures(viewer)).collect()
}
