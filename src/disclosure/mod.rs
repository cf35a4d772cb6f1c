//! Classified persons to tables that may be seen.
//!
//! The tables of a text, the reasons of its verantwoording and every earlier release of the same
//! region and month are laid on shared axes (`frame`, `set`) and become one [`problem`]. The
//! [`protector`] chooses what is withheld, and the [`auditor`], which shares no code with it, says
//! whether anything small can still be computed. What fails that leaves nothing.

pub mod auditor;
pub mod build;
mod frame;
mod grid;
pub mod leak;
mod model;
mod network;
pub mod problem;
pub mod protector;
mod refusal;
mod rounding;
mod set;
mod values;

pub use refusal::{RefusalReason, TableRefusal};

use crate::classify::{Jongere, Way};
use crate::doelbinding::{Grant, Policy, Tabel, TextIdentity};
use crate::terms::{Gemeente, Klasse, Methode, Peildatum, Reden, Regio};
use auditor::Stopped;
use problem::{Pattern, TimeIsUp};
use protector::Unprotected;
use rounding::Unrounded;
use set::{SetFault, TableSet as Tables};
use std::collections::BTreeSet;

/// A table whose withheld cells are gone: they hold nothing that could still leave.
#[derive(Debug, PartialEq, Eq)]
pub struct ProtectedTable {
    /// What the text asked.
    pub tabel: Tabel,
    /// Per dimension its values, `totaal` last.
    pub values: Vec<Vec<String>>,
    /// Every combination, the last dimension fastest; `None` is not released.
    pub cells: Vec<Option<u64>>,
    /// For a rounded table a bound on how far any number is from the truth.
    pub grootste_afwijking: Option<u64>,
}

impl ProtectedTable {
    /// How many cells are withheld, margins included.
    #[must_use]
    pub fn withheld(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_none()).count()
    }
}

/// How many persons have a klasse for a reason.
#[derive(Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// The klasse.
    pub klasse: Klasse,
    /// The reason; `None` for the klasse as a whole.
    pub reden: Option<Reden>,
    /// The count; `None` is not released.
    pub aantal: Option<u64>,
}

/// Everything that one text lets out for one peildatum.
#[derive(Debug)]
pub struct TableSet {
    /// The tables that leave.
    pub tabellen: Vec<ProtectedTable>,
    /// The tables that do not.
    pub geweigerd: Vec<TableRefusal>,
    /// Reasons per klasse.
    pub redenen: Reasons,
}

/// Klasse × reden, protected as one more table of the set.
#[derive(Debug, PartialEq, Eq)]
pub struct Reasons {
    /// Smallest count that may be seen.
    pub drempel: u32,
    /// Every klasse with every reden, totals last; `None` is not released.
    pub cells: Vec<Option<u64>>,
}

impl Reasons {
    /// The reasons that go with each klasse, and the klasse as a whole: any other is a row of zeros that
    /// nobody needs.
    #[must_use]
    pub fn counts(&self) -> Vec<ReasonCount> {
        let reasons = || Reden::ALL.iter().map(|reden| Some(*reden)).chain([None]);
        let all = Klasse::ALL.iter().flat_map(|klasse| reasons().map(move |reden| (*klasse, reden)));
        all.zip(&self.cells)
            .filter(|((klasse, reden), _)| reden.is_none_or(|reden| goes_with(*klasse, reden)))
            .map(|((klasse, reden), aantal)| ReasonCount { klasse, reden, aantal: *aantal })
            .collect()
    }
}

/// Something that disclosure control has protected. Only this room makes one, and only from a
/// grant; it is used up by its release.
///
/// ```compile_fail
/// // Nobody else can say that a value is protected.
/// fn forge(protected: inbeeld::disclosure::Protected<u8>) -> u8 { protected.value }
/// ```
/// ```
/// fn keep(protected: inbeeld::disclosure::Protected<u8>) -> inbeeld::disclosure::Protected<u8> { protected }
/// ```
/// ```compile_fail
/// fn need<T: Clone>() {}
/// need::<inbeeld::disclosure::Protected<u8>>();
/// ```
/// ```compile_fail
/// fn need<T: Default>() {}
/// need::<inbeeld::disclosure::Protected<u8>>();
/// ```
/// ```
/// fn need<T: Send>() {}
/// need::<inbeeld::disclosure::Protected<u8>>();
/// ```
pub struct Protected<T> {
    value: T,
    identity: TextIdentity,
    peildatum: Peildatum,
    regio: Regio,
}

impl<T> Protected<T> {
    /// Uses it up, for the release.
    pub(crate) fn take(self) -> (T, TextIdentity, Peildatum, Regio) {
        (self.value, self.identity, self.peildatum, self.regio)
    }
}

impl Protected<TableSet> {
    /// The tables of the text that do not leave.
    pub(crate) fn refused(&self) -> &[TableRefusal] {
        &self.value.geweigerd
    }
}

/// Everybody whom a doelbinding names, classified: as this text sees it and as each other way of
/// looking does, whose earlier releases it must stand beside.
pub(crate) struct Classified {
    ways: usize,
    seen: Vec<Option<Jongere>>,
}

impl Classified {
    /// `seen` has per person one outcome for each of so many ways.
    pub(crate) fn new(ways: usize, seen: Vec<Option<Jongere>>) -> Self {
        Self { ways: ways.max(1), seen }
    }

    fn each(&self) -> impl Iterator<Item = &[Option<Jongere>]> {
        self.seen.chunks_exact(self.ways)
    }
}

/// An earlier release of the same region and month, from the register.
pub(crate) struct Earlier {
    /// Its entry.
    pub(crate) nr: u64,
    /// Which way of looking it had.
    pub(crate) way: usize,
    /// Its municipalities, in its order.
    pub(crate) gemeenten: Vec<Gemeente>,
    /// Its tables with their cells, in the order of the contract.
    pub(crate) tabellen: Vec<(Tabel, Vec<Option<u64>>)>,
    /// Threshold of its reasons.
    pub(crate) drempel_redenen: u32,
    /// Its reasons: klasse × reden, totals last.
    pub(crate) redenen: Vec<Option<u64>>,
}

/// What is known beside the text and the persons.
pub(crate) struct Context<'a> {
    /// How this text looks, then other ways of earlier releases.
    pub(crate) ways: &'a [Way],
    /// Releases of the month that stand.
    pub(crate) earlier: &'a [Earlier],
    /// The release of this text that this one would replace: other input, same text.
    pub(crate) corrects: Option<&'a Earlier>,
    /// A release of the month beside which nothing can be released, and why.
    pub(crate) refused: Option<RefusalReason>,
    /// Whether the time for disclosure control is up.
    pub(crate) time_is_up: TimeIsUp<'a>,
}

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
    let protected = if rounded {
        round(classified, &asked, policy, context)
    } else {
        suppress(classified, &asked, policy, context).map(|cells| (cells, Vec::new()))
    };
    let value = match protected {
        Ok((mut cells, bounds)) => {
            let redenen = Reasons { drempel, cells: cells.pop().unwrap_or_default() };
            let bounds = bounds.into_iter().map(Some).chain(std::iter::repeat(None));
            let tabellen = asked.into_iter().zip(cells).zip(bounds);
            let tabellen = tabellen.map(|((tabel, cells), bound)| set::table(tabel, gemeenten, cells, bound)).collect();
            TableSet { tabellen, geweigerd, redenen }
        }
        Err(reden) => {
            geweigerd.push(TableRefusal { namen: names, reden });
            let cells = vec![None; (Klasse::ALL.len() + 1) * (Reden::ALL.len() + 1)];
            TableSet { tabellen: Vec::new(), geweigerd, redenen: Reasons { drempel, cells } }
        }
    };
    Protected { value, identity, peildatum, regio }
}

/// The tables whose method is that of the month's earlier releases, or else of the text's first
/// table; the others are refused.
fn one_method(asked: Vec<Tabel>, context: &Context<'_>) -> (Vec<Tabel>, Vec<TableRefusal>) {
    let earlier = context.earlier.iter().chain(context.corrects);
    let before =
        earlier.flat_map(|release| release.tabellen.iter().map(|(tabel, _)| (tabel.methode, Some(release.nr)))).next();
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
) -> Result<(Vec<Vec<Option<u64>>>, Vec<u64>), RefusalReason> {
    if let Some(refused) = &context.refused {
        return Err(refused.clone());
    }
    // Rounded numbers of persons counted another way cannot be kept, and beside new ones they would say
    // more than either.
    if let Some(other) = context.earlier.iter().find(|release| release.way != 0) {
        return Err(RefusalReason::NietVergelijkbaar { eerder: other.nr });
    }
    let tables = Tables::new(classified, asked, policy, context.ways, context.earlier).map_err(refusal)?;
    let rounded =
        rounding::round(&tables.problem, &tables.rounded, context.time_is_up).map_err(|fault| match fault {
            Unrounded::Irreconcilable => RefusalReason::NietAfTeRonden,
            Unrounded::TimeUp => RefusalReason::Rekentijd { dimensie: tables.widest().map(|name| name.to_string()) },
        })?;
    let pairs = tables.problem.tables.iter().zip(&rounded).take(asked.len());
    let bounds = pairs.map(|(table, rounded)| rounding::bound(table.counts.iter(), rounded.iter())).collect();
    Ok((tables.own(&rounded), bounds))
}

/// Why a set that cannot be laid out does not leave.
fn refusal(fault: SetFault) -> RefusalReason {
    match fault {
        SetFault::TooLarge(dimensie) => RefusalReason::Rekentijd { dimensie: dimensie.map(|name| name.to_string()) },
        SetFault::Differs(eerder) => RefusalReason::NietVergelijkbaar { eerder },
    }
}

/// The cells of each table, then of the reasons, with what must be withheld gone.
fn suppress(
    classified: &Classified,
    asked: &[Tabel],
    policy: &Policy,
    context: &Context<'_>,
) -> Result<Vec<Vec<Option<u64>>>, RefusalReason> {
    if let Some(refused) = &context.refused {
        return Err(refused.clone());
    }
    let mut tables = Tables::new(classified, asked, policy, context.ways, context.earlier).map_err(refusal)?;
    let before = context.corrects.map(|release| before(asked, release));
    if let Some(before) = &before {
        tables.hide_as_before(before);
    }
    let eerder = || context.earlier.iter().map(|release| release.nr).collect();
    let pattern = protector::protect(&tables.problem, context.time_is_up).map_err(|fault| match fault {
        Unprotected::TimeUp => RefusalReason::Rekentijd { dimensie: tables.widest().map(|name| name.to_string()) },
        Unprotected::Impossible => RefusalReason::NietTeBeschermen { eerder: eerder() },
    })?;
    check(&tables, &pattern, context)?;
    let shown = tables.shown(&pattern);
    if let (Some(before), Some(release)) = (before, context.corrects) {
        let thresholds = asked.iter().map(|tabel| tabel.drempel.unwrap_or(0)).chain([set::drempel_redenen(asked)]);
        let changed = |((now, before), drempel): ((&Vec<Option<u64>>, &Vec<Option<u64>>), u32)| {
            let little = |(now, before): (&Option<u64>, &Option<u64>)| match (now, before) {
                (Some(now), Some(before)) => (1..u64::from(drempel)).contains(&now.abs_diff(*before)),
                _ => false,
            };
            now.iter().zip(before).filter(|pair| little((pair.0, pair.1))).count()
        };
        let cellen: usize = shown.iter().zip(&before).zip(thresholds).map(changed).sum();
        if cellen > 0 {
            return Err(RefusalReason::KleineCorrectie { eerder: release.nr, cellen });
        }
    }
    Ok(shown)
}

/// What a release published of these tables, then of the reasons.
fn before(asked: &[Tabel], release: &Earlier) -> Vec<Vec<Option<u64>>> {
    let cells = |tabel: &Tabel| {
        let found = release.tabellen.iter().find(|(known, _)| known.naam == tabel.naam);
        found.map(|(_, cells)| cells.clone()).unwrap_or_default()
    };
    asked.iter().map(cells).chain([release.redenen.clone()]).collect()
}

/// The independent check: nothing leaves of which it can compute something small.
fn check(tables: &Tables, pattern: &Pattern, context: &Context<'_>) -> Result<(), RefusalReason> {
    let audit = |pattern: &Pattern| {
        auditor::audit(&tables.problem, pattern, context.time_is_up).map_err(|stopped| match stopped {
            Stopped::TimeUp | Stopped::TooLarge => {
                RefusalReason::Rekentijd { dimensie: tables.widest().map(|name| name.to_string()) }
            }
            Stopped::Contradiction => RefusalReason::NietTeBeschermen { eerder: Vec::new() },
        })
    };
    let cells = |verdict: &auditor::Verdict| {
        let exposed = verdict.exposures.iter().map(|exposure| (exposure.table, &exposure.cells));
        exposed.collect::<BTreeSet<_>>().len()
    };
    let cellen = cells(&audit(pattern)?);
    if cellen == 0 {
        return Ok(());
    }
    // An earlier release collides when nothing could be computed had it not been published.
    let mut eerder = Vec::new();
    for release in context.earlier {
        let without = tables.without(pattern, release.nr);
        if cells(&audit(&without)?) == 0 {
            eerder.push(release.nr);
        }
    }
    Err(RefusalReason::Onthuld { cellen, eerder })
}

/// Which reasons a klasse can have (DOMEIN, Classification).
fn goes_with(klasse: Klasse, reden: Reden) -> bool {
    match reden {
        Reden::Leeftijd | Reden::Uitstroomprofiel | Reden::Overleden | Reden::Geemigreerd | Reden::Verhuisd => {
            klasse == Klasse::BuitenDoelgroep
        }
        Reden::Tegenstrijdig | Reden::GeenBsn | Reden::BronOntbreekt | Reden::BronGedeeltelijk | Reden::NietInBrp => {
            klasse == Klasse::Onbekend
        }
        Reden::Diploma => klasse == Klasse::Startkwalificatie,
        Reden::Ingeschreven => klasse == Klasse::School,
        Reden::Inkomen => klasse == Klasse::Werk,
        Reden::Uitkering => klasse == Klasse::Uitkering,
        Reden::NietsGevonden => klasse == Klasse::GeenDagbesteding,
    }
}

/// The value of a jongere in a dimension, to compare with the naive implementation.
#[cfg(test)]
pub(crate) fn label_of(jongere: &Jongere, dimensie: crate::terms::Dimensie, gemeenten: &[Gemeente]) -> String {
    values::label_of(jongere, dimensie, gemeenten)
}
