//! Age X25519 identities, by which a municipality opens its lists. The age crate stays behind this
//! module: it brings an older generation of the hash crates.

use age::secrecy::ExposeSecret;
use zeroize::Zeroizing;

/// A fresh identity: the content of its secret file and its public recipient, a line each
/// (age-encryption.org/v1, X25519).
#[must_use]
pub fn new_recipient() -> (Zeroizing<String>, String) {
    let identity = age::x25519::Identity::generate();
    let secret = Zeroizing::new(format!("{}\n", identity.to_string().expose_secret()));
    (secret, format!("{}\n", identity.to_public()))
}
