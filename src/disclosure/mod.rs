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
mod inzage;
pub mod leak;
mod lists;
mod model;
mod network;
pub mod problem;
mod protect;
pub mod protector;
mod refusal;
mod rounding;
mod set;
mod values;
mod withdrawal;

pub use inzage::NoAnswer;
pub(crate) use inzage::{Answer, Delivered, InzageContext, OnList, Subject, Told, Uitleg, answer};
pub(crate) use lists::{ContactList, ListContext, Listable, Obstacle, list};
pub use lists::{ListReason, ListRefusal, ListSet, Recipients};
pub(crate) use protect::protect;
pub use refusal::{RefusalReason, TableRefusal};
pub use withdrawal::Comparison;
pub(crate) use withdrawal::{Moment, Withdrawal};

use crate::classify::{Dimensies, Jongere, Way};
pub(crate) use crate::classify::{NotNamed, Said};
use crate::doelbinding::{Tabel, TextIdentity};
use crate::terms::{Gemeente, Identificatie, Klasse, Peildatum, Reden, Regio};
use foldhash::fast::RandomState;
use problem::TimeIsUp;
use std::collections::{BTreeSet, HashMap};

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

/// Cells of a table in its own order; `None` is not released.
pub(crate) type Cells = Vec<Option<u64>>;

/// Everything that one text lets out for one peildatum.
#[derive(Debug)]
pub struct TableSet {
    /// The tables that leave.
    pub tabellen: Vec<ProtectedTable>,
    /// The tables that do not.
    pub geweigerd: Vec<TableRefusal>,
    /// Reasons per klasse.
    pub redenen: Reasons,
    /// Whose lists may leave beside them.
    pub(crate) clearance: Clearance,
}

/// Whose contact lists may leave, given what the month's tables say: a list tells its recipient counts
/// that the public does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clearance {
    /// Everybody's.
    All,
    /// Not those of these municipalities: beside these releases they could compute something small.
    Except { gemeenten: BTreeSet<Gemeente>, eerder: Vec<u64> },
    /// Nobody's.
    Nobody(RefusalReason),
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

impl<T> Protected<T> {
    /// The text that granted it.
    pub(crate) fn identity(&self) -> &TextIdentity {
        &self.identity
    }

    /// The reference date.
    pub(crate) fn peildatum(&self) -> Peildatum {
        self.peildatum
    }

    /// The region.
    pub(crate) fn regio(&self) -> Regio {
        self.regio
    }
}

impl Protected<TableSet> {
    /// The tables that leave.
    pub(crate) fn tables(&self) -> &[ProtectedTable] {
        &self.value.tabellen
    }

    /// The tables of the text that do not leave.
    pub(crate) fn refused(&self) -> &[TableRefusal] {
        &self.value.geweigerd
    }

    /// Whose lists may leave beside its tables.
    pub(crate) fn clearance(&self) -> &Clearance {
        &self.value.clearance
    }

    /// The reasons as they leave.
    pub(crate) fn reasons(&self) -> &Reasons {
        &self.value.redenen
    }
}

impl Protected<ListSet> {
    /// The lists that leave.
    pub(crate) fn lists(&self) -> &[ContactList] {
        &self.value.lijsten
    }

    /// The lists of the text that do not leave.
    pub(crate) fn refused(&self) -> &[ListRefusal] {
        &self.value.geweigerd
    }

    /// With what the lists were compared, where withdrawals are told.
    pub(crate) fn comparison(&self) -> Option<Comparison> {
        self.value.vergelijking
    }
}

/// Everybody whom a doelbinding names, classified: as this text sees it and as each other way of
/// looking does, whose earlier releases it must stand beside.
///
/// Nobody stands in it alone: it holds how many are seen alike, of each way of being seen that occurs. Of what no table
/// asks (see [`asked_dimensions`]) it need not tell them apart.
#[derive(Default)]
pub(crate) struct Classified(HashMap<Box<[Option<Jongere>]>, u64, RandomState>);

impl Classified {
    /// One person more, by its outcome in each way; whom no way counts is left out.
    pub(crate) fn add(&mut self, seen: &[Option<Jongere>]) {
        if seen.iter().all(Option::is_none) {
            return;
        }
        match self.0.get_mut(seen) {
            Some(persons) => *persons += 1,
            None => {
                self.0.insert(seen.into(), 1);
            }
        }
    }

    /// Those of another part of the doelgroep beside these.
    pub(crate) fn merge(&mut self, other: Self) {
        for (seen, persons) in other.0 {
            *self.0.entry(seen).or_default() += persons;
        }
    }

    /// Every outcome, and of how many persons it is; in no order.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&[Option<Jongere>], u64)> {
        self.0.iter().map(|(seen, persons)| (&**seen, *persons))
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
    pub(crate) tabellen: Vec<(Tabel, Cells)>,
    /// Threshold of its reasons.
    pub(crate) drempel_redenen: u32,
    /// Its reasons: klasse × reden, totals last.
    pub(crate) redenen: Vec<Option<u64>>,
    /// The klassen of each list that left with it, and for whom.
    pub(crate) lijsten: Vec<(Gemeente, BTreeSet<Klasse>)>,
    /// How many persons it said belong on a list without handle; `None` when it did not say.
    pub(crate) zonder_verwijzing: Option<u64>,
}

/// Per way of looking which dimensions some table asks of it: of the text, or of an earlier release.
pub(crate) fn asked_dimensions(ways: usize, tabellen: &[Tabel], earlier: &[Earlier]) -> Vec<Dimensies> {
    let mut asked = vec![Dimensies::default(); ways];
    let before = earlier.iter().flat_map(|release| release.tabellen.iter().map(|(tabel, _)| (release.way, tabel)));
    for (way, tabel) in tabellen.iter().map(|tabel| (0, tabel)).chain(before) {
        asked.get_mut(way).into_iter().for_each(|asked| tabel.dimensies.iter().for_each(|own| asked.add(*own)));
    }
    asked
}

/// What is known beside the text and the persons.
pub(crate) struct Context<'a> {
    /// How this text looks, then other ways of earlier releases.
    pub(crate) ways: &'a [Way],
    /// By which kinds of number the doelgroep leveringen know people.
    pub(crate) numbers: &'a [Identificatie],
    /// Releases of the month that stand.
    pub(crate) earlier: &'a [Earlier],
    /// Releases of this text from other input, which this one would replace.
    pub(crate) corrects: &'a [Earlier],
    /// A release of the month beside which nothing can be released, and why.
    pub(crate) refused: Option<RefusalReason>,
    /// Whether the time for disclosure control is up.
    pub(crate) time_is_up: TimeIsUp<'a>,
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

/// Whether the cross-classification of these ways holds a place for somebody whom they see so.
#[cfg(test)]
pub(crate) fn every_place_is_possible(
    ways: &[Way],
    numbers: &[Identificatie],
    everybody: &[Vec<Option<Jongere>>],
) -> bool {
    use crate::terms::Dimensie;
    let whats = Dimensie::ALL.iter().copied().map(frame::What::Dimensie).chain([frame::What::Reden]);
    let needed = (0..ways.len()).flat_map(|way| whats.clone().map(move |what| (way, what))).collect();
    let frame = frame::Frame::new(ways, numbers, &needed);
    let relations = frame.relations();
    everybody.iter().all(|seen| {
        let place = frame.place(seen);
        relations.iter().all(|relation| {
            relation.possible.contains(&relation.axes.iter().map(|axis| place[*axis]).collect::<Vec<_>>())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{Cohort, Contact, Dimensie, Geslacht, Niveau};

    /// Two who differ in all that a table can tell but where they are.
    const TWO: [Jongere; 2] = [
        Jongere {
            gemeente: Gemeente::from_number(14),
            klasse: Klasse::School,
            reden: Reden::ALL[0],
            leeftijd: 17,
            geslacht: Some(Geslacht::V),
            cohort: Some(Cohort::Nieuw),
            niveau: Some(Niveau::ALL[1]),
            contact: Some(Contact::ALL[1]),
            combinatie: [true, false, true],
            prioriteit: Some(2),
            betrokkenheid: Some(1),
        },
        Jongere {
            gemeente: Gemeente::from_number(14),
            klasse: Klasse::Werk,
            reden: Reden::ALL[1],
            leeftijd: 24,
            geslacht: Some(Geslacht::X),
            cohort: Some(Cohort::Oud),
            niveau: Some(Niveau::ALL[3]),
            contact: Some(Contact::ALL[2]),
            combinatie: [false, true, false],
            prioriteit: Some(4),
            betrokkenheid: Some(2),
        },
    ];

    #[test]
    fn what_is_asked_is_kept_and_of_the_rest_nothing_tells_apart() {
        let place = |jongere: &Jongere, dimensie| values::place(jongere, dimensie, &[TWO[0].gemeente]);
        for subset in 0..1u32 << Dimensie::ALL.len() {
            let wanted = |dimensie: Dimensie| subset >> dimensie as u32 & 1 == 1;
            let mut asked = Dimensies::default();
            Dimensie::ALL.iter().filter(|dimensie| wanted(**dimensie)).for_each(|dimensie| asked.add(*dimensie));
            let kept = TWO.map(|jongere| jongere.only(asked));
            for dimensie in Dimensie::ALL.iter().copied() {
                let [one, other] = [0, 1].map(|at| place(&kept[at], dimensie));
                let always = [Dimensie::Gemeente, Dimensie::Klasse].contains(&dimensie);
                if wanted(dimensie) || always {
                    assert_eq!([one, other], [0, 1].map(|at| place(&TWO[at], dimensie)), "{dimensie}");
                    assert!(one != other || dimensie == Dimensie::Gemeente, "{dimensie}");
                } else {
                    assert_eq!(one, other, "{dimensie}");
                }
            }
            assert_eq!(kept.map(|jongere| jongere.reden), TWO.map(|jongere| jongere.reden));
        }
    }

    #[test]
    fn each_way_is_asked_what_tables_of_its_own_ask() {
        use Dimensie::{Cohort, Contact, Gemeente, Geslacht, Klasse, Niveau};
        let tabel = |dimensies: &[Dimensie]| Tabel {
            naam: "t".to_owned(),
            dimensies: dimensies.to_vec(),
            methode: crate::terms::Methode::Onderdrukking,
            drempel: Some(5),
        };
        let release = |way, tables: &[&[Dimensie]]| Earlier {
            nr: 1,
            way,
            gemeenten: Vec::new(),
            tabellen: tables.iter().map(|dimensies| (tabel(dimensies), Vec::new())).collect(),
            drempel_redenen: 5,
            redenen: Vec::new(),
            lijsten: Vec::new(),
            zonder_verwijzing: None,
        };
        let earlier = [release(0, &[&[Klasse, Contact]]), release(2, &[&[Geslacht], &[Klasse, Cohort]])];
        let asked = asked_dimensions(3, &[tabel(&[Gemeente, Niveau])], &earlier);
        let expected: [&[Dimensie]; 3] = [&[Gemeente, Niveau, Klasse, Contact], &[], &[Geslacht, Klasse, Cohort]];
        assert_eq!(asked.len(), 3);
        for (asked, expected) in asked.iter().zip(expected) {
            let found = Dimensie::ALL.iter().copied().filter(|dimensie| asked.contains(*dimensie));
            assert_eq!(found.collect::<BTreeSet<_>>(), expected.iter().copied().collect());
        }
    }
}
