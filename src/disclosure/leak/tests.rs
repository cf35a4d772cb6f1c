//! Tables of others: how they are read, and what follows from them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

use super::mark::{Number, Unreadable, Written, read};
use super::{Finding, How, Kind, LeakFault, Measure, Question, Report, check};
use crate::disclosure::build::{Wish, people as counted, problem};
use crate::disclosure::problem::{Axis, Pattern, Problem, Showing};
use crate::disclosure::protector::protect;
use proptest::prelude::*;

fn asked(drempel: u64) -> Question {
    Question { drempel, klasse: None, totaal: None }
}

fn of(bytes: impl AsRef<[u8]>) -> Result<Report, LeakFault> {
    check(bytes.as_ref(), &asked(5), &|| false)
}

fn look(text: &str) -> Report {
    of(text).unwrap()
}

/// Labels, bounds and reasoning of findings about one cell.
fn told(findings: &[Finding]) -> Vec<(String, u64, Option<u64>, How)> {
    findings.iter().map(|found| (found.cells[0].join(" "), found.low, found.high, found.how)).collect()
}

fn number(digits: u64, decimals: u32, percent: bool) -> Result<Written, Unreadable> {
    Ok(Written::Number(Number { digits, decimals, percent }))
}

#[test]
fn cells_as_the_dutch_write_them() {
    for (text, expected) in [
        ("37", number(37, 0, false)),
        (" 37 ", number(37, 0, false)),
        ("0", number(0, 0, false)),
        ("1.204", number(1204, 0, false)),
        ("1.204.000", number(1_204_000, 0, false)),
        ("1 204", number(1204, 0, false)),
        ("1\u{a0}204", number(1204, 0, false)),
        ("12%", number(12, 0, true)),
        ("12 %", number(12, 0, true)),
        ("12,5%", number(125, 1, true)),
        ("12.5%", number(125, 1, true)),
        ("12,5", number(125, 1, false)),
        ("12.50", number(1250, 2, false)),
        ("0,125", number(125, 3, false)),
        ("1.204,5", number(12045, 1, false)),
        ("37*", number(37, 0, false)),
        ("<5", Ok(Written::Between(0, 4))),
        ("< 5", Ok(Written::Between(0, 4))),
        ("≤4", Ok(Written::Between(0, 4))),
        ("minder dan 5", Ok(Written::Between(0, 4))),
        ("1-4", Ok(Written::Between(1, 4))),
        ("1 t/m 4", Ok(Written::Between(1, 4))),
        ("-", Ok(Written::Nil)),
        ("–", Ok(Written::Nil)),
        ("1,204", Err(Unreadable::Ambiguous)),
        ("-3", Err(Unreadable::Unknown)),
        ("4-1", Err(Unreadable::Unknown)),
        ("<0", Err(Unreadable::Unknown)),
        ("12.34.5", Err(Unreadable::Unknown)),
        ("12,", Err(Unreadable::Unknown)),
        (",5", Err(Unreadable::Unknown)),
        ("%", Err(Unreadable::Unknown)),
        ("1 20", Err(Unreadable::Unknown)),
        ("veel", Err(Unreadable::Unknown)),
        ("99999999999999999999", Err(Unreadable::Unknown)),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    for mark in ["", "•", "x", "X", ".", "*", "n.b.", "geheim", "Geheim", "..."] {
        assert_eq!(read(mark), Ok(Written::Withheld), "{mark}");
    }
}

#[test]
fn the_same_table_in_every_form() {
    let cross = "uitkomst;g1;g2;totaal\nwerk;x;20;37\nschool;30;12;42\ntotaal;47;32;79\n";
    let expected = look(cross);
    assert_eq!(told(&expected.in_vain), [("werk g1".to_owned(), 17, Some(17), How::Aftrekken)]);
    let tidy = "uitkomst;kolom;aantal\nwerk;g1;•\nwerk;g2;20\nwerk;totaal;37\nschool;g1;30\nschool;g2;12\nschool;totaal;42\n\
                totaal;g1;47\ntotaal;g2;32\ntotaal;totaal;79\n";
    let same = |bytes: &[u8]| {
        let report = of(bytes).unwrap();
        assert_eq!((&report.found, &report.in_vain), (&expected.found, &expected.in_vain));
    };
    same(tidy.as_bytes());
    same(cross.replace(';', ",").as_bytes());
    same(cross.replace(';', "\t").as_bytes());
    same(cross.replace('\n', "\r\n").as_bytes());
    same(format!("\u{feff}{cross}").as_bytes());
    same(format!("Tabel 3;;\n\n{cross}\n\nBron: de regio\n").as_bytes());
    same(cross.replace("totaal", "Eindtotaal").as_bytes());
    same(cross.replace("47", "\"47\"").as_bytes());
    let mut wide = vec![0xff, 0xfe];
    wide.extend(cross.encode_utf16().flat_map(u16::to_le_bytes));
    same(&wide);
    let latin = of(b"uitkomst;aantal\nge\xebmigreerd;3\n").unwrap();
    assert_eq!(told(&latin.found)[0].0, "geëmigreerd");
}

#[test]
fn what_is_no_table() {
    for (text, expected) in [
        ("", LeakFault::Empty),
        ("\n\n", LeakFault::Empty),
        ("uitkomst;aantal\n", LeakFault::Empty),
        ("klasse\nwerk\n", LeakFault::OneColumn { line: 1 }),
        ("uitkomst;a;b\nwerk;3;4\nschool;3;4;5\n", LeakFault::Width { line: 3, expected: 3, found: 4 }),
        ("uitkomst;a\nwerk;GEHEIM1\n", LeakFault::Unreadable { line: 2, column: 2 }),
        ("uitkomst;a\nwerk;1,204\n", LeakFault::Ambiguous { line: 2, column: 2 }),
        ("uitkomst;a;a\nwerk;3;4\n", LeakFault::Twice { line: 2, column: 3 }),
        ("uitkomst;aantal\nwerk;3\nwerk;4\n", LeakFault::Twice { line: 3, column: 2 }),
        ("uitkomst;a;\nwerk;3;4\n", LeakFault::Width { line: 2, expected: 2, found: 3 }),
        ("uitkomst;a\n;3\n", LeakFault::NoLabel { line: 2, column: 1 }),
        ("uitkomst;aantal;percentage\nwerk;3;4%\n", LeakFault::TwoMeasures { line: 1 }),
        ("uitkomst;aantal\nwerk;40%\nschool;60%\n", LeakFault::NoTotal),
        ("uitkomst;aantal\nwerk;140%\ntotaal;60\n", LeakFault::TooMuch { line: 2, column: 2 }),
        ("a;b;c;aantal\n1;1;1;40%\n1;1;2;60%\n", LeakFault::TooManyDimensions),
        ("PK\u{3}\u{4}xlsx", LeakFault::NoText),
    ] {
        assert_eq!(of(text), Err(expected), "{text}");
    }
    let names: String = (0..300).map(|at| format!("{at};{at};{at};1\n")).collect();
    assert!(matches!(of(format!("a;b;c;aantal\n{names}")), Err(LeakFault::TooLarge { .. })));
    let klasse = Question { klasse: Some("soort".to_owned()), ..asked(5) };
    assert_eq!(check(b"a;aantal\nw;3\n", &klasse, &|| false), Err(LeakFault::NoKlasse));
    assert_eq!(check(b"a;aantal\nw;3\n", &asked(1), &|| false), Err(LeakFault::Drempel));
    let total = Question { totaal: Some(9), ..asked(5) };
    assert_eq!(check(b"a;aantal\nw;8\ntotaal;8\n", &total, &|| false), Err(LeakFault::OtherTotal));
}

#[test]
fn small_counts_that_stand_there() {
    let report = look("uitkomst;aantal\nwerk;4\nschool;5\nuitkering;0\n");
    assert_eq!(told(&report.found), [("werk".to_owned(), 4, Some(4), How::Gepubliceerd)]);
    assert!(report.complete);
    assert!(look("uitkomst;aantal\nwerk;12\nschool;5\nuitkering;-\n").found.is_empty());
}

#[test]
fn one_cell_by_subtraction() {
    let report = look("uitkomst;aantal\nwerk;20\nschool;x\ntotaal;23\n");
    assert_eq!(told(&report.found), [("school".to_owned(), 3, Some(3), How::Aftrekken)]);
    // Without the total nothing follows; known from elsewhere, it does.
    assert!(look("uitkomst;aantal\nwerk;20\nschool;x\n").found.is_empty());
    let total = Question { totaal: Some(23), ..asked(5) };
    let report = check(b"uitkomst;aantal\nwerk;20\nschool;x\n", &total, &|| false).unwrap();
    assert_eq!(told(&report.found), [("school".to_owned(), 3, Some(3), How::Aftrekken)]);
}

/// In each row and column at least two are withheld, yet the two rows less the two columns give one.
#[test]
fn one_cell_by_several_totals() {
    let report = look("rij;a;b;c;totaal\np;x;x;10;30\nq;x;x;x;43\nr;10;10;x;30\ntotaal;40;30;33;103\n");
    assert_eq!(told(&report.found), []);
    assert!(report.in_vain.iter().any(|found| found.cells[0].join(" ") == "q c"));
    let report = look("rij;a;b;c;totaal\np;x;x;10;30\nq;x;x;x;33\nr;10;10;x;30\ntotaal;40;30;23;93\n");
    assert_eq!(told(&report.found), [("q c".to_owned(), 3, Some(3), How::Aftrekken)]);
    let several = look(
        "rij;a;b;c;d;totaal\np;x;x;50;50;130\nq;x;x;x;50;103\nr;50;50;x;x;140\ns;50;50;x;x;150\ntotaal;140;140;x;160;523\n",
    );
    assert!(several.complete);
    let found = told(&several.found);
    assert!(found.contains(&("q c".to_owned(), 3, Some(3), How::Combineren)), "{found:?}");
}

#[test]
fn marks_that_tell_too_much() {
    let report = look("uitkomst;aantal\nwerk;20\nschool;<5\nuitkering;<5\n");
    assert_eq!(told(&report.found)[0], ("school".to_owned(), 0, Some(4), How::Merk));
    assert_eq!(report.found.len(), 2);
    // Below ten may be below five, or not.
    let report = look("uitkomst;aantal\nwerk;20\nschool;<10\nuitkering;30\n");
    assert!(report.found.is_empty());
}

#[test]
fn some_cell_of_several() {
    let report = look("uitkomst;aantal\nwerk;20\nschool;x\nuitkering;x\ntotaal;24\n");
    assert_eq!(report.found.len(), 1);
    assert_eq!((report.found[0].kind, report.found[0].cells.len()), (Kind::Samen, 2));
    assert_eq!(report.doubtful.len(), 2);
    // Seven together may be nobody and seven.
    assert!(look("uitkomst;aantal\nwerk;20\nschool;x\nuitkering;x\ntotaal;27\n").found.is_empty());
}

#[test]
fn groups_in_one_klasse() {
    let text = "klasse;g1;g2\nwerk;20;10\nschool;0;12\ntotaal;20;22\n";
    let report = look(text);
    assert_eq!((report.found.len(), report.found[0].kind), (1, Kind::Groep));
    assert_eq!(report.found[0].klasse.as_deref(), Some("werk"));
    let other = text.replace("klasse", "Soort");
    assert!(look(&other).found.is_empty());
    let named = Question { klasse: Some("soort".to_owned()), ..asked(5) };
    assert_eq!(check(other.as_bytes(), &named, &|| false).unwrap().found, report.found);
}

#[test]
fn totals_that_do_not_add_up() {
    let report = look("uitkomst;aantal\nwerk;20\nschool;30\ntotaal;51\n");
    assert_eq!((report.mismatches.len(), report.mismatches[0].parts, report.complete), (1, (50, Some(50)), true));
    assert_eq!(report.rounded_to, None);
    // Years are not added up where no total says so: only the column is wrong.
    let report = look("uitkomst;a;b\nwerk;35;x\nrest;4;9\ntotaal;41;12\n");
    assert_eq!((report.mismatches.len(), report.mismatches[0].parts), (1, (39, Some(39))));
    let report = look("uitkomst;aantal\nwerk;20\nschool;30\nuitkering;x\ntotaal;45\n");
    assert!(!report.complete && report.found.is_empty());
    assert_eq!(report.rounded_to, Some(5));
}

#[test]
fn percentages_of_a_small_total() {
    let report = look("uitkomst;2019;2020\nwerk;99%;50%\nuitkering;1%;50%\ntotaal;300;300\n");
    assert_eq!(report.measure, Measure::Percentages);
    assert_eq!(told(&report.found), [("uitkering 2019".to_owned(), 2, Some(4), How::Afronding)]);
    // With more decimals there is one count left; with more persons it is not small.
    let report = look("uitkomst;aantal\nwerk;99,0%\nuitkering;1,0%\ntotaal;300\n");
    assert_eq!(told(&report.found), [("uitkering".to_owned(), 3, Some(3), How::Afronding)]);
    assert!(look("uitkomst;2019\nwerk;99%\nuitkering;1%\ntotaal;2000\n").found.is_empty());
    // The total from elsewhere, per row, and beside 100%.
    let total = Question { totaal: Some(300), ..asked(5) };
    let report =
        check(b"uitkomst;2019;2020\nwerk;99%;50%\nrest;1%;50%\ntotaal;100%;100%\n", &total, &|| false).unwrap();
    assert_eq!(told(&report.found), [("rest 2019".to_owned(), 2, Some(4), How::Afronding)]);
    let report = look("jaar;werk;rest;totaal\n2019;99%;1%;300\n2020;50%;50%;300\n");
    assert_eq!(told(&report.found), [("2019 rest".to_owned(), 2, Some(4), How::Afronding)]);
    let report = look("uitkomst;2019\nwerk;99%\nrest;1%\ntotaal;100%\nN;300\n");
    assert_eq!(told(&report.found), [("rest 2019".to_owned(), 2, Some(4), How::Afronding)]);
    // A withheld percentage is what is left of the others.
    let report = look("uitkomst;2019\nwerk;99%\nuitkering;x\ntotaal;300\n");
    assert_eq!(told(&report.found), [("uitkering 2019".to_owned(), 2, Some(4), How::Aftrekken)]);
}

/// Writes a table of a problem as the released CSV does.
fn written(problem: &Problem, pattern: &Pattern) -> String {
    let table = &problem.tables[0];
    let sizes: Vec<usize> = table.axes.iter().map(|axis| problem.axes[*axis].size + 1).collect();
    let names: Vec<String> =
        (0..sizes.len()).map(|at| if table.klasse == Some(at) { "klasse".into() } else { format!("d{at}") }).collect();
    let mut text = format!("{};aantal\n", names.join(";"));
    for (cell, count) in table.counts.iter().enumerate() {
        let (mut rest, mut labels) = (cell, Vec::new());
        for size in sizes.iter().rev() {
            labels.push(if rest % size + 1 == *size { "totaal".to_owned() } else { format!("v{}", rest % size) });
            rest /= size;
        }
        labels.reverse();
        let shown = if pattern[0][cell] { count.to_string() } else { "•".to_owned() };
        text.push_str(&format!("{};{shown}\n", labels.join(";")));
    }
    text
}

fn tables() -> impl Strategy<Value = (Problem, u64)> {
    let sizes = prop::collection::vec(2..=4usize, 1..=2);
    (sizes, 3..=6u64, any::<bool>()).prop_flat_map(|(sizes, drempel, klasse)| {
        let cells = sizes.iter().product::<usize>();
        let count = prop_oneof![2 => Just(0u64), 2 => 1..=4u64, 2 => 5..=9u64, 3 => 10..=40u64];
        prop::collection::vec(count, cells).prop_map(move |counts| {
            let mut people = Vec::new();
            for (cell, count) in counts.iter().enumerate() {
                let place = if sizes.len() == 1 { vec![cell] } else { vec![cell / sizes[1], cell % sizes[1]] };
                people.extend(std::iter::repeat_n(place, usize::try_from(*count).unwrap()));
            }
            let axes =
                sizes.iter().enumerate().map(|(at, size)| Axis { name: format!("a{at}"), size: *size }).collect();
            let wish = Wish {
                name: "t".to_owned(),
                axes: (0..sizes.len()).collect(),
                at: Vec::new(),
                drempel,
                klasse: klasse.then_some(0),
                showing: Showing::Open,
            };
            (problem(axes, Vec::new(), &[wish], &counted(people)).unwrap(), drempel)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_shrink_iters: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// What our own protector lets out never leaks; what it withheld, shown, does.
    #[test]
    fn our_own_tables_do_not_leak((problem, drempel) in tables()) {
        let Ok(pattern) = protect(&problem, &|| false) else { return Ok(()) };
        let report = check(written(&problem, &pattern).as_bytes(), &asked(drempel), &|| false).unwrap();
        prop_assert!(report.complete && report.mismatches.is_empty());
        prop_assert_eq!(&report.found, &Vec::new());
        let small = |count: &u64| (1..drempel).contains(count);
        let table = &problem.tables[0];
        if let Some(primary) = table.counts.iter().position(small) {
            let mut open = pattern;
            open[0][primary] = true;
            let report = check(written(&problem, &open).as_bytes(), &asked(drempel), &|| false).unwrap();
            prop_assert!(report.found.iter().any(|found| found.how == How::Gepubliceerd));
        }
    }

    /// Leaving out the small cells alone is reported wherever one subtraction gives one; and whatever is
    /// reported is true of the true counts.
    #[test]
    fn leaving_out_small_cells_alone_leaks((problem, drempel) in tables()) {
        let table = &problem.tables[0];
        let pattern = vec![table.counts.iter().map(|count| !(1..drempel).contains(count)).collect::<Vec<_>>()];
        let report = check(written(&problem, &pattern).as_bytes(), &asked(drempel), &|| false).unwrap();
        let sizes: Vec<usize> = problem.axes.iter().map(|axis| axis.size + 1).collect();
        let place = |labels: &[String]| labels.iter().zip(&sizes).fold(0, |at, (label, size)| {
            at * size + label.strip_prefix('v').map_or(size - 1, |value| value.parse().unwrap())
        });
        for found in report.found.iter().chain(&report.doubtful) {
            let count = |labels: &Vec<String>| table.counts[place(labels)];
            let within = |count: u64| found.low <= count && found.high.is_none_or(|high| count <= high);
            match found.kind {
                Kind::Samen => prop_assert!(found.cells.iter().any(|labels| within(count(labels)))),
                Kind::Groep => {}
                _ => prop_assert!(within(count(&found.cells[0]))),
            }
        }
        let last = sizes[sizes.len() - 1];
        for row in 0..table.counts.len() / last {
            let hidden: Vec<usize> = (row * last..(row + 1) * last).filter(|at| !pattern[0][*at]).collect();
            if let [only] = hidden.as_slice() {
                let alone = |found: &Finding| found.kind == Kind::Berekenbaar && place(&found.cells[0]) == *only;
                prop_assert!(report.found.iter().any(alone));
            }
        }
    }

    #[test]
    fn no_bytes_stop_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = of(bytes);
    }

    #[test]
    fn no_text_stops_it(text in "(klasse|jaar|a);(aantal|2015;totaal|x;%)\n([a-ct•;,.<%x0-9 -]{0,12}\n){0,6}(totaal;[0-9%]{1,4}\n)?") {
        let _ = of(&text);
        let _ = check(text.as_bytes(), &Question { totaal: Some(50), ..asked(3) }, &|| false);
    }
}
