//! From a folder of leveringen to a doelgroep of which everything is known.

use super::check::Task;
use super::watch::Stopwatch;
use super::{Koppeling, RunFault};
use crate::classify::Covered;
use crate::doelbinding::Policy;
use crate::ingest::{
    Coverage, Inventory, Levering, Manifest, Readable, Received, Refusal, Refused, Rows, Serving, Wanted, own_allowed,
};
use crate::linking::{By, Dates, Doelgroep, DoelgroepBuilder, Fase, Matches, Window};
use crate::pseudonym::{KeyId, LinkKey, Token, Verwijzing};
use crate::receive::Beside;
use crate::release::SourceUsed;
use crate::terms::{Bron, Identificatie, Peildatum};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Persons above which a covered source that matches nobody is taken for a wrong key (CONTRACT),
/// and from which shares matched are told.
const ENOUGH: usize = 100;

/// The doelgroep with everything that the sources say of it.
pub(super) struct Linked {
    pub(super) doelgroep: Doelgroep,
    pub(super) serving: Serving,
    pub(super) covered: Covered,
    pub(super) matches: Matches,
    /// Whom a question is about, where one is asked and its handle is somebody's.
    pub(super) asked: Option<Asked>,
}

/// Whom a question is about.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// Its place among the doelgroep.
    pub(super) person: usize,
    /// When what decides began.
    pub(super) dates: Dates,
}

/// Reads every levering, chooses those that serve, and links them. With a handle that somebody asks
/// about, handles are read also where no list needs them, and its person's dates are kept.
pub(super) fn link(
    job: &Koppeling<'_>,
    policy: &Policy,
    key: &LinkKey,
    verwijzing: Option<&Verwijzing>,
    watch: &mut Stopwatch<'_>,
) -> Result<Linked, RunFault> {
    let Inventory { leveringen, refused } = Inventory::take(job.place.folder).map_err(RunFault::Folder)?;
    let mut refusals = Refusals(refused);
    for levering in leveringen.iter().filter(|levering| levering.manifest.regio != policy.doelgroep.regio) {
        refusals.add(&levering.file, vec![Refusal::Regio]);
    }
    let wanted = wanted(policy, job.peildatum);
    let serving = Serving::choose(&leveringen, &wanted).map_err(|tie| RunFault::Tie(tie.files))?;
    let doelgroep = serving.leveringen.iter().any(|levering| levering.manifest.bron == Bron::Doelgroep);
    // Where a manifest is refused, that is the first thing to mend: see below.
    if !doelgroep && refusals.0.is_empty() {
        return Err(RunFault::NoDoelgroep);
    }
    one_key(&serving.leveringen)?;
    let rows = |doelgroep: bool| {
        let read = serving.leveringen.iter().map(|levering| &levering.manifest);
        let read = read.filter(|manifest| (manifest.bron == Bron::Doelgroep) == doelgroep);
        read.fold(0, |sum: u64, manifest| sum.saturating_add(manifest.records))
    };
    let listed = rows(true);
    watch.next(Fase::Doelgroep, listed)?;

    // What was keyed again when it was received marks nobody: marks were made then, and lie beside it.
    let raw = job.place.folder.received().is_none();
    let keep = raw && job.withdrawals.is_some() && !policy.lijsten.is_empty();
    let builder = DoelgroepBuilder::new(keep, listed);
    let mut velden = policy.doelgroep_velden();
    velden.extend(verwijzing.map(|_| "verwijzing"));
    let readable = Readable::only(Bron::Doelgroep, velden.iter().copied());
    for (levering, reasons) in job.place.read_doelgroep(&newest_first(&serving.leveringen), &readable, key, &builder) {
        refusals.add(&levering.file, reasons);
    }
    watch.check()?;
    let mut doelgroep = builder.finish();
    let store = Store::of(job, &serving.leveringen);
    if let Some(store) = &store {
        for levering in newest_first(&serving.leveringen) {
            if let Err(fault) = store.recall(levering, job, &mut doelgroep) {
                refusals.add(&levering.file, vec![Refusal::of_stored(&fault)]);
            }
        }
        doelgroep.end_marks();
    }
    watch.next(Fase::Koppelen, rows(false))?;

    let asked = verwijzing.and_then(|verwijzing| doelgroep.carrying(verwijzing));
    let dates = Mutex::new(Dates::default());
    let window = Window { peildatum: job.peildatum, inkomen_maand: wanted.inkomen_maand };
    let hear = Hear { doelgroep: &doelgroep, key, window: &window, asked, dates: &dates };
    let mut tasks = Vec::new();
    for levering in &serving.leveringen {
        let Some(ask) = policy.bronnen.get(&levering.manifest.bron) else { continue };
        let readable = Readable::only(levering.manifest.bron, ask.velden.iter().map(String::as_str));
        let party = party(&serving.leveringen, levering);
        let by = store.as_ref().map_or(Ok(By::Own), |store| store.by(levering))?;
        tasks.push(Task::read(levering, readable, move |rows| hear.rows(levering, (party, by), rows)));
    }
    let others = leveringen.iter().filter(|levering| !serving.leveringen.contains(levering));
    tasks.extend(others.map(Task::compare));
    for (levering, reasons) in job.place.read(tasks) {
        refusals.add(&levering.file, reasons);
    }
    watch.check()?;
    refusals.finish()?;
    watch.next(Fase::Classificeren, 0)?;

    let coverage = |(bron, identificatie)| ((bron, identificatie), serving.coverage(bron, identificatie));
    let covered = Covered::new(sources().map(coverage));
    let dates = dates.into_inner().unwrap_or_else(PoisonError::into_inner);
    let asked = asked.map(|person| Asked { person, dates });
    let matches = Matches::count(&doelgroep, job.place.engine);
    let linked = Linked { doelgroep, serving, covered, matches, asked };
    if !job.accept_no_overlap {
        linked.check_overlap(policy)?;
    }
    Ok(linked)
}

/// What a text seeks at a peildatum.
pub(super) fn wanted(policy: &Policy, peildatum: Peildatum) -> Wanted {
    Wanted {
        peildatum,
        inkomen_maand: policy.inkomen_maand(peildatum),
        bronnen: policy.bronnen.iter().map(|(bron, ask)| (*bron, ask.leveranciers.clone())).collect(),
    }
}

/// What is done with the rows of a source.
#[derive(Clone, Copy)]
struct Hear<'h> {
    doelgroep: &'h Doelgroep,
    key: &'h LinkKey,
    window: &'h Window,
    /// The one person whose dates are kept.
    asked: Option<usize>,
    dates: &'h Mutex<Dates>,
}

impl Hear<'_> {
    /// Adds what rows say to whom they are about, and forgets them.
    fn rows(&self, levering: &Levering, (party, by): (u32, By), rows: &Rows) {
        let Manifest { bron, identificatie, .. } = levering.manifest;
        self.doelgroep.meet((by, self.key), rows.pseudonyms(), identificatie, |person, at, found| {
            // A row with a fault adds nothing: its levering is refused as a whole.
            for said in rows.said(person).iter().filter_map(|said| said.row.as_ref()) {
                found.add(said, bron, party, self.window);
                if self.asked == Some(at) {
                    self.dates.lock().unwrap_or_else(PoisonError::into_inner).add(said, self.window);
                }
            }
        });
    }
}

/// A place where leveringen were keyed again when they were received, each under the key of its month.
struct Store<'s> {
    received: &'s dyn Received,
    /// Under which key the doelgroep lies.
    own: Option<KeyId>,
    /// Of each of its leveringen under which key its persons are known as well.
    earlier: RefCell<Vec<Option<KeyId>>>,
}

impl<'s> Store<'s> {
    /// The store of a run, where its leveringen come from one.
    fn of(job: &Koppeling<'s>, serving: &[Levering]) -> Option<Self> {
        let received = job.place.folder.received()?;
        let own = newest_first(serving).first().and_then(|levering| received.key(&levering.file));
        Some(Self { received, own, earlier: RefCell::default() })
    }

    /// Notes what was stored beside a levering of the doelgroep.
    fn recall(&self, levering: &Levering, job: &Koppeling<'_>, doelgroep: &mut Doelgroep) -> io::Result<()> {
        let mut beside = Beside::read(self.received.beside(&levering.file)?)?;
        let layout = beside.layout().clone();
        self.earlier.borrow_mut().push(layout.earlier);
        // Marks of another key say nothing here.
        let marked = job.withdrawals.is_some_and(|withdrawals| Some(withdrawals.key.id()) == layout.marks);
        if marked {
            doelgroep.begin_marks(layout.lists);
        }
        while let Some(entry) = beside.entry()? {
            let marks = marked.then(|| (entry.gemeente, entry.marks().collect()));
            let token = (Token::of(&entry.keyed), levering.manifest.identificatie);
            doelgroep.recall(token, entry.earlier.map(|earlier| Token::of(&earlier)), marks);
        }
        Ok(())
    }

    /// By which number the rows of a levering name its persons.
    fn by(&self, levering: &Levering) -> Result<By, RunFault> {
        match self.received.key(&levering.file) {
            key if key == self.own => Ok(By::Own),
            // Known so by all or by none: whoever is not, would be taken for somebody without income.
            key if key.is_some() && self.earlier.borrow().iter().all(|earlier| *earlier == key) => Ok(By::Earlier),
            _ => Err(RunFault::OtherPeriod(levering.file.clone())),
        }
    }
}

/// What is wrong with each levering so far.
struct Refusals(Vec<Refused>);

impl Refusals {
    fn add(&mut self, file: &str, reasons: Vec<Refusal>) {
        if reasons.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|known| known.file == file) {
            Some(known) => known.reasons.extend(reasons),
            None => self.0.push(Refused { file: file.to_owned(), reasons }),
        }
    }

    fn finish(mut self) -> Result<(), RunFault> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by(|a, b| a.file.cmp(&b.file));
        let tampered = self.0.iter().filter(|refused| refused.reasons.contains(&Refusal::Stored));
        let tampered: Vec<String> = tampered.map(|refused| refused.file.clone()).collect();
        if !tampered.is_empty() {
            return Err(RunFault::Tampered(tampered));
        }
        Err(RunFault::Refused(self.0))
    }
}

/// Every source with every kind of number.
fn sources() -> impl Iterator<Item = (Bron, Identificatie)> {
    let sources = Bron::ALL.iter().filter(|bron| **bron != Bron::Doelgroep);
    sources.flat_map(|bron| Identificatie::ALL.iter().map(|identificatie| (*bron, *identificatie)))
}

/// The doelgroep leveringen in the order in which they decide who counts: the newest first, then
/// the higher OIN (DOMEIN, Classification).
fn newest_first(serving: &[Levering]) -> Vec<&Levering> {
    let mut found: Vec<_> = serving.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep).collect();
    let rank = |levering: &Levering| (levering.manifest.aangemaakt, levering.manifest.leverancier.oin.clone());
    found.sort_by_key(|levering| std::cmp::Reverse(rank(levering)));
    found
}

/// A number for the supplier of a levering, the same for all its leveringen.
fn party(serving: &[Levering], levering: &Levering) -> u32 {
    let same = |other: &Levering| other.manifest.leverancier.oin == levering.manifest.leverancier.oin;
    // Every levering is among the serving ones, and a folder holds far fewer than 2³² files.
    serving.iter().position(same).and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
}

fn one_key(serving: &[Levering]) -> Result<(), RunFault> {
    let Some(first) = serving.first() else { return Ok(()) };
    match serving.iter().find(|levering| levering.manifest.sleutel_id != first.manifest.sleutel_id) {
        Some(other) => Err(RunFault::Keys([first.file.clone(), other.file.clone()])),
        None => Ok(()),
    }
}

impl Linked {
    /// By which kinds of number the doelgroep leveringen know people.
    pub(super) fn numbers(&self) -> Vec<Identificatie> {
        let doelgroep = self.serving.leveringen.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep);
        let used: BTreeSet<Identificatie> = doelgroep.map(|levering| levering.manifest.identificatie).collect();
        used.into_iter().collect()
    }

    fn check_overlap(&self, policy: &Policy) -> Result<(), RunFault> {
        for (bron, identificatie) in sources().filter(|(bron, _)| policy.bronnen.contains_key(bron)) {
            let covered = self.covered.of(bron, identificatie) == Coverage::Covered;
            let enough = self.matches.persons(identificatie) > ENOUGH;
            if covered && enough && self.matches.matched(bron, identificatie) == 0 {
                return Err(RunFault::NoOverlap { bron, identificatie });
            }
        }
        Ok(())
    }

    /// What each source of the text covers, and which share of the doelgroep it knows.
    pub(super) fn sources(&self, policy: &Policy) -> Vec<SourceUsed> {
        let mut used = Vec::new();
        for (bron, identificatie) in sources().filter(|(bron, _)| policy.bronnen.contains_key(bron)) {
            let persons = self.matches.persons(identificatie);
            let dekking = self.covered.of(bron, identificatie);
            let possible = identificatie == Identificatie::Bsn || own_allowed(bron);
            // A kind of number that nobody has and no file brings is not worth a line.
            if !possible || (persons == 0 && dekking == Coverage::Missing) {
                continue;
            }
            let told = persons >= ENOUGH && dekking != Coverage::Missing;
            let gekoppeld_procent = told.then(|| twentieths(self.matches.matched(bron, identificatie), persons) * 5);
            used.push(SourceUsed { bron, identificatie, dekking, gekoppeld_procent });
        }
        used
    }
}

/// A share in twentieths, rounded to the nearest.
fn twentieths(part: usize, whole: usize) -> u8 {
    u8::try_from((part * 40 + whole) / (whole * 2)).unwrap_or(20)
}
