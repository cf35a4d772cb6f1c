//! Coming in and going out: the beginning of each role, logging in, taking an account into use.

use super::answers::{DOOR, go_to, page, page_after};
use super::frame::{Field, Frame, Notice, said};
use crate::web::api::{accounts, sessions};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::terms::AccountRol;

#[derive(Template)]
#[template(path = "aanmelden.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct LogIn {
    kader: Frame,
    velden: Vec<Field>,
    demo: bool,
}

#[derive(Template)]
#[template(path = "activeren.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Activate {
    kader: Frame,
    velden: Vec<Field>,
    gelukt: Option<accounts::Factor>,
}

/// The page with which somebody of a role begins.
pub(super) async fn begin(call: Call) -> Answer {
    let Ok(session) = call.session() else { return go_to(DOOR) };
    go_to(match session.bound.rol() {
        AccountRol::Bronhouder => "/leveringen",
        AccountRol::Coordinator => "/maand",
        AccountRol::Vrijgever => "/besluiten",
        AccountRol::PrivacyOfficer => "/toezicht",
        AccountRol::Gemeente => "/lijsten",
        AccountRol::Beheerder => "/accounts",
    })
}

/// Logging in; whoever is there already goes on.
pub(super) async fn log_in(call: Call) -> Answer {
    if call.session().is_ok() { go_to("/") } else { page(&log_in_page(&call, None)) }
}

const LOG_IN: &[(&str, &str)] = &[("naam", "Naam"), ("wachtwoord", "Wachtwoord"), ("code", "Code van zes cijfers")];

fn log_in_page(call: &Call, problem: Option<&Problem>) -> LogIn {
    let notice = problem.map(|problem| Notice::of(problem, LOG_IN));
    let demo = call.app.config.demo;
    let mut velden = vec![
        Field::new("naam", "Naam").kind("text", "username").after(said(call, "naam"), notice.as_ref()),
        Field::new("wachtwoord", "Wachtwoord").kind("password", "current-password").after(None, notice.as_ref()),
    ];
    if !demo {
        let code = Field::new("code", "Code van zes cijfers")
            .explained("Uit de app op uw telefoon; elke code werkt één keer.");
        velden.push(code.kind("text", "one-time-code").after(None, notice.as_ref()));
    }
    LogIn { kader: Frame::bare("Aanmelden").saying(notice), velden, demo }
}

/// Begins a session.
pub(super) async fn log_in_done(call: Call) -> Answer {
    match sessions::begun(&call).await {
        Ok((_, cookie)) => {
            let mut response = go_to("/")?;
            cookie.set(&mut response)?;
            Ok(response)
        }
        Err(problem) => page_after(&problem, &log_in_page(&call, Some(&problem))),
    }
}

/// Ends the session.
pub(super) async fn log_out(call: Call) -> Answer {
    call.nothing()?;
    sessions::ended(call).await?;
    let mut response = go_to("/")?;
    sessions::Cookie::gone().set(&mut response)?;
    Ok(response)
}

const ACTIVATE: &[(&str, &str)] =
    &[("naam", "Naam"), ("activeringscode", "Activeringscode"), ("wachtwoord", "Nieuw wachtwoord")];

/// Taking an account into use.
pub(super) async fn activate(call: Call) -> Answer {
    page(&activate_page(&call, None))
}

fn activate_page(call: &Call, problem: Option<&Problem>) -> Activate {
    let notice = problem.map(|problem| Notice::of(problem, ACTIVATE));
    let password = Field::new("wachtwoord", "Nieuw wachtwoord").explained("12 tot 128 tekens, en niet uw naam.");
    let velden = vec![
        Field::new("naam", "Naam").kind("text", "username").after(said(call, "naam"), notice.as_ref()),
        Field::new("activeringscode", "Activeringscode").after(None, notice.as_ref()),
        password.kind("password", "new-password").after(None, notice.as_ref()),
    ];
    Activate { kader: Frame::bare("Account in gebruik nemen").saying(notice), velden, gelukt: None }
}

/// Takes an account into use, and shows the second factor once.
pub(super) async fn activate_done(call: Call) -> Answer {
    match accounts::activated(&call).await {
        Ok(factor) => {
            page(&Activate { kader: Frame::bare("Uw account is in gebruik"), velden: Vec::new(), gelukt: Some(factor) })
        }
        Err(problem) => page_after(&problem, &activate_page(&call, Some(&problem))),
    }
}
