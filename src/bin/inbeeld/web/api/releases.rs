//! Vrijgaven of this service: what left, and its files.

use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::jobs;
use crate::web::ledger;
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::audit::Act;
use inbeeld::register::{Past, PastFile, Soort};
use inbeeld::store::StoreFault;
use inbeeld::store::db::RunRecord;
use inbeeld::terms::Sha256Hash;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Where lists stand among the files of a release: those are for their recipients alone.
const LISTS: &str = "lijsten/";

/// Een bestand van een vrijgave.
#[derive(Serialize, ToSchema)]
#[schema(as = Bestand)]
pub(crate) struct File {
    pub(crate) naam: String,
    /// Hash van zijn bytes, zoals het register die noemt.
    pub(crate) sha256: String,
}

/// Een vrijgave.
#[derive(Serialize, ToSchema)]
#[schema(as = Vrijgave)]
pub(crate) struct Shown {
    /// Haar nummer in het register.
    pub(crate) nr: u64,
    /// Nummer van haar koppeling.
    pub(crate) koppeling: u64,
    /// Naam van de doelbinding.
    pub(crate) doelbinding: String,
    pub(crate) versie: u32,
    #[schema(format = Date)]
    pub(crate) peildatum: String,
    /// Wanneer zij is vrijgegeven, UTC.
    #[schema(format = DateTime)]
    pub(crate) tijd: String,
    /// Welk account haar aanvroeg.
    pub(crate) gevraagd_door: String,
    /// Welk account haar vrijgaf.
    pub(crate) vrijgegeven_door: Option<String>,
    /// Bestanden die hier op te halen zijn; lijsten staan bij de lijsten.
    pub(crate) bestanden: Vec<File>,
}

/// De vrijgaven van deze dienst.
#[derive(Serialize, ToSchema)]
#[schema(as = Vrijgaven)]
pub(crate) struct All {
    /// Nieuwste eerst.
    vrijgaven: Vec<Shown>,
}

/// Een vrijgave met haar tabellen.
#[derive(Serialize, ToSchema)]
#[schema(as = VrijgaveMetTabellen)]
pub(crate) struct Whole {
    #[serde(flatten)]
    vrijgave: Shown,
    /// De tabellen zoals vrijgave.json ze heeft; null is niet vrijgegeven.
    #[schema(value_type = Vec<Object>)]
    tabellen: Vec<Value>,
}

pub(crate) fn of(past: &Past, run: RunRecord) -> Shown {
    let file = |file: &PastFile| File { naam: file.naam.clone(), sha256: file.sha256.clone() };
    Shown {
        nr: past.nr as u64,
        koppeling: run.nr,
        doelbinding: run.asked.doelbinding,
        versie: run.asked.versie,
        peildatum: run.asked.peildatum.to_string(),
        tijd: past.entry.tijd.clone(),
        gevraagd_door: run.gevraagd_door,
        vrijgegeven_door: run.beslist_door,
        bestanden: past.entry.bestanden.iter().filter(|file| !file.naam.starts_with(LISTS)).map(file).collect(),
    }
}

/// De vrijgaven van deze dienst.
#[utoipa::path(get, path = "/v1/vrijgaven", tag = "vrijgaven",
    responses((status = 200, description = "De vrijgaven", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    let vrijgaven = blocking(&call.app, |app| all(app)).await?;
    respond::json(StatusCode::OK, &All { vrijgaven })
}

/// The releases of this service, newest first.
pub(crate) fn all(app: &App) -> Result<Vec<Shown>, Problem> {
    let register = ledger::read(&app.config)?;
    let mut vrijgaven = Vec::new();
    for run in app.database.releases()? {
        let past = register.vrijgaven.iter().find(|past| Some(past.nr as u64) == run.vrijgave);
        vrijgaven.extend(past.map(|past| of(past, run)));
    }
    Ok(vrijgaven)
}

/// A release of this service: what the register says of it, and its koppeling.
pub(crate) fn find(app: &App, nr: u64) -> Result<(Past, RunRecord), Problem> {
    let run = app.database.run_of_release(nr)?;
    let register = ledger::read(&app.config)?;
    let past = register.vrijgaven.into_iter().find(|past| past.nr as u64 == nr && past.soort == Soort::Vrijgave);
    past.map(|past| (past, run)).ok_or_else(Problem::not_found)
}

/// Eén vrijgave, met haar tabellen.
#[utoipa::path(get, path = "/v1/vrijgaven/{nr}", tag = "vrijgaven",
    params(("nr" = u64, Path, description = "Haar nummer in het register")),
    responses((status = 200, description = "De vrijgave", body = Whole)))]
pub(crate) async fn show(call: Call) -> Answer {
    let nr = call.number()?;
    let told = blocking(&call.app, move |app| {
        let (past, run) = find(app, nr)?;
        let table = |table: &inbeeld::register::PastTable| {
            json!({
                "naam": table.naam, "dimensies": table.dimensies, "methode": table.methode, "drempel": table.drempel,
                "grootste_afwijking": table.grootste_afwijking, "cellen": table.cellen, "achtergehouden": table.withheld(),
            })
        };
        let tabellen = past.entry.tabellen.iter().map(table).collect();
        Ok(Whole { vrijgave: of(&past, run), tabellen })
    })
    .await?;
    respond::json(StatusCode::OK, &told)
}

/// Eén bestand van een vrijgave, byte voor byte zoals het is vrijgegeven.
#[utoipa::path(get, path = "/v1/vrijgaven/{nr}/bestanden/{bestand}", tag = "vrijgaven",
    params(("nr" = u64, Path, description = "Haar nummer in het register"), ("bestand" = String, Path, description = "Naam van het bestand")),
    responses((status = 200, description = "Het bestand", body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn fetch(call: Call) -> Answer {
    let (nr, name, actor) = (call.number()?, call.part(1).to_owned(), call.actor());
    let (name, bytes, head) = blocking(&call.app, move |app| {
        let (past, run) = find(app, nr)?;
        let file = file(&past, &name).filter(|file| !file.naam.starts_with(LISTS)).ok_or_else(Problem::not_found)?;
        let bytes = app.act(&actor, Act::Fetch, Some(&format!("{nr} {name}")), |_| unchanged(app, run.nr, file))?;
        Ok((name, bytes, app.audit_head()))
    })
    .await?;
    Ok(respond::file(&name, bytes, head))
}

/// The file of a release that has this name.
pub(super) fn file<'p>(past: &'p Past, name: &str) -> Option<&'p PastFile> {
    past.entry.bestanden.iter().find(|file| file.naam == name)
}

/// The bytes of a file that a koppeling released, when they are still those that the register knows.
pub(super) fn unchanged(app: &App, koppeling: u64, file: &PastFile) -> Result<Vec<u8>, Problem> {
    let path = jobs::folder(app, koppeling).join(&file.naam);
    let bytes = std::fs::read(&path).map_err(StoreFault::read(&path))?;
    if Sha256Hash(Sha256::digest(&bytes).into()).to_string() == file.sha256 {
        return Ok(bytes);
    }
    tracing::error!("{}: dit is niet het bestand dat is vrijgegeven", path.display());
    let remedy = "Meld dit aan de beheerder; een reservekopie heeft het goede bestand.";
    let what = "dit bestand is veranderd sinds het is vrijgegeven";
    Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "vrijgave-aangetast", what, remedy))
}
