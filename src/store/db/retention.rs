//! Months that were destroyed when their term had passed.

use super::{Database, DbFault};
use crate::register::Houder;
use crate::terms::{Maand, Moment};
use rusqlite::{Connection, params};

/// How far the destruction of a month is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestructionRecord {
    /// Which month.
    pub periode: Maand,
    /// Whether the register says that it was destroyed.
    pub entered: bool,
    /// Whether the register says that the service has no copy of share B.
    pub forgotten: bool,
}

/// Whether a month was destroyed, or its destruction has begun.
pub(super) fn destroyed(connection: &Connection, periode: &str) -> Result<bool, DbFault> {
    let find = "SELECT EXISTS (SELECT 1 FROM vernietiging WHERE periode = ?1)";
    Ok(connection.query_row(find, [periode], |row| row.get(0))?)
}

impl Database {
    /// Begins the destruction of a month: from here on nothing of it is taken in or opened. What was refused
    /// of its leveringen goes from the koppelingen that wanted them: it names their files.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn begin_destruction(&self, periode: Maand, now: Moment) -> Result<(), DbFault> {
        let periode = periode.to_string();
        self.write(|transaction| {
            let add = "INSERT INTO vernietiging (periode, begonnen_op) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            transaction.execute(add, params![periode, now.unix_seconds()])?;
            let clear = "UPDATE koppeling SET uitleg = json_remove(uitleg, '$.fouten') \
                         WHERE uitleg IS NOT NULL AND substr(peildatum, 1, 7) = ?1";
            transaction.execute(clear, [&periode])?;
            Ok(())
        })
    }

    /// Says that the register knows of the destruction of a month, or that it was destroyed before this
    /// database was put back.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn destruction_entered(&self, periode: Maand, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let set = "INSERT INTO vernietiging (periode, begonnen_op, vernietigd_op) VALUES (?1, ?2, ?2) \
                       ON CONFLICT (periode) DO UPDATE SET vernietigd_op = coalesce(vernietigd_op, ?2)";
            transaction.execute(set, params![periode.to_string(), now.unix_seconds()])?;
            Ok(())
        })
    }

    /// Says that the register knows that the service has no copy of a month's share B.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn share_destroyed(&self, periode: Maand, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let set = "UPDATE vernietiging SET dienst_op = ?2 WHERE periode = ?1";
            transaction.execute(set, params![periode.to_string(), now.unix_seconds()])?;
            Ok(())
        })
    }

    /// Every month that was destroyed or whose destruction has begun, oldest first.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn destructions(&self) -> Result<Vec<DestructionRecord>, DbFault> {
        self.read(|connection| {
            let all =
                "SELECT periode, vernietigd_op IS NOT NULL, dienst_op IS NOT NULL FROM vernietiging ORDER BY periode";
            let mut all = connection.prepare_cached(all)?;
            let rows = all.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
            rows.map(|row| {
                let (periode, entered, forgotten) = row?;
                let periode = Maand::parse(periode.as_bytes()).map_err(|_| DbFault::Odd)?;
                Ok(DestructionRecord { periode, entered, forgotten })
            })
            .collect()
        })
    }

    /// Whether a month was destroyed, or its destruction has begun.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn destroyed(&self, periode: Maand) -> Result<bool, DbFault> {
        self.read(|connection| destroyed(connection, &periode.to_string()))
    }

    /// Remembers which office handed in a month's share B.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn add_holder(&self, periode: Maand, houder: Houder) -> Result<(), DbFault> {
        self.write(|transaction| {
            let add = "INSERT INTO deel_b_houder (periode, houder) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            transaction.execute(add, [periode.to_string(), houder.to_string()])?;
            Ok(())
        })
    }

    /// Which offices handed in a month's share B.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn holders(&self, periode: Maand) -> Result<Vec<Houder>, DbFault> {
        self.read(|connection| {
            let all = "SELECT houder FROM deel_b_houder WHERE periode = ?1 ORDER BY houder";
            let mut all = connection.prepare_cached(all)?;
            let rows = all.query_map([periode.to_string()], |row| row.get::<_, String>(0))?;
            rows.map(|row| Houder::parse(&row?).map_err(|_| DbFault::Odd)).collect()
        })
    }

    /// Writes everything that waits beside the database into it, and empties what was beside it: what was
    /// overwritten in the one stood in the other still.
    ///
    /// # Errors
    /// [`DbFault::Busy`] where somebody reads all the time.
    pub fn checkpoint(&self) -> Result<(), DbFault> {
        let writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let busy: bool = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(DbFault::Busy) } else { Ok(()) }
    }
}
