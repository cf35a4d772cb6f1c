//! How a line is added to the register.

use super::{Inzage, Ledger, RegisterFault, Soort};
use crate::chain::{End, link};
use serde::Serialize;

/// Name of the schema of a line.
pub(super) const SCHEMA: &str = "inbeeld/register/v1";

/// A release that the register knows. Only this room makes one, and only once the line would
/// survive a power cut: whoever holds it may let go of the release's files.
pub struct Entered {
    nr: usize,
    end: End,
}

impl Entered {
    /// Number of the release.
    #[must_use]
    pub fn nr(&self) -> usize {
        self.nr
    }
}

/// Adds a line behind a chain that holds; gives its new end.
pub(super) fn add(
    ledger: &mut dyn Ledger,
    end: End,
    soort: &'static str,
    says: &impl Serialize,
) -> Result<End, RegisterFault> {
    let (line, end) = link(SCHEMA, end, soort, says).map_err(|fault| RegisterFault::Storage(fault.into()))?;
    ledger.append(&line)?;
    Ok(end)
}

/// Enters a release, or a trial of one.
///
/// # Errors
/// [`RegisterFault`]; then nothing may be released.
pub(crate) fn enter(
    ledger: &mut dyn Ledger,
    end: End,
    soort: Soort,
    entry: &impl Serialize,
) -> Result<Entered, RegisterFault> {
    let end = add(ledger, end, soort.as_str(), entry)?;
    Ok(Entered { nr: end.lines, end })
}

/// Enters a question about one person.
///
/// # Errors
/// [`RegisterFault`]; then nobody may answer it.
pub(crate) fn enter_inzage(ledger: &mut dyn Ledger, end: End, entry: &Inzage) -> Result<usize, RegisterFault> {
    add(ledger, end, "inzage", entry).map(|end| end.lines)
}

/// That every file of a release is in place.
#[derive(Serialize)]
struct Delivered {
    vrijgave: usize,
}

/// Marks a release as delivered.
///
/// # Errors
/// [`RegisterFault`]; then the register goes on saying that it was not.
pub(crate) fn mark_delivered(ledger: &mut dyn Ledger, entered: &Entered) -> Result<(), RegisterFault> {
    add(ledger, entered.end, "uitgeleverd", &Delivered { vrijgave: entered.nr }).map(drop)
}
