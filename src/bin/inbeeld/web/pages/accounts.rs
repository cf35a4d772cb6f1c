//! For the beheerder: accounts, keys by their ids, and how the service is doing.

use super::answers::{go_to, page, page_after};
use super::frame::{Field, Frame, Notice, said};
use super::words;
use crate::web::api::accounts::{self, Invited, Shown};
use crate::web::api::deliveries;
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::pseudonym::Role;
use inbeeld::terms::AccountRol;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "accounts.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    accounts: Vec<Line>,
    naam: Field,
    rollen: Vec<(&'static str, &'static str, bool)>,
    rol_fout: Option<String>,
    binding: Vec<Field>,
    uitnodiging: Option<Invitation>,
}

/// An account.
struct Line {
    naam: String,
    rol: String,
    van: String,
    staat: &'static str,
    merk: &'static str,
    open: bool,
}

/// The code of an account, shown once.
struct Invitation {
    naam: String,
    code: String,
    tot: String,
}

#[derive(Template)]
#[template(path = "gezondheid.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Health {
    kader: Frame,
    klaar: bool,
    versie: &'static str,
    sleutels: Vec<(&'static str, String)>,
    perioden: Vec<Month>,
}

/// A month with the keys of it.
struct Month {
    maand: String,
    open: bool,
    deel_b: String,
    /// The sources' linkage keys, as the leveringen name them; more than one cannot be linked.
    koppel: BTreeSet<String>,
}

const LABELS: &[(&str, &str)] = &[("naam", "Naam"), ("rol", "Rol"), ("gemeente", "Gemeentecode"), ("oin", "OIN")];

/// Every account, and the form for a new one.
pub(super) async fn show(call: Call) -> Answer {
    let notice = call.asked("geblokkeerd").map(|_| {
        Notice::done(
            "Het account is gesloten",
            "Zijn sessies zijn beëindigd. Met een nieuwe code is het weer te openen.",
        )
    });
    page(&built(&call, notice, None).await?)
}

async fn built(call: &Call, notice: Option<Notice>, invited: Option<Invited>) -> Result<Page, Problem> {
    let all = accounts::all(call).await?;
    let wrong = notice.as_ref().filter(|notice| notice.fout);
    let again = |name: &str| wrong.and_then(|_| said(call, name));
    let chosen = again("rol");
    let field = |naam, label| Field::new(naam, label).after(again(naam), wrong);
    let binding = vec![
        field("gemeente", "Gemeentecode").explained("Alleen voor een gemeente: vier cijfers (CBS).").optional(),
        field("oin", "OIN").explained("Alleen voor een bronhouder: twintig cijfers.").optional(),
    ];
    let rol_fout = wrong.and_then(|notice| notice.at("rol"));
    let rollen = AccountRol::ALL.iter();
    let naam = field("naam", "Naam").explained("Kleine letters, cijfers, punt, streepje of @; begint met een letter.");
    Ok(Page {
        naam,
        binding,
        rol_fout,
        rollen: rollen.map(|rol| (rol.as_str(), words::rol(*rol), chosen.as_deref() == Some(rol.as_str()))).collect(),
        kader: Frame::of(call, "Accounts", "/accounts").saying(notice),
        accounts: all.into_iter().map(line).collect(),
        uitnodiging: invited.map(|invited| Invitation {
            naam: invited.naam,
            code: invited.activeringscode,
            tot: words::moment_of(&invited.geldig_tot),
        }),
    })
}

fn line(account: Shown) -> Line {
    let rol = AccountRol::parse(account.rol.as_bytes()).map_or(account.rol, words::rol);
    let gemeente = account.gemeente.map(|code| words::gemeente_of(&code));
    let merk = match account.staat {
        "actief" => "staat-goed",
        "geblokkeerd" => "staat-fout",
        _ => "staat-let-op",
    };
    Line {
        naam: account.naam,
        rol: rol.to_owned(),
        van: gemeente.or(account.oin.map(|oin| format!("OIN {oin}"))).unwrap_or_default(),
        staat: account.staat,
        merk,
        open: account.staat != "geblokkeerd",
    }
}

/// Makes an account; its code is on the answer and nowhere else.
pub(super) async fn create(call: Call) -> Answer {
    match accounts::made(&call).await {
        Ok(invited) => page(&built(&call, None, Some(invited)).await?),
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, LABELS)), None).await?),
    }
}

/// Closes an account.
pub(super) async fn block(call: Call) -> Answer {
    match accounts::blocked(&call).await {
        Ok(()) => go_to("/accounts?geblokkeerd=ja"),
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, &[])), None).await?),
    }
}

/// Begins an account again.
pub(super) async fn reset(call: Call) -> Answer {
    match accounts::begun_again(&call).await {
        Ok(invited) => page(&built(&call, None, invited).await?),
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, &[])), None).await?),
    }
}

/// Keys by their ids, and whether the service can work.
pub(super) async fn health(call: Call) -> Answer {
    let kader = Frame::of(&call, "Gezondheid", "/gezondheid");
    let built = blocking(&call.app, move |app| {
        let mut perioden = Vec::new();
        for record in app.database.periods()?.into_iter().rev() {
            let receipts = deliveries::receipts(app, record.periode)?;
            perioden.push(Month {
                maand: words::maand(record.periode),
                open: receipts.is_some(),
                deel_b: record.deel_b.to_string(),
                koppel: receipts.into_iter().flatten().map(|receipt| receipt.sleutel_id).collect(),
            });
        }
        Ok(Health {
            kader,
            klaar: !app.stopping() && app.database.ready().is_ok(),
            versie: env!("CARGO_PKG_VERSION"),
            sleutels: app.key_ids.iter().map(|(role, id)| (called(*role), id.to_string())).collect(),
            perioden,
        })
    })
    .await?;
    page(&built)
}

/// What a key is for, for who reads.
fn called(role: Role) -> &'static str {
    match role {
        Role::DienstDeel => "deel A van elke periodesleutel",
        Role::Intrekking => "intrekking: wie niet meer op een lijst staat",
        Role::Logboek => "Logboek Dataverwerkingen",
        // The service starts with neither.
        Role::Koppel | Role::Verwijzing => role.as_str(),
    }
}
