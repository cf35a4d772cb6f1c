//! The doelgroep being made, from leveringen in the order that decides who counts.

use super::doelgroep::{Doelgroep, Handle, Person};
use super::evidence::Found;
use super::index::Index;
use crate::ingest::{DoelgroepRow, Faults, Row, Rows, Rule};
use crate::pseudonym::{LinkKey, Pseudonym, Token};
use crate::terms::Identificatie;
use std::collections::HashSet;

/// A row of one doelgroep levering, re-keyed.
pub(crate) struct Candidate {
    line: u64,
    token: Token,
    row: Option<DoelgroepRow>,
    /// What was received, only where it is needed to recognise a person next month.
    pseudonym: Option<Pseudonym>,
}

/// Takes doelgroep leveringen in the order that decides who counts.
#[derive(Default)]
pub(crate) struct DoelgroepBuilder {
    persons: Vec<Person>,
    found: Vec<Found>,
    index: Index,
    /// Per person the levering that it stood in last.
    last: Vec<u32>,
    leveringen: u32,
    handles: Vec<Handle>,
    pseudonyms: Vec<Pseudonym>,
}

impl DoelgroepBuilder {
    /// Re-keys some rows; may run on any thread. The received pseudonyms are forgotten here unless they
    /// are to be kept until the run ends.
    pub(crate) fn candidates(key: &LinkKey, rows: &mut Rows, keep: bool) -> Vec<Candidate> {
        let mut tokens = vec![Token::NOBODY; rows.len()];
        key.tokens(rows.pseudonyms(), &mut tokens);
        let candidate = |((pseudonym, said), token): ((&[u8; 32], crate::ingest::Said), Token)| {
            let row = match said.row {
                Some(Row::Doelgroep(row)) => Some(row),
                _ => None,
            };
            Candidate { line: said.line, token, row, pseudonym: keep.then(|| Pseudonym::of(*pseudonym)) }
        };
        rows.take().zip(tokens).map(candidate).collect()
    }

    /// Takes in one levering, in parts that each are in the file's order; whoever is there already, from
    /// a newer levering, stays as it is, but may gain a handle or the wish to be left alone. Gives a
    /// fault for every person that stands twice in this levering.
    pub(crate) fn add(&mut self, identificatie: Identificatie, mut parts: Vec<Vec<Candidate>>) -> Faults {
        self.leveringen += 1;
        parts.sort_unstable_by_key(|part| part.first().map(|row| row.line));
        let rows = parts.iter().map(Vec::len).sum();
        self.index.reserve(rows, |place| spread(&self.found, place));
        self.persons.reserve(rows);
        self.found.reserve(rows);
        self.last.reserve(rows);
        let mut doubles = Faults::default();
        // Whoever has no good row stands nowhere, but can stand there twice.
        let mut faulty = HashSet::new();
        for Candidate { line, token, row, pseudonym } in parts.into_iter().flatten() {
            let known = self.place(token, identificatie);
            let here = known.and_then(|place| self.last.get_mut(place));
            let twice = here.map(|last| std::mem::replace(last, self.leveringen) == self.leveringen);
            if twice == Some(true) || (!faulty.is_empty() && faulty.contains(&token)) {
                doubles.row(line, None, Rule::DubbelePersoon);
                continue;
            }
            let Some(row) = row else {
                if known.is_none() {
                    faulty.insert(token);
                }
                continue;
            };
            // A region has far fewer than 2³² jongeren; a file that claims more stops here.
            let Ok(place) = u32::try_from(known.unwrap_or(self.persons.len())) else { continue };
            if let Some(verwijzing) = row.verwijzing.as_deref() {
                self.handles.push(Handle { person: place, gemeente: row.gemeente, verwijzing: *verwijzing });
            }
            if let Some(known) = known {
                self.persons.get_mut(known).into_iter().for_each(|person| person.niet_benaderen |= row.niet_benaderen);
                continue;
            }
            self.pseudonyms.extend(pseudonym);
            self.persons.push(Person::of(&row, identificatie));
            self.found.push(Found::of(token, identificatie));
            self.last.push(self.leveringen);
            self.index.insert(token, place);
        }
        doubles
    }

    fn place(&self, token: Token, identificatie: Identificatie) -> Option<usize> {
        let mut places = self.index.places(token, self.index.glance(token)).map(|place| place as usize);
        places.find(|place| self.found.get(*place).is_some_and(|found| found.is(token, identificatie)))
    }

    /// The doelgroep, with nothing found yet.
    pub(crate) fn finish(self) -> Doelgroep {
        let Self { persons, found, index, mut handles, pseudonyms, .. } = self;
        // A stable sort: of two handles that one municipality made for one person, the first taken in stays
        // first, and that is the one of the levering that decides.
        handles.sort_by_key(|handle| (handle.person, handle.gemeente));
        Doelgroep { persons, found, index, handles, pseudonyms }
    }
}

fn spread(found: &[Found], place: u32) -> u64 {
    found.get(place as usize).map_or(0, Found::spread)
}
