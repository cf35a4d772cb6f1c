//! inbeeld: privacy-preserving record linkage.

pub mod fault;
pub mod ingest;
pub mod pseudonym;
pub mod store;
pub mod terms;
