//! What the register says, read back: every release and whether it was delivered.

use super::chain::SCHEMA;
use super::{Confirmation, Destruction, Inzage, PastDestruction, PastInzage, RegisterFault};
use crate::chain::{End, verify};
use crate::terms::Sha256Hash;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A register whose chain holds.
#[derive(Clone, Debug)]
pub struct Register {
    /// Every release and every trial, oldest first.
    pub vrijgaven: Vec<Past>,
    /// Every question about one person, oldest first.
    pub inzagen: Vec<PastInzage>,
    /// Every month that was destroyed, oldest first.
    pub vernietigingen: Vec<PastDestruction>,
    /// Where the next line goes.
    pub(crate) end: End,
    hashes: Vec<Sha256Hash>,
}

/// What a line with figures is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soort {
    /// A release.
    Vrijgave,
    /// A trial: its figures were seen, so they count like those of a release; no file left.
    Proef,
}

impl Soort {
    /// The word in the register.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vrijgave => "vrijgave",
            Self::Proef => "proef",
        }
    }
}

/// A release that the register remembers.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its number: that of its line.
    pub nr: usize,
    /// Whether it left, or was only tried.
    pub soort: Soort,
    /// What it says.
    pub entry: Entry,
    /// Number of the line that says that all its files are in place.
    pub uitgeleverd: Option<usize>,
    /// A later release that was delivered with the same tables, where this one was not.
    pub aangevuld_door: Option<usize>,
}

/// The entry of a release. What a later version adds is left alone.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// When, UTC.
    pub tijd: String,
    /// Whether "today" was set by hand.
    pub vandaag_gezet: bool,
    /// Under which text.
    pub doelbinding: PastText,
    /// Names of the keys that signed it.
    pub ondertekend_door: Vec<String>,
    /// The reference date.
    pub peildatum: String,
    /// The region.
    pub regio: String,
    /// The population in words.
    pub doelgroep: String,
    /// Every source and what it covered.
    pub bronnen: Vec<PastSource>,
    /// Every levering that served.
    pub leveringen: Vec<PastLevering>,
    /// The text's choices.
    pub regels: PastRules,
    /// The tables with their published cells.
    pub tabellen: Vec<PastTable>,
    /// The reasons per klasse as published.
    pub redenen: PastReasons,
    /// Every list that left, without what stood on it or how much.
    #[serde(default)]
    pub lijsten: Vec<PastList>,
    /// How many persons belonged on a list without handle, where that was told.
    #[serde(default)]
    pub zonder_verwijzing: Option<u64>,
    /// Every file that left.
    pub bestanden: Vec<PastFile>,
}

/// The text of a release.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct PastText {
    /// Name of the purpose.
    pub id: String,
    /// Version of the text.
    pub versie: u32,
    /// Hash of the signed bytes.
    pub sha256: String,
}

/// A source of a release.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PastSource {
    /// Which.
    pub bron: String,
    /// For which kind of number.
    pub identificatie: String,
    /// What it covered, in a word.
    pub dekking: String,
}

/// A levering of a release.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PastLevering {
    /// Kind of source.
    pub bron: String,
    /// Hash of the file.
    pub sha256: String,
}

/// What a text chose, so that it can be counted again.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PastRules {
    /// Municipalities, in the text's order.
    pub gemeenten: Vec<String>,
    /// Youngest age.
    pub leeftijd_van: i16,
    /// First age too old.
    pub leeftijd_tot: i16,
    /// `oud`, `nieuw` or `alle`.
    pub cohort: String,
    /// Income above which somebody works, in eurocents.
    pub inkomen_boven_cent: i64,
    /// Month of the income.
    pub inkomen_maand: String,
    /// The sources that it reads.
    pub bronnen: Vec<String>,
}

/// The reasons of a release.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PastReasons {
    /// Smallest count that could be seen; 0 where they are rounded.
    pub drempel: u32,
    /// Klasse × reden with totals, in the order of the closed sets; `None` where withheld.
    pub aantallen: Vec<Option<u64>>,
}

/// A contact list of a release.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PastList {
    /// Its name.
    pub naam: String,
    /// Who received it.
    pub gemeente: String,
    /// Whom it lists.
    pub klassen: Vec<String>,
    /// What it tells of them beside the handle.
    pub velden: Vec<String>,
}

/// A table of a release, with its cells as published.
#[derive(Clone, Debug, Deserialize)]
pub struct PastTable {
    /// Its name.
    pub naam: String,
    /// Its dimensions.
    pub dimensies: Vec<String>,
    /// How it was protected.
    pub methode: String,
    /// Smallest count that could be seen; `None` for rounding.
    #[serde(default)]
    pub drempel: Option<u32>,
    /// For rounding: how far a number is from the truth at most.
    #[serde(default)]
    pub grootste_afwijking: Option<u64>,
    /// Every cell: its labels, and `aantal` which is null where withheld.
    pub cellen: Vec<Map<String, Value>>,
}

impl PastTable {
    /// How many cells were withheld.
    #[must_use]
    pub fn withheld(&self) -> usize {
        self.cellen.iter().filter(|cell| cell.get("aantal").is_none_or(Value::is_null)).count()
    }
}

/// A file of a release.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct PastFile {
    /// Its name.
    pub naam: String,
    /// Hash of its bytes.
    pub sha256: String,
}

impl Past {
    fn new(nr: usize, soort: Soort, entry: Entry) -> Self {
        Self { nr, soort, entry, uitgeleverd: None, aangevuld_door: None }
    }

    /// Whether it was cut off and no later release completed it.
    #[must_use]
    pub fn open(&self) -> bool {
        self.soort == Soort::Vrijgave && self.uitgeleverd.is_none() && self.aangevuld_door.is_none()
    }
}

impl Entry {
    /// Whether the other entry has the same tables: one text, one peildatum, one `vrijgave.json`.
    fn same_tables(&self, other: &Self) -> bool {
        let tables = |entry: &Self| entry.bestanden.iter().find(|file| file.naam == "vrijgave.json").cloned();
        self.doelbinding == other.doelbinding
            && self.peildatum == other.peildatum
            && tables(self).is_some()
            && tables(self) == tables(other)
    }
}

/// The lines that are not the chain's own.
#[derive(Deserialize)]
#[serde(tag = "soort", rename_all = "snake_case")]
enum Kind {
    Vrijgave(Box<Entry>),
    Proef(Box<Entry>),
    Inzage(Box<Inzage>),
    Uitgeleverd { vrijgave: usize },
    Vernietiging(Box<Destruction>),
    VernietigingBevestigd(Box<Confirmation>),
}

impl Register {
    /// Reads every line of a chain that holds.
    ///
    /// # Errors
    /// [`RegisterFault::Broken`] or [`RegisterFault::Odd`] at the first line that is not right.
    pub fn read<L: AsRef<str>>(lines: &[L]) -> Result<Self, RegisterFault> {
        let hashes = verify(lines).map_err(|line| RegisterFault::Broken { line })?;
        let mut past: BTreeMap<usize, Past> = BTreeMap::new();
        let mut inzagen = Vec::new();
        let mut vernietigingen: Vec<PastDestruction> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let nr = at + 1;
            match kind(line.as_ref()) {
                Some(Kind::Vrijgave(entry)) => {
                    past.insert(nr, Past::new(nr, Soort::Vrijgave, *entry));
                }
                Some(Kind::Proef(entry)) => {
                    past.insert(nr, Past::new(nr, Soort::Proef, *entry));
                }
                Some(Kind::Inzage(entry)) => inzagen.push(PastInzage { nr, entry: *entry }),
                Some(Kind::Uitgeleverd { vrijgave }) => match past.get_mut(&vrijgave) {
                    Some(release) if release.soort == Soort::Vrijgave && release.uitgeleverd.is_none() => {
                        release.uitgeleverd = Some(nr);
                    }
                    _ => return Err(RegisterFault::Odd { line: nr }),
                },
                // A month is destroyed once.
                Some(Kind::Vernietiging(entry))
                    if vernietigingen.iter().all(|past| past.entry.periode != entry.periode) =>
                {
                    vernietigingen.push(PastDestruction { nr, entry: *entry, bevestigd: Vec::new() });
                }
                Some(Kind::VernietigingBevestigd(says)) => {
                    let past = vernietigingen.iter_mut().find(|past| past.nr == says.vernietiging);
                    if !past.is_some_and(|past| past.take(nr, *says)) {
                        return Err(RegisterFault::Odd { line: nr });
                    }
                }
                Some(Kind::Vernietiging(_)) | None => return Err(RegisterFault::Odd { line: nr }),
            }
        }
        let mut vrijgaven: Vec<Past> = past.into_values().collect();
        complete(&mut vrijgaven);
        let end = End { lines: hashes.len(), head: hashes.last().copied().unwrap_or(Sha256Hash([0; 32])) };
        Ok(Self { vrijgaven, inzagen, vernietigingen, end, hashes })
    }

    /// How many lines it has, of whatever kind.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.hashes.len()
    }

    /// Hash of a line, by its number.
    pub(crate) fn hash(&self, nr: u64) -> Option<Sha256Hash> {
        let at = usize::try_from(nr.checked_sub(1)?).ok()?;
        self.hashes.get(at).copied()
    }

    /// Hash of the last line, to be kept elsewhere; zeros for an empty register.
    #[must_use]
    pub fn head(&self) -> Sha256Hash {
        self.end.head
    }

    /// How many lines came after a head that was kept elsewhere.
    ///
    /// # Errors
    /// [`RegisterFault::Head`] when it is no line's: lines were cut off or written again.
    pub fn since(&self, kept: Sha256Hash) -> Result<usize, RegisterFault> {
        // An empty register has a head too: everything came after it.
        if kept == Sha256Hash([0; 32]) {
            return Ok(self.lines());
        }
        let found = self.hashes.iter().rev().position(|hash| *hash == kept);
        found.ok_or(RegisterFault::Head { lines: self.lines() })
    }
}

fn kind(line: &str) -> Option<Kind> {
    let value: Value = serde_json::from_str(line).ok()?;
    let known = value.get("schema").and_then(Value::as_str) == Some(SCHEMA);
    known.then(|| serde_json::from_value(value).ok()).flatten()
}

/// Names for every release that was not delivered the later one that was, with the same tables.
fn complete(vrijgaven: &mut [Past]) {
    let mut rest = vrijgaven;
    while let Some((first, later)) = rest.split_first_mut() {
        if first.uitgeleverd.is_none() {
            let again = later.iter().find(|past| past.uitgeleverd.is_some() && past.entry.same_tables(&first.entry));
            first.aangevuld_door = again.map(|past| past.nr);
        }
        rest = later;
    }
}
