//! Figures, dates and values as a Dutch reader writes them.

use super::grid::TOTAAL;
use super::{Purpose, SourceUsed};
use crate::disclosure::ProtectedTable;
use crate::ingest::Coverage;
use crate::terms::{Bron, Cohort, Datum, Dimensie, Identificatie, Maand, Methode};

const MAANDEN: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// Names of municipalities that a council reads more easily than their code (CBS); others keep it.
const GEMEENTEN: [(&str, &str); 11] = [
    ("0148", "Dalfsen"),
    ("0160", "Hardenberg"),
    ("0166", "Kampen"),
    ("0175", "Ommen"),
    ("0177", "Raalte"),
    ("0180", "Staphorst"),
    ("0193", "Zwolle"),
    ("0244", "Hattem"),
    ("0246", "Heerde"),
    ("1708", "Steenwijkerland"),
    ("1896", "Zwartewaterland"),
];

/// The month in words, without its year.
fn month(of: i8) -> &'static str {
    usize::try_from(of - 1).ok().and_then(|at| MAANDEN.get(at)).copied().unwrap_or_default()
}

/// `1 oktober 2026`.
pub(super) fn datum(datum: Datum) -> String {
    let day = datum.civil();
    format!("{} {} {}", day.day(), month(day.month()), day.year())
}

/// `oktober 2026`.
pub(super) fn maand(maand: Maand) -> String {
    let day = maand.first_day().civil();
    format!("{} {}", month(day.month()), day.year())
}

/// Thousands apart: `1.204`.
pub(super) fn aantal(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// `€ 300,00`.
pub(super) fn euro(cent: i64) -> String {
    let sign = if cent < 0 { "-" } else { "" };
    format!("{sign}€ {},{:02}", aantal(cent.unsigned_abs() / 100), cent.unsigned_abs() % 100)
}

/// A share in whole percents, rounded to the nearest; `None` of nothing.
pub(super) fn procent(part: u64, whole: u64) -> Option<u64> {
    let rounded = (u128::from(part) * 200 + u128::from(whole)).checked_div(u128::from(whole) * 2)?;
    u64::try_from(rounded).ok()
}

/// A value of a dimension.
pub(super) fn waarde(dimensie: Dimensie, value: &str) -> String {
    let full = match (dimensie, value) {
        (_, TOTAAL) => TOTAAL,
        (Dimensie::Gemeente, code) => {
            let name = GEMEENTEN.iter().find(|(known, _)| *known == code).map(|(_, name)| (*name).to_owned());
            return name.unwrap_or_else(|| format!("gemeente {code}"));
        }
        (Dimensie::Leeftijdsgroep, ages) => return format!("{ages} jaar"),
        (Dimensie::Geslacht, "m") => "man",
        (Dimensie::Geslacht, "v") => "vrouw",
        (Dimensie::Cohort, "oud") => "oud-vsv'er",
        (Dimensie::Cohort, "nieuw") => "nieuwe vsv'er",
        (Dimensie::Prioriteit, "1") => "1: geen inkomen, geen uitkering",
        (Dimensie::Prioriteit, "2") => "2: inkomen tot en met de grens",
        (Dimensie::Prioriteit, "3") => "3: inkomen boven de grens",
        (Dimensie::Prioriteit, "4") => "4: inkomen en uitkering",
        (Dimensie::Prioriteit, "5") => "5: alleen uitkering",
        (Dimensie::Combinatie, both) => return both.replace('+', " en "),
        (_, other) => return other.replace('_', " "),
    };
    full.to_owned()
}

/// What is counted by: `gemeente en klasse`.
pub(super) fn naar(dimensies: &[Dimensie]) -> String {
    let names: Vec<&str> = dimensies.iter().map(|dimensie| dimensie.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} en {last}", before.join(", ")),
        None => "niets".to_owned(),
    }
}

/// How a table is protected, in a sentence.
pub(super) fn methode(table: &ProtectedTable) -> String {
    match (table.tabel.methode, table.tabel.drempel, table.grootste_afwijking) {
        (Methode::Onderdrukking, Some(drempel), _) => format!(
            "Aantallen van 1 tot en met {} zijn niet vrijgegeven, en evenmin aantallen waarmee die te berekenen zouden zijn.",
            drempel.saturating_sub(1)
        ),
        (Methode::Afronding, _, Some(most)) => format!(
            "Elk aantal is afgerond op een vijftal. De rijen en kolommen tellen op. Geen aantal ligt verder dan {most} van het echte."
        ),
        (Methode::Onderdrukking, None, _) => "Kleine aantallen zijn niet vrijgegeven.".to_owned(),
        (Methode::Afronding, _, None) => "Elk aantal is afgerond op een vijftal.".to_owned(),
    }
}

/// A legal basis, in plain words behind it where we have them.
pub(super) fn grondslag(text: &str) -> String {
    const KNOWN: [(&str, &str); 4] = [
        ("AVG 6(1)(c)", "het moet volgens de wet"),
        ("AVG 6(1)(e)", "een taak van algemeen belang die de wet aan de overheid geeft"),
        ("WEB 9.2.5", "de taak van de gemeente om jongeren zonder startkwalificatie in beeld te houden"),
        ("WEB", "Wet educatie en beroepsonderwijs"),
    ];
    let found = KNOWN.iter().find(|(start, _)| text.starts_with(start));
    found.map_or_else(|| text.to_owned(), |(_, words)| format!("{text}: {words}"))
}

/// The population.
pub(super) fn doelgroep(doel: &Purpose) -> String {
    let who = match doel.cohort {
        Some(Cohort::Oud) => "oud-vsv'ers (12 maanden of langer van school zonder startkwalificatie)",
        Some(Cohort::Nieuw) => "nieuwe vsv'ers (minder dan 12 maanden van school zonder startkwalificatie)",
        None => "vsv'ers (van school zonder startkwalificatie)",
    };
    format!("{who} van {} tot {} jaar", doel.leeftijd_van, doel.leeftijd_tot)
}

/// A source by its name.
pub(super) fn bron(bron: Bron) -> &'static str {
    match bron {
        Bron::Brp => "basisregistratie personen (brp)",
        other => other.as_str(),
    }
}

/// What a source covered and what follows from that (DOMEIN, "Evidence has three values").
pub(super) fn dekking(source: &SourceUsed) -> String {
    let delivered = match source.dekking {
        Coverage::Covered => "volledig geleverd",
        Coverage::Partial => "niet volledig geleverd",
        Coverage::Missing => "niet geleverd",
    };
    let follows = match (source.bron, source.dekking, source.identificatie) {
        // The register of residents is asked of these jongeren only where it was delivered for them.
        (Bron::Brp, Coverage::Missing, Identificatie::Own) => {
            "of deze jongeren verhuisd of overleden zijn, is niet bekend. Zij tellen gewoon mee."
        }
        (Bron::Brp, Coverage::Covered, _) => "wie er niet in staat en ook nergens anders, telt als onbekend.",
        (Bron::Betrokkenheid, Coverage::Covered, _) => "wie er niet in staat, heeft geen betrokken partij.",
        (Bron::Betrokkenheid, _, _) => "de betrokkenheid is daardoor onbekend.",
        (_, Coverage::Covered, _) => "wie er niet in staat, is er niet.",
        (_, Coverage::Partial | Coverage::Missing, _) => "wie in geen andere bron staat, telt als onbekend.",
    };
    let of = match source.identificatie {
        Identificatie::Bsn => "de jongeren met een BSN",
        Identificatie::Own => "de jongeren met alleen een onderwijsnummer",
    };
    let share = source.gekoppeld_procent.map_or(String::new(), |share| format!(" Kent ongeveer {share}% van {of}."));
    format!("{delivered}: {follows}{share}")
}

/// The kind of number of a source.
pub(super) fn nummer(identificatie: Identificatie) -> &'static str {
    match identificatie {
        Identificatie::Bsn => "BSN",
        Identificatie::Own => "onderwijsnummer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_dates_are_dutch() {
        assert_eq!([0, 999, 1000, 1_234_567].map(aantal), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!([30000, 5, 123_456_789, -250].map(euro), ["€ 300,00", "€ 0,05", "€ 1.234.567,89", "-€ 2,50"]);
        assert_eq!(datum(Datum::parse(b"2026-10-01").unwrap()), "1 oktober 2026");
        assert_eq!(maand(Maand::parse(b"2026-03").unwrap()), "maart 2026");
        assert_eq!([procent(1, 3), procent(1, 200), procent(0, 0)], [Some(33), Some(1), None]);
        assert_eq!(procent(u64::MAX, u64::MAX), Some(100));
    }

    #[test]
    fn every_word_that_is_not_known_is_shown_as_it_is() {
        assert_eq!(waarde(Dimensie::Gemeente, "0193"), "Zwolle");
        assert_eq!(waarde(Dimensie::Gemeente, "0001"), "gemeente 0001");
        assert_eq!(waarde(Dimensie::Klasse, "geen_dagbesteding"), "geen dagbesteding");
        assert_eq!(waarde(Dimensie::Gemeente, "totaal"), "totaal");
        assert_eq!(naar(&[Dimensie::Gemeente, Dimensie::Klasse, Dimensie::Geslacht]), "gemeente, klasse en geslacht");
    }
}
