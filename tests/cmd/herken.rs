//! `herken`: lists that open, and everything that keeps one from opening.

use crate::geval::{Case, case};
use crate::levering::MARKER;
use crate::maken::Gemeente;
use inbeeld::pseudonym::{Key, Role};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const HEADER: &str = "verwijzing;klasse;leeftijdsgroep";
/// The list of a case.
const LIST: &str = "lijst-0193.csv.age";

/// A case with a municipality of its own, whose list is put in place and then spoilt.
fn with(name: &'static str, what: &'static str, more: &str, make: impl Fn(&Path, &Gemeente) + 'static) -> Case {
    let has = |option: &str| more.contains(option);
    let mut second = Vec::new();
    for (option, value) in [("--identiteit", "0193.identiteit"), ("--verwijzingsleutel", "0193.sleutel")] {
        if !has(option) {
            second.push(format!("{option} {name}/{value}"));
        }
    }
    if !has("--gemeente") {
        second.push("--gemeente 0193".to_owned());
    }
    if !has("--uit") {
        second.push(format!("--uit {name}/uit.csv"));
    }
    second.extend((!more.is_empty()).then(|| more.to_owned()));
    let command = [format!("inbeeld herken --lijst {name}/{LIST}"), second.join(" ")];
    case(name, what, &[&command[0], &command[1]], move |path| {
        let zwolle = Gemeente::new(path, "0193", "0193");
        put(path, &zwolle.seal(HEADER, &rows(&zwolle)));
        make(path, &zwolle);
    })
}

fn put(path: &Path, list: &[u8]) {
    fs::write(path.join(LIST), list).unwrap();
}

fn rows(by: &Gemeente) -> Vec<String> {
    let row = |number: u32| by.row(&format!("{MARKER}-{number}"), ";geen_dagbesteding;18-22");
    (1..=3).map(row).collect()
}

/// A list of the municipality with one byte changed, this far from its end or its beginning.
fn changed(path: &Path, at: impl Fn(usize) -> usize) {
    let mut list = fs::read(path.join(LIST)).unwrap();
    let at = at(list.len());
    list[at] ^= 1;
    put(path, &list);
}

/// Cases that leave a file.
pub const GOOD: [&str; 3] = ["goed", "zonder-regels", "vervallen"];

/// Lists that open and lists that do not.
pub fn lists() -> Vec<Case> {
    vec![
        with("goed", "all is good", "", |_, _| {}),
        with("zonder-regels", "nobody is on the list", "", |path, zwolle| put(path, &zwolle.seal(HEADER, &[]))),
        with("vervallen", "what became of earlier handles", "", |path, zwolle| {
            put(path, &zwolle.seal("verwijzing;status", &[zwolle.row(MARKER, ";vervallen")]));
        }),
        with("andere-sleutel", "another verwijzingsleutel", "", |path, _| {
            fs::remove_file(path.join("0193.sleutel")).unwrap();
            Gemeente::new(path, "ander", "0193");
            fs::rename(path.join("ander.sleutel"), path.join("0193.sleutel")).unwrap();
        }),
        with("andere-gemeente", "the code of another municipality", "--gemeente 0148", |_, _| {}),
        with("lijst-van-ander", "handles of another, sealed for this municipality", "", |path, zwolle| {
            let other = Gemeente::new(path, "ander", "0193");
            put(path, &zwolle.seal(HEADER, &rows(&other)));
        }),
        with("gemengd", "some handles are of another", "", |path, zwolle| {
            let other = Gemeente::new(path, "ander", "0193");
            put(path, &zwolle.seal(HEADER, &[rows(zwolle), rows(&other)].concat()));
        }),
        with("andere-identiteit", "sealed for another municipality", "", |path, zwolle| {
            let other = Gemeente::new(path, "ander", "0193");
            put(path, &other.seal(HEADER, &rows(zwolle)));
        }),
        with("begin-veranderd", "the first byte changed", "", |path, _| changed(path, |_| 0)),
        with("kop-veranderd", "a byte of the header changed", "", |path, _| {
            // To another sign of base64: what is none would already be no header.
            let mut list = fs::read(path.join(LIST)).unwrap();
            list[40] = if list[40] == b'A' { b'B' } else { b'A' };
            put(path, &list);
        }),
        with("inhoud-veranderd", "a byte of the content changed", "", |path, _| changed(path, |length| length - 99)),
        with("afgebroken", "the end is missing", "", |path, _| {
            let list = fs::read(path.join(LIST)).unwrap();
            put(path, &list[..list.len() - 1000]);
        }),
        with("leeg", "nothing at all", "", |path, _| put(path, b"")),
        with("geen-lijst", "something else, sealed for this municipality", "", |path, zwolle| {
            put(path, &zwolle.seal(&format!("naam;{MARKER}"), &[]));
        }),
        with("kolom", "a column that no list has", "", |path, zwolle| {
            put(path, &zwolle.seal(&format!("verwijzing;klasse;{MARKER}"), &[]));
        }),
        with("regel", "a row that is too short", "", |path, zwolle| {
            put(path, &zwolle.seal(HEADER, &[zwolle.row(MARKER, ";werk")]));
        }),
        with("formule", "a cell that a spreadsheet would compute", "", |path, zwolle| {
            put(path, &zwolle.seal(HEADER, &[zwolle.row("1", &format!(";={MARKER};27+"))]));
        }),
    ]
}

/// Keys and options that are not as they should be.
pub fn usage() -> Vec<Case> {
    let mode = |file: &'static str| {
        move |path: &Path, _: &Gemeente| {
            fs::set_permissions(path.join(file), fs::Permissions::from_mode(0o644)).unwrap();
        }
    };
    vec![
        with(
            "omgekeerd-identiteit",
            "the verwijzingsleutel as identity",
            "--identiteit omgekeerd-identiteit/0193.sleutel",
            |_, _| {},
        ),
        with(
            "omgekeerd-sleutel",
            "the identity as verwijzingsleutel",
            "--verwijzingsleutel omgekeerd-sleutel/0193.identiteit",
            |_, _| {},
        ),
        with("koppelsleutel", "a koppelsleutel as verwijzingsleutel", "", |path, _| {
            let file = path.join("0193.sleutel");
            fs::remove_file(&file).unwrap();
            inbeeld::store::write_secret(&file, &Key::generate(Role::Koppel).unwrap().to_line()).unwrap();
        }),
        with("openbare-helft", "the public half as identity", "--identiteit openbare-helft/0193.txt", |path, _| {
            fs::set_permissions(path.join("0193.txt"), fs::Permissions::from_mode(0o600)).unwrap();
        }),
        with("twee-identiteiten", "two identities in one file", "", |path, _| {
            Gemeente::new(path, "ander", "0193");
            let both =
                ["0193", "ander"].map(|name| fs::read(path.join(format!("{name}.identiteit"))).unwrap()).concat();
            fs::write(path.join("0193.identiteit"), both).unwrap();
        }),
        with("geen-identiteit", "something else as identity", "", |path, _| {
            fs::write(path.join("0193.identiteit"), MARKER).unwrap();
        }),
        with("leesbare-identiteit", "others can read the identity", "", mode("0193.identiteit")),
        with("leesbare-sleutel", "others can read the verwijzingsleutel", "", mode("0193.sleutel")),
        with("bestaat-al", "the output exists", "", |path, _| fs::write(path.join("uit.csv"), MARKER).unwrap()),
        with("zonder-lijst", "there is no list", "", |path, _| fs::remove_file(path.join(LIST)).unwrap()),
        with("gemeentecode", "no code of a municipality", "--gemeente 193", |_, _| {}),
        with("geen-map", "the folder for the output is not there", "--uit geen-map/weg/uit.csv", |_, _| {}),
    ]
}
