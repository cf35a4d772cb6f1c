//! Sealing what is stored of a period, so that without both shares of its key nothing of it can be read.
//!
//! Each stored part is an age file (age-encryption.org/v1), read and written in pieces of 64 KiB. Its
//! file key is wrapped under a key that comes from the period key, with the part's own name beside it:
//! a part that stands in the place of another does not open.

use super::{hmac, mac};
use age::{DecryptError, Decryptor, EncryptError, Encryptor};
use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use std::collections::HashSet;
use std::io::{self, BufReader, Read, Write};
use zeroize::Zeroizing;

/// How the line in the age header that only a period key opens is called.
const TAG: &str = "inbeeld-periode-v1";
/// Bytes of the nonce (XChaCha20).
const NONCE: usize = 24;

/// What seals and opens the stored parts of one period.
pub(crate) struct Vault(XChaCha20Poly1305);

/// A part while it is written. Without [`SealedWriter::finish`] it does not open.
pub(crate) type SealedWriter<W> = age::stream::StreamWriter<W>;

impl Vault {
    pub(super) fn of(period: &[u8; 32]) -> Self {
        let secret = Zeroizing::new(mac(&hmac(period), &[b"inbeeld:opslag:v1"]));
        Self(XChaCha20Poly1305::new((&*secret).into()))
    }

    /// Seals the part of this name while it is written.
    ///
    /// # Errors
    /// What the writer said.
    pub(crate) fn seal<W: Write>(&self, name: &str, to: W) -> io::Result<SealedWriter<W>> {
        let part = Part { vault: self, name };
        let encryptor = Encryptor::with_recipients(std::iter::once(&part as &dyn age::Recipient));
        encryptor.map_err(|_| io::Error::from(io::ErrorKind::Other))?.wrap_output(to)
    }

    /// Opens the part of this name. Each piece is checked before any of it is given, and the end of the
    /// file as well: what was changed or cut off ends in an error.
    ///
    /// # Errors
    /// `InvalidData` where it was sealed under another key or name or has been changed; what the reader
    /// said.
    pub(crate) fn open<R: Read + Send + 'static>(&self, name: &str, from: R) -> io::Result<Box<dyn Read + Send>> {
        let changed = |fault: DecryptError| match fault {
            DecryptError::Io(fault) => fault,
            _ => io::ErrorKind::InvalidData.into(),
        };
        let part = Part { vault: self, name };
        let file = Decryptor::new_buffered(BufReader::new(from)).map_err(changed)?;
        let opened = file.decrypt(std::iter::once(&part as &dyn age::Identity)).map_err(changed)?;
        Ok(Box::new(opened))
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// One part of the vault: who may read it, in the words of age.
struct Part<'v> {
    vault: &'v Vault,
    name: &'v str,
}

impl Part<'_> {
    fn associated_data(&self) -> Vec<u8> {
        format!("inbeeld:opslag:v1:{}", self.name).into_bytes()
    }
}

impl age::Recipient for Part<'_> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let other = || EncryptError::Io(io::ErrorKind::Other.into());
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| other())?;
        let payload = Payload { msg: file_key.expose_secret(), aad: &self.associated_data() };
        let body = self.vault.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| other())?;
        let stanza = Stanza { tag: TAG.to_owned(), args: vec![STANDARD_NO_PAD.encode(nonce)], body };
        Ok((vec![stanza], HashSet::new()))
    }
}

impl age::Identity for Part<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let [nonce] = stanza.args.as_slice() else { return None };
        if stanza.tag != TAG {
            return None;
        }
        let mut bytes = [0; NONCE];
        let Ok(NONCE) = STANDARD_NO_PAD.decode_slice(nonce, &mut bytes) else { return None };
        let payload = Payload { msg: &stanza.body, aad: &self.associated_data() };
        let opened = self.vault.0.decrypt(&XNonce::from(bytes), payload).map(Zeroizing::new);
        let key = opened.ok().and_then(|opened| <[u8; 16]>::try_from(opened.as_slice()).ok().map(Zeroizing::new));
        let key = key.ok_or(DecryptError::DecryptionFailed);
        Some(key.map(|key| FileKey::init_with_mut(|place| place.copy_from_slice(key.as_slice()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(vault: &Vault, name: &str, sealed: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        vault.open(name, io::Cursor::new(sealed))?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn a_part_opens_whole_under_its_own_key_and_name_or_not_at_all() {
        let (vault, other) = (Vault::of(&[1; 32]), Vault::of(&[2; 32]));
        for length in [0, 1, 1 << 16, 200_000] {
            let plain: Vec<u8> = (0..length).map(|at: u32| at.to_le_bytes()[0]).collect();
            let mut writer = vault.seal("een", Vec::new()).unwrap();
            writer.write_all(&plain).unwrap();
            let sealed = writer.finish().unwrap();
            assert_eq!(opened(&vault, "een", sealed.clone()).unwrap(), plain);
            assert!(opened(&vault, "twee", sealed.clone()).is_err());
            assert!(opened(&other, "een", sealed.clone()).is_err());
            // Every byte of the header, and then here and there.
            let far = sealed.len() / 40 + 1;
            for at in (0..sealed.len()).filter(|at| *at < 300 || at % far == 0) {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(opened(&vault, "een", changed).is_err(), "{at} van {}", sealed.len());
                assert!(opened(&vault, "een", sealed[..at].to_vec()).is_err(), "tot {at}");
            }
            assert!(opened(&vault, "een", [sealed.as_slice(), b"x"].concat()).is_err());
        }
    }

    #[test]
    fn a_whole_piece_cut_off_at_the_end_is_seen() {
        let vault = Vault::of(&[1; 32]);
        let mut writer = vault.seal("een", Vec::new()).unwrap();
        writer.write_all(&vec![7; 3 << 16]).unwrap();
        let sealed = writer.finish().unwrap();
        let piece = (1 << 16) + 16;
        assert!(opened(&vault, "een", sealed[..sealed.len() - piece].to_vec()).is_err());
    }
}
