//! The way out: register entry first, then the value.

mod account;
mod formats;

pub use account::{Account, LeveringUsed, SourceUsed};

use crate::disclosure::{Protected, ProtectedTable, TableSet};
use crate::register::{self, Ledger, RegisterFault};
use crate::terms::Sha256Hash;
use account::{Doelbinding, Entry};
use sha2::{Digest, Sha256};

/// A file as it leaves.
#[derive(Debug)]
pub struct OutFile {
    /// Its name in the folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

mod sealed {
    /// Only this room says what may leave.
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
}

impl<T> Released<T> {
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

/// Writes the register entry and only then gives the value: no register, no value.
///
/// # Errors
/// [`RegisterFault`]; then nothing is released.
pub(crate) fn release(
    protected: Protected<TableSet>,
    account: &Account,
    ledger: &mut dyn Ledger,
) -> Result<Released<Vrijgave>, RegisterFault> {
    let (set, identity, peildatum, regio) = protected.take();
    let doelbinding = Doelbinding::of(&identity);
    let tables = formats::tables(&set.tabellen);
    let files = formats::files(&doelbinding, peildatum, regio, &tables, &set, account)
        .map_err(|fault| RegisterFault::Storage(fault.into()))?;
    let bestanden = files.iter().map(|file| (file.name.as_str(), Sha256Hash(Sha256::digest(&file.bytes).into())));
    let entry = Entry::new(&doelbinding, peildatum, regio, account, &tables, &set.redenen, bestanden);
    register::append(ledger, &entry)?;
    Ok(Released { value: Vrijgave { tabellen: set.tabellen, files } })
}
