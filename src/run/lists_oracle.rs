//! Whole runs against the naive lists: what each municipality can open, row by row, and what it is
//! not given. No code is shared: only files and texts go in, and sealed files come out.

use super::oracle::naive::{self, Lijst, World};
use super::oracle::{Memory, ONE, Quiet, Stopped};
use super::{Koppeling, RunFault, Workplace, koppel};
use crate::disclosure::{ListReason, Recipients};
use crate::doelbinding::plain::columns::kolommen;
use crate::doelbinding::{Policy, Signed, TrustedKey, new_signing_key, sign};
use crate::ingest::POISON;
use crate::pseudonym::{Identity, Recipient, new_recipient};
use crate::register::{Entered, Ledger, RegisterFault};
use crate::release::{Outbox, OutboxFault, sealed};
use crate::terms::{Bron, Datum, Gemeente, Peildatum};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

/// Files as they left.
#[derive(Default)]
struct Taken(Vec<(String, Vec<u8>)>);

impl sealed::Sealed for &mut Taken {}

impl Outbox for &mut Taken {
    fn prepare(&mut self, name: &str, bytes: &[u8]) -> Result<(), OutboxFault> {
        self.0.push((name.to_owned(), bytes.to_vec()));
        Ok(())
    }
    fn remember(&mut self, _: &[u8]) -> Result<(), OutboxFault> {
        Ok(())
    }
    fn publish(self, _: &Entered) -> Result<(), OutboxFault> {
        Ok(())
    }
}

/// A register of nothing before this run.
struct Empty(Vec<String>);

impl Ledger for &mut Empty {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        Ok(self.0.clone())
    }
    fn append(&mut self, line: &str) -> Result<(), RegisterFault> {
        self.0.push(line.to_owned());
        Ok(())
    }
}

/// Secret and public text of the key that signs.
static SIGNER: LazyLock<(String, String)> = LazyLock::new(|| new_signing_key(None).unwrap());

/// Municipalities that a world can name, each with an age key.
static HOMES: LazyLock<Vec<(Gemeente, Identity, Recipient)>> = LazyLock::new(|| {
    let home = |code: &&str| {
        let (secret, public) = new_recipient();
        let gemeente = Gemeente::parse(code.as_bytes()).unwrap();
        (gemeente, Identity::parse(&secret).unwrap(), Recipient::parse(&public).unwrap())
    };
    ["0148", "0193", "0166", "0160", "0175", "0177"].iter().map(home).collect()
});

/// One run, from the outside.
struct Seen {
    /// By name and municipality: the header, then the rows in the order in which they stand.
    lists: BTreeMap<(String, String), Vec<String>>,
    /// By name and municipality: why not.
    refused: BTreeMap<(String, String), ListReason>,
    verantwoording: serde_json::Value,
    /// Every other file that anybody can read, and the register.
    open: Vec<(String, String)>,
}

/// Everything that leaves under a text with these lists and no table; `keyless` has no key.
fn seen(world: &World, lists: &[Lijst], keyless: Option<&str>) -> Result<Seen, RunFault> {
    let text = text(world, lists);
    let signature = sign(text.as_bytes(), &SIGNER.0, None, "proef").unwrap();
    let today = Datum::parse(world.peildatum.as_bytes()).unwrap();
    let key = TrustedKey::parse("fg", &SIGNER.1, None).unwrap();
    let signed = Signed::read(text.as_bytes(), &[signature], &[key], today).unwrap();
    let with_key = HOMES.iter().filter(|(gemeente, ..)| keyless != Some(&gemeente.to_string()));
    let recipients: Recipients = with_key.map(|(gemeente, _, recipient)| (*gemeente, Ok(recipient.clone()))).collect();
    let folder = Memory(world.files());
    let job = Koppeling {
        peildatum: Peildatum::new(today),
        today,
        today_set: true,
        accept_no_overlap: false,
        place: Workplace { folder: &folder, engine: &ONE, progress: &Quiet },
        clock: &Stopped,
        recipients: &recipients,
        withdrawals: None,
    };
    let mut taken = Taken::default();
    let mut register = Empty(Vec::new());
    let outcome = koppel(&job, signed, || Ok(&mut register), &mut taken)?;
    let refused = outcome.lijsten.into_iter();
    let refused = refused.map(|refusal| ((refusal.naam, refusal.gemeente.to_string()), refusal.reden)).collect();
    let mut all = Seen { lists: BTreeMap::new(), refused, verantwoording: serde_json::Value::Null, open: Vec::new() };
    for (name, bytes) in taken.0 {
        if name == "verantwoording.json" {
            all.verantwoording = serde_json::from_slice(&bytes).unwrap();
        }
        let Some(name) = name.strip_prefix("lijsten/").and_then(|name| name.strip_suffix(".csv.age")) else {
            all.open.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            continue;
        };
        let (list, code) = name.rsplit_once('-').unwrap();
        let mut opened =
            HOMES.iter().filter_map(|(gemeente, identity, _)| Some((gemeente, identity.open(&bytes).ok()?)));
        let (gemeente, plain) = opened.next().unwrap();
        assert_eq!(gemeente.to_string(), code, "sealed for another");
        assert!(opened.next().is_none(), "two can open it");
        assert!(plain.len().is_multiple_of(16_384));
        let text = String::from_utf8(plain.to_vec()).unwrap();
        let lines = text.trim_end_matches('\n').split('\n').map(str::to_owned).collect();
        assert!(all.lists.insert((list.to_owned(), code.to_owned()), lines).is_none());
    }
    all.open.extend(register.0.into_iter().map(|line| ("register".to_owned(), line)));
    Ok(all)
}

fn text(world: &World, lists: &[Lijst]) -> String {
    let text = world.policy_toml();
    let before = text.split("\n[[tabel]]").next().unwrap();
    std::iter::once(before.to_owned()).chain(lists.iter().map(Lijst::toml)).collect()
}

/// Compares one run with the naive lists; gives what came about.
fn compare(world: &World, lists: &[Lijst], keyless: Option<&str>) -> BTreeMap<&'static str, u64> {
    let (expected, found) = match (world.lists(lists), seen(world, lists, keyless)) {
        (Ok(expected), Ok(found)) => (expected, found),
        // Which fault is told, the classification's own oracle holds.
        (Err(_), Err(_)) => return BTreeMap::new(),
        (Err(expected), Ok(_)) => panic!("geweigerd hoort: {expected:?}"),
        (Ok(_), Err(found)) => panic!("onverwacht geweigerd: {found}"),
    };
    let mut met = expected.met.clone();
    for (place, page) in &expected.pages {
        let asked = lists.iter().find(|lijst| lijst.naam == place.0).unwrap();
        if keyless == Some(&place.1) {
            assert_eq!(found.refused.get(place), Some(&ListReason::GeenSleutel), "{place:?}");
            *met.entry("zonder sleutel").or_default() += 1;
        } else if page.too_large {
            assert_eq!(found.refused.get(place), Some(&ListReason::TeGroot), "{place:?}");
        } else {
            let lines = found.lists.get(place).unwrap_or_else(|| panic!("{place:?} ontbreekt"));
            let header: Vec<&str> =
                std::iter::once("verwijzing").chain(asked.velden.iter().map(String::as_str)).collect();
            assert_eq!(lines[0], header.join(";"));
            let mut rows: Vec<Vec<String>> =
                lines[1..].iter().map(|line| line.split(';').map(str::to_owned).collect()).collect();
            rows.sort();
            assert_eq!(rows, page.rows, "{place:?}");
            continue;
        }
        assert!(!found.lists.contains_key(place), "{place:?} geweigerd en toch uitgegaan");
    }
    assert_eq!(found.lists.len() + found.refused.len(), expected.pages.len(), "iets wat niemand vroeg");
    // A number that is told is the true one.
    let told = found.verantwoording["zonder_verwijzing"].as_u64();
    let without: u64 = expected.without.values().sum();
    assert!(told.is_none_or(|told| told == without), "{told:?} van {without}");
    *met.entry(if told.is_some() { "aantal zonder verwijzing" } else { "aantal verzwegen" }).or_default() += 1;
    met
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lists_and_naive_lists_agree(world in naive::worlds(), plans in naive::list_plans(), keyless in 0_usize..12) {
        let lists = naive::lay_on(&plans, &world);
        let keyless = world.policy.gemeenten.get(keyless).cloned();
        compare(&world, &lists, keyless.as_deref());
    }
}

/// What the comparison must have met to mean anything.
#[test]
fn the_comparison_meets_everything() {
    let mut met: BTreeMap<&str, u64> = BTreeMap::new();
    for (number, (world, lists)) in some(1000).enumerate() {
        let keyless = world.policy.gemeenten.get(number % 12).map(String::as_str);
        for (what, times) in compare(&world, &lists, keyless) {
            *met.entry(what).or_default() += times;
        }
    }
    for what in [
        "op de lijst",
        "niet die van de beslissende rij",
        "alleen die van een ander",
        "zonder verwijzing",
        "niet_benaderen",
        "niet_benaderen elders",
        "contact uitgezonderd",
        "betrokken",
        "misschien betrokken",
        "te groot",
        "precies het grootste aandeel",
        "niemand",
        "een lijst",
        "zonder sleutel",
        "aantal zonder verwijzing",
        "aantal verzwegen",
    ] {
        let times = met.get(what).copied().unwrap_or(0);
        assert!(times >= 4, "{what}: {times} of {met:?}");
    }
}

/// The order of rows says nothing: not of the file that they came from, nor of an earlier run.
#[test]
fn rows_stand_in_random_order() {
    // A hundred plain persons of the same kind: no order of two of them is the same by chance.
    let fits = |world: &World| world.deliveries.iter().any(|d| d.bron == "doelgroep" && d.rows.len() > 90);
    let (world, lists) = some(4000)
        .map(|(world, _)| world)
        .filter(fits)
        .find_map(|world| {
            let everybody = ["school", "werk", "uitkering", "geen_dagbesteding", "onbekend", "startkwalificatie"];
            let lijst = Lijst {
                naam: "allen".to_owned(),
                klassen: everybody.map(str::to_owned).to_vec(),
                velden: Vec::new(),
                ontvangers: world.policy.gemeenten.clone(),
                max_procent: 100,
                contact_uitgezonderd: Vec::new(),
                zonder_betrokkenheid: false,
            };
            let pages = world.lists(std::slice::from_ref(&lijst)).ok()?.pages;
            pages.values().any(|page| page.rows.len() > 15).then_some((world, vec![lijst]))
        })
        .unwrap();
    let [one, other] = [(); 2].map(|()| seen(&world, &lists, None).unwrap().lists);
    let longest = one.iter().max_by_key(|(_, lines)| lines.len()).unwrap().0;
    let (one, other) = (&one[longest][1..], &other[longest][1..]);
    assert_ne!(one, other, "twee keer dezelfde volgorde");
    let files = world.files();
    let place = |line: &String| {
        let found =
            files.iter().find_map(|(_, bytes)| bytes.windows(line.len()).position(|part| part == line.as_bytes()));
        found.unwrap()
    };
    let places: Vec<usize> = one.iter().map(place).collect();
    assert!(!places.is_sorted(), "de volgorde van het bestand");
    let mut handles = one.to_vec();
    handles.sort();
    assert_ne!(handles, one, "op volgorde van verwijzing");
}

/// Random worlds with lists, always the same ones.
fn some(count: usize) -> impl Iterator<Item = (World, Vec<Lijst>)> {
    let mut runner = TestRunner::deterministic();
    std::iter::repeat_with(move || {
        let world = naive::worlds().new_tree(&mut runner).unwrap().current();
        let plans = naive::list_plans().new_tree(&mut runner).unwrap().current();
        let lists = naive::lay_on(&plans, &world);
        (world, lists)
    })
    .take(count)
}

/// A whole run looks at nothing that its text does not name: with poison in every other column, and in
/// every column of a bron that is not listed, it comes out the same.
#[test]
fn a_run_never_looks_at_a_column_that_its_text_does_not_name() {
    let mut linked = 0;
    // Columns that nobody looked at though they were there, and those whose trap went off.
    let (mut kept, mut sprung) = (BTreeSet::new(), BTreeSet::new());
    for (world, lists) in some(300) {
        let policy = Policy::parse(text(&world, &lists).as_bytes()).unwrap();
        let named = |bron: &str| -> Option<Vec<String>> {
            if bron == "doelgroep" {
                return Some(policy.doelgroep_velden().iter().map(|name| (*name).to_owned()).collect());
            }
            let ask = policy.bronnen.get(&Bron::parse(bron.as_bytes()).unwrap())?;
            Some(ask.velden.iter().cloned().collect())
        };
        let poisoned = |also: Option<(&str, &str)>| {
            let mut world = world.clone();
            for delivery in &mut world.deliveries {
                let named = named(&delivery.bron);
                for (at, name) in delivery.header.iter().enumerate() {
                    let read = named.as_ref().is_some_and(|named| name == "pseudoniem" || named.contains(name));
                    if !read || also == Some((&delivery.bron, name)) {
                        delivery.rows.iter_mut().for_each(|row| row[at] = POISON.to_owned());
                    }
                }
            }
            world
        };
        let look = |world: &World| {
            let seen = seen(world, &lists, None).ok()?;
            let sorted = seen.lists.into_iter().map(|(place, mut lines)| {
                lines[1..].sort();
                (place, lines)
            });
            Some((sorted.collect::<BTreeMap<_, _>>(), seen.verantwoording["redenen"].clone()))
        };
        let clean = look(&world);
        assert_eq!(look(&poisoned(None)), clean);
        linked += usize::from(clean.is_some());
        if clean.is_none() {
            continue;
        }
        for delivery in world.deliveries.iter().filter(|delivery| !delivery.rows.is_empty()) {
            let named = named(&delivery.bron).unwrap_or_default();
            for name in delivery.header.iter().filter(|name| *name != "pseudoniem") {
                let column = (delivery.bron.clone(), name.clone());
                if !named.contains(name) {
                    kept.insert(column);
                } else if !sprung.contains(&column) {
                    // A column that this run does read springs the trap, where it serves.
                    let also = poisoned(Some((&delivery.bron, name)));
                    if catch_unwind(AssertUnwindSafe(|| look(&also))).is_err() {
                        sprung.insert(column);
                    }
                }
            }
        }
    }
    assert!(linked > 150, "{linked} gekoppeld");
    // The two together are every column there is: these texts have no table and name no column that no rule
    // needs, and each bron is at times not listed.
    let all = Bron::ALL.iter().flat_map(|bron| kolommen(*bron).iter().map(move |(name, _)| (bron, name)));
    let all: BTreeSet<_> = all.map(|(bron, name)| (bron.to_string(), (*name).to_owned())).collect();
    let never: BTreeSet<_> = [
        ("doelgroep", "geslacht"),
        ("doelgroep", "niveau"),
        ("onderwijs", "brin"),
        ("onderwijs", "soort"),
        ("onderwijs", "niveau"),
        ("uitkering", "soort"),
    ]
    .map(|(bron, name)| (bron.to_owned(), name.to_owned()))
    .into();
    assert_eq!(sprung, all.difference(&never).cloned().collect());
    let always = ["gemeente", "geboortemaand", "uitschrijfdatum", "uitstroomprofiel", "niet_benaderen", "verwijzing"];
    let always: BTreeSet<_> = always.map(|name| ("doelgroep".to_owned(), name.to_owned())).into();
    assert_eq!(kept, all.difference(&always).cloned().collect());
}

/// Who is involved says nothing of which party it is: where two parties trade names, every list, table
/// and number stays as it was. They are named as suppliers of a levering, and nowhere else.
#[test]
fn nothing_tells_which_party_is_involved() {
    let (mut traded, mut told_of_involvement) = (0, 0);
    for (mut world, lists) in some(500) {
        // Named suppliers would make what is covered depend on the name.
        world.policy.bronnen.insert("betrokkenheid".to_owned(), None);
        let parties: BTreeSet<String> = involved(&mut world)
            .filter(|delivery| !delivery.rows.is_empty())
            .map(|delivery| delivery.oin.clone())
            .collect();
        let [one, two, ..] = parties.iter().collect::<Vec<_>>()[..] else { continue };
        let mut other = world.clone();
        for delivery in involved(&mut other) {
            let swapped = if delivery.oin == *one { Some(two) } else { (delivery.oin == *two).then_some(one) };
            swapped.into_iter().for_each(|oin| delivery.oin.clone_from(oin));
        }
        for delivery in involved(&mut world).chain(involved(&mut other)) {
            delivery.naam = format!("Geheime hulp {}", delivery.oin);
        }
        let (Ok(before), Ok(after)) = (seen(&world, &lists, None), seen(&other, &lists, None)) else { continue };
        traded += 1;
        told_of_involvement += usize::from(world.lists(&lists).unwrap().met.contains_key("betrokken"));
        assert_eq!(told(before), told(after));
    }
    assert!(traded >= 60 && told_of_involvement >= 10, "{traded} keer geruild, {told_of_involvement} keer van belang");
}

fn involved(world: &mut World) -> impl Iterator<Item = &mut naive::Delivery> {
    world.deliveries.iter_mut().filter(|delivery| delivery.bron == "betrokkenheid")
}

/// Everything that a run tells anybody, without hashes, order, and the leveringen that it names.
fn told(seen: Seen) -> (Vec<(String, String)>, Vec<String>) {
    let lists = seen.lists.into_iter().map(|((naam, gemeente), mut lines)| {
        lines[1..].sort();
        (format!("{naam}-{gemeente}"), lines.join("\n"))
    });
    let open = seen.open.into_iter().map(|(name, text)| {
        let text = match name.as_str() {
            "register" | "verantwoording.json" => {
                let mut whole: serde_json::Value = serde_json::from_str(&text).unwrap();
                whole.as_object_mut().unwrap().remove("leveringen");
                whole.to_string()
            }
            _ => text,
        };
        assert!(!text.contains("Geheime hulp"), "{name}");
        (name, without_hashes(&text))
    });
    let refused = seen.refused.into_iter().map(|(place, reason)| format!("{place:?} {reason:?}"));
    (lists.chain(open).collect(), refused.collect())
}

/// A text without its hashes: leveringen differ, and sealed files differ every time.
fn without_hashes(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split('"') {
        let hash = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        words.push(if hash { "hash".to_owned() } else { word.to_owned() });
    }
    words.join("\"")
}
