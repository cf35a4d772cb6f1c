//! A service of its own for a test: keys, configuration, process.

use crate::klant::{Antwoord, Klant};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};

pub const WACHTWOORD: &str = "een lange zin om te raden";

/// Everything that a service has on disk.
pub struct Huis {
    pub map: tempfile::TempDir,
}

/// A service that runs; killed when dropped.
pub struct Dienst {
    pub proces: Child,
    pub klant: Klant,
    uit: BufReader<std::process::ChildStdout>,
}

impl Drop for Dienst {
    fn drop(&mut self) {
        let _ = self.proces.kill();
        let _ = self.proces.wait();
    }
}

/// A certificate that was made for these tests, with its key.
pub fn certificaat(naam: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dienst/certificaten");
    folder.join(format!("alleen-voor-tests-{naam}.pem"))
}

pub fn inbeeld(args: &[&str], map: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inbeeld")).args(args).current_dir(map).output().unwrap()
}

pub fn gelukt(args: &[&str], map: &Path) -> String {
    let output = inbeeld(args, map);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl Huis {
    /// Keys, a certificate and a configuration with TLS on a free port.
    pub fn new() -> Self {
        let huis = Self { map: tempfile::tempdir().unwrap() };
        let map = huis.map.path();
        for soort in ["dienst-deel", "intrekking", "logboek"] {
            gelukt(&["sleutel", "nieuw", "--soort", soort, "--uit", &format!("{soort}.sleutel")], map);
        }
        fs::create_dir(map.join("vertrouwd")).unwrap();
        gelukt(&["sleutel", "nieuw", "--soort", "ondertekening", "--uit", "fg.key"], map);
        fs::rename(map.join("fg.pub"), map.join("vertrouwd/fg.pub")).unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dienst");
        fs::copy(here.join("alleen-voor-tests.pem"), map.join("keten.pem")).unwrap();
        fs::copy(here.join("alleen-voor-tests.sleutel.pem"), map.join("tls.pem")).unwrap();
        fs::set_permissions(map.join("tls.pem"), fs::Permissions::from_mode(0o600)).unwrap();
        huis.configuratie("", "");
        huis
    }

    /// Writes the configuration, with lines of its own at the top and at the end.
    pub fn configuratie(&self, boven: &str, onder: &str) {
        let tls = if self.pad("ca.pem").exists() { "bronnen_ca = \"ca.pem\"" } else { "" };
        let luister = if boven.contains("luister") { "" } else { "luister = \"127.0.0.1:0\"" };
        let text = format!(
            r#"schema = "inbeeld/dienst/v1"
contactgemeente = "0193"
{luister}
{boven}
[tls]
certificaat = "keten.pem"
sleutel = "tls.pem"
{tls}
[plaatsen]
gegevens = "gegevens"
audit = "audit/audit.jsonl"
leveringen = "leveringen"
register = "register.jsonl"
doelbindingen = "doelbindingen"
vertrouwd = "vertrouwd"
ontvangers = "ontvangers"
vrijgaven = "vrijgaven"
logboek = "logboek"
[sleutels]
dienst_deel = "dienst-deel.sleutel"
intrekking = "intrekking.sleutel"
logboek = "logboek.sleutel"
{onder}
"#
        );
        fs::write(self.map.path().join("dienst.toml"), text).unwrap();
    }

    /// Takes certificates of sources, of this CA.
    pub fn met_bronnen(&self, ca: &str) {
        fs::copy(certificaat(ca), self.pad("ca.pem")).unwrap();
        self.configuratie("", "");
    }

    pub fn pad(&self, naam: &str) -> PathBuf {
        self.map.path().join(naam)
    }

    /// How a start ends that does not succeed.
    pub fn geweigerd(&self) -> (i32, String) {
        let output = inbeeld(&["serve", "--config", "dienst.toml"], self.map.path());
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    pub fn start(&self) -> Dienst {
        let log = fs::File::create(self.pad("dienst.log")).unwrap();
        let mut proces = Command::new(env!("CARGO_BIN_EXE_inbeeld"))
            .args(["serve", "--config", "dienst.toml"])
            .current_dir(self.map.path())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut uit = BufReader::new(proces.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("Luistert op") {
            line.clear();
            if uit.read_line(&mut line).unwrap() == 0 {
                panic!("geen start: {}", fs::read_to_string(self.pad("dienst.log")).unwrap());
            }
        }
        let poort = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        Dienst { proces, klant: Klant::new(poort, &self.pad("keten.pem")), uit }
    }

    /// Makes the first beheerder on the machine itself.
    pub fn eerste_beheerder(&self) -> String {
        let told = gelukt(
            &["beheer", "account", "nieuw", "--config", "dienst.toml", "--rol", "beheerder", "eerste"],
            self.map.path(),
        );
        told.lines().find_map(|line| line.strip_prefix("activeringscode: ")).unwrap().to_owned()
    }
}

impl Dienst {
    pub fn sein(&self, naam: &str) {
        let pid = self.proces.id().to_string();
        assert!(Command::new("kill").args([naam, &pid]).status().unwrap().success());
    }

    /// Stops as an operator does; gives the exit code.
    pub fn stop(mut self) -> i32 {
        self.sein("-TERM");
        let code = self.proces.wait().unwrap().code().unwrap();
        let mut rest = String::new();
        let _ = self.uit.read_to_string(&mut rest);
        code
    }

    /// The most memory that it ever had, in MB.
    pub fn geheugen(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.proces.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }
}

/// The code of an app at a step from now: each opens once.
pub fn code(geheim: &str, stap: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let totp = Builder::new().with_secret(Secret::try_from_base32(geheim).unwrap()).build().unwrap();
    totp.generate((now + 30 * stap) as u64).to_string()
}

/// Takes an account into use; gives the secret of its second factor.
pub fn activeer(klant: &Klant, naam: &str, code: &str) -> String {
    let body = json!({ "naam": naam, "activeringscode": code, "wachtwoord": WACHTWOORD });
    let answer = klant.stuur("/v1/accounts/_activeer", &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["geheim"].as_str().unwrap().to_owned()
}

pub fn aanmelden(klant: &Klant, naam: &str, wachtwoord: &str, code: &str) -> Antwoord {
    klant.stuur("/v1/sessies", &json!({ "naam": naam, "wachtwoord": wachtwoord, "code": code }))
}

/// Logs in with a code of this step; gives who holds the session.
pub fn als(klant: &Klant, naam: &str, geheim: &str, stap: i64) -> Klant {
    let answer = aanmelden(klant, naam, WACHTWOORD, &code(geheim, stap));
    assert_eq!(answer.status, 201, "{answer:?}");
    let cookie = answer.kop("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    klant.met(&cookie, answer.json()["csrf"].as_str().unwrap())
}

/// Makes an account, takes it into use and logs in.
pub fn nieuw(beheerder: &Klant, klant: &Klant, account: &Value) -> Klant {
    let answer = beheerder.stuur("/v1/accounts", account);
    assert_eq!(answer.status, 201, "{answer:?}");
    let naam = account["naam"].as_str().unwrap();
    let geheim = activeer(klant, naam, answer.json()["activeringscode"].as_str().unwrap());
    als(klant, naam, &geheim, 0)
}
