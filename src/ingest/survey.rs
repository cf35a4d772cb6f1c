//! What stands in many bytes, seen in one look.

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

/// Bytes that are looked at side by side: two registers of every x86-64 processor. With as many the compiler does so;
/// a test of speed alone would tell if one day it does not.
const LANES: usize = 32;

/// What was seen in each lane.
struct Lanes {
    ends: [u8; LANES],
    least: [u8; LANES],
    bits: [u8; LANES],
}

impl Lanes {
    #[inline(always)]
    fn see(&mut self, bytes: &[u8; LANES]) {
        let lanes = self.ends.iter_mut().zip(&mut self.least).zip(&mut self.bits);
        for (((ends, least), bits), byte) in lanes.zip(bytes) {
            *ends = ends.wrapping_add(u8::from(*byte == b'\n'));
            // Without the bits of a quote nothing is left of a quote, of a zero byte, and of a space and a control byte.
            *least = (*least).min(*byte & !b'"');
            *bits |= *byte;
        }
    }

    /// How many line ends were seen since they were last taken.
    fn take_ends(&mut self) -> u64 {
        std::mem::replace(&mut self.ends, [0; LANES]).into_iter().map(u64::from).sum()
    }
}

impl Survey {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (line_ends, Lanes { least, bits, .. }) = look(bytes);
        // Nearly always nothing stands there that could be either, and else a space.
        let suspect = least.contains(&0);
        let holds = |byte| suspect && memchr(byte, bytes).is_some();
        Self { line_ends, quote: holds(b'"'), zero: holds(0), wide: !bits.is_ascii() }
    }
}

/// How many line ends there are.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    look(bytes).0
}

/// How many line ends there are, and what was seen beside.
fn look(bytes: &[u8]) -> (u64, Lanes) {
    let mut lanes = Lanes { ends: [0; LANES], least: [u8::MAX; LANES], bits: [0; LANES] };
    let mut line_ends = 0;
    let (whole, rest) = bytes.as_chunks::<LANES>();
    // As many as a byte counts.
    for some in whole.chunks(usize::from(u8::MAX)) {
        some.iter().for_each(|bytes| lanes.see(bytes));
        line_ends += lanes.take_ends();
    }
    // Filled up with what nothing is said of.
    let mut last = [b'x'; LANES];
    last.iter_mut().zip(rest).for_each(|(lane, byte)| *lane = *byte);
    lanes.see(&last);
    line_ends += lanes.take_ends();
    (line_ends, lanes)
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
        }
    }

    /// Each byte in each place, at the length where a count would go over the edge of a byte and beyond it.
    #[test]
    fn nothing_is_overlooked_wherever_it_stands() {
        let most = LANES * usize::from(u8::MAX);
        for length in [0, 1, LANES - 1, LANES, LANES + 1, most - 1, most, most + 1, most + LANES, 2 * most + 7] {
            for usual in [b'\n', b'x'] {
                let mut bytes = vec![usual; length];
                assert_eq!(Survey::of(&bytes), naive(&bytes), "{length}");
                for at in (0..length).filter(|at| *at < 70 || at + 70 > length || at.is_multiple_of(977)) {
                    for other in [b'"', 0, b' ', 0x80, b'\n', b'!', b'#'] {
                        bytes[at] = other;
                        assert_eq!(Survey::of(&bytes), naive(&bytes), "{other} at {at} of {length}");
                    }
                    bytes[at] = usual;
                }
            }
        }
    }
}
