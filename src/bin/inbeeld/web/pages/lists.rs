//! Contact lists: for a municipality its own, to fetch, open and confirm; for others that they are there.

use super::answers::{go_to, page, page_after};
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::lists::{self, Shown, Soort};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::terms::{AccountRol, Datum};

/// Days before its end from which a list is nearly gone.
const NEAR: u32 = 7;

#[derive(Template)]
#[template(path = "lijsten.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    eigen: bool,
    groepen: Vec<Group>,
}

/// Lists that are in the same state.
struct Group {
    kop: &'static str,
    leeg: &'static str,
    lijsten: Vec<List>,
}

/// One list.
struct List {
    nr: u64,
    /// It tells which handles are no longer on the list of this name.
    vervallen: bool,
    naam: String,
    gemeente: String,
    code: String,
    bestand: String,
    id: String,
    versie: u32,
    peildatum: String,
    vrijgegeven: String,
    tot: String,
    beschikbaar: bool,
    bijna: bool,
    opgehaald: Option<String>,
    bevestigd: Option<String>,
}

/// The lists of who asks.
pub(super) async fn show(call: Call) -> Answer {
    let notice = call.asked("bevestigd").map(|_| {
        let what = "De dienst heeft zijn eigen exemplaar verwijderd. Wis het uwe zodra u er klaar mee bent.";
        Notice::done("De ontvangst is bevestigd", what)
    });
    page(&built(&call, notice).await?)
}

async fn built(call: &Call, notice: Option<Notice>) -> Result<Page, Problem> {
    let eigen = call.session()?.bound.rol() == AccountRol::Gemeente;
    let today = call.app.today();
    let all = lists::all(call).await?.into_iter().map(|one| list(one, today));
    let (open, gone): (Vec<_>, Vec<_>) = all.partition(|list| list.beschikbaar);
    let (fetched, fresh): (Vec<_>, Vec<_>) = open.into_iter().partition(|list| list.opgehaald.is_some());
    let group = |kop, leeg, lijsten| Group { kop, leeg, lijsten };
    let title = if eigen { "Mijn lijsten" } else { "Lijsten" };
    Ok(Page {
        kader: Frame::of(call, title, "/lijsten").saying(notice),
        eigen,
        groepen: vec![
            group("Nieuw", "Er is geen nieuwe lijst.", fresh),
            group("Opgehaald, nog niet bevestigd", "", fetched),
            group("Bevestigd of verlopen", "", gone),
        ],
    })
}

fn list(list: Shown, today: Datum) -> List {
    let end = Datum::parse(list.tot_en_met.as_bytes());
    List {
        nr: list.nr,
        vervallen: list.soort == Soort::Vervallen,
        naam: list.naam,
        gemeente: words::gemeente_of(&list.gemeente),
        code: list.gemeente,
        bestand: list.bestand,
        id: list.doelbinding,
        versie: list.versie,
        peildatum: words::datum_of(&list.peildatum),
        vrijgegeven: words::moment_of(&list.vrijgegeven_op),
        tot: words::datum_of(&list.tot_en_met),
        bijna: list.beschikbaar && end.is_ok_and(|end| end <= today.plus_days(NEAR)),
        beschikbaar: list.beschikbaar,
        opgehaald: list.opgehaald_op.as_deref().map(words::moment_of),
        bevestigd: list.bevestigd_op.as_deref().map(words::moment_of),
    }
}

/// Notes that a list was received.
pub(super) async fn confirm(call: Call) -> Answer {
    match lists::confirmed(&call).await {
        Ok(_) => go_to("/lijsten?bevestigd=ja"),
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, &[]))).await?),
    }
}
