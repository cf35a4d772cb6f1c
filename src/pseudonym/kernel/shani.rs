//! Two messages at once by the SHA instructions, interleaved: the rounds of one message wait for
//! each other, and two streams fill those waits.

use super::lanes::K;
use super::{MacKey, Padded, portable, wipe};
use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_blend_epi16, _mm_set_epi32, _mm_set_epi64x, _mm_sha256msg1_epu32,
    _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi8, _mm_shuffle_epi32,
};

/// The state as the instructions want it: words a, b, e, f and c, d, g, h, the first on top.
type State = [__m128i; 2];
/// The sixteen words of a block, the first lowest.
type Block = [__m128i; 4];

/// MACs of the messages, two by two.
#[target_feature(enable = "sha,sse4.1")]
pub(super) fn macs<const N: usize>(key: &MacKey, messages: &[[u8; N]], out: &mut [[u8; 32]]) {
    let (pairs, last) = messages.as_chunks::<2>();
    let (out_pairs, out_last) = out.as_chunks_mut::<2>();
    let mut words = [[0u32; 16]; 2];
    let (inner, outer) = (state(&key.inner), state(&key.outer));
    for (pair, out) in pairs.iter().zip(out_pairs) {
        for (message, words) in pair.iter().zip(&mut words) {
            for (to, word) in words.iter_mut().zip(Padded::around(message).as_chunks().0) {
                *to = u32::from_be_bytes(*word);
            }
        }
        let [one, two] = &words;
        let [one, two] = compress::<0>([inner, inner], [block(one), block(two)]);
        let [one, two] = compress::<1>([outer, outer], [again(one), again(two)]);
        let [to_one, to_two] = out;
        write(one, to_one);
        write(two, to_two);
    }
    wipe(words.as_flattened_mut());
    portable::macs(key, last, out_last);
}

/// Takes blocks into the states of two messages; as many of each as of the shorter.
#[target_feature(enable = "sha,sse4.1")]
pub(super) fn both(states: [&mut [u32; 8]; 2], blocks: [&[[u8; 64]]; 2]) {
    let ([to_one, to_two], [ones, twos]) = (states, blocks);
    let mut states = [state(to_one), state(to_two)];
    for (one, two) in ones.iter().zip(twos) {
        states = compress::<2>(states, [read(one), read(two)]);
    }
    let [one, two] = states;
    (*to_one, *to_two) = (words(one), words(two));
}

#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn four(words: [u32; 4]) -> __m128i {
    let [w0, w1, w2, w3] = words.map(u32::cast_signed);
    _mm_set_epi32(w3, w2, w1, w0)
}

#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn state(state: &[u32; 8]) -> State {
    let [a, b, c, d, e, f, g, h] = *state;
    [four([f, e, b, a]), four([h, g, d, c])]
}

#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn block(words: &[u32; 16]) -> Block {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *words;
    [four([a, b, c, d]), four([e, f, g, h]), four([i, j, k, l]), four([m, n, o, p])]
}

/// The words of a block as it stands in a message.
#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn read(bytes: &[u8; 64]) -> Block {
    // Of every word the last byte first.
    let turn = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let mut words = [_mm_set_epi64x(0, 0); 4];
    for (to, [low, high]) in words.iter_mut().zip(bytes.as_chunks::<8>().0.as_chunks::<2>().0) {
        *to = _mm_shuffle_epi8(_mm_set_epi64x(i64::from_le_bytes(*high), i64::from_le_bytes(*low)), turn);
    }
    words
}

/// The words of a state in their order.
#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn digest(state: State) -> [__m128i; 2] {
    let [abef, cdgh] = state;
    let (feba, dchg) = (_mm_shuffle_epi32::<0b00_01_10_11>(abef), _mm_shuffle_epi32::<0b10_11_00_01>(cdgh));
    [_mm_blend_epi16::<0b1111_0000>(feba, dchg), _mm_alignr_epi8::<8>(dchg, feba)]
}

/// The block of the outer hash.
#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn again(state: State) -> Block {
    let [first, second] = digest(state);
    let pad = Padded::<32>::word;
    [first, second, four([pad(8), pad(9), pad(10), pad(11)]), four([pad(12), pad(13), pad(14), pad(15)])]
}

#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn words(state: State) -> [u32; 8] {
    // SAFETY: both are 32 bytes without padding, and every value of them is valid.
    unsafe { std::mem::transmute::<[__m128i; 2], [u32; 8]>(digest(state)) }
}

#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn write(state: State, out: &mut [u8; 32]) {
    for (to, word) in out.as_chunks_mut().0.iter_mut().zip(words(state)) {
        *to = word.to_be_bytes();
    }
}

/// One compression of two blocks (FIPS 180-4 §6.2.2), each into a state of its own.
///
/// A copy for each place that calls it, by a number of its own: the compiler takes in what is called from one place,
/// and a state that goes through the memory between two blocks makes hashing a third slower (measured).
#[inline]
#[target_feature(enable = "sha,sse4.1")]
fn compress<const PLACE: u8>(states: [State; 2], blocks: [Block; 2]) -> [State; 2] {
    let [[mut abef0, mut cdgh0], [mut abef1, mut cdgh1]] = states;
    let [[mut p0, mut p1, mut p2, mut p3], [mut q0, mut q1, mut q2, mut q3]] = blocks;

    /// Four rounds of both.
    macro_rules! rounds {
        ($k:expr, $p:ident $q:ident) => {
            let k = four($k);
            let (one, two) = (_mm_add_epi32($p, k), _mm_add_epi32($q, k));
            cdgh0 = _mm_sha256rnds2_epu32(cdgh0, abef0, one);
            cdgh1 = _mm_sha256rnds2_epu32(cdgh1, abef1, two);
            abef0 = _mm_sha256rnds2_epu32(abef0, cdgh0, _mm_shuffle_epi32::<0b00_00_11_10>(one));
            abef1 = _mm_sha256rnds2_epu32(abef1, cdgh1, _mm_shuffle_epi32::<0b00_00_11_10>(two));
        };
    }
    /// Four words of the next sixteen, in the place of the four sixteen before them.
    macro_rules! words {
        ($old:ident $second:ident $third:ident $last:ident) => {
            let sum = _mm_add_epi32(_mm_sha256msg1_epu32($old, $second), _mm_alignr_epi8::<4>($last, $third));
            $old = _mm_sha256msg2_epu32(sum, $last);
        };
    }
    macro_rules! sixteen {
        ($k:expr) => {
            let [k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, k12, k13, k14, k15] = $k;
            rounds!([k0, k1, k2, k3], p0 q0);
            rounds!([k4, k5, k6, k7], p1 q1);
            rounds!([k8, k9, k10, k11], p2 q2);
            rounds!([k12, k13, k14, k15], p3 q3);
        };
    }
    macro_rules! schedule {
        () => {
            words!(p0 p1 p2 p3);
            words!(q0 q1 q2 q3);
            words!(p1 p2 p3 p0);
            words!(q1 q2 q3 q0);
            words!(p2 p3 p0 p1);
            words!(q2 q3 q0 q1);
            words!(p3 p0 p1 p2);
            words!(q3 q0 q1 q2);
        };
    }
    let [k0, k1, k2, k3] = K;
    sixteen!(k0);
    schedule!();
    sixteen!(k1);
    schedule!();
    sixteen!(k2);
    schedule!();
    sixteen!(k3);

    let [[abef, cdgh], [abef_two, cdgh_two]] = states;
    [
        [_mm_add_epi32(abef0, abef), _mm_add_epi32(cdgh0, cdgh)],
        [_mm_add_epi32(abef1, abef_two), _mm_add_epi32(cdgh1, cdgh_two)],
    ]
}
