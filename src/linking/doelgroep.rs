//! The doelgroep in memory: one entry per person, found back by token.

use super::evidence::Found;
use crate::ingest::{DoelgroepRow, Faults, PersonRow, Row, Rule};
use crate::pseudonym::{LinkKey, Pseudonym, Token, Verwijzing};
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
    /// Some serving row says that nobody may call on it.
    pub(crate) niet_benaderen: bool,
}

/// A handle, the person that it is about and the municipality that made it.
struct Handle {
    person: u32,
    gemeente: Gemeente,
    verwijzing: Verwijzing,
}

/// A row of one doelgroep levering, re-keyed.
pub(crate) struct Candidate {
    line: u64,
    token: Token,
    row: Option<DoelgroepRow>,
    /// What was received, only where it is needed to recognise a person next month.
    pseudonym: Option<Pseudonym>,
}

/// The persons of a run and what has been found of each.
pub(crate) struct Doelgroep {
    persons: Vec<Person>,
    index: HashTable<u32>,
    found: Vec<Found>,
    /// By person, then municipality.
    handles: Vec<Handle>,
    /// Per person, where they are kept.
    pseudonyms: Vec<Pseudonym>,
}

/// Takes doelgroep leveringen in the order that decides who counts.
#[derive(Default)]
pub(crate) struct DoelgroepBuilder {
    persons: Vec<Person>,
    index: HashTable<u32>,
    handles: Vec<Handle>,
    pseudonyms: Vec<Pseudonym>,
}

impl DoelgroepBuilder {
    /// Re-keys one row; may run on any thread. The received pseudonym is dropped here unless it is to
    /// be kept until the run ends.
    pub(crate) fn candidate(key: &LinkKey, row: PersonRow, keep: bool) -> Option<Candidate> {
        let token = key.token(&row.pseudonym);
        let doelgroep = match row.row {
            Some(Row::Doelgroep(doelgroep)) => Some(doelgroep),
            None => None,
            Some(_) => return None,
        };
        Some(Candidate { line: row.line, token, row: doelgroep, pseudonym: keep.then_some(row.pseudonym) })
    }

    /// Takes in one levering; whoever is there already, from a newer levering, stays as it is, but may
    /// gain a handle or the wish to be left alone. Gives a fault for every person that stands twice in
    /// this levering.
    pub(crate) fn add(&mut self, identificatie: Identificatie, mut rows: Vec<Candidate>) -> Faults {
        rows.sort_unstable_by_key(|row| row.line);
        let mut doubles = Faults::default();
        let mut here = HashTable::<Token>::with_capacity(rows.len());
        for Candidate { line, token, row, pseudonym } in rows {
            if here.find(token.spread(), |other| *other == token).is_some() {
                doubles.row(line, None, Rule::DubbelePersoon);
                continue;
            }
            here.insert_unique(token.spread(), token, |token| token.spread());
            let Some(row) = row else { continue };
            let known = |at: &u32| person_is(&self.persons, *at, token, identificatie);
            let known = self.index.find(token.spread(), known).copied();
            // A region has far fewer than 2³² jongeren; a file that claims more stops here.
            let Some(at) = known.or_else(|| u32::try_from(self.persons.len()).ok()) else { continue };
            if let Some(verwijzing) = row.verwijzing.as_deref() {
                self.handles.push(Handle { person: at, gemeente: row.gemeente, verwijzing: *verwijzing });
            }
            if known.is_some() {
                let person = usize::try_from(at).ok().and_then(|at| self.persons.get_mut(at));
                person.into_iter().for_each(|person| person.niet_benaderen |= row.niet_benaderen);
                continue;
            }
            self.pseudonyms.extend(pseudonym);
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
                niet_benaderen: row.niet_benaderen,
            });
            let persons = &self.persons;
            self.index.insert_unique(token.spread(), at, |at| spread(persons, *at));
        }
        doubles
    }

    /// The doelgroep, with nothing found yet.
    pub(crate) fn finish(self) -> Doelgroep {
        let Self { persons, index, mut handles, pseudonyms } = self;
        // A stable sort: of two handles that one municipality made for one person, the first taken in stays
        // first, and that is the one of the levering that decides.
        handles.sort_by_key(|handle| (handle.person, handle.gemeente));
        let found = persons.iter().map(|_| Found::default()).collect();
        Doelgroep { persons, index, found, handles, pseudonyms }
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
    /// What has been found of whoever a source row is about, and its place among [`Self::each`]; `None`
    /// when nobody of the doelgroep.
    pub(crate) fn find(&self, token: Token, identificatie: Identificatie) -> Option<(usize, &Found)> {
        let at = self.index.find(token.spread(), |at| person_is(&self.persons, *at, token, identificatie))?;
        let at = usize::try_from(*at).ok()?;
        self.found.get(at).map(|found| (at, found))
    }

    /// A person with what was found, by its place among [`Self::each`].
    pub(crate) fn person(&self, at: usize) -> Option<(&Person, &Found)> {
        self.persons.get(at).zip(self.found.get(at))
    }

    /// The place among [`Self::each`] of the one person of whom some serving row carries this handle;
    /// `None` where nobody's does, and where it stands with several, for then it tells nothing.
    pub(crate) fn carrying(&self, verwijzing: &Verwijzing) -> Option<usize> {
        let mut carriers = self.handles.iter().filter(|handle| handle.verwijzing == *verwijzing);
        let person = carriers.next()?.person;
        carriers.all(|other| other.person == person).then(|| usize::try_from(person).ok()).flatten()
    }

    /// Every person with what was found.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&Person, &Found)> {
        self.persons.iter().zip(&self.found)
    }

    /// The handle that a municipality made for a person, by the person's place among [`Self::each`].
    pub(crate) fn handle(&self, person: usize, gemeente: Gemeente) -> Option<&Verwijzing> {
        let person = u32::try_from(person).ok()?;
        let at = self.handles.partition_point(|handle| (handle.person, handle.gemeente) < (person, gemeente));
        let found = self.handles.get(at).filter(|handle| (handle.person, handle.gemeente) == (person, gemeente));
        found.map(|handle| &handle.verwijzing)
    }

    /// The received pseudonym of a person, by its place among [`Self::each`]; `None` where they were not
    /// kept.
    pub(crate) fn pseudonym(&self, person: usize) -> Option<&Pseudonym> {
        self.pseudonyms.get(person)
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
