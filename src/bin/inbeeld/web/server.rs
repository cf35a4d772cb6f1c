//! Starting, listening and stopping.

use super::app::App;
use super::config::{Config, Keys, Tls};
use super::jobs::{self, Jobs};
use super::problem::Problem;
use super::respond::{typed, with_headers};
use super::routes;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use inbeeld::audit::{Act, Actor};
use inbeeld::engine::Embedded;
use inbeeld::fault::{Exit, io_words};
use inbeeld::run::Clock;
use inbeeld::store::db::Database;
use inbeeld::store::{AuditFile, StoreFault};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at once. One costs at most some tens of KB.
const CONNECTIONS: usize = 1024;
/// How long somebody may take over the head of a request, or a connection may be silent.
const HEAD: Duration = Duration::from_secs(10);
/// How long requests may go on when the service stops.
const STOPPING: Duration = Duration::from_secs(20);

/// Runs the service until it is told to stop; first it is filled, where somebody wants that.
pub(crate) fn serve(config: Config, fill: impl FnOnce(&App) -> Outcome) -> Outcome {
    log_to_stderr(config.log_json);
    let clock = SystemClock::new()?;
    let keys = Keys::read(&config.sleutels)?;
    let ids: Vec<String> = keys.ids.iter().map(|(role, id)| format!("{} {id}", role.as_str())).collect();
    for folder in [Some(config.plaatsen.gegevens.as_path()), config.plaatsen.audit.parent()].into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(StoreFault::write(folder))?;
    }
    // The log first: where it was tampered with, nothing else is touched.
    let audit = AuditFile::open(&config.plaatsen.audit, clock.now())?;
    inbeeld::audit::Log::read(&AuditFile::lines(&config.plaatsen.audit)?)?;
    let database = Database::open(&config.plaatsen.database())?;
    for (periode, share) in &keys.shares_b {
        let key = keys.share_a.period_key(*periode, share)?;
        database.begin_period(*periode, share.id(), key.id(), clock.now())?;
    }
    // One core stays for who asks something meanwhile.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let engine = Embedded::new(Some(config.draden.map_or(cores.saturating_sub(1).max(1), usize::from)))?;
    let tls = config.tls.as_ref().map(tls_config).transpose()?;
    let listener = listen(config.luister)?;
    let figures = config.metrieken.map(listen).transpose()?;
    let app = Arc::new(App::new(config, keys, database, audit, clock, Jobs::new(engine)));
    app.act(&Actor::Service, Act::Start, Some(env!("CARGO_PKG_VERSION")), |_| Ok::<_, Problem>(())).map_err(own)?;
    jobs::recover(&app).and_then(|()| jobs::remove_lists(&app)).map_err(mending)?;
    tracing::info!(sleutels = ids.join(", "), "de dienst start");
    let worker = jobs::start(&app).map_err(|fault| machine("de dienst kan geen draad maken", &fault))?;
    fill(&app)?;

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| machine("de dienst kan geen draden maken", &fault))?;
    let outcome = runtime.block_on(run(Arc::clone(&app), listener, figures, tls));
    app.stop();
    if worker.join().is_err() {
        tracing::error!("de draad van de koppelingen viel uit");
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

fn mending(problem: Problem) -> Failure {
    let (exit, explained) = (if problem.is_ours() { Exit::Internal } else { Exit::Input }, problem.explained());
    Failure::new(exit, problem.code(), &explained.wat, &explained.doe)
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

/// Certificate and key as rustls takes them, with ring for the arithmetic.
fn tls_config(tls: &Tls) -> Result<Arc<ServerConfig>, Failure> {
    let bad = |path: &Path, what: &str| {
        let what = format!("{}: {what}", path.display());
        Failure::new(
            Exit::Usage,
            "tls",
            &what,
            "Geef de keten en de sleutel als PEM, zoals uw certificaatuitgever ze levert.",
        )
    };
    let pem = |path: &Path| std::fs::read(path).map_err(StoreFault::read(path));
    let chain = pem(&tls.certificaat)?;
    let chain = CertificateDer::pem_slice_iter(&chain).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| bad(&tls.certificaat, "hier staat geen certificaat in PEM"))?;
    closed_to_others(&tls.sleutel)?;
    let key = zeroize::Zeroizing::new(pem(&tls.sleutel)?);
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| bad(&tls.sleutel, "hier staat geen sleutel in PEM"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let built = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
    let mut config = built.map_err(|_| bad(&tls.sleutel, "deze sleutel hoort niet bij het certificaat"))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A group may read the key of TLS, as certificate tools arrange it; the whole machine may not.
fn closed_to_others(path: &Path) -> Result<(), StoreFault> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(StoreFault::read(path))?.permissions().mode() & 0o7777;
    if mode & 0o007 == 0 { Ok(()) } else { Err(StoreFault::Mode { path: path.to_owned(), mode }) }
}

/// Listens until a signal says to stop.
async fn run(
    app: Arc<App>,
    listener: TcpListener,
    figures: Option<TcpListener>,
    tls: Option<Arc<ServerConfig>>,
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
    let certificates = tls.map(RustlsConfig::from_config);
    let scheme = if certificates.is_some() { "https" } else { "http" };
    signals(&app, &handle, certificates.clone()).map_err(fault)?;
    say(&format!("Luistert op {scheme}://{at}\n"));

    let service = routes::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let server = axum_server::from_tcp(listener).map_err(fault)?.handle(handle);
    let served = match certificates {
        Some(certificates) => {
            let mut server = server.acceptor(Placed { places, inner: RustlsAcceptor::new(certificates) });
            patience(server.http_builder());
            server.serve(service).await
        }
        None => {
            let mut server = server.acceptor(Placed { places, inner: axum_server::accept::DefaultAcceptor::new() });
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

/// Stops on SIGTERM and SIGINT; reads the certificate again on SIGHUP.
fn signals(app: &Arc<App>, handle: &Handle<SocketAddr>, certificates: Option<RustlsConfig>) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hangup = signal(SignalKind::hangup())?;
    let (app, handle) = (Arc::clone(app), handle.clone());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => if let (Some(tls), Some(certificates)) = (&app.config.tls, &certificates) {
                    match tls_config(tls) {
                        Ok(config) => {
                            certificates.reload_from_config(config);
                            tracing::info!("het certificaat is opnieuw gelezen");
                        }
                        Err(_) => tracing::error!("het nieuwe certificaat is niet te gebruiken; het oude blijft gelden"),
                    }
                },
            }
        }
        tracing::info!("de dienst stopt");
        app.stop();
        handle.graceful_shutdown(Some(STOPPING));
    });
    Ok(())
}

/// Takes in as many connections as there are places, and turns away the rest at once.
#[derive(Clone)]
struct Placed<A> {
    places: Arc<Semaphore>,
    inner: A,
}

/// A service that keeps its place until its connection, and every request of it, has ended.
#[derive(Clone)]
struct Kept<S> {
    service: S,
    _place: Arc<OwnedSemaphorePermit>,
}

impl<A, I, S> Accept<I, S> for Placed<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = A::Stream;
    type Service = Kept<A::Service>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let place = Arc::clone(&self.places).try_acquire_owned();
        // Made here, so that a stream that gets no place is dropped at once.
        let inner = place.map(|place| (place, self.inner.accept(stream, service)));
        Box::pin(async move {
            let (place, inner) = inner.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
            let (stream, service) = inner.await?;
            Ok((stream, Kept { service, _place: Arc::new(place) }))
        })
    }
}

impl<S: tower::Service<R>, R> tower::Service<R> for Kept<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.service.call(request)
    }
}
