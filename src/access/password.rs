//! Passwords: argon2id (RFC 9106), never kept and never shown.

use super::{AccessFault, AccountNaam};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Memory of one hash in KiB, passes and lanes: the first choice of the OWASP cheat sheet for argon2id.
/// Whoever hashes for many at once bounds how many; each takes this much for its time.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password on its way to be hashed; wiped when dropped.
pub struct Wachtwoord(Zeroizing<String>);

/// A hashed password (PHC string), as it is kept.
#[derive(Clone)]
pub struct Hashed(String);

impl Wachtwoord {
    /// Takes a password as somebody typed it. Above 1,024 bytes it is nobody's.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Whether it is good enough for a new one: 12 to 128 characters, at least five different, and
    /// without the name of the account.
    ///
    /// # Errors
    /// [`AccessFault::WeakPassword`].
    pub fn strong_for(&self, naam: &AccountNaam) -> Result<(), AccessFault> {
        let letters = self.0.chars().count();
        let different = self.0.chars().collect::<BTreeSet<char>>().len();
        let lower = Zeroizing::new(self.0.to_lowercase());
        let good = (12..=128).contains(&letters) && different >= 5 && !lower.contains(naam.as_str());
        if good { Ok(()) } else { Err(AccessFault::WeakPassword) }
    }

    /// Hashes it with fresh salt. Takes tens of milliseconds and 19 MiB.
    ///
    /// # Errors
    /// [`AccessFault::Machine`].
    pub fn hash(&self) -> Result<Hashed, AccessFault> {
        let hashed: PasswordHash = hasher()?.hash_password(self.0.as_bytes()).map_err(|_| AccessFault::Machine)?;
        Ok(Hashed(hashed.to_string()))
    }

    /// Whether it is the password that was hashed. Without a hash the same work is done for nothing,
    /// so that time does not tell which accounts exist.
    #[must_use]
    pub fn matches(&self, hashed: Option<&Hashed>) -> bool {
        let Ok(hasher) = hasher() else { return false };
        let parsed = hashed.and_then(|hashed| PasswordHash::new(&hashed.0).ok());
        match parsed {
            Some(parsed) => hasher.verify_password(self.0.as_bytes(), &parsed).is_ok(),
            None => {
                let mut out = [0u8; 32];
                let _ = hasher.hash_password_into(self.0.as_bytes(), b"inbeeld-niemand!", &mut out);
                false
            }
        }
    }
}

impl Hashed {
    /// Takes back what was kept.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// The PHC string, to be kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hasher() -> Result<Argon2<'static>, AccessFault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| AccessFault::Machine)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Wachtwoord {
        Wachtwoord::new(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn only_the_password_itself_matches() {
        let hashed = password("een lange zin van mij").hash().unwrap();
        assert!(hashed.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(password("een lange zin van mij").matches(Some(&hashed)));
        assert!(!password("een lange zin van mijn").matches(Some(&hashed)));
        assert!(!password("een lange zin van mij").matches(None));
        assert_ne!(hashed.as_str(), password("een lange zin van mij").hash().unwrap().as_str());
    }

    #[test]
    fn weak_passwords_are_refused() {
        let naam = AccountNaam::parse("fg.zwolle").unwrap();
        assert!(password("een lange zin").strong_for(&naam).is_ok());
        for weak in ["kort", "aaaaaaaaaaaaaaaa", "van FG.Zwolle zelf", &"abcdef".repeat(22)] {
            assert_eq!(password(weak).strong_for(&naam), Err(AccessFault::WeakPassword), "{weak}");
        }
    }
}
