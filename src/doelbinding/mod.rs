//! The doelbinding: a signed text that says what may be linked and what may leave.
//!
//! This room reads the text, checks the signature and decides: a request becomes a [`Grant`] or a
//! [`Denial`] with its reason. It never sees a row.

mod check;
mod decide;
mod fault;
mod keys;
pub mod plain;
mod policy;
mod read;
mod retention;
mod signature;

pub use decide::{Asking, Denial, Grant, Granted, Question, Signed, SignedFault, TextIdentity, Triable};
pub use fault::{TextFault, TextFaults};
pub use keys::keys;
pub use policy::{
    BronAsk, Convenant, DoelgroepAsk, Geldig, InkomenMaand, Inzage, Lijst, Policy, Tabel, Verantwoordelijke,
};
pub use retention::keep_until;
pub use signature::{PublicKeyFault, SignFault, TrustedKey, new_signing_key, same_signer, sign};
