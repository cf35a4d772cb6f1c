//! Where each person of the doelgroep stands, found by token.

use crate::pseudonym::Token;

/// A hash table of lines of the cache with eight slots each, at most two thirds of them taken: 12 to 24 bytes a
/// person. A line is filled from its first slot; whoever finds it full goes to the next.
///
/// A slot is zero, or has half of the token's spread beside the person's place counted from one. A place that it
/// gives is therefore a guess, good but for one in 2³¹, that the caller holds against the whole token.
///
/// All slots of a line are compared at once, without a branch: whether a row is about somebody of the doelgroep is
/// what no processor can foretell.
#[derive(Default)]
pub(super) struct Index {
    /// Line after line, of each first the halves and then the places.
    words: Vec<u32>,
    /// Words before the first that begins a line of the cache.
    before: usize,
    /// One less than how many lines there are, a power of two.
    mask: usize,
    taken: usize,
}

/// Slots in a line.
const SLOTS: usize = 8;
/// Words in a line: 64 bytes, as a line of the cache is.
const WORDS: usize = 2 * SLOTS;

/// What the line where a token belongs says of it: a byte for each slot, one where it may be its own, and the top
/// bit where the line is full, so that it may stand in the next.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Glance(u64);

const FULL: u64 = 1 << 63;

impl Glance {
    fn of(line: &[u32; WORDS], half: u32) -> Self {
        let mut slots = [0u8; SLOTS];
        for (slot, known) in slots.iter_mut().zip(line) {
            *slot = u8::from(*known == half);
        }
        let full = line.get(SLOTS - 1) != Some(&0);
        Self(u64::from_le_bytes(slots) | u64::from(full) << 63)
    }
}

impl Index {
    /// Makes room for so many more; `spread` tells the spread of who stands at a place.
    pub(super) fn reserve(&mut self, more: usize, spread: impl Fn(u32) -> u64) {
        let lines = ((self.taken + more) * 3 / 2 + 1).div_ceil(SLOTS).next_power_of_two();
        if !self.words.is_empty() && self.mask + 1 >= lines {
            return;
        }
        // One line more, so that the first can begin where a line of the cache does.
        let words = written((lines + 1) * WORDS);
        let before = words.as_ptr().align_offset(WORDS * size_of::<u32>()).min(WORDS);
        let old = std::mem::replace(self, Self { words, before, mask: lines - 1, taken: self.taken });
        let (old, _) = old.words.get(old.before..).unwrap_or_default().as_chunks::<WORDS>();
        for place in old.iter().flat_map(|line| line.iter().skip(SLOTS)).filter_map(|place| place.checked_sub(1)) {
            self.put(spread(place), place);
        }
    }

    /// Adds a place of which [`Self::reserve`] made sure that there is room.
    pub(super) fn insert(&mut self, token: Token, place: u32) {
        self.taken += 1;
        self.put(token.spread(), place);
    }

    fn put(&mut self, spread: u64, place: u32) {
        // A third of the slots is free, so the walk ends.
        for step in 0..=self.mask {
            let from = self.from(spread, step);
            let Some(line) = self.words.get_mut(from..).and_then(|words| words.first_chunk_mut::<WORDS>()) else {
                return;
            };
            let (halves, places) = line.split_at_mut(SLOTS);
            if let Some((known, at)) = halves.iter_mut().zip(places).find(|(known, _)| **known == 0) {
                // There are far fewer persons than 2³².
                (*known, *at) = (half(spread), place.saturating_add(1));
                return;
            }
        }
    }

    /// What stands where a token belongs.
    pub(super) fn glance(&self, token: Token) -> Glance {
        self.look(token.spread(), 0)
    }

    /// Has the memory bring the lines of many tokens at once: while one is looked at, few others would be on their way.
    pub(super) fn fetch(&self, tokens: impl Iterator<Item = Token>) {
        let first = |token: Token| self.words.get(self.from(token.spread(), 0)).copied().unwrap_or(0);
        std::hint::black_box(tokens.fold(0, |all, token| all ^ first(token)));
    }

    /// The places where somebody with this token may stand; `glanced` is what [`Self::glance`] said.
    pub(super) fn places(&self, token: Token, glanced: Glance) -> impl Iterator<Item = u32> + '_ {
        let (mut step, mut seen) = (0, glanced);
        std::iter::from_fn(move || {
            while seen.0 != 0 {
                if seen == Glance(FULL) {
                    step += 1;
                    seen = self.look(token.spread(), step);
                    continue;
                }
                // One of the eight slots.
                let slot = seen.0.trailing_zeros() as usize / 8;
                seen.0 &= seen.0 - 1;
                return self.line(token.spread(), step)?.get(SLOTS + slot)?.checked_sub(1);
            }
            None
        })
    }

    fn look(&self, spread: u64, step: usize) -> Glance {
        self.line(spread, step).map_or(Glance(0), |line| Glance::of(line, half(spread)))
    }

    fn line(&self, spread: u64, step: usize) -> Option<&[u32; WORDS]> {
        self.words.get(self.from(spread, step)..)?.first_chunk()
    }

    /// Where the line begins at which a search looks after so many steps.
    fn from(&self, spread: u64, step: usize) -> usize {
        // The low bits choose the line and the high ones are kept in it. Truncation is the purpose.
        self.before + ((spread as usize).wrapping_add(step) & self.mask) * WORDS
    }
}

/// So many zeros that were written. What the system gives as zeros it hands out page by page, and where a page is read
/// before it is written, as here, it halts every thread to change that.
fn written(words: usize) -> Vec<u32> {
    let mut zeros = Vec::with_capacity(words);
    // Hides from the compiler that these could be had as zeros.
    std::hint::black_box(&mut zeros).resize(words, 0);
    zeros
}

/// What a slot keeps of a spread: its high half, never zero.
const fn half(spread: u64) -> u32 {
    (spread >> 32) as u32 | 1
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
                    .all(|place| { half(spreads[place as usize]) == half(other) })
            );
        }
    }
}
