//! Values of options, read by the types of the domain. No message repeats the value.

use inbeeld::terms::{Datum, Gemeente, Invalid};

pub(super) fn datum(text: &str) -> Result<Datum, Invalid> {
    Datum::parse(text.as_bytes())
}

pub(super) fn gemeente(text: &str) -> Result<Gemeente, Invalid> {
    Gemeente::parse(text.as_bytes())
}
