//! What must remain possible for a viewer: one condition per primary cell and side, per group and
//! klasse, per secret.

use std::collections::HashMap;

use super::model::{Model, coordinates};
use super::{Exposure, Kind, Stopped};
use crate::disclosure::problem::{CountTable, Problem};

/// How a sum of unknowns must be able to come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Want {
    /// Nothing at all.
    Nothing,
    /// As many as the threshold, or more.
    AtLeast(i64),
}

/// A condition, and what is exposed where it fails.
pub(super) struct Target {
    /// Unknowns with their factor, rising.
    pub(super) sum: Vec<(usize, i64)>,
    pub(super) want: Want,
    pub(super) exposes: Vec<Exposure>,
}

/// The conditions of one viewer, each once; `by_design` tells which unknowns it knows anyhow.
pub(super) fn targets(
    problem: &Problem,
    model: &Model,
    viewer: Option<usize>,
    by_design: &[bool],
) -> Result<Vec<Target>, Stopped> {
    let mut list = List { viewer, by_design, targets: Vec::new(), at: HashMap::new() };
    for (at, (table, places)) in problem.tables.iter().zip(&model.places).enumerate() {
        if table.drempel > 0 {
            list.cells(at, table, places)?;
            list.groups(problem, at, table, places)?;
        }
    }
    for secret in &problem.secrets {
        let (Some(table), Some(places)) = (problem.tables.get(secret.table), model.places.get(secret.table)) else {
            return Err(Stopped::Contradiction);
        };
        let cells: Vec<(usize, usize, u64)> = secret
            .cells
            .iter()
            .filter_map(|cell| Some((*cell, places.get(*cell).copied().flatten()?, *table.counts.get(*cell)?)))
            .filter(|(_, unknown, _)| !list.known_by_design(*unknown))
            .collect();
        let sum: u64 = cells.iter().map(|(_, _, count)| *count).fold(0, u64::saturating_add);
        if 0 < sum && sum < secret.drempel {
            let terms: Vec<(usize, i64)> = cells.iter().map(|(_, unknown, _)| (*unknown, 1)).collect();
            let named: Vec<usize> = secret.cells.clone();
            let drempel = narrow(secret.drempel)?;
            list.add(terms.clone(), Want::Nothing, secret.table, named.clone(), Kind::SecretLow);
            list.add(terms, Want::AtLeast(drempel), secret.table, named, Kind::SecretHigh);
        }
    }
    Ok(list.targets)
}

struct List<'a> {
    viewer: Option<usize>,
    by_design: &'a [bool],
    targets: Vec<Target>,
    at: HashMap<(Vec<(usize, i64)>, Want), usize>,
}

impl List<'_> {
    fn known_by_design(&self, unknown: usize) -> bool {
        self.by_design.get(unknown).copied().unwrap_or(false)
    }

    fn cells(&mut self, at: usize, table: &CountTable, places: &[Option<usize>]) -> Result<(), Stopped> {
        let drempel = narrow(table.drempel)?;
        for (cell, (count, place)) in table.counts.iter().zip(places).enumerate() {
            let Some(unknown) = place.filter(|unknown| !self.known_by_design(*unknown)) else { continue };
            if 0 < *count && *count < table.drempel {
                self.add(vec![(unknown, 1)], Want::Nothing, at, vec![cell], Kind::Low);
                self.add(vec![(unknown, 1)], Want::AtLeast(drempel), at, vec![cell], Kind::High);
            }
        }
        Ok(())
    }

    /// Per group and klasse: that as many as the threshold may be in another klasse. Not asked where
    /// nobody of the group can be in another, or where the viewer knows all others by design.
    fn groups(
        &mut self,
        problem: &Problem,
        at: usize,
        table: &CountTable,
        places: &[Option<usize>],
    ) -> Result<(), Stopped> {
        let Some(klasse) = table.klasse else { return Ok(()) };
        let drempel = narrow(table.drempel)?;
        let klassen = table.axes.get(klasse).and_then(|axis| problem.axes.get(*axis)).map_or(0, |axis| axis.size);
        // The cells of a group lie this far apart: as many as the later dimensions have values.
        let later = table.axes.iter().skip(klasse + 1);
        let step: usize = later.map(|axis| problem.axes.get(*axis).map_or(0, |axis| axis.size) + 1).product();
        for (first, values) in coordinates(problem, table).iter().enumerate() {
            if values.get(klasse) != Some(&0) || klassen == 0 {
                continue;
            }
            let total = first + klassen * step;
            let (Some(count), Some(Some(group))) = (table.counts.get(total), places.get(total)) else { continue };
            if *count == 0 {
                continue;
            }
            for one in 0..klassen {
                let others = (0..klassen).filter(|other| *other != one);
                let mut others = others.filter_map(|other| places.get(first + other * step).copied().flatten());
                if others.all(|other| self.known_by_design(other)) {
                    continue;
                }
                let inside = places.get(first + one * step).copied().flatten();
                let sum = [(*group, 1)].into_iter().chain(inside.map(|inside| (inside, -1))).collect();
                self.add(sum, Want::AtLeast(drempel), at, vec![total], Kind::Group { klasse: one });
            }
        }
        Ok(())
    }

    fn add(&mut self, mut sum: Vec<(usize, i64)>, want: Want, table: usize, cells: Vec<usize>, kind: Kind) {
        sum.sort_unstable();
        let exposure = Exposure { viewer: self.viewer, table, cells, kind };
        let next = self.targets.len();
        let at = *self.at.entry((sum.clone(), want)).or_insert(next);
        match self.targets.get_mut(at) {
            Some(target) => target.exposes.push(exposure),
            None => self.targets.push(Target { sum, want, exposes: vec![exposure] }),
        }
    }
}

fn narrow(drempel: u64) -> Result<i64, Stopped> {
    i64::try_from(drempel).map_err(|_| Stopped::Contradiction)
}
