//! A source's folder with keys, and the program run in it.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

pub(crate) const OIN: &str = "00000001003214345000";
/// A fixed key, so that pseudonyms can be computed beside the program.
const KEY: [u8; 32] = [0x42; 32];
/// An onderwijsnummer: nine digits beginning with 10, remainder 5.
pub(crate) const OWN: &str = "100000004";

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC-SHA256 under the fixed key, computed without the program's code.
pub(crate) fn mac(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

pub(crate) fn bsn(digits: &str) -> String {
    mac(&format!("inbeeld:bsn:v1:{digits}"))
}

pub(crate) fn own(digits: &str) -> String {
    mac(&format!("inbeeld:own:v1:{digits}"))
}

/// Valid BSNs from the range that fixtures use.
pub(crate) fn fixture_bsns(count: usize) -> Vec<String> {
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let valid = |number: &String| {
        number.bytes().zip(weights).map(|(digit, weight)| i32::from(digit - b'0') * weight).sum::<i32>() % 11 == 0
    };
    (999_900_000..999_999_999).map(|number: u32| number.to_string()).filter(valid).take(count).collect()
}

/// A folder of a source with its key.
pub(crate) struct Source(TempDir);

impl Source {
    pub(crate) fn new() -> Self {
        let source = Self(tempfile::tempdir().unwrap());
        source.key("koppel.sleutel", "koppel", 0o600);
        source
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn key(&self, name: &str, role: &str, mode: u32) {
        let id = &mac("inbeeld:sleutel-id:v1")[..16];
        self.write(name, format!("inbeeld-sleutel-v1:{role}:{id}:{}\n", hex(&KEY)));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs with `--uit uit`; `more` are further options and the raw files.
    pub(crate) fn run(&self, bron: &str, more: &[&str]) -> Output {
        let mut args = vec!["pseudonimiseer", "--bron", bron, "--sleutel", "koppel.sleutel", "--oin", OIN];
        args.extend(["--naam", "Bron", "--regio", "MC10", "--periode", "2026-10", "--dekking", "volledig"]);
        args.extend(["--uit", "uit"]);
        args.extend(more);
        self.inbeeld(&args)
    }

    /// Runs the program in this folder, on a fixed day.
    pub(crate) fn inbeeld(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
        command.current_dir(self.0.path()).env("INBEELD_VANDAAG", "2026-11-02").args(args).output().unwrap()
    }

    /// Runs the program in this folder, hashing in the way of this name.
    pub(crate) fn hashing(&self, kernel: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
        command.current_dir(self.0.path()).env("INBEELD_KERNEL", kernel).args(args).output().unwrap()
    }

    /// Whoever receives the leveringen finds nothing wrong with them.
    pub(crate) fn check(&self) {
        let output = self.inbeeld(&["controleer", "uit"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs well; what is told.
    pub(crate) fn deliver(&self, bron: &str, more: &[&str]) -> String {
        let output = self.run(bron, more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty());
        self.check();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Is refused with this exit code and leaves nothing; what is told.
    pub(crate) fn refuse(&self, exit: i32, bron: &str, more: &[&str]) -> String {
        let output = self.run(bron, more);
        assert_eq!(output.status.code(), Some(exit), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!self.path("uit").exists(), "something stayed");
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn levering(&self, bron: &str, suffix: &str) -> String {
        fs::read_to_string(self.path(&format!("uit/{bron}-{OIN}-2026-10{suffix}.csv"))).unwrap()
    }

    /// The data rows of a levering.
    pub(crate) fn rows(&self, bron: &str, suffix: &str) -> Vec<String> {
        self.levering(bron, suffix).lines().skip(1).map(str::to_owned).collect()
    }

    pub(crate) fn manifest(&self, bron: &str, suffix: &str) -> Value {
        self.json(&format!("uit/{bron}-{OIN}-2026-10{suffix}.csv.manifest.json"))
    }

    pub(crate) fn report(&self, bron: &str, suffix: &str) -> Value {
        self.json(&format!("uit/{bron}-{OIN}-2026-10{suffix}.csv.rapport.json"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    /// Everything that stands in the output folder, names and content.
    pub(crate) fn everything(&self) -> String {
        let files = fs::read_dir(self.path("uit")).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| path.display().to_string() + &fs::read_to_string(&path).unwrap()).collect()
    }
}
