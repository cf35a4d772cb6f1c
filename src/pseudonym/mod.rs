//! Keys in their roles, pseudonyms, re-keying, sealed handles and lists (CONTRACT, "Keys").
//!
//! What the sources share (`koppel`) and what a municipality keeps (`verwijzing`) never meet the
//! service that links: it only re-keys what it receives.

mod identity;
mod key;
mod period;
mod recipient;
#[cfg(test)]
mod recipient_test;
mod rekey;
#[cfg(test)]
mod vectors;
mod verwijzing;
mod withdrawal;

pub use identity::{Identity, IdentityFault, OpenFault};
pub use key::{Key, KeyFault, KeyId, Role};
pub use period::{PeriodFault, PeriodKey, ShareA, ShareB};
pub use recipient::{Recipient, RecipientFault, new_recipient};
pub(crate) use rekey::{LinkKey, Token};
pub use verwijzing::{Verwijzing, VerwijzingFault, VerwijzingKey};
pub use withdrawal::{WithdrawalFault, WithdrawalKey};

use crate::terms::{Bsn, Identificatie, Onderwijsnummer, decode_hex};
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
    pub(crate) fn parse(hex: &[u8]) -> Option<Self> {
        decode_hex(hex).map(Self)
    }

    /// The 32 raw bytes, for re-keying.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Writes the 64 hex digits of a levering into `out`.
    pub(crate) fn write_hex(&self, out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in self.0 {
            // A nibble is below 16, the length of DIGITS.
            out.extend([byte >> 4, byte & 15].map(|nibble| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0')));
        }
    }
}

impl std::fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}

/// Makes pseudonyms at the source: the only holder of a `koppel` key.
pub struct Pseudonymiser {
    state: HmacSha256,
    id: KeyId,
}

impl Pseudonymiser {
    /// Takes the key that the sources share.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        Ok(Self { state: hmac(key.secret(Role::Koppel)?), id: key.id() })
    }

    /// Id of the key, the manifest's `sleutel_id`.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.id
    }

    /// HMAC-SHA256(koppelsleutel, "inbeeld:bsn:v1:" + nine digits).
    pub(crate) fn bsn(&self, bsn: &Bsn) -> Pseudonym {
        Pseudonym(mac(&self.state, &[b"inbeeld:bsn:v1:", bsn.digits()]))
    }

    /// HMAC-SHA256(koppelsleutel, "inbeeld:own:v1:" + nine digits).
    pub(crate) fn own(&self, number: &Onderwijsnummer) -> Pseudonym {
        Pseudonym(mac(&self.state, &[b"inbeeld:own:v1:", number.digits()]))
    }
}

/// A number as read from a raw file.
#[derive(Debug)]
pub(crate) enum PersonNumber {
    /// A citizen service number.
    Bsn(Bsn),
    /// An onderwijsnummer.
    Own(Onderwijsnummer),
}

impl PersonNumber {
    /// Which kind of levering the row belongs to.
    pub(crate) fn identificatie(&self) -> Identificatie {
        match self {
            Self::Bsn(_) => Identificatie::Bsn,
            Self::Own(_) => Identificatie::Own,
        }
    }

    /// The pseudonym under the source's key.
    pub(crate) fn pseudonym(&self, by: &Pseudonymiser) -> Pseudonym {
        match self {
            Self::Bsn(bsn) => by.bsn(bsn),
            Self::Own(number) => by.own(number),
        }
    }
}
