//! The header of a data file: which of its fields may be read, and as what.

use super::blocks::{Block, FileEnd, RawRecord, Records};
use super::fields;
use super::rule::{Fault, Faults, RawBsnWatch, Rule};
use super::schema::{Column, Kind, columns};
use crate::terms::Bron;
use memchr::memchr;

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
#[derive(Default)]
pub(crate) struct Found {
    /// Data rows, also those with faults.
    pub(crate) records: u64,
    pub(crate) faults: Faults,
    pub(super) watch: RawBsnWatch,
}

impl Found {
    /// Takes in another part of the same file, in any order.
    pub(crate) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.faults.merge(other.faults);
        self.watch.merge(&other.watch);
    }
}

/// One column of the schema that may be read, and where it stands.
pub(super) struct Reading {
    /// Its place in the schema.
    pub(super) place: usize,
    /// Its place in the file.
    pub(super) field: usize,
    pub(super) column: Column,
}

/// How the fields of a file stand under the schema's columns.
pub(crate) struct Table {
    pub(super) bron: Bron,
    /// What may be read, in the schema's order.
    pub(super) readings: Vec<Reading>,
    /// Fields of a record.
    pub(super) width: usize,
    /// Whether the fields stand in the schema's order.
    pub(super) in_order: bool,
    /// Which columns of the schema may be read, a bit each.
    pub(super) readable: u16,
}

impl Table {
    /// Reads the header from the file's first block and takes it off.
    pub(crate) fn open(bron: Bron, readable: &Readable, block: &mut Block) -> (Option<Self>, Found) {
        let mut found = Found::default();
        if block.bytes().starts_with(b"\xef\xbb\xbf") {
            block.skip(3);
        }
        let mut header = None;
        for record in Records::new(block) {
            // Where the record stands, as an offset: it borrows from the block.
            let offset = record.bytes.as_ptr().addr() - block.bytes().as_ptr().addr();
            if !record.bytes.is_empty() {
                let names = header_names(&record, &mut found.faults);
                header = Some((names, record.line, offset + record.bytes.len()));
                break;
            }
        }
        let Some((names, line, after)) = header else {
            found.faults.row(1, None, Rule::KopOntbreekt);
            return (None, found);
        };
        let Some(names) = names else { return (None, found) };
        let table = Self::match_names(bron, readable, &names, line, &mut found.faults);
        let rest = block.bytes().get(after..).unwrap_or_default();
        block.skip(after + memchr(b'\n', rest).map_or(rest.len(), |at| at + 1));
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
        let columns = schema.iter().zip(&readable.0).enumerate().filter(|(_, (_, read))| **read);
        let reading = |(place, (column, _)): (_, (&Column, _))| {
            find(column).map(|field| Reading { place, field, column: *column })
        };
        let readings: Vec<Reading> = columns.filter_map(reading).collect();
        let in_order = schema.iter().map(|column| column.name.as_bytes()).eq(names.iter());
        let readable = readings.iter().fold(0, |bits, reading| bits | 1 << reading.place);
        let table = Self { bron, readings, width: names.len(), in_order, readable };
        (faults.totals().len() == before).then_some(table)
    }

    /// Where the pseudonym of each record of a block stands, in the block's order; only for a block
    /// without faults, of a table whose every column is read.
    pub(crate) fn pseudonym_places(&self, block: &Block, places: &mut Vec<usize>) {
        places.clear();
        let field = self.readings.iter().find(|reading| matches!(reading.column.kind, Kind::Pseudonym));
        let Some(field) = field.map(|reading| reading.field) else { return };
        let begin = block.bytes().as_ptr().addr();
        for record in Records::new(block).filter(|record| !record.bytes.is_empty()) {
            let offset = record.bytes.as_ptr().addr() - begin;
            places.extend(fields::place(record.bytes, field).map(|place| offset + place.start));
        }
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

/// Checks a record as a whole, before its fields.
pub(super) fn sound(record: &[u8]) -> Result<(), Rule> {
    if memchr(0, record).is_some() {
        return Err(Rule::NulByte);
    }
    if std::str::from_utf8(record).is_err() {
        return Err(Rule::Utf8);
    }
    Ok(())
}

fn header_names(record: &RawRecord<'_>, faults: &mut Faults) -> Option<Vec<Vec<u8>>> {
    let mut cells = Vec::new();
    match sound(record.bytes).and_then(|()| fields::split(record.bytes, &mut cells)) {
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
