//! For the privacy officer: what asks for attention, whether register and log hold, and papers to show.

use super::answers::{page, page_after};
use super::frame::{Field, Frame, Notice, said};
use super::month::in_force;
use super::words;
use crate::web::api::{audit, lists, periods, register, texts};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::ledger;
use crate::web::problem::Problem;
use crate::web::respond;
use askama::Template;
use axum::http::StatusCode;
use inbeeld::accountability::{self, Records, Text};
use inbeeld::doelbinding::plain::page::Page as Plain;
use inbeeld::terms::Maand;

#[derive(Template)]
#[template(path = "toezicht.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    aandacht: Vec<Todo>,
    velden: Vec<(&'static str, &'static str, Field)>,
}

/// Something to look at.
struct Todo {
    wat: String,
    adres: &'static str,
    doe: &'static str,
}

#[derive(Template)]
#[template(path = "auditlogboek.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Log {
    kader: Frame,
    handelingen: Vec<Deed>,
    regels: String,
    kop: String,
}

/// An act in the log.
struct Deed {
    tijd: String,
    wie: String,
    daad: String,
    op: String,
    uitkomst: String,
    merk: &'static str,
}

#[derive(Template)]
#[template(path = "verantwoording.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Papers {
    kader: Frame,
    teksten: Vec<(String, u32, String)>,
}

/// What asks for attention, and the two buttons.
pub(super) async fn show(call: Call) -> Answer {
    page(&built(&call, None).await?)
}

async fn built(call: &Call, notice: Option<Notice>) -> Result<Page, Problem> {
    let mut aandacht = Vec::new();
    let month = Maand::of(call.app.today());
    let known = periods::all(call).await?.perioden;
    if !known.iter().any(|one| one.open && one.periode == month.to_string()) {
        let wat = format!("De maand {} is dicht: deel B van haar sleutel is er niet.", words::maand(month));
        aandacht.push(Todo { wat, adres: "/perioden", doe: "Voer deel B in" });
    }
    let session = call.session()?.clone();
    let texts = blocking(&call.app, move |app| in_force(app, &session, app.today())).await?;
    if texts.is_empty() {
        let wat = "Er is geen doelbinding die nu geldt: er kan niets worden gekoppeld.".to_owned();
        aandacht.push(Todo { wat, adres: "/doelbindingen", doe: "Neem een ondertekende tekst op" });
    }
    let near = call.app.today().plus_days(60);
    for text in texts.iter().filter(|text| text.geldig.tot_en_met <= near) {
        let wat = format!("{} geldt nog tot en met {}.", text.titel, words::datum(text.geldig.tot_en_met));
        aandacht.push(Todo { wat, adres: "/doelbindingen", doe: "Kijk of er een nieuwe versie moet komen" });
    }
    let waiting = lists::all(call).await?.iter().filter(|list| list.beschikbaar).count();
    if waiting > 0 {
        let wat = words::count(waiting, "lijst is nog niet bevestigd", "lijsten zijn nog niet bevestigd");
        aandacht.push(Todo { wat: words::sentence(&wat), adres: "/lijsten", doe: "Kijk welke" });
    }
    let gone = blocking(&call.app, |app| Ok(ledger::read(&app.config)?.vernietigingen)).await?;
    for past in gone.iter().filter(|past| past.open()) {
        let wat = format!(
            "{} is vernietigd, maar nog niet elke houder van deel B bevestigde dat.",
            words::maand_of(&past.entry.periode)
        );
        aandacht.push(Todo { wat: words::sentence(&wat), adres: "/bewaren", doe: "Bekijk het bewijs" });
    }
    let field = |explained| {
        let field = Field::new("kop", "Kop die u eerder noteerde").explained(explained).optional();
        field.after(said(call, "kop"), notice.as_ref())
    };
    let velden = vec![
        (
            "/toezicht/register",
            "Controleer het register",
            field("64 tekens. Met een kop ziet u ook of er aan het einde iets weg is."),
        ),
        ("/toezicht/auditlogboek", "Controleer het auditlogboek", field("64 tekens.")),
    ];
    Ok(Page { kader: Frame::of(call, "Toezicht", "/toezicht").saying(notice), aandacht, velden })
}

const HEAD: &[(&str, &str)] = &[("kop", "Kop die u eerder noteerde")];

/// Whether the register holds.
pub(super) async fn verify_register(call: Call) -> Answer {
    match register::against_head(&call).await {
        Err(problem) => refused(&call, &problem).await,
        Ok(Err(fault)) => told(&call, Notice::of(&Problem::of(StatusCode::OK, &fault), &[])).await,
        Ok(Ok((register, since))) => {
            let lines = words::count(register.lines(), "regel", "regels");
            let what = format!("{lines}; {} Kop: {}", since_words(since), register.head());
            told(&call, Notice::done("Het register klopt", &what)).await
        }
    }
}

/// Whether the audit log holds.
pub(super) async fn verify_log(call: Call) -> Answer {
    let found = match audit::checked(&call).await {
        Ok(found) => found,
        Err(problem) => return refused(&call, &problem).await,
    };
    let notice = if found.goed {
        let lines = words::count(found.regels.unwrap_or_default(), "regel", "regels");
        let since = since_words(found.regels_na_kop);
        Notice::done("Het auditlogboek klopt", &format!("{lines}; {since} Kop: {}", found.kop.unwrap_or_default()))
    } else {
        let doe = found.doe.unwrap_or_default();
        Notice {
            fout: true,
            doe,
            ..Notice::done("Het auditlogboek klopt niet", &words::sentence(&found.wat.unwrap_or_default()))
        }
    };
    told(&call, notice).await
}

fn since_words(since: Option<usize>) -> String {
    match since {
        None => "zonder kop is niet te zien of er aan het einde iets weg is.".to_owned(),
        Some(0) => "sinds uw kop is er niets bij gekomen.".to_owned(),
        Some(since) => format!(
            "{} bij gekomen sinds uw kop, ervoor is niets veranderd.",
            words::count(since, "regel is", "regels zijn")
        ),
    }
}

async fn told(call: &Call, notice: Notice) -> Answer {
    page(&built(call, Some(notice)).await?)
}

async fn refused(call: &Call, problem: &Problem) -> Answer {
    page_after(problem, &built(call, Some(Notice::of(problem, HEAD))).await?)
}

/// The newest acts.
pub(super) async fn log(call: Call) -> Answer {
    let all = audit::newest(&call).await?;
    let deed = |one: audit::Shown| {
        let merk = match one.uitkomst {
            Some("gelukt") => "staat-goed",
            Some("geweigerd") => "staat-let-op",
            Some(_) => "staat-fout",
            None => "staat-rust",
        };
        let code = one.code.map(|code| format!(": {code}")).unwrap_or_default();
        Deed {
            tijd: words::moment_of(&one.tijd),
            wie: one.rol.map_or(one.wie.clone(), |rol| format!("{} ({rol})", one.wie)),
            daad: one.daad.replace('-', " "),
            op: one.op.unwrap_or_default(),
            uitkomst: format!("{}{code}", one.uitkomst.unwrap_or("geen einde")),
            merk,
        }
    };
    page(&Log {
        kader: Frame::of(&call, "Auditlogboek", "/auditlogboek"),
        regels: words::count(all.regels, "regel", "regels"),
        kop: all.kop,
        handelingen: all.handelingen.into_iter().map(deed).collect(),
    })
}

/// The papers that an organisation must be able to show.
pub(super) async fn account(call: Call) -> Answer {
    let session = call.session()?.clone();
    let texts = blocking(&call.app, move |app| texts::on_shelf(app, &session)).await?;
    page(&Papers {
        kader: Frame::of(&call, "Verantwoording", "/verantwoording"),
        teksten: texts.into_iter().map(|(policy, _)| (policy.id, policy.versie, policy.titel)).collect(),
    })
}

/// The records of processing (AVG art. 30), of every text.
pub(super) async fn records(call: Call) -> Answer {
    let session = call.session()?.clone();
    let csv = blocking(&call.app, move |app| {
        let texts = texts::on_shelf(app, &session)?.into_iter().filter_map(|(_, bytes)| Text::parse(&bytes).ok());
        let of = |fault: accountability::AccountFault| Problem::of(StatusCode::CONFLICT, &fault);
        Records::of(&texts.collect::<Vec<_>>()).and_then(|records| records.csv()).map_err(of)
    })
    .await?;
    let head = call.app.audit_head();
    Ok(respond::file("verwerkingsregister.csv", csv.into_bytes(), head))
}

/// The annex to the assessment of risks (AVG art. 35) of one version.
pub(super) async fn annex(call: Call) -> Answer {
    paper(&call, |text, register| accountability::annex(text, Some(register))).await
}

/// The notice to the jongere (AVG art. 14) of one version.
pub(super) async fn notice(call: Call) -> Answer {
    paper(&call, |text, _| accountability::notice(text.policy())).await
}

/// A page that stands by itself, to be kept or printed.
async fn paper(call: &Call, make: fn(&Text, &inbeeld::register::Register) -> Plain) -> Answer {
    let session = call.session()?.clone();
    let id = call.part(0).to_owned();
    let versie = call.part(1).parse::<u32>().map_err(|_| Problem::not_found())?;
    let made = blocking(&call.app, move |app| {
        let (_, (bytes, _)) = texts::find(app, &session, &id, versie)?;
        let text = Text::parse(&bytes).map_err(|_| Problem::not_found())?;
        let register = ledger::read(&app.config)?;
        make(&text, &register).html().map_err(|_| Problem::internal())
    })
    .await?;
    Ok(respond::page(made))
}
