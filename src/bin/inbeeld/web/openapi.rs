//! What the service can be asked, as OpenAPI 3.1: each route says what is its own, the table the rest.

use super::api::{
    accounts, audit, deliveries, health, lists, oidc, periods, processings, register, releases, runs, sessions, texts,
};
use super::problem::{PROBLEM_JSON, Problem};
use super::respond::API_VERSION;
use super::routes::{Accepts, ROUTES, Route, Who};
use axum::http::Method;
use utoipa::OpenApi;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "inbeeld",
        description = "Houdt jongeren in beeld zonder over hun schouder mee te kijken. Elke weigering is een problem+json \
                       met een vaste code. Zie docs/dienst.md.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
        contact(name = "De beheerder van deze dienst")
    ),
    servers((url = "/", description = "Deze dienst")),
    tags(
        (name = "dienst", description = "Of de dienst er is"),
        (name = "sessies", description = "Aanmelden en afmelden"),
        (name = "accounts", description = "Wie er mag"),
        (name = "register", description = "Wat er is vrijgegeven"),
        (name = "doelbindingen", description = "Wat er mag, ondertekend"),
        (name = "leveringen", description = "Wat de bronnen leveren"),
        (name = "koppelingen", description = "De maandelijkse koppeling, en wie over haar beslist"),
        (name = "vrijgaven", description = "Wat er naar buiten ging"),
        (name = "lijsten", description = "Contactlijsten, elk voor één gemeente"),
        (name = "perioden", description = "De delen van elke periodesleutel"),
        (name = "dataverwerkingen", description = "Wiens gegevens waarvoor zijn gebruikt"),
        (name = "auditlogboek", description = "Wie wat heeft gedaan")
    ),
    paths(
        health::alive, health::ready, health::openapi,
        oidc::begin, oidc::back,
        sessions::log_in, sessions::current, sessions::log_out,
        accounts::activate, accounts::list, accounts::create, accounts::block, accounts::reset,
        register::list, register::verify,
        texts::list, texts::add, texts::show,
        periods::list, periods::give, periods::forget, periods::destruction, periods::confirm_gone,
        deliveries::deliver, deliveries::list,
        runs::list, runs::ask, runs::show, runs::follow, runs::cancel, runs::look, runs::release, runs::refuse,
        releases::list, releases::show, releases::fetch,
        lists::list, lists::fetch, lists::confirm, lists::why,
        processings::search,
        audit::list, audit::verify
    ),
    components(schemas(Problem))
)]
struct Api;

/// Name under which the cookie stands among the ways to show who one is.
const SESSION: &str = "sessie";

/// The description, with what the table says of every route.
pub(crate) fn description() -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    api.info.version = API_VERSION.to_owned();
    if let Some(components) = &mut api.components {
        let cookie = ApiKeyValue::with_description(super::guard::COOKIE, "De sessie van POST /v1/sessies");
        components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
    for route in ROUTES {
        if let Some(operation) = api.paths.paths.get_mut(route.path).and_then(|item| operation(item, &route.method)) {
            complete(operation, route);
        }
    }
    api
}

/// The description as it is sent and kept.
pub(crate) fn text() -> String {
    // Texts and numbers only: it always becomes JSON.
    description().to_pretty_json().unwrap_or_default()
}

fn operation<'i>(item: &'i mut PathItem, method: &Method) -> Option<&'i mut Operation> {
    match *method {
        Method::GET => item.get.as_mut(),
        Method::POST => item.post.as_mut(),
        Method::DELETE => item.delete.as_mut(),
        _ => None,
    }
}

/// Its own name, every status that the guard can give at a route, and the header of every answer.
fn complete(operation: &mut Operation, route: &Route) {
    // The functions have the same names in several files; a route is there once.
    let words = route.path.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let id: Vec<String> = std::iter::once(route.method.as_str()).chain(words).map(str::to_lowercase).collect();
    operation.operation_id = Some(id.join("-"));
    let mut also = vec![
        ("403", "Niet langs de proxy"),
        ("406", "Niet in de gevraagde vorm"),
        ("413", "Te veel gestuurd"),
        ("429", "Te veel verzoeken"),
        ("500", "Er ging iets mis in de dienst"),
        ("503", "Nu niet beschikbaar"),
        ("507", "De schijf van de dienst is vol"),
    ];
    if route.body != Accepts::Nothing {
        also.extend([
            ("400", "Wat is gestuurd klopt niet"),
            ("408", "Te traag gestuurd"),
            ("415", "Niet in de goede vorm gestuurd"),
        ]);
    }
    if !matches!(route.who, Who::Open) {
        also.push(("401", "Niet aangemeld"));
        operation.security = Some(vec![SecurityRequirement::new(SESSION, [] as [&str; 0])]);
    }
    if route.path.contains('{') {
        also.push(("404", "Bestaat niet"));
    }
    for (status, text) in also {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Probleem"))).build();
        let response = ResponseBuilder::new().description(text).content(PROBLEM_JSON, content).build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
            let header = HeaderBuilder::new().schema(Some(text)).description(Some("Versie van de API")).build();
            response.headers.insert("API-Version".to_owned(), RefOr::T(header));
        }
    }
}
