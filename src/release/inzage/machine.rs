//! The same answers for machines (schema `inbeeld/inzage/v1`).

use super::Context;
use crate::disclosure::{Answer, NotNamed, Obstacle, OnList, Said, Told, Uitleg};
use crate::doelbinding::plain::reasons;
use crate::terms::Contact;
use serde_json::{Value, json};

/// The answer as JSON.
pub(super) fn answer(answer: &Answer, context: &Context<'_>) -> Value {
    let policy = context.account.policy;
    let told = match answer {
        Answer::Gemeente(told) => json!({ "lijsten": told.iter().map(list).collect::<Vec<_>>() }),
        Answer::Uitleg(uitleg) => explained(uitleg),
        Answer::NietGenoemd(NotNamed::Gemeente) => json!({ "niet_genoemd": "gemeente" }),
        Answer::NietGenoemd(NotNamed::Cohort) => json!({ "niet_genoemd": "cohort" }),
        Answer::Geen(_) => Value::Null,
    };
    json!({
        "schema": "inbeeld/inzage/v1",
        "doelbinding": { "id": policy.id, "versie": policy.versie },
        "peildatum": context.peildatum.to_string(),
        "rol": context.account.rol.as_str(),
        "antwoord": told,
    })
}

fn list(told: &Told) -> Value {
    match told.waarom {
        Some((klasse, reden)) => json!({
            "naam": told.lijst, "klasse": klasse.as_str(), "reden": reden.as_str(), "reden_woorden": reasons::reden(reden),
        }),
        None => json!({ "naam": told.lijst }),
    }
}

fn explained(uitleg: &Uitleg) -> Value {
    let source =
        |said: &Said| json!({ "bron": said.bron.as_str(), "dekking": said.dekking.map(|dekking| dekking.as_str()) });
    let list = |list: &OnList| {
        json!({
            "naam": list.naam, "erop": list.waarom_niet.is_empty(), "uitgeleverd": list.uitgeleverd,
            "waarom_niet": list.waarom_niet.iter().map(|why| obstacle(*why)).collect::<Vec<_>>(),
        })
    };
    json!({
        "klasse": uitleg.klasse.as_str(),
        "reden": uitleg.reden.as_str(),
        "regel": reasons::regel(uitleg.reden),
        "gemeente": uitleg.gemeente.to_string(),
        "verhuisd_binnen": uitleg.verhuisd,
        "bronnen": uitleg.bronnen.iter().map(source).collect::<Vec<_>>(),
        "dag": uitleg.dag.map(|dag| dag.to_string()),
        "maand": uitleg.maand.map(|maand| maand.to_string()),
        "anders": reasons::anders(uitleg.reden),
        "lijsten": uitleg.lijsten.iter().map(list).collect::<Vec<_>>(),
        "tabellen_uitgeleverd": uitleg.tabellen,
        "lijst_van_andere_leveringen": uitleg.andere_invoer,
    })
}

fn obstacle(why: Obstacle) -> Value {
    match why {
        Obstacle::Ontvanger => json!("ontvanger"),
        Obstacle::Klasse => json!("klasse"),
        Obstacle::NietBenaderen => json!("niet_benaderen"),
        Obstacle::Contact(contact) => json!({ "contact": Contact::as_str(contact) }),
        Obstacle::Betrokkenheid(parties) => json!({ "betrokkenheid": match parties {
            None => "onbekend",
            Some(0) => "geen",
            Some(1) => "een",
            Some(_) => "meer",
        } }),
        Obstacle::GeenVerwijzing => json!("geen_verwijzing"),
        Obstacle::TeGroot => json!("max_aandeel"),
        Obstacle::GeenSleutel => json!("geen_sleutel"),
    }
}
