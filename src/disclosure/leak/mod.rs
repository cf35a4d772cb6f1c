//! Lek-controle: what a reader can compute from a table that somebody else published or is about to.
//!
//! A file goes through `text` (bytes to rows), `sheet` (rows to a table), `shares` (what each cell says
//! in whole persons) and `attack` (what the totals add to that). Nothing of it knows true counts: what
//! is reported follows from the table alone, for whatever the truth is.
//!
//! The guarantee asks that a cell of 1 to t−1 persons can be anything from 0 to t. Without the true
//! count, a withheld cell that a reader knows to be, say, 3 or more breaks it only if it is small.
//! Such cells are doubtful; certain is what no true table could make good.

mod attack;
mod fault;
mod mark;
mod report;
mod shares;
mod sheet;
mod sums;
mod table;
#[cfg(test)]
mod tests;
mod text;

use super::problem::TimeIsUp;
use attack::{Attack, Wrong, attack};
pub use fault::LeakFault;
use mark::Written;
pub use report::{Finding, How, Kind, Measure, Mismatch, Read, Report};
use std::collections::BTreeSet;
use sums::{ENDLESS, Range};
use table::Table;

/// What is asked of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Smallest count that may be seen.
    pub drempel: u64,
    /// The dimension of klassen; without, the one that is called so, if any.
    pub klasse: Option<String>,
    /// All persons, where the table does not say so itself.
    pub totaal: Option<u64>,
}

/// Looks at a file.
///
/// # Errors
/// When it is no table that we can read; by line and column, never by what stands there.
pub fn check(bytes: &[u8], question: &Question, time_is_up: TimeIsUp<'_>) -> Result<Report, LeakFault> {
    if !(2..=1000).contains(&question.drempel) {
        return Err(LeakFault::Drempel);
    }
    let table = sheet::table(&text::rows(bytes)?)?;
    let klasse = klasse(&table, question)?;
    let measure = shares::measure(&table);
    let own = shares::read(&table, measure, question.totaal)?;
    let counts = measure == Measure::Aantallen;
    let attack = attack(&table, &own, counts, time_is_up);
    let look = Look { table: &table, own: &own, attack: &attack, drempel: question.drempel, counts };
    let (mut found, suspects) = look.cells();
    found.extend(look.together(&suspects, time_is_up));
    if let Some(klasse) = klasse {
        found.extend(look.groups(klasse));
    }
    let doubtful = suspects.iter().map(|(at, _)| look.finding(Kind::Berekenbaar, *at)).collect();
    let rounded_to = [10, 5, 3].into_iter().find(|base| !attack.wrong.is_empty() && counts && look.multiples(*base));
    Ok(Report {
        dimensions: table.dimensions.iter().map(|all| (all.name.clone(), all.labels.len())).collect(),
        measure,
        drempel: question.drempel,
        read: read(&table),
        found,
        doubtful,
        in_vain: look.in_vain(),
        mismatches: look.mismatches(),
        rounded_to,
        // Where every cell is a published count, there is nothing left to compute.
        complete: attack.complete || look.all_published(),
        groups: klasse.is_some(),
        skipped: table.skipped.clone(),
    })
}

fn klasse(table: &Table, question: &Question) -> Result<Option<usize>, LeakFault> {
    let called = |name: &str| {
        let name = name.to_lowercase();
        table.dimensions.iter().position(|dimension| dimension.name.to_lowercase() == name)
    };
    match &question.klasse {
        Some(name) => called(name).map(Some).ok_or(LeakFault::NoKlasse),
        None => Ok(called("klasse")),
    }
}

fn read(table: &Table) -> Read {
    let mut read = Read::default();
    for (at, cell) in table.cells.iter().enumerate() {
        match cell.written {
            Some(Written::Number(_)) => read.numbers += 1,
            Some(Written::Nil) => read.nil += 1,
            Some(Written::Withheld) => read.withheld += 1,
            Some(Written::Between(..)) => read.bounded += 1,
            None if !table.is_margin(at) => read.missing += 1,
            None => {}
        }
    }
    read
}

struct Look<'a> {
    table: &'a Table,
    own: &'a [Range],
    attack: &'a Attack,
    drempel: u64,
    counts: bool,
}

/// A cell that breaks the guarantee if it is small, and what it would be if it is not.
type Suspect = (usize, Range);

impl Look<'_> {
    fn of(ranges: &[Range], at: usize) -> Range {
        ranges.get(at).copied().unwrap_or(Range::ANY)
    }

    /// Certainly 1 to t−1.
    fn small(&self, range: Range) -> bool {
        0 < range.low && range.high < self.drempel
    }

    /// Cells that stand in the table, and inner ones that have no row.
    fn shown(&self) -> impl Iterator<Item = usize> {
        let cells = self.table.cells.iter().enumerate();
        cells.filter(|(at, cell)| cell.written.is_some() || !self.table.is_margin(*at)).map(|(at, _)| at)
    }

    fn bounded(&self, at: usize) -> bool {
        let written = self.table.cells.get(at).and_then(|cell| cell.written);
        matches!(written, Some(Written::Between(_, high)) if high < self.drempel)
    }

    fn how(&self, at: usize) -> How {
        let (own, all) = (Self::of(self.own, at), Self::of(&self.attack.ranges, at));
        if own == all {
            match own.known() {
                Some(_) if self.counts => How::Gepubliceerd,
                _ if self.bounded(at) => How::Merk,
                _ => How::Afronding,
            }
        } else if Self::of(&self.attack.simple, at) == all {
            How::Aftrekken
        } else {
            How::Combineren
        }
    }

    fn finding(&self, kind: Kind, at: usize) -> Finding {
        let range = Self::of(&self.attack.ranges, at);
        Finding {
            kind,
            cells: vec![self.table.labels(at)],
            klasse: None,
            low: range.low,
            high: end(range.high),
            how: self.how(at),
        }
    }

    /// What is certainly small, and what may be.
    fn cells(&self) -> (Vec<Finding>, Vec<Suspect>) {
        let (mut found, mut suspects) = (Vec::new(), Vec::new());
        for at in self.shown() {
            let (own, all) = (Self::of(self.own, at), Self::of(&self.attack.ranges, at));
            let says_so = self.counts && self.small(own) || self.bounded(at) && all.high > 0;
            if says_so && (all.high < self.drempel) {
                found.push(self.finding(Kind::Klein, at));
            } else if self.small(all) {
                found.push(self.finding(Kind::Berekenbaar, at));
            } else if all.low == 0 && 0 < all.high && all.high < self.drempel {
                suspects.push((at, Range::exact(0)));
            } else if 0 < all.low && all.low < self.drempel && all.high > all.low {
                suspects.push((at, Range { low: self.drempel, high: all.high }));
            }
        }
        (found, suspects)
    }

    /// Suspects that cannot all be nobody or large: per total, or else all together.
    fn together(&self, suspects: &[Suspect], time_is_up: TimeIsUp<'_>) -> Vec<Finding> {
        if suspects.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for line in self.table.lines() {
            let inside: BTreeSet<usize> = line.parts.iter().chain([&line.margin]).copied().collect();
            let some: Vec<Suspect> = suspects.iter().filter(|(at, _)| inside.contains(at)).copied().collect();
            if some.len() > 1 && self.attack.excludes_on_paper(&some) {
                found.push(self.some_of(&some, How::Aftrekken));
            }
            if time_is_up() {
                return found;
            }
        }
        if found.is_empty() && self.attack.excludes(self.table, suspects, time_is_up) {
            found.push(self.some_of(suspects, How::Combineren));
        }
        found
    }

    fn some_of(&self, suspects: &[Suspect], how: How) -> Finding {
        let cells = suspects.iter().map(|(at, _)| self.table.labels(*at)).collect();
        Finding { kind: Kind::Samen, cells, klasse: None, low: 1, high: Some(self.drempel - 1), how }
    }

    /// Groups of which almost everybody is in one klasse.
    fn groups(&self, klasse: usize) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in self.table.lines().iter().filter(|line| line.dimension == klasse && line.parts.len() > 1) {
            let group = Self::of(&self.attack.ranges, line.margin);
            // A small group is a small cell, and reported as one.
            if group.low == 0 || group.high < self.drempel {
                continue;
            }
            for (value, part) in line.parts.iter().enumerate() {
                let inside = Self::of(&self.attack.ranges, *part);
                let others = line.parts.iter().filter(|other| *other != part);
                let sum = |end: fn(&Range) -> u64| {
                    let ends = others.clone().map(|other| end(&Self::of(&self.attack.ranges, *other)));
                    ends.fold(0, u64::saturating_add)
                };
                let rest = if group.high == ENDLESS { ENDLESS } else { group.high.saturating_sub(inside.low) };
                let high = sum(|range| range.high).min(rest);
                if high >= self.drempel {
                    continue;
                }
                let low = sum(|range| range.low).max(group.low.saturating_sub(inside.high));
                let labels = self.table.dimensions.get(klasse).map(|dimension| &dimension.labels);
                let published = line.parts.iter().all(|part| Self::of(self.own, *part).known().is_some());
                found.push(Finding {
                    kind: Kind::Groep,
                    cells: vec![self.table.labels(line.margin)],
                    klasse: labels.and_then(|labels| labels.get(value)).cloned(),
                    low,
                    high: end(high),
                    how: if published && self.counts { How::Gepubliceerd } else { How::Aftrekken },
                });
            }
        }
        found
    }

    fn in_vain(&self) -> Vec<Finding> {
        let hidden = |at: &usize| {
            let known = Self::of(&self.attack.ranges, *at).known();
            let withheld = self.table.cells.get(*at).is_some_and(|cell| cell.written == Some(Written::Withheld));
            withheld && known.is_some_and(|count| count == 0 || count >= self.drempel)
        };
        self.shown().filter(hidden).map(|at| self.finding(Kind::Berekenbaar, at)).collect()
    }

    fn mismatches(&self) -> Vec<Mismatch> {
        let told = |wrong: &Wrong| {
            let dimension = self.table.dimensions.get(wrong.line.dimension);
            Mismatch {
                total: self.table.labels(wrong.line.margin),
                dimension: dimension.map(|all| all.name.clone()).unwrap_or_default(),
                parts: (wrong.parts.low, end(wrong.parts.high)),
                says: (wrong.total.low, end(wrong.total.high)),
            }
        };
        self.attack.wrong.iter().map(told).collect()
    }

    fn all_published(&self) -> bool {
        self.counts && self.shown().all(|at| Self::of(self.own, at).known().is_some())
    }

    fn multiples(&self, base: u64) -> bool {
        self.shown().filter_map(|at| Self::of(self.own, at).known()).all(|count| count.is_multiple_of(base))
    }
}

fn end(high: u64) -> Option<u64> {
    (high != ENDLESS).then_some(high)
}
