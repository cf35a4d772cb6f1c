//! Signatures in the format of minisign (Ed25519, RFC 8032), so that its own program can check ours
//! and ours its.

use super::read::{Reader, toml};
use crate::fault::{Exit, Explain};
use crate::terms::Datum;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use std::io::Cursor;
use zeroize::Zeroizing;

/// A key whose signatures are trusted, and when.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    name: String,
    key: PublicKey,
    van: Option<Datum>,
    tot_en_met: Option<Datum>,
    ingetrokken: Option<Revoked>,
}

#[derive(Clone, Copy, Debug)]
enum Revoked {
    Always,
    Since(Datum),
}

/// A file in the folder of trusted keys that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyFault {
    /// Not a public key.
    #[error("{name}: dit is geen openbare sleutel van minisign")]
    Key {
        /// Its file name.
        name: String,
    },
    /// Its companion with dates is at fault.
    #[error("{name}.toml: de gegevens bij deze sleutel hebben {} fout(en){}", faults.0.len(), faults.list())]
    Dates {
        /// Its file name.
        name: String,
        /// What is wrong.
        faults: super::TextFaults,
    },
}

impl Explain for PublicKeyFault {
    fn code(&self) -> &'static str {
        "vertrouwde-sleutel"
    }

    fn remedy(&self) -> String {
        "Zet hier het bestand .pub dat de FG u gaf; het bestand .toml ernaast mag van, tot_en_met en ingetrokken bevatten.".to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// How a trusted key stands on a day.
pub(super) enum Standing {
    Good,
    Revoked,
    Expired,
}

/// What a signature turned out to be.
pub(super) enum Checked<'k> {
    /// Made by this key over this text.
    By(&'k TrustedKey),
    /// By a trusted key, but not over this text.
    Changed,
    /// By a key that is not trusted.
    Unknown,
    /// Not a signature.
    NoSignature,
}

impl TrustedKey {
    /// Reads a public key, and the dates beside it where there are any.
    ///
    /// # Errors
    /// [`PublicKeyFault`].
    pub fn parse(name: &str, public: &str, dates: Option<&str>) -> Result<Self, PublicKeyFault> {
        let bad = || PublicKeyFault::Key { name: name.to_owned() };
        let key = match PublicKeyBox::from_string(public.trim_end()).and_then(PublicKeyBox::into_public_key) {
            Ok(key) => key,
            // The bare base64 line is what people paste.
            Err(_) => PublicKey::from_base64(public.trim()).map_err(|_| bad())?,
        };
        let mut trusted = Self { name: name.to_owned(), key, van: None, tot_en_met: None, ingetrokken: None };
        if let Some(text) = dates {
            let dates_fault = |faults| PublicKeyFault::Dates { name: name.to_owned(), faults };
            let table = toml(text).map_err(dates_fault)?;
            let reader = Reader::new(text);
            let root = reader.root(table.get_ref());
            root.known(&["van", "tot_en_met", "ingetrokken"]);
            trusted.van = root.may("van").and_then(|entry| entry.datum());
            trusted.tot_en_met = root.may("tot_en_met").and_then(|entry| entry.datum());
            trusted.ingetrokken = root.may("ingetrokken").and_then(|entry| match entry.flag_or_datum() {
                Some(Ok(false)) | None => None,
                Some(Ok(true)) => Some(Revoked::Always),
                Some(Err(since)) => Some(Revoked::Since(since)),
            });
            let faults = reader.finish();
            if !faults.is_empty() {
                return Err(dates_fault(super::TextFaults(faults)));
            }
        }
        Ok(trusted)
    }

    /// The name of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether two files hold one key. The crate leaves its number out, as must be: that is a label
    /// which nothing signs, so a copy with another one would pass for a second pair of eyes.
    pub(super) fn same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// How the key stands, by the strictest of all files that hold it: a copy under another name
    /// does not bring a revoked key back.
    pub(super) fn standing_among(&self, keys: &[Self], today: Datum) -> Standing {
        let mut strictest = Standing::Good;
        for key in keys.iter().filter(|key| key.same_key(self)) {
            match key.standing(today) {
                Standing::Revoked => return Standing::Revoked,
                Standing::Expired => strictest = Standing::Expired,
                Standing::Good => {}
            }
        }
        strictest
    }

    fn standing(&self, today: Datum) -> Standing {
        match self.ingetrokken {
            Some(Revoked::Always) => Standing::Revoked,
            Some(Revoked::Since(day)) if day <= today => Standing::Revoked,
            _ if self.van.is_some_and(|van| today < van) || self.tot_en_met.is_some_and(|last| today > last) => {
                Standing::Expired
            }
            _ => Standing::Good,
        }
    }
}

/// Checks one signature against the trusted keys.
pub(super) fn check<'k>(text: &[u8], signature: &str, keys: &'k [TrustedKey]) -> Checked<'k> {
    let Ok(signature) = SignatureBox::from_string(signature) else { return Checked::NoSignature };
    let mut known = false;
    for trusted in keys.iter().filter(|trusted| trusted.key.keynum() == signature.keynum()) {
        known = true;
        if minisign::verify(&trusted.key, &signature, Cursor::new(text), true, false, true).is_ok() {
            return Checked::By(trusted);
        }
    }
    if known { Checked::Changed } else { Checked::Unknown }
}

/// Whether two signatures name the same key.
#[must_use]
pub fn same_signer(one: &str, other: &str) -> bool {
    match (SignatureBox::from_string(one), SignatureBox::from_string(other)) {
        (Ok(one), Ok(other)) => one.keynum() == other.keynum(),
        _ => false,
    }
}

/// Why a text could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// Not a secret key.
    #[error("dit is geen geheime sleutel van minisign")]
    Key,
    /// The key is locked and the password does not open it.
    #[error("het wachtwoord opent deze sleutel niet")]
    Password,
    /// The key could not be made or used.
    #[error("de handtekening kon niet gemaakt worden")]
    Sign,
}

impl Explain for SignFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Key => "ondertekening-sleutel",
            Self::Password => "ondertekening-wachtwoord",
            Self::Sign => "ondertekening",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Key => "Maak er een met `inbeeld sleutel nieuw --soort ondertekening`, of met `minisign -G`.",
            Self::Password => "Geef het wachtwoord van de sleutel met --wachtwoord-bestand.",
            Self::Sign => "Probeer het opnieuw; blijft het zo, laat de beheerder de machine nakijken.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Sign => Exit::Internal,
            _ => Exit::Usage,
        }
    }
}

/// Place of the key derivation's name in a secret key, and of its checksum (minisign, "Key formats").
const KDF: std::ops::Range<usize> = 2..4;
const CHECKSUM: std::ops::RangeFrom<usize> = 126..;

fn open_key(secret: &str, password: Option<String>) -> Result<SecretKey, SignFault> {
    let body = secret.lines().nth(1).and_then(|line| STANDARD.decode(line).ok()).map(Zeroizing::new);
    let body = body.filter(|body| body.len() == 158).ok_or(SignFault::Key)?;
    let locked = body.get(KDF) != Some([0, 0].as_slice());
    let sealed = || SecretKeyBox::from_string(secret.trim_end()).map_err(|_| SignFault::Key);
    match (locked, password) {
        (true, Some(password)) => sealed()?.into_secret_key(Some(password)).map_err(|_| SignFault::Password),
        // Without a password the crate would ask at the terminal.
        (true, None) => Err(SignFault::Password),
        // `minisign -W` leaves the checksum out, which the crate would take for damage.
        (false, _) if body.get(CHECKSUM).is_some_and(|sum| sum.iter().all(|byte| *byte == 0)) => {
            SecretKey::from_bytes(&body).map_err(|_| SignFault::Key)
        }
        (false, _) => sealed()?.into_unencrypted_secret_key().map_err(|_| SignFault::Key),
    }
}

/// Signs a text; gives the content of the `.minisig` file.
///
/// # Errors
/// [`SignFault`].
pub fn sign(text: &[u8], secret: &str, password: Option<String>, comment: &str) -> Result<String, SignFault> {
    let key = open_key(secret, password)?;
    let public = PublicKey::from_secret_key(&key).map_err(|_| SignFault::Key)?;
    minisign::sign(Some(&public), &key, Cursor::new(text), Some(comment), Some("inbeeld doelbinding"))
        .map(SignatureBox::into_string)
        .map_err(|_| SignFault::Sign)
}

/// A fresh key pair: the content of the secret file and of the `.pub` file. Without a password the
/// secret stands open in its file, as with `minisign -W`.
///
/// # Errors
/// [`SignFault::Sign`] when the system gives no random bytes.
pub fn new_signing_key(password: Option<String>) -> Result<(String, String), SignFault> {
    let pair = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password)),
        None => KeyPair::generate_unencrypted_keypair(),
    };
    let pair = pair.map_err(|_| SignFault::Sign)?;
    let secret = pair.sk.to_box(Some("inbeeld ondertekening")).map_err(|_| SignFault::Sign)?;
    let public = pair.pk.to_box().map_err(|_| SignFault::Sign)?;
    Ok((secret.into_string(), public.into_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with minisign 0.11, `-G -W`: a key for tests, which signs nothing that counts.
    const SECRET: &str = "untrusted comment: minisign encrypted secret key\n\
        RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAYfqWQCDoITW1jcCmsnEKN10nmXFi9ksMC/l6+MnGEZOsshZcBtegf8bHitt0iFXjbsVqPd6aBGpRhD7xpsJ+71C4aDRNVFGbAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    const PUBLIC: &str = "RWRh+pZAIOghNcbHitt0iFXjbsVqPd6aBGpRhD7xpsJ+71C4aDRNVFGb";
    const TEXT: &[u8] = b"tekst\n";
    /// Over TEXT, made with minisign 0.11, `-S`.
    const SIGNATURE: &str = "untrusted comment: vast\n\
        RURh+pZAIOghNZx+U/eZs+wXPX5sIO2+NZOoXSftM08t22HqaJxOZd0rVl99kp1gHZmY2gUEmGXdVV3lZFMw5pSD6l5SF55vjQw=\n\
        trusted comment: vast\n\
        3QoK6MoC/7tIONm8GjVIZtwbyVU+KAgjksg3+yv2Q8OtzUk6b0mTzZ8iFqEQSh591d2jUriKDaGa5BDRXEj2Ag==\n";
    /// The same without prehashing, `-S -l`.
    const LEGACY: &str = "untrusted comment: oud\n\
        RWRh+pZAIOghNdM1/jjVwun2GP/DzkIsMMNIYD2O2iwbQYrj8yqrIwxz9CxcAlEayw80l0GHQmLYKTqRM4xaYTSRqdzC7VDdCQE=\n\
        trusted comment: oud\n\
        nkgOnO0C6UAh85pwA4ARHNFot7cyAm5HP+0YpT0Q99H0DBb/5QUzk4O17EAdDOJg122jj3Py5BjOIr4bQ4/GBA==\n";
    /// Made with minisign 0.11, `-G`, password `pw`.
    const LOCKED: &str = "untrusted comment: minisign encrypted secret key\n\
        RWRTY0Iy0C2I8vhA1R4+B61IpgZIexIYYSG5KQPW1YT8d1D749oAAAACAAAAAAAAAEAAAAAA0aAH50TAvSI/yBG5buoo6EmlbrWwz+qZnQAUK2FrX+loiHyZiJKG+IN7ntDAQzzvK+oNCfIstN3iEDE64n3NDIRQmV1I+dB8abdZwEBCfSfJbC75As01WfNxdYc6+xwCVi0zaYvOwkQ=\n";

    fn keys(dates: Option<&str>) -> Vec<TrustedKey> {
        vec![TrustedKey::parse("fg", PUBLIC, dates).unwrap()]
    }

    #[test]
    fn signatures_of_minisign_itself_are_taken_and_a_changed_byte_is_not() {
        for signature in [SIGNATURE, LEGACY] {
            assert!(matches!(check(TEXT, signature, &keys(None)), Checked::By(_)));
            assert!(matches!(check(b"tekst", signature, &keys(None)), Checked::Changed));
            // The comment that is shown as trusted is signed as well.
            let forged = signature
                .replace("trusted comment: vast", "trusted comment: anders")
                .replace("comment: oud", "comment: x");
            assert!(!matches!(check(TEXT, &forged, &keys(None)), Checked::By(_)));
        }
        assert!(matches!(check(TEXT, "", &keys(None)), Checked::NoSignature));
    }

    #[test]
    fn keys_of_minisign_itself_sign() {
        let signature = sign(TEXT, SECRET, None, "proef").unwrap();
        assert!(matches!(check(TEXT, &signature, &keys(None)), Checked::By(_)));
        assert!(same_signer(&signature, SIGNATURE));
        assert_eq!(PublicKey::from_secret_key(&open_key(SECRET, None).unwrap()).unwrap().to_base64(), PUBLIC);
        assert!(matches!(sign(TEXT, LOCKED, None, "x"), Err(SignFault::Password)));
        assert!(matches!(sign(TEXT, LOCKED, Some("fout".to_owned()), "x"), Err(SignFault::Password)));
        let by_other = sign(TEXT, LOCKED, Some("pw".to_owned()), "x").unwrap();
        assert!(matches!(check(TEXT, &by_other, &keys(None)), Checked::Unknown));
        assert!(matches!(sign(TEXT, "geen sleutel", None, "x"), Err(SignFault::Key)));
    }

    #[test]
    fn a_key_under_another_number_is_the_same_key() {
        let fg = &keys(None)[0];
        let mut bytes = fg.key.to_bytes();
        bytes[3] ^= 1;
        let renumbered = PublicKey::from_bytes(&bytes).unwrap();
        let other = TrustedKey { key: renumbered, name: "ander".to_owned(), ..fg.clone() };
        assert!(fg.same_key(&other));
        bytes[20] ^= 1;
        assert!(!fg.same_key(&TrustedKey { key: PublicKey::from_bytes(&bytes).unwrap(), ..other }));
    }

    #[test]
    fn a_key_stands_by_its_dates() {
        let day = |text: &str| Datum::parse(text.as_bytes()).unwrap();
        let standing = |dates: &str, today| keys(Some(dates))[0].standing(day(today));
        assert!(matches!(standing("", "2026-10-01"), Standing::Good));
        assert!(matches!(standing("ingetrokken = true", "2026-10-01"), Standing::Revoked));
        assert!(matches!(standing("ingetrokken = false", "2026-10-01"), Standing::Good));
        assert!(matches!(standing("ingetrokken = 2026-10-02", "2026-10-01"), Standing::Good));
        assert!(matches!(standing("ingetrokken = 2026-10-01", "2026-10-01"), Standing::Revoked));
        assert!(matches!(standing("van = 2026-10-02", "2026-10-01"), Standing::Expired));
        assert!(matches!(standing("tot_en_met = 2026-10-01", "2026-10-01"), Standing::Good));
        assert!(matches!(standing("tot_en_met = 2026-09-30", "2026-10-01"), Standing::Expired));
        assert!(TrustedKey::parse("fg", PUBLIC, Some("onbekend = 1")).is_err());
        assert!(TrustedKey::parse("fg", "onzin", None).is_err());
    }
}
