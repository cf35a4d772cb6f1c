//! The monthly koppeling: the only room that sees all others.

#[cfg(test)]
mod cases;
mod check;
mod fault;
mod link;
mod lists;
#[cfg(test)]
mod lists_oracle;
mod memory;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod questions_test;
#[cfg(test)]
mod received_test;
mod waarom;

pub use check::{Report, controleer};
pub use fault::RunFault;
pub use waarom::{Vraag, waarom};

use crate::classify::{Scope, classify};
use crate::disclosure::{
    Classified, Comparison, Context, ListRefusal, ListSet, Protected, Recipients, TableRefusal, TableSet, protect,
};
use crate::doelbinding::{Convenant, Granted, Policy, Signed, Triable};
use crate::engine::Embedded;
use crate::ingest::Folder;
use crate::linking::Progress;
use crate::pseudonym::{LinkKey, WithdrawalKey};
use crate::register::{Ledger, PastRules, Register, RegisterFault, month};
use crate::release::{Account, LeveringUsed, Outbox, Purpose, Released, SourceUsed, Trial, Vrijgave, release, tried};
use crate::terms::{Bron, Cohort, Datum, Moment, Peildatum};
use link::link;
use memory::Memory;

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
    job: &Koppeling<'_>,
    signed: Signed,
    open_register: impl FnOnce() -> Result<L, RegisterFault>,
    outbox: impl Outbox,
) -> Result<Outcome, RunFault> {
    let signers = signed.signers().to_vec();
    let granted = signed.decide(job.peildatum, job.today)?;
    let convenant = granted.policy.convenant.clone();
    let Made { protected, lists, account, mut ledger } = make(job, granted, signers, open_register)?;
    let stranger = |levering: &&LeveringUsed| {
        let party = |convenant: &Convenant| convenant.partijen.iter().any(|oin| oin.as_str() == levering.oin());
        convenant.as_ref().is_some_and(|convenant| !party(convenant))
    };
    let buiten_convenant =
        account.leveringen.iter().filter(stranger).map(|levering| levering.file().to_owned()).collect();
    let (geweigerd, lijsten) = (protected.refused().to_vec(), lists.refused().to_vec());
    let (bronnen, vergelijking) = (account.bronnen.clone(), lists.comparison());
    let released = release(protected, lists, &account, &mut ledger, outbox)?;
    Ok(Outcome { released, bronnen, geweigerd, lijsten, vergelijking, buiten_convenant })
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
    job: &Koppeling<'_>,
    triable: Triable,
    open_register: impl FnOnce() -> Result<L, RegisterFault>,
) -> Result<Tried, RunFault> {
    let signers = triable.signers().to_vec();
    let granted = triable.decide(job.peildatum, job.today)?;
    let Made { protected, lists, account, mut ledger } = make(job, granted, signers, open_register)?;
    let geweigerd = protected.refused().to_vec();
    let seen = tried(protected, lists, &account, &mut ledger)?;
    Ok(Tried { seen, bronnen: account.bronnen, geweigerd })
}

/// Everything of a run, ready to be entered.
struct Made<L> {
    protected: Protected<TableSet>,
    lists: Protected<ListSet>,
    account: Account,
    ledger: L,
}

/// Links, classifies and protects what a text grants.
fn make<L: Ledger>(
    job: &Koppeling<'_>,
    granted: Granted,
    signers: Vec<String>,
    open_register: impl FnOnce() -> Result<L, RegisterFault>,
) -> Result<Made<L>, RunFault> {
    let mut watch = Stopwatch::start(job.clock);
    let policy = &granted.policy;
    let key = LinkKey::of(job.place.folder.received().is_some())?;
    let linked = link(job, policy, &key, None, &mut watch)?;
    let mut ledger = open_register()?;
    let releases = month(&Register::read(&ledger.lines()?)?, policy.doelgroep.regio, job.peildatum.maand());
    let memory = Memory::new(releases, &granted.tables.identity().sha256, policy, job.peildatum, &linked);
    let mut seen = Vec::new();
    for (person, found) in linked.doelgroep.each() {
        let found = found.evidence();
        let first = seen.len();
        seen.extend(memory.ways.iter().map(|way| classify(person, &found, &way.scope, &way.covered)));
        if seen.iter().skip(first).all(Option::is_none) {
            seen.truncate(first);
        }
    }
    let classified = Classified::new(memory.ways.len(), seen);
    watch.phase("classificeren");
    let deadline = job.clock.seconds() + f64::from(policy.rekentijd_s);
    let context = Context {
        ways: &memory.ways,
        numbers: &linked.numbers(),
        earlier: &memory.earlier,
        corrects: &memory.corrects,
        refused: memory.refused.clone(),
        time_is_up: &|| job.clock.seconds() > deadline,
    };
    let protected = protect(&classified, granted.tables, policy, &context);
    watch.phase("beschermen");
    let lists = lists::lists(job, granted.lists, policy, &linked, &memory, &protected)?;
    watch.phase("lijsten");
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
        duur_s: watch.phases,
    };
    Ok(Made { protected, lists, account, ledger })
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

/// Seconds per phase.
struct Stopwatch<'a> {
    clock: &'a dyn Clock,
    since: f64,
    phases: Vec<(String, f64)>,
}

impl<'a> Stopwatch<'a> {
    fn start(clock: &'a dyn Clock) -> Self {
        Self { clock, since: clock.seconds(), phases: Vec::new() }
    }

    /// Ends the phase that ran until now.
    fn phase(&mut self, name: &str) {
        let now = self.clock.seconds();
        let milliseconds = ((now - self.since) * 1000.0).round();
        self.phases.push((name.to_owned(), milliseconds / 1000.0));
        self.since = now;
    }
}
