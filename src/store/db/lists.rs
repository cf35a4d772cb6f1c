//! Contact lists that left: until when they can be fetched, and who did.

use super::{Database, DbFault, count, datum, moment};
use crate::terms::{Datum, Gemeente, Moment};
use rusqlite::{Row, params};

/// What a list tells its municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListSoort {
    /// Whom to contact.
    Contactlijst,
    /// Which handles of the list before are no longer on it.
    Vervallen,
}

impl ListSoort {
    const ALL: [Self; 2] = [Self::Contactlijst, Self::Vervallen];

    /// Its spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contactlijst => "contactlijst",
            Self::Vervallen => "vervallen",
        }
    }

    fn parse(text: &str) -> Result<Self, DbFault> {
        Self::ALL.into_iter().find(|soort| soort.as_str() == text).ok_or(DbFault::Odd)
    }
}

/// A list as it is known; what stands on it is known to nobody here.
#[derive(Clone, Debug)]
pub struct ListRecord {
    /// Its number.
    pub nr: u64,
    /// What it tells.
    pub soort: ListSoort,
    /// Number of its koppeling.
    pub koppeling: u64,
    /// Number of its release in the register.
    pub vrijgave: u64,
    /// Name of the text.
    pub doelbinding: String,
    /// Version of the text.
    pub versie: u32,
    /// The reference date.
    pub peildatum: Datum,
    /// Its name in the text.
    pub naam: String,
    /// Who may fetch it.
    pub gemeente: Gemeente,
    /// Its name among the files of the release.
    pub bestand: String,
    /// The last day on which it can be fetched.
    pub tot: Datum,
    /// When it left, UTC.
    pub vrijgegeven_op: Moment,
    /// Who last fetched it, and when.
    pub opgehaald: Option<(String, Moment)>,
    /// Who confirmed that it was received, and when.
    pub bevestigd: Option<(String, Moment)>,
    /// When the service removed its copy.
    pub verwijderd_op: Option<Moment>,
}

const SELECT: &str = "SELECT l.nr, l.koppeling, k.vrijgave, k.doelbinding, k.versie, k.peildatum, l.naam, l.gemeente, \
                      l.bestand, l.tot, k.geeindigd_op, l.opgehaald_door, l.opgehaald_op, l.bevestigd_door, \
                      l.bevestigd_op, l.verwijderd_op, l.soort FROM lijst l JOIN koppeling k ON k.nr = l.koppeling";

fn record(row: &Row<'_>) -> Result<ListRecord, DbFault> {
    let by = |at: usize| -> Result<Option<(String, Moment)>, DbFault> {
        let (who, when): (Option<String>, Option<i64>) = (row.get(at)?, row.get(at + 1)?);
        who.zip(when).map(|(who, when)| Ok((who, moment(when)?))).transpose()
    };
    Ok(ListRecord {
        nr: count(row.get(0)?)?,
        soort: ListSoort::parse(&row.get::<_, String>(16)?)?,
        koppeling: count(row.get(1)?)?,
        vrijgave: count(row.get(2)?)?,
        doelbinding: row.get(3)?,
        versie: row.get(4)?,
        peildatum: datum(&row.get::<_, String>(5)?)?,
        naam: row.get(6)?,
        gemeente: Gemeente::parse(row.get::<_, String>(7)?.as_bytes()).map_err(|_| DbFault::Odd)?,
        bestand: row.get(8)?,
        tot: datum(&row.get::<_, String>(9)?)?,
        vrijgegeven_op: moment(row.get(10)?)?,
        opgehaald: by(11)?,
        bevestigd: by(13)?,
        verwijderd_op: row.get::<_, Option<i64>>(15)?.map(moment).transpose()?,
    })
}

fn key(nr: u64) -> Result<i64, DbFault> {
    i64::try_from(nr).map_err(|_| DbFault::NoList)
}

impl Database {
    /// The lists, the newest release first, and beside each contact list what is no longer on it: of one
    /// municipality, or all.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn lists(&self, gemeente: Option<Gemeente>) -> Result<Vec<ListRecord>, DbFault> {
        self.read(|connection| {
            let order = "k.vrijgave DESC, l.naam, l.gemeente, l.soort";
            let all = format!("{SELECT} WHERE ?1 IS NULL OR l.gemeente = ?1 ORDER BY {order} LIMIT 1000");
            let code = gemeente.map(|gemeente| gemeente.to_string());
            connection.prepare_cached(&all)?.query_and_then([code], record)?.collect()
        })
    }

    /// One list.
    ///
    /// # Errors
    /// [`DbFault::NoList`].
    pub fn list(&self, nr: u64) -> Result<ListRecord, DbFault> {
        self.read(|connection| {
            let mut one = connection.prepare_cached(&format!("{SELECT} WHERE l.nr = ?1"))?;
            one.query_and_then([key(nr)?], record)?.next().unwrap_or(Err(DbFault::NoList))
        })
    }

    /// Every list of which the service has a copy that nobody may fetch any more after `today`, or whose
    /// receipt was confirmed.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn lists_to_remove(&self, today: Datum) -> Result<Vec<ListRecord>, DbFault> {
        self.read(|connection| {
            let all = format!("{SELECT} WHERE l.verwijderd_op IS NULL AND (l.tot < ?1 OR l.bevestigd_op IS NOT NULL)");
            connection.prepare_cached(&all)?.query_and_then([today.to_string()], record)?.collect()
        })
    }

    /// Notes who fetched a list.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn list_fetched(&self, nr: u64, by: &str, now: Moment) -> Result<(), DbFault> {
        let set = "UPDATE lijst SET opgehaald_door = ?2, opgehaald_op = ?3 WHERE nr = ?1";
        self.write(|transaction| {
            transaction.execute(set, params![key(nr)?, by, now.unix_seconds()])?;
            Ok(())
        })
    }

    /// Notes who confirmed that a list was received. Who did so first, stays.
    ///
    /// # Errors
    /// [`DbFault::NotFetched`] where nobody fetched it.
    pub fn list_confirmed(&self, nr: u64, by: &str, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let set = "UPDATE lijst SET bevestigd_door = coalesce(bevestigd_door, ?2), \
                       bevestigd_op = coalesce(bevestigd_op, ?3) WHERE nr = ?1 AND opgehaald_op IS NOT NULL";
            let changed = transaction.execute(set, params![key(nr)?, by, now.unix_seconds()])?;
            if changed == 1 { Ok(()) } else { Err(DbFault::NotFetched) }
        })
    }

    /// Notes that the service has no copy of a list any more.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn list_removed(&self, nr: u64, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let set = "UPDATE lijst SET verwijderd_op = ?2 WHERE nr = ?1";
            transaction.execute(set, params![key(nr)?, now.unix_seconds()])?;
            Ok(())
        })
    }
}
