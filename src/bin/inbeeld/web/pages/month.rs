//! *Deze maand*: per text which source is in and which is not, what is missing for a good result, and starting.

use super::answers::page;
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::{releases, runs, texts};
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::access::Session;
use inbeeld::doelbinding::Policy;
use inbeeld::ingest::Coverage;
use inbeeld::pseudonym::PeriodKey;
use inbeeld::receive::{Period, ReceiveFault, Stored};
use inbeeld::run::{Standing, Supplied, standing};
use inbeeld::store::DiskShelf;
use inbeeld::terms::{Bron, Datum, Identificatie, Maand, Moment, Peildatum};
use std::collections::{BTreeMap, BTreeSet};

/// How many months back a full picture is sought.
const BACK: usize = 12;

#[derive(Template)]
#[template(path = "maand.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    peildatum: String,
    peildatum_woord: String,
    dicht: Vec<String>,
    /// Sources that are not whole for some text, in a few words.
    ontbreekt: Vec<String>,
    teksten: Vec<Text>,
}

/// A text that holds at the peildatum, and how its sources stand.
struct Text {
    id: String,
    versie: u32,
    titel: String,
    bronnen: Vec<Source>,
    /// Whether a koppeling can be asked for at all.
    kan: bool,
    oordeel: &'static str,
    merk: &'static str,
    mist: Vec<String>,
    nieuwste: String,
    /// The last koppeling of this text and day: number and how far it is.
    koppeling: Option<(u64, String)>,
    vrijgave: Option<u64>,
}

/// One source of a text.
struct Source {
    naam: String,
    maand: String,
    staat: &'static str,
    merk: &'static str,
    /// How many leveringen there are, and how fresh.
    kort: Option<String>,
    regels: Vec<String>,
    /// Who still has to deliver.
    ontbreekt: Vec<String>,
}

/// The checklist of a day: that which is asked, or the first of this month.
pub(super) async fn show(call: Call) -> Answer {
    let asked = call.asked("peildatum");
    let day = asked.as_ref().map(|text| Datum::parse(text.as_bytes()));
    let notice = matches!(day, Some(Err(_))).then(|| {
        let fault = crate::web::problem::Fault {
            plek: "peildatum".to_owned(),
            wat: "dit is geen datum".to_owned(),
            doe: "Schrijf haar als 2026-10-01.".to_owned(),
        };
        Notice::of(&Problem::invalid(vec![fault]), &[("peildatum", "Peildatum")])
    });
    let day = day.and_then(Result::ok).unwrap_or_else(|| Maand::of(call.app.today()).first_day());
    let session = call.session()?.clone();
    let kader = Frame::of(&call, "Deze maand", "/maand").saying(notice);
    let built = blocking(&call.app, move |app| built(app, &session, kader, day)).await?;
    page(&built)
}

/// The texts of which the newest version that holds on a day.
pub(super) fn in_force(app: &App, session: &Session, day: Datum) -> Result<Vec<Policy>, Problem> {
    let mut newest: BTreeMap<String, Policy> = BTreeMap::new();
    for (policy, _) in texts::on_shelf(app, session)? {
        if policy.geldig.van <= day && day <= policy.geldig.tot_en_met {
            newest.insert(policy.id.clone(), policy);
        }
    }
    Ok(newest.into_values().collect())
}

fn built(app: &App, session: &Session, kader: Frame, day: Datum) -> Result<Page, Problem> {
    let policies = in_force(app, session, day)?;
    let peildatum = Peildatum::new(day);
    let months: BTreeSet<Maand> =
        policies.iter().flat_map(|text| [peildatum.maand(), text.inkomen_maand(peildatum)]).collect();
    let closed = months.iter().filter(|month| app.period_key(**month).is_none());
    let runs = runs::all(app)?;
    let released = releases::all(app)?;
    let mut opened = Opened::default();
    let (mut teksten, mut ontbreekt) = (Vec::new(), BTreeSet::new());
    for policy in &policies {
        let found = opened.standing(app, policy, peildatum)?;
        let run = runs.iter().find(|run| run.doelbinding == policy.id && run.peildatum == day.to_string());
        let out = released.iter().find(|one| one.doelbinding == policy.id && one.peildatum == day.to_string());
        let open = found.iter().filter(by_bsn).filter(|one| one.dekking != Coverage::Covered);
        ontbreekt.extend(open.map(|one| format!("{} over {}", words::bron(one.bron), words::maand(one.maand))));
        let newest = newest_full(app, policy, peildatum, &mut opened)?;
        teksten.push(text(policy, &found, newest, run, out.map(|out| out.nr), &opened.names));
    }
    Ok(Page {
        kader,
        peildatum: day.to_string(),
        peildatum_woord: words::datum(day),
        dicht: closed.map(|month| words::maand(*month)).collect(),
        ontbreekt: ontbreekt.into_iter().collect(),
        teksten,
    })
}

/// The months that were looked at, and what suppliers call themselves.
#[derive(Default)]
struct Opened {
    names: BTreeMap<String, String>,
}

impl Opened {
    fn standing(&mut self, app: &App, policy: &Policy, peildatum: Peildatum) -> Result<Vec<Standing>, Problem> {
        let months = BTreeSet::from([peildatum.maand(), policy.inkomen_maand(peildatum)]);
        let keys: Vec<(Maand, PeriodKey)> =
            months.into_iter().filter_map(|month| Some((month, app.period_key(month)?))).collect();
        let shelves = keys.iter().map(|(month, key)| {
            let shelf = DiskShelf::open(&app.config.plaatsen.leveringen, *month).map_err(ReceiveFault::Storage)?;
            Ok::<_, Problem>((shelf, key))
        });
        let shelves = shelves.collect::<Result<Vec<_>, _>>()?;
        let periods: Vec<Period<'_>> = shelves.iter().map(|(shelf, key)| Period { shelf, key }).collect();
        let stored = Stored::open(&periods)?;
        self.names.extend(stored.receipts().map(|receipt| (receipt.oin, receipt.leverancier)));
        standing(&stored, policy, peildatum).map_err(|fault| Problem::from_run(&fault))
    }
}

/// The newest first day of a month at which every source of a text is covered.
fn newest_full(app: &App, policy: &Policy, from: Peildatum, opened: &mut Opened) -> Result<Option<Datum>, Problem> {
    let mut month = from.maand();
    for _ in 0..BACK {
        let day = month.first_day();
        if policy.geldig.van <= day && app.period_key(month).is_some() {
            let found = opened.standing(app, policy, Peildatum::new(day))?;
            if found.iter().filter(by_bsn).all(|one| one.dekking == Coverage::Covered) {
                return Ok(Some(day));
            }
        }
        month = month.previous();
    }
    Ok(None)
}

fn text(
    policy: &Policy,
    found: &[Standing],
    newest: Option<Datum>,
    run: Option<&runs::Shown>,
    vrijgave: Option<u64>,
    names: &BTreeMap<String, String>,
) -> Text {
    let doelgroep = found.iter().any(|one| one.bron == Bron::Doelgroep && one.dekking == Coverage::Covered);
    let full = found.iter().filter(by_bsn).all(|one| one.dekking == Coverage::Covered);
    let (oordeel, merk) = match (doelgroep, full) {
        (false, _) => ("Kan nog niet: de doelgroep ontbreekt.", "staat-fout"),
        (true, false) => {
            ("Kan, maar het beeld is niet volledig: wie daardoor niet te vinden is, wordt onbekend.", "staat-let-op")
        }
        (true, true) => ("Compleet: alle bronnen zijn er.", "staat-goed"),
    };
    let nieuwste = match newest {
        Some(day) => format!("De nieuwste peildatum met een volledig beeld is {}.", words::datum(day)),
        None => "Er is nog geen peildatum met een volledig beeld.".to_owned(),
    };
    Text {
        id: policy.id.clone(),
        versie: policy.versie,
        titel: policy.titel.clone(),
        bronnen: found
            .iter()
            .filter(by_bsn)
            .map(|one| source(one, found.iter().find(|own| own.bron == one.bron && !by_bsn(own)), names))
            .collect(),
        kan: doelgroep,
        oordeel,
        merk,
        mist: found.iter().filter(by_bsn).flat_map(|one| missing(one, names)).collect(),
        nieuwste,
        koppeling: run.map(|run| (run.nr, words::staat(run.staat).to_owned())),
        vrijgave,
    }
}

/// Whether it is about jongeren of whom the BSN is known: nearly all of them.
fn by_bsn(one: &&Standing) -> bool {
    one.identificatie == Identificatie::Bsn
}

fn too_old(one: &Standing) -> bool {
    !one.geleverd.is_empty() && one.geleverd.iter().all(|supplied| !supplied.dient)
}

fn source(one: &Standing, own: Option<&Standing>, names: &BTreeMap<String, String>) -> Source {
    let (staat, merk) = match one.dekking {
        Coverage::Covered => ("ontvangen", "staat-goed"),
        Coverage::Partial => ("gedeeltelijk", "staat-let-op"),
        Coverage::Missing if too_old(one) => ("te oud", "staat-fout"),
        Coverage::Missing => ("ontbreekt", "staat-fout"),
    };
    let line = |supplied: &Supplied| {
        let old = if supplied.dient { "" } else { "; te oud: gemaakt voor de peildatum" };
        let rows = words::aantal(supplied.regels);
        format!("{}: {rows} regels, gemaakt op {}{old}", supplied.naam, day_of(supplied.aangemaakt))
    };
    let mut regels: Vec<String> = one.geleverd.iter().map(line).collect();
    if let Some(own) = own {
        let kind = words::nummer(own.identificatie);
        regels.extend(own.geleverd.iter().map(|supplied| format!("{kind}, {}", line(supplied))));
        if own.dekking != Coverage::Covered {
            regels.push(format!("{kind}: {}; wie alleen zo bekend is, wordt onbekend", own.dekking.as_str()));
        }
    }
    let newest = one.geleverd.iter().map(|supplied| supplied.aangemaakt).max();
    Source {
        naam: words::bron(one.bron).to_owned(),
        maand: words::maand(one.maand),
        staat,
        merk,
        kort: newest.map(|newest| {
            let count = words::count(one.geleverd.len(), "levering", "leveringen");
            format!("{count}, nieuwste van {}", day_of(newest))
        }),
        regels,
        ontbreekt: one.ontbreekt.iter().map(|oin| called(oin.as_str(), names)).collect(),
    }
}

fn day_of(moment: Moment) -> String {
    words::datum(moment.datum())
}

fn called(oin: &str, names: &BTreeMap<String, String>) -> String {
    names.get(oin).map_or_else(|| format!("leverancier {oin}"), |name| format!("{name} ({oin})"))
}

/// What is to be done for a source to be covered.
fn missing(one: &Standing, names: &BTreeMap<String, String>) -> Vec<String> {
    let month = words::maand(one.maand);
    let name = words::bron(one.bron);
    match one.dekking {
        Coverage::Covered => Vec::new(),
        _ if !one.ontbreekt.is_empty() => {
            let who = one
                .ontbreekt
                .iter()
                .map(|oin| format!("{name} over {month}: vraag {} om te leveren.", called(oin.as_str(), names)));
            who.collect()
        }
        Coverage::Partial => vec![format!("{name} over {month}: vraag om een levering met dekking volledig.")],
        Coverage::Missing if too_old(one) => {
            vec![format!("{name} over {month}: vraag om een nieuwe levering, gemaakt op of na de peildatum.")]
        }
        Coverage::Missing => vec![format!("{name} over {month}: nog niets ontvangen.")],
    }
}
