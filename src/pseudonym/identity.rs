//! Age X25519 identities, by which a municipality opens its lists (age-encryption.org/v1).

use super::Role;
use super::recipient::{SECRET, Several, only_line};
use crate::fault::{Exit, Explain};
use std::io::Read;
use zeroize::Zeroizing;

/// First line of every age file of version 1.
const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";

/// Why a text is not the identity of a municipality.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum IdentityFault {
    /// Not one line with a secret age key.
    #[error("dit is geen identiteit: verwacht één regel die met {SECRET}1 begint")]
    Form,
    /// Which one is meant cannot be told.
    #[error("hier staat meer dan één identiteit")]
    Several,
    /// The public half stands where the secret half belongs.
    #[error("dit is de openbare helft van een sleutel van soort `ontvanger`, hier hoort de geheime helft")]
    Public,
    /// A key file of inbeeld.
    #[error("deze sleutel is van soort `{}`, hier hoort een sleutel van soort `ontvanger`", .0.as_str())]
    Role(Role),
}

impl Explain for IdentityFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "identiteit-vorm",
            Self::Several => "identiteit-meer",
            Self::Public => "identiteit-openbaar",
            Self::Role(_) => "sleutel-rol",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Form | Self::Role(_) => {
                "Geef het geheime bestand dat `inbeeld sleutel nieuw --soort ontvanger` maakte."
            }
            Self::Several => "Zet elke identiteit in een eigen bestand, en geef die waarvoor de lijst is verzegeld.",
            Self::Public => "Geef het bestand met de geheime helft; de openbare helft kan alleen verzegelen.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// Why a sealed file does not open. All of these may be tampering, so all have its exit code.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum OpenFault {
    /// It does not begin as an age file does.
    #[error("dit is geen age-bestand, of het begin ervan is veranderd")]
    NotAge,
    /// No recipient in its header is this identity. Who changes the header makes the same of it.
    #[error("dit bestand is niet voor deze identiteit verzegeld, of de kop ervan is veranderd")]
    Foreign,
    /// What the seal covers is not what was sealed.
    #[error("dit bestand is veranderd of afgebroken nadat het werd verzegeld")]
    Changed,
}

impl Explain for OpenFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAge => "lijst-geen-age",
            Self::Foreign => "lijst-vreemd",
            Self::Changed => "lijst-veranderd",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotAge => "Geef het bestand zoals het ontvangen is; een lijst heet <naam>-<gemeente>.csv.age.",
            Self::Foreign => {
                "Geef de identiteit waarvan de regio nu de openbare helft heeft, of vraag de lijst van uw eigen gemeente op."
            }
            Self::Changed => "Gebruik dit bestand niet en vraag de lijst opnieuw op; meld het als dat vaker gebeurt.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Integrity
    }
}

/// A municipality's secret age key. The crate behind it wipes the key when it is dropped.
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// Reads the content of a secret file: one line `AGE-SECRET-KEY-1…`; empty lines and comments
    /// after `#` are let be, as age-keygen writes them.
    ///
    /// # Errors
    /// [`IdentityFault`] for another form, more than one, or another kind of key.
    pub fn parse(text: &str) -> Result<Self, IdentityFault> {
        let line = only_line(text).map_err(|Several| IdentityFault::Several)?.ok_or(IdentityFault::Form)?;
        if let Some(rest) = line.strip_prefix("inbeeld-sleutel-v1:") {
            let role = rest.split(':').next().and_then(Role::parse);
            return Err(role.map_or(IdentityFault::Form, IdentityFault::Role));
        }
        if line.starts_with("age1") {
            return Err(IdentityFault::Public);
        }
        line.parse().map(Self).map_err(|_| IdentityFault::Form)
    }

    /// Opens a binary age file. Nothing of its content is given before all of it was found whole.
    ///
    /// # Errors
    /// [`OpenFault`].
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenFault> {
        use age::DecryptError;
        if !sealed.starts_with(FIRST_LINE) {
            return Err(OpenFault::NotAge);
        }
        let opened = age::Decryptor::new_buffered(sealed)
            .and_then(|file| file.decrypt(std::iter::once(&self.0 as &dyn age::Identity)));
        let mut reader = opened.map_err(|fault| match fault {
            DecryptError::NoMatchingKeys => OpenFault::Foreign,
            _ => OpenFault::Changed,
        })?;
        // Shorter than what holds it, so the buffer never moves and leaves no copy behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader.read_to_end(&mut plain).map_err(|_| OpenFault::Changed)?;
        Ok(plain)
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}
