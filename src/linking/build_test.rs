use super::*;
use crate::ingest::{DoelgroepRow, Pushed};
use crate::pseudonym::{Key, Role, VerwijzingKey};
use crate::terms::{Gemeente, Maand};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A row: in which levering, about whom, where, and what it says; nothing where it is faulty.
#[derive(Clone, Debug)]
struct Given {
    rank: Rank,
    person: u8,
    line: u64,
    says: Option<Says>,
}

#[derive(Clone, Copy, Debug)]
struct Says {
    gemeente: u8,
    alone: bool,
    handle: bool,
}

const PLACES: [&[u8]; 3] = [b"0193", b"0148", b"0150"];

fn gemeente(at: u8) -> Gemeente {
    Gemeente::parse(PLACES[usize::from(at)]).unwrap()
}

/// The handle of a row, another for each levering.
fn handle(row: &Given, says: Says) -> Verwijzing {
    static KEY: LazyLock<VerwijzingKey> =
        LazyLock::new(|| VerwijzingKey::new(&Key::generate(Role::Verwijzing).unwrap()).unwrap());
    KEY.seal_frozen(gemeente(says.gemeente), &format!("{}-{}", row.person, row.rank), [row.rank as u8; 24])
}

/// Leveringen in which rows stand on lines of their own, some persons in several of them, some twice in one.
fn leveringen() -> impl Strategy<Value = Vec<Given>> {
    let says = (0..3u8, prop::bool::weighted(0.2), any::<bool>());
    let says = says.prop_map(|(gemeente, alone, handle)| Says { gemeente, alone, handle });
    let row = (0..4u32, 0..40u8, prop::option::weighted(0.9, says));
    let given = |(line, (rank, person, says))| Given { rank, person, line, says };
    prop::collection::vec(row, 0..60).prop_map(move |rows| (2..).zip(rows).map(given).collect())
}

/// What the builder makes of rows in this order, some at a time.
fn made(rows: &[Given], at_once: usize) -> (DoelgroepBuilder, LinkKey) {
    let (builder, key) = (DoelgroepBuilder::new(true, 0), LinkKey::known(&[3; 32]));
    for some in rows.chunks(at_once) {
        for rank in some.iter().map(|row| row.rank).collect::<BTreeSet<_>>() {
            let own = some.iter().filter(|row| row.rank == rank);
            builder.take(&key, (rank, Identificatie::Bsn), &Rows::of(own.map(given)));
        }
    }
    (builder, key)
}

fn given(row: &Given) -> Pushed {
    let says = |says: Says| {
        let said = Row::Doelgroep(DoelgroepRow {
            gemeente: gemeente(says.gemeente),
            geboortemaand: Maand::parse(b"2004-05").unwrap(),
            geslacht: None,
            uitschrijfdatum: None,
            niveau: None,
            uitstroomprofiel: None,
            contact: None,
            niet_benaderen: says.alone,
            verwijzing: None,
        });
        (said, says.handle.then(|| handle(row, says)))
    };
    ([row.person; 32], row.line, row.says.map(says))
}

/// Of each levering the lines on which somebody stands once more, by the book.
fn doubles(rows: &[Given]) -> BTreeMap<Rank, Vec<u64>> {
    let mut seen: BTreeMap<(Rank, u8), Vec<u64>> = BTreeMap::new();
    rows.iter().for_each(|row| seen.entry((row.rank, row.person)).or_default().push(row.line));
    let mut doubles: BTreeMap<Rank, Vec<u64>> = BTreeMap::new();
    for ((rank, _), mut lines) in seen {
        lines.sort_unstable();
        doubles.entry(rank).or_default().extend(&lines[1..]);
    }
    doubles.values_mut().for_each(|lines| lines.sort_unstable());
    doubles
}

proptest! {
    /// Whatever order the rows of several leveringen come in, the same persons are made of them, and the same is wrong.
    #[test]
    fn the_order_of_rows_says_nothing(rows in leveringen().prop_shuffle(), at_once in 1usize..30) {
        let (builder, _) = made(&rows, at_once);
        for (rank, expected) in doubles(&rows) {
            let faults = builder.doubles(rank);
            let lines: Vec<u64> = faults.listed().iter().map(|fault| fault.line).collect();
            prop_assert_eq!(lines, expected, "levering {}", rank);
        }
        // Who stands twice makes its levering refused, so nothing else is said of it.
        let mut once: Vec<Given> = Vec::new();
        for row in rows {
            if !once.iter().any(|other| (other.rank, other.person) == (row.rank, row.person)) {
                once.push(row);
            }
        }
        let (builder, key) = made(&once, at_once);
        let doelgroep = builder.finish();
        let mut expected: BTreeMap<u8, Vec<(Rank, &Given, Says)>> = BTreeMap::new();
        for row in &once {
            if let Some(says) = row.says {
                expected.entry(row.person).or_default().push((row.rank, row, says));
            }
        }
        prop_assert_eq!(doelgroep.len(), expected.len());
        for (person, mut rows) in expected {
            rows.sort_by_key(|(rank, ..)| *rank);
            let mut told = Vec::new();
            let by = (crate::linking::By::Own, &key);
            doelgroep.meet(by, &[[99; 32], [person; 32]], Identificatie::Bsn, |at, place, _| told.push((at, place)));
            prop_assert!(matches!(told[..], [(1, _)]));
            let place = told[0].1;
            let (found, _) = doelgroep.person(place).unwrap();
            prop_assert_eq!(found.gemeente, gemeente(rows[0].2.gemeente));
            prop_assert_eq!(found.niet_benaderen, rows.iter().any(|(_, _, says)| says.alone));
            prop_assert_eq!(doelgroep.pseudonym(place).unwrap().bytes(), &[person; 32]);
            for at in 0..3 {
                let own = rows.iter().find(|(_, _, says)| says.handle && says.gemeente == at);
                let expected = own.map(|(_, row, says)| handle(row, *says).to_text());
                prop_assert_eq!(doelgroep.handle(place, gemeente(at)).map(Verwijzing::to_text), expected);
            }
        }
    }
}

/// Rows that several threads bring at once are all taken in, whoever does it.
#[test]
fn what_waits_is_taken_in() {
    let (builder, key) = (DoelgroepBuilder::new(false, 0), LinkKey::known(&[3; 32]));
    let says = Some(Says { gemeente: 0, alone: false, handle: false });
    std::thread::scope(|scope| {
        for thread in 0..4u8 {
            let (builder, key) = (&builder, &key);
            scope.spawn(move || {
                for line in 0..3000u64 {
                    let (mut pseudonym, _, row) = given(&Given { rank: 0, person: thread, line, says });
                    pseudonym[..8].copy_from_slice(&line.to_le_bytes());
                    builder.take(
                        key,
                        (Rank::from(thread % 2), Identificatie::Bsn),
                        &Rows::of([(pseudonym, line, row)]),
                    );
                }
            });
        }
    });
    assert!((0..2).all(|rank| builder.doubles(rank).totals().is_empty()));
    assert_eq!(builder.finish().len(), 12_000);
}
