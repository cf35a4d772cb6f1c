//! Every key of a doelbinding is explained in `docs/begrippen.md` and has effect: each is changed on its own,
//! and what it is for must come out differently.

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
#[allow(dead_code, reason = "what only lists ask of the region")]
mod streek;

use inbeeld::doelbinding::{keys, plain::columns::kolommen};
use inbeeld::terms::Bron;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use streek::{KEY, Region, TEXT, pseudonym};

const MONTH: &str = "2026-10";

/// What is put in the shared text so that every key of the schema is in it.
const COMPLETE: &[(&str, &str)] = &[
    ("tot_en_met = 2026-12-31", "tot_en_met = 2026-10-31"),
    ("bewaartermijn_dagen = 62\n", "bewaartermijn_dagen = 62\nhandtekeningen = 1\nrekentijd_s = 120\n"),
    (
        "[bronnen]\n",
        "[convenant]\ntitel = \"Afspraak\"\ndatum = 2025-12-01\npartijen = [\"00000001999990000148\", \"00000001999990000193\", \"00000001999990004001\"]\n\n[inzage]\nrollen = [\"coordinator\"]\nper_dag = 2\n\n[bronnen]\n",
    ),
    (
        UITKERING,
        "uitkering = { velden = [\"van\", \"tot\"], waarom = \"Geld.\", leveranciers = [\"00000001999990004001\"] }",
    ),
    ("inkomen_boven_cent = 30000\n", "inkomen_boven_cent = 30000\ninkomen_maand = \"peilmaand\"\n"),
    (
        "[[lijst]]\n",
        "[[tabel]]\nnaam = \"gemeente_klasse\"\ndimensies = [\"gemeente\", \"klasse\"]\nmethode = \"onderdrukking\"\ndrempel = 5\n\n[[lijst]]\n",
    ),
];
const UITKERING: &str = "uitkering = { velden = [\"van\", \"tot\"], waarom = \"x\" }";
const ONDERWIJS: &str =
    "onderwijs = { velden = [\"inschrijving_van\", \"inschrijving_tot\", \"startkwalificatie\"], waarom = \"x\" }\n";
const INKOMEN: &str = "inkomen = { velden = [\"maand\", \"bedrag_cent\", \"soort\"], waarom = \"x\" }\n";
const BRP: &str = "brp = { velden = [\"status\", \"sinds\", \"gemeente\"], waarom = \"x\" }\n";
const BETROKKENHEID: &str = "betrokkenheid = { velden = [\"sinds\"], waarom = \"x\" }\n";

/// What must come out differently when a key is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Differs {
    /// The tables that leave.
    Tables,
    /// The lists that leave, and what their municipalities read in them.
    Lists,
    /// What a release says of the text it was made under.
    Name,
    /// What is said beside a koppeling that goes out all the same.
    Warnings,
    /// What the FG reads before signing.
    Toon,
    /// How two questions about one person on one day end.
    Questions,
    /// The text is at fault, and this key is named.
    Fault,
    /// A koppeling ends with this code.
    Refused(&'static str),
}
use Differs::{Fault, Lists, Name, Questions, Refused, Tables, Toon, Warnings};

type Row = (&'static str, &'static [(&'static str, &'static str)], Differs);

/// Each key, what is put in the place of what, and what then differs.
const ROWS: &[Row] = &[
    ("schema", &[("doelbinding/v1", "doelbinding/v2")], Fault),
    ("id", &[("id = \"lijst\"", "id = \"ander\"")], Name),
    ("versie", &[("versie = 1", "versie = 2")], Name),
    ("titel", &[("titel = \"Proef\"", "titel = \"Andere\"")], Toon),
    ("doel", &[("Weten wie niemand ziet.", "Iets anders.")], Toon),
    ("grondslag", &[("AVG 6(1)(e)", "AVG 6(1)(a)")], Fault),
    ("grondslag", &[(", \"WEB 9.2.5\"", "")], Toon),
    ("noodzaak", &[("Het kan niet lichter.", "Daarom.")], Toon),
    ("bsn_grondslag", &[("UAVG 46 jo. Wabb 10", "Wabb 10")], Toon),
    ("verantwoordelijke.naam", &[("naam = \"Gemeente Zwolle\"", "naam = \"Een ander\"")], Toon),
    ("verantwoordelijke.oin", &[("oin = \"00000001999990000193\"", "oin = \"00000001999990000148\"")], Toon),
    ("geldig.van", &[("van = 2026-01-01", "van = 2026-10-02")], Refused("buiten-geldigheid")),
    ("geldig.tot_en_met", &[("tot_en_met = 2026-10-31", "tot_en_met = 2026-09-30")], Refused("buiten-geldigheid")),
    ("bewaartermijn_dagen", &[("bewaartermijn_dagen = 62", "bewaartermijn_dagen = 20")], Refused("te-laat")),
    ("handtekeningen", &[("handtekeningen = 1", "handtekeningen = 2")], Refused("te-weinig-handtekeningen")),
    // That the time is kept to is tested where time can be made to stand still.
    ("rekentijd_s", &[("rekentijd_s = 120", "rekentijd_s = 60")], Toon),
    ("convenant.titel", &[("titel = \"Afspraak\"", "titel = \"Andere afspraak\"")], Toon),
    ("convenant.datum", &[("datum = 2025-12-01", "datum = 2025-12-02")], Toon),
    ("convenant.partijen", &[(", \"00000001999990004001\"]\n\n[inzage]", "]\n\n[inzage]")], Warnings),
    ("convenant.partijen", &[("[\"00000001999990000148\", ", "[")], Warnings),
    ("inzage.rollen", &[("rollen = [\"coordinator\"]", "rollen = [\"gemeente\"]")], Questions),
    ("inzage.per_dag", &[("per_dag = 2", "per_dag = 1")], Questions),
    ("bronnen.onderwijs", &[(ONDERWIJS, "")], Tables),
    ("bronnen.inkomen", &[(INKOMEN, ""), ("inkomen_maand = \"peilmaand\"\n", "")], Tables),
    (
        "bronnen.uitkering",
        &[(
            "uitkering = { velden = [\"van\", \"tot\"], waarom = \"Geld.\", leveranciers = [\"00000001999990004001\"] }\n",
            "",
        )],
        Tables,
    ),
    ("bronnen.brp", &[(BRP, "")], Tables),
    ("bronnen.betrokkenheid", &[(BETROKKENHEID, "")], Fault),
    // A column that is named is read, faults and all; one that is not, is not.
    ("bronnen.*.velden", &[("[\"van\", \"tot\"]", "[\"van\", \"tot\", \"soort\"]")], Refused("keuze")),
    ("bronnen.*.velden", &[("[\"van\", \"tot\"]", "[\"van\"]")], Fault),
    ("bronnen.*.waarom", &[("waarom = \"Geld.\"", "waarom = \"Anders.\"")], Toon),
    ("bronnen.*.leveranciers", &[(", leveranciers = [\"00000001999990004001\"]", "")], Tables),
    ("doelgroep.regio", &[("regio = \"10\"", "regio = \"11\"")], Refused("andere-regio")),
    (
        "doelgroep.gemeenten",
        &[("gemeenten = [\"0148\", \"0193\"]", "gemeenten = [\"0148\", \"0193\", \"0160\"]")],
        Tables,
    ),
    ("doelgroep.leeftijd.van", &[("van = 16, tot = 27", "van = 22, tot = 27")], Tables),
    ("doelgroep.leeftijd.tot", &[("van = 16, tot = 27", "van = 16, tot = 21")], Tables),
    ("doelgroep.cohort", &[("cohort = \"alle\"", "cohort = \"oud\"")], Tables),
    ("doelgroep.inkomen_boven_cent", &[("inkomen_boven_cent = 30000", "inkomen_boven_cent = 50000")], Tables),
    ("doelgroep.inkomen_maand", &[("\"peilmaand\"", "\"vorige\"")], Tables),
    ("tabel.naam", &[("naam = \"gemeente_klasse\"", "naam = \"andere\"")], Tables),
    ("tabel.dimensies", &[("[\"gemeente\", \"klasse\"]", "[\"klasse\"]")], Tables),
    ("tabel.methode", &[("\"onderdrukking\"\ndrempel = 5\n", "\"afronding\"\n")], Tables),
    ("tabel.drempel", &[("drempel = 5", "drempel = 7")], Tables),
    ("lijst.naam", &[("naam = \"te-benaderen\"", "naam = \"andere\"")], Lists),
    ("lijst.klassen", &[("[\"geen_dagbesteding\", \"onbekend\"]", "[\"geen_dagbesteding\"]")], Lists),
    ("lijst.velden", &[("velden = [\"klasse\", \"leeftijdsgroep\"", "velden = [\"klasse\"")], Lists),
    ("lijst.ontvangers", &[("ontvangers = [\"0148\", \"0193\"]", "ontvangers = [\"0193\"]")], Lists),
    ("lijst.max_aandeel", &[("max_aandeel = 1.0", "max_aandeel = 0.1")], Refused("lijst-geweigerd")),
    ("lijst.contact_uitgezonderd", &[("contact_uitgezonderd = [\"begeleiding\"]\n", "")], Lists),
    ("lijst.betrokkenheid", &[("betrokkenheid = \"geen\"\n", "")], Lists),
];

fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}

/// A month in which some work, in which one source says not all that it knows, and in which one column that
/// no text needs holds what nobody may read.
fn region() -> Region {
    let mut region = Region::new(10);
    for at in 0..6 {
        let person = pseudonym(&format!("niets-0193-{at}"));
        region.more.push(("inkomen", format!("{person};2026-10;50000;loon")));
    }
    region.more.push(("uitkering", format!("{};geen-uitkering;2020-01-01;2020-02-01", pseudonym("1"))));
    region.partial.insert("uitkering");
    region.month(MONTH, KEY, &["8"]);
    region
}

/// What comes out of a text, of the kind that is asked about.
fn seen(region: &Region, text: &str, what: Differs) -> String {
    let _ = fs::remove_file(region.path("register.jsonl"));
    if what == Fault {
        fs::write(region.path("fout.toml"), text).unwrap();
        let (code, said, complaint) = region.run(&["doelbinding", "controleer", "fout.toml"]);
        assert!([0, 3].contains(&code), "{complaint}");
        return format!("{said}{complaint}");
    }
    region.sign(text, &["een"]);
    match what {
        Toon => return region.run(&["doelbinding", "toon", "lijst.toml"]).1,
        Questions => return questions(region),
        _ => {}
    }
    let (code, said, complaint) = region.koppel(MONTH, &[]);
    if let Refused(_) = what {
        return complaint;
    }
    assert_eq!(code, 0, "{text}{said}{complaint}");
    let release: Value = serde_json::from_slice(&fs::read(region.path("uit/vrijgave.json")).unwrap()).unwrap();
    match what {
        Tables => release["tabellen"].to_string(),
        Name => format!("{} {}", release["doelbinding"]["id"], release["doelbinding"]["versie"]),
        Warnings => complaint,
        _ => lists(region),
    }
}

/// Every list by name, with what its municipality reads.
fn lists(region: &Region) -> String {
    let files = fs::read_dir(region.path("uit/lijsten")).unwrap();
    let names: BTreeSet<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let open = |name: &String| {
        let list = name.strip_suffix(".csv.age").unwrap();
        let gemeente = list.rsplit('-').next().unwrap();
        format!("{list}\n{}\n", region.sorted(list, gemeente).join("\n"))
    };
    names.iter().map(open).collect()
}

/// How two questions of the coordinator end.
fn questions(region: &Region) -> String {
    let handle = region.handle("Z-1");
    let ask = || {
        let args = ["waarom", "--leveringen", MONTH, "--peildatum", "2026-10-01", "--doelbinding", "lijst.toml"];
        let who = ["--vertrouwd", "vertrouwd", "--voor", "coordinator", "--verwijzing", &handle];
        region.run(&[&args[..], &who].concat()).0.to_string()
    };
    [ask(), ask()].join(" ")
}

#[test]
fn every_key_has_effect() {
    let region = region();
    let base = edited(TEXT, COMPLETE);
    for (key, edits, differs) in ROWS {
        let [before, after] = [base.clone(), edited(&base, edits)].map(|text| seen(&region, &text, *differs));
        assert_ne!(before, after, "{key} changes nothing");
        match differs {
            Refused(code) => {
                assert!(after.contains(&format!("fout [{code}")) && !before.contains("fout ["), "{key}: {after}");
            }
            Fault => {
                let last = key.rsplit('.').next().unwrap();
                assert!(after.contains(last) && !before.contains("fout ["), "{key}: {after}");
            }
            _ => {}
        }
    }
}

fn schema() -> BTreeSet<String> {
    keys().into_iter().collect()
}

#[test]
fn every_key_is_tried() {
    assert_eq!(ROWS.iter().map(|(key, ..)| (*key).to_owned()).collect::<BTreeSet<_>>(), schema());
}

/// The rows of a section of the glossary, up to the next heading of its level: their cells, under the bold
/// name of the table they stand in.
fn glossary(heading: &str) -> Vec<(String, Vec<String>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/begrippen.md");
    let text = fs::read_to_string(file).unwrap();
    let section = text.split_once(&format!("## {heading}\n")).unwrap().1;
    let section = section.split("\n## ").next().unwrap();
    let mut table = String::new();
    let mut rows = Vec::new();
    for line in section.lines() {
        if let Some(bold) = line.strip_prefix("**") {
            table = bold.split("**").next().unwrap().trim_matches(['`', '[', ']', '.']).to_owned();
        }
        if let Some(cells) = line.strip_prefix("| ") {
            let cells: Vec<String> = cells.trim_end_matches(" |").split(" | ").map(str::to_owned).collect();
            rows.push((table.clone(), cells));
        }
    }
    rows.retain(|(_, cells)| cells[0] != "---" && !["sleutel", "bron"].contains(&cells[0].as_str()));
    rows
}

#[test]
fn every_key_is_explained() {
    let mut found = BTreeSet::new();
    for (table, cells) in glossary("De doelbinding, sleutel voor sleutel") {
        if table == "Vertrouwde sleutels" {
            continue;
        }
        let name = cells[0].trim_matches('`').replace("<bron>", "*");
        let key = if table.is_empty() { name } else { format!("{table}.{name}") };
        assert!(cells[1].split(' ').count() > 1, "{key} has no meaning");
        assert!(found.insert(key.clone()), "{key} is explained twice");
    }
    assert_eq!(found, schema());
}

#[test]
fn every_column_is_explained() {
    let told: Vec<(String, String)> = glossary("Bronnen en hun kolommen")
        .into_iter()
        .map(|(_, cells)| (cells[0].clone(), cells[1].trim_matches('`').to_owned()))
        .collect();
    let columns = Bron::ALL
        .iter()
        .flat_map(|bron| kolommen(*bron).iter().map(move |(name, _)| (bron.to_string(), (*name).to_owned())));
    assert_eq!(told, columns.collect::<Vec<_>>());
}
