//! The way to the files: they wait, hidden, until the register knows the release.

use super::sealed;
use crate::fault::{Exit, Explain, io_words};
use crate::register::{Entered, RegisterFault};

/// Where files of a release wait. The port of this room; only this crate can have one, since bytes
/// come here before the register knows them.
///
/// ```compile_fail
/// // No other crate can take files of a release.
/// struct Mine;
/// impl inbeeld::release::Outbox for Mine {
///     fn prepare(&mut self, _: &str, _: &[u8]) -> Result<(), inbeeld::release::OutboxFault> { Ok(()) }
///     fn remember(&mut self, _: &[u8]) -> Result<(), inbeeld::release::OutboxFault> { Ok(()) }
///     fn publish(self, _: &inbeeld::register::Entered) -> Result<(), inbeeld::release::OutboxFault> { Ok(()) }
/// }
/// ```
/// ```
/// // It can only say where they go.
/// fn take<O: inbeeld::release::Outbox>(_: O) {}
/// take(inbeeld::store::OutFolder::new(std::path::Path::new("vrijgave")));
/// ```
pub trait Outbox: sealed::Sealed {
    /// Takes a file and returns once its bytes would survive a power cut, under a name that nobody
    /// takes for a file of the release. Dropped before [`Outbox::publish`], it leaves nothing.
    ///
    /// # Errors
    /// [`OutboxFault`]; then nothing may be entered.
    fn prepare(&mut self, name: &str, bytes: &[u8]) -> Result<(), OutboxFault>;

    /// Takes, in the same way, what is to be remembered of the lists in the place of what was.
    ///
    /// # Errors
    /// [`OutboxFault`]; then nothing may be entered.
    fn remember(&mut self, bytes: &[u8]) -> Result<(), OutboxFault>;

    /// Puts every file under its name. Asks for the proof that the register knows the release.
    ///
    /// # Errors
    /// [`OutboxFault`]; some files may be in place, others not.
    fn publish(self, entered: &Entered) -> Result<(), OutboxFault>;
}

/// A file that cannot be kept or put in place.
#[derive(Debug, thiserror::Error)]
#[error("{place}: kan niet geschreven worden ({})", io_words(source))]
pub struct OutboxFault {
    /// Which file or folder.
    pub place: String,
    /// What the system said.
    pub source: std::io::Error,
}

/// Why a release did not come about, or not whole.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseFault {
    /// A format cannot be written: a mistake of ours.
    #[error("{file}: dit bestand kan niet gemaakt worden")]
    Format {
        /// Which file.
        file: String,
    },
    /// A file cannot be kept; nothing was released.
    #[error(transparent)]
    Prepare(OutboxFault),
    /// The register does not take it; nothing was released.
    #[error(transparent)]
    Register(#[from] RegisterFault),
    /// The register has it, but not every file is in place.
    #[error("vrijgave nr {nr} staat in het register, maar niet elk bestand staat op zijn plek: {fault}")]
    Publish {
        /// Number of the release.
        nr: usize,
        /// What went wrong.
        fault: OutboxFault,
    },
    /// Every file is in place, but the register does not say so.
    #[error("vrijgave nr {nr} is uitgeleverd, maar dat kon niet in het register worden gezet: {fault}")]
    Mark {
        /// Number of the release.
        nr: usize,
        /// What went wrong.
        fault: RegisterFault,
    },
}

impl Explain for ReleaseFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Format { .. } => "vorm",
            Self::Prepare(_) => "schrijven",
            Self::Register(fault) => fault.code(),
            Self::Publish { .. } | Self::Mark { .. } => "niet-uitgeleverd",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Format { .. } => "Meld dit als fout; er is niets vrijgegeven.",
            Self::Prepare(_) => {
                "Kijk of de map bestaat, of u er mag schrijven en of de schijf niet vol is. Er is niets vrijgegeven."
            }
            Self::Register(fault) => return fault.remedy(),
            Self::Publish { .. } | Self::Mark { .. } => {
                "Neem de oorzaak weg en herhaal de koppeling met dezelfde tekst en leveringen: die vult haar aan."
            }
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Register(fault) => fault.exit(),
            _ => Exit::Internal,
        }
    }
}
