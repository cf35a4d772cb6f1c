//! The audit log: read, and verified.

use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::audit::{Act, Entry, Log};
use inbeeld::fault::Explain;
use inbeeld::store::AuditFile;
use inbeeld::terms::Sha256Hash;
use serde::Serialize;
use utoipa::ToSchema;

/// How many acts are shown: the newest.
const SHOWN: usize = 500;

/// Eén handeling.
#[derive(Serialize, ToSchema)]
#[schema(as = Handeling)]
pub(crate) struct Shown {
    /// Nummer van de regel waarop zij begint.
    pub(crate) nr: usize,
    /// Wanneer, UTC.
    #[schema(format = DateTime)]
    pub(crate) tijd: String,
    /// Welk account, of niemand, opdrachtregel of dienst.
    pub(crate) wie: String,
    /// In welke rol.
    pub(crate) rol: Option<&'static str>,
    /// Wat.
    pub(crate) daad: &'static str,
    /// Waarop.
    pub(crate) op: Option<String>,
    /// gelukt, geweigerd of mislukt; leeg als het einde ontbreekt.
    pub(crate) uitkomst: Option<&'static str>,
    /// Code van de weigering.
    pub(crate) code: Option<String>,
}

/// De nieuwste handelingen.
#[derive(Serialize, ToSchema)]
#[schema(as = Auditlogboek)]
pub(crate) struct All {
    /// De nieuwste 500, nieuwste eerst.
    pub(crate) handelingen: Vec<Shown>,
    /// Hoeveel regels het logboek heeft.
    pub(crate) regels: usize,
    /// Hash van de laatste regel, om elders te bewaren.
    pub(crate) kop: String,
}

/// Of er niets aan het logboek is veranderd.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditUitkomst)]
pub(crate) struct Verified {
    /// Of het klopt.
    pub(crate) goed: bool,
    /// Hoeveel regels het heeft.
    pub(crate) regels: Option<usize>,
    /// Regels na de kop die u opgaf.
    pub(crate) regels_na_kop: Option<usize>,
    /// Nummers van handelingen zonder einde: afgebroken, of nu bezig.
    pub(crate) zonder_einde: Vec<usize>,
    /// Hash van de laatste regel.
    pub(crate) kop: Option<String>,
    /// Wat er mis is.
    pub(crate) wat: Option<String>,
    /// Wat u kunt doen.
    pub(crate) doe: Option<String>,
}

/// De kop die u eerder noteerde.
#[derive(ToSchema)]
#[schema(as = Kop)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Kept {
    /// 64 hexadecimale cijfers.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    kop: Option<String>,
}

fn shown(entry: Entry) -> Shown {
    let (uitkomst, code) = entry.eind.map_or((None, None), |(outcome, code)| (Some(outcome.as_str()), code));
    let (rol, daad) = (entry.rol.map(|rol| rol.as_str()), entry.daad.as_str());
    Shown { nr: entry.nr, tijd: entry.tijd, wie: entry.wie, rol, daad, op: entry.op, uitkomst, code }
}

/// De nieuwste handelingen uit het auditlogboek.
#[utoipa::path(get, path = "/v1/auditlogboek", tag = "auditlogboek",
    responses((status = 200, description = "De nieuwste handelingen", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    respond::json(StatusCode::OK, &newest(&call).await?)
}

/// The newest acts.
pub(crate) async fn newest(call: &Call) -> Result<All, Problem> {
    blocking(&call.app, |app| {
        let mut log = Log::read(&AuditFile::lines(&app.config.plaatsen.audit)?)?;
        let (regels, kop) = (log.lines(), log.head().to_string());
        let newest = log.acts.split_off(log.acts.len().saturating_sub(SHOWN));
        Ok(All { handelingen: newest.into_iter().rev().map(shown).collect(), regels, kop })
    })
    .await
}

/// The head that somebody kept, when they send one.
pub(super) fn kept(call: &Call) -> Result<Option<Sha256Hash>, Problem> {
    if call.body.is_empty() {
        return Ok(None);
    }
    let mut fields = call.fields()?;
    let kept = fields.may_parse("kop", Sha256Hash::parse);
    fields.finish()?;
    Ok(kept)
}

/// Kijkt of er niets aan het auditlogboek is veranderd.
#[utoipa::path(post, path = "/v1/auditlogboek/_verifieer", tag = "auditlogboek", request_body = Option<Kept>,
    responses((status = 200, description = "De uitkomst, ook als het niet klopt", body = Verified)))]
pub(crate) async fn verify(call: Call) -> Answer {
    respond::json(StatusCode::OK, &checked(&call).await?)
}

/// Whether the log holds, and goes on from the head that was sent.
pub(crate) async fn checked(call: &Call) -> Result<Verified, Problem> {
    let kept = kept(call)?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::VerifyLog, None, |_| {
            let read = AuditFile::lines(&app.config.plaatsen.audit).and_then(|lines| Log::read(&lines));
            let found = read.and_then(|log| kept.map(|kept| log.since(kept)).transpose().map(|since| (log, since)));
            Ok::<_, Problem>(match found {
                Ok((log, since)) => Verified {
                    goed: true,
                    regels: Some(log.lines()),
                    regels_na_kop: since,
                    zonder_einde: log.open(),
                    kop: Some(log.head().to_string()),
                    wat: None,
                    doe: None,
                },
                Err(fault) => Verified {
                    goed: false,
                    regels: None,
                    regels_na_kop: None,
                    zonder_einde: Vec::new(),
                    kop: None,
                    wat: Some(fault.to_string()),
                    doe: Some(fault.remedy()),
                },
            })
        })
    })
    .await
}
