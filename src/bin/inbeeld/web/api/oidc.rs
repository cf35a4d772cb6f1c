//! Logging in at the provider of the organisation: going there, and coming back.

use super::sessions::{Cookie, Current, fresh};
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::guard::cookie;
use crate::web::oidc::{Oidc, PATIENCE};
use crate::web::pages;
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::{HeaderValue, StatusCode, header};
use inbeeld::access::Token;
use inbeeld::audit::Act;
use openidconnect::url::form_urlencoded;

/// Name of the cookie by which a browser that comes back is known. It comes back from another site, so it cannot be
/// Strict.
const BROWSER: &str = "__Host-inbeeld-oidc";

/// A page and no redirect: a browser sends a cookie that is Strict only where our own page asks for it, and a redirect
/// on the way back from another site is not that.
const IN: &str = "<!DOCTYPE html>\n<html lang=\"nl\"><head><meta charset=\"utf-8\">\
                  <meta http-equiv=\"refresh\" content=\"0; url=/\"><title>Aangemeld</title></head>\
                  <body><p>U bent aangemeld. <a href=\"/\">Verder</a></p></body></html>\n";

/// Begint het aanmelden bij de aanmeldvoorziening van de organisatie.
#[utoipa::path(get, path = "/v1/aanmelden/oidc", tag = "sessies",
    responses(
        (status = 302, description = "Daarheen", headers(("Location" = String, description = "De aanmeldvoorziening"),
            ("Set-Cookie" = String, description = "Waaraan deze browser te herkennen is"))),
        (status = 404, description = "Deze dienst heeft geen aanmeldvoorziening", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn begin(call: Call) -> Answer {
    let begun = async { provider(&call)?.begin().await }.await;
    let (address, browser) = match begun {
        Ok(begun) => begun,
        Err(problem) => return shown(&call, problem),
    };
    let mut response = respond::empty();
    *response.status_mut() = StatusCode::FOUND;
    let address = HeaderValue::from_str(&address).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(header::LOCATION, address);
    known_by(browser.as_str(), PATIENCE.as_secs()).set(&mut response)?;
    Ok(response)
}

/// Waar de aanmeldvoorziening iemand terugstuurt, met een code die één keer geldt; maakt de sessie.
#[utoipa::path(get, path = "/v1/aanmelden/oidc/terug", tag = "sessies",
    params(("state" = Option<String>, Query, description = "Van deze dienst, bij het begin"),
        ("code" = Option<String>, Query, description = "Van de aanmeldvoorziening")),
    responses(
        (status = 200, description = "Aangemeld", content((Current = "application/json"), (String = "text/html")),
            headers(("Set-Cookie" = String, description = "De sessie"))),
        (status = 401, description = "De aanmelding geldt niet", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Geen rol hier, of gesloten", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Deze dienst heeft geen aanmeldvoorziening", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Een ander account heeft deze naam", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn back(call: Call) -> Answer {
    match end(&call).await {
        Ok((_, told)) if call.wants_page => with_cookies(respond::page(IN.to_owned()), &told),
        Ok((current, told)) => with_cookies(respond::json(StatusCode::OK, &current)?, &told),
        Err(problem) => shown(&call, problem),
    }
}

/// Everything up to the session. However it ends, the audit log tells it.
async fn end(call: &Call) -> Result<(Current, Token), Problem> {
    let provider = provider(call)?;
    let given = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(call.query.as_bytes());
        pairs.find(|(name, _)| name == wanted).map(|(_, text)| text.into_owned())
    };
    let browser = cookie(&call.headers, BROWSER).and_then(Token::given);
    let found = provider.end(&given("state").unwrap_or_default(), given("code"), browser).await;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        let (naam, cookie) = app.act(&actor, Act::LogIn, None, |object| {
            let (who, bound) = found?;
            *object = Some(who.naam().as_str().to_owned());
            let naam = app.database.federated(&who, &bound?, app.now())?;
            let cookie = Token::fresh()?;
            app.database.begin_session(&naam, &cookie, app.now())?;
            Ok::<_, Problem>((naam, cookie))
        })?;
        Ok((fresh(app, &naam, &cookie)?, cookie))
    })
    .await
}

fn provider(call: &Call) -> Result<&Oidc, Problem> {
    call.app.oidc.as_ref().ok_or_else(Problem::not_found)
}

/// A refusal in the form that somebody in a browser can read.
fn shown(call: &Call, problem: Problem) -> Answer {
    if call.wants_page { Ok(pages::refused(&problem)) } else { Err(problem) }
}

fn with_cookies(mut response: axum::http::Response<axum::body::Body>, session: &Token) -> Answer {
    Cookie::of(session).set(&mut response)?;
    known_by("", 0).set(&mut response)?;
    Ok(response)
}

fn known_by(word: &str, seconds: u64) -> Cookie {
    Cookie::written(format!("{BROWSER}={word}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}"))
}
