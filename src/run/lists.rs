//! The contact lists of a run: who of the doelgroep may be on one, with the handle that its own
//! municipality made.

use super::link::Linked;
use super::memory::Memory;
use super::{Koppeling, RunFault, scope};
use crate::classify::{Jongere, classify};
use crate::disclosure::{ListContext, ListSet, Listable, Moment, Protected, TableSet, Withdrawal, list};
use crate::doelbinding::{Grant, Lijst, Policy};
use crate::linking::Person;
use crate::pseudonym::Marked;
use crate::terms::Maand;

/// Makes the lists that a text grants, beside its protected tables.
pub(super) fn lists(
    job: &Koppeling<'_>,
    grant: Grant<Vec<Lijst>>,
    policy: &Policy,
    linked: &Linked,
    memory: &Memory,
    protected: &Protected<TableSet>,
) -> Result<Protected<ListSet>, RunFault> {
    let asked = !policy.lijsten.is_empty();
    let withdrawals = job.withdrawals.filter(|_| asked);
    let withdrawal = withdrawals.map(|withdrawals| {
        let moment = Moment {
            sleutel_id: linked.serving.leveringen.first().map(|levering| levering.manifest.sleutel_id),
            peildatum: job.peildatum,
            today: job.today,
            bewaartermijn_dagen: policy.bewaartermijn_dagen,
        };
        Withdrawal::open(withdrawals.key, &grant.identity().id, withdrawals.before, &moment)
    });
    let earlier: Vec<_> = memory.earlier.iter().chain(&memory.corrects).collect();
    let context = ListContext {
        clearance: protected.clearance(),
        recipients: job.recipients,
        redenen: protected.reasons(),
        earlier: &earlier,
        withdrawal: withdrawal.transpose()?,
    };
    let scope = scope(policy, job.peildatum);
    // Without lists nobody is looked at again.
    let persons = linked.doelgroep.each().enumerate().take(if asked { usize::MAX } else { 0 });
    let everybody = persons.filter_map(|(at, (person, found))| {
        let jongere = classify(person, &found.evidence(), &scope, &linked.covered)?;
        Some(listable(linked, at, person, jongere))
    });
    Ok(list(everybody, grant, context)?)
}

/// Somebody, at a place of the doelgroep, as a list may name it.
pub(super) fn listable<'a>(linked: &'a Linked, at: usize, person: &Person, jongere: Jongere) -> Listable<'a> {
    Listable {
        verwijzing: linked.doelgroep.handle(at, jongere.gemeente).copied(),
        marked: linked
            .doelgroep
            .pseudonym(at)
            .map(Marked::Received)
            .or_else(|| linked.doelgroep.marks(at, jongere.gemeente)),
        niet_benaderen: person.niet_benaderen,
        uitschrijfmaand: person.uitschrijfdatum.map(Maand::of),
        jongere,
    }
}
