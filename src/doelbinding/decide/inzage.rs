//! Who may ask why somebody has its klasse, and how often a day (CONTRACT, `[inzage]`).

use super::{Denial, Grant, Signed};
use crate::doelbinding::policy::Policy;
use crate::terms::{Datum, Peildatum, Rol};

/// A question that a text lets somebody ask, while nobody knows yet how many were asked today.
pub struct Asking {
    rol: Rol,
    per_dag: u32,
}

/// A question within the number of its day: what disclosure answers, and nothing else.
///
/// ```compile_fail
/// // It cannot be made up: that the day's number is not used up is decided here.
/// fn forge(rol: inbeeld::terms::Rol) -> inbeeld::doelbinding::Question { inbeeld::doelbinding::Question { rol } }
/// ```
/// ```
/// // It can only be passed on.
/// fn pass(question: inbeeld::doelbinding::Question) -> inbeeld::doelbinding::Question { question }
/// ```
/// ```compile_fail
/// fn need<T: Clone>() {}
/// need::<inbeeld::doelbinding::Question>();
/// ```
/// ```
/// fn need<T: Send>() {}
/// need::<inbeeld::doelbinding::Question>();
/// ```
pub struct Question {
    rol: Rol,
}

impl Question {
    /// Who asks.
    pub(crate) fn rol(&self) -> Rol {
        self.rol
    }
}

impl Signed {
    /// Decides whether somebody may ask at all, for a peildatum, today. The text itself comes with it: it
    /// says what may be read.
    ///
    /// # Errors
    /// [`Denial`] when the text does not hold, or does not let this role ask.
    pub fn decide_inzage(
        self,
        rol: Rol,
        peildatum: Peildatum,
        today: Datum,
    ) -> Result<(Grant<Asking>, Policy), Denial> {
        self.holds_for(peildatum, today)?;
        let Self { policy, identity, .. } = self;
        let inzage = policy.inzage.as_ref().ok_or(Denial::NoInzage)?;
        if !inzage.rollen.contains(rol.recht().as_str()) {
            return Err(Denial::NotThisRole { rol: rol.recht() });
        }
        let ask = Asking { rol, per_dag: inzage.per_dag };
        Ok((Grant { ask, identity, peildatum, regio: policy.doelgroep.regio }, policy))
    }
}

impl Grant<Asking> {
    /// Grants the question where so many, asked today by the same right, leave room for it.
    ///
    /// # Errors
    /// [`Denial::DayIsFull`] when they do not.
    pub(crate) fn within(self, asked: usize) -> Result<Grant<Question>, Denial> {
        let Self { ask: Asking { rol, per_dag }, identity, peildatum, regio } = self;
        if u32::try_from(asked).is_ok_and(|asked| asked < per_dag) {
            Ok(Grant { ask: Question { rol }, identity, peildatum, regio })
        } else {
            Err(Denial::DayIsFull { per_dag })
        }
    }
}
