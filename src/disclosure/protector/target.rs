//! What must stay possible for an attacker to believe.

use crate::disclosure::grid::Grid;
use crate::disclosure::model::Model;
use crate::disclosure::problem::{CountTable, Insight, Problem, Viewer};
use std::collections::BTreeSet;

/// Cells whose sum must be able to move by so many persons, as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// Persons.
    pub(super) need: u64,
    /// Unknowns.
    pub(super) cells: Vec<usize>,
    /// Up or down.
    pub(super) up: bool,
    /// Who must not learn it: `None` for everybody, else one that knows more.
    pub(super) viewer: Option<usize>,
}

/// Per viewer, which unknowns it knows by design.
pub(super) fn seen_by(problem: &Problem, model: &Model) -> Vec<Vec<bool>> {
    let sees = |place: &Vec<(usize, usize)>, insight: &Insight| {
        place.contains(&insight.gemeente)
            && place.iter().any(|(axis, value)| *axis == insight.klassen.0 && insight.klassen.1.contains(value))
    };
    let seen = |viewer: &Viewer| {
        model.places.iter().map(|place| viewer.knows.iter().any(|insight| sees(place, insight))).collect()
    };
    problem.viewers.iter().map(seen).collect()
}

/// Every target of a problem, for everybody and for each viewer, in a fixed order.
pub(super) fn targets(problem: &Problem, model: &Model, seen: &[Vec<bool>]) -> Vec<Target> {
    let mut found: BTreeSet<(Vec<usize>, bool, u64)> = BTreeSet::new();
    for (at, unknown) in model.unknowns.iter().enumerate() {
        if let Some(drempel) = unknown.primary {
            found.insert((vec![at], false, unknown.value));
            found.insert((vec![at], true, drempel - unknown.value));
        }
    }
    let mut viewed = BTreeSet::new();
    for (table, cells) in problem.tables.iter().zip(&model.cells) {
        groups(problem, model, table, cells, &mut found, &mut viewed);
    }
    for secret in &problem.secrets {
        let Some(cells) = model.cells.get(secret.table) else { continue };
        let cells: Vec<usize> = secret.cells.iter().filter_map(|cell| cells.get(*cell)).copied().collect();
        let sum: u64 = cells.iter().filter_map(|cell| model.unknowns.get(*cell)).map(|cell| cell.value).sum();
        if 0 < sum && sum < secret.drempel {
            found.insert((cells.clone(), false, sum));
            found.insert((cells, true, secret.drempel - sum));
        }
    }
    let viewers = std::iter::once(None).chain((0..seen.len()).map(Some));
    let mut targets = Vec::new();
    for viewer in viewers {
        let knows = viewer.and_then(|viewer| seen.get(viewer));
        let exempt = |cells: &Vec<usize>| {
            knows.is_some_and(|knows| cells.iter().all(|cell| knows.get(*cell).is_some_and(|known| *known)))
        };
        let viewed = viewed.iter().filter(|_| viewer.is_some());
        for (cells, up, need) in found.iter().chain(viewed).filter(|(cells, _, _)| !exempt(cells)) {
            targets.push(Target { need: *need, cells: cells.clone(), up: *up, viewer });
        }
    }
    targets
}

/// Of no group may it be shown that fewer than the threshold lie outside one klasse.
fn groups(
    problem: &Problem,
    model: &Model,
    table: &CountTable,
    cells: &[usize],
    found: &mut BTreeSet<(Vec<usize>, bool, u64)>,
    viewed: &mut BTreeSet<(Vec<usize>, bool, u64)>,
) {
    let Some(klasse) = table.klasse else { return };
    let grid = Grid::of(problem, table);
    let Some(klassen) = grid.sizes.get(klasse).copied() else { return };
    let unknown = |cell: usize| cells.get(cell).copied();
    let value = |unknown: &usize| model.unknowns.get(*unknown).map_or(0, |found| found.value);
    for cell in 0..grid.len() {
        let position = grid.position(cell);
        let persons = unknown(cell).map_or(0, |cell| value(&cell));
        if position.get(klasse) != Some(&klassen) || persons == 0 {
            continue;
        }
        let parts: Vec<usize> = grid.along(&position, klasse).filter_map(unknown).collect();
        for one in &parts {
            let outside = persons - value(one);
            let others: Vec<usize> = parts
                .iter()
                .filter(|part| *part != one && model.unknowns.get(**part).is_some_and(|cell| !cell.impossible))
                .copied()
                .collect();
            // A group that the text itself puts into one klasse is no secret that a table could keep.
            if outside < table.drempel && !others.is_empty() {
                // Few persons outside are in small cells, each of which may be as many as the threshold for
                // all that the public knows; a viewer can know those very cells.
                let list = if outside == 0 { &mut *found } else { &mut *viewed };
                list.insert((others, true, table.drempel - outside));
            }
        }
    }
}
