//! The second factor: a code of six digits from an app (RFC 6238, SHA-1, 30 seconds, one step of skew).

use super::{AccessFault, AccountNaam};
use crate::terms::Moment;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

/// Bytes of the secret: as many as the hash has (RFC 4226, section 4).
const BYTES: usize = 20;

/// What app and service share; wiped when dropped.
pub struct TotpSecret(Zeroizing<[u8; BYTES]>);

impl TotpSecret {
    /// A fresh one.
    ///
    /// # Errors
    /// [`AccessFault::Machine`] when the system gives no random bytes.
    pub fn fresh() -> Result<Self, AccessFault> {
        let mut bytes = Zeroizing::new([0u8; BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| AccessFault::Machine)?;
        Ok(Self(bytes))
    }

    /// Takes back what was kept; `None` for anything of another length.
    #[must_use]
    pub fn kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes, to be kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The secret as people type it over: base32 (RFC 4648).
    #[must_use]
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(Secret::new_stack(*self.0).to_base32())
    }

    /// The address that an app reads from a square of dots.
    #[must_use]
    pub fn address(&self, naam: &AccountNaam) -> Zeroizing<String> {
        // Of what a name can hold only `@` needs another spelling in an address.
        let naam = naam.as_str().replace('@', "%40");
        let secret = self.base32();
        Zeroizing::new(format!("otpauth://totp/inbeeld:{naam}?secret={}&issuer=inbeeld", secret.as_str()))
    }

    /// The time step for which this code holds now; `None` when it does not, or when that step or a
    /// later one was used before: a code opens once.
    #[must_use]
    pub fn accept(&self, code: &str, now: Moment, used: Option<i64>) -> Option<i64> {
        let plain = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = u64::try_from(now.unix_seconds()).ok()?;
        let step = plain.then(|| self.totp().check(code, seconds)).flatten()?;
        let step = i64::try_from(step).ok()?;
        used.is_none_or(|used| step > used).then_some(step)
    }

    fn totp(&self) -> Totp {
        // The numbers are those of `Builder::new`, written out because an app depends on them; secret and
        // digits are long enough, so the check that is left out would pass.
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(Secret::new_stack(*self.0))
            .build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of the test vectors, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = TotpSecret::kept(b"12345678901234567890").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let now = Moment::from_unix_seconds(seconds).unwrap();
            assert_eq!(secret.accept(code, now, None), Some(seconds / 30));
        }
        assert_eq!(secret.base32().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_opens_once_and_only_around_its_time() {
        let secret = TotpSecret::kept(b"12345678901234567890").unwrap();
        let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
        assert_eq!(secret.accept("287082", at(59), Some(0)), Some(1));
        assert_eq!(secret.accept("287082", at(59), Some(1)), None);
        assert_eq!(secret.accept("287082", at(89), None), Some(1));
        assert_eq!(secret.accept("287082", at(120), None), None);
        for wrong in ["", "28708", "2870822", "28708a", "287 082", "\u{661}87082"] {
            assert_eq!(secret.accept(wrong, at(59), None), None, "{wrong}");
        }
    }
}
