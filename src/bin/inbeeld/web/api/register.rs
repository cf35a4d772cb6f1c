//! The register of everything released: read, and verified.

use super::audit::{Kept, kept};
use crate::cli::register::{Checked, as_json, checked, verified};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::ledger;
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::audit::Act;
use inbeeld::register::RegisterFault;

/// Alles wat is vrijgegeven: wanneer, onder welke doelbinding, welke tabellen en bestanden.
#[utoipa::path(get, path = "/v1/register", tag = "register",
    responses((status = 200, description = "Het register", body = serde_json::Value)))]
pub(crate) async fn list(call: Call) -> Answer {
    let register = blocking(&call.app, |app| Ok(ledger::read(&app.config)?)).await?;
    respond::json(StatusCode::OK, &as_json(&register))
}

/// Kijkt of er niets aan het register is veranderd; met een kop ook of het einde er nog is.
#[utoipa::path(post, path = "/v1/register/_verifieer", tag = "register", request_body = Option<Kept>,
    responses((status = 200, description = "De uitkomst, ook als het niet klopt", body = serde_json::Value)))]
pub(crate) async fn verify(call: Call) -> Answer {
    respond::json(StatusCode::OK, &verified(&against_head(&call).await?))
}

/// Whether the register holds, and goes on from the head that was sent.
pub(crate) async fn against_head(call: &Call) -> Result<Checked, Problem> {
    let kept = kept(call)?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::VerifyRegister, None, |_| match ledger::read(&app.config) {
            Err(fault @ RegisterFault::Busy) => Err(Problem::from(fault)),
            found => Ok(checked(found, kept)),
        })
    })
    .await
}
