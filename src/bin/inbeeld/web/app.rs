//! What all requests share.

use super::config::{Config, Keys};
use super::hashing::HashRooms;
use super::jobs::Jobs;
use super::limit::Limiter;
use super::metrics::Metrics;
use super::oidc::Oidc;
use super::problem::Problem;
use super::retention::Holdings;
use crate::clock::SystemClock;
use inbeeld::audit::{Act, Actor, AuditFault, Outcome};
use inbeeld::fault::{Exit, Explain};
use inbeeld::pseudonym::{KeyId, LogboekKey, PeriodKey, Role, ShareA, ShareB, WithdrawalKey};
use inbeeld::run::Clock;
use inbeeld::store::db::{Database, DbFault};
use inbeeld::store::{AuditFile, BackupFault};
use inbeeld::terms::{Datum, Maand, Moment, Sha256Hash};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What all requests share.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) database: Database,
    audit: Mutex<AuditFile>,
    share_a: ShareA,
    shares_b: Mutex<BTreeMap<Maand, ShareB>>,
    pub(crate) intrekking: WithdrawalKey,
    pub(crate) logboek: LogboekKey,
    /// The lasting keys by their names, to be shown.
    pub(crate) key_ids: Vec<(Role, KeyId)>,
    clock: SystemClock,
    pub(crate) limiter: Limiter,
    pub(crate) metrics: Metrics,
    pub(crate) hashing: Arc<HashRooms>,
    pub(crate) jobs: Jobs,
    pub(crate) oidc: Option<Oidc>,
    stopping: AtomicBool,
}

impl App {
    pub(crate) fn new(
        config: Config,
        keys: Keys,
        database: Database,
        audit: AuditFile,
        clock: SystemClock,
        jobs: Jobs,
    ) -> Self {
        Self {
            config,
            database,
            audit: Mutex::new(audit),
            share_a: keys.share_a,
            shares_b: Mutex::new(keys.shares_b),
            intrekking: keys.intrekking,
            logboek: keys.logboek,
            key_ids: keys.ids,
            clock,
            limiter: Limiter::default(),
            metrics: Metrics::default(),
            hashing: Arc::default(),
            jobs,
            oidc: None,
            stopping: AtomicBool::new(false),
        }
    }

    /// People can also log in at this provider.
    pub(crate) fn with_provider(self, oidc: Option<Oidc>) -> Self {
        Self { oidc, ..self }
    }

    /// Refuses a local log-in where there is none.
    pub(crate) fn local(&self) -> Result<(), Problem> {
        let only = self.config.oidc.as_ref().is_some_and(|oidc| oidc.alleen);
        if only { Err(Problem::only_elsewhere()) } else { Ok(()) }
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(crate) fn today(&self) -> Datum {
        self.clock.today().0
    }

    /// Today, and whether that was set by hand.
    pub(crate) fn day(&self) -> (Datum, bool) {
        self.clock.today()
    }

    pub(crate) fn clock(&self) -> &SystemClock {
        &self.clock
    }

    /// From now on the service is not ready for new work.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.jobs.break_off(None);
        self.jobs.wake();
    }

    pub(crate) fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Does something that the audit log must tell: its begin is on the disk before anything is done,
    /// and its end says how it went. `work` may name an object that was not known before.
    pub(crate) fn act<T, E>(
        &self,
        actor: &Actor,
        act: Act,
        object: Option<&str>,
        work: impl FnOnce(&mut Option<String>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<AuditFault> + Refusal,
    {
        let begun = self.log(|log| log.begin(self.now(), actor, act, object))?;
        let mut found = None;
        let done = work(&mut found);
        let ended = match &done {
            Ok(_) => (Outcome::Done, None),
            Err(fault) if fault.is_ours() => (Outcome::Failed, Some(fault.code())),
            Err(fault) => (Outcome::Refused, Some(fault.code())),
        };
        self.log(|log| log.finish(self.now(), begun, ended, found.as_deref()))?;
        done
    }

    fn log<T>(&self, work: impl FnOnce(&mut AuditFile) -> Result<T, AuditFault>) -> Result<T, AuditFault> {
        work(&mut self.audit.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hash of the audit log's last line, for a counterparty to keep.
    pub(crate) fn audit_head(&self) -> Sha256Hash {
        self.audit.lock().unwrap_or_else(PoisonError::into_inner).head()
    }

    /// What is kept, as it is now.
    pub(crate) fn holdings(&self) -> Holdings<'_> {
        Holdings { config: &self.config, database: &self.database, now: self.now(), day: self.day() }
    }

    /// Waits, and no longer than until the service stops.
    pub(crate) fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.stopping() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The key of a period, when the service has both shares of it now.
    pub(crate) fn period_key(&self, periode: Maand) -> Option<PeriodKey> {
        let shares = self.shares_b.lock().unwrap_or_else(PoisonError::into_inner);
        // Equal shares were refused when the second came in.
        self.share_a.period_key(periode, shares.get(&periode)?).ok()
    }

    /// The operator's share, to make a period's key with.
    pub(crate) fn share_a(&self) -> &ShareA {
        &self.share_a
    }

    /// Keeps a share B in memory.
    pub(crate) fn keep_share(&self, periode: Maand, share: ShareB) {
        self.shares_b.lock().unwrap_or_else(PoisonError::into_inner).insert(periode, share);
    }

    /// Forgets a share B: its memory is wiped. Gives its name.
    pub(crate) fn forget_share(&self, periode: Maand) -> Option<KeyId> {
        self.shares_b.lock().unwrap_or_else(PoisonError::into_inner).remove(&periode).map(|share| share.id())
    }
}

/// What the audit log must know of a refusal.
pub(crate) trait Refusal {
    /// Its stable code.
    fn code(&self) -> &str;
    /// Whether the machine failed.
    fn is_ours(&self) -> bool;
}

impl Refusal for DbFault {
    fn code(&self) -> &str {
        Explain::code(self)
    }

    fn is_ours(&self) -> bool {
        self.exit() == Exit::Internal
    }
}

impl Refusal for BackupFault {
    fn code(&self) -> &str {
        Explain::code(self)
    }

    fn is_ours(&self) -> bool {
        self.exit() == Exit::Internal
    }
}

impl Refusal for Problem {
    fn code(&self) -> &str {
        Self::code(self)
    }

    fn is_ours(&self) -> bool {
        Self::is_ours(self)
    }
}

/// Work that blocks, on a thread that may. It goes on when whoever asked is gone, so that what has
/// begun ends.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Arc<App>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || work(&app)).await.unwrap_or_else(|_| Err(Problem::internal()))
}
