//! Everything that can be asked, in one table: method, path, who may, what may be sent, how often.
//!
//! A golden file (`tests/dienst/routes.txt`) lists it, and a test asks every route as every role.

use super::api::{
    accounts, audit, deliveries, health, lists, oidc, periods, processings, register, releases, runs, sessions, texts,
};
use super::app::App;
use super::call::Handler;
use super::guard;
use super::limit::Rate;
use super::pages::{self, PAGES};
use super::problem::Problem;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::routing::{MethodFilter, MethodRouter, on};
use inbeeld::terms::AccountRol;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One thing that can be asked.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// The path; what stands between braces is variable.
    pub(crate) path: &'static str,
    pub(crate) who: Who,
    pub(crate) body: Accepts,
    pub(crate) gives: Gives,
    pub(crate) rate: Rate,
    pub(crate) handler: Handler,
}

/// Who may ask.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// Everybody.
    Open,
    /// Whoever is logged in.
    Anybody,
    /// These roles.
    Roles(&'static [AccountRol]),
    /// These roles, and the municipality that the configuration names to hold share B.
    Contact(&'static [AccountRol]),
}

/// What may be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    Nothing,
    /// JSON of at most so many bytes.
    Json(usize),
    /// Nothing, or an object of at most so many bytes.
    MayJson(usize),
    /// A form with files of any size, taken in while it is sent.
    Files,
    /// A form of a page, of at most so many bytes.
    Form(usize),
}

/// What comes back when all is well.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    Json,
    /// JSON, or a page for whoever asks for one.
    JsonOrPage,
    /// Bytes, whatever they are.
    File,
    /// Events, one after the other.
    Events,
    /// A page, whatever is asked for; so are its refusals.
    Page,
}

pub(crate) const KB: usize = 1024;
/// For what people click on.
pub(crate) const CALM: Rate = Rate { burst: 120, per_minute: 600 };
/// For what changes something.
pub(crate) const WRITE: Rate = Rate { burst: 30, per_minute: 60 };
/// For what takes the machine long.
pub(crate) const LONG: Rate = Rate { burst: 10, per_minute: 10 };
/// For who can still be anybody: enough for an office behind one address on Monday morning.
pub(crate) const DOOR: Rate = Rate { burst: 30, per_minute: 30 };
/// For machines that look whether we are there.
pub(crate) const WATCH: Rate = Rate { burst: 600, per_minute: 6000 };

use AccountRol::{Beheerder, Bronhouder, Coordinator, Gemeente, PrivacyOfficer, Vrijgever};

macro_rules! route {
    ($method:ident $path:literal, $who:expr, $body:expr, $gives:expr, $rate:expr, $handler:path) => {
        Route {
            method: Method::$method,
            path: $path,
            who: $who,
            body: $body,
            gives: $gives,
            rate: $rate,
            handler: |call| Box::pin($handler(call)),
        }
    };
}
pub(crate) use route;

/// The table.
pub(crate) static ROUTES: &[Route] = {
    use Accepts::{Files, Json, MayJson, Nothing};
    use Who::{Anybody, Contact, Open, Roles};
    const READERS: Who = Roles(&[Coordinator, Vrijgever, PrivacyOfficer]);
    &[
        route!(GET "/v1/gezondheid", Open, Nothing, Gives::Json, WATCH, health::alive),
        route!(GET "/v1/gereedheid", Open, Nothing, Gives::Json, WATCH, health::ready),
        route!(GET "/v1/openapi.json", Open, Nothing, Gives::Json, WATCH, health::openapi),
        route!(POST "/v1/sessies", Open, Json(4 * KB), Gives::Json, DOOR, sessions::log_in),
        route!(GET "/v1/aanmelden/oidc", Open, Nothing, Gives::JsonOrPage, DOOR, oidc::begin),
        route!(GET "/v1/aanmelden/oidc/terug", Open, Nothing, Gives::JsonOrPage, DOOR, oidc::back),
        route!(GET "/v1/sessies/huidige", Anybody, Nothing, Gives::Json, CALM, sessions::current),
        route!(DELETE "/v1/sessies/huidige", Anybody, Nothing, Gives::Json, CALM, sessions::log_out),
        route!(POST "/v1/accounts/_activeer", Open, Json(4 * KB), Gives::Json, DOOR, accounts::activate),
        route!(GET "/v1/accounts", Roles(&[Beheerder]), Nothing, Gives::Json, CALM, accounts::list),
        route!(POST "/v1/accounts", Roles(&[Beheerder]), Json(4 * KB), Gives::Json, WRITE, accounts::create),
        route!(POST "/v1/accounts/{naam}/_blokkeer", Roles(&[Beheerder]), MayJson(KB), Gives::Json, WRITE, accounts::block),
        route!(POST "/v1/accounts/{naam}/_herstel", Roles(&[Beheerder]), MayJson(KB), Gives::Json, WRITE, accounts::reset),
        route!(GET "/v1/register", READERS, Nothing, Gives::Json, CALM, register::list),
        route!(POST "/v1/register/_verifieer", READERS, MayJson(KB), Gives::Json, WRITE, register::verify),
        route!(GET "/v1/doelbindingen", Roles(&[Coordinator, Vrijgever, PrivacyOfficer, Gemeente]), Nothing, Gives::Json, CALM, texts::list),
        route!(POST "/v1/doelbindingen", Roles(&[PrivacyOfficer]), Json(512 * KB), Gives::Json, WRITE, texts::add),
        route!(GET "/v1/doelbindingen/{id}/versies/{versie}", Roles(&[Coordinator, Vrijgever, PrivacyOfficer, Gemeente]), Nothing, Gives::JsonOrPage, CALM, texts::show),
        route!(GET "/v1/perioden", Contact(&[Coordinator, PrivacyOfficer, Beheerder]), Nothing, Gives::Json, CALM, periods::list),
        route!(POST "/v1/perioden/{periode}/deel-b", Contact(&[PrivacyOfficer]), Json(KB), Gives::Json, WRITE, periods::give),
        route!(DELETE "/v1/perioden/{periode}/deel-b", Contact(&[PrivacyOfficer]), Nothing, Gives::Json, WRITE, periods::forget),
        route!(GET "/v1/perioden/{periode}/vernietiging", Contact(&[Coordinator, PrivacyOfficer, Beheerder]), Nothing, Gives::Json, CALM, periods::destruction),
        route!(POST "/v1/perioden/{periode}/vernietiging/_bevestig", Contact(&[PrivacyOfficer]), Json(KB), Gives::Json, WRITE, periods::confirm_gone),
        route!(POST "/v1/leveringen", Roles(&[Bronhouder, Coordinator]), Files, Gives::Json, WRITE, deliveries::deliver),
        route!(GET "/v1/perioden/{periode}/leveringen", Roles(&[Bronhouder, Coordinator, PrivacyOfficer]), Nothing, Gives::Json, CALM, deliveries::list),
        route!(GET "/v1/koppelingen", READERS, Nothing, Gives::Json, CALM, runs::list),
        route!(POST "/v1/koppelingen", Roles(&[Coordinator]), Json(4 * KB), Gives::Json, WRITE, runs::ask),
        route!(GET "/v1/koppelingen/{nr}", READERS, Nothing, Gives::Json, CALM, runs::show),
        route!(GET "/v1/koppelingen/{nr}/voortgang", READERS, Nothing, Gives::Events, CALM, runs::follow),
        route!(POST "/v1/koppelingen/{nr}/_annuleer", Roles(&[Coordinator]), MayJson(KB), Gives::Json, WRITE, runs::cancel),
        route!(POST "/v1/koppelingen/{nr}/_bekijk", Roles(&[Vrijgever]), MayJson(KB), Gives::Json, WRITE, runs::look),
        route!(POST "/v1/koppelingen/{nr}/_geef-vrij", Roles(&[Vrijgever]), MayJson(KB), Gives::Json, WRITE, runs::release),
        route!(POST "/v1/koppelingen/{nr}/_weiger", Roles(&[Vrijgever]), Json(4 * KB), Gives::Json, WRITE, runs::refuse),
        route!(GET "/v1/vrijgaven", READERS, Nothing, Gives::Json, CALM, releases::list),
        route!(GET "/v1/vrijgaven/{nr}", READERS, Nothing, Gives::Json, CALM, releases::show),
        route!(GET "/v1/vrijgaven/{nr}/bestanden/{bestand}", READERS, Nothing, Gives::File, CALM, releases::fetch),
        route!(GET "/v1/lijsten", Roles(&[Coordinator, Vrijgever, PrivacyOfficer, Gemeente]), Nothing, Gives::Json, CALM, lists::list),
        route!(GET "/v1/lijsten/{nr}/bestand", Roles(&[Gemeente]), Nothing, Gives::File, CALM, lists::fetch),
        route!(POST "/v1/lijsten/{nr}/_bevestig", Roles(&[Gemeente]), MayJson(KB), Gives::Json, WRITE, lists::confirm),
        route!(POST "/v1/lijsten/{nr}/_waarom", Roles(&[Gemeente]), Json(KB), Gives::Json, LONG, lists::why),
        route!(POST "/v1/dataverwerkingen/_zoek", Roles(&[PrivacyOfficer]), Json(4 * KB), Gives::Json, WRITE, processings::search),
        route!(GET "/v1/auditlogboek", Roles(&[PrivacyOfficer]), Nothing, Gives::Json, CALM, audit::list),
        route!(POST "/v1/auditlogboek/_verifieer", Roles(&[PrivacyOfficer, Beheerder]), MayJson(KB), Gives::Json, WRITE, audit::verify),
    ]
};

/// Everything: what programs ask, and the pages.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().chain(PAGES)
}

/// The tables as a router. What is not in them gets a problem of its own.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut paths: BTreeMap<&'static str, MethodRouter<Arc<App>>> = BTreeMap::new();
    for (number, route) in all().enumerate() {
        let enter = move |State(app): State<Arc<App>>, request: Request| guard::enter(app, number, route, request);
        let methods = on(MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET), enter);
        let before = paths.remove(route.path).unwrap_or_default();
        paths.insert(route.path, before.merge(methods));
    }
    let mut router = Router::new();
    for (path, methods) in paths {
        router = router.route(path, methods);
    }
    router
        .fallback(|request: Request| refuse(request, Problem::not_found()))
        .method_not_allowed_fallback(|request: Request| {
            let remedy = "Gebruik een methode die in de kop Allow staat.";
            let what = "dit adres bestaat, maar niet met deze methode";
            refuse(request, Problem::new(StatusCode::METHOD_NOT_ALLOWED, "methode", what, remedy))
        })
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), guard::around))
        .with_state(app)
}

/// A refusal outside the table. What was sent with it is not read.
async fn refuse(request: Request, problem: Problem) -> Response<axum::body::Body> {
    if guard::prefers_page(request.headers()) { pages::refused(&problem) } else { problem.into_response() }
}
