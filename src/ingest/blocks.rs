//! A data file as blocks of whole records, read once from front to back.
//!
//! Memory holds a fixed number of blocks, whatever the file's size. A block never splits a record:
//! under RFC 4180 a line end belongs to a field exactly when an odd number of quotes stands before
//! it, so the last line end at even parity is where a block may end.

use super::rule::{Fault, Rule};
use crate::terms::Sha256Hash;
use memchr::{memchr, memchr2_iter, memrchr};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use zeroize::Zeroizing;

/// Longest record, in bytes. A longer one is an unclosed quote or not a table at all.
pub(crate) const MAX_RECORD: usize = 1 << 16;
/// Bytes read at a time.
const BLOCK: usize = 1 << 20;

/// Whole records of one file.
pub(crate) struct Block {
    /// The records with their line ends. Wiped when dropped: they hold pseudonyms.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Line in the file at which the block begins, from 1.
    pub(crate) first_line: u64,
}

/// What a file was found to be once it has been read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileEnd {
    /// Hash of all its bytes.
    pub(crate) sha256: Sha256Hash,
    /// Its length.
    pub(crate) bytes: u64,
}

/// Cuts a file into blocks while it hashes it.
pub(crate) struct Blocks<R> {
    source: R,
    hasher: Sha256,
    read: u64,
    carry: Zeroizing<Vec<u8>>,
    line: u64,
    ended: bool,
    fault: Option<Fault>,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            hasher: Sha256::new(),
            read: 0,
            carry: Zeroizing::new(Vec::new()),
            line: 1,
            ended: false,
            fault: None,
        }
    }

    /// The next block, or `None` at the end of the file or after a fault of the whole file.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block>> {
        if self.fault.is_some() {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut self.carry);
        if !self.ended {
            self.fill(&mut bytes)?;
        }
        let cut = if self.ended { Some(bytes.len()) } else { last_record_end(&bytes) };
        let Some(cut) = cut else {
            // No record ends in a whole block: an unclosed quote, or no line ends at all.
            self.fault = Some(Fault { line: self.line, column: None, place: None, rule: Rule::TeLang });
            self.read_to_end()?;
            return Ok(None);
        };
        self.carry = Zeroizing::new(bytes.get(cut..).map(<[u8]>::to_vec).unwrap_or_default());
        // The tail stays in the buffer's capacity; `Zeroizing` wipes that as well.
        bytes.truncate(cut);
        if bytes.is_empty() {
            return Ok(None);
        }
        let block = Block { first_line: self.line, bytes };
        self.line += memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
        Ok(Some(block))
    }

    /// Reads one more block's worth behind what is there, up to the end of the file.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let before = bytes.len();
        // Reserved at once: growing would leave an unwiped copy behind.
        if bytes.capacity() < before + BLOCK {
            let mut larger = Vec::with_capacity(before + BLOCK);
            larger.extend_from_slice(bytes);
            drop(Zeroizing::new(std::mem::replace(bytes, larger)));
        }
        self.source.by_ref().take(BLOCK as u64).read_to_end(bytes)?;
        let fresh = bytes.get(before..).unwrap_or_default();
        self.ended = fresh.len() < BLOCK;
        self.hasher.update(fresh);
        self.read += fresh.len() as u64;
        Ok(())
    }

    fn read_to_end(&mut self) -> io::Result<()> {
        let mut rest = Zeroizing::new(Vec::with_capacity(BLOCK));
        while !self.ended {
            rest.clear();
            self.fill(&mut rest)?;
        }
        Ok(())
    }

    /// The file's hash and length, and the fault that stopped the reading, if any.
    pub(crate) fn finish(mut self) -> io::Result<(FileEnd, Option<Fault>)> {
        self.read_to_end()?;
        let sha256 = Sha256Hash(self.hasher.finalize().into());
        Ok((FileEnd { sha256, bytes: self.read }, self.fault))
    }
}

/// The hash of a file, without looking at its records; tells how many bytes each read gave.
pub(crate) fn hash(mut source: impl Read, told: &dyn Fn(u64)) -> io::Result<Sha256Hash> {
    let mut hasher = Sha256::new();
    let mut buffer = Zeroizing::new(vec![0; BLOCK]);
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(Sha256Hash(hasher.finalize().into())),
            count => {
                hasher.update(buffer.get(..count).unwrap_or_default());
                told(count as u64);
            }
        }
    }
}

/// One past the last line end that ends a record, or `None` when no record ends here.
fn last_record_end(bytes: &[u8]) -> Option<usize> {
    if memchr(b'"', bytes).is_none() {
        return memrchr(b'\n', bytes).map(|at| at + 1);
    }
    let mut quoted = false;
    let mut end = None;
    for at in memchr2_iter(b'"', b'\n', bytes) {
        match bytes.get(at) {
            Some(b'"') => quoted = !quoted,
            _ if !quoted => end = Some(at + 1),
            _ => {}
        }
    }
    end
}

/// One record of a block.
pub(crate) struct RawRecord<'a> {
    /// Line in the file at which it begins, from 1.
    pub(crate) line: u64,
    /// Its bytes without line end.
    pub(crate) bytes: &'a [u8],
}

/// Splits a block into its records, empty lines included.
pub(crate) struct Records<'a> {
    rest: &'a [u8],
    line: u64,
    quotes: bool,
}

impl<'a> Records<'a> {
    pub(crate) fn new(block: &'a Block) -> Self {
        Self { rest: &block.bytes, line: block.first_line, quotes: memchr(b'"', &block.bytes).is_some() }
    }

    /// Where the first record ends: at its line end, or at the end.
    fn end(&self) -> usize {
        if !self.quotes {
            return memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        }
        let mut quoted = false;
        for at in memchr2_iter(b'"', b'\n', self.rest) {
            match self.rest.get(at) {
                Some(b'"') => quoted = !quoted,
                _ if !quoted => return at,
                _ => {}
            }
        }
        self.rest.len()
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = RawRecord<'a>;

    fn next(&mut self) -> Option<RawRecord<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (bytes, rest) = self.rest.split_at_checked(self.end())?;
        let line = self.line;
        self.rest = rest.get(1..).unwrap_or_default();
        self.line += 1;
        if self.quotes {
            self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        }
        Some(RawRecord { line, bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives a few bytes at a time, as a pipe may.
    struct Drip<'a>(&'a [u8]);
    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(out.len()).min(7);
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn lines(text: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let mut blocks = Blocks::new(Drip(text));
        let mut all = Vec::new();
        while let Some(block) = blocks.next_block().unwrap() {
            all.extend(Records::new(&block).map(|record| (record.line, record.bytes.to_vec())));
        }
        all
    }

    #[test]
    fn a_quoted_line_break_does_not_split_a_record() {
        let found = lines(b"a;b\r\n\"x\ny\";1\n\n2;3");
        assert_eq!(found, [(1, b"a;b".to_vec()), (2, b"\"x\ny\";1".to_vec()), (4, b"".to_vec()), (5, b"2;3".to_vec())]);
    }

    #[test]
    fn many_blocks_keep_lines_and_hash() {
        let mut text = Vec::new();
        for number in 0..200_000u32 {
            if number % 1000 == 7 {
                text.extend_from_slice(b"\"quoted\nbreak\";");
            }
            text.extend_from_slice(format!("{number};xxxxxxxxxxxx\n").as_bytes());
        }
        let mut blocks = Blocks::new(text.as_slice());
        let (mut count, mut last, mut total) = (0, 0, 0);
        while let Some(block) = blocks.next_block().unwrap() {
            total += block.bytes.len();
            for record in Records::new(&block) {
                count += 1;
                last = record.line;
            }
        }
        assert_eq!((count, last, total), (200_000, 200_200, text.len()));
        let (end, fault) = blocks.finish().unwrap();
        assert_eq!(end.bytes, text.len() as u64);
        assert_eq!(end.sha256.0, <[u8; 32]>::from(Sha256::digest(&text)));
        assert!(fault.is_none());
    }

    #[test]
    fn an_endless_record_stops_the_file_but_not_the_hash() {
        let text = [b"a;b\n\"".to_vec(), vec![b'x'; 3 * BLOCK]].concat();
        let mut blocks = Blocks::new(text.as_slice());
        assert_eq!(blocks.next_block().unwrap().unwrap().bytes.as_slice(), b"a;b\n");
        assert!(blocks.next_block().unwrap().is_none());
        let (end, fault) = blocks.finish().unwrap();
        assert_eq!(end.bytes, text.len() as u64);
        assert_eq!(fault.unwrap().line, 2);
    }
}
