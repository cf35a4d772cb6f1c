//! Why a koppeling releases nothing.

use crate::doelbinding::Denial;
use crate::fault::{Exit, Explain, io_words};
use crate::ingest::Refused;
use crate::pseudonym::{KeyFault, WithdrawalFault};
use crate::register::RegisterFault;
use crate::release::{InzageFault, ReleaseFault};
use crate::terms::{Bron, Identificatie};
use std::io;

/// Why a koppeling releases nothing.
#[derive(Debug, thiserror::Error)]
pub enum RunFault {
    /// The text does not hold.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// The folder cannot be read.
    #[error("de map met leveringen kan niet gelezen worden ({})", io_words(.0))]
    Folder(io::Error),
    /// Leveringen are refused.
    #[error("{} levering(en) geweigerd", .0.len())]
    Refused(Vec<Refused>),
    /// No doelgroep levering serves.
    #[error("er is geen levering van de doelgroep voor deze peilmaand")]
    NoDoelgroep,
    /// Two files claim one place.
    #[error("{} en {}: verschillende leveringen van dezelfde bron en leverancier met hetzelfde moment `aangemaakt`", .0[0], .0[1])]
    Tie([String; 2]),
    /// The sources used different keys.
    #[error("{} en {}: de leveringen zijn met verschillende koppelsleutels gemaakt (sleutel_id verschilt)", .0[0], .0[1])]
    Keys([String; 2]),
    /// A levering was stored under a key by which nobody of the doelgroep is known.
    #[error(
        "{}: deze levering is opgeslagen onder de sleutel van een andere maand, waaronder de doelgroep niet bekend is", .0
    )]
    OtherPeriod(String),
    /// A covered source knows nobody.
    #[error(
        "{bron} ({identificatie}): vermoedelijk verkeerde sleutel: de bron is gedekt maar kent niemand van de doelgroep"
    )]
    NoOverlap {
        /// The source.
        bron: Bron,
        /// For which kind of number.
        identificatie: Identificatie,
    },
    /// What was stored of leveringen is not what was stored.
    #[error("{}: wat bij ontvangst is opgeslagen, is veranderd of afgebroken", .0.join(", "))]
    Tampered(Vec<String>),
    /// Somebody broke it off.
    #[error("de koppeling is afgebroken; er is niets vrijgegeven")]
    Cancelled,
    /// Something left in between that it was not protected beside.
    #[error("sinds deze koppeling is gedraaid, is er over deze maand of onder deze lijsten iets anders vrijgegeven")]
    Overtaken,
    /// The Logboek Dataverwerkingen does not take its lines.
    #[error("het Logboek Dataverwerkingen kan niet geschreven worden ({})", io_words(.0))]
    Logboek(io::Error),
    /// The run's own key could not be made.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// What was remembered of earlier lists cannot be used.
    #[error(transparent)]
    Withdrawal(#[from] WithdrawalFault),
    /// The register cannot be opened.
    #[error(transparent)]
    Register(#[from] RegisterFault),
    /// The release did not come about, or not whole.
    #[error(transparent)]
    Release(#[from] ReleaseFault),
    /// A question about one person has no answer.
    #[error(transparent)]
    Inzage(#[from] InzageFault),
}

impl Explain for RunFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Denied(fault) => fault.code(),
            Self::Folder(_) => "lezen",
            Self::Refused(_) => "levering-geweigerd",
            Self::NoDoelgroep => "geen-doelgroep",
            Self::Tie(_) => "gelijke-stand",
            Self::Keys(_) => "verschillende-sleutels",
            Self::OtherPeriod(_) => "andere-periodesleutel",
            Self::NoOverlap { .. } => "geen-overlap",
            Self::Tampered(_) => "opslag-aangetast",
            Self::Cancelled => "koppeling-afgebroken",
            Self::Overtaken => "vrijgave-achterhaald",
            Self::Logboek(_) => "logboek",
            Self::Key(fault) => fault.code(),
            Self::Withdrawal(fault) => fault.code(),
            Self::Register(fault) => fault.code(),
            Self::Release(fault) => fault.code(),
            Self::Inzage(fault) => fault.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Denied(fault) => return fault.remedy(),
            Self::Key(fault) => return fault.remedy(),
            Self::Withdrawal(fault) => return fault.remedy(),
            Self::Register(fault) => return fault.remedy(),
            Self::Release(fault) => return fault.remedy(),
            Self::Inzage(fault) => return fault.remedy(),
            Self::Folder(_) => "Kijk of het pad bij --leveringen klopt en of u de map mag lezen.",
            Self::Refused(_) => "Herstel of vervang deze leveringen; tot dan wordt er niets gekoppeld of vrijgegeven.",
            Self::NoDoelgroep => {
                "Lever de doelgroep met `periode` gelijk aan de peilmaand en `aangemaakt` op of na de peildatum."
            }
            Self::Tie(_) => "Vraag de leverancier welke van de twee geldt en haal de andere weg.",
            Self::Tampered(_) => {
                "Er is iets aan de opslag veranderd. Geef niets vrij, waarschuw de FG en vraag de bron opnieuw te leveren."
            }
            Self::Cancelled => "Start de koppeling opnieuw als zij toch moet doorgaan.",
            Self::Overtaken => "Draai de koppeling opnieuw: dan wordt zij naast die vrijgave beschermd.",
            Self::Logboek(_) => {
                "Kijk of de schijf niet vol is en of de dienst er mag schrijven. Zonder logboek wordt er niets vrijgegeven."
            }
            Self::Keys(_) => "Laat alle bronnen pseudonimiseren met de koppelsleutel van deze periode.",
            Self::OtherPeriod(_) => {
                "Voer deel B van die maand in en laat de doelgroep opnieuw leveren."
            }
            Self::NoOverlap { .. } => {
                "Vraag de bron met welke sleutel is gepseudonimiseerd. Klopt het echt, geef dan --accepteer-geen-overlap."
            }
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Denied(fault) => fault.exit(),
            Self::Key(fault) => fault.exit(),
            Self::Withdrawal(fault) => fault.exit(),
            Self::Register(fault) => fault.exit(),
            Self::Release(fault) => fault.exit(),
            Self::Inzage(fault) => fault.exit(),
            Self::Tampered(_) => Exit::Integrity,
            Self::Cancelled | Self::Overtaken | Self::Logboek(_) => Exit::Internal,
            _ => Exit::Input,
        }
    }
}
