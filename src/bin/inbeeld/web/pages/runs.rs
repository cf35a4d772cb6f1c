//! Koppelingen: asked for, followed while they run, and what came of them.

use super::answers::{go_to, page};
use super::frame::{Frame, Notice, NoticeFault};
use super::words;
use crate::web::api::runs::{self, Shown};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use askama::Template;
use inbeeld::linking::Fase;
use inbeeld::terms::AccountRol;

#[derive(Template)]
#[template(path = "koppelingen.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct List {
    kader: Frame,
    koppelingen: Vec<Line>,
    coordinator: bool,
}

/// A koppeling among others.
pub(super) struct Line {
    pub(super) nr: u64,
    pub(super) tekst: String,
    pub(super) id: String,
    pub(super) versie: u32,
    pub(super) peildatum: String,
    pub(super) staat: String,
    pub(super) merk: &'static str,
    pub(super) gevraagd: String,
    pub(super) door: String,
    pub(super) vrijgave: Option<u64>,
}

#[derive(Template)]
#[template(path = "koppeling.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct One {
    kader: Frame,
    regel: Line,
    loopt: bool,
    wacht: bool,
    voortgang: String,
    gelezen: u64,
    van: u64,
    fasen: String,
    begonnen: Option<String>,
    geeindigd: Option<String>,
    beslist: Option<String>,
    uitleg: Option<Notice>,
    coordinator: bool,
    vrijgever: bool,
}

pub(super) fn line(run: &Shown) -> Line {
    Line {
        nr: run.nr,
        tekst: format!("{} versie {}", run.doelbinding, run.versie),
        id: run.doelbinding.clone(),
        versie: run.versie,
        peildatum: words::datum_of(&run.peildatum),
        staat: words::staat(run.staat).to_owned(),
        merk: match run.staat {
            "vrijgegeven" => "staat-goed",
            "geweigerd" | "mislukt" => "staat-fout",
            "geannuleerd" => "staat-rust",
            _ => "staat-let-op",
        },
        gevraagd: words::moment_of(&run.gevraagd_op),
        door: run.gevraagd_door.clone(),
        vrijgave: run.vrijgave,
    }
}

/// The newest koppelingen.
pub(super) async fn list(call: Call) -> Answer {
    let koppelingen = blocking(&call.app, |app| runs::all(app)).await?;
    page(&List {
        kader: Frame::of(&call, "Koppelingen", "/koppelingen"),
        koppelingen: koppelingen.iter().map(line).collect(),
        coordinator: call.session()?.bound.rol() == AccountRol::Coordinator,
    })
}

/// Plans a koppeling, and goes to where it can be followed.
pub(super) async fn ask(call: Call) -> Answer {
    match runs::planned(&call).await {
        Ok(run) => go_to(&format!("/koppelingen/{}", run.nr)),
        Err(problem) => {
            let koppelingen = blocking(&call.app, |app| runs::all(app)).await?;
            let notice = Notice::of(&problem, &[]);
            super::answers::page_after(
                &problem,
                &List {
                    kader: Frame::of(&call, "Koppelingen", "/koppelingen").saying(notice),
                    koppelingen: koppelingen.iter().map(line).collect(),
                    coordinator: true,
                },
            )
        }
    }
}

/// One koppeling: how far it is, or what came of it.
pub(super) async fn show(call: Call) -> Answer {
    one(&call, None).await
}

/// The same, with something to say first.
pub(super) async fn one(call: &Call, notice: Option<Notice>) -> Answer {
    page(&built(call, notice).await?)
}

async fn built(call: &Call, notice: Option<Notice>) -> Result<One, crate::web::problem::Problem> {
    let run = runs::one(call).await?;
    let rol = call.session()?.bound.rol();
    let uitleg = run.uitleg.as_ref().map(|why| Notice {
        fout: run.staat != "geannuleerd",
        kop: "Er is niets vrijgegeven".to_owned(),
        wat: words::sentence(&why.wat),
        doe: why.doe.clone(),
        fouten: why
            .fouten
            .iter()
            .map(|fault| NoticeFault {
                veld: None,
                plek: fault.plek.clone(),
                wat: fault.wat.clone(),
                doe: fault.doe.clone(),
            })
            .collect(),
    });
    let (voortgang, gelezen, van) = match &run.voortgang {
        None => ("Wacht op haar beurt".to_owned(), 0, 0),
        Some(now) => {
            let rows = format!(": {} van {} regels", words::aantal(now.regels), words::aantal(now.van));
            let rows = if now.van > 0 { rows } else { String::new() };
            (format!("{}{rows}", words::fase(now.fase)), now.regels, now.van)
        }
    };
    let here = if rol == AccountRol::Vrijgever { "/besluiten" } else { "/koppelingen" };
    Ok(One {
        kader: Frame::of(call, &format!("Koppeling {}", run.nr), here).saying(notice),
        regel: line(&run),
        loopt: matches!(run.staat, "gepland" | "bezig"),
        wacht: run.staat == "klaar",
        voortgang,
        gelezen,
        van,
        fasen: phases(),
        begonnen: run.begonnen_op.as_deref().map(words::moment_of),
        geeindigd: run.geeindigd_op.as_deref().map(words::moment_of),
        beslist: run.beslist_door,
        uitleg,
        coordinator: rol == AccountRol::Coordinator,
        vrijgever: rol == AccountRol::Vrijgever,
    })
}

/// The phases in words, for the script that follows.
fn phases() -> String {
    let names: std::collections::BTreeMap<&str, &str> =
        Fase::ALL.iter().map(|fase| (fase.as_str(), words::fase(fase.as_str()))).collect();
    // Texts only: it always becomes JSON.
    serde_json::to_string(&names).unwrap_or_default()
}

/// Breaks one off.
pub(super) async fn cancel(call: Call) -> Answer {
    match runs::cancelled(&call).await {
        Ok(_) => go_to(&format!("/koppelingen/{}", call.part(0))),
        Err(problem) => {
            let notice = Notice::of(&problem, &[]);
            super::answers::page_after(&problem, &built(&call, Some(notice)).await?)
        }
    }
}
