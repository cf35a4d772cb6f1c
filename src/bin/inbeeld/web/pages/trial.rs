//! The trial of a text, for the FG: what would leave under it, before anybody links under it.

use super::answers::{page, page_after};
use super::frame::{Field, Frame, Notice};
use super::proposal::Proposal;
use super::words;
use crate::web::api::texts::{SIGNATURE, TEXT};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::jobs::{self, Trial};
use crate::web::problem::{Fault, Problem};
use crate::web::upload::{Upload, whole};
use askama::Template;
use axum::http::StatusCode;
use inbeeld::audit::Act;
use inbeeld::doelbinding::Policy;
use inbeeld::run::Tried;
use inbeeld::terms::{Datum, Maand};

#[derive(Template)]
#[template(path = "proef.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    uitkomst: Option<Outcome>,
    peildatum: Field,
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
}

const LABELS: &[(&str, &str)] = &[("tekst", "Tekst"), ("peildatum", "Peildatum"), ("handtekeningen", "Handtekeningen")];

/// The form.
pub(super) async fn show(call: Call) -> Answer {
    page(&built(&call, &Given::default(), None, None))
}

fn built(call: &Call, given: &Given, notice: Option<Notice>, uitkomst: Option<Outcome>) -> Page {
    let first = || Maand::of(call.app.today()).first_day().to_string();
    let said = if given.peildatum.is_empty() { first() } else { given.peildatum.clone() };
    let field = Field::new("peildatum", "Peildatum").kind("date", "off").after(Some(said), notice.as_ref());
    Page {
        kader: Frame::of(call, "Een tekst proberen", "/doelbindingen").saying(notice),
        uitkomst,
        peildatum: field,
        echt: given.on == "leveringen",
    }
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
        Ok(trial) => tried(&call, trial).await,
        Err(problem) => Err(problem),
    };
    match tried {
        Ok(outcome) => page(&built(&call, &given, None, Some(outcome))),
        Err(problem) => page_after(&problem, &built(&call, &given, Some(Notice::of(&problem, LABELS)), None)),
    }
}

async fn tried(call: &Call, trial: Trial) -> Result<Outcome, Problem> {
    let actor = call.actor();
    blocking(&call.app, move |app| {
        let tried = app.act(&actor, Act::TryText, None, |object| {
            let (day, verzonnen) = (trial.peildatum, trial.invented);
            let tekst = Policy::parse(&trial.text).ok().map(|policy| (policy.id, policy.versie));
            let tekst = tekst.map(|(id, versie)| format!("{id} versie {versie}")).unwrap_or_default();
            let on = if verzonnen { ", verzonnen jongeren" } else { "" };
            *object = (!tekst.is_empty()).then(|| format!("{tekst}, {day}{on}"));
            let tried = jobs::tried(app, &trial)?;
            Ok::<_, Problem>((tekst, tried))
        })?;
        let (tekst, Tried { seen, bronnen, geweigerd }) = tried;
        let seen = seen.get();
        let voorstel = Proposal::of(seen.tabellen(), seen.lijsten(), (&geweigerd, seen.geweigerd()), &bronnen);
        let peildatum = words::datum(trial.peildatum);
        Ok(Outcome { tekst, peildatum, verzonnen: trial.invented, voorstel })
    })
    .await
}

impl Given {
    async fn read(&mut self, upload: &mut Upload) -> Result<(), Problem> {
        while let Some(field) = upload.next().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let chosen = field.file_name().is_some_and(|file| !file.is_empty());
            let most = match name.as_str() {
                "tekst" => TEXT,
                "handtekeningen" => SIGNATURE,
                _ => 64,
            };
            let bytes = whole(field, most).await?;
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| wrong("dit is geen tekst in UTF-8"));
            match name.as_str() {
                "tekst" if chosen => self.text = Some(bytes),
                "handtekeningen" if chosen && self.signatures.len() < 2 => self.signatures.push(text(bytes)?),
                "tekst" | "handtekeningen" if !chosen => {}
                "peildatum" => self.peildatum = text(bytes)?,
                "op" => self.on = text(bytes)?,
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
                Ok(Trial { text, signatures: std::mem::take(&mut self.signatures), peildatum, invented })
            }
            _ => Err(Problem::invalid(faults)),
        }
    }
}

fn wrong(what: &str) -> Problem {
    let remedy = "Kies de tekst (.toml), een peildatum, en waarop u haar probeert.";
    Problem::new(StatusCode::BAD_REQUEST, "formulier", what, remedy)
}
