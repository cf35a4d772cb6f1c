//! For the beheerder: who has to deliver what, how it can come in, and when it last did.

use super::answers::page;
use super::frame::Frame;
use super::month::in_force;
use super::words;
use crate::web::api::deliveries;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::access::{Account, Session, Staat};
use inbeeld::doelbinding::Policy;
use inbeeld::terms::{Bron, Moment};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "bronnen.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    /// Whether a source can make itself known by certificate here at all.
    certificaten: bool,
    leveranciers: Vec<Supplier>,
    /// Sources that a text reads of which it names nobody who delivers, and that nobody delivered.
    onbekend: Vec<String>,
}

/// An organisation that delivers, or has to.
#[derive(Default)]
struct Supplier {
    oin: String,
    naam: String,
    bronnen: Vec<Source>,
    account: &'static str,
    account_merk: &'static str,
    certificaat: bool,
}

/// One of its sources.
struct Source {
    naam: String,
    /// Whether a text that holds now names it.
    verwacht: bool,
    laatste: Option<String>,
}

/// What is known of one organisation before it is shown.
#[derive(Default)]
struct Known {
    naam: Option<(Moment, String)>,
    verwacht: BTreeSet<String>,
    laatste: BTreeMap<String, Moment>,
}

/// Every source that is known or expected.
pub(super) async fn show(call: Call) -> Answer {
    let session = call.session()?.clone();
    let kader = Frame::of(&call, "Bronnen", "/bronnen");
    let built = blocking(&call.app, move |app| built(app, &session, kader)).await?;
    page(&built)
}

fn built(app: &App, session: &Session, kader: Frame) -> Result<Page, Problem> {
    let texts = in_force(app, session, app.today())?;
    let mut known = expected(&texts);
    let accounts = app.database.accounts()?;
    for oin in accounts.iter().filter_map(|account| account.bound.oin()) {
        known.entry(oin.to_string()).or_default();
    }
    for record in app.database.periods()? {
        for receipt in deliveries::receipts(app, record.periode)?.unwrap_or_default() {
            let Ok(moment) = Moment::parse(&receipt.ontvangen) else { continue };
            let of = known.entry(receipt.oin).or_default();
            let last = of.laatste.entry(receipt.bron).or_insert(moment);
            *last = moment.max(*last);
            if of.naam.as_ref().is_none_or(|(known, _)| *known <= moment) {
                of.naam = Some((moment, receipt.leverancier));
            }
        }
    }
    let read: BTreeSet<Bron> =
        texts.iter().flat_map(|text| text.bronnen.keys().copied().chain([Bron::Doelgroep])).collect();
    let seen: BTreeSet<&String> = known.values().flat_map(|of| of.verwacht.iter().chain(of.laatste.keys())).collect();
    let onbekend =
        read.iter().filter(|bron| !seen.contains(&bron.to_string())).map(|bron| words::bron(*bron).to_owned());
    let onbekend = onbekend.collect();
    let certificaten = app.config.tls.as_ref().is_some_and(|tls| tls.bronnen_ca.is_some());
    let leveranciers = known.into_iter().map(|(oin, of)| supplier(oin, of, &accounts)).collect();
    Ok(Page { kader, certificaten, leveranciers, onbekend })
}

/// Whom the texts that hold now name.
fn expected(texts: &[Policy]) -> BTreeMap<String, Known> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for (bron, ask) in texts.iter().flat_map(|text| &text.bronnen) {
        for oin in ask.leveranciers.iter().flatten() {
            known.entry(oin.to_string()).or_default().verwacht.insert(bron.to_string());
        }
    }
    known
}

fn supplier(oin: String, of: Known, accounts: &[Account]) -> Supplier {
    let own = |account: &&Account| account.bound.oin().is_some_and(|own| own.as_str() == oin);
    let best = accounts.iter().filter(own).map(|account| account.staat).min_by_key(|staat| match staat {
        Staat::Actief => 0,
        Staat::Uitgenodigd => 1,
        Staat::Geblokkeerd => 2,
    });
    let (account, account_merk) = match best {
        Some(Staat::Actief) => ("in gebruik", "staat-goed"),
        Some(Staat::Uitgenodigd) => ("uitgenodigd", "staat-let-op"),
        Some(Staat::Geblokkeerd) => ("gesloten", "staat-fout"),
        None => ("geen account", "staat-rust"),
    };
    let all: BTreeSet<&String> = of.verwacht.iter().chain(of.laatste.keys()).collect();
    let source = |bron: &String| Source {
        naam: words::bron_of(bron),
        verwacht: of.verwacht.contains(bron),
        laatste: of.laatste.get(bron).map(|moment| words::datum(moment.datum())),
    };
    Supplier {
        bronnen: all.into_iter().map(source).collect(),
        naam: of.naam.map(|(_, naam)| naam).unwrap_or_default(),
        account,
        account_merk,
        // An account that was made opens to its certificate, also before a person takes it into use.
        certificaat: matches!(best, Some(Staat::Actief | Staat::Uitgenodigd)),
        oin,
    }
}
