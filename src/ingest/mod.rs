//! Bytes to typed rows per bron: manifests, strict CSV, and a report that never holds a value.
//!
//! A data file is read once, block by block; what a koppeling may not read is never decoded.

mod blocks;
mod fields;
mod folder;
mod manifest;
mod marks;
mod parse;
mod rows;
mod rule;
pub(crate) mod schema;
mod serving;
mod survey;
mod table;
mod usual;
mod wide;

pub(crate) use blocks::{Block, Blocks, FileEnd};
pub use folder::{Folder, MANIFEST_ENDING, Received, Refusal, Refused};
pub(crate) use folder::{Inventory, refusals};
pub use manifest::{Leverancier, MAX_MANIFEST, Manifest, ManifestFault, SCHEMA, own_allowed};
pub(crate) use rows::{DoelgroepRow, MAX_PERSONS, Row, Rows, Said};

#[cfg(test)]
pub(crate) use parse::poison::POISON;
#[cfg(test)]
pub(crate) use rows::Pushed;
pub(crate) use rule::RawBsnWatch;
pub use rule::{Fault, Faults, Rule};
pub use serving::{Coverage, Levering};
pub(crate) use serving::{Serving, Wanted};
pub(crate) use survey::line_ends;
pub(crate) use table::{Checked, Found, Readable, Table};
