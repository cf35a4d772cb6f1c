//! From what a source sends to what is stored: checked, keyed again and sealed block by block.

use super::beside::{Entry, Layout};
use super::record::Record;
use super::shelf::{Part, Shelf, Waiting};
use super::{Receipt, ReceiveFault};
use crate::doelbinding::Policy;
use crate::ingest::{
    Block, Blocks, Checked, Found, Levering, MANIFEST_ENDING, MAX_MANIFEST, MAX_PERSONS, Manifest, Readable, Refusal,
    Row, Rows, Table, refusals,
};
use crate::linking::DoelgroepBuilder;
use crate::pseudonym::{LinkKey, LogboekKey, PeriodKey, Rekeyer, SealedWriter, Vault, WithdrawalKey};
use crate::terms::{Bron, Gemeente, Maand, Moment, Oin, Sha256Hash, encode_hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{self, Read, Write};

/// A list of a text that is in force, and who receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    list: String,
    ontvangers: BTreeSet<Gemeente>,
}

impl InForce {
    /// The lists of a text.
    pub fn of(policy: &Policy) -> impl Iterator<Item = Self> + '_ {
        policy.lijsten.iter().map(|lijst| Self {
            list: format!("{}:{}", policy.id, lijst.naam),
            ontvangers: lijst.ontvangers.iter().copied().collect(),
        })
    }
}

/// What is needed to take in leveringen of one month.
pub struct Desk<'d> {
    /// The month.
    pub periode: Maand,
    /// Its key.
    pub key: &'d PeriodKey,
    /// The key of the month before, where it is there: a text may look at the income of that month, and
    /// without it such a koppeling cannot be run.
    pub earlier: Option<&'d PeriodKey>,
    /// Under what persons stand in the Logboek Dataverwerkingen.
    pub logboek: &'d LogboekKey,
    /// The key that marks who is on a list, and the lists of the texts in force, where it is told who no
    /// longer is.
    pub marks: Option<(&'d WithdrawalKey, &'d [InForce])>,
    /// Now, UTC.
    pub now: Moment,
}

/// A levering of which the manifest was read and the file is still to come.
#[derive(Clone, Debug)]
pub struct Announced {
    file: String,
    text: String,
    manifest: Manifest,
}

/// What a newer levering changes, in numbers that tell of nobody: rows, rounded to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of the levering that it replaces.
    pub before: u64,
    /// Of the new one.
    pub after: u64,
}

/// What became of a levering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What the source is told.
    pub receipt: Receipt,
    /// Whether it was there already.
    pub again: bool,
    /// What it replaces, if anything.
    pub change: Option<Change>,
}

impl Announced {
    /// Reads a manifest; `file` is the name that the source gives the data file.
    ///
    /// # Errors
    /// [`ReceiveFault::Refused`] with every reason.
    pub fn read(file: &str, manifest: &[u8]) -> Result<Self, ReceiveFault> {
        let refused = |reasons| Err(ReceiveFault::Refused(reasons));
        // The name goes into reports and the verantwoording, and is never a path here.
        let strange = |sign: char| sign.is_control() || ['/', '\\'].contains(&sign);
        let name = !file.is_empty()
            && file.len() <= 200
            && !file.starts_with('.')
            && !file.contains(strange)
            && !file.ends_with(MANIFEST_ENDING);
        if !name {
            return refused(vec![Refusal::Name]);
        }
        if manifest.len() > MAX_MANIFEST {
            return refused(vec![Refusal::ManifestSize]);
        }
        match (Manifest::parse(manifest), std::str::from_utf8(manifest)) {
            (Ok(parsed), Ok(text)) => Ok(Self { file: file.to_owned(), text: text.to_owned(), manifest: parsed }),
            (Err(faults), _) => refused(faults.into_iter().map(Refusal::Manifest).collect()),
            // What parses is JSON, and so UTF-8.
            (Ok(_), Err(_)) => refused(vec![Refusal::Unreadable]),
        }
    }

    /// The month that it speaks of: with the key of that month it is taken in.
    #[must_use]
    pub fn periode(&self) -> Maand {
        self.manifest.periode
    }

    /// Number of who says to deliver it.
    #[must_use]
    pub fn oin(&self) -> &Oin {
        &self.manifest.leverancier.oin
    }

    /// Takes the file in, to its end. Memory holds one block, and of a doelgroep who was seen.
    ///
    /// # Errors
    /// [`ReceiveFault`]; then nothing of it stays.
    pub fn take(self, desk: &Desk<'_>, data: impl Read, shelf: &dyn Shelf) -> Result<Taken, ReceiveFault> {
        if self.manifest.periode != desk.periode {
            return Err(ReceiveFault::Period { wanted: desk.periode, found: self.manifest.periode });
        }
        let vault = desk.key.vault();
        if let Some(known) = self.known(shelf, &vault)? {
            // It need not be stored again, but what comes must be what it says.
            let end = read_through(data)?;
            let same = end == known.levering.manifest.sha256;
            return if same { Ok(again(&known)) } else { Err(ReceiveFault::Refused(vec![Refusal::Sha256])) };
        }
        let id = self.id();
        let levering = Levering { file: self.file.clone(), manifest: self.manifest.clone(), stored: None };
        let mut intake = Intake::begin(desk, &vault, &levering.manifest, &id, shelf)?;
        let checked = intake.read(data)?;
        let bytes = checked.end.bytes;
        let reasons = refusals(&levering, Ok(checked));
        let parts = match intake.store {
            Some(store) if reasons.is_empty() => store.finish().map_err(ReceiveFault::Storage)?,
            _ => return Err(ReceiveFault::Refused(reasons)),
        };
        self.settle(desk, (shelf, &vault), id, bytes, parts)
    }

    /// Puts what was stored in place, where nobody else has come in between.
    fn settle(
        &self,
        desk: &Desk<'_>,
        (shelf, vault): (&dyn Shelf, &Vault),
        id: String,
        bytes: u64,
        parts: Parts,
    ) -> Result<Taken, ReceiveFault> {
        let _held = shelf.hold().map_err(ReceiveFault::Storage)?;
        if let Some(known) = self.known(shelf, vault)? {
            return Ok(again(&known));
        }
        let mut replaced = Record::all(shelf, vault)?;
        replaced.retain(|record| record.id != id && record.same_place(&self.manifest));
        let first = replaced.iter().map(|record| record.first.unwrap_or(record.received)).min();
        let stored = parts.sha256;
        let settle = || {
            parts.data.settle()?;
            parts.beside.map_or(Ok(()), Waiting::settle)?;
            let levering = Levering { file: self.file.clone(), manifest: self.manifest.clone(), stored: Some(stored) };
            let (manifest, received) = (self.text.clone(), desk.now);
            let record = Record { id: id.clone(), levering, manifest, received, first, bytes, stored };
            record.settle(shelf, vault)?;
            Ok(record)
        };
        let record: Record = settle().map_err(|fault| {
            // A part that is in place already must not stay; where even that fails, the shelf clears it away
            // when it is opened next, since it has no record.
            let _ = shelf.remove(&id);
            ReceiveFault::Storage(fault)
        })?;
        let mut change = None;
        for replaced in replaced {
            let rounded = |rows: u64| rows.saturating_add(2) / 5 * 5;
            let before = rounded(replaced.levering.manifest.records);
            change = Some(Change { before, after: rounded(self.manifest.records) });
            // The new one is in place, and the newest serves: what cannot be removed now goes later.
            shelf.remove(&replaced.id).map_err(ReceiveFault::Storage)?;
        }
        Ok(Taken { receipt: record.receipt(), again: false, change })
    }

    /// The very same levering, where it is there already.
    fn known(&self, shelf: &dyn Shelf, vault: &Vault) -> Result<Option<Record>, ReceiveFault> {
        let mut same = None;
        for record in Record::all(shelf, vault)? {
            let known = &record.levering.manifest;
            if *known == self.manifest {
                same = Some(record);
            } else if record.same_place(&self.manifest) && known.aangemaakt >= self.manifest.aangemaakt {
                let moment = known.aangemaakt;
                let tie = moment == self.manifest.aangemaakt;
                return Err(if tie { ReceiveFault::Tie(moment) } else { ReceiveFault::Older(moment) });
            }
        }
        Ok(same)
    }

    /// Under what name its parts are kept: no two leveringen that differ have the same.
    fn id(&self) -> String {
        let Manifest { bron, leverancier, identificatie, .. } = &self.manifest;
        let hash = Sha256Hash(Sha256::digest(&self.text).into()).to_string();
        format!("{bron}-{}-{identificatie}-{}", leverancier.oin, hash.get(..32).unwrap_or_default())
    }
}

fn again(known: &Record) -> Taken {
    Taken { receipt: known.receipt(), again: true, change: None }
}

/// The hash of what comes, to its end.
fn read_through(mut data: impl Read) -> Result<Sha256Hash, ReceiveFault> {
    let mut hasher = Sha256::new();
    let mut room = zeroize::Zeroizing::new(vec![0; 1 << 16]);
    loop {
        match data.read(&mut room) {
            Ok(0) => return Ok(Sha256Hash(hasher.finalize().into())),
            Ok(count) => hasher.update(room.get(..count).unwrap_or_default()),
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(ReceiveFault::Interrupted),
        }
    }
}

/// What is being written.
struct Store {
    data: SealedWriter<Box<dyn Waiting>>,
    hasher: Sha256,
    beside: Option<SealedWriter<Box<dyn Waiting>>>,
}

/// What was written, and waits.
struct Parts {
    data: Box<dyn Waiting>,
    beside: Option<Box<dyn Waiting>>,
    /// Hash of the data as stored, opened.
    sha256: Sha256Hash,
}

impl Store {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.data.write_all(bytes)
    }

    fn finish(self) -> io::Result<Parts> {
        let beside = self.beside.map(SealedWriter::finish).transpose()?;
        Ok(Parts { data: self.data.finish()?, beside, sha256: Sha256Hash(self.hasher.finalize().into()) })
    }
}

/// Room for what is made of the pseudonyms of some rows.
type Numbers = Box<[[u8; 32]; MAX_PERSONS]>;

fn room() -> Numbers {
    Box::new([[0; 32]; MAX_PERSONS])
}

/// One levering while it comes in.
struct Intake<'i> {
    bron: Bron,
    rekeyer: Rekeyer,
    /// Room for the pseudonyms of some rows, keyed again.
    numbers: Numbers,
    /// Those of every record of the block at hand, in its order.
    keyed: Vec<[u8; 32]>,
    persons: Option<Persons<'i>>,
    /// Nothing once a fault was found: then nothing of it will be stored.
    store: Option<Store>,
}

/// What is made of the persons of a doelgroep.
struct Persons<'i> {
    manifest: &'i Manifest,
    desk: &'i Desk<'i>,
    earlier: Option<Rekeyer>,
    layout: Layout,
    /// Who was seen, under a key of its own that dies with the intake.
    seen: (LinkKey, DoelgroepBuilder),
    subjects: Numbers,
    earliers: Numbers,
}

impl<'i> Intake<'i> {
    fn begin(
        desk: &'i Desk<'i>,
        vault: &Vault,
        manifest: &'i Manifest,
        id: &str,
        shelf: &dyn Shelf,
    ) -> Result<Self, ReceiveFault> {
        let persons = (manifest.bron == Bron::Doelgroep).then(|| Persons::new(desk, manifest)).transpose()?;
        let begin = || {
            let part = |part: Part| vault.seal(&part.of(id), shelf.begin(id, part)?);
            let mut beside = persons.as_ref().map(|_| part(Part::Beside)).transpose()?;
            if let (Some(persons), Some(beside)) = (&persons, &mut beside) {
                persons.layout.begin(beside)?;
            }
            Ok(Store { data: part(Part::Data)?, hasher: Sha256::new(), beside })
        };
        let store = begin().map_err(ReceiveFault::Storage)?;
        let (rekeyer, numbers) = (desk.key.rekeyer(), room());
        Ok(Self { bron: manifest.bron, rekeyer, numbers, keyed: Vec::new(), persons, store: Some(store) })
    }

    /// Reads the file to its end, whatever is found.
    fn read(&mut self, data: impl Read) -> Result<Checked, ReceiveFault> {
        let mut blocks = Blocks::new(data, 0);
        let mut block = Block::default();
        let mut found = Found::default();
        let mut table = None;
        let mut begun = false;
        let mut places = Vec::new();
        loop {
            let more = blocks.next_block(&mut block).map_err(|_| ReceiveFault::Interrupted)?;
            let first = !std::mem::replace(&mut begun, true);
            if first {
                let (opened, said) = Table::open(self.bron, &Readable::all(self.bron), &mut block);
                found.merge(said);
                table = opened;
            }
            if !more {
                break;
            }
            if let Some(table) = &table {
                found.merge(self.block(table, &block)?);
                table.pseudonym_places(&block, &mut places);
            }
            if table.is_none() || !found.faults.is_empty() {
                self.store = None;
            }
            self.write(&mut block, &places, first).map_err(ReceiveFault::Storage)?;
        }
        let (end, stopped) = blocks.finish();
        Table::close(self.bron, &mut found, stopped);
        if let Some(Persons { seen: (_, builder), .. }) = &self.persons {
            found.faults.merge(builder.doubles(0));
        }
        let complete = table.is_some() && stopped.is_none();
        Ok(Checked { end, records: found.records, faults: found.faults, complete })
    }

    /// Checks a block and keys its pseudonyms again.
    fn block(&mut self, table: &Table, block: &Block) -> Result<Found, ReceiveFault> {
        self.keyed.clear();
        let mut written = Ok(());
        let found = table.parse(block, &mut |rows| {
            let keyed = self.numbers.get_mut(..rows.pseudonyms().len()).unwrap_or_default();
            self.rekeyer.rekey(rows.pseudonyms(), keyed);
            for ((_, said), keyed) in rows.each().zip(&*keyed) {
                self.keyed.extend(std::iter::repeat_n(keyed, said.len()));
            }
            if let Some(persons) = &mut self.persons {
                let beside = self.store.as_mut().and_then(|store| store.beside.as_mut());
                if written.is_ok() {
                    written = persons.take(rows, keyed, beside);
                }
            }
        });
        written.map(|()| found).map_err(ReceiveFault::Storage)
    }

    /// Stores a block with its new pseudonyms in the place of the old ones.
    fn write(&mut self, block: &mut Block, places: &[usize], first: bool) -> io::Result<()> {
        let Some(store) = &mut self.store else { return Ok(()) };
        if places.len() != self.keyed.len() {
            // A block without faults has one pseudonym per record: a mistake of ours, and nothing is stored.
            return Err(io::ErrorKind::Other.into());
        }
        for (place, keyed) in places.iter().zip(&self.keyed) {
            block.overwrite(*place, &encode_hex(keyed));
        }
        if first {
            store.write(block.taken_off())?;
        }
        store.write(block.bytes())
    }
}

impl<'i> Persons<'i> {
    fn new(desk: &'i Desk<'i>, manifest: &'i Manifest) -> Result<Self, ReceiveFault> {
        let lists = desk.marks.map(|(_, lists)| lists).unwrap_or_default();
        let layout = Layout {
            earlier: desk.earlier.map(PeriodKey::id),
            marks: desk.marks.map(|(key, _)| key.id()),
            lists: lists.iter().map(|list| list.list.clone()).collect(),
        };
        let key = LinkKey::random().map_err(|fault| ReceiveFault::Storage(io::Error::other(fault)))?;
        // No room on its word: nobody has held this manifest against its file yet.
        let builder = DoelgroepBuilder::new(false, 0);
        let earlier = desk.earlier.map(PeriodKey::rekeyer);
        Ok(Self { manifest, desk, earlier, layout, seen: (key, builder), subjects: room(), earliers: room() })
    }

    /// Writes by what each person of some rows is known, and notes who stands twice.
    fn take(
        &mut self,
        rows: &Rows,
        keyed: &[[u8; 32]],
        beside: Option<&mut SealedWriter<Box<dyn Waiting>>>,
    ) -> io::Result<()> {
        let subjects = self.subjects.get_mut(..keyed.len()).unwrap_or_default();
        self.desk.logboek.subjects(rows.pseudonyms(), subjects);
        let earliers = self.earliers.get_mut(..keyed.len()).unwrap_or_default();
        if let Some(earlier) = &self.earlier {
            earlier.rekey(rows.pseudonyms(), earliers);
        }
        if let Some(beside) = beside {
            let numbers = keyed.iter().zip(&*subjects).zip(&*earliers);
            let each = rows
                .each()
                .zip(numbers)
                .flat_map(|((pseudonym, said), numbers)| said.iter().map(move |said| (said, pseudonym, numbers)));
            for (said, pseudonym, ((keyed, subject), earlier)) in each {
                let Some(Row::Doelgroep(row)) = &said.row else { continue };
                let earlier = self.earlier.as_ref().map(|_| earlier);
                // Only the municipality that made a handle can have its person on a list.
                let handle = row.verwijzing.is_some();
                let marks = self.desk.marks.into_iter().flat_map(|(key, lists)| {
                    lists.iter().map(move |list| {
                        let told = handle && list.ontvangers.contains(&row.gemeente);
                        told.then(|| key.tag(&list.list, row.gemeente, pseudonym))
                    })
                });
                Entry::write(beside, [keyed, subject], earlier, row.gemeente, marks)?;
            }
        }
        let (key, builder) = &self.seen;
        builder.take(key, (0, self.manifest.identificatie), rows);
        Ok(())
    }
}
