//! The monthly koppeling: the only room that sees all others.

#[cfg(test)]
mod cases;
mod check;
mod fault;
mod link;
mod lists;
#[cfg(test)]
mod lists_oracle;
mod log;
mod memory;
#[cfg(test)]
pub(crate) mod oracle;
mod prepared;
#[cfg(test)]
mod questions_test;
#[cfg(test)]
mod received_test;
mod standing;
#[cfg(test)]
mod stored_test;
mod waarom;
mod watch;

pub use check::{Report, controleer};
pub use fault::RunFault;
pub use prepared::{Leave, Prepared, Shown};
pub use standing::{Standing, Supplied, standing};
pub use waarom::{Vraag, waarom};

use crate::classify::{Dimensies, Scope, Way, classify};
use crate::disclosure::{
    Classified, Comparison, Context, ListRefusal, ListSet, Protected, Recipients, TableRefusal, TableSet,
    asked_dimensions, protect,
};
use crate::doelbinding::{Granted, Policy, Signed, Tabel, Triable};
use crate::engine::Embedded;
use crate::ingest::Folder;
use crate::linking::{Fase, Part, Progress};
use crate::logbook::{Activity, LogSink};
use crate::pseudonym::{LinkKey, WithdrawalKey};
use crate::register::{Ledger, PastRules, Register, RegisterFault, month};
use crate::release::{Account, LeveringUsed, Outbox, Purpose, Released, SourceUsed, Trial, Vrijgave, tried};
use crate::terms::{Bron, Cohort, Datum, Moment, Peildatum, Sha256Hash};
use link::{Linked, link};
use memory::Memory;
use watch::Stopwatch;

/// Time as the run sees it.
pub trait Clock: Sync {
    /// Now, in UTC.
    fn now(&self) -> Moment;
    /// Seconds since some fixed moment. Asked from several threads.
    fn seconds(&self) -> f64;
}

/// Where leveringen are read and the work runs.
#[derive(Clone, Copy)]
pub struct Workplace<'a> {
    /// The leveringen.
    pub folder: &'a dyn Folder,
    /// Where the work runs.
    pub engine: &'a Embedded,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// What one koppeling needs from outside.
pub struct Koppeling<'a> {
    /// The reference date.
    pub peildatum: Peildatum,
    /// Today in UTC.
    pub today: Datum,
    /// Whether today was set by hand.
    pub today_set: bool,
    /// Whether to go on where a covered source matches nobody.
    pub accept_no_overlap: bool,
    /// The leveringen and the machine.
    pub place: Workplace<'a>,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Who can receive lists.
    pub recipients: &'a Recipients,
    /// Where it is to be told which handles are no longer on a list.
    pub withdrawals: Option<Withdrawals<'a>>,
    /// Where it is told whose data was processed. Only leveringen that were received can tell that.
    pub logboek: Option<Logboek<'a>>,
}

/// The Logboek Dataverwerkingen, and what a koppeling is called there.
pub struct Logboek<'a> {
    /// What the processing is.
    pub activity: &'a Activity,
    /// Where its lines go.
    pub sink: &'a mut dyn LogSink,
}

/// The key that recognises who was on a list, and what it sealed last time.
#[derive(Clone, Copy)]
pub struct Withdrawals<'a> {
    /// Key of soort `intrekking`.
    pub key: &'a WithdrawalKey,
    /// What the run before remembered; `None` when there was none.
    pub before: Option<&'a [u8]>,
}

/// What came out.
pub struct Outcome {
    /// What left: it is in the register and in its place.
    pub released: Released<Vrijgave>,
    /// What each source covered.
    pub bronnen: Vec<SourceUsed>,
    /// Tables of the text that do not leave, and why.
    pub geweigerd: Vec<TableRefusal>,
    /// Lists of the text that do not leave, and why.
    pub lijsten: Vec<ListRefusal>,
    /// With what the lists were compared, where withdrawals are told.
    pub vergelijking: Option<Comparison>,
    /// Leveringen that serve, by name of the file, of whom is no party to the text's convenant.
    pub buiten_convenant: Vec<String>,
}

/// Links, classifies, protects and releases. The register is opened only once the input is good, and
/// its entry stands before anything is in place.
///
/// # Errors
/// [`RunFault`]; then nothing was released, or it says what was.
pub fn koppel<L: Ledger>(
    job: Koppeling<'_>,
    signed: Signed,
    open_register: impl FnOnce() -> Result<L, RegisterFault>,
    outbox: impl Outbox,
) -> Result<Outcome, RunFault> {
    let (clock, today) = (job.clock, job.today);
    let remembered = job.withdrawals.and_then(|withdrawals| withdrawals.before);
    let (prepared, mut ledger) = run_through(job, signed, || held(open_register()?))?;
    // The register is held until the end, so that nothing can come in between.
    prepared.let_out(&Leave { now: clock.now(), today, remembered }, &mut ledger, outbox)
}

/// Links, classifies and protects, and releases nothing yet. Of the register it takes the lines, and holds nothing of
/// it: whether the month is still the same is asked when somebody sees it, and when it leaves.
///
/// # Errors
/// [`RunFault`].
pub fn prepare(
    job: Koppeling<'_>,
    signed: Signed,
    lines: impl FnOnce() -> Result<Vec<String>, RegisterFault>,
) -> Result<Prepared, RunFault> {
    run_through(job, signed, || Ok(((), lines()?))).map(|(prepared, ())| prepared)
}

/// A register that stays in hand, and its lines.
fn held<L: Ledger>(mut ledger: L) -> Result<(L, Vec<String>), RegisterFault> {
    let lines = ledger.lines()?;
    Ok((ledger, lines))
}

fn run_through<L>(
    job: Koppeling<'_>,
    signed: Signed,
    register: impl FnOnce() -> Result<(L, Vec<String>), RegisterFault>,
) -> Result<(Prepared, L), RunFault> {
    let signers = signed.signers().to_vec();
    let granted = signed.decide(job.peildatum, job.today)?;
    let (convenant, last) = (granted.policy.convenant.clone(), granted.policy.last_release());
    let remembered = prepared::hash(job.withdrawals.and_then(|withdrawals| withdrawals.before));
    let Made { protected, lists, account, month, ledger } = make(job, granted, signers, register)?;
    Ok((Prepared { protected, lists, account, convenant, last, month, remembered, shown: false }, ledger))
}

/// What a trial showed.
pub struct Tried {
    /// What would leave: it is in the register.
    pub seen: Released<Trial>,
    /// What each source covered.
    pub bronnen: Vec<SourceUsed>,
    /// Tables of the text that would not leave, and why.
    pub geweigerd: Vec<TableRefusal>,
}

/// Does all that [`koppel`] does up to the release, and shows what would leave. It counts in the
/// register like a release: whoever tries a text sees numbers.
///
/// # Errors
/// [`RunFault`]; then nothing was shown.
pub fn proef<L: Ledger>(
    job: Koppeling<'_>,
    triable: Triable,
    open_register: impl FnOnce() -> Result<L, RegisterFault>,
) -> Result<Tried, RunFault> {
    let signers = triable.signers().to_vec();
    let granted = triable.decide(job.peildatum, job.today)?;
    let Made { protected, lists, account, mut ledger, .. } = make(job, granted, signers, || held(open_register()?))?;
    let geweigerd = protected.refused().to_vec();
    let seen = tried(protected, lists, &account, &mut ledger)?;
    Ok(Tried { seen, bronnen: account.bronnen, geweigerd })
}

/// Everything of a run, ready to be entered.
struct Made<L> {
    protected: Protected<TableSet>,
    lists: Protected<ListSet>,
    account: Account,
    /// What the register held of the month.
    month: Vec<Sha256Hash>,
    ledger: L,
}

/// Links, classifies and protects what a text grants.
fn make<L>(
    mut job: Koppeling<'_>,
    granted: Granted,
    signers: Vec<String>,
    register: impl FnOnce() -> Result<(L, Vec<String>), RegisterFault>,
) -> Result<Made<L>, RunFault> {
    let begun = job.clock.now();
    let mut logboek = job.logboek.take();
    let job = &job;
    let mut watch = Stopwatch::start(job);
    let policy = &granted.policy;
    let key = LinkKey::of(job.place.folder.received().is_some())?;
    let linked = link(job, policy, &key, None, &mut watch)?;
    let (ledger, lines) = register()?;
    let register = Register::read(&lines)?;
    let (regio, maand) = (policy.doelgroep.regio, job.peildatum.maand());
    let releases = month(&register, regio, maand);
    let memory = Memory::new(releases, &granted.tables.identity().sha256, policy, job.peildatum, &linked);
    let classified = classified(job, &linked, &memory, &policy.tabellen);
    watch.next(Fase::Beschermen, 0)?;
    let deadline = job.clock.seconds() + f64::from(policy.rekentijd_s);
    let context = Context {
        ways: &memory.ways,
        numbers: &linked.numbers(),
        earlier: &memory.earlier,
        corrects: &memory.corrects,
        refused: memory.refused.clone(),
        time_is_up: &|| job.clock.seconds() > deadline || job.place.progress.cancelled(),
    };
    let protected = protect(&classified, granted.tables, policy, &context);
    watch.next(Fase::Lijsten, 0)?;
    let lists = lists::lists(job, granted.lists, policy, &linked, &memory, &protected)?;
    if let (Some(logboek), Some(received)) = (&mut logboek, job.place.folder.received()) {
        log::log(received, &linked, logboek, begun, job.clock.now())?;
    }
    let duur_s = watch.finish()?;
    let account = Account {
        tijd: job.clock.now(),
        vandaag_gezet: job.today_set,
        ondertekend_door: signers,
        doel: Purpose::of(policy, job.peildatum),
        doelgroep: describe(policy),
        regels: rules(policy, job.peildatum),
        leveringen: linked.serving.leveringen.iter().map(LeveringUsed::of).collect(),
        bronnen: linked.sources(policy),
        zonder_overlap: job.accept_no_overlap,
        duur_s,
    };
    let month = prepared::of_month(&register, regio, maand);
    Ok(Made { protected, lists, account, month, ledger })
}

/// Everybody as each way sees it, in what tables ask of it; not all of them where the run is broken off.
fn classified(job: &Koppeling<'_>, linked: &Linked, memory: &Memory, tabellen: &[Tabel]) -> Classified {
    let asked = asked_dimensions(memory.ways.len(), tabellen, &memory.earlier);
    let ways: Vec<(&Way, Dimensies)> = memory.ways.iter().zip(asked).collect();
    let part = |classified: &mut Classified, persons: Part<'_>| {
        if job.place.progress.cancelled() {
            return;
        }
        let mut seen = Vec::with_capacity(ways.len());
        for (person, found) in persons {
            let found = found.evidence();
            seen.clear();
            let outcome = |(way, asked): &(&Way, Dimensies)| {
                classify(person, &found, &way.scope, &way.covered).map(|jongere| jongere.only(*asked))
            };
            seen.extend(ways.iter().map(outcome));
            classified.add(&seen);
        }
    };
    linked.doelgroep.gather(job.place.engine, part, Classified::merge)
}

/// The text's choices that the rules of classification use.
fn scope(policy: &Policy, peildatum: Peildatum) -> Scope {
    let doelgroep = &policy.doelgroep;
    Scope {
        peildatum,
        gemeenten: doelgroep.gemeenten.iter().copied().collect(),
        van: doelgroep.leeftijd_van,
        tot: doelgroep.leeftijd_tot,
        cohort: doelgroep.cohort,
        inkomen_boven_cent: doelgroep.inkomen_boven_cent,
        brp: policy.bronnen.contains_key(&Bron::Brp),
    }
}

/// The text's choices as the register keeps them, to count again later what was counted now.
fn rules(policy: &Policy, peildatum: Peildatum) -> PastRules {
    let doelgroep = &policy.doelgroep;
    PastRules {
        gemeenten: doelgroep.gemeenten.iter().map(ToString::to_string).collect(),
        leeftijd_van: doelgroep.leeftijd_van,
        leeftijd_tot: doelgroep.leeftijd_tot,
        cohort: doelgroep.cohort.map_or("alle", Cohort::as_str).to_owned(),
        inkomen_boven_cent: doelgroep.inkomen_boven_cent,
        inkomen_maand: policy.inkomen_maand(peildatum).to_string(),
        bronnen: policy.bronnen.keys().map(|bron| bron.as_str().to_owned()).collect(),
    }
}

/// The population in one Dutch sentence.
fn describe(policy: &Policy) -> String {
    let doelgroep = &policy.doelgroep;
    let cohort = match doelgroep.cohort {
        Some(Cohort::Oud) => "oud-vsv'ers",
        Some(Cohort::Nieuw) => "nieuwe vsv'ers",
        None => "alle vsv'ers",
    };
    let gemeenten: Vec<String> = doelgroep.gemeenten.iter().map(ToString::to_string).collect();
    format!(
        "{cohort} van {} tot {} jaar in {} (regio {}); werk is een inkomen boven {} eurocent per maand",
        doelgroep.leeftijd_van,
        doelgroep.leeftijd_tot,
        gemeenten.join(", "),
        doelgroep.regio,
        doelgroep.inkomen_boven_cent
    )
}
