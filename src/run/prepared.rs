//! A koppeling that was run and waits: everything is protected, nothing has left.
//!
//! Somebody else can look at what would leave and decide. What is held is what disclosure control let
//! through, and of lists the rows that their recipients would get; nobody's evidence or klasse.

use super::{Outcome, RunFault};
use crate::disclosure::{
    Comparison, ListRefusal, ListSet, Protected, ProtectedTable, ReasonCount, TableRefusal, TableSet,
};
use crate::doelbinding::{Convenant, Denial, TextIdentity};
use crate::register::{Ledger, Register, RegisterFault, month};
use crate::release::{Account, LeveringUsed, Outbox, ReleaseFault, SourceUsed, TrialList, lengths, release, tried};
use crate::terms::{Datum, Maand, Moment, Peildatum, Regio, Sha256Hash};
use sha2::{Digest, Sha256};

/// A koppeling that waits for leave to go out. It is used up by its release; dropped, nothing leaves.
///
/// ```compile_fail
/// fn need<T: Clone>() {}
/// need::<inbeeld::run::Prepared>();
/// ```
/// ```
/// fn need<T: Send>() {}
/// need::<inbeeld::run::Prepared>();
/// ```
pub struct Prepared {
    pub(super) protected: Protected<TableSet>,
    pub(super) lists: Protected<ListSet>,
    pub(super) account: Account,
    pub(super) convenant: Option<Convenant>,
    /// The last day on which anything may leave under the text.
    pub(super) last: Datum,
    /// What the register held of the month.
    pub(super) month: Vec<Sha256Hash>,
    /// Hash of what was remembered of the lists before, where withdrawals are told.
    pub(super) remembered: Option<Sha256Hash>,
}

/// When and beside what something is released.
#[derive(Clone, Copy)]
pub struct Leave<'a> {
    /// Now, UTC.
    pub now: Moment,
    /// Today in UTC.
    pub today: Datum,
    /// What is remembered now of the lists before, where withdrawals are told.
    pub remembered: Option<&'a [u8]>,
}

impl Prepared {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &TextIdentity {
        self.protected.identity()
    }

    /// The reference date.
    #[must_use]
    pub fn peildatum(&self) -> Peildatum {
        self.protected.peildatum()
    }

    /// The tables as they would leave; of a withheld cell nothing is known here either.
    #[must_use]
    pub fn tabellen(&self) -> &[ProtectedTable] {
        self.protected.tables()
    }

    /// The reasons per klasse as they would leave.
    #[must_use]
    pub fn redenen(&self) -> Vec<ReasonCount> {
        self.protected.reasons().counts()
    }

    /// The lists that would leave, and about how long each is where a table tells that anyhow.
    #[must_use]
    pub fn lijsten(&self) -> Vec<TrialList> {
        lengths(&self.lists, self.tabellen())
    }

    /// Tables of the text that would not leave, and why.
    #[must_use]
    pub fn geweigerd(&self) -> &[TableRefusal] {
        self.protected.refused()
    }

    /// Lists of the text that would not leave, and why.
    #[must_use]
    pub fn geweigerde_lijsten(&self) -> &[ListRefusal] {
        self.lists.refused()
    }

    /// What each source covered.
    #[must_use]
    pub fn bronnen(&self) -> &[SourceUsed] {
        &self.account.bronnen
    }

    /// The leveringen that served.
    #[must_use]
    pub fn leveringen(&self) -> &[LeveringUsed] {
        &self.account.leveringen
    }

    /// With what the lists were compared, where withdrawals are told.
    #[must_use]
    pub fn vergelijking(&self) -> Option<Comparison> {
        self.lists.comparison()
    }

    /// Names of leveringen of whom is no party to the text's convenant.
    #[must_use]
    pub fn buiten_convenant(&self) -> Vec<String> {
        let Some(convenant) = &self.convenant else { return Vec::new() };
        let party = |levering: &LeveringUsed| convenant.partijen.iter().any(|oin| oin.as_str() == levering.oin());
        let strangers = self.account.leveringen.iter().filter(|levering| !party(levering));
        strangers.map(|levering| levering.file().to_owned()).collect()
    }

    /// Releases it: register entry first. Refused where the month or the lists are no longer as they were
    /// when it was run, for then it was protected beside other releases than it would stand beside.
    ///
    /// # Errors
    /// [`RunFault`]; then nothing was released, or it says what was.
    pub fn release<L: Ledger>(
        self,
        leave: &Leave<'_>,
        open_register: impl FnOnce() -> Result<L, RegisterFault>,
        outbox: impl Outbox,
    ) -> Result<Outcome, RunFault> {
        self.let_out(leave, &mut open_register()?, outbox)
    }

    pub(super) fn let_out(
        mut self,
        leave: &Leave<'_>,
        ledger: &mut dyn Ledger,
        outbox: impl Outbox,
    ) -> Result<Outcome, RunFault> {
        if leave.today > self.last {
            return Err(Denial::TooLate { last: self.last }.into());
        }
        let register = Register::read(&ledger.lines()?)?;
        let same_month = of_month(&register, self.protected.regio(), self.peildatum().maand()) == self.month;
        if !same_month || hash(leave.remembered) != self.remembered {
            return Err(RunFault::Overtaken);
        }
        self.account.tijd = leave.now;
        let buiten_convenant = self.buiten_convenant();
        let Self { protected, lists, account, .. } = self;
        let (geweigerd, lijsten) = (protected.refused().to_vec(), lists.refused().to_vec());
        let (bronnen, vergelijking) = (account.bronnen.clone(), lists.comparison());
        let released = release(protected, lists, &account, ledger, outbox)?;
        Ok(Outcome { released, bronnen, geweigerd, lijsten, vergelijking, buiten_convenant })
    }

    /// Does not release it, though somebody saw it: that counts in the register like a trial.
    ///
    /// # Errors
    /// [`RunFault`] when the register does not take it.
    pub fn refuse<L: Ledger>(
        mut self,
        now: Moment,
        open_register: impl FnOnce() -> Result<L, RegisterFault>,
    ) -> Result<(), RunFault> {
        self.account.tijd = now;
        let told: Result<_, ReleaseFault> = tried(self.protected, self.lists, &self.account, &mut open_register()?);
        Ok(told.map(drop)?)
    }
}

/// The entries of a region and month.
pub(super) fn of_month(register: &Register, regio: Regio, maand: Maand) -> Vec<Sha256Hash> {
    month(register, regio, maand).iter().filter_map(|release| register.hash(release.nr)).collect()
}

/// The hash of what was remembered.
pub(super) fn hash(remembered: Option<&[u8]>) -> Option<Sha256Hash> {
    remembered.map(|bytes| Sha256Hash(Sha256::digest(bytes).into()))
}
