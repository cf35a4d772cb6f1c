//! The engine over what was received, against the naive implementation: the same worlds as `oracle`, but
//! taken in first.

use super::RunFault;
use super::oracle::{ONE, naive, told};
use crate::ingest::{MANIFEST_ENDING, Manifest};
use crate::pseudonym::PeriodKey;
use crate::receive::tests::{Keys, MemoryShelf, keys};
use crate::receive::{Announced, Desk, Period, Shelf, Stored};
use crate::terms::{Maand, Moment};
use naive::World;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static KEYS: LazyLock<Keys> = LazyLock::new(keys);

/// The shelves and keys of every month that a world has.
type Months = BTreeMap<Maand, (MemoryShelf, PeriodKey)>;

/// Takes in a world, oldest first; `None` where a levering is refused, as ties and broken ones are.
fn received(world: &World) -> Option<Months> {
    let files: BTreeMap<String, Vec<u8>> = world.files().into_iter().collect();
    let mut all: Vec<(Manifest, &str, &[u8])> = Vec::new();
    for (name, text) in &files {
        if let Some(file) = name.strip_suffix(MANIFEST_ENDING) {
            all.push((Manifest::parse(text).ok()?, file, text));
        }
    }
    all.sort_by_key(|(manifest, ..)| manifest.aangemaakt);
    let mut months = Months::new();
    for (manifest, file, text) in all {
        let keys = &*KEYS;
        let periode = manifest.periode;
        let (key, earlier) = (keys.period(periode), keys.period(periode.previous()));
        let (shelf, _) = months.entry(periode).or_insert_with(|| (MemoryShelf::default(), keys.period(periode)));
        let desk = Desk {
            periode,
            key: &key,
            earlier: Some(&earlier),
            logboek: &keys.logboek,
            marks: Some((&keys.intrekking, &[])),
            now: Moment::parse("2027-01-01T00:00:00Z").unwrap(),
        };
        Announced::read(file, text).unwrap().take(&desk, files[file].as_slice(), shelf).ok()?;
    }
    Some(months)
}

/// How often each outcome of all dimensions comes, without saying of whom.
fn counted<T>(all: BTreeMap<T, Vec<String>>) -> BTreeMap<Vec<String>, u64> {
    let mut counts = BTreeMap::new();
    all.into_values().for_each(|told| *counts.entry(told).or_default() += 1);
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_received_and_raw_leveringen_tell_the_same(world in naive::worlds()) {
        let text = world.policy_toml();
        let raw = told(&super::oracle::Memory(world.files()), &ONE, &text, &world.peildatum);
        let Some(months) = received(&world) else { return Ok(()) };
        let periods: Vec<Period<'_>> = months.values().map(|(shelf, key)| Period { shelf: shelf as &dyn Shelf, key }).collect();
        let stored = told(&Stored::open(&periods).unwrap(), &ONE, &text, &world.peildatum);
        match (raw, stored) {
            (Ok(raw), Ok(stored)) => prop_assert_eq!(counted(raw), counted(stored)),
            (Err(RunFault::Keys(_)), Err(RunFault::Keys(_)))
            | (Err(RunFault::NoDoelgroep), Err(RunFault::NoDoelgroep))
            | (Err(RunFault::NoOverlap { .. }), Err(RunFault::NoOverlap { .. })) => {}
            (raw, stored) => prop_assert!(false, "{:?} en {:?}", raw.map(|all| all.len()), stored.map(|all| all.len())),
        }
    }
}
