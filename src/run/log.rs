//! Telling the Logboek Dataverwerkingen whose data a koppeling looked at.

use super::link::Linked;
use super::{Logboek, RunFault};
use crate::ingest::{Received, Refusal};
use crate::linking::{By, Doelgroep};
use crate::logbook::{Lines, Span};
use crate::pseudonym::Token;
use crate::receive::Beside;
use crate::terms::{Bron, Identificatie, Moment};
use std::io::{self, Read};

/// Tells of everybody in the doelgroep that its data was linked.
pub(super) fn log(
    received: &dyn Received,
    linked: &Linked,
    logboek: &mut Logboek<'_>,
    begun: Moment,
    ended: Moment,
) -> Result<(), RunFault> {
    let mut random = [0; 24];
    getrandom::fill(&mut random).map_err(|_| crate::pseudonym::KeyFault::Random)?;
    let span = Span { begun, ended, random };
    let mut lines = Lines::begin(logboek.activity, &span, logboek.sink).map_err(RunFault::Logboek)?;
    let mut told = vec![false; linked.doelgroep.len()];
    let serving = &linked.serving.leveringen;
    for levering in serving.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep) {
        let mut beside = open(received, &levering.file)?;
        while let Some(entry) = beside.entry().map_err(fault(&levering.file))? {
            let person = place(&linked.doelgroep, Token::of(&entry.keyed), levering.manifest.identificatie);
            // Who stands in two leveringen is one jongere.
            let first = person.and_then(|person| told.get_mut(person)).filter(|told| !**told);
            if let Some(first) = first {
                *first = true;
                lines.subject(&entry.subject).map_err(RunFault::Logboek)?;
            }
        }
    }
    // Everybody came in with an entry of its own: one without was taken away since.
    if told.contains(&false) {
        let doelgroep = serving.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep);
        return Err(RunFault::Tampered(doelgroep.map(|levering| levering.file.clone()).collect()));
    }
    lines.finish().map_err(RunFault::Logboek)
}

fn open(received: &dyn Received, file: &str) -> Result<Beside<Box<dyn Read + Send>>, RunFault> {
    received.beside(file).and_then(Beside::read).map_err(fault(file))
}

fn fault(file: &str) -> impl Fn(io::Error) -> RunFault + '_ {
    move |fault| match Refusal::of_stored(&fault) {
        Refusal::Stored => RunFault::Tampered(vec![file.to_owned()]),
        _ => RunFault::Folder(fault),
    }
}

/// The place of a token's person in the doelgroep.
fn place(doelgroep: &Doelgroep, token: Token, identificatie: Identificatie) -> Option<usize> {
    let mut place = None;
    doelgroep.find(By::Own, &[token], identificatie, |_, at, _| place = Some(at));
    place
}
