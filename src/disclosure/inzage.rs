//! The answer to why one person has its klasse: to each role what its purpose needs, and no more.

use super::Protected;
use super::lists::{Listable, Obstacle, Recipients, names, obstacles, too_large};
use crate::classify::{Explanation, NotNamed, Said};
use crate::doelbinding::{Grant, Policy, Question};
use crate::pseudonym::Verwijzing;
use crate::terms::{Datum, Gemeente, Klasse, Lijstveld, Maand, Reden, Rol};
use std::collections::BTreeSet;

/// Whom a question is about.
pub(crate) enum Subject<'a> {
    /// Nobody: no row carries the handle, or the rows of several persons do.
    Nobody,
    /// Somebody whom the doelbinding does not name.
    NotNamed(NotNamed),
    /// Somebody who counts.
    Counted(Box<Listable<'a>>, Explanation),
}

/// What left of the lists and tables of this text and peildatum, as the register says.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// Whether tables were published.
    pub(crate) tabellen: bool,
    /// Lists from these leveringen: name and municipality.
    pub(crate) lijsten: BTreeSet<(String, Gemeente)>,
    /// Municipalities with a list from other leveringen: who stood on it cannot be told any more.
    pub(crate) andere_invoer: BTreeSet<Gemeente>,
}

/// What is known beside the persons.
pub(crate) struct InzageContext<'a> {
    pub(crate) verwijzing: &'a Verwijzing,
    /// Which municipality asks, where that is known.
    pub(crate) vrager: Option<Gemeente>,
    pub(crate) policy: &'a Policy,
    pub(crate) recipients: &'a Recipients,
    pub(crate) delivered: &'a Delivered,
}

/// What may be told.
#[derive(Debug)]
pub(crate) enum Answer {
    /// To a municipality: of each delivered list that the person is on.
    Gemeente(Vec<Told>),
    /// To the coordinator, and through it to the jongere.
    Uitleg(Box<Uitleg>),
    /// To the same: the doelbinding is not about this person.
    NietGenoemd(NotNamed),
    /// Nothing.
    Geen(NoAnswer),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// To a municipality, whatever the reason.
    NietUitgeleverd,
    /// To the coordinator: the handle is not that of one person of the doelgroep.
    Onbekend,
}

/// What a municipality hears of one of its lists.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) lijst: String,
    /// Only where the list itself says what the klasse is.
    pub(crate) waarom: Option<(Klasse, Reden)>,
}

/// An outcome explained.
#[derive(Debug)]
pub(crate) struct Uitleg {
    pub(crate) klasse: Klasse,
    pub(crate) reden: Reden,
    /// Where it is counted.
    pub(crate) gemeente: Gemeente,
    /// That is another municipality than the doelgroep says.
    pub(crate) verhuisd: bool,
    pub(crate) bronnen: Vec<Said>,
    pub(crate) dag: Option<Datum>,
    pub(crate) maand: Option<Maand>,
    pub(crate) lijsten: Vec<OnList>,
    /// Whether tables in which it counts were published.
    pub(crate) tabellen: bool,
    /// Whether its municipality had a list from other leveringen, of which nobody can tell who stood on it.
    pub(crate) andere_invoer: bool,
}

/// A list of the text and the person.
#[derive(Debug)]
pub(crate) struct OnList {
    pub(crate) naam: String,
    /// What it tells of who is on it.
    pub(crate) velden: Vec<Lijstveld>,
    /// Why it is not on it; empty for who is.
    pub(crate) waarom_niet: Vec<Obstacle>,
    /// Whether the person's municipality received it.
    pub(crate) uitgeleverd: bool,
}

/// Answers a question. `everybody` is asked once, and only where lists must be counted.
pub(crate) fn answer<'a>(
    grant: Grant<Question>,
    subject: Subject<'_>,
    everybody: impl Iterator<Item = Listable<'a>>,
    context: &InzageContext<'_>,
) -> Protected<Answer> {
    let (question, identity, peildatum, regio) = grant.take();
    let value = match (question.rol(), subject) {
        (Rol::Gemeente, Subject::Counted(person, explanation)) => for_gemeente(&person, &explanation, context),
        (Rol::Gemeente, _) => Answer::Geen(NoAnswer::NietUitgeleverd),
        (_, Subject::Nobody) => Answer::Geen(NoAnswer::Onbekend),
        (_, Subject::NotNamed(why)) => Answer::NietGenoemd(why),
        (_, Subject::Counted(person, explanation)) => {
            Answer::Uitleg(Box::new(explained(&person, explanation, everybody, context)))
        }
    };
    Protected { value, identity, peildatum, regio }
}

/// A municipality hears of its own handle on a list that it received, what that list may tell. Of any
/// other handle it hears one and the same.
fn for_gemeente(person: &Listable<'_>, explanation: &Explanation, context: &InzageContext<'_>) -> Answer {
    let jongere = &explanation.jongere;
    let own = context.vrager.is_none_or(|vrager| vrager == jongere.gemeente);
    if !own || person.verwijzing.as_ref() != Some(context.verwijzing) {
        return Answer::Geen(NoAnswer::NietUitgeleverd);
    }
    let lists = context.policy.lijsten.iter().filter(|lijst| {
        names(lijst, person) && context.delivered.lijsten.contains(&(lijst.naam.clone(), jongere.gemeente))
    });
    let told = lists.map(|lijst| Told {
        lijst: lijst.naam.clone(),
        waarom: lijst.velden.contains(&Lijstveld::Klasse).then_some((jongere.klasse, jongere.reden)),
    });
    let told: Vec<Told> = told.collect();
    if told.is_empty() { Answer::Geen(NoAnswer::NietUitgeleverd) } else { Answer::Gemeente(told) }
}

fn explained<'a>(
    person: &Listable<'_>,
    explanation: Explanation,
    everybody: impl Iterator<Item = Listable<'a>>,
    context: &InzageContext<'_>,
) -> Uitleg {
    let Explanation { jongere, verhuisd, bronnen, dag, maand } = explanation;
    let gemeente = jongere.gemeente;
    let asked = &context.policy.lijsten;
    // How many of the municipality each list names, of how many: a list that is too large leaves for nobody.
    let mut rows = vec![0; asked.len()];
    let mut persons = 0;
    if asked.iter().any(|lijst| names(lijst, person)) {
        for other in everybody.filter(|other| other.jongere.gemeente == gemeente) {
            persons += 1;
            for (lijst, rows) in asked.iter().zip(&mut rows) {
                *rows += usize::from(other.verwijzing.is_some() && names(lijst, &other));
            }
        }
    }
    let lijsten = asked.iter().zip(rows).map(|(lijst, rows)| {
        let uitgeleverd = context.delivered.lijsten.contains(&(lijst.naam.clone(), gemeente));
        let mut waarom_niet: Vec<Obstacle> = obstacles(lijst, person).collect();
        if waarom_niet.is_empty() {
            waarom_niet.extend(person.verwijzing.is_none().then_some(Obstacle::GeenVerwijzing));
            // A list that left was neither too large nor without key, whatever the key is now.
            let key = uitgeleverd || context.recipients.get(&gemeente).is_some_and(Result::is_ok);
            let too_large = !uitgeleverd && too_large(lijst, rows, persons);
            waarom_niet.extend(too_large.then_some(Obstacle::TeGroot));
            waarom_niet.extend((!key).then_some(Obstacle::GeenSleutel));
        }
        OnList { naam: lijst.naam.clone(), velden: lijst.velden.clone(), waarom_niet, uitgeleverd }
    });
    Uitleg {
        klasse: jongere.klasse,
        reden: jongere.reden,
        gemeente,
        verhuisd,
        bronnen,
        dag,
        maand,
        lijsten: lijsten.collect(),
        tabellen: context.delivered.tabellen,
        andere_invoer: context.delivered.andere_invoer.contains(&gemeente),
    }
}
