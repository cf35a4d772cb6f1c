//! `doelbinding controleer`, `onderteken` and `verifieer`.

use super::proef::{self, Proef};
use crate::clock::SystemClock;
use crate::output::{Outcome, complain, say};
use clap::Subcommand;
use inbeeld::doelbinding::{Policy, Signed, sign};
use inbeeld::store::{self, Staged, StoreFault};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum Doelbinding {
    /// Controleert de tekst en noemt elke fout met regel, sleutel en remedie
    Controleer {
        /// De doelbinding (.toml)
        #[arg(value_name = "BESTAND")]
        bestand: PathBuf,
    },
    /// Ondertekent de tekst met de geheime sleutel van de FG (minisign)
    Onderteken {
        /// De doelbinding (.toml)
        #[arg(value_name = "BESTAND")]
        bestand: PathBuf,
        /// De geheime sleutel van soort ondertekening
        #[arg(long, value_name = "BESTAND")]
        sleutel: PathBuf,
        /// Bestand met het wachtwoord van de sleutel, als die er een heeft
        #[arg(long, value_name = "BESTAND")]
        wachtwoord_bestand: Option<PathBuf>,
    },
    /// Laat zien wat er onder de tekst naar buiten zou gaan, zonder iets vrij te geven
    Proef(Proef),
    /// Controleert de handtekening(en) tegen de vertrouwde sleutels
    Verifieer {
        /// De doelbinding (.toml)
        #[arg(value_name = "BESTAND")]
        bestand: PathBuf,
        /// Openbare sleutel, of een map met openbare sleutels
        #[arg(long, value_name = "PAD")]
        vertrouwd: PathBuf,
    },
}

pub(crate) fn run(opdracht: Doelbinding) -> Outcome {
    match opdracht {
        Doelbinding::Controleer { bestand } => {
            let (text, _) = store::read_doelbinding(&bestand)?;
            let policy = Policy::parse(&text)?;
            for warning in &policy.waarschuwingen {
                complain(&format!("let op: {warning}\n"));
            }
            say(&format!("{}: goed ({} versie {})\n", bestand.display(), policy.id, policy.versie));
            Ok(())
        }
        Doelbinding::Onderteken { bestand, sleutel, wachtwoord_bestand } => {
            onderteken(&bestand, &sleutel, wachtwoord_bestand.as_deref())
        }
        Doelbinding::Proef(args) => proef::run(&args),
        Doelbinding::Verifieer { bestand, vertrouwd } => {
            let (today, _) = SystemClock::new()?.today();
            let (text, signatures) = store::read_doelbinding(&bestand)?;
            let signed = Signed::read(&text, &signatures, &store::read_trusted(&vertrouwd)?, today)?;
            let policy = signed.policy();
            let signers = signed.signers().join(", ");
            say(&format!("{} versie {}: ondertekend met {signers}\n", policy.id, policy.versie));
            Ok(())
        }
    }
}

/// Reads a password file; the line end is not part of the password.
pub(super) fn password(path: Option<&Path>) -> Result<Option<String>, StoreFault> {
    let read = |path: &Path| store::read_signing_key(path).map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    path.map(read).transpose()
}

/// A text that is at fault is not signed: whoever signs must be able to rely on what it says.
pub(super) fn onderteken(bestand: &Path, sleutel: &Path, wachtwoord: Option<&Path>) -> Outcome {
    let (text, _) = store::read_doelbinding(bestand)?;
    let policy = Policy::parse(&text)?;
    let secret = store::read_signing_key(sleutel)?;
    let comment = format!("doelbinding {} versie {}", policy.id, policy.versie);
    let signature = sign(&text, &secret, password(wachtwoord)?, &comment)?;
    let place = store::signature_place(bestand, &signature);
    let mut staged = Staged::create(&place)?;
    staged.write_all(signature.as_bytes()).map_err(StoreFault::write(&place))?;
    staged.finish()?;
    say(&format!("ondertekend: {}\n", place.display()));
    Ok(())
}
