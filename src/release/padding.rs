//! Filling up of what is sealed, so that the size of a file tells no number of rows.

/// A list is filled up to a multiple of this many bytes (CONTRACT, "Releases").
pub const PADDING: usize = 16_384;

/// Fills a CSV up with LF to the smallest multiple of [`PADDING`] that holds it. Whoever reads the
/// CSV ignores empty lines.
pub fn pad(csv: &mut String) {
    let missing = csv.len().next_multiple_of(PADDING) - csv.len();
    csv.extend(std::iter::repeat_n('\n', missing));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_within_a_step_look_the_same() {
        for (length, padded) in
            [(1, 16_384), (16_383, 16_384), (16_384, 16_384), (16_385, 32_768), (32_768, 32_768), (40_000, 49_152)]
        {
            let mut csv = "x".repeat(length);
            pad(&mut csv);
            assert_eq!(csv.len(), padded, "{length}");
            assert_eq!(csv, "x".repeat(length) + &"\n".repeat(padded - length));
        }
    }
}
