//! Starting, listening and stopping.

use super::app::App;
use super::config::{Config, Keys};
use super::jobs::{self, Jobs};
use super::oidc::Oidc;
use super::otlp;
use super::places::{CONNECTIONS, EACH, Placed};
use super::problem::Problem;
use super::respond::{typed, with_headers};
use super::retention::{self, Holdings};
use super::routes;
use super::tls::Certificates;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum_server::Handle;
use axum_server::accept::DefaultAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use hyper_util::rt::TokioTimer;
use inbeeld::audit::{Act, Actor};
use inbeeld::engine::Embedded;
use inbeeld::fault::{Exit, io_words};
use inbeeld::run::Clock;
use inbeeld::store::db::Database;
use inbeeld::store::{AuditFile, StoreFault, private_folder};
use rustix::process::{Resource, getrlimit, setrlimit};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::MissedTickBehavior;

/// How long somebody may take over the head of a request, or a connection may be silent.
const HEAD: Duration = Duration::from_secs(10);
/// How often the files of TLS are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// Open files that it may come to: one a connection, and what it works with itself.
const FILES: u64 = CONNECTIONS as u64 + 256;
/// How long requests may go on when the service stops.
const STOPPING: Duration = Duration::from_secs(20);

/// Runs the service until it is told to stop; first it is filled, where somebody wants that.
pub(crate) fn serve(config: Config, fill: impl FnOnce(&App) -> Outcome) -> Outcome {
    log_to_stderr(config.log_json);
    raise_files();
    let clock = SystemClock::new()?;
    let mut keys = Keys::read(&config.sleutels)?;
    let ids: Vec<String> = keys.ids.iter().map(|(role, id)| format!("{} {id}", role.as_str())).collect();
    for folder in [Some(config.plaatsen.gegevens.as_path()), config.plaatsen.audit.parent()].into_iter().flatten() {
        private_folder(folder)?;
    }
    // The log first: where it was tampered with, nothing else is touched.
    let audit = AuditFile::open(&config.plaatsen.audit, clock.now())?;
    inbeeld::audit::Log::read(&AuditFile::lines(&config.plaatsen.audit)?)?;
    let database = Database::open(&config.plaatsen.database())?;
    Holdings { config: &config, database: &database, now: clock.now(), day: clock.today() }.learn().map_err(failure)?;
    for periode in &keys.missing {
        if let Some(path) =
            config.sleutels.perioden.get(periode).filter(|_| !matches!(database.destroyed(*periode), Ok(true)))
        {
            return Err(StoreFault::read(path)(io::ErrorKind::NotFound.into()).into());
        }
    }
    keys.shares_b.retain(|periode, _| !matches!(database.destroyed(*periode), Ok(true)));
    for (periode, share) in &keys.shares_b {
        let key = keys.share_a.period_key(*periode, share)?;
        database.begin_period(*periode, share.id(), key.id(), clock.now())?;
    }
    // One core stays for who asks something meanwhile.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let engine = Embedded::new(Some(config.draden.map_or(cores.saturating_sub(1).max(1), usize::from)))?;
    let tls = config.tls.as_ref().map(Certificates::read).transpose()?;
    let oidc = config.oidc.as_ref().zip(config.adres.as_deref());
    let oidc = oidc.map(|(oidc, address)| Oidc::new(oidc, address)).transpose()?;
    let listener = listen(config.luister)?;
    let figures = config.metrieken.map(listen).transpose()?;
    let app = Arc::new(App::new(config, keys, database, audit, clock, Jobs::new(engine)).with_provider(oidc));
    app.act(&Actor::Service, Act::Start, Some(env!("CARGO_PKG_VERSION")), |_| Ok::<_, Problem>(())).map_err(own)?;
    jobs::recover(&app).map_err(failure)?;
    tracing::info!(sleutels = ids.join(", "), "de dienst start");
    let thread = |fault: io::Error| machine("de dienst kan geen draad maken", &fault);
    let worker = jobs::start(&app).map_err(thread)?;
    let keeper = retention::start(&app).map_err(thread)?;
    let forwarder = otlp::start(&app).map_err(thread)?;
    fill(&app)?;

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| machine("de dienst kan geen draden maken", &fault))?;
    let outcome = runtime.block_on(run(Arc::clone(&app), listener, figures, tls));
    app.stop();
    let threads = [("koppelingen", Some(worker)), ("bewaren", Some(keeper)), ("otlp", forwarder)];
    for (name, thread) in threads.into_iter().filter_map(|(name, thread)| Some((name, thread?))) {
        if thread.join().is_err() {
            tracing::error!(name, "een draad viel uit");
        }
    }
    // Work that was begun ends before the log says that the service has stopped.
    runtime.shutdown_timeout(STOPPING);
    app.act(&Actor::Service, Act::Stop, None, |_| Ok::<_, Problem>(())).map_err(own)?;
    outcome
}

fn own(problem: Problem) -> Failure {
    let what = "het auditlogboek neemt niets meer op";
    Failure::new(Exit::Internal, problem.code(), what, "Kijk of de schijf vol is en of de dienst er mag schrijven.")
}

fn failure(problem: Problem) -> Failure {
    problem.failure()
}

fn machine(what: &str, fault: &io::Error) -> Failure {
    let what = format!("{what} ({})", io_words(fault));
    Failure::new(
        Exit::Internal,
        "dienst",
        &what,
        "Kijk of er genoeg geheugen is en of grenzen van het systeem knellen.",
    )
}

/// As many open files as the system lets us have: every connection is one.
fn raise_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Not allowed under every supervisor; then what there is, counts.
    let _ = setrlimit(Resource::Nofile, limit);
    let files = getrlimit(Resource::Nofile).current;
    if files.is_some_and(|files| files < FILES) {
        tracing::warn!(
            bestanden = files,
            nodig = FILES,
            "het systeem laat minder open bestanden toe dan alle verbindingen vragen; verhoog LimitNOFILE"
        );
    }
}

fn log_to_stderr(json: bool) {
    let level = tracing_subscriber::EnvFilter::new("inbeeld=info,warn");
    let log = tracing_subscriber::fmt().with_env_filter(level).with_writer(io::stderr).with_ansi(false);
    // Another that listens already is of a test; then that one does.
    let _ = if json { log.json().try_init() } else { log.try_init() };
}

fn listen(at: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(at).and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    bound.map_err(|fault| {
        let what = match fault.kind() {
            io::ErrorKind::AddrInUse => format!("op {at} luistert al iets"),
            _ => format!("op {at} kan de dienst niet luisteren ({})", io_words(&fault)),
        };
        Failure::new(
            Exit::Usage,
            "luisteren",
            &what,
            "Kies een ander adres of een andere poort, of stop wat er luistert.",
        )
    })
}

/// Listens until a signal says to stop.
async fn run(
    app: Arc<App>,
    listener: TcpListener,
    figures: Option<TcpListener>,
    certificates: Option<Certificates>,
) -> Outcome {
    let handle = Handle::new();
    let fault = |fault: io::Error| machine("de dienst kan niet luisteren", &fault);
    let at = listener.local_addr().map_err(fault)?;
    if let Some(figures) = figures {
        let text = format!("Metrieken op http://{}/metrics\n", figures.local_addr().map_err(fault)?);
        let figures = tokio::net::TcpListener::from_std(figures).map_err(fault)?;
        let router = Router::new().route("/metrics", get(figures_of)).with_state(Arc::clone(&app));
        tokio::spawn(async move { axum::serve(figures, router).await });
        say(&text);
    }
    let tls = certificates.as_ref().map(Certificates::live);
    let scheme = if tls.is_some() { "https" } else { "http" };
    signals(&app, &handle, certificates).map_err(fault)?;
    say(&format!("Luistert op {scheme}://{at}\n"));

    // All who come by a proxy come from its address.
    let each = if app.config.proxies.is_empty() { EACH } else { CONNECTIONS };
    let service = routes::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener).map_err(fault)?.handle(handle);
    let served = match tls {
        Some(tls) => {
            let mut server = server.acceptor(Placed::new(RustlsAcceptor::new(tls), each));
            patience(server.http_builder());
            server.serve(service).await
        }
        None => {
            let mut server = server.acceptor(Placed::new(DefaultAcceptor::new(), each));
            patience(server.http_builder());
            server.serve(service).await
        }
    };
    served.map_err(fault)
}

async fn figures_of(State(app): State<Arc<App>>, _: Request) -> axum::response::Response {
    with_headers(typed(StatusCode::OK, "text/plain; version=0.0.4", app.metrics.text().into_bytes()))
}

/// How long we wait for who says nothing, and how much one connection may ask at once.
fn patience(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(HEAD)
        .keep_alive_timeout(HEAD);
}

/// Stops on SIGTERM and SIGINT; reads the certificates again on SIGHUP, and when they have changed.
fn signals(app: &Arc<App>, handle: &Handle<SocketAddr>, mut certificates: Option<Certificates>) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hangup = signal(SignalKind::hangup())?;
    let (app, handle) = (Arc::clone(app), handle.clone());
    let mut minute = tokio::time::interval(LOOK);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => if let Some(certificates) = &certificates {
                    certificates.reload();
                },
                _ = minute.tick() => if let Some(certificates) = &mut certificates {
                    certificates.look();
                },
            }
        }
        tracing::info!("de dienst stopt");
        app.stop();
        handle.graceful_shutdown(Some(STOPPING));
    });
    Ok(())
}
