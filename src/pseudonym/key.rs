//! Key files: one line, one role each.

use super::{hmac, mac};
use crate::fault::{Exit, Explain};
use crate::terms::decode_hex;
use zeroize::{Zeroize, Zeroizing};

/// What a key is for. A key never serves a second purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The sources' linkage key.
    Koppel,
    /// A municipality's own, seals and opens its handles.
    Verwijzing,
    /// A share of the service's period key.
    DienstDeel,
    /// Tags for withdrawn list entries.
    Intrekking,
    /// Subject ids of the Logboek Dataverwerkingen.
    Logboek,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Koppel, Self::Verwijzing, Self::DienstDeel, Self::Intrekking, Self::Logboek];

    /// The spelling in key files, `soort`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Koppel => "koppel",
            Self::Verwijzing => "verwijzing",
            Self::DienstDeel => "dienst-deel",
            Self::Intrekking => "intrekking",
            Self::Logboek => "logboek",
        }
    }

    /// The role of this spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Public name of a key: the first 8 bytes of HMAC-SHA256(key, "inbeeld:sleutel-id:v1"), written
/// as 16 hex digits. May be shown and logged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// Reads 16 lower-case hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decode_hex(text.as_bytes()).map(Self)
    }

    /// The name of these secret bytes.
    pub(super) fn of(secret: &[u8; 32]) -> Self {
        let mut long = mac(&hmac(secret), &[b"inbeeld:sleutel-id:v1"]);
        let mut id = [0u8; 8];
        id.iter_mut().zip(long).for_each(|(to, from)| *to = from);
        long.zeroize();
        Self(id)
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyFault {
    /// Not the one line of a key file.
    #[error("dit is geen sleutelbestand: verwacht één regel inbeeld-sleutel-v1:<soort>:<id>:<64 hex>")]
    Form,
    /// The soort is none of the contract's.
    #[error("de soort in dit sleutelbestand bestaat niet")]
    UnknownRole,
    /// The id is not that of the key.
    #[error("de id in dit sleutelbestand hoort niet bij de sleutel")]
    Id,
    /// A key of one role where another was asked.
    #[error("deze sleutel is van soort `{}`, hier hoort een sleutel van soort `{}`", found.as_str(), wanted.as_str())]
    Role {
        /// Role of the key at hand.
        found: Role,
        /// Role that the place asks.
        wanted: Role,
    },
    /// An age identity where a key file was asked.
    #[error("deze sleutel is van soort `ontvanger`, hier hoort een sleutel van soort `{}`", wanted.as_str())]
    Identity {
        /// Role that the place asks.
        wanted: Role,
    },
    /// The system gave no random bytes.
    #[error("het systeem gaf geen willekeurige getallen")]
    Random,
}

impl Explain for KeyFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "sleutel-vorm",
            Self::UnknownRole => "sleutel-soort",
            Self::Id => "sleutel-id",
            Self::Role { .. } | Self::Identity { .. } => "sleutel-rol",
            Self::Random => "toeval",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Form | Self::UnknownRole => {
                "Maak een sleutel met `inbeeld sleutel nieuw`, of vraag het bestand opnieuw op."
            }
            Self::Id => "Het bestand is beschadigd of aangepast: vraag het opnieuw op langs een veilige weg.",
            Self::Role { .. } | Self::Identity { .. } => {
                "Geef het sleutelbestand van de juiste soort; `inbeeld sleutel toon` laat de soort zien."
            }
            Self::Random => "Probeer het opnieuw; blijft het zo, laat de beheerder de machine nakijken.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Random => Exit::Internal,
            _ => Exit::Usage,
        }
    }
}

/// 32 secret bytes with the role they are for; wiped when dropped.
pub struct Key {
    role: Role,
    id: KeyId,
    secret: Zeroizing<[u8; 32]>,
}

impl Key {
    /// A fresh key from the system's random source.
    ///
    /// # Errors
    /// [`KeyFault::Random`] when the system gives none.
    pub fn generate(role: Role) -> Result<Self, KeyFault> {
        let mut secret = Zeroizing::new([0u8; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| KeyFault::Random)?;
        Ok(Self::from_secret(role, secret))
    }

    pub(super) fn from_secret(role: Role, secret: Zeroizing<[u8; 32]>) -> Self {
        Self { role, id: KeyId::of(&secret), secret }
    }

    /// Reads the text of a key file: one line, with or without line end. One BOM is tolerated.
    ///
    /// # Errors
    /// [`KeyFault`] for another form, an unknown soort, or an id that is not the key's.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(text);
        let mut parts = line.split(':');
        let (Some("inbeeld-sleutel-v1"), Some(role), Some(id), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyFault::Form);
        };
        let role = Role::parse(role).ok_or(KeyFault::UnknownRole)?;
        let id = KeyId::parse(id).ok_or(KeyFault::Form)?;
        let secret = Zeroizing::new(decode_hex(secret.as_bytes()).ok_or(KeyFault::Form)?);
        let key = Self::from_secret(role, secret);
        if key.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }

    /// The line of a key file, with line end. Holds the secret: for a file of mode 0600 only.
    #[must_use]
    pub fn to_line(&self) -> Zeroizing<String> {
        let mut line = Zeroizing::new(String::with_capacity(128));
        line.push_str("inbeeld-sleutel-v1:");
        line.push_str(self.role.as_str());
        line.push(':');
        line.push_str(&self.id.to_string());
        line.push(':');
        for byte in self.secret.iter() {
            for nibble in [byte >> 4, byte & 15] {
                line.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        line.push('\n');
        line
    }

    /// What the key is for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Its public name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The secret, for the one role it has.
    pub(super) fn secret(&self, wanted: Role) -> Result<&[u8; 32], KeyFault> {
        if self.role == wanted { Ok(&self.secret) } else { Err(KeyFault::Role { found: self.role, wanted }) }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({}, {})", self.role.as_str(), self.id)
    }
}
