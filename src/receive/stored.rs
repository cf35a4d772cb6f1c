//! What was received, as the folder of leveringen of a koppeling.

use super::record::Record;
use super::shelf::{Part, Shelf};
use super::{Receipt, ReceiveFault};
use crate::ingest::{Folder, MANIFEST_ENDING, Received};
use crate::pseudonym::{KeyId, PeriodKey, Vault};
use crate::terms::Sha256Hash;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

/// The shelf of one month, and its key.
#[derive(Clone, Copy)]
pub struct Period<'s> {
    /// Where it lies.
    pub shelf: &'s dyn Shelf,
    /// Under what it was sealed and keyed again.
    pub key: &'s PeriodKey,
}

/// Leveringen that were received, of one month or more.
pub struct Stored<'s> {
    /// By name.
    leveringen: BTreeMap<String, (usize, Record)>,
    periods: Vec<Opened<'s>>,
}

/// A month that was opened.
type Opened<'s> = (&'s dyn Shelf, Vault, KeyId);

impl<'s> Stored<'s> {
    /// Reads what was received of these months.
    ///
    /// # Errors
    /// [`ReceiveFault::Tampered`] where a record does not open under the key of its month;
    /// [`ReceiveFault::Storage`].
    pub fn open(periods: &[Period<'s>]) -> Result<Self, ReceiveFault> {
        let mut leveringen: BTreeMap<String, (usize, Record)> = BTreeMap::new();
        let opened = periods.iter().map(|period| (period.shelf, period.key.vault(), period.key.id())).collect();
        let mut stored = Self { leveringen: BTreeMap::new(), periods: opened };
        for (at, (shelf, vault, _)) in stored.periods.iter().enumerate() {
            for record in Record::newest(*shelf, vault)? {
                // Two sources may give their files the same name; in a folder they could not lie together.
                let own = record.levering.file.clone();
                let name = if leveringen.contains_key(&own) { format!("{own} ({})", record.id) } else { own };
                leveringen.insert(name, (at, record));
            }
        }
        stored.leveringen = leveringen;
        Ok(stored)
    }

    /// What was received, by name.
    pub fn receipts(&self) -> impl Iterator<Item = Receipt> + '_ {
        self.leveringen.values().map(|(_, record)| record.receipt())
    }

    fn find(&self, file: &str) -> Option<(&Opened<'s>, &Record)> {
        let (at, record) = self.leveringen.get(file)?;
        self.periods.get(*at).zip(Some(record))
    }

    fn part(&self, file: &str, part: Part) -> io::Result<Box<dyn Read + Send>> {
        let ((shelf, vault, _), record) = self.find(file).ok_or(io::ErrorKind::NotFound)?;
        vault.open(&part.of(&record.id), shelf.open(&record.id, part)?)
    }
}

impl Folder for Stored<'_> {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.leveringen.keys().flat_map(|file| [file.clone(), format!("{file}{MANIFEST_ENDING}")]).collect())
    }

    fn open(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)> {
        if let Some((_, record)) = name.strip_suffix(MANIFEST_ENDING).and_then(|file| self.find(file)) {
            let text = record.manifest.clone().into_bytes();
            let length = text.len() as u64;
            return Ok((Box::new(Cursor::new(text)), length));
        }
        let length = self.find(name).map_or(0, |(_, record)| record.bytes);
        Ok((self.part(name, Part::Data)?, length))
    }

    fn received(&self) -> Option<&dyn Received> {
        Some(self)
    }
}

impl Received for Stored<'_> {
    fn sha256(&self, file: &str) -> Option<Sha256Hash> {
        self.find(file).map(|(_, record)| record.stored)
    }

    fn key(&self, file: &str) -> Option<KeyId> {
        self.find(file).map(|((_, _, key), _)| *key)
    }

    fn beside(&self, file: &str) -> io::Result<Box<dyn Read + Send>> {
        self.part(file, Part::Beside)
    }
}
