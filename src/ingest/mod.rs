//! Bytes to typed rows per bron.
#![allow(missing_docs)]
pub(crate) mod rule;
pub(crate) mod schema;
