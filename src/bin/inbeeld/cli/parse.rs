//! Values of options, read by the types of the domain. No message repeats the value.

use inbeeld::pseudonym::{Verwijzing, VerwijzingFault};
use inbeeld::terms::{Datum, Gemeente, Invalid, Rol};

pub(super) fn datum(text: &str) -> Result<Datum, Invalid> {
    Datum::parse(text.as_bytes())
}

pub(super) fn gemeente(text: &str) -> Result<Gemeente, Invalid> {
    Gemeente::parse(text.as_bytes())
}

pub(super) fn verwijzing(text: &str) -> Result<Verwijzing, VerwijzingFault> {
    Verwijzing::parse(text)
}

pub(super) fn rol(text: &str) -> Result<Rol, Invalid> {
    Rol::parse(text.as_bytes()).ok_or(Invalid { expected: "gemeente, coordinator of jongere" })
}
