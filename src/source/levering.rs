//! One levering on its way out: rows, hash, manifest, and names under which nothing stands yet.

use super::Request;
use super::fault::SourceFault;
use super::port::{Output, OutputFile};
use super::profile::delivered;
use super::report::{Counts, LeveringSummary};
use crate::ingest::schema::{Kind, PSEUDONIEM};
use crate::ingest::{MANIFEST_ENDING, Manifest, SCHEMA};
use crate::pseudonym::{Numbers, PersonNumber, Pseudonymiser};
use crate::terms::{Bron, Identificatie, Moment, Sha256Hash};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Bytes gathered before they are hashed and written.
const BLOCK: usize = 1 << 16;

/// A data file that is being written.
pub(super) struct Levering {
    pub(super) identificatie: Identificatie,
    pub(super) name: String,
    pub(super) counts: Counts,
    file: Box<dyn OutputFile>,
    /// Rows that wait for their pseudonyms: who each is about, all their cells, and where those of each end.
    numbers: Numbers,
    cells: Vec<u8>,
    ends: Vec<usize>,
    block: Vec<u8>,
    hash: Sha256,
}

impl Levering {
    /// Begins the data file with its header: the pseudoniem, the columns of the contract in its
    /// order, the verwijzing last (it is made when the rest of a row is known).
    pub(super) fn begin(
        output: &mut dyn Output,
        name: String,
        bron: Bron,
        identificatie: Identificatie,
    ) -> Result<Self, SourceFault> {
        let file = output.create(&name).map_err(SourceFault::Port)?;
        let mut block = Vec::with_capacity(2 * BLOCK);
        block.extend_from_slice(PSEUDONIEM.as_bytes());
        for sealed in [false, true] {
            for column in delivered(bron).filter(|column| matches!(column.kind, Kind::Verwijzing) == sealed) {
                block.push(b';');
                block.extend_from_slice(column.name.as_bytes());
            }
        }
        block.push(b'\n');
        let (numbers, hash) = (Numbers::new(), Sha256::new());
        let (cells, ends, counts) = (Vec::new(), Vec::new(), Counts::default());
        Ok(Self { identificatie, name, counts, file, numbers, cells, ends, block, hash })
    }

    /// Writes a row: who it is about, and the cells with a separator before each. No cell of a
    /// levering ever needs quotes: every one has a fixed form.
    pub(super) fn row(&mut self, person: &PersonNumber, cells: &[u8], by: &Pseudonymiser) -> Result<(), SourceFault> {
        self.numbers.push(person);
        self.cells.extend_from_slice(cells);
        self.ends.push(self.cells.len());
        self.counts.records += 1;
        if self.numbers.full() { self.pseudonyms(by) } else { Ok(()) }
    }

    /// Puts the rows that wait into the block, behind their pseudonyms.
    fn pseudonyms(&mut self, by: &Pseudonymiser) -> Result<(), SourceFault> {
        let Self { numbers, cells, ends, block, .. } = self;
        let (mut start, mut ends_left) = (0, ends.iter());
        numbers.pseudonyms(by, |hex| {
            block.extend_from_slice(hex);
            let end = ends_left.next().copied().unwrap_or(start);
            block.extend_from_slice(cells.get(start..end).unwrap_or_default());
            block.push(b'\n');
            start = end;
        });
        cells.clear();
        ends.clear();
        if self.block.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), SourceFault> {
        self.hash.update(&self.block);
        let written = self.file.write_all(&self.block);
        self.block.clear();
        written.map_err(|source| SourceFault::Write { file: self.name.clone(), source })
    }

    /// Writes what is left; the file is whole but not yet under its name.
    pub(super) fn end(mut self, by: &Pseudonymiser) -> Result<Ended, SourceFault> {
        self.pseudonyms(by)?;
        self.flush()?;
        let Self { identificatie, name, counts, file, hash, .. } = self;
        Ok(Ended { identificatie, name, counts, file, sha256: Sha256Hash(hash.finalize().into()) })
    }
}

/// A data file that is whole but not yet under its name.
pub(super) struct Ended {
    pub(super) identificatie: Identificatie,
    pub(super) name: String,
    pub(super) counts: Counts,
    pub(super) file: Box<dyn OutputFile>,
    sha256: Sha256Hash,
}

impl Ended {
    /// What the user is told of it.
    pub(super) fn summary(&self) -> LeveringSummary {
        let counts = &self.counts;
        LeveringSummary {
            bestand: self.name.clone(),
            manifest: manifest_name(&self.name),
            rapport: report_name(&self.name),
            identificatie: self.identificatie.as_str(),
            records: counts.records,
            dubbel: counts.doubles,
            bsn_aangevuld: counts.padded,
            afgekeurd: counts.dropped.counts.clone(),
            verwijzing_zonder_sleutel: counts.unsealed.iter().map(|(code, count)| (code.to_string(), *count)).collect(),
            sha256: self.sha256.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Supplier<'a> {
    oin: &'a str,
    naam: &'a str,
}

/// What [`Manifest`] reads, its keys in the contract's order.
#[derive(Serialize)]
struct ManifestText<'a> {
    schema: &'static str,
    bron: &'static str,
    leverancier: Supplier<'a>,
    regio: String,
    periode: String,
    dekking: &'static str,
    sleutel_id: String,
    identificatie: &'static str,
    records: u64,
    afgekeurd_bij_bron: u64,
    sha256: String,
    aangemaakt: String,
}

/// The text of a manifest.
pub(super) fn manifest(request: &Request<'_>, levering: &Ended, aangemaakt: Moment) -> Result<String, SourceFault> {
    json(
        &levering.name,
        &ManifestText {
            schema: SCHEMA,
            bron: request.bron.as_str(),
            leverancier: Supplier { oin: request.oin.as_str(), naam: &request.naam },
            regio: request.regio.to_string(),
            periode: request.periode.to_string(),
            dekking: request.dekking.as_str(),
            sleutel_id: request.sleutel.key_id().to_string(),
            identificatie: levering.identificatie.as_str(),
            records: levering.counts.records,
            afgekeurd_bij_bron: levering.counts.dropped.total(),
            sha256: levering.sha256.to_string(),
            aangemaakt: aangemaakt.to_string(),
        },
    )
}

/// A value as readable JSON with a line end.
pub(super) fn json(file: &str, value: &impl Serialize) -> Result<String, SourceFault> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| text + "\n").map_err(|fault| SourceFault::Write { file: file.to_owned(), source: fault.into() })
}

/// The names of a run's leveringen and the moment that their manifests tell.
pub(super) struct Names {
    base: String,
    suffix: String,
    pub(super) aangemaakt: Moment,
}

impl Names {
    /// The first names under which nothing stands: an earlier levering is never overwritten. The
    /// newest `aangemaakt` serves (CONTRACT), so it is made later than that of every earlier one
    /// here, also where a clock was set back.
    pub(super) fn free(request: &Request<'_>, output: &dyn Output) -> Result<Self, SourceFault> {
        let base = format!("{}-{}-{}", request.bron, request.oin, request.periode);
        let mut names = Self { base, suffix: String::new(), aangemaakt: milliseconds(request.now, None) };
        let mut count = 1u32;
        loop {
            let mut taken = false;
            for identificatie in Identificatie::ALL {
                let file = names.file(*identificatie);
                for name in [file.clone(), manifest_name(&file), report_name(&file)] {
                    taken |= output.exists(&name).map_err(SourceFault::Port)?;
                }
                let earlier =
                    output.manifest(&manifest_name(&file)).and_then(|text| Manifest::parse(text.as_bytes()).ok());
                names.aangemaakt = milliseconds(names.aangemaakt, earlier.map(|earlier| earlier.aangemaakt));
            }
            if !taken {
                return Ok(names);
            }
            count += 1;
            names.suffix = format!("-{count}");
        }
    }

    /// Name of the data file.
    pub(super) fn file(&self, identificatie: Identificatie) -> String {
        let own = if identificatie == Identificatie::Own { "-own" } else { "" };
        format!("{}{own}{}.csv", self.base, self.suffix)
    }
}

/// Name of the manifest of a data file.
fn manifest_name(file: &str) -> String {
    format!("{file}{MANIFEST_ENDING}")
}

/// Name of the report on a data file.
fn report_name(file: &str) -> String {
    format!("{file}.rapport.json")
}

/// A moment in whole milliseconds, later than the earlier one.
fn milliseconds(now: Moment, earlier: Option<Moment>) -> Moment {
    // Terms keep their inside to themselves; what a moment prints is what it reads.
    let count = |moment: Moment| moment.to_string().parse::<Timestamp>().map_or(0, Timestamp::as_millisecond);
    let after = earlier.map_or(i64::MIN, |earlier| count(earlier).saturating_add(1));
    Timestamp::from_millisecond(count(now).max(after)).map_or(now, Moment::from_timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_milliseconds_and_go_forward() {
        let at = |text| Moment::parse(text).unwrap();
        let now = at("2026-11-02T08:30:00.123456Z");
        assert_eq!(milliseconds(now, None).to_string(), "2026-11-02T08:30:00.123Z");
        assert_eq!(milliseconds(now, Some(at("2026-11-02T08:29:00Z"))).to_string(), "2026-11-02T08:30:00.123Z");
        assert_eq!(milliseconds(now, Some(at("2026-11-02T08:30:00.123Z"))).to_string(), "2026-11-02T08:30:00.124Z");
        assert_eq!(milliseconds(now, Some(at("2027-01-01T00:00:00Z"))).to_string(), "2027-01-01T00:00:00.001Z");
    }
}
