//! Accounts of people who log in at a provider: made at their first log-in, and as the provider says at each.

use super::accounts::changed;
use super::{Database, DbFault};
use crate::access::{AccessFault, AccountNaam, Bound, Federated, Staat};
use crate::terms::{Moment, Oin};
use rusqlite::{OptionalExtension, params};

impl Database {
    /// The account of somebody who logged in elsewhere, with the role that the provider names now.
    ///
    /// # Errors
    /// [`AccessFault::Closed`] within [`DbFault::Access`] when a beheerder closed it, [`DbFault::AccountExists`] when a
    /// local account has its name.
    pub fn federated(&self, who: &Federated, of: &Bound, now: Moment) -> Result<AccountNaam, DbFault> {
        let naam = who.naam();
        let (gemeente, oin) = (of.gemeente().map(|code| code.to_string()), of.oin().map(Oin::as_str));
        self.write(|transaction| {
            let find = "SELECT staat FROM account WHERE uitgever = ?1 AND onderwerp = ?2";
            let found = transaction.query_row(find, [&who.uitgever, &who.onderwerp], |row| row.get::<_, String>(0));
            match found.optional()? {
                Some(staat) if staat == Staat::Geblokkeerd.as_str() => Err(AccessFault::Closed.into()),
                Some(_) => {
                    let keep = "UPDATE account SET rol = ?2, gemeente = ?3, oin = ?4 WHERE naam = ?1";
                    let values = params![naam.as_str(), of.rol().as_str(), gemeente, oin];
                    changed(transaction.execute(keep, values)?)
                }
                None => {
                    let add = "INSERT INTO account (naam, rol, gemeente, oin, staat, gemaakt_op, uitgever, onderwerp)
                               VALUES (?1, ?2, ?3, ?4, 'actief', ?5, ?6, ?7) ON CONFLICT DO NOTHING";
                    let values = params![
                        naam.as_str(),
                        of.rol().as_str(),
                        gemeente,
                        oin,
                        now.unix_seconds(),
                        who.uitgever,
                        who.onderwerp
                    ];
                    if transaction.execute(add, values)? == 1 { Ok(()) } else { Err(DbFault::AccountExists) }
                }
            }
        })?;
        Ok(naam)
    }
}
