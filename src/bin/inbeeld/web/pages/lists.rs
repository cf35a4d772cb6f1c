//! Contact lists: for a municipality its own, to fetch, open and confirm; for others that they are there.

use super::answers::{go_to, page, page_after};
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::lists::{self, Shown, Soort};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::doelbinding::Policy;
use inbeeld::release::Vorm;
use inbeeld::store::{StoreFault, TextShelf};
use inbeeld::terms::{AccountRol, Datum, Rol};
use std::collections::BTreeSet;

/// Days before its end from which a list is nearly gone.
const NEAR: u32 = 7;

#[derive(Template)]
#[template(path = "lijsten.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    eigen: bool,
    /// To a question that was asked just now, in words.
    antwoord: Option<String>,
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
    /// Why somebody is on it can be asked under its text.
    te_vragen: bool,
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
    let all = lists::all(call).await?;
    let askable = if eigen { askable(call, &all).await? } else { BTreeSet::new() };
    let all = all.into_iter().map(|one| {
        let te_vragen = one.soort == Soort::Contactlijst && askable.contains(&(one.doelbinding.clone(), one.versie));
        List { te_vragen, ..list(one, today) }
    });
    let (open, gone): (Vec<_>, Vec<_>) = all.partition(|list| list.beschikbaar);
    let (fetched, fresh): (Vec<_>, Vec<_>) = open.into_iter().partition(|list| list.opgehaald.is_some());
    let group = |kop, leeg, lijsten| Group { kop, leeg, lijsten };
    let title = if eigen { "Mijn lijsten" } else { "Lijsten" };
    Ok(Page {
        kader: Frame::of(call, title, "/lijsten").saying(notice),
        eigen,
        antwoord: None,
        groepen: vec![
            group("Nieuw", "Er is geen nieuwe lijst.", fresh),
            group("Opgehaald, nog niet bevestigd", "", fetched),
            group("Bevestigd of verlopen", "", gone),
        ],
    })
}

/// The texts of these lists under which a municipality may ask, as long as they hold.
async fn askable(call: &Call, lists: &[Shown]) -> Result<BTreeSet<(String, u32)>, Problem> {
    let texts: BTreeSet<(String, u32)> = lists.iter().map(|list| (list.doelbinding.clone(), list.versie)).collect();
    blocking(&call.app, move |app| {
        let (shelf, today) = (TextShelf::new(&app.config.plaatsen.doelbindingen), app.today());
        let may = |(id, versie): &(String, u32)| {
            let text = shelf.read(id, *versie)?;
            let policy = text.and_then(|(text, _)| Policy::parse(&text).ok());
            let policy = policy.filter(|policy| today <= policy.last_release());
            let inzage = policy.and_then(|policy| policy.inzage);
            Ok(inzage.is_some_and(|inzage| inzage.rollen.contains(Rol::Gemeente.as_str())))
        };
        let told: Vec<((String, u32), bool)> =
            texts.into_iter().map(|text| Ok((text.clone(), may(&text)?))).collect::<Result<_, StoreFault>>()?;
        Ok(told.into_iter().filter(|(_, may)| *may).map(|(text, _)| text).collect())
    })
    .await
}

fn list(list: Shown, today: Datum) -> List {
    let end = Datum::parse(list.tot_en_met.as_bytes());
    List {
        nr: list.nr,
        vervallen: list.soort == Soort::Vervallen,
        te_vragen: false,
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

/// Asks why somebody is on a list. The answer stands on the page itself: it is to be in no address.
pub(super) async fn why(call: Call) -> Answer {
    match lists::asked(&call, Vorm::Tekst).await {
        Ok((text, _)) => {
            let antwoord = Some(String::from_utf8_lossy(&text).into_owned());
            page(&Page { antwoord, ..built(&call, None).await? })
        }
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, &[]))).await?),
    }
}
