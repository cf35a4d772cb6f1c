//! How many of the doelgroep each source knows.

use super::doelgroep::{Doelgroep, Part};
use super::evidence::Found;
use super::scan::Engine;
use crate::terms::{Bron, Identificatie};

/// Persons by their kind of number: all, and of each source those of whom it has a row.
#[derive(Clone, Copy, Default)]
pub(crate) struct Matches([OfNumber; Identificatie::ALL.len()]);

#[derive(Clone, Copy, Default)]
struct OfNumber {
    persons: usize,
    matched: [usize; Bron::ALL.len()],
}

impl Matches {
    /// Counts a doelgroep of which everything has been read.
    pub(crate) fn count(doelgroep: &Doelgroep, engine: &dyn Engine) -> Self {
        let count = |own: &mut Self, persons: Part<'_>| persons.for_each(|(_, found)| own.add(found));
        doelgroep.gather(engine, count, |all, own| all.merge(&own))
    }

    fn add(&mut self, found: &Found) {
        let Some(own) = self.0.get_mut(found.identificatie() as usize) else { return };
        own.persons += 1;
        for (bron, matched) in Bron::ALL.iter().zip(&mut own.matched) {
            *matched += usize::from(found.matched(*bron));
        }
    }

    fn merge(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            own.persons += other.persons;
            own.matched.iter_mut().zip(&other.matched).for_each(|(own, other)| *own += other);
        }
    }

    /// How many persons are known by this kind of number.
    pub(crate) fn persons(&self, identificatie: Identificatie) -> usize {
        self.0.get(identificatie as usize).map_or(0, |own| own.persons)
    }

    /// Of how many of them the source has a row.
    pub(crate) fn matched(&self, bron: Bron, identificatie: Identificatie) -> usize {
        let own = self.0.get(identificatie as usize);
        own.and_then(|own| own.matched.get(bron as usize)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Row;
    use crate::linking::Window;
    use crate::pseudonym::Token;
    use crate::terms::{Datum, Maand, Peildatum};

    #[test]
    fn parts_count_what_the_whole_counts() {
        let datum = Datum::parse(b"2026-10-01").unwrap();
        let window = Window { peildatum: Peildatum::new(datum), inkomen_maand: Maand::of(datum) };
        let somebody = |number: u8| {
            let identificatie = if number.is_multiple_of(3) { Identificatie::Own } else { Identificatie::Bsn };
            let found = Found::of(Token::known([number; 16]), identificatie);
            if number.is_multiple_of(2) {
                found.add(&Row::Betrokkenheid { sinds: datum }, Bron::Betrokkenheid, 0, &window);
            }
            found
        };
        let mut parts = [Matches::default(); 3];
        let mut whole = Matches::default();
        for number in 0..30 {
            parts[usize::from(number) % 7 % 3].add(&somebody(number));
            whole.add(&somebody(number));
        }
        let mut merged = Matches::default();
        parts.iter().for_each(|part| merged.merge(part));
        for counted in [whole, merged] {
            assert_eq!([counted.persons(Identificatie::Bsn), counted.persons(Identificatie::Own)], [20, 10]);
            assert_eq!(counted.matched(Bron::Betrokkenheid, Identificatie::Bsn), 10);
            assert_eq!(counted.matched(Bron::Betrokkenheid, Identificatie::Own), 5);
            assert_eq!(counted.matched(Bron::Brp, Identificatie::Bsn), 0);
        }
    }
}
