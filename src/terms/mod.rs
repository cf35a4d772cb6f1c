//! Words of the domain as types. Each can only be made by parsing, so a value that exists is valid.

mod closed;
mod digits;
mod hex;
mod number;
mod place;
mod time;

pub use closed::{
    AccountRol, Bron, BrpStatus, Cohort, Contact, Dekking, Dimensie, Geslacht, Identificatie, InkomenSoort, Klasse,
    Lijstveld, Methode, Niveau, OnderwijsSoort, Reden, Rol, UitkeringSoort, Uitstroomprofiel,
};
pub(crate) use digits::{digits, pairs};
pub(crate) use hex::{decode_hex, encode_hex, nibble_of};
pub use number::{Bsn, Oin, Onderwijsnummer, is_raw_bsn};
pub use place::{Gemeente, Regio};
pub use time::{Datum, Maand, Moment, Peildatum};

/// A text that is not a value of the type it was parsed as. Carries no part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("geen geldige waarde: verwacht {expected}")]
pub struct Invalid {
    /// What a valid text looks like, in Dutch.
    pub expected: &'static str,
}

/// Hash of a file, SHA-256 (FIPS 180-4), written as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Hash(pub [u8; 32]);

impl Sha256Hash {
    /// Reads 64 lower-case hex digits.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        decode_hex(text.as_bytes()).map(Self).ok_or(Invalid { expected: "64 hexadecimale cijfers in kleine letters" })
    }
}

impl std::fmt::Display for Sha256Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Sha256Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}
