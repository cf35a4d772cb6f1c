//! The axes on which the tables of this text and of earlier releases can be laid side by side.
//!
//! A *way* is how one text looks at the same persons and files. Way 0 is this text's; an earlier
//! release of the same month may have another age range, threshold or set of municipalities. What two
//! ways always see alike is one axis; what they can see differently is an axis each, and which
//! combinations can be at all is a relation, found by asking the rules about every kind of person.

use super::problem::{Axis, Relation};
use super::values::{labels, place};
use crate::classify::{Jongere, Kind, Way, possible};
use crate::terms::{Dimensie, Gemeente, Identificatie, Reden};
use std::collections::BTreeSet;

/// What an axis tells of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A dimension of tables.
    Dimensie(Dimensie),
    /// Why it has its klasse.
    Reden,
    /// Whether it is counted: 0 yes, 1 no.
    Counted,
}

impl What {
    /// The rules say what goes together with it.
    fn ruled(self) -> bool {
        !matches!(self, Self::Dimensie(Dimensie::Gemeente | Dimensie::Geslacht | Dimensie::Niveau | Dimensie::Contact))
    }
}

/// An axis: what it tells, and the ways that see it alike.
#[derive(Debug)]
struct FrameAxis {
    what: What,
    ways: Vec<usize>,
}

/// All axes that some tables use.
pub(super) struct Frame {
    axes: Vec<FrameAxis>,
    /// Every municipality of any way.
    pub(super) gemeenten: Vec<Gemeente>,
    relation: Option<Relation>,
}

/// A person as every way sees it, or a kind of person.
type Seen = [Option<Jongere>];

/// Pairs (way, what) that tables need.
pub(super) type Needed = BTreeSet<(usize, What)>;

impl Frame {
    pub(super) fn new(ways: &[Way], numbers: &[Identificatie], needed: &Needed) -> Self {
        let gemeenten: BTreeSet<Gemeente> = ways.iter().flat_map(|way| &way.scope.gemeenten).copied().collect();
        let gemeenten: Vec<Gemeente> = gemeenten.into_iter().collect();
        let mut kinds: Vec<Kind> = Vec::new();
        let mut told: BTreeSet<Vec<u8>> = BTreeSet::new();
        let alike = possible(ways, numbers, |kind| {
            // Most kinds differ in nothing that an axis tells.
            if told.insert(summary(kind.gemeente, kind.elders, &kind.seen)) {
                kinds.push(kind);
            }
        });
        let mut frame = Self { axes: Vec::new(), gemeenten, relation: None };
        let somebody_out = |way: usize| kinds.iter().any(|kind| kind.seen.get(way).is_some_and(Option::is_none));
        let counted = (0..ways.len()).filter(|way| somebody_out(*way)).map(|way| (way, What::Counted));
        for (way, what) in needed.iter().copied().chain(counted) {
            let same = |axis: &&mut FrameAxis| {
                axis.what == what
                    && axis
                        .ways
                        .iter()
                        .all(|other| kinds.iter().all(|kind| alike_in(what, &kind.seen, way, *other, &frame.gemeenten)))
            };
            match frame.axes.iter_mut().find(same) {
                Some(axis) => axis.ways.push(way),
                None => frame.axes.push(FrameAxis { what, ways: vec![way] }),
            }
        }
        frame.relation = frame.relate(&kinds, &alike);
        frame
    }

    /// Number of values of an axis.
    pub(super) fn size(&self, what: What) -> usize {
        match what {
            What::Dimensie(dimensie) => labels(dimensie, &self.gemeenten).len(),
            What::Reden => Reden::ALL.len(),
            What::Counted => 2,
        }
    }

    /// The index of an axis.
    pub(super) fn axis(&self, way: usize, what: What) -> Option<usize> {
        self.axes.iter().position(|axis| axis.what == what && axis.ways.contains(&way))
    }

    /// The axes of the cross-classification.
    pub(super) fn axes(&self) -> Vec<Axis> {
        let name = |axis: &FrameAxis| match axis.what {
            What::Dimensie(dimensie) => dimensie.to_string(),
            What::Reden => "reden".to_owned(),
            What::Counted => "meegeteld".to_owned(),
        };
        let number = |axis: &FrameAxis| axis.ways.first().copied().unwrap_or(0);
        let named =
            |axis: &FrameAxis| Axis { name: format!("{}@{}", name(axis), number(axis)), size: self.size(axis.what) };
        self.axes.iter().map(named).collect()
    }

    /// Of these axes the dimension with most values that a reader can best do without.
    pub(super) fn widest(&self, axes: &[usize]) -> Option<Dimensie> {
        let dimensie = |axis: &usize| match self.axes.get(*axis)?.what {
            What::Dimensie(dimensie) => {
                Some((dimensie != Dimensie::Klasse, self.size(What::Dimensie(dimensie)), dimensie))
            }
            _ => None,
        };
        axes.iter().filter_map(dimensie).max_by_key(|(spare, size, _)| (*spare, *size)).map(|(_, _, dimensie)| dimensie)
    }

    /// What goes together at all.
    pub(super) fn relations(&self) -> Vec<Relation> {
        self.relation.iter().cloned().collect()
    }

    /// A person's value on every axis; 0 where no way that the axis is for counts it.
    pub(super) fn place(&self, seen: &Seen) -> Vec<usize> {
        self.axes.iter().map(|axis| self.value(axis, seen)).collect()
    }

    fn value(&self, axis: &FrameAxis, seen: &Seen) -> usize {
        let mut counted = axis.ways.iter().filter_map(|way| seen.get(*way));
        if axis.what == What::Counted {
            return usize::from(counted.any(Option::is_none));
        }
        counted
            .find_map(|seen| seen.as_ref())
            .and_then(|jongere| value_of(jongere, axis.what, &self.gemeenten))
            .unwrap_or(0)
    }

    /// Every combination that some kind of person has, on the axes that the rules bind.
    fn relate(&self, kinds: &[Kind], alike: &[Vec<Gemeente>]) -> Option<Relation> {
        let gemeente = What::Dimensie(Dimensie::Gemeente);
        let places = self.axes.iter().filter(|axis| axis.what == gemeente).count();
        // Who is counted can hang on the municipality; and two ways can count somebody elsewhere.
        let bound = places > 1 || (places == 1 && self.axes.iter().any(|axis| axis.what == What::Counted));
        let axes: Vec<usize> = self
            .axes
            .iter()
            .enumerate()
            .filter(|(_, axis)| axis.what.ruled() || (bound && axis.what == gemeente))
            .map(|(at, _)| at)
            .collect();
        if axes.is_empty() {
            return None;
        }
        let place =
            |seen: &Seen| axes.iter().filter_map(|at| self.axes.get(*at)).map(|axis| self.value(axis, seen)).collect();
        let group = |of: Gemeente| alike.iter().find(|group| group.contains(&of));
        let mut possible = BTreeSet::new();
        for Kind { gemeente: home, elders, seen } in kinds {
            if !bound {
                possible.insert(place(seen));
                continue;
            }
            // What holds of one pair of municipalities holds of every pair of their groups.
            for new_home in group(*home).into_iter().flatten() {
                let away: Vec<Option<Gemeente>> = match elders {
                    None => vec![None],
                    Some(elders) => {
                        let others = group(*elders).into_iter().flatten();
                        others.filter(|other| *other != new_home).copied().map(Some).collect()
                    }
                };
                for new_elders in away {
                    let moved: Vec<Option<Jongere>> = seen
                        .iter()
                        .map(|seen| {
                            seen.map(|jongere| Jongere {
                                gemeente: if jongere.gemeente == *home {
                                    *new_home
                                } else {
                                    new_elders.unwrap_or(*new_home)
                                },
                                ..jongere
                            })
                        })
                        .collect();
                    possible.insert(place(&moved));
                }
            }
        }
        Some(Relation { axes, possible })
    }
}

/// Where a jongere is on an axis.
fn value_of(jongere: &Jongere, what: What, gemeenten: &[Gemeente]) -> Option<usize> {
    match what {
        What::Dimensie(dimensie) => place(jongere, dimensie, gemeenten),
        What::Reden => Some(jongere.reden as usize),
        What::Counted => None,
    }
}

/// Whether two ways see somebody alike, when both count it.
fn alike_in(what: What, seen: &Seen, one: usize, other: usize, gemeenten: &[Gemeente]) -> bool {
    let (one, other) = (seen.get(one).and_then(Option::as_ref), seen.get(other).and_then(Option::as_ref));
    match (what, one, other) {
        // Who is counted is told by an axis of its own for each way.
        (What::Counted, _, _) => one.is_some() == other.is_some(),
        (_, Some(one), Some(other)) => value_of(one, what, gemeenten) == value_of(other, what, gemeenten),
        _ => true,
    }
}

/// Everything of a kind that some axis tells, to tell kinds apart.
fn summary(gemeente: Gemeente, elders: Option<Gemeente>, seen: &Seen) -> Vec<u8> {
    let mut told = Vec::with_capacity(6 + seen.len() * 8);
    told.extend(gemeente.number().to_le_bytes());
    told.extend(elders.map_or(u16::MAX, Gemeente::number).to_le_bytes());
    for jongere in seen {
        let Some(jongere) = jongere else {
            told.push(u8::MAX);
            continue;
        };
        let value =
            |dimensie| place(jongere, dimensie, &[]).and_then(|value| u8::try_from(value).ok()).unwrap_or(u8::MAX);
        told.push(u8::from(jongere.gemeente == gemeente));
        told.extend([jongere.klasse as u8, jongere.reden as u8]);
        told.extend(
            [
                Dimensie::Leeftijdsgroep,
                Dimensie::Cohort,
                Dimensie::Combinatie,
                Dimensie::Prioriteit,
                Dimensie::Betrokkenheid,
            ]
            .map(value),
        );
    }
    told
}
