//! Records of processing (AVG art. 30(1)): one per text, under the names that municipalities use for
//! the fields of their register (VNG), with what art. 30 asks beside them.

use super::facts::Source;
use super::{AccountFault, Text, facts, measures, open};
use crate::doelbinding::Policy;
use crate::doelbinding::plain::page::shown;
use crate::doelbinding::plain::words;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// The record of one text. Every field is text on one line, or several of those.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    doelbinding: String,
    versie: u32,
    sha256: String,
    geldig_van: String,
    geldig_tot_en_met: String,
    naam: String,
    doel: String,
    grondslag: Vec<String>,
    bsn_grondslag: String,
    toelichting: String,
    bewaartermijn: String,
    herkomst: Vec<String>,
    categorieen_betrokkenen: Vec<String>,
    categorieen_persoonsgegevens: Vec<String>,
    bijzondere_persoonsgegevens: String,
    ontvangers: Vec<String>,
    doorgifte_buiten_eu: String,
    beveiligingsmaatregelen: Vec<String>,
    verantwoordelijke: String,
    verantwoordelijke_oin: String,
    contact_verantwoordelijke: String,
    contact_fg: String,
    gezamenlijke_verantwoordelijken: String,
}

/// The records of all texts, by name and version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Records {
    schema: &'static str,
    verwerkingen: Vec<Record>,
}

impl Records {
    /// The records of these texts.
    ///
    /// # Errors
    /// [`AccountFault::Twice`] when two of them have one id and version.
    pub fn of(texts: &[Text]) -> Result<Self, AccountFault> {
        let mut seen = BTreeSet::new();
        for text in texts {
            let (id, versie) = (&text.identity.id, text.identity.versie);
            if !seen.insert((id, versie)) {
                return Err(AccountFault::Twice { id: id.clone(), versie });
            }
        }
        let mut verwerkingen: Vec<Record> = texts.iter().map(record).collect();
        verwerkingen.sort_by(|a, b| (&a.doelbinding, a.versie).cmp(&(&b.doelbinding, b.versie)));
        Ok(Self { schema: "inbeeld/verwerkingsregister/v1", verwerkingen })
    }

    /// As JSON.
    ///
    /// # Errors
    /// [`AccountFault::Records`], which is a mistake of ours.
    pub fn json(&self) -> Result<String, AccountFault> {
        serde_json::to_string_pretty(self).map(|text| format!("{text}\n")).map_err(|_| AccountFault::Records)
    }

    /// As CSV: separator `;`, every field quoted, several values in one field behind each other.
    ///
    /// # Errors
    /// [`AccountFault::Records`], which is a mistake of ours.
    pub fn csv(&self) -> Result<String, AccountFault> {
        let mut text = String::new();
        for (at, record) in self.verwerkingen.iter().enumerate() {
            let fields = record.fields()?;
            if at == 0 {
                text.push_str(&quoted(fields.iter().map(|(name, _)| name.clone())));
            }
            text.push_str(&quoted(fields.iter().map(|(_, values)| harmless(&values.join(" | ")))));
        }
        Ok(text)
    }

    /// For a person: per text a block with every field.
    ///
    /// # Errors
    /// [`AccountFault::Records`], which is a mistake of ours.
    pub fn text(&self) -> Result<String, AccountFault> {
        let mut text = String::new();
        for record in &self.verwerkingen {
            for (name, values) in record.fields()? {
                let name = name.replace('_', " ");
                match values.as_slice() {
                    [one] => text.push_str(&format!("{name}: {one}\n")),
                    several => {
                        text.push_str(&format!("{name}:\n"));
                        several.iter().for_each(|one| text.push_str(&format!("  - {one}\n")));
                    }
                }
            }
            text.push('\n');
        }
        text.push_str(&format!("{} verwerking(en)\n", self.verwerkingen.len()));
        Ok(text)
    }
}

impl Record {
    /// Every field by its name, in order, with its values.
    fn fields(&self) -> Result<Vec<(String, Vec<String>)>, AccountFault> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else { return Err(AccountFault::Records) };
        let words = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let values = |value| match value {
            Value::Array(values) => values.into_iter().map(words).collect(),
            one => vec![words(one)],
        };
        Ok(fields.into_iter().map(|(name, value)| (name, values(value))).collect())
    }
}

/// A line of CSV with every cell in quotes (RFC 4180).
fn quoted(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    format!("{}\n", cells.join(";"))
}

/// A cell that a spreadsheet takes for text and not for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn record(text: &Text) -> Record {
    let (policy, identity) = (&text.policy, &text.identity);
    let own = &policy.verantwoordelijke;
    let lines = |items: Vec<String>| items.iter().map(|item| shown(item)).collect();
    Record {
        doelbinding: policy.id.clone(),
        versie: policy.versie,
        sha256: identity.sha256.to_string(),
        geldig_van: policy.geldig.van.to_string(),
        geldig_tot_en_met: policy.geldig.tot_en_met.to_string(),
        naam: shown(&policy.titel),
        doel: shown(&policy.doel),
        grondslag: lines(policy.grondslag.clone()),
        bsn_grondslag: shown(&policy.bsn_grondslag),
        toelichting: shown(&policy.noodzaak),
        bewaartermijn: format!(
            "{}; na {} wordt niets meer vrijgegeven",
            words::dagen(policy.bewaartermijn_dagen),
            words::datum(facts::last_release(policy))
        ),
        herkomst: lines(facts::sources(policy).iter().map(origin).collect()),
        categorieen_betrokkenen: subjects(policy),
        categorieen_persoonsgegevens: facts::sources(policy).iter().map(categories).collect(),
        bijzondere_persoonsgegevens: facts::special(policy),
        ontvangers: receivers(policy),
        doorgifte_buiten_eu: "de doelbinding noemt geen ontvanger buiten de Europese Unie".to_owned(),
        beveiligingsmaatregelen: measures::all(policy),
        verantwoordelijke: format!("{} (OIN {})", shown(&own.naam), own.oin),
        verantwoordelijke_oin: own.oin.to_string(),
        contact_verantwoordelijke: open("adres, telefoonnummer en e-mailadres"),
        contact_fg: open("naam, telefoonnummer en e-mailadres"),
        gezamenlijke_verantwoordelijken: joint(policy),
    }
}

/// Where a source's data come from and why.
fn origin(source: &Source<'_>) -> String {
    let Some(ask) = source.ask else {
        return format!("{}: {}", source.bron, open("namen van de organisaties die dit leveren"));
    };
    let who = facts::numbers(ask).unwrap_or_else(|| open("namen van de organisaties die dit leveren"));
    format!("{}: {who}. {}", source.bron, ask.waarom)
}

fn categories(source: &Source<'_>) -> String {
    format!("{}: pseudoniem; {}", source.bron, source.columns.join("; "))
}

fn subjects(policy: &Policy) -> Vec<String> {
    let places = facts::places(&policy.doelgroep.gemeenten);
    vec![
        format!("{}; {}; zij wonen in {places}", facts::ages(policy), facts::left_school(policy)),
        "andere inwoners van de regio die in een volledige levering van een bron staan; over hen komt niets naar buiten"
            .to_owned(),
    ]
}

fn receivers(policy: &Policy) -> Vec<String> {
    let mut all = Vec::new();
    if !policy.tabellen.is_empty() {
        all.push("tabellen met aantallen: geen persoonsgegevens, te delen met bijvoorbeeld de gemeenteraad".to_owned());
    }
    for lijst in &policy.lijsten {
        let codes: Vec<String> =
            lijst.ontvangers.iter().map(|code| format!("{} ({code})", words::gemeente(*code))).collect();
        all.push(format!(
            "lijst {} met {}, en naast de verwijzing {}: de gemeenten {}, elk alleen over eigen dossiers",
            lijst.naam,
            facts::listed(lijst),
            facts::fields(lijst),
            words::opsomming(&codes)
        ));
    }
    if all.is_empty() {
        all.push("geen: de doelbinding laat niets naar buiten".to_owned());
    }
    all
}

fn joint(policy: &Policy) -> String {
    let Some(convenant) = &policy.convenant else {
        return "de doelbinding noemt geen convenant".to_owned();
    };
    let parties: Vec<String> = convenant.partijen.iter().map(|oin| format!("OIN {oin}")).collect();
    format!(
        "partijen bij {} van {}: {}. {}",
        shown(&convenant.titel),
        words::datum(convenant.datum),
        words::opsomming(&parties),
        open("wie van hen gezamenlijk verantwoordelijk is")
    )
}
