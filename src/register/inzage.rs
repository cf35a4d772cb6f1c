//! Questions about one person, as the register remembers them: that one was asked, under which text and
//! by whom. Never about whom, nor what came out.

use super::{PastText, Register};
use crate::terms::{Datum, Moment, Rol};
use serde::{Deserialize, Serialize};

/// The entry of a question.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Inzage {
    /// When, UTC.
    pub tijd: String,
    /// Whether "today" was set by hand.
    pub vandaag_gezet: bool,
    /// Under which text.
    pub doelbinding: PastText,
    /// Who asked.
    pub rol: String,
    /// For which reference date.
    pub peildatum: String,
    /// The region.
    pub regio: String,
}

/// A question that the register remembers.
#[derive(Clone, Debug)]
pub struct PastInzage {
    /// Number of its line.
    pub nr: usize,
    /// What it says.
    pub entry: Inzage,
}

impl Register {
    /// How many questions were asked on a day under a text of this name by this right, whatever became
    /// of them. What cannot be read counts.
    pub(crate) fn asked(&self, id: &str, recht: Rol, day: Datum) -> usize {
        let counts = |entry: &Inzage| {
            entry.doelbinding.id == id
                && Rol::parse(entry.rol.as_bytes()).is_none_or(|rol| rol.recht() == recht)
                && Moment::parse(&entry.tijd).map_or(true, |moment| moment.datum() == day)
        };
        self.inzagen.iter().filter(|past| counts(&past.entry)).count()
    }
}
