//! Why an account cannot be given.

use crate::fault::{Exit, Explain};

/// Why an account cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountFault {
    /// Two texts have one id and version, so that a record would not say which it is of.
    #[error("twee van deze teksten hebben allebei id `{id}` en versie {versie}")]
    Twice {
        /// Name of the purpose; a checked name, not free text.
        id: String,
        /// Version of the text.
        versie: u32,
    },
    /// The records could not be written down.
    #[error("het verwerkingsregister kan niet gemaakt worden")]
    Records,
}

impl Explain for AccountFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Twice { .. } => "tekst-dubbel",
            Self::Records => "verwerkingsregister",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Twice { .. } => "Noem elke tekst één keer, of geef de nieuwere tekst een hogere versie.",
            Self::Records => "Meld dit als fout.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Twice { .. } => Exit::Input,
            Self::Records => Exit::Internal,
        }
    }
}
