//! One open file: rows are put together in one buffer that is used again, so that writing a row allocates nothing.

use std::io::Write;

use super::GenerateFault;
use super::dice::Dice;

/// Bytes kept before they go to the sink.
const BUFFER: usize = 64 * 1024;

pub(super) struct Table {
    name: String,
    out: Box<dyn Write>,
    buffer: Vec<u8>,
    end_of_line: &'static [u8],
    rows: u64,
}

/// The mess of one row, drawn before it is written.
#[derive(Clone, Copy)]
pub(super) struct Mess {
    quoted: bool,
    blank_after: bool,
    repeated: bool,
}

impl Mess {
    pub(super) const NONE: Self = Self { quoted: false, blank_after: false, repeated: false };

    pub(super) fn draw(dice: &mut Dice) -> Self {
        let roll = dice.below(4096);
        Self { quoted: roll < 24, blank_after: (24..32).contains(&roll), repeated: (32..64).contains(&roll) }
    }

    /// For a row of which a second copy would say something else.
    pub(super) fn once(self) -> Self {
        Self { repeated: false, ..self }
    }

    pub(super) fn with_blank_after(self) -> Self {
        Self { blank_after: true, ..self }
    }
}

impl Table {
    /// `header` is written as it is, a byte order mark included.
    pub(super) fn new(name: String, out: Box<dyn Write>, header: &str, end_of_line: &'static [u8]) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER + 4096);
        buffer.extend_from_slice(header.as_bytes());
        buffer.extend_from_slice(end_of_line);
        Self { name, out, buffer, end_of_line, rows: 0 }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Rows so far, without header and blank lines.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn row(&mut self, mess: Mess, fields: impl FnOnce(&mut Row<'_>)) -> Result<(), GenerateFault> {
        if self.buffer.len() > BUFFER {
            self.flush()?;
        }
        let start = self.buffer.len();
        fields(&mut Row { buffer: &mut self.buffer, quoted: mess.quoted, first: true });
        self.buffer.extend_from_slice(self.end_of_line);
        self.rows += 1;
        if mess.repeated {
            self.buffer.extend_from_within(start..);
            self.rows += 1;
        }
        if mess.blank_after {
            self.buffer.extend_from_slice(self.end_of_line);
        }
        Ok(())
    }

    /// Hands the last bytes over; the table is complete.
    pub(super) fn finish(&mut self) -> Result<(), GenerateFault> {
        self.flush()?;
        self.out.flush().map_err(|source| self.fault(source))
    }

    fn flush(&mut self) -> Result<(), GenerateFault> {
        let written = self.out.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|source| self.fault(source))
    }

    fn fault(&self, source: std::io::Error) -> GenerateFault {
        GenerateFault::Write { bestand: self.name.clone(), source }
    }
}

/// The fields of one row, in order.
pub(super) struct Row<'a> {
    buffer: &'a mut Vec<u8>,
    quoted: bool,
    first: bool,
}

impl Row<'_> {
    pub(super) fn field(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if !self.first {
            self.buffer.push(b';');
        }
        self.first = false;
        if self.quoted {
            self.buffer.push(b'"');
        }
        write(self.buffer);
        if self.quoted {
            self.buffer.push(b'"');
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.field(|buffer| buffer.extend_from_slice(text.as_bytes()));
    }

    /// Text that may hold a separator or quotes (RFC 4180: quoted, quotes doubled).
    pub(super) fn escaped(&mut self, text: &str) {
        let before = self.quoted;
        self.quoted |= text.contains([';', '"']);
        if text.contains('"') {
            let doubled = text.replace('"', "\"\"");
            self.text(&doubled);
        } else {
            self.text(text);
        }
        self.quoted = before;
    }
}
