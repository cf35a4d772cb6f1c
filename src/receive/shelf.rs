//! Where what was received of one month lies. The port of this room.

use std::io::{self, Read, Write};

/// What is stored of one levering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The data file with other pseudonyms.
    Data,
    /// By what each person of a doelgroep is known elsewhere.
    Beside,
    /// What was received. Without it there is no levering.
    Record,
}

impl Part {
    /// Every part, the record last.
    pub const ALL: [Self; 3] = [Self::Data, Self::Beside, Self::Record];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "levering",
            Self::Beside => "bijlage",
            Self::Record => "ontvangst",
        }
    }

    /// Under what name a levering's part is sealed and kept.
    #[must_use]
    pub fn of(self, id: &str) -> String {
        format!("{id}.{}", self.as_str())
    }
}

/// Parts of leveringen, already sealed when they come here. `id` is letters, digits and hyphens.
pub trait Shelf: Sync {
    /// Every levering that has a record.
    ///
    /// # Errors
    /// What the system said.
    fn ids(&self) -> io::Result<Vec<String>>;

    /// Opens a part.
    ///
    /// # Errors
    /// What the system said; `NotFound` when it is not there.
    fn open(&self, id: &str, part: Part) -> io::Result<Box<dyn Read + Send>>;

    /// Begins a part that nobody sees before it is settled. Dropped before that, it leaves nothing.
    ///
    /// # Errors
    /// What the system said.
    fn begin(&self, id: &str, part: Part) -> io::Result<Box<dyn Waiting>>;

    /// Waits until nobody else settles or removes anything here, and keeps others from it while it is held.
    ///
    /// # Errors
    /// What the system said.
    fn hold(&self) -> io::Result<Box<dyn Send>>;

    /// Removes a levering, its record first.
    ///
    /// # Errors
    /// What the system said.
    fn remove(&self, id: &str) -> io::Result<()>;
}

/// A part that waits for its name.
pub trait Waiting: Write + Send {
    /// Puts it in place, and returns once it would survive a power cut.
    ///
    /// # Errors
    /// What the system said; then it is not in place.
    fn settle(self: Box<Self>) -> io::Result<()>;
}
