//! The configuration of the service: one TOML file. Secrets stand in it as the path of a file only.

mod keys;
mod oidc;
mod read;

pub(crate) use keys::Keys;
pub(crate) use oidc::Oidc;

use crate::web::http::is_here;
use axum::http::Uri;
use inbeeld::fault::{Exit, Explain};
use inbeeld::terms::{Gemeente, Maand};
use read::{Reader, Section};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Days that lines of the Logboek Dataverwerkingen are kept where nothing is said: longer than a month of leveringen
/// can stay, and so long after that that somebody can still ask what was done with its data (AVG art. 15).
const LOGBOEK_DAYS: u16 = 1095;
/// Fewer, and lines would be gone while the leveringen that they tell of are still there.
const LOGBOEK_RANGE: RangeInclusive<u16> = 365..=3650;
const SCHEMA: &str = "inbeeld/dienst/v1";

/// What the service was told.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where it listens.
    pub(crate) luister: SocketAddr,
    /// Where Prometheus finds its figures: on this machine only.
    pub(crate) metrieken: Option<SocketAddr>,
    /// The address at which browsers find it, when that is not the host they name: scheme and host.
    pub(crate) adres: Option<String>,
    /// Proxies whose word about the client is taken; nobody else may connect when there are any.
    pub(crate) proxies: Vec<IpAddr>,
    /// Without a second factor, for a demonstration on this machine.
    pub(crate) demo: bool,
    /// Logs as JSON.
    pub(crate) log_json: bool,
    /// Certificate chain and its private key, both PEM.
    pub(crate) tls: Option<Tls>,
    /// The provider at which people log in.
    pub(crate) oidc: Option<Oidc>,
    /// The collector that gets the lines of the Logboek Dataverwerkingen as well.
    pub(crate) otlp: Option<Uri>,
    /// Days that lines of the Logboek Dataverwerkingen are kept.
    pub(crate) logboek_dagen: u32,
    /// Files and folders.
    pub(crate) plaatsen: Places,
    /// Which files hold the keys.
    pub(crate) sleutels: KeyPlaces,
    /// Threads that a koppeling computes with; the others stay for who asks something meanwhile.
    pub(crate) draden: Option<u16>,
    /// The municipality that may hand in share B beside the FG.
    pub(crate) contactgemeente: Option<Gemeente>,
}

/// Files of TLS.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    pub(crate) certificaat: PathBuf,
    pub(crate) sleutel: PathBuf,
    /// Of whom certificates of sources are taken.
    pub(crate) bronnen_ca: Option<PathBuf>,
}

/// Where things are kept.
#[derive(Debug)]
pub(crate) struct Places {
    /// Folder of the database.
    pub(crate) gegevens: PathBuf,
    /// The audit log, not in that folder.
    pub(crate) audit: PathBuf,
    /// Leveringen as they are stored: sealed.
    pub(crate) leveringen: PathBuf,
    /// The register.
    pub(crate) register: PathBuf,
    /// Folder of the doelbindingen.
    pub(crate) doelbindingen: PathBuf,
    /// Folder of the trusted keys.
    pub(crate) vertrouwd: PathBuf,
    /// Folder of the public keys of who can receive lists.
    pub(crate) ontvangers: PathBuf,
    /// Folder of the releases.
    pub(crate) vrijgaven: PathBuf,
    /// Folder of the Logboek Dataverwerkingen.
    pub(crate) logboek: PathBuf,
}

/// Which files hold the keys.
#[derive(Debug)]
pub(crate) struct KeyPlaces {
    pub(crate) dienst_deel: PathBuf,
    pub(crate) intrekking: PathBuf,
    pub(crate) logboek: PathBuf,
    /// Shares B that are handed in as a file.
    pub(crate) perioden: BTreeMap<Maand, PathBuf>,
}

impl Places {
    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.gegevens.join("inbeeld.db")
    }
}

/// One fault of the file.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Line, from 1.
    pub(crate) line: usize,
    /// The key with the path to it.
    pub(crate) key: String,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do.
    pub(crate) remedy: String,
}

/// Every fault of the file, at once.
#[derive(Debug, thiserror::Error)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "de configuratie heeft {} fout(en)", self.0.len())?;
        for fault in &self.0 {
            let key = if fault.key.is_empty() { String::new() } else { format!(", `{}`", fault.key) };
            write!(f, "\n  regel {}{key}: {}\n    → {}", fault.line, fault.what, fault.remedy)?;
        }
        Ok(())
    }
}

impl Explain for Faults {
    fn code(&self) -> &'static str {
        "configuratie"
    }

    fn remedy(&self) -> String {
        "Verbeter de configuratie en start opnieuw; docs/dienst.md noemt elke sleutel.".to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Config {
    /// Every file with a secret that it names.
    pub(crate) fn secrets(&self) -> Vec<&Path> {
        let KeyPlaces { dienst_deel, intrekking, logboek, perioden } = &self.sleutels;
        let keys = [dienst_deel, intrekking, logboek].into_iter().chain(perioden.values());
        let provider = self.oidc.iter().filter_map(|oidc| oidc.client_geheim.as_ref());
        keys.chain(self.tls.iter().map(|tls| &tls.sleutel)).chain(provider).map(PathBuf::as_path).collect()
    }

    /// Reads the text of a configuration; paths in it are taken from the folder of the file.
    ///
    /// # Errors
    /// Every fault at once.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Faults> {
        let reader = Reader::new(text, folder);
        let read = reader.root().and_then(|root| Self::read(&root));
        let faults = reader.finish();
        match read {
            Some(config) if faults.is_empty() => Ok(config),
            _ => Err(Faults(faults)),
        }
    }

    fn read(root: &Section<'_, '_>) -> Option<Self> {
        root.known(&[
            "schema",
            "luister",
            "metrieken",
            "adres",
            "achter_proxy",
            "vertrouwde_proxies",
            "demo",
            "log",
            "contactgemeente",
            "draden",
            "tls",
            "oidc",
            "otlp",
            "logboek",
            "plaatsen",
            "sleutels",
            "perioden",
        ]);
        if root.text("schema").is_some_and(|schema| schema != SCHEMA) {
            root.fault("schema", "dit schema is niet bekend", &format!("Schrijf schema = \"{SCHEMA}\"."));
        }
        let luister = root.parsed("luister", "een adres met poort, zoals 127.0.0.1:8443", |text| text.parse().ok());
        let metrieken =
            root.may_parse("metrieken", "een adres met poort, zoals 127.0.0.1:9464", |text| text.parse().ok());
        let adres = root.may_parse("adres", "https:// en de naam, zonder pad erachter", origin);
        let behind = root.flag("achter_proxy");
        let proxies: Vec<IpAddr> = root
            .texts("vertrouwde_proxies")
            .iter()
            .filter_map(|(at, text)| root.item(*at, text, "een IP-adres"))
            .collect();
        let demo = root.flag("demo");
        let log_json = root.may_parse("log", "tekst of json", |text| match text {
            "tekst" => Some(false),
            "json" => Some(true),
            _ => None,
        });
        let contactgemeente =
            root.may_parse("contactgemeente", "vier cijfers", |text| Gemeente::parse(text.as_bytes()).ok());
        let draden = root.may_count("draden", 1..=1024);
        let tls = root.may_section("tls").map(|tls| {
            tls.known(&["certificaat", "sleutel", "bronnen_ca"]);
            let bronnen_ca = tls.may_path("bronnen_ca");
            if behind && bronnen_ca.is_some() {
                let remedy = "Laat bronnen rechtstreeks verbinden, of haal dit weg en geef hun accounts.";
                tls.fault("bronnen_ca", "achter een proxy ziet de dienst geen certificaat van een bron", remedy);
            }
            Some(Tls { certificaat: tls.path("certificaat")?, sleutel: tls.path("sleutel")?, bronnen_ca })
        });
        let oidc = root.may_section("oidc").map(|section| Oidc::read(&section, adres.is_some()));
        let otlp = root.may_section("otlp").map(|otlp| {
            otlp.known(&["adres"]);
            otlp.parsed("adres", "https:// en het volledige adres, zoals https://otel.regio.nl/v1/traces", collector)
        });
        let logboek_dagen = root.may_section("logboek").and_then(|logboek| {
            logboek.known(&["bewaartermijn_dagen"]);
            logboek.may_count("bewaartermijn_dagen", LOGBOEK_RANGE)
        });
        let plaatsen = root.section("plaatsen").and_then(|section| Places::read(&section));
        let sleutels = root.section("sleutels").and_then(|section| KeyPlaces::read(&section, root));

        let outside = luister.is_some_and(|at: SocketAddr| !at.ip().is_loopback());
        if outside && tls.is_none() && !behind {
            let remedy = "Geef [tls] met certificaat en sleutel, of luister op 127.0.0.1, of zet achter_proxy = true met \
                          vertrouwde_proxies als een proxy ervoor TLS doet.";
            root.fault("luister", "buiten deze machine luistert de dienst niet zonder TLS", remedy);
        }
        if behind && proxies.is_empty() {
            let remedy = "Noem het IP-adres van de proxy: vertrouwde_proxies = [\"10.0.0.5\"].";
            root.fault("achter_proxy", "de proxy is niet genoemd", remedy);
        }
        if !behind && !proxies.is_empty() {
            root.fault(
                "vertrouwde_proxies",
                "dit heeft zo geen effect",
                "Zet ook achter_proxy = true, of haal dit weg.",
            );
        }
        if metrieken.is_some_and(|at: SocketAddr| !at.ip().is_loopback()) {
            root.fault(
                "metrieken",
                "metrieken zijn alleen op deze machine te lezen",
                "Schrijf 127.0.0.1 met een poort.",
            );
        }
        if demo && outside {
            root.fault(
                "demo",
                "een demo zonder tweede factor luistert alleen op deze machine",
                "Luister op 127.0.0.1.",
            );
        }
        Some(Self {
            luister: luister?,
            metrieken,
            adres,
            proxies,
            demo,
            log_json: log_json.unwrap_or(false),
            tls: match tls {
                None => None,
                Some(tls) => Some(tls?),
            },
            oidc: match oidc {
                None => None,
                Some(oidc) => Some(oidc?),
            },
            otlp: match otlp {
                None => None,
                Some(otlp) => Some(otlp?),
            },
            logboek_dagen: logboek_dagen.unwrap_or(LOGBOEK_DAYS).into(),
            plaatsen: plaatsen?,
            sleutels: sleutels?,
            contactgemeente,
            draden,
        })
    }
}

impl Places {
    fn read(section: &Section<'_, '_>) -> Option<Self> {
        section.known(&[
            "gegevens",
            "audit",
            "leveringen",
            "register",
            "doelbindingen",
            "vertrouwd",
            "ontvangers",
            "vrijgaven",
            "logboek",
        ]);
        let (gegevens, audit) = (section.path("gegevens"), section.path("audit"));
        if let (Some(gegevens), Some(audit)) = (&gegevens, &audit)
            && audit.starts_with(gegevens)
        {
            let remedy = "Zet het in een eigen map, liefst op een andere schijf.";
            section.fault("audit", "het auditlogboek staat niet bij de gegevens", remedy);
        }
        let (register, texts) = (section.path("register"), section.path("doelbindingen"));
        let (leveringen, vertrouwd) = (section.path("leveringen"), section.path("vertrouwd"));
        let (ontvangers, vrijgaven) = (section.path("ontvangers"), section.path("vrijgaven"));
        let logboek = section.path("logboek");
        Some(Self {
            gegevens: gegevens?,
            audit: audit?,
            leveringen: leveringen?,
            register: register?,
            doelbindingen: texts?,
            vertrouwd: vertrouwd?,
            ontvangers: ontvangers?,
            vrijgaven: vrijgaven?,
            logboek: logboek?,
        })
    }
}

impl KeyPlaces {
    fn read(section: &Section<'_, '_>, root: &Section<'_, '_>) -> Option<Self> {
        section.known(&["dienst_deel", "intrekking", "logboek"]);
        let perioden = root.may_section("perioden").map(|perioden| {
            let month = |name: &str| Maand::parse(name.as_bytes()).ok();
            perioden.paths("een maand tussen aanhalingstekens, zoals \"2026-10\"", month)
        });
        let (a, b, c) = (section.path("dienst_deel"), section.path("intrekking"), section.path("logboek"));
        Some(Self { dienst_deel: a?, intrekking: b?, logboek: c?, perioden: perioden.unwrap_or_default() })
    }
}

/// Scheme and host, as a browser names the origin of a page.
fn origin(text: &str) -> Option<String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    (!host.is_empty() && host.bytes().all(good)).then(|| text.to_owned())
}

/// The address of a collector with its path: https, or plain on this machine.
fn collector(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let good = match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(host)) => !host.is_empty(),
        (Some("http"), Some(host)) => is_here(host.trim_matches(['[', ']'])),
        _ => false,
    };
    let named = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    (good && !named && uri.path() != "/" && uri.query().is_none()).then_some(uri)
}

#[cfg(test)]
mod tests;
