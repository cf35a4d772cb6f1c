//! By which names the keys of each period went. Never the keys.

use super::retention::destroyed;
use super::{Database, DbFault, moment};
use crate::pseudonym::KeyId;
use crate::terms::{Maand, Moment};
use rusqlite::{OptionalExtension, params};

/// A period that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodRecord {
    /// Which month.
    pub periode: Maand,
    /// Name of its share B.
    pub deel_b: KeyId,
    /// When it was begun, UTC.
    pub begonnen: Moment,
}

impl Database {
    /// Begins a period with these keys, or makes sure that it was begun with them.
    ///
    /// # Errors
    /// [`DbFault::OtherShare`], [`DbFault::OtherKey`], [`DbFault::ShareUsed`] or [`DbFault::Destroyed`].
    pub fn begin_period(&self, periode: Maand, deel_b: KeyId, sleutel: KeyId, now: Moment) -> Result<(), DbFault> {
        let (periode, deel_b, sleutel) = (periode.to_string(), deel_b.to_string(), sleutel.to_string());
        self.write(|transaction| {
            if destroyed(transaction, &periode)? {
                return Err(DbFault::Destroyed);
            }
            let find = "SELECT deel_b, sleutel FROM periode WHERE periode = ?1";
            let begun: Option<(String, String)> =
                transaction.query_row(find, [&periode], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            match begun {
                Some((was, _)) if was != deel_b => return Err(DbFault::OtherShare),
                Some((_, was)) if was != sleutel => return Err(DbFault::OtherKey),
                Some(_) => return Ok(()),
                None => {}
            }
            let find = "SELECT 1 FROM periode WHERE deel_b = ?1";
            if transaction.query_row(find, [&deel_b], |_| Ok(())).optional()?.is_some() {
                return Err(DbFault::ShareUsed);
            }
            let add = "INSERT INTO periode (periode, deel_b, sleutel, begonnen_op) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(add, params![periode, deel_b, sleutel, now.unix_seconds()])?;
            Ok(())
        })
    }

    /// Every period that was begun, oldest first.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn periods(&self) -> Result<Vec<PeriodRecord>, DbFault> {
        self.read(|connection| {
            let mut all =
                connection.prepare_cached("SELECT periode, deel_b, begonnen_op FROM periode ORDER BY periode")?;
            let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.map(|row| {
                let (periode, deel_b, begonnen): (String, String, i64) = row?;
                Ok(PeriodRecord {
                    periode: Maand::parse(periode.as_bytes()).map_err(|_| DbFault::Odd)?,
                    deel_b: KeyId::parse(&deel_b).ok_or(DbFault::Odd)?,
                    begonnen: moment(begonnen)?,
                })
            })
            .collect()
        })
    }
}
