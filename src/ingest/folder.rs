//! The folder of leveringen: which there are, and whether each has its manifest and its file.

use super::manifest::{MAX_MANIFEST, Manifest, ManifestFault};
use super::rule::{Fault, Faults};
use super::serving::Levering;
use super::table::Checked;
use crate::pseudonym::KeyId;
use crate::terms::Sha256Hash;
use std::collections::BTreeSet;
use std::io::{self, Read};

/// Ending of a manifest's name; what stands before it is the name of the data file.
pub const MANIFEST_ENDING: &str = ".manifest.json";

/// Where leveringen lie. The port of this room.
pub trait Folder: Sync {
    /// Names of the files directly in it.
    ///
    /// # Errors
    /// What the system said.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Opens a file; gives its length in bytes with it.
    ///
    /// # Errors
    /// What the system said.
    fn open(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)>;

    /// What else there is where leveringen were checked and keyed again when they were received; nothing
    /// where they lie as they came.
    fn received(&self) -> Option<&dyn Received> {
        None
    }
}

/// Leveringen that were checked and keyed again when they were received. Their manifests are as they
/// came; their data files hold other pseudonyms, and so have another hash.
pub trait Received: Sync {
    /// The hash of what was stored of this file; `None` when there is no such file.
    fn sha256(&self, file: &str) -> Option<Sha256Hash>;

    /// The period key under which its pseudonyms were keyed again; `None` when there is no such file.
    fn key(&self, file: &str) -> Option<KeyId>;

    /// What was stored beside a file of the doelgroep: by what each of its persons is known elsewhere.
    ///
    /// # Errors
    /// What the system said; `NotFound`, `InvalidData` or `UnexpectedEof` where it is no longer what was stored.
    fn beside(&self, file: &str) -> io::Result<Box<dyn Read + Send>>;
}

/// Why a levering is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A data file without manifest.
    #[error("er is geen manifest bij dit bestand")]
    NoManifest,
    /// A manifest without data file.
    #[error("het databestand bij dit manifest ontbreekt")]
    NoData,
    /// A name with control characters.
    #[error("de naam van dit bestand bevat stuurtekens")]
    Name,
    /// The manifest is at fault.
    #[error("manifest: {0}")]
    Manifest(ManifestFault),
    /// The manifest is too large to be one.
    #[error("manifest: het bestand is groter dan {MAX_MANIFEST} bytes")]
    ManifestSize,
    /// The file cannot be read.
    #[error("het bestand kan niet gelezen worden")]
    Unreadable,
    /// What was stored when it was received does not open, or is not what was stored.
    #[error("wat bij ontvangst is opgeslagen, is veranderd of afgebroken, of hoort bij een andere periodesleutel")]
    Stored,
    /// Another region than the doelbinding's.
    #[error("manifest: de levering is voor een andere regio dan de doelbinding")]
    Regio,
    /// The bytes are not those of the manifest.
    #[error("de inhoud hoort niet bij het manifest (sha256 verschilt)")]
    Sha256,
    /// Another number of rows than the manifest's.
    #[error("het manifest noemt {said} regels, het bestand heeft er {found}")]
    Records {
        /// The manifest's number.
        said: u64,
        /// The file's.
        found: u64,
    },
    /// A rule is broken at one place.
    #[error("{}", place(.0))]
    Rule(Fault),
    /// A rule is broken at so many further places.
    #[error("{}: nog {count} keer (niet apart genoemd)", rule.what())]
    More {
        /// The rule.
        rule: super::Rule,
        /// How often.
        count: u64,
    },
}

fn place(fault: &Fault) -> String {
    let mut text = String::new();
    if fault.line > 0 {
        text.push_str(&format!("regel {}, ", fault.line));
    }
    match (fault.column, fault.place) {
        (Some(column), _) => text.push_str(&format!("kolom {column}: ")),
        (None, Some(place)) => text.push_str(&format!("kolom nummer {place}: ")),
        (None, None) if fault.line > 0 => {
            text.truncate(text.len() - 2);
            text.push_str(": ");
        }
        (None, None) => {}
    }
    text.push_str(fault.rule.what());
    text
}

impl Refusal {
    /// Of something that was stored and now gives a fault: it is no longer what was stored, taken away perhaps, or the
    /// system cannot read it.
    pub(crate) fn of_stored(fault: &io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => Self::Stored,
            _ => Self::Unreadable,
        }
    }

    /// Stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoManifest => "geen-manifest",
            Self::NoData => "geen-bestand",
            Self::Name => "bestandsnaam",
            Self::Manifest(_) | Self::ManifestSize => "manifest",
            Self::Unreadable => "onleesbaar",
            Self::Stored => "opslag-aangetast",
            Self::Regio => "andere-regio",
            Self::Sha256 => "sha256",
            Self::Records { .. } => "aantal-regels",
            Self::Rule(fault) => fault.rule.code(),
            Self::More { rule, .. } => rule.code(),
        }
    }

    /// What to do, in Dutch.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoManifest => "Vraag de bron om het manifest, of haal het bestand weg.",
            Self::NoData => "Vraag de bron om het databestand, of haal het manifest weg.",
            Self::Name => "Haal het bestand weg en vraag de bron hoe het daar komt.",
            Self::Manifest(_) | Self::ManifestSize => {
                "Maak de levering opnieuw met `inbeeld pseudonimiseer`; docs/begrippen.md noemt elke sleutel."
            }
            Self::Unreadable => "Kijk of u het bestand mag lezen en of de schijf heel is.",
            Self::Stored => {
                "Er is iets aan de opslag veranderd. Geef niets vrij, waarschuw de FG en vraag de bron opnieuw te leveren."
            }
            Self::Regio => "Haal de levering weg, of gebruik de doelbinding van die regio.",
            Self::Sha256 => "Het bestand is onderweg veranderd of afgebroken: vraag de bron het opnieuw te leveren.",
            Self::Records { .. } => "Er zijn regels weggevallen of bijgekomen: vraag de bron het opnieuw te leveren.",
            Self::Rule(fault) => fault.rule.remedy(),
            Self::More { rule, .. } => rule.remedy(),
        }
    }
}

/// A levering or loose file that is refused, and every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Name of the data file.
    pub file: String,
    /// Why.
    pub reasons: Vec<Refusal>,
}

/// What there is in a folder.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// Leveringen with a good manifest, by name.
    pub(crate) leveringen: Vec<Levering>,
    /// The others.
    pub(crate) refused: Vec<Refused>,
}

impl Inventory {
    /// Reads every manifest directly in the folder. A `.csv` without manifest is refused: silence
    /// about a file that lies there would be mistaken for its being used.
    ///
    /// # Errors
    /// What the system said of the folder.
    pub(crate) fn take(folder: &dyn Folder) -> io::Result<Self> {
        let mut inventory = Self::default();
        let mut names = BTreeSet::new();
        for name in folder.names()? {
            // Such a name could write a line of its own into a report or a log.
            if name.chars().any(char::is_control) {
                inventory.refuse(&name.escape_default().to_string(), vec![Refusal::Name]);
            } else {
                names.insert(name);
            }
        }
        for name in &names {
            if let Some(file) = name.strip_suffix(MANIFEST_ENDING) {
                if !names.contains(file) {
                    inventory.refuse(file, vec![Refusal::NoData]);
                    continue;
                }
                match read_manifest(folder, name) {
                    Ok(manifest) => {
                        let stored = folder.received().and_then(|received| received.sha256(file));
                        inventory.leveringen.push(Levering { file: file.to_owned(), manifest, stored });
                    }
                    Err(reasons) => inventory.refuse(file, reasons),
                }
            } else if name.to_lowercase().ends_with(".csv") && !names.contains(&format!("{name}{MANIFEST_ENDING}")) {
                inventory.refuse(name, vec![Refusal::NoManifest]);
            }
        }
        Ok(inventory)
    }

    pub(crate) fn refuse(&mut self, file: &str, reasons: Vec<Refusal>) {
        self.refused.push(Refused { file: file.to_owned(), reasons });
    }
}

fn read_manifest(folder: &dyn Folder, name: &str) -> Result<Manifest, Vec<Refusal>> {
    let (source, _) = folder.open(name).map_err(|_| vec![Refusal::Unreadable])?;
    let mut text = Vec::new();
    source.take(MAX_MANIFEST as u64 + 1).read_to_end(&mut text).map_err(|_| vec![Refusal::Unreadable])?;
    if text.len() > MAX_MANIFEST {
        return Err(vec![Refusal::ManifestSize]);
    }
    Manifest::parse(&text).map_err(|faults| faults.into_iter().map(Refusal::Manifest).collect())
}

/// Every reason to refuse a levering that was read.
pub(crate) fn refusals(levering: &Levering, checked: io::Result<Checked>) -> Vec<Refusal> {
    let Checked { end, records, faults, complete } = match checked {
        Ok(checked) => checked,
        Err(fault) if levering.stored.is_some() => return vec![Refusal::of_stored(&fault)],
        Err(_) => return vec![Refusal::Unreadable],
    };
    // It was good when it was stored: whatever is found now came later.
    if levering.stored.is_some_and(|stored| end.sha256 != stored) {
        return vec![Refusal::Stored];
    }
    let mut refusals = Vec::new();
    if levering.stored.is_none() && end.sha256 != levering.manifest.sha256 {
        refusals.push(Refusal::Sha256);
    }
    // A file that stopped at a fault has not been counted to its end.
    if records != levering.manifest.records && complete {
        refusals.push(Refusal::Records { said: levering.manifest.records, found: records });
    }
    refusals.extend(reasons(&faults));
    refusals
}

/// The reasons in a file's faults: the first in full, the rest counted.
fn reasons(faults: &Faults) -> impl Iterator<Item = Refusal> + '_ {
    let listed = faults.listed().iter().copied().map(Refusal::Rule);
    listed.chain(faults.unlisted().into_iter().map(|(rule, count)| Refusal::More { rule, count }))
}
