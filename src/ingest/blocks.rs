//! A data file as blocks of whole records, read once from front to back.
//!
//! Memory holds one buffer per thread, whatever the file's size, used again for block after block. A
//! block never splits a record: under RFC 4180 a line end belongs to a field exactly when an odd
//! number of quotes stands before it, so the last line end at even parity is where a block may end.

use super::rule::{Fault, Rule};
use super::survey::{Survey, line_ends};
use crate::pseudonym::Sum;
use crate::terms::Sha256Hash;
use memchr::{memchr, memchr2_iter, memrchr};
use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use zeroize::Zeroizing;

/// Longest record, in bytes. A longer one is an unclosed quote or not a table at all.
pub(crate) const MAX_RECORD: usize = 1 << 16;
/// Bytes read at a time: hashed, cut up and forgotten while they are in a core's own cache.
const BLOCK: usize = 1 << 18;
/// Bytes of a line of the cache.
const LINE: usize = 64;

/// Room for one block after another: whole records of one file.
#[derive(Default)]
pub(crate) struct Block {
    /// Wiped when dropped: it held pseudonyms.
    buffer: Zeroizing<Vec<u8>>,
    /// Where in the buffer the block begins.
    begin: usize,
    /// Where in it the records stand.
    records: Range<usize>,
    /// What was read from the file and is not in its hash yet.
    fresh: Range<usize>,
    /// What stands in it: in its records, in a header that was taken off, and in what is carried to the next.
    survey: Survey,
    first_line: u64,
}

impl Block {
    /// The records with their line ends.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.records.clone()).unwrap_or_default()
    }

    /// Whether it has no quote, no zero byte and nothing that is not UTF-8: one look at the whole spares a look at each
    /// record.
    pub(super) fn is_plain(&self) -> bool {
        let Survey { quote, zero, wide, .. } = self.survey;
        !quote && !zero && (!wide || std::str::from_utf8(self.bytes()).is_ok())
    }

    fn fresh(&self) -> &[u8] {
        self.buffer.get(self.fresh.clone()).unwrap_or_default()
    }

    /// Takes what it read into the hash of its file, where that was not done yet.
    pub(crate) fn hash(&mut self, sum: &mut Sum) {
        sum.update(self.fresh());
        self.fresh = 0..0;
    }

    /// The same of a block of each of two files, which costs little more than of one.
    pub(crate) fn hash_both(one: (&mut Self, &mut Sum), two: (&mut Self, &mut Sum)) {
        let ((one, sum_one), (two, sum_two)) = (one, two);
        Sum::update_both((sum_one, one.fresh()), (sum_two, two.fresh()));
        (one.fresh, two.fresh) = (0..0, 0..0);
    }

    /// Line in the file at which the block begins, from 1.
    pub(crate) fn first_line(&self) -> u64 {
        self.first_line
    }

    /// What stands before the records: a header that was taken off.
    pub(crate) fn taken_off(&self) -> &[u8] {
        self.buffer.get(self.begin..self.records.start).unwrap_or_default()
    }

    /// Writes so many bytes over those that stand from a place among its records.
    pub(crate) fn overwrite(&mut self, from: usize, bytes: &[u8]) {
        let from = self.records.start + from;
        if let Some(room) = self.buffer.get_mut(from..from + bytes.len()) {
            room.copy_from_slice(bytes);
        }
    }

    /// Takes so many bytes off its front.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.first_line += self.bytes().get(..bytes).map_or(0, line_ends);
        self.records.start = self.records.end.min(self.records.start + bytes);
    }
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
    /// Bytes read at a time: a small file in one go.
    block: usize,
    hash: Arc<Mutex<Sum>>,
    read: u64,
    /// Begin of the record that the last block had no end of.
    carry: Zeroizing<Vec<u8>>,
    line: u64,
    ended: bool,
    fault: Option<Fault>,
}

impl<R: Read> Blocks<R> {
    /// Reads from the front of a file, which is said to have so many bytes; 0 where that cannot be said.
    pub(crate) fn new(source: R, length: u64) -> Self {
        let block = match usize::try_from(length) {
            Ok(length @ 1..BLOCK) => length + 1,
            _ => BLOCK,
        };
        Self {
            source,
            block,
            hash: Arc::new(Mutex::new(Sum::new())),
            read: 0,
            carry: Zeroizing::default(),
            line: 1,
            ended: false,
            fault: None,
        }
    }

    /// Puts the next block into the room given; `false` at the end of the file or after a fault of the
    /// whole file.
    pub(crate) fn next_block(&mut self, block: &mut Block) -> io::Result<bool> {
        let more = self.cut(block)?;
        self.hash(block);
        Ok(more)
    }

    fn hash(&self, block: &mut Block) {
        block.hash(&mut self.lock());
    }

    /// A poisoned lock means that a thread panicked, and then the engine stops the run.
    fn lock(&self) -> MutexGuard<'_, Sum> {
        self.hash.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash of all blocks so far. Whoever cut a block takes hold of it before anybody else can cut the next, so that
    /// blocks go into it in the file's order.
    pub(crate) fn sum(&self) -> Arc<Mutex<Sum>> {
        Arc::clone(&self.hash)
    }

    /// Whether somebody takes a block into the hash.
    pub(crate) fn is_hashed(&self) -> bool {
        matches!(self.hash.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// How many lines there were so far.
    pub(crate) fn lines(&self) -> u64 {
        self.line - 1
    }

    /// As [`Blocks::next_block`], but what was read is not in the hash: see [`Blocks::sum`].
    pub(crate) fn cut(&mut self, block: &mut Block) -> io::Result<bool> {
        (block.records, block.fresh) = (0..0, 0..0);
        if self.fault.is_some() {
            return Ok(false);
        }
        if block.buffer.len() < 2 * self.block + LINE {
            // Not resized: that would leave an unwiped copy behind.
            block.buffer = Zeroizing::new(vec![0; 2 * self.block + LINE]);
        }
        // What is read comes where a line of the cache begins, and what is carried right before it: copied to just any
        // place, it would cost a fifteenth more. What is carried is shorter than a block: it lies behind a record end of
        // the last one.
        let middle = self.block + block.buffer.as_ptr().wrapping_add(self.block).align_offset(LINE).min(LINE);
        block.begin = middle - self.carry.len().min(middle);
        if let Some(room) = block.buffer.get_mut(block.begin..middle) {
            room.copy_from_slice(&self.carry);
        }
        let mut filled = middle;
        if !self.ended {
            filled += self.fill(block.buffer.get_mut(middle..middle + self.block).unwrap_or_default())?;
            block.fresh = middle..filled;
        }
        let bytes = block.buffer.get(block.begin..filled).unwrap_or_default();
        block.survey = Survey::of(bytes);
        let cut = if self.ended { Some(bytes.len()) } else { last_record_end(bytes, block.survey.quote) };
        let Some(cut) = cut else {
            // No record ends in a whole block: an unclosed quote, or no line ends at all.
            self.fault = Some(Fault { line: self.line, column: None, place: None, rule: Rule::TeLang });
            self.hash(block);
            self.read_to_end(block)?;
            return Ok(false);
        };
        let rest = bytes.get(cut..).unwrap_or_default();
        if self.carry.capacity() < rest.len() {
            // Not grown: that would leave an unwiped copy behind.
            self.carry = Zeroizing::new(Vec::with_capacity(rest.len().next_power_of_two()));
        }
        self.carry.clear();
        self.carry.extend_from_slice(rest);
        block.records = block.begin..block.begin + cut;
        block.first_line = self.line;
        // Behind the last record end stands no line end, but for one in quotes.
        self.line += if block.survey.quote { line_ends(block.bytes()) } else { block.survey.line_ends };
        Ok(cut > 0)
    }

    /// Reads until the room is full or the file ends; gives how many bytes that were.
    fn fill(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.source.read(rest) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
                Err(fault) => return Err(fault),
            }
        }
        self.read += filled as u64;
        Ok(filled)
    }

    fn read_to_end(&mut self, block: &mut Block) -> io::Result<()> {
        while !self.ended {
            block.fresh = 0..self.fill(&mut block.buffer)?;
            self.hash(block);
        }
        Ok(())
    }

    /// The file's hash and length, once no block is left, and the fault that stopped the cutting, if any.
    pub(crate) fn finish(self) -> (FileEnd, Option<Fault>) {
        let sum = std::mem::replace(&mut *self.lock(), Sum::new());
        let sha256 = Sha256Hash(sum.finish());
        (FileEnd { sha256, bytes: self.read }, self.fault)
    }
}

/// One past the last line end that ends a record, or `None` when no record ends here.
fn last_record_end(bytes: &[u8], quotes: bool) -> Option<usize> {
    if !quotes {
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
        Self { rest: block.bytes(), line: block.first_line, quotes: block.survey.quote }
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
            self.line += line_ends(bytes);
        }
        Some(RawRecord { line, bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

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
        let (mut blocks, mut block) = (Blocks::new(Drip(text), text.len() as u64), Block::default());
        let mut all = Vec::new();
        while blocks.next_block(&mut block).unwrap() {
            all.extend(Records::new(&block).map(|record| (record.line, record.bytes.to_vec())));
        }
        all
    }

    #[test]
    fn a_quoted_line_break_does_not_split_a_record() {
        let found = lines(b"a;b\r\n\"x\ny\";1\n\n2;3");
        assert_eq!(found, [(1, b"a;b".to_vec()), (2, b"\"x\ny\";1".to_vec()), (4, b"".to_vec()), (5, b"2;3".to_vec())]);
    }

    proptest::proptest! {
        /// Wherever blocks end, records and their lines are those of the whole.
        #[test]
        fn blocks_of_any_size_hold_the_same_records(
            records in proptest::collection::vec("[a-c ;]{0,5}(\"[a-c ;\n]{0,6}\")?", 0..40),
            size in 16usize..200,
        ) {
            let mut expected = Vec::new();
            let mut line = 1;
            for record in &records {
                expected.push((line, record.as_bytes().to_vec()));
                line += 1 + record.matches('\n').count() as u64;
            }
            let text: String = records.iter().flat_map(|record| [record.as_str(), "\n"]).collect();
            // Said to be shorter than it is, so that it comes in many blocks.
            let (mut blocks, mut block) = (Blocks::new(text.as_bytes(), size as u64), Block::default());
            let mut found = Vec::new();
            while blocks.next_block(&mut block).unwrap() {
                found.extend(Records::new(&block).map(|record| (record.line, record.bytes.to_vec())));
            }
            proptest::prop_assert_eq!(found, expected);
            proptest::prop_assert!(blocks.finish().1.is_none());
        }
    }

    #[test]
    fn a_block_that_is_not_plain_is_seen_to_be_so() {
        let plain = |text: &[u8]| {
            let mut block = Block::default();
            Blocks::new(text, text.len() as u64).next_block(&mut block).unwrap();
            block.is_plain()
        };
        for text in ["", "é;1\n", "a b;\u{2}\n"] {
            assert!(plain(text.as_bytes()), "{text:?}");
        }
        for other in [&b"a\"b"[..], b"a\0b", b"a\xffb", b"a b\"\n", b"\xc3\xa9\0"] {
            assert!(!plain(other), "{other:?}");
        }
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
        let (mut blocks, mut block) = (Blocks::new(text.as_slice(), text.len() as u64), Block::default());
        let (mut count, mut last, mut total) = (0, 0, 0);
        while blocks.next_block(&mut block).unwrap() {
            total += block.bytes().len();
            for record in Records::new(&block) {
                count += 1;
                last = record.line;
            }
        }
        assert_eq!((count, last, total), (200_000, 200_200, text.len()));
        let (end, fault) = blocks.finish();
        assert_eq!(end.bytes, text.len() as u64);
        assert_eq!(end.sha256.0, <[u8; 32]>::from(Sha256::digest(&text)));
        assert!(fault.is_none());
    }

    /// Two files block by block, the one longer than the other.
    #[test]
    fn two_files_in_step_keep_their_own_hashes() {
        let texts = [3 * BLOCK + 17, BLOCK + 5].map(|length| b"a;bc\n".repeat(length / 5));
        let mut files = texts.each_ref().map(|text| Blocks::new(text.as_slice(), text.len() as u64));
        let mut rooms = [Block::default(), Block::default()];
        loop {
            let ([one, two], [room_one, room_two]) = (&mut files, &mut rooms);
            match [one.cut(room_one).unwrap(), two.cut(room_two).unwrap()] {
                [true, true] => {
                    Block::hash_both((room_one, &mut one.lock()), (room_two, &mut two.lock()));
                }
                [true, false] => one.hash(room_one),
                [false, true] => two.hash(room_two),
                [false, false] => break,
            }
        }
        for (file, text) in files.into_iter().zip(&texts) {
            assert_eq!(file.finish().0.sha256.0, <[u8; 32]>::from(Sha256::digest(text)));
        }
    }

    #[test]
    fn an_endless_record_stops_the_file_but_not_the_hash() {
        let text = [b"a;b\n\"".to_vec(), vec![b'x'; 3 * BLOCK]].concat();
        let (mut blocks, mut block) = (Blocks::new(text.as_slice(), text.len() as u64), Block::default());
        assert!(blocks.next_block(&mut block).unwrap());
        assert_eq!(block.bytes(), b"a;b\n");
        assert!(!blocks.next_block(&mut block).unwrap());
        let (end, fault) = blocks.finish();
        assert_eq!(end.bytes, text.len() as u64);
        assert_eq!(fault.unwrap().line, 2);
    }
}
