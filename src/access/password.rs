//! Passwords: argon2id (RFC 9106), never kept and never shown.

use super::{AccessFault, AccountNaam};
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use std::collections::BTreeSet;
use zeroize::{Zeroize, Zeroizing};

/// Memory of one hash in KiB, passes and lanes: as the OWASP cheat sheet has it for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Bytes of salt and of hash (RFC 9106, section 3.1).
const SALT: usize = 16;
const HASH: usize = 32;

/// The memory in which one password at a time is hashed, 19 MiB once it has been used. It is asked for
/// once and kept: freed and asked for by many threads it would stay with each of them.
#[derive(Default)]
pub struct HashRoom(Vec<Block>);

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

    /// Hashes it with fresh salt. Takes tens of milliseconds.
    ///
    /// # Errors
    /// [`AccessFault::Machine`].
    pub fn hash(&self, room: &mut HashRoom) -> Result<Hashed, AccessFault> {
        let mut salt = [0u8; SALT];
        getrandom::fill(&mut salt).map_err(|_| AccessFault::Machine)?;
        let params = ParamsString::try_from(&params()?).map_err(|_| AccessFault::Machine)?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params,
            salt: Some(Salt::new(&salt).map_err(|_| AccessFault::Machine)?),
            hash: Some(self.output(&salt, room)?),
        };
        Ok(Hashed(hash.to_string()))
    }

    /// Whether it is the password that was hashed. Without a hash the same work is done for nothing,
    /// so that time does not tell which accounts exist.
    ///
    /// # Errors
    /// [`AccessFault::Machine`].
    pub fn matches(&self, hashed: Option<&Hashed>, room: &mut HashRoom) -> Result<bool, AccessFault> {
        let kept = hashed.and_then(|hashed| PasswordHash::new(&hashed.0).ok());
        // Only this program writes them, so another algorithm or cost is nobody's.
        let ours = |kept: &PasswordHash| {
            let cost = Params::try_from(&kept.params).ok().zip(params().ok());
            let same = |(one, other): (Params, Params)| {
                (one.m_cost(), one.t_cost(), one.p_cost()) == (other.m_cost(), other.t_cost(), other.p_cost())
            };
            kept.algorithm == ARGON2ID_IDENT && cost.is_some_and(same)
        };
        let (salt, hash) = kept.filter(ours).map_or((None, None), |kept| (kept.salt, kept.hash));
        let made = self.output(salt.as_ref().map_or(&[0; SALT][..], AsRef::as_ref), room)?;
        // Compared in constant time by the type.
        Ok(salt.is_some() && hash.is_some_and(|hash| hash == made))
    }

    fn output(&self, salt: &[u8], room: &mut HashRoom) -> Result<Output, AccessFault> {
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params()?);
        room.0.resize(hasher.params().block_count(), Block::default());
        let mut out = Zeroizing::new([0u8; HASH]);
        let made = hasher.hash_password_into_with_memory(self.0.as_bytes(), salt, out.as_mut_slice(), &mut room.0);
        room.0.iter_mut().for_each(Zeroize::zeroize);
        made.map_err(|_| AccessFault::Machine)?;
        Output::new(out.as_slice()).map_err(|_| AccessFault::Machine)
    }
}

fn params() -> Result<Params, AccessFault> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH)).map_err(|_| AccessFault::Machine)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Wachtwoord {
        Wachtwoord::new(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn only_the_password_itself_matches() {
        let mut room = HashRoom::default();
        let hashed = password("een lange zin van mij").hash(&mut room).unwrap();
        let other = password("een lange zin van mij").hash(&mut room).unwrap();
        let mut matches = |text: &str, kept: Option<&Hashed>| password(text).matches(kept, &mut room).unwrap();
        assert!(hashed.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("een lange zin van mij", Some(&hashed)) && matches("een lange zin van mij", Some(&other)));
        assert!(!matches("een lange zin van mijn", Some(&hashed)));
        assert!(!matches("een lange zin van mij", None));
        let cheap = Hashed::kept(hashed.as_str().replace("m=19456", "m=8"));
        assert!(!matches("een lange zin van mij", Some(&cheap)));
        assert_ne!(hashed.as_str(), other.as_str());
    }

    /// What the crate itself makes of the same password and salt.
    #[test]
    fn hashes_are_those_of_argon2id() {
        use argon2::password_hash::PasswordVerifier;
        let hashed = password("een lange zin van mij").hash(&mut HashRoom::default()).unwrap();
        let parsed = PasswordHash::new(hashed.as_str()).unwrap();
        assert!(Argon2::default().verify_password(b"een lange zin van mij", &parsed).is_ok());
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
