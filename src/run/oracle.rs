//! The engine against the naive implementation: class, reason and every dimension of every person,
//! over random small worlds. No code is shared: only files and texts go in.

use super::link::link;
use super::watch::Stopwatch;
use super::{Clock, Koppeling, RunFault, Workplace, classified, memory, scope};
use crate::classify::{Jongere, Way, classify};
use crate::disclosure::{Recipients, every_place_is_possible, label_of};
use crate::doelbinding::Policy;
use crate::engine::Embedded;
use crate::ingest::Folder;
use crate::linking::Progress;
use crate::pseudonym::{LinkKey, Pseudonym, Token};
use crate::terms::{Datum, Dimensie, Identificatie, Moment, Peildatum, Sha256Hash};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::sync::LazyLock;

#[path = "../../tests/naive/mod.rs"]
pub(super) mod naive;

use naive::{Refusal, World};

/// A folder in memory, its names in the order given.
pub(crate) struct Memory(pub(crate) Vec<(String, Vec<u8>)>);

impl Folder for Memory {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.0.iter().map(|(name, _)| name.clone()).collect())
    }

    fn open(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)> {
        let found = self.0.iter().find(|(known, _)| known == name);
        let (_, bytes) = found.ok_or(io::Error::from(io::ErrorKind::NotFound))?;
        Ok((Box::new(Cursor::new(bytes.clone())), bytes.len() as u64))
    }
}

/// Tells nobody how far it is.
pub(crate) struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64, _: u64) {}
}

pub(super) struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Moment {
        Moment::parse("2026-11-05T08:00:00Z").unwrap()
    }
    fn seconds(&self) -> f64 {
        0.0
    }
}

pub(super) const KEY: [u8; 32] = [7; 32];
pub(crate) static ONE: LazyLock<Embedded> = LazyLock::new(|| Embedded::new(Some(1)).unwrap());
static FOUR: LazyLock<Embedded> = LazyLock::new(|| Embedded::new(Some(4)).unwrap());

/// Gemeente, klasse, reden, and the other dimensions in a fixed order.
pub(super) type Told = Vec<String>;

/// A koppeling of one day, that remembers and logs nothing.
fn job<'j>(
    folder: &'j dyn Folder,
    engine: &'j Embedded,
    peildatum: Peildatum,
    accept_no_overlap: bool,
    recipients: &'j Recipients,
) -> Koppeling<'j> {
    Koppeling {
        peildatum,
        today: peildatum.datum(),
        today_set: true,
        accept_no_overlap,
        place: Workplace { folder, engine, progress: &Quiet },
        clock: &Stopped,
        recipients,
        withdrawals: None,
        logboek: None,
    }
}

/// What the engine says of every person whom the text names.
pub(super) fn told(
    folder: &dyn Folder,
    engine: &Embedded,
    text: &str,
    peildatum: &str,
) -> Result<BTreeMap<(Identificatie, Token), Told>, RunFault> {
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let peildatum = Peildatum::new(Datum::parse(peildatum.as_bytes()).unwrap());
    let recipients = Recipients::new();
    let job = job(folder, engine, peildatum, false, &recipients);
    let key = if folder.received().is_some() { LinkKey::Received } else { LinkKey::known(&KEY) };
    let linked = link(&job, &policy, &key, None, &mut Stopwatch::start(&job))?;
    let scope = scope(&policy, peildatum);
    let mut all = BTreeMap::new();
    for (person, found) in linked.doelgroep.each() {
        if let Some(jongere) = classify(person, &found.evidence(), &scope, &linked.covered) {
            let mut told = vec![jongere.gemeente.to_string(), jongere.klasse.to_string(), jongere.reden.to_string()];
            told.extend(DIMENSIES.iter().map(|dimensie| label_of(&jongere, *dimensie, &policy.doelgroep.gemeenten)));
            assert!(all.insert((person.identificatie, found.token()), told).is_none());
        }
    }
    Ok(all)
}

const DIMENSIES: [Dimensie; 8] = [
    Dimensie::Leeftijdsgroep,
    Dimensie::Geslacht,
    Dimensie::Cohort,
    Dimensie::Niveau,
    Dimensie::Contact,
    Dimensie::Combinatie,
    Dimensie::Prioriteit,
    Dimensie::Betrokkenheid,
];

fn expected(world: &World) -> Result<BTreeMap<(Identificatie, Token), Told>, Refusal> {
    let key = LinkKey::known(&KEY);
    let person = |outcome: naive::Outcome| {
        let token = key.token(&Pseudonym::parse(outcome.pseudoniem.as_bytes()).unwrap());
        let identificatie = Identificatie::parse(outcome.identificatie.as_bytes()).unwrap();
        let told = vec![
            outcome.gemeente,
            outcome.klasse,
            outcome.reden,
            outcome.leeftijdsgroep,
            outcome.geslacht,
            outcome.cohort,
            outcome.niveau,
            outcome.contact,
            outcome.combinatie,
            outcome.prioriteit,
            outcome.betrokkenheid,
        ];
        ((identificatie, token), told)
    };
    world.classify().map(|outcomes| outcomes.into_iter().map(person).collect())
}

/// A text that reads every dimension's column, so that all of them can be compared.
fn text(world: &World) -> String {
    let mut text = world.policy_toml();
    for (at, dimensie) in [Dimensie::Geslacht, Dimensie::Niveau, Dimensie::Contact].iter().enumerate() {
        text.push_str(&format!(
            "\n[[tabel]]\nnaam = \"t{at}\"\ndimensies = [\"{dimensie}\"]\nmethode = \"onderdrukking\"\ndrempel = 5\n"
        ));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engine_and_naive_agree(world in naive::worlds(), turned in any::<prop::sample::Index>()) {
        let text = text(&world);
        let mut files = world.files();
        let found = told(&Memory(files.clone()), &ONE, &text, &world.peildatum);
        match (expected(&world), found) {
            (Ok(expected), Ok(found)) => {
                prop_assert_eq!(&found, &expected);
                // Neither threads nor the order of files matter.
                let turn = turned.index(files.len().max(1));
                files.rotate_left(turn);
                prop_assert_eq!(told(&Memory(files), &FOUR, &text, &world.peildatum).unwrap(), expected);
            }
            (Err(expected), Err(found)) => {
                let same = match (&expected, &found) {
                    // Where a tie holds as well, either may be told first.
                    (Refusal::GeenDoelgroep, RunFault::NoDoelgroep | RunFault::Tie(_))
                    | (Refusal::GelijkeStand, RunFault::Tie(_))
                    | (Refusal::Sleutel, RunFault::Keys(_)) => true,
                    (Refusal::GeenOverlap(bron), RunFault::NoOverlap { bron: found, .. }) => bron == found.as_str(),
                    (Refusal::DubbelePersoon, RunFault::Refused(refused)) => {
                        refused.iter().flat_map(|file| &file.reasons).any(|reason| reason.code() == "dubbele-persoon")
                    }
                    _ => false,
                };
                prop_assert!(same, "verwacht {:?}, gevonden {:?}", expected, found);
            }
            (expected, found) => prop_assert!(false, "verwacht {:?}, gevonden {:?}", expected, found.map(|all| all.len())),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    /// What disclosure control takes to be known beforehand is true of everybody: a combination that it
    /// calls impossible never occurs, also not between two texts that look at the same files.
    #[test]
    fn nobody_is_where_nobody_can_be(world in naive::worlds(), van in 14i16..20, tot in 20i16..29, cent in 0i64..60_000, fewer in any::<bool>()) {
        let policy = Policy::parse(text(&world).as_bytes()).unwrap();
        let peildatum = Peildatum::new(Datum::parse(world.peildatum.as_bytes()).unwrap());
        let folder = Memory(world.files());
        let recipients = Recipients::new();
        let job = job(&folder, &ONE, peildatum, true, &recipients);
        let Ok(linked) = link(&job, &policy, &LinkKey::known(&KEY), None, &mut Stopwatch::start(&job)) else { return Ok(()) };
        let own = Way { scope: scope(&policy, peildatum), covered: linked.covered.clone() };
        let mut other = own.clone();
        (other.scope.van, other.scope.tot, other.scope.inkomen_boven_cent) = (van, tot, cent);
        if fewer {
            other.scope.gemeenten.pop_first();
        }
        let ways = [own, other];
        let mut everybody = Vec::new();
        for (person, found) in linked.doelgroep.each() {
            let found = found.evidence();
            let seen: Vec<_> = ways.iter().map(|way| classify(person, &found, &way.scope, &way.covered)).collect();
            everybody.extend(seen.iter().any(Option::is_some).then_some(seen));
        }
        prop_assert!(every_place_is_possible(&ways, &linked.numbers(), &everybody));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is counted for tables tells in their dimensions of as many as everybody taken one by one.
    #[test]
    fn as_many_are_counted_as_are_told_one_by_one(world in naive::worlds()) {
        let policy = Policy::parse(text(&world).as_bytes()).unwrap();
        let peildatum = Peildatum::new(Datum::parse(world.peildatum.as_bytes()).unwrap());
        let folder = Memory(world.files());
        let recipients = Recipients::new();
        let job = job(&folder, &ONE, peildatum, true, &recipients);
        let Ok(linked) = link(&job, &policy, &LinkKey::known(&KEY), None, &mut Stopwatch::start(&job)) else { return Ok(()) };
        let asked = policy.tabellen.iter().flat_map(|tabel| tabel.dimensies.iter().copied()).collect::<Vec<_>>();
        let told = |jongere: &Jongere| asked.iter().map(|one| label_of(jongere, *one, &policy.doelgroep.gemeenten)).collect::<Vec<_>>();
        let mut expected: BTreeMap<_, u64> = BTreeMap::new();
        for (person, found) in linked.doelgroep.each() {
            if let Some(jongere) = classify(person, &found.evidence(), &scope(&policy, peildatum), &linked.covered) {
                *expected.entry((told(&jongere), jongere.reden)).or_default() += 1;
            }
        }
        let memory = memory::Memory::new(Vec::new(), &Sha256Hash([0; 32]), &policy, peildatum, &linked);
        let mut counted: BTreeMap<_, u64> = BTreeMap::new();
        for (seen, persons) in classified(&job, &linked, &memory, &policy.tabellen).each() {
            let jongere = seen[0].unwrap();
            *counted.entry((told(&jongere), jongere.reden)).or_default() += persons;
        }
        prop_assert_eq!(counted, expected);
    }
}
