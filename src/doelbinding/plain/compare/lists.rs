//! What differs in what leaves: tables and lists, which are the same one when their names are.

use super::changes::{Changes, Direction};
use crate::doelbinding::plain::words;
use crate::doelbinding::policy::{Lijst, Tabel};
use crate::terms::{Contact, Dimensie, Lijstveld};

/// Pairs by name, those of the old text first; and the order where it differs.
fn pairs<'p, T>(
    all: &mut Changes,
    kind: &str,
    old: &'p [T],
    new: &'p [T],
    naam: impl Fn(&T) -> &str,
) -> Vec<(String, Option<&'p T>, Option<&'p T>)> {
    let find = |list: &'p [T], name: &str| list.iter().find(|item| naam(item) == name);
    let was: Vec<&str> = old.iter().map(&naam).filter(|name| find(new, name).is_some()).collect();
    let becomes: Vec<&str> = new.iter().map(&naam).filter(|name| find(old, name).is_some()).collect();
    if was != becomes {
        let what = format!("De volgorde verandert: was {}, wordt {}.", was.join(", "), becomes.join(", "));
        all.add(kind, Direction::Otherwise, what);
    }
    let fresh = new.iter().map(&naam).filter(|name| find(old, name).is_none());
    let names = old.iter().map(&naam).chain(fresh);
    names.map(|name| (format!("{kind}[{name}]"), find(old, name), find(new, name))).collect()
}

pub(super) fn tables(all: &mut Changes, old: &[Tabel], new: &[Tabel]) {
    let named =
        |tabel: &Tabel| format!("{}, geteld naar {}. {}", tabel.naam, words::naar(&tabel.dimensies), guard(tabel));
    for (key, old, new) in pairs(all, "tabel", old, new, |tabel| &tabel.naam) {
        match (old, new) {
            (None, None) => {}
            (None, Some(new)) => all.add(&key, Direction::Wider, format!("Er komt een tabel bij: {}", named(new))),
            (Some(old), None) => all.add(&key, Direction::Narrower, format!("Er valt een tabel af: {}", named(old))),
            (Some(old), Some(new)) => table(all, &key, old, new),
        }
    }
}

/// How a table is protected.
fn guard(tabel: &Tabel) -> String {
    tabel.drempel.map_or_else(|| "Aantallen worden afgerond.".to_owned(), |drempel| format!("De drempel is {drempel}."))
}

fn table(all: &mut Changes, key: &str, old: &Tabel, new: &Tabel) {
    let Tabel { naam: _, dimensies, methode, drempel } = old;
    let words = ["De tabel telt ook naar", "De tabel telt niet meer naar"];
    let say = |dimensie: &Dimensie| dimensie.to_string();
    all.ordered(&format!("{key}.dimensies"), words, dimensies, &new.dimensies, say);
    match (drempel, new.drempel) {
        // Another method, and with it whether there is a threshold at all.
        _ if *methode != new.methode => all.text(&format!("{key}.methode"), &guard(old), &guard(new)),
        (Some(old), Some(new)) => all.less(&format!("{key}.drempel"), "De drempel", old, &new, u32::to_string),
        _ => {}
    }
}

pub(super) fn lists(all: &mut Changes, old: &[Lijst], new: &[Lijst]) {
    for (key, old, new) in pairs(all, "lijst", old, new, |lijst| &lijst.naam) {
        match (old, new) {
            (None, None) => {}
            (None, Some(new)) => all.add(&key, Direction::Wider, format!("Er komt een lijst bij: {}", named(new))),
            (Some(old), None) => all.add(&key, Direction::Narrower, format!("Er valt een lijst af: {}", named(old))),
            (Some(old), Some(new)) => list(all, &key, old, new),
        }
    }
}

/// A list with what it is.
fn named(lijst: &Lijst) -> String {
    let klassen: Vec<String> = lijst.klassen.iter().map(|klasse| words::klasse(*klasse)).collect();
    let ontvangers: Vec<String> = lijst.ontvangers.iter().map(|code| words::gemeente(*code)).collect();
    let velden: Vec<&str> = lijst.velden.iter().map(|veld| veld.as_str()).collect();
    let velden = if velden.is_empty() { "niets".to_owned() } else { words::opsomming(&velden) };
    format!(
        "{}, voor {}, met jongeren met de klasse {}. Naast de verwijzing staat erop: {velden}. Hoogstens {} van de jongeren van een gemeente.",
        lijst.naam,
        words::opsomming(&ontvangers),
        words::keuze(&klassen),
        words::aandeel(lijst.max_aandeel)
    )
}

fn list(all: &mut Changes, key: &str, old: &Lijst, new: &Lijst) {
    let Lijst { naam: _, klassen, velden, ontvangers, max_aandeel, contact_uitgezonderd, zonder_betrokkenheid } = old;
    let sub = |name: &str| format!("{key}.{name}");
    let words = ["Ook op de lijst komen", "Niet meer op de lijst komen"];
    all.sets(&sub("klassen"), words, klassen, &new.klassen, |klasse| words::wie(*klasse).to_owned());
    let words = ["Op de lijst staat ook", "Op de lijst staat niet meer"];
    let say = |veld: &Lijstveld| format!("{veld} ({})", words::veld(*veld));
    all.ordered(&sub("velden"), words, velden, &new.velden, say);
    let words = ["De lijst gaat ook naar", "De lijst gaat niet meer naar"];
    all.ordered(&sub("ontvangers"), words, ontvangers, &new.ontvangers, |code| words::gemeente(*code));
    let share = |share: &f64| words::aandeel(*share);
    all.more(&sub("max_aandeel"), "Het hoogste aandeel op de lijst", max_aandeel, &new.max_aandeel, share);
    let words = ["Niet meer op de lijst komt wie dit contact heeft", "Ook op de lijst komt wie dit contact heeft"];
    let say = |contact: &Contact| words::contact(*contact).to_owned();
    all.exceptions(&sub("contact_uitgezonderd"), words, contact_uitgezonderd, &new.contact_uitgezonderd, say);
    if *zonder_betrokkenheid != new.zonder_betrokkenheid {
        let (direction, what) = if new.zonder_betrokkenheid {
            (
                Direction::Narrower,
                "Niet meer op de lijst komt wie al contact heeft met een organisatie, of van wie dat niet zeker is.",
            )
        } else {
            (Direction::Wider, "Ook op de lijst komt wie al contact heeft met een organisatie.")
        };
        all.add(&sub("betrokkenheid"), direction, what);
    }
}
