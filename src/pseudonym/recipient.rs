//! Age X25519 recipients, for whom lists are sealed. The age crate stays behind this module and
//! [`super::identity`]: it brings an older generation of the hash crates.
//!
//! Source of the format: age-encryption.org/v1, published as C2SP `age.md`.

use crate::fault::{Exit, Explain};
use age::secrecy::ExposeSecret;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use zeroize::Zeroizing;

/// How the text of a secret age key begins.
pub(super) const SECRET: &str = "AGE-SECRET-KEY-";

/// A fresh identity: the content of its secret file and its public recipient, a line each
/// (age-encryption.org/v1, X25519).
#[must_use]
pub fn new_recipient() -> (Zeroizing<String>, String) {
    let identity = age::x25519::Identity::generate();
    let secret = Zeroizing::new(format!("{}\n", identity.to_string().expose_secret()));
    (secret, format!("{}\n", identity.to_public()))
}

/// Why a text is not the one recipient of a municipality, or nothing can be sealed for it.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum RecipientFault {
    /// There is no line that says anything.
    #[error("hier staat geen ontvanger: verwacht één regel die met age1 begint")]
    Empty,
    /// A list is for one recipient: a second one could read it as well.
    #[error("hier staat meer dan één ontvanger; een lijst is voor één ontvanger")]
    Several,
    /// The secret half stands where the public half belongs.
    #[error("hier staat een geheime sleutel, en geen openbare ontvanger")]
    Secret,
    /// Not an X25519 recipient, or one for which anybody could open what is sealed.
    #[error("de regel is geen geldige ontvanger (age, X25519)")]
    Form,
    /// The sealing did not come about.
    #[error("voor deze ontvanger kan niets verzegeld worden")]
    Seal,
}

impl Explain for RecipientFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "ontvanger-leeg",
            Self::Several => "ontvanger-meer",
            Self::Secret => "ontvanger-geheim",
            Self::Form => "ontvanger-vorm",
            Self::Seal => "ontvanger-verzegelen",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Empty | Self::Form => {
                "Vraag de gemeente om de openbare helft van haar sleutel van soort ontvanger: de regel die met age1 begint."
            }
            Self::Several => "Laat de ene regel staan die de gemeente nu gebruikt.",
            Self::Secret => {
                "Zet hier alleen de openbare helft, en laat de gemeente een nieuwe sleutel maken: deze is niet meer geheim."
            }
            Self::Seal => "Probeer het opnieuw; blijft het zo, laat de beheerder de machine nakijken.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            // A list without a recipient key is refused, the others go out (CONTRACT, "Releases").
            Self::Empty | Self::Several | Self::Secret | Self::Form => Exit::Denied,
            Self::Seal => Exit::Internal,
        }
    }
}

/// The one line that says something; empty lines and those with `#` in front say nothing.
pub(super) fn only_line(text: &str) -> Result<Option<&str>, Several> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    match (lines.next(), lines.next()) {
        (first, None) => Ok(first),
        _ => Err(Several),
    }
}

/// More than one line says something.
pub(super) struct Several;

/// Who can open a list: a municipality's public age key.
#[derive(Clone)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// Reads the content of `ontvangers/<gemeente>.txt`: one recipient `age1…`; empty lines and
    /// comments after `#` are let be.
    ///
    /// # Errors
    /// [`RecipientFault`] for no recipient, more than one, or something else.
    pub fn parse(text: &str) -> Result<Self, RecipientFault> {
        if text.contains(SECRET) {
            return Err(RecipientFault::Secret);
        }
        let line = only_line(text).map_err(|Several| RecipientFault::Several)?.ok_or(RecipientFault::Empty)?;
        let recipient: age::x25519::Recipient = line.parse().map_err(|_| RecipientFault::Form)?;
        if gives_no_secret(line) { Err(RecipientFault::Form) } else { Ok(Self(recipient)) }
    }

    /// A binary age file with this content, that only the recipient can open. Other bytes every
    /// time; its length tells the length of the content, besides chance, and nothing else.
    ///
    /// # Errors
    /// [`RecipientFault::Seal`].
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, RecipientFault> {
        age::encrypt(&self.0, plain).map_err(|_| RecipientFault::Seal)
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

/// Whether every secret shared with this point is zero, so that anybody can compute it (RFC 7748
/// §6.1). The age crate reads such a recipient and panics at sealing for it; when opening it refuses
/// such a point as a malformed header. So a header with the point is offered to an identity.
fn gives_no_secret(recipient: &str) -> bool {
    let point = STANDARD_NO_PAD.encode(bech32_bytes(recipient));
    let zeros = STANDARD_NO_PAD.encode([0u8; 32]);
    let file = format!("age-encryption.org/v1\n-> X25519 {point}\n{zeros}\n--- {zeros}\n{zeros}");
    matches!(age::decrypt(&age::x25519::Identity::generate(), file.as_bytes()), Err(age::DecryptError::InvalidHeader))
}

/// The bytes of a text that bech32 (BIP 173) was found to be: between `1` and the six signs of the
/// checksum, five bits a sign.
fn bech32_bytes(text: &str) -> Vec<u8> {
    const SIGNS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let data = text.rsplit('1').next().unwrap_or_default();
    let (mut bytes, mut bits, mut have) = (Vec::with_capacity(32), 0u32, 0u32);
    for sign in data.bytes().take(data.len().saturating_sub(6)) {
        let five = SIGNS.iter().position(|known| *known == sign.to_ascii_lowercase()).unwrap_or_default();
        // Below 32, the number of signs; and of `bits` only the lowest twelve are of use.
        bits = ((bits << 5) | five as u32) & 0xfff;
        have += 5;
        if have >= 8 {
            have -= 8;
            bytes.push(((bits >> have) & 0xff) as u8);
        }
    }
    bytes
}
