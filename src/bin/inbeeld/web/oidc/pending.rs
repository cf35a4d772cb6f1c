//! Log-ins that have begun and not ended: kept in memory, for a while, and not more than so many.

use inbeeld::access::Token;
use openidconnect::{Nonce, PkceCodeVerifier};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody may take at the provider.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How many at once.
const MANY: usize = 1024;

/// What must be known again when somebody comes back.
pub(crate) struct Begun {
    pub(crate) nonce: Nonce,
    pub(crate) verifier: PkceCodeVerifier,
    /// Hash of the word that the browser keeps.
    browser: [u8; 32],
    at: Instant,
}

impl Begun {
    pub(crate) fn new(nonce: Nonce, verifier: PkceCodeVerifier, browser: &Token, at: Instant) -> Self {
        Self { nonce, verifier, browser: browser.hash(), at }
    }
}

/// All of them, by their state.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<String, Begun>>);

impl Pending {
    /// Keeps one. Where there are too many the oldest goes: whoever fills the list does not keep others out for long.
    pub(crate) fn keep(&self, state: String, begun: Begun) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.retain(|_, kept| begun.at.saturating_duration_since(kept.at) < PATIENCE);
        }
        if all.len() >= MANY {
            let oldest = all.iter().min_by_key(|(_, kept)| kept.at).map(|(state, _)| state.clone());
            oldest.and_then(|state| all.remove(&state));
        }
        all.insert(state, begun);
    }

    /// Takes one out, once: for the browser in which it began, and in time.
    pub(crate) fn take(&self, state: &str, browser: Option<&Token>, now: Instant) -> Option<Begun> {
        let begun = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(state)?;
        let here = browser.is_some_and(|browser| browser.hash() == begun.browser);
        let in_time = now.saturating_duration_since(begun.at) < PATIENCE;
        (here && in_time).then_some(begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(browser: &Token, at: Instant) -> Begun {
        Begun::new(Nonce::new("n".to_owned()), PkceCodeVerifier::new("v".repeat(43)), browser, at)
    }

    #[test]
    fn a_state_opens_once_in_its_own_browser_and_in_time() {
        let (pending, start) = (Pending::default(), Instant::now());
        let (mine, other) = (Token::fresh().unwrap(), Token::fresh().unwrap());
        for (state, browser, after, good) in [
            ("a", Some(&mine), PATIENCE - Duration::from_secs(1), true),
            ("b", Some(&other), Duration::ZERO, false),
            ("c", None, Duration::ZERO, false),
            ("d", Some(&mine), PATIENCE, false),
        ] {
            pending.keep(state.to_owned(), begun(&mine, start));
            assert_eq!(pending.take(state, browser, start + after).is_some(), good, "{state}");
            assert!(pending.take(state, Some(&mine), start).is_none(), "{state}");
        }
        assert!(pending.take("e", Some(&mine), start).is_none());
    }

    #[test]
    fn there_are_never_more_than_so_many_and_the_newest_stay() {
        let (pending, start, mine) = (Pending::default(), Instant::now(), Token::fresh().unwrap());
        for number in 0..3000 {
            pending.keep(number.to_string(), begun(&mine, start + Duration::from_millis(number)));
        }
        assert_eq!(pending.0.lock().unwrap().len(), MANY);
        assert!(pending.take("2999", Some(&mine), start).is_some() && pending.take("0", Some(&mine), start).is_none());
    }
}
