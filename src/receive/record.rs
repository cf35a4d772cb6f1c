//! What was received, when: kept under seal, and told to the source as its receipt.

use super::ReceiveFault;
use super::shelf::{Part, Shelf};
use crate::ingest::{Levering, Manifest};
use crate::pseudonym::Vault;
use crate::terms::{Moment, Sha256Hash};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// Name of the schema.
const SCHEMA: &str = "inbeeld/ontvangst/v1";
/// Largest record that is read, in bytes: a manifest and a little more.
const MOST: u64 = 1 << 18;

/// What a record says.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Says {
    schema: String,
    bestand: String,
    /// The manifest, byte for byte.
    manifest: String,
    ontvangen: String,
    /// When the first levering was received that this one, or one before it, replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    eerst_ontvangen: Option<String>,
    bytes: u64,
    /// Hash of what was stored, opened.
    opslag_sha256: String,
}

/// A levering that was received.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) levering: Levering,
    pub(super) manifest: String,
    pub(super) received: Moment,
    /// When the first levering was received that this one, or one before it, replaces.
    pub(super) first: Option<Moment>,
    pub(super) bytes: u64,
    pub(super) stored: Sha256Hash,
}

impl Record {
    /// Every levering of a shelf.
    pub(super) fn all(shelf: &dyn Shelf, vault: &Vault) -> Result<Vec<Self>, ReceiveFault> {
        let ids = shelf.ids().map_err(ReceiveFault::Storage)?;
        ids.into_iter().map(|id| Self::read(shelf, vault, &id).map_err(ReceiveFault::stored(&id))).collect()
    }

    /// The leveringen of a shelf that no newer one replaces. An intake that died between putting the new one
    /// in place and taking the old one away leaves both.
    pub(super) fn newest(shelf: &dyn Shelf, vault: &Vault) -> Result<Vec<Self>, ReceiveFault> {
        let mut all = Self::all(shelf, vault)?;
        let made = |record: &Self| record.levering.manifest.aangemaakt;
        let replaced: Vec<bool> = all
            .iter()
            .map(|one| all.iter().any(|other| other.same_place(&one.levering.manifest) && made(other) > made(one)))
            .collect();
        let mut replaced = replaced.into_iter();
        all.retain(|_| !replaced.next().unwrap_or(false));
        Ok(all)
    }

    fn read(shelf: &dyn Shelf, vault: &Vault, id: &str) -> io::Result<Self> {
        let odd = || io::Error::from(io::ErrorKind::InvalidData);
        let mut text = Vec::new();
        let sealed = shelf.open(id, Part::Record)?;
        vault.open(&Part::Record.of(id), sealed)?.take(MOST).read_to_end(&mut text)?;
        let says: Says = serde_json::from_slice(&text).map_err(|_| odd())?;
        if says.schema != SCHEMA {
            return Err(odd());
        }
        let manifest = Manifest::parse(says.manifest.as_bytes()).map_err(|_| odd())?;
        let stored = Sha256Hash::parse(&says.opslag_sha256).map_err(|_| odd())?;
        Ok(Self {
            id: id.to_owned(),
            levering: Levering { file: says.bestand, manifest, stored: Some(stored) },
            manifest: says.manifest,
            received: Moment::parse(&says.ontvangen).map_err(|_| odd())?,
            first: says.eerst_ontvangen.map(|text| Moment::parse(&text).map_err(|_| odd())).transpose()?,
            bytes: says.bytes,
            stored,
        })
    }

    /// Seals it and puts it in place: from then on the levering is there.
    pub(super) fn settle(&self, shelf: &dyn Shelf, vault: &Vault) -> io::Result<()> {
        let says = Says {
            schema: SCHEMA.to_owned(),
            bestand: self.levering.file.clone(),
            manifest: self.manifest.clone(),
            ontvangen: self.received.to_string(),
            eerst_ontvangen: self.first.map(|moment| moment.to_string()),
            bytes: self.bytes,
            opslag_sha256: self.stored.to_string(),
        };
        let text = serde_json::to_vec(&says)?;
        let mut writer = vault.seal(&Part::Record.of(&self.id), shelf.begin(&self.id, Part::Record)?)?;
        writer.write_all(&text)?;
        writer.finish()?.settle()
    }

    /// Whether another levering claims the same place: the newest of them alone serves.
    pub(super) fn same_place(&self, manifest: &Manifest) -> bool {
        let own = &self.levering.manifest;
        own.bron == manifest.bron
            && own.leverancier.oin == manifest.leverancier.oin
            && own.identificatie == manifest.identificatie
            && own.periode == manifest.periode
    }

    pub(super) fn receipt(&self) -> Receipt {
        let manifest = &self.levering.manifest;
        Receipt {
            bestand: self.levering.file.clone(),
            sha256: manifest.sha256.to_string(),
            regels: manifest.records,
            bytes: self.bytes,
            ontvangen: self.received.to_string(),
            eerst_ontvangen: self.first.map(|moment| moment.to_string()),
            bron: manifest.bron.to_string(),
            periode: manifest.periode.to_string(),
            identificatie: manifest.identificatie.to_string(),
            dekking: manifest.dekking.to_string(),
            regio: manifest.regio.to_string(),
            leverancier: manifest.leverancier.naam.clone(),
            oin: manifest.leverancier.oin.to_string(),
            sleutel_id: manifest.sleutel_id.to_string(),
            aangemaakt: manifest.aangemaakt.to_string(),
        }
    }
}

/// What a source is told that was received of it, the same whenever it asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Name of the data file.
    pub bestand: String,
    /// Its hash, as it was received.
    pub sha256: String,
    /// Its rows.
    pub regels: u64,
    /// Its length.
    pub bytes: u64,
    /// When it was received, UTC.
    pub ontvangen: String,
    /// When the first levering was received that this one, or one before it, replaces, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eerst_ontvangen: Option<String>,
    /// Kind of source.
    pub bron: String,
    /// The month that it speaks of.
    pub periode: String,
    /// Kind of number.
    pub identificatie: String,
    /// What it covers.
    pub dekking: String,
    /// For which region.
    pub regio: String,
    /// Who delivered it.
    pub leverancier: String,
    /// Its number.
    pub oin: String,
    /// The koppelsleutel of its pseudonyms.
    pub sleutel_id: String,
    /// When it was made, UTC.
    pub aangemaakt: String,
}
