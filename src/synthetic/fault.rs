//! Why a set could not be generated.

/// Why nothing, or not everything, was generated. The text says in Dutch what went wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateFault {
    /// No municipalities are known for this region.
    #[error("deze regio is niet bekend. Kies een van: {bekend}")]
    UnknownRegio {
        /// Code and name of the regions there are.
        bekend: String,
    },
    /// A set without jongeren.
    #[error("een set heeft ten minste één jongere. Geef een aantal van 1 of meer")]
    NoJongeren,
    /// Ages that no set can have.
    #[error(
        "de leeftijden vormen geen bereik tussen 14 en 40 jaar. Geef een begin van 14 of hoger en een einde (niet meegeteld) van hoogstens 40"
    )]
    Leeftijd,
    /// A reference date far outside living memory.
    #[error("de peildatum ligt buiten de jaren 1950 tot en met 2200. Geef een datum daarbinnen")]
    Peildatum,
    /// Fewer source rows than the jongeren alone need.
    #[error("{gevraagd} bronrijen is te weinig voor zoveel jongeren. Vraag er {minimum} of meer, of minder jongeren")]
    TooFewRows {
        /// Rows asked for.
        gevraagd: u64,
        /// Rows that this number of jongeren needs.
        minimum: u64,
    },
    /// More people than there are valid BSNs.
    #[error(
        "zoveel jongeren en bronrijen vragen {personen} personen, en er zijn {maximum} geldige BSN's. Vraag er minder"
    )]
    TooManyPeople {
        /// People the set would hold.
        personen: u64,
        /// Valid BSNs there are.
        maximum: u64,
    },
    /// The numbers ran out while writing: a mistake in this program.
    #[error(
        "de nummers raakten op tijdens het schrijven; dat is een fout in dit programma. Verwijder de set en meld de opdracht waarmee het gebeurde"
    )]
    NumbersUsedUp,
    /// The sink failed.
    #[error(
        "{bestand} kon niet worden geschreven: {source}. Controleer de map en de vrije ruimte en begin opnieuw in een lege map"
    )]
    Write {
        /// Name of the file.
        bestand: String,
        /// What the sink said.
        source: std::io::Error,
    },
}

impl GenerateFault {
    /// A stable code for programs and tests; the text may change, this does not.
    pub fn code(&self) -> &'static str {
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
}
