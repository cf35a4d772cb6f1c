//! What a form sends, and what stands behind the question mark of an address: names and texts.

use super::problem::Problem;
use axum::http::StatusCode;
use zeroize::Zeroizing;

/// Content type of a form without files.
pub(crate) const URLENCODED: &str = "application/x-www-form-urlencoded";

/// Names and texts in their order; `None` when it is no form in UTF-8.
pub(crate) fn pairs(body: &[u8]) -> Option<Vec<(String, Zeroizing<String>)>> {
    let parts = body.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    let pair = |part: &[u8]| {
        let mut halves = part.splitn(2, |byte| *byte == b'=');
        let name = decoded(halves.next().unwrap_or_default())?;
        Some((name, Zeroizing::new(decoded(halves.next().unwrap_or_default())?)))
    };
    parts.map(pair).collect()
}

/// A form that cannot be read.
pub(crate) fn malformed() -> Problem {
    let what = "dit is geen formulier in UTF-8";
    Problem::new(StatusCode::BAD_REQUEST, "formulier", what, "Gebruik de bladzijden van de dienst.")
}

fn decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let (high, low) = (rest.next().and_then(digit)?, rest.next().and_then(digit)?);
                high * 16 + low
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}
