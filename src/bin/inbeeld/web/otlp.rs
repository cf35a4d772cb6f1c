//! The lines of the Logboek Dataverwerkingen, also to a collector (OTLP over HTTP, in JSON).
//!
//! What is kept is the local log. From there a thread of its own sends what has not gone yet, in order, and keeps how
//! far it is only once the collector has confirmed: one that is away misses nothing, and may get a line twice. No
//! koppeling ever waits for it.

use super::app::App;
use super::http::{Http, HttpFault};
use axum::http::{HeaderMap, Request, Response, StatusCode, Uri, header};
use inbeeld::fault::io_words;
use inbeeld::logbook::{Export, rejected};
use inbeeld::store::{LogStore, Waiting};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Lines in one request: about a megabyte.
const MOST: usize = 2_000;
/// How often we look whether there is something new.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long we wait at most before we try a collector again, also one that asks for longer.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Why lines have not gone.
enum Fault {
    /// The local log.
    Log(io::Error),
    /// The collector cannot be reached.
    Away(HttpFault),
    /// It does not take this now; it may say until when.
    Refused(StatusCode, Option<Duration>),
}

/// Starts the forwarder, where the configuration names a collector.
pub(crate) fn start(app: &Arc<App>) -> io::Result<Option<JoinHandle<()>>> {
    let Some(adres) = app.config.otlp.clone() else { return Ok(None) };
    let app = Arc::clone(app);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let http = Http::new().ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))?;
    let forward = move || {
        let mut forwarder = Forwarder { adres, http, size: MOST, failed: 0 };
        while !app.stopping() {
            let pause = runtime.block_on(forwarder.step(&app));
            app.rest(pause);
        }
    };
    std::thread::Builder::new().name("otlp".to_owned()).spawn(forward).map(Some)
}

struct Forwarder {
    adres: Uri,
    http: Http,
    /// Lines of the next request: fewer when the collector found one too large.
    size: usize,
    /// Requests that failed since the last that did not.
    failed: u32,
}

impl Forwarder {
    /// Sends what waits, as much as goes into one request; says how long to rest.
    async fn step(&mut self, app: &App) -> Duration {
        let sent = tokio::select! {
            sent = self.send(app) => sent,
            // What is under way then goes again after the start.
            () = stopped(app) => return Duration::ZERO,
        };
        match sent {
            Ok(sent) => {
                if self.failed > 0 && sent {
                    tracing::info!("de OTLP-ontvanger neemt weer regels aan");
                }
                if sent {
                    self.failed = 0;
                    self.size = (self.size * 2).min(MOST);
                }
                if sent { Duration::ZERO } else { LOOK_AGAIN }
            }
            Err(fault) => {
                self.failed = self.failed.saturating_add(1);
                self.tell(&fault);
                let doubled = LOOK_AGAIN.saturating_mul(1 << self.failed.min(10)) / 2;
                match fault {
                    Fault::Refused(StatusCode::PAYLOAD_TOO_LARGE, _) | Fault::Away(HttpFault::Broken)
                        if self.size > 1 =>
                    {
                        // Who finds a request too large may close without a word.
                        self.size = (self.size / 2).max(1);
                        LOOK_AGAIN / 4
                    }
                    Fault::Refused(_, Some(asked)) => asked.clamp(LOOK_AGAIN, LONGEST),
                    _ => doubled.min(LONGEST),
                }
            }
        }
    }

    /// Once when it begins, and then now and then: a collector can be away for days.
    fn tell(&self, fault: &Fault) {
        if self.failed.is_power_of_two() {
            let (failed, size) = (self.failed, self.size);
            match fault {
                Fault::Log(fault) => tracing::error!(failed, "het logboek is niet te lezen ({})", io_words(fault)),
                Fault::Away(fault) => {
                    tracing::warn!(failed, "de OTLP-ontvanger is er niet: {fault}; regels wachten in het logboek");
                }
                Fault::Refused(status, _) => {
                    let status = status.as_u16();
                    tracing::warn!(failed, status, size, "de OTLP-ontvanger weigert; regels wachten in het logboek");
                }
            }
        }
    }

    /// Whether something went.
    async fn send(&self, app: &App) -> Result<bool, Fault> {
        let store = LogStore::open(&app.config.plaatsen.logboek).map_err(Fault::Log)?;
        let Some(waiting) = store.waiting(self.size).map_err(Fault::Log)? else { return Ok(false) };
        let export = export(&waiting);
        if !export.is_empty() {
            let answer = self.ask(export.body()).await.map_err(Fault::Away)?;
            if !answer.status().is_success() {
                return Err(Fault::Refused(answer.status(), retry_after(answer.headers())));
            }
            // To be sent again these are not: so the protocol has it.
            let lost = rejected(answer.body());
            if lost > 0 {
                tracing::error!(regels = lost, "de OTLP-ontvanger nam niet elke regel aan; in het logboek staan zij");
            }
        }
        store.gone(&waiting).map_err(Fault::Log)?;
        Ok(true)
    }

    async fn ask(&self, body: Vec<u8>) -> Result<Response<Vec<u8>>, HttpFault> {
        let request = Request::post(self.adres.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("inbeeld/", env!("CARGO_PKG_VERSION")))
            .header(header::CONTENT_LENGTH, body.len());
        self.http.clone().ask(request.body(body).map_err(|_| HttpFault::Address)?).await
    }
}

/// What waits as a collector takes it. A line that is none of ours does not hold up the others.
fn export(waiting: &Waiting) -> Export {
    let mut export = Export::default();
    let strange = waiting.lines.iter().filter(|line| export.add(line).is_err()).count();
    if strange > 0 {
        tracing::error!(
            regels = strange,
            "in het logboek staan regels die de dienst niet zo schreef; zij gaan niet mee"
        );
    }
    export
}

/// How long a collector asks us to wait, in seconds; the other spelling, a date, counts as nothing said.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

async fn stopped(app: &App) {
    while !app.stopping() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
