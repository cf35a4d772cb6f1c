//! The Logboek Dataverwerkingen: looked up, by whom it is about or by what was done.

use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::fields::Fields;
use crate::web::problem::{Fault, Problem};
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::audit::Act;
use inbeeld::fault::Explain;
use inbeeld::logbook::{Query, QueryFault};
use inbeeld::store::{LogPlace, LogStore, StoreFault};
use serde::Serialize;
use utoipa::ToSchema;

/// Lines that one answer has at most, and how many where nobody says.
const MOST: usize = 500;
const USUAL: usize = 100;

/// Waarop te zoeken: een of meer van de eerste drie, die samen moeten gelden.
#[derive(ToSchema)]
#[schema(as = Zoekvraag)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Asked {
    /// Van een koppeling: 32 hexadecimale cijfers.
    #[schema(rename = "traceId")]
    trace_id: Option<String>,
    /// De versie van de doelbinding, als URI.
    #[schema(rename = "processingActivityId")]
    processing_activity_id: Option<String>,
    /// Het nummer waaronder een jongere in het logboek staat: 64 hexadecimale cijfers.
    #[schema(rename = "dataSubjectId")]
    data_subject_id: Option<String>,
    /// Hoeveel regels het antwoord hooguit heeft; 100 als u niets zegt.
    #[schema(minimum = 1, maximum = 500)]
    aantal: Option<usize>,
    /// Waar een eerder antwoord ophield.
    verder: Option<String>,
}

/// De gevonden regels.
#[derive(Serialize, ToSchema)]
#[schema(as = Dataverwerkingen)]
pub(crate) struct Found {
    /// Oudste eerst, zoals zij in het logboek staan.
    #[schema(value_type = Vec<Object>)]
    dataverwerkingen: Vec<serde_json::Value>,
    /// Stuur dit mee om verder te zoeken; leeg als alles is bekeken.
    verder: Option<String>,
}

/// Zoekt in het Logboek Dataverwerkingen. Dat er is gezocht en waarop, staat in het auditlogboek; naar wie niet.
#[utoipa::path(post, path = "/v1/dataverwerkingen/_zoek", tag = "dataverwerkingen", request_body = Asked,
    responses((status = 200, description = "De gevonden regels", body = Found)))]
pub(crate) async fn search(call: Call) -> Answer {
    let mut fields = Fields::read(&call.body)?;
    let names = ["traceId", "processingActivityId", "dataSubjectId"];
    let [trace, activity, subject] = names.map(|name| fields.may_text(name, 512));
    let most = fields.may_count("aantal", MOST).unwrap_or(USUAL);
    let from = fields.may_parse("verder", LogPlace::parse);
    fields.finish()?;
    let text = |field: &Option<zeroize::Zeroizing<String>>| field.as_ref().map(|text| text.to_string());
    let given = [&trace, &activity, &subject].map(text);
    let [trace, activity, subject] = &given;
    let query = Query::new(trace.as_deref(), activity.as_deref(), subject.as_deref()).map_err(at_fault)?;
    // By what was sought, never for what: that can be the number of a person.
    let by: Vec<&str> =
        names.into_iter().zip(&given).filter(|(_, text)| text.is_some()).map(|(name, _)| name).collect();
    let (by, actor) = (by.join(" "), call.actor());
    let found = blocking(&call.app, move |app| {
        app.act(&actor, Act::SearchLogbook, Some(&by), |_| {
            let place = &app.config.plaatsen.logboek;
            let searched = LogStore::open(place).and_then(|log| log.search(&query, from.as_ref(), most));
            searched.map_err(|fault| Problem::from(StoreFault::read(place)(fault)))
        })
    })
    .await?;
    let verder = found.next.map(|next| next.to_string());
    respond::json(StatusCode::OK, &Found { dataverwerkingen: found.lines, verder })
}

fn at_fault(fault: QueryFault) -> Problem {
    let plek = match fault {
        QueryFault::Nothing => "hele bericht",
        QueryFault::Form(name) => name,
    };
    Problem::invalid(vec![Fault { plek: plek.to_owned(), wat: fault.to_string(), doe: fault.remedy() }])
}
