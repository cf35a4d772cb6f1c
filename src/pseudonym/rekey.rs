//! Re-keying: what is received is keyed again before it is matched.

use super::kernel::{MacKey, wipe};
use super::{KeyFault, PersonNumber};
use aes::Aes128;
use aes::cipher::{Block, BlockEncrypt, KeyInit};
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

/// What tells, for a fraction of what a [`Token`] costs, that somebody is surely not meant: the first 64 bits of
/// AES-128(key, first 16 bytes). The key is another, as random, and dies with the run as well.
///
/// A pseudonym is itself a keyed hash, so half of one is as good as the whole; a block cipher is a pseudorandom
/// permutation (FIPS 197), so who does not have the key learns nothing of the pseudonym.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Nobody's: what a buffer holds before [`LinkKey::fingerprints`] fills it.
    pub(crate) const NOBODY: Self = Self(0);

    /// As even as a random number.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// A known one, to look at what is made of them.
    #[cfg(test)]
    pub(crate) fn known(bits: u64) -> Self {
        Self(bits)
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
    Own(Box<RunKey>),
    /// They were keyed again when they were received: the service.
    Received,
}

/// The random keys of one run. Wiped when dropped.
pub(crate) struct RunKey {
    /// Of tokens.
    mac: MacKey,
    /// Of fingerprints.
    cipher: Aes128,
}

impl RunKey {
    fn new(mac: &[u8; 32], cipher: &[u8; 16]) -> Self {
        Self { mac: MacKey::new(mac), cipher: Aes128::new(cipher.into()) }
    }
}

impl LinkKey {
    /// A key for one run, from the system's random source.
    pub(crate) fn random() -> Result<Self, KeyFault> {
        let (mut mac, mut cipher) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 16]));
        for secret in [mac.as_mut_slice(), cipher.as_mut_slice()] {
            getrandom::fill(secret).map_err(|_| KeyFault::Random)?;
        }
        Ok(Self::Own(Box::new(RunKey::new(&mac, &cipher))))
    }

    /// The key for leveringen of a place: a fresh one, or none where they were keyed again when received.
    pub(crate) fn of(received: bool) -> Result<Self, KeyFault> {
        if received { Ok(Self::Received) } else { Self::random() }
    }

    /// A known key, to compare with frozen vectors and with the naive implementation.
    #[cfg(test)]
    pub(crate) fn known(secret: &[u8; 32]) -> Self {
        Self::Own(Box::new(RunKey::new(secret, &[0x3c; 16])))
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
        let Self::Own(keys) = self else { return Token::of(message) };
        let mut mac = [[0; 32]];
        keys.mac.macs(std::slice::from_ref(message), &mut mac);
        let [token] = mac.map(|mac| Token::of(&mac));
        wipe(mac.as_flattened_mut());
        token
    }

    /// The tokens of received pseudonyms, 32 raw bytes each, in the room given, which is at least as long. Far faster
    /// than one by one.
    pub(crate) fn tokens<'r>(&self, pseudonyms: &[[u8; 32]], room: &'r mut [Token]) -> &'r [Token] {
        debug_assert!(pseudonyms.len() <= room.len());
        let out = room.get_mut(..pseudonyms.len()).unwrap_or_default();
        let Self::Own(keys) = self else {
            out.iter_mut().zip(pseudonyms).for_each(|(token, keyed)| *token = Token::of(keyed));
            return out;
        };
        let mut macs = [[0u8; 32]; AT_ONCE];
        for (pseudonyms, out) in pseudonyms.chunks(AT_ONCE).zip(out.chunks_mut(AT_ONCE)) {
            let Some(macs) = macs.get_mut(..pseudonyms.len()) else { continue };
            keys.mac.macs(pseudonyms, macs);
            for (token, mac) in out.iter_mut().zip(macs) {
                *token = Token::of(mac);
            }
        }
        wipe(macs.as_flattened_mut());
        out
    }

    /// The tokens of those received pseudonyms that stand at these places, in the places' order, in the room given, which
    /// is at least as long.
    pub(crate) fn tokens_of<'r>(&self, pseudonyms: &[[u8; 32]], places: &[u16], room: &'r mut [Token]) -> &'r [Token] {
        debug_assert!(places.len() <= room.len());
        let mut some = [[0u8; 32]; AT_ONCE];
        for (places, room) in places.chunks(AT_ONCE).zip(room.chunks_mut(AT_ONCE)) {
            let chosen = places.iter().filter_map(|place| pseudonyms.get(usize::from(*place)));
            some.iter_mut().zip(chosen).for_each(|(to, pseudonym)| *to = *pseudonym);
            self.tokens(some.get(..places.len()).unwrap_or_default(), room);
        }
        wipe(some.as_flattened_mut());
        room.get(..places.len()).unwrap_or_default()
    }

    /// The fingerprints of received pseudonyms, in the room given, which is at least as long; `None` where a token costs
    /// nothing, so that there is nothing to spare.
    pub(crate) fn fingerprints<'r>(
        &self,
        pseudonyms: &[[u8; 32]],
        room: &'r mut [Fingerprint],
    ) -> Option<&'r [Fingerprint]> {
        debug_assert!(pseudonyms.len() <= room.len());
        let Self::Own(keys) = self else { return None };
        let out = room.get_mut(..pseudonyms.len())?;
        let mut blocks = [Block::<Aes128>::default(); AT_ONCE];
        for (pseudonyms, out) in pseudonyms.chunks(AT_ONCE).zip(out.chunks_mut(AT_ONCE)) {
            let Some(blocks) = blocks.get_mut(..pseudonyms.len()) else { continue };
            for (block, pseudonym) in blocks.iter_mut().zip(pseudonyms) {
                let (half, _) = pseudonym.as_chunks::<16>();
                half.first().into_iter().for_each(|half| *block = (*half).into());
            }
            keys.cipher.encrypt_blocks(blocks);
            for (to, block) in out.iter_mut().zip(blocks) {
                let bits = block.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
                *to = Fingerprint(bits);
            }
        }
        wipe(&mut blocks);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 197, appendix B, and that the second half of a pseudonym has no part in it.
    #[test]
    fn a_fingerprint_is_of_aes() {
        let key = crate::terms::decode_hex(b"2b7e151628aed2a6abf7158809cf4f3c").unwrap();
        let half: [u8; 16] = crate::terms::decode_hex(b"3243f6a8885a308d313198a2e0370734").unwrap();
        let key = LinkKey::Own(Box::new(RunKey::new(&[3; 32], &key)));
        let raw: Vec<[u8; 32]> = (0..=255).map(|at| [half, [at; 16]].concat().try_into().unwrap()).collect();
        let mut found = vec![Fingerprint::NOBODY; raw.len()];
        let found = key.fingerprints(&raw, &mut found).unwrap();
        let expected = u64::from_be_bytes(crate::terms::decode_hex(b"3925841d02dc09fb").unwrap()).swap_bytes();
        assert!(found.iter().all(|found| found.bits() == expected));
        assert!(LinkKey::Received.fingerprints(&raw, &mut [Fingerprint::NOBODY; 256]).is_none());
    }

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

            let places: Vec<u16> = (0..count as u16).filter(|at| at % 3 != 1).collect();
            let expected: Vec<Token> = places.iter().map(|at| expected[usize::from(*at)]).collect();
            let mut found = vec![Token::NOBODY; raw.len()];
            assert_eq!(key.tokens_of(&raw, &places, &mut found), expected, "{count}");
        }
    }
}
