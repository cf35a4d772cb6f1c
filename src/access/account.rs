//! Accounts: one person, one role, and what that role is bound to.

use super::AccessFault;
use crate::terms::{AccountRol, Gemeente, Invalid, Oin, Sha256Hash};
use sha2::{Digest, Sha256};

/// The name of an account, by which it stands in the audit log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNaam(String);

impl AccountNaam {
    /// Reads 2 to 64 of a-z, 0-9, `.`, `-`, `_` and `@`, beginning with a letter. So a citizen service
    /// number is no name.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_@".contains(&byte);
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if begins && (2..=64).contains(&text.len()) && text.bytes().all(good) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid {
                expected: "2 tot 64 kleine letters, cijfers, punten of streepjes, te beginnen met een letter",
            })
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AccountNaam {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role with what it is bound to. A municipality without its code, or a source without its OIN,
/// does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    rol: AccountRol,
    gemeente: Option<Gemeente>,
    oin: Option<Oin>,
}

impl Bound {
    /// Binds a role.
    ///
    /// # Errors
    /// [`AccessFault::Bound`] when the role asks for a code that is not there, or has one that it cannot have.
    pub fn new(rol: AccountRol, gemeente: Option<Gemeente>, oin: Option<Oin>) -> Result<Self, AccessFault> {
        let fits =
            gemeente.is_some() == (rol == AccountRol::Gemeente) && oin.is_some() == (rol == AccountRol::Bronhouder);
        if fits { Ok(Self { rol, gemeente, oin }) } else { Err(AccessFault::Bound) }
    }

    /// The role.
    #[must_use]
    pub fn rol(&self) -> AccountRol {
        self.rol
    }

    /// The municipality of the role gemeente.
    #[must_use]
    pub fn gemeente(&self) -> Option<Gemeente> {
        self.gemeente
    }

    /// The organisation of the role bronhouder.
    #[must_use]
    pub fn oin(&self) -> Option<&Oin> {
        self.oin.as_ref()
    }
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staat {
    /// Made, and not yet taken into use by the person it is for.
    Uitgenodigd,
    /// In use.
    Actief,
    /// Closed by a beheerder.
    Geblokkeerd,
}

impl Staat {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Uitgenodigd, Self::Actief, Self::Geblokkeerd];

    /// Its spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uitgenodigd => "uitgenodigd",
            Self::Actief => "actief",
            Self::Geblokkeerd => "geblokkeerd",
        }
    }

    /// The state of this spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|staat| staat.as_str() == text)
    }
}

/// Somebody who logs in at a provider, by what never changes of them there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Federated {
    /// The provider (`iss`).
    pub uitgever: String,
    /// Whom it means (`sub`).
    pub onderwerp: String,
}

impl Federated {
    /// The name of their account, always the same and of nobody else: a subject may have any form, and may be an
    /// address of a person, which has no place in the audit log.
    #[must_use]
    pub fn naam(&self) -> AccountNaam {
        let mut digest = Sha256::new_with_prefix(b"inbeeld:oidc:v1:");
        digest.update(self.uitgever.as_bytes());
        digest.update([0]);
        digest.update(self.onderwerp.as_bytes());
        let hash = Sha256Hash(digest.finalize().into()).to_string();
        AccountNaam(format!("oidc-{}", hash.chars().take(20).collect::<String>()))
    }
}

/// An account as others may see it: without anything secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub naam: AccountNaam,
    /// What it may, and for whom.
    pub bound: Bound,
    /// How it stands.
    pub staat: Staat,
    /// Of somebody who logs in elsewhere: what the provider calls them.
    pub onderwerp: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_strict_and_no_number_is_one() {
        for good in ["fg", "jan", "fg.zwolle", "a-b_c@gemeente.nl", &"x".repeat(64)] {
            assert!(AccountNaam::parse(good).is_ok(), "{good}");
        }
        for wrong in ["", "a", "Jan", "999993847", "jan ", "j\u{e9}n", "jan/x", &"x".repeat(65)] {
            assert!(AccountNaam::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_logs_in_elsewhere_has_a_name_of_their_own() {
        let naam = |uitgever: &str, onderwerp: &str| {
            Federated { uitgever: uitgever.to_owned(), onderwerp: onderwerp.to_owned() }.naam()
        };
        let jan = naam("https://a.nl", "jan@gemeente.nl");
        assert!(jan == naam("https://a.nl", "jan@gemeente.nl") && AccountNaam::parse(jan.as_str()).is_ok());
        for other in [
            naam("https://b.nl", "jan@gemeente.nl"),
            naam("https://a.nl", "piet"),
            naam("https://a.n", "ljan@gemeente.nl"),
        ] {
            assert!(jan != other);
        }
    }

    #[test]
    fn a_role_has_exactly_the_code_it_asks() {
        let (gemeente, oin) = (Gemeente::parse(b"0193").unwrap(), Oin::parse("00000001003214345000").unwrap());
        for rol in AccountRol::ALL.iter().copied() {
            for (with_gemeente, with_oin) in [(false, false), (true, false), (false, true), (true, true)] {
                let bound = Bound::new(rol, with_gemeente.then_some(gemeente), with_oin.then(|| oin.clone()));
                let asks = (rol == AccountRol::Gemeente, rol == AccountRol::Bronhouder);
                assert_eq!(bound.is_ok(), asks == (with_gemeente, with_oin), "{rol:?}");
            }
        }
    }
}
