//! A list from end to end: sealed as a region does, opened by `herken`. What is made here is opened by
//! other programs as well, in `.ci/run` (`tests/lijsten/openen.py`).

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test stops at the first surprise"
)]

#[path = "lijsten/maken.rs"]
mod maken;

use maken::Gemeente;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Rows enough for a content over the 64 KiB in which age seals.
const ROWS: u32 = 600;
const HEADER: &str = "verwijzing;klasse;leeftijdsgroep;uitschrijfmaand";

fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&place);
    place
}

fn herken(folder: &Path, keys: &str, code: &str, uit: &str) -> Output {
    let (identity, key) = (format!("{keys}.identiteit"), format!("{keys}.sleutel"));
    let options = ["--identiteit", &identity, "--verwijzingsleutel", &key, "--gemeente", code, "--uit", uit];
    let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
    command.current_dir(folder).args(["herken", "--lijst", "te-benaderen-0193.csv.age"]).args(options);
    command.output().unwrap()
}

/// The dossiers and cells of the list, in order of dossier.
fn expected() -> Vec<String> {
    let klassen = ["geen_dagbesteding", "onbekend"];
    let one = |number: u32| {
        let dossier = match number % 50 {
            0 => format!("é-{number:06}"),
            1 => format!("{number:064}"),
            _ => format!("RMC-2026-{number:06}"),
        };
        format!(
            "{dossier};{};{};2024-0{}",
            klassen[number as usize % 2],
            ["18-22", "27+"][number as usize % 2],
            number % 9 + 1
        )
    };
    let mut rows: Vec<String> = (0..ROWS).map(one).collect();
    rows.sort();
    rows
}

#[test]
fn a_list_gives_the_expected_dossiers_and_another_key_nothing() {
    let folder = place("lijsten");
    let zwolle = Gemeente::new(&folder, "0193", "0193");
    let other = Gemeente::new(&folder, "ander", "0193");
    let expected = expected();
    // As a region would: not in the order of the dossiers.
    let row = |at: u32| {
        let line = &expected[(at * 7 % ROWS) as usize];
        let (dossier, cells) = line.split_once(';').unwrap();
        zwolle.row(dossier, &format!(";{cells}"))
    };
    let rows: Vec<String> = (0..ROWS).map(row).collect();
    let sealed = zwolle.seal(HEADER, &rows);
    assert!(sealed.len() > 1 << 16);
    fs::write(folder.join("te-benaderen-0193.csv.age"), &sealed).unwrap();
    let header = HEADER.replace("verwijzing", "dossier");
    fs::write(folder.join("verwacht.csv"), format!("{header}\n{}\n", expected.join("\n"))).unwrap();
    fs::write(folder.join("van-een-ander-0193.csv.age"), other.seal(HEADER, &rows)).unwrap();

    let output = herken(&folder, "0193", "0193", "uit.csv");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(folder.join("uit.csv")).unwrap();
    let found: Vec<String> = text
        .lines()
        .map(|line| {
            line.split(';').enumerate().filter(|(at, _)| *at != 1).map(|(_, cell)| cell).collect::<Vec<_>>().join(";")
        })
        .collect();
    assert_eq!(found[0], header);
    assert_eq!(found[1..], expected);
    assert_eq!(fs::metadata(folder.join("uit.csv")).unwrap().permissions().mode() & 0o777, 0o600);

    for (keys, code) in [("ander", "0193"), ("0193", "0148")] {
        let output = herken(&folder, keys, code, "niets.csv");
        assert_eq!(output.status.code(), Some(5), "{keys} {code}");
        assert!(output.stdout.is_empty() && !folder.join("niets.csv").exists());
    }
    // Whatever else was written beside it went again.
    assert!(fs::read_dir(&folder).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with('.')));
}

#[cfg(feature = "xlsx")]
#[test]
fn a_list_as_a_spreadsheet() {
    use calamine::{Reader, open_workbook_auto};
    let folder = place("lijsten-xlsx");
    let zwolle = Gemeente::new(&folder, "0193", "0193");
    let rows = [zwolle.row("=2+3", ";werk"), zwolle.row("0042", ";school")];
    fs::write(folder.join("te-benaderen-0193.csv.age"), zwolle.seal("verwijzing;klasse", &rows)).unwrap();
    let output = herken(&folder, "0193", "0193", "uit.XLSX");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::copy(folder.join("uit.XLSX"), folder.join("kopie.xlsx")).unwrap();
    let sheet = open_workbook_auto(folder.join("kopie.xlsx")).unwrap().worksheet_range("Lijst").unwrap();
    let found: Vec<(String, String)> = sheet.rows().map(|row| (row[0].to_string(), row[2].to_string())).collect();
    let expected = [("dossier", "klasse"), ("0042", "school"), ("=2+3", "werk")];
    assert_eq!(found, expected.map(|(dossier, klasse)| (dossier.to_owned(), klasse.to_owned())));
    assert_eq!(fs::metadata(folder.join("uit.XLSX")).unwrap().permissions().mode() & 0o777, 0o600);
}
