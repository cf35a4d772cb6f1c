//! Eight messages at once, in the lanes of AVX2 vectors.

use super::lanes::{K, lanes};
use super::{MacKey, Padded, portable, wipe};
use std::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm_set_epi8, _mm256_add_epi32, _mm256_and_si256, _mm256_broadcastsi128_si256,
    _mm256_or_si256, _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_sll_epi32, _mm256_srli_epi32,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64, _mm256_xor_si256,
};

lanes!(__m256i, 8, "avx2");

#[inline]
#[target_feature(enable = "avx2")]
fn splat(word: u32) -> __m256i {
    _mm256_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

#[inline]
#[target_feature(enable = "avx2")]
fn choose(which: __m256i, one: __m256i, zero: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_and_si256(which, _mm256_xor_si256(one, zero)), zero)
}

#[inline]
#[target_feature(enable = "avx2")]
fn majority(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(b, c)), b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate<const BITS: i32>(word: __m256i) -> __m256i {
    // The compiler makes one shift of a constant of this.
    let left = _mm256_sll_epi32(word, _mm_cvtsi32_si128(32 - BITS));
    _mm256_or_si256(_mm256_srli_epi32::<BITS>(word), left)
}

#[inline]
#[target_feature(enable = "avx2")]
fn right<const BITS: i32>(word: __m256i) -> __m256i {
    _mm256_srli_epi32::<BITS>(word)
}

#[inline]
#[target_feature(enable = "avx2")]
fn join(parts: [[u8; 16]; 2]) -> __m256i {
    // SAFETY: both are 32 bytes without padding, and every value of them is valid.
    unsafe { std::mem::transmute::<[[u8; 16]; 2], __m256i>(parts) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn split(vector: __m256i) -> [[u8; 16]; 2] {
    // SAFETY: as above.
    unsafe { std::mem::transmute::<__m256i, [[u8; 16]; 2]>(vector) }
}

/// Rows to columns of the 4 by 4 words in each 16 bytes of four vectors, and bytes from the order of
/// messages to that of words; done twice, everything is as it was.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(rows: [__m256i; 4]) -> [__m256i; 4] {
    let [a, b, c, d] = rows;
    let (ab, ab_high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let (cd, cd_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    [
        swap(_mm256_unpacklo_epi64(ab, cd)),
        swap(_mm256_unpackhi_epi64(ab, cd)),
        swap(_mm256_unpacklo_epi64(ab_high, cd_high)),
        swap(_mm256_unpackhi_epi64(ab_high, cd_high)),
    ]
}

/// The bytes of each word the other way round.
#[inline]
#[target_feature(enable = "avx2")]
fn swap(words: __m256i) -> __m256i {
    _mm256_shuffle_epi8(
        words,
        _mm256_broadcastsi128_si256(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3)),
    )
}
