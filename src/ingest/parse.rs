//! The records of a block as typed rows, with every fault reported.
//!
//! Nearly every block is plain: valid UTF-8 without a quote or a zero byte. Its records are read at one
//! go where every cell is good, and else cut up where they stand, eight bytes at a time. Any other block
//! goes record by record under RFC 4180. A test holds that both tell the same of the same block.

use super::blocks::{Block, MAX_RECORD, Records};
use super::fields::{self, SEPARATOR};
use super::marks::{HEX, Look, Marks};
use super::rows::{Row, Rows, Values};
use super::rule::Rule;
use super::schema::{Kind, MAX_COLUMNS, Value, handle, place};
use super::table::{Found, Table, sound};
use super::usual::{WINDOW, bron};
use super::wide::{Narrow, Wide};
use crate::terms::{Bron, BrpStatus, decode_hex};
use memchr::memchr;

/// Calls the code that is made for a bron.
macro_rules! of_bron {
    ($bron:expr, $table:ident.$call:ident($($with:expr),*)) => {
        match $bron {
            Bron::Doelgroep => $table.$call::<{ Bron::Doelgroep as u8 }>($($with),*),
            Bron::Onderwijs => $table.$call::<{ Bron::Onderwijs as u8 }>($($with),*),
            Bron::Inkomen => $table.$call::<{ Bron::Inkomen as u8 }>($($with),*),
            Bron::Uitkering => $table.$call::<{ Bron::Uitkering as u8 }>($($with),*),
            Bron::Brp => $table.$call::<{ Bron::Brp as u8 }>($($with),*),
            Bron::Betrokkenheid => $table.$call::<{ Bron::Betrokkenheid as u8 }>($($with),*),
        }
    };
}

/// The cells of one record.
struct Record<'b> {
    line: u64,
    cells: [&'b [u8]; MAX_COLUMNS],
}

/// One block while it is parsed.
pub(super) struct Parsing<'p> {
    found: Found,
    rows: Rows,
    /// How many rows read at one go have a cell in just these columns, a bit each: a count of each column for each row
    /// would be felt.
    filled: [u32; 1 << MAX_COLUMNS],
    on_rows: &'p mut dyn FnMut(&Rows),
}

impl<'p> Parsing<'p> {
    fn new(on_rows: &'p mut dyn FnMut(&Rows)) -> Self {
        Self { found: Found::default(), rows: Rows::default(), filled: [0; 1 << MAX_COLUMNS], on_rows }
    }

    /// Hands on the last rows; gives what was found. Not consumed: moved, its rows would leave an unwiped copy behind.
    fn finish(&mut self) -> Found {
        self.flush();
        for (filled, rows) in (0..).zip(self.filled).filter(|(_, rows)| *rows > 0) {
            self.found.records += u64::from(rows);
            self.found.watch.see_good(rows, filled);
        }
        std::mem::take(&mut self.found)
    }

    fn fault(&mut self, line: u64, rule: Rule) {
        self.found.faults.row(line, None, rule);
    }

    /// Makes room for one more row, by handing on those that wait.
    #[inline(always)]
    fn make_room(&mut self) {
        if self.rows.is_full() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.rows.is_empty() {
            (self.on_rows)(&self.rows);
            self.rows.clear();
        }
    }
}

impl Table {
    /// Parses the records of a block; the rows of known persons go to `on_rows`, many at a time and in
    /// the file's order.
    pub(crate) fn parse(&self, block: &Block, on_rows: &mut dyn FnMut(&Rows)) -> Found {
        let mut parsing = Parsing::new(on_rows);
        if block.is_plain() {
            self.parse_plain(block, &mut parsing);
        } else {
            self.parse_any(block, &mut parsing);
        }
        parsing.finish()
    }

    fn parse_plain(&self, block: &Block, parsing: &mut Parsing<'_>) {
        if !self.in_order {
            return self.cut_up_all(block, parsing);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = Wide::here() {
            // SAFETY: there is a Wide, so the CPU has what the function needs.
            #[allow(unsafe_code, reason = "code for CPU features can only be called so")]
            return unsafe { self.parse_plain_wide(block, wide, parsing) };
        }
        of_bron!(self.bron, self.parse_plain_of(block, Narrow, parsing));
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn parse_plain_wide(&self, block: &Block, wide: Wide, parsing: &mut Parsing<'_>) {
        of_bron!(self.bron, self.parse_plain_of(block, wide, parsing));
    }

    // Taken in where it is called, as is all that it calls for a usual row: only so is it made for wider registers.
    #[inline(always)]
    fn parse_plain_of<const BRON: u8>(&self, block: &Block, look: impl Look, parsing: &mut Parsing<'_>) {
        let mut rest = block.bytes();
        let mut line = block.first_line();
        let mut marks = look_at(look, rest);
        while !rest.is_empty() {
            // The next row is looked at before this one is read: where it begins no processor can foretell.
            let next = rest.get(marks.length()..).unwrap_or_default();
            let ahead = look_at(look, next);
            (rest, marks) = if let Some(window) = rest.first_chunk()
                && let Some(()) = self.usual::<BRON>(window, look, marks, line, parsing)
            {
                (next, ahead)
            } else {
                let next = self.cut_up(rest, line, parsing);
                (next, look_at(look, next))
            };
            line += 1;
        }
    }

    fn cut_up_all(&self, block: &Block, parsing: &mut Parsing<'_>) {
        let mut rest = block.bytes();
        let mut line = block.first_line();
        while !rest.is_empty() {
            rest = self.cut_up(rest, line, parsing);
            line += 1;
        }
    }

    /// Cuts up the first record of some and reads it cell by cell; gives the others.
    #[inline(never)]
    fn cut_up<'b>(&self, bytes: &'b [u8], line: u64, parsing: &mut Parsing<'_>) -> &'b [u8] {
        let mut record = Record { line, cells: [&[]; MAX_COLUMNS] };
        let (mut at, mut width) = (0, 0);
        let end = loop {
            let to = next_delimiter(bytes, at);
            let cell = bytes.get(at..to).unwrap_or_default();
            let ends = bytes.get(to) != Some(&SEPARATOR);
            if let Some(place) = record.cells.get_mut(width) {
                *place = if ends { cell.strip_suffix(b"\r").unwrap_or(cell) } else { cell };
            }
            width += 1;
            if ends {
                break to;
            }
            at = to + 1;
        };
        let empty = width == 1 && record.cells.first().is_some_and(|cell| cell.is_empty());
        if !empty {
            parsing.found.records += 1;
            let cut = bytes.get(..end).unwrap_or_default();
            if self.shape(line, cut.strip_suffix(b"\r").unwrap_or(cut).len(), width, parsing) {
                self.read(&record, parsing);
            }
        }
        bytes.get(end + 1..).unwrap_or_default()
    }

    fn parse_any(&self, block: &Block, parsing: &mut Parsing<'_>) {
        let mut fields = Vec::with_capacity(self.width);
        for raw in Records::new(block) {
            if raw.bytes.is_empty() {
                continue;
            }
            parsing.found.records += 1;
            if let Err(rule) = sound(raw.bytes).and_then(|()| fields::split(raw.bytes, &mut fields)) {
                parsing.fault(raw.line, rule);
                // A quote out of place joins lines that are no record together.
                if memchr(b'\n', raw.bytes).is_some() {
                    parsing.fault(raw.line, Rule::NietBekeken);
                }
                continue;
            }
            if self.shape(raw.line, raw.bytes.len(), fields.len(), parsing) {
                let mut record = Record { line: raw.line, cells: [&[]; MAX_COLUMNS] };
                record.cells.iter_mut().zip(&fields).for_each(|(cell, field)| *cell = field);
                self.read(&record, parsing);
            }
        }
    }

    /// Whether a record is as short and as wide as it must be; reports it where not.
    fn shape(&self, line: u64, bytes: usize, width: usize, parsing: &mut Parsing<'_>) -> bool {
        if bytes <= MAX_RECORD && width == self.width {
            return true;
        }
        parsing.fault(
            line,
            match width {
                _ if bytes > MAX_RECORD => Rule::TeLang,
                fewer if fewer < self.width => Rule::VeldenTeWeinig,
                _ => Rule::VeldenTeVeel,
            },
        );
        false
    }

    /// Reads the cells that may be read; the row of a known person is added to those that wait.
    fn read(&self, record: &Record<'_>, parsing: &mut Parsing<'_>) {
        let Record { line, cells } = *record;
        let found = &mut parsing.found;
        let mut values = [Value::Absent; MAX_COLUMNS];
        let mut pseudonym = None;
        let mut verwijzing = None;
        let mut good = true;
        for reading in &self.readings {
            let Some(cell) = look(&cells, reading.field) else { continue };
            if !matches!(reading.column.kind, Kind::Cent) {
                found.watch.see(reading.place, cell);
            }
            let read = match reading.column.kind {
                Kind::Pseudonym => {
                    pseudonym = decode_hex(cell);
                    let rule = if cell.is_empty() { Rule::Leeg } else { Rule::Pseudoniem };
                    pseudonym.map(drop).ok_or(rule)
                }
                // Taken here: it is too large to be carried in every cell of every bron.
                Kind::Verwijzing if !cell.is_empty() => handle(cell).map(|found| verwijzing = Some(found)),
                _ => values.get_mut(reading.place).map_or(Ok(()), |value| reading.column.read(cell, value)),
            };
            if let Err(rule) = read {
                found.faults.row(line, Some(reading.column.name), rule);
                good = false;
            }
        }
        if self.bron == Bron::Brp && is_resident(&values) && self.place_is_empty(&cells) {
            found.faults.row(line, Some("gemeente"), Rule::Leeg);
            good = false;
        }
        let Some(pseudonym) = pseudonym else { return };
        parsing.make_room();
        let verwijzing = verwijzing.and_then(|verwijzing| parsing.rows.keep(verwijzing));
        let Some(row) = parsing.rows.push(line, &pseudonym) else { return };
        if good {
            Values(&values).put(self.bron, row);
        }
        if let Some(Row::Doelgroep(row)) = row {
            row.verwijzing = verwijzing;
        }
    }

    /// Whether the municipality of a brp row may be read and has nothing in it.
    fn place_is_empty(&self, cells: &[&[u8]]) -> bool {
        let gemeente = self.readings.iter().find(|reading| reading.place == const { place(Bron::Brp, "gemeente") });
        gemeente.is_some_and(|reading| look(cells, reading.field).is_some_and(<[u8]>::is_empty))
    }
}

/// What is seen behind the pseudonym of the first row of some; nothing so near the end of a block that a row's window would
/// pass it.
#[inline(always)]
fn look_at(look: impl Look, rest: &[u8]) -> Marks {
    let seen = rest.first_chunk::<WINDOW>().and_then(|window| window.get(HEX..)).and_then(<[u8]>::first_chunk);
    if let Some(bytes) = seen { look.marks(bytes) } else { Marks::default() }
}

/// Adds a row that was read at one go; not where it leaves out what a resident must have.
#[inline(always)]
pub(super) fn take<const BRON: u8>(
    pseudonym: &[u8; 32],
    values: &[Value; MAX_COLUMNS],
    filled: usize,
    line: u64,
    parsing: &mut Parsing<'_>,
) -> bool {
    let bron = const { bron(BRON) };
    if bron == Bron::Brp && is_resident(values) && !has_place(values) {
        return false;
    }
    if let Some(rows) = parsing.filled.get_mut(filled) {
        // A block has far fewer than 2³² rows, and a check for each would be felt.
        *rows = rows.wrapping_add(1);
    }
    parsing.make_room();
    if let Some(row) = parsing.rows.push(line, pseudonym) {
        Values(values).put(bron, row);
    }
    true
}

/// Whether a brp row is of a resident, who lives somewhere; who is deceased or has left need not (CONTRACT,
/// "Levering").
fn is_resident(values: &[Value]) -> bool {
    let status = values.get(const { place(Bron::Brp, "status") });
    matches!(status, Some(Value::Closed(at)) if *at == BrpStatus::Ingezetene as u8)
}

/// Whether a brp row says where somebody lives.
fn has_place(values: &[Value]) -> bool {
    matches!(values.get(const { place(Bron::Brp, "gemeente") }), Some(Value::Gemeente(_)))
}

/// The one way to what stands in a cell. A column that may not be read has no reading, so its cells
/// are passed unseen.
fn look<'c>(cells: &[&'c [u8]], field: usize) -> Option<&'c [u8]> {
    let cell = *cells.get(field)?;
    #[cfg(test)]
    poison::swallow(cell);
    Some(cell)
}

/// Where the next separator or line end stands, from here; the end of the bytes where none does.
#[inline(always)]
fn next_delimiter(bytes: &[u8], from: usize) -> usize {
    const LINE_END: u8 = b'\n';
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let marks = first_zero(word ^ repeat(SEPARATOR)) | first_zero(word ^ repeat(LINE_END));
        if marks != 0 {
            // The lowest is a true one in either. At most seven: the top bit of the eighth byte is bit 63.
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|byte| [SEPARATOR, LINE_END].contains(byte)).map_or(bytes.len(), |more| at + more)
}

const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The top bit of the lowest byte that is zero, and above it perhaps others (H. Warren, Hacker's Delight, §6-1).
const fn first_zero(word: u64) -> u64 {
    word.wrapping_sub(repeat(1)) & !word & repeat(0x80)
}

#[cfg(test)]
#[path = "poison.rs"]
pub(crate) mod poison;

#[cfg(test)]
#[path = "parse_test.rs"]
mod tests;
