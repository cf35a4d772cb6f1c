//! The text of a profile: every key known, every value checked, every error with its line.

use super::{Charset, Profile, ValueMap, delivered, raw_columns, raw_name};
use crate::source::amount::AmountForm;
use crate::source::forms::{DateForm, Forms, MonthForm};
use crate::terms::Bron;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with the text of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileFault {
    /// Line in the text, from 1.
    pub line: usize,
    /// What is wrong, Dutch; names no key or value of the text but those that exist.
    pub what: &'static str,
    /// What to do about it, Dutch.
    pub remedy: String,
}

const KEYS: [&str; 10] = [
    "schema",
    "naam",
    "scheiding",
    "tekenset",
    "bsn_voorloopnullen",
    "datum",
    "maand",
    "bedrag",
    "kolommen",
    "waarden",
];

/// A value and where it begins, as a byte offset in the text.
type Value<'i> = Spanned<DeValue<'i>>;
/// An error before its offset is a line.
type Wrong = (usize, &'static str, String);

/// Reads a profile.
pub(super) fn profile(text: &str) -> Result<Profile, ProfileFault> {
    read(text).map_err(|(offset, what, remedy)| {
        let line = text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        ProfileFault { line, what, remedy }
    })
}

fn read(text: &str) -> Result<Profile, Wrong> {
    let document = DeTable::parse(text).map_err(|fault| {
        let offset = fault.span().map_or(0, |span| span.start);
        (offset, "dit is geen geldige TOML", "Kijk naar aanhalingstekens, haken en dubbele sleutels.".to_owned())
    })?;
    let table = document.get_ref();
    known(table, &KEYS)?;
    let string = |key: &str| table.get(key).map(as_str).transpose();
    match table.get("schema") {
        Some(value) if as_str(value)? == "inbeeld/profiel/v1" => {}
        at => {
            let remedy = "Zet bovenaan `schema = \"inbeeld/profiel/v1\"`.".to_owned();
            return Err((at.map_or(0, start), "het schema ontbreekt of is een ander", remedy));
        }
    }
    let name = string("naam")?.filter(|name| !name.is_empty());
    let name = name.ok_or((0, "de naam ontbreekt", "Zet `naam = \"…\"` in het profiel.".to_owned()))?;
    let separator = match table.get("scheiding") {
        None => b';',
        Some(value) => match *as_str(value)?.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') && !byte.is_ascii_alphanumeric() => byte,
            _ => return Err(wrong(value, "dit is geen scheidingsteken", "Geef één teken, zoals `;`, `,` of `\\t`.")),
        },
    };
    let charset = match table.get("tekenset") {
        None => Charset::Utf8,
        Some(value) => match as_str(value)? {
            "utf-8" => Charset::Utf8,
            "windows-1252" => Charset::Windows1252,
            _ => return Err(wrong(value, "deze tekenset is niet bekend", "Kies `utf-8` of `windows-1252`.")),
        },
    };
    let lost_zeros = match table.get("bsn_voorloopnullen") {
        None => false,
        Some(value) => value.get_ref().as_bool().ok_or_else(|| {
            wrong(value, "hier hoort `true` of `false`", "Schrijf `bsn_voorloopnullen = true` of laat de sleutel weg.")
        })?,
    };
    let dates = forms(table.get("datum"), DateForm::named, DateForm::YearFirst)?;
    let months = forms(table.get("maand"), MonthForm::named, MonthForm::YearFirst)?;
    let amount = match table.get("bedrag") {
        None => AmountForm::Cent,
        Some(value) => AmountForm::named(as_str(value)?).ok_or_else(|| {
            wrong(value, "deze vorm van bedragen is niet bekend", "Kies `cent`, `euro-komma` of `euro-punt`.")
        })?,
    };
    let names = per_column(table.get("kolommen"), header_names)?;
    distinct(table.get("kolommen"), &names)?;
    let values = per_column(table.get("waarden"), value_map)?;
    let forms = Forms { dates, months, amount };
    Ok(Profile { name: name.to_owned(), separator, charset, lost_zeros, forms, names, values })
}

fn start(value: &Value<'_>) -> usize {
    value.span().start
}

fn wrong(value: &Value<'_>, what: &'static str, remedy: &str) -> Wrong {
    (start(value), what, remedy.to_owned())
}

fn as_str<'a>(value: &'a Value<'_>) -> Result<&'a str, Wrong> {
    let text = value.get_ref().as_str();
    text.ok_or_else(|| wrong(value, "hier hoort een tekst", "Zet de waarde tussen aanhalingstekens."))
}

fn as_table<'a, 'i>(value: &'a Value<'i>) -> Result<&'a DeTable<'i>, Wrong> {
    let table = value.get_ref().as_table();
    table.ok_or_else(|| wrong(value, "hier hoort een tabel", "Kijk in de handleiding hoe een profiel is opgebouwd."))
}

/// A list of texts with at least one in it.
fn as_list<'a>(value: &'a Value<'_>) -> Result<Vec<(&'a Value<'a>, &'a str)>, Wrong> {
    let list = value.get_ref().as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| wrong(value, "hier hoort een lijst van teksten", "Schrijf `[\"…\", \"…\"]`."))?;
    list.iter().map(|item| Ok((item, as_str(item)?))).collect()
}

/// Refuses a key that is none of the known ones.
fn known(table: &DeTable<'_>, keys: &[&str]) -> Result<(), Wrong> {
    match table.keys().find(|key| !keys.contains(&key.get_ref().as_ref())) {
        None => Ok(()),
        Some(key) => Err((key.span().start, "deze sleutel bestaat niet", format!("Kies uit: {}.", keys.join(", ")))),
    }
}

fn forms<F>(value: Option<&Value<'_>>, named: fn(&str) -> Option<F>, standard: F) -> Result<Vec<F>, Wrong> {
    let Some(value) = value else { return Ok(vec![standard]) };
    let one = |(item, text): (&Value<'_>, &str)| {
        let remedy = "Een datum kan als jjjj-mm-dd, dd-mm-jjjj, d-m-jjjj of jjjjmmdd; een maand ook als jjjj-mm, mm-jjjj, m-jjjj of jjjjmm.";
        named(text).ok_or_else(|| wrong(item, "deze vorm bestaat hier niet", remedy))
    };
    as_list(value)?.into_iter().map(one).collect()
}

/// Reads `[<sleutel>.<bron>]` with a key per column.
fn per_column<T>(
    value: Option<&Value<'_>>,
    read: fn(Bron, &'static str, &Value<'_>) -> Result<T, Wrong>,
) -> Result<BTreeMap<(Bron, &'static str), T>, Wrong> {
    let mut found = BTreeMap::new();
    let Some(value) = value else { return Ok(found) };
    let bronnen: Vec<&str> = Bron::ALL.iter().map(|bron| bron.as_str()).collect();
    let table = as_table(value)?;
    known(table, &bronnen)?;
    for bron in Bron::ALL {
        let Some(below) = table.get(bron.as_str()) else { continue };
        let below = as_table(below)?;
        known(below, &raw_columns(*bron).collect::<Vec<_>>())?;
        for column in raw_columns(*bron) {
            if let Some(value) = below.get(column) {
                found.insert((*bron, column), read(*bron, column, value)?);
            }
        }
    }
    Ok(found)
}

fn header_names(_: Bron, _: &'static str, value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    Ok(as_list(value)?.into_iter().map(|(_, name)| name.trim().to_lowercase()).collect())
}

/// Refuses one header name for two columns: which of them is meant, nobody could tell.
fn distinct(value: Option<&Value<'_>>, names: &BTreeMap<(Bron, &'static str), Vec<String>>) -> Result<(), Wrong> {
    let accepted = |bron, column: &str, name: &String| match names.iter().find(|((b, c), _)| (*b, *c) == (bron, column))
    {
        Some((_, names)) => names.contains(name),
        None => column == name,
    };
    let twice = names.iter().any(|((bron, column), list)| {
        let others = |name| raw_columns(*bron).any(|other| other != *column && accepted(*bron, other, name));
        list.iter().any(others)
    });
    match value {
        Some(value) if twice => {
            Err(wrong(value, "één kolomnaam staat bij twee kolommen", "Geef elke kolomnaam aan één kolom."))
        }
        _ => Ok(()),
    }
}

fn value_map(bron: Bron, column: &'static str, value: &Value<'_>) -> Result<ValueMap, Wrong> {
    // Numbers of persons and dossiers are never translated: a map would hold the value itself.
    let column = delivered(bron).find(|known| known.name == column && raw_name(known) == column);
    let Some(column) = column else {
        return Err(wrong(value, "deze kolom kent geen vertaling", "Vertaal alleen waarden van een vaste vorm."));
    };
    let mut map = ValueMap::new();
    for (spelling, target) in as_table(value)? {
        let text = as_str(target)?;
        if column.check(text.as_bytes()).is_err() {
            let remedy = "Vertaal naar een waarde van docs/datamodel.md; leeg alleen waar de kolom leeg mag zijn.";
            return Err(wrong(target, "deze waarde kan niet in de levering", remedy));
        }
        let spelling_lower = spelling.get_ref().trim().to_lowercase();
        if map.iter().any(|(known, _)| *known == spelling_lower) {
            let remedy = "Hoofdletters tellen hier niet: laat één van de twee staan.".to_owned();
            return Err((spelling.span().start, "deze spelling staat er twee keer", remedy));
        }
        map.push((spelling_lower, text.to_owned()));
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(body: &str) -> (usize, &'static str) {
        let fault = profile(&format!("schema = \"inbeeld/profiel/v1\"\nnaam = \"x\"\n{body}")).unwrap_err();
        assert!(!fault.remedy.is_empty());
        (fault.line, fault.what)
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        assert_eq!(profile("naam = \"x\"").unwrap_err().what, "het schema ontbreekt of is een ander");
        assert_eq!(profile("schema = \"inbeeld/profiel/v2\"").unwrap_err().line, 1);
        assert_eq!(profile("schema = \"inbeeld/profiel/v1\"").unwrap_err().what, "de naam ontbreekt");
        for (body, line, what) in [
            ("\nkleur = 1", 4, "deze sleutel bestaat niet"),
            ("scheiding = \";;\"", 3, "dit is geen scheidingsteken"),
            ("tekenset = \"latin1\"", 3, "deze tekenset is niet bekend"),
            ("bsn_voorloopnullen = \"ja\"", 3, "hier hoort `true` of `false`"),
            ("datum = [\"jjjj-mm-dd\",\n\"jjjj-mm\"]", 4, "deze vorm bestaat hier niet"),
            ("datum = []", 3, "hier hoort een lijst van teksten"),
            ("bedrag = \"euro\"", 3, "deze vorm van bedragen is niet bekend"),
            ("bedrag = 3", 3, "hier hoort een tekst"),
            ("[kolommen.inkomen]\nloon = [\"a\"]", 4, "deze sleutel bestaat niet"),
            ("[kolommen.salaris]\nbsn = [\"a\"]", 3, "deze sleutel bestaat niet"),
            ("[kolommen.inkomen]\nmaand = [\"Soort\"]", 3, "één kolomnaam staat bij twee kolommen"),
            ("[waarden.inkomen.soort]\n\"WAO\" = \"wao\"", 4, "deze waarde kan niet in de levering"),
            ("[waarden.inkomen.soort]\n\"-\" = \"\"", 4, "deze waarde kan niet in de levering"),
            ("[waarden.inkomen.soort]\nA = \"loon\"\na = \"loon\"", 5, "deze spelling staat er twee keer"),
            ("[waarden.inkomen.bsn]\nA = \"B\"", 3, "deze kolom kent geen vertaling"),
            ("[waarden.doelgroep.dossier]\nA = \"B\"", 3, "deze kolom kent geen vertaling"),
            ("naam = \"y\"", 3, "dit is geen geldige TOML"),
        ] {
            assert_eq!(fault(body), (line, what), "{body}");
        }
    }
}
