//! Lower-case hex, read and written without a branch or a table per digit.

/// `2 × N` lower-case hex digits as `N` bytes; `None` for anything else, upper case included.
// Taken in wherever it is called: what it gives would go through the memory otherwise, for every row.
#[inline(always)]
pub(crate) fn decode_hex<const N: usize>(hex: &[u8]) -> Option<[u8; N]> {
    if hex.len() != 2 * N {
        return None;
    }
    // One step for all digits after the other, so that the compiler takes sixteen at a time in each.
    let mut nibbles = [[0u8; 2]; N];
    for (nibble, digit) in nibbles.as_flattened_mut().iter_mut().zip(hex) {
        *nibble = nibble_of(*digit);
    }
    let all = nibbles.iter().fold(0, |all, pair| all | u16::from_le_bytes(*pair));
    let mut bytes = [0u8; N];
    for (byte, pair) in bytes.iter_mut().zip(nibbles) {
        // The first digit stands in the low half. Sixteen times that comes beside the second in the high one. Truncation
        // is the purpose.
        *byte = (u16::from_le_bytes(pair).wrapping_mul(16 << 8 | 1) >> 8) as u8;
    }
    (all & 0xf0f0 == 0).then_some(bytes)
}

/// What a digit stands for; sixteen or more for whatever is no digit.
#[inline(always)]
pub(crate) fn nibble_of(digit: u8) -> u8 {
    // What saturates is a byte below the range and what wraps is one above it: neither comes out below sixteen.
    let decimal = digit.wrapping_add(u8::MAX - b'9').saturating_sub(6).wrapping_sub(u8::MAX - 15);
    let letter = digit.wrapping_sub(b'a').saturating_add(10);
    decimal.min(letter)
}

/// Lower-case hex digits. Without a table, so that the compiler does many at once.
pub(crate) fn encode_hex(bytes: &[u8; 32]) -> [u8; 64] {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_reads_as_the_standard_library_reads_it() {
        for place in 0..64 {
            for byte in 0..=255u8 {
                let mut hex = *b"00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0";
                hex[place] = byte;
                let good = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                let expected = good.then(|| {
                    let text = std::str::from_utf8(&hex).unwrap();
                    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
                });
                assert_eq!(decode_hex::<32>(&hex), expected, "{byte} op {place}");
            }
        }
        for length in [0, 15, 17, 32] {
            assert_eq!(decode_hex::<8>(&vec![b'a'; length]), None);
        }
    }

    #[test]
    fn bytes_are_written_as_the_standard_library_writes_them() {
        let bytes: [u8; 32] = std::array::from_fn(|at| (at * 37 % 256) as u8);
        let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(encode_hex(&bytes).as_slice(), written.as_bytes());
        assert_eq!(decode_hex::<32>(&encode_hex(&bytes)), Some(bytes));
    }
}
