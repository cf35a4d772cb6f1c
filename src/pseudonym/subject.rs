//! Under which number somebody stands in the Logboek Dataverwerkingen (soort `logboek`).

use super::kernel::MacKey;
use super::{Key, KeyFault, Role};

/// A key of soort `logboek`.
pub struct LogboekKey(MacKey);

impl LogboekKey {
    /// Takes a key of soort `logboek`.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        Ok(Self(MacKey::new(key.secret(Role::Logboek)?)))
    }

    /// HMAC-SHA256(key, 32 raw bytes) of each received pseudonym into `out`, which is as long: the same
    /// every month, so that somebody can ask what was done with its data.
    pub(crate) fn subjects(&self, pseudonyms: &[[u8; 32]], out: &mut [[u8; 32]]) {
        self.0.macs(pseudonyms, out);
    }
}

impl std::fmt::Debug for LogboekKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogboekKey(…)")
    }
}
