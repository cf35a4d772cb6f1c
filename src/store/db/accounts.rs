//! Accounts, and what shows that one is somebody's.

use super::{Database, DbFault, moment};
use crate::access::{AccessFault, Account, AccountNaam, Bound, Hashed, Lockout, Staat, Token, TotpSecret};
use crate::terms::{AccountRol, Gemeente, Moment, Oin};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Seconds for which an activation code holds: a week.
const INVITED: i64 = 7 * 24 * 60 * 60;

/// The code by which a person takes an account into use, for that person alone.
pub struct Invitation {
    /// The code.
    pub code: Token,
    /// Until when it holds, UTC.
    pub until: Moment,
}

/// What is known of an account at a moment at which somebody says it is theirs.
pub struct Verdict {
    /// Its hashed password, when it may be used at all: in use, and not locked.
    pub hashed: Option<Hashed>,
    /// Its second factor.
    pub totp: Option<TotpSecret>,
    /// The time step of the last accepted code.
    pub used: Option<i64>,
    /// Whether too many wrong attempts came before.
    pub locked: bool,
    /// Whether there is such an account.
    pub known: bool,
}

/// Role and codes as columns.
type Columns = (String, Option<String>, Option<String>);

pub(super) fn bound((rol, gemeente, oin): Columns) -> Result<Bound, DbFault> {
    let rol = AccountRol::parse(rol.as_bytes()).ok_or(DbFault::Odd)?;
    let gemeente = gemeente.map(|code| Gemeente::parse(code.as_bytes())).transpose().map_err(|_| DbFault::Odd)?;
    let oin = oin.map(|oin| Oin::parse(&oin)).transpose().map_err(|_| DbFault::Odd)?;
    Bound::new(rol, gemeente, oin).map_err(|_| DbFault::Odd)
}

fn account((naam, of, staat, onderwerp): (String, Columns, String, Option<String>)) -> Result<Account, DbFault> {
    Ok(Account {
        onderwerp,
        naam: AccountNaam::parse(&naam).map_err(|_| DbFault::Odd)?,
        bound: bound(of)?,
        staat: Staat::parse(&staat).ok_or(DbFault::Odd)?,
    })
}

fn columns(row: &Row<'_>) -> rusqlite::Result<(String, Columns, String, Option<String>)> {
    Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?), row.get(4)?, row.get(5)?))
}

impl Database {
    /// Makes an account that somebody must take into use with the code.
    ///
    /// # Errors
    /// [`DbFault::AccountExists`].
    pub fn new_account(&self, naam: &AccountNaam, of: &Bound, now: Moment) -> Result<Invitation, DbFault> {
        let (invitation, until) = invite(now)?;
        let add = "INSERT INTO account (naam, rol, gemeente, oin, staat, activering, activering_tot, gemaakt_op)
                   VALUES (?1, ?2, ?3, ?4, 'uitgenodigd', ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        let (gemeente, oin) = (of.gemeente().map(|code| code.to_string()), of.oin().map(Oin::as_str));
        let values =
            params![naam.as_str(), of.rol().as_str(), gemeente, oin, invitation.code.hash(), until, now.unix_seconds()];
        let added = self.write(|transaction| Ok(transaction.execute(add, values)?))?;
        if added == 1 { Ok(invitation) } else { Err(DbFault::AccountExists) }
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn accounts(&self) -> Result<Vec<Account>, DbFault> {
        self.read(|connection| {
            let mut all = connection
                .prepare_cached("SELECT naam, rol, gemeente, oin, staat, onderwerp FROM account ORDER BY naam")?;
            let rows = all.query_map([], columns)?;
            rows.map(|row| account(row?)).collect()
        })
    }

    /// Whether a beheerder made an account for this source that was not closed; it need not have been taken into use.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn knows_source(&self, oin: &Oin) -> Result<bool, DbFault> {
        self.read(|connection| {
            let mut find = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM account WHERE rol = 'bronhouder' AND oin = ?1 AND staat <> 'geblokkeerd'
                 AND uitgever IS NULL)",
            )?;
            Ok(find.query_row([oin.as_str()], |row| row.get(0))?)
        })
    }

    /// Closes an account, and ends its sessions.
    ///
    /// # Errors
    /// [`DbFault::NoAccount`], or [`DbFault::LastBeheerder`].
    pub fn block(&self, naam: &AccountNaam) -> Result<(), DbFault> {
        self.write(|transaction| {
            not_the_last(transaction, naam)?;
            let close =
                "UPDATE account SET staat = 'geblokkeerd', activering = NULL, activering_tot = NULL WHERE naam = ?1";
            changed(transaction.execute(close, [naam.as_str()])?)?;
            end_sessions(transaction, naam)
        })
    }

    /// Begins an account again: password and app no longer hold, a new code does. Opens one that was closed; of somebody
    /// who logs in elsewhere that is all, and there is no code.
    ///
    /// # Errors
    /// [`DbFault::NoAccount`], or [`DbFault::LastBeheerder`].
    pub fn reset(&self, naam: &AccountNaam, now: Moment) -> Result<Option<Invitation>, DbFault> {
        let (invitation, until) = invite(now)?;
        self.write(|transaction| {
            not_the_last(transaction, naam)?;
            end_sessions(transaction, naam)?;
            let open = "UPDATE account SET staat = 'actief' WHERE naam = ?1 AND uitgever IS NOT NULL";
            if transaction.execute(open, [naam.as_str()])? == 1 {
                return Ok(None);
            }
            let again = "UPDATE account SET staat = 'uitgenodigd', wachtwoord = NULL, totp = NULL, totp_stap = NULL,
                         pogingen = 0, poging_op = 0, activering = ?2, activering_tot = ?3 WHERE naam = ?1";
            changed(transaction.execute(again, params![naam.as_str(), invitation.code.hash(), until])?)?;
            Ok(Some(invitation))
        })
    }

    /// Whether this code takes this account into use now. Checked before the work of hashing.
    ///
    /// # Errors
    /// [`AccessFault::Activation`] within [`DbFault::Access`].
    pub fn invited(&self, naam: &AccountNaam, code: &Token, now: Moment) -> Result<(), DbFault> {
        self.read(|connection| is_invited(connection, naam, code, now))
    }

    /// Takes an account into use; the code holds no longer.
    ///
    /// # Errors
    /// [`AccessFault::Activation`] within [`DbFault::Access`] when the code is not, or no longer, good.
    pub fn activate(
        &self,
        (naam, code): (&AccountNaam, &Token),
        hashed: &Hashed,
        totp: Option<&TotpSecret>,
        now: Moment,
    ) -> Result<(), DbFault> {
        self.write(|transaction| {
            is_invited(transaction, naam, code, now)?;
            let take = "UPDATE account SET staat = 'actief', wachtwoord = ?2, totp = ?3, totp_stap = NULL,
                        activering = NULL, activering_tot = NULL WHERE naam = ?1";
            let totp = totp.map(TotpSecret::bytes);
            changed(transaction.execute(take, params![naam.as_str(), hashed.as_str(), totp])?)
        })
    }

    /// What there is to hold an attempt against.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn verdict(&self, naam: &AccountNaam, now: Moment) -> Result<Verdict, DbFault> {
        self.read(|connection| {
            let mut find = connection.prepare_cached(
                "SELECT staat, wachtwoord, totp, totp_stap, pogingen, poging_op FROM account WHERE naam = ?1",
            )?;
            let row = find.query_row([naam.as_str()], |row| {
                let (staat, hashed, totp): (String, Option<String>, Option<Vec<u8>>) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok((staat, hashed, totp, row.get::<_, Option<i64>>(3)?, lockout(row, 4)?))
            });
            let Some((staat, hashed, totp, used, lockout)) = row.optional()? else {
                return Ok(Verdict { hashed: None, totp: None, used: None, locked: false, known: false });
            };
            let locked = lockout.locked(now);
            let hashed = hashed.filter(|_| staat == Staat::Actief.as_str() && !locked).map(Hashed::kept);
            let totp = match totp {
                Some(bytes) => Some(TotpSecret::kept(&bytes).ok_or(DbFault::Odd)?),
                None => None,
            };
            Ok(Verdict { hashed, totp, used, locked, known: true })
        })
    }

    /// Remembers a wrong attempt. Counted in the database, so that many at once are many.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn wrong_attempt(&self, naam: &AccountNaam, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let find = "SELECT pogingen, poging_op FROM account WHERE naam = ?1";
            let before = transaction.query_row(find, [naam.as_str()], |row| lockout(row, 0)).optional()?;
            let Some(before) = before else { return Ok(()) };
            let Lockout { attempts, last } = before.wrong(now);
            let keep = "UPDATE account SET pogingen = ?2, poging_op = ?3 WHERE naam = ?1";
            transaction.execute(keep, params![naam.as_str(), attempts, last])?;
            Ok(())
        })
    }

    /// Remembers a right attempt, and the time step of its code.
    ///
    /// # Errors
    /// [`AccessFault::Credentials`] within [`DbFault::Access`] when another attempt used that code in
    /// the meantime, or the account was closed or locked.
    pub fn right_attempt(&self, naam: &AccountNaam, step: Option<i64>, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let find = "SELECT pogingen, poging_op FROM account WHERE naam = ?1 AND staat = 'actief'";
            let before = transaction.query_row(find, [naam.as_str()], |row| lockout(row, 0)).optional()?;
            if before.is_none_or(|before| before.locked(now)) {
                return Err(AccessFault::Credentials.into());
            }
            let keep = "UPDATE account SET pogingen = 0, totp_stap = coalesce(?2, totp_stap)
                        WHERE naam = ?1 AND (?2 IS NULL OR totp_stap IS NULL OR totp_stap < ?2)";
            match transaction.execute(keep, params![naam.as_str(), step])? {
                1 => Ok(()),
                _ => Err(AccessFault::Credentials.into()),
            }
        })
    }
}

fn lockout(row: &Row<'_>, at: usize) -> rusqlite::Result<Lockout> {
    Ok(Lockout { attempts: row.get(at)?, last: row.get(at + 1)? })
}

fn invite(now: Moment) -> Result<(Invitation, i64), DbFault> {
    let seconds = now.unix_seconds().saturating_add(INVITED);
    let until = moment(seconds)?;
    Ok((Invitation { code: Token::fresh()?, until }, seconds))
}

fn is_invited(connection: &Connection, naam: &AccountNaam, code: &Token, now: Moment) -> Result<(), DbFault> {
    let find =
        "SELECT 1 FROM account WHERE naam = ?1 AND activering = ?2 AND activering_tot > ?3 AND staat = 'uitgenodigd'";
    let values = params![naam.as_str(), code.hash(), now.unix_seconds()];
    let found = connection.query_row(find, values, |_| Ok(())).optional()?;
    found.ok_or(AccessFault::Activation.into())
}

/// Refuses what would leave no beheerder in use.
fn not_the_last(connection: &Connection, naam: &AccountNaam) -> Result<(), DbFault> {
    let others = "SELECT EXISTS (SELECT 1 FROM account WHERE rol = 'beheerder' AND staat = 'actief' AND naam <> ?1)
                  OR NOT EXISTS (SELECT 1 FROM account WHERE rol = 'beheerder' AND staat = 'actief' AND naam = ?1)";
    let fine: bool = connection.query_row(others, [naam.as_str()], |row| row.get(0))?;
    if fine { Ok(()) } else { Err(DbFault::LastBeheerder) }
}

pub(super) fn changed(rows: usize) -> Result<(), DbFault> {
    if rows == 1 { Ok(()) } else { Err(DbFault::NoAccount) }
}

fn end_sessions(connection: &Connection, naam: &AccountNaam) -> Result<(), DbFault> {
    connection.execute("DELETE FROM sessie WHERE naam = ?1", [naam.as_str()])?;
    Ok(())
}
