//! A question about one person: linked again as `koppel` does, answered to each role what it may hear.

use super::link::{Linked, link};
use super::lists::listable;
use super::log::log;
use super::watch::Stopwatch;
use super::{Koppeling, RunFault, scope};
use crate::classify::{Scope, classify, explain};
use crate::disclosure::{Delivered, InzageContext, Subject, answer};
use crate::doelbinding::{Policy, Signed, TextIdentity};
use crate::pseudonym::{LinkKey, Verwijzing};
use crate::register::{Entry, Ledger, PastList, Register, RegisterFault, Soort};
use crate::release::{Antwoord, InzageAccount, Released, Vorm, tell};
use crate::terms::{Gemeente, Peildatum, Rol};
use std::collections::BTreeSet;

/// One question.
pub struct Vraag<'a> {
    /// The koppeling to ask it of.
    pub koppeling: Koppeling<'a>,
    /// The handle of whom it is about.
    pub verwijzing: Verwijzing,
    /// Who asks.
    pub rol: Rol,
    /// Which municipality asks, where who runs this knows that: of another's lists it hears nothing. On the command
    /// line it is whoever has the handle.
    pub gemeente: Option<Gemeente>,
    /// How the answer is laid out.
    pub vorm: Vorm,
}

/// Answers one question. For that everybody is linked again, so that everybody has a line in the Logboek
/// Dataverwerkingen, where there is one; whom it is about shows there no more than in the register. The
/// register is opened only once the input is good, and it knows of the question before anybody sees an
/// answer, or hears that there is none.
///
/// # Errors
/// [`RunFault`]; then nothing was told.
pub fn waarom<L: Ledger>(
    mut vraag: Vraag<'_>,
    signed: Signed,
    open_register: impl FnOnce() -> Result<L, RegisterFault>,
) -> Result<Released<Antwoord>, RunFault> {
    let begun = vraag.koppeling.clock.now();
    let mut logboek = vraag.koppeling.logboek.take();
    let job = &vraag.koppeling;
    let (asking, policy) = signed.decide_inzage(vraag.rol, job.peildatum, job.today)?;
    let key = LinkKey::of(job.place.folder.received().is_some())?;
    let linked = link(job, &policy, &key, Some(&vraag.verwijzing), &mut Stopwatch::start(job))?;
    if let (Some(logboek), Some(received)) = (&mut logboek, job.place.folder.received()) {
        log(received, &linked, logboek, begun, job.clock.now())?;
    }
    let mut ledger = open_register()?;
    let register = Register::read(&ledger.lines()?)?;
    let asked = register.asked(&asking.identity().id, vraag.rol.recht(), job.today);
    let question = asking.within(asked)?;
    let delivered = delivered(&register, question.identity(), job.peildatum, &linked);
    let scope = scope(&policy, job.peildatum);
    let everybody = linked.doelgroep.each().enumerate().filter_map(|(at, (person, found))| {
        let jongere = classify(person, &found.evidence(), &scope, &linked.covered)?;
        Some(listable(&linked, at, person, jongere))
    });
    let context = InzageContext {
        verwijzing: &vraag.verwijzing,
        vrager: vraag.gemeente,
        policy: &policy,
        recipients: job.recipients,
        delivered: &delivered,
    };
    let subject = subject(&linked, &policy, job.peildatum, &scope);
    let protected = answer(question, subject, everybody, &context);
    let leveringen = linked.serving.leveringen.iter().map(|levering| &levering.manifest);
    let account = InzageAccount {
        tijd: job.clock.now(),
        vandaag_gezet: job.today_set,
        rol: vraag.rol,
        policy: &policy,
        leveranciers: leveringen.map(|manifest| (manifest.bron, manifest.leverancier.naam.as_str())).collect(),
    };
    Ok(tell(protected, &account, vraag.vorm, &mut ledger)?)
}

/// Whom the question is about.
fn subject<'a>(linked: &'a Linked, policy: &Policy, peildatum: Peildatum, scope: &Scope) -> Subject<'a> {
    let found = linked.asked.and_then(|asked| Some((asked, linked.doelgroep.person(asked.person)?)));
    let Some((asked, (person, found))) = found else { return Subject::Nobody };
    let month = policy.inkomen_maand(peildatum);
    match explain(person, &found.evidence(), &asked.dates, month, scope, &linked.covered) {
        Err(why) => Subject::NotNamed(why),
        Ok(explanation) => {
            let person = listable(linked, asked.person, person, explanation.jongere);
            Subject::Counted(Box::new(person), explanation)
        }
    }
}

/// What the register says was delivered under this very text for this peildatum, told apart by whether
/// it was made from these very leveringen.
fn delivered(register: &Register, text: &TextIdentity, peildatum: Peildatum, linked: &Linked) -> Delivered {
    let serving = linked.serving.leveringen.iter().map(|levering| &levering.manifest);
    let now: BTreeSet<(String, String)> =
        serving.map(|manifest| (manifest.bron.to_string(), manifest.sha256.to_string())).collect();
    let same_input = |entry: &Entry| {
        let then = entry.leveringen.iter().map(|levering| (levering.bron.clone(), levering.sha256.clone()));
        then.collect::<BTreeSet<_>>() == now
    };
    let place = |list: &PastList| Some((list.naam.clone(), Gemeente::parse(list.gemeente.as_bytes()).ok()?));
    let mut delivered = Delivered::default();
    for past in &register.vrijgaven {
        let entry = &past.entry;
        let counts = past.soort == Soort::Vrijgave
            && past.uitgeleverd.is_some()
            && entry.doelbinding.sha256 == text.sha256.to_string()
            && entry.peildatum == peildatum.to_string();
        if !counts {
            continue;
        }
        delivered.tabellen |= !entry.tabellen.is_empty();
        let lists = entry.lijsten.iter().filter_map(place);
        if same_input(entry) {
            delivered.lijsten.extend(lists);
        } else {
            delivered.andere_invoer.extend(lists.map(|(_, gemeente)| gemeente));
        }
    }
    delivered
}
