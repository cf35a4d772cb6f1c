//! One person twice in a doelgroep: the same row again is merged, another row is refused.

use crate::pseudonym::{HmacSha256, KeyFault, LinkKey, PersonNumber, Token, hmac, mac};
use std::collections::HashMap;
use zeroize::Zeroizing;

/// What a row is beside those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The first of this person.
    First,
    /// The same as the first of this person.
    Same,
    /// Another than the first of this person.
    Other,
}

/// The persons of one run. Holds keyed hashes under keys that die with the run: 48 bytes per
/// person, of which nobody can be read back.
pub(super) struct Persons {
    persons: LinkKey,
    rows: HmacSha256,
    seen: HashMap<Token, [u8; 32]>,
}

impl Persons {
    /// Nobody seen yet.
    pub(super) fn new() -> Result<Self, KeyFault> {
        let mut secret = Zeroizing::new([0u8; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| KeyFault::Random)?;
        Ok(Self { persons: LinkKey::random()?, rows: hmac(&secret), seen: HashMap::new() })
    }

    /// Sees a row: its converted cells, and its dossier as far as it will be delivered. Sealed
    /// handles are no part of it, since the same dossier gives another one every time.
    pub(super) fn see(&mut self, person: &PersonNumber, cells: &[u8], dossier: &[u8]) -> Seen {
        let row = mac(&self.rows, &[cells, b"\0", dossier]);
        match self.seen.insert(self.persons.number(person), row) {
            None => Seen::First,
            Some(first) if first == row => Seen::Same,
            Some(_) => Seen::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{Bsn, Onderwijsnummer};

    #[test]
    fn a_row_is_the_first_the_same_or_another() {
        let mut persons = Persons::new().unwrap();
        let one = PersonNumber::Bsn(Bsn::parse(b"999993847").unwrap());
        let two = PersonNumber::Own(Onderwijsnummer::parse(b"100000004").unwrap());
        assert_eq!(persons.see(&one, b";0148", b"D1"), Seen::First);
        assert_eq!(persons.see(&two, b";0148", b"D1"), Seen::First);
        assert_eq!(persons.see(&one, b";0148", b"D1"), Seen::Same);
        assert_eq!(persons.see(&one, b";0148", b"D2"), Seen::Other);
        assert_eq!(persons.see(&two, b";0193", b"D1"), Seen::Other);
    }
}
