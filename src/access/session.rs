//! Sessions: who is logged in, and how long that holds.

use super::AccountNaam;
use super::account::Bound;
use crate::terms::Moment;

/// Seconds without a request after which a session ends.
const IDLE: i64 = 30 * 60;
/// Seconds after which a session ends in any case: a working day.
const ABSOLUTE: i64 = 10 * 60 * 60;

/// When a session began and when it was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Begin.
    pub begin: Moment,
    /// Last request.
    pub last: Moment,
}

impl Span {
    /// Whether the session still holds.
    #[must_use]
    pub fn holds(self, now: Moment) -> bool {
        let since = |moment: Moment| now.unix_seconds().saturating_sub(moment.unix_seconds());
        since(self.last) < IDLE && since(self.begin) < ABSOLUTE
    }

    /// The begin before which a session has ended whatever it did, and the last request before which it has.
    #[must_use]
    pub fn ended_before(now: Moment) -> (i64, i64) {
        (now.unix_seconds().saturating_sub(ABSOLUTE), now.unix_seconds().saturating_sub(IDLE))
    }
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    /// As which account.
    pub naam: AccountNaam,
    /// What it may, and for whom.
    pub bound: Bound,
    /// Since when.
    pub span: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_silence_and_by_age() {
        let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
        let span = |begin, last| Span { begin: at(begin), last: at(last) };
        assert!(span(0, 0).holds(at(IDLE - 1)));
        assert!(!span(0, 0).holds(at(IDLE)));
        assert!(span(0, ABSOLUTE - 1).holds(at(ABSOLUTE - 1)));
        assert!(!span(0, ABSOLUTE - 1).holds(at(ABSOLUTE)));
    }
}
