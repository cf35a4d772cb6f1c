//! Who did what in the service, when, to which object, and how it ended.
//!
//! A log of JSON lines in a [`crate::chain`], away from the data. An act begins with a line (`soort`
//! begin) before anything is done, and ends with another (eind) that names it; one without an end was
//! cut off, and what became of it the log does not know. A third kind (hersteld) says that bytes
//! without a line end were found behind the last line and set aside: a crash while one was written.
//! Objects are named by what is no secret and no person of the data: an account, a text, a period.

mod event;
mod fault;
mod log;

pub use event::{Act, Actor, Outcome};
pub use fault::AuditFault;
pub use log::{Entry, Log, begin, finish, repaired};
