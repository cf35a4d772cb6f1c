//! The service's key of one period, from two shares that two parties hold (CONTRACT, "Keys").
//!
//! Destroying a period is destroying every copy of its share B: without it nobody, the operator
//! included, can make the key again.

use super::{Key, KeyFault, KeyId, Rekeyer, Role, Vault, hmac, mac};
use crate::fault::{Exit, Explain};
use crate::terms::Maand;
use zeroize::Zeroizing;

/// The operator's lasting share. Which share is A, the place in the configuration says.
pub struct ShareA {
    id: KeyId,
    secret: Zeroizing<[u8; 32]>,
}

/// The share of one period, fresh random bytes that another party holds.
pub struct ShareB {
    id: KeyId,
    secret: Zeroizing<[u8; 32]>,
}

/// Why two shares give no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodFault {
    /// One party would hold everything.
    #[error("deel A en deel B zijn dezelfde sleutel")]
    Equal,
}

impl Explain for PeriodFault {
    fn code(&self) -> &'static str {
        "delen-gelijk"
    }

    fn remedy(&self) -> String {
        "Laat de FG of de contactgemeente een eigen deel B maken: `inbeeld sleutel nieuw --soort dienst-deel`."
            .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl ShareA {
    /// Takes the operator's key.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        Ok(Self { id: key.id(), secret: Zeroizing::new(*key.secret(Role::DienstDeel)?) })
    }

    /// Its public name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key of a period: HMAC-SHA256(share A, "inbeeld:periode:v1:" + yyyy-mm + ":" + share B).
    ///
    /// # Errors
    /// [`PeriodFault::Equal`] when both shares are one key.
    pub fn period_key(&self, periode: Maand, share_b: &ShareB) -> Result<PeriodKey, PeriodFault> {
        if self.secret == share_b.secret {
            return Err(PeriodFault::Equal);
        }
        let label = periode.to_string();
        let parts: [&[u8]; 4] = [b"inbeeld:periode:v1:", label.as_bytes(), b":", share_b.secret.as_slice()];
        let made = mac(&hmac(&self.secret), &parts);
        Ok(PeriodKey(Zeroizing::new(made)))
    }
}

impl ShareB {
    /// Takes the key of another party.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        Ok(Self { id: key.id(), secret: Zeroizing::new(*key.secret(Role::DienstDeel)?) })
    }

    /// Its public name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }
}

/// Under which everything of one period is keyed again and stored; wiped when dropped.
pub struct PeriodKey(Zeroizing<[u8; 32]>);

impl PeriodKey {
    /// Its public name: tells whether two pairs of shares gave the same key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.0)
    }

    /// What keys received pseudonyms again under it.
    pub(crate) fn rekeyer(&self) -> Rekeyer {
        Rekeyer::new(&self.0)
    }

    /// What seals the stored parts of the period.
    pub(crate) fn vault(&self) -> Vault {
        Vault::of(&self.0)
    }

    /// The key itself, to compare with frozen vectors.
    #[cfg(test)]
    pub(super) fn known(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for PeriodKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PeriodKey({})", self.id())
    }
}
