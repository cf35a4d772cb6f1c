//! Every page as every role: well formed, nothing within it or from elsewhere that runs or styles, and no
//! way on that does not exist.

use crate::web::pages::PAGES;
use crate::web::routes::{Accepts, Gives, all};
use crate::web::tests::{Heard, House, house};
use axum::http::{Method, StatusCode, header};
use inbeeld::access::AccountNaam;
use inbeeld::doelbinding::Policy;
use inbeeld::pseudonym::{Key, Role};
use inbeeld::receive::{Part, Shelf};
use inbeeld::store::{DiskShelf, TextShelf};
use inbeeld::terms::Maand;
use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "link", "input", "br"];

/// A tag with its attributes.
struct Tag<'p> {
    name: &'p str,
    attributes: Vec<(&'p str, &'p str)>,
}

impl<'p> Tag<'p> {
    fn get(&self, name: &str) -> Option<&'p str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Every beginning tag, after checking that each has its end in the right place.
fn tags<'p>(page: &'p str, place: &str) -> Vec<Tag<'p>> {
    let (mut found, mut open, mut rest) = (Vec::new(), Vec::new(), page);
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        assert!(!text.contains('>'), "{place}: {text}");
        let end = tag.find('>').unwrap_or_else(|| panic!("{place}: {tag}"));
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if inner.starts_with('!') {
            continue;
        }
        if let Some(name) = inner.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{place}: </{name}>");
            continue;
        }
        let name = inner.split([' ', '/']).next().unwrap();
        let closed = inner.ends_with('/') || VOID.contains(&name);
        if !closed {
            open.push(name);
        }
        found.push(Tag { name, attributes: attributes(&inner[name.len()..], place) });
    }
    assert!(open.is_empty(), "{place}: {open:?}");
    found
}

fn attributes<'p>(text: &'p str, place: &str) -> Vec<(&'p str, &'p str)> {
    let (mut found, mut rest) = (Vec::new(), text.trim_matches([' ', '/']));
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if let Some(quoted) = after.strip_prefix("=\"") {
            let (value, after) = quoted.split_once('"').unwrap_or_else(|| panic!("{place}: {name}"));
            found.push((name, value));
            rest = after.trim_start();
        } else {
            assert!(!after.starts_with('='), "{place}: {name} staat niet tussen aanhalingstekens");
            found.push((name, ""));
            rest = after.trim_start();
        }
    }
    found
}

/// Whether an address is one of ours that can be asked in this way.
fn exists(address: &str, method: &Method) -> bool {
    let path = address.split(['?', '#']).next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    all().any(|route| {
        let known: Vec<&str> = route.path.split('/').collect();
        let same = |(known, part): (&&str, &&str)| known == part || (known.starts_with('{') && !part.is_empty());
        route.method == *method && known.len() == parts.len() && known.iter().zip(&parts).all(same)
    })
}

/// Holds a page against everything that holds for all.
fn held(heard: &Heard, place: &str) {
    let page = heard.body.as_str();
    assert_eq!(heard.headers[header::CONTENT_TYPE], "text/html; charset=utf-8", "{place}");
    let policy = heard.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    for wanted in ["default-src 'none'", "style-src 'self'", "script-src 'self'", "form-action 'self'"] {
        assert!(policy.contains(wanted), "{place}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{place}: {policy}");
    assert_eq!(heard.headers[header::CACHE_CONTROL], "no-store", "{place}");
    let tags = tags(page, place);
    let (mut ids, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    for tag in &tags {
        assert_ne!(tag.name, "style", "{place}");
        for (name, value) in &tag.attributes {
            assert!(*name != "style" && !name.starts_with("on"), "{place}: {name}");
            match *name {
                "id" => assert!(ids.insert(*value), "{place}: twee keer {value}"),
                "for" | "aria-labelledby" | "aria-describedby" => wanted.extend(value.split(' ')),
                "href" if value.starts_with('#') => drop(wanted.insert(&value[1..])),
                "href" | "src" => assert!(exists(value, &Method::GET), "{place}: {value}"),
                "data-volg" => assert!(exists(value, &Method::GET), "{place}: {value}"),
                _ => {}
            }
        }
        if tag.name == "form" {
            let method = if tag.get("method") == Some("post") { Method::POST } else { Method::GET };
            let address = tag.get("action").unwrap();
            assert!(exists(address, &method), "{place}: {method} {address}");
        }
        assert!(tag.name != "button" || tag.get("type").is_some(), "{place}: een knop zonder soort");
        assert!(tag.name != "script" || tag.get("src").is_some(), "{place}: script in de bladzijde");
    }
    for id in wanted {
        assert!(ids.contains(id), "{place}: {id} bestaat niet");
    }
    for name in ["html", "title", "h1", "main"] {
        assert_eq!(tags.iter().filter(|tag| tag.name == name).count(), 1, "{place}: {name}");
    }
}

async fn every_page(house: &House, query: &str) -> usize {
    let mut seen = 0;
    let people = house.people.iter().map(|(role, naam)| (*role, Some(naam)));
    for (role, who) in people.chain([("niemand", None)]) {
        for route in PAGES.iter().filter(|route| route.gives == Gives::Page && route.method == Method::GET) {
            let heard = house.hear(route, query, "", who).await;
            let place = format!("{} als {role}", route.path);
            assert!(!heard.status.is_server_error(), "{place}: {}", heard.status);
            // Where one is sent on, there is no page.
            if heard.status != StatusCode::SEE_OTHER {
                held(&heard, &place);
                seen += 1;
            }
        }
    }
    seen
}

#[tokio::test]
async fn every_page_is_whole_and_has_nothing_from_elsewhere() {
    let house = house();
    assert!(every_page(&house, "").await > 150);
    // Whatever stands behind the question mark.
    let query = "?jaar=x&peildatum=%22%3E%3Cb&periode=%27&met=9&soort=%3Cscript%3E&maand=1&ontvangen=9&bevestigd=%3C";
    assert!(every_page(&house, query).await > 150);
}

/// What is refused is told on the page itself, and nothing that was filled in runs.
#[tokio::test]
async fn a_form_is_refused_in_its_place() {
    let house = house();
    let body = "naam=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%3E&rol=niets&reden=&sleutel=geheim-deel&periode=x";
    let mut refused = 0;
    for (role, naam) in &house.people {
        for route in PAGES.iter().filter(|route| matches!(route.body, Accepts::Form(_))) {
            let heard = house.hear(route, "", body, Some(naam)).await;
            let place = format!("{} als {role}", route.path);
            assert!(heard.status.is_client_error(), "{place}: {}", heard.status);
            held(&heard, &place);
            assert!(!heard.body.contains("<script>") && !heard.body.contains("geheim-deel"), "{place}");
            refused += usize::from(heard.body.contains("role=\"alert\""));
        }
    }
    assert!(refused > 50, "{refused}");
}

/// An account made by a form is told of as one that a program made.
#[tokio::test]
async fn a_form_does_what_the_api_does() {
    let house = house();
    let person = |role: &str| -> &AccountNaam { &house.people.iter().find(|(known, _)| *known == role).unwrap().1 };
    let route = |path: &str| PAGES.iter().find(|route| route.path == path && route.method == Method::POST).unwrap();
    let body = "naam=nieuw&rol=gemeente&gemeente=0193&oin=";
    let heard = house.hear(route("/accounts"), "", body, Some(person("beheerder"))).await;
    assert_eq!(heard.status, StatusCode::OK, "{}", heard.body);
    held(&heard, "/accounts");
    assert!(heard.body.contains("Geef deze code aan nieuw") && heard.body.contains("uitgenodigd"));
    let made = house.app.database.accounts().unwrap();
    assert!(made.iter().any(|account| account.naam.as_str() == "nieuw"));
    let heard = house.hear(route("/afmelden"), "", "", Some(person("vrijgever"))).await;
    assert_eq!(heard.status, StatusCode::SEE_OTHER);
    assert!(heard.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    // What is in no table is refused as a page where a page was asked.
    let page = house.hear(PAGES.iter().find(|route| route.path == "/").unwrap(), "", "", None).await;
    assert_eq!(page.headers[header::LOCATION], "/aanmelden");
}

/// What is kept is there with its last day, what was destroyed with its proof; each confirms for who it may.
#[tokio::test]
async fn the_retention_calendar_has_what_is_kept_and_the_proof_of_what_is_gone() {
    let house = house();
    let person = |role: &str| -> &AccountNaam { &house.people.iter().find(|(known, _)| *known == role).unwrap().1 };
    let route = |method: Method, path: &str| PAGES.iter().find(|one| one.path == path && one.method == method).unwrap();
    let (calendar, proof) = (route(Method::GET, "/bewaren"), route(Method::GET, "/bewaren/{periode}"));
    let (app, fg) = (&house.app, person("privacy-officer"));
    let month = |text: &str| Maand::parse(text.as_bytes()).unwrap();
    for (number, text) in ["2026-09", "2026-10"].into_iter().enumerate() {
        let share = Key::generate(Role::DienstDeel).unwrap().id();
        let key = Key::generate(Role::DienstDeel).unwrap().id();
        app.database.begin_period(month(text), share, key, app.now()).unwrap();
        let shelf = DiskShelf::open(&app.config.plaatsen.leveringen, month(text)).unwrap();
        (0..=number).for_each(|nr| shelf.begin(&nr.to_string(), Part::Record).unwrap().settle().unwrap());
    }
    let text = include_str!("../../../../../policies/oud-vsv-maandmonitor.toml");
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let signature = ["geen handtekening".to_owned()];
    TextShelf::new(&app.config.plaatsen.doelbindingen)
        .put(&policy.id, policy.versie, text.as_bytes(), &signature)
        .unwrap();
    let last = inbeeld::doelbinding::plain::words::datum(policy.last_release());
    let shown = house.hear(calendar, "", "", Some(fg)).await;
    held(&shown, "/bewaren");
    assert_eq!(shown.body.matches(&last).count(), 2, "{}", shown.body);
    assert!(shown.body.contains("oktober 2026</th>") && shown.body.contains("september 2026</th>"));
    assert!(shown.body.contains("Er is nog geen maand vernietigd"));
    assert_eq!(house.hear(proof, "", "", Some(fg)).await.status, StatusCode::NOT_FOUND);

    app.holdings().destroy_now(month("2026-10"), &|_, _, work| work()).unwrap();
    let shown = house.hear(calendar, "", "", Some(fg)).await;
    assert_eq!(shown.body.matches(&last).count(), 1, "{}", shown.body);
    assert!(shown.body.contains("wacht op 3 houders") && !shown.body.contains("Er is nog geen maand vernietigd"));
    let buttons = |heard: &Heard| heard.body.matches("Bevestig: nergens").count();
    let shown = house.hear(proof, "", "", Some(fg)).await;
    held(&shown, "/bewaren/2026-10");
    assert!(shown.body.contains("met 2 leveringen") && shown.body.contains(&last), "{}", shown.body);
    // The FG for itself and for a municipality; that for itself; nobody for the service.
    assert_eq!(buttons(&shown), 2, "{}", shown.body);
    assert_eq!(buttons(&house.hear(proof, "", "", Some(person("contactgemeente"))).await), 1);

    let confirm = route(Method::POST, "/bewaren/{periode}/bevestigen");
    for (who, holder, status) in [
        ("contactgemeente", "fg", StatusCode::CONFLICT),
        ("privacy-officer", "dienst", StatusCode::CONFLICT),
        ("contactgemeente", "gemeente+0193", StatusCode::SEE_OTHER),
        ("privacy-officer", "fg", StatusCode::SEE_OTHER),
    ] {
        let heard = house.hear(confirm, "", &format!("houder={holder}"), Some(person(who))).await;
        assert_eq!(heard.status, status, "{who} {holder}: {}", heard.body);
    }
    let shown = house.hear(proof, "", "", Some(fg)).await;
    assert_eq!((buttons(&shown), shown.body.matches("nog niet</span>").count()), (0, 1), "{}", shown.body);
    // A text that cannot be read could need any month: then nothing goes, and the page says so.
    let place = app.config.plaatsen.doelbindingen.join(&policy.id).join("1.toml");
    std::fs::write(place, "kapot").unwrap();
    let shown = house.hear(calendar, "", "", Some(fg)).await;
    held(&shown, "/bewaren");
    assert!(shown.body.contains("Er wordt nu niets opgeruimd") && !shown.body.contains(&last), "{}", shown.body);
}
