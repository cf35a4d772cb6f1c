//! Append-only, hash-chained memory of everything released. No personal data.
//!
//! One JSON object a line, in a [`crate::chain`]. A line is a release (`soort` vrijgave), or says that all files of an earlier one are in place (uitgeleverd): a
//! release without such a line was cut off, and some of its files may have left. A trial (proef)
//! counts like a release, since somebody saw its figures. A question about one person (inzage) says
//! that it was asked, and nothing of whom. That a month was destroyed (vernietiging) and who confirmed it
//! (vernietiging_bevestigd) stand here too. These stand beside the releases and change none.

mod chain;
mod destruction;
mod fault;
mod inzage;
mod memory;
mod past;
#[cfg(test)]
mod tests;

pub use chain::Entered;
pub(crate) use chain::{enter, enter_inzage, mark_delivered};
pub use destruction::{Confirmation, Destruction, Houder, PastDestruction, confirm_destruction, enter_destruction};
pub use fault::RegisterFault;
pub use inzage::{Inzage, PastInzage};
pub(crate) use memory::{Details, Remembered, month};
pub use past::{
    Entry, Past, PastFile, PastLevering, PastList, PastReasons, PastRules, PastSource, PastTable, PastText, Register,
    Soort,
};

/// Where the lines are kept. The port of this room.
pub trait Ledger {
    /// Every line so far, without line ends.
    ///
    /// # Errors
    /// [`RegisterFault`] when it cannot be read.
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault>;

    /// Adds a line and returns once it would survive a power cut.
    ///
    /// # Errors
    /// [`RegisterFault`] when it cannot be kept; then nothing may be released.
    fn append(&mut self, line: &str) -> Result<(), RegisterFault>;
}
