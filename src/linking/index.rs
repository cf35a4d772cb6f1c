//! Where each person of the doelgroep stands, found by token.

use crate::pseudonym::Token;

/// Open addressing with eight bytes a slot, at most two thirds of them taken: 12 to 24 bytes a person.
///
/// A slot is zero, or has half of the token's spread above the person's place counted from one. A
/// place that it gives is therefore a guess, good but for one in 2³², that the caller holds against
/// the whole token.
#[derive(Default)]
pub(super) struct Index {
    slots: Vec<u64>,
    taken: usize,
}

const PLACE: u32 = 32;

impl Index {
    /// Makes room for so many more; `spread` tells the spread of who stands at a place.
    pub(super) fn reserve(&mut self, more: usize, spread: impl Fn(u32) -> u64) {
        let least = (self.taken + more) * 3 / 2 + 1;
        if self.slots.len() >= least {
            return;
        }
        let old = std::mem::replace(&mut self.slots, vec![0; least.next_power_of_two()]);
        old.into_iter().filter_map(place).for_each(|place| self.put(spread(place), place));
    }

    /// Adds a place of which [`Self::reserve`] made sure that there is room.
    pub(super) fn insert(&mut self, token: Token, place: u32) {
        self.taken += 1;
        self.put(token.spread(), place);
    }

    fn put(&mut self, spread: u64, place: u32) {
        let mut at = self.home(spread);
        // A third of the slots is free, so the walk ends.
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == 0 {
                *slot = (spread >> PLACE << PLACE) | (u64::from(place) + 1);
                return;
            }
            at = self.after(at);
        }
    }

    /// What stands where a token belongs, without a look further. Does not branch, so that many can be
    /// asked while the memory answers the first.
    pub(super) fn glance(&self, token: Token) -> u64 {
        self.slots.get(self.home(token.spread())).copied().unwrap_or(0)
    }

    /// Has the memory bring the slots of many tokens at once: looked for one by one, each would wait for the last.
    pub(super) fn fetch(&self, tokens: &[Token]) {
        let all = tokens.iter().fold(0, |all, token| all ^ self.glance(*token));
        std::hint::black_box(all);
    }

    /// The places where somebody with this token may stand; `glanced` is what [`Self::glance`] said.
    pub(super) fn places(&self, token: Token, glanced: u64) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.home(token.spread());
        let mut slot = glanced;
        std::iter::from_fn(move || {
            while slot != 0 {
                let seen = slot;
                at = self.after(at);
                slot = self.slots.get(at).copied().unwrap_or(0);
                if seen >> PLACE == token.spread() >> PLACE {
                    return place(seen);
                }
            }
            None
        })
    }

    /// The slot in which a search begins.
    fn home(&self, spread: u64) -> usize {
        // The low bits choose the slot and the high ones are kept in it. Truncation is the purpose.
        spread as usize & self.slots.len().wrapping_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & self.slots.len().wrapping_sub(1)
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
