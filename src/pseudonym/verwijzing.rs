//! The sealed handle by which a municipality finds its own dossier back.

use super::{Key, KeyFault, Role};
use crate::fault::{Exit, Explain};
use crate::terms::Gemeente;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use zeroize::Zeroizing;

/// Bytes of the padded dossier number.
const PADDED: usize = 64;
/// Bytes of the nonce (XChaCha20).
const NONCE: usize = 24;
/// Bytes of the tag (Poly1305).
const TAG: usize = 16;
/// Bytes of a sealed handle: nonce, dossier, tag.
const SEALED: usize = NONCE + PADDED + TAG;

/// Why a handle cannot be made or opened.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum VerwijzingFault {
    /// The dossier number is empty, over 64 bytes, or holds a zero byte.
    #[error("een dossiernummer is 1 tot en met 64 bytes lang, zonder nul-bytes")]
    Dossier,
    /// Not the text of a handle.
    #[error("dit is geen verwijzing")]
    Form,
    /// Made under another key or for another municipality, or changed since.
    #[error("deze verwijzing is niet met deze sleutel voor deze gemeente gemaakt, of zij is veranderd")]
    Foreign,
    /// The system gave no random bytes.
    #[error("het systeem gaf geen willekeurige getallen")]
    Random,
}

impl Explain for VerwijzingFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Dossier => "dossier-vorm",
            Self::Form => "verwijzing-vorm",
            Self::Foreign => "verwijzing-vreemd",
            Self::Random => "toeval",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Dossier => "Gebruik het dossiernummer van de gemeente zelf, van hooguit 64 bytes.",
            Self::Form => "Neem de verwijzing over zoals zij op de lijst staat.",
            Self::Foreign => "Gebruik de verwijzingsleutel en de gemeentecode waarmee de doelgroep is aangeleverd.",
            Self::Random => "Probeer het opnieuw; blijft het zo, laat de beheerder de machine nakijken.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Dossier | Self::Form => Exit::Input,
            Self::Foreign => Exit::Integrity,
            Self::Random => Exit::Internal,
        }
    }
}

/// A sealed handle: nonce, ciphertext and tag, 104 bytes. In files base64url (RFC 4648 §5) without
/// padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verwijzing([u8; SEALED]);

impl Verwijzing {
    /// Reads the text of a handle. Whether it opens only its municipality can tell.
    ///
    /// # Errors
    /// [`VerwijzingFault::Form`] when it is not base64url of 104 bytes.
    pub fn parse(text: &str) -> Result<Self, VerwijzingFault> {
        let mut sealed = [0; SEALED];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut sealed) {
            Ok(SEALED) => Ok(Self(sealed)),
            _ => Err(VerwijzingFault::Form),
        }
    }

    /// The text in files.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl std::fmt::Debug for Verwijzing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verwijzing(…)")
    }
}

/// A municipality's own key, which seals and opens its handles. The service never has it.
pub struct VerwijzingKey(XChaCha20Poly1305);

impl VerwijzingKey {
    /// Takes a key of soort `verwijzing`.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        Ok(Self(XChaCha20Poly1305::new(key.secret(Role::Verwijzing)?.into())))
    }

    /// Seals a dossier number for its municipality under a fresh nonce, so that the same dossier
    /// gives other bytes every time.
    ///
    /// # Errors
    /// [`VerwijzingFault::Dossier`] or [`VerwijzingFault::Random`].
    pub fn seal(&self, gemeente: Gemeente, dossier: &str) -> Result<Verwijzing, VerwijzingFault> {
        let mut nonce = [0u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VerwijzingFault::Random)?;
        self.seal_with(gemeente, dossier, nonce)
    }

    fn seal_with(&self, gemeente: Gemeente, dossier: &str, nonce: [u8; NONCE]) -> Result<Verwijzing, VerwijzingFault> {
        if dossier.is_empty() || dossier.len() > PADDED || dossier.bytes().any(|byte| byte == 0) {
            return Err(VerwijzingFault::Dossier);
        }
        let mut padded = Zeroizing::new([0u8; PADDED]);
        padded.iter_mut().zip(dossier.bytes()).for_each(|(to, from)| *to = from);
        let aad = associated_data(gemeente);
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: padded.as_slice(), aad: &aad })
            // Fails only for a message of over 2³⁸ bytes.
            .map_err(|_| VerwijzingFault::Dossier)?;
        // 24 bytes of nonce, 64 of dossier and 16 of tag.
        let sealed = [nonce.as_slice(), &sealed].concat().try_into().map_err(|_| VerwijzingFault::Dossier)?;
        Ok(Verwijzing(sealed))
    }

    /// Opens a handle of this municipality to its dossier number.
    ///
    /// # Errors
    /// [`VerwijzingFault::Form`] for other text, [`VerwijzingFault::Foreign`] when it was not
    /// sealed under this key for this municipality, or holds something else than a padded dossier
    /// number.
    pub fn open(&self, gemeente: Gemeente, verwijzing: &str) -> Result<Zeroizing<String>, VerwijzingFault> {
        let sealed = URL_SAFE_NO_PAD.decode(verwijzing).map_err(|_| VerwijzingFault::Form)?;
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(VerwijzingFault::Form)?;
        if body.len() < TAG {
            return Err(VerwijzingFault::Form);
        }
        let padded = self
            .0
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: &associated_data(gemeente) })
            .map(Zeroizing::new)
            .map_err(|_| VerwijzingFault::Foreign)?;
        // A seal that holds says who made it, not that the contract was followed: the length is checked as well.
        if padded.len() != PADDED {
            return Err(VerwijzingFault::Foreign);
        }
        // Only padding is no dossier number: it has at least one byte.
        let last = padded.iter().rposition(|byte| *byte != 0).ok_or(VerwijzingFault::Foreign)?;
        let dossier = padded.get(..=last).and_then(|bytes| std::str::from_utf8(bytes).ok());
        dossier.map(|text| Zeroizing::new(text.to_owned())).ok_or(VerwijzingFault::Foreign)
    }
}

impl std::fmt::Debug for VerwijzingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerwijzingKey(…)")
    }
}

/// Binds a handle to its municipality (CONTRACT, "verwijzing").
fn associated_data(gemeente: Gemeente) -> Vec<u8> {
    format!("inbeeld:verwijzing:v1:{gemeente}").into_bytes()
}

#[cfg(test)]
impl VerwijzingKey {
    /// Sealing under a known nonce, for the frozen vectors only.
    pub(crate) fn seal_frozen(&self, gemeente: Gemeente, dossier: &str, nonce: [u8; NONCE]) -> Verwijzing {
        self.seal_with(gemeente, dossier, nonce).unwrap()
    }
}
