//! Code that is made twice: for every x86-64 processor, and once more for those that have AVX2.
//!
//! It is the same Rust code; with the wider registers the compiler takes more bytes at once. Only what is done with every
//! byte or every row is worth it: the look at a block (`survey`) and rows that are read at one go (`parse`). What the
//! compiler does not find by itself is written out: where cells end, and a pseudonym's digits (`marks`). The calls
//! of these four are the only `unsafe` beside the keyed hash's.

use crate::pseudonym::Kernel;

/// What such code needs was seen here. Only [`Wide::here`] makes one.
#[derive(Clone, Copy)]
pub(super) struct Wide(());

/// What every processor has.
#[derive(Clone, Copy)]
pub(super) struct Narrow;

impl Wide {
    /// Nothing where the CPU has it not, and where the program hashes in the portable way: then all is done so, and each
    /// can be held against the other.
    pub(super) fn here() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let has =
            is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2");
        #[cfg(not(target_arch = "x86_64"))]
        let has = false;
        (has && Kernel::chosen() != Kernel::Portable).then_some(Self(()))
    }
}
