//! Why a table of somebody else cannot be looked at.

use crate::fault::{Exit, Explain};
use thiserror::Error;

/// The file is no table that we can read. Lines and columns count from 1; no message repeats a cell.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LeakFault {
    /// Bytes that are no text.
    #[error("dit is geen tekstbestand")]
    NoText,
    /// Nothing in it.
    #[error("er staat geen tabel in: een kop en minstens één regel met cijfers ontbreken")]
    Empty,
    /// No separator.
    #[error("regel {line}: de kop heeft maar één kolom")]
    OneColumn {
        /// Of the header.
        line: u64,
    },
    /// A row that is no row of this table.
    #[error("regel {line}: {found} kolommen, de kop heeft er {expected}")]
    Width {
        /// Of the row.
        line: u64,
        /// As many as the header.
        expected: usize,
        /// As many as it has.
        found: usize,
    },
    /// A cell that is neither a number nor a mark.
    #[error("regel {line}, kolom {column}: dit is geen aantal, geen percentage en geen bekend teken")]
    Unreadable {
        /// Of the cell.
        line: u64,
        /// Of the cell.
        column: usize,
    },
    /// A number that can be read in two ways.
    #[error("regel {line}, kolom {column}: dit getal kan een duizendtal of een breuk zijn")]
    Ambiguous {
        /// Of the cell.
        line: u64,
        /// Of the cell.
        column: usize,
    },
    /// A fraction in a table of counts, or a part of more than all.
    #[error("regel {line}, kolom {column}: een deel van meer dan 100%")]
    TooMuch {
        /// Of the cell.
        line: u64,
        /// Of the cell.
        column: usize,
    },
    /// One cell twice.
    #[error("regel {line}, kolom {column}: deze cel staat er al")]
    Twice {
        /// Of the second.
        line: u64,
        /// Of the second.
        column: usize,
    },
    /// A row or column without a name.
    #[error("regel {line}, kolom {column}: hier hoort een naam te staan")]
    NoLabel {
        /// Of the place.
        line: u64,
        /// Of the place.
        column: usize,
    },
    /// Two columns of figures.
    #[error("regel {line}: er is meer dan één kolom met cijfers")]
    TwoMeasures {
        /// Of the header.
        line: u64,
    },
    /// More cells than can be looked at.
    #[error("de tabel heeft met alle combinaties meer dan {most} cellen")]
    TooLarge {
        /// As many as there may be.
        most: usize,
    },
    /// Percentages of nobody knows how many.
    #[error("de tabel bevat percentages, maar het totaal in personen ontbreekt")]
    NoTotal,
    /// Percentages of what.
    #[error("het is niet te zien of de percentages per kolom, per rij of over de hele tabel zijn")]
    OfWhat,
    /// Percentages over three dimensions.
    #[error("percentages over meer dan twee dimensies worden niet nagerekend")]
    TooManyDimensions,
    /// `--klasse` names no dimension.
    #[error("de tabel heeft geen dimensie met de naam die --klasse noemt")]
    NoKlasse,
    /// `--drempel` below 2 asks for nothing.
    #[error("--drempel is kleiner dan 2 of te groot")]
    Drempel,
    /// `--totaal` differs from the table.
    #[error("--totaal is een ander getal dan het totaal in de tabel")]
    OtherTotal,
}

impl Explain for LeakFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoText => "geen-tekst",
            Self::Empty => "geen-tabel",
            Self::OneColumn { .. } => "een-kolom",
            Self::Width { .. } => "aantal-kolommen",
            Self::Unreadable { .. } => "onleesbaar",
            Self::Ambiguous { .. } => "dubbelzinnig",
            Self::TooMuch { .. } => "te-veel-procent",
            Self::Twice { .. } => "cel-dubbel",
            Self::NoLabel { .. } => "naam-ontbreekt",
            Self::TwoMeasures { .. } => "twee-cijferkolommen",
            Self::TooLarge { .. } => "te-groot",
            Self::NoTotal => "totaal-ontbreekt",
            Self::OfWhat => "percentages-waarvan",
            Self::TooManyDimensions => "te-veel-dimensies",
            Self::NoKlasse => "klasse-onbekend",
            Self::Drempel => "drempel",
            Self::OtherTotal => "totaal-anders",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoText => "Sla het rekenblad op als CSV (tekst, met ; , of tab tussen de kolommen).",
            Self::Empty => "Geef een CSV met een kop, en per regel een naam en cijfers.",
            Self::OneColumn { .. } => "Zet ; , of een tab tussen de kolommen.",
            Self::Width { .. } => "Geef elke regel evenveel kolommen als de kop, of haal de regel weg.",
            Self::Unreadable { .. } => {
                "Schrijf een getal (37, 1.204, 12,5%), of x voor niet vrijgegeven en - voor nul."
            }
            Self::Ambiguous { .. } => "Schrijf het zonder scheidingsteken (1204), of met een procentteken.",
            Self::TooMuch { .. } => "Kijk het percentage na.",
            Self::Twice { .. } => "Laat elke combinatie één keer voorkomen, en elk totaal ook.",
            Self::NoLabel { .. } => "Geef elke rij en elke kolom een naam; noem een totaal totaal.",
            Self::TwoMeasures { .. } => "Houd één kolom met cijfers over en kijk de andere apart na.",
            Self::TooLarge { .. } => "Deel de tabel op, of laat een dimensie weg.",
            Self::NoTotal => "Geef --totaal N, of zet een rij of kolom totaal met aantallen in de tabel.",
            Self::OfWhat => "Zet de aantallen waar de percentages van zijn in een rij of kolom totaal.",
            Self::TooManyDimensions => "Deel de tabel op in tabellen met twee dimensies.",
            Self::NoKlasse => "Gebruik een naam uit de kop van de tabel.",
            Self::Drempel => "Geef het kleinste aantal dat naar buiten mag: 2 tot en met 1000.",
            Self::OtherTotal => "Laat --totaal weg, of geef hetzelfde getal.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NoKlasse | Self::Drempel | Self::OtherTotal => Exit::Usage,
            _ => Exit::Input,
        }
    }
}
