//! The doelgroep being made, from leveringen that are read side by side.

use super::doelgroep::{Doelgroep, Handle, Person};
use super::evidence::Found;
use super::index::Index;
use super::scan::lock;
use super::sieve::Sieve;
use crate::ingest::{Fault, Faults, MAX_PERSONS, Row, Rows, Rule, Said};
use crate::pseudonym::{Fingerprint, LinkKey, Pseudonym, Token, Verwijzing};
use crate::terms::Identificatie;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use zeroize::Zeroizing;

/// Takes the rows of doelgroep leveringen, from any thread and in any order; which of two leveringen decides on
/// somebody, their ranks tell.
///
/// Whoever brings rows while another takes some in, leaves them to be taken in by that other (D. Hendler and others, "Flat
/// Combining and the Synchronization-Parallelism Tradeoff", 2010): so nobody waits, but where too many wait.
pub(crate) struct DoelgroepBuilder {
    /// Whether what was received is kept until the run ends.
    keep: bool,
    waiting: Mutex<Waiting>,
    made: Mutex<Made>,
}

/// What waits to be taken in.
#[derive(Default)]
struct Waiting {
    batches: Vec<Batch>,
    /// Room of what was taken in, for what comes: given back by the thread that took it in, it would cost each thread a
    /// halt for every change of the memory's map.
    spare: Vec<Vec<Entry>>,
}

/// Rows of a levering that were keyed again and wait to be taken in.
struct Batch {
    levering: (Rank, Identificatie),
    entries: Vec<Entry>,
    /// As many, or none where they are not kept. Wiped when dropped.
    pseudonyms: Zeroizing<Vec<[u8; 32]>>,
}

/// One row.
struct Entry {
    token: Token,
    fingerprint: Option<Fingerprint>,
    line: u64,
    /// Nobody where the row has a fault.
    person: Option<Person>,
    verwijzing: Option<Box<Verwijzing>>,
}

impl Entry {
    fn of(
        (token, fingerprint): (Token, Option<Fingerprint>),
        rows: &Rows,
        said: &Said,
        identificatie: Identificatie,
    ) -> Self {
        let row = if let Some(Row::Doelgroep(row)) = &said.row { Some(row) } else { None };
        let person = row.map(|row| Person::of(row, identificatie));
        let verwijzing = row.and_then(|row| rows.verwijzing(row)).map(|verwijzing| Box::new(*verwijzing));
        Self { token, fingerprint, line: said.line, person, verwijzing }
    }
}

/// Batches that may wait at a time, which is a few megabytes.
const MOST_WAITING: usize = 64;

/// The place of a levering in the order that decides who counts: of two rows of one person the lower decides.
pub(crate) type Rank = u32;

/// Persons for whom room is made on the word of a manifest. The country has fewer. The index of so many takes 64 MB; other
/// room takes no memory until somebody stands in it.
const MOST_RESERVED: usize = 1 << 22;

/// The persons so far.
#[derive(Default)]
struct Made {
    /// Persons for whom room is still to be made: when the first come, as others read on meanwhile.
    expected: usize,
    persons: Vec<Person>,
    found: Vec<Found>,
    index: Index,
    /// Per person, where its run makes them.
    fingerprints: Vec<Fingerprint>,
    /// Per person the levering that decides on it so far, and where in it that person stands.
    stands: Vec<(Rank, u64)>,
    /// Where somebody stands with a row that does not decide: in another levering, or with a faulty row. That somebody
    /// can stand there twice as well.
    elsewhere: HashMap<(Rank, Token), u64, foldhash::fast::RandomState>,
    doubles: HashMap<Rank, Faults>,
    handles: Vec<Handle>,
    pseudonyms: Vec<Pseudonym>,
}

impl DoelgroepBuilder {
    /// Nobody yet; `keep` holds on to what was received until the run ends. Room is made for as many rows as the
    /// leveringen are said to have together, 0 where nobody says so.
    pub(crate) fn new(keep: bool, records: u64) -> Self {
        let expected = usize::try_from(records).map_or(MOST_RESERVED, |records| records.min(MOST_RESERVED));
        let made = Made { expected, ..Made::default() };
        Self { keep, waiting: Mutex::default(), made: Mutex::new(made) }
    }

    /// Re-keys some rows of a levering, and takes them in. Whoever is there already, from a levering that decides, stays
    /// as it is, but may gain a handle or the wish to be left alone.
    pub(crate) fn take(&self, key: &LinkKey, levering: (Rank, Identificatie), rows: &Rows) {
        let (mut tokens, mut fingerprints) = ([Token::NOBODY; MAX_PERSONS], [Fingerprint::NOBODY; MAX_PERSONS]);
        let tokens = key.tokens(rows.pseudonyms(), &mut tokens);
        let fingerprints = key.fingerprints(rows.pseudonyms(), &mut fingerprints).unwrap_or_default();
        let spare = lock(&self.waiting).spare.pop();
        let entries = spare.unwrap_or_else(|| Vec::with_capacity(MAX_PERSONS));
        // Never grows: growing would leave an unwiped copy behind.
        let kept = Vec::with_capacity(if self.keep { rows.len() } else { 0 });
        let mut batch = Batch { levering, entries, pseudonyms: Zeroizing::new(kept) };
        for (at, ((pseudonym, said), token)) in rows.each().zip(tokens).enumerate() {
            for said in said {
                batch.entries.push(Entry::of((*token, fingerprints.get(at).copied()), rows, said, levering.1));
                batch.pseudonyms.extend(self.keep.then_some(pseudonym));
            }
        }
        let waiting = {
            let mut waiting = lock(&self.waiting);
            waiting.batches.push(batch);
            waiting.batches.len()
        };
        if waiting > MOST_WAITING {
            drop(self.made());
        } else if let Ok(mut made) = self.made.try_lock() {
            self.take_in(&mut made);
        }
    }

    /// Takes in all that waits.
    fn take_in(&self, made: &mut Made) {
        loop {
            let batches = std::mem::take(&mut lock(&self.waiting).batches);
            if batches.is_empty() {
                return;
            }
            for mut batch in batches {
                made.take_in(&mut batch);
                lock(&self.waiting).spare.push(batch.entries);
            }
        }
    }

    /// Everybody so far.
    fn made(&self) -> MutexGuard<'_, Made> {
        let mut made = lock(&self.made);
        self.take_in(&mut made);
        made
    }

    /// A fault for every person that stands once more in a levering.
    pub(crate) fn doubles(&self, rank: Rank) -> Faults {
        self.made().doubles.remove(&rank).unwrap_or_default()
    }

    /// The doelgroep, with nothing found yet.
    pub(crate) fn finish(self) -> Doelgroep {
        let made = std::mem::take(&mut *self.made());
        let Made { persons, found, index, fingerprints, mut handles, pseudonyms, .. } = made;
        let sieve = Sieve::of(&fingerprints);
        // Of two handles that one municipality made for one person, the one of the levering that decides comes first.
        handles.sort_unstable_by_key(|handle| (handle.person, handle.gemeente, handle.rank));
        Doelgroep {
            persons,
            found,
            index,
            sieve,
            handles,
            pseudonyms,
            earlier: Default::default(),
            sheets: Vec::new(),
            marks: Vec::new(),
        }
    }
}

impl Made {
    /// Makes room for so many more, so that nothing is copied while they come.
    fn reserve(&mut self, more: usize) {
        self.persons.reserve_exact(more);
        self.found.reserve_exact(more);
        self.stands.reserve_exact(more);
        self.fingerprints.reserve_exact(more);
        self.index.reserve(more, |place| spread(&self.found, place));
    }

    /// Takes in the rows of a batch, of which only the room is left.
    fn take_in(&mut self, batch: &mut Batch) {
        let Batch { levering, entries, pseudonyms } = batch;
        match std::mem::take(&mut self.expected) {
            0 => {}
            expected => self.reserve(expected),
        }
        self.index.fetch(entries.iter().map(|entry| entry.token));
        for (at, entry) in entries.drain(..).enumerate() {
            let fingerprint = entry.fingerprint;
            if self.take(*levering, entry) {
                self.fingerprints.extend(fingerprint);
                self.pseudonyms.extend(pseudonyms.get(at).map(|pseudonym| Pseudonym::of(*pseudonym)));
            }
        }
    }

    /// Takes in one row; whether it brings somebody new.
    fn take(&mut self, (rank, identificatie): (Rank, Identificatie), entry: Entry) -> bool {
        let Entry { token, line, person, verwijzing, .. } = entry;
        let known = self.place(token, identificatie);
        if self.stands_again(known, (rank, token), line) {
            return false;
        }
        let Some(new) = person else {
            self.elsewhere.insert((rank, token), line);
            return false;
        };
        // A region has far fewer than 2³² jongeren; a file that claims more stops here.
        let Ok(place) = u32::try_from(known.unwrap_or(self.persons.len())) else { return false };
        if let Some(verwijzing) = verwijzing {
            self.handles.push(Handle { person: place, gemeente: new.gemeente, rank, verwijzing: *verwijzing });
        }
        if let Some((person, stands)) = known.and_then(|at| self.persons.get_mut(at).zip(self.stands.get_mut(at))) {
            let alone = person.niet_benaderen | new.niet_benaderen;
            let other = if rank < stands.0 {
                *person = new;
                std::mem::replace(stands, (rank, line))
            } else {
                (rank, line)
            };
            person.niet_benaderen = alone;
            self.elsewhere.insert((other.0, token), other.1);
            return false;
        }
        self.index.reserve(1, |place| spread(&self.found, place));
        self.index.insert(token, place);
        self.persons.push(new);
        self.found.push(Found::of(token, identificatie));
        self.stands.push((rank, line));
        true
    }

    /// Whether somebody stands in this levering already; of the two rows the later one is at fault.
    fn stands_again(&mut self, known: Option<usize>, (rank, token): (Rank, Token), line: u64) -> bool {
        let decides = known.and_then(|known| self.stands.get_mut(known)).filter(|(own, _)| *own == rank);
        let earlier = match decides {
            Some((_, earlier)) => Some(earlier),
            // Nearly always, and then cheaper.
            None if self.elsewhere.is_empty() => None,
            None => self.elsewhere.get_mut(&(rank, token)),
        };
        let Some(earlier) = earlier else { return false };
        let fault = Fault { line: line.max(*earlier), column: None, place: None, rule: Rule::DubbelePersoon };
        *earlier = line.min(*earlier);
        self.doubles.entry(rank).or_default().merge(Faults::one(fault));
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

#[cfg(test)]
#[path = "build_test.rs"]
mod tests;
