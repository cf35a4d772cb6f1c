//! Every key changed on its own, and many at once: what differs is told, once, in the right group.

use super::{Change, Direction, compare};
use crate::doelbinding::{Policy, keys};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A text with everything that a text can have.
const TEXT: &str = r#"schema = "inbeeld/doelbinding/v1"
id = "proef"
versie = 1
titel = "Een proef"
doel = "Een doel."
grondslag = ["AVG 6(1)(e)", "WEB 9.2.5"]
noodzaak = "Een noodzaak."
bsn_grondslag = "UAVG 46 jo. Wabb 10"
verantwoordelijke = { naam = "Verzonnen gemeente", oin = "00000001999990000193" }
geldig = { van = 2026-01-01, tot_en_met = 2026-12-31 }
bewaartermijn_dagen = 62
handtekeningen = 1
rekentijd_s = 120
[convenant]
titel = "Een convenant"
datum = 2025-12-01
partijen = ["00000001999990000193"]
[inzage]
rollen = ["gemeente"]
per_dag = 20
[bronnen]
onderwijs = { velden = ["inschrijving_van", "inschrijving_tot", "startkwalificatie"], waarom = "School.", leveranciers = ["00000001999990000001"] }
inkomen = { velden = ["maand", "bedrag_cent", "soort"], waarom = "Werk." }
uitkering = { velden = ["van", "tot"], waarom = "Uitkering." }
betrokkenheid = { velden = ["sinds"], waarom = "Al in beeld." }
[doelgroep]
regio = "10"
gemeenten = ["0148", "0193"]
leeftijd = { van = 16, tot = 27 }
cohort = "oud"
inkomen_boven_cent = 30000
inkomen_maand = "peilmaand"
[[tabel]]
naam = "een"
dimensies = ["gemeente", "klasse"]
methode = "onderdrukking"
drempel = 5
[[tabel]]
naam = "twee"
dimensies = ["klasse"]
methode = "onderdrukking"
drempel = 5
[[lijst]]
naam = "lijst"
klassen = ["geen_dagbesteding"]
velden = ["klasse", "leeftijdsgroep"]
ontvangers = ["0148"]
max_aandeel = 0.4
contact_uitgezonderd = ["begeleiding"]
betrokkenheid = "geen"
"#;

use Direction::{Narrower, Otherwise, Wider};

/// Key of the schema, what stands in the text, what comes in its place, the key as it is told, and
/// every direction that must be told of it.
const CHANGES: &[(&str, &str, &str, &str, &[Direction])] = &[
    ("id", "id = \"proef\"", "id = \"ander\"", "id", &[Otherwise]),
    ("versie", "versie = 1", "versie = 2", "versie", &[Otherwise]),
    ("titel", "\"Een proef\"", "\"Een andere proef\"", "titel", &[Otherwise]),
    ("doel", "\"Een doel.\"", "\"Een ander doel.\"", "doel", &[Otherwise]),
    ("grondslag", ", \"WEB 9.2.5\"", "", "grondslag", &[Otherwise]),
    ("noodzaak", "\"Een noodzaak.\"", "\"Een andere.\"", "noodzaak", &[Otherwise]),
    ("bsn_grondslag", "UAVG 46 jo. Wabb 10", "Wabb 10", "bsn_grondslag", &[Otherwise]),
    ("verantwoordelijke.naam", "\"Verzonnen gemeente\"", "\"Ander\"", "verantwoordelijke.naam", &[Otherwise]),
    (
        "verantwoordelijke.oin",
        "oin = \"00000001999990000193\"",
        "oin = \"00000001999990000148\"",
        "verantwoordelijke.oin",
        &[Otherwise],
    ),
    ("geldig.van", "van = 2026-01-01", "van = 2025-12-01", "geldig.van", &[Wider]),
    ("geldig.tot_en_met", "tot_en_met = 2026-12-31", "tot_en_met = 2027-12-31", "geldig.tot_en_met", &[Wider]),
    ("bewaartermijn_dagen", "dagen = 62", "dagen = 90", "bewaartermijn_dagen", &[Wider]),
    ("handtekeningen", "handtekeningen = 1", "handtekeningen = 2", "handtekeningen", &[Narrower]),
    ("rekentijd_s", "rekentijd_s = 120", "rekentijd_s = 60", "rekentijd_s", &[Otherwise]),
    ("convenant.titel", "\"Een convenant\"", "\"Een ander\"", "convenant.titel", &[Otherwise]),
    ("convenant.datum", "2025-12-01", "2025-12-02", "convenant.datum", &[Otherwise]),
    ("convenant.partijen", "partijen = [", "partijen = [\"00000001999990000148\", ", "convenant.partijen", &[Wider]),
    (
        "convenant",
        "[convenant]\ntitel = \"Een convenant\"\ndatum = 2025-12-01\npartijen = [\"00000001999990000193\"]\n",
        "",
        "convenant",
        &[Wider],
    ),
    ("inzage.rollen", "rollen = [", "rollen = [\"coordinator\", ", "inzage.rollen", &[Wider]),
    ("inzage.per_dag", "per_dag = 20", "per_dag = 21", "inzage.per_dag", &[Wider]),
    ("inzage", "[inzage]\nrollen = [\"gemeente\"]\nper_dag = 20\n", "", "inzage", &[Narrower]),
    (
        "bronnen.onderwijs",
        "onderwijs = { velden = [\"inschrijving_van\", \"inschrijving_tot\", \"startkwalificatie\"], waarom = \"School.\", leveranciers = [\"00000001999990000001\"] }\n",
        "",
        "bronnen.onderwijs",
        &[Narrower],
    ),
    (
        "bronnen.inkomen",
        "inkomen = { velden = [\"maand\", \"bedrag_cent\", \"soort\"], waarom = \"Werk.\" }\n",
        "",
        "bronnen.inkomen",
        &[Narrower],
    ),
    (
        "bronnen.uitkering",
        "uitkering = { velden = [\"van\", \"tot\"], waarom = \"Uitkering.\" }\n",
        "",
        "bronnen.uitkering",
        &[Narrower],
    ),
    (
        "bronnen.brp",
        "betrokkenheid = {",
        "brp = { velden = [\"status\", \"sinds\", \"gemeente\"], waarom = \"Verhuisd.\" }\nbetrokkenheid = {",
        "bronnen.brp",
        &[Wider],
    ),
    (
        "bronnen.betrokkenheid",
        "betrokkenheid = { velden = [\"sinds\"], waarom = \"Al in beeld.\" }\n",
        "",
        "bronnen.betrokkenheid",
        &[Narrower],
    ),
    ("bronnen.*.velden", "[\"van\", \"tot\"]", "[\"van\", \"tot\", \"soort\"]", "bronnen.uitkering.velden", &[Wider]),
    ("bronnen.*.waarom", "\"Werk.\"", "\"Wie werkt.\"", "bronnen.inkomen.waarom", &[Otherwise]),
    (
        "bronnen.*.leveranciers",
        ", leveranciers = [\"00000001999990000001\"]",
        "",
        "bronnen.onderwijs.leveranciers",
        &[Otherwise],
    ),
    ("doelgroep.regio", "regio = \"10\"", "regio = \"11\"", "doelgroep.regio", &[Wider, Narrower]),
    (
        "doelgroep.gemeenten",
        "gemeenten = [\"0148\", \"0193\"]",
        "gemeenten = [\"0148\"]",
        "doelgroep.gemeenten",
        &[Narrower],
    ),
    (
        "doelgroep.gemeenten",
        "gemeenten = [\"0148\", \"0193\"]",
        "gemeenten = [\"0193\", \"0148\"]",
        "doelgroep.gemeenten",
        &[Otherwise],
    ),
    (
        "doelgroep.gemeenten",
        "gemeenten = [\"0148\", \"0193\"]",
        "gemeenten = [\"0160\", \"0193\", \"0148\"]",
        "doelgroep.gemeenten",
        &[Wider, Otherwise],
    ),
    ("doelgroep.leeftijd.van", "van = 16", "van = 15", "doelgroep.leeftijd.van", &[Wider]),
    ("doelgroep.leeftijd.tot", "tot = 27", "tot = 23", "doelgroep.leeftijd.tot", &[Narrower]),
    ("doelgroep.cohort", "cohort = \"oud\"", "cohort = \"alle\"", "doelgroep.cohort", &[Wider]),
    ("doelgroep.cohort", "cohort = \"oud\"", "cohort = \"nieuw\"", "doelgroep.cohort", &[Wider, Narrower]),
    ("doelgroep.inkomen_boven_cent", "cent = 30000", "cent = 40000", "doelgroep.inkomen_boven_cent", &[Wider]),
    ("doelgroep.inkomen_boven_cent", "cent = 30000", "cent = 20000", "doelgroep.inkomen_boven_cent", &[Narrower]),
    ("doelgroep.inkomen_maand", "\"peilmaand\"", "\"vorige\"", "doelgroep.inkomen_maand", &[Otherwise]),
    ("tabel.naam", "naam = \"een\"", "naam = \"drie\"", "tabel[een]", &[Narrower]),
    ("tabel.naam", "naam = \"een\"", "naam = \"drie\"", "tabel[drie]", &[Wider]),
    (
        "tabel.dimensies",
        "\"gemeente\", \"klasse\"",
        "\"gemeente\", \"klasse\", \"niveau\"",
        "tabel[een].dimensies",
        &[Wider],
    ),
    ("tabel.dimensies", "\"gemeente\", \"klasse\"", "\"gemeente\", \"klasse\", \"niveau\"", "doelgroep", &[Wider]),
    ("tabel.dimensies", "\"gemeente\", \"klasse\"", "\"klasse\", \"gemeente\"", "tabel[een].dimensies", &[Otherwise]),
    (
        "tabel.methode",
        "\"klasse\"]\nmethode = \"onderdrukking\"\ndrempel = 5\n[[tabel]]",
        "\"klasse\"]\nmethode = \"afronding\"\n[[tabel]]",
        "tabel[een].methode",
        &[Otherwise],
    ),
    ("tabel.drempel", "drempel = 5\n[[tabel]]", "drempel = 4\n[[tabel]]", "tabel[een].drempel", &[Wider]),
    ("lijst.naam", "naam = \"lijst\"", "naam = \"andere\"", "lijst[andere]", &[Wider]),
    ("lijst.naam", "naam = \"lijst\"", "naam = \"andere\"", "lijst[lijst]", &[Narrower]),
    (
        "lijst.klassen",
        "[\"geen_dagbesteding\"]",
        "[\"geen_dagbesteding\", \"onbekend\"]",
        "lijst[lijst].klassen",
        &[Wider],
    ),
    ("lijst.velden", "\"klasse\", \"leeftijdsgroep\"", "\"klasse\"", "lijst[lijst].velden", &[Narrower]),
    (
        "lijst.velden",
        "\"klasse\", \"leeftijdsgroep\"",
        "\"leeftijdsgroep\", \"klasse\"",
        "lijst[lijst].velden",
        &[Otherwise],
    ),
    (
        "lijst.ontvangers",
        "ontvangers = [\"0148\"]",
        "ontvangers = [\"0148\", \"0193\"]",
        "lijst[lijst].ontvangers",
        &[Wider],
    ),
    ("lijst.max_aandeel", "max_aandeel = 0.4", "max_aandeel = 0.5", "lijst[lijst].max_aandeel", &[Wider]),
    (
        "lijst.contact_uitgezonderd",
        "uitgezonderd = [",
        "uitgezonderd = [\"bereikt\", ",
        "lijst[lijst].contact_uitgezonderd",
        &[Narrower],
    ),
    ("lijst.betrokkenheid", "betrokkenheid = \"geen\"\n", "", "lijst[lijst].betrokkenheid", &[Wider]),
];

/// What a change needs besides itself, since a key without effect is refused.
fn needs(key: &str) -> &'static [(&'static str, &'static str)] {
    match key {
        "bronnen.inkomen" => &[("inkomen_maand = \"peilmaand\"\n", "")],
        "bronnen.betrokkenheid" => &[("betrokkenheid = \"geen\"\n", "")],
        _ => &[],
    }
}

/// The text with pieces in the place of others; `None` where a piece is not there (any more), or
/// where the pieces do not go together.
fn edited(edits: &[(&str, &str)]) -> Option<Policy> {
    let mut text = TEXT.to_owned();
    for (from, to) in edits {
        if text.matches(from).count() != 1 {
            return None;
        }
        text = text.replace(from, to);
    }
    Policy::parse(text.as_bytes()).ok()
}

fn told(found: &[Change], key: &str) -> BTreeSet<Direction> {
    found.iter().filter(|change| change.key == key).map(|change| change.direction).collect()
}

#[test]
fn every_key_is_changed_here() {
    let changed: BTreeSet<&str> = CHANGES.iter().map(|(key, ..)| *key).collect();
    for key in keys() {
        assert!(key == "schema" || changed.contains(key.as_str()), "{key}");
    }
}

#[test]
fn each_change_alone_is_told_in_its_group_and_nothing_else_is() {
    let old = edited(&[]).unwrap();
    for (key, from, to, told_as, directions) in CHANGES {
        let mut edits = vec![(*from, *to)];
        edits.extend(needs(key));
        let new = edited(&edits).unwrap_or_else(|| panic!("{key}"));
        let found = compare(&old, &new);
        assert_eq!(told(&found, told_as), directions.iter().copied().collect(), "{key}: {found:?}");
        // A change of one key is told of that key alone, and of what follows from it.
        let follows: &[&str] = match *key {
            "tabel.naam" => &["tabel[een]", "tabel[drie]", "tabel"],
            "lijst.naam" => &["lijst[lijst]", "lijst[andere]"],
            "tabel.dimensies" => &["doelgroep", "tabel[een].dimensies"],
            "bronnen.betrokkenheid" => &["lijst[lijst].betrokkenheid"],
            _ => &[],
        };
        for change in &found {
            assert!(change.key == *told_as || follows.contains(&change.key.as_str()), "{key}: {change:?}");
        }
        // Back again is the opposite.
        let back = compare(&new, &old);
        assert_eq!(told(&back, told_as), directions.iter().map(|direction| opposite(*direction)).collect(), "{key}");
    }
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Wider => Narrower,
        Narrower => Wider,
        Otherwise => Otherwise,
    }
}

#[test]
fn income_moves_people_and_widens_only_a_list_without_workers() {
    let no_list = TEXT.split_once("[[lijst]]").unwrap().0;
    let [old, new] = ["30000", "40000"].map(|cent| Policy::parse(no_list.replace("30000", cent).as_bytes()).unwrap());
    assert_eq!(told(&compare(&old, &new), "doelgroep.inkomen_boven_cent"), BTreeSet::from([Otherwise]));
    let both = ("[\"geen_dagbesteding\"]", "[\"geen_dagbesteding\", \"werk\"]");
    let [old, new] = [edited(&[both]).unwrap(), edited(&[both, ("cent = 30000", "cent = 40000")]).unwrap()];
    assert_eq!(told(&compare(&old, &new), "doelgroep.inkomen_boven_cent"), BTreeSet::from([Otherwise]));
}

/// A text with any of the changes that go together.
fn any_text() -> impl Strategy<Value = Policy> {
    prop::sample::subsequence((0..CHANGES.len()).collect::<Vec<_>>(), 0..12).prop_filter_map("a text", |picked| {
        let mut edits: Vec<(&str, &str)> = Vec::new();
        for (key, from, to, ..) in picked.iter().filter_map(|at| CHANGES.get(*at)) {
            let more = [&[(*from, *to)], needs(key)].concat();
            if edited(&[edits.clone(), more.clone()].concat()).is_some() {
                edits.extend(more);
            }
        }
        edited(&edits)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Something is told exactly when something differs; nothing is told twice; the way back is the
    /// same with wider and narrower changed about.
    #[test]
    fn whatever_differs_is_told_once_and_the_way_back_is_the_opposite(old in any_text(), new in any_text()) {
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(there.is_empty(), old == new);
        let keys = |found: &[Change], turn: bool| -> Vec<(String, Direction)> {
            let of = |change: &Change| if turn { opposite(change.direction) } else { change.direction };
            let mut all: Vec<_> = found.iter().map(|change| (change.key.clone(), of(change))).collect();
            all.sort();
            all
        };
        let forth = keys(&there, false);
        prop_assert_eq!(&forth, &keys(&back, true));
        prop_assert_eq!(forth.iter().collect::<BTreeSet<_>>().len(), forth.len());
        prop_assert!(there.is_sorted_by_key(|change| change.direction));
    }
}
