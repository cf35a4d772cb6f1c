//! The chain: how lines hang together, and how one is added.

use super::{Inzage, Ledger, RegisterFault, Soort};
use crate::terms::Sha256Hash;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Name of the schema of a line.
pub(super) const SCHEMA: &str = "inbeeld/register/v1";

/// Where a chain that holds ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// How many lines it has.
    pub(super) lines: usize,
    /// Hash of the last; zeros where there is none.
    pub(super) head: Sha256Hash,
}

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

/// Checks the chain; gives the hash of every line.
///
/// # Errors
/// [`RegisterFault::Broken`] at the first line that does not follow from the one before.
pub(super) fn verify<L: AsRef<str>>(lines: &[L]) -> Result<Vec<Sha256Hash>, RegisterFault> {
    let mut hashes: Vec<Sha256Hash> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let line = line.as_ref();
        let says = serde_json::from_str::<serde_json::Value>(line).ok();
        let field = |name: &str| says.as_ref().and_then(|entry| entry.get(name));
        let number = field("nr").and_then(serde_json::Value::as_u64);
        let previous = field("vorige").and_then(serde_json::Value::as_str);
        let head = hashes.last().copied().unwrap_or(Sha256Hash([0; 32]));
        if number != Some(at as u64 + 1) || previous != Some(&head.to_string()) {
            return Err(RegisterFault::Broken { line: at + 1 });
        }
        hashes.push(Sha256Hash(Sha256::digest(line).into()));
    }
    Ok(hashes)
}

/// A line under its place in the chain.
#[derive(Serialize)]
struct Chained<'e, T> {
    schema: &'static str,
    nr: usize,
    vorige: String,
    soort: &'static str,
    #[serde(flatten)]
    says: &'e T,
}

/// Adds a line behind a chain that holds; gives its new end.
fn add(ledger: &mut dyn Ledger, end: End, soort: &'static str, says: &impl Serialize) -> Result<End, RegisterFault> {
    let nr = end.lines + 1;
    let line = serde_json::to_string(&Chained { schema: SCHEMA, nr, vorige: end.head.to_string(), soort, says })
        .map_err(|fault| RegisterFault::Storage(fault.into()))?;
    ledger.append(&line)?;
    Ok(End { lines: nr, head: Sha256Hash(Sha256::digest(&line).into()) })
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
pub(crate) fn enter_inzage(ledger: &mut dyn Ledger, end: End, entry: &Inzage) -> Result<(), RegisterFault> {
    add(ledger, end, "inzage", entry).map(drop)
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
