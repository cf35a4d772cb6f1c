//! Contact lists through the program: a small region of which every person is written out, linked, and
//! its lists opened by the municipalities; what is withdrawn; and the trial of a text.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test stops at the first surprise"
)]

#[path = "lijsten/maken.rs"]
#[allow(dead_code, reason = "here the program itself seals the lists")]
mod maken;
#[path = "lijsten/streek.rs"]
#[allow(dead_code, reason = "what another test asks of the region")]
mod streek;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use streek::{KEY, Region, TEXT, pseudonym, text};

#[test]
fn each_municipality_gets_its_own_persons_with_its_own_handle() {
    let region = Region::new(0);
    region.month("2026-10", KEY, &["8"]);
    region.sign(TEXT, &["een"]);
    let (code, said, complaint) = region.koppel("2026-10", &[]);
    assert_eq!(code, 0, "{said}{complaint}");
    assert_eq!(
        region.sorted("te-benaderen-0193", "0193"),
        ["Z-11;onbekend;18-22;onbekend;;in_beeld;geen", "Z-1;geen_dagbesteding;18-22;oud;2025-03;onbekend;geen"]
            .into_iter()
            .map(str::to_owned)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        region.sorted("te-benaderen-0148", "0148"),
        [
            "D-10;geen_dagbesteding;18-22;nieuw;2026-08;onbekend;geen",
            // The levering that counts says when it left and what contact there is; the handle is another's.
            "D-4;geen_dagbesteding;18-22;oud;2025-03;onbekend;geen",
        ]
    );
    // One person of each municipality has no handle there: too few to say.
    assert_eq!(region.account()["zonder_verwijzing"], Value::Null);
    // The register knows that lists left, for whom and telling what, and no number of persons.
    let register = fs::read_to_string(region.path("register.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(register.lines().next().unwrap()).unwrap();
    let told: Vec<_> = entry["lijsten"].as_array().unwrap().iter().map(|list| list["gemeente"].clone()).collect();
    assert_eq!(told, ["0148", "0193"]);
    assert!(!register.contains("regels\":2") && !register.contains(&pseudonym("1")));
    // Nobody else's keys open it.
    fs::copy(region.path("uit/lijsten/te-benaderen-0193.csv.age"), region.path("vreemd.age")).unwrap();
    let args = ["herken", "--lijst", "vreemd.age", "--identiteit", "ontvangers/0148.identiteit"];
    let more = ["--verwijzingsleutel", "ontvangers/0193.sleutel", "--gemeente", "0193", "--uit", "niets.csv"];
    assert_ne!(region.run(&[args.as_slice(), &more].concat()).0, 0);
    assert!(!region.path("niets.csv").exists());
}

#[test]
fn a_list_that_may_not_leave_is_named_and_the_others_go_out() {
    let region = Region::new(0);
    region.month("2026-10", KEY, &["8"]);
    // Of the eight persons counted in Zwolle two stand on its list, of Dalfsen's three also two.
    for (share, code, refused) in [("0.7", 0, vec![]), ("0.25", 4, vec!["0148"]), ("0.24", 4, vec!["0148", "0193"])] {
        region.sign(&TEXT.replace("max_aandeel = 1.0", &format!("max_aandeel = {share}")), &["een"]);
        let register = format!("r{share}.jsonl");
        let (found, _, said) = region.koppel("2026-10", &["--register", &register]);
        assert_eq!(found, code, "{share}: {said}");
        for gemeente in ["0148", "0193"] {
            let out = region.path(&format!("uit/lijsten/te-benaderen-{gemeente}.csv.age")).exists();
            assert_eq!(out, !refused.contains(&gemeente), "{share} {gemeente}");
            let named = said.contains(&format!("lijst `te-benaderen` voor gemeente {gemeente}"));
            assert_eq!(named, refused.contains(&gemeente), "{said}");
        }
    }
    region.sign(TEXT, &["een"]);
    fs::remove_file(region.path("ontvangers/0148.txt")).unwrap();
    fs::write(region.path("ontvangers/0193.txt"), "geen sleutel").unwrap();
    let (code, _, said) = region.koppel("2026-10", &["--register", "zonder.jsonl"]);
    assert_eq!(code, 4);
    assert!(said.contains("ontvangers/0148.txt") && said.contains("ontvangers/0193.txt"), "{said}");
    assert!(!said.contains("geen sleutel"), "{said}");
    assert!(!region.path("uit/lijsten").exists() && region.path("uit/vrijgave.json").exists());
}

#[test]
fn who_is_no_longer_on_a_list_is_told_by_handle_and_in_one_word() {
    let region = Region::new(0);
    let with = ["--intrekking", "intrekking.sleutel"];
    region.sign(TEXT, &["een"]);
    region.month("2026-10", KEY, &["8"]);
    assert_eq!(region.koppel("2026-10", &with).0, 0);
    assert!(region.open("te-benaderen-0193-vervallen", "0193").is_empty());
    assert_eq!(region.account()["intrekking"], "eerste");
    // What is remembered tells nothing without its key, and only its owner may read it.
    let memory = fs::read(region.path("intrekking/lijst.verzegeld")).unwrap();
    assert!(!memory.windows(8).any(|part| part == b"te-benad" || part == b"sleutel_"));
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(region.path("intrekking/lijst.verzegeld")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    // Person 1 goes to school; the handles of all others are new ones, and are no reason to call anybody gone.
    region.month("2026-11", KEY, &["8", "1"]);
    for _ in 0..2 {
        assert_eq!(region.koppel("2026-11", &with).0, 0);
        assert_eq!(region.open("te-benaderen-0193-vervallen", "0193"), ["Z-1;vervallen"]);
        assert!(region.open("te-benaderen-0148-vervallen", "0148").is_empty());
    }
    // Another koppelsleutel: nobody can tell, and that is what it says.
    region.month("2026-12", "fedcba9876543210", &["8", "1"]);
    let (code, _, said) = region.koppel("2026-12", &with);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("andere koppelsleutel"), "{said}");
    assert_eq!(region.sorted("te-benaderen-0193-vervallen", "0193"), ["Z-11;niet_te_vergelijken"]);
    // With another key of soort intrekking what is remembered does not open; nothing is released.
    let other = region.path("ander.sleutel");
    assert_eq!(region.run(&["sleutel", "nieuw", "--soort", "intrekking", "--uit", text(&other)]).0, 0);
    let (code, _, said) = region.koppel("2026-12", &["--intrekking", "ander.sleutel"]);
    assert!(code == 5 && said.contains("intrekking-vreemd"), "{said}");
}

#[test]
fn a_trial_shows_protected_numbers_and_stands_in_the_register() {
    let region = Region::new(10);
    region.month("2026-10", KEY, &["8"]);
    let proef = |more: &[&str]| {
        let args =
            ["doelbinding", "proef", "lijst.toml", "--peildatum", "2026-10-01", "--leveringen", "2026-10", "--json"];
        region.run(&[&args[..], more].concat())
    };
    // Nobody has signed it: no number of a real person.
    region.sign(TEXT, &[]);
    let (code, shown, said) = proef(&[]);
    assert_eq!((code, shown.as_str()), (4, ""), "{said}");
    assert!(!region.path("register.jsonl").exists());
    // One of two signatures is enough to try, not to release.
    region.sign(&TEXT.replace("versie = 1", "versie = 1\nhandtekeningen = 2"), &["een"]);
    assert_eq!(region.koppel("2026-10", &["--register", "twee.jsonl"]).0, 4);
    let (code, shown, said) = proef(&[]);
    assert_eq!(code, 0, "{said}");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    // Twenty-two rows each, in klassen of which the table that goes with it says how many there are.
    let lengths: Vec<_> =
        shown["proef"]["lijsten"].as_array().unwrap().iter().map(|list| list["regels"].clone()).collect();
    assert_eq!(lengths, [json!(20), json!(20)]);
    assert_eq!(shown["proef"]["tabellen"][0]["naam"], "lijsten (proef)");
    assert!(!region.path("uit").exists());
    let register = fs::read_to_string(region.path("register.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(register.lines().next().unwrap()).unwrap();
    assert_eq!((register.lines().count(), entry["soort"].as_str()), (1, Some("proef")));
    assert_eq!(entry["lijsten"], json!([]));
    // It counts like a release: another peildatum of the month is refused beside it.
    region.sign(TEXT, &["een"]);
    let counts: BTreeMap<&str, i32> = [("2026-10-02", 4), ("2026-10-01", 0)]
        .map(|(day, _)| {
            let args = ["koppel", "--peildatum", day, "--doelbinding", "lijst.toml", "--vertrouwd", "vertrouwd"];
            (day, region.run(&[&args[..], &["--leveringen", "2026-10", "--uit", "uit"]].concat()).0)
        })
        .into();
    assert_eq!(counts, [("2026-10-02", 4), ("2026-10-01", 0)].into());
}

/// A text with lists alone has reasons in its verantwoording that nobody asked for: where they cannot stand beside
/// what left before, they are withheld, and that is a remark.
#[test]
fn reasons_that_nobody_asked_for_are_a_remark_and_no_refusal() {
    const REMARK: &str = "let op: de redenen per klasse staan niet in de verantwoording";
    let region = Region::new(10);
    let told = || -> usize {
        let account = region.account();
        account["redenen"].as_array().unwrap().iter().filter(|reason| !reason["aantal"].is_null()).count()
    };
    let table = "\n[[tabel]]\nnaam = \"klasse\"\ndimensies = [\"klasse\"]\nmethode = \"onderdrukking\"\ndrempel = 5\n";
    for (text, code, wanted) in
        [(TEXT.to_owned(), 0, REMARK), (format!("{TEXT}{table}"), 4, "fout [tabel-geweigerd]: tabel `klasse`")]
    {
        let register = format!("correctie-{code}.jsonl");
        region.month("2026-10", KEY, &["8"]);
        region.sign(&text, &["een"]);
        let (found, _, said) = region.koppel("2026-10", &["--register", &register]);
        assert!(found == 0 && !said.contains(REMARK) && told() > 0, "{said}");
        // One person more at school: the difference is about that one.
        region.month("2026-10", KEY, &["8", "1"]);
        let (found, shown, said) = region.koppel("2026-10", &["--register", &register, "--json"]);
        assert!(found == code && said.contains(wanted), "{said}");
        assert_eq!(told(), 0);
        let account = region.account();
        let asked = usize::from(code == 4);
        let shown: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(shown["geweigerd"].as_array().unwrap().len(), asked);
        assert_eq!(account["geweigerde_tabellen"].as_array().unwrap().len(), asked);
        assert_eq!(account["redenen_achtergehouden"].is_string(), asked == 0, "{account}");
        // The lists went out.
        assert!(region.open("te-benaderen-0193", "0193").iter().all(|row| !row.starts_with("Z-1;")));
    }
    // Beside rounded tables of the month there are no reasons of the other method.
    let rounded = table.replace("onderdrukking", "afronding").replace("drempel = 5\n", "");
    let with = ["--register", "afgerond.jsonl"];
    let lists = TEXT.split_once("[[lijst]]").unwrap();
    region.sign(
        &format!("{}{rounded}", lists.0.replace("betrokkenheid = { velden = [\"sinds\"], waarom = \"x\" }\n", "")),
        &["een"],
    );
    assert_eq!(region.koppel("2026-10", &with).0, 0);
    region.sign(TEXT, &["een"]);
    let (code, _, said) = region.koppel("2026-10", &with);
    assert!(code == 0 && said.contains(REMARK) && said.contains("de andere methode"), "{said}");
    assert_eq!(told(), 0);
}

/// Handles of a year say nothing of each other, and files nothing of how many are in them. `tests/lijsten/jaar.py`
/// holds the same of a generated year, without any code of the product.
#[test]
fn a_year_of_handles_shares_no_eight_bytes_and_sizes_tell_no_rows() {
    let (mut pieces, mut handles, mut sizes) = (BTreeSet::new(), 0, BTreeSet::new());
    for crowd in [0, 10, 14] {
        let region = Region::new(crowd);
        region.sign(TEXT, &["een"]);
        // The whole year for the middle one; of the others one month is enough to see their size.
        for month in 1..=if crowd == 10 { 12 } else { 1 } {
            let month = format!("2026-{month:02}");
            region.month(&month, KEY, &["8"]);
            let (code, _, said) = region.koppel(&month, &[]);
            assert_eq!(code, 0, "{said}");
            for gemeente in ["0148", "0193"] {
                let name = format!("te-benaderen-{gemeente}");
                sizes.insert(fs::metadata(region.path(&format!("uit/lijsten/{name}.csv.age"))).unwrap().len());
                assert!(region.open(&name, gemeente).len() >= 2 * crowd);
                let opened = fs::read_to_string(region.path("open.csv")).unwrap();
                for line in opened.lines().skip(1) {
                    let handle = URL_SAFE_NO_PAD.decode(line.split(';').nth(1).unwrap()).unwrap();
                    handles += 1;
                    let fresh = handle.windows(8).filter(|piece| pieces.insert(piece.to_vec())).count();
                    assert_eq!(fresh, handle.len() - 7, "eight bytes that another handle has too");
                }
            }
        }
    }
    assert!(handles > 500, "{handles}");
    // One step of 16 KiB, and the header of age, in which the crate puts a stanza of random length.
    assert!(sizes.iter().all(|size| (16_384..16_384 + 512).contains(size)), "{sizes:?}");
}
