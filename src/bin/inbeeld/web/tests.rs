//! The table held against what is kept of it, and every route asked as everybody.
//!
//! To take over a change that was meant: `GOLDEN=overwrite cargo test --bin inbeeld web`.

use super::app::App;
use super::config::{Config, Keys};
use super::jobs::Jobs;
use super::routes::{Accepts, Gives, ROUTES, Route, Who, all, router};
use super::{guard, openapi};
use crate::clock::SystemClock;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use inbeeld::access::{AccountNaam, Bound, HashRoom, Token, Wachtwoord};
use inbeeld::engine::Embedded;
use inbeeld::pseudonym::{Key, Role};
use inbeeld::run::Clock;
use inbeeld::store::db::Database;
use inbeeld::store::{AuditFile, write_secret};
use inbeeld::terms::{AccountRol, Gemeente, Oin};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tower::Service;
use zeroize::Zeroizing;

const LIST: &str = "tests/dienst/routes.txt";
const OPENAPI: &str = "docs/openapi.json";

/// Compares with what is kept, or keeps it.
fn golden(place: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    if std::env::var_os("GOLDEN").is_some_and(|word| word == "overwrite") {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{place} is anders dan de code; zie bovenaan dit bestand");
}

fn words(roles: &[AccountRol]) -> String {
    let words: Vec<&str> = roles.iter().map(|rol| rol.as_str()).collect();
    words.join(" ")
}

fn listed(route: &Route) -> String {
    let who = match route.who {
        Who::Open => "iedereen".to_owned(),
        Who::Anybody => words(AccountRol::ALL),
        Who::Roles(roles) => words(roles),
        Who::Contact(roles) => format!("{} contactgemeente", words(roles)),
    };
    let body = match route.body {
        Accepts::Nothing => "niets".to_owned(),
        Accepts::Json(most) => format!("JSON tot {most} bytes"),
        Accepts::MayJson(most) => format!("niets of JSON tot {most} bytes"),
        Accepts::Files => "formulier met bestanden".to_owned(),
        Accepts::Form(most) => format!("formulier tot {most} bytes"),
    };
    let rate = format!("{} ineens, {} per minuut", route.rate.burst, route.rate.per_minute);
    format!("{} {} | {who} | {body} | {rate}\n", route.method, route.path)
}

#[test]
fn routes_are_as_listed() {
    golden(LIST, &all().map(listed).collect::<String>());
}

#[test]
fn the_description_is_as_kept_and_has_every_route() {
    let text = format!("{}\n", openapi::text());
    golden(OPENAPI, &text);
    let api: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = api["paths"].as_object().unwrap();
    let described: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(described, ROUTES.len());
    for route in ROUTES {
        let operation = &paths[route.path][route.method.as_str().to_lowercase()];
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{}", route.path);
        let asks = operation.get("security").is_some();
        assert_eq!(asks, !matches!(route.who, Who::Open), "{}", route.path);
        assert_eq!(operation.get("requestBody").is_some(), sends(route), "{} {}", route.method, route.path);
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert_eq!(response["content"].get("application/problem+json").is_some(), status.as_str() >= "400");
        }
    }
}

/// Whether something can be sent that has a meaning; an empty object has none.
fn sends(route: &Route) -> bool {
    match route.body {
        Accepts::Nothing => false,
        Accepts::Json(_) | Accepts::Files | Accepts::Form(_) => true,
        Accepts::MayJson(_) => route.path.ends_with("_verifieer"),
    }
}

/// A service without a door, and somebody of every role.
pub(super) struct House {
    _folder: tempfile::TempDir,
    pub(super) app: Arc<App>,
    pub(super) people: Vec<(&'static str, AccountNaam)>,
}

/// What came back: as a page is read, and as a program reads it.
pub(super) struct Heard {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Heard {
    /// The code of a refusal; of a page what it says, or where it sends.
    fn code(&self, route: &Route) -> String {
        let place = self.headers.get(header::LOCATION).and_then(|place| place.to_str().ok()).unwrap_or_default();
        match route.gives {
            // The beginning sends everybody on, also to the door.
            Gives::Page if place == "/aanmelden" && route.path != "/" => "niet-aangemeld".to_owned(),
            Gives::Page if self.body.contains("Uw rol mag dit niet.") => "niet-voor-deze-rol".to_owned(),
            _ => {
                let told = serde_json::from_str::<serde_json::Value>(&self.body).ok();
                told.and_then(|told| told["code"].as_str().map(str::to_owned)).unwrap_or_default()
            }
        }
    }
}

pub(super) fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let text = "schema = \"inbeeld/dienst/v1\"\nluister = \"127.0.0.1:0\"\ncontactgemeente = \"0193\"\n[plaatsen]\n\
                gegevens = \".\"\naudit = \"audit/audit.jsonl\"\nleveringen = \"leveringen\"\nregister = \"register.jsonl\"\ndoelbindingen = \"d\"\n\
                vertrouwd = \"v\"\nontvangers = \"o\"\nvrijgaven = \"u\"\nlogboek = \"log\"\n[sleutels]\ndienst_deel = \"a\"\nintrekking = \"i\"\nlogboek = \"l\"\n";
    // The log lies beside the data here: what that is refused for is tested where it is refused.
    let text = text.replace("gegevens = \".\"", "gegevens = \"gegevens\"");
    let config = Config::parse(&text, folder.path()).unwrap();
    for (name, role) in [("a", Role::DienstDeel), ("i", Role::Intrekking), ("l", Role::Logboek)] {
        write_secret(&folder.path().join(name), &Key::generate(role).unwrap().to_line()).unwrap();
    }
    for name in ["gegevens", "audit"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    let clock = SystemClock::new().unwrap();
    let now = clock.now();
    let database = Database::open(&config.plaatsen.database()).unwrap();
    let hashed = Wachtwoord::new(Zeroizing::new("een lange zin".to_owned())).hash(&mut HashRoom::default()).unwrap();
    let roles = AccountRol::ALL.iter().map(|rol| (rol.as_str(), *rol, "0148"));
    let mut people = Vec::new();
    for (number, (name, rol, code)) in roles.chain([("contactgemeente", AccountRol::Gemeente, "0193")]).enumerate() {
        let gemeente = (rol == AccountRol::Gemeente).then(|| Gemeente::parse(code.as_bytes()).unwrap());
        let oin = (rol == AccountRol::Bronhouder).then(|| Oin::parse("00000001003214345000").unwrap());
        let naam = AccountNaam::parse(&format!("persoon{number}")).unwrap();
        let invitation = database.new_account(&naam, &Bound::new(rol, gemeente, oin).unwrap(), now).unwrap();
        database.activate((&naam, &invitation.code), &hashed, None, now).unwrap();
        people.push((name, naam));
    }
    let audit = AuditFile::open(&config.plaatsen.audit, now).unwrap();
    let keys = Keys::read(&config.sleutels).unwrap();
    House {
        _folder: folder,
        app: Arc::new(App::new(config, keys, database, audit, clock, Jobs::new(Embedded::new(Some(1)).unwrap()))),
        people,
    }
}

impl House {
    /// Asks a route with what has its form and no meaning; as somebody, in a session of its own.
    async fn ask(&self, route: &Route, who: Option<&AccountNaam>) -> (StatusCode, String) {
        let body = match route.body {
            Accepts::Json(_) => "{}",
            _ => "",
        };
        let heard = self.hear(route, "", body, who).await;
        (heard.status, heard.code(route))
    }

    /// Asks a route with this query and body.
    pub(super) async fn hear(&self, route: &Route, query: &str, body: &str, who: Option<&AccountNaam>) -> Heard {
        let path = route.path.replace("{naam}", "niemand").replace("{periode}", "2026-10");
        let path = path.replace("{id}", "geen").replace("{versie}", "1");
        let path = path.replace("{nr}", "1").replace("{bestand}", "vrijgave.json");
        let mut request = Request::builder().method(route.method.clone()).uri(format!("{path}{query}"));
        if let Some(naam) = who {
            let cookie = Token::fresh().unwrap();
            self.app.database.begin_session(naam, &cookie, self.app.now()).unwrap();
            request = request.header(header::COOKIE, format!("{}={}", guard::COOKIE, cookie.as_str()));
            request = request.header("x-csrf-token", cookie.twin().as_str());
        }
        let kind = match route.body {
            Accepts::Json(_) => Some("application/json"),
            Accepts::Form(_) => Some("application/x-www-form-urlencoded"),
            _ => None,
        };
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
        let answer = router(Arc::clone(&self.app)).call(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        Heard { status, headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

/// The list says who may, the service is asked: as nobody, as every role, as another municipality.
#[tokio::test]
async fn everybody_gets_exactly_what_the_list_says() {
    let house = house();
    let list = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST)).unwrap();
    let list: BTreeMap<&str, &str> = list
        .lines()
        .map(|line| line.split_once(" | ").unwrap())
        .map(|(route, rest)| (route, rest.split(" | ").next().unwrap()))
        .collect();
    let mut refused = 0;
    for route in all() {
        let name = format!("{} {}", route.method, route.path);
        let allowed: Vec<&str> = list[name.as_str()].split(' ').collect();
        let open = allowed == ["iedereen"];
        let (status, code) = house.ask(route, None).await;
        assert_eq!(code == "niet-aangemeld", !open, "{name} als niemand: {status}");
        for (role, naam) in &house.people {
            // The municipality that may more is a municipality as well.
            let may = open || allowed.contains(role) || (*role == "contactgemeente" && allowed.contains(&"gemeente"));
            let (status, code) = house.ask(route, Some(naam)).await;
            assert_eq!(code == "niet-voor-deze-rol", !may, "{name} als {role}: {status} {code}");
            assert_eq!(status == StatusCode::FORBIDDEN, !may, "{name} als {role}: {status} {code}");
            refused += usize::from(!may);
        }
    }
    assert!(refused > 200, "{refused}");
}

/// What changes something stands in the log, with its begin and its end.
#[tokio::test]
async fn what_changes_something_is_told_in_the_log() {
    let house = house();
    let beheerder = &house.people.iter().find(|(role, _)| *role == "beheerder").unwrap().1;
    let lines = || AuditFile::lines(&house.app.config.plaatsen.audit).unwrap().len();
    for route in ROUTES.iter().filter(|route| route.method != Method::GET) {
        let before = lines();
        let (status, code) = house.ask(route, Some(beheerder)).await;
        // Refused before anything was begun: by form or role.
        let begun = !matches!(code.as_str(), "invoer" | "niet-voor-deze-rol");
        assert_eq!(lines() - before, if begun { 2 } else { 0 }, "{} {status} {code}", route.path);
    }
}
