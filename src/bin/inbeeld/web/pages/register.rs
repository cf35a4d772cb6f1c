//! The register as a timeline: who got what, when, under which text.

use super::answers::page;
use super::frame::Frame;
use super::words;
use crate::web::api::releases;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::ledger;
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::register::{Past, PastInzage, Register, Soort};
use std::collections::BTreeSet;

/// Entries that one page shows.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "register.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    filters: Vec<Filter>,
    gebeurtenissen: Vec<Event>,
    gevonden: String,
    meer: bool,
    kop: String,
}

/// A choice to see less.
struct Filter {
    naam: &'static str,
    label: &'static str,
    opties: Vec<(String, String, bool)>,
}

/// One entry.
struct Event {
    nr: usize,
    soort: &'static str,
    merk: &'static str,
    tijd: String,
    /// As it is sorted by.
    sinds: String,
    tekst: String,
    adres: String,
    peildatum: String,
    maand: String,
    id: String,
    wat: Vec<String>,
    ontvangers: BTreeSet<String>,
    vrijgave: bool,
}

/// The timeline, newest first.
pub(super) async fn show(call: Call) -> Answer {
    let asked = ["soort", "doelbinding", "maand", "ontvanger"].map(|name| call.asked(name).unwrap_or_default());
    let kader = Frame::of(&call, "Register", "/register");
    let built = blocking(&call.app, move |app| built(app, kader, &asked)).await?;
    page(&built)
}

fn built(app: &App, kader: Frame, asked: &[String; 4]) -> Result<Page, Problem> {
    let register = ledger::read(&app.config)?;
    let here: BTreeSet<u64> = releases::all(app)?.into_iter().map(|one| one.nr).collect();
    let mut all: Vec<Event> = register.vrijgaven.iter().map(|past| released(past, &here)).collect();
    all.extend(register.inzagen.iter().map(asked_why));
    all.sort_by(|one, other| (&other.sinds, other.nr).cmp(&(&one.sinds, one.nr)));
    let filters = filters(&all, asked);
    let [soort, id, maand, ontvanger] = asked;
    all.retain(|event| {
        let fits = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        fits(soort, event.soort)
            && fits(id, &event.id)
            && fits(maand, &event.maand)
            && (ontvanger.is_empty() || event.ontvangers.contains(ontvanger))
    });
    let gevonden = words::count(all.len(), "regel", "regels");
    let meer = all.len() > MOST;
    all.truncate(MOST);
    Ok(Page { kader, filters, gebeurtenissen: all, gevonden, meer, kop: head(&register) })
}

fn head(register: &Register) -> String {
    register.head().to_string()
}

fn released(past: &Past, here: &BTreeSet<u64>) -> Event {
    let entry = &past.entry;
    let mut wat: Vec<String> = entry
        .tabellen
        .iter()
        .map(|table| {
            let cells = words::count(table.cellen.len(), "aantal", "aantallen");
            let withheld = words::aantal(table.withheld() as u64);
            format!("tabel {}: {cells}, waarvan {withheld} niet vrijgegeven", table.naam)
        })
        .collect();
    wat.extend(entry.lijsten.iter().map(|list| {
        let klassen: Vec<String> = list.klassen.iter().map(|klasse| klasse.replace('_', " ")).collect();
        let velden = match list.velden.as_slice() {
            [] => "alleen de verwijzing".to_owned(),
            velden => format!("met {}", velden.join(", ")),
        };
        let who = words::gemeente_of(&list.gemeente);
        format!("lijst {} voor {who}: {}, {velden}", list.naam, klassen.join(" en "))
    }));
    let (soort, merk) = match past.soort {
        Soort::Proef => ("gezien", "staat-rust"),
        Soort::Vrijgave if past.open() => ("niet uitgeleverd", "staat-fout"),
        Soort::Vrijgave => ("vrijgegeven", "staat-goed"),
    };
    Event {
        nr: past.nr,
        soort,
        merk,
        tijd: words::moment_of(&entry.tijd),
        sinds: entry.tijd.clone(),
        tekst: format!("{} versie {}", entry.doelbinding.id, entry.doelbinding.versie),
        adres: format!("/doelbindingen/{}/{}", entry.doelbinding.id, entry.doelbinding.versie),
        peildatum: words::datum_of(&entry.peildatum),
        maand: month(&entry.peildatum),
        id: entry.doelbinding.id.clone(),
        wat,
        ontvangers: entry.lijsten.iter().map(|list| list.gemeente.clone()).collect(),
        vrijgave: past.soort == Soort::Vrijgave && here.contains(&(past.nr as u64)),
    }
}

fn asked_why(inzage: &PastInzage) -> Event {
    let entry = &inzage.entry;
    Event {
        nr: inzage.nr,
        soort: "waarom gevraagd",
        merk: "staat-let-op",
        tijd: words::moment_of(&entry.tijd),
        sinds: entry.tijd.clone(),
        tekst: format!("{} versie {}", entry.doelbinding.id, entry.doelbinding.versie),
        adres: format!("/doelbindingen/{}/{}", entry.doelbinding.id, entry.doelbinding.versie),
        peildatum: words::datum_of(&entry.peildatum),
        maand: month(&entry.peildatum),
        id: entry.doelbinding.id.clone(),
        wat: vec![format!("waarom één jongere haar klasse heeft, gevraagd in de rol {}", entry.rol)],
        ontvangers: BTreeSet::new(),
        vrijgave: false,
    }
}

/// The month of a day as it is written.
fn month(day: &str) -> String {
    day.get(..7).unwrap_or_default().to_owned()
}

fn filters(all: &[Event], [soort, id, maand, ontvanger]: &[String; 4]) -> Vec<Filter> {
    let filter = |naam, label, found: BTreeSet<String>, now: &str, word: fn(&str) -> String| Filter {
        naam,
        label,
        opties: found.into_iter().rev().map(|one| (one.clone(), word(&one), one == now)).collect(),
    };
    let same = |text: &str| text.to_owned();
    vec![
        filter("maand", "Peilmaand", all.iter().map(|event| event.maand.clone()).collect(), maand, words::maand_of),
        filter(
            "ontvanger",
            "Lijst voor",
            all.iter().flat_map(|event| event.ontvangers.clone()).collect(),
            ontvanger,
            words::gemeente_of,
        ),
        filter("doelbinding", "Doelbinding", all.iter().map(|event| event.id.clone()).collect(), id, same),
        filter("soort", "Soort", all.iter().map(|event| event.soort.to_owned()).collect(), soort, same),
    ]
}
