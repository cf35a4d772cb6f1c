//! The way out: files are prepared where nobody sees them, the register entry is written, the files
//! are put in place, and the register says so. A crash between leaves an entry that was not
//! delivered; running again completes it.

mod account;
mod contact;
mod formats;
mod grid;
mod inzage;
mod outbox;
mod padding;
mod purpose;
mod report;
#[cfg(test)]
mod tests;
mod trial;
mod words;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use account::{Account, LeveringUsed, SourceUsed};
pub use contact::{list_file, withdrawn_file};
pub use inzage::{Antwoord, InzageFault, Vorm};
pub(crate) use inzage::{InzageAccount, tell};
pub use outbox::{Outbox, OutboxFault, ReleaseFault};
pub use padding::{PADDING, pad};
pub use purpose::Purpose;
pub use trial::{Trial, TrialList};
pub(crate) use trial::{enter_seen, lengths, tried};

use crate::disclosure::{ListSet, Protected, ProtectedTable, TableSet};
use crate::doelbinding::TextIdentity;
use crate::register::{Ledger, Register, Soort, enter, mark_delivered};
use crate::terms::{Peildatum, Regio, Sha256Hash};
use account::{Context, Doelbinding, Entry};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A file as it leaves.
#[derive(Debug)]
pub struct OutFile {
    /// Its name in the folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

pub(crate) mod sealed {
    /// Only this crate says what may leave, and where it waits.
    pub trait Sealed {}
}

/// What a door may write: released things, and nothing else.
///
/// ```compile_fail
/// // No other crate can declare something fit to leave.
/// struct Rows;
/// impl inbeeld::release::Outbound for Rows {
///     fn files(&self) -> &[inbeeld::release::OutFile] { &[] }
/// }
/// ```
/// ```
/// // What this crate released is.
/// fn door<T: inbeeld::release::Outbound>(out: &T) -> usize { out.files().len() }
/// fn pass(out: &inbeeld::release::Released<inbeeld::release::Vrijgave>) -> usize { door(out) }
/// ```
pub trait Outbound: sealed::Sealed {
    /// The files that leave.
    fn files(&self) -> &[OutFile];
}

/// A value that the register knows has left. Only this room makes one.
///
/// ```compile_fail
/// // It cannot be made up …
/// fn forge(value: u8) -> inbeeld::release::Released<u8> { inbeeld::release::Released { value } }
/// ```
/// ```
/// // … only passed on.
/// fn pass(value: inbeeld::release::Released<u8>) -> inbeeld::release::Released<u8> { value }
/// ```
/// ```compile_fail
/// fn need<T: Clone>() {}
/// need::<inbeeld::release::Released<u8>>();
/// ```
/// ```compile_fail
/// fn need<T: Default>() {}
/// need::<inbeeld::release::Released<u8>>();
/// ```
/// ```compile_fail
/// fn need<T: From<u8>>() {}
/// need::<inbeeld::release::Released<u8>>();
/// ```
/// ```
/// fn need<T: Send>() {}
/// need::<inbeeld::release::Released<u8>>();
/// ```
/// Rows and classified persons cannot even be named outside the library:
/// ```compile_fail
/// use inbeeld::classify::Jongere;
/// ```
/// ```compile_fail
/// use inbeeld::linking::Doelgroep;
/// ```
/// ```
/// use inbeeld::release::Vrijgave;
/// ```
pub struct Released<T> {
    value: T,
    nr: usize,
}

impl<T> Released<T> {
    /// The number of its entry in the register.
    #[must_use]
    pub fn nr(&self) -> usize {
        self.nr
    }

    /// Looks at it.
    pub fn get(&self) -> &T {
        &self.value
    }
}

/// One release: the tables for the eye, and every file of it.
#[derive(Debug)]
pub struct Vrijgave {
    tabellen: Vec<ProtectedTable>,
    files: Vec<OutFile>,
    /// What is kept here, under seal, to tell next time who is no longer on a list.
    geheugen: Option<Vec<u8>>,
}

impl Vrijgave {
    /// The protected tables.
    #[must_use]
    pub fn tabellen(&self) -> &[ProtectedTable] {
        &self.tabellen
    }
}

impl sealed::Sealed for Released<Vrijgave> {}

impl Outbound for Released<Vrijgave> {
    fn files(&self) -> &[OutFile] {
        &self.value.files
    }
}

/// Releases what was protected: no register, no value, and no file in place before its entry.
///
/// # Errors
/// [`ReleaseFault`]; says whether anything may have left.
pub(crate) fn release(
    protected: Protected<TableSet>,
    lists: Protected<ListSet>,
    account: &Account,
    ledger: &mut dyn Ledger,
    outbox: impl Outbox,
) -> Result<Released<Vrijgave>, ReleaseFault> {
    let (set, identity, peildatum, regio) = protected.take();
    let (lists, ..) = lists.take();
    let (vrijgave, entry) = compose(set, lists, &identity, peildatum, regio, account)?;
    let_out(vrijgave, &entry, ledger, outbox)
}

/// Makes every file, and the entry that names them all with their hashes.
fn compose(
    set: TableSet,
    lists: ListSet,
    identity: &TextIdentity,
    peildatum: Peildatum,
    regio: Regio,
    account: &Account,
) -> Result<(Vrijgave, Value), ReleaseFault> {
    let context = Context { doelbinding: Doelbinding::of(identity), peildatum, regio, account };
    let tables = formats::tables(&set.tabellen);
    let files = formats::files(&context, &tables, &set, &lists)?;
    let bestanden = files.iter().map(|file| (file.name.as_str(), Sha256Hash(Sha256::digest(&file.bytes).into())));
    let entry = Entry::new(&context, &tables, &set.redenen, &lists, bestanden);
    let entry = serde_json::to_value(entry).map_err(|_| ReleaseFault::Format { file: "register".to_owned() })?;
    Ok((Vrijgave { tabellen: set.tabellen, files, geheugen: lists.geheugen }, entry))
}

/// The one order in which things leave.
fn let_out(
    vrijgave: Vrijgave,
    entry: &Value,
    ledger: &mut dyn Ledger,
    mut outbox: impl Outbox,
) -> Result<Released<Vrijgave>, ReleaseFault> {
    let register = Register::read(&ledger.lines()?)?;
    for file in &vrijgave.files {
        outbox.prepare(&file.name, &file.bytes).map_err(ReleaseFault::Prepare)?;
    }
    if let Some(geheugen) = &vrijgave.geheugen {
        outbox.remember(geheugen).map_err(ReleaseFault::Prepare)?;
    }
    let entered = enter(ledger, register.end, Soort::Vrijgave, entry)?;
    let nr = entered.nr();
    let released = Released { value: vrijgave, nr };
    outbox.publish(&entered).map_err(|fault| ReleaseFault::Publish { nr, fault })?;
    mark_delivered(ledger, &entered).map_err(|fault| ReleaseFault::Mark { nr, fault })?;
    Ok(released)
}
