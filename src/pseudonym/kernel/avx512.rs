//! Sixteen messages at once, in the lanes of AVX-512 vectors.

use super::lanes::{K, lanes};
use super::{MacKey, Padded, portable, wipe};
use std::arch::x86_64::{
    __m512i, _mm_set_epi8, _mm512_add_epi32, _mm512_broadcast_i32x4, _mm512_ror_epi32, _mm512_set1_epi32,
    _mm512_shuffle_epi8, _mm512_srli_epi32, _mm512_ternarylogic_epi32, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64,
    _mm512_unpacklo_epi32, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

lanes!(__m512i, 16, "avx512f,avx512bw");

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn splat(word: u32) -> __m512i {
    _mm512_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn add(a: __m512i, b: __m512i) -> __m512i {
    _mm512_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    // Becomes one such operation, or none where the compiler knows the words.
    _mm512_xor_si512(_mm512_xor_si512(a, b), c)
}

// The table of a three-input operation: bit 4a + 2b + c is its outcome for those bits.

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn choose(which: __m512i, one: __m512i, zero: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1100_1010>(which, one, zero)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn majority(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1110_1000>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn rotate<const BITS: i32>(word: __m512i) -> __m512i {
    _mm512_ror_epi32::<BITS>(word)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn right<const BITS: u32>(word: __m512i) -> __m512i {
    _mm512_srli_epi32::<BITS>(word)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn join(parts: [[u8; 16]; 4]) -> __m512i {
    // SAFETY: both are 64 bytes without padding, and every value of them is valid.
    unsafe { std::mem::transmute::<[[u8; 16]; 4], __m512i>(parts) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn split(vector: __m512i) -> [[u8; 16]; 4] {
    // SAFETY: as above.
    unsafe { std::mem::transmute::<__m512i, [[u8; 16]; 4]>(vector) }
}

/// Rows to columns of the 4 by 4 words in each 16 bytes of four vectors, and bytes from the order of
/// messages to that of words; done twice, everything is as it was.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transpose(rows: [__m512i; 4]) -> [__m512i; 4] {
    let [a, b, c, d] = rows;
    let (ab, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (cd, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    [
        swap(_mm512_unpacklo_epi64(ab, cd)),
        swap(_mm512_unpackhi_epi64(ab, cd)),
        swap(_mm512_unpacklo_epi64(ab_high, cd_high)),
        swap(_mm512_unpackhi_epi64(ab_high, cd_high)),
    ]
}

/// The bytes of each word the other way round.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn swap(words: __m512i) -> __m512i {
    _mm512_shuffle_epi8(
        words,
        _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3)),
    )
}
