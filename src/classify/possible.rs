//! What the rules can say of anybody at all, given the text and which sources came: what everyone
//! knows beforehand of the cells of a table (CONTRACT, "Disclosure guarantee").

use super::{Basics, Covered, Jongere, Scope, assess};
use crate::ingest::Coverage;
use crate::linking::{BrpFound, Evidence, Involved};
use crate::terms::{Bron, BrpStatus, Cohort, Gemeente, Identificatie, Uitstroomprofiel};
use std::collections::BTreeSet;

/// One way of looking at the same persons and files: a text's choices, and what its sources cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) scope: Scope,
    pub(crate) covered: Covered,
}

/// A kind of person: where the doelgroep and brp have it, and what each way of looking says of it
/// (`None`: not counted). Dimensions that nothing else determines are left empty.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) gemeente: Gemeente,
    /// Another municipality, where brp has it.
    pub(crate) elders: Option<Gemeente>,
    pub(crate) seen: Vec<Option<Jongere>>,
}

/// Municipalities that every way of looking treats alike.
pub(crate) type Alike = Vec<Gemeente>;

/// Calls `tell` with every kind of person that can be, known by one of these kinds of number, for one pair of municipalities of each two
/// groups that are treated alike; gives those groups, to say it of all pairs.
pub(crate) fn possible(ways: &[Way], numbers: &[Identificatie], mut tell: impl FnMut(Kind)) -> Vec<Alike> {
    let alike = alike(ways);
    let brp = ways.iter().any(|way| way.scope.brp);
    for (group, gemeenten) in alike.iter().enumerate() {
        let Some(gemeente) = gemeenten.first().copied() else { continue };
        let mut elders: Vec<Option<Gemeente>> = vec![None];
        if brp {
            // A second one of its own group, and one of each other group.
            let of = |(at, other): (usize, &Alike)| other.get(usize::from(at == group)).copied().map(Some);
            elders.extend(alike.iter().enumerate().filter_map(of));
        }
        for elders in elders {
            for identificatie in numbers {
                persons(ways, gemeente, elders, *identificatie, &mut tell);
            }
        }
    }
    alike
}

/// The municipalities of all ways in groups, with one more that no way names: to move to.
fn alike(ways: &[Way]) -> Vec<Alike> {
    let all: BTreeSet<Gemeente> = ways.iter().flat_map(|way| &way.scope.gemeenten).copied().collect();
    let nowhere = (0..u16::MAX).map(Gemeente::from_number).find(|gemeente| !all.contains(gemeente));
    let mut groups: Vec<(Vec<bool>, Alike)> = Vec::new();
    for gemeente in all.into_iter().chain(nowhere) {
        let named: Vec<bool> = ways.iter().map(|way| way.scope.gemeenten.contains(&gemeente)).collect();
        match groups.iter_mut().find(|(known, _)| *known == named) {
            Some((_, group)) => group.push(gemeente),
            None => groups.push((named, vec![gemeente])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn persons(
    ways: &[Way],
    gemeente: Gemeente,
    elders: Option<Gemeente>,
    identificatie: Identificatie,
    tell: &mut impl FnMut(Kind),
) {
    let own = identificatie == Identificatie::Own;
    // A source of which no levering serves says nothing of anybody.
    let said = |bron| ways.iter().any(|way| way.covered.of(bron, identificatie) != Coverage::Missing);
    let maybe = |bron| if said(bron) { &[false, true][..] } else { &[false][..] };
    let incomes = if own || !said(Bron::Inkomen) { vec![0] } else { incomes(ways) };
    let involved: &[Involved] = if said(Bron::Betrokkenheid) {
        &[Involved::Nobody, Involved::One, Involved::More]
    } else {
        &[Involved::Nobody]
    };
    for brp in registered(gemeente, elders, said(Bron::Brp)) {
        for leeftijd in ages(ways) {
            for (cohort, profiel) in [None, Some(Cohort::Oud), Some(Cohort::Nieuw)]
                .into_iter()
                .flat_map(|cohort| [None, Some(Uitstroomprofiel::Dagbesteding)].map(|profiel| (cohort, profiel)))
            {
                let basics = Basics {
                    identificatie,
                    gemeente,
                    leeftijd,
                    cohort,
                    uitstroomprofiel: profiel,
                    geslacht: None,
                    niveau: None,
                    contact: None,
                };
                for school in maybe(Bron::Onderwijs) {
                    for startkwalificatie in maybe(Bron::Onderwijs) {
                        for uitkering in if own { &[false][..] } else { maybe(Bron::Uitkering) } {
                            for (inkomen_cent, involved) in
                                incomes.iter().flat_map(|cent| involved.iter().map(|involved| (*cent, *involved)))
                            {
                                let found = Evidence {
                                    school: *school,
                                    startkwalificatie: *startkwalificatie,
                                    uitkering: *uitkering,
                                    inkomen_cent,
                                    brp,
                                    involved,
                                };
                                let seen = ways.iter().map(|way| assess(&basics, &found, &way.scope, &way.covered));
                                let seen: Vec<Option<Jongere>> = seen.collect();
                                if seen.iter().any(Option::is_some) {
                                    tell(Kind { gemeente, elders, seen });
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What brp can say of somebody: with `elders` only that it lives there.
fn registered(gemeente: Gemeente, elders: Option<Gemeente>, said: bool) -> Vec<BrpFound> {
    match elders {
        _ if !said => vec![BrpFound::Nothing],
        Some(elders) => vec![BrpFound::Latest(BrpStatus::Ingezetene, Some(elders))],
        None => vec![
            BrpFound::Nothing,
            BrpFound::Contradiction,
            BrpFound::Latest(BrpStatus::Ingezetene, Some(gemeente)),
            BrpFound::Latest(BrpStatus::Overleden, None),
            BrpFound::Latest(BrpStatus::Geemigreerd, None),
        ],
    }
}

/// One income on each side of 0 and of every way's threshold.
fn incomes(ways: &[Way]) -> Vec<i64> {
    let edges = ways.iter().map(|way| way.scope.inkomen_boven_cent).chain([0]);
    let all: BTreeSet<i64> = edges.flat_map(|edge| [edge, edge.saturating_add(1)]).collect();
    all.into_iter().collect()
}

/// One age on each side of every border between ages that something depends on.
fn ages(ways: &[Way]) -> Vec<i16> {
    let borders: BTreeSet<i16> =
        ways.iter().flat_map(|way| [way.scope.van, way.scope.tot]).chain([16, 18, 23, 27]).collect();
    let lowest = borders.first().map_or(0, |first| first.saturating_sub(1));
    std::iter::once(lowest).chain(borders).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{Datum, Klasse, Peildatum, Reden};

    /// Every outcome that the rules allow, with these sources covered for a BSN.
    fn outcomes(numbers: &[Identificatie], covered: &[Bron]) -> BTreeSet<(Klasse, Reden, Option<u8>)> {
        let scope = Scope {
            peildatum: Peildatum::new(Datum::parse(b"2026-10-01").unwrap()),
            gemeenten: BTreeSet::from([Gemeente::parse(b"0193").unwrap()]),
            van: 16,
            tot: 27,
            cohort: None,
            inkomen_boven_cent: 30000,
            brp: covered.contains(&Bron::Brp),
        };
        let sources = covered.iter().map(|bron| ((*bron, Identificatie::Bsn), Coverage::Covered));
        let way = Way { scope, covered: Covered::new(sources) };
        let mut found = BTreeSet::new();
        possible(&[way], numbers, |kind| {
            found.extend(kind.seen.into_iter().flatten().map(|seen| (seen.klasse, seen.reden, seen.prioriteit)));
        });
        found
    }

    #[test]
    fn what_is_missing_makes_outcomes_impossible() {
        let all = [Bron::Onderwijs, Bron::Inkomen, Bron::Uitkering, Bron::Brp];
        let has =
            |found: &BTreeSet<(Klasse, Reden, Option<u8>)>, klasse| found.iter().any(|(known, _, _)| *known == klasse);
        let full = outcomes(&[Identificatie::Bsn], &all);
        assert!(Klasse::ALL.iter().all(|klasse| has(&full, *klasse)));
        // Nobody without a BSN, no source silent: nothing of what follows from either.
        assert!(!full.iter().any(|(_, reden, prioriteit)| *reden == Reden::GeenBsn || prioriteit.is_none()));
        assert!(!full.iter().any(|(_, reden, _)| [Reden::BronOntbreekt, Reden::BronGedeeltelijk].contains(reden)));
        let with_own = outcomes(Identificatie::ALL, &all);
        assert!(with_own.iter().any(|(_, reden, _)| *reden == Reden::GeenBsn));
        // Without education nobody is at school, has a diploma, or is known to do nothing.
        let work = outcomes(&[Identificatie::Bsn], &[Bron::Inkomen, Bron::Uitkering]);
        for gone in [Klasse::School, Klasse::Startkwalificatie, Klasse::GeenDagbesteding] {
            assert!(!has(&work, gone), "{gone}");
        }
        assert!(has(&work, Klasse::Werk) && has(&work, Klasse::Onbekend));
    }
}
