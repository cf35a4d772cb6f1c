//! What an organisation must be able to show: its records of processing (AVG art. 30), the notice to
//! the jongere (art. 14) and an annex to the assessment of risks (art. 35).
//!
//! Made of doelbindingen and the register and of nothing else, so that it holds no row and no more than
//! was signed and released. The same text and register give the same bytes on every machine. What no
//! text holds is left open, as `[INVULLEN: …]`.

mod annex;
mod facts;
mod fault;
mod measures;
mod notice;
mod record;
#[cfg(test)]
mod tests;

pub use annex::annex;
pub use fault::AccountFault;
pub use notice::notice;
pub use record::{Record, Records};

use crate::doelbinding::{Policy, TextFaults, TextIdentity};
use crate::terms::Sha256Hash;
use sha2::{Digest, Sha256};

/// A doelbinding to account for, signed or not.
#[derive(Clone, Debug)]
pub struct Text {
    policy: Policy,
    identity: TextIdentity,
}

impl Text {
    /// What it says.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads a text.
    ///
    /// # Errors
    /// Every fault of the text at once.
    pub fn parse(bytes: &[u8]) -> Result<Self, TextFaults> {
        let policy = Policy::parse(bytes)?;
        let sha256 = Sha256Hash(Sha256::digest(bytes).into());
        let identity = TextIdentity { id: policy.id.clone(), versie: policy.versie, sha256 };
        Ok(Self { policy, identity })
    }
}

/// How a place begins that people must fill in.
const OPEN: &str = "[INVULLEN:";

/// What only the organisation itself knows.
fn open(what: &str) -> String {
    format!("{OPEN} {what}]")
}

/// How many places of a text are left for people to fill in.
#[must_use]
pub fn open_places(text: &str) -> usize {
    text.matches(OPEN).count()
}
