//! The header of a data file, and its blocks as typed rows with every fault reported.

use super::blocks::{Block, FileEnd, MAX_RECORD, RawRecord, Records};
use super::fields;
use super::rows::{PersonRow, Row, Values};
use super::rule::{Fault, Faults, RawBsnWatch, Rule};
use super::schema::{Column, Kind, Value, columns, handle, place};
use crate::pseudonym::Pseudonym;
use crate::terms::{Bron, BrpStatus};
use memchr::memchr;
use std::borrow::Cow;

/// Most columns that any bron has.
const MAX_COLUMNS: usize = 10;

/// Which columns of a bron may be read. The others are never decoded.
#[derive(Clone, Debug)]
pub(crate) struct Readable(Vec<bool>);

impl Readable {
    /// Every column, to check a levering.
    pub(crate) fn all(bron: Bron) -> Self {
        Self(vec![true; columns(bron).len()])
    }

    /// The pseudonym and the columns named.
    pub(crate) fn only<'n>(bron: Bron, names: impl Iterator<Item = &'n str> + Clone) -> Self {
        let named = |column: &Column| matches!(column.kind, Kind::Pseudonym) || names.clone().any(|n| n == column.name);
        Self(columns(bron).iter().map(named).collect())
    }
}

/// What has been found in (a part of) a file.
pub(crate) struct Found {
    /// Data rows, also those with faults.
    pub(crate) records: u64,
    pub(crate) faults: Faults,
    watch: RawBsnWatch,
}

impl Found {
    fn new(bron: Bron) -> Self {
        Self { records: 0, faults: Faults::default(), watch: RawBsnWatch::new(columns(bron).len()) }
    }

    /// Takes in another part of the same file, in any order.
    pub(crate) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.faults.merge(other.faults);
        self.watch.merge(&other.watch);
    }
}

/// How the fields of a file stand under the schema's columns.
pub(crate) struct Table {
    bron: Bron,
    /// Field of each readable column of the schema.
    fields: Vec<Option<usize>>,
    width: usize,
}

impl Table {
    /// Reads the header from the file's first block and takes it off.
    pub(crate) fn open(bron: Bron, readable: &Readable, block: &mut Option<Block>) -> (Option<Self>, Found) {
        let mut found = Found::new(bron);
        let Some(first) = block else {
            found.faults.row(1, None, Rule::KopOntbreekt);
            return (None, found);
        };
        if first.bytes.starts_with(b"\xef\xbb\xbf") {
            first.bytes.drain(..3);
        }
        let mut header = None;
        for record in Records::new(first) {
            // Where the record stands, as an offset: it borrows from the block.
            let offset = record.bytes.as_ptr().addr() - first.bytes.as_ptr().addr();
            if !record.bytes.is_empty() {
                let names = header_names(&record, &mut found.faults);
                let after = offset + record.bytes.len();
                header = Some((names, record.line, after));
                break;
            }
        }
        let Some((names, line, after)) = header else {
            found.faults.row(1, None, Rule::KopOntbreekt);
            *block = None;
            return (None, found);
        };
        let Some(names) = names else {
            *block = None;
            return (None, found);
        };
        let table = Self::match_names(bron, readable, &names, line, &mut found.faults);
        let rest = first.bytes.get(after..).unwrap_or_default();
        let past = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let taken = first.bytes.get(..after + past).map_or(0, |gone| memchr::memchr_iter(b'\n', gone).count());
        first.first_line += taken as u64;
        first.bytes.drain(..after + past);
        (table, found)
    }

    fn match_names(bron: Bron, readable: &Readable, names: &[Vec<u8>], line: u64, faults: &mut Faults) -> Option<Self> {
        let schema = columns(bron);
        let before = faults.totals().len();
        for (at, name) in names.iter().enumerate() {
            let known = schema.iter().find(|column| column.name.as_bytes() == name);
            let rule = match known {
                None => Rule::KolomOnbekend,
                Some(_) if names.iter().take(at).any(|earlier| earlier == name) => Rule::KolomDubbel,
                Some(_) => continue,
            };
            faults.add(Fault { line, column: known.map(|column| column.name), place: Some(at + 1), rule });
        }
        let find = |column: &Column| names.iter().position(|name| name == column.name.as_bytes());
        for column in schema.iter().filter(|column| find(column).is_none()) {
            faults.row(line, Some(column.name), Rule::KolomOntbreekt);
        }
        let fields = schema.iter().zip(&readable.0).map(|(column, read)| find(column).filter(|_| *read)).collect();
        (faults.totals().len() == before).then_some(Self { bron, fields, width: names.len() })
    }

    /// Parses the records of a block; each row of a known person goes to `on_row`.
    pub(crate) fn parse(&self, block: &Block, on_row: &mut dyn FnMut(PersonRow)) -> Found {
        let mut found = Found::new(self.bron);
        // Most blocks are clean: one look at the whole spares a look at each record.
        let clean = std::str::from_utf8(&block.bytes).is_ok() && memchr(0, &block.bytes).is_none();
        let mut cells = Vec::with_capacity(self.width);
        for record in Records::new(block) {
            if record.bytes.is_empty() {
                continue;
            }
            found.records += 1;
            if let Err(rule) = sound(record.bytes, clean).and_then(|()| fields::split(record.bytes, &mut cells)) {
                found.faults.row(record.line, None, rule);
                // A quote out of place joins lines that are no record together.
                if memchr(b'\n', record.bytes).is_some() {
                    found.faults.row(record.line, None, Rule::NietBekeken);
                }
                continue;
            }
            if record.bytes.len() > MAX_RECORD {
                found.faults.row(record.line, None, Rule::TeLang);
                continue;
            }
            if cells.len() != self.width {
                let rule = if cells.len() < self.width { Rule::VeldenTeWeinig } else { Rule::VeldenTeVeel };
                found.faults.row(record.line, None, rule);
                continue;
            }
            if let Some(row) = self.read(record.line, &cells, &mut found) {
                on_row(row);
            }
        }
        found
    }

    fn read(&self, line: u64, cells: &[Cow<'_, [u8]>], found: &mut Found) -> Option<PersonRow> {
        let mut values = [Value::Absent; MAX_COLUMNS];
        let mut pseudonym = None;
        let mut verwijzing = None;
        let mut good = true;
        let schema = columns(self.bron).iter().zip(&self.fields).enumerate();
        for ((at, (column, field)), value) in schema.zip(&mut values) {
            let Some(cell) = look(cells, *field) else { continue };
            if !matches!(column.kind, Kind::Cent) {
                found.watch.see(at, cell);
            }
            let read = match column.kind {
                Kind::Pseudonym => {
                    pseudonym = Pseudonym::parse(cell);
                    let rule = if cell.is_empty() { Rule::Leeg } else { Rule::Pseudoniem };
                    pseudonym.as_ref().map(|_| Value::Checked).ok_or(rule)
                }
                // Taken here: it is too large to be carried in every cell of every bron.
                Kind::Verwijzing if !cell.is_empty() => handle(cell).map(|found| {
                    verwijzing = Some(Box::new(found));
                    Value::Checked
                }),
                _ => column.read(cell),
            };
            match read {
                Ok(read) => *value = read,
                Err(rule) => {
                    found.faults.row(line, Some(column.name), rule);
                    good = false;
                }
            }
        }
        if self.bron == Bron::Brp && self.resident_without_place(&values, cells) {
            found.faults.row(line, Some("gemeente"), Rule::Leeg);
            good = false;
        }
        let mut row = Values(&values).row(self.bron).filter(|_| good);
        if let Some(Row::Doelgroep(row)) = &mut row {
            row.verwijzing = verwijzing;
        }
        Some(PersonRow { line, pseudonym: pseudonym?, row })
    }

    /// A resident lives somewhere; who is deceased or has left need not (CONTRACT, "Levering").
    fn resident_without_place(&self, values: &[Value], cells: &[Cow<'_, [u8]>]) -> bool {
        let resident = values
            .get(const { place(Bron::Brp, "status") })
            .is_some_and(|status| matches!(status, Value::Closed(at) if *at == BrpStatus::Ingezetene as u8));
        let field = self.fields.get(const { place(Bron::Brp, "gemeente") }).copied().flatten();
        resident && look(cells, field).is_some_and(<[u8]>::is_empty)
    }

    /// Adds what only the whole file tells.
    pub(crate) fn close(bron: Bron, found: &mut Found, stopped: Option<Fault>) {
        if let Some(fault) = stopped {
            found.faults.merge(Faults::one(fault));
            found.faults.merge(Faults::one(Fault { rule: Rule::NietVerder, ..fault }));
        }
        let suspects: Vec<usize> = found.watch.suspects().collect();
        for column in suspects.into_iter().filter_map(|at| columns(bron).get(at)) {
            found.faults.merge(Faults::one(Fault {
                line: 0,
                column: Some(column.name),
                place: None,
                rule: Rule::RuweBsn,
            }));
        }
    }
}

/// The one way to what stands in a cell. A column that may not be read has no field, so its cells end
/// here unseen.
fn look<'c>(cells: &'c [Cow<'_, [u8]>], field: Option<usize>) -> Option<&'c [u8]> {
    let cell: &[u8] = cells.get(field?)?;
    #[cfg(test)]
    poison::swallow(cell);
    Some(cell)
}

/// Checks a record as a whole, before its fields.
fn sound(record: &[u8], clean: bool) -> Result<(), Rule> {
    if !clean && memchr(0, record).is_some() {
        return Err(Rule::NulByte);
    }
    if !clean && std::str::from_utf8(record).is_err() {
        return Err(Rule::Utf8);
    }
    Ok(())
}

fn header_names(record: &RawRecord<'_>, faults: &mut Faults) -> Option<Vec<Vec<u8>>> {
    let mut cells = Vec::new();
    match sound(record.bytes, false).and_then(|()| fields::split(record.bytes, &mut cells)) {
        Ok(()) => Some(cells.iter().map(|cell| cell.to_vec()).collect()),
        Err(rule) => {
            faults.row(record.line, None, rule);
            None
        }
    }
}

/// One data file, read to its end.
pub(crate) struct Checked {
    /// Its hash and length.
    pub(crate) end: FileEnd,
    /// Data rows.
    pub(crate) records: u64,
    /// What is wrong with it.
    pub(crate) faults: Faults,
    /// Whether every record was looked at.
    pub(crate) complete: bool,
}

#[cfg(test)]
#[path = "poison.rs"]
pub(crate) mod poison;
