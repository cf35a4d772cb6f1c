//! Keys in their roles, pseudonyms, re-keying, sealed handles and lists (CONTRACT, "Keys").
//!
//! What the sources share (`koppel`) and what a municipality keeps (`verwijzing`) never meet the
//! service that links: it only re-keys what it receives.

mod identity;
mod kernel;
mod key;
mod number;
mod period;
mod recipient;
#[cfg(test)]
mod recipient_test;
mod rekey;
mod subject;
mod vault;
#[cfg(test)]
mod vectors;
mod verwijzing;
mod withdrawal;

pub use identity::{Identity, IdentityFault, OpenFault};
pub use kernel::{Kernel, KernelFault, Trial};
pub(crate) use kernel::{Sum, wipe};
pub use key::{Key, KeyFault, KeyId, Role};
pub use number::Pseudonymiser;
pub(crate) use number::{Numbers, PersonNumber};
pub use period::{PeriodFault, PeriodKey, ShareA, ShareB};
pub use recipient::{Recipient, RecipientFault, new_recipient};
pub(crate) use rekey::{Fingerprint, LinkKey, Rekeyer, Token};
pub use subject::LogboekKey;
pub(crate) use vault::{SealedWriter, Vault};
pub use verwijzing::{Verwijzing, VerwijzingFault, VerwijzingKey};
pub(crate) use withdrawal::{Marked, Tag};
pub use withdrawal::{WithdrawalFault, WithdrawalKey};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroize;

/// HMAC-SHA256 (RFC 2104, FIPS 180-4).
pub(crate) type HmacSha256 = Hmac<Sha256>;

/// An HMAC state under a 32-byte key.
pub(crate) fn hmac(key: &[u8; 32]) -> HmacSha256 {
    // HMAC takes a key of any length (RFC 2104 §2), so the error cannot occur.
    HmacSha256::new_from_slice(key).unwrap_or_else(|_| HmacSha256::new(&Default::default()))
}

/// HMAC-SHA256 over the parts, one after another.
pub(crate) fn mac(state: &HmacSha256, parts: &[&[u8]]) -> [u8; 32] {
    let mut state = state.clone();
    for part in parts {
        state.update(part);
    }
    state.finalize().into_bytes().into()
}

/// The received pseudonym of one person: HMAC-SHA256 under the koppelsleutel. It reaches no disk,
/// log or error text; wiped when dropped.
#[derive(PartialEq, Eq, Zeroize)]
#[zeroize(drop)]
pub(crate) struct Pseudonym([u8; 32]);

impl Pseudonym {
    /// Reads 64 lower-case hex digits.
    #[cfg(test)]
    pub(crate) fn parse(hex: &[u8]) -> Option<Self> {
        crate::terms::decode_hex(hex).map(Self)
    }

    /// One of many that were read together.
    pub(crate) fn of(raw: [u8; 32]) -> Self {
        Self(raw)
    }

    /// The 32 raw bytes, for re-keying.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}
