//! The naive classification against outcomes written by hand from the rules,
//! and the generator against the claim that it reaches all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on must stop, and shows what it counted"
)]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use naive::world::{BRONNEN, columns, handle, hex, numbers, pseudoniem};
use naive::{Delivery, Outcome, POLICY_ID, Policy, Refusal, World, calendar, worlds};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sha2::{Digest, Sha256};

/// The person that most tests are about.
const P: &str = "p000000000000000000000000000000000000000000000000000000000000001";
const PARTY: &str = "00000001003214345000";
const OTHER_PARTY: &str = "00000001003214346000";

fn levering(bron: &str) -> Delivery {
    Delivery {
        file: format!("{bron}.csv"),
        bron: bron.into(),
        oin: PARTY.into(),
        naam: "Partij".into(),
        identificatie: "bsn".into(),
        periode: "2026-10".into(),
        dekking: "volledig".into(),
        sleutel_id: "0123456789abcdef".into(),
        aangemaakt: "2026-10-05T08:30:00Z".into(),
        header: columns(bron).iter().map(|&name| name.into()).collect(),
        rows: Vec::new(),
    }
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|&value| value.into()).collect()
}

/// One person of 20 in Dalfsen, living there; every source is complete and knows
/// nothing more: geen_dagbesteding.
fn world() -> World {
    let mut deliveries = vec![levering("doelgroep")];
    deliveries.extend(BRONNEN.map(levering));
    let mut world = World {
        peildatum: "2026-10-01".into(),
        policy: Policy {
            regio: "10".into(),
            gemeenten: owned(&["0148", "0193"]),
            leeftijd_van: 16,
            leeftijd_tot: 27,
            cohort: "alle".into(),
            inkomen_boven_cent: 30_000,
            inkomen_maand: None,
            bronnen: BRONNEN.map(|bron| (bron.into(), None)).into(),
        },
        deliveries,
    };
    let person = ["0148", "2006-05", "v", "2025-06-30", "mbo-2", "", "", "", ""];
    world.add("doelgroep", &person);
    world.add("brp", &["ingezetene", "2010-01-01", "0148"]);
    world
}

/// Shorthand for building and asking.
trait Build {
    fn of(&mut self, bron: &str) -> &mut Delivery;
    fn add(&mut self, bron: &str, values: &[&str]);
    fn copy_of(&mut self, bron: &str, change: impl Fn(&mut Delivery));
    fn person(&mut self, column: &str, value: &str);
    fn drop_levering(&mut self, bron: &str);
    fn make_own(&mut self);
    fn only(&self) -> Outcome;
    fn says(&self, klasse: &str, reden: &str);
}

impl Build for World {
    /// The first levering of a source.
    fn of(&mut self, bron: &str) -> &mut Delivery {
        let found = self.deliveries.iter_mut().find(|d| d.bron == bron);
        found.expect("such a levering")
    }

    /// Adds a row about the person.
    fn add(&mut self, bron: &str, values: &[&str]) {
        let mut row = vec![P.to_owned()];
        row.extend(owned(values));
        self.of(bron).rows.push(row);
    }

    /// Adds a changed copy of the first levering of a source.
    fn copy_of(&mut self, bron: &str, change: impl Fn(&mut Delivery)) {
        let mut copy = self.of(bron).clone();
        copy.file = format!("{}-{}", self.deliveries.len(), copy.file);
        change(&mut copy);
        self.deliveries.push(copy);
    }

    /// Sets a value in the person's doelgroep row.
    fn person(&mut self, column: &str, value: &str) {
        let list = self.of("doelgroep");
        let place = list.header.iter().position(|name| name == column);
        list.rows[0][place.expect("such a column")] = value.into();
    }

    fn drop_levering(&mut self, bron: &str) {
        self.deliveries.retain(|d| d.bron != bron);
    }

    /// The person is known by an onderwijsnummer only, and so is everybody else.
    fn make_own(&mut self) {
        self.drop_levering("inkomen");
        self.drop_levering("uitkering");
        for delivery in &mut self.deliveries {
            delivery.identificatie = "own".into();
        }
    }

    fn only(&self) -> Outcome {
        let outcomes = self.classify().expect("no refusal");
        assert_eq!(outcomes.len(), 1, "{outcomes:?}");
        outcomes[0].clone()
    }

    fn says(&self, klasse: &str, reden: &str) {
        let outcome = self.only();
        assert_eq!((outcome.klasse.as_str(), outcome.reden.as_str()), (klasse, reden));
    }
}

fn with(change: impl Fn(&mut World)) -> World {
    let mut world = world();
    change(&mut world);
    world
}

fn enrolled(world: &mut World) {
    world.add("onderwijs", &["", "mbo-bol", "", "2026-08-01", "", ""]);
}

fn earns(world: &mut World, cents: i64) {
    world.add("inkomen", &["2026-10", &cents.to_string(), "loon"]);
}

fn on_benefit(world: &mut World) {
    world.add("uitkering", &["participatiewet", "2026-01-01", ""]);
}

#[test]
fn rule_8_nothing_found_anywhere() {
    let outcome = world().only();
    let expected = Outcome {
        identificatie: "bsn".into(),
        pseudoniem: P.into(),
        gemeente: "0148".into(),
        klasse: "geen_dagbesteding".into(),
        reden: "niets_gevonden".into(),
        leeftijdsgroep: "18-22".into(),
        geslacht: "v".into(),
        cohort: "oud".into(),
        niveau: "mbo-2".into(),
        contact: "onbekend".into(),
        combinatie: "geen".into(),
        prioriteit: "1".into(),
        betrokkenheid: "geen".into(),
    };
    assert_eq!(outcome, expected);
}

#[test]
fn rule_1_age() {
    let born = |month: &str| with(|w| w.person("geboortemaand", month));
    born("2010-11").says("buiten_doelgroep", "leeftijd"); // 15
    born("2010-10").says("geen_dagbesteding", "niets_gevonden"); // 16 this month
    born("1999-11").says("geen_dagbesteding", "niets_gevonden"); // still 26
    born("1999-10").says("buiten_doelgroep", "leeftijd"); // 27
    // Before everything else, even a profile.
    with(|w| {
        w.person("geboortemaand", "2010-11");
        w.person("uitstroomprofiel", "dagbesteding");
    })
    .says("buiten_doelgroep", "leeftijd");
    for (month, group) in [
        ("2010-11", "0-15"),
        ("2010-10", "16-17"),
        ("2008-11", "16-17"),
        ("2008-10", "18-22"),
        ("2003-11", "18-22"),
        ("2003-10", "23-26"),
        ("1999-10", "27+"),
        ("2026-11", "0-15"),
    ] {
        assert_eq!(born(month).only().leeftijdsgroep, group, "{month}");
    }
}

#[test]
fn rule_2_profile() {
    with(|w| {
        w.person("uitstroomprofiel", "dagbesteding");
        w.add("brp", &["overleden", "2026-01-01", ""]);
        enrolled(w);
    })
    .says("buiten_doelgroep", "uitstroomprofiel");
    with(|w| w.person("uitstroomprofiel", "arbeid")).says("geen_dagbesteding", "niets_gevonden");
}

#[test]
fn rule_3_gone() {
    for (status, reden) in [("overleden", "overleden"), ("geemigreerd", "geemigreerd")] {
        let gone = |since: &str| with(|w| w.add("brp", &[status, since, ""]));
        gone("2026-10-01").says("buiten_doelgroep", reden);
        // Not yet.
        gone("2026-10-02").says("geen_dagbesteding", "niets_gevonden");
        for active in [enrolled, on_benefit, |w: &mut World| earns(w, 30_001)] {
            let mut world = gone("2026-10-01");
            active(&mut world);
            world.says("onbekend", "tegenstrijdig");
            assert_eq!(world.only().gemeente, "0148");
        }
        // A diploma is no activity, and comes after this rule.
        let mut world = gone("2026-10-01");
        world.add("onderwijs", &["", "mbo-bol", "", "", "", "2026-01-01"]);
        world.says("buiten_doelgroep", reden);
        // Gone and back.
        let mut world = gone("2026-09-01");
        world.add("brp", &["ingezetene", "2026-09-02", "0148"]);
        world.says("geen_dagbesteding", "niets_gevonden");
    }
}

#[test]
fn rule_3_contradiction() {
    let twice = |status: &str, place: &str| with(|w| w.add("brp", &[status, "2010-01-01", place]));
    twice("ingezetene", "0148").says("geen_dagbesteding", "niets_gevonden");
    twice("ingezetene", "0193").says("onbekend", "tegenstrijdig");
    twice("overleden", "").says("onbekend", "tegenstrijdig");
    assert_eq!(twice("ingezetene", "0193").only().gemeente, "0148");
    // An older contradiction is settled by a newer row.
    let mut world = twice("overleden", "");
    world.add("brp", &["ingezetene", "2011-01-01", "0148"]);
    world.says("geen_dagbesteding", "niets_gevonden");
    // Over leveringen of different parties.
    with(|w| {
        w.copy_of("brp", |d| {
            d.oin = OTHER_PARTY.into();
            d.rows[0][3] = "0193".into();
        });
    })
    .says("onbekend", "tegenstrijdig");
}

#[test]
fn rule_4_movers() {
    let moved = |place: &str| with(|w| w.add("brp", &["ingezetene", "2026-10-01", place]));
    moved("0166").says("buiten_doelgroep", "verhuisd");
    assert_eq!(moved("0166").only().gemeente, "0148");
    moved("0193").says("geen_dagbesteding", "niets_gevonden");
    assert_eq!(moved("0193").only().gemeente, "0193");
    // Who was stopped earlier is not moved.
    let mut world = moved("0193");
    world.person("uitstroomprofiel", "dagbesteding");
    assert_eq!(world.only().gemeente, "0148");
    // A partial brp moves people as well.
    let mut world = moved("0193");
    world.of("brp").dekking = "gedeeltelijk".into();
    enrolled(&mut world);
    world.says("school", "ingeschreven");
    assert_eq!(world.only().gemeente, "0193");
    // Without brp nobody moves or dies.
    let mut world = moved("0166");
    world.add("brp", &["overleden", "2026-10-01", ""]);
    world.policy.bronnen.remove("brp");
    world.says("geen_dagbesteding", "niets_gevonden");
}

#[test]
fn rule_5_diploma() {
    let obtained = |date: &str| with(|w| w.add("onderwijs", &["", "vo", "", "", "", date]));
    obtained("2026-10-01").says("startkwalificatie", "diploma");
    obtained("2026-10-02").says("geen_dagbesteding", "niets_gevonden");
    // Above school, and in a partial source too.
    let mut world = obtained("2020-01-01");
    enrolled(&mut world);
    world.of("onderwijs").dekking = "gedeeltelijk".into();
    world.says("startkwalificatie", "diploma");
    assert_eq!(world.only().combinatie, "school");
    // Withdrawn by a newer levering of the same party.
    let mut world = obtained("2020-01-01");
    world.copy_of("onderwijs", |d| {
        d.aangemaakt = "2026-10-05T08:30:01Z".into();
        d.rows.clear();
    });
    world.says("geen_dagbesteding", "niets_gevonden");
    // Not by another party's.
    let mut world = obtained("2020-01-01");
    world.copy_of("onderwijs", |d| {
        d.oin = OTHER_PARTY.into();
        d.aangemaakt = "2026-10-05T08:30:01Z".into();
        d.rows.clear();
    });
    world.says("startkwalificatie", "diploma");
}

#[test]
fn rule_6_school_over_work_over_benefit() {
    let mut world = world();
    on_benefit(&mut world);
    world.says("uitkering", "uitkering");
    assert_eq!(world.only().prioriteit, "5");
    earns(&mut world, 30_000);
    world.says("uitkering", "uitkering");
    assert_eq!(world.only().prioriteit, "4");
    earns(&mut world, 1);
    world.says("werk", "inkomen");
    assert_eq!(world.only().combinatie, "werk+uitkering");
    enrolled(&mut world);
    world.says("school", "ingeschreven");
    assert_eq!(world.only().combinatie, "school+werk+uitkering");
    assert_eq!(world.only().prioriteit, "4");
}

#[test]
fn evidence_of_school_and_benefit() {
    for (van, tot, active) in [
        ("2026-10-01", "", true),
        ("2026-10-02", "", false),
        ("2026-01-01", "2026-10-01", true),
        ("2026-01-01", "2026-09-30", false),
        ("2026-10-01", "2026-10-01", true),
    ] {
        let school = with(|w| w.add("onderwijs", &["", "vo", "", van, tot, ""])).only();
        assert_eq!(school.klasse == "school", active, "{van} {tot}");
        let benefit = with(|w| w.add("uitkering", &["ww", van, tot])).only();
        assert_eq!(benefit.klasse == "uitkering", active, "{van} {tot}");
    }
    // No beginning, no enrolment.
    with(|w| w.add("onderwijs", &["", "vo", "", "", "", ""])).says("geen_dagbesteding", "niets_gevonden");
}

#[test]
fn evidence_of_work() {
    let paid = |rows: &[(&str, i64, &str)]| {
        with(|w| {
            for (month, cents, soort) in rows {
                w.add("inkomen", &[month, &cents.to_string(), soort]);
            }
        })
        .only()
    };
    for (rows, klasse, prioriteit) in [
        (&[("2026-10", 30_000, "loon")][..], "geen_dagbesteding", "2"),
        (&[("2026-10", 30_001, "loon")], "werk", "3"),
        (&[("2026-10", 1, "loon")], "geen_dagbesteding", "2"),
        (&[("2026-10", 0, "loon")], "geen_dagbesteding", "1"),
        (&[("2026-10", -1, "loon")], "geen_dagbesteding", "1"),
        (&[("2026-10", 15_000, "ziektewet"), ("2026-10", 15_001, "zelfstandig")], "werk", "3"),
        (&[("2026-10", 30_001, "loon"), ("2026-10", -1, "loon")], "geen_dagbesteding", "2"),
        (&[("2026-10", 15_001, "loon"), ("2026-10", 15_001, "loon")], "werk", "3"),
        (&[("2026-10", 90_000, "pensioen")], "geen_dagbesteding", "1"),
        (&[("2026-09", 90_000, "loon")], "geen_dagbesteding", "1"),
        (&[("2026-11", 90_000, "loon")], "geen_dagbesteding", "1"),
    ] {
        let outcome = paid(rows);
        assert_eq!((outcome.klasse.as_str(), outcome.prioriteit.as_str()), (klasse, prioriteit), "{rows:?}");
    }
    // Employers in leveringen of different parties add up.
    let mut world = world();
    earns(&mut world, 15_001);
    world.copy_of("inkomen", |d| d.oin = OTHER_PARTY.into());
    world.says("werk", "inkomen");
}

#[test]
fn the_income_month_can_be_the_previous() {
    let mut world = world();
    world.peildatum = "2026-01-31".into();
    world.policy.inkomen_maand = Some("vorige".into());
    for delivery in &mut world.deliveries {
        delivery.periode = "2026-01".into();
        delivery.aangemaakt = "2026-01-31T00:00:00Z".into();
    }
    world.add("inkomen", &["2025-12", "50000", "loon"]);
    world.says("onbekend", "bron_ontbreekt");
    world.of("inkomen").periode = "2025-12".into();
    world.says("werk", "inkomen");
    world.of("inkomen").rows[0][1] = "2026-01".into();
    world.says("geen_dagbesteding", "niets_gevonden");
}

#[test]
fn rule_7_unknown() {
    for bron in ["onderwijs", "inkomen", "uitkering", "brp"] {
        // Missing, stale, of another month: nothing serves.
        with(|w| w.drop_levering(bron)).says("onbekend", "bron_ontbreekt");
        with(|w| w.of(bron).aangemaakt = "2026-09-30T23:59:59Z".into()).says("onbekend", "bron_ontbreekt");
        with(|w| w.of(bron).periode = "2026-09".into()).says("onbekend", "bron_ontbreekt");
        // On the peildatum is in time.
        with(|w| w.of(bron).aangemaakt = "2026-10-01T00:00:00Z".into()).says("geen_dagbesteding", "niets_gevonden");
        with(|w| w.of(bron).dekking = "gedeeltelijk".into()).says("onbekend", "bron_gedeeltelijk");
        // Unlisted: brp is simply not needed, the others are.
        let unlisted = with(|w| {
            w.policy.bronnen.remove(bron);
        });
        if bron == "brp" {
            unlisted.says("geen_dagbesteding", "niets_gevonden");
        } else {
            unlisted.says("onbekend", "bron_ontbreekt");
        }
    }
    // Missing goes before partial.
    with(|w| {
        w.of("onderwijs").dekking = "gedeeltelijk".into();
        w.drop_levering("uitkering");
    })
    .says("onbekend", "bron_ontbreekt");
    with(|w| w.of("brp").rows.clear()).says("onbekend", "niet_in_brp");
    with(|w| w.of("brp").rows[0][2] = "2026-10-02".into()).says("onbekend", "niet_in_brp");
    with(|w| {
        w.of("brp").rows.clear();
        w.of("brp").dekking = "gedeeltelijk".into();
    })
    .says("onbekend", "bron_gedeeltelijk");
    // What is found is found, however little else is known.
    let mut world = with(|w| {
        w.drop_levering("inkomen");
        w.of("uitkering").dekking = "gedeeltelijk".into();
    });
    on_benefit(&mut world);
    world.says("uitkering", "uitkering");
    assert_eq!(world.only().prioriteit, "onbekend");
    // An unlisted source proves nothing.
    let mut world = world_without_school();
    enrolled(&mut world);
    world.says("onbekend", "bron_ontbreekt");
    assert_eq!(world.only().combinatie, "geen");
}

fn world_without_school() -> World {
    with(|w| {
        w.policy.bronnen.remove("onderwijs");
    })
}

#[test]
fn rule_7_onderwijsnummer() {
    with(World::make_own).says("onbekend", "geen_bsn");
    let mut world = with(World::make_own);
    enrolled(&mut world);
    world.says("school", "ingeschreven");
    assert_eq!(world.only().prioriteit, "onbekend");
    assert_eq!(world.only().identificatie, "own");
    // brp applies where it knows the onderwijsnummer.
    with(|w| {
        w.make_own();
        w.add("brp", &["overleden", "2026-10-01", ""]);
    })
    .says("buiten_doelgroep", "overleden");
    with(|w| {
        w.make_own();
        w.add("brp", &["ingezetene", "2026-10-01", "0166"]);
    })
    .says("buiten_doelgroep", "verhuisd");
    // Rows under a BSN are about somebody else, whatever the pseudoniem.
    with(|w| {
        w.make_own();
        w.of("brp").identificatie = "bsn".into();
        w.add("brp", &["overleden", "2026-10-01", ""]);
        w.of("onderwijs").identificatie = "bsn".into();
        enrolled(w);
    })
    .says("onbekend", "geen_bsn");
}

#[test]
fn coverage_by_listed_parties() {
    let partial = |required: &[&str]| {
        with(|w| {
            let required = Some(owned(required));
            w.policy.bronnen.insert("inkomen".into(), required);
            w.of("inkomen").dekking = "gedeeltelijk".into();
        })
    };
    partial(&[PARTY]).says("geen_dagbesteding", "niets_gevonden");
    let mut world = partial(&[PARTY, OTHER_PARTY]);
    world.says("onbekend", "bron_gedeeltelijk");
    world.copy_of("inkomen", |d| d.oin = OTHER_PARTY.into());
    world.says("geen_dagbesteding", "niets_gevonden");
    // One complete levering covers, whoever else is missing.
    let mut world = partial(&[OTHER_PARTY]);
    world.of("inkomen").dekking = "volledig".into();
    world.says("geen_dagbesteding", "niets_gevonden");
    // The newest levering counts, also when it covers less.
    with(|w| {
        w.copy_of("inkomen", |d| {
            d.dekking = "gedeeltelijk".into();
            d.aangemaakt = "2026-10-06T00:00:00Z".into();
        });
    })
    .says("onbekend", "bron_gedeeltelijk");
}

#[test]
fn cohort() {
    for (peildatum, left, expected) in [
        ("2026-10-01", "2025-10-01", "oud"),
        ("2026-10-01", "2025-10-02", "nieuw"),
        ("2026-10-01", "2026-11-01", "nieuw"),
        ("2026-10-01", "", "onbekend"),
        ("2028-02-29", "2027-02-28", "oud"),
        ("2028-02-29", "2027-03-01", "nieuw"),
        ("2025-02-28", "2024-02-28", "oud"),
        ("2025-02-28", "2024-02-29", "nieuw"),
    ] {
        for policy in ["alle", "oud", "nieuw"] {
            let mut world = world();
            world.policy.cohort = policy.into();
            world.peildatum = peildatum.into();
            for delivery in &mut world.deliveries {
                delivery.periode = peildatum[..7].into();
                delivery.aangemaakt = format!("{peildatum}T12:00:00Z");
            }
            world.person("uitschrijfdatum", left);
            let outcomes = world.classify().unwrap();
            if policy == "alle" || policy == expected {
                assert_eq!(outcomes[0].cohort, expected, "{peildatum} {left} {policy}");
            } else {
                assert_eq!(outcomes, [], "{peildatum} {left} {policy}");
            }
        }
    }
}

#[test]
fn one_person_in_two_doelgroep_leveringen() {
    let second = |oin: &str, made: &str, place: &str| {
        with(|w| {
            w.copy_of("doelgroep", |d| {
                d.oin = oin.into();
                d.aangemaakt = made.into();
                d.rows[0][1] = place.into();
            });
        })
        .classify()
        .unwrap()
    };
    // The newest, and at the same moment the higher OIN; before the filter.
    let newer = second("00000001003214000000", "2026-10-05T08:30:01Z", "0166");
    assert_eq!(newer.len(), 0);
    let older = second(OTHER_PARTY, "2026-10-05T08:29:59Z", "0166");
    assert_eq!(older.len(), 1);
    let higher = second(OTHER_PARTY, "2026-10-05T08:30:00Z", "0166");
    assert_eq!(higher.len(), 0);
    let lower = second("00000001003214000000", "2026-10-05T08:30:00Z", "0166");
    assert_eq!(lower.len(), 1);
}

#[test]
fn the_same_pseudoniem_as_onderwijsnummer_is_somebody_else() {
    let outcomes = with(|w| {
        enrolled(w);
        w.copy_of("doelgroep", |d| d.identificatie = "own".into());
    })
    .classify()
    .unwrap();
    let klassen: Vec<(&str, &str)> =
        outcomes.iter().map(|outcome| (outcome.identificatie.as_str(), outcome.reden.as_str())).collect();
    assert_eq!(klassen, [("bsn", "ingeschreven"), ("own", "geen_bsn")]);
}

#[test]
fn betrokkenheid() {
    let parties = |count: usize, since: &str| {
        with(|w| {
            w.add("betrokkenheid", &[since]);
            w.add("betrokkenheid", &["2020-01-01"]);
            if since > "2026-10-01" {
                w.of("betrokkenheid").rows.pop();
            }
            for number in 1..count {
                w.copy_of("betrokkenheid", |d| d.oin = format!("{number:020}"));
            }
        })
    };
    for (count, expected) in [(1, "een"), (2, "meer"), (3, "meer")] {
        let outcome = parties(count, "2026-10-01").only();
        assert_eq!(outcome.betrokkenheid, expected);
    }
    assert_eq!(parties(3, "2026-10-02").only().betrokkenheid, "geen");
    let mut world = parties(2, "2026-10-01");
    for delivery in &mut world.deliveries {
        if delivery.bron == "betrokkenheid" {
            delivery.dekking = "gedeeltelijk".into();
        }
    }
    assert_eq!(world.only().betrokkenheid, "onbekend");
    world.says("geen_dagbesteding", "niets_gevonden");
    let unlisted = with(|w| {
        w.policy.bronnen.remove("betrokkenheid");
    });
    assert_eq!(unlisted.only().betrokkenheid, "onbekend");
}

#[test]
fn refusals() {
    let refused = |change: &dyn Fn(&mut World)| with(change).classify().err();
    assert_eq!(
        refused(&|w| w.of("doelgroep").aangemaakt = "2026-09-30T23:59:59Z".into()),
        Some(Refusal::GeenDoelgroep)
    );
    // A tie between different files; not one file twice, not in what does not serve.
    assert_eq!(refused(&|w| w.copy_of("brp", |d| d.rows.clear())), Some(Refusal::GelijkeStand));
    assert_eq!(refused(&|w| w.copy_of("brp", |_| {})), None);
    assert_eq!(
        refused(&|w| {
            w.copy_of("brp", |d| d.rows.clear());
            w.copy_of("brp", |d| d.aangemaakt = "2026-10-06T00:00:00Z".into());
        }),
        None
    );
    assert_eq!(
        refused(&|w| {
            w.copy_of("brp", |d| d.rows.clear());
            w.policy.bronnen.remove("brp");
        }),
        None
    );
    // A levering under another key.
    let other_key = |d: &mut Delivery| d.sleutel_id = "fedcba9876543210".into();
    assert_eq!(refused(&|w| other_key(w.of("betrokkenheid"))), Some(Refusal::Sleutel));
    assert_eq!(
        refused(&|w| {
            other_key(w.of("betrokkenheid"));
            w.policy.bronnen.remove("betrokkenheid");
        }),
        None
    );
    assert_eq!(
        refused(&|w| {
            let row = w.of("doelgroep").rows[0].clone();
            w.of("doelgroep").rows.push(row);
        }),
        Some(Refusal::DubbelePersoon)
    );
}

#[test]
fn refusal_without_overlap() {
    let large = |persons: usize| {
        with(|w| {
            for number in 1..persons {
                let mut row = w.of("doelgroep").rows[0].clone();
                row[0] = format!("{number:064}");
                // Who is filtered out later counts here.
                row[1] = "0166".into();
                w.of("doelgroep").rows.push(row);
            }
            for bron in ["onderwijs", "inkomen", "uitkering", "betrokkenheid"] {
                w.drop_levering(bron);
            }
        })
    };
    let school = |d: &mut Delivery| {
        d.bron = "onderwijs".into();
        d.header = owned(columns("onderwijs"));
        d.rows.clear();
    };
    let mut world = large(101);
    assert_eq!(world.classify().err(), None);
    world.copy_of("brp", school);
    assert_eq!(world.classify().err(), Some(Refusal::GeenOverlap("onderwijs".into())));
    // Any row of anybody is overlap.
    let mut touched = world.clone();
    touched.add("onderwijs", &["", "vo", "", "", "", ""]);
    assert_eq!(touched.classify().err(), None);
    // Not asked of a partial source, an unlisted one, or 100 persons.
    let mut partial = world.clone();
    partial.of("onderwijs").dekking = "gedeeltelijk".into();
    assert_eq!(partial.classify().err(), None);
    world.policy.bronnen.remove("onderwijs");
    assert_eq!(world.classify().err(), None);
    let mut hundred = large(100);
    hundred.copy_of("brp", school);
    assert_eq!(hundred.classify().err(), None);
}

#[test]
fn the_calendar() {
    use calendar::{add_days, add_months, days_in_month, is_leap, year_earlier};
    assert!(is_leap(2024) && is_leap(2000) && !is_leap(2026) && !is_leap(2100));
    let lengths: Vec<i64> = (1..=12).map(|month| days_in_month((2026, month))).collect();
    assert_eq!(lengths, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    assert_eq!(add_days((2024, 2, 28), 2), (2024, 3, 1));
    assert_eq!(add_days((2025, 3, 1), -366), (2024, 2, 29));
    assert_eq!(add_days((2026, 12, 31), 1), (2027, 1, 1));
    assert_eq!(add_months((2026, 1), -13), (2024, 12));
    assert_eq!(year_earlier((2028, 2, 29)), (2027, 2, 28));
    assert_eq!(year_earlier((2026, 10, 31)), (2025, 10, 31));
}

#[test]
fn numbers_and_pseudoniemen() {
    let own = numbers("own", 2);
    // Weights 9, 8, 7, 6, 5, 4, 3, 2 and −1.
    for number in own {
        let digits: Vec<i64> = number.to_string().bytes().map(|b| i64::from(b - 48)).collect();
        let weighted: i64 = (2..=9).rev().zip(&digits).map(|(w, d)| w * d).sum();
        assert_eq!((weighted - digits[8]).rem_euclid(11), 5);
        assert!(number.to_string().starts_with("10"));
    }
    assert!(numbers("bsn", 9_000).contains(&999_993_847));
    let name = pseudoniem(&[0; 32], "bsn", 9_921);
    assert_eq!(name.len(), 64);
    assert_ne!(name, pseudoniem(&[0; 32], "own", 9_921));
    assert_eq!(handle("x").len(), 139);
}

/// Reads a data file back by the book: RFC 4180 with `;`, any line end, empty
/// lines and a byte order mark ignored.
fn read_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        // No value of a data file holds a separator or a line end.
        let fields = line.split(';').map(|field| {
            let inner = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            inner.unwrap_or(field).to_owned()
        });
        records.push(fields.collect());
    }
    records
}

fn check_files(world: &World) {
    let files: BTreeMap<String, Vec<u8>> = world.files().into_iter().collect();
    assert_eq!(files.len(), 2 * world.deliveries.len(), "names differ");
    for delivery in &world.deliveries {
        let data = &files[&delivery.file];
        let manifest = &files[&format!("{}.manifest.json", delivery.file)];
        let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
        assert_eq!(manifest["sha256"], hex(&Sha256::digest(data)));
        assert_eq!(manifest["records"], delivery.rows.len());
        assert_eq!(manifest["leverancier"]["oin"], delivery.oin.as_str());
        assert_eq!(delivery.oin.len(), 20);
        let records = read_csv(data);
        assert_eq!(records.len(), delivery.rows.len() + 1);
        let header: BTreeSet<&str> = records[0].iter().map(String::as_str).collect();
        assert_eq!(header, columns(&delivery.bron).iter().copied().collect());
        for (record, row) in records[1..].iter().zip(&delivery.rows) {
            for (name, value) in records[0].iter().zip(record) {
                assert_eq!(delivery.cell(row, name), value);
            }
        }
    }
    let policy = world.policy_toml();
    assert!(policy.contains(&format!("id = \"{POLICY_ID}\"")));
    for bron in world.policy.bronnen.keys() {
        assert!(policy.contains(&format!("\n{bron} = {{ velden = [")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_worlds_are_sane(world in worlds()) {
        check_files(&world);
        prop_assert!(!world.policy.bronnen.is_empty());
        let result = world.classify();
        prop_assert_eq!(&result, &world.classify());
        let mut seen = BTreeSet::new();
        for outcome in result.unwrap_or_default() {
            prop_assert!(world.policy.gemeenten.contains(&outcome.gemeente));
            prop_assert!(world.policy.cohort == "alle" || world.policy.cohort == outcome.cohort);
            prop_assert!(seen.insert((outcome.identificatie.clone(), outcome.pseudoniem.clone())));
            if outcome.identificatie == "own" {
                prop_assert_ne!(&outcome.klasse, "geen_dagbesteding");
                prop_assert_ne!(&outcome.klasse, "werk");
                prop_assert_eq!(&outcome.prioriteit, "onbekend");
            }
        }
        // The order of the folder decides nothing.
        let mut reversed = world.clone();
        reversed.deliveries.reverse();
        prop_assert_eq!(reversed.classify().is_ok(), world.classify().is_ok());
        if let (Ok(one), Ok(other)) = (reversed.classify(), world.classify()) {
            prop_assert_eq!(one, other);
        }
    }
}

/// Every value that some dimension of an outcome can have.
const EXPECTED: [(&str, &[&str]); 12] = [
    (
        "klasse",
        &["school", "werk", "uitkering", "geen_dagbesteding", "onbekend", "startkwalificatie", "buiten_doelgroep"],
    ),
    (
        "reden",
        &[
            "leeftijd",
            "uitstroomprofiel",
            "overleden",
            "geemigreerd",
            "tegenstrijdig",
            "verhuisd",
            "diploma",
            "ingeschreven",
            "inkomen",
            "uitkering",
            "geen_bsn",
            "bron_ontbreekt",
            "bron_gedeeltelijk",
            "niet_in_brp",
            "niets_gevonden",
        ],
    ),
    ("identificatie", &["bsn", "own"]),
    ("leeftijdsgroep", &["0-15", "16-17", "18-22", "23-26", "27+"]),
    ("geslacht", &["m", "v", "x", "onbekend"]),
    ("cohort", &["oud", "nieuw", "onbekend"]),
    (
        "niveau",
        &[
            "onbekend", "vmbo-bb", "vmbo-kb", "vmbo-gl", "vmbo-tl", "havo", "vwo", "pro", "vso", "entree", "mbo-2",
            "mbo-3", "mbo-4", "ho",
        ],
    ),
    ("contact", &["onbekend", "geen_contact", "in_beeld", "bereikt", "begeleiding"]),
    (
        "combinatie",
        &[
            "geen",
            "school",
            "werk",
            "uitkering",
            "school+werk",
            "school+uitkering",
            "werk+uitkering",
            "school+werk+uitkering",
        ],
    ),
    ("prioriteit", &["1", "2", "3", "4", "5", "onbekend"]),
    ("betrokkenheid", &["geen", "een", "meer", "onbekend"]),
    ("weigering", &["GeenDoelgroep", "GelijkeStand", "Sleutel", "DubbelePersoon", "GeenOverlap"]),
];

#[test]
fn the_generator_reaches_everything() {
    const WORLDS: usize = 3_000;
    let mut runner = TestRunner::deterministic();
    let strategy = worlds();
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let (mut refused, mut empty, mut large, mut moved) = (0, 0, 0, 0);
    for _ in 0..WORLDS {
        let world = strategy.new_tree(&mut runner).unwrap().current();
        let mut count = |dimension, value: &str| {
            *counts.entry((dimension, value.to_owned())).or_default() += 1;
        };
        match world.classify() {
            Err(refusal) => {
                refused += 1;
                let shown = format!("{refusal:?}");
                count("weigering", shown.split('(').next().unwrap());
            }
            Ok(outcomes) => {
                empty += usize::from(outcomes.is_empty());
                for outcome in outcomes {
                    count("klasse", &outcome.klasse);
                    count("reden", &outcome.reden);
                    count("identificatie", &outcome.identificatie);
                    count("leeftijdsgroep", &outcome.leeftijdsgroep);
                    count("geslacht", &outcome.geslacht);
                    count("cohort", &outcome.cohort);
                    count("niveau", &outcome.niveau);
                    count("contact", &outcome.contact);
                    count("combinatie", &outcome.combinatie);
                    count("prioriteit", &outcome.prioriteit);
                    count("betrokkenheid", &outcome.betrokkenheid);
                    let listed = world.deliveries.iter().any(|delivery| {
                        delivery.bron == "doelgroep"
                            && delivery.rows.iter().any(|row| {
                                delivery.cell(row, "pseudoniem") == outcome.pseudoniem
                                    && delivery.cell(row, "gemeente") == outcome.gemeente
                            })
                    });
                    moved += usize::from(!listed);
                }
            }
        }
        let rows = |d: &Delivery| d.bron == "doelgroep" && d.rows.len() > 90;
        large += usize::from(world.deliveries.iter().any(rows));
    }
    println!("{WORLDS} worlds: {refused} refused, {empty} without outcome, {large} large, {moved} persons moved");
    for ((dimension, value), count) in &counts {
        println!("{dimension:>15} {value:<24} {count}");
    }
    for (dimension, values) in EXPECTED {
        for value in values {
            let count = counts.remove(&(dimension, (*value).to_owned()));
            assert!(count.is_some_and(|count| count >= 3), "{dimension} {value}: {count:?}");
        }
    }
    assert_eq!(counts.keys().next(), None, "values that nobody expected");
    assert!(moved >= 50 && large >= 50, "{moved} moved, {large} large");
    let share = refused as f64 / WORLDS as f64;
    assert!((0.04..0.14).contains(&share), "{refused} refused");
}
