//! What stands in many bytes, seen in one look.

use super::wide::Wide;
use memchr::memchr;

/// What is asked of a block before its records are: in one look, because a block that is looked at for each question
/// by itself comes out of the cache as often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// How many line ends there are.
    pub(super) line_ends: u64,
    /// Whether there is a quote.
    pub(super) quote: bool,
    /// Whether there is a zero byte.
    pub(super) zero: bool,
    /// Whether a byte is not ASCII.
    pub(super) wide: bool,
}

/// Bytes that are looked at side by side: two registers of every x86-64 processor, or two of AVX2. With as many the
/// compiler does so; a test of speed alone would tell if one day it does not.
const LANES: usize = 32;
#[cfg(any(test, target_arch = "x86_64"))]
const WIDE_LANES: usize = 64;

/// What was seen in each lane.
struct Lanes<const N: usize> {
    ends: [u8; N],
    least: [u8; N],
    bits: [u8; N],
}

impl<const N: usize> Lanes<N> {
    #[inline(always)]
    fn see(&mut self, bytes: &[u8; N]) {
        let lanes = self.ends.iter_mut().zip(&mut self.least).zip(&mut self.bits);
        for (((ends, least), bits), byte) in lanes.zip(bytes) {
            *ends = ends.wrapping_add(u8::from(*byte == b'\n'));
            // Without the bits of a quote nothing is left of a quote, of a zero byte, and of a space and a control byte.
            *least = (*least).min(*byte & !b'"');
            *bits |= *byte;
        }
    }

    /// How many line ends were seen since they were last taken.
    #[inline(always)]
    fn take_ends(&mut self) -> u64 {
        std::mem::replace(&mut self.ends, [0; N]).into_iter().map(u64::from).sum()
    }
}

/// What a look sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    line_ends: u64,
    /// Whether a byte may be a quote or zero: nearly never, and then it mostly is a space.
    suspect: bool,
    wide: bool,
}

impl Survey {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let Look { line_ends, suspect, wide } = look(bytes);
        let holds = |byte| suspect && memchr(byte, bytes).is_some();
        Self { line_ends, quote: holds(b'"'), zero: holds(0), wide }
    }
}

/// How many line ends there are.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    look(bytes).line_ends
}

fn look(bytes: &[u8]) -> Look {
    #[cfg(target_arch = "x86_64")]
    if let Some(Wide { .. }) = Wide::here() {
        // SAFETY: there is a Wide, so the CPU has what the function needs.
        #[allow(unsafe_code, reason = "code for CPU features can only be called so")]
        return unsafe { look_wide(bytes) };
    }
    look_in_lanes::<LANES>(bytes)
}

/// The same in half the time.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn look_wide(bytes: &[u8]) -> Look {
    look_in_lanes::<WIDE_LANES>(bytes)
}

#[inline(always)]
fn look_in_lanes<const N: usize>(bytes: &[u8]) -> Look {
    let mut lanes = Lanes { ends: [0; N], least: [u8::MAX; N], bits: [0; N] };
    let mut line_ends = 0;
    let (whole, rest) = bytes.as_chunks::<N>();
    // As many as a byte counts.
    for some in whole.chunks(usize::from(u8::MAX)) {
        some.iter().for_each(|bytes| lanes.see(bytes));
        line_ends += lanes.take_ends();
    }
    // Filled up with what nothing is said of.
    let mut last = [b'x'; N];
    last.iter_mut().zip(rest).for_each(|(lane, byte)| *lane = *byte);
    lanes.see(&last);
    line_ends += lanes.take_ends();
    Look { line_ends, suspect: lanes.least.contains(&0), wide: !lanes.bits.is_ascii() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is seen, byte by byte.
    fn naive(bytes: &[u8]) -> Survey {
        Survey {
            line_ends: bytes.iter().filter(|byte| **byte == b'\n').count() as u64,
            quote: bytes.contains(&b'"'),
            zero: bytes.contains(&0),
            wide: bytes.iter().any(|byte| *byte >= 0x80),
        }
    }

    proptest! {
        #[test]
        fn one_look_sees_what_each_byte_says(
            bytes in prop::collection::vec(prop_oneof![40 => Just(b'\n'), 60 => b'a'..=b'z', 1 => any::<u8>()], 0..300),
        ) {
            prop_assert_eq!(Survey::of(&bytes), naive(&bytes));
            prop_assert_eq!(look_in_lanes::<LANES>(&bytes), look_in_lanes::<WIDE_LANES>(&bytes));
        }
    }

    /// Each byte in each place, at the length where a count would go over the edge of a byte and beyond it.
    #[test]
    fn nothing_is_overlooked_wherever_it_stands() {
        let most = LANES * usize::from(u8::MAX);
        let lengths = [0, 1, LANES - 1, LANES, LANES + 1, most - 1, most, most + 1, most + LANES, 2 * most + 7];
        let wide_most = WIDE_LANES * usize::from(u8::MAX);
        for length in lengths.into_iter().chain([wide_most - 1, wide_most, wide_most + 1]) {
            for usual in [b'\n', b'x'] {
                let mut bytes = vec![usual; length];
                assert_eq!(Survey::of(&bytes), naive(&bytes), "{length}");
                for at in (0..length).filter(|at| *at < 70 || at + 70 > length || at.is_multiple_of(977)) {
                    for other in [b'"', 0, b' ', 0x80, b'\n', b'!', b'#'] {
                        bytes[at] = other;
                        assert_eq!(Survey::of(&bytes), naive(&bytes), "{other} at {at} of {length}");
                        assert_eq!(look(&bytes), look_in_lanes::<LANES>(&bytes), "{other} at {at} of {length}");
                    }
                    bytes[at] = usual;
                }
            }
        }
    }
}
