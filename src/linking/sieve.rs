//! Who is surely not in the doelgroep, before a token is made of it.

use crate::pseudonym::Fingerprint;

/// A Bloom filter (B. H. Bloom, 1970) of which all bits of one person stand in one word (F. Putze, P. Sanders and
/// J. Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007): whoever was put into it passes, and of all
/// others few do.
///
/// Most rows of a source are about somebody outside the doelgroep. They are passed by here: no token is made of their
/// pseudonym, and nobody is looked up.
pub(super) struct Sieve(Vec<u64>);

/// Bits in the sieve for each person, and how many of those are the person's own.
const BITS: usize = 12;
const OWN: u32 = 3;

impl Sieve {
    pub(super) fn of(persons: &[Fingerprint]) -> Self {
        let mut sieve = Self(vec![0; (persons.len() * BITS).div_ceil(64)]);
        for person in persons {
            let word = sieve.word(*person);
            sieve.0.get_mut(word).into_iter().for_each(|word| *word |= own(*person));
        }
        sieve
    }

    /// Whether this may be one of the persons that it was made of.
    pub(super) fn passes(&self, person: Fingerprint) -> bool {
        self.0.get(self.word(person)).is_some_and(|word| word & own(person) == own(person))
    }

    /// In which word the bits of a person stand.
    fn word(&self, person: Fingerprint) -> usize {
        // The upper half, spread over the words without a division (D. Lemire, "Fast Random Integer Generation in an
        // Interval", 2019); there are fewer than 2³² words.
        ((u128::from(person.bits()) * self.0.len() as u128) >> 64) as usize
    }
}

/// The bits of a person in its word, by the lower bits of its fingerprint.
fn own(person: Fingerprint) -> u64 {
    (0..OWN).fold(0, |bits, at| bits | 1 << (person.bits() >> (6 * at) & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whoever_was_put_in_passes(persons in prop::collection::vec(any::<u64>(), 0..400)) {
            let persons: Vec<Fingerprint> = persons.into_iter().map(Fingerprint::known).collect();
            let sieve = Sieve::of(&persons);
            prop_assert!(persons.iter().all(|person| sieve.passes(*person)));
        }
    }

    #[test]
    fn few_others_pass_and_nobody_where_nobody_is() {
        use rand::{Rng, SeedableRng};
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        let mut draw = || Fingerprint::known(random.next_u64());
        let sieve = Sieve::of(&(0..10_000).map(|_| draw()).collect::<Vec<_>>());
        let passed = (0..100_000).filter(|_| sieve.passes(draw())).count();
        assert!((500..4_000).contains(&passed), "{passed} of 100,000");
        assert!((0..1000).all(|_| !Sieve::of(&[]).passes(draw())));
    }
}
