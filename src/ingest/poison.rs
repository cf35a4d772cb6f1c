//! Column minimisation, with a trap: in tests a cell with poison stops whoever looks at it.

use crate::ingest::blocks::{Block, Blocks};
use crate::ingest::schema::columns;
use crate::ingest::table::{Found, Readable, Table};
use crate::terms::Bron;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What no good file holds.
pub(crate) const POISON: &str = "vergif-dat-niemand-mag-zien";

/// Stops the test in which somebody looks at poison.
pub(in crate::ingest) fn swallow(cell: &[u8]) {
    assert!(cell != POISON.as_bytes(), "een cel met vergif is gelezen");
}

/// Parses one row under a header, each cell as given; gives the row's number of faults.
fn parse(bron: Bron, readable: &Readable, cells: &[&str]) -> Found {
    let header: Vec<&str> = columns(bron).iter().map(|column| column.name).collect();
    let text = format!("{}\n{}\n", header.join(";"), cells.join(";"));
    let mut block = Block::default();
    assert!(Blocks::new(text.as_bytes(), 0).next_block(&mut block).unwrap());
    let (table, _) = Table::open(bron, readable, &mut block);
    table.unwrap().parse(&block, &mut |_| {})
}

#[test]
fn a_column_that_is_not_named_is_never_looked_at_and_the_trap_works() {
    for bron in Bron::ALL {
        let names: Vec<&str> = columns(*bron).iter().map(|column| column.name).collect();
        for poisoned in names.iter().filter(|name| **name != "pseudoniem") {
            let cells: Vec<&str> = names.iter().map(|name| if name == poisoned { POISON } else { "" }).collect();
            let others = names.iter().copied().filter(|name| name != poisoned);
            let found = parse(*bron, &Readable::only(*bron, others), &cells);
            assert_eq!(found.records, 1);
            for readable in [Readable::only(*bron, std::iter::once(*poisoned)), Readable::all(*bron)] {
                let looked = catch_unwind(AssertUnwindSafe(|| parse(*bron, &readable, &cells)));
                assert!(looked.is_err(), "{bron}: {poisoned} is leesbaar en de val ging niet af");
            }
        }
        // All that is not named at once; quoted, too, since that is undone while the line is cut up.
        for poison in [POISON.to_owned(), format!("\"{POISON}\"")] {
            let cells: Vec<&str> =
                names.iter().map(|name| if *name == "pseudoniem" { "" } else { poison.as_str() }).collect();
            assert_eq!(parse(*bron, &Readable::only(*bron, std::iter::empty()), &cells).records, 1);
        }
    }
}
