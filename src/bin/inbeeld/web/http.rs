//! What we ask others (the provider of log-ins, a collector), over the TLS that the service has already. Redirects are not
//! followed: where we ask stands in the configuration, or the provider says it, and nobody else.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request, Response, Uri, header, uri};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST: usize = 1024 * 1024;

/// Why there is no answer; never what was said.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpFault {
    #[error("het adres is geen https")]
    Address,
    #[error("geen verbinding ({0})")]
    Connect(std::io::ErrorKind),
    #[error("het verzoek of antwoord brak af")]
    Broken,
    #[error("het duurde te lang")]
    Slow,
}

/// Who asks.
#[derive(Clone)]
pub(crate) struct Http {
    tls: TlsConnector,
}

impl Http {
    /// Trusts whom the machine trusts. Without any certificate only what listens on this machine can be asked.
    pub(crate) fn new() -> Option<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Some(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// One question and its answer.
    pub(crate) async fn ask(self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpFault> {
        tokio::time::timeout(PATIENCE, self.now(request)).await.map_err(|_| HttpFault::Slow)?
    }

    async fn now(self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpFault> {
        let at = request.uri().clone();
        let host = at.host().ok_or(HttpFault::Address)?.trim_matches(['[', ']']).to_owned();
        let secure = match at.scheme_str() {
            Some("https") => true,
            Some("http") if is_here(&host) => false,
            _ => return Err(HttpFault::Address),
        };
        let port = at.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let connect = |fault: std::io::Error| HttpFault::Connect(fault.kind());
        let stream = TcpStream::connect((host.as_str(), port)).await.map_err(connect)?;
        if !secure {
            return exchange(stream, request, &at).await;
        }
        let name = ServerName::try_from(host).map_err(|_| HttpFault::Address)?;
        exchange(self.tls.connect(name, stream).await.map_err(connect)?, request, &at).await
    }
}

/// Whether a name is that of this machine.
pub(crate) fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

async fn exchange<S>(stream: S, request: Request<Vec<u8>>, at: &Uri) -> Result<Response<Vec<u8>>, HttpFault>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let broken = |_| HttpFault::Broken;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let driven = tokio::spawn(connection);
    let mut request = request.map(Body::from);
    let host = at.authority().map_or("", uri::Authority::as_str);
    let host = HeaderValue::from_str(host).map_err(|_| HttpFault::Address)?;
    request.headers_mut().insert(header::HOST, host);
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    let path = at.path_and_query().map_or("/", uri::PathAndQuery::as_str);
    *request.uri_mut() = path.parse().map_err(|_| HttpFault::Address)?;
    let (parts, body) = sender.send_request(request).await.map_err(broken)?.into_parts();
    let body = to_bytes(Body::new(body), LONGEST).await.map_err(|_| HttpFault::Broken)?;
    driven.abort();
    Ok(Response::from_parts(parts, body.to_vec()))
}
