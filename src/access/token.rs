//! Random words that prove something by being known: session cookies, activation codes.

use super::AccessFault;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// 32 random bytes, as base64url without padding. The holder has the word, we keep its hash.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A fresh one.
    ///
    /// # Errors
    /// [`AccessFault::Machine`] when the system gives no random bytes.
    pub fn fresh() -> Result<Self, AccessFault> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| AccessFault::Machine)?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// What somebody says is one; `None` for what never can be.
    #[must_use]
    pub fn given(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The word, for its holder alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it. Looking a hash up tells by its time nothing of the word.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// A second word that follows from the first and tells nothing of it: for a page to prove that
    /// it was made for this session.
    #[must_use]
    pub fn twin(&self) -> Self {
        let mut digest = Sha256::new_with_prefix(b"inbeeld:csrf:v1:");
        digest.update(self.0.as_bytes());
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(digest.finalize())))
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        // Hashes, so that time tells nothing of how far the words agree.
        self.hash() == other.hash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_itself_and_nothing_else_does() {
        let token = Token::fresh().unwrap();
        assert!(Token::given(token.as_str()).is_some_and(|given| given == token));
        assert!(Token::fresh().is_ok_and(|other| other != token && other.hash() != token.hash()));
        assert!(token.twin() != token && Token::given(token.twin().as_str()).is_some());
        for wrong in ["", "kort", &"a".repeat(44), "ééééééééééééééééééééé"] {
            assert!(Token::given(wrong).is_none(), "{wrong}");
        }
    }
}
