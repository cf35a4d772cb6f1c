//! What the protector withholds of given gemeente × klasse tables, beside other programs.
//!
//! `cargo bench --bench verlies -- FOLDER`, where FOLDER holds CSV files `gemeente;klasse;aantal`
//! without totals. Writes one line per table and threshold: cells and persons withheld, and milliseconds.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench stops at the first surprise and prints"
)]

use inbeeld::disclosure::build::{Wish, people as counted, problem};
use inbeeld::disclosure::problem::{Axis, Problem, Showing};
use inbeeld::disclosure::protector::protect;
use std::time::Instant;

fn read(path: &std::path::Path, drempel: u64, group: bool) -> Problem {
    let text = std::fs::read_to_string(path).unwrap();
    let (mut rows, mut columns, mut people) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        let place = |names: &mut Vec<String>, name: &str| {
            names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            })
        };
        let person = vec![place(&mut rows, fields[0]), place(&mut columns, fields[1])];
        people.extend(std::iter::repeat_n(person, fields[2].parse().unwrap()));
    }
    let axes = vec![
        Axis { name: "gemeente".to_owned(), size: rows.len() },
        Axis { name: "klasse".to_owned(), size: columns.len() },
    ];
    let wish = Wish {
        name: "tabel".to_owned(),
        axes: vec![0, 1],
        at: Vec::new(),
        drempel,
        klasse: group.then_some(1),
        showing: Showing::Open,
    };
    problem(axes, Vec::new(), &[wish], &counted(people)).unwrap()
}

fn main() {
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    println!("tabel;drempel;groepen;primair;secundair;secundair_randen;personen;ms");
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "csv")) {
        for drempel in [5, 10] {
            for group in [false, true] {
                let problem = read(path, drempel, group);
                let start = Instant::now();
                let pattern = protect(&problem, &|| false).unwrap();
                let ms = start.elapsed().as_secs_f64() * 1000.0;
                let table = &problem.tables[0];
                let width = problem.axes[1].size + 1;
                let height = problem.axes[0].size + 1;
                let small = |count: u64| 0 < count && count < drempel;
                let (mut primary, mut secondary, mut margins, mut persons) = (0, 0, 0, 0);
                for (cell, count) in table.counts.iter().enumerate().filter(|(cell, _)| !pattern[0][*cell]) {
                    if small(*count) {
                        primary += 1;
                    } else {
                        secondary += 1;
                        persons += count;
                        margins += usize::from(cell / width + 1 == height || cell % width + 1 == width);
                    }
                }
                let name = path.file_stem().unwrap().to_string_lossy();
                println!("{name};{drempel};{group};{primary};{secondary};{margins};{persons};{ms:.1}");
            }
        }
    }
}
