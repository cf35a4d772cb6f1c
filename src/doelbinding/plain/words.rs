//! Figures, dates and values of the domain as a Dutch reader writes them.

use crate::terms::{Bron, Cohort, Contact, Datum, Dimensie, Gemeente, Klasse, Lijstveld, Maand, Methode};

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
#[must_use]
pub fn datum(datum: Datum) -> String {
    let day = datum.civil();
    format!("{} {} {}", day.day(), month(day.month()), day.year())
}

/// `oktober 2026`.
#[must_use]
pub fn maand(maand: Maand) -> String {
    let day = maand.first_day().civil();
    format!("{} {}", month(day.month()), day.year())
}

/// Thousands apart: `1.204`.
#[must_use]
pub fn aantal(count: u64) -> String {
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
#[must_use]
pub fn euro(cent: i64) -> String {
    let sign = if cent < 0 { "-" } else { "" };
    format!("{sign}€ {},{:02}", aantal(cent.unsigned_abs() / 100), cent.unsigned_abs() % 100)
}

/// A share of 0 to 1 in percents, without needless decimals: `60%`, `12,5%`.
#[must_use]
pub fn aandeel(share: f64) -> String {
    // Ten decimals hide what binary floating point adds, and nothing that somebody would write.
    let text = format!("{:.10}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.').replace('.', ","))
}

/// `dag` or `dagen`, behind the number: `1 dag`, `62 dagen`.
#[must_use]
pub fn dagen(days: u32) -> String {
    let unit = if days == 1 { "dag" } else { "dagen" };
    format!("{} {unit}", aantal(days.into()))
}

/// `a, b en c`.
#[must_use]
pub fn opsomming<T: AsRef<str>>(items: &[T]) -> String {
    joined(items, "en")
}

/// `a, b of c`.
#[must_use]
pub fn keuze<T: AsRef<str>>(items: &[T]) -> String {
    joined(items, "of")
}

fn joined<T: AsRef<str>>(items: &[T], word: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.as_ref().to_owned(),
        Some((last, before)) => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", before.join(", "), last.as_ref())
        }
    }
}

/// A municipality by name where we have it, else by code: `Zwolle`, `gemeente 0001`.
#[must_use]
pub fn gemeente(gemeente: Gemeente) -> String {
    gemeente_code(&gemeente.to_string())
}

fn gemeente_code(code: &str) -> String {
    let name = GEMEENTEN.iter().find(|(known, _)| *known == code);
    name.map_or_else(|| format!("gemeente {code}"), |(_, name)| (*name).to_owned())
}

/// A value of a dimension, as it stands in a table.
#[must_use]
pub fn waarde(dimensie: Dimensie, value: &str) -> String {
    let full = match (dimensie, value) {
        (Dimensie::Gemeente, code) => return gemeente_code(code),
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
#[must_use]
pub fn naar(dimensies: &[Dimensie]) -> String {
    let names: Vec<&str> = dimensies.iter().map(|dimensie| dimensie.as_str()).collect();
    if names.is_empty() { "niets".to_owned() } else { opsomming(&names) }
}

/// What a dimension says of a jongere, in a few words.
#[must_use]
pub const fn dimensie(dimensie: Dimensie) -> &'static str {
    match dimensie {
        Dimensie::Gemeente => "in welke gemeente de jongere woont",
        Dimensie::Klasse => "wat de jongere doet: school, werk, uitkering, geen van die drie, of onbekend",
        Dimensie::Leeftijdsgroep => "hoe oud de jongere is, in groepen",
        Dimensie::Geslacht => "of de jongere man of vrouw is, of geen van beide",
        Dimensie::Cohort => "of de jongere korter of langer dan een jaar van school is",
        Dimensie::Niveau => "het niveau van de opleiding",
        Dimensie::Contact => "hoe ver het contact met de jongere is",
        Dimensie::Combinatie => "welke van school, werk en uitkering de jongere tegelijk heeft",
        Dimensie::Prioriteit => {
            "of de jongere inkomen en een uitkering heeft, in de vijf groepen van de landelijke lijst"
        }
        Dimensie::Betrokkenheid => "of geen, één of meer organisaties contact met de jongere hebben",
    }
}

/// A klasse by name: `geen dagbesteding`.
#[must_use]
pub fn klasse(klasse: Klasse) -> String {
    waarde(Dimensie::Klasse, klasse.as_str())
}

/// Who has a klasse, in a few words.
#[must_use]
pub const fn wie(klasse: Klasse) -> &'static str {
    match klasse {
        Klasse::School => "jongeren die op school zitten",
        Klasse::Werk => "jongeren die werken",
        Klasse::Uitkering => "jongeren met een uitkering",
        Klasse::GeenDagbesteding => "jongeren zonder school, werk of uitkering",
        Klasse::Onbekend => "jongeren van wie de bestanden niet zeggen wat zij doen",
        Klasse::Startkwalificatie => "jongeren die alsnog een startkwalificatie haalden",
        Klasse::BuitenDoelgroep => "jongeren die niet meer in beeld hoeven te komen",
    }
}

/// What a column of a list tells of a jongere.
#[must_use]
pub const fn veld(veld: Lijstveld) -> &'static str {
    match veld {
        Lijstveld::Klasse => "of de jongere op school zit, werkt, een uitkering heeft, niets daarvan, of onbekend is",
        Lijstveld::Leeftijdsgroep => "hoe oud de jongere is, in groepen",
        Lijstveld::Cohort => "of de jongere korter of langer dan een jaar van school is",
        Lijstveld::Uitschrijfmaand => "in welke maand de jongere van school ging",
        Lijstveld::Contact => "hoe ver het contact met de jongere is",
        Lijstveld::Betrokkenheid => "of geen, één of meer organisaties contact met de jongere hebben",
    }
}

/// How far the contact has come: `in begeleiding`.
#[must_use]
pub const fn contact(contact: Contact) -> &'static str {
    match contact {
        Contact::GeenContact => "geen contact",
        Contact::InBeeld => "in beeld",
        Contact::Bereikt => "bereikt",
        Contact::Begeleiding => "in begeleiding",
    }
}

/// How small counts are protected, in a sentence; `drempel` where the method has one.
#[must_use]
pub fn methode(methode: Methode, drempel: Option<u32>) -> String {
    match (methode, drempel) {
        (Methode::Onderdrukking, Some(drempel)) => format!(
            "Aantallen van 1 tot en met {} zijn niet vrijgegeven, en evenmin aantallen waarmee die te berekenen zouden zijn.",
            drempel.saturating_sub(1)
        ),
        (Methode::Onderdrukking, None) => "Kleine aantallen zijn niet vrijgegeven.".to_owned(),
        (Methode::Afronding, _) => "Elk aantal is afgerond op een vijftal.".to_owned(),
    }
}

/// Who left school when: `None` for both.
#[must_use]
pub const fn cohort(cohort: Option<Cohort>) -> &'static str {
    match cohort {
        Some(Cohort::Oud) => "oud-vsv'ers (12 maanden of langer van school zonder startkwalificatie)",
        Some(Cohort::Nieuw) => "nieuwe vsv'ers (minder dan 12 maanden van school zonder startkwalificatie)",
        None => "vsv'ers (van school zonder startkwalificatie)",
    }
}

/// The population; `tot` does not count itself.
#[must_use]
pub fn doelgroep(only: Option<Cohort>, van: i16, tot: i16) -> String {
    format!("{} van {van} tot {tot} jaar", cohort(only))
}

/// A source by its name.
#[must_use]
pub const fn bron(bron: Bron) -> &'static str {
    match bron {
        Bron::Brp => "basisregistratie personen (brp)",
        other => other.as_str(),
    }
}

/// What a source holds, in words.
#[must_use]
pub const fn bron_inhoud(bron: Bron) -> &'static str {
    match bron {
        Bron::Doelgroep => "de eigen lijst van de regio met jongeren die in beeld moeten komen",
        Bron::Onderwijs => "inschrijvingen en diploma's bij scholen",
        Bron::Inkomen => "loon en ander inkomen",
        Bron::Uitkering => "uitkeringen",
        Bron::Brp => "de basisregistratie personen: waar iemand woont en wie is overleden",
        Bron::Betrokkenheid => "organisaties die zeggen DAT zij contact hebben, niet waarover",
    }
}

/// Who may ask why somebody has its klasse.
#[must_use]
pub fn rol(rol: &str) -> &str {
    match rol {
        "gemeente" => "een medewerker van een gemeente, over jongeren op de eigen lijst",
        "coordinator" => "de coördinator van de regio",
        other => other,
    }
}

/// A legal basis, in plain words behind it where we have them.
#[must_use]
pub fn grondslag(text: &str) -> String {
    const KNOWN: [(&str, &str); 7] = [
        ("AVG 6(1)(c)", "het moet volgens de wet"),
        ("AVG 6(1)(e)", "een taak van algemeen belang die de wet aan de overheid geeft"),
        ("WEB 9.2.5", "de taak van de gemeente om jongeren zonder startkwalificatie in beeld te houden"),
        ("WEB", "Wet educatie en beroepsonderwijs"),
        ("UAVG 46 jo. Wabb 10", "de wet laat de overheid het BSN gebruiken voor haar taak"),
        ("UAVG", "Uitvoeringswet AVG"),
        ("Wabb", "Wet algemene bepalingen burgerservicenummer"),
    ];
    let found = KNOWN.iter().find(|(start, _)| text.starts_with(start));
    found.map_or_else(|| text.to_owned(), |(_, words)| format!("{text}: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_dates_are_dutch() {
        assert_eq!([0, 999, 1000, 1_234_567].map(aantal), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!([30000, 5, 123_456_789, -250].map(euro), ["€ 300,00", "€ 0,05", "€ 1.234.567,89", "-€ 2,50"]);
        assert_eq!([0.6, 1.0, 0.125, 0.07, 0.001].map(aandeel), ["60%", "100%", "12,5%", "7%", "0,1%"]);
        assert_eq!([1, 62, 1000].map(dagen), ["1 dag", "62 dagen", "1.000 dagen"]);
        assert_eq!(datum(Datum::parse(b"2026-10-01").unwrap()), "1 oktober 2026");
        assert_eq!(maand(Maand::parse(b"2026-03").unwrap()), "maart 2026");
    }

    #[test]
    fn every_word_that_is_not_known_is_shown_as_it_is() {
        assert_eq!(waarde(Dimensie::Gemeente, "0193"), "Zwolle");
        assert_eq!(waarde(Dimensie::Gemeente, "0001"), "gemeente 0001");
        assert_eq!(waarde(Dimensie::Klasse, "geen_dagbesteding"), "geen dagbesteding");
        assert_eq!(naar(&[Dimensie::Gemeente, Dimensie::Klasse, Dimensie::Geslacht]), "gemeente, klasse en geslacht");
        assert_eq!(grondslag("Gemeentewet 1"), "Gemeentewet 1");
    }
}
