//! `sleutel nieuw` and `sleutel toon`.

use crate::output::{Outcome, say};
use clap::{Subcommand, ValueEnum};
use inbeeld::pseudonym::{Key, Role};
use inbeeld::store;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Sleutel {
    /// Maakt een nieuwe sleutel in een bestand dat alleen u kunt lezen
    Nieuw {
        /// Waar de sleutel voor is: koppel, verwijzing, dienst-deel, intrekking of logboek
        #[arg(long, value_name = "SOORT")]
        soort: Soort,
        /// Het nieuwe bestand; een bestaand bestand wordt nooit overschreven
        #[arg(long, value_name = "BESTAND")]
        uit: PathBuf,
    },
    /// Laat soort en id van een sleutel zien, nooit de sleutel
    Toon {
        /// Het sleutelbestand
        #[arg(value_name = "BESTAND")]
        bestand: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Soort {
    /// De koppelsleutel die de bronnen delen
    Koppel,
    /// Van een gemeente: verzegelt en opent haar eigen verwijzingen
    Verwijzing,
    /// Een deel van de dienstsleutel
    DienstDeel,
    /// Voor het intrekken van lijstregels
    Intrekking,
    /// Voor het Logboek Dataverwerkingen
    Logboek,
}

impl From<Soort> for Role {
    fn from(soort: Soort) -> Self {
        match soort {
            Soort::Koppel => Self::Koppel,
            Soort::Verwijzing => Self::Verwijzing,
            Soort::DienstDeel => Self::DienstDeel,
            Soort::Intrekking => Self::Intrekking,
            Soort::Logboek => Self::Logboek,
        }
    }
}

pub(crate) fn run(opdracht: Sleutel) -> Outcome {
    match opdracht {
        Sleutel::Nieuw { soort, uit } => {
            let key = Key::generate(soort.into())?;
            store::write_secret(&uit, &key.to_line())?;
            say(&format!("sleutel gemaakt: {} {} in {}\n", key.role().as_str(), key.id(), uit.display()));
        }
        Sleutel::Toon { bestand } => {
            let key = store::read_key(&bestand)?;
            say(&format!("{} {}\n", key.role().as_str(), key.id()));
        }
    }
    Ok(())
}
