//! `sleutel nieuw` and `sleutel toon`.

use super::doelbinding::password;
use crate::output::{Failure, Outcome, complain, say};
use clap::{Subcommand, ValueEnum};
use inbeeld::doelbinding::new_signing_key;
use inbeeld::fault::Exit;
use inbeeld::pseudonym::{Key, Role, new_recipient};
use inbeeld::store::{self, Staged, StoreFault};
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum Sleutel {
    /// Maakt een nieuwe sleutel in een bestand dat alleen u kunt lezen
    Nieuw {
        /// Waar de sleutel voor is: koppel, verwijzing, dienst-deel, intrekking, logboek, ondertekening of ontvanger
        #[arg(long, value_name = "SOORT")]
        soort: Soort,
        /// Het nieuwe bestand; een bestaand bestand wordt nooit overschreven
        #[arg(long, value_name = "BESTAND")]
        uit: PathBuf,
        /// Bestand met een wachtwoord voor een sleutel van soort ondertekening
        #[arg(long, value_name = "BESTAND")]
        wachtwoord_bestand: Option<PathBuf>,
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
    /// Van de FG: ondertekent doelbindingen (minisign)
    Ondertekening,
    /// Van een gemeente: opent haar lijsten (age)
    Ontvanger,
}

/// What is to be made: a key of ours, or a pair in a format that other tools have.
enum Kind {
    Role(Role),
    Ondertekening,
    Ontvanger,
}

impl From<Soort> for Kind {
    fn from(soort: Soort) -> Self {
        match soort {
            Soort::Koppel => Self::Role(Role::Koppel),
            Soort::Verwijzing => Self::Role(Role::Verwijzing),
            Soort::DienstDeel => Self::Role(Role::DienstDeel),
            Soort::Intrekking => Self::Role(Role::Intrekking),
            Soort::Logboek => Self::Role(Role::Logboek),
            Soort::Ondertekening => Self::Ondertekening,
            Soort::Ontvanger => Self::Ontvanger,
        }
    }
}

pub(crate) fn run(opdracht: Sleutel) -> Outcome {
    match opdracht {
        Sleutel::Nieuw { soort, uit, wachtwoord_bestand } => nieuw(soort, &uit, wachtwoord_bestand.as_deref()),
        Sleutel::Toon { bestand } => {
            let key = store::read_key(&bestand)?;
            say(&format!("{} {}\n", key.role().as_str(), key.id()));
            Ok(())
        }
    }
}

pub(super) fn nieuw(soort: Soort, uit: &Path, wachtwoord: Option<&Path>) -> Outcome {
    let kind = Kind::from(soort);
    if wachtwoord.is_some() && !matches!(kind, Kind::Ondertekening) {
        let what = "alleen een sleutel van soort ondertekening kan een wachtwoord hebben";
        return Err(Failure::new(Exit::Usage, "gebruik", what, "Laat --wachtwoord-bestand weg."));
    }
    match kind {
        Kind::Role(role) => {
            let key = Key::generate(role)?;
            store::write_secret(uit, &key.to_line())?;
            say(&format!("sleutel gemaakt: {} {} in {}\n", key.role().as_str(), key.id(), uit.display()));
        }
        Kind::Ondertekening => {
            let password = password(wachtwoord)?;
            if password.is_none() {
                complain("let op: deze sleutel heeft geen wachtwoord; wie het bestand leest, kan ondertekenen\n");
            }
            let (secret, public) = new_signing_key(password)?;
            pair(uit, "pub", &secret, &public)?;
        }
        Kind::Ontvanger => {
            let (secret, public) = new_recipient();
            pair(uit, "txt", &secret, &public)?;
        }
    }
    Ok(())
}

/// Writes the secret half for its owner only and the public half beside it.
fn pair(uit: &Path, ending: &str, secret: &str, public: &str) -> Outcome {
    let beside = uit.with_extension(ending);
    if beside.exists() || beside == uit {
        return Err(StoreFault::Exists { path: beside }.into());
    }
    store::write_secret(uit, secret)?;
    let mut staged = Staged::create(&beside)?;
    staged.write_all(public.as_bytes()).map_err(StoreFault::write(&beside))?;
    staged.finish()?;
    say(&format!("geheime sleutel in {}\nopenbare sleutel in {}\n", uit.display(), beside.display()));
    Ok(())
}
