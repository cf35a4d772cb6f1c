//! Every page, in a table like that of the API: who may, what may be sent, how often.

use super::{
    accounts, assets, begin, calendar, decisions, deliveries, door, keeping, lists, meter, month, oversight, periods,
    register, results, runs, sources, texts, trial,
};
use crate::web::routes::{Accepts, CALM, DOOR, Gives, KB, LONG, Route, WATCH, WRITE, Who, route};
use axum::http::Method;
use inbeeld::terms::AccountRol::{Beheerder, Bronhouder, Coordinator, Gemeente, PrivacyOfficer, Vrijgever};

/// A page to look at.
const fn look(path: &'static str, who: Who, handler: crate::web::call::Handler) -> Route {
    Route { method: Method::GET, path, who, body: Accepts::Nothing, gives: Gives::Page, rate: CALM, handler }
}

/// A form that changes something.
const fn form(path: &'static str, who: Who, handler: crate::web::call::Handler) -> Route {
    Route { method: Method::POST, path, who, body: Accepts::Form(8 * KB), gives: Gives::Page, rate: WRITE, handler }
}

macro_rules! look {
    ($path:literal, $who:expr, $handler:path) => {
        look($path, $who, |call| Box::pin($handler(call)))
    };
}
macro_rules! form {
    ($path:literal, $who:expr, $handler:path) => {
        form($path, $who, |call| Box::pin($handler(call)))
    };
}

/// The table.
pub(crate) static PAGES: &[Route] = {
    use Accepts::{Files, Form, Nothing};
    use Who::{Anybody, Contact, Open, Roles};
    const READERS: Who = Roles(&[Coordinator, Vrijgever, PrivacyOfficer]);
    const TEXTS: Who = Roles(&[Coordinator, Vrijgever, PrivacyOfficer, Gemeente]);
    const DELIVER: Who = Roles(&[Bronhouder, Coordinator]);
    const SEE_DELIVERIES: Who = Roles(&[Bronhouder, Coordinator, PrivacyOfficer]);
    const FG: Who = Roles(&[PrivacyOfficer]);
    const ADMIN: Who = Roles(&[Beheerder]);
    &[
        route!(GET "/stijl.css", Open, Nothing, Gives::File, WATCH, assets::style),
        route!(GET "/inbeeld.js", Open, Nothing, Gives::File, WATCH, assets::script),
        route!(GET "/merk.svg", Open, Nothing, Gives::File, WATCH, assets::mark),
        look!("/", Open, door::begin),
        look!("/aanmelden", Open, door::log_in),
        route!(POST "/aanmelden", Open, Form(4 * KB), Gives::Page, DOOR, door::log_in_done),
        form!("/afmelden", Anybody, door::log_out),
        look!("/activeren", Open, door::activate),
        route!(POST "/activeren", Open, Form(4 * KB), Gives::Page, DOOR, door::activate_done),
        look!("/beginnen", Roles(&[Coordinator, PrivacyOfficer, Beheerder]), begin::show),
        look!("/maand", Roles(&[Coordinator]), month::show),
        look!("/leveringen", DELIVER, deliveries::show),
        route!(POST "/leveringen", DELIVER, Files, Gives::Page, WRITE, deliveries::take),
        look!("/kalender", SEE_DELIVERIES, calendar::show),
        look!("/koppelingen", Roles(&[Coordinator, PrivacyOfficer]), runs::list),
        form!("/koppelingen", Roles(&[Coordinator]), runs::ask),
        look!("/koppelingen/{nr}", READERS, runs::show),
        form!("/koppelingen/{nr}/afbreken", Roles(&[Coordinator]), runs::cancel),
        look!("/besluiten", Roles(&[Vrijgever]), decisions::list),
        form!("/koppelingen/{nr}/bekijken", Roles(&[Vrijgever]), decisions::see),
        form!("/koppelingen/{nr}/vrijgeven", Roles(&[Vrijgever]), decisions::release),
        form!("/koppelingen/{nr}/weigeren", Roles(&[Vrijgever]), decisions::refuse),
        look!("/vrijgaven", READERS, results::list),
        look!("/vrijgaven/{nr}", READERS, results::show),
        look!("/lijsten", TEXTS, lists::show),
        form!("/lijsten/{nr}/bevestigen", Roles(&[Gemeente]), lists::confirm),
        route!(POST "/lijsten/{nr}/waarom", Roles(&[Gemeente]), Form(4 * KB), Gives::Page, LONG, lists::why),
        look!("/doelbindingen", TEXTS, texts::list),
        route!(POST "/doelbindingen", FG, Files, Gives::Page, WRITE, texts::add),
        look!("/doelbindingen/proef", FG, trial::show),
        route!(POST "/doelbindingen/proef", FG, Files, Gives::Page, WRITE, trial::run),
        look!("/doelbindingen/{id}/{versie}", TEXTS, texts::show),
        look!("/doelbindingen/{id}/{versie}/verschil", TEXTS, texts::compare),
        look!("/register", READERS, register::show),
        look!("/toezicht", FG, oversight::show),
        form!("/toezicht/register", FG, oversight::verify_register),
        form!("/toezicht/auditlogboek", FG, oversight::verify_log),
        look!("/auditlogboek", FG, oversight::log),
        look!("/meter", FG, meter::show),
        look!("/verantwoording", FG, oversight::account),
        route!(GET "/verantwoording/verwerkingsregister", FG, Nothing, Gives::File, CALM, oversight::records),
        look!("/verantwoording/{id}/{versie}/dpia", FG, oversight::annex),
        look!("/verantwoording/{id}/{versie}/informatie", FG, oversight::notice),
        look!("/perioden", Contact(&[PrivacyOfficer]), periods::show),
        form!("/perioden", Contact(&[PrivacyOfficer]), periods::give),
        form!("/perioden/{periode}/vergeten", Contact(&[PrivacyOfficer]), periods::forget),
        look!("/bewaren", Contact(&[PrivacyOfficer]), keeping::show),
        look!("/bewaren/{periode}", Contact(&[PrivacyOfficer]), keeping::certificate),
        form!("/bewaren/{periode}/bevestigen", Contact(&[PrivacyOfficer]), keeping::confirm),
        look!("/accounts", ADMIN, accounts::show),
        form!("/accounts", ADMIN, accounts::create),
        form!("/accounts/{naam}/blokkeren", ADMIN, accounts::block),
        form!("/accounts/{naam}/herstellen", ADMIN, accounts::reset),
        look!("/bronnen", ADMIN, sources::show),
        look!("/gezondheid", ADMIN, accounts::health),
    ]
};
