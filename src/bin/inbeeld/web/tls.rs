//! TLS: the certificate of the service, and whose certificates of sources it takes. Files are read at the start and
//! again when they change, without a restart.

use super::config::Tls;
use crate::output::Failure;
use axum_server::tls_rustls::RustlsConfig;
use inbeeld::fault::Exit;
use inbeeld::store::StoreFault;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoClientAuth, NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// The configuration of TLS as it is now, and the files that it came from.
pub(crate) struct Certificates {
    tls: Tls,
    live: RustlsConfig,
    seen: Vec<Option<Stamp>>,
}

/// By what a file that was replaced differs from the one before it.
type Stamp = (u64, u64, SystemTime);

impl Certificates {
    /// Reads the files.
    pub(crate) fn read(tls: &Tls) -> Result<Self, Failure> {
        // Looked at first: what changes during the reading is read again.
        let seen = stamps(tls);
        Ok(Self { tls: tls.clone(), live: RustlsConfig::from_config(server_config(tls)?), seen })
    }

    /// What new connections are taken in with; follows every later reading.
    pub(crate) fn live(&self) -> RustlsConfig {
        self.live.clone()
    }

    /// Reads the files again when one of them has changed.
    pub(crate) fn look(&mut self) {
        let now = stamps(&self.tls);
        if now != self.seen {
            self.seen = now;
            self.reload();
        }
    }

    /// Reads the files again; what is not good leaves the old as it was.
    pub(crate) fn reload(&self) {
        match server_config(&self.tls) {
            Ok(config) => {
                self.live.reload_from_config(config);
                tracing::info!("het certificaat is opnieuw gelezen");
            }
            Err(_) => tracing::error!("het nieuwe certificaat is niet te gebruiken; het oude blijft gelden"),
        }
    }
}

fn stamps(tls: &Tls) -> Vec<Option<Stamp>> {
    let stamp = |path: &std::path::PathBuf| {
        let found = std::fs::metadata(path).ok()?;
        Some((found.ino(), found.len(), found.modified().ok()?))
    };
    [Some(&tls.certificaat), Some(&tls.sleutel), tls.bronnen_ca.as_ref()].into_iter().flatten().map(stamp).collect()
}

fn bad(path: &Path, what: &str) -> Failure {
    let what = format!("{}: {what}", path.display());
    Failure::new(
        Exit::Usage,
        "tls",
        &what,
        "Geef de keten en de sleutel als PEM, zoals uw certificaatuitgever ze levert.",
    )
}

/// Every certificate in a file.
fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let bytes = std::fs::read(path).map_err(StoreFault::read(path))?;
    let chain = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    chain.ok_or_else(|| bad(path, "hier staat geen certificaat in PEM"))
}

/// Certificate and key as rustls takes them, with ring for the arithmetic.
fn server_config(tls: &Tls) -> Result<Arc<ServerConfig>, Failure> {
    let certificates = chain(&tls.certificaat)?;
    closed_to_others(&tls.sleutel)?;
    let key = zeroize::Zeroizing::new(std::fs::read(&tls.sleutel).map_err(StoreFault::read(&tls.sleutel))?);
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| bad(&tls.sleutel, "hier staat geen sleutel in PEM"))?;
    let sources = match &tls.bronnen_ca {
        None => Arc::new(NoClientAuth) as Arc<dyn ClientCertVerifier>,
        Some(path) => sources(path)?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let built = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_client_cert_verifier(sources).with_single_cert(certificates, key));
    let mut config = built.map_err(|_| bad(&tls.sleutel, "deze sleutel hoort niet bij het certificaat"))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if tls.bronnen_ca.is_some() {
        // A session that is taken up again is not verified again: a certificate would hold past its end.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(Arc::new(config))
}

/// Asks for a certificate and does without one: people in browsers have none. One of another CA, or out of its
/// time, ends the handshake.
fn sources(path: &Path) -> Result<Arc<dyn ClientCertVerifier>, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in chain(path)? {
        roots.add(certificate).map_err(|_| bad(path, "een certificaat hierin is niet te gebruiken als CA"))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let verifier = verifier.allow_unauthenticated().build();
    verifier.map_err(|_| bad(path, "hiermee zijn geen certificaten te controleren"))
}

/// A group may read the key of TLS, as certificate tools arrange it; the whole machine may not.
fn closed_to_others(path: &Path) -> Result<(), StoreFault> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(StoreFault::read(path))?.permissions().mode() & 0o7777;
    if mode & 0o007 == 0 { Ok(()) } else { Err(StoreFault::Mode { path: path.to_owned(), mode }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn files_that_change_are_read_again_and_what_does_not_fit_leaves_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dienst");
        let put = |from: &Path, name: &str| {
            // Beside it and then over it, as certificate tools do.
            let (beside, path) = (folder.path().join("nieuw"), folder.path().join(name));
            fs::write(&beside, fs::read(from).unwrap()).unwrap();
            fs::set_permissions(&beside, fs::Permissions::from_mode(0o600)).unwrap();
            fs::rename(beside, &path).unwrap();
            path
        };
        let other = from.join("certificaten/alleen-voor-tests-server.pem");
        let tls = Tls {
            certificaat: put(&from.join("alleen-voor-tests.pem"), "keten.pem"),
            sleutel: put(&from.join("alleen-voor-tests.sleutel.pem"), "sleutel.pem"),
            bronnen_ca: Some(put(&from.join("certificaten/alleen-voor-tests-ca.pem"), "ca.pem")),
        };
        let mut certificates = Certificates::read(&tls).unwrap();
        let live = certificates.live();
        let mut look = || {
            let before = live.get_inner();
            certificates.look();
            !Arc::ptr_eq(&before, &live.get_inner())
        };
        assert!(!look());
        put(&other, "keten.pem");
        // The key is still that of the certificate before.
        assert!(!look());
        put(&other, "sleutel.pem");
        assert!(look() && !look());
        put(&from.join("certificaten/alleen-voor-tests-andere-ca.pem"), "ca.pem");
        assert!(look() && !look());
        fs::remove_file(folder.path().join("ca.pem")).unwrap();
        assert!(!look());
    }
}
