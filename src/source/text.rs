//! Raw bytes to clean text: UTF-8, lines ended by LF, a known end. Streaming, one buffer.

use crate::ingest::{Faults, Rule, line_ends};
use crate::source::profile::Charset;
use encoding_rs::{Decoder, DecoderResult, UTF_8, WINDOWS_1252};
use std::io::{self, ErrorKind, Read};

/// Raw bytes read at a time.
const BLOCK: usize = 1 << 16;
/// Bytes of one record after which reading stops: a quote that is never closed would otherwise draw
/// the rest of the file into memory. Generous, since the reader behind it has a buffer of its own.
const RUNAWAY: usize = 1 << 20;
/// Field of the record that is put after the last: when it is not read as a record, the file ended
/// inside quotes. Zero bytes in a file are taken out, so no file can hold it.
pub(super) const END: &[u8] = b"\0einde\0";

/// A reader of clean text over a reader of raw bytes.
pub(super) struct Text<R> {
    raw: R,
    block: Box<[u8]>,
    /// What of the block is still to be decoded.
    left: std::ops::Range<usize>,
    decoder: Decoder,
    raw_ended: bool,
    /// The last character was CR: a LF after it belongs to the same line end.
    after_cr: bool,
    last: u8,
    lines: u64,
    faults: Faults,
    last_fault: Option<(u64, Rule)>,
    since_record: usize,
    /// Clean text that is still to be given.
    held: io::Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: Read> Text<R> {
    /// A byte order mark says what the text is, whatever the profile thinks.
    pub(super) fn new(raw: R, charset: Charset) -> Self {
        let encoding = match charset {
            Charset::Utf8 => UTF_8,
            Charset::Windows1252 => WINDOWS_1252,
        };
        Self {
            raw,
            block: vec![0; BLOCK].into_boxed_slice(),
            left: 0..0,
            decoder: encoding.new_decoder(),
            raw_ended: false,
            after_cr: false,
            last: b'\n',
            lines: 0,
            faults: Faults::default(),
            last_fault: None,
            since_record: 0,
            held: io::Cursor::default(),
            ended: false,
        }
    }

    /// Says that a record was read whole.
    pub(super) fn record_read(&mut self) {
        self.since_record = 0;
    }

    /// Whether reading stopped because no record ended.
    pub(super) fn ran_away(&self) -> bool {
        self.since_record > RUNAWAY
    }

    /// What is wrong with the bytes, by line.
    pub(super) fn into_faults(self) -> Faults {
        self.faults
    }

    /// Notes a fault on the line that is being decoded, once.
    fn fault(&mut self, rule: Rule) {
        let here = (self.lines + 1, rule);
        if self.last_fault != Some(here) {
            self.faults.row(here.0, None, rule);
            self.last_fault = Some(here);
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.left.is_empty() && !self.raw_ended {
            match self.raw.read(&mut self.block) {
                Ok(0) => self.raw_ended = true,
                Ok(count) => self.left = 0..count,
                Err(fault) if fault.kind() == ErrorKind::Interrupted => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Makes decoded text clean in place; how much is left of it.
    fn clean(&mut self, text: &mut [u8]) -> usize {
        let mut length = text.len();
        if !self.after_cr && memchr::memchr2(b'\r', 0, text).is_none() {
            self.lines += line_ends(text);
        } else {
            length = 0;
            for at in 0..text.len() {
                let Some(&byte) = text.get(at) else { break };
                let keep = match byte {
                    b'\n' if self.after_cr => None,
                    b'\r' | b'\n' => {
                        self.lines += 1;
                        Some(b'\n')
                    }
                    0 => {
                        self.fault(Rule::NulByte);
                        None
                    }
                    other => Some(other),
                };
                self.after_cr = byte == b'\r';
                if let (Some(byte), Some(to)) = (keep, text.get_mut(length)) {
                    *to = byte;
                    length += 1;
                }
            }
        }
        if let Some(last) = text.get(..length).and_then(<[u8]>::last) {
            self.last = *last;
        }
        length
    }
}

impl<R: Read> Text<R> {
    /// Decodes some clean text into `out`, which has room for a few characters at least; when the
    /// raw bytes are at their end, holds the end mark.
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let source = self.block.get(self.left.clone()).unwrap_or_default();
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(source, out, self.raw_ended);
        self.left.start += read;
        let length = self.clean(out.get_mut(..written).unwrap_or_default());
        self.since_record += length;
        match result {
            DecoderResult::Malformed(..) => self.fault(Rule::Utf8),
            DecoderResult::InputEmpty if self.raw_ended => {
                let line_end: &[u8] = if self.last == b'\n' { b"" } else { b"\n" };
                self.held = io::Cursor::new([line_end, END, b"\n"].concat());
                self.ended = true;
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
        }
        Ok(length)
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.held.read(out)?;
            if count > 0 || self.ended || self.ran_away() || out.is_empty() {
                return Ok(count);
            }
            // The decoder makes no progress where a character may not fit.
            let mut small = [0; 64];
            if out.len() >= small.len() {
                let length = self.decode(out)?;
                if length > 0 {
                    return Ok(length);
                }
            } else {
                self.held = io::Cursor::default();
                let length = self.decode(&mut small)?;
                let text = small.get(..length).unwrap_or_default();
                self.held = io::Cursor::new([text, self.held.get_ref()].concat());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives one byte at a time: every state of the decoder meets a block's end.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let (Some((first, rest)), Some(to)) = (self.0.split_first(), out.first_mut()) else { return Ok(0) };
            *to = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn clean(raw: &[u8], charset: Charset) -> (String, Vec<(u64, Rule)>) {
        let mut results = Vec::new();
        for drops in [true, false] {
            let raw: Box<dyn Read> = if drops { Box::new(Drops(raw)) } else { Box::new(raw) };
            let mut text = Text::new(raw, charset);
            let mut out = String::new();
            text.read_to_string(&mut out).unwrap();
            let faults = text.into_faults();
            let faults: Vec<_> = faults.listed().iter().map(|fault| (fault.line, fault.rule)).collect();
            results.push((out.strip_suffix("\0einde\0\n").unwrap().to_owned(), faults));
        }
        assert_eq!(results[0], results[1]);
        results.pop().unwrap()
    }

    #[test]
    fn every_line_end_becomes_one() {
        let (text, faults) = clean(b"a\r\nb\rc\n\r\n\n\rd", Charset::Utf8);
        assert_eq!((text.as_str(), faults.len()), ("a\nb\nc\n\n\n\nd\n", 0));
        assert_eq!(clean(b"", Charset::Utf8).0, "");
    }

    #[test]
    fn windows_1252_is_decoded_and_a_mark_wins_over_the_profile() {
        assert_eq!(clean(b"Jos\xe9 \x80\n", Charset::Windows1252).0, "José €\n");
        assert_eq!(clean("\u{feff}José\n".as_bytes(), Charset::Windows1252).0, "José\n");
        assert_eq!(clean("\u{feff}José\n".as_bytes(), Charset::Utf8).0, "José\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_told_by_line() {
        let (text, faults) = clean(b"a\n\xe9\xe9;\xc3\r\n\0b\0\nc\xe2\x82", Charset::Utf8);
        assert_eq!(text, "a\n;\nb\nc\n");
        assert_eq!(faults, [(2, Rule::Utf8), (3, Rule::NulByte), (4, Rule::Utf8)]);
    }
}
