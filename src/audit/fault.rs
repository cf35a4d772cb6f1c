//! Why the log cannot be used.

use crate::fault::{Exit, Explain, io_words};

/// Why the audit log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuditFault {
    /// The chain is broken.
    #[error(
        "auditlogboek, regel {line}: deze regel sluit niet aan op de vorige; een van beide is veranderd, of er is een regel weg"
    )]
    Broken {
        /// Line, from 1.
        line: usize,
    },
    /// The chain holds, but the service writes no such line.
    #[error("auditlogboek, regel {line}: deze regel is niet door inbeeld geschreven")]
    Odd {
        /// Line, from 1.
        line: usize,
    },
    /// No line has the hash that was kept elsewhere.
    #[error("auditlogboek: geen van de {lines} regels hoort bij de kop die u opgaf")]
    Head {
        /// How many lines there are.
        lines: usize,
    },
    /// It cannot be read or written.
    #[error("het auditlogboek kan niet gelezen of geschreven worden ({})", io_words(.0))]
    Storage(#[source] std::io::Error),
}

impl Explain for AuditFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "audit-aangetast",
            Self::Odd { .. } => "audit-vreemd",
            Self::Head { .. } => "audit-kop",
            Self::Storage(_) => "audit-opslag",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Broken { .. } | Self::Odd { .. } => {
                "Er is iets aan het auditlogboek veranderd. Start de dienst niet, bewaar het bestand en waarschuw de FG."
            }
            Self::Head { .. } => {
                "Er zijn regels weg of herschreven, of dit is een ander logboek. Bewaar het bestand en waarschuw de FG."
            }
            Self::Storage(_) => "Kijk of de map bestaat, of u er mag schrijven en of de schijf niet vol is.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Broken { .. } | Self::Odd { .. } | Self::Head { .. } => Exit::Integrity,
            Self::Storage(_) => Exit::Internal,
        }
    }
}
