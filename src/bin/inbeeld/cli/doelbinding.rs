//! `doelbinding`: its opdrachten, of which signing and verifying are here.

mod controleer;
mod dpia;
mod informatie;
mod toon;
mod verschil;
mod verwerkingsregister;

use super::proef::{self, Proef};
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use clap::Subcommand;
use inbeeld::accountability::Text;
use inbeeld::doelbinding::plain::{self, page};
use inbeeld::doelbinding::{Policy, Signed, TextFaults, sign};
use inbeeld::fault::{Exit, Explain};
use inbeeld::store::{self, Staged, StoreFault};
use inbeeld::terms::Datum;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum Doelbinding {
    /// Controleert de tekst en noemt elke fout met regel, sleutel en remedie
    Controleer {
        /// De doelbinding (.toml)
        #[arg(value_name = "BESTAND")]
        bestand: PathBuf,
        /// Geeft het verslag als JSON
        #[arg(long)]
        json: bool,
    },
    /// Laat de tekst zien als één bladzijde in gewoon Nederlands
    Toon(toon::Toon),
    /// Zegt wat een nieuwe tekst ruimer maakt, wat smaller, en wat er verder verandert
    Verschil(verschil::Verschil),
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
    /// Maakt van alle doelbindingen het register van verwerkingen (AVG artikel 30)
    Verwerkingsregister(verwerkingsregister::Verwerkingsregister),
    /// Maakt de uitleg voor de jongere (AVG artikel 14)
    Informatie(informatie::Informatie),
    /// Maakt een bijlage bij de DPIA uit de doelbinding en het register
    Dpia(dpia::Dpia),
}

pub(crate) fn run(opdracht: Doelbinding) -> Outcome {
    match opdracht {
        Doelbinding::Controleer { bestand, json } => controleer::run(&bestand, json),
        Doelbinding::Toon(args) => toon::run(&args),
        Doelbinding::Verschil(args) => verschil::run(&args),
        Doelbinding::Verwerkingsregister(args) => verwerkingsregister::run(&args),
        Doelbinding::Informatie(args) => informatie::run(&args),
        Doelbinding::Dpia(args) => dpia::run(&args),
        Doelbinding::Onderteken { bestand, sleutel, wachtwoord_bestand } => {
            onderteken(&bestand, &sleutel, wachtwoord_bestand.as_deref())
        }
        Doelbinding::Proef(args) => proef::run(&args),
        Doelbinding::Verifieer { bestand, vertrouwd } => {
            let (today, _) = SystemClock::new()?.today();
            let (text, signatures) = store::read_doelbinding(&bestand)?;
            let signed = Signed::read(&text, &signatures, &store::read_trusted(&vertrouwd)?, today)?;
            signed.holds(today)?;
            let policy = signed.policy();
            let signers = signed.signers().join(", ");
            say(&format!("{} versie {}: ondertekend met {signers}\n", policy.id, policy.versie));
            Ok(())
        }
    }
}

/// A text that must be without faults, with its bytes; a fault names the file.
fn policy_of(bestand: &Path) -> Result<(Vec<u8>, Policy), Failure> {
    let (text, _) = store::read_doelbinding(bestand)?;
    let policy = Policy::parse(&text).map_err(|faults| at_fault(bestand, &faults))?;
    Ok((text, policy))
}

/// The same, to account for.
fn text_of(bestand: &Path) -> Result<Text, Failure> {
    let (text, _) = store::read_doelbinding(bestand)?;
    Text::parse(&text).map_err(|faults| at_fault(bestand, &faults))
}

fn at_fault(bestand: &Path, faults: &TextFaults) -> Failure {
    let what = format!("{}: {faults}", bestand.display());
    Failure::new(faults.exit(), faults.code(), &what, &faults.remedy())
}

fn page_html(page: &page::Page) -> Result<String, Failure> {
    let failed =
        |_| Failure::new(Exit::Internal, "bladzijde", "de bladzijde is niet te maken", "Meld dit aan de makers.");
    page.html().map_err(failed)
}

pub(crate) fn warnings_json(policy: &Policy, today: Datum) -> Vec<Value> {
    let found = plain::warnings(policy, today);
    found.iter().map(|told| json!({ "sleutel": told.key, "wat": told.what, "doe": told.remedy })).collect()
}

pub(crate) fn page_json(page: &page::Page) -> Vec<Value> {
    let part = |part: &page::Part| match part {
        page::Part::Kop(text) => json!({ "kop": text }),
        page::Part::Zin(text) => json!({ "zin": text }),
        page::Part::Lijst(items) => json!({ "lijst": items }),
    };
    let block = |block: &page::Block| {
        let parts: Vec<Value> = block.delen.iter().map(part).collect();
        json!({ "id": block.id, "kop": block.kop, "inhoud": parts })
    };
    page.blokken.iter().map(block).collect()
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
