//! The doelgroep in memory: one entry per person, found back by token.

use super::evidence::Found;
use crate::ingest::{DoelgroepRow, Faults, PersonRow, Row, Rule};
use crate::pseudonym::{LinkKey, Token};
use crate::terms::{Contact, Datum, Gemeente, Geslacht, Identificatie, Maand, Niveau, Uitstroomprofiel};
use hashbrown::HashTable;

/// One jongere of the doelgroep, as the levering that counts for it says.
pub(crate) struct Person {
    token: Token,
    pub(crate) identificatie: Identificatie,
    pub(crate) gemeente: Gemeente,
    pub(crate) geboortemaand: Maand,
    pub(crate) uitschrijfdatum: Option<Datum>,
    pub(crate) uitstroomprofiel: Option<Uitstroomprofiel>,
    pub(crate) geslacht: Option<Geslacht>,
    pub(crate) niveau: Option<Niveau>,
    pub(crate) contact: Option<Contact>,
}

/// A row of one doelgroep levering, re-keyed.
pub(crate) struct Candidate {
    line: u64,
    token: Token,
    row: Option<DoelgroepRow>,
}

/// The persons of a run and what has been found of each.
pub(crate) struct Doelgroep {
    persons: Vec<Person>,
    index: HashTable<u32>,
    found: Vec<Found>,
}

/// Takes doelgroep leveringen in the order that decides who counts.
#[derive(Default)]
pub(crate) struct DoelgroepBuilder {
    persons: Vec<Person>,
    index: HashTable<u32>,
}

impl DoelgroepBuilder {
    /// Re-keys one row; may run on any thread.
    pub(crate) fn candidate(key: &LinkKey, row: PersonRow) -> Option<Candidate> {
        let token = key.token(&row.pseudonym);
        let doelgroep = match row.row {
            Some(Row::Doelgroep(doelgroep)) => Some(doelgroep),
            None => None,
            Some(_) => return None,
        };
        Some(Candidate { line: row.line, token, row: doelgroep })
    }

    /// Takes in one levering; whoever is there already, from a newer levering, stays as it is.
    /// Gives a fault for every person that stands twice in this levering.
    pub(crate) fn add(&mut self, identificatie: Identificatie, mut rows: Vec<Candidate>) -> Faults {
        rows.sort_unstable_by_key(|row| row.line);
        let mut doubles = Faults::default();
        let mut here = HashTable::<Token>::with_capacity(rows.len());
        for Candidate { line, token, row } in rows {
            if here.find(token.spread(), |other| *other == token).is_some() {
                doubles.row(line, None, Rule::DubbelePersoon);
                continue;
            }
            here.insert_unique(token.spread(), token, |token| token.spread());
            let known = |at: &u32| person_is(&self.persons, *at, token, identificatie);
            let Some(row) = row.filter(|_| self.index.find(token.spread(), known).is_none()) else { continue };
            // A region has far fewer than 2³² jongeren; a file that claims more stops here.
            let Ok(at) = u32::try_from(self.persons.len()) else { continue };
            self.persons.push(Person {
                token,
                identificatie,
                gemeente: row.gemeente,
                geboortemaand: row.geboortemaand,
                uitschrijfdatum: row.uitschrijfdatum,
                uitstroomprofiel: row.uitstroomprofiel,
                geslacht: row.geslacht,
                niveau: row.niveau,
                contact: row.contact,
            });
            let persons = &self.persons;
            self.index.insert_unique(token.spread(), at, |at| spread(persons, *at));
        }
        doubles
    }

    /// The doelgroep, with nothing found yet.
    pub(crate) fn finish(self) -> Doelgroep {
        let found = self.persons.iter().map(|_| Found::default()).collect();
        Doelgroep { persons: self.persons, index: self.index, found }
    }
}

fn person(persons: &[Person], at: u32) -> Option<&Person> {
    usize::try_from(at).ok().and_then(|at| persons.get(at))
}

fn person_is(persons: &[Person], at: u32, token: Token, identificatie: Identificatie) -> bool {
    person(persons, at).is_some_and(|person| person.token == token && person.identificatie == identificatie)
}

fn spread(persons: &[Person], at: u32) -> u64 {
    person(persons, at).map_or(0, |person| person.token.spread())
}

impl Doelgroep {
    /// What has been found of whoever a source row is about; `None` when nobody of the doelgroep.
    pub(crate) fn find(&self, token: Token, identificatie: Identificatie) -> Option<&Found> {
        let at = self.index.find(token.spread(), |at| person_is(&self.persons, *at, token, identificatie))?;
        usize::try_from(*at).ok().and_then(|at| self.found.get(at))
    }

    /// Every person with what was found.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&Person, &Found)> {
        self.persons.iter().zip(&self.found)
    }

    /// How many persons are known by this kind of number.
    pub(crate) fn count(&self, identificatie: Identificatie) -> usize {
        self.persons.iter().filter(|person| person.identificatie == identificatie).count()
    }
}

#[cfg(test)]
impl Person {
    /// The token, to compare with the naive implementation.
    pub(crate) fn token(&self) -> Token {
        self.token
    }
}
