//! How often somebody may ask: a bucket per route and client that fills up again.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How often one client may use a route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// How many at once.
    pub(crate) burst: u32,
    /// How many a minute after that.
    pub(crate) per_minute: u32,
}

/// Who is counted.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// An account, wherever it asks from.
    Account(String),
    /// An address; of IPv6 the network that one subscriber has.
    Address(IpAddr),
}

impl Client {
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(long) => IpAddr::V6((u128::from(long) >> 64 << 64).into()),
            short => short,
        })
    }
}

/// Buckets above this number are tidied up.
const MANY: usize = 20_000;

struct Bucket {
    left: f64,
    at: Instant,
    rate: Rate,
}

impl Bucket {
    fn filled(&self, now: Instant) -> f64 {
        let minutes = now.saturating_duration_since(self.at).as_secs_f64() / 60.0;
        (self.left + minutes * f64::from(self.rate.per_minute)).min(f64::from(self.rate.burst))
    }
}

/// Every bucket that is not full.
#[derive(Default)]
pub(crate) struct Limiter(Mutex<HashMap<(usize, Client), Bucket>>);

impl Limiter {
    /// Takes one from a bucket; gives the seconds to wait when it is empty.
    pub(crate) fn take(&self, route: usize, client: Client, rate: Rate, now: Instant) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| bucket.filled(now) < f64::from(bucket.rate.burst));
            if buckets.len() >= MANY {
                // More clients than we have: forgetting them keeps memory bounded, and is kinder than refusing all.
                buckets.clear();
            }
        }
        let fresh = || Bucket { left: f64::from(rate.burst), at: now, rate };
        let bucket = buckets.entry((route, client)).or_insert_with(fresh);
        let left = bucket.filled(now);
        bucket.at = now;
        bucket.left = left;
        if left >= 1.0 {
            bucket.left = left - 1.0;
            return Ok(());
        }
        let seconds = ((1.0 - left) * 60.0 / f64::from(rate.per_minute.max(1))).ceil();
        // At most a minute by the line above, never negative.
        Err(seconds.clamp(1.0, 60.0) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_empties_and_fills_per_client_and_route() {
        let (limiter, rate, start) = (Limiter::default(), Rate { burst: 3, per_minute: 6 }, Instant::now());
        let client = |last: u8| Client::at(IpAddr::from([10, 0, 0, last]));
        for _ in 0..3 {
            assert_eq!(limiter.take(0, client(1), rate, start), Ok(()));
        }
        assert_eq!(limiter.take(0, client(1), rate, start), Err(10));
        assert_eq!(limiter.take(0, client(2), rate, start), Ok(()));
        assert_eq!(limiter.take(1, client(1), rate, start), Ok(()));
        assert_eq!(limiter.take(0, client(1), rate, start + Duration::from_secs(11)), Ok(()));
        assert!(limiter.take(0, client(1), rate, start + Duration::from_secs(11)).is_err());
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_client_and_memory_is_bounded() {
        let v6 = |text: &str| Client::at(text.parse().unwrap());
        assert!(v6("2001:db8::1") == v6("2001:db8::ffff:1") && v6("2001:db8::1") != v6("2001:db8:0:1::1"));
        assert!(v6("::ffff:10.0.0.1") == v6("10.0.0.1"));
        let (limiter, rate, now) = (Limiter::default(), Rate { burst: 1, per_minute: 1 }, Instant::now());
        for number in 0..50_000u32 {
            let _ = limiter.take(0, Client::Address(IpAddr::from(number.to_be_bytes())), rate, now);
        }
        assert!(limiter.0.lock().unwrap().len() <= MANY);
    }
}
