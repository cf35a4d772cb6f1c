//! Sessions, known by the hash of their cookie.

use super::accounts::bound;
use super::{Database, DbFault, moment};
use crate::access::{AccountNaam, Session, Span, Token};
use crate::terms::Moment;
use rusqlite::{OptionalExtension, params};

/// A session is marked as used at most this often, in seconds: a page with ten requests writes once.
const MARK: i64 = 60;

impl Database {
    /// Begins a session of an account.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn begin_session(&self, naam: &AccountNaam, cookie: &Token, now: Moment) -> Result<(), DbFault> {
        let (begun, used) = Span::ended_before(now);
        self.write(|transaction| {
            transaction.execute("DELETE FROM sessie WHERE begin <= ?1 OR laatst <= ?2", [begun, used])?;
            let add = "INSERT INTO sessie (hash, naam, begin, laatst) VALUES (?1, ?2, ?3, ?3)";
            transaction.execute(add, params![cookie.hash(), naam.as_str(), now.unix_seconds()])?;
            Ok(())
        })
    }

    /// Ends the sessions of an account, or all; gives how many there were.
    ///
    /// # Errors
    /// [`DbFault::NoAccount`].
    pub fn end_sessions(&self, naam: Option<&AccountNaam>) -> Result<usize, DbFault> {
        self.write(|transaction| {
            let Some(naam) = naam else { return Ok(transaction.execute("DELETE FROM sessie", [])?) };
            let find = "SELECT 1 FROM account WHERE naam = ?1";
            transaction.query_row(find, [naam.as_str()], |_| Ok(())).optional()?.ok_or(DbFault::NoAccount)?;
            Ok(transaction.execute("DELETE FROM sessie WHERE naam = ?1", [naam.as_str()])?)
        })
    }

    /// Whose session this is, when it still holds and the account is in use. Marks it as used.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn session(&self, cookie: &Token, now: Moment) -> Result<Option<Session>, DbFault> {
        let hash = cookie.hash();
        let found = self.read(|connection| {
            let mut find = connection.prepare_cached(
                "SELECT a.naam, a.rol, a.gemeente, a.oin, s.begin, s.laatst FROM sessie s JOIN account a USING (naam)
                 WHERE s.hash = ?1 AND a.staat = 'actief'",
            )?;
            let row = find.query_row([hash], |row| {
                Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?, row.get(3)?), row.get(4)?, row.get(5)?))
            });
            let Some((naam, of, begin, last)) = row.optional()? else { return Ok(None) };
            let naam = AccountNaam::parse(&naam).map_err(|_| DbFault::Odd)?;
            Ok(Some(Session { naam, bound: bound(of)?, span: Span { begin: moment(begin)?, last: moment(last)? } }))
        })?;
        let Some(session) = found.filter(|session| session.span.holds(now)) else { return Ok(None) };
        if now.unix_seconds() - session.span.last.unix_seconds() >= MARK {
            let mark = "UPDATE sessie SET laatst = ?2 WHERE hash = ?1";
            self.write(|transaction| Ok(transaction.execute(mark, params![hash, now.unix_seconds()])?))?;
        }
        Ok(Some(session))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn end_session(&self, cookie: &Token) -> Result<(), DbFault> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM sessie WHERE hash = ?1", [cookie.hash()])?;
            Ok(())
        })
    }
}
