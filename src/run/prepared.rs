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
use crate::release::{
    Account, LeveringUsed, OutFile, Outbound, Outbox, SourceUsed, TrialList, enter_seen, lengths, release, sealed,
};
use crate::terms::{Datum, Maand, Moment, Peildatum, Regio, Sha256Hash};
use sha2::{Digest, Sha256};

/// A koppeling that waits for leave to go out. It is used up by its release; dropped, nothing leaves.
/// What it holds is only to be seen through [`Prepared::show`].
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
    /// Whether the register knows that somebody saw it.
    pub(super) shown: bool,
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

/// What would leave, for who decides on it: the register knows that it was seen.
///
/// ```compile_fail
/// // It cannot be made up.
/// fn forge(prepared: &inbeeld::run::Prepared) -> inbeeld::run::Shown<'_> { inbeeld::run::Shown { prepared } }
/// ```
/// ```
/// fn pass(shown: inbeeld::run::Shown<'_>) -> inbeeld::run::Shown<'_> { shown }
/// ```
pub struct Shown<'p> {
    prepared: &'p Prepared,
}

impl sealed::Sealed for Shown<'_> {}

impl Outbound for Shown<'_> {
    /// Nothing was made yet.
    fn files(&self) -> &[OutFile] {
        &[]
    }
}

impl Shown<'_> {
    /// The tables as they would leave; of a withheld cell nothing is known here either.
    #[must_use]
    pub fn tabellen(&self) -> &[ProtectedTable] {
        self.prepared.protected.tables()
    }

    /// The reasons per klasse as they would leave.
    #[must_use]
    pub fn redenen(&self) -> Vec<ReasonCount> {
        self.prepared.protected.reasons().counts()
    }

    /// The lists that would leave, and about how long each is where a table tells that anyhow.
    #[must_use]
    pub fn lijsten(&self) -> Vec<TrialList> {
        lengths(&self.prepared.lists, self.tabellen())
    }

    /// Tables of the text that would not leave, and why.
    #[must_use]
    pub fn geweigerd(&self) -> &[TableRefusal] {
        self.prepared.protected.refused()
    }

    /// Lists of the text that would not leave, and why.
    #[must_use]
    pub fn geweigerde_lijsten(&self) -> &[ListRefusal] {
        self.prepared.lists.refused()
    }

    /// What each source covered.
    #[must_use]
    pub fn bronnen(&self) -> &[SourceUsed] {
        &self.prepared.account.bronnen
    }

    /// The leveringen that served.
    #[must_use]
    pub fn leveringen(&self) -> &[LeveringUsed] {
        &self.prepared.account.leveringen
    }

    /// With what the lists were compared, where withdrawals are told.
    #[must_use]
    pub fn vergelijking(&self) -> Option<Comparison> {
        self.prepared.lists.comparison()
    }

    /// Names of leveringen of whom is no party to the text's convenant.
    #[must_use]
    pub fn buiten_convenant(&self) -> Vec<String> {
        self.prepared.buiten_convenant()
    }
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

    /// Shows what would leave. The first time the register is told, as of a trial: whoever decides sees
    /// numbers, also where they leave never.
    ///
    /// # Errors
    /// [`RunFault`]; then nothing may be seen. [`RunFault::Overtaken`] where the month has changed since.
    pub fn show<L: Ledger>(
        &mut self,
        now: Moment,
        open_register: impl FnOnce() -> Result<L, RegisterFault>,
    ) -> Result<Shown<'_>, RunFault> {
        if !self.shown {
            let mut ledger = open_register()?;
            self.still_of_the_month(&mut ledger)?;
            self.account.tijd = now;
            enter_seen(&self.protected, &self.account, &mut ledger)?;
            // From here on what was seen is of the month as well, and it is what would leave.
            self.month = self.month_now(&mut ledger)?;
            self.shown = true;
        }
        Ok(Shown { prepared: self })
    }

    fn month_now(&self, ledger: &mut dyn Ledger) -> Result<Vec<Sha256Hash>, RunFault> {
        let register = Register::read(&ledger.lines()?)?;
        Ok(of_month(&register, self.protected.regio(), self.peildatum().maand()))
    }

    /// Refuses where the register tells more of the month than it was protected beside.
    fn still_of_the_month(&self, ledger: &mut dyn Ledger) -> Result<(), RunFault> {
        if self.month_now(ledger)? == self.month { Ok(()) } else { Err(RunFault::Overtaken) }
    }

    fn buiten_convenant(&self) -> Vec<String> {
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
        self.still_of_the_month(ledger)?;
        if hash(leave.remembered) != self.remembered {
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
}

/// The entries of a region and month.
pub(super) fn of_month(register: &Register, regio: Regio, maand: Maand) -> Vec<Sha256Hash> {
    month(register, regio, maand).iter().filter_map(|release| register.hash(release.nr)).collect()
}

/// The hash of what was remembered.
pub(super) fn hash(remembered: Option<&[u8]>) -> Option<Sha256Hash> {
    remembered.map(|bytes| Sha256Hash(Sha256::digest(bytes).into()))
}
