//! Append-only, hash-chained memory of everything released. No personal data.
//!
//! One JSON object a line. Each names in `vorige` the SHA-256 of the line before it (its bytes
//! without line end), so that a changed byte anywhere breaks the chain.

mod memory;

pub(crate) use memory::{Details, Remembered, month};

use crate::fault::{Exit, Explain, io_words};
use crate::terms::Sha256Hash;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Name of the schema of an entry.
const SCHEMA: &str = "inbeeld/register/v1";
/// `vorige` of the first entry.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where the lines are kept. The port of this room.
pub trait Ledger {
    /// Every line so far, without line ends.
    ///
    /// # Errors
    /// [`RegisterFault`] when it cannot be read.
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault>;

    /// Adds a line and returns once it would survive a power cut.
    ///
    /// # Errors
    /// [`RegisterFault`] when it cannot be kept; then nothing may be released.
    fn append(&mut self, line: &str) -> Result<(), RegisterFault>;
}

/// Why the register cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegisterFault {
    /// The chain is broken.
    #[error("register, regel {line}: deze regel sluit niet aan op de vorige")]
    Broken {
        /// Line, from 1.
        line: usize,
    },
    /// The last line has no end.
    #[error("register, regel {line}: deze laatste regel is afgebroken")]
    Torn {
        /// Line, from 1.
        line: usize,
    },
    /// It cannot be read or written.
    #[error("het register kan niet gelezen of geschreven worden ({})", io_words(.0))]
    Storage(std::io::Error),
    /// Another run is writing to it.
    #[error("een andere koppeling is met dit register bezig")]
    Busy,
}

impl Explain for RegisterFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "register-aangetast",
            Self::Torn { .. } => "register-afgebroken",
            Self::Storage(_) => "register-opslag",
            Self::Busy => "register-bezet",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Broken { .. } => {
                "Er is iets aan het register veranderd. Geef niets vrij, bewaar het bestand en waarschuw de FG."
            }
            Self::Torn { .. } => {
                "Bewaar een kopie en waarschuw de FG. Viel de stroom uit tijdens een koppeling, dan is er onder deze regel niets vrijgegeven en mag zij weg."
            }
            Self::Storage(_) => "Kijk of de map bestaat, of u er mag schrijven en of de schijf niet vol is.",
            Self::Busy => "Wacht tot die klaar is en probeer het opnieuw.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Broken { .. } | Self::Torn { .. } => Exit::Integrity,
            Self::Storage(_) | Self::Busy => Exit::Internal,
        }
    }
}

/// Checks the chain; gives the number of entries and the hash of the last.
///
/// # Errors
/// [`RegisterFault::Broken`] at the first line that does not follow from the one before.
pub fn verify<L: AsRef<str>>(lines: &[L]) -> Result<(usize, Sha256Hash), RegisterFault> {
    let mut head = Sha256Hash([0; 32]);
    for (at, line) in lines.iter().enumerate() {
        let line = line.as_ref();
        let says = serde_json::from_str::<serde_json::Value>(line).ok();
        let field = |name: &str| says.as_ref().and_then(|entry| entry.get(name));
        let number = field("nr").and_then(serde_json::Value::as_u64);
        let previous = field("vorige").and_then(serde_json::Value::as_str);
        if number != Some(at as u64 + 1) || previous != Some(&head.to_string()) {
            return Err(RegisterFault::Broken { line: at + 1 });
        }
        head = Sha256Hash(Sha256::digest(line).into());
    }
    Ok((lines.len(), head))
}

/// Every line of a chain that holds.
///
/// # Errors
/// [`RegisterFault`] when it cannot be read or does not hold.
pub(crate) fn lines(ledger: &mut dyn Ledger) -> Result<Vec<String>, RegisterFault> {
    let lines = ledger.lines()?;
    verify(&lines).map(|_| lines)
}

/// An entry under its place in the chain.
#[derive(Serialize)]
struct Chained<'e, T> {
    schema: &'static str,
    nr: usize,
    vorige: String,
    #[serde(flatten)]
    entry: &'e T,
}

/// Adds an entry behind a chain that holds.
///
/// # Errors
/// [`RegisterFault`]; then nothing may be released.
pub(crate) fn append(ledger: &mut dyn Ledger, entry: &impl Serialize) -> Result<(), RegisterFault> {
    let (count, head) = verify(&ledger.lines()?)?;
    let vorige = if count == 0 { NOTHING.to_owned() } else { head.to_string() };
    let line = serde_json::to_string(&Chained { schema: SCHEMA, nr: count + 1, vorige, entry })
        .map_err(|fault| RegisterFault::Storage(fault.into()))?;
    ledger.append(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Memory(Vec<String>);
    impl Ledger for Memory {
        fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
            Ok(self.0.clone())
        }
        fn append(&mut self, line: &str) -> Result<(), RegisterFault> {
            self.0.push(line.to_owned());
            Ok(())
        }
    }

    #[test]
    fn a_changed_byte_breaks_the_chain() {
        let mut ledger = Memory::default();
        for number in 0..5 {
            append(&mut ledger, &serde_json::json!({ "getal": number })).unwrap();
        }
        let (count, head) = verify(&ledger.0).unwrap();
        assert_eq!(count, 5);
        // Every byte of every line but the last, which only the kept head tells.
        for line in 0..5 {
            for byte in 0..ledger.0[line].len() {
                let mut changed = ledger.0.clone();
                let mut bytes = changed[line].clone().into_bytes();
                bytes[byte] ^= 1;
                changed[line] = String::from_utf8(bytes).unwrap();
                let found = verify(&changed);
                assert!(found.is_err() || found.unwrap().1 != head, "regel {line} byte {byte}");
            }
        }
        assert!(verify(&ledger.0[1..]).is_err());
    }
}
