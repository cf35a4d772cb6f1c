//! Pseudonyms of person numbers, made at the source (CONTRACT, "Keys").

use super::kernel::{MacKey, wipe};
use super::{Key, KeyFault, KeyId, Role};
use crate::terms::{Bsn, Identificatie, Onderwijsnummer, encode_hex};

/// What is hashed of a number: what kind it is, and its nine digits.
type Message = [u8; 24];

/// A number as read from a raw file.
#[derive(Debug)]
pub(crate) enum PersonNumber {
    /// A citizen service number.
    Bsn(Bsn),
    /// An onderwijsnummer.
    Own(Onderwijsnummer),
}

impl PersonNumber {
    /// Which kind of levering the row belongs to.
    pub(crate) fn identificatie(&self) -> Identificatie {
        match self {
            Self::Bsn(_) => Identificatie::Bsn,
            Self::Own(_) => Identificatie::Own,
        }
    }

    /// What of it is hashed. Who calls this wipes it.
    pub(super) fn message(&self) -> Message {
        let (label, digits) = match self {
            Self::Bsn(bsn) => (b"inbeeld:bsn:v1:", bsn.digits()),
            Self::Own(number) => (b"inbeeld:own:v1:", number.digits()),
        };
        let mut message = [0; 24];
        if let Some(start) = message.first_chunk_mut::<15>() {
            *start = *label;
        }
        if let Some(end) = message.last_chunk_mut::<9>() {
            *end = *digits;
        }
        message
    }
}

/// Makes pseudonyms at the source: the only holder of a `koppel` key.
pub struct Pseudonymiser {
    key: MacKey,
    id: KeyId,
}

impl Pseudonymiser {
    /// Takes the key that the sources share.
    ///
    /// # Errors
    /// [`KeyFault::Role`] when the key has another role.
    pub fn new(key: &Key) -> Result<Self, KeyFault> {
        Ok(Self { key: MacKey::new(key.secret(Role::Koppel)?), id: key.id() })
    }

    /// Id of the key, the manifest's `sleutel_id`.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.id
    }
}

/// Numbers that wait for their pseudonyms, which are made many at a time. Wiped when they have them,
/// and when dropped.
pub(crate) struct Numbers {
    /// In one place for good: what is moved leaves a copy behind.
    messages: Box<[Message; Self::MOST]>,
    count: usize,
}

impl Numbers {
    /// As many as can wait.
    const MOST: usize = 256;

    /// None yet.
    pub(crate) fn new() -> Self {
        Self { messages: Box::new([[0; 24]; Self::MOST]), count: 0 }
    }

    /// Whether no more can wait.
    pub(crate) fn full(&self) -> bool {
        self.count == Self::MOST
    }

    /// Lets one more wait; not while they are [`full`](Self::full).
    pub(crate) fn push(&mut self, number: &PersonNumber) {
        debug_assert!(!self.full());
        if let Some(place) = self.messages.get_mut(self.count) {
            *place = number.message();
            self.count += 1;
        }
    }

    /// Gives the 64 hex digits of each pseudonym, in the order of the numbers, and forgets the numbers.
    pub(crate) fn pseudonyms(&mut self, by: &Pseudonymiser, mut each: impl FnMut(&[u8; 64])) {
        let mut macs = [[0; 32]; Self::MOST];
        if let (Some(messages), Some(macs)) = (self.messages.get(..self.count), macs.get_mut(..self.count)) {
            by.key.macs(messages, macs);
            macs.iter().for_each(|mac| each(&encode_hex(mac)));
        }
        wipe(macs.as_flattened_mut());
        self.forget();
    }

    fn forget(&mut self) {
        wipe(self.messages.as_flattened_mut());
        self.count = 0;
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_once_are_those_one_by_one() {
        let by = Pseudonymiser::new(&Key::generate(Role::Koppel).unwrap()).unwrap();
        let bsns: Vec<PersonNumber> = (100_000_000..)
            .filter_map(|number: u32| Bsn::parse(number.to_string().as_bytes()).ok())
            .map(PersonNumber::Bsn)
            .take(Numbers::MOST)
            .collect();
        let made = |numbers: &[PersonNumber]| {
            let (mut waiting, mut found) = (Numbers::new(), Vec::new());
            numbers.iter().for_each(|number| waiting.push(number));
            waiting.pseudonyms(&by, |hex| found.push(String::from_utf8(hex.to_vec()).unwrap()));
            assert_eq!((waiting.count, *waiting.messages), (0, [[0; 24]; Numbers::MOST]));
            found
        };
        let single: Vec<String> = bsns.iter().flat_map(|number| made(std::slice::from_ref(number))).collect();
        for count in [0, 1, 2, 15, 16, 17, 33, 100, 255, 256] {
            assert_eq!(made(&bsns[..count]), single[..count], "{count}");
        }
    }
}
