//! Why a set could not be generated.

use crate::fault::{Exit, Explain, io_words};

/// Why nothing, or not everything, was generated. The text says in Dutch what went wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateFault {
    /// No municipalities are known for this region.
    #[error("deze regio is niet bekend")]
    UnknownRegio {
        /// Code and name of the regions there are.
        bekend: String,
    },
    /// A set without jongeren.
    #[error("een set heeft ten minste één jongere")]
    NoJongeren,
    /// Ages that no set can have.
    #[error("de leeftijden vormen geen bereik tussen 14 en 40 jaar")]
    Leeftijd,
    /// A reference date far outside living memory.
    #[error("de peildatum ligt buiten de jaren 1950 tot en met 2200")]
    Peildatum,
    /// Fewer source rows than the jongeren alone need.
    #[error("{gevraagd} bronrijen is te weinig voor zoveel jongeren")]
    TooFewRows {
        /// Rows asked for.
        gevraagd: u64,
        /// Rows that this number of jongeren needs.
        minimum: u64,
    },
    /// More people than there are valid BSNs.
    #[error("zoveel jongeren en bronrijen vragen {personen} personen, en er zijn {maximum} geldige BSN's")]
    TooManyPeople {
        /// People the set would hold.
        personen: u64,
        /// Valid BSNs there are.
        maximum: u64,
    },
    /// The numbers ran out while writing: a mistake in this program.
    #[error("de nummers raakten op tijdens het schrijven; dat is een fout in dit programma")]
    NumbersUsedUp,
    /// The sink failed.
    #[error("{bestand} kon niet worden geschreven ({})", io_words(source))]
    Write {
        /// Name of the file.
        bestand: String,
        /// What the sink said.
        source: std::io::Error,
    },
}

impl Explain for GenerateFault {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRegio { .. } => "genereer-regio-onbekend",
            Self::NoJongeren => "genereer-geen-jongeren",
            Self::Leeftijd => "genereer-leeftijd",
            Self::Peildatum => "genereer-peildatum",
            Self::TooFewRows { .. } => "genereer-te-weinig-bronrijen",
            Self::TooManyPeople { .. } => "genereer-te-veel-personen",
            Self::NumbersUsedUp => "genereer-nummers-op",
            Self::Write { .. } => "genereer-schrijven",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::UnknownRegio { bekend } => return format!("Kies een van: {bekend}."),
            Self::TooFewRows { minimum, .. } => return format!("Vraag er {minimum} of meer, of minder jongeren."),
            Self::NoJongeren => "Geef een aantal van 1 of meer.",
            Self::Leeftijd => "Geef een begin van 14 of hoger en een einde (niet meegeteld) van hoogstens 40.",
            Self::Peildatum => "Geef een datum daarbinnen.",
            Self::TooManyPeople { .. } => "Vraag er minder.",
            Self::NumbersUsedUp => "Verwijder de set en meld de opdracht waarmee het gebeurde.",
            Self::Write { .. } => "Kijk naar de map en de vrije ruimte en begin opnieuw in een lege map.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Write { .. } | Self::NumbersUsedUp => Exit::Internal,
            _ => Exit::Usage,
        }
    }
}
