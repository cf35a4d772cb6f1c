//! From a grant to what may leave: which method, the frame, the pattern, the check.

use super::auditor::{self, Stopped};
use super::problem::{Pattern, Problem};
use super::protector::{self, Unprotected};
use super::rounding::{self, Unrounded};
use super::set::{self, SetFault, TableSet as Tables};
use super::{
    Cells, Classified, Clearance, Context, Earlier, Protected, Reasons, RefusalReason, TableRefusal, TableSet,
};
use crate::doelbinding::{Grant, Policy, Tabel};
use crate::terms::{Gemeente, Klasse, Methode, Reden};
use std::collections::BTreeSet;

/// Protects the tables of a grant.
pub(crate) fn protect(
    classified: &Classified,
    grant: Grant<Vec<Tabel>>,
    policy: &Policy,
    context: &Context<'_>,
) -> Protected<TableSet> {
    let (asked, identity, peildatum, regio) = grant.take();
    let (asked, mut geweigerd) = one_method(asked, context);
    let names: Vec<String> = asked.iter().map(|tabel| tabel.naam.clone()).collect();
    let gemeenten = &policy.doelgroep.gemeenten;
    let drempel = set::drempel_redenen(&asked);
    let rounded = asked.iter().any(|tabel| tabel.methode == Methode::Afronding);
    let rounded_before = before(context).find(|(methode, _)| *methode == Methode::Afronding);
    let other = asked.is_empty() && (!geweigerd.is_empty() || rounded_before.is_some());
    let (protected, clearance) = if let Some(refused) = &context.refused {
        (Err(refused.clone()), Clearance::Nobody(refused.clone()))
    } else if other {
        // Not even the reasons: they would be of the other method.
        if let (true, Some((_, nr))) = (geweigerd.is_empty(), rounded_before) {
            geweigerd
                .push(TableRefusal { namen: Vec::new(), reden: RefusalReason::AndereMethode { eerder: Some(nr) } });
        }
        (Ok((Vec::new(), Vec::new())), Clearance::All)
    } else if rounded {
        // What a recipient knows moves no rounded number: each stands as far from the truth as before.
        (round(classified, &asked, policy, context), Clearance::All)
    } else {
        let (cells, clearance) = suppress(classified, &asked, policy, context);
        (cells.map(|cells| (cells, Vec::new())), clearance)
    };
    let value = match protected {
        Ok((mut cells, bounds)) => {
            let redenen = Reasons { drempel, cells: cells.pop().unwrap_or_else(no_reasons) };
            let bounds = bounds.into_iter().map(Some).chain(std::iter::repeat(None));
            let tabellen = asked.into_iter().zip(cells).zip(bounds);
            let tabellen = tabellen.map(|((tabel, cells), bound)| set::table(tabel, gemeenten, cells, bound)).collect();
            TableSet { tabellen, geweigerd, redenen, clearance }
        }
        Err(reden) => {
            geweigerd.push(TableRefusal { namen: names, reden });
            let redenen = Reasons { drempel, cells: no_reasons() };
            TableSet { tabellen: Vec::new(), geweigerd, redenen, clearance }
        }
    };
    Protected { value, identity, peildatum, regio }
}

/// No reason released.
fn no_reasons() -> Cells {
    vec![None; (Klasse::ALL.len() + 1) * (Reden::ALL.len() + 1)]
}

/// The method of each release of the month. Its reasons say it, also when it has no table.
fn before(context: &Context<'_>) -> impl Iterator<Item = (Methode, u64)> {
    let methode = |release: &Earlier| {
        let methode = if release.drempel_redenen == 0 { Methode::Afronding } else { Methode::Onderdrukking };
        (methode, release.nr)
    };
    context.earlier.iter().chain(context.corrects).map(methode)
}

/// The tables whose method is that of the month's earlier releases, or else of the text's first
/// table; the others are refused.
fn one_method(asked: Vec<Tabel>, context: &Context<'_>) -> (Vec<Tabel>, Vec<TableRefusal>) {
    let before = before(context).next().map(|(methode, nr)| (methode, Some(nr)));
    let first = asked.first().map(|tabel| (tabel.methode, None));
    let Some((methode, eerder)) = before.or(first) else { return (asked, Vec::new()) };
    let (kept, other): (Vec<Tabel>, Vec<Tabel>) = asked.into_iter().partition(|tabel| tabel.methode == methode);
    let refused = (!other.is_empty()).then(|| TableRefusal {
        namen: other.into_iter().map(|tabel| tabel.naam).collect(),
        reden: RefusalReason::AndereMethode { eerder },
    });
    (kept, refused.into_iter().collect())
}

/// Every cell rounded, table by table, then the reasons; and per table how far from the truth at most.
fn round(
    classified: &Classified,
    asked: &[Tabel],
    policy: &Policy,
    context: &Context<'_>,
) -> Result<(Vec<Cells>, Vec<u64>), RefusalReason> {
    // Rounded numbers of persons counted another way cannot be kept, and beside new ones they would say
    // more than either.
    if let Some(other) = context.earlier.iter().find(|release| release.way != 0) {
        return Err(RefusalReason::AndersAfgerond { eerder: other.nr });
    }
    let tables = Tables::new(classified, asked, policy, context).map_err(refusal)?;
    let rounded =
        rounding::round(&tables.problem, &tables.rounded, context.time_is_up).map_err(|fault| match fault {
            Unrounded::Irreconcilable => RefusalReason::NietAfTeRonden,
            Unrounded::TimeUp => too_long(&tables),
        })?;
    let pairs = tables.problem.tables.iter().zip(&rounded).take(asked.len());
    let bounds = pairs.map(|(table, rounded)| rounding::bound(table.counts.iter(), rounded.iter())).collect();
    Ok((tables.own(&rounded), bounds))
}

/// Why a set that takes too long does not leave.
fn too_long(tables: &Tables) -> RefusalReason {
    RefusalReason::Rekentijd { dimensie: tables.widest().map(|name| name.to_string()) }
}

/// Why a set that cannot be laid out does not leave.
fn refusal(fault: SetFault) -> RefusalReason {
    match fault {
        SetFault::TooLarge(dimensie) => RefusalReason::TeGroot { dimensie: dimensie.map(|name| name.to_string()) },
        SetFault::Differs(eerder) => RefusalReason::NietVergelijkbaar { eerder },
    }
}

/// The cells of each table, then of the reasons, with what must be withheld gone; and whose lists may
/// leave beside them.
fn suppress(
    classified: &Classified,
    asked: &[Tabel],
    policy: &Policy,
    context: &Context<'_>,
) -> (Result<Vec<Cells>, RefusalReason>, Clearance) {
    let mut tables = match Tables::new(classified, asked, policy, context).map_err(refusal) {
        Ok(tables) => tables,
        Err(reason) if context.earlier.is_empty() => return (Err(reason), Clearance::All),
        Err(reason) => return (Err(reason.clone()), Clearance::Nobody(reason)),
    };
    match choose(&mut tables, asked, context) {
        // The check knew every recipient.
        Ok(cells) => (Ok(cells), Clearance::All),
        Err(reason) => (Err(reason), beside_earlier(&tables, context)),
    }
}

/// Whose lists may leave where this text publishes no number: what a list tells its recipient then
/// stands beside earlier releases alone.
fn beside_earlier(tables: &Tables, context: &Context<'_>) -> Clearance {
    if context.earlier.is_empty() {
        return Clearance::All;
    }
    let exposed = |problem: &Problem| {
        let verdict = auditor::audit(problem, &tables.nothing(), context.time_is_up)?;
        Ok(verdict.exposures.into_iter().filter(|exposure| exposure.viewer.is_some()).collect::<BTreeSet<_>>())
    };
    let (beside, alone) = match (exposed(&tables.problem), exposed(&tables.without(|_| true))) {
        (Ok(beside), Ok(alone)) => (beside, alone),
        (Err(Stopped::Contradiction), _) | (_, Err(Stopped::Contradiction)) => {
            return Clearance::Nobody(RefusalReason::NietTeBeschermen { eerder: earlier(context) });
        }
        _ => return Clearance::Nobody(too_long(tables)),
    };
    // What a recipient knows by its list alone it knows by design.
    let viewers = beside.difference(&alone).filter_map(|exposure| tables.problem.viewers.get(exposure.viewer?));
    let gemeenten: BTreeSet<Gemeente> =
        viewers.filter_map(|viewer| Gemeente::parse(viewer.name.as_bytes()).ok()).collect();
    if gemeenten.is_empty() { Clearance::All } else { Clearance::Except { gemeenten, eerder: earlier(context) } }
}

/// The entries of the month's releases that stand.
fn earlier(context: &Context<'_>) -> Vec<u64> {
    context.earlier.iter().map(|release| release.nr).collect()
}

/// What is published of each table, then of the reasons.
fn choose(tables: &mut Tables, asked: &[Tabel], context: &Context<'_>) -> Result<Vec<Cells>, RefusalReason> {
    let before: Vec<Vec<Cells>> = context.corrects.iter().map(|release| published(asked, release)).collect();
    for before in &before {
        tables.hide_as_before(before);
    }
    let pattern = protector::protect(&tables.problem, context.time_is_up).map_err(|fault| match fault {
        Unprotected::TimeUp => too_long(tables),
        Unprotected::Impossible => RefusalReason::NietTeBeschermen { eerder: earlier(context) },
    })?;
    check(tables, &pattern, context)?;
    let shown = tables.shown(&pattern);
    // Every earlier form of the same text stands in the register: this one may be little apart from none.
    for (before, release) in before.iter().zip(context.corrects) {
        let thresholds = asked.iter().map(|tabel| tabel.drempel.unwrap_or(0)).chain([set::drempel_redenen(asked)]);
        let changed = |((now, before), drempel): ((&Cells, &Cells), u32)| {
            let little = |(now, before): (&Option<u64>, &Option<u64>)| match (now, before) {
                (Some(now), Some(before)) => (1..u64::from(drempel)).contains(&now.abs_diff(*before)),
                _ => false,
            };
            now.iter().zip(before).filter(|pair| little((pair.0, pair.1))).count()
        };
        let cellen: usize = shown.iter().zip(before).zip(thresholds).map(changed).sum();
        if cellen > 0 {
            return Err(RefusalReason::KleineCorrectie { eerder: release.nr, cellen });
        }
    }
    Ok(shown)
}

/// What a release published of these tables, then of the reasons.
fn published(asked: &[Tabel], release: &Earlier) -> Vec<Cells> {
    let cells = |tabel: &Tabel| {
        let found = release.tabellen.iter().find(|(known, _)| known.naam == tabel.naam);
        found.map(|(_, cells)| cells.clone()).unwrap_or_default()
    };
    asked.iter().map(cells).chain([release.redenen.clone()]).collect()
}

/// The independent check: nothing leaves of which it can compute something small.
fn check(tables: &Tables, pattern: &Pattern, context: &Context<'_>) -> Result<(), RefusalReason> {
    let audit = |problem: &Problem| {
        auditor::audit(problem, pattern, context.time_is_up).map_err(|stopped| match stopped {
            Stopped::TimeUp | Stopped::TooLarge => too_long(tables),
            Stopped::Contradiction => RefusalReason::NietTeBeschermen { eerder: Vec::new() },
        })
    };
    let cells = |verdict: &auditor::Verdict| {
        let exposed = verdict.exposures.iter().map(|exposure| (exposure.table, &exposure.cells));
        exposed.collect::<BTreeSet<_>>().len()
    };
    let cellen = cells(&audit(&tables.problem)?);
    if cellen == 0 {
        return Ok(());
    }
    // An earlier release collides when nothing could be computed had it not been published.
    let mut eerder = Vec::new();
    for release in context.earlier {
        if cells(&audit(&tables.without(|nr| nr == release.nr))?) == 0 {
            eerder.push(release.nr);
        }
    }
    Err(RefusalReason::Onthuld { cellen, eerder })
}
