//! A small client of our own: one connection a request, over TLS, and whatever bytes a test wants.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub struct Antwoord {
    pub status: u16,
    pub koppen: Vec<(String, String)>,
    pub tekst: String,
    /// What came after the headers, as it came.
    pub bytes: Vec<u8>,
}

impl Antwoord {
    fn lees(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let begin = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default().split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Self {
            status,
            koppen: lines.filter_map(header).collect(),
            tekst: body.to_owned(),
            bytes: bytes[begin..].to_vec(),
        }
    }

    pub fn kop(&self, naam: &str) -> Option<&str> {
        self.koppen.iter().find(|(name, _)| name == naam).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.tekst).unwrap_or_else(|_| panic!("geen JSON: {self:?}"))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Somebody who talks to the service.
#[derive(Clone)]
pub struct Klant {
    pub poort: u16,
    roots: RootCertStore,
    config: Arc<ClientConfig>,
    /// Cookie and CSRF word of a session.
    pub sessie: Option<(String, String)>,
}

fn config(roots: &RootCertStore, own: Option<&Path>) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots.clone());
    let config = match own {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let chain = vec![CertificateDer::from_pem_file(path).unwrap()];
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(path).unwrap()).unwrap()
        }
    };
    Arc::new(config)
}

pub type Stroom = StreamOwned<ClientConnection, TcpStream>;

impl Klant {
    pub fn new(poort: u16, certificaat: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificaat).unwrap()).unwrap();
        Self { poort, config: config(&roots, None), roots, sessie: None }
    }

    /// The same, with a certificate of its own and its key in one file.
    pub fn met_certificaat(&self, pad: &Path) -> Self {
        Self { config: config(&self.roots, Some(pad)), ..self.clone() }
    }

    pub fn verbind(&self) -> std::io::Result<Stroom> {
        let tcp = TcpStream::connect(("127.0.0.1", self.poort))?;
        tcp.set_read_timeout(Some(Duration::from_secs(60)))?;
        let name = ServerName::try_from("localhost").unwrap();
        Ok(StreamOwned::new(ClientConnection::new(Arc::clone(&self.config), name).unwrap(), tcp))
    }

    /// Sends bytes and reads until the service closes, or says nothing more; status 0 without an answer.
    pub fn rauw(&self, bytes: &[u8]) -> Antwoord {
        let Ok(mut stream) = self.verbind() else { return Antwoord::lees(b"") };
        // A refusal may come before everything was sent; then the rest does not arrive.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Antwoord::lees(&answer)
    }

    /// Who holds a session.
    pub fn met(&self, cookie: &str, csrf: &str) -> Self {
        Self { sessie: Some((cookie.to_owned(), csrf.to_owned())), ..self.clone() }
    }

    pub fn vraag(&self, methode: &str, pad: &str, koppen: &[(&str, &str)], inhoud: Option<&str>) -> Antwoord {
        let mut text = format!("{methode} {pad} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n", self.poort);
        if let Some((cookie, csrf)) = &self.sessie {
            text.push_str(&format!("Cookie: andere=1; {cookie}\r\n"));
            if !koppen.iter().any(|(name, _)| *name == "Origin" || *name == "X-CSRF-Token") {
                text.push_str(&format!("X-CSRF-Token: {csrf}\r\n"));
            }
        }
        for (name, value) in koppen {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = inhoud {
            if !koppen.iter().any(|(name, _)| *name == "Content-Type") {
                text.push_str("Content-Type: application/json\r\n");
            }
            text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        } else {
            text.push_str("\r\n");
        }
        self.rauw(text.as_bytes())
    }

    pub fn haal(&self, pad: &str) -> Antwoord {
        self.vraag("GET", pad, &[], None)
    }

    pub fn stuur(&self, pad: &str, inhoud: &Value) -> Antwoord {
        self.vraag("POST", pad, &[], Some(&inhoud.to_string()))
    }
}
