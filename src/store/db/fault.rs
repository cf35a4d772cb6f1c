//! Why the database cannot be used.

use super::runs::Staat;
use crate::access::AccessFault;
use crate::fault::{Exit, Explain, io_words};
use std::path::{Path, PathBuf};

/// Why the database cannot be used, or does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbFault {
    /// The file cannot be opened.
    #[error("{}: de database kan niet geopend worden ({})", path.display(), io_words(source))]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A newer program made it.
    #[error("de database heeft schema {found}, en dit programma kent schema's tot en met {known}")]
    Newer {
        /// What it has.
        found: u32,
        /// What this program knows.
        known: u32,
    },
    /// SQLite said no. Its words may quote a value, so they are not shown.
    #[error("de database weigerde ({})", words(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// What it holds is not what this program writes.
    #[error("in de database staat iets dat dit programma niet schrijft")]
    Odd,
    /// There is such an account already.
    #[error("er is al een account met deze naam")]
    AccountExists,
    /// There is no such account.
    #[error("dit account bestaat niet")]
    NoAccount,
    /// It would leave nobody who can make accounts.
    #[error("dit is de laatste beheerder die nog kan aanmelden")]
    LastBeheerder,
    /// The period was begun with another share B.
    #[error("deze periode is begonnen met een ander deel B")]
    OtherShare,
    /// The period was begun with another share A.
    #[error("deze periode is begonnen met een ander deel A")]
    OtherKey,
    /// The share serves another period.
    #[error("dit deel B hoort al bij een andere periode")]
    ShareUsed,
    /// The term of the period has passed and what was of it is destroyed.
    #[error("deze periode is vernietigd: haar bewaartermijn is voorbij")]
    Destroyed,
    /// Somebody reads all the time.
    #[error("de database is te druk om haar op te ruimen")]
    Busy,
    /// There is no such koppeling.
    #[error("deze koppeling bestaat niet")]
    NoRun,
    /// A koppeling is not in a state in which that can be done.
    #[error("deze koppeling is {}; dan kan dit niet", .0.as_str())]
    RunState(Staat),
    /// Who asked for a koppeling wants to decide on it.
    #[error("u vroeg deze koppeling zelf aan; een ander beslist of zij naar buiten gaat")]
    OwnRun,
    /// Who decides has not seen what would leave.
    #[error("u hebt nog niet bekeken wat er naar buiten zou gaan")]
    Unseen,
    /// Too many koppelingen wait.
    #[error("er wachten al te veel koppelingen op hun beurt of op een besluit")]
    Queue,
    /// There is no such list.
    #[error("deze lijst bestaat niet")]
    NoList,
    /// A list that nobody fetched cannot have been received.
    #[error("deze lijst is nog niet opgehaald")]
    NotFetched,
    /// An account or its owner may not.
    #[error(transparent)]
    Access(#[from] AccessFault),
}

impl DbFault {
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

fn words(fault: &rusqlite::Error) -> &'static str {
    use rusqlite::ErrorCode;
    match fault.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "de schijf is vol",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "een ander is ermee bezig",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => "geen toegang",
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "het bestand is beschadigd of geen database",
        Some(ErrorCode::SystemIoFailure) => "het systeem kon niet lezen of schrijven",
        _ => "een fout in de opdracht",
    }
}

impl Explain for DbFault {
    fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "database-bestand",
            Self::Newer { .. } => "database-nieuwer",
            Self::Sqlite(_) => "database",
            Self::Odd => "database-vreemd",
            Self::AccountExists => "account-bestaat",
            Self::NoAccount => "account-onbekend",
            Self::LastBeheerder => "laatste-beheerder",
            Self::OtherShare => "periode-ander-deel",
            Self::OtherKey => "periode-andere-sleutel",
            Self::ShareUsed => "periode-deel-gebruikt",
            Self::Destroyed => "periode-vernietigd",
            Self::Busy => "database-druk",
            Self::NoRun => "koppeling-onbekend",
            Self::RunState(_) => "koppeling-staat",
            Self::OwnRun => "eigen-koppeling",
            Self::Unseen => "niet-bekeken",
            Self::Queue => "koppelingen-wachten",
            Self::NoList => "lijst-onbekend",
            Self::NotFetched => "lijst-niet-opgehaald",
            Self::Access(fault) => fault.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::File { .. } => "Kijk of de map bestaat en of de dienst er mag schrijven.",
            Self::Newer { .. } => {
                "Start de nieuwere versie van inbeeld, of zet de reservekopie van voor de overgang terug."
            }
            Self::Sqlite(_) => "Kijk of de schijf vol is en of het bestand heel is; zet anders een reservekopie terug.",
            Self::Odd => "Bewaar het bestand en meld dit; zet een reservekopie terug.",
            Self::AccountExists => "Kies een andere naam, of herstel het bestaande account.",
            Self::NoAccount => "Kijk in de lijst met accounts hoe de naam precies is.",
            Self::LastBeheerder => "Maak eerst een andere beheerder, en laat die zijn account in gebruik nemen.",
            Self::OtherShare => {
                "Geef het deel B waarmee de periode begon; zonder dat deel zijn haar leveringen niet meer te lezen."
            }
            Self::OtherKey => "Zet in de configuratie het deel A terug waarmee de periode begon.",
            Self::ShareUsed => "Maak voor elke periode een nieuw deel B: `inbeeld sleutel nieuw --soort dienst-deel`.",
            Self::Destroyed => "Van een vernietigde maand komt niets meer binnen en gaat niets meer open; vernietig ook uw exemplaar van deel B.",
            Self::Busy => "Probeer het zo weer.",
            Self::NoRun => "Kijk in de lijst met koppelingen welke er zijn.",
            Self::RunState(_) => "Kijk hoe het er nu mee staat, en vraag zo nodig een nieuwe koppeling aan.",
            Self::OwnRun => "Vraag iemand anders met de rol vrijgever.",
            Self::Unseen => "Bekijk eerst wat er naar buiten zou gaan, en beslis dan.",
            Self::Queue => "Laat de vrijgever beslissen over wat klaar is, of annuleer wat niet meer nodig is.",
            Self::NoList => "Kijk in de lijst met lijsten welke er voor u zijn.",
            Self::NotFetched => "Haal de lijst eerst op, kijk of u haar kunt openen, en bevestig dan.",
            Self::Access(fault) => return fault.remedy(),
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Sqlite(_) | Self::Odd | Self::Busy => Exit::Internal,
            Self::Access(fault) => fault.exit(),
            _ => Exit::Usage,
        }
    }
}
