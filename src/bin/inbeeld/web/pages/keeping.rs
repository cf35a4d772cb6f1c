//! The retention calendar: what is kept and until when, what was destroyed, and the proof of each month.

use super::answers::{go_to, page, page_after};
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::periods::{self, Proof, speaks_for};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::ledger;
use crate::web::problem::Problem;
use crate::web::retention::Kept;
use askama::Template;
use inbeeld::register::Houder;
use inbeeld::terms::{Datum, Maand};

/// Days before its end from which a month is nearly gone.
const NEAR: u32 = 31;

#[derive(Template)]
#[template(path = "bewaren.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    /// Why nothing is destroyed now, and no term can be said.
    stil: Option<Notice>,
    bewaard: Vec<Line>,
    vernietigd: Vec<Gone>,
}

/// A month of which something is kept.
struct Line {
    maand: String,
    begonnen: String,
    leveringen: String,
    tot: String,
    bijna: bool,
    /// The texts that keep it: where each can be read, and what it is called.
    teksten: Vec<(String, String)>,
}

/// A month that was destroyed.
struct Gone {
    periode: String,
    maand: String,
    dag: String,
    leveringen: String,
    staat: String,
    merk: &'static str,
}

#[derive(Template)]
#[template(path = "bewijs.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Certificate {
    kader: Frame,
    periode: String,
    maand: String,
    vernietigd: String,
    termijn: Option<String>,
    deel_b: Option<String>,
    leveringen: String,
    nr: usize,
    houders: Vec<Holder>,
    open: usize,
    kop: String,
    vandaag: String,
}

/// A holder of share B.
struct Holder {
    waarde: String,
    naam: String,
    bevestigd: Option<String>,
    /// Whether who looks may confirm for it.
    knop: bool,
}

/// What is kept and what is gone.
pub(super) async fn show(call: Call) -> Answer {
    let today = call.app.today();
    let kader = Frame::of(&call, "Bewaren en vernietigen", "/bewaren");
    let (kept, gone) = blocking(&call.app, |app| {
        let register = ledger::read(&app.config)?;
        let gone: Vec<Proof> = register.vernietigingen.iter().map(periods::proof).collect();
        match app.holdings().kept() {
            Err(problem) if problem.code() == "bewaren-tekst" => Ok((Err(problem), gone)),
            kept => Ok((Ok(kept?), gone)),
        }
    })
    .await?;
    let (stil, kept) = match kept {
        Ok(kept) => (None, kept),
        Err(problem) => (Some(Notice::of(&problem, &[])), Vec::new()),
    };
    let bewaard = kept.into_iter().map(|one| line(one, today)).collect();
    page(&Page { kader, stil, bewaard, vernietigd: gone.into_iter().rev().map(destroyed).collect() })
}

fn line(kept: Kept, today: Datum) -> Line {
    let text = |(id, versie): (String, u32)| (format!("/doelbindingen/{id}/{versie}"), format!("{id} versie {versie}"));
    Line {
        maand: words::maand(kept.periode),
        begonnen: kept.begonnen.map(|moment| words::datum(moment.datum())).unwrap_or_default(),
        leveringen: words::aantal(kept.leveringen as u64),
        tot: kept.tot_en_met.map_or("gaat weg bij het volgende opruimen".to_owned(), words::datum),
        bijna: kept.tot_en_met.is_none_or(|last| last <= today.plus_days(NEAR)),
        teksten: kept.teksten.into_iter().map(text).collect(),
    }
}

fn destroyed(proof: Proof) -> Gone {
    let missing = proof.houders.iter().filter(|holder| holder.bevestigd_op.is_none()).count();
    let (staat, merk) = match missing {
        0 => ("volledig: iedereen bevestigde".to_owned(), "staat-goed"),
        more => (format!("wacht op {}", words::count(more, "houder", "houders")), "staat-let-op"),
    };
    Gone {
        maand: words::maand_of(&proof.periode),
        periode: proof.periode,
        dag: words::moment_of(&proof.vernietigd_op),
        leveringen: words::aantal(proof.leveringen as u64),
        staat,
        merk,
    }
}

/// The proof of one month.
pub(super) async fn certificate(call: Call) -> Answer {
    let notice = call.asked("bevestigd").map(|_| {
        Notice::done(
            "Dit is bevestigd",
            "Het staat in het register en op het bewijs hieronder. Het gaat niet meer terug.",
        )
    });
    page(&built(&call, notice).await?)
}

async fn built(call: &Call, notice: Option<Notice>) -> Result<Certificate, Problem> {
    let proof = periods::destroyed(call).await?;
    let office = periods::office(call)?;
    let kop = blocking(&call.app, |app| Ok(ledger::read(&app.config)?.head().to_string())).await?;
    let maand = words::maand_of(&proof.periode);
    Ok(Certificate {
        kader: Frame::of(call, &format!("Vernietigingsbewijs van {maand}"), "/bewaren").saying(notice),
        maand,
        vernietigd: words::moment_of(&proof.vernietigd_op),
        termijn: proof.termijn.as_deref().map(words::datum_of),
        deel_b: proof.deel_b,
        leveringen: words::count(proof.leveringen, "levering", "leveringen"),
        nr: proof.nr,
        open: proof.houders.iter().filter(|holder| holder.bevestigd_op.is_none()).count(),
        houders: proof.houders.into_iter().map(|one| holder(one, office)).collect(),
        periode: proof.periode,
        kop,
        vandaag: words::datum(call.app.today()),
    })
}

fn holder(holder: periods::Holder, office: Houder) -> Holder {
    let of = Houder::parse(&holder.houder).ok();
    let name = |houder: Houder| match houder {
        Houder::Dienst => "de dienst zelf".to_owned(),
        Houder::Fg => "FG".to_owned(),
        Houder::Gemeente(code) => format!("gemeente {}", words::gemeente(code)),
    };
    // Who spoke for another is named beside it.
    let by = holder.door.as_deref().and_then(|door| Houder::parse(door).ok()).filter(|door| Some(*door) != of);
    let by = by.map(|door| format!(", door {}", name(door))).unwrap_or_default();
    let bevestigd = holder.bevestigd_op.map(|moment| format!("{}{by}", words::moment_of(&moment)));
    Holder {
        naam: of.map_or_else(|| holder.houder.clone(), name),
        knop: bevestigd.is_none() && of.is_some_and(|of| speaks_for(office, of)),
        bevestigd,
        waarde: holder.houder,
    }
}

const LABELS: &[(&str, &str)] = &[("houder", "Houder")];

/// Confirms for a holder.
pub(super) async fn confirm(call: Call) -> Answer {
    match periods::confirmed_gone(&call).await {
        Ok(proof) => go_to(&format!("/bewaren/{}?bevestigd=ja", proof.periode)),
        Err(problem) if Maand::parse(call.part(0).as_bytes()).is_err() => Err(problem),
        Err(problem) => match built(&call, Some(Notice::of(&problem, LABELS))).await {
            Ok(again) => page_after(&problem, &again),
            // Of a month that is not destroyed there is no proof to show again.
            Err(_) => Err(problem),
        },
    }
}
