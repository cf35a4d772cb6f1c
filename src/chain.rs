//! Lines that hang together: each names the hash of the one before it.
//!
//! A line is a JSON object with its number (`nr`) and in `vorige` the SHA-256 of the line before it
//! (its bytes without line end; zeros for the first), so that a changed byte anywhere breaks the
//! chain. What a line says, and where lines are kept, is for the room that writes them.

use crate::terms::Sha256Hash;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Where a chain that holds ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// How many lines it has.
    pub lines: usize,
    /// Hash of the last; zeros where there is none.
    pub head: Sha256Hash,
}

impl End {
    /// The end of a chain without lines.
    pub const EMPTY: Self = Self { lines: 0, head: Sha256Hash([0; 32]) };

    /// The end behind one line more; `None` when that line does not follow from this end.
    #[must_use]
    pub fn follow(self, line: &str) -> Option<Self> {
        let says = serde_json::from_str::<serde_json::Value>(line).ok()?;
        let number = says.get("nr").and_then(serde_json::Value::as_u64);
        let previous = says.get("vorige").and_then(serde_json::Value::as_str);
        let follows = number == Some(self.lines as u64 + 1) && previous == Some(&self.head.to_string());
        follows.then(|| self.behind(line))
    }

    fn behind(self, line: &str) -> Self {
        Self { lines: self.lines + 1, head: Sha256Hash(Sha256::digest(line).into()) }
    }
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

/// The line that comes behind an end, and the end behind that line.
///
/// # Errors
/// Where what it says is no JSON object.
pub(crate) fn link(
    schema: &'static str,
    end: End,
    soort: &'static str,
    says: &impl Serialize,
) -> Result<(String, End), serde_json::Error> {
    let nr = end.lines + 1;
    let line = serde_json::to_string(&Chained { schema, nr, vorige: end.head.to_string(), soort, says })?;
    let end = end.behind(&line);
    Ok((line, end))
}

/// Checks a chain from its beginning; gives the hash of every line.
///
/// # Errors
/// The number, from 1, of the first line that does not follow from the one before.
pub(crate) fn verify<L: AsRef<str>>(lines: &[L]) -> Result<Vec<Sha256Hash>, usize> {
    let mut end = End::EMPTY;
    let step = |line: &L| {
        end = end.follow(line.as_ref()).ok_or(end.lines + 1)?;
        Ok(end.head)
    };
    lines.iter().map(step).collect()
}
