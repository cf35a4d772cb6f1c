//! Recognising next month who was on a list, without keeping who that was (soort `intrekking`).

use super::{HmacSha256, Key, KeyFault, KeyId, Pseudonym, Role, hmac, mac};
use crate::fault::{Exit, Explain};
use crate::terms::Gemeente;
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use zeroize::Zeroizing;

/// Bytes of the nonce (XChaCha20).
const NONCE: usize = 24;

/// A key of soort `intrekking`: it marks who was on a list, and seals what is remembered of that.
pub struct WithdrawalKey {
    id: KeyId,
    tags: HmacSha256,
    seal: XChaCha20Poly1305,
}

/// The mark of one person on one list: HMAC-SHA256 under the withdrawal key. Without that key it says
/// nothing, and it differs from list to list and from municipality to municipality.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag([u8; 32]);

/// By what somebody is recognised on a list.
#[derive(Clone, Copy)]
pub(crate) enum Marked<'a> {
    /// By what was received of it.
    Received(&'a Pseudonym),
    /// By marks that were made when it was received, of each list that it may stand on in the
    /// municipality where it is counted; `None` for a list that was not in force then.
    Kept {
        /// The lists, by the names that [`WithdrawalKey::tag`] has for them.
        lists: &'a [String],
        /// Of each its mark.
        tags: &'a [Option<Tag>],
    },
}

/// Why what was remembered cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalFault {
    /// Sealed under another key, for another purpose, or changed since.
    #[error(
        "wat van de vorige lijsten is bewaard, hoort niet bij deze sleutel van soort intrekking, of het is veranderd"
    )]
    Foreign,
    /// It opens, and is none of ours.
    #[error("wat van de vorige lijsten is bewaard, is niet te lezen")]
    Form,
    /// The system gave no random bytes.
    #[error("het systeem gaf geen willekeurige getallen")]
    Random,
}

impl Explain for WithdrawalFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "intrekking-vreemd",
            Self::Form => "intrekking-vorm",
            Self::Random => "toeval",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Foreign | Self::Form => {
                "Geef de sleutel waarmee de vorige lijsten zijn gemaakt. Is die weg, haal dan het bestand uit de map intrekking naast het register weg; deze lijsten worden dan met niets vergeleken."
            }
            Self::Random => "Probeer het opnieuw; blijft het zo, laat de beheerder de machine nakijken.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Foreign | Self::Form => Exit::Integrity,
            Self::Random => Exit::Internal,
        }
    }
}

impl WithdrawalKey {
    /// Takes a key of soort `intrekking`.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        let secret = key.secret(Role::Intrekking)?;
        let tags = hmac(secret);
        // The key itself only makes other keys and marks: what seals is derived from it.
        let seal = Zeroizing::new(mac(&tags, &[b"inbeeld:intrekking:geheugen:v1"]));
        Ok(Self { id: key.id(), tags, seal: XChaCha20Poly1305::new((&*seal).into()) })
    }

    /// Its public name: marks of one key say nothing of those of another.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// HMAC-SHA256(key, "inbeeld:intrekking:v1:" + list + ":" + municipality + ":" ‖ 32 raw bytes of the
    /// received pseudonym). `list` is the purpose's name and the list's; neither holds a colon.
    pub(crate) fn tag(&self, list: &str, gemeente: Gemeente, pseudonym: &[u8; 32]) -> Tag {
        let place = format!("inbeeld:intrekking:v1:{list}:{gemeente}:");
        Tag(mac(&self.tags, &[place.as_bytes(), pseudonym]))
    }

    /// The mark of somebody on a list; `None` where none was kept.
    pub(crate) fn mark(&self, list: &str, gemeente: Gemeente, person: Marked<'_>) -> Option<Tag> {
        match person {
            Marked::Received(pseudonym) => Some(self.tag(list, gemeente, pseudonym.bytes())),
            Marked::Kept { lists, tags } => {
                let at = lists.iter().position(|known| known == list)?;
                tags.get(at).copied().flatten()
            }
        }
    }

    /// A mark that no person has, for a handle of which nobody can tell whose it is.
    pub(crate) fn nobody(&self, handle: &str) -> Tag {
        Tag(mac(&self.tags, &[b"inbeeld:intrekking:ongemerkt:v1:", handle.as_bytes()]))
    }

    /// Seals what is to be remembered for a purpose, under a fresh nonce.
    ///
    /// # Errors
    /// [`WithdrawalFault::Random`].
    pub(crate) fn seal(&self, purpose: &str, memory: &[u8]) -> Result<Vec<u8>, WithdrawalFault> {
        let mut nonce = [0u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| WithdrawalFault::Random)?;
        let payload = Payload { msg: memory, aad: &associated_data(purpose) };
        // Fails only for a message of over 2³⁸ bytes.
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).map_err(|_| WithdrawalFault::Form)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was remembered for a purpose.
    ///
    /// # Errors
    /// [`WithdrawalFault::Foreign`].
    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, WithdrawalFault> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(WithdrawalFault::Foreign)?;
        let payload = Payload { msg: body, aad: &associated_data(purpose) };
        self.seal.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| WithdrawalFault::Foreign)
    }
}

impl std::fmt::Debug for WithdrawalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WithdrawalKey(…)")
    }
}

impl Tag {
    /// A mark that was kept.
    pub(crate) fn kept(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To be kept.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hex digits, for what is remembered under seal.
    pub(crate) fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tag(…)")
    }
}

/// Binds what is remembered to its purpose.
fn associated_data(purpose: &str) -> Vec<u8> {
    format!("inbeeld:intrekking:geheugen:v1:{purpose}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: char) -> WithdrawalKey {
        let secret = Zeroizing::new([byte as u8; 32]);
        WithdrawalKey::new(&Key::from_secret(Role::Intrekking, secret)).unwrap()
    }

    #[test]
    fn marks_differ_by_person_list_municipality_and_key() {
        let person = |digit: u8| [digit; 32];
        let [zwolle, dalfsen] = [b"0193", b"0148"].map(|code| Gemeente::parse(code).unwrap());
        let mark = key('a').tag("doel:lijst", zwolle, &person(1));
        assert_eq!(mark, key('a').tag("doel:lijst", zwolle, &person(1)));
        for other in [
            key('b').tag("doel:lijst", zwolle, &person(1)),
            key('a').tag("doel:andere", zwolle, &person(1)),
            key('a').tag("doel:lijst", dalfsen, &person(1)),
            key('a').tag("doel:lijst", zwolle, &person(2)),
        ] {
            assert_ne!(mark, other);
        }
    }

    #[test]
    fn what_is_remembered_opens_for_its_key_and_purpose_only() {
        let sealed = key('a').seal("doel", b"geheugen").unwrap();
        assert_eq!(key('a').open("doel", &sealed).unwrap().as_slice(), b"geheugen");
        assert_ne!(sealed, key('a').seal("doel", b"geheugen").unwrap());
        assert_eq!(key('b').open("doel", &sealed), Err(WithdrawalFault::Foreign));
        assert_eq!(key('a').open("ander", &sealed), Err(WithdrawalFault::Foreign));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key('a').open("doel", &changed), Err(WithdrawalFault::Foreign));
        }
        assert!(key('a').open("doel", &sealed[..20]).is_err());
    }
}
