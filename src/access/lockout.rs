//! After some wrong attempts nobody gets in for a while, not even with the right password.

use crate::terms::Moment;

/// Wrong attempts in a row before an account locks.
const ATTEMPTS: u32 = 5;
/// Seconds that it stays locked.
const SECONDS: i64 = 15 * 60;

/// Wrong attempts on an account so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lockout {
    /// How many in a row.
    pub attempts: u32,
    /// When the last was, in seconds since 1970.
    pub last: i64,
}

impl Lockout {
    /// Whether nobody may try now.
    #[must_use]
    pub fn locked(self, now: Moment) -> bool {
        self.attempts >= ATTEMPTS && now.unix_seconds() < self.last.saturating_add(SECONDS)
    }

    /// One wrong attempt more. After a lock has passed, counting begins again.
    #[must_use]
    pub fn wrong(self, now: Moment) -> Self {
        let before = if self.attempts >= ATTEMPTS && !self.locked(now) { 0 } else { self.attempts };
        Self { attempts: before.saturating_add(1), last: now.unix_seconds() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn the_fifth_wrong_attempt_locks_for_a_quarter_of_an_hour() {
        let mut lockout = Lockout::default();
        for second in 0..4 {
            lockout = lockout.wrong(at(second));
            assert!(!lockout.locked(at(second)));
        }
        lockout = lockout.wrong(at(4));
        assert!(lockout.locked(at(4)) && lockout.locked(at(4 + SECONDS - 1)) && !lockout.locked(at(4 + SECONDS)));
        // Afterwards there are five attempts again.
        lockout = lockout.wrong(at(4 + SECONDS));
        assert!(!lockout.locked(at(4 + SECONDS)) && lockout.attempts == 1);
    }
}
