//! What stands before every route: who is it, may they, how often, in which form, how much.

use super::activity::{Activity, Busied, Sent};
use super::app::{App, blocking};
use super::call::{Call, Caller};
use super::form::URLENCODED;
use super::limit::Client;
use super::pages;
use super::peer::Peer;
use super::problem::Problem;
use super::respond::with_headers;
use super::routes::{Accepts, Gives, Route, Who};
use super::upload::Upload;
use axum::RequestPartsExt;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version, header};
use axum::middleware::Next;
use inbeeld::access::{Bound, Token};
use inbeeld::terms::AccountRol;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Name of the cookie of a session. The prefix makes browsers hold it to Secure, this host and `/`.
pub(crate) const COOKIE: &str = "__Host-inbeeld";
/// The word that shows that a request was made by who holds the session, and not by another site.
const CSRF: &str = "x-csrf-token";
/// How long somebody may take to send what fits in memory.
pub(crate) const SENDING: Duration = Duration::from_secs(30);

/// Which route answered, for figures and log; what stands in a path is never told.
#[derive(Clone, Copy)]
struct Answered(&'static str);

/// All that was sent has been taken in, so the connection can go on.
#[derive(Clone, Copy)]
struct TakenIn;

/// Whether something comes behind the head of a request that shares its connection with the next.
fn sends(request: &Request) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH).is_some_and(|length| length != "0");
    request.version() < Version::HTTP_2 && (length || request.headers().contains_key(header::TRANSFER_ENCODING))
}

/// Around everything, also what is no route: headers, figures, one line in the log.
pub(crate) async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let (start, method) = (Instant::now(), name(request.method()));
    let (through, sends) = (through_proxy(&app, &request), sends(&request));
    let busy = request.extensions().get::<Activity>().map(Activity::begin);
    let multiplexed = request.version() == Version::HTTP_2;
    let (parts, body) = request.into_parts();
    let sent = Sent::new(body);
    let request = Request::from_parts(parts, Body::new(sent.clone()));
    let mut response = if through { next.run(request).await } else { not_through_proxy().into_response() };
    let took = start.elapsed();
    if multiplexed {
        sent.run_out().await;
    }
    let route = response.extensions().get::<Answered>().map_or("geen", |answered| answered.0);
    let status = response.status().as_u16();
    app.metrics.count(method, route, status, took);
    tracing::info!(methode = method, route, status, ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    if sends && response.extensions().get::<TakenIn>().is_none() {
        // Who sent it would take what comes next for the answer to the next request.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    with_headers(response.map(|body| Body::new(Busied { body, _busy: busy })))
}

/// The method, of a closed set: figures must not grow with what somebody makes up.
fn name(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("anders")
}

/// Before a route of the table.
pub(crate) async fn enter(app: Arc<App>, number: usize, route: &'static Route, request: Request) -> Response<Body> {
    let as_page = route.gives == Gives::Page || (route.gives == Gives::File && prefers_page(request.headers()));
    let mut taken_in = false;
    let answer = through(&app, number, route, request, &mut taken_in).await;
    let refused = |problem: Problem| if as_page { pages::refused(&problem) } else { problem.into_response() };
    let mut response = answer.unwrap_or_else(refused);
    response.extensions_mut().insert(Answered(route.path));
    if taken_in {
        response.extensions_mut().insert(TakenIn);
    }
    response
}

async fn through(
    app: &Arc<App>,
    number: usize,
    route: &'static Route,
    request: Request,
    taken_in: &mut bool,
) -> Result<Response<Body>, Problem> {
    let (mut parts, body) = request.into_parts();
    let who = caller(app, &parts, route.who).await?;
    let client = match &who {
        Caller::Nobody => Client::at(address(app, &parts)),
        who => Client::Account(who.actor().name().to_owned()),
    };
    app.limiter.take(number, client, route.rate, Instant::now()).map_err(Problem::too_many)?;
    allowed(app, route.who, who.bound())?;
    if !matches!(route.method, Method::GET | Method::HEAD) {
        not_from_elsewhere(app, &parts, &who)?;
    }
    let wants_page = wanted(route.gives, &parts.headers)?;
    let (body, upload) = if route.body == Accepts::Files {
        (Zeroizing::default(), Some(Upload::of(&parts.headers, body)?))
    } else {
        (received(route.body, &parts.headers, body).await?, None)
    };
    *taken_in = true;
    let path = parts.extract::<RawPathParams>().await.map_err(|_| Problem::not_found())?;
    let path = path.iter().map(|(_, value)| value.to_owned()).collect();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let (app, headers, form) = (Arc::clone(app), parts.headers, matches!(route.body, Accepts::Form(_)));
    let call = Call { app, who, path, query, headers, wants_page, form, body, upload };
    // On a task of its own: who asked may go away, what was begun ends.
    tokio::spawn((route.handler)(call)).await.unwrap_or_else(|_| Err(Problem::internal()))
}

/// Whose session the cookie is; without a cookie, which source's certificate came with the connection.
async fn caller(app: &Arc<App>, parts: &Parts, route: Who) -> Result<Caller, Problem> {
    let peer = parts.extensions.get::<Peer>().cloned().unwrap_or(Peer::Unknown);
    match cookie(&parts.headers, COOKIE) {
        // A session that has ended leaves nobody: who was a person does not go on as a machine.
        Some(word) => person(app, Token::given(word), &peer).await,
        None => source(app, peer, matches!(route, Who::Open)).await,
    }
}

/// The word in a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, word)| word)
}

async fn person(app: &Arc<App>, cookie: Option<Token>, peer: &Peer) -> Result<Caller, Problem> {
    let Some(cookie) = cookie else { return Ok(Caller::Nobody) };
    let found = blocking(app, move |app| {
        let found = app.database.session(&cookie, app.now())?;
        Ok(found.map(|session| (session, cookie)))
    })
    .await?;
    let Some((session, cookie)) = found else { return Ok(Caller::Nobody) };
    match (peer, session.bound.oin()) {
        (Peer::Source(shown), Some(own)) if shown != own => {
            let what = "het certificaat van deze verbinding is van een andere organisatie dan uw account";
            let remedy = "Meld u aan zonder dit certificaat, of gebruik dat van uw eigen organisatie.";
            Err(Problem::new(StatusCode::FORBIDDEN, "certificaat-anders", what, remedy))
        }
        _ => Ok(Caller::Person(session, cookie)),
    }
}

/// A source is let in by its certificate when a beheerder made an account for its OIN: a CA gives certificates to more
/// organisations than those that deliver here. Where everybody may ask, it matters to nobody.
async fn source(app: &Arc<App>, peer: Peer, open: bool) -> Result<Caller, Problem> {
    let refused = |code, what: &str, remedy: &str| {
        if open { Ok(Caller::Nobody) } else { Err(Problem::new(StatusCode::FORBIDDEN, code, what, remedy)) }
    };
    let oin = match peer {
        Peer::Unknown => return Ok(Caller::Nobody),
        Peer::Unnamed => {
            let what = "in het certificaat van deze verbinding staat geen OIN";
            let remedy =
                "Gebruik een certificaat met uw OIN als serialNumber van het onderwerp, zoals van PKIoverheid.";
            return refused("certificaat-zonder-oin", what, remedy);
        }
        Peer::Source(oin) => oin,
    };
    let bound = Bound::new(AccountRol::Bronhouder, None, Some(oin.clone()))?;
    if blocking(app, move |app| Ok(app.database.knows_source(&oin)?)).await? {
        return Ok(Caller::Source(bound));
    }
    let what = "de organisatie van het certificaat van deze verbinding levert hier niet";
    refused("certificaat-onbekend", what, "Vraag de beheerder om een account als bronhouder met uw OIN.")
}

/// Whether a role may ask.
pub(crate) fn allowed(app: &App, who: Who, bound: Option<&Bound>) -> Result<(), Problem> {
    if matches!(who, Who::Open) {
        return Ok(());
    }
    let bound = bound.ok_or_else(Problem::not_logged_in)?;
    let contact = bound.rol() == AccountRol::Gemeente && bound.gemeente() == app.config.contactgemeente;
    let fine = match who {
        Who::Open | Who::Anybody => true,
        Who::Roles(roles) => roles.contains(&bound.rol()),
        Who::Contact(roles) => roles.contains(&bound.rol()) || contact,
    };
    if fine { Ok(()) } else { Err(Problem::not_allowed()) }
}

/// A browser says from which page a request comes, also when it shows a certificate of its own accord. Whoever says
/// nothing, shows the word that only the holder of the session has; a machine with a certificate has no session.
fn not_from_elsewhere(app: &App, parts: &Parts, who: &Caller) -> Result<(), Problem> {
    let headers = &parts.headers;
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let elsewhere = || {
        let remedy =
            "Gebruik de pagina's van de dienst zelf, of stuur X-CSRF-Token mee uit het antwoord op het aanmelden.";
        let what = "dit verzoek komt niet van een pagina van deze dienst";
        Problem::new(StatusCode::FORBIDDEN, "herkomst", what, remedy)
    };
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN);
    if site.is_some_and(|site| site != "same-origin") || origin.is_some_and(|origin| !is_ours(app, parts, origin)) {
        return Err(elsewhere());
    }
    let Caller::Person(_, cookie) = who else { return Ok(()) };
    if origin.is_some() {
        return Ok(());
    }
    let shown = text(header::HeaderName::from_static(CSRF)).and_then(Token::given);
    if shown.is_some_and(|shown| shown == cookie.twin()) { Ok(()) } else { Err(elsewhere()) }
}

fn is_ours(app: &App, parts: &Parts, origin: &str) -> bool {
    if let Some(address) = &app.config.adres {
        return origin == address;
    }
    // Over HTTP/2 the host stands in the address itself, and there is no header.
    let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or(parts.uri.authority().map(|authority| authority.as_str())).unwrap_or_default();
    let scheme = if app.config.tls.is_some() || !app.config.proxies.is_empty() { "https" } else { "http" };
    !host.is_empty() && origin == format!("{scheme}://{host}")
}

/// Whether a page is wanted; refuses whoever wants what we do not have.
fn wanted(gives: Gives, headers: &HeaderMap) -> Result<bool, Problem> {
    let mut asked = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if asked.peek().is_none() || matches!(gives, Gives::File | Gives::Page) {
        return Ok(false);
    }
    // In the order of the header: browsers name what they like best first.
    for kind in asked.flat_map(|value| value.split(',')) {
        let mut parts = kind.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
        match kind.as_str() {
            _ if refused => {}
            "*/*" => return Ok(false),
            "text/event-stream" | "text/*" if gives == Gives::Events => return Ok(false),
            "application/json" | "application/*" if gives != Gives::Events => return Ok(false),
            "text/html" | "text/*" if gives == Gives::JsonOrPage => return Ok(true),
            _ => {}
        }
    }
    let remedy = match gives {
        Gives::Events => "Vraag om text/event-stream (kop Accept).",
        _ => "Vraag om application/json (kop Accept).",
    };
    let what = "dit is er niet in de vorm die u vraagt";
    Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "vorm-gevraagd", what, remedy))
}

/// Whether somebody asks for a page before anything else, as browsers do that go somewhere.
pub(crate) fn prefers_page(headers: &HeaderMap) -> bool {
    let asked = headers.get(header::ACCEPT).and_then(|asked| asked.to_str().ok()).unwrap_or_default();
    asked.trim_start().starts_with("text/html")
}

/// Takes in what was sent: in the right form, not too much, not too slowly.
async fn received(accepts: Accepts, headers: &HeaderMap, body: Body) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let most = match accepts {
        Accepts::Nothing | Accepts::Files => 0,
        Accepts::Json(most) | Accepts::MayJson(most) | Accepts::Form(most) => most,
    };
    let too_large = || {
        let what = format!("dit is te groot; hooguit {most} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "te-groot", &what, "Stuur minder.")
    };
    let said = headers.get(header::CONTENT_LENGTH).and_then(|said| said.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|said| said > most as u64) {
        return Err(too_large());
    }
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default().to_ascii_lowercase());
    let kind = kind.as_deref().map(|kind| kind.split(';').next().unwrap_or_default().trim());
    let wrong = match accepts {
        Accepts::Nothing | Accepts::Files => false,
        Accepts::Json(_) => kind != Some("application/json"),
        Accepts::MayJson(_) => kind.is_some_and(|kind| kind != "application/json"),
        Accepts::Form(_) => kind != Some(URLENCODED),
    };
    if wrong {
        let remedy = match accepts {
            Accepts::Form(_) => "Gebruik het formulier op de bladzijde.",
            _ => "Stuur JSON, met Content-Type: application/json.",
        };
        let what = "wat is gestuurd heeft niet de goede vorm";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "vorm-gestuurd", what, remedy));
    }
    match tokio::time::timeout(SENDING, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(Zeroizing::new(bytes.to_vec())),
        // Cut off by who sent it, nobody reads the answer; so what is left is that it was too much.
        Ok(Err(_)) => Err(too_large()),
        Err(_) => {
            let remedy = "Stuur het opnieuw over een betere verbinding.";
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "te-traag", "het versturen duurde te lang", remedy))
        }
    }
}

fn peer(parts: &axum::http::Extensions) -> Option<IpAddr> {
    parts.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// Behind a proxy nobody else may connect: who could, would choose its own address.
fn through_proxy(app: &App, request: &Request) -> bool {
    let proxies = &app.config.proxies;
    proxies.is_empty() || peer(request.extensions()).is_some_and(|peer| proxies.contains(&peer))
}

fn not_through_proxy() -> Problem {
    let what = "deze dienst is alleen te bereiken langs zijn proxy";
    Problem::new(StatusCode::FORBIDDEN, "niet-langs-proxy", what, "Gebruik het adres dat u van de beheerder kreeg.")
}

/// The address of who asks; behind a proxy the last one that is no proxy of ours, for the ones before
/// it anybody can write.
fn address(app: &App, parts: &Parts) -> IpAddr {
    let nobody = IpAddr::from([0, 0, 0, 0]);
    let peer = peer(&parts.extensions).unwrap_or(nobody);
    if app.config.proxies.is_empty() {
        return peer;
    }
    let told = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let told: Vec<IpAddr> = told.flat_map(|value| value.split(',')).filter_map(|one| one.trim().parse().ok()).collect();
    told.into_iter().rev().find(|address| !app.config.proxies.contains(address)).unwrap_or(peer)
}
