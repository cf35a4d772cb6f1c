//! Decimal digits, eight at a time in one word, the first of the text lowest.

/// Eight characters, each less the digit zero, and beside them the top bit of every byte that was no digit.
#[inline(always)]
pub(crate) const fn digits(text: [u8; 8]) -> (u64, u64) {
    const TOP: u64 = u64::from_ne_bytes([0x80; 8]);
    let less = u64::from_le_bytes(text) ^ u64::from_ne_bytes([b'0'; 8]);
    // A digit is now below ten; anything else carries into the top bit of its byte, or has it.
    (less, (((less & !TOP) + u64::from_ne_bytes([0x80 - 10; 8])) | less) & TOP)
}

/// Of eight digits every two as one number, in every other byte, the first lowest.
#[inline(always)]
pub(crate) const fn pairs(digits: u64) -> u64 {
    // No sum of two digits passes 99, so none carries into the next.
    digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff
}
