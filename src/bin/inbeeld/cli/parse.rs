//! Values of options, read by the types of the domain. No message repeats the value.

use inbeeld::terms::Datum;

pub(super) fn datum(text: &str) -> Result<Datum, inbeeld::terms::Invalid> {
    Datum::parse(text.as_bytes())
}
