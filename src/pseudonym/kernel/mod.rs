//! HMAC-SHA256 (RFC 2104, FIPS 180-4) of many short messages under one key, on the fastest way that
//! this CPU has; and SHA-256 of two files in step.
//!
//! Every message is one block after the block of the key, so a MAC is two compressions. The ways
//! differ in how many messages they take at once:
//!
//! - `portable`: one, by the `sha2` crate, which uses the SHA instructions of the CPU where it has them;
//! - `shani`: two, interleaved, since one stream of SHA instructions waits for itself half the time;
//! - `avx2`: eight, a lane each;
//! - `avx512`: sixteen, a lane each, with the rotations and three-input logic of AVX-512.
//!
//! Here is all `unsafe` of the library but four calls (`ingest::wide`): the call of a way after its CPU features were
//! seen, reading a vector as an array, and the rounds of `shani`, which are written out. No way is used before its
//! results on fixed messages were the same as those of `portable`.

#![allow(unsafe_code, reason = "code for CPU features can only be called so; a Way proves that they are there")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod portable;
#[cfg(target_arch = "x86_64")]
mod shani;
mod sum;
#[cfg(test)]
mod tests;
mod trial;

pub(crate) use sum::Sum;
pub use trial::Trial;

use crate::fault::{Exit, Explain};
use sha2::block_api::compress256;
use std::sync::OnceLock;
use zeroize::Zeroize;

/// A way of hashing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// One message at a time, on every CPU.
    Portable,
    /// Eight lanes of AVX2.
    Avx2,
    /// SHA instructions, two messages interleaved.
    Shani,
    /// Sixteen lanes of AVX-512.
    Avx512,
}

/// Why a way of hashing cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KernelFault {
    /// No way has this name.
    #[error("deze manier van hashen bestaat niet")]
    Unknown,
    /// This CPU does not have it, or it gave another outcome than the portable one.
    #[error("deze processor kan niet hashen op de manier `{}`", .0.as_str())]
    Absent(Kernel),
}

impl Explain for KernelFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "hash-manier",
            Self::Absent(_) => "hash-manier-afwezig",
        }
    }

    fn remedy(&self) -> String {
        let names = |all: Vec<Kernel>| all.iter().map(|kernel| kernel.as_str()).collect::<Vec<_>>().join(", ");
        match self {
            Self::Unknown => format!("Kies uit: {}.", names(Kernel::ALL.to_vec())),
            Self::Absent(_) => format!("Kies uit wat deze processor kan: {}.", names(Kernel::here())),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Kernel {
    /// Every way, slowest first as measured on a Zen 4 (ns per MAC of 32 bytes on one thread at 2.6 GHz: 75, 68, 46, 38;
    /// the `hmac` crate 137). Two compressions take some 3,100 vector operations of AVX-512, of which this CPU does two
    /// per cycle: 38 ns is what it can. On a Zen 5 they take 69, 75, 39 and 26 ns, the crate 112.
    pub const ALL: [Self; 4] = [Self::Portable, Self::Avx2, Self::Shani, Self::Avx512];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Shani => "shani",
            Self::Avx512 => "avx512",
        }
    }

    /// The ways that this CPU has, slowest first.
    #[must_use]
    pub fn here() -> Vec<Self> {
        Self::ALL.into_iter().filter(|kernel| Way::find(*kernel).is_some()).collect()
    }

    /// The way that the program hashes in.
    #[must_use]
    pub fn chosen() -> Self {
        Way::fastest().0
    }

    /// Uses the way of this name, in the place of the fastest. Only works before the first hash of the
    /// program: to be called first.
    ///
    /// # Errors
    /// [`KernelFault`] for a name that no way has, or one that this CPU does not have.
    pub fn force(name: &str) -> Result<(), KernelFault> {
        let kernel = Self::ALL.into_iter().find(|kernel| kernel.as_str() == name).ok_or(KernelFault::Unknown)?;
        let way = Way::find(kernel).ok_or(KernelFault::Absent(kernel))?;
        CHOSEN.get_or_init(|| way);
        Ok(())
    }
}

/// A way of hashing that this CPU was seen to have. Only [`Way::detected`] makes one.
#[derive(Clone, Copy)]
struct Way(Kernel);

static CHOSEN: OnceLock<Way> = OnceLock::new();
/// The way in which two files are hashed in step.
static IN_STEP: OnceLock<Way> = OnceLock::new();

impl Way {
    /// The way of one message at a time.
    const ONE: Self = Self(Kernel::Portable);

    /// This way, if the CPU has it and it works.
    fn find(kernel: Kernel) -> Option<Self> {
        Self::detected(kernel).filter(|way| way.works())
    }

    /// This way, if the CPU has what it needs.
    fn detected(kernel: Kernel) -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let has = match kernel {
            Kernel::Portable => true,
            Kernel::Shani => is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1"),
            Kernel::Avx2 => is_x86_feature_detected!("avx2"),
            Kernel::Avx512 => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw"),
        };
        #[cfg(not(target_arch = "x86_64"))]
        let has = kernel == Kernel::Portable;
        has.then_some(Self(kernel))
    }

    /// The fastest, chosen once.
    fn fastest() -> Self {
        *CHOSEN.get_or_init(|| {
            #[cfg(test)]
            if let Some(way) = tests::wished() {
                return way;
            }
            Kernel::ALL.into_iter().rev().find_map(Self::find).unwrap_or(Self::ONE)
        })
    }

    /// The way in which two files are hashed in step: with the SHA instructions, unless no way but the portable one
    /// was wanted. Lanes do not help: a file is one message.
    fn in_step() -> Self {
        *IN_STEP.get_or_init(|| match Self::fastest().0 {
            Kernel::Portable => Self::ONE,
            _ => Self::find(Kernel::Shani).unwrap_or(Self::ONE),
        })
    }

    /// Takes blocks of two messages into their states; as many of each as of the shorter.
    fn both(self, states: [&mut [u32; 8]; 2], blocks: [&[[u8; 64]]; 2]) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Way with this kernel exists only where the features it names were detected.
            Kernel::Shani => unsafe { shani::both(states, blocks) },
            _ => {
                let [ones, twos] = blocks.map(<[_]>::len);
                let shorter = blocks.map(|blocks| blocks.get(..ones.min(twos)).unwrap_or_default());
                states.into_iter().zip(shorter).for_each(|(state, blocks)| compress256(state, blocks));
            }
        }
    }

    /// Whether it gives what `portable` gives, on fixed messages in every lane.
    fn works(self) -> bool {
        fn same<const N: usize>(way: Way, key: &MacKey) -> bool {
            let mut messages = [[0u8; N]; 35];
            for (at, byte) in (0u8..=u8::MAX).cycle().zip(messages.iter_mut().flatten()) {
                *byte = at.wrapping_mul(151);
            }
            let (mut expected, mut found) = ([[0; 32]; 35], [[0xff; 32]; 35]);
            Way::ONE.macs(key, &messages, &mut expected);
            way.macs(key, &messages, &mut found);
            expected == found
        }
        fn both(way: Way) -> [[u32; 8]; 2] {
            let ([mut one, mut two], [ones, twos]) = ([START, [0x0123_4567; 8]], [[[0x5a; 64]; 3], [[0xc3; 64]; 3]]);
            way.both([&mut one, &mut two], [&ones, &twos]);
            [one, two]
        }
        let key = MacKey::new(&[0x5a; 32]);
        self.0 == Kernel::Portable
            || (same::<32>(self, &key) && same::<24>(self, &key) && both(self) == both(Self::ONE))
    }

    // Not inlined, so that what it leaves on the stack lies where the caller can clean it.
    #[inline(never)]
    fn macs<const N: usize>(self, key: &MacKey, messages: &[[u8; N]], out: &mut [[u8; 32]]) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a Way with this kernel exists only where the features it names were detected.
            Kernel::Shani => unsafe { shani::macs(key, messages, out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Kernel::Avx2 => unsafe { avx2::macs(key, messages, out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Kernel::Avx512 => unsafe { avx512::macs(key, messages, out) },
            _ => portable::macs(key, messages, out),
        }
    }
}

/// HMAC-SHA256 under one 32-byte key, with what the blocks of the key make of the state. Wiped when
/// dropped.
#[derive(Zeroize)]
#[zeroize(drop)]
pub(crate) struct MacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// The state that SHA-256 begins with (FIPS 180-4 §5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

impl MacKey {
    /// Takes a key.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        // The key with zeros up to a block, each byte changed (RFC 2104 §2).
        let half = |change: u8| {
            let mut block = [change; 64];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut state = START;
            compress256(&mut state, std::slice::from_ref(&block));
            wipe(&mut block);
            state
        };
        Self { inner: half(0x36), outer: half(0x5c) }
    }

    /// MAC of each message into `out`, which is as long; at most 55 bytes each, so that it is one block.
    pub(crate) fn macs<const N: usize>(&self, messages: &[[u8; N]], out: &mut [[u8; 32]]) {
        debug_assert_eq!(messages.len(), out.len());
        if messages.len() == 1 {
            // A single one gains nothing by lanes, and leaves nothing behind.
            Way::ONE.macs(self, messages, out);
        } else {
            Way::fastest().macs(self, messages, out);
            // Vectors that found no register; the deepest way uses 6 kB.
            zeroize::zeroize_stack::<8192>();
        }
    }
}

/// What stands around a message of N bytes in its block, after the block of the key.
struct Padded<const N: usize>;

impl<const N: usize> Padded<N> {
    /// Words of the block that hold some of the message.
    const WORDS: usize = N.div_ceil(4);
    /// The length in bits of the block of the key and the message.
    const BITS: u32 = {
        assert!(N <= 55, "the message is longer than one block");
        (64 + N as u32) * 8
    };

    /// A word that only pads.
    const fn word(at: usize) -> u32 {
        if at == 15 {
            Self::BITS
        } else if at * 4 == N {
            0x8000_0000
        } else {
            0
        }
    }

    /// The block of a message.
    #[inline]
    fn around(message: &[u8; N]) -> [u8; 64] {
        let mut block = [0; 64];
        if let Some(start) = block.first_chunk_mut() {
            *start = *message;
        }
        if let Some(end) = block.get_mut(N) {
            *end = 0x80;
        }
        if let Some(length) = block.last_chunk_mut() {
            *length = Self::BITS.to_be_bytes();
        }
        block
    }
}

/// Makes everything zero in a way that stays, at the speed of a plain fill.
pub(crate) fn wipe<T: Copy + Default>(secret: &mut [T]) {
    secret.fill(T::default());
    zeroize::optimization_barrier(secret);
}
