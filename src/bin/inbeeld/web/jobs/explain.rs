//! Why a koppeling ended without a release, as it is kept and shown.

use crate::web::problem::Fault;
use inbeeld::fault::{Exit, Explain};
use inbeeld::run::RunFault;
use inbeeld::store::db::Staat;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Reasons of refused leveringen that are kept; the rest is counted per file by the levering itself.
const MOST: usize = 500;

/// Waarom er niets naar buiten ging.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Uitleg)]
pub(crate) struct Explained {
    /// Vaste code.
    pub(crate) code: String,
    /// Wat er aan de hand is, in het Nederlands.
    pub(crate) wat: String,
    /// Wat u kunt doen.
    pub(crate) doe: String,
    /// Elke fout in de leveringen, met de naam van het bestand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fouten: Vec<Fault>,
}

impl Explained {
    fn new(code: &str, wat: &str, doe: &str) -> Self {
        Self { code: code.to_owned(), wat: wat.to_owned(), doe: doe.to_owned(), fouten: Vec::new() }
    }

    pub(crate) fn of(fault: &impl Explain) -> Self {
        Self::new(fault.code(), &fault.to_string(), &fault.remedy())
    }

    /// The service was stopped, or it died.
    pub(crate) fn stopped() -> Self {
        let what = "de dienst is gestopt voordat deze koppeling af was; er is niets vrijgegeven";
        Self::new("dienst-onderbroken", what, "Vraag de koppeling opnieuw aan.")
    }

    /// The service died between register and files.
    pub(crate) fn half() -> Self {
        let what =
            "de dienst viel uit tijdens het vrijgeven: de vrijgave staat in het register, maar is niet uitgeleverd";
        Self::new("niet-uitgeleverd", what, "Vraag dezelfde koppeling opnieuw aan en geef haar vrij: dat vult aan.")
    }

    /// The month was destroyed while nobody decided.
    pub(crate) fn destroyed() -> Self {
        let what = "de bewaartermijn van de maand is voorbij; er is niets vrijgegeven";
        Self::new("periode-vernietigd", what, "Van deze maand kan niets meer naar buiten.")
    }

    pub(crate) fn cancelled() -> Self {
        let what = "de koppeling is afgebroken; er is niets vrijgegeven";
        Self::new("koppeling-afgebroken", what, "Vraag zo nodig een nieuwe aan.")
    }

    /// Refused by who decides.
    pub(crate) fn refused(reason: &str) -> Self {
        Self::new("vrijgave-geweigerd", reason, "Overleg met de vrijgever, en vraag zo nodig een nieuwe koppeling aan.")
    }

    /// As it is kept.
    pub(crate) fn to_json(&self) -> String {
        // Texts only: it always becomes JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How a run ended that released nothing.
pub(crate) struct Ended {
    pub(crate) staat: Staat,
    pub(crate) why: Explained,
}

impl From<RunFault> for Ended {
    fn from(fault: RunFault) -> Self {
        let staat = match (&fault, fault.exit()) {
            (RunFault::Cancelled, _) => Staat::Geannuleerd,
            (RunFault::Overtaken, _) => Staat::Geweigerd,
            (_, Exit::Internal | Exit::Integrity) => Staat::Mislukt,
            _ => Staat::Geweigerd,
        };
        let mut why = Explained::of(&fault);
        if let RunFault::Refused(refused) = &fault {
            let faults = refused.iter().flat_map(|levering| {
                levering.reasons.iter().map(|reason| Fault {
                    plek: levering.file.clone(),
                    wat: reason.to_string(),
                    doe: reason.remedy().to_owned(),
                })
            });
            why.fouten = faults.take(MOST).collect();
        }
        if staat == Staat::Mislukt {
            tracing::error!(code = fault.code(), "{fault}");
        }
        Self { staat, why }
    }
}
