//! Random worlds, crowded around the places where a rule changes its mind.
//!
//! A world is not drawn as text but as a plan of small choices ("ends the day
//! before the peildatum", "exactly the threshold"), so that a failing case
//! shrinks to few and telling choices. The parts are boxed, for together they
//! would not fit the stack of a test thread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::calendar::{Day, add_days, add_months, days_in_month, show_day, show_month, year_earlier};
use super::world::{BRONNEN, Delivery, Policy, World, columns, handle, numbers, pseudoniem, sleutel_id};

const KEY: [u8; 32] = [0x4b; 32];
const OTHER_KEY: [u8; 32] = [0x2e; 32];
/// Municipalities that a doelbinding can name.
const INSIDE: [&str; 6] = ["0148", "0193", "0166", "0160", "0175", "0177"];
/// Municipalities that none names: two of the region, one far away.
const OUTSIDE: [&str; 3] = ["1708", "0244", "0363"];
const CLOCKS: [&str; 4] = ["00:00:00", "08:30:00", "08:30:01", "23:59:59"];
/// Numbers for persons of the plan, for those that fill up a large doelgroep,
/// and for people whom a source knows but the doelgroep does not.
const FILLERS: usize = 20;
const STRANGERS: usize = 180;
const NUMBERS: usize = 200;

/// A moment relative to the peildatum, in days.
type Offset = i64;

#[derive(Debug, Clone)]
struct Plan {
    peildatum: Day,
    frame: Frame,
    doelgroep: Vec<Supplier>,
    sources: Vec<Source>,
    persons: Vec<PersonPlan>,
    faults: Vec<Fault>,
    large: Option<Large>,
    /// Onderwijsnummer persons carry the pseudoniem of some BSN person: nothing
    /// but the identificatie keeps them apart.
    twins: bool,
    /// Files are numbered backwards, so that no order in the folder helps.
    backwards: bool,
}

#[derive(Debug, Clone)]
struct Frame {
    gemeenten: Vec<&'static str>,
    leeftijd: (i64, i64),
    cohort: &'static str,
    threshold: i64,
    inkomen_maand: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Source {
    listed: bool,
    required: Required,
    suppliers: Vec<Supplier>,
}

/// The `leveranciers` of a listed source.
#[derive(Debug, Clone, Copy)]
enum Required {
    Nobody,
    First,
    All,
    AllAndOneMore,
}

#[derive(Debug, Clone)]
struct Supplier {
    party: u8,
    own: bool,
    volledig: bool,
    timing: Timing,
    /// `aangemaakt`: days after the peildatum, and the time of that day.
    days: Offset,
    clock: &'static str,
    history: History,
    strangers: usize,
    /// Also knows pseudoniemen of the other identificatie, under this one.
    cross: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timing {
    Serves,
    DayBefore,
    MonthBefore,
    MonthAfter,
}

/// What the supplier sent besides its newest levering of the month.
#[derive(Debug, Clone, Copy)]
enum History {
    Nothing,
    /// An older version that said more.
    Correction,
    /// The same, one second apart.
    QuickCorrection,
    /// An older version of the other dekking.
    CorrectionOfDekking,
    /// Two different older versions of the same moment.
    TwoOlder,
    /// The same file under a second name.
    Repeated,
    /// Something newer about the month after, or before.
    NextMonth,
    PreviousMonth,
    /// A version from before the peildatum.
    Early,
}

#[derive(Debug, Clone)]
struct PersonPlan {
    own: bool,
    first: Listing,
    second: Option<Listing>,
    onderwijs: Vec<Row<Enrolment>>,
    inkomen: Vec<Row<Income>>,
    uitkering: Vec<Row<Benefit>>,
    brp: Vec<Row<Residence>>,
    betrokkenheid: Vec<Row<Offset>>,
}

/// A row, the supplier that has it, and whether only older leveringen do.
#[derive(Debug, Clone)]
struct Row<T> {
    slot: usize,
    withdrawn: bool,
    value: T,
}

#[derive(Debug, Clone)]
struct Listing {
    slot: usize,
    withdrawn: bool,
    place: Place,
    birth: Birth,
    left: Left,
    geslacht: &'static str,
    niveau: &'static str,
    profiel: &'static str,
    contact: &'static str,
    niet_benaderen: bool,
    handle: bool,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// Where the first listing has the person.
    Home,
    Inside(usize),
    Outside(usize),
    /// Left open, where the format allows that.
    Empty,
}

/// A birth month: this many years before the peilmaand, and some months later.
#[derive(Debug, Clone, Copy)]
enum Birth {
    Years(i64, i64),
    /// Well within the doelbinding's range.
    Within(i64, i64),
    /// At the lower and the upper edge of the doelbinding's range.
    Van(i64),
    Tot(i64),
}

#[derive(Debug, Clone, Copy)]
enum Left {
    Open,
    /// Relative to twelve months before the peildatum.
    AroundYear(Offset),
    AroundPeildatum(Offset),
}

#[derive(Debug, Clone)]
struct Enrolment {
    brin: &'static str,
    soort: &'static str,
    niveau: &'static str,
    van: Option<Offset>,
    tot: Option<Offset>,
    diploma: Option<Offset>,
}

#[derive(Debug, Clone, Copy)]
enum Amount {
    Cents(i64),
    Threshold(i64),
}

#[derive(Debug, Clone)]
struct Income {
    /// Relative to the income month.
    month: i64,
    amount: Amount,
    soort: &'static str,
}

#[derive(Debug, Clone)]
struct Benefit {
    soort: &'static str,
    van: Offset,
    tot: Option<Offset>,
}

#[derive(Debug, Clone)]
struct Residence {
    sinds: Offset,
    status: &'static str,
    place: Place,
}

/// What may be wrong; whether it matters depends on what it hits.
#[derive(Debug, Clone, Copy)]
enum Fault {
    NoDoelgroep,
    Tie(usize, TieKind),
    Key(usize),
    Double(usize, usize),
}

#[derive(Debug, Clone, Copy)]
enum TieKind {
    Stranger,
    LastRowMissing,
    Reversed,
}

/// A doelgroep filled up to the edge where missing overlap is refused.
#[derive(Debug, Clone)]
struct Large {
    own: bool,
    persons: usize,
    /// The sources that know none of them, unless by one row without effect.
    blank: Vec<usize>,
    one_row: bool,
    /// Those sources are not complete, so their silence proves nothing.
    partial: bool,
    /// Some of them stand in a second levering too.
    twice: bool,
}

/// Worlds to classify.
pub fn worlds() -> impl Strategy<Value = World> {
    plan().prop_map(|plan| build(&plan))
}

fn plan() -> BoxedStrategy<Plan> {
    (
        peildatum(),
        frame(),
        vec(supplier(true), 1..=4),
        [source(0.95), source(0.95), source(0.95), source(0.7), source(0.6)],
        vec(person(), 1..=12),
        prop_oneof![
            88 => Just(Vec::new()),
            12 => vec(fault(), 1..=2),
        ],
        weighted(0.05, large()),
        weighted(0.05, Just(())),
        any::<bool>(),
    )
        .prop_map(|(peildatum, frame, doelgroep, sources, persons, faults, large, twins, backwards)| Plan {
            peildatum,
            frame,
            doelgroep,
            sources: sources.into(),
            persons,
            faults,
            large,
            twins: twins.is_some(),
            backwards,
        })
        .boxed()
}

fn peildatum() -> BoxedStrategy<Day> {
    prop_oneof![
        6 => select(vec![
            (2026, 10, 1),
            (2024, 2, 29),
            (2028, 2, 29),
            (2025, 2, 28),
            (2026, 2, 28),
            (2024, 2, 28),
            (2025, 3, 1),
            (2026, 1, 31),
            (2026, 3, 31),
            (2026, 4, 30),
            (2026, 12, 31),
            (2027, 1, 1),
        ]),
        2 => (2023_i64..=2028, 1_i64..=12, 1_i64..=31)
            .prop_map(|(year, month, day)| (year, month, day.min(days_in_month((year, month))))),
    ]
    .boxed()
}

fn frame() -> BoxedStrategy<Frame> {
    (
        subsequence(INSIDE.to_vec(), 1..=4),
        select(vec![(16, 27), (16, 23), (18, 27), (18, 23), (12, 18)]),
        prop_oneof![5 => Just("alle"), 3 => Just("oud"), 2 => Just("nieuw")],
        prop_oneof![8 => Just(30_000), 1 => Just(45_000), 1 => Just(1)],
        prop_oneof![
            2 => Just(None),
            1 => Just(Some("peilmaand")),
            2 => Just(Some("vorige")),
        ],
    )
        .prop_map(|(gemeenten, leeftijd, cohort, threshold, inkomen_maand)| Frame {
            gemeenten,
            leeftijd,
            cohort,
            threshold,
            inkomen_maand,
        })
        .boxed()
}

fn source(listed: f64) -> BoxedStrategy<Source> {
    let good = |party, own| {
        supplier(true).prop_map(move |supplier| Supplier {
            party,
            own,
            volledig: true,
            timing: Timing::Serves,
            ..supplier
        })
    };
    let suppliers = prop_oneof![
        6 => (good(0, false), good(0, true)).prop_map(|(bsn, own)| vec![bsn, own]),
        6 => (good(0, false), vec(supplier(false), 0..=3)).prop_map(|(first, mut others)| {
            others.insert(0, first);
            others
        }),
        // Several complete ones of both kinds, as municipalities send.
        4 => vec(supplier(true), 2..=6),
        4 => vec(supplier(false), 1..=4),
        1 => Just(Vec::new()),
    ];
    (
        weighted(listed, Just(())),
        prop_oneof![
            5 => Just(Required::Nobody),
            3 => Just(Required::All),
            2 => Just(Required::AllAndOneMore),
            1 => Just(Required::First),
        ],
        suppliers,
    )
        .prop_map(|(listed, required, suppliers)| Source { listed: listed.is_some(), required, suppliers })
        .boxed()
}

fn supplier(mostly_good: bool) -> BoxedStrategy<Supplier> {
    let bad = if mostly_good { 1 } else { 4 };
    (
        0_u8..4,
        weighted(0.3, Just(())),
        prop_oneof![bad => Just(false), 4 => Just(true)],
        prop_oneof![
            20 => Just(Timing::Serves),
            bad => Just(Timing::DayBefore),
            bad => Just(Timing::MonthBefore),
            bad => Just(Timing::MonthAfter),
        ],
        prop_oneof![4 => Just(0_i64), 4 => Just(1), 2 => Just(2), 1 => 3_i64..40],
        select(&CLOCKS[..]),
        prop_oneof![
            10 => Just(History::Nothing),
            3 => Just(History::Correction),
            2 => Just(History::QuickCorrection),
            1 => Just(History::CorrectionOfDekking),
            1 => Just(History::TwoOlder),
            1 => Just(History::Repeated),
            1 => Just(History::NextMonth),
            1 => Just(History::PreviousMonth),
            1 => Just(History::Early),
        ],
        prop_oneof![2 => Just(0_usize), 1 => 1_usize..=3],
        weighted(0.06, Just(())),
    )
        .prop_map(|(party, own, volledig, timing, days, clock, history, strangers, cross)| Supplier {
            party,
            own: own.is_some(),
            volledig,
            timing,
            days,
            clock,
            history,
            strangers,
            cross: cross.is_some(),
        })
        .boxed()
}

fn person() -> BoxedStrategy<PersonPlan> {
    (
        weighted(0.22, Just(())),
        listing(),
        weighted(0.35, listing()),
        prop_oneof![
            5 => Just(Vec::new()),
            4 => vec(row(enrolment()), 1..=2),
        ],
        incomes(),
        prop_oneof![
            5 => Just(Vec::new()),
            3 => vec(row(benefit()), 1..=2),
        ],
        residences(),
        prop_oneof![
            2 => Just(Vec::new()),
            3 => vec(row(offset()), 1..=4),
        ],
    )
        .prop_map(|(own, first, second, onderwijs, inkomen, uitkering, brp, betrokkenheid)| PersonPlan {
            own: own.is_some(),
            first,
            second,
            onderwijs,
            inkomen,
            uitkering,
            brp,
            betrokkenheid,
        })
        .boxed()
}

fn row<T: std::fmt::Debug + Clone + 'static>(value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Row<T>> {
    (0_usize..4, weighted(0.1, Just(())), value)
        .prop_map(|(slot, withdrawn, value)| Row { slot, withdrawn: withdrawn.is_some(), value })
        .boxed()
}

/// On the peildatum, a day off, or somewhere else.
fn offset() -> BoxedStrategy<Offset> {
    prop_oneof![
        3 => Just(0_i64),
        3 => Just(-1),
        3 => Just(1),
        3 => -700_i64..-1,
        1 => 2_i64..400,
    ]
    .boxed()
}

fn listing() -> BoxedStrategy<Listing> {
    let birth = prop_oneof![
        8 => (0_i64..20, -3_i64..=3).prop_map(|(years, months)| Birth::Within(years, months)),
        2 => (-1_i64..=1).prop_map(Birth::Van),
        2 => (-1_i64..=1).prop_map(Birth::Tot),
        2 => (select(vec![16_i64, 18, 23, 27]), -1_i64..=1)
            .prop_map(|(years, months)| Birth::Years(years, months)),
        1 => (0_i64..40, -11_i64..=1).prop_map(|(years, months)| Birth::Years(years, months)),
    ];
    let left = prop_oneof![
        3 => (-1_i64..=1).prop_map(Left::AroundYear),
        3 => (-900_i64..-1).prop_map(Left::AroundYear),
        2 => (2_i64..364).prop_map(Left::AroundYear),
        1 => (-1_i64..=30).prop_map(Left::AroundPeildatum),
        2 => Just(Left::Open),
    ];
    let place = prop_oneof![
        12 => (0_usize..4).prop_map(Place::Inside),
        1 => (0_usize..3).prop_map(Place::Outside),
    ];
    (
        0_usize..4,
        weighted(0.05, Just(())),
        place,
        birth,
        left,
        select(&["m", "v", "x", ""][..]),
        select(
            &[
                "", "vmbo-bb", "vmbo-kb", "vmbo-gl", "vmbo-tl", "havo", "vwo", "pro", "vso", "entree", "mbo-2",
                "mbo-3", "mbo-4", "ho",
            ][..],
        ),
        prop_oneof![
            6 => Just(""),
            3 => Just("arbeid"),
            2 => Just("vervolgonderwijs"),
            1 => Just("dagbesteding"),
        ],
        select(&["", "geen_contact", "in_beeld", "bereikt", "begeleiding"][..]),
        weighted(0.15, Just(())),
        any::<bool>(),
    )
        .prop_map(
            |(slot, withdrawn, place, birth, left, geslacht, niveau, profiel, contact, niet_benaderen, handle)| {
                Listing {
                    slot,
                    withdrawn: withdrawn.is_some(),
                    place,
                    birth,
                    left,
                    geslacht,
                    niveau,
                    profiel,
                    contact,
                    niet_benaderen: niet_benaderen.is_some(),
                    handle,
                }
            },
        )
        .boxed()
}

fn enrolment() -> BoxedStrategy<Enrolment> {
    (
        select(&["25PW00", "01AA", ""][..]),
        select(&["mbo-bol", "vo", "vavo", "mbo-bbl", "pro", "vso", "ho"][..]),
        select(&["mbo-2", "", "havo", "entree"][..]),
        prop_oneof![
            3 => Just(None),
            4 => (-700_i64..-1).prop_map(Some),
            3 => (-1_i64..=1).prop_map(Some),
        ],
        prop_oneof![2 => Just(None), 4 => offset().prop_map(Some)],
        prop_oneof![4 => Just(None), 1 => offset().prop_map(Some)],
    )
        .prop_map(|(brin, soort, niveau, van, tot, diploma)| Enrolment {
            brin,
            soort,
            niveau,
            van,
            // Nobody ends before beginning.
            tot: tot.map(|tot| van.map_or(tot, |van| tot.max(van))),
            diploma,
        })
        .boxed()
}

fn benefit() -> BoxedStrategy<Benefit> {
    (
        select(&["participatiewet", "ww", "wajong", "wia", "ioaw", "ioaz", "bbz", "overig"][..]),
        prop_oneof![
            4 => -700_i64..-1,
            3 => -1_i64..=1,
            1 => 2_i64..60,
        ],
        prop_oneof![2 => Just(None), 4 => offset().prop_map(Some)],
    )
        .prop_map(|(soort, van, tot)| Benefit { soort, van, tot: tot.map(|tot| tot.max(van)) })
        .boxed()
}

/// One person's income: mostly a pattern that ends next to the threshold.
fn incomes() -> BoxedStrategy<Vec<Row<Income>>> {
    use Amount::{Cents, Threshold};
    let wages = |rows: Vec<(i64, Amount, &'static str)>| {
        vec(0_usize..4, rows.len()).prop_map(move |slots| {
            rows.iter()
                .zip(slots)
                .map(|(&(month, amount, soort), slot)| Row {
                    slot,
                    withdrawn: false,
                    value: Income { month, amount, soort },
                })
                .collect::<Vec<_>>()
        })
    };
    let any_amount = prop_oneof![
        (-1_i64..=1).prop_map(Threshold),
        (-1_i64..=1).prop_map(Cents),
        (-40_000_i64..400_000).prop_map(Cents),
        select(vec![-30_000_i64, -30_001, 15_000, 15_001]).prop_map(Cents),
    ];
    let any_row = (
        prop_oneof![4 => Just(0_i64), 1 => Just(-1), 1 => Just(1), 1 => Just(12)],
        any_amount,
        select(&["loon", "ziektewet", "zelfstandig", "pensioen"][..]),
    )
        .prop_map(|(month, amount, soort)| Income { month, amount, soort });
    prop_oneof![
        8 => Just(Vec::new()),
        // Exactly the threshold, and one cent past it: alone, or added up.
        1 => wages(vec![(0, Threshold(0), "loon")]),
        1 => wages(vec![(0, Threshold(1), "loon")]),
        1 => wages(vec![(0, Cents(15_000), "loon"), (0, Threshold(-15_000), "ziektewet")]),
        1 => wages(vec![(0, Cents(15_000), "loon"), (0, Threshold(-14_999), "zelfstandig")]),
        // Two equal rows are two employers.
        1 => wages(vec![(0, Cents(15_001), "loon"), (0, Cents(15_001), "loon")]),
        // Corrections back to the threshold, to one cent, to nothing, below it.
        1 => wages(vec![(0, Threshold(5_000), "loon"), (0, Cents(-5_000), "loon")]),
        1 => wages(vec![(0, Threshold(0), "loon"), (0, Threshold(1), "loon"), (0, Cents(-30_000), "loon")]),
        1 => wages(vec![(0, Cents(90_000), "loon"), (0, Cents(-89_999), "ziektewet")]),
        1 => wages(vec![(0, Cents(90_000), "loon"), (0, Cents(-90_000), "loon")]),
        1 => wages(vec![(0, Cents(-1), "loon")]),
        1 => wages(vec![(0, Cents(0), "loon")]),
        // What does not count: pension, and other months.
        1 => wages(vec![(0, Cents(150_000), "pensioen")]),
        1 => wages(vec![(0, Threshold(0), "loon"), (0, Cents(1), "pensioen")]),
        1 => wages(vec![(-1, Cents(150_000), "loon")]),
        1 => wages(vec![(1, Cents(150_000), "loon"), (-1, Cents(-150_000), "loon")]),
        1 => wages(vec![(0, Threshold(0), "loon"), (1, Cents(1), "loon")]),
        6 => vec(row(any_row), 1..=4),
    ]
    .boxed()
}

/// One person's life in the brp.
fn residences() -> BoxedStrategy<Vec<Row<Residence>>> {
    let fixed = |rows: Vec<(Offset, &'static str, Place)>| {
        (vec(0_usize..4, rows.len()), any::<bool>()).prop_map(move |(slots, backwards)| {
            let mut rows: Vec<Row<Residence>> = rows
                .iter()
                .zip(slots)
                .map(|(&(sinds, status, place), slot)| Row {
                    slot,
                    withdrawn: false,
                    value: Residence { sinds, status, place },
                })
                .collect();
            if backwards {
                rows.reverse();
            }
            rows
        })
    };
    let home = |sinds| (sinds, "ingezetene", Place::Home);
    let mover = |place| offset().prop_flat_map(move |moved| fixed(vec![home(-2_000), (moved, "ingezetene", place)]));
    let gone = |status, place| offset().prop_flat_map(move |gone| fixed(vec![home(-2_000), (gone, status, place)]));
    let any_row = (
        prop_oneof![3 => offset(), 1 => Just(-30_i64)],
        select(&["ingezetene", "overleden", "geemigreerd"][..]),
        prop_oneof![
            Just(Place::Home),
            (0_usize..4).prop_map(Place::Inside),
            (0_usize..3).prop_map(Place::Outside),
            Just(Place::Empty),
        ],
    )
        .prop_map(|(sinds, status, place)| Residence { sinds, status, place });
    prop_oneof![
        14 => fixed(vec![home(-2_000)]),
        1 => Just(Vec::new()),
        1 => fixed(vec![home(1)]),
        1 => fixed(vec![home(0)]),
        2 => mover(Place::Inside(1)),
        1 => mover(Place::Inside(2)),
        2 => mover(Place::Outside(0)),
        2 => gone("overleden", Place::Empty),
        1 => gone("overleden", Place::Home),
        2 => gone("geemigreerd", Place::Empty),
        1 => gone("geemigreerd", Place::Outside(2)),
        // Gone, and back again.
        1 => fixed(vec![home(-2_000), (-60, "geemigreerd", Place::Empty), home(-20)]),
        // The same row twice says nothing new; different ones contradict, also
        // when only the municipality differs. Older ones no longer matter.
        1 => fixed(vec![home(-40), home(-40)]),
        1 => fixed(vec![home(-40), (-40, "overleden", Place::Empty)]),
        1 => fixed(vec![home(0), (0, "ingezetene", Place::Inside(1))]),
        1 => fixed(vec![home(-40), (-40, "ingezetene", Place::Outside(1))]),
        1 => fixed(vec![(-40, "overleden", Place::Empty), (-40, "overleden", Place::Home)]),
        1 => fixed(vec![(-40, "overleden", Place::Empty), (-40, "geemigreerd", Place::Empty)]),
        1 => fixed(vec![home(-40), (-40, "overleden", Place::Empty), home(-1)]),
        1 => fixed(vec![home(-40), home(1), (1, "overleden", Place::Empty)]),
        3 => vec(row(any_row), 1..=4),
    ]
    .boxed()
}

fn fault() -> BoxedStrategy<Fault> {
    let kind = select(vec![TieKind::Stranger, TieKind::LastRowMissing, TieKind::Reversed]);
    prop_oneof![
        1 => Just(Fault::NoDoelgroep),
        4 => (any::<usize>(), kind).prop_map(|(which, kind)| Fault::Tie(which, kind)),
        4 => any::<usize>().prop_map(Fault::Key),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(which, row)| Fault::Double(which, row)),
    ]
    .boxed()
}

fn large() -> BoxedStrategy<Large> {
    (
        weighted(0.3, Just(())),
        prop_oneof![2 => Just(100_usize), 3 => Just(101), 1 => Just(115)],
        vec(0_usize..5, 0..=3),
        weighted(0.25, Just(())),
        weighted(0.2, Just(())),
        any::<bool>(),
    )
        .prop_map(|(own, persons, blank, one_row, partial, twice)| Large {
            own: own.is_some(),
            persons,
            blank,
            one_row: one_row.is_some(),
            partial: partial.is_some(),
            twice,
        })
        .boxed()
}

/// A supplier with the rows of its newest levering, and those that only older
/// ones had.
struct Batch {
    supplier: Supplier,
    current: Vec<Vec<String>>,
    withdrawn: Vec<Vec<String>>,
}

impl Batch {
    fn add(&mut self, withdrawn: bool, row: Vec<String>) {
        if withdrawn {
            self.withdrawn.push(row);
        } else {
            self.current.push(row);
        }
    }

    /// Both kinds of rows, as an older levering has them.
    fn all(&self) -> Vec<Vec<String>> {
        self.withdrawn.iter().chain(&self.current).cloned().collect()
    }
}

/// The batch of a slot among those of an identificatie.
fn pick(batches: &[Batch], own: bool, slot: usize) -> Option<usize> {
    let fitting: Vec<usize> = (0..batches.len()).filter(|&index| batches[index].supplier.own == own).collect();
    if fitting.is_empty() { None } else { Some(fitting[slot % fitting.len()]) }
}

/// One batch per supplier; a second one of the same key would be a correction
/// that nobody planned.
fn batches(bron: &str, suppliers: &[Supplier]) -> Vec<Batch> {
    let mut seen = BTreeSet::new();
    suppliers
        .iter()
        .filter(|supplier| !supplier.own || !["inkomen", "uitkering"].contains(&bron))
        .filter(|supplier| seen.insert((supplier.party, supplier.own)))
        .map(|supplier| Batch { supplier: supplier.clone(), current: Vec::new(), withdrawn: Vec::new() })
        .collect()
}

fn oin(party: u8) -> String {
    // The third party's number is lower than the others', so that the highest
    // OIN is not always the last one drawn.
    let number = if party == 2 { 100 } else { 200 + u32::from(party) };
    format!("00000001003214{number:03}000")
}

fn identificatie(own: bool) -> &'static str {
    if own { "own" } else { "bsn" }
}

/// Everything that a plan fixes, ready to be turned into text.
struct Builder<'a> {
    plan: &'a Plan,
    bsn: Vec<String>,
    own: Vec<String>,
    deliveries: Vec<Delivery>,
}

fn names(identificatie: &str) -> Vec<String> {
    numbers(identificatie, NUMBERS).into_iter().map(|number| pseudoniem(&KEY, identificatie, number)).collect()
}

fn build(plan: &Plan) -> World {
    // The same in every world, and slow to make without optimisation.
    static BSN: LazyLock<Vec<String>> = LazyLock::new(|| names("bsn"));
    static OWN: LazyLock<Vec<String>> = LazyLock::new(|| names("own"));
    let mut builder = Builder { plan, bsn: BSN.clone(), own: OWN.clone(), deliveries: Vec::new() };
    if plan.twins {
        let count = plan.persons.len();
        for index in 0..count {
            builder.own[index] = builder.bsn[(index + count - 1) % count].clone();
        }
    }
    builder.doelgroep();
    for index in 0..BRONNEN.len() {
        builder.source(index);
    }
    builder.faults();
    let mut deliveries = builder.deliveries;
    if plan.backwards {
        deliveries.reverse();
    }
    for (index, delivery) in deliveries.iter_mut().enumerate() {
        delivery.file = format!("{index:02}-{}.csv", delivery.bron);
    }
    World { peildatum: show_day(plan.peildatum), policy: policy(plan), deliveries }
}

fn policy(plan: &Plan) -> Policy {
    let mut bronnen = BTreeMap::new();
    for (bron, source) in BRONNEN.iter().zip(&plan.sources) {
        if !source.listed {
            continue;
        }
        let mut suppliers: Vec<String> = Vec::new();
        for batch in batches(bron, &source.suppliers) {
            let oin = oin(batch.supplier.party);
            if !suppliers.contains(&oin) {
                suppliers.push(oin);
            }
        }
        match source.required {
            Required::Nobody => suppliers.clear(),
            Required::First => suppliers.truncate(1),
            Required::All => {}
            Required::AllAndOneMore => suppliers.push(oin(9)),
        }
        let suppliers = Some(suppliers).filter(|suppliers| !suppliers.is_empty());
        bronnen.insert((*bron).to_owned(), suppliers);
    }
    if bronnen.is_empty() {
        bronnen.insert("onderwijs".to_owned(), None);
    }
    let frame = &plan.frame;
    Policy {
        regio: "10".to_owned(),
        gemeenten: frame.gemeenten.iter().map(|&code| code.to_owned()).collect(),
        leeftijd_van: frame.leeftijd.0,
        leeftijd_tot: frame.leeftijd.1,
        cohort: frame.cohort.to_owned(),
        inkomen_boven_cent: frame.threshold,
        // Without the source the setting would have no effect, which a
        // doelbinding may not contain.
        inkomen_maand: frame.inkomen_maand.filter(|_| bronnen.contains_key("inkomen")).map(str::to_owned),
        bronnen,
    }
}

impl Builder<'_> {
    fn name(&self, own: bool, number: usize) -> String {
        if own { self.own[number].clone() } else { self.bsn[number].clone() }
    }

    /// Whether a source says nothing about persons of this identificatie.
    fn blank(&self, index: usize, own: bool) -> bool {
        let large = self.plan.large.as_ref();
        large.is_some_and(|large| large.blank.contains(&index) && large.own == own)
    }

    fn day(&self, offset: Offset) -> String {
        show_day(add_days(self.plan.peildatum, offset))
    }

    fn optional_day(&self, offset: Option<Offset>) -> String {
        offset.map(|offset| self.day(offset)).unwrap_or_default()
    }

    fn peilmaand(&self, months: i64) -> String {
        let (year, month, _) = self.plan.peildatum;
        show_month(add_months((year, month), months))
    }

    /// Months from the peilmaand to the one a source reports on.
    fn reported(&self, bron: &str) -> i64 {
        let previous = self.plan.frame.inkomen_maand == Some("vorige");
        // A policy without the source has no such setting; that it then reports
        // on another month changes nothing.
        if bron == "inkomen" && previous { -1 } else { 0 }
    }

    fn place(&self, place: Place, home: Place) -> String {
        match place {
            Place::Home => match home {
                Place::Home | Place::Empty => self.place(Place::Inside(0), home),
                other => self.place(other, home),
            },
            Place::Inside(index) => {
                let inside = &self.plan.frame.gemeenten;
                inside[index % inside.len()].to_owned()
            }
            Place::Outside(index) => {
                // Also one that another doelbinding could have named.
                let unnamed = INSIDE.iter().find(|code| !self.plan.frame.gemeenten.contains(code));
                match (index, unnamed) {
                    (1, Some(code)) => (*code).to_owned(),
                    _ => OUTSIDE[index % OUTSIDE.len()].to_owned(),
                }
            }
            Place::Empty => String::new(),
        }
    }

    fn doelgroep(&mut self) {
        let mut suppliers = self.plan.doelgroep.clone();
        suppliers[0].own = false;
        suppliers[0].timing = Timing::Serves;
        let nothing_serves = self.plan.faults.iter().any(|fault| matches!(fault, Fault::NoDoelgroep));
        if nothing_serves {
            for supplier in &mut suppliers {
                if supplier.timing == Timing::Serves {
                    supplier.timing = if supplier.party % 2 == 0 { Timing::DayBefore } else { Timing::MonthBefore };
                }
                // A month later than the wrong month could be the right one.
                supplier.history = History::Nothing;
            }
        }
        let mut batches = batches("doelgroep", &suppliers);
        for (number, person) in self.plan.persons.iter().enumerate() {
            let name = self.name(person.own, number);
            let first = pick(&batches, person.own, person.first.slot);
            if let Some(batch) = first {
                let row = self.listing(&name, &person.first);
                batches[batch].add(person.first.withdrawn, row);
            }
            if let Some(listing) = &person.second {
                let second = pick(&batches, person.own, listing.slot);
                // The same person twice in one levering is a fault of its own.
                if second != first
                    && let Some(batch) = second
                {
                    let row = self.listing(&name, listing);
                    batches[batch].add(listing.withdrawn, row);
                }
            }
        }
        if let Some(large) = &self.plan.large {
            self.fill(&mut batches, large);
        }
        self.send("doelgroep", batches);
    }

    /// Adds plain persons until the doelgroep has the wanted size.
    fn fill(&self, batches: &mut [Batch], large: &Large) {
        let serves = |batch: &Batch, own| batch.supplier.own == own && batch.supplier.timing == Timing::Serves;
        let places: Vec<usize> = (0..batches.len()).filter(|&index| serves(&batches[index], large.own)).collect();
        let Some(&main) = places.first() else {
            return;
        };
        let known: BTreeSet<&String> =
            places.iter().flat_map(|&index| &batches[index].current).map(|row| &row[0]).collect();
        let wanted = large.persons.saturating_sub(known.len());
        for number in 0..wanted {
            let listing = Listing {
                slot: 0,
                withdrawn: false,
                // A few outside, where they still count as doelgroep.
                place: if number % 9 == 0 { Place::Outside(0) } else { Place::Inside(number) },
                birth: Birth::Within(number as i64, 0),
                left: Left::AroundYear(number as i64 - 60),
                geslacht: "v",
                niveau: "entree",
                profiel: "",
                contact: "",
                niet_benaderen: false,
                handle: true,
            };
            let row = self.listing(&self.name(large.own, FILLERS + number), &listing);
            if large.twice
                && number < 6
                && let Some(&other) = places.get(1)
            {
                batches[other].add(false, row.clone());
            }
            batches[main].add(false, row);
        }
    }

    fn listing(&self, name: &str, listing: &Listing) -> Vec<String> {
        let (van, tot) = self.plan.frame.leeftijd;
        let (years, months) = match listing.birth {
            Birth::Years(years, months) => (years, months),
            Birth::Within(years, months) => (van + 1 + years % (tot - van - 1), months),
            Birth::Van(months) => (van, months),
            Birth::Tot(months) => (tot, months),
        };
        let left = match listing.left {
            Left::Open => String::new(),
            Left::AroundYear(offset) => show_day(add_days(year_earlier(self.plan.peildatum), offset)),
            Left::AroundPeildatum(offset) => self.day(offset),
        };
        let place = self.place(listing.place, Place::Home);
        // Every row has a handle of its own, so that none passes for another.
        let sealed = format!("{name}{place}{}", listing.slot);
        vec![
            name.to_owned(),
            place,
            self.peilmaand(months - 12 * years),
            listing.geslacht.to_owned(),
            left,
            listing.niveau.to_owned(),
            listing.profiel.to_owned(),
            listing.contact.to_owned(),
            if listing.niet_benaderen { "j" } else { "" }.to_owned(),
            if listing.handle { handle(&sealed) } else { String::new() },
        ]
    }

    fn source(&mut self, index: usize) {
        let bron = BRONNEN[index];
        let mut batches = batches(bron, &self.plan.sources[index].suppliers);
        if let Some(large) = &self.plan.large
            && large.partial
            && self.blank(index, large.own)
        {
            for batch in &mut batches {
                batch.supplier.volledig = false;
            }
        }
        for (number, person) in self.plan.persons.iter().enumerate() {
            if self.blank(index, person.own) {
                continue;
            }
            let name = self.name(person.own, number);
            for (slot, withdrawn, row) in self.person_rows(bron, &name, person) {
                if let Some(batch) = pick(&batches, person.own, slot) {
                    batches[batch].add(withdrawn, row);
                }
            }
        }
        if let Some(large) = &self.plan.large {
            for number in 0..large.persons {
                let name = self.name(large.own, FILLERS + number);
                let row = if !self.blank(index, large.own) && number % 7 == 0 {
                    self.active_row(bron, &name)
                } else if self.blank(index, large.own) && large.one_row && number == 1 {
                    self.row_without_effect(bron, &name)
                } else {
                    continue;
                };
                if let Some(batch) = pick(&batches, large.own, number / 7) {
                    batches[batch].add(false, row);
                }
            }
        }
        for batch in &mut batches {
            for stranger in 0..batch.supplier.strangers {
                let name = self.name(batch.supplier.own, STRANGERS + stranger);
                let row = self.active_row(bron, &name);
                batch.current.push(row);
            }
            if batch.supplier.cross {
                for number in 0..self.plan.persons.len() {
                    let row = self.active_row(bron, &self.name(!batch.supplier.own, number));
                    batch.current.push(row);
                }
            }
        }
        self.send(bron, batches);
    }

    fn person_rows(&self, bron: &str, name: &str, person: &PersonPlan) -> Vec<(usize, bool, Vec<String>)> {
        fn each<T>(rows: &[Row<T>], text: impl Fn(&T) -> Vec<String>) -> Vec<(usize, bool, Vec<String>)> {
            rows.iter().map(|row| (row.slot, row.withdrawn, text(&row.value))).collect()
        }
        let name = name.to_owned();
        match bron {
            "onderwijs" => each(&person.onderwijs, |row| {
                vec![
                    name.clone(),
                    row.brin.to_owned(),
                    row.soort.to_owned(),
                    row.niveau.to_owned(),
                    self.optional_day(row.van),
                    self.optional_day(row.tot),
                    self.optional_day(row.diploma),
                ]
            }),
            "inkomen" => each(&person.inkomen, |row| {
                let amount = match row.amount {
                    Amount::Cents(cents) => cents,
                    Amount::Threshold(more) => self.plan.frame.threshold + more,
                };
                vec![
                    name.clone(),
                    self.peilmaand(self.reported(bron) + row.month),
                    amount.to_string(),
                    row.soort.to_owned(),
                ]
            }),
            "uitkering" => each(&person.uitkering, |row| {
                vec![name.clone(), row.soort.to_owned(), self.day(row.van), self.optional_day(row.tot)]
            }),
            "brp" => each(&person.brp, |row| {
                // Only who is gone may have no municipality.
                let place = match row.place {
                    Place::Empty if row.status == "ingezetene" => Place::Home,
                    place => place,
                };
                vec![name.clone(), row.status.to_owned(), self.day(row.sinds), self.place(place, person.first.place)]
            }),
            _ => each(&person.betrokkenheid, |&sinds| vec![name.clone(), self.day(sinds)]),
        }
    }

    /// A row that would decide something, were it about somebody.
    fn active_row(&self, bron: &str, name: &str) -> Vec<String> {
        let past = self.day(-10);
        let values = match bron {
            "onderwijs" => vec!["25PW00", "vo", "havo", &past, "", ""],
            "inkomen" => {
                let month = self.peilmaand(self.reported(bron));
                return vec![name.into(), month, "250000".into(), "loon".into()];
            }
            "uitkering" => vec!["ww", &past, ""],
            "brp" => vec!["ingezetene", &past, self.plan.frame.gemeenten[0]],
            _ => vec![past.as_str()],
        };
        std::iter::once(name).chain(values).map(str::to_owned).collect()
    }

    /// A row that proves only that the source knows the person.
    fn row_without_effect(&self, bron: &str, name: &str) -> Vec<String> {
        let future = self.day(9);
        let month = self.peilmaand(3);
        let values = match bron {
            "onderwijs" => vec!["", "vo", "", "", "", ""],
            "inkomen" => vec![month.as_str(), "0", "pensioen"],
            "uitkering" => vec!["ww", &future, ""],
            "brp" => vec!["overleden", &future, ""],
            _ => vec![future.as_str()],
        };
        std::iter::once(name).chain(values).map(str::to_owned).collect()
    }

    /// Turns batches into leveringen, with their history.
    fn send(&mut self, bron: &str, batches: Vec<Batch>) {
        for batch in batches {
            let supplier = &batch.supplier;
            let (month, days, clock) = match supplier.timing {
                Timing::Serves => (0, supplier.days, supplier.clock),
                Timing::DayBefore => (0, -1, "23:59:59"),
                Timing::MonthBefore => (-1, supplier.days, supplier.clock),
                Timing::MonthAfter => (1, supplier.days, supplier.clock),
            };
            let month = month + self.reported(bron);
            let levering = |month, days, clock: &str, rows: Vec<Vec<String>>| Delivery {
                file: String::new(),
                bron: bron.to_owned(),
                oin: oin(supplier.party),
                naam: format!("Partij {}", supplier.party),
                identificatie: identificatie(supplier.own).to_owned(),
                periode: self.peilmaand(month),
                dekking: if supplier.volledig { "volledig" } else { "gedeeltelijk" }.to_owned(),
                sleutel_id: sleutel_id(&KEY),
                aangemaakt: format!("{}T{clock}Z", self.day(days)),
                header: columns(bron).iter().map(|&name| name.to_owned()).collect(),
                rows,
            };
            let newest = levering(month, days, clock, batch.current.clone());
            let corrected = || levering(month, days + 1, clock, batch.current.clone());
            let older = || levering(month, days, clock, batch.all());
            let sent = match supplier.history {
                History::Nothing => vec![newest],
                History::Correction => vec![older(), corrected()],
                History::QuickCorrection => vec![
                    levering(month, days, "12:29:59", batch.all()),
                    levering(month, days, "12:30:00", batch.current.clone()),
                ],
                History::CorrectionOfDekking => {
                    let mut older = older();
                    let volledig = older.dekking == "volledig";
                    older.dekking = if volledig { "gedeeltelijk" } else { "volledig" }.to_owned();
                    vec![older, corrected()]
                }
                History::TwoOlder => vec![corrected(), older(), newest],
                History::Repeated => vec![newest.clone(), newest],
                History::NextMonth => {
                    vec![newest, levering(month + 1, days + 5, clock, batch.all())]
                }
                History::PreviousMonth => {
                    vec![levering(month - 1, days + 5, clock, batch.all()), newest]
                }
                History::Early => vec![newest, levering(month, -2, clock, batch.all())],
            };
            self.deliveries.extend(sent);
        }
    }

    fn faults(&mut self) {
        for fault in &self.plan.faults {
            let count = self.deliveries.len();
            match *fault {
                Fault::NoDoelgroep => {}
                Fault::Tie(which, kind) => {
                    let mut copy = self.deliveries[which % count].clone();
                    match kind {
                        TieKind::Stranger if copy.bron != "doelgroep" => {
                            let own = copy.identificatie == "own";
                            let name = self.name(own, STRANGERS + 9);
                            copy.rows.push(self.active_row(&copy.bron, &name));
                        }
                        TieKind::Reversed => copy.rows.reverse(),
                        TieKind::Stranger | TieKind::LastRowMissing => {
                            copy.rows.pop();
                        }
                    }
                    self.deliveries.push(copy);
                }
                Fault::Key(which) => {
                    // Also in a repetition of the same file: one file under two
                    // keys is a case of its own, that the texts leave open.
                    let hit = self.deliveries[which % count].clone();
                    for delivery in &mut self.deliveries {
                        if delivery.bron == hit.bron
                            && delivery.oin == hit.oin
                            && delivery.identificatie == hit.identificatie
                            && delivery.aangemaakt == hit.aangemaakt
                        {
                            delivery.sleutel_id = sleutel_id(&OTHER_KEY);
                        }
                    }
                }
                Fault::Double(which, row) => {
                    let mut lists: Vec<&mut Delivery> = self
                        .deliveries
                        .iter_mut()
                        .filter(|delivery| delivery.bron == "doelgroep" && !delivery.rows.is_empty())
                        .collect();
                    if lists.is_empty() {
                        continue;
                    }
                    let index = which % lists.len();
                    let list = &mut lists[index];
                    let mut again = list.rows[row % list.rows.len()].clone();
                    // The two rows need not agree to be the same person.
                    again[6] = "vervolgonderwijs".to_owned();
                    list.rows.push(again);
                }
            }
        }
    }
}
