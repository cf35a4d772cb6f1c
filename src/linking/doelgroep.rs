//! The doelgroep in memory: one entry per person, found back by token.

use super::build::Rank;
use super::evidence::Found;
use super::index::{Glance, Index};
use super::known::{By, Earlier, Marks};
use super::scan::{Engine, lock};
use super::sieve::Sieve;
use crate::ingest::{DoelgroepRow, MAX_PERSONS};
use crate::pseudonym::{Fingerprint, LinkKey, Pseudonym, Token, Verwijzing};
use crate::terms::{Contact, Datum, Gemeente, Geslacht, Identificatie, Maand, Niveau, Uitstroomprofiel};
use std::sync::{Mutex, PoisonError};

/// One jongere of the doelgroep, as the levering that counts for it says.
#[derive(Clone, Copy)]
pub(crate) struct Person {
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

impl Person {
    /// Who a row is about.
    pub(super) fn of(row: &DoelgroepRow, identificatie: Identificatie) -> Self {
        Self {
            identificatie,
            gemeente: row.gemeente,
            geboortemaand: row.geboortemaand,
            uitschrijfdatum: row.uitschrijfdatum,
            uitstroomprofiel: row.uitstroomprofiel,
            geslacht: row.geslacht,
            niveau: row.niveau,
            contact: row.contact,
            niet_benaderen: row.niet_benaderen,
        }
    }
}

/// Persons that are worked on together: few enough to keep several threads busy.
const PART: usize = 1 << 15;

/// Persons that are looked up together: enough that the memory brings many of them at once.
const AT_ONCE: usize = 64;

/// Some persons, each with what was found.
pub(crate) type Part<'d> = std::iter::Zip<std::slice::Iter<'d, Person>, std::slice::Iter<'d, Found>>;

/// A handle, the person that it is about and the municipality that made it.
pub(super) struct Handle {
    pub(super) person: u32,
    pub(super) gemeente: Gemeente,
    /// Of the levering that it stands in.
    pub(super) rank: Rank,
    pub(super) verwijzing: Verwijzing,
}

/// The persons of a run and what has been found of each: 40 bytes that any thread may add to, 16
/// of what the RMC says, and 14 to 26 to find them by; with lists a handle of 112 bytes each.
pub(crate) struct Doelgroep {
    pub(super) persons: Vec<Person>,
    pub(super) found: Vec<Found>,
    pub(super) index: Index,
    pub(super) sieve: Sieve,
    /// By person, then municipality.
    pub(super) handles: Vec<Handle>,
    /// Per person, where they are kept.
    pub(super) pseudonyms: Vec<Pseudonym>,
    /// Where a service stored it beside the doelgroep.
    pub(super) earlier: Earlier,
    /// The lists of each levering that came with marks.
    pub(super) sheets: Vec<Vec<String>>,
    /// By person, then municipality.
    pub(super) marks: Vec<Marks>,
}

impl Doelgroep {
    /// Keys some pseudonyms again, at most [`MAX_PERSONS`], and finds whom they are of: tells as [`Self::find`] does, with
    /// the place among the pseudonyms. Of whoever is surely nobody of the doelgroep not even a token is made.
    pub(crate) fn meet(
        &self,
        (by, key): (By, &LinkKey),
        pseudonyms: &[[u8; 32]],
        identificatie: Identificatie,
        mut told: impl FnMut(usize, usize, &Found),
    ) {
        let mut fingerprints = [Fingerprint::NOBODY; MAX_PERSONS];
        let fingerprints = key.fingerprints(pseudonyms, &mut fingerprints);
        let mut likely = [0u16; MAX_PERSONS];
        let mut count = 0;
        for at in 0..pseudonyms.len().min(MAX_PERSONS) {
            // Written over by the next where this one does not pass: whether one does, no processor can foretell.
            if let (Some(next), Ok(at)) = (likely.get_mut(count), u16::try_from(at)) {
                *next = at;
            }
            let fingerprint = fingerprints.and_then(|all| all.get(at));
            count += usize::from(fingerprint.is_none_or(|fingerprint| self.sieve.passes(*fingerprint)));
        }
        let mut tokens = [Token::NOBODY; AT_ONCE];
        for likely in likely.get(..count).unwrap_or_default().chunks(AT_ONCE) {
            self.find(by, key.tokens_of(pseudonyms, likely, &mut tokens), identificatie, |at, place, found| {
                if let Some(at) = likely.get(at) {
                    told(usize::from(*at), place, found);
                }
            });
        }
    }

    /// Finds some persons, at most [`AT_ONCE`]: tells of each that is in the doelgroep its place among the
    /// tokens, its place among [`Self::each`], and what has been found of it.
    pub(crate) fn find(
        &self,
        by: By,
        tokens: &[Token],
        identificatie: Identificatie,
        mut told: impl FnMut(usize, usize, &Found),
    ) {
        // Memory answers many questions at once, but only those that do not wait for one another: first
        // all lines, then all persons that stand in them.
        let index = if by == By::Own { &self.index } else { &self.earlier.index };
        index.fetch(tokens.iter().copied());
        let mut some = [(0u16, Glance::default()); AT_ONCE];
        let mut found = 0;
        for (at, token) in (0u16..).zip(tokens) {
            let glance = index.glance(*token);
            // Written over by the next where this one says nothing: a branch less.
            if let Some(next) = some.get_mut(found) {
                *next = (at, glance);
            }
            found += usize::from(glance != Glance::default());
        }
        // Whether each of those is the person meant is asked of all before anybody is told: that it is told makes the
        // next wait.
        let mut likely = [(0u16, 0u32); AT_ONCE];
        let mut count = 0;
        for (at, glance) in some.into_iter().take(found) {
            let Some(token) = tokens.get(usize::from(at)) else { continue };
            for place in index.places(*token, glance) {
                // More places than persons: only after a coincidence of one in 2³¹, and then nothing is lost.
                match likely.get_mut(count) {
                    Some(next) => {
                        *next = (at, place);
                        count += 1;
                    }
                    None if self.is(by, tokens, (at, place), identificatie) => self.tell((at, place), &mut told),
                    None => {}
                }
            }
        }
        let mut meant = [false; AT_ONCE];
        for (meant, likely) in meant.iter_mut().zip(likely.iter().take(count)) {
            *meant = self.is(by, tokens, *likely, identificatie);
        }
        for (likely, _) in likely.iter().zip(meant).filter(|(_, meant)| *meant) {
            self.tell(*likely, &mut told);
        }
    }

    /// Whether the token at a place is that of whoever stands at a place.
    fn is(&self, by: By, tokens: &[Token], (at, place): (u16, u32), identificatie: Identificatie) -> bool {
        let (Some(token), Some(found)) = (tokens.get(usize::from(at)), self.found.get(place as usize)) else {
            return false;
        };
        match by {
            By::Own => found.is(*token, identificatie),
            By::Earlier => found.identificatie() == identificatie && self.earlier.token(place) == Some(*token),
        }
    }

    fn tell(&self, (at, place): (u16, u32), told: &mut impl FnMut(usize, usize, &Found)) {
        if let Some(found) = self.found.get(place as usize) {
            told(usize::from(at), place as usize, found);
        }
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

    /// Every person with what was found, in parts that an engine works on side by side. What comes of a part is added to
    /// what came of parts before it, as long as nobody else adds to that; in the end all is put together in any order.
    pub(crate) fn gather<'d, T: Default + Send>(
        &'d self,
        engine: &dyn Engine,
        work: impl Fn(&mut T, Part<'d>) + Sync,
        merge: impl Fn(&mut T, T),
    ) -> T {
        // What nobody adds to now: in the end as many as there ever were at work at one time.
        let begun = Mutex::new(Vec::new());
        engine.pieces(self.persons.len().div_ceil(PART), &|piece| {
            let from = piece * PART;
            let to = self.persons.len().min(from + PART);
            if let (Some(persons), Some(found)) = (self.persons.get(from..to), self.found.get(from..to)) {
                let taken = lock(&begun).pop();
                let mut own: T = taken.unwrap_or_default();
                work(&mut own, persons.iter().zip(found));
                lock(&begun).push(own);
            }
        });
        let mut begun = begun.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
        let mut all = begun.next().unwrap_or_default();
        begun.for_each(|own| merge(&mut all, own));
        all
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

    /// How many persons there are.
    pub(crate) fn len(&self) -> usize {
        self.persons.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::scan::Source;
    use crate::run::oracle::ONE;
    use std::sync::Barrier;

    #[test]
    fn everybody_is_gathered_once_in_turn_and_all_at_once() {
        let geboortemaand = Maand::parse(b"2008-03").unwrap();
        let person = |at: u32| Person {
            identificatie: Identificatie::Bsn,
            gemeente: Gemeente::from_number((at % 9_000) as u16),
            geboortemaand,
            uitschrijfdatum: None,
            uitstroomprofiel: None,
            geslacht: None,
            niveau: None,
            contact: None,
            niet_benaderen: false,
        };
        for many in [0, 1, PART, 5 * PART + 7] {
            let persons: Vec<Person> = (0..many as u32).map(person).collect();
            let found = persons.iter().map(|_| Found::of(Token::NOBODY, Identificatie::Bsn)).collect();
            let doelgroep = Doelgroep {
                persons,
                found,
                index: Index::default(),
                sieve: Sieve::of(&[]),
                handles: Vec::new(),
                pseudonyms: Vec::new(),
                earlier: Earlier::default(),
                sheets: Vec::new(),
                marks: Vec::new(),
            };
            let expected: u64 = doelgroep.each().map(|(person, _)| u64::from(person.gemeente.number())).sum();
            let pieces = many.div_ceil(PART);
            let sum = |engine: &dyn Engine, together: &Barrier| {
                let add = |sums: &mut (usize, u64), part: Part<'_>| {
                    together.wait();
                    part.for_each(|(person, _)| {
                        sums.0 += 1;
                        sums.1 += u64::from(person.gemeente.number());
                    });
                };
                doelgroep.gather(engine, add, |all, own| *all = (all.0 + own.0, all.1 + own.1))
            };
            assert_eq!(sum(&*ONE, &Barrier::new(1)), (many, expected));
            assert_eq!(sum(&Together, &Barrier::new(pieces)), (many, expected));
        }
    }

    /// Works on every piece at the same time.
    struct Together;

    impl Engine for Together {
        fn each(&self, _: &dyn Source) {}

        fn pieces(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
            std::thread::scope(|scope| (0..count).for_each(|piece| drop(scope.spawn(move || work(piece)))));
        }
    }
}
