//! What was released: the tables with their marks, bars, the trend over the months, the goal, and the files.

use super::answers::page;
use super::chart::{self, Chart};
use super::frame::Frame;
use super::grid::{Cells, TOTAAL, Table};
use super::words;
use crate::web::api::releases::{self, Shown};
use crate::web::api::texts;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::ledger;
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::doelbinding::plain;
use inbeeld::register::{Past, PastRules, Register, Soort};
use inbeeld::terms::{Cohort, Dimensie, Identificatie};
use std::collections::BTreeMap;

/// The region's goal: of this share of the jongeren is known how they are doing, in percents.
const GOAL: u64 = 80;
/// Values of `contact` that count as in view: reached and guided are more than that.
const IN_VIEW: [&str; 3] = ["in_beeld", "bereikt", "begeleiding"];

#[derive(Template)]
#[template(path = "vrijgaven.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct List {
    kader: Frame,
    vrijgaven: Vec<Line>,
}

/// A release among others.
struct Line {
    nr: u64,
    titel: String,
    wat: String,
    tekst: String,
    peildatum: String,
    tijd: String,
    door: String,
}

#[derive(Template)]
#[template(path = "vrijgave.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct One {
    kader: Frame,
    nr: u64,
    id: String,
    versie: u32,
    peildatum: String,
    tijd: String,
    gevraagd_door: String,
    vrijgegeven_door: String,
    doelgroep: String,
    tabellen: Vec<Shape>,
    doel: Option<Goal>,
    lijsten: Vec<String>,
    bronnen: Vec<String>,
    bestanden: Vec<File>,
}

/// A table with what is drawn of it.
struct Shape {
    tafel: Table,
    staven: Option<Chart>,
    verloop: Option<(Table, Option<Chart>)>,
}

/// How far the goal is.
struct Goal {
    procent: u64,
    doel: u64,
    zin: String,
    breedte: u64,
}

/// A file to fetch.
struct File {
    adres: String,
    naam: String,
    soort: &'static str,
}

/// The releases of this service.
pub(super) async fn list(call: Call) -> Answer {
    let session = call.session()?.clone();
    let (all, texts) =
        blocking(&call.app, move |app| Ok((releases::all(app)?, texts::on_shelf(app, &session)?))).await?;
    let titles: BTreeMap<(String, u32), String> =
        texts.into_iter().map(|(policy, _)| ((policy.id, policy.versie), policy.titel)).collect();
    let line = |one: Shown| {
        let tekst = format!("{} versie {}", one.doelbinding, one.versie);
        let tables = one.bestanden.iter().filter(|file| file.naam.ends_with(".csv")).count();
        Line {
            nr: one.nr,
            // A text that was taken off the shelf by hand has its name left.
            titel: titles.get(&(one.doelbinding, one.versie)).cloned().unwrap_or_else(|| tekst.clone()),
            wat: if tables == 0 {
                "alleen lijsten voor gemeenten".to_owned()
            } else {
                words::count(tables, "tabel", "tabellen")
            },
            tekst,
            peildatum: words::datum_of(&one.peildatum),
            tijd: words::moment_of(&one.tijd),
            door: one.vrijgegeven_door.unwrap_or_default(),
        }
    };
    let kader = Frame::of(&call, "Uitkomsten", "/vrijgaven");
    page(&List { kader, vrijgaven: all.into_iter().map(line).collect() })
}

/// One release.
pub(super) async fn show(call: Call) -> Answer {
    let nr = call.number()?;
    let kader = Frame::of(&call, &format!("Uitkomst {nr}"), "/vrijgaven");
    let built = blocking(&call.app, move |app| built(app, nr, kader)).await?;
    page(&built)
}

fn built(app: &App, nr: u64, mut kader: Frame) -> Result<One, Problem> {
    let (past, run) = releases::find(app, nr)?;
    let all = ledger::read(&app.config)?;
    let entry = &past.entry;
    let tables: Vec<Cells> = entry.tabellen.iter().filter_map(Cells::of_past).collect();
    let shape = |(at, table): (usize, &Cells)| Shape {
        tafel: table.laid_out(&format!("t{at}")),
        staven: chart::per_gemeente(table),
        verloop: trend(&all, &past, table, at),
    };
    let tabellen = tables.iter().enumerate().map(shape).collect();
    let list =
        |list: &inbeeld::register::PastList| format!("{} voor {}", list.naam, words::gemeente_of(&list.gemeente));
    let source = |source: &inbeeld::register::PastSource| {
        let kind = Identificatie::parse(source.identificatie.as_bytes()).map_or("", words::nummer);
        format!("{} {kind}: {}", words::bron_of(&source.bron), source.dekking)
    };
    let (lijsten, bronnen) = (entry.lijsten.iter().map(list).collect(), entry.bronnen.iter().map(source).collect());
    let (doelgroep, doel) = (population(&entry.regels), tables.iter().find_map(goal));
    let mut shown = releases::of(&past, run);
    shown.bestanden.sort_by_key(|file| place(&file.naam));
    kader.titel = format!("Uitkomst op {}", words::datum_of(&shown.peildatum));
    let file = |file: releases::File| File {
        adres: format!("/v1/vrijgaven/{nr}/bestanden/{}", file.naam),
        soort: kind(&file.naam),
        naam: file.naam,
    };
    Ok(One {
        kader,
        nr,
        id: shown.doelbinding,
        versie: shown.versie,
        peildatum: words::datum_of(&shown.peildatum),
        tijd: words::moment_of(&shown.tijd),
        gevraagd_door: shown.gevraagd_door,
        vrijgegeven_door: shown.vrijgegeven_door.unwrap_or_default(),
        doelgroep,
        tabellen,
        doel,
        lijsten,
        bronnen,
        bestanden: shown.bestanden.into_iter().map(file).collect(),
    })
}

/// Who was counted, in a sentence.
fn population(rules: &PastRules) -> String {
    let cohort = Cohort::parse(rules.cohort.as_bytes());
    let who = plain::words::doelgroep(cohort, rules.leeftijd_van, rules.leeftijd_tot);
    let places: Vec<String> = rules.gemeenten.iter().map(|code| words::gemeente_of(code)).collect();
    format!(
        "Geteld zijn {who} in {}. Wie in {} meer dan {} verdiende, werkt.",
        plain::words::opsomming(&places),
        words::maand_of(&rules.inkomen_maand),
        plain::words::euro(rules.inkomen_boven_cent)
    )
}

/// The order in which people want them: to read first, for programs last.
fn place(name: &str) -> usize {
    ["html", "xlsx", "csv"].iter().position(|ending| name.ends_with(ending)).unwrap_or(9)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        _ if name == "verantwoording.json" => "hoe het is gemaakt, voor programma's",
        Some("csv") => "CSV, voor rekenbladen en statistiek",
        Some("xlsx") => "Excel",
        Some("html") => "het rapport voor de raad",
        Some("json") => "alles, voor programma's",
        _ => "bestand",
    }
}

/// The same table over the months: its margins, the newest release of each peildatum.
fn trend(register: &Register, of: &Past, table: &Cells, at: usize) -> Option<(Table, Option<Chart>)> {
    let (by, kinds) = table.dimensies.last().zip(table.values.last())?;
    let mut months: BTreeMap<&str, Vec<Option<u64>>> = BTreeMap::new();
    let released = |past: &&Past| {
        past.soort == Soort::Vrijgave
            && !past.open()
            && past.entry.doelbinding.id == of.entry.doelbinding.id
            && past.entry.peildatum <= of.entry.peildatum
    };
    for past in register.vrijgaven.iter().filter(released) {
        let found = past.entry.tabellen.iter().find(|one| one.naam == table.naam).and_then(Cells::of_past);
        let Some(found) = found.filter(|found| found.dimensies == table.dimensies) else { continue };
        let count = |kind: &String| {
            let mut labels = vec![TOTAAL; found.dimensies.len().saturating_sub(1)];
            labels.push(kind);
            found.at(&labels).flatten()
        };
        months.insert(&past.entry.peildatum, kinds.iter().map(count).collect());
    }
    if months.len() < 2 {
        return None;
    }
    let names: Vec<String> = kinds.iter().map(|kind| super::grid::value(*by, kind)).collect();
    let rijen = months.iter().map(|(day, cells)| super::grid::Row {
        labels: vec![words::datum_of(day)],
        cellen: cells.iter().map(|cell| cell.map(words::aantal)).collect(),
        totaal: false,
    });
    let titel = format!("De hele regio door de maanden, naar {}", words::naar(&[*by]));
    let bars = months.iter().map(|(day, cells)| (words::datum_of(day), cells.clone())).collect();
    let shown = Table {
        id: format!("verloop{at}"),
        titel: titel.clone(),
        methode: "Van elke peildatum de laatste vrijgave.".to_owned(),
        rijnamen: vec!["peildatum".to_owned()],
        kolommen: names.clone(),
        rijen: rijen.collect(),
        achtergehouden: 0,
        achter_woorden: String::new(),
    };
    Some((shown, chart::of(&titel, &names, bars)))
}

/// The share in view, where a table tells how far the contact is and nothing needed for it is withheld.
fn goal(table: &Cells) -> Option<Goal> {
    let at = table.dimensies.iter().position(|dimensie| *dimensie == Dimensie::Contact)?;
    let count = |label: &str| {
        let labels: Vec<&str> =
            (0..table.dimensies.len()).map(|place| if place == at { label } else { TOTAAL }).collect();
        table.at(&labels).flatten()
    };
    let all = count(TOTAAL).filter(|all| *all > 0)?;
    let seen = IN_VIEW.iter().map(|label| count(label)).sum::<Option<u64>>()?;
    let procent = (200 * seen + all) / (2 * all);
    Some(Goal {
        procent,
        doel: GOAL,
        breedte: (procent * 4).min(400),
        zin: format!(
            "{} van de {} jongeren in deze telling zijn in beeld, bereikt of in begeleiding. De noemer is iedereen van de \
             doelgroep die de tekst telt, ook wie op school zit of werkt.",
            words::aantal(seen),
            words::aantal(all)
        ),
    })
}
