//! A row's pseudonym, and where its other cells end, each seen in one look.

use super::fields::SEPARATOR;
use super::wide::{Narrow, Wide};
use crate::terms::{decode_hex, nibble_of};

/// Bytes of a pseudonym's cell.
pub(super) const HEX: usize = 64;
/// How many bytes behind it are looked at.
pub(super) const SEEN: usize = 64;

/// A bit for every byte, the first lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) separators: u64,
    pub(super) line_ends: u64,
}

impl Marks {
    /// How long the row is with its line end, if one was seen.
    #[inline(always)]
    pub(super) fn length(self) -> usize {
        HEX + self.line_ends.trailing_zeros() as usize + 1
    }
}

/// Who can look.
pub(super) trait Look: Copy {
    /// What there is in some bytes.
    fn marks(self, bytes: &[u8; SEEN]) -> Marks;
    /// What [`decode_hex`] makes of a pseudonym's cell.
    fn pseudonym(self, hex: &[u8; HEX]) -> Option<[u8; 32]>;
}

impl Look for Narrow {
    /// Eight bytes at a time.
    #[inline(always)]
    fn marks(self, bytes: &[u8; SEEN]) -> Marks {
        let of = |mark| {
            let words = bytes.as_chunks::<8>().0.iter().rev();
            words.fold(0, |bits, word| bits << 8 | equal(u64::from_le_bytes(*word), mark))
        };
        Marks { separators: of(SEPARATOR), line_ends: of(b'\n') }
    }

    #[inline(always)]
    fn pseudonym(self, hex: &[u8; HEX]) -> Option<[u8; 32]> {
        decode_hex(hex)
    }
}

impl Look for Wide {
    #[inline(always)]
    fn marks(self, bytes: &[u8; SEEN]) -> Marks {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: there is a Wide, so the CPU has what the function needs.
        #[allow(unsafe_code, reason = "code for CPU features can only be called so")]
        return unsafe { wide(bytes) };
        #[cfg(not(target_arch = "x86_64"))]
        Narrow.marks(bytes)
    }

    #[inline(always)]
    fn pseudonym(self, hex: &[u8; HEX]) -> Option<[u8; 32]> {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        #[allow(unsafe_code, reason = "code for CPU features can only be called so")]
        return unsafe { wide_pseudonym(hex) };
        #[cfg(not(target_arch = "x86_64"))]
        Narrow.pseudonym(hex)
    }
}

/// A bit for each byte of a word that is this one, the lowest byte's lowest.
#[inline(always)]
const fn equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    let other = word ^ u64::from_ne_bytes([byte; 8]);
    // The top bit of every byte that is zero, and of no other (H. Warren, Hacker's Delight, §6-1).
    let zero = !(((other & LOW) + LOW) | other | LOW);
    // Each to its place in the highest byte.
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Thirty-two bytes at a time.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn wide(bytes: &[u8; SEEN]) -> Marks {
    use std::arch::x86_64::{_mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set1_epi8};
    let mut marks = Marks { separators: 0, line_ends: 0 };
    for (at, some) in bytes.as_chunks::<32>().0.iter().enumerate() {
        let some = register(some);
        let bits = |byte: u8| {
            let equal = _mm256_cmpeq_epi8(some, _mm256_set1_epi8(byte.cast_signed()));
            u64::from(_mm256_movemask_epi8(equal).cast_unsigned()) << (32 * at)
        };
        marks.separators |= bits(SEPARATOR);
        marks.line_ends |= bits(b'\n');
    }
    marks
}

/// As [`decode_hex`] does, with the two instructions that the compiler does not find: one look whether all are digits, and
/// every two as a byte.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn wide_pseudonym(hex: &[u8; HEX]) -> Option<[u8; 32]> {
    use std::arch::x86_64::{
        _mm256_extract_epi64, _mm256_maddubs_epi16, _mm256_or_si256, _mm256_packus_epi16, _mm256_permute4x64_epi64,
        _mm256_set1_epi8, _mm256_set1_epi16, _mm256_testz_si256,
    };
    let ([first, second], _) = hex.as_chunks::<32>() else { return None };
    let [first, second] = [first, second].map(|half| register(&half.map(nibble_of)));
    let all = _mm256_or_si256(first, second);
    if _mm256_testz_si256(all, _mm256_set1_epi8(0xf0u8.cast_signed())) == 0 {
        return None;
    }
    // Sixteen times the first of two, and the second.
    let [first, second] = [first, second].map(|half| _mm256_maddubs_epi16(half, _mm256_set1_epi16(0x0110)));
    // Packed in each half of a register by itself, and then put in order.
    let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(first, second));
    let words = [
        _mm256_extract_epi64::<0>(packed),
        _mm256_extract_epi64::<1>(packed),
        _mm256_extract_epi64::<2>(packed),
        _mm256_extract_epi64::<3>(packed),
    ];
    let mut bytes = [0; 32];
    for (to, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *to = word.to_le_bytes();
    }
    Some(bytes)
}

/// Some bytes in a register. The compiler makes one load of it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn register(bytes: &[u8; 32]) -> std::arch::x86_64::__m256i {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = i64::from_le_bytes(*bytes);
    }
    let [first, second, third, fourth] = words;
    std::arch::x86_64::_mm256_set_epi64x(fourth, third, second, first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Byte by byte.
    fn naive(bytes: &[u8; SEEN]) -> Marks {
        let of = |mark: u8| bytes.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(*byte == mark));
        Marks { separators: of(SEPARATOR), line_ends: of(b'\n') }
    }

    proptest! {
        #[test]
        fn every_mark_is_seen_where_it_stands(
            bytes in prop::collection::vec(prop_oneof![Just(SEPARATOR), Just(b'\n'), b'9'..=b'<', any::<u8>()], SEEN),
        ) {
            let bytes = bytes.first_chunk().unwrap();
            prop_assert_eq!(Narrow.marks(bytes), naive(bytes));
            if let Some(wide) = Wide::here() {
                prop_assert_eq!(wide.marks(bytes), naive(bytes));
            }
        }

        #[test]
        fn either_reads_a_pseudonym_as_any_hex_is_read(
            hex in prop::collection::vec(prop::sample::select(&b"0123456789abcdef"[..]), HEX),
            other in prop::option::of((0..HEX, any::<u8>())),
        ) {
            let mut hex = *hex.first_chunk().unwrap();
            if let Some((at, other)) = other {
                hex[at] = other;
            }
            prop_assert_eq!(Narrow.pseudonym(&hex), decode_hex(&hex));
            if let Some(wide) = Wide::here() {
                prop_assert_eq!(wide.pseudonym(&hex), decode_hex(&hex));
            }
        }
    }
}
