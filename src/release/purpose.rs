//! What the text says, for those who read a release.

use crate::doelbinding::Policy;
use crate::terms::{Bron, Cohort, Maand, Peildatum};

/// The words of a text that releases repeat, and the choices that its definitions name.
#[derive(Clone, Debug)]
pub struct Purpose {
    /// Title.
    pub titel: String,
    /// Purpose in plain Dutch.
    pub doel: String,
    /// Legal bases.
    pub grondslag: Vec<String>,
    /// Why no lighter way does.
    pub noodzaak: String,
    /// Name of who is responsible.
    pub verantwoordelijke: String,
    /// Youngest age.
    pub leeftijd_van: i16,
    /// First age too old.
    pub leeftijd_tot: i16,
    /// Only this cohort; `None` for all.
    pub cohort: Option<Cohort>,
    /// Income above which somebody works, in eurocents.
    pub inkomen_boven_cent: i64,
    /// The month whose income counts.
    pub inkomen_maand: Maand,
    /// Whether the population register is read.
    pub brp: bool,
}

impl Purpose {
    /// What a text says at a peildatum.
    #[must_use]
    pub fn of(policy: &Policy, peildatum: Peildatum) -> Self {
        Self {
            titel: policy.titel.clone(),
            doel: policy.doel.clone(),
            grondslag: policy.grondslag.clone(),
            noodzaak: policy.noodzaak.clone(),
            verantwoordelijke: policy.verantwoordelijke.naam.clone(),
            leeftijd_van: policy.doelgroep.leeftijd_van,
            leeftijd_tot: policy.doelgroep.leeftijd_tot,
            cohort: policy.doelgroep.cohort,
            inkomen_boven_cent: policy.doelgroep.inkomen_boven_cent,
            inkomen_maand: policy.inkomen_maand(peildatum),
            brp: policy.bronnen.contains_key(&Bron::Brp),
        }
    }
}
