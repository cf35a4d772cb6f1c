//! Where each person of the doelgroep stands, found by token.

use crate::pseudonym::Token;

/// Open addressing with eight bytes a slot, at most two thirds of them taken: 12 to 24 bytes a person.
///
/// A slot is zero, or has half of the token's spread above the person's place counted from one. A
/// place that it gives is therefore a guess, good but for one in 2³², that the caller holds against
/// the whole token.
///
/// A search goes round the line of the cache that it begins in, and then to the next line: nearly always
/// one line tells all.
#[derive(Default)]
pub(super) struct Index {
    slots: Vec<u64>,
    /// Slots before the first that begins a line of the cache.
    before: usize,
    /// One less than how many there are from there, a power of two; 0 where there are none.
    mask: usize,
    taken: usize,
}

const PLACE: u32 = 32;
/// Slots in a line of the cache, of 64 bytes as every processor has that this is measured on.
const LINE: usize = 8;

impl Index {
    /// Makes room for so many more; `spread` tells the spread of who stands at a place.
    pub(super) fn reserve(&mut self, more: usize, spread: impl Fn(u32) -> u64) {
        let least = (self.taken + more) * 3 / 2 + 1;
        if self.mask + 1 >= least {
            return;
        }
        let size = least.next_power_of_two().max(LINE);
        let old = std::mem::replace(&mut self.slots, vec![0; size + LINE]);
        self.before = self.slots.as_ptr().align_offset(LINE * size_of::<u64>()).min(LINE);
        self.mask = size - 1;
        old.into_iter().filter_map(place).for_each(|place| self.put(spread(place), place));
    }

    /// Adds a place of which [`Self::reserve`] made sure that there is room.
    pub(super) fn insert(&mut self, token: Token, place: u32) {
        self.taken += 1;
        self.put(token.spread(), place);
    }

    fn put(&mut self, spread: u64, place: u32) {
        // A third of the slots is free, so the walk ends.
        for step in 0.. {
            let at = self.at(spread, step);
            match self.slots.get_mut(at) {
                Some(slot) if *slot != 0 => {}
                Some(slot) => {
                    *slot = (spread >> PLACE << PLACE) | (u64::from(place) + 1);
                    return;
                }
                None => return,
            }
        }
    }

    /// What stands where a token belongs, without a look further. Does not branch, so that many can be
    /// asked while the memory answers the first.
    pub(super) fn glance(&self, token: Token) -> u64 {
        self.slots.get(self.at(token.spread(), 0)).copied().unwrap_or(0)
    }

    /// Has the memory bring the slots of many tokens at once: looked for one by one, each would wait for the last.
    pub(super) fn fetch(&self, tokens: &[Token]) {
        let all = tokens.iter().fold(0, |all, token| all ^ self.glance(*token));
        std::hint::black_box(all);
    }

    /// The places where somebody with this token may stand; `glanced` is what [`Self::glance`] said.
    pub(super) fn places(&self, token: Token, glanced: u64) -> impl Iterator<Item = u32> + '_ {
        let mut step = 0;
        let mut slot = glanced;
        std::iter::from_fn(move || {
            while slot != 0 {
                let seen = slot;
                step += 1;
                slot = self.slots.get(self.at(token.spread(), step)).copied().unwrap_or(0);
                if seen >> PLACE == token.spread() >> PLACE {
                    return place(seen);
                }
            }
            None
        })
    }

    /// The slot at which a search looks after so many steps.
    fn at(&self, spread: u64, step: usize) -> usize {
        // The low bits choose the slot and the high ones are kept in it. Truncation is the purpose.
        let home = spread as usize & self.mask;
        let (line, within) = (home / LINE * LINE + step / LINE * LINE, (home + step) % LINE);
        self.before + (line & self.mask) + within
    }
}

/// The place in a slot that is taken.
fn place(slot: u64) -> Option<u32> {
    // The low half: never more than a place counted from one.
    (slot as u32).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(spread: u64) -> Token {
        let mut bytes = [7; 16];
        bytes[8..].copy_from_slice(&spread.to_be_bytes());
        Token::known(bytes)
    }

    #[test]
    fn everybody_is_found_whatever_their_tokens_share() {
        // The same slot, the same half, both, and neither.
        let spreads: Vec<u64> = (0..2_000u64).map(|n| n % 7 * 8 + ((n % 5) << 40) + (n << 33)).collect();
        let mut index = Index::default();
        assert_eq!(index.places(token(1), index.glance(token(1))).count(), 0);
        for (at, spread) in spreads.iter().enumerate() {
            index.reserve(1, |place| spreads[place as usize]);
            index.insert(token(*spread), u32::try_from(at).unwrap());
        }
        for (at, spread) in spreads.iter().enumerate() {
            let token = token(*spread);
            assert!(index.places(token, index.glance(token)).any(|place| place as usize == at));
        }
        for other in [3, 1 << 63, u64::MAX] {
            assert!(
                index
                    .places(token(other), index.glance(token(other)))
                    .all(|place| { spreads[place as usize] >> 32 == other >> 32 })
            );
        }
    }
}
