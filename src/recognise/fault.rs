//! Why an opened list gives no dossier numbers.

use crate::fault::{Exit, Explain};

/// What is wrong with the content of an opened list. Says line, column and number, never a value.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum RecogniseFault {
    /// The seal is whole, and what it holds is something else.
    #[error("het bestand is geopend, maar er staat geen lijst in: de eerste kolom heet niet `verwijzing`")]
    NoList,
    /// A column that no list has, or one that stands there twice.
    #[error("regel 1, kolom nummer {column}: deze kolom hoort niet in een lijst of staat er dubbel")]
    Column {
        /// Number of the column, from 1.
        column: usize,
    },
    /// A row with more or fewer cells than the header.
    #[error("regel {line}: deze regel heeft een ander aantal cellen dan de kopregel")]
    Cells {
        /// Number of the line, from 1.
        line: u64,
    },
    /// A cell with something that no list holds.
    #[error("regel {line}, kolom {column}: hier staat iets anders dan een lijst kan bevatten")]
    Value {
        /// Number of the line, from 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
    },
    /// Key, municipality or list is another's; which of them cannot be told.
    #[error(
        "geen van de {rows} verwijzingen gaat open met deze verwijzingsleutel voor deze gemeentecode; wat van de twee niet klopt, is niet te zien"
    )]
    NoneOpens {
        /// Rows of the list.
        rows: usize,
    },
    /// Some handles are of this municipality, and others are not.
    #[error("{closed} van de {rows} verwijzingen gaan niet open; er is niets geschreven")]
    SomeOpen {
        /// Handles that do not open.
        closed: usize,
        /// Rows of the list.
        rows: usize,
    },
    /// The file cannot be made.
    #[error("de geopende lijst kan niet in deze vorm geschreven worden")]
    Format,
    /// This build makes no spreadsheets.
    #[error("deze versie van het programma schrijft geen .xlsx")]
    SheetsLeftOut,
}

impl Explain for RecogniseFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoList => "geen-lijst",
            Self::Column { .. } => "lijst-kolom",
            Self::Cells { .. } => "lijst-regel",
            Self::Value { .. } => "lijst-waarde",
            Self::NoneOpens { .. } => "verwijzing-vreemd",
            Self::SomeOpen { .. } => "lijst-gemengd",
            Self::Format => "vorm",
            Self::SheetsLeftOut => "xlsx-ontbreekt",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoList => {
                "Geef een contactlijst zoals de regio die verstuurt; dit is iets anders dat voor u is verzegeld."
            }
            Self::Column { .. } => {
                "Gebruik dezelfde versie van inbeeld als de regio; blijft het zo, vraag dan of deze lijst van de regio komt."
            }
            Self::Cells { .. } | Self::Value { .. } => {
                "Gebruik deze lijst niet en vraag de regio of zij van haar komt; vraag de lijst opnieuw op."
            }
            Self::NoneOpens { .. } => {
                "Kijk beide na: geef de verwijzingsleutel waarmee de doelgroep is aangeleverd en de code van uw eigen gemeente. Kloppen zij, dan is dit de lijst van een ander."
            }
            Self::SomeOpen { .. } => {
                "Is de doelgroep met meer dan één verwijzingsleutel aangeleverd, lever haar dan opnieuw met één. Zo niet, gebruik deze lijst niet en meld het aan de regio."
            }
            Self::Format => "Schrijf de lijst als CSV.",
            Self::SheetsLeftOut => "Geef --uit een naam die op .csv eindigt, of gebruik een versie met .xlsx.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            // The seal is whole, so nobody changed this on its way: it is the wrong thing to open.
            Self::NoList | Self::Column { .. } | Self::Cells { .. } | Self::Value { .. } => Exit::Input,
            Self::NoneOpens { .. } | Self::SomeOpen { .. } => Exit::Integrity,
            Self::Format => Exit::Internal,
            Self::SheetsLeftOut => Exit::Usage,
        }
    }
}
