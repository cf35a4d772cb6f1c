//! Why a levering is not taken in.

use crate::fault::{Exit, Explain, io_words};
use crate::ingest::Refusal;
use crate::terms::{Maand, Moment};
use std::io;

/// Why a levering is not taken in. Nothing of it stays.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveFault {
    /// It breaks rules.
    #[error("de levering is geweigerd ({} reden(en))", .0.len())]
    Refused(Vec<Refusal>),
    /// It is of another month than the key.
    #[error("de levering is van {found}, en de sleutel van {wanted}")]
    Period {
        /// Month of the key.
        wanted: Maand,
        /// Month of the levering.
        found: Maand,
    },
    /// There is a different one with the same claim.
    #[error("er is al een andere levering van deze bron en leverancier met hetzelfde moment `aangemaakt` ({0})")]
    Tie(Moment),
    /// There is a newer one.
    #[error("er is al een nieuwere levering van deze bron en leverancier ({0})")]
    Older(Moment),
    /// It stopped before its end.
    #[error("de levering brak af voordat zij helemaal was ontvangen")]
    Interrupted,
    /// It cannot be stored.
    #[error("de levering kan niet worden opgeslagen ({})", io_words(.0))]
    Storage(#[source] io::Error),
    /// What is stored does not open.
    #[error("een opgeslagen levering is veranderd of afgebroken, of hoort bij een andere periodesleutel ({0})")]
    Tampered(String),
}

impl ReceiveFault {
    /// What a part of the store says when it cannot be read.
    pub(super) fn stored(id: &str) -> impl FnOnce(io::Error) -> Self {
        move |fault| match Refusal::of_stored(&fault) {
            Refusal::Stored => Self::Tampered(id.to_owned()),
            _ => Self::Storage(fault),
        }
    }
}

impl Explain for ReceiveFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "levering-geweigerd",
            Self::Period { .. } => "andere-periode",
            Self::Tie(_) => "gelijke-stand",
            Self::Older(_) => "oudere-levering",
            Self::Interrupted => "afgebroken",
            Self::Storage(_) => "opslag",
            Self::Tampered(_) => "opslag-aangetast",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Refused(_) => "Herstel de levering bij de bron en lever opnieuw; er is niets bewaard.",
            Self::Period { .. } => "Neem haar in met de sleutel van haar eigen maand.",
            Self::Tie(_) => "Geldt deze levering, maak haar dan opnieuw, zodat zij een later moment `aangemaakt` heeft.",
            Self::Older(_) => "Geldt deze levering toch, maak haar dan opnieuw: de nieuwste levering geldt.",
            Self::Interrupted => "Lever opnieuw; er is niets bewaard.",
            Self::Storage(_) => "Kijk of de schijf niet vol is en of de dienst er mag schrijven; er is niets bewaard.",
            Self::Tampered(_) => {
                "Klopt deel B, dan is er iets aan de opslag veranderd: geef niets vrij, waarschuw de FG en vraag de bron opnieuw te leveren."
            }
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Storage(_) => Exit::Internal,
            Self::Tampered(_) => Exit::Integrity,
            _ => Exit::Input,
        }
    }
}
