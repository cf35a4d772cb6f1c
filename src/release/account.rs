//! What is said of a release beside its figures: text, leveringen, coverage, durations.

use super::Purpose;
use crate::disclosure::{Comparison, ContactList, ListSet, ReasonCount, Reasons, TableRefusal};
use crate::doelbinding::TextIdentity;
use crate::ingest::{Coverage, Levering};
use crate::register::{PastList, PastReasons, PastRules};
use crate::terms::{Bron, Identificatie, Moment, Peildatum, Regio, Sha256Hash};
use serde::Serialize;
use serde_json::{Map, Value};

/// How a run went, for the verantwoording and the register.
#[derive(Clone, Debug)]
pub struct Account {
    /// When the run was released, UTC.
    pub tijd: Moment,
    /// Whether "today" was set by hand (INBEELD_VANDAAG).
    pub vandaag_gezet: bool,
    /// Names of the keys that signed the text.
    pub ondertekend_door: Vec<String>,
    /// What the text says, for people.
    pub doel: Purpose,
    /// The population in words of the text.
    pub doelgroep: String,
    /// The text's choices, to count again later what was counted now.
    pub regels: PastRules,
    /// The leveringen that served.
    pub leveringen: Vec<LeveringUsed>,
    /// Each source of the text.
    pub bronnen: Vec<SourceUsed>,
    /// Whether a source that matched nobody was accepted.
    pub zonder_overlap: bool,
    /// Phases and how many seconds each took.
    pub duur_s: Vec<(String, f64)>,
}

/// A levering that served. Its number of rows is left out: for a small municipality that would be
/// a cell of its own.
#[derive(Clone, Debug, Serialize)]
pub struct LeveringUsed {
    bestand: String,
    bron: &'static str,
    leverancier: String,
    oin: String,
    identificatie: &'static str,
    periode: String,
    dekking: &'static str,
    aangemaakt: String,
    sha256: String,
}

impl LeveringUsed {
    pub(crate) fn of(levering: &Levering) -> Self {
        let manifest = &levering.manifest;
        Self {
            bestand: levering.file.clone(),
            bron: manifest.bron.as_str(),
            leverancier: manifest.leverancier.naam.clone(),
            oin: manifest.leverancier.oin.to_string(),
            identificatie: manifest.identificatie.as_str(),
            periode: manifest.periode.to_string(),
            dekking: manifest.dekking.as_str(),
            aangemaakt: manifest.aangemaakt.to_string(),
            sha256: manifest.sha256.to_string(),
        }
    }

    /// The name of its file.
    pub(crate) fn file(&self) -> &str {
        &self.bestand
    }

    /// Number of who delivered it.
    pub(crate) fn oin(&self) -> &str {
        &self.oin
    }
}

/// What one source gave.
#[derive(Clone, Debug)]
pub struct SourceUsed {
    /// The source.
    pub bron: Bron,
    /// For which kind of number.
    pub identificatie: Identificatie,
    /// What it covers.
    pub dekking: Coverage,
    /// Share of the doelgroep that it knows, in steps of 5%; `None` for a doelgroep under 100.
    pub gekoppeld_procent: Option<u8>,
}

impl SourceUsed {
    /// The coverage in a word.
    #[must_use]
    pub fn dekking_woord(&self) -> &'static str {
        self.dekking.as_str()
    }
}

/// The text, as releases name it.
#[derive(Serialize)]
pub(super) struct Doelbinding {
    pub(super) id: String,
    pub(super) versie: u32,
    pub(super) sha256: String,
}

/// Everything that the formats tell beside the figures.
pub(super) struct Context<'a> {
    pub(super) doelbinding: Doelbinding,
    pub(super) peildatum: Peildatum,
    pub(super) regio: Regio,
    pub(super) account: &'a Account,
}

impl Doelbinding {
    pub(super) fn of(identity: &TextIdentity) -> Self {
        Self { id: identity.id.clone(), versie: identity.versie, sha256: identity.sha256.to_string() }
    }
}

fn sources(account: &Account) -> Vec<Value> {
    let line = |source: &SourceUsed| {
        serde_json::json!({
            "bron": source.bron.as_str(),
            "identificatie": source.identificatie.as_str(),
            "dekking": source.dekking_woord(),
            "gekoppeld_procent": source.gekoppeld_procent,
        })
    };
    account.bronnen.iter().map(line).collect()
}

/// That a list left, for whom and telling what; never how many stand on it.
fn told(list: &ContactList) -> PastList {
    PastList {
        naam: list.naam.clone(),
        gemeente: list.gemeente.to_string(),
        klassen: list.klassen.iter().map(ToString::to_string).collect(),
        velden: list.velden.iter().map(ToString::to_string).collect(),
    }
}

/// `verantwoording.json`.
#[derive(Serialize)]
pub(super) struct Verantwoording<'a> {
    schema: &'static str,
    doelbinding: &'a Doelbinding,
    peildatum: String,
    regio: String,
    doelgroep: &'a str,
    tijd: String,
    vandaag_gezet: bool,
    ondertekend_door: &'a [String],
    leveringen: &'a [LeveringUsed],
    bronnen: Vec<Value>,
    zonder_overlap_geaccepteerd: bool,
    redenen: Vec<Value>,
    /// Why there are none, where the text asked for no table.
    redenen_achtergehouden: Option<String>,
    geweigerde_tabellen: Vec<String>,
    lijsten: Vec<PastList>,
    geweigerde_lijsten: Vec<String>,
    /// Persons who belong on a list and of whom their municipality made no handle.
    zonder_verwijzing: Option<u64>,
    /// With what the lists were compared, where withdrawals are told.
    intrekking: Option<&'static str>,
    duur_s: Map<String, Value>,
}

impl<'a> Verantwoording<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        redenen: &[ReasonCount],
        geweigerd: &[TableRefusal],
        lists: &ListSet,
    ) -> Self {
        let Context { doelbinding, peildatum, regio, account } = context;
        let reason = |count: &ReasonCount| {
            serde_json::json!({
                "klasse": count.klasse.as_str(),
                "reden": count.reden.map_or("totaal", |reden| reden.as_str()),
                "aantal": count.aantal,
            })
        };
        Self {
            schema: "inbeeld/verantwoording/v1",
            doelbinding,
            peildatum: peildatum.to_string(),
            regio: regio.to_string(),
            doelgroep: &account.doelgroep,
            tijd: account.tijd.to_string(),
            vandaag_gezet: account.vandaag_gezet,
            ondertekend_door: &account.ondertekend_door,
            leveringen: &account.leveringen,
            bronnen: sources(account),
            zonder_overlap_geaccepteerd: account.zonder_overlap,
            redenen: redenen.iter().map(reason).collect(),
            redenen_achtergehouden: geweigerd.iter().find(|one| one.asked_nothing()).map(ToString::to_string),
            geweigerde_tabellen: geweigerd.iter().filter(|one| !one.asked_nothing()).map(ToString::to_string).collect(),
            lijsten: lists.lijsten.iter().map(told).collect(),
            geweigerde_lijsten: lists.geweigerd.iter().map(ToString::to_string).collect(),
            zonder_verwijzing: lists.zonder_verwijzing,
            intrekking: lists.vergelijking.map(Comparison::as_str),
            duur_s: account.duur_s.iter().map(|(phase, seconds)| (phase.clone(), (*seconds).into())).collect(),
        }
    }
}

/// What the register remembers of a release.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    tijd: String,
    vandaag_gezet: bool,
    doelbinding: &'a Doelbinding,
    ondertekend_door: &'a [String],
    peildatum: String,
    regio: String,
    doelgroep: &'a str,
    bronnen: Vec<Value>,
    leveringen: &'a [LeveringUsed],
    regels: &'a PastRules,
    tabellen: &'a [Value],
    redenen: PastReasons,
    lijsten: Vec<PastList>,
    zonder_verwijzing: Option<u64>,
    bestanden: Vec<Value>,
}

impl<'a> Entry<'a> {
    pub(super) fn new<'f>(
        context: &'a Context<'a>,
        tabellen: &'a [Value],
        redenen: &Reasons,
        lists: &ListSet,
        bestanden: impl Iterator<Item = (&'f str, Sha256Hash)>,
    ) -> Self {
        let Context { doelbinding, peildatum, regio, account } = context;
        let file = |(name, hash): (&str, Sha256Hash)| serde_json::json!({ "naam": name, "sha256": hash.to_string() });
        Self {
            tijd: account.tijd.to_string(),
            vandaag_gezet: account.vandaag_gezet,
            doelbinding,
            ondertekend_door: &account.ondertekend_door,
            peildatum: peildatum.to_string(),
            regio: regio.to_string(),
            doelgroep: &account.doelgroep,
            bronnen: sources(account),
            leveringen: &account.leveringen,
            regels: &account.regels,
            tabellen,
            redenen: PastReasons { drempel: redenen.drempel, aantallen: redenen.cells.clone() },
            lijsten: lists.lijsten.iter().map(told).collect(),
            zonder_verwijzing: lists.zonder_verwijzing,
            bestanden: bestanden.map(file).collect(),
        }
    }
}
