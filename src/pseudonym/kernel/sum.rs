//! SHA-256 of files as they are read.

use super::{START, Way};
use sha2::block_api::compress256;
use zeroize::Zeroizing;

/// A block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// A SHA-256 (FIPS 180-4) of which some bytes were taken in.
///
/// One file waits for itself: every round needs the one before. So two that are read at the same time are
/// hashed in step ([`Sum::update_both`]), which costs little more than one.
pub(crate) struct Sum {
    state: [u32; 8],
    /// What does not fill a block yet. Wiped when dropped: it may be of a pseudonym.
    rest: Zeroizing<[u8; BLOCK]>,
    /// How much of it there is: less than a block.
    filled: usize,
    /// Bytes taken in.
    length: u64,
}

impl Sum {
    pub(crate) fn new() -> Self {
        Self { state: START, rest: Zeroizing::new([0; BLOCK]), filled: 0, length: 0 }
    }

    /// Takes in more bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let (blocks, rest) = self.fill(bytes);
        compress256(&mut self.state, blocks);
        self.keep(rest);
    }

    /// Takes in more bytes of two messages, in step as far as both go.
    pub(crate) fn update_both(one: (&mut Self, &[u8]), two: (&mut Self, &[u8])) {
        let ((one, bytes_one), (two, bytes_two)) = (one, two);
        let ((blocks_one, rest_one), (blocks_two, rest_two)) = (one.fill(bytes_one), two.fill(bytes_two));
        let in_step = blocks_one.len().min(blocks_two.len());
        // Neither is shorter than the shorter, so neither split can fail.
        let ((blocks_one, more_one), (blocks_two, more_two)) =
            (blocks_one.split_at(in_step), blocks_two.split_at(in_step));
        Way::in_step().both([&mut one.state, &mut two.state], [blocks_one, blocks_two]);
        for (sum, more, rest) in [(one, more_one, rest_one), (two, more_two, rest_two)] {
            compress256(&mut sum.state, more);
            sum.keep(rest);
        }
    }

    /// Fills up what was kept; gives the whole blocks after it, and what is left.
    fn fill<'b>(&mut self, bytes: &'b [u8]) -> (&'b [[u8; BLOCK]], &'b [u8]) {
        self.length += bytes.len() as u64;
        if self.filled == 0 {
            return bytes.as_chunks();
        }
        let (head, tail) = bytes.split_at_checked(BLOCK - self.filled).unwrap_or((bytes, &[]));
        self.keep(head);
        if self.filled == BLOCK {
            compress256(&mut self.state, std::slice::from_ref(&*self.rest));
            self.filled = 0;
        }
        tail.as_chunks()
    }

    /// Keeps what does not fill a block, behind what was kept.
    fn keep(&mut self, bytes: &[u8]) {
        self.rest.iter_mut().skip(self.filled).zip(bytes).for_each(|(to, byte)| *to = *byte);
        self.filled += bytes.len();
    }

    /// The hash of all that was taken in.
    pub(crate) fn finish(mut self) -> [u8; 32] {
        // A one, zeros up to eight bytes before the end of a block, and the length in bits (§5.1.1).
        let bits = (self.length * 8).to_be_bytes();
        let zeros = (2 * BLOCK - 1 - bits.len() - self.filled) % BLOCK;
        self.update(&[0x80]);
        self.update([0; BLOCK].get(..zeros).unwrap_or_default());
        self.update(&bits);
        let mut hash = [0; 32];
        for (to, word) in hash.as_chunks_mut().0.iter_mut().zip(self.state) {
            *to = word.to_be_bytes();
        }
        hash
    }
}
