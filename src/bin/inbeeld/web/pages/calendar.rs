//! The delivery calendar: per source and supplier, a month at a time, whether it came and when.

use super::answers::page;
use super::frame::Frame;
use super::words;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::receive::{Period, Receipt, ReceiveFault, Stored};
use inbeeld::store::DiskShelf;
use inbeeld::terms::{Datum, Maand, Moment, Oin};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "kalender.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    jaar: i16,
    maanden: Vec<&'static str>,
    rijen: Vec<Row>,
    vorig: i16,
    volgend: i16,
}

/// A source and supplier.
struct Row {
    naam: String,
    cellen: Vec<Cell>,
}

/// A month of it.
#[derive(Clone)]
struct Cell {
    /// What it shows: a day, or that there is none.
    kort: String,
    merk: &'static str,
    /// What that means.
    woord: &'static str,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];

/// The calendar of a year.
pub(super) async fn show(call: Call) -> Answer {
    let this = call.app.today().civil().year();
    let jaar = call.asked("jaar").and_then(|text| text.parse::<i16>().ok()).filter(|year| (2000..2100).contains(year));
    let jaar = jaar.unwrap_or(this);
    let own = call.session()?.bound.oin().cloned();
    let kader = Frame::of(&call, &format!("Leverkalender {jaar}"), "/kalender");
    let built = blocking(&call.app, move |app| built(app, kader, jaar, own.as_ref())).await?;
    page(&built)
}

fn built(app: &App, kader: Frame, jaar: i16, own: Option<&Oin>) -> Result<Page, Problem> {
    let months: Vec<Maand> =
        (1..=12).filter_map(|month| Maand::parse(format!("{jaar}-{month:02}").as_bytes()).ok()).collect();
    let mut found: BTreeMap<(String, String), BTreeMap<usize, Receipt>> = BTreeMap::new();
    let mut open = Vec::new();
    for (at, month) in months.iter().enumerate() {
        let Some(key) = app.period_key(*month) else { continue };
        open.push(at);
        let shelf = DiskShelf::open(&app.config.plaatsen.leveringen, *month).map_err(ReceiveFault::Storage)?;
        let stored = Stored::open(&[Period { shelf: &shelf, key: &key }])?;
        for receipt in stored.receipts().filter(|receipt| own.is_none_or(|own| own.as_str() == receipt.oin)) {
            let place = (receipt.bron.clone(), receipt.leverancier.clone());
            let row = found.entry(place).or_default();
            // Of two kinds of numbers the last that came in tells when the month was whole.
            if row.get(&at).is_none_or(|known| known.ontvangen < receipt.ontvangen) {
                row.insert(at, receipt);
            }
        }
    }
    let today = app.today();
    let rijen = found.into_iter().map(|((bron, leverancier), row)| {
        // Before a supplier first delivered, nobody knows whether it had to.
        let first = row.keys().next().copied().unwrap_or_default();
        let cell = |(at, month): (usize, &Maand)| match row.get(&at) {
            Some(receipt) => received(receipt, *month),
            None if month.first_day() > today || at < first => empty("", "", "niet verwacht"),
            None if open.contains(&at) => empty("mist", "staat-fout", "ontbreekt"),
            None => empty("dicht", "staat-rust", "maand is dicht"),
        };
        let naam = format!("{}: {leverancier}", words::bron_of(&bron));
        Row { naam, cellen: months.iter().enumerate().map(cell).collect() }
    });
    Ok(Page {
        kader,
        jaar,
        maanden: MONTHS.to_vec(),
        rijen: rijen.collect(),
        vorig: jaar.saturating_sub(1),
        volgend: jaar.saturating_add(1),
    })
}

fn empty(kort: &str, merk: &'static str, woord: &'static str) -> Cell {
    Cell { kort: kort.to_owned(), merk, woord }
}

/// In time is before the end of the month after its own: then a koppeling of that month could still wait for it.
fn received(receipt: &Receipt, month: Maand) -> Cell {
    let Ok(day) = Moment::parse(&receipt.ontvangen).map(Moment::datum) else {
        return empty("ja", "staat-goed", "ontvangen");
    };
    let next = Maand::of(month.first_day().plus_days(31));
    let late = day >= Maand::of(next.first_day().plus_days(31)).first_day();
    let (woord, merk) = if late { ("te laat", "staat-let-op") } else { ("op tijd", "staat-goed") };
    Cell { kort: short(day), merk, woord }
}

fn short(day: Datum) -> String {
    format!("{}-{}", day.civil().day(), day.civil().month())
}
