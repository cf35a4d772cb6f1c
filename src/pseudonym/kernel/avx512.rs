//! Sixteen messages at once, in the lanes of AVX-512 vectors.

use super::lanes::{K, lanes};
use super::{MacKey, Padded, portable, wipe};
use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_ror_epi32, _mm512_set1_epi32, _mm512_srli_epi32, _mm512_ternarylogic_epi32,
};

lanes!(__m512i, 16, "avx512f");

#[inline]
#[target_feature(enable = "avx512f")]
fn splat(word: u32) -> __m512i {
    _mm512_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add(a: __m512i, b: __m512i) -> __m512i {
    _mm512_add_epi32(a, b)
}

// The table of a three-input operation: bit 4a + 2b + c is its outcome for those bits.

#[inline]
#[target_feature(enable = "avx512f")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1001_0110>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn choose(which: __m512i, one: __m512i, zero: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1100_1010>(which, one, zero)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn majority(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1110_1000>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn rotate<const BITS: i32>(word: __m512i) -> __m512i {
    _mm512_ror_epi32::<BITS>(word)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn right<const BITS: u32>(word: __m512i) -> __m512i {
    _mm512_srli_epi32::<BITS>(word)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(words: &[u32; 16]) -> __m512i {
    // SAFETY: both are 64 bytes without padding, and every value of them is valid.
    unsafe { std::mem::transmute::<[u32; 16], __m512i>(*words) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: __m512i) -> [u32; 16] {
    // SAFETY: as above.
    unsafe { std::mem::transmute::<__m512i, [u32; 16]>(vector) }
}
