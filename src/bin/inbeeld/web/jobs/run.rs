//! One koppeling over what was received: the same run as the command line's, up to the release.

use super::Meter;
use super::explain::{Ended, Explained};
use crate::web::app::App;
use crate::web::ledger;
use crate::web::problem::Problem;
use inbeeld::audit::{Act, Actor};
use inbeeld::doelbinding::{Policy, Signed};
use inbeeld::fault::Explain;
use inbeeld::logbook::Activity;
use inbeeld::pseudonym::PeriodKey;
use inbeeld::receive::{Period, Stored};
use inbeeld::run::{self, Koppeling, Logboek, Prepared, RunFault, Withdrawals, Workplace};
use inbeeld::store::db::{Asked, RunRecord, Staat};
use inbeeld::store::{self, DiskShelf, LogStore, StoreFault, TextShelf};
use inbeeld::terms::{Maand, Peildatum};
use std::collections::BTreeSet;

/// Of what kind the numbers of jongeren in the Logboek Dataverwerkingen are.
pub(super) const SUBJECT: &str = "urn:inbeeld:pseudoniem";

/// Runs it and gives what would leave.
pub(super) fn run(app: &App, record: &RunRecord, meter: &Meter) -> Result<Prepared, Ended> {
    let object = record.nr.to_string();
    app.act(&Actor::Service, Act::Link, Some(&object), |_| work(app, &record.asked, meter))
}

impl From<inbeeld::audit::AuditFault> for Ended {
    fn from(fault: inbeeld::audit::AuditFault) -> Self {
        failed(&fault)
    }
}

impl crate::web::app::Refusal for Ended {
    fn code(&self) -> &str {
        &self.why.code
    }

    fn is_ours(&self) -> bool {
        self.staat == Staat::Mislukt
    }
}

fn failed(fault: &impl Explain) -> Ended {
    tracing::error!(code = fault.code(), "{fault}");
    Ended { staat: Staat::Mislukt, why: Explained::of(fault) }
}

fn denied(problem: &Problem) -> Ended {
    Ended { staat: Staat::Geweigerd, why: problem.explained() }
}

fn work(app: &App, asked: &Asked, meter: &Meter) -> Result<Prepared, Ended> {
    let places = &app.config.plaatsen;
    let (today, today_set) = app.day();
    let signed = signed(app, asked).map_err(|problem| denied(&problem))?;
    let peildatum = Peildatum::new(asked.peildatum);
    let months = months(signed.policy(), peildatum);
    let opened = open(app, &months).map_err(|problem| denied(&problem))?;
    let shelves = shelves(app, &opened).map_err(|fault| failed(&fault))?;
    let periods: Vec<Period<'_>> = shelves.iter().map(|(shelf, key)| Period { shelf, key }).collect();
    let stored = Stored::open(&periods).map_err(|fault| failed(&fault))?;
    let recipients = store::read_recipients(&places.ontvangers).map_err(|fault| failed(&fault))?;
    let remembered = store::read_memory(&store::memory_beside(&places.register, &asked.doelbinding))
        .map_err(|fault| failed(&fault))?;
    let log = LogStore::open(&places.logboek).map_err(RunFault::Logboek)?;
    let mut sink = log.writer(today).map_err(RunFault::Logboek)?;
    let activity = activity(app, asked).map_err(|fault| failed(&fault))?;
    let job = Koppeling {
        peildatum,
        today,
        today_set,
        accept_no_overlap: asked.zonder_overlap,
        place: Workplace { folder: &stored, engine: &app.jobs.engine, progress: meter },
        clock: app.clock(),
        recipients: &recipients,
        withdrawals: Some(Withdrawals { key: &app.intrekking, before: remembered.as_deref() }),
        logboek: Some(Logboek { activity: &activity, sink: &mut sink }),
    };
    Ok(run::prepare(job, signed, || ledger::lines(&app.config))?)
}

/// The text with signatures that hold today.
pub(crate) fn signed(app: &App, asked: &Asked) -> Result<Signed, Problem> {
    let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
    let (text, signatures) = shelf.read(&asked.doelbinding, asked.versie)?.ok_or_else(Problem::no_text)?;
    let trusted = store::read_trusted(&app.config.plaatsen.vertrouwd)?;
    let signed = Signed::read(&text, &signatures, &trusted, app.today()).map_err(|fault| Problem::denied(&fault))?;
    signed.holds(app.today()).map_err(|denial| Problem::denied(&denial))?;
    Ok(signed)
}

/// The months of which leveringen can serve.
pub(crate) fn months(policy: &Policy, peildatum: Peildatum) -> BTreeSet<Maand> {
    BTreeSet::from([peildatum.maand(), policy.inkomen_maand(peildatum)])
}

/// The keys of months, all of them or none.
pub(crate) fn open(app: &App, months: &BTreeSet<Maand>) -> Result<Vec<(Maand, PeriodKey)>, Problem> {
    let open =
        |month: &Maand| app.period_key(*month).map(|key| (*month, key)).ok_or_else(|| Problem::closed_for(app, *month));
    months.iter().map(open).collect()
}

/// Where the leveringen of months lie, each with its key.
pub(super) fn shelves<'k>(
    app: &App,
    opened: &'k [(Maand, PeriodKey)],
) -> Result<Vec<(DiskShelf, &'k PeriodKey)>, StoreFault> {
    let place = &app.config.plaatsen.leveringen;
    let shelf = |(month, key): &'k (Maand, PeriodKey)| Ok((DiskShelf::open(place, *month)?, key));
    opened.iter().map(shelf).collect::<Result<_, std::io::Error>>().map_err(StoreFault::read(place))
}

/// What the Logboek Dataverwerkingen calls a koppeling under this version of a text: the address at which
/// it can be read, or a name where the service has no address of its own.
pub(super) fn activity(app: &App, asked: &Asked) -> Result<Activity, inbeeld::logbook::ActivityFault> {
    let Asked { doelbinding: id, versie, .. } = asked;
    let uri = match app.config.adres.as_deref().filter(|address| address.starts_with("https://")) {
        Some(address) => format!("{address}/v1/doelbindingen/{id}/versies/{versie}"),
        None => format!("urn:inbeeld:doelbinding:{id}:{versie}"),
    };
    Activity::new(&uri, SUBJECT)
}
