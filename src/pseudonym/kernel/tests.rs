//! Every way that this CPU has, lane by lane, against the `hmac` crate.

use super::*;
use crate::pseudonym::{hmac, mac};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The way that a run of the tests asks for: `INBEELD_KERNEL`, as with the program.
pub(super) fn wished() -> Option<Way> {
    let name = std::env::var("INBEELD_KERNEL").ok()?;
    let kernel = Kernel::ALL.into_iter().find(|kernel| kernel.as_str() == name);
    Some(kernel.and_then(Way::find).unwrap_or_else(|| panic!("INBEELD_KERNEL")))
}

/// Sizes around those of the lanes, and none.
const SIZES: [usize; 17] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 64, 1000];

/// A byte that differs by place and by message.
fn messages<const N: usize>(count: usize) -> Vec<[u8; N]> {
    let byte = |message: usize, at: usize| u8::try_from((message * 167 + at * 59 + (message >> 8) * 13) & 255).unwrap();
    (0..count).map(|message| std::array::from_fn(|at| byte(message, at))).collect()
}

fn as_the_crate_says<const N: usize>(key: &[u8; 32], messages: &[[u8; N]]) {
    let state = hmac(key);
    let expected: Vec<[u8; 32]> = messages.iter().map(|message| mac(&state, &[message])).collect();
    for way in Kernel::ALL.into_iter().filter_map(Way::detected) {
        let kernel = way.0;
        let mut found = vec![[0xee; 32]; messages.len()];
        way.macs(&MacKey::new(key), messages, &mut found);
        for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found, expected, "{kernel:?}, {at} of {} messages of {N} bytes", messages.len());
        }
    }
    let mut found = vec![[0xee; 32]; messages.len()];
    MacKey::new(key).macs(messages, &mut found);
    assert_eq!(found, expected);
}

macro_rules! lengths {
    ($($length:literal)*) => {
        #[test]
        fn lengths_of_one_block() {
            $(for count in [1, 16, 23] {
                as_the_crate_says::<$length>(&[7; 32], &messages(count));
            })*
        }
    };
}
// Around every place where a word or a vector begins, and where padding meets the length. Each is code of its own in
// every way, so more would only make the tests long to build.
lengths!(0 1 3 4 5 15 16 17 23 24 31 32 33 48 51 52 53 55);

/// A way that fails its proof is passed by in silence, so that it fails here.
#[test]
fn every_way_of_this_cpu_proves_itself() {
    for way in Kernel::ALL.into_iter().filter_map(Way::detected) {
        assert!(way.works(), "{:?}", way.0);
        assert!(Kernel::here().contains(&way.0));
    }
}

#[test]
fn every_size_of_batch() {
    for count in SIZES {
        as_the_crate_says::<32>(&[9; 32], &messages(count));
        as_the_crate_says::<24>(&[9; 32], &messages(count));
    }
}

#[test]
fn one_message_in_every_lane_among_others() {
    for lane in 0..35 {
        for odd in [[0; 32], [0xff; 32], [0x80; 32]] {
            let mut all = messages::<32>(35);
            all[lane] = odd;
            as_the_crate_says(&[0; 32], &all);
        }
    }
}

proptest! {
    #[test]
    fn any_key_and_any_messages(key: [u8; 32], all in prop::collection::vec(any::<[u8; 32]>(), 0..40)) {
        as_the_crate_says(&key, &all);
    }

    /// Two files in step, each in parts of any length, one of them longer than the other.
    #[test]
    fn files_in_step_have_the_hashes_of_the_crate(
        parts in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..300), prop::collection::vec(any::<u8>(), 0..300)), 0..8),
        more in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (mut one, mut two) = (Sum::new(), Sum::new());
        let (mut all_one, mut all_two) = (Vec::new(), Vec::new());
        for (part_one, part_two) in &parts {
            Sum::update_both((&mut one, part_one), (&mut two, part_two));
            all_one.extend_from_slice(part_one);
            all_two.extend_from_slice(part_two);
        }
        two.update(&more);
        all_two.extend_from_slice(&more);
        prop_assert_eq!(one.finish(), <[u8; 32]>::from(Sha256::digest(&all_one)));
        prop_assert_eq!(two.finish(), <[u8; 32]>::from(Sha256::digest(&all_two)));
    }

    #[test]
    fn any_key_and_any_numbers(key: [u8; 32], all in prop::collection::vec(any::<[u8; 24]>(), 0..40)) {
        as_the_crate_says(&key, &all);
    }
}

/// None of one, one more of the one or of the other, and where they lie as blocks of a file do: anywhere.
#[test]
fn every_way_takes_as_many_blocks_of_two_files_as_there_are_of_both() {
    let bytes: Vec<u8> = messages::<64>(20).concat();
    for (at, (ones, twos)) in [(0, 0), (0, 3), (3, 0), (1, 1), (4, 5), (5, 4), (9, 9), (7, 2)].into_iter().enumerate() {
        let many = |from: usize, count: usize| &bytes[from..].as_chunks::<64>().0[..count];
        let blocks = [many(at, ones), many(611 + 3 * at, twos)];
        let expected = blocks.map(|blocks| {
            let mut state = START;
            compress256(&mut state, &blocks[..ones.min(twos)]);
            state
        });
        for way in Kernel::ALL.into_iter().filter_map(Way::detected) {
            let [mut one, mut two] = [START; 2];
            way.both([&mut one, &mut two], blocks);
            assert_eq!([one, two], expected, "{:?}, {ones} and {twos}", way.0);
        }
    }
}

/// Every length around where padding begins a block of its own.
#[test]
fn the_hash_of_any_length_is_that_of_the_crate() {
    let bytes: Vec<u8> = messages::<64>(4).into_iter().flatten().collect();
    for length in 0..bytes.len() {
        let mut sum = Sum::new();
        sum.update(&bytes[..length]);
        assert_eq!(sum.finish(), <[u8; 32]>::from(Sha256::digest(&bytes[..length])), "{length}");
    }
}

#[test]
fn a_name_that_no_way_has_is_refused() {
    for name in ["", "AVX2", "sse", "avx512 "] {
        assert_eq!(Kernel::force(name), Err(KernelFault::Unknown));
    }
    for kernel in Kernel::ALL {
        if !Kernel::here().contains(&kernel) {
            assert_eq!(Kernel::force(kernel.as_str()), Err(KernelFault::Absent(kernel)));
        }
    }
}

#[test]
fn wiping_leaves_zeros() {
    let mut secret = [7u32; 40];
    wipe(&mut secret);
    assert_eq!(secret, [0; 40]);
}
