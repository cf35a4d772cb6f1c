//! Seeded draws that give the same bytes on every machine.
//!
//! The sampling is written out here instead of taken from `rand`'s distributions: those may change between
//! versions, and a changed draw would silently change every generated set that somebody refers to by its seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Independent streams of one seed, so that more mess in a file does not change who is in it.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    People,
    Mess,
}

pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(match stream {
            Stream::People => 0,
            Stream::Mess => 1,
        });
        Self(rng)
    }

    /// A number from 0 up to, not including, `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        // Multiply and shift: its bias is under n / 2^32, far below what a synthetic set could show.
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = high.saturating_sub(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(u32::try_from(width).unwrap_or(0)))
    }

    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    pub(super) fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        const { assert!(N > 0) };
        let at = self.below(N as u32) as usize;
        #[allow(clippy::indexing_slicing, reason = "below(N) is under N, and N is not 0")]
        from[at]
    }

    /// One of `from`, each as likely as its weight says.
    pub(super) fn weighted<T: Copy, const N: usize>(&mut self, from: &[(u32, T); N]) -> T {
        const { assert!(N > 0) };
        let mut roll = self.below(from.iter().map(|(weight, _)| weight).sum());
        #[allow(clippy::indexing_slicing, reason = "N is not 0")]
        let mut chosen = from[0].1;
        for (weight, item) in from {
            chosen = *item;
            if roll < *weight {
                break;
            }
            roll -= weight;
        }
        chosen
    }
}
