//! The delivery calendar: per source and supplier, a month at a time, whether it came and when.

use super::answers::page;
use super::frame::Frame;
use super::words;
use crate::web::api::deliveries;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::receive::Receipt;
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
    /// By the short names of their months.
    cellen: Vec<(&'static str, Cell)>,
}

/// A month of it.
struct Cell {
    /// What it shows: a day, or that there is none.
    kort: String,
    merk: &'static str,
    /// What that means.
    woord: &'static str,
    /// Whether that stands there for everybody, and not only for who hears the page.
    zichtbaar: bool,
}

/// What came of one supplier over one month.
struct Came {
    /// When the last levering came in that serves.
    newest: Datum,
    /// When the first came in of each kind of numbers, the last of those: then the month was whole.
    first: Datum,
    /// Whether one replaced an earlier one.
    corrected: bool,
}

impl Came {
    fn of(receipt: &Receipt) -> Option<Self> {
        let day = |text: &str| Moment::parse(text).map(Moment::datum).ok();
        let newest = day(&receipt.ontvangen)?;
        let first = receipt.eerst_ontvangen.as_deref().and_then(day);
        Some(Self { newest, first: first.unwrap_or(newest), corrected: first.is_some() })
    }

    fn and(self, other: Self) -> Self {
        Self {
            newest: self.newest.max(other.newest),
            first: self.first.max(other.first),
            corrected: self.corrected || other.corrected,
        }
    }
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
    let mut found: BTreeMap<(String, String), BTreeMap<usize, Came>> = BTreeMap::new();
    let mut open = Vec::new();
    for (at, month) in months.iter().enumerate() {
        let Some(receipts) = deliveries::receipts(app, *month)? else { continue };
        open.push(at);
        for receipt in receipts.into_iter().filter(|receipt| own.is_none_or(|own| own.as_str() == receipt.oin)) {
            let place = (receipt.bron.clone(), receipt.leverancier.clone());
            let Some(came) = Came::of(&receipt) else { continue };
            let row = found.entry(place).or_default();
            let came = match row.remove(&at) {
                Some(known) => known.and(came),
                None => came,
            };
            row.insert(at, came);
        }
    }
    let today = app.today();
    let rijen = found.into_iter().map(|((bron, leverancier), row)| {
        // Before a supplier first delivered, nobody knows whether it had to.
        let first = row.keys().next().copied().unwrap_or_default();
        let cell = |(at, month): (usize, &Maand)| match row.get(&at) {
            Some(came) => received(came, *month),
            None if month.first_day() > today || at < first => empty("", "", "niet verwacht"),
            None if open.contains(&at) => empty("mist", "staat-fout", "ontbreekt"),
            None => empty("dicht", "staat-rust", "maand is dicht"),
        };
        let naam = format!("{}: {leverancier}", words::bron_of(&bron));
        Row { naam, cellen: MONTHS.into_iter().zip(months.iter().enumerate().map(cell)).collect() }
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
    Cell { kort: kort.to_owned(), merk, woord, zichtbaar: false }
}

/// In time is before the end of the month after its own: then a koppeling of that month could still wait for it.
/// What came in time and was corrected later was in time.
fn received(came: &Came, month: Maand) -> Cell {
    let next = Maand::of(month.first_day().plus_days(31));
    let late = came.first >= Maand::of(next.first_day().plus_days(31)).first_day();
    let (woord, merk) = match (late, came.corrected) {
        (false, false) => ("op tijd", "staat-goed"),
        (false, true) => ("verbeterd", "staat-verbeterd"),
        (true, false) => ("te laat", "staat-let-op"),
        (true, true) => ("te laat, verbeterd", "staat-let-op"),
    };
    Cell { kort: short(came.newest), merk, woord, zichtbaar: late || came.corrected }
}

fn short(day: Datum) -> String {
    format!("{}-{}", day.civil().day(), day.civil().month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Datum {
        Datum::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_correction_is_no_late_levering_and_a_late_one_stays_late() {
        let month = Maand::parse(b"2026-09").unwrap();
        for (first, newest, corrected, woord, kort) in [
            ("2026-10-31", "2026-10-31", false, "op tijd", "31-10"),
            ("2026-11-01", "2026-11-01", false, "te laat", "1-11"),
            ("2026-10-31", "2026-12-24", true, "verbeterd", "24-12"),
            ("2026-11-01", "2026-12-24", true, "te laat, verbeterd", "24-12"),
        ] {
            let cell = received(&Came { newest: day(newest), first: day(first), corrected }, month);
            assert_eq!((cell.woord, cell.kort.as_str()), (woord, kort));
            assert_eq!(cell.zichtbaar, woord != "op tijd");
        }
    }

    #[test]
    fn of_two_kinds_of_numbers_the_last_first_one_makes_the_month_whole() {
        let came = |first: &str, newest: &str, corrected| Came { newest: day(newest), first: day(first), corrected };
        let both = came("2026-10-02", "2026-11-20", true).and(came("2026-11-03", "2026-11-03", false));
        assert_eq!((both.first, both.newest, both.corrected), (day("2026-11-03"), day("2026-11-20"), true));
    }
}
