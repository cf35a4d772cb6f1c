//! One raw cell to one cell of the levering.

use super::forms::Forms;
use super::place;
use crate::ingest::Rule;
use crate::ingest::schema::{Column, Kind};

/// A cell without what surrounds it: spaces, and the no-break spaces of spreadsheets.
pub(super) fn trim(cell: &[u8]) -> &[u8] {
    const NO_BREAK: &[u8] = "\u{a0}".as_bytes();
    let mut cell = cell.trim_ascii();
    while let Some(rest) = cell.strip_prefix(NO_BREAK).or_else(|| cell.strip_suffix(NO_BREAK)) {
        cell = rest.trim_ascii();
    }
    cell
}

/// Writes a trimmed cell in the contract's spelling.
///
/// # Errors
/// The rule that it breaks; then `out` holds nothing of it.
pub(super) fn convert(
    column: &Column,
    values: &[(String, String)],
    forms: &Forms,
    cell: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Rule> {
    if let Some(value) = translated(values, cell) {
        // The profile's values were checked against the column when it was read.
        out.extend_from_slice(value.as_bytes());
        return Ok(());
    }
    if cell.is_empty() {
        return if column.optional { Ok(()) } else { Err(Rule::Leeg) };
    }
    let start = out.len();
    let (done, rule) = match column.kind {
        Kind::Gemeente => {
            let code = place::gemeente(cell);
            (code.inspect(|(code, _)| out.extend_from_slice(code)).is_some(), Rule::Gemeente)
        }
        Kind::Maand => (forms.month(cell, out), Rule::Maand),
        Kind::Datum => (forms.date(cell, out), Rule::Datum),
        Kind::Cent => (forms.amount(cell, out), Rule::Bedrag),
        Kind::Closed(_) | Kind::Yes => {
            // Every value of the contract is in lower case.
            out.extend(cell.iter().map(u8::to_ascii_lowercase));
            checked(column, out, start)
        }
        Kind::Brin => {
            out.extend(cell.iter().map(u8::to_ascii_uppercase));
            checked(column, out, start)
        }
        // Made of the person's number and of the dossier, never taken over from a cell.
        Kind::Pseudonym => (false, Rule::Pseudoniem),
        Kind::Verwijzing => (false, Rule::Verwijzing),
    };
    if done { Ok(()) } else { Err(rule) }
}

/// Keeps what was written from `start` when the column takes it.
fn checked(column: &Column, out: &mut Vec<u8>, start: usize) -> (bool, Rule) {
    match column.check(out.get(start..).unwrap_or_default()) {
        Ok(()) => (true, Rule::Leeg),
        Err(rule) => {
            out.truncate(start);
            (false, rule)
        }
    }
}

/// What the profile makes of a cell, in any case; maps are a handful of entries.
fn translated<'p>(values: &'p [(String, String)], cell: &[u8]) -> Option<&'p str> {
    if values.is_empty() {
        return None;
    }
    let lower = if cell.is_ascii() { None } else { std::str::from_utf8(cell).ok().map(str::to_lowercase) };
    let same = |known: &str| match &lower {
        Some(lower) => known == lower,
        None => known.as_bytes().eq_ignore_ascii_case(cell),
    };
    values.iter().find(|(known, _)| same(known)).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::profile::{Profile, delivered};
    use crate::terms::Bron;

    fn one(profile: &str, bron: Bron, name: &str, cell: &str) -> Result<String, Rule> {
        let profile = Profile::built_in(profile).unwrap().unwrap();
        let column = delivered(bron).find(|column| column.name == name).unwrap();
        let mut out = Vec::new();
        convert(column, profile.values(bron, column.name), &profile.forms, trim(cell.as_bytes()), &mut out)
            .inspect_err(|_| assert!(out.is_empty()))?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_kind_of_cell_becomes_the_contracts() {
        for (profile, bron, column, cell, expected) in [
            ("duo", Bron::Onderwijs, "soort", "MBO-BOL", "mbo-bol"),
            ("duo", Bron::Onderwijs, "soort", "bbl", "mbo-bbl"),
            ("duo", Bron::Onderwijs, "niveau", "VMBO-TL", "vmbo-tl"),
            ("duo", Bron::Onderwijs, "inschrijving_tot", "", ""),
            ("duo", Bron::Onderwijs, "brin", "25pz03", "25PZ03"),
            ("duo", Bron::Inkomen, "bedrag_cent", "1.234", "123400"),
            ("excel-nl", Bron::Doelgroep, "geslacht", "Vrouw", "v"),
            ("excel-nl", Bron::Doelgroep, "geslacht", "X", "x"),
            ("excel-nl", Bron::Doelgroep, "niet_benaderen", "Ja", "j"),
            ("excel-nl", Bron::Doelgroep, "niet_benaderen", "NEE", ""),
            ("excel-nl", Bron::Doelgroep, "contact", "\u{a0} In beeld ", "in_beeld"),
            ("excel-nl", Bron::Doelgroep, "geboortemaand", "03-2008", "2008-03"),
            ("excel-nl", Bron::Doelgroep, "gemeente", "148", "0148"),
            ("excel-nl", Bron::Brp, "status", "GEËMIGREERD", "geemigreerd"),
            ("excel-nl", Bron::Uitkering, "soort", "Participatiewet", "participatiewet"),
            ("uwv", Bron::Inkomen, "bedrag_cent", "-1.234,5", "-123450"),
            ("uwv", Bron::Inkomen, "maand", "202610", "2026-10"),
            ("standaard", Bron::Inkomen, "bedrag_cent", "30000", "30000"),
            ("standaard", Bron::Doelgroep, "niet_benaderen", "J", "j"),
        ] {
            assert_eq!(one(profile, bron, column, cell).as_deref(), Ok(expected), "{profile} {column}");
        }
    }

    #[test]
    fn what_no_form_fits_names_its_rule() {
        for (profile, bron, column, cell, rule) in [
            ("standaard", Bron::Doelgroep, "gemeente", "", Rule::Leeg),
            ("standaard", Bron::Doelgroep, "gemeente", "Zwolle", Rule::Gemeente),
            ("standaard", Bron::Doelgroep, "geboortemaand", "200803", Rule::Maand),
            ("standaard", Bron::Uitkering, "van", "1-10-2026", Rule::Datum),
            ("standaard", Bron::Inkomen, "bedrag_cent", "1,50", Rule::Bedrag),
            ("standaard", Bron::Inkomen, "soort", "salaris", Rule::Keuze),
            ("standaard", Bron::Doelgroep, "niet_benaderen", "Ja", Rule::Ja),
            ("standaard", Bron::Onderwijs, "brin", "999993847", Rule::Brin),
        ] {
            assert_eq!(one(profile, bron, column, cell), Err(rule), "{column}");
        }
    }
}
