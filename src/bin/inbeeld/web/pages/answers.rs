//! How a page is sent, how it goes on to another, and how it is refused.

use super::frame::{Frame, Notice};
use super::words;
use crate::web::call::Answer;
use crate::web::problem::Problem;
use crate::web::respond::typed;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

/// Our own style, script, picture and forms; nothing from elsewhere and nothing within the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where somebody logs in.
pub(super) const DOOR: &str = "/aanmelden";

/// A page.
pub(super) fn page(template: &impl Template) -> Answer {
    with_status(StatusCode::OK, template)
}

/// A page that says that something did not go well, under the status of that.
pub(super) fn page_after(problem: &Problem, template: &impl Template) -> Answer {
    with_status(problem.status(), template)
}

fn with_status(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(|_| Problem::internal())?;
    let mut response = typed(status, "text/html; charset=utf-8", html.into_bytes());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // Under `no-referrer` a browser does not say of a form from which page it comes, and we refuse that.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

/// Go on to another page: what was sent is not sent again when that one is loaded anew.
pub(super) fn go_to(address: &str) -> Answer {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let place = HeaderValue::from_str(address).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

#[derive(Template)]
#[template(path = "geweigerd.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Refused {
    kader: Frame,
}

/// A refusal as a page; whoever is not logged in goes to where they can.
pub(crate) fn refused(problem: &Problem) -> Response<Body> {
    let answer = if problem.status() == StatusCode::UNAUTHORIZED {
        go_to(DOOR)
    } else {
        let mut kader = Frame::bare(words::heading(problem.status()));
        kader.melding = Some(Notice::refusal(problem));
        page_after(problem, &Refused { kader })
    };
    let mut response = answer.unwrap_or_else(Problem::into_response);
    problem.retry_after_in(&mut response);
    response
}
