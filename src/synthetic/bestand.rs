//! The files of a set: what each is called, who delivers it and in which dialect.

use super::dialect::Dialect;
use super::evidence::School;
use super::region::{Party, Regio};

/// A raw file, in the order of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bestand {
    DoelgroepOverig,
    DoelgroepEigen,
    SchoolEerder,
    School(School),
    Inkomen,
    UitkeringEigen,
    UitkeringOverig,
    Brp,
    Jongerenwerk,
    Sociaalteam,
}

impl Bestand {
    pub(super) const ALL: [Self; 12] = [
        Self::DoelgroepOverig,
        Self::DoelgroepEigen,
        Self::SchoolEerder,
        Self::School(School::First),
        Self::School(School::Second),
        Self::School(School::Third),
        Self::Inkomen,
        Self::UitkeringEigen,
        Self::UitkeringOverig,
        Self::Brp,
        Self::Jongerenwerk,
        Self::Sociaalteam,
    ];

    pub(super) fn bron(self) -> &'static str {
        match self {
            Self::DoelgroepOverig | Self::DoelgroepEigen => "doelgroep",
            Self::SchoolEerder | Self::School(_) => "onderwijs",
            Self::Inkomen => "inkomen",
            Self::UitkeringEigen | Self::UitkeringOverig => "uitkering",
            Self::Brp => "brp",
            Self::Jongerenwerk | Self::Sociaalteam => "betrokkenheid",
        }
    }

    pub(super) fn dialect(self) -> Dialect {
        match self.bron() {
            "doelgroep" | "uitkering" => Dialect::ExcelNl,
            "onderwijs" => Dialect::Duo,
            "inkomen" => Dialect::Uwv,
            _ => Dialect::Standaard,
        }
    }

    /// Who delivers it.
    pub(super) fn party(self, regio: &Regio) -> Party {
        let [first, second, third] = regio.scholen;
        match self {
            Self::DoelgroepOverig => regio.overig,
            Self::DoelgroepEigen | Self::UitkeringEigen => regio.eigen,
            Self::SchoolEerder | Self::School(School::First) => first,
            Self::School(School::Second) => second,
            Self::School(School::Third) => third,
            Self::Inkomen => regio.inkomen,
            Self::UitkeringOverig => regio.uitkering_overig,
            Self::Brp => regio.brp,
            Self::Jongerenwerk => regio.jongerenwerk,
            Self::Sociaalteam => regio.sociaalteam,
        }
    }

    pub(super) fn file_name(self, regio: &Regio) -> String {
        let (bron, slug) = (self.bron(), self.party(regio).slug);
        match self {
            Self::SchoolEerder => format!("{bron}-{slug}-eerder.csv"),
            _ if slug.is_empty() => format!("{bron}.csv"),
            _ => format!("{bron}-{slug}.csv"),
        }
    }

    pub(super) fn header(self) -> &'static str {
        match self.bron() {
            // Spreadsheets begin a file with a byte order mark.
            "doelgroep" => {
                "\u{feff}BSN;Onderwijsnummer;Gemeente;Geboortemaand;Geslacht;Uitschrijfdatum;Niveau;Uitstroomprofiel;Contact;Niet benaderen;Dossier"
            }
            "uitkering" => "\u{feff}BSN;Soort;Begindatum;Einddatum",
            "onderwijs" => "BSN;ONDERWIJSNUMMER;BRIN;SOORT;NIVEAU;DATUM_INSCHRIJVING;DATUM_UITSCHRIJVING;DATUM_DIPLOMA",
            "inkomen" => "bsn;maand;bedrag;soort",
            "brp" => "bsn;status;sinds;gemeente",
            _ => "bsn;sinds",
        }
    }
}
