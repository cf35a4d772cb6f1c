//! The trial of a text, for the FG: what would leave under it, before anybody links under it.

use super::answers::{page, page_after};
use super::frame::{Field, Frame, Notice};
use super::proposal::Proposal;
use super::words;
use crate::web::api::texts::{self, SIGNATURE, TEXT};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::jobs::{self, Trial, Tryable};
use crate::web::problem::{Fault, Problem};
use crate::web::upload::{Upload, whole};
use askama::Template;
use axum::http::StatusCode;
use inbeeld::audit::Act;
use inbeeld::doelbinding::Policy;
use inbeeld::terms::{Datum, Maand};

#[derive(Template)]
#[template(path = "proef.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    uitkomst: Option<Outcome>,
    peildatum: Field,
    /// The texts to lay it beside: value, name, and whether it was chosen.
    naast: Vec<(String, String, bool)>,
    /// Whether the leveringen were chosen.
    echt: bool,
}

/// What a trial showed.
struct Outcome {
    tekst: String,
    peildatum: String,
    verzonnen: bool,
    voorstel: Proposal,
}

/// What the form says, as far as it came.
#[derive(Default)]
struct Given {
    text: Option<Vec<u8>>,
    signatures: Vec<String>,
    peildatum: String,
    on: String,
    /// Which text to lay it beside, as `id/versie`.
    beside: String,
}

const LABELS: &[(&str, &str)] = &[("tekst", "Tekst"), ("peildatum", "Peildatum"), ("handtekeningen", "Handtekeningen")];

/// The form.
pub(super) async fn show(call: Call) -> Answer {
    page(&built(&call, &Given::default(), None, None).await?)
}

async fn built(call: &Call, given: &Given, notice: Option<Notice>, uitkomst: Option<Outcome>) -> Result<Page, Problem> {
    let session = call.session()?.clone();
    let texts = blocking(&call.app, move |app| texts::on_shelf(app, &session)).await?;
    let choice = |(policy, _): (Policy, Vec<u8>)| {
        let value = format!("{}/{}", policy.id, policy.versie);
        let chosen = value == given.beside;
        (value, format!("{}, versie {}", policy.titel, policy.versie), chosen)
    };
    let first = || Maand::of(call.app.today()).first_day().to_string();
    let said = if given.peildatum.is_empty() { first() } else { given.peildatum.clone() };
    let field = Field::new("peildatum", "Peildatum").kind("date", "off").after(Some(said), notice.as_ref());
    Ok(Page {
        kader: Frame::of(call, "Een tekst proberen", "/doelbindingen").saying(notice),
        uitkomst,
        peildatum: field,
        naast: texts.into_iter().map(choice).collect(),
        echt: given.on == "leveringen",
    })
}

/// Tries what was sent.
pub(super) async fn run(mut call: Call) -> Answer {
    let Some(mut upload) = call.upload.take() else { return Err(Problem::internal()) };
    let mut given = Given::default();
    let read = given.read(&mut upload).await;
    if read.is_err() {
        upload.drain().await;
    }
    let tried = match read.and_then(|()| given.trial()) {
        Ok(trial) => tried(&call, trial, given.beside.clone()).await,
        Err(problem) => Err(problem),
    };
    match tried {
        Ok(outcome) => page(&built(&call, &given, None, Some(outcome)).await?),
        Err(problem) => {
            let notice = Notice::of(&problem, LABELS);
            page_after(&problem, &built(&call, &given, Some(notice), None).await?)
        }
    }
}

async fn tried(call: &Call, mut trial: Trial, beside: String) -> Result<Outcome, Problem> {
    let (actor, session) = (call.actor(), call.session()?.clone());
    blocking(&call.app, move |app| {
        let other = beside.split_once('/').and_then(|(id, versie)| Some((id, versie.parse::<u32>().ok()?)));
        if let Some((id, versie)) = other {
            let (_, (text, signatures)) = texts::find(app, &session, id, versie)?;
            trial.beside = Some(Tryable { text, signatures });
        }
        let other = other.map(|(id, versie)| named(id, versie));
        let (day, verzonnen) = (trial.peildatum, trial.invented);
        // What is no text is told by who tries it.
        let tekst = Policy::parse(&trial.text.text).map(|policy| named(&policy.id, policy.versie)).unwrap_or_default();
        let seen = app.act(&actor, Act::TryText, None, |object| {
            let beside = other.iter().map(|other| format!(" naast {other}")).collect::<String>();
            let on = if verzonnen { ", verzonnen jongeren" } else { "" };
            *object = (!tekst.is_empty()).then(|| format!("{tekst}{beside}, {day}{on}"));
            jobs::tried(app, &trial)
        })?;
        let voorstel = Proposal::tried(&seen.now, other.as_deref().zip(seen.beside.as_ref()));
        Ok(Outcome { tekst, peildatum: words::datum(day), verzonnen, voorstel })
    })
    .await
}

fn named(id: &str, versie: u32) -> String {
    format!("{id} versie {versie}")
}

impl Given {
    async fn read(&mut self, upload: &mut Upload) -> Result<(), Problem> {
        while let Some(field) = upload.next().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let chosen = field.file_name().is_some_and(|file| !file.is_empty());
            let most = match name.as_str() {
                "tekst" => TEXT,
                "handtekeningen" => SIGNATURE,
                _ => 256,
            };
            let bytes = whole(field, most).await?;
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| wrong("dit is geen tekst in UTF-8"));
            match name.as_str() {
                "tekst" if chosen => self.text = Some(bytes),
                "handtekeningen" if chosen && self.signatures.len() < 2 => self.signatures.push(text(bytes)?),
                "tekst" | "handtekeningen" if !chosen => {}
                "peildatum" => self.peildatum = text(bytes)?,
                "op" => self.on = text(bytes)?,
                "naast" => self.beside = text(bytes)?,
                _ => return Err(wrong("dit formulier klopt niet, of heeft te veel bestanden")),
            }
        }
        Ok(())
    }

    /// What is asked, with every fault at once.
    fn trial(&mut self) -> Result<Trial, Problem> {
        let fault = |plek: &str, wat: &str, doe: &str| Fault { plek: plek.into(), wat: wat.into(), doe: doe.into() };
        let day = Datum::parse(self.peildatum.as_bytes());
        let mut faults = Vec::new();
        if self.text.is_none() {
            faults.push(fault("tekst", "er is geen tekst gekozen", "Kies het bestand .toml."));
        }
        if day.is_err() {
            faults.push(fault("peildatum", "dit is geen datum", "Schrijf haar als 2026-10-01."));
        }
        let invented = match self.on.as_str() {
            "verzonnen" => true,
            "leveringen" => false,
            _ => return Err(wrong("er is niet gekozen waarop de tekst wordt geprobeerd")),
        };
        match (self.text.take(), day) {
            (Some(text), Ok(peildatum)) => {
                let text = Tryable { text, signatures: std::mem::take(&mut self.signatures) };
                Ok(Trial { text, beside: None, peildatum, invented })
            }
            _ => Err(Problem::invalid(faults)),
        }
    }
}

fn wrong(what: &str) -> Problem {
    let remedy = "Kies de tekst (.toml), een peildatum, en waarop u haar probeert.";
    Problem::new(StatusCode::BAD_REQUEST, "formulier", what, remedy)
}
