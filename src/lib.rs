//! inbeeld: privacy-preserving record linkage.

pub mod synthetic;
