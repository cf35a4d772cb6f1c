//! Taking in a levering for the service: checked as `controleer` checks it, keyed again while it comes
//! in, stored under seal or not at all.
//!
//! What was received is in memory only, a block at a time. What is stored is the same file with other
//! pseudonyms (`intake`), and beside a doelgroep by what each person is known elsewhere: in the Logboek
//! Dataverwerkingen, on lists, and among the pseudonyms of the month before (`beside`). A record is put
//! in place last: without one nothing was received (`record`). [`Stored`] gives a koppeling what was
//! received as its folder of leveringen.

mod beside;
mod fault;
mod intake;
mod record;
mod shelf;
mod stored;

pub(crate) use beside::Beside;
pub use fault::ReceiveFault;
pub use intake::{Announced, Change, Desk, InForce, Taken};
pub use record::Receipt;
pub use shelf::{Part, Shelf, Waiting};
pub use stored::{Period, Stored};
