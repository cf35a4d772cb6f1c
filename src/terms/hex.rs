//! Lower-case hex, read and written without a branch or a table per digit.

/// `2 × N` lower-case hex digits as `N` bytes; `None` for anything else, upper case included.
pub(crate) fn decode_hex<const N: usize>(hex: &[u8]) -> Option<[u8; N]> {
    if hex.len() != 2 * N {
        return None;
    }
    let mut bytes = [0u8; N];
    let mut wrong = 0u16;
    // Two digits at a time in sixteen bits: the compiler makes eight pairs at a time of it. Nothing here
    // can overflow, but a check that it does not would keep it from doing so.
    let (pairs, _) = hex.as_chunks::<2>();
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let digits = u16::from_le_bytes(*pair);
        // Letters have bit 6 set, and count on from nine.
        let letters = digits >> 6 & 0x0101;
        let nibbles = (digits & 0x0f0f).wrapping_add(letters.wrapping_mul(9)) & 0x0f0f;
        // Whatever is not what its nibble is written as, is no digit of ours.
        let above_nine = nibbles.wrapping_add(0x0606) >> 4 & 0x0101;
        wrong |= digits ^ nibbles.wrapping_add(0x3030).wrapping_add(above_nine.wrapping_mul(39));
        // The first digit stands in the low half and is the high nibble. Truncation is the purpose.
        *byte = (nibbles << 4 | nibbles >> 8) as u8;
    }
    (wrong == 0).then_some(bytes)
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
