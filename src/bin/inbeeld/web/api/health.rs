//! Whether the service is there, and what it can do.

use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::openapi;
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// Hoe het met de dienst gaat.
#[derive(Serialize, ToSchema)]
#[schema(as = Gezondheid)]
pub(crate) struct Health {
    /// Altijd `in orde`: gaat het niet goed, dan is er een probleem in plaats hiervan.
    staat: &'static str,
    /// Versie van inbeeld.
    versie: &'static str,
}

const FINE: Health = Health { staat: "in orde", versie: env!("CARGO_PKG_VERSION") };

/// Of de dienst er is.
#[utoipa::path(get, path = "/v1/gezondheid", tag = "dienst",
    responses((status = 200, description = "De dienst is er", body = Health)))]
pub(crate) async fn alive(_: Call) -> Answer {
    respond::json(StatusCode::OK, &FINE)
}

/// Of de dienst nu werk aankan.
#[utoipa::path(get, path = "/v1/gereedheid", tag = "dienst",
    responses((status = 200, description = "De dienst kan werk aan", body = Health)))]
pub(crate) async fn ready(call: Call) -> Answer {
    if call.app.stopping() {
        let remedy = "Wacht tot de dienst weer is gestart.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopt", "de dienst is aan het stoppen", remedy));
    }
    blocking(&call.app, |app| Ok(app.database.ready()?)).await?;
    respond::json(StatusCode::OK, &FINE)
}

/// Deze beschrijving.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "dienst",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
pub(crate) async fn openapi(_: Call) -> Answer {
    let mut response = respond::typed(StatusCode::OK, "application/json", openapi::text().into_bytes());
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
