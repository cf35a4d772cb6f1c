//! inbeeld: privacy-preserving record linkage.

pub mod classify;
pub mod doelbinding;
pub mod engine;
pub mod fault;
pub mod ingest;
pub mod linking;
pub mod pseudonym;
pub mod store;
pub mod terms;
