//! Who is at the other end of a connection, by its certificate.

use inbeeld::terms::Oin;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use x509_cert::der::{Decode, Tag, Tagged};

/// Where PKIoverheid puts the OIN: the attribute serialNumber of the subject.
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");

/// What the certificate of a connection says. The handshake has verified it: it is of the CA of sources, in its time,
/// and the other end holds its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// None was shown.
    Unknown,
    /// One that names no organisation.
    Unnamed,
    /// One of the organisation with this OIN.
    Source(Oin),
}

/// A connection that can say so.
pub(crate) trait Peered {
    fn peer(&self) -> Peer;
}

impl Peered for TcpStream {
    fn peer(&self) -> Peer {
        Peer::Unknown
    }
}

impl Peered for TlsStream<TcpStream> {
    fn peer(&self) -> Peer {
        match self.get_ref().1.peer_certificates().and_then(<[_]>::first) {
            None => Peer::Unknown,
            Some(certificate) => oin(certificate).map_or(Peer::Unnamed, Peer::Source),
        }
    }
}

/// The OIN of a certificate that has exactly one: with two it would depend on the reader whose it is.
fn oin(certificate: &[u8]) -> Option<Oin> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let attributes = certificate.tbs_certificate().subject().as_ref().iter().flat_map(|name| name.as_ref().iter());
    let mut numbers = attributes.filter(|attribute| attribute.oid == SERIAL_NUMBER);
    let (Some(one), None) = (numbers.next(), numbers.next()) else { return None };
    let text = match one.value.tag() {
        Tag::PrintableString => one.value.decode_as::<PrintableStringRef<'_>>().ok()?.as_str().to_owned(),
        Tag::Utf8String => one.value.decode_as::<Utf8StringRef<'_>>().ok()?.as_str().to_owned(),
        _ => return None,
    };
    Oin::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use std::path::Path;

    fn named(file: &str) -> Option<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dienst/certificaten");
        let path = folder.join(format!("alleen-voor-tests-{file}.pem"));
        oin(&CertificateDer::from_pem_file(path).unwrap()).map(|oin| oin.to_string())
    }

    #[test]
    fn the_oin_is_the_one_serial_number_of_the_subject() {
        assert_eq!(named("bron").as_deref(), Some("00000001003214345000"));
        assert_eq!(named("ander").as_deref(), Some("00000001999990002001"));
        assert_eq!((named("zonder-oin"), named("twee"), named("ca")), (None, None, None));
        assert_eq!(oin(b"geen certificaat"), None);
    }
}
