//! Problems made from persons, so that their tables agree.

use std::collections::BTreeSet;

use super::super::{Exposure, Verdict, audit};
use super::oracle::cells;
use crate::disclosure::problem::{Axis, CountTable, Insight, Pattern, Problem, Relation, Secret, Showing, Viewer};

pub(super) struct World {
    pub(super) problem: Problem,
    persons: Vec<Vec<usize>>,
}

impl World {
    /// Axes of these sizes.
    pub(super) fn new(sizes: &[usize]) -> Self {
        let axis = |(at, size): (usize, &usize)| Axis { name: format!("as{at}"), size: *size };
        let axes = sizes.iter().enumerate().map(axis).collect();
        Self { problem: Problem { axes, ..Problem::default() }, persons: Vec::new() }
    }

    /// So many persons with these values.
    pub(super) fn persons(mut self, many: usize, values: &[usize]) -> Self {
        self.persons.extend((0..many).map(|_| values.to_vec()));
        self
    }

    /// The inner cells of a two-way world, row by row.
    pub(super) fn matrix(mut self, rows: &[&[usize]]) -> Self {
        for (row, counts) in rows.iter().enumerate() {
            for (column, many) in counts.iter().enumerate() {
                self = self.persons(*many, &[row, column]);
            }
        }
        self
    }

    pub(super) fn relation(mut self, axes: &[usize], possible: &[&[usize]]) -> Self {
        let possible = possible.iter().map(|values| values.to_vec()).collect();
        self.problem.relations.push(Relation { axes: axes.to_vec(), possible });
        self
    }

    pub(super) fn table(self, axes: &[usize], drempel: u64) -> Self {
        self.table_at(axes, &[], drempel)
    }

    pub(super) fn table_at(mut self, axes: &[usize], at: &[(usize, usize)], drempel: u64) -> Self {
        let size: usize = axes.iter().map(|axis| self.problem.axes[*axis].size + 1).product();
        self.problem.tables.push(CountTable {
            name: format!("tabel{}", self.problem.tables.len()),
            axes: axes.to_vec(),
            at: at.to_vec(),
            counts: vec![0; size],
            showing: vec![Showing::Open; size],
            drempel,
            klasse: None,
        });
        let named = cells(&self.problem, self.problem.tables.len() - 1);
        let inside = |person: &&Vec<usize>, cell: &std::collections::BTreeMap<usize, usize>| {
            cell.iter().all(|(axis, value)| person[*axis] == *value)
        };
        let counts = named.iter().map(|cell| self.persons.iter().filter(|person| inside(person, cell)).count() as u64);
        self.problem.tables.last_mut().unwrap().counts = counts.collect();
        self
    }

    /// The last table has klassen on this of its axes.
    pub(super) fn klasse(mut self, position: usize) -> Self {
        self.problem.tables.last_mut().unwrap().klasse = Some(position);
        self
    }

    pub(super) fn secret(mut self, table: usize, cells: &[usize], drempel: u64) -> Self {
        self.problem.secrets.push(Secret { table, cells: cells.to_vec(), drempel });
        self
    }

    pub(super) fn viewer(mut self, gemeente: (usize, usize), axis: usize, klassen: &[usize]) -> Self {
        let klassen = (axis, klassen.iter().copied().collect::<BTreeSet<_>>());
        let knows = vec![Insight { gemeente, klassen }];
        self.problem.viewers.push(Viewer { name: "kijker".into(), knows });
        self
    }

    /// Everything is published but these cells.
    pub(super) fn without(&self, withheld: &[(usize, usize)]) -> Pattern {
        let mut pattern: Pattern = self.problem.tables.iter().map(|table| vec![true; table.counts.len()]).collect();
        for (table, cell) in withheld {
            pattern[*table][*cell] = false;
        }
        pattern
    }

    pub(super) fn audit(&self, withheld: &[(usize, usize)]) -> Vec<Exposure> {
        verdict(&self.problem, &self.without(withheld)).exposures
    }
}

pub(super) fn verdict(problem: &Problem, pattern: &Pattern) -> Verdict {
    audit(problem, pattern, &|| false).unwrap()
}
