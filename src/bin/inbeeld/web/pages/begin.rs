//! First steps: an empty installation leads by the hand, and says whose turn it is.

use super::answers::page;
use super::frame::Frame;
use super::words;
use crate::web::api::texts;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::access::Session;
use inbeeld::store::{read_recipients, read_trusted};
use inbeeld::terms::{AccountRol, Maand};

#[derive(Template)]
#[template(path = "beginnen.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    stappen: Vec<Step>,
    klaar: usize,
}

/// One step.
struct Step {
    wat: &'static str,
    klaar: bool,
    wie: &'static str,
    hoe: String,
    opdracht: &'static str,
    /// Where who asks can do it.
    adres: &'static str,
}

/// What is done and what is not.
pub(super) async fn show(call: Call) -> Answer {
    let session = call.session()?.clone();
    let kader = Frame::of(&call, "Eerste stappen", "/beginnen");
    let stappen = blocking(&call.app, move |app| steps(app, &session)).await?;
    let klaar = stappen.iter().filter(|step| step.klaar).count();
    page(&Page { kader, stappen, klaar })
}

fn steps(app: &App, session: &Session) -> Result<Vec<Step>, Problem> {
    let places = &app.config.plaatsen;
    let accounts = app.database.accounts()?;
    let needed = [AccountRol::Coordinator, AccountRol::Vrijgever, AccountRol::PrivacyOfficer];
    let missing: Vec<&str> = needed
        .iter()
        .filter(|rol| !accounts.iter().any(|account| account.bound.rol() == **rol))
        .map(|rol| words::rol(*rol))
        .collect();
    let lists = accounts.iter().any(|account| account.bound.rol() == AccountRol::Gemeente);
    let texts = texts::on_shelf(app, session).is_ok_and(|texts| !texts.is_empty())
        || !inbeeld::store::TextShelf::new(&places.doelbindingen).list()?.is_empty();
    let month = Maand::of(app.today());
    let delivered = !std::fs::read_dir(places.leveringen.join(month.to_string()))
        .map_or(true, |mut entries| entries.next().is_none());
    let own = |rollen: &[AccountRol], adres| if rollen.contains(&session.bound.rol()) { adres } else { "" };
    Ok(vec![
        Step {
            wat: "Sleutels van de dienst",
            klaar: true,
            wie: "beheerder",
            hoe: "Deel A, intrekking en logboek zijn er: anders was de dienst niet gestart.".to_owned(),
            opdracht: "",
            adres: own(&[AccountRol::Beheerder], "/gezondheid"),
        },
        Step {
            wat: "De sleutel van de FG vertrouwen",
            klaar: read_trusted(&places.vertrouwd).is_ok(),
            wie: "beheerder, met de FG",
            hoe: "De FG maakt een sleutel om mee te ondertekenen en geeft de openbare helft (.pub) in persoon aan de \
                  beheerder, die haar in de map vertrouwd zet."
                .to_owned(),
            opdracht: "inbeeld sleutel nieuw --soort ondertekening --uit fg.key",
            adres: "",
        },
        Step {
            wat: "Accounts voor iedereen",
            klaar: missing.is_empty(),
            wie: "beheerder",
            hoe: if missing.is_empty() {
                "Coördinator, vrijgever en FG hebben een account.".to_owned()
            } else {
                format!("Nog nodig: {}. Wie koppelt, geeft niet zelf vrij: het zijn verschillende mensen.", missing.join(", "))
            },
            opdracht: "",
            adres: own(&[AccountRol::Beheerder], "/accounts"),
        },
        Step {
            wat: "Een ondertekende doelbinding",
            klaar: texts,
            wie: "FG",
            hoe: "Wat er mag worden gekoppeld en wat er naar buiten mag. Begin met een van de voorbeelden in de map policies."
                .to_owned(),
            opdracht: "inbeeld doelbinding onderteken tekst.toml --sleutel fg.key",
            adres: own(&[AccountRol::PrivacyOfficer], "/doelbindingen"),
        },
        Step {
            wat: "Deel B van deze maand",
            klaar: app.period_key(month).is_some(),
            wie: "FG of contactgemeente",
            hoe: format!("Opent {}. Elke maand nieuw, en na een herstart opnieuw nodig.", words::maand(month)),
            opdracht: "inbeeld sleutel nieuw --soort dienst-deel --uit deel-b.sleutel",
            adres: own(&[AccountRol::PrivacyOfficer], "/perioden"),
        },
        Step {
            wat: "Bronnen die leveren",
            klaar: delivered,
            wie: "bronhouders, of de coördinator voor hen",
            hoe: "De bronnen spreken samen een koppelsleutel af, die nooit hier komt, en pseudonimiseren bij zichzelf."
                .to_owned(),
            opdracht: "inbeeld pseudonimiseer --bron inkomen --sleutel koppel.sleutel …",
            adres: own(&[AccountRol::Coordinator], "/leveringen"),
        },
        Step {
            wat: "Gemeenten die lijsten krijgen",
            klaar: lists && read_recipients(&places.ontvangers).is_ok(),
            wie: "beheerder, met elke gemeente",
            hoe: "Alleen nodig voor lijsten. De gemeente maakt haar identiteit en geeft de openbare helft, die in de map \
                  ontvangers komt; haar consulent krijgt een account."
                .to_owned(),
            opdracht: "inbeeld sleutel nieuw --soort ontvanger --uit 0193.identiteit",
            adres: own(&[AccountRol::Beheerder], "/accounts"),
        },
    ])
}
