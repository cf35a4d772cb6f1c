//! `waarom`: one person per answer, for the coordinator, a municipality and the jongere, and who may not ask.

use crate::doelbinding::text;
use crate::geval::{Case, case};
use crate::koppel::{koppel, sign};
use crate::levering::{Levering, row};
use std::path::Path;

/// The handle that a municipality made for a person: of the form, and nobody's.
fn handle(number: usize) -> String {
    format!("{number:04}{}QUI", "QUJD".repeat(33))
}

const ROLES: (&str, &str) = ("rollen = [\"gemeente\"]", "rollen = [\"gemeente\", \"coordinator\"]");
/// A second list, which tells only that somebody is on it.
const SILENT: (&str, &str) = (
    "betrokkenheid = \"geen\"\n",
    "betrokkenheid = \"geen\"\n\n[[lijst]]\nnaam = \"alleen-dat\"\nklassen = [\"onbekend\"]\nvelden = []\nontvangers = [\"0148\", \"0193\"]\nmax_aandeel = 0.5\n",
);

fn policy(more: &[(&str, &str)]) -> String {
    text(&[&[ROLES, SILENT], more].concat())
}

/// Person 1 to 16, one for every way in which it can go, and a crowd at school so that lists are small.
fn leveringen(path: &Path) {
    let folder = path.join("leveringen");
    let own: &[(usize, &[(&str, &str)])] = &[
        (6, &[("contact", "begeleiding")]),
        (7, &[("niet_benaderen", "j")]),
        (9, &[("geboortemaand", "1999-10")]),
        (10, &[("uitstroomprofiel", "dagbesteding")]),
        (16, &[("uitschrijfdatum", "2026-07-31")]),
    ];
    let doelgroep = |number: usize| {
        let verwijzing = handle(number);
        let cells = own.iter().find(|(of, _)| *of == number).map_or(&[][..], |(_, cells)| *cells);
        let cells: Vec<_> = cells.iter().copied().chain([("verwijzing", verwijzing.as_str())]).collect();
        row("doelgroep", number, &cells)
    };
    let rows: Vec<String> = (1..=60).map(doelgroep).collect();
    Levering::rows("doelgroep", &rows).write(&folder);
    let brp = |number: usize| match number {
        11 => Some(row("brp", 11, &[("status", "overleden"), ("sinds", "2026-02-03"), ("gemeente", "")])),
        12 => Some(row("brp", 12, &[("sinds", "2026-03-04"), ("gemeente", "0363")])),
        13 => Some(row("brp", 13, &[("sinds", "2026-04-05"), ("gemeente", "0148")])),
        14 => None,
        15 => Some(row("brp", 15, &[("status", "geemigreerd"), ("sinds", "2026-05-06"), ("gemeente", "")])),
        number => Some(row("brp", number, &[])),
    };
    let rows: Vec<String> = (1..=60).filter_map(brp).collect();
    Levering::rows("brp", &rows).write(&folder);
    let school = |number: usize| row("onderwijs", number, &[]);
    let mut rows: Vec<String> = [1, 15].into_iter().chain(17..=60).map(school).collect();
    rows.push(row("onderwijs", 4, &[("inschrijving_van", ""), ("startkwalificatie", "2026-06-07")]));
    Levering::rows("onderwijs", &rows).write(&folder);
    let rows: Vec<String> = [1, 2].map(|number| row("inkomen", number, &[])).into();
    Levering::rows("inkomen", &rows).write(&folder);
    Levering::rows("uitkering", &[row("uitkering", 3, &[])]).write(&folder);
    Levering::rows("betrokkenheid", &[row("betrokkenheid", 8, &[])]).write(&folder);
}

fn region(path: &Path, more: &[(&str, &str)]) {
    sign(path, &policy(more), Some("fg"));
    leveringen(path);
    let ontvangers = path.join("ontvangers");
    std::fs::create_dir_all(&ontvangers).unwrap();
    let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lijsten/alleen-voor-tests.txt");
    std::fs::copy(key, ontvangers.join("0193.txt")).unwrap();
}

/// A question about a person. `make` comes after the region was made.
fn ask(name: &'static str, what: &'static str, person: usize, rest: &str, make: impl Fn(&Path) + 'static) -> Case {
    let first =
        format!("INBEELD_VANDAAG=2026-11-05 inbeeld waarom --leveringen {name}/leveringen --peildatum 2026-10-01");
    let second =
        format!("--doelbinding {name}/proef.toml --vertrouwd vertrouwd --verwijzing {} {rest}", handle(person));
    case(name, what, &[&first, &second], move |path| {
        if !path.join("proef.toml").exists() {
            region(path, &[]);
        }
        make(path);
    })
}

/// The lists of the month leave; that of the municipality without a key does not.
fn delivered(path: &Path) {
    let (code, said) = koppel(path, "../vertrouwd");
    assert!(said.contains("lijsten/te-benaderen-0193.csv.age"), "{code}: {said}");
}

/// The same under another text.
fn under(more: &'static [(&'static str, &'static str)]) -> impl Fn(&Path) + 'static {
    move |path| {
        region(path, more);
    }
}

pub fn cases() -> Vec<Case> {
    let coordinator = |name, what, person| ask(name, what, person, "--voor coordinator", delivered);
    let asked_once = |path: &Path| {
        region(path, &[("per_dag = 20", "per_dag = 1")]);
        let (code, _) =
            crate::koppel::said(
                path,
                &[
                    &[
                        "waarom",
                        "--leveringen",
                        "leveringen",
                        "--peildatum",
                        "2026-10-01",
                        "--doelbinding",
                        "proef.toml",
                    ][..],
                    &["--vertrouwd", "../vertrouwd", "--verwijzing", &handle(9999), "--voor", "jongere"],
                ]
                .concat(),
            );
        // Nobody has that handle: a question that is refused counts all the same.
        assert_eq!(code, 3);
    };
    vec![
        coordinator("leeftijd", "rule 1", 9),
        coordinator("uitstroomprofiel", "rule 2", 10),
        coordinator("overleden", "rule 3", 11),
        coordinator("tegenstrijdig", "rule 3, and another source says otherwise", 15),
        coordinator("verhuisd", "rule 4", 12),
        coordinator("diploma", "rule 5", 4),
        coordinator("school", "rule 6, and nothing is told of the income", 1),
        coordinator("werk", "rule 6: above the threshold, and no amount", 2),
        coordinator("uitkering", "rule 6", 3),
        coordinator("niet-in-brp", "rule 7, and on both lists", 14),
        coordinator("niets-gevonden", "rule 8, and on a list that left", 5),
        coordinator("contact", "rule 8, excepted by its contact", 6),
        coordinator("niet-benaderen", "rule 8, and wants to be left alone", 7),
        coordinator("betrokkenheid", "rule 8, and one party is in contact", 8),
        coordinator("verhuisd-binnen", "rule 4 moved it to a municipality without handle or key", 13),
        coordinator("niet-genoemd", "left school too short ago for this text", 16),
        ask("niet-uitgeleverd", "on a list that has not left", 5, "--voor coordinator", |_| {}),
        ask("te-groot", "a list that names too many", 5, "--voor coordinator", |path| {
            region(path, &[("max_aandeel = 0.6\ncontact", "max_aandeel = 0.01\ncontact")]);
        }),
        ask("bron-ontbreekt", "rule 7: a source that did not come", 5, "--voor coordinator", |path| {
            for ending in ["", ".manifest.json"] {
                std::fs::remove_file(path.join(format!("leveringen/uitkering.csv{ending}"))).unwrap();
            }
        }),
        ask("json", "the same for machines", 2, "--voor coordinator --json", delivered),
        ask("gemeente", "a list that tells the klasse, and one that does not", 14, "--voor gemeente", delivered),
        ask("gemeente-json", "the same for machines", 14, "--voor gemeente --json", delivered),
        ask("gemeente-niet", "not on a list", 1, "--voor gemeente", delivered),
        ask("brief", "the letter, to somebody on a list", 5, "--voor jongere", delivered),
        ask("brief-werk", "the letter, to somebody who works", 2, "--voor jongere", delivered),
        ask("brief-niet-genoemd", "the letter, to somebody whom the text does not name", 16, "--voor jongere", |_| {}),
        ask("geen-inzage", "nobody may ask", 5, "--voor coordinator", |path| {
            let part = "[inzage]\nrollen = [\"gemeente\", \"coordinator\"]\nper_dag = 20\n\n";
            sign(path, &policy(&[]).replace(part, ""), Some("fg"));
        }),
        ask("andere-rol", "the text does not let this role ask", 5, "--voor jongere", |path| {
            sign(path, &policy(&[]).replace("\"gemeente\", \"coordinator\"]\nper", "\"gemeente\"]\nper"), Some("fg"));
        }),
        ask("dag-vol", "the number of the day is used up", 5, "--voor coordinator", asked_once),
        ask("onbekend", "a handle that nobody has", 9999, "--voor coordinator", |_| {}),
        ask(
            "te-laat",
            "the text holds no more",
            5,
            "--voor coordinator",
            under(&[("tot_en_met = 2026-12-31", "tot_en_met = 2026-09-30")]),
        ),
        ask("levering", "a levering that is refused", 5, "--voor coordinator", |path| {
            Levering::rows("uitkering", &[row("uitkering", 3, &[("van", crate::levering::MARKER)])])
                .write(&path.join("leveringen"));
        }),
        case("hulp", "what it says of itself", &["inbeeld waarom --help"], |_| {}),
        case(
            "vorm",
            "what is no handle",
            &[
                "inbeeld waarom --leveringen l --peildatum 2026-10-01 --doelbinding d --vertrouwd v --voor gemeente --verwijzing GEHEIM1234",
            ],
            |_| {},
        ),
    ]
}
