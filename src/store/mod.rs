//! The file system behind the ports of the rooms: key files, folders of leveringen, finished files,
//! and for the service its audit log and database.

mod atomic;
#[cfg(feature = "dienst")]
mod audit;
#[cfg(feature = "dienst")]
mod backup;
#[cfg(feature = "dienst")]
pub mod db;
#[cfg(feature = "dienst")]
mod disk;
mod folder;
mod forward;
mod keys;
mod ledger;
mod leveringen;
mod logbook;
mod outbox;
mod raw;
mod room;
#[cfg(feature = "dienst")]
mod shelf;
mod texts;

pub use atomic::{Staged, write_private};
#[cfg(feature = "dienst")]
pub use audit::{AuditFile, Begun};
#[cfg(feature = "dienst")]
pub use backup::{Backup, BackupFault, DATABASE as BACKUP_DATABASE, NewBackup, apart};
#[cfg(feature = "dienst")]
pub use disk::{disk_is_full, private_folder};
pub use folder::DiskFolder;
pub use forward::Waiting;
pub use keys::{read_identity, read_key, read_secret, read_verwijzing_key, write_secret};
pub use ledger::RegisterFile;
pub use leveringen::DiskShelf;
pub use logbook::{Found, LogPlace, LogStore, LogWriter};
pub use outbox::OutFolder;
pub use raw::{LeveringFolder, given_twice, open_raw, read_profile, read_pseudonymiser, read_verwijzing_keys};
#[cfg(feature = "dienst")]
pub use shelf::{Shelved, SignedText, TextShelf};
pub use texts::{
    TrustFault, doelbindingen_in, memory_beside, read_doelbinding, read_memory, read_recipients, read_signing_key,
    read_trusted, signature_place,
};

use crate::fault::{Exit, Explain, io_words};
use std::path::{Path, PathBuf};

/// A file or folder that could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// It cannot be read.
    #[error("{}: kan niet gelezen worden ({})", path.display(), io_words(source))]
    Read {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It cannot be written.
    #[error("{}: kan niet geschreven worden ({})", path.display(), io_words(source))]
    Write {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A secret that others on the machine can read.
    #[error("{}: dit sleutelbestand is leesbaar voor anderen (rechten {mode:04o}, hooguit 0600 mag)", path.display())]
    Mode {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Its content is not a key for this place.
    #[error("{}: {fault}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// Why.
        fault: crate::pseudonym::KeyFault,
    },
    /// Its content is not an age identity.
    #[error("{}: {fault}", path.display())]
    Identity {
        /// Which file.
        path: PathBuf,
        /// Why.
        fault: crate::pseudonym::IdentityFault,
    },
    /// It exists already and would be overwritten.
    #[error("{}: bestaat al", path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
}

impl StoreFault {
    /// A read fault on this path.
    pub fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    /// A write fault on this path.
    pub fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }
}

impl Explain for StoreFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "lezen",
            Self::Write { .. } => "schrijven",
            Self::Mode { .. } => "sleutel-rechten",
            Self::Key { fault, .. } => fault.code(),
            Self::Identity { fault, .. } => fault.code(),
            Self::Exists { .. } => "bestaat-al",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Read { .. } => "Kijk of het pad klopt en of u het mag lezen.".to_owned(),
            Self::Write { .. } => {
                "Kijk of de map bestaat, of u er mag schrijven en of de schijf niet vol is.".to_owned()
            }
            Self::Mode { path, .. } => {
                format!(
                    "Sluit het af met `chmod 600 {}`; was het voor anderen leesbaar, maak dan een nieuwe sleutel.",
                    path.display()
                )
            }
            Self::Key { fault, .. } => fault.remedy(),
            Self::Identity { fault, .. } => fault.remedy(),
            Self::Exists { .. } => "Kies een andere naam, of verwijder het bestand als het echt weg mag.".to_owned(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Read { .. } | Self::Mode { .. } | Self::Exists { .. } => Exit::Usage,
            Self::Write { .. } => Exit::Internal,
            Self::Key { fault, .. } => fault.exit(),
            Self::Identity { fault, .. } => fault.exit(),
        }
    }
}
