//! Lower-case hex, read without a branch or a table per digit.

/// Hex digits taken at a time: one register of the portable baseline.
const STEP: usize = 16;

/// `2 × N` lower-case hex digits as `N` bytes; `None` for anything else, upper case included.
///
/// N must be a multiple of eight, which every use proves at compile time.
pub(crate) fn decode_hex<const N: usize>(hex: &[u8]) -> Option<[u8; N]> {
    const { assert!(N.is_multiple_of(STEP / 2)) };
    if hex.len() != 2 * N {
        return None;
    }
    let mut bytes = [0u8; N];
    let mut wrong = 0u8;
    let (steps, _) = hex.as_chunks::<STEP>();
    let (parts, _) = bytes.as_chunks_mut::<{ STEP / 2 }>();
    for (digits, part) in steps.iter().zip(parts) {
        let mut nibbles = [0u8; STEP];
        for (nibble, digit) in nibbles.iter_mut().zip(digits) {
            // Letters have bit 6 set, and count on from nine.
            *nibble = ((digit & 15) + 9 * (digit >> 6 & 1)) & 15;
            // Whatever is not what the nibble is written as, is no digit of ours.
            wrong |= digit ^ (*nibble + b'0' + 39 * u8::from(*nibble > 9));
        }
        let (pairs, _) = nibbles.as_chunks::<2>();
        for (byte, [high, low]) in part.iter_mut().zip(pairs) {
            *byte = high << 4 | low;
        }
    }
    (wrong == 0).then_some(bytes)
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
}
