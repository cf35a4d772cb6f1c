//! What was destroyed, and who still holds what could open a copy of it: the vernietigingsbewijs of a month.
//!
//! Leveringen lie sealed, and so do their backups. What opens them is made of share B of the month; a month
//! is destroyed when every copy of that is. The proof names every holder, and stays open until each has
//! confirmed. No person is named: a holder is an office.

use super::chain::add;
use super::{Ledger, Register, RegisterFault};
use crate::terms::{Gemeente, Invalid, Maand, Moment};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Who holds a copy of a month's share B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Houder {
    /// The service.
    Dienst,
    /// The FG.
    Fg,
    /// A municipality that may hand it in.
    Gemeente(Gemeente),
}

impl Houder {
    /// Reads a holder as it is written.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let code = |text: &str| Gemeente::parse(text.strip_prefix("gemeente ")?.as_bytes()).ok().map(Self::Gemeente);
        match text {
            "dienst" => Ok(Self::Dienst),
            "fg" => Ok(Self::Fg),
            text => code(text).ok_or(Invalid { expected: "fg, of gemeente met haar code" }),
        }
    }
}

impl std::fmt::Display for Houder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dienst => f.write_str("dienst"),
            Self::Fg => f.write_str("fg"),
            Self::Gemeente(gemeente) => write!(f, "gemeente {gemeente}"),
        }
    }
}

impl Serialize for Houder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Houder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|invalid| serde::de::Error::custom(invalid.expected))
    }
}

/// The entry of a destruction.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Destruction {
    /// When, UTC.
    pub tijd: String,
    /// Whether "today" was set by hand.
    pub vandaag_gezet: bool,
    /// Which month.
    pub periode: String,
    /// The last day on which it could have been kept; none where no text could use the month.
    pub termijn: Option<String>,
    /// Name of share B; none where the month was never begun.
    pub deel_b: Option<String>,
    /// How many leveringen there were.
    pub leveringen: usize,
    /// Everybody who holds a copy of share B, or may hold one.
    pub houders: Vec<Houder>,
}

/// That a holder has no copy any more.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Confirmation {
    /// When, UTC.
    pub tijd: String,
    /// Number of the entry of the destruction.
    pub vernietiging: usize,
    /// Whose copy.
    pub houder: Houder,
    /// Who says so: the holder, or the FG in the place of a municipality that no longer can.
    pub door: Houder,
}

/// A destruction that the register remembers.
#[derive(Clone, Debug)]
pub struct PastDestruction {
    /// Number of its line.
    pub nr: usize,
    /// What it says.
    pub entry: Destruction,
    /// Who has confirmed, and on which line.
    pub bevestigd: Vec<(usize, Confirmation)>,
}

impl PastDestruction {
    /// The confirmation of a holder.
    #[must_use]
    pub fn confirmed(&self, houder: Houder) -> Option<&Confirmation> {
        self.bevestigd.iter().map(|(_, confirmation)| confirmation).find(|one| one.houder == houder)
    }

    /// Whether a holder has yet to confirm.
    #[must_use]
    pub fn open(&self) -> bool {
        self.entry.houders.iter().any(|houder| self.confirmed(*houder).is_none())
    }

    /// Takes in a line that says that a holder confirms; `false` where none of ours would say so.
    pub(super) fn take(&mut self, nr: usize, confirmation: Confirmation) -> bool {
        let named = self.entry.houders.contains(&confirmation.houder);
        let good = named && self.confirmed(confirmation.houder).is_none();
        if good {
            self.bevestigd.push((nr, confirmation));
        }
        good
    }
}

impl Register {
    /// The destruction of a month.
    #[must_use]
    pub fn destruction(&self, periode: Maand) -> Option<&PastDestruction> {
        let periode = periode.to_string();
        self.vernietigingen.iter().find(|past| past.entry.periode == periode)
    }
}

/// Enters that a month was destroyed; gives the number of its line. Entered once: asked again, it gives the
/// number that it has.
///
/// # Errors
/// [`RegisterFault`].
pub fn enter_destruction(ledger: &mut dyn Ledger, entry: &Destruction) -> Result<usize, RegisterFault> {
    let register = Register::read(&ledger.lines()?)?;
    if let Some(past) = register.vernietigingen.iter().find(|past| past.entry.periode == entry.periode) {
        return Ok(past.nr);
    }
    add(ledger, register.end, "vernietiging", entry).map(|end| end.lines)
}

/// Enters that a holder of a month's share B has no copy any more; gives the destruction as it then stands,
/// or `None` where there is none of that month or it does not name that holder. Who has confirmed stays so.
///
/// # Errors
/// [`RegisterFault`].
pub fn confirm_destruction(
    ledger: &mut dyn Ledger,
    periode: Maand,
    (houder, door): (Houder, Houder),
    now: Moment,
) -> Result<Option<PastDestruction>, RegisterFault> {
    let register = Register::read(&ledger.lines()?)?;
    let Some(past) = register.destruction(periode).filter(|past| past.entry.houders.contains(&houder)) else {
        return Ok(None);
    };
    let mut past = past.clone();
    if past.confirmed(houder).is_none() {
        let confirmation = Confirmation { tijd: now.to_string(), vernietiging: past.nr, houder, door };
        let end = add(ledger, register.end, "vernietiging_bevestigd", &confirmation)?;
        past.take(end.lines, confirmation);
    }
    Ok(Some(past))
}
