//! Re-keying: what is received is keyed again before it is matched.

use super::kernel::{MacKey, wipe};
use super::{KeyFault, PersonNumber};
use zeroize::Zeroizing;

/// Pseudonyms that are hashed at a time: enough for every way of hashing, few enough for the stack.
const AT_ONCE: usize = 128;

/// What persons are matched on inside: the first 128 bits of HMAC-SHA256(key, 32 raw bytes).
///
/// Two of n different persons share a token with a chance below n² / 2¹²⁹: for 2.2 million
/// jongeren under 10⁻²⁶ (birthday bound; HMAC taken as a random function).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Token([u64; 2]);

impl Token {
    /// Nobody's: what a buffer holds before [`LinkKey::tokens`] fills it.
    pub(crate) const NOBODY: Self = Self([0; 2]);

    /// The first 128 bits of a pseudonym that was keyed again.
    pub(crate) fn of(bytes: &[u8]) -> Self {
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

/// What keys pseudonyms again, whole: the service stores them so, under the key of their period.
pub(crate) struct Rekeyer(MacKey);

impl Rekeyer {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self(MacKey::new(secret))
    }

    /// HMAC-SHA256(key, 32 raw bytes) of each received pseudonym into `out`, which is as long.
    pub(crate) fn rekey(&self, pseudonyms: &[[u8; 32]], out: &mut [[u8; 32]]) {
        self.0.macs(pseudonyms, out);
    }
}

/// How one run makes tokens of the pseudonyms that it reads.
pub(crate) enum LinkKey {
    /// It keys them again, under a key that is random and dies with the run: the command line.
    Own(RunKey),
    /// They were keyed again when they were received: the service.
    Received,
}

/// The random key of one run.
pub(crate) struct RunKey(MacKey);

impl LinkKey {
    /// A key for one run, from the system's random source.
    pub(crate) fn random() -> Result<Self, KeyFault> {
        let mut secret = Zeroizing::new([0u8; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| KeyFault::Random)?;
        Ok(Self::Own(RunKey(MacKey::new(&secret))))
    }

    /// The key for leveringen of a place: a fresh one, or none where they were keyed again when received.
    pub(crate) fn of(received: bool) -> Result<Self, KeyFault> {
        if received { Ok(Self::Received) } else { Self::random() }
    }

    /// A known key, to compare with frozen vectors and with the naive implementation.
    #[cfg(test)]
    pub(crate) fn known(secret: &[u8; 32]) -> Self {
        Self::Own(RunKey(MacKey::new(secret)))
    }

    /// The token of a received pseudonym.
    #[cfg(test)]
    pub(crate) fn token(&self, pseudonym: &super::Pseudonym) -> Token {
        self.one(pseudonym.bytes())
    }

    /// The token of a number, by which a source finds the same person again without keeping who that is.
    pub(crate) fn number(&self, number: &PersonNumber) -> Token {
        let mut message = number.message();
        let token = self.one(&message);
        wipe(&mut message);
        token
    }

    fn one<const N: usize>(&self, message: &[u8; N]) -> Token {
        let Self::Own(RunKey(key)) = self else { return Token::of(message) };
        let mut mac = [[0; 32]];
        key.macs(std::slice::from_ref(message), &mut mac);
        let [token] = mac.map(|mac| Token::of(&mac));
        wipe(mac.as_flattened_mut());
        token
    }

    /// The tokens of received pseudonyms, 32 raw bytes each, in the room given, which is at least as long. Far faster
    /// than one by one.
    pub(crate) fn tokens<'r>(&self, pseudonyms: &[[u8; 32]], room: &'r mut [Token]) -> &'r [Token] {
        debug_assert!(pseudonyms.len() <= room.len());
        let out = room.get_mut(..pseudonyms.len()).unwrap_or_default();
        let Self::Own(RunKey(key)) = self else {
            out.iter_mut().zip(pseudonyms).for_each(|(token, keyed)| *token = Token::of(keyed));
            return out;
        };
        let mut macs = [[0u8; 32]; AT_ONCE];
        for (pseudonyms, out) in pseudonyms.chunks(AT_ONCE).zip(out.chunks_mut(AT_ONCE)) {
            let Some(macs) = macs.get_mut(..pseudonyms.len()) else { continue };
            key.macs(pseudonyms, macs);
            for (token, mac) in out.iter_mut().zip(macs) {
                *token = Token::of(mac);
            }
        }
        wipe(macs.as_flattened_mut());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_by_the_batch_are_those_one_by_one() {
        let key = LinkKey::known(&[3; 32]);
        for count in [0, 1, 2, 16, 127, 128, 129, 1024] {
            let raw: Vec<[u8; 32]> =
                (0..count).map(|at: u32| [at.to_le_bytes(); 8].concat().try_into().unwrap()).collect();
            let mut found = vec![Token::NOBODY; raw.len()];
            let found = key.tokens(&raw, &mut found);
            let expected: Vec<Token> = raw.iter().map(|raw| key.token(&super::super::Pseudonym::of(*raw))).collect();
            assert_eq!(found, expected, "{count}");
        }
    }
}
