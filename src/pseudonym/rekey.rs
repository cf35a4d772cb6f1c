//! Re-keying: what is received is keyed again before it is matched.

use super::kernel::{MacKey, wipe};
use super::{KeyFault, Pseudonym};
use zeroize::Zeroizing;

/// Pseudonyms that are hashed at a time: enough for every way of hashing, few enough for the stack.
const AT_ONCE: usize = 64;

/// What persons are matched on inside: the first 128 bits of HMAC-SHA256(key, 32 raw bytes).
///
/// Two of n different persons share a token with a chance below n² / 2¹²⁹: for 2.2 million
/// jongeren under 10⁻²⁶ (birthday bound; HMAC taken as a random function).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Token([u64; 2]);

impl Token {
    /// Nobody's: what a buffer holds before [`LinkKey::tokens`] fills it.
    pub(crate) const NOBODY: Self = Self([0; 2]);

    fn of(bytes: &[u8; 16]) -> Self {
        let (halves, _) = bytes.as_chunks::<8>();
        let mut token = [0; 2];
        token.iter_mut().zip(halves).for_each(|(half, bytes)| *half = u64::from_be_bytes(*bytes));
        Self(token)
    }

    /// A number that spreads tokens over a table.
    pub(crate) fn spread(self) -> u64 {
        // Half of a keyed hash is as even as the whole.
        let [_, low] = self.0;
        low
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
impl Token {
    /// A known token, to compare with frozen vectors.
    pub(crate) fn known(bytes: [u8; 16]) -> Self {
        Self::of(&bytes)
    }
}

/// The key under which one run links. On the command line it is random and dies with the run.
pub(crate) struct LinkKey(MacKey);

impl LinkKey {
    /// A key for one run, from the system's random source.
    pub(crate) fn random() -> Result<Self, KeyFault> {
        let mut secret = Zeroizing::new([0u8; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| KeyFault::Random)?;
        Ok(Self(MacKey::new(&secret)))
    }

    /// A known key, to compare with frozen vectors and with the naive implementation.
    #[cfg(test)]
    pub(crate) fn known(secret: &[u8; 32]) -> Self {
        Self(MacKey::new(secret))
    }

    /// The token of a received pseudonym.
    pub(crate) fn token(&self, pseudonym: &Pseudonym) -> Token {
        let mut token = [Token::NOBODY];
        self.tokens(std::slice::from_ref(pseudonym.bytes()), &mut token);
        let [token] = token;
        token
    }

    /// The tokens of received pseudonyms, 32 raw bytes each, into `out`, which is as long. Far faster
    /// than one by one.
    pub(crate) fn tokens(&self, pseudonyms: &[[u8; 32]], out: &mut [Token]) {
        debug_assert_eq!(pseudonyms.len(), out.len());
        let mut long = [[0u8; 32]; AT_ONCE];
        for (pseudonyms, out) in pseudonyms.chunks(AT_ONCE).zip(out.chunks_mut(AT_ONCE)) {
            let Some(long) = long.get_mut(..pseudonyms.len()) else { continue };
            self.0.macs(pseudonyms, long);
            for (token, long) in out.iter_mut().zip(long) {
                *token = long.first_chunk().map_or(Token::NOBODY, Token::of);
            }
        }
        wipe(&mut long);
    }
}
