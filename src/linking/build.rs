//! The doelgroep being made, from leveringen in the order that decides who counts.

use super::doelgroep::{Doelgroep, Handle, Person};
use super::evidence::Found;
use super::index::Index;
use crate::ingest::{Fault, Faults, MAX_PERSONS, Row, Rows, Rule, Said};
use crate::pseudonym::{LinkKey, Pseudonym, Token};
use crate::terms::Identificatie;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

/// Takes doelgroep leveringen in the order that decides who counts; the rows of each from any thread
/// and in any order.
pub(crate) struct DoelgroepBuilder {
    /// Whether what was received is kept until the run ends.
    keep: bool,
    made: RwLock<Made>,
}

/// Persons for whom room is made on the word of a manifest. The country has fewer; and room that nobody stands in
/// takes no memory until it is written.
const MOST_RESERVED: usize = 1 << 22;

/// The persons so far.
#[derive(Default)]
struct Made {
    persons: Vec<Person>,
    found: Vec<Found>,
    index: Index,
    /// Per person the levering that it stood in last, and where.
    last: Vec<(u32, u64)>,
    /// The levering that is read, counted from 1.
    levering: u32,
    /// Where in it somebody stands who has no good row: that person is nobody yet, but can stand there twice.
    faulty: HashMap<Token, u64>,
    doubles: Faults,
    handles: Vec<Handle>,
    pseudonyms: Vec<Pseudonym>,
}

impl DoelgroepBuilder {
    /// Nobody yet; `keep` holds on to what was received until the run ends. Room is made for as many rows as the
    /// leveringen are said to have together, 0 where nobody says so.
    pub(crate) fn new(keep: bool, records: u64) -> Self {
        let mut made = Made::default();
        made.reserve(usize::try_from(records).map_or(MOST_RESERVED, |records| records.min(MOST_RESERVED)));
        Self { keep, made: RwLock::new(made) }
    }

    /// Begins the next levering. Whoever is there already, from a newer one, stays as it is, but may gain a handle or
    /// the wish to be left alone.
    pub(crate) fn begin(&self) {
        let mut made = self.lock();
        made.levering += 1;
        made.faulty.clear();
    }

    /// Re-keys some rows of the levering that was begun, and takes them in.
    pub(crate) fn take(&self, key: &LinkKey, identificatie: Identificatie, rows: &Rows) {
        let mut tokens = [Token::NOBODY; MAX_PERSONS];
        let tokens = key.tokens(rows.pseudonyms(), &mut tokens);
        // What takes long is waiting for the memory, and that may all do at once.
        self.made.read().unwrap_or_else(PoisonError::into_inner).index.fetch(tokens);
        let mut made = self.lock();
        for ((pseudonym, said), token) in rows.each().zip(tokens) {
            for said in said {
                if made.take(*token, identificatie, said) && self.keep {
                    made.pseudonyms.push(Pseudonym::of(*pseudonym));
                }
            }
        }
    }

    /// A fault for every person that stands once more in the levering that was begun.
    pub(crate) fn doubles(&self) -> Faults {
        std::mem::take(&mut self.lock().doubles)
    }

    /// The doelgroep, with nothing found yet.
    pub(crate) fn finish(self) -> Doelgroep {
        let made = self.made.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Made { persons, found, index, mut handles, pseudonyms, .. } = made;
        // A stable sort: of two handles that one municipality made for one person, the first taken in stays
        // first, and that is the one of the levering that decides.
        handles.sort_by_key(|handle| (handle.person, handle.gemeente));
        Doelgroep {
            persons,
            found,
            index,
            handles,
            pseudonyms,
            earlier: Default::default(),
            sheets: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// A poisoned lock means that a thread panicked, and then the engine stops the run.
    fn lock(&self) -> RwLockWriteGuard<'_, Made> {
        self.made.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Made {
    /// Makes room for so many more, so that nothing is copied while they come.
    fn reserve(&mut self, more: usize) {
        self.persons.reserve_exact(more);
        self.found.reserve_exact(more);
        self.last.reserve_exact(more);
        self.index.reserve(more, |place| spread(&self.found, place));
    }

    /// Takes in one row; whether it brings somebody new.
    fn take(&mut self, token: Token, identificatie: Identificatie, said: &Said) -> bool {
        let line = said.line;
        let known = self.place(token, identificatie);
        if self.stands_again(known, token, line) {
            return false;
        }
        let Some(Row::Doelgroep(row)) = &said.row else {
            if known.is_none() {
                self.faulty.insert(token, line);
            }
            return false;
        };
        // A region has far fewer than 2³² jongeren; a file that claims more stops here.
        let Ok(place) = u32::try_from(known.unwrap_or(self.persons.len())) else { return false };
        if let Some(verwijzing) = row.verwijzing.as_deref() {
            self.handles.push(Handle { person: place, gemeente: row.gemeente, verwijzing: *verwijzing });
        }
        if let Some(known) = known {
            self.persons.get_mut(known).into_iter().for_each(|person| person.niet_benaderen |= row.niet_benaderen);
            return false;
        }
        self.index.reserve(1, |place| spread(&self.found, place));
        self.index.insert(token, place);
        self.persons.push(Person::of(row, identificatie));
        self.found.push(Found::of(token, identificatie));
        self.last.push((self.levering, line));
        true
    }

    /// Whether somebody stands in this levering already; of the two rows the later one is at fault.
    fn stands_again(&mut self, known: Option<usize>, token: Token, line: u64) -> bool {
        let earlier = match known.and_then(|known| self.last.get_mut(known)) {
            Some((levering, earlier)) if *levering == self.levering => Some(earlier),
            Some(last) => {
                *last = (self.levering, line);
                None
            }
            None => None,
        };
        let earlier = match earlier {
            None if !self.faulty.is_empty() => self.faulty.get_mut(&token),
            earlier => earlier,
        };
        let Some(earlier) = earlier else { return false };
        let fault = Fault { line: line.max(*earlier), column: None, place: None, rule: Rule::DubbelePersoon };
        *earlier = line.min(*earlier);
        self.doubles.merge(Faults::one(fault));
        true
    }

    fn place(&self, token: Token, identificatie: Identificatie) -> Option<usize> {
        let mut places = self.index.places(token, self.index.glance(token)).map(|place| place as usize);
        places.find(|place| self.found.get(*place).is_some_and(|found| found.is(token, identificatie)))
    }
}

fn spread(found: &[Found], place: u32) -> u64 {
    found.get(place as usize).map_or(0, Found::spread)
}
