//! Words of the pages beside those that texts and reports already have.

use axum::http::StatusCode;
use inbeeld::access::Bound;
use inbeeld::doelbinding::plain::words;
use inbeeld::terms::{AccountRol, Bron, Datum, Dimensie, Identificatie, Maand, Moment};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) use inbeeld::doelbinding::plain::words::{aantal, bron, datum, gemeente, maand, naar};

/// The clock of the Netherlands: no database of time zones is needed for its one rule.
const CLOCK: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// `1 oktober 2026, 14:03 uur`, in the Netherlands.
pub(super) fn moment(moment: Moment) -> String {
    let zone = TimeZone::posix(CLOCK).unwrap_or(TimeZone::UTC);
    let Ok(at) = Timestamp::from_second(moment.unix_seconds()) else { return moment.to_string() };
    let here = zone.to_datetime(at);
    format!("{}, {:02}:{:02} uur", datum(Datum::from_civil(here.date())), here.hour(), here.minute())
}

/// The same of a moment as it is written.
pub(super) fn moment_of(text: &str) -> String {
    Moment::parse(text).map_or_else(|_| text.to_owned(), moment)
}

/// `1 oktober 2026` of a day as it is written.
pub(super) fn datum_of(text: &str) -> String {
    Datum::parse(text.as_bytes()).map_or_else(|_| text.to_owned(), datum)
}

/// `oktober 2026` of a month as it is written.
pub(super) fn maand_of(text: &str) -> String {
    Maand::parse(text.as_bytes()).map_or_else(|_| text.to_owned(), maand)
}

/// A municipality by its code.
pub(super) fn gemeente_of(code: &str) -> String {
    words::waarde(Dimensie::Gemeente, code)
}

/// A source as it is written.
pub(super) fn bron_of(text: &str) -> String {
    Bron::parse(text.as_bytes()).map_or_else(|| text.to_owned(), |known| bron(known).to_owned())
}

/// What kind of number, for who delivers.
pub(super) fn nummer(identificatie: Identificatie) -> &'static str {
    match identificatie {
        Identificatie::Bsn => "op BSN",
        Identificatie::Own => "op onderwijsnummer",
    }
}

/// A role, for who reads.
pub(super) fn rol(rol: AccountRol) -> &'static str {
    match rol {
        AccountRol::Bronhouder => "bronhouder",
        AccountRol::Coordinator => "coördinator",
        AccountRol::Vrijgever => "vrijgever",
        AccountRol::PrivacyOfficer => "privacy officer (FG)",
        AccountRol::Gemeente => "gemeente",
        AccountRol::Beheerder => "beheerder",
    }
}

/// What an account is for: the role, and whose.
pub(super) fn account(bound: &Bound) -> String {
    match (bound.gemeente(), bound.oin()) {
        (Some(code), _) => format!("{} {}", rol(bound.rol()), gemeente(code)),
        (_, Some(oin)) => format!("{}, OIN {}", rol(bound.rol()), oin.as_str()),
        _ => rol(bound.rol()).to_owned(),
    }
}

/// How far a koppeling is, in a few words.
pub(super) fn staat(staat: &str) -> &str {
    match staat {
        "gepland" => "wacht op haar beurt",
        "bezig" => "draait",
        "klaar" => "wacht op de vrijgever",
        "vrijgeven" => "wordt vrijgegeven",
        other => other,
    }
}

/// What happens in a phase.
pub(super) fn fase(fase: &str) -> &str {
    match fase {
        "manifesten" => "Manifesten lezen",
        "doelgroep" => "Doelgroep lezen",
        "koppelen" => "Bronnen koppelen",
        "classificeren" => "Indelen in klassen",
        "beschermen" => "Kleine aantallen beschermen",
        "lijsten" => "Lijsten maken",
        other => other,
    }
}

/// What a refusal is called, for who reads it.
pub(super) fn heading(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "Dit klopt nog niet",
        401 => "Niet aangemeld",
        403 => "Dit mag niet",
        404 => "Niet gevonden",
        409 => "Dit kan nu niet",
        413 => "Dit is te groot",
        429 => "Even te veel tegelijk",
        503 => "Nu niet beschikbaar",
        _ => "Er ging iets mis",
    }
}

/// With a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// `1 jongere`, `2 jongeren`.
pub(super) fn count(number: usize, one: &str, more: &str) -> String {
    format!("{} {}", aantal(number as u64), if number == 1 { one } else { more })
}
