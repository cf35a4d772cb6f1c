use super::*;
use crate::ingest::blocks::Blocks;
use crate::ingest::rule::Fault;
use crate::ingest::schema::{Column, PSEUDONIEM, columns};
use crate::ingest::table::Readable;
use crate::ingest::usual::WINDOW;
use proptest::prelude::*;

/// What is told of a block: faults, rows, and each row that was handed on.
type Told = (Vec<Fault>, u64, Vec<usize>, Vec<(u64, [u8; 32], String)>);

fn told(table: &Table, block: &Block, parse: impl Fn(&Table, &Block, &mut Parsing<'_>)) -> Told {
    let mut rows = Vec::new();
    let mut on_rows = |batch: &Rows| {
        for (pseudonym, said) in
            batch.each().flat_map(|(pseudonym, said)| said.iter().map(move |said| (pseudonym, said)))
        {
            let row = said.row.as_ref().map_or_else(String::new, |row| format!("{row:?}"));
            rows.push((said.line, *pseudonym, row));
        }
    };
    let mut parsing = Parsing::new(&mut on_rows);
    parse(table, block, &mut parsing);
    let found = parsing.finish();
    (found.faults.listed().to_vec(), found.records, found.watch.suspects().collect(), rows)
}

/// Cells that are good, nearly good, and at fault.
fn cell() -> impl Strategy<Value = String> {
    let hex = "[0-9a-f]{64}";
    prop_oneof![
        4 => hex,
        1 => "[0-9a-f;]{64}",
        1 => "[0-9A-F]{63,65}",
        2 => "202[0-9]-(0[1-9]|1[0-3])(-[0-3][0-9])?",
        2 => "(|-)[0-9]{1,9}",
        2 => Just("loon".to_owned()),
        1 => Just("111222333".to_owned()),
        1 => "[a-zé ]{0,9}",
        2 => Just(String::new()),
    ]
}

fn line() -> impl Strategy<Value = String> {
    let cells = prop::collection::vec(cell(), 1..6);
    let good = ("[0-9a-f]{64}", "20[0-9]{2}-(0[1-9]|1[0-2])", "[0-9]{1,7}", "loon|winst|pensioen");
    prop_oneof![
        cells.prop_map(|cells| cells.join(";")),
        good.prop_map(|(hex, maand, cent, soort)| format!("{hex};{maand};{cent};{soort}")),
        Just(String::new()),
    ]
}

proptest! {
    /// Both ways of parsing a plain block tell the same, whatever stands in it and whichever column is first.
    #[test]
    fn both_ways_tell_the_same(
        lines in prop::collection::vec((line(), prop_oneof![Just("\n"), Just("\r\n")]), 0..60),
        end in prop_oneof![Just(""), Just("\n"), Just("\r")],
        turn in 0usize..4,
        some in prop::bool::ANY,
    ) {
        let bron = Bron::Inkomen;
        let mut names: Vec<&str> = columns(bron).iter().map(|column| column.name).collect();
        names.rotate_left(turn);
        let body: String = lines.iter().flat_map(|(line, end)| [line.as_str(), end]).collect();
        let text = format!("{}\n{body}{end}", names.join(";"));
        let mut block = Block::default();
        prop_assert!(Blocks::new(text.as_bytes(), text.len() as u64).next_block(&mut block).unwrap());
        let readable =
            if some { Readable::only(bron, ["maand", "soort"].into_iter()) } else { Readable::all(bron) };
        let (table, _) = Table::open(bron, &readable, &mut block);
        let table = table.unwrap();
        prop_assert!(block.is_plain());
        let plain = told(&table, &block, Table::parse_plain);
        let any = told(&table, &block, Table::parse_any);
        prop_assert_eq!(plain, any);
    }

    /// A delimiter is found where it stands, whatever stands around it and wherever the search begins.
    #[test]
    fn the_next_delimiter_is_the_first(bytes in prop::collection::vec(prop::num::u8::ANY, 0..40), from in 0usize..41) {
        let from = from.min(bytes.len());
        let expected = bytes[from..].iter().position(|byte| *byte == b';' || *byte == b'\n');
        prop_assert_eq!(next_delimiter(&bytes, from), expected.map_or(bytes.len(), |at| from + at));
    }
}

/// A cell of a column, nearly always a good one.
fn of(column: &Column) -> BoxedStrategy<String> {
    let good = match column.kind {
        Kind::Pseudonym => "[0-9a-f]{64}".boxed(),
        Kind::Gemeente => "[0-9]{4}".boxed(),
        Kind::Maand => "20[0-9]{2}-(0[1-9]|1[0-2])".boxed(),
        Kind::Datum => "20[0-9]{2}-(0[1-9]|1[0-2])-([01][0-9]|2[0-9]|3[01])".boxed(),
        Kind::Cent => "-?[0-9]{1,9}".boxed(),
        Kind::Closed(of) => {
            let words =
                ["loon", "pensioen", "mbo-bol", "vwo", "m", "ww", "ingezetene", "overleden", "in_beeld", "arbeid"];
            let own: Vec<&str> = words.into_iter().filter(|word| of(word.as_bytes()).is_some()).collect();
            prop::sample::select(own).prop_map(str::to_owned).boxed()
        }
        Kind::Yes => Just("j".to_owned()).boxed(),
        Kind::Brin => "[0-9]{2}[A-Z]{2}([0-9]{2})?".boxed(),
        Kind::Verwijzing => Just(String::new()).boxed(),
    };
    prop_oneof![20 => good, 3 => Just(String::new()), 1 => cell()].boxed()
}

/// A bron, its columns in some order, and rows of it.
fn file() -> impl Strategy<Value = (Bron, Vec<usize>, Vec<Vec<String>>)> {
    prop::sample::select(Bron::ALL).prop_flat_map(|bron| {
        let places: Vec<usize> = (0..columns(bron).len()).collect();
        // In most as the schema has them, and then read at one go.
        let order = prop_oneof![4 => Just(places.clone()), 1 => Just(places).prop_shuffle()];
        let row: Vec<BoxedStrategy<String>> = columns(bron).iter().map(of).collect();
        (Just(bron), order, prop::collection::vec(row, 0..30))
    })
}

proptest! {
    /// The same of every bron, of rows that are good but for a cell here and there.
    #[test]
    fn a_row_read_at_one_go_tells_what_its_cells_tell(
        (bron, order, rows) in file(),
        unread in prop::collection::vec(prop::bool::weighted(0.2), 10),
        ends in prop::collection::vec(prop::sample::select(&["\n", "\n", "\n", "\r\n", ";\n", ""][..]), 30),
    ) {
        let names: Vec<&str> = order.iter().map(|at| columns(bron)[*at].name).collect();
        let mut text = format!("{}\n", names.join(";"));
        for (row, end) in rows.iter().zip(ends) {
            let cells: Vec<&str> = order.iter().map(|at| row[*at].as_str()).collect();
            text += &format!("{}{end}", cells.join(";"));
        }
        let mut block = Block::default();
        prop_assert!(Blocks::new(text.as_bytes(), text.len() as u64).next_block(&mut block).unwrap());
        let read = columns(bron).iter().zip(unread).filter(|(_, unread)| !unread).map(|(column, _)| column.name);
        let (table, _) = Table::open(bron, &Readable::only(bron, read), &mut block);
        let table = table.unwrap();
        let plain = told(&table, &block, Table::parse_plain);
        prop_assert_eq!(&plain, &told(&table, &block, Table::parse_any));
    }
}

#[test]
fn a_good_row_of_every_bron_is_read_at_one_go() {
    let good = |column: &Column| match (column.name, column.kind) {
        (_, Kind::Pseudonym) => "ab".repeat(32),
        (_, Kind::Gemeente) => "0193".to_owned(),
        (_, Kind::Maand) => "2026-10".to_owned(),
        (_, Kind::Datum) => "2026-10-31".to_owned(),
        (_, Kind::Cent) => "-12345".to_owned(),
        (_, Kind::Yes) => "j".to_owned(),
        (_, Kind::Brin) => "25PZ03".to_owned(),
        ("status", _) => "ingezetene".to_owned(),
        // Empty where it may be; of a handle nothing is read so.
        _ if column.optional => String::new(),
        (_, Kind::Closed(of)) => {
            ["loon", "vavo", "wajong"].iter().find(|word| of(word.as_bytes()).is_some()).unwrap().to_string()
        }
        (_, Kind::Verwijzing) => String::new(),
    };
    for bron in Bron::ALL {
        let names: Vec<&str> = columns(*bron).iter().map(|column| column.name).collect();
        assert_eq!(names[0], PSEUDONIEM);
        let cells: Vec<String> = columns(*bron).iter().map(good).collect();
        let text = format!("{}\n{}\n", names.join(";"), cells.join(";"));
        let mut block = Block::default();
        assert!(Blocks::new(text.as_bytes(), text.len() as u64).next_block(&mut block).unwrap());
        let (table, _) = Table::open(*bron, &Readable::all(*bron), &mut block);
        let table = table.unwrap();
        let row = [block.bytes(), &[b'x'; WINDOW]].concat();
        let row = row.first_chunk().unwrap();
        let mut on_rows = |_: &Rows| {};
        let mut parsing = Parsing::new(&mut on_rows);
        let marks = Narrow.marks(row[HEX..].first_chunk().unwrap());
        assert!(of_bron!(*bron, table.usual(row, Narrow, marks, 1, &mut parsing)).is_some(), "{bron}");
        assert_eq!(marks.length(), block.bytes().len());
        let filled = cells.iter().enumerate().fold(0, |bits, (at, cell)| bits | usize::from(!cell.is_empty()) << at);
        assert_eq!((parsing.filled[filled], parsing.rows.len()), (1, 1), "{bron}");
    }
}

/// What stands between a pseudonym and its separator, and cells too few or too many, are never read over at one go.
#[test]
fn a_row_with_more_or_less_than_its_cells_is_at_fault() {
    let hex = "ab".repeat(32);
    let rows = [
        "a;2026-10;1;loon",
        "ab2026-10;1;loon",
        " ;2026-10;1;loon",
        ";2026-10;1",
        ";2026-10;1;loon;",
        ";2026-10;1;loon;loon",
    ];
    for row in rows {
        // Others behind it, so that it does not stand at the end of the block.
        let good = format!("{hex};2026-10;1;loon\n").repeat(4);
        let text = format!("pseudoniem;maand;bedrag_cent;soort\n{hex}{row}\n{good}");
        let mut block = Block::default();
        assert!(Blocks::new(text.as_bytes(), text.len() as u64).next_block(&mut block).unwrap());
        let (table, _) = Table::open(Bron::Inkomen, &Readable::all(Bron::Inkomen), &mut block);
        let table = table.unwrap();
        let plain = told(&table, &block, Table::parse_plain);
        assert_eq!(plain, told(&table, &block, Table::parse_any), "{row}");
        assert_eq!((plain.0.len(), plain.1), (1, 5), "{row}");
    }
}

/// Rows that are read at one go count beside cells that look like raw BSNs.
#[test]
fn half_of_a_column_is_half_of_all_its_cells() {
    let hex = "ab".repeat(32);
    for good in 18..23 {
        let raw = format!("{hex};111222333;1;loon\n").repeat(20);
        let text =
            format!("pseudoniem;maand;bedrag_cent;soort\n{raw}{}", format!("{hex};2026-10;1;loon\n").repeat(good));
        let mut block = Block::default();
        assert!(Blocks::new(text.as_bytes(), text.len() as u64).next_block(&mut block).unwrap());
        let (table, _) = Table::open(Bron::Inkomen, &Readable::all(Bron::Inkomen), &mut block);
        let suspects = told(&table.unwrap(), &block, Table::parse_plain).2;
        assert_eq!(suspects, if good < 20 { vec![1] } else { Vec::new() }, "{good}");
    }
}

/// Empty cells of rows that are read at one go do not count.
#[test]
fn half_of_a_column_is_half_of_the_cells_that_are_filled() {
    let hex = "ab".repeat(32);
    for (tot, expected) in [("", vec![3]), ("2026-10-31", Vec::new())] {
        let raw = format!("{hex};ww;2026-10-01;111222333\n").repeat(20);
        let good = format!("{hex};ww;2026-10-01;{tot}\n").repeat(30);
        let text = format!("pseudoniem;soort;van;tot\n{raw}{good}");
        let mut block = Block::default();
        assert!(Blocks::new(text.as_bytes(), text.len() as u64).next_block(&mut block).unwrap());
        let (table, _) = Table::open(Bron::Uitkering, &Readable::all(Bron::Uitkering), &mut block);
        assert_eq!(told(&table.unwrap(), &block, Table::parse_plain).2, expected, "{tot}");
    }
}
