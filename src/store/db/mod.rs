//! The service's database: SQLite in one file, one writer, several readers.
//!
//! Everything here blocks; the service calls it from threads that may. What is deleted is overwritten
//! (`secure_delete`), so that a term that has passed has passed on the disk too.

mod accounts;
mod fault;
mod federated;
mod lists;
mod periods;
mod retention;
mod runs;
mod schema;
mod sessions;
#[cfg(test)]
mod tests;

pub use accounts::{Invitation, Verdict};
pub use fault::DbFault;
pub use lists::{ListRecord, ListSoort};
pub use periods::PeriodRecord;
pub use retention::DestructionRecord;
pub use runs::{Asked, NewList, RunRecord, Staat};

use crate::terms::{Datum, Moment};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long one process waits for another that writes.
const BUSY: Duration = Duration::from_secs(10);

/// The database, open.
pub struct Database {
    path: PathBuf,
    writer: Mutex<Connection>,
    /// Connections that nobody is reading with at the moment.
    readers: Mutex<Vec<Connection>>,
}

impl Database {
    /// Opens the database or makes it (mode 0600), and brings its schema up to date.
    ///
    /// # Errors
    /// [`DbFault`], also for a schema that a newer version of the program made.
    pub fn open(path: &Path) -> Result<Self, DbFault> {
        // Made here and not by SQLite, so that it is never readable for others; the files beside it
        // (-wal, -shm) take over its mode.
        OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(DbFault::file(path))?;
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        schema::migrate(&mut writer)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) })
    }

    /// Writes all of it, as it is at this moment, to a file that is there and empty.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn copy_to(&self, path: &Path) -> Result<(), DbFault> {
        let path = path.to_str().ok_or(DbFault::Odd)?;
        self.read(|connection| {
            connection.execute("VACUUM INTO ?1", [path])?;
            Ok(())
        })
    }

    /// Whether it can be read and written at this moment.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn ready(&self) -> Result<(), DbFault> {
        self.read(|connection| Ok(connection.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |_| Ok(()))?))
    }

    /// Work that changes something: all of it, or nothing.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, DbFault>) -> Result<T, DbFault> {
        // A panic while it was held has rolled back: the connection is good.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, DbFault>) -> Result<T, DbFault> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let done = work(&reader);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        done
    }
}

/// A moment as it is kept: whole seconds since 1970.
fn moment(seconds: i64) -> Result<Moment, DbFault> {
    Moment::from_unix_seconds(seconds).map_err(|_| DbFault::Odd)
}

/// A count or number as it is kept.
fn count(number: i64) -> Result<u64, DbFault> {
    u64::try_from(number).map_err(|_| DbFault::Odd)
}

/// A date as it is kept.
fn datum(text: &str) -> Result<Datum, DbFault> {
    Datum::parse(text.as_bytes()).map_err(|_| DbFault::Odd)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, DbFault> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}
