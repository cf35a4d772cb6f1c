//! inbeeld: privacy-preserving record linkage.

mod classify;
pub mod disclosure;
pub mod doelbinding;
pub mod engine;
pub mod fault;
pub mod ingest;
pub mod linking;
pub mod pseudonym;
pub mod register;
pub mod release;
pub mod run;
pub mod store;
pub mod terms;
