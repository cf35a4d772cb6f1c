//! The schema, in numbered steps. A step that has been released never changes.

use super::DbFault;
use rusqlite::{Connection, TransactionBehavior};

/// Every step, in order; the first is schema 1.
pub(super) const STEPS: &[&str] = &[
    include_str!("migraties/0001-toegang.sql"),
    include_str!("migraties/0002-koppelingen.sql"),
    include_str!("migraties/0003-oidc.sql"),
    include_str!("migraties/0004-bewaren.sql"),
    include_str!("migraties/0005-vervallen.sql"),
];

/// Brings a database to the newest schema, each step whole or not at all.
///
/// # Errors
/// [`DbFault::Newer`] when a newer program made it; then nothing is touched.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), DbFault> {
    steps(connection, STEPS)
}

pub(super) fn steps(connection: &mut Connection, steps: &[&str]) -> Result<(), DbFault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(steps.len()).map_err(|_| DbFault::Odd)?;
    if found > known {
        return Err(DbFault::Newer { found, known });
    }
    for step in steps.iter().skip(usize::try_from(found).map_err(|_| DbFault::Odd)?) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
