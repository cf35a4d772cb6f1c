//! inbeeld: privacy-preserving record linkage.
