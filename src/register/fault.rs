//! Why the register cannot be used.

use crate::fault::{Exit, Explain, io_words};

/// Why the register cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegisterFault {
    /// The chain is broken.
    #[error(
        "register, regel {line}: deze regel sluit niet aan op de vorige; een van beide is veranderd, of er is een regel weg"
    )]
    Broken {
        /// Line, from 1.
        line: usize,
    },
    /// The chain holds, but no koppeling writes such a line.
    #[error("register, regel {line}: deze regel is niet door een koppeling geschreven")]
    Odd {
        /// Line, from 1.
        line: usize,
    },
    /// The last line has no end.
    #[error("register, regel {line}: deze laatste regel is afgebroken")]
    Torn {
        /// Line, from 1.
        line: usize,
    },
    /// No line has the hash that was kept elsewhere.
    #[error("register: geen van de {lines} regels hoort bij de kop die u opgaf")]
    Head {
        /// How many lines there are.
        lines: usize,
    },
    /// It cannot be read or written.
    #[error("het register kan niet gelezen of geschreven worden ({})", io_words(.0))]
    Storage(#[source] std::io::Error),
    /// Another run is writing to it.
    #[error("een andere koppeling is met dit register bezig")]
    Busy,
}

impl Explain for RegisterFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "register-aangetast",
            Self::Odd { .. } => "register-vreemd",
            Self::Torn { .. } => "register-afgebroken",
            Self::Head { .. } => "register-kop",
            Self::Storage(_) => "register-opslag",
            Self::Busy => "register-bezet",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Broken { .. } | Self::Odd { .. } => {
                "Er is iets aan het register veranderd. Geef niets vrij, bewaar het bestand en waarschuw de FG."
            }
            Self::Torn { .. } => {
                "Bewaar een kopie en waarschuw de FG. Viel de stroom uit tijdens een koppeling, dan is er onder deze regel niets vrijgegeven en mag zij weg."
            }
            Self::Head { .. } => {
                "Er zijn regels weg of herschreven, of dit is een ander register. Geef niets vrij, bewaar het bestand en waarschuw de FG."
            }
            Self::Storage(_) => "Kijk of de map bestaat, of u er mag schrijven en of de schijf niet vol is.",
            Self::Busy => "Wacht tot die klaar is en probeer het opnieuw.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Broken { .. } | Self::Odd { .. } | Self::Torn { .. } | Self::Head { .. } => Exit::Integrity,
            Self::Storage(_) | Self::Busy => Exit::Internal,
        }
    }
}
