//! The join on tokens: which source rows are about whom of the doelgroep.
//!
//! Only the doelgroep is held in memory. A source row about somebody who is surely not in it is passed by; any other is
//! re-keyed, looked up and added to what is known of one person, and forgotten. All additions commute, so the result is the same whatever
//! the order of files, blocks and threads.

mod build;
mod dates;
mod doelgroep;
mod evidence;
mod index;
mod known;
mod matches;
mod scan;
mod sieve;

pub(crate) use build::{DoelgroepBuilder, Rank};
pub(crate) use dates::Dates;
pub(crate) use doelgroep::{Doelgroep, Part, Person};
pub(crate) use evidence::{BrpFound, Evidence, Involved, Window};
pub(crate) use known::By;
pub(crate) use matches::Matches;
pub(crate) use scan::{Engine, OnRows, Partition, Source, ToRead, scan};
pub use scan::{Fase, Progress};
