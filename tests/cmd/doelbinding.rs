//! `doelbinding controleer`: texts with something wrong, and the good text that they come from.

use crate::geval::{Case, case};
use crate::levering::MARKER;
use std::path::Path;

/// A text with everything that a text can have.
pub const TEXT: &str = r#"schema = "inbeeld/doelbinding/v1"
id = "proef"
versie = 1
titel = "Een proef"
doel = "Kijken of de opdracht weigert wat zij moet weigeren."
grondslag = ["AVG 6(1)(e)", "WEB 9.2.5"]
noodzaak = "Zonder proef weet niemand het."
bsn_grondslag = "UAVG 46 jo. Wabb 10"
verantwoordelijke = { naam = "Verzonnen gemeente", oin = "00000001999990000193" }
geldig = { van = 2026-01-01, tot_en_met = 2026-12-31 }
bewaartermijn_dagen = 62
handtekeningen = 1
rekentijd_s = 120

[convenant]
titel = "Verzonnen convenant"
datum = 2025-12-01
partijen = ["00000001999990000193"]

[inzage]
rollen = ["gemeente"]
per_dag = 20

[bronnen]
onderwijs = { velden = ["inschrijving_van", "inschrijving_tot", "startkwalificatie"], waarom = "School.", leveranciers = ["00000001999990000001"] }
inkomen = { velden = ["maand", "bedrag_cent", "soort"], waarom = "Werk." }
uitkering = { velden = ["van", "tot"], waarom = "Uitkering." }
brp = { velden = ["status", "sinds", "gemeente"], waarom = "Verhuisd." }
betrokkenheid = { velden = ["sinds"], waarom = "Al in beeld." }

[doelgroep]
regio = "10"
gemeenten = ["0148", "0193"]
leeftijd = { van = 16, tot = 27 }
cohort = "oud"
inkomen_boven_cent = 30000
inkomen_maand = "peilmaand"

[[tabel]]
naam = "gemeente_klasse"
dimensies = ["gemeente", "klasse"]
methode = "onderdrukking"
drempel = 5

[[lijst]]
naam = "te-benaderen"
klassen = ["geen_dagbesteding", "onbekend"]
velden = ["klasse", "leeftijdsgroep"]
ontvangers = ["0148", "0193"]
max_aandeel = 0.6
contact_uitgezonderd = ["begeleiding"]
betrokkenheid = "geen"
"#;

type Edit = (&'static str, &'static str, &'static str, &'static str);

/// Name, what it is about, and what stands in the text in the place of what.
const EDITS: &[Edit] = &[
    ("goed", "the text itself", "versie = 1", "versie = 1"),
    ("sleutel-ontbreekt", "a key missing at the top", "versie = 1\n", ""),
    ("sleutel-ontbreekt-binnen", "a key of doelgroep missing", "cohort = \"oud\"\n", ""),
    ("sleutel-onbekend", "an unknown key on line 3", "versie = 1\n", "GEHEIM1234 = 1\nversie = 1\n"),
    ("sleutel-onbekend-binnen", "an unknown key in a table", "per_dag", "GEHEIM1234 = 1\nper_dag"),
    (
        "sleutel-onbekend-inline",
        "an unknown key in a bron",
        "{ velden = [\"sinds\"]",
        "{ GEHEIM1234 = 1, velden = [\"sinds\"]",
    ),
    ("tabel-onbekend", "an unknown table", "[inzage]", "[GEHEIM1234]\na = 1\n\n[inzage]"),
    ("bron-onbekend", "a bron that does not exist", "brp = {", "GEHEIM1234 = {"),
    ("sleutel-dubbel", "a key twice, the second on line 4", "versie = 1\n", "versie = 1\nversie = 1\n"),
    ("geen-toml", "a quote that is not closed, on line 4", "\"Een proef\"", "\"GEHEIM1234"),
    ("geen-waarde", "a key without value", "versie = 1", "versie ="),
    ("titel-leeg", "a blank text", "\"Een proef\"", "\"  \""),
    ("versie-tekst", "text for a number", "versie = 1", "versie = \"GEHEIM1234\""),
    ("versie-nul", "version 0", "versie = 1", "versie = 0"),
    ("id-hoofdletter", "an id that cannot be a file name", "id = \"proef\"", "id = \"../GEHEIM1234\""),
    ("schema", "another schema", "doelbinding/v1", "doelbinding/v2"),
    ("toestemming", "consent as ground", "\"WEB 9.2.5\"", "\"AVG 6(1)(a)\""),
    ("toestemming-woord", "consent in a word", "\"WEB 9.2.5\"", "\"Toestemming van de jongere\""),
    ("grondslag-ontbreekt", "no ground of the AVG", "\"AVG 6(1)(e)\", ", ""),
    ("grondslag-anders", "a ground of the AVG written otherwise", "AVG 6(1)(e)", "AVG art. 6 lid 1 sub e"),
    ("oin", "a short OIN", "oin = \"00000001999990000193\"", "oin = \"193\""),
    ("geldig-omgekeerd", "an end before the beginning", "van = 2026-01-01", "van = 2027-01-01"),
    ("geldig-tekst", "a date as text", "van = 2026-01-01", "van = \"2026-01-01\""),
    ("geldig-dag", "a day that does not exist", "van = 2026-01-01", "van = 2026-02-30"),
    ("handtekeningen", "three signatures", "handtekeningen = 1", "handtekeningen = 3"),
    (
        "velden-te-veel",
        "a column that no rule uses",
        "velden = [\"van\", \"tot\"]",
        "velden = [\"van\", \"tot\", \"soort\"]",
    ),
    ("regio", "a region as a number", "regio = \"10\"", "regio = 10"),
    (
        "gemeenten",
        "a code without leading zero, and one twice",
        "\"0148\", \"0193\"]\nleeftijd",
        "\"148\", \"0193\", \"0193\"]\nleeftijd",
    ),
    ("leeftijd", "nobody is that old", "van = 16, tot = 27", "van = 27, tot = 27"),
    ("cohort", "a cohort that does not exist", "cohort = \"oud\"", "cohort = \"GEHEIM1234\""),
    ("inkomen-maand", "a month that is none of both", "\"peilmaand\"", "\"2026-09\""),
    ("drempel-2", "a threshold of 2", "drempel = 5", "drempel = 2"),
    ("drempel-ontbreekt", "no threshold", "drempel = 5\n", ""),
    ("drempel-afronding", "a threshold beside rounding", "\"onderdrukking\"", "\"afronding\""),
    ("methode", "a method that does not exist", "\"onderdrukking\"", "\"GEHEIM1234\""),
    ("dimensie", "a dimension that does not exist", "[\"gemeente\", \"klasse\"]", "[\"gemeente\", \"GEHEIM1234\"]"),
    ("dimensie-dubbel", "a dimension twice", "[\"gemeente\", \"klasse\"]", "[\"klasse\", \"klasse\"]"),
    ("naam-dubbel", "a table and a list of one name", "\"te-benaderen\"", "\"gemeente_klasse\""),
    ("tabel-enkel", "one table where a list of tables is meant", "[[tabel]]", "[tabel]"),
    (
        "ontvanger",
        "an ontvanger outside gemeenten",
        "ontvangers = [\"0148\", \"0193\"]",
        "ontvangers = [\"0148\", \"0363\"]",
    ),
    ("klasse", "a klasse that does not exist", "\"onbekend\"]", "\"GEHEIM1234\"]"),
    ("max-aandeel", "a share above 1", "max_aandeel = 0.6", "max_aandeel = 1.5"),
    ("max-aandeel-nan", "a share that is no number", "max_aandeel = 0.6", "max_aandeel = nan"),
    (
        "betrokkenheid",
        "a list that needs a bron that is not read",
        "betrokkenheid = { velden = [\"sinds\"], waarom = \"Al in beeld.\" }\n",
        "",
    ),
    ("partijen", "a party that is no OIN", "partijen = [\"00000001999990000193\"]", "partijen = []"),
    ("rollen", "a role that does not exist", "rollen = [\"gemeente\"]", "rollen = [\"GEHEIM1234\"]"),
];

/// The same with faults of a bron, in a text of which no other part needs that bron.
const BRONNEN: &[Edit] = &[
    (
        "velden-ontbreken",
        "velden without a column that a rule needs",
        "\"maand\", \"bedrag_cent\", \"soort\"",
        "\"maand\", \"soort\"",
    ),
    ("velden-onbekend", "a column that the bron does not have", "[\"sinds\"]", "[\"sinds\", \"GEHEIM1234\"]"),
    ("velden-leeg", "no velden", "[\"sinds\"]", "[]"),
    (
        "leveranciers",
        "a supplier that is no OIN",
        "leveranciers = [\"00000001999990000001\"]",
        "leveranciers = [\"GEHEIM1234\"]",
    ),
];

/// The text with other pieces.
pub fn text(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(TEXT.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "`{from}` in the text");
        text.replace(from, to)
    })
}

/// The text with this in the place of a bron, table or list, up to the next empty line.
pub fn without(text: &str, header: &str) -> String {
    let (before, after) = text.split_once(header).unwrap();
    let rest = after.split_once("\n\n").map_or("", |(_, rest)| rest);
    format!("{before}{rest}")
}

fn write(path: &Path, text: &[u8]) {
    std::fs::create_dir_all(path).unwrap();
    std::fs::write(path.join("proef.toml"), text).unwrap();
}

fn one(name: &'static str, what: &'static str, text: impl Fn() -> Vec<u8> + 'static) -> Case {
    let command = format!("INBEELD_VANDAAG=2026-11-05 inbeeld doelbinding controleer {name}/proef.toml");
    case(name, what, &[&command], move |path| write(path, &text()))
}

/// A case per edit, and those whose whole text differs.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> =
        EDITS.iter().map(|(name, what, from, to)| one(name, what, move || text(&[(from, to)]).into())).collect();
    cases.extend(BRONNEN.iter().map(|(name, what, from, to)| {
        let alone = ("betrokkenheid = \"geen\"\n", "");
        one(name, what, move || text(&[(from, to), alone]).into())
    }));
    cases.push(one("leeg", "an empty text", Vec::new));
    cases.push(one("alleen-schema", "nothing but tables without keys", || {
        let empty = "[convenant]\n[inzage]\n[bronnen]\n[doelgroep]\n[[tabel]]\n[[lijst]]\n";
        format!("schema = \"inbeeld/doelbinding/v1\"\n{empty}").into()
    }));
    cases.push(one("crlf-bom", "a byte order mark and CRLF: a fault on line 3", || {
        format!("\u{feff}{}", text(&[("versie = 1", &format!("versie = \"{MARKER}\""))]).replace('\n', "\r\n")).into()
    }));
    cases.push(one("veel-tegelijk", "faults in several places, in order of line", || {
        let edits = [
            ("versie = 1", "versie = 0"),
            ("drempel = 5", "drempel = 2"),
            ("van = 16, tot = 27", "van = 27, tot = 16"),
        ];
        text(&edits).into()
    }));
    cases.push(case(
        "geen-bestand",
        "a path that does not exist",
        &["inbeeld doelbinding controleer geen-bestand/proef.toml"],
        |_| {},
    ));
    cases
}
