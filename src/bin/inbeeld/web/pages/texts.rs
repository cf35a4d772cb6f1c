//! Doelbindingen: in plain Dutch, two versions side by side, and taking in a signed one.

use super::answers::{go_to, page, page_after};
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::texts::{self, SIGNATURE, TEXT};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use crate::web::upload::{Upload, whole};
use askama::Template;
use axum::http::StatusCode;
use inbeeld::doelbinding::plain::page::{Block, Part};
use inbeeld::doelbinding::{Policy, plain};
use inbeeld::terms::AccountRol;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "doelbindingen.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct List {
    kader: Frame,
    teksten: Vec<Line>,
    fg: bool,
    gemeente: bool,
}

/// A version of a text.
struct Line {
    id: String,
    versie: u32,
    titel: String,
    geldig: String,
    staat: &'static str,
    merk: &'static str,
}

#[derive(Template)]
#[template(path = "doelbinding.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct One {
    kader: Frame,
    onder: String,
    blokken: Vec<Block>,
    id: String,
    versie: u32,
    andere: Vec<u32>,
    handtekeningen: usize,
    verschil: bool,
}

impl One {
    /// Without signs that steer who reads.
    fn shown(&self, text: &str) -> String {
        plain::page::shown(text)
    }
}

/// The texts that who asks may see.
pub(super) async fn list(call: Call) -> Answer {
    let notice = call.asked("opgenomen").map(|_| {
        Notice::done("De tekst is opgenomen", "De handtekeningen kloppen. Vanaf nu kan eronder worden gekoppeld.")
    });
    page(&built(&call, notice).await?)
}

async fn built(call: &Call, notice: Option<Notice>) -> Result<List, Problem> {
    let session = call.session()?.clone();
    let rol = session.bound.rol();
    let today = call.app.today();
    let line = move |policy: Policy| {
        let (staat, merk) = if policy.geldig.tot_en_met < today {
            ("verlopen", "staat-rust")
        } else if policy.geldig.van > today {
            ("gaat nog in", "staat-let-op")
        } else {
            ("geldt nu", "staat-goed")
        };
        let geldig =
            format!("{} tot en met {}", words::datum(policy.geldig.van), words::datum(policy.geldig.tot_en_met));
        Line { id: policy.id, versie: policy.versie, titel: policy.titel, geldig, staat, merk }
    };
    let texts = blocking(&call.app, move |app| texts::on_shelf(app, &session)).await?;
    Ok(List {
        kader: Frame::of(call, "Doelbindingen", "/doelbindingen").saying(notice),
        teksten: texts.into_iter().map(|(policy, _)| line(policy)).collect(),
        fg: rol == AccountRol::PrivacyOfficer,
        gemeente: rol == AccountRol::Gemeente,
    })
}

fn version(text: &str) -> Result<u32, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// One version in plain Dutch.
pub(super) async fn show(call: Call) -> Answer {
    let session = call.session()?.clone();
    let (id, versie) = (call.part(0).to_owned(), version(call.part(1))?);
    let (found, andere, today) = blocking(&call.app, move |app| {
        let found = texts::find(app, &session, &id, versie)?;
        let all = texts::on_shelf(app, &session)?.into_iter().map(|(policy, _)| policy);
        let others = all.filter(|policy| policy.id == id && policy.versie != versie).map(|policy| policy.versie);
        Ok((found, others.collect::<Vec<_>>(), app.today()))
    })
    .await?;
    let (policy, (_, signatures)) = found;
    let shown = plain::show(&policy, today);
    page(&One {
        kader: Frame::of(&call, &plain::page::shown(&shown.titel), "/doelbindingen"),
        onder: shown.onder,
        blokken: shown.blokken,
        id: policy.id,
        versie: policy.versie,
        andere,
        handtekeningen: signatures.len(),
        verschil: false,
    })
}

/// What a version changes beside another.
pub(super) async fn compare(call: Call) -> Answer {
    let session = call.session()?.clone();
    let (id, versie) = (call.part(0).to_owned(), version(call.part(1))?);
    let other = version(&call.asked("met").unwrap_or_default())?;
    let (old, new) = blocking(&call.app, move |app| {
        let of = |versie| texts::find(app, &session, &id, versie).map(|(policy, _)| policy);
        Ok((of(other.min(versie))?, of(other.max(versie))?))
    })
    .await?;
    let shown = plain::difference(&old, &new);
    page(&One {
        kader: Frame::of(&call, &shown.titel, "/doelbindingen"),
        onder: shown.onder,
        blokken: shown.blokken,
        id: new.id,
        versie: new.versie,
        andere: Vec::new(),
        handtekeningen: 0,
        verschil: true,
    })
}

/// Takes in a text and its signatures, as the files that were signed.
pub(super) async fn add(mut call: Call) -> Answer {
    let Some(mut upload) = call.upload.take() else { return Err(Problem::internal()) };
    let done = match files(&mut upload).await {
        Ok((text, signatures)) => texts::added(&call, text, signatures).await,
        Err(problem) => {
            upload.drain().await;
            Err(problem)
        }
    };
    match done {
        Ok(_) => go_to("/doelbindingen?opgenomen=ja"),
        Err(problem) => {
            let labels = [("handtekeningen", "Handtekeningen"), ("tekst", "Tekst")];
            page_after(&problem, &built(&call, Some(Notice::of(&problem, &labels))).await?)
        }
    }
}

async fn files(upload: &mut Upload) -> Result<(Zeroizing<String>, Vec<String>), Problem> {
    let wrong = |what: &str| {
        let remedy = "Kies de tekst (.toml) en de handtekeningen ernaast (.minisig).";
        Problem::new(StatusCode::BAD_REQUEST, "formulier", what, remedy)
    };
    let (mut text, mut signatures) = (None, Vec::new());
    while let Some(field) = upload.next().await? {
        let nothing = field.file_name().unwrap_or_default().is_empty();
        let name = field.name().unwrap_or_default().to_owned();
        let most = if name == "tekst" { TEXT } else { SIGNATURE };
        let bytes = whole(field, most).await?;
        let read = String::from_utf8(bytes).map_err(|_| wrong("dit is geen tekst in UTF-8"))?;
        match name.as_str() {
            _ if nothing => {}
            "tekst" => text = Some(Zeroizing::new(read)),
            "handtekeningen" if signatures.len() < 2 => signatures.push(read),
            _ => return Err(wrong("dit formulier heeft te veel bestanden")),
        }
    }
    match text {
        Some(text) if !signatures.is_empty() => Ok((text, signatures)),
        _ => Err(wrong("de tekst of de handtekening is niet gekozen")),
    }
}
