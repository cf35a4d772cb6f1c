//! Leveringen: handing them in, what is wrong with them in the same place, and the receipts of a month.

use super::answers::{go_to, page, page_after};
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::deliveries::{Delivered, Shown, of_month, taken_in};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use crate::web::upload::{Upload, whole};
use askama::Template;
use axum::http::StatusCode;
use inbeeld::ingest::{MANIFEST_ENDING, MAX_MANIFEST};
use inbeeld::terms::{AccountRol, Maand};
use std::collections::BTreeMap;

/// Manifests that one form may bring: each waits in memory for its file.
const MANIFESTS: usize = 100;

#[derive(Template)]
#[template(path = "leveringen.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    periode: String,
    periode_woord: String,
    perioden: Vec<(String, String)>,
    bron: bool,
    /// Why nothing of the month can be read now.
    dicht: Option<Notice>,
    /// Files of the form that was sent, when some were refused.
    uitkomst: Vec<Outcome>,
    ontvangen: Vec<Row>,
    audit_kop: String,
}

/// What became of one file.
struct Outcome {
    bestand: String,
    goed: Option<String>,
    fout: Option<Notice>,
}

/// A receipt.
struct Row {
    bron: String,
    leverancier: String,
    bestand: String,
    regels: String,
    dekking: &'static str,
    gemaakt: String,
    ontvangen: String,
    sha256: String,
}

/// The form, and what was received of a month.
pub(super) async fn show(call: Call) -> Answer {
    let notice = call.asked("ontvangen").and_then(|count| count.parse::<usize>().ok()).map(|count| {
        let what = "Alles is gecontroleerd en verzegeld opgeslagen. De ontvangstbewijzen staan hieronder.";
        Notice::done(&format!("{} ontvangen", words::count(count, "levering", "leveringen")), what)
    });
    let month = call.asked("periode").and_then(|text| Maand::parse(text.as_bytes()).ok());
    page(&built(&call, month, notice, Vec::new()).await?)
}

async fn built(
    call: &Call,
    month: Option<Maand>,
    notice: Option<Notice>,
    uitkomst: Vec<Outcome>,
) -> Result<Page, Problem> {
    let periode = month.unwrap_or_else(|| Maand::of(call.app.today()));
    let (dicht, receipts) = match of_month(call, periode).await {
        Ok(receipts) => (None, receipts),
        Err(problem) if problem.code() == "periode-dicht" => (Some(Notice::of(&problem, &[])), Vec::new()),
        Err(problem) => return Err(problem),
    };
    let mut perioden = vec![Maand::of(call.app.today())];
    while perioden.len() < 12
        && let Some(last) = perioden.last()
    {
        perioden.push(last.previous());
    }
    Ok(Page {
        kader: Frame::of(call, "Leveringen", "/leveringen").saying(notice),
        periode: periode.to_string(),
        periode_woord: words::maand(periode),
        perioden: perioden.iter().map(|one| (one.to_string(), words::maand(*one))).collect(),
        bron: call.session()?.bound.rol() == AccountRol::Bronhouder,
        dicht,
        uitkomst,
        ontvangen: receipts.into_iter().map(row).collect(),
        audit_kop: call.app.audit_head().to_string(),
    })
}

fn row(receipt: Shown) -> Row {
    Row {
        bron: words::bron_of(&receipt.bron),
        leverancier: receipt.leverancier,
        bestand: receipt.bestand,
        regels: words::aantal(receipt.regels),
        dekking: if receipt.dekking == "volledig" { "volledig" } else { "gedeeltelijk" },
        gemaakt: words::moment_of(&receipt.aangemaakt),
        ontvangen: words::moment_of(&receipt.ontvangen),
        sha256: receipt.sha256,
    }
}

/// Takes in what a form brings: the manifests first, then each file with its own.
pub(super) async fn take(mut call: Call) -> Answer {
    let Some(mut upload) = call.upload.take() else { return Err(Problem::internal()) };
    let taken = files(&call, &mut upload).await;
    if taken.is_err() {
        upload.drain().await;
    }
    let taken = match taken {
        Ok(taken) => taken,
        Err(problem) => {
            let notice = Notice::of(&problem, &[]);
            return page_after(&problem, &built(&call, None, Some(notice), Vec::new()).await?);
        }
    };
    let month = taken.iter().find_map(|(_, done)| {
        done.as_ref().ok().and_then(|done| Maand::parse(done.ontvangstbewijs.periode.as_bytes()).ok())
    });
    let wrong = taken.iter().find_map(|(_, done)| done.as_ref().err().map(Problem::status));
    let Some(status) = wrong else {
        let month = month.unwrap_or_else(|| Maand::of(call.app.today()));
        return go_to(&format!("/leveringen?periode={month}&ontvangen={}", taken.len()));
    };
    let count = taken.iter().filter(|(_, done)| done.is_err()).count();
    let what = format!("{} geweigerd", words::count(count, "bestand is", "bestanden zijn"));
    let remedy = "Kijk hieronder per bestand wat eraan te doen is. Van een geweigerd bestand is niets bewaard.";
    let problem = Problem::new(status, "levering-geweigerd", &what, remedy);
    let outcomes = taken.into_iter().map(outcome).collect();
    page_after(&problem, &built(&call, month, Some(Notice::of(&problem, &[])), outcomes).await?)
}

type Taken = Vec<(String, Result<Delivered, Problem>)>;

async fn files(call: &Call, upload: &mut Upload) -> Result<Taken, Problem> {
    let mut manifests = BTreeMap::new();
    let mut taken = Vec::new();
    while let Some(field) = upload.next().await? {
        let name = field.file_name().unwrap_or_default().to_owned();
        let kind = field.name().unwrap_or_default().to_owned();
        match kind.as_str() {
            // A field in which nothing was chosen is sent as a file without name.
            "manifest" | "bestand" if name.is_empty() => {}
            "manifest" if manifests.len() < MANIFESTS => {
                manifests.insert(name, whole(field, MAX_MANIFEST).await?);
            }
            "bestand" => {
                let done = match manifests.remove(&format!("{name}{MANIFEST_ENDING}")) {
                    Some(manifest) => taken_in(call, &manifest, field).await,
                    None => Err(alone("bij dit bestand is geen manifest gekozen")),
                };
                taken.push((name, done));
            }
            _ => {
                let remedy = "Gebruik het formulier op deze bladzijde.";
                return Err(Problem::new(StatusCode::BAD_REQUEST, "formulier", "dit formulier klopt niet", remedy));
            }
        }
    }
    taken.extend(manifests.into_keys().map(|name| (name, Err(alone("bij dit manifest is geen bestand gekozen")))));
    if taken.is_empty() {
        let remedy = "Kies de manifesten en de bestanden die erbij horen.";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "niets-gekozen", "er is geen bestand gekozen", remedy));
    }
    Ok(taken)
}

fn alone(what: &str) -> Problem {
    let remedy =
        "Kies ze samen: bij `inkomen.csv` hoort `inkomen.csv.manifest.json`, zoals `inbeeld pseudonimiseer` ze maakt.";
    Problem::new(StatusCode::BAD_REQUEST, "manifest-ontbreekt", what, remedy)
}

fn outcome((bestand, done): (String, Result<Delivered, Problem>)) -> Outcome {
    match done {
        Err(problem) => Outcome { bestand, goed: None, fout: Some(Notice::of(&problem, &[])) },
        Ok(done) => {
            let rows = words::aantal(done.ontvangstbewijs.regels);
            let goed = match (done.was_er_al, done.vervangt) {
                (true, _) => "Deze levering was er al; er is niets veranderd.".to_owned(),
                (_, Some(change)) => format!(
                    "Ontvangen: {rows} regels. Vervangt een eerdere levering (ongeveer {} regels, nu {}).",
                    words::aantal(change.regels_eerst),
                    words::aantal(change.regels_nu)
                ),
                _ => format!("Ontvangen: {rows} regels."),
            };
            Outcome { bestand, goed: Some(goed), fout: None }
        }
    }
}
