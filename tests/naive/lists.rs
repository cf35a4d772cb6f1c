//! The contact lists, one person after the other, as the domain states who is on one.

use std::collections::BTreeMap;

use super::world::{Delivery, Refusal, World, toml_list};

/// A `[[lijst]]` of a doelbinding.
#[derive(Debug, Clone)]
pub struct Lijst {
    /// Its name.
    pub naam: String,
    /// Whom it lists.
    pub klassen: Vec<String>,
    /// Its columns beside the verwijzing.
    pub velden: Vec<String>,
    /// CBS codes of who receive it.
    pub ontvangers: Vec<String>,
    /// `max_aandeel` in whole percents.
    pub max_procent: u64,
    /// Contact values that keep somebody off.
    pub contact_uitgezonderd: Vec<String>,
    /// Whether somebody with whom a party is involved, or may be, is kept off.
    pub zonder_betrokkenheid: bool,
}

/// What one list tells one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Handle and values, sorted.
    pub rows: Vec<Vec<String>>,
    /// All persons counted in the municipality.
    pub persons: u64,
    /// Whether it names more of them than it may.
    pub too_large: bool,
}

/// Everything that lists tell, and what tests want to have met.
#[derive(Debug, Default)]
pub struct Lists {
    /// By name and municipality.
    pub pages: BTreeMap<(String, String), Page>,
    /// Per municipality the persons who belong on one of its lists and of whom it made no handle.
    pub without: BTreeMap<String, u64>,
    /// What came about, by name: so that a test can tell that it met everything.
    pub met: BTreeMap<&'static str, u64>,
}

impl Lijst {
    /// Its place in a doelbinding.
    pub fn toml(&self) -> String {
        let mut text = format!(
            "\n[[lijst]]\nnaam = \"{}\"\nklassen = {}\nvelden = {}\nontvangers = {}\nmax_aandeel = {}.{:02}\n",
            self.naam,
            toml_list(&self.klassen),
            toml_list(&self.velden),
            toml_list(&self.ontvangers),
            self.max_procent / 100,
            self.max_procent % 100,
        );
        if !self.contact_uitgezonderd.is_empty() {
            text += &format!("contact_uitgezonderd = {}\n", toml_list(&self.contact_uitgezonderd));
        }
        if self.zonder_betrokkenheid {
            text += "betrokkenheid = \"geen\"\n";
        }
        text
    }
}

impl World {
    /// What the lists tell, or why there are none.
    pub fn lists(&self, asked: &[Lijst]) -> Result<Lists, Refusal> {
        let outcomes = self.classify()?;
        let serving = self.serving()?;
        let mut all = Lists::default();
        for lijst in asked {
            for gemeente in &lijst.ontvangers {
                let persons = outcomes.iter().filter(|outcome| outcome.gemeente == *gemeente).count() as u64;
                let page = Page { rows: Vec::new(), persons, too_large: false };
                all.pages.insert((lijst.naam.clone(), gemeente.clone()), page);
            }
        }
        for outcome in &outcomes {
            // Every serving row of the doelgroep about this person.
            let mut rows: Vec<(&Delivery, &[String])> = Vec::new();
            for delivery in &serving {
                if delivery.bron != "doelgroep" || delivery.identificatie != outcome.identificatie {
                    continue;
                }
                for row in &delivery.rows {
                    if delivery.cell(row, "pseudoniem") == outcome.pseudoniem {
                        rows.push((delivery, row));
                    }
                }
            }
            rows.sort_by(|(a, _), (b, _)| (&b.aangemaakt, &b.oin).cmp(&(&a.aangemaakt, &a.oin)));
            let (first, deciding) = rows[0];
            let decides = |column| first.cell(deciding, column);
            let left_alone = rows.iter().any(|(delivery, row)| delivery.cell(row, "niet_benaderen") == "j");
            let handles: Vec<&str> = rows
                .iter()
                .filter(|(delivery, row)| delivery.cell(row, "gemeente") == outcome.gemeente)
                .map(|(delivery, row)| delivery.cell(row, "verwijzing"))
                .filter(|handle| !handle.is_empty())
                .collect();
            let mut belongs = false;
            for lijst in asked {
                let mut met = |what| *all.met.entry(what).or_default() += 1;
                if !lijst.ontvangers.contains(&outcome.gemeente) || !lijst.klassen.contains(&outcome.klasse) {
                    continue;
                }
                if left_alone {
                    let said =
                        if decides("niet_benaderen") == "j" { "niet_benaderen" } else { "niet_benaderen elders" };
                    met(said);
                    continue;
                }
                if lijst.contact_uitgezonderd.iter().any(|contact| contact == decides("contact")) {
                    met("contact uitgezonderd");
                    continue;
                }
                if lijst.zonder_betrokkenheid && outcome.betrokkenheid != "geen" {
                    met(if outcome.betrokkenheid == "onbekend" { "misschien betrokken" } else { "betrokken" });
                    continue;
                }
                belongs = true;
                let Some(handle) = handles.first() else {
                    met(if decides("verwijzing").is_empty() {
                        "zonder verwijzing"
                    } else {
                        "alleen die van een ander"
                    });
                    continue;
                };
                met(if *handle == decides("verwijzing") { "op de lijst" } else { "niet die van de beslissende rij" });
                let value = |veld: &String| match veld.as_str() {
                    "klasse" => outcome.klasse.clone(),
                    "leeftijdsgroep" => outcome.leeftijdsgroep.clone(),
                    "cohort" => outcome.cohort.clone(),
                    "contact" => outcome.contact.clone(),
                    "betrokkenheid" => outcome.betrokkenheid.clone(),
                    "uitschrijfmaand" => decides("uitschrijfdatum").chars().take(7).collect(),
                    other => panic!("no such veld: {other}"),
                };
                let row = std::iter::once((*handle).to_owned()).chain(lijst.velden.iter().map(value)).collect();
                let page = all.pages.get_mut(&(lijst.naam.clone(), outcome.gemeente.clone()));
                page.expect("a page per recipient").rows.push(row);
            }
            if belongs && handles.is_empty() {
                *all.without.entry(outcome.gemeente.clone()).or_default() += 1;
            }
        }
        for ((naam, _), page) in &mut all.pages {
            let most = asked.iter().find(|lijst| lijst.naam == *naam).expect("asked").max_procent;
            page.rows.sort();
            page.too_large = page.rows.len() as u64 * 100 > most * page.persons;
            let exactly = !page.rows.is_empty() && page.rows.len() as u64 * 100 == most * page.persons;
            let what = if page.too_large {
                "te groot"
            } else if exactly && most < 100 {
                "precies het grootste aandeel"
            } else if page.rows.is_empty() {
                "niemand"
            } else {
                "een lijst"
            };
            *all.met.entry(what).or_default() += 1;
        }
        Ok(all)
    }
}
