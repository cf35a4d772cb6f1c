//! Logging in and out.

use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call, Caller};
use crate::web::guard::COOKIE;
use crate::web::problem::Problem;
use crate::web::respond;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use inbeeld::access::{AccessFault, AccountNaam, Token, Wachtwoord};
use inbeeld::audit::Act;
use inbeeld::store::db::DbFault;
use inbeeld::terms::Moment;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// Waarmee iemand zich aanmeldt.
#[derive(ToSchema)]
#[schema(as = Aanmelding)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct LogIn {
    /// De naam van het account.
    #[schema(max_length = 256)]
    naam: String,
    /// Het wachtwoord.
    #[schema(format = Password, max_length = 1024)]
    wachtwoord: String,
    /// De code van zes cijfers uit de app; alleen in een demo niet nodig.
    #[schema(max_length = 64)]
    code: Option<String>,
}

/// Wie er is aangemeld.
#[derive(Serialize, ToSchema)]
#[schema(as = Sessie)]
pub(crate) struct Current {
    /// De naam van het account.
    naam: String,
    /// De rol.
    rol: &'static str,
    /// Van een gemeente haar code.
    gemeente: Option<String>,
    /// Van een bronhouder zijn OIN.
    oin: Option<String>,
    /// Sinds wanneer, UTC.
    #[schema(format = DateTime)]
    sinds: String,
    /// Voor de kop X-CSRF-Token bij alles wat iets verandert.
    csrf: String,
}

/// Meldt iemand aan; de sessie komt in een cookie.
#[utoipa::path(post, path = "/v1/sessies", tag = "sessies", request_body = LogIn,
    responses(
        (status = 201, description = "Aangemeld", body = Current, headers(("Set-Cookie" = String, description = "De sessie"))),
        (status = 401, description = "Naam, wachtwoord of code klopt niet", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Aanmelden kan hier alleen elders", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn log_in(call: Call) -> Answer {
    let (told, cookie) = begun(&call).await?;
    let mut response = respond::json(StatusCode::CREATED, &told)?;
    cookie.set(&mut response)?;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/v1/sessies/huidige"));
    Ok(response)
}

/// What a browser keeps of a session.
pub(crate) struct Cookie(Zeroizing<String>);

impl Cookie {
    pub(crate) fn of(cookie: &Token) -> Self {
        let name = COOKIE;
        Self(Zeroizing::new(format!("{name}={}; Path=/; Secure; HttpOnly; SameSite=Strict", cookie.as_str())))
    }

    /// One in these words.
    pub(crate) fn written(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// One that forgets the session.
    pub(crate) fn gone() -> Self {
        Self(Zeroizing::new(format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")))
    }

    /// Gives it along with an answer.
    pub(crate) fn set(&self, response: &mut Response<Body>) -> Result<(), Problem> {
        let mut value = HeaderValue::from_str(&self.0).map_err(|_| Problem::internal())?;
        value.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, value);
        Ok(())
    }
}

/// Begins a session with the name, password and code that were sent.
pub(crate) async fn begun(call: &Call) -> Result<(Current, Cookie), Problem> {
    call.app.local()?;
    let mut fields = call.fields()?;
    let naam = fields.text("naam", 256);
    let wachtwoord = Wachtwoord::new(fields.text("wachtwoord", 1024));
    let code = fields.may_text("code", 64);
    fields.finish()?;
    let mut taken = call.app.hashing.take().await?;
    let app = Arc::clone(&call.app);
    let actor = call.actor();
    blocking(&app, move |app| {
        let now = app.now();
        let (naam, cookie) = app.act(&actor, Act::LogIn, None, |object| {
            // What is no name is nobody's, and takes as long.
            let Ok(naam) = AccountNaam::parse(&naam) else {
                wachtwoord.matches(None, taken.room())?;
                return Err(Problem::from(AccessFault::Credentials));
            };
            let verdict = app.database.verdict(&naam, now)?;
            if verdict.known {
                *object = Some(naam.as_str().to_owned());
            }
            let right = wachtwoord.matches(verdict.hashed.as_ref(), taken.room())?;
            let step = match &verdict.totp {
                Some(totp) => code.as_ref().and_then(|code| totp.accept(code, now, verdict.used)).map(Some),
                // An account of a demo, in a demo.
                None => app.config.demo.then_some(None),
            };
            let Some(step) = step.filter(|_| right) else {
                if verdict.known && !verdict.locked {
                    app.database.wrong_attempt(&naam, now)?;
                }
                return Err(AccessFault::Credentials.into());
            };
            app.database.right_attempt(&naam, step, now)?;
            let cookie = Token::fresh()?;
            app.database.begin_session(&naam, &cookie, now)?;
            Ok((naam, cookie))
        })?;
        Ok((fresh(app, &naam, &cookie)?, Cookie::of(&cookie)))
    })
    .await
}

/// The session that has just begun.
pub(super) fn fresh(app: &App, naam: &AccountNaam, cookie: &Token) -> Result<Current, Problem> {
    let session = app.database.session(cookie, app.now())?.ok_or(DbFault::NoAccount)?;
    Ok(tell(naam, &session.bound, session.span.begin, cookie))
}

fn tell(naam: &AccountNaam, bound: &inbeeld::access::Bound, since: Moment, cookie: &Token) -> Current {
    Current {
        naam: naam.as_str().to_owned(),
        rol: bound.rol().as_str(),
        gemeente: bound.gemeente().map(|code| code.to_string()),
        oin: bound.oin().map(|oin| oin.as_str().to_owned()),
        sinds: since.to_string(),
        csrf: cookie.twin().as_str().to_owned(),
    }
}

/// Wie er is aangemeld.
#[utoipa::path(get, path = "/v1/sessies/huidige", tag = "sessies",
    responses((status = 200, description = "Wie u bent", body = Current)))]
pub(crate) async fn current(call: Call) -> Answer {
    let Caller::Person(session, cookie) = &call.who else { return Err(Problem::not_logged_in()) };
    respond::json(StatusCode::OK, &tell(&session.naam, &session.bound, session.span.begin, cookie))
}

/// Meldt iemand af; de cookie opent daarna niets meer.
#[utoipa::path(delete, path = "/v1/sessies/huidige", tag = "sessies",
    responses((status = 204, description = "Afgemeld")))]
pub(crate) async fn log_out(call: Call) -> Answer {
    ended(call).await?;
    let mut response = respond::empty();
    Cookie::gone().set(&mut response)?;
    Ok(response)
}

/// Ends the session of who asks.
pub(crate) async fn ended(call: Call) -> Result<(), Problem> {
    let (app, actor) = (Arc::clone(&call.app), call.actor());
    let Caller::Person(_, cookie) = call.who else { return Err(Problem::not_logged_in()) };
    blocking(&app, move |app| {
        app.act(&actor, Act::LogOut, None, |_| Ok::<(), Problem>(app.database.end_session(&cookie)?))
    })
    .await
}
