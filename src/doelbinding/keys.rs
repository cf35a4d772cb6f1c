//! Every key that a text can have: the one list that reading, documents and tests hold on to.

/// Keys at the top of a text.
pub(super) const ROOT: &[&str] = &[
    "schema",
    "id",
    "versie",
    "titel",
    "doel",
    "grondslag",
    "noodzaak",
    "bsn_grondslag",
    "verantwoordelijke",
    "geldig",
    "bewaartermijn_dagen",
    "handtekeningen",
    "rekentijd_s",
    "convenant",
    "inzage",
    "bronnen",
    "doelgroep",
    "tabel",
    "lijst",
];
pub(super) const VERANTWOORDELIJKE: &[&str] = &["naam", "oin"];
pub(super) const GELDIG: &[&str] = &["van", "tot_en_met"];
pub(super) const CONVENANT: &[&str] = &["titel", "datum", "partijen"];
pub(super) const INZAGE: &[&str] = &["rollen", "per_dag"];
pub(super) const BRONNEN: &[&str] = &["onderwijs", "inkomen", "uitkering", "brp", "betrokkenheid"];
pub(super) const BRON: &[&str] = &["velden", "waarom", "leveranciers"];
pub(super) const DOELGROEP: &[&str] =
    &["regio", "gemeenten", "leeftijd", "cohort", "inkomen_boven_cent", "inkomen_maand"];
pub(super) const LEEFTIJD: &[&str] = &["van", "tot"];
pub(super) const TABEL: &[&str] = &["naam", "dimensies", "methode", "drempel"];
pub(super) const LIJST: &[&str] =
    &["naam", "klassen", "velden", "ontvangers", "max_aandeel", "contact_uitgezonderd", "betrokkenheid"];

/// Every table of the schema by its path, with its keys. `*` stands for any source.
const TABLES: &[(&str, &[&str])] = &[
    ("", ROOT),
    ("verantwoordelijke", VERANTWOORDELIJKE),
    ("geldig", GELDIG),
    ("convenant", CONVENANT),
    ("inzage", INZAGE),
    ("bronnen", BRONNEN),
    ("bronnen.*", BRON),
    ("doelgroep", DOELGROEP),
    ("doelgroep.leeftijd", LEEFTIJD),
    ("tabel", TABEL),
    ("lijst", LIJST),
];

/// Every key of the schema by its full path, such as `doelgroep.leeftijd.van`; `bronnen.*.velden` is
/// that of any source. Keys that hold a table of the schema are told by what is in it.
#[must_use]
pub fn keys() -> Vec<String> {
    let full = |path: &str, name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let all = TABLES.iter().flat_map(|(path, names)| names.iter().map(move |name| full(path, name)));
    all.filter(|key| TABLES.iter().all(|(path, _)| path != key)).collect()
}

/// A line that shows how a key is written, for who left it out.
pub(super) fn example(path: &str, name: &str) -> Option<&'static str> {
    // `tabel[2]` and `lijst[1]` are places; `bronnen.brp` is one of the sources.
    let table = match path.split_once('[').map_or(path, |(table, _)| table) {
        source if source.starts_with("bronnen.") => "bronnen.*",
        other => other,
    };
    EXAMPLES.iter().find(|(of, key, _)| *of == table && *key == name).map(|(_, _, line)| *line)
}

/// How each key that must be there is written.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("", "schema", "schema = \"inbeeld/doelbinding/v1\""),
    ("", "id", "id = \"oud-vsv-maandmonitor\""),
    ("", "versie", "versie = 1"),
    ("", "titel", "titel = \"Maandmonitor\""),
    ("", "doel", "doel = \"…\", waarom er wordt gekoppeld, in gewoon Nederlands"),
    ("", "grondslag", "grondslag = [\"AVG 6(1)(e)\", \"WEB 9.2.5\"]"),
    ("", "noodzaak", "noodzaak = \"…\", waarom het niet met minder kan"),
    ("", "bsn_grondslag", "bsn_grondslag = \"UAVG 46 jo. Wabb 10\""),
    ("", "verantwoordelijke", "verantwoordelijke = { naam = \"…\", oin = \"…\" }"),
    ("", "geldig", "geldig = { van = 2026-01-01, tot_en_met = 2026-12-31 }"),
    ("", "bewaartermijn_dagen", "bewaartermijn_dagen = 62"),
    ("", "bronnen", "[bronnen], met daaronder elke bron die gelezen mag worden"),
    ("", "doelgroep", "[doelgroep], met daaronder over wie het gaat"),
    ("verantwoordelijke", "naam", "naam = \"…\""),
    ("verantwoordelijke", "oin", "oin = \"…\", 20 cijfers"),
    ("geldig", "van", "van = 2026-01-01"),
    ("geldig", "tot_en_met", "tot_en_met = 2026-12-31"),
    ("convenant", "titel", "titel = \"…\""),
    ("convenant", "datum", "datum = 2026-01-01"),
    ("convenant", "partijen", "partijen = [\"…\"], de OIN van elke partij"),
    ("inzage", "rollen", "rollen = [\"gemeente\"]"),
    ("inzage", "per_dag", "per_dag = 20"),
    ("bronnen.*", "velden", "velden = [\"…\"], de kolommen die gelezen mogen worden"),
    ("bronnen.*", "waarom", "waarom = \"…\", waarvoor deze bron nodig is"),
    ("doelgroep", "regio", "regio = \"10\""),
    ("doelgroep", "gemeenten", "gemeenten = [\"0148\", \"0193\"]"),
    ("doelgroep", "leeftijd", "leeftijd = { van = 16, tot = 27 }"),
    ("doelgroep", "cohort", "cohort = \"oud\", of nieuw, of alle"),
    ("doelgroep", "inkomen_boven_cent", "inkomen_boven_cent = 30000"),
    ("doelgroep.leeftijd", "van", "van = 16"),
    ("doelgroep.leeftijd", "tot", "tot = 27"),
    ("tabel", "naam", "naam = \"gemeente_klasse\""),
    ("tabel", "dimensies", "dimensies = [\"gemeente\", \"klasse\"]"),
    ("tabel", "methode", "methode = \"onderdrukking\", of afronding"),
    ("tabel", "drempel", "drempel = 5"),
    ("lijst", "naam", "naam = \"te-benaderen\""),
    ("lijst", "klassen", "klassen = [\"geen_dagbesteding\"]"),
    ("lijst", "velden", "velden = [], of de kolommen naast de verwijzing"),
    ("lijst", "ontvangers", "ontvangers = [\"0193\"], de gemeenten die een lijst krijgen"),
    ("lijst", "max_aandeel", "max_aandeel = 0.3"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Bron;

    #[test]
    fn the_sources_are_those_of_the_domain() {
        let all: Vec<&str> = Bron::ALL.iter().map(|bron| bron.as_str()).collect();
        assert_eq!([&["doelgroep"][..], BRONNEN].concat(), all);
    }

    #[test]
    fn every_example_is_of_a_key() {
        for (table, name, _) in EXAMPLES {
            let (_, names) = TABLES.iter().find(|(path, _)| path == table).unwrap();
            assert!(names.contains(name), "{table}: {name}");
        }
    }
}
