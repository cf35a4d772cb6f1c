//! The Logboek Dataverwerkingen (Logius, werkversie 2026): which processing looked at whose data, told to
//! whom that data is about.
//!
//! A koppeling is one trace: a line for the whole, and under it a line for every jongere, without
//! sampling. All jongeren have the same name, status and times, so that no line says what was found of
//! whom; and no line says who worked on it. A line is JSON, since that is what is kept and searched.

mod line;
mod otlp;
mod query;

pub use line::{Activity, ActivityFault, Lines, Span};
pub use otlp::{Export, rejected};
pub use query::{Query, QueryFault};

use std::io;

/// Where lines are kept. The port of this room.
pub trait LogSink {
    /// Takes whole lines, each with its end.
    ///
    /// # Errors
    /// What the system said.
    fn write(&mut self, lines: &[u8]) -> io::Result<()>;

    /// Returns once everything that was taken would survive a power cut.
    ///
    /// # Errors
    /// What the system said; then it is not certain that the lines are there.
    fn confirm(&mut self) -> io::Result<()>;
}
