//! What differs in what is read.

use super::changes::{Changes, Direction};
use crate::doelbinding::plain::columns::kolom;
use crate::doelbinding::plain::words;
use crate::doelbinding::policy::BronAsk;
use crate::terms::{Bron, Oin};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn compare(all: &mut Changes, old: &BTreeMap<Bron, BronAsk>, new: &BTreeMap<Bron, BronAsk>) {
    for bron in Bron::ALL {
        let key = format!("bronnen.{bron}");
        match (old.get(bron), new.get(bron)) {
            (None, None) => {}
            (None, Some(ask)) => {
                all.add(&key, Direction::Wider, format!("Er komt een bron bij: {}.", named(*bron, ask)))
            }
            (Some(ask), None) => {
                all.add(&key, Direction::Narrower, format!("Er valt een bron af: {}.", named(*bron, ask)));
            }
            (Some(old), Some(new)) => source(all, *bron, old, new),
        }
    }
}

/// A source with what is read of it and why.
fn named(bron: Bron, ask: &BronAsk) -> String {
    let columns: Vec<&str> = ask.velden.iter().map(String::as_str).collect();
    format!(
        "{} ({}), met de kolommen {}. Waarom: “{}”. Leveranciers: {}",
        words::bron(bron),
        words::bron_inhoud(bron),
        words::opsomming(&columns),
        ask.waarom,
        suppliers(ask.leveranciers.as_ref())
    )
}

fn suppliers(leveranciers: Option<&BTreeSet<Oin>>) -> String {
    leveranciers.map_or_else(
        || "niet genoemd".to_owned(),
        |all| words::opsomming(&all.iter().map(Oin::as_str).collect::<Vec<_>>()),
    )
}

fn source(all: &mut Changes, bron: Bron, old: &BronAsk, new: &BronAsk) {
    let BronAsk { velden, waarom, leveranciers } = old;
    let key = |name: &str| format!("bronnen.{bron}.{name}");
    columns(all, bron, &key("velden"), velden, &new.velden);
    all.text(&key("waarom"), waarom, &new.waarom);
    if *leveranciers != new.leveranciers {
        // Others may deliver too; the list only says whose silence together counts. So this makes
        // more or fewer people onbekend, and lets nobody in or out.
        let (was, becomes) = (suppliers(leveranciers.as_ref()), suppliers(new.leveranciers.as_ref()));
        let what = format!("De leveranciers die samen alles weten: eerst {was}, nu {becomes}.");
        all.add(&key("leveranciers"), Direction::Otherwise, what);
    }
}

fn columns<T: Ord + AsRef<str>>(all: &mut Changes, bron: Bron, key: &str, old: &BTreeSet<T>, new: &BTreeSet<T>) {
    let (more, less) =
        (format!("Van de bron {bron} wordt ook gelezen"), format!("Van de bron {bron} wordt niet meer gelezen"));
    all.sets(key, [&more, &less], old, new, |name| {
        let name = name.as_ref();
        kolom(bron, name).map_or_else(|| name.to_owned(), |words| format!("{name} ({words})"))
    });
}

/// The doelgroep's columns, which follow from tables and lists.
pub(super) fn doelgroep(all: &mut Changes, old: &BTreeSet<&str>, new: &BTreeSet<&str>) {
    columns(all, Bron::Doelgroep, "doelgroep", old, new);
}
