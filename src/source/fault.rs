//! Why a levering is not made.

use super::port::PortFault;
use super::profile::ProfileFault;
use crate::fault::{Exit, Explain};
use crate::ingest::{Fault, Faults, Rule};
use crate::pseudonym::KeyFault;
use crate::terms::Bron;
use std::fmt::Write as _;

/// What is wrong with one raw file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// Data rows read.
    pub records: u64,
    /// Where it breaks which rules.
    pub faults: Faults,
}

/// A refusal at the source. Whatever it is: nothing was written under its name.
#[derive(Debug, thiserror::Error)]
pub enum SourceFault {
    /// The raw files break rules.
    #[error("de levering is geweigerd en er is niets geschreven{}", listing(.0))]
    Refused(Vec<FileReport>),
    /// Only onderwijsnummers, for a bron that does not know them.
    #[error("{file}: {bron} kent geen onderwijsnummers, en dit bestand heeft geen BSN's")]
    OwnNotAllowed {
        /// Which raw file.
        file: String,
        /// The bron.
        bron: Bron,
    },
    /// Rows, but nobody among them can be found.
    #[error("geen enkele van de {rows} gelezen regels heeft een geldig persoonsnummer; er is niets geschreven")]
    Nobody {
        /// Data rows read.
        rows: u64,
    },
    /// No raw file was given.
    #[error("er is geen ruw bestand gegeven")]
    NoInput,
    /// The name of the leverancier cannot stand in a manifest.
    #[error("de naam van de leverancier is leeg, langer dan 200 bytes of bevat stuurtekens")]
    Name,
    /// The text of a profile is wrong.
    #[error("profiel {source_name}, regel {}: {}", wrong.line, wrong.what)]
    Profile {
        /// Built-in name or path, as it was given.
        source_name: String,
        /// What is wrong with it.
        wrong: ProfileFault,
    },
    /// Not a spreadsheet that can be read.
    #[error("{file}: dit is geen leesbaar .xlsx-bestand met een eerste werkblad")]
    Sheet {
        /// Which raw file.
        file: String,
    },
    /// This build reads no spreadsheets.
    #[error("{file}: deze versie van het programma leest geen .xlsx")]
    SheetsLeftOut {
        /// Which raw file.
        file: String,
    },
    /// A raw file could not be read to its end.
    #[error("{file}: kan niet gelezen worden ({source})")]
    Read {
        /// Which raw file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the levering could not be written.
    #[error("{file}: kan niet geschreven worden ({source})")]
    Write {
        /// Which file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system gave no random bytes.
    #[error("{0}")]
    Random(KeyFault),
    /// Whatever is behind the output port refused.
    #[error("{0}")]
    Port(PortFault),
}

impl SourceFault {
    /// What is wrong with each raw file, where that is why.
    #[must_use]
    pub fn files(&self) -> &[FileReport] {
        match self {
            Self::Refused(files) => files,
            _ => &[],
        }
    }
}

impl Explain for SourceFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "bron-geweigerd",
            Self::OwnNotAllowed { .. } => "onderwijsnummer-niet-toegestaan",
            Self::Nobody { .. } => "geen-persoonsnummers",
            Self::NoInput => "geen-invoer",
            Self::Name => "leverancier-naam",
            Self::Profile { .. } => "profiel",
            Self::Sheet { .. } => "xlsx",
            Self::SheetsLeftOut { .. } => "xlsx-ontbreekt",
            Self::Read { .. } => "lezen",
            Self::Write { .. } => "schrijven",
            Self::Random(fault) => fault.code(),
            Self::Port(fault) => fault.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Refused(files) => {
                let mut rules: Vec<Rule> = files.iter().flat_map(|file| file.faults.totals().keys().copied()).collect();
                rules.sort_unstable();
                rules.dedup();
                let one = |rule: &Rule| format!("[{}] {}", rule.code(), advice(*rule).1);
                rules.iter().map(one).collect::<Vec<_>>().join("\n  → ")
            }
            Self::OwnNotAllowed { .. } => {
                "Lever dit bestand met een kolom bsn; wie alleen een onderwijsnummer heeft, is hier niet te vinden."
                    .to_owned()
            }
            Self::Nobody { .. } => {
                "Kijk of de goede kolom als BSN is gelezen, en of het profiel klopt (`bsn_voorloopnullen` bij een spreadsheet)."
                    .to_owned()
            }
            Self::NoInput => "Geef één of meer ruwe bestanden.".to_owned(),
            Self::Name => "Geef met --naam de naam van de organisatie die levert.".to_owned(),
            Self::Profile { wrong, .. } => wrong.remedy.clone(),
            Self::Sheet { .. } => "Bewaar het opnieuw als .xlsx zonder wachtwoord, of als CSV.".to_owned(),
            Self::SheetsLeftOut { .. } => "Bewaar het werkblad als CSV, of gebruik een versie met .xlsx.".to_owned(),
            Self::Read { .. } => "Kijk of het bestand en de schijf heel zijn en of u het mag lezen.".to_owned(),
            Self::Write { .. } => "Kijk of u in de map mag schrijven en of de schijf niet vol is.".to_owned(),
            Self::Random(fault) => fault.remedy(),
            Self::Port(fault) => fault.remedy(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Refused(_) | Self::OwnNotAllowed { .. } | Self::Nobody { .. } | Self::Sheet { .. } => Exit::Input,
            Self::NoInput | Self::Name | Self::Profile { .. } | Self::SheetsLeftOut { .. } | Self::Read { .. } => {
                Exit::Usage
            }
            Self::Write { .. } => Exit::Internal,
            Self::Random(fault) => fault.exit(),
            Self::Port(fault) => fault.exit(),
        }
    }
}

/// What is wrong and what to do, in words that fit a raw file: the rule's own speak of a levering.
#[must_use]
pub fn advice(rule: Rule) -> (&'static str, &'static str) {
    match rule {
        Rule::KolomOntbreekt => (
            "deze verplichte kolom ontbreekt in de kopregel",
            "Kies het profiel van deze bron, of noem in een eigen profiel hoe de kolom hier heet.",
        ),
        Rule::KolomDubbel => (
            "twee kolommen in de kopregel gelden als deze kolom",
            "Laat één van beide weg, of noem in een eigen profiel precies de naam die geldt.",
        ),
        Rule::Utf8 => (
            "deze regel is geen geldige UTF-8",
            "Kies een profiel met tekenset windows-1252, of sla het bestand op als UTF-8.",
        ),
        Rule::TeLang => {
            ("deze regel is langer dan 65.536 bytes; de rest van het bestand is niet gelezen", rule.remedy())
        }
        Rule::Leeg => {
            ("dit veld mag niet leeg zijn", "Vul het veld in de bron; de regel weglaten maakt de levering onwaar.")
        }
        Rule::Gemeente => (
            "dit is geen gemeentecode",
            "Schrijf de CBS-code als 0148, 148 of GM0148, of vertaal de waarde in een eigen profiel.",
        ),
        Rule::Datum => (
            "dit is geen bestaande datum in een vorm van het profiel",
            "Verbeter de datum in de bron, of noem de vorm bij `datum` in een eigen profiel.",
        ),
        Rule::Maand => (
            "dit is geen maand in een vorm van het profiel",
            "Verbeter de maand in de bron, of noem de vorm bij `maand` in een eigen profiel.",
        ),
        Rule::Bedrag => (
            "dit is geen bedrag in de vorm van het profiel (hooguit een miljard euro)",
            "Verbeter het bedrag in de bron, of kies `cent`, `euro-komma` of `euro-punt` in een eigen profiel.",
        ),
        Rule::Keuze => (
            "deze waarde hoort niet bij de vaste lijst van de kolom",
            "Vertaal de waarde in een eigen profiel naar een van docs/datamodel.md.",
        ),
        Rule::Ja => (
            "dit is geen ja of nee dat het profiel kent",
            "Schrijf `j` of niets, of vertaal de waarde in een eigen profiel.",
        ),
        Rule::Verwijzing => (
            "dit dossiernummer is langer dan 64 bytes of bevat een nul-byte",
            "Gebruik het dossiernummer van de gemeente zelf.",
        ),
        Rule::DubbelePersoon => (
            "deze persoon staat al eerder in deze bestanden, met andere gegevens",
            "Zoek in de bron uit welke van de twee regels klopt en lever alleen die.",
        ),
        Rule::RuweBsn => (
            "deze kolom lijkt ruwe burgerservicenummers te bevatten",
            "Haal de BSN's uit deze kolom: een BSN mag alleen in de kolom bsn staan.",
        ),
        _ => (rule.what(), rule.remedy()),
    }
}

/// The faults of all files, a line each.
fn listing(files: &[FileReport]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for file in files {
        for fault in file.faults.listed() {
            let _ = write!(text, "\n  {}{}: {} [{}]", file.file, place(fault), advice(fault.rule).0, fault.rule.code());
        }
        for (rule, count) in file.faults.unlisted() {
            let _ = write!(text, "\n  {}: nog {count} keer: {} [{}]", file.file, advice(rule).0, rule.code());
        }
    }
    text
}

fn place(fault: &Fault) -> String {
    let mut text = String::new();
    if fault.line > 0 {
        let _ = write!(text, ", regel {}", fault.line);
    }
    if let Some(column) = fault.column {
        let _ = write!(text, ", kolom {column}");
    }
    if let Some(place) = fault.place {
        let _ = write!(text, ", plaats {place} in de kopregel");
    }
    text
}
