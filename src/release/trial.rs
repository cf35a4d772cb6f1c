//! A trial: what would leave, seen by whoever tries a text and by nobody else. No file is made, and the
//! register knows it first: what somebody has seen counts like what was released.

use super::account::{Context, Doelbinding, Entry};
use super::grid::published;
use super::{Account, OutFile, Outbound, ReleaseFault, Released, formats, sealed};
use crate::disclosure::{ContactList, ListRefusal, ListSet, Protected, ProtectedTable, TableSet};
use crate::register::{Ledger, Register, Soort, enter};
use crate::terms::{Dimensie, Gemeente, Klasse};

/// What would leave under a text.
#[derive(Debug)]
pub struct Trial {
    tabellen: Vec<ProtectedTable>,
    lijsten: Vec<TrialList>,
    geweigerd: Vec<ListRefusal>,
}

/// A list that would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialList {
    /// Its name.
    pub naam: String,
    /// Who would receive it.
    pub gemeente: Gemeente,
    /// About how many would stand on it, in multiples of 5; `None` where that would give something small
    /// away.
    pub regels: Option<u64>,
}

impl Trial {
    /// The protected tables; the last may be one that a trial adds for the lists.
    #[must_use]
    pub fn tabellen(&self) -> &[ProtectedTable] {
        &self.tabellen
    }

    /// The lists.
    #[must_use]
    pub fn lijsten(&self) -> &[TrialList] {
        &self.lijsten
    }

    /// The lists that would not leave.
    #[must_use]
    pub fn geweigerd(&self) -> &[ListRefusal] {
        &self.geweigerd
    }
}

impl sealed::Sealed for Released<Trial> {}

impl Outbound for Released<Trial> {
    /// A trial has none.
    fn files(&self) -> &[OutFile] {
        &[]
    }
}

/// Enters a trial and gives it.
///
/// # Errors
/// [`ReleaseFault::Register`]; then nobody sees anything.
pub(crate) fn tried(
    protected: Protected<TableSet>,
    lists: Protected<ListSet>,
    account: &Account,
    ledger: &mut dyn Ledger,
) -> Result<Released<Trial>, ReleaseFault> {
    let nr = enter_seen(&protected, account, ledger)?;
    let (set, ..) = protected.take();
    let (lists, ..) = lists.take();
    let lijsten = lists.lijsten.iter().map(|list| length(list, &set.tabellen)).collect();
    let value = Trial { tabellen: set.tabellen, lijsten, geweigerd: lists.geweigerd };
    Ok(Released { value, nr })
}

/// Enters that somebody is going to see what would leave; gives the number of the entry.
///
/// # Errors
/// [`ReleaseFault::Register`]; then nobody may see it.
pub(crate) fn enter_seen(
    protected: &Protected<TableSet>,
    account: &Account,
    ledger: &mut dyn Ledger,
) -> Result<usize, ReleaseFault> {
    let doelbinding = Doelbinding::of(protected.identity());
    let context = Context { doelbinding, peildatum: protected.peildatum(), regio: protected.regio(), account };
    let tables = formats::tables(protected.tables());
    // No list left, and a trial tells nobody who has no handle.
    let entry = Entry::new(&context, &tables, protected.reasons(), &ListSet::none(), std::iter::empty());
    let register = Register::read(&ledger.lines()?)?;
    Ok(enter(ledger, register.end, Soort::Proef, &entry)?.nr())
}

/// The lists that would leave beside some tables.
pub(crate) fn lengths(lists: &Protected<ListSet>, tables: &[ProtectedTable]) -> Vec<TrialList> {
    lists.lists().iter().map(|list| length(list, tables)).collect()
}

/// About how long a list is. It is told only where the table says how many its municipality has in each
/// of its klassen: then the length bounds nothing that the table leaves open.
fn length(list: &ContactList, tables: &[ProtectedTable]) -> TrialList {
    let (gemeente, rows) = (list.gemeente.to_string(), list.rows.len() as u64);
    let told = tables.iter().filter(|table| table.tabel.tells_lists()).any(|table| {
        let cell =
            |klasse: &Klasse| published(table, &[(Dimensie::Gemeente, &gemeente), (Dimensie::Klasse, klasse.as_str())]);
        list.klassen.iter().all(|klasse| cell(klasse).is_some())
    });
    TrialList { naam: list.naam.clone(), gemeente: list.gemeente, regels: told.then_some((rows + 2) / 5 * 5) }
}
