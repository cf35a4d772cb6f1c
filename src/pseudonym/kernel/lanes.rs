//! Many messages at once, each in a lane of its own of every vector: the code that AVX2 and AVX-512
//! share. Who uses the macro gives the operations on vectors.

/// The constants of the rounds (FIPS 180-4 §4.2.2), sixteen rounds a row.
pub(super) const K: [[u32; 16]; 4] = [
    [
        0x428a_2f98,
        0x7137_4491,
        0xb5c0_fbcf,
        0xe9b5_dba5,
        0x3956_c25b,
        0x59f1_11f1,
        0x923f_82a4,
        0xab1c_5ed5,
        0xd807_aa98,
        0x1283_5b01,
        0x2431_85be,
        0x550c_7dc3,
        0x72be_5d74,
        0x80de_b1fe,
        0x9bdc_06a7,
        0xc19b_f174,
    ],
    [
        0xe49b_69c1,
        0xefbe_4786,
        0x0fc1_9dc6,
        0x240c_a1cc,
        0x2de9_2c6f,
        0x4a74_84aa,
        0x5cb0_a9dc,
        0x76f9_88da,
        0x983e_5152,
        0xa831_c66d,
        0xb003_27c8,
        0xbf59_7fc7,
        0xc6e0_0bf3,
        0xd5a7_9147,
        0x06ca_6351,
        0x1429_2967,
    ],
    [
        0x27b7_0a85,
        0x2e1b_2138,
        0x4d2c_6dfc,
        0x5338_0d13,
        0x650a_7354,
        0x766a_0abb,
        0x81c2_c92e,
        0x9272_2c85,
        0xa2bf_e8a1,
        0xa81a_664b,
        0xc24b_8b70,
        0xc76c_51a3,
        0xd192_e819,
        0xd699_0624,
        0xf40e_3585,
        0x106a_a070,
    ],
    [
        0x19a4_c116,
        0x1e37_6c08,
        0x2748_774c,
        0x34b0_bcb5,
        0x391c_0cb3,
        0x4ed8_aa4a,
        0x5b9c_ca4f,
        0x682e_6ff3,
        0x748f_82ee,
        0x78a5_636f,
        0x84c8_7814,
        0x8cc7_0208,
        0x90be_fffa,
        0xa450_6ceb,
        0xbef9_a3f7,
        0xc671_78f2,
    ],
];

/// Writes `macs` for vectors of `$lanes` lanes, given the operations on them: `splat`, `add`, `xor3`,
/// `choose`, `majority`, `rotate`, `right`, `join`, `split` and `transpose`, all with the same features.
///
/// Vectors go through plain loops only: a closure handed to another function would be called instead
/// of inlined, since that function is compiled without the features.
macro_rules! lanes {
    ($vector:ty, $lanes:literal, $features:literal) => {
        /// MACs of the messages, as many at once as there are lanes.
        #[target_feature(enable = $features)]
        pub(super) fn macs<const N: usize>(key: &MacKey, messages: &[[u8; N]], out: &mut [[u8; 32]]) {
            let (full, last) = messages.as_chunks::<$lanes>();
            let (out_full, out_last) = out.as_chunks_mut::<$lanes>();
            for (messages, out) in full.iter().zip(out_full) {
                all_lanes(key, messages, out);
            }
            // A vector costs the same however few messages are in it: so few are faster one by one.
            if last.len() * 4 <= $lanes {
                portable::macs(key, last, out_last);
                return;
            }
            let (mut messages, mut out) = ([[0; N]; $lanes], [[0; 32]; $lanes]);
            for (to, message) in messages.iter_mut().zip(last) {
                *to = *message;
            }
            all_lanes(key, &messages, &mut out);
            for (to, mac) in out_last.iter_mut().zip(&out) {
                *to = *mac;
            }
            wipe(messages.as_flattened_mut());
            wipe(out.as_flattened_mut());
        }

        /// MACs of as many messages as there are lanes.
        #[target_feature(enable = $features)]
        fn all_lanes<const N: usize>(key: &MacKey, messages: &[[u8; N]; $lanes], out: &mut [[u8; 32]; $lanes]) {
            let inner = compress::<N>(&words(messages), &key.inner);
            let mut again = [splat(0); 16];
            for (word, inner) in again.iter_mut().zip(inner) {
                *word = inner;
            }
            let [a, b, c, d, e, f, g, h] = compress::<32>(&again, &key.outer);
            write::<0>(transpose([a, b, c, d]), out);
            write::<16>(transpose([e, f, g, h]), out);
        }

        /// The words of the messages: a vector per word, a lane per message. The rest of the block is
        /// no part of it.
        #[inline]
        #[target_feature(enable = $features)]
        #[allow(clippy::indexing_slicing, reason = "a lane is below the number of lanes, a part below four")]
        fn words<const N: usize>(messages: &[[u8; N]; $lanes]) -> [$vector; 16] {
            let mut words = [splat(0); 16];
            for (at, words) in words.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                if at * 16 < N {
                    let mut rows = [[[0; 16]; $lanes / 4]; 4];
                    for (lane, message) in messages.iter().enumerate() {
                        let block = Padded::around(message);
                        rows[lane % 4][lane / 4] = block.as_chunks().0[at];
                    }
                    let [a, b, c, d] = rows;
                    *words = transpose([join(a), join(b), join(c), join(d)]);
                }
            }
            words
        }

        /// Puts four words of each MAC in their place.
        #[inline]
        #[target_feature(enable = $features)]
        #[allow(clippy::indexing_slicing, reason = "a lane is below the number of lanes, a part below four")]
        fn write<const AT: usize>(rows: [$vector; 4], out: &mut [[u8; 32]; $lanes]) {
            let mut parts = [[[0; 16]; $lanes / 4]; 4];
            for (parts, row) in parts.iter_mut().zip(rows) {
                *parts = split(row);
            }
            for (lane, out) in out.iter_mut().enumerate() {
                if let Some(to) = out.get_mut(AT..).and_then(<[u8]>::first_chunk_mut) {
                    *to = parts[lane % 4][lane / 4];
                }
            }
        }

        /// One compression (FIPS 180-4 §6.2.2) of the blocks of messages of N bytes: the words that only
        /// pad are constants, known here so that what follows from them is computed by the compiler.
        #[target_feature(enable = $features)]
        fn compress<const N: usize>(words: &[$vector; 16], state: &[u32; 8]) -> [$vector; 8] {
            let mut block = *words;
            for (at, word) in block.iter_mut().enumerate() {
                if at >= Padded::<N>::WORDS {
                    *word = splat(Padded::<N>::word(at));
                }
            }
            let [a0, b0, c0, d0, e0, f0, g0, h0] = *state;
            let (mut a, mut b, mut c, mut d) = (splat(a0), splat(b0), splat(c0), splat(d0));
            let (mut e, mut f, mut g, mut h) = (splat(e0), splat(f0), splat(g0), splat(h0));
            let [mut w0, mut w1, mut w2, mut w3, mut w4, mut w5, mut w6, mut w7, ..] = block;
            let [.., mut w8, mut w9, mut w10, mut w11, mut w12, mut w13, mut w14, mut w15] = block;

            /// A round, in which `d` and `h` get a new value.
            macro_rules! round {
                ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident $k:expr, $w:ident) => {
                    let sum = xor3(rotate::<6>($e), rotate::<11>($e), rotate::<25>($e));
                    let first = add(add(add($h, add(splat($k), $w)), choose($e, $f, $g)), sum);
                    let sum = xor3(rotate::<2>($a), rotate::<13>($a), rotate::<22>($a));
                    $d = add($d, first);
                    $h = add(first, add(sum, majority($a, $b, $c)));
                };
            }
            /// Sixteen rounds, after which every variable has its own value again.
            macro_rules! rounds {
                ($k:expr) => {
                    let [k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, k12, k13, k14, k15] = $k;
                    round!(a b c d e f g h k0, w0);
                    round!(h a b c d e f g k1, w1);
                    round!(g h a b c d e f k2, w2);
                    round!(f g h a b c d e k3, w3);
                    round!(e f g h a b c d k4, w4);
                    round!(d e f g h a b c k5, w5);
                    round!(c d e f g h a b k6, w6);
                    round!(b c d e f g h a k7, w7);
                    round!(a b c d e f g h k8, w8);
                    round!(h a b c d e f g k9, w9);
                    round!(g h a b c d e f k10, w10);
                    round!(f g h a b c d e k11, w11);
                    round!(e f g h a b c d k12, w12);
                    round!(d e f g h a b c k13, w13);
                    round!(c d e f g h a b k14, w14);
                    round!(b c d e f g h a k15, w15);
                };
            }
            /// A word of the next sixteen, in the place of the word sixteen before it.
            macro_rules! word {
                ($old:ident $second:ident $tenth:ident $fifteenth:ident) => {
                    let small = xor3(rotate::<7>($second), rotate::<18>($second), right::<3>($second));
                    let large = xor3(rotate::<17>($fifteenth), rotate::<19>($fifteenth), right::<10>($fifteenth));
                    $old = add(add($old, small), add($tenth, large));
                };
            }
            macro_rules! schedule {
                () => {
                    word!(w0 w1 w9 w14);
                    word!(w1 w2 w10 w15);
                    word!(w2 w3 w11 w0);
                    word!(w3 w4 w12 w1);
                    word!(w4 w5 w13 w2);
                    word!(w5 w6 w14 w3);
                    word!(w6 w7 w15 w4);
                    word!(w7 w8 w0 w5);
                    word!(w8 w9 w1 w6);
                    word!(w9 w10 w2 w7);
                    word!(w10 w11 w3 w8);
                    word!(w11 w12 w4 w9);
                    word!(w12 w13 w5 w10);
                    word!(w13 w14 w6 w11);
                    word!(w14 w15 w7 w12);
                    word!(w15 w0 w8 w13);
                };
            }
            let [k0, k1, k2, k3] = K;
            rounds!(k0);
            schedule!();
            rounds!(k1);
            schedule!();
            rounds!(k2);
            schedule!();
            rounds!(k3);

            [
                add(a, splat(a0)),
                add(b, splat(b0)),
                add(c, splat(c0)),
                add(d, splat(d0)),
                add(e, splat(e0)),
                add(f, splat(f0)),
                add(g, splat(g0)),
                add(h, splat(h0)),
            ]
        }
    };
}
pub(super) use lanes;
