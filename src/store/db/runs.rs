//! Koppelingen as jobs: who asked for which, how far it is, and how it ended.

use super::{Database, DbFault, ListSoort, count, datum, moment};
use crate::terms::{Datum, Moment};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// How far a koppeling is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staat {
    /// It waits for its turn.
    Gepland,
    /// It runs.
    Bezig,
    /// It ran; what would leave waits in memory for somebody to decide.
    Klaar,
    /// It is being released.
    Vrijgeven,
    /// It left.
    Vrijgegeven,
    /// Refused, by a rule or by who decides.
    Geweigerd,
    /// The machine failed, or was stopped in the middle.
    Mislukt,
    /// Somebody broke it off.
    Geannuleerd,
}

impl Staat {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Gepland,
        Self::Bezig,
        Self::Klaar,
        Self::Vrijgeven,
        Self::Vrijgegeven,
        Self::Geweigerd,
        Self::Mislukt,
        Self::Geannuleerd,
    ];

    /// Its spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gepland => "gepland",
            Self::Bezig => "bezig",
            Self::Klaar => "klaar",
            Self::Vrijgeven => "vrijgeven",
            Self::Vrijgegeven => "vrijgegeven",
            Self::Geweigerd => "geweigerd",
            Self::Mislukt => "mislukt",
            Self::Geannuleerd => "geannuleerd",
        }
    }

    fn parse(text: &str) -> Result<Self, DbFault> {
        Self::ALL.into_iter().find(|staat| staat.as_str() == text).ok_or(DbFault::Odd)
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Name of the text.
    pub doelbinding: String,
    /// Its version.
    pub versie: u32,
    /// The reference date.
    pub peildatum: Datum,
    /// Whether to go on where a covered source matches nobody.
    pub zonder_overlap: bool,
}

/// A koppeling as it is known.
#[derive(Clone, Debug)]
pub struct RunRecord {
    /// Its number.
    pub nr: u64,
    /// What was asked.
    pub asked: Asked,
    /// How far it is.
    pub staat: Staat,
    /// Which account asked.
    pub gevraagd_door: String,
    /// When, UTC.
    pub gevraagd_op: Moment,
    /// When it began, UTC.
    pub begonnen_op: Option<Moment>,
    /// When its state last changed to one that stays, UTC.
    pub geeindigd_op: Option<Moment>,
    /// Who last saw what would leave.
    pub gezien_door: Option<String>,
    /// Who decided.
    pub beslist_door: Option<String>,
    /// Why nothing left, as JSON.
    pub uitleg: Option<String>,
    /// How many lines the register had when its release began.
    pub register_was: Option<u64>,
    /// Number of its release in the register.
    pub vrijgave: Option<u64>,
}

const COLUMNS: &str = "nr, doelbinding, versie, peildatum, zonder_overlap, staat, gevraagd_door, gevraagd_op, \
                       begonnen_op, geeindigd_op, gezien_door, beslist_door, uitleg, register_was, vrijgave";

fn key(nr: u64) -> Result<i64, DbFault> {
    i64::try_from(nr).map_err(|_| DbFault::NoRun)
}

/// A row of [`COLUMNS`].
fn record(row: &Row<'_>) -> Result<RunRecord, DbFault> {
    let (peildatum, staat): (String, String) = (row.get(3)?, row.get(5)?);
    let may = |at: usize| row.get::<_, Option<i64>>(at);
    Ok(RunRecord {
        nr: count(row.get(0)?)?,
        asked: Asked {
            doelbinding: row.get(1)?,
            versie: row.get(2)?,
            peildatum: datum(&peildatum)?,
            zonder_overlap: row.get(4)?,
        },
        staat: Staat::parse(&staat)?,
        gevraagd_door: row.get(6)?,
        gevraagd_op: moment(row.get(7)?)?,
        begonnen_op: may(8)?.map(moment).transpose()?,
        geeindigd_op: may(9)?.map(moment).transpose()?,
        gezien_door: row.get(10)?,
        beslist_door: row.get(11)?,
        uitleg: row.get(12)?,
        register_was: may(13)?.map(count).transpose()?,
        vrijgave: may(14)?.map(count).transpose()?,
    })
}

fn find(connection: &Connection, nr: i64) -> Result<RunRecord, DbFault> {
    let mut one = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM koppeling WHERE nr = ?1"))?;
    one.query_and_then([nr], record)?.next().unwrap_or(Err(DbFault::NoRun))
}

/// Changes the state of a koppeling that is in one of these states.
fn change(transaction: &Transaction<'_>, nr: i64, from: &[Staat], to: Staat, now: Moment) -> Result<(), DbFault> {
    let was = find(transaction, nr)?.staat;
    if !from.contains(&was) {
        return Err(DbFault::RunState(was));
    }
    let set = "UPDATE koppeling SET staat = ?2, geeindigd_op = ?3 WHERE nr = ?1";
    transaction.execute(set, params![nr, to.as_str(), now.unix_seconds()])?;
    Ok(())
}

impl Database {
    /// Plans a koppeling; gives its number, which is above `above`.
    ///
    /// # Errors
    /// [`DbFault::Queue`] where `most` wait or are to be decided on already.
    pub fn plan_run(&self, asked: &Asked, by: &str, now: Moment, (above, most): (u64, usize)) -> Result<u64, DbFault> {
        self.write(|transaction| {
            let waiting = "SELECT count(*) FROM koppeling WHERE staat IN ('gepland', 'bezig', 'klaar', 'vrijgeven')";
            let waiting: i64 = transaction.query_row(waiting, [], |row| row.get(0))?;
            if usize::try_from(waiting).map_err(|_| DbFault::Odd)? >= most {
                return Err(DbFault::Queue);
            }
            let last: Option<i64> = transaction.query_row("SELECT max(nr) FROM koppeling", [], |row| row.get(0))?;
            let nr = last.unwrap_or(0).max(key(above)?) + 1;
            let add = "INSERT INTO koppeling (nr, doelbinding, versie, peildatum, zonder_overlap, staat, \
                       gevraagd_door, gevraagd_op) VALUES (?1, ?2, ?3, ?4, ?5, 'gepland', ?6, ?7)";
            let Asked { doelbinding, versie, peildatum, zonder_overlap } = asked;
            let peildatum = peildatum.to_string();
            transaction
                .execute(add, params![nr, doelbinding, versie, peildatum, zonder_overlap, by, now.unix_seconds()])?;
            count(nr)
        })
    }

    /// Begins the koppeling that waits longest.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn begin_run(&self, now: Moment) -> Result<Option<RunRecord>, DbFault> {
        self.write(|transaction| {
            let first = "SELECT nr FROM koppeling WHERE staat = 'gepland' ORDER BY nr LIMIT 1";
            let Some(nr): Option<i64> = transaction.query_row(first, [], |row| row.get(0)).optional()? else {
                return Ok(None);
            };
            let set = "UPDATE koppeling SET staat = 'bezig', begonnen_op = ?2 WHERE nr = ?1";
            transaction.execute(set, params![nr, now.unix_seconds()])?;
            find(transaction, nr).map(Some)
        })
    }

    /// Says that a koppeling went from one state to another.
    ///
    /// # Errors
    /// [`DbFault::NoRun`]; [`DbFault::RunState`] where it is in none of the states that it may come from.
    pub fn move_run(&self, nr: u64, from: &[Staat], to: Staat, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| change(transaction, key(nr)?, from, to, now))
    }

    /// Ends a koppeling without a release, with why and where somebody decided so, who.
    ///
    /// # Errors
    /// As [`Database::move_run`].
    pub fn end_run(
        &self,
        nr: u64,
        (from, to): (&[Staat], Staat),
        uitleg: &str,
        by: Option<&str>,
        now: Moment,
    ) -> Result<(), DbFault> {
        self.write(|transaction| {
            change(transaction, key(nr)?, from, to, now)?;
            let set = "UPDATE koppeling SET uitleg = ?2, beslist_door = ?3 WHERE nr = ?1";
            transaction.execute(set, params![key(nr)?, uitleg, by])?;
            Ok(())
        })
    }

    /// Notes who saw what would leave.
    ///
    /// # Errors
    /// As [`Database::move_run`].
    pub fn run_seen(&self, nr: u64, by: &str) -> Result<(), DbFault> {
        self.write(|transaction| {
            let was = find(transaction, key(nr)?)?.staat;
            if was != Staat::Klaar {
                return Err(DbFault::RunState(was));
            }
            transaction.execute("UPDATE koppeling SET gezien_door = ?2 WHERE nr = ?1", params![key(nr)?, by])?;
            Ok(())
        })
    }

    /// Begins the release of a koppeling. It must be another who asked for it, and who decides must have
    /// seen it.
    ///
    /// # Errors
    /// [`DbFault::OwnRun`], [`DbFault::Unseen`]; as [`Database::move_run`].
    pub fn begin_release(&self, nr: u64, by: &str, register_was: u64, now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            let run = find(transaction, key(nr)?)?;
            if run.gevraagd_door == by {
                return Err(DbFault::OwnRun);
            }
            if run.staat == Staat::Klaar && run.gezien_door.as_deref() != Some(by) {
                return Err(DbFault::Unseen);
            }
            change(transaction, key(nr)?, &[Staat::Klaar], Staat::Vrijgeven, now)?;
            let set = "UPDATE koppeling SET beslist_door = ?2, register_was = ?3 WHERE nr = ?1";
            transaction.execute(set, params![key(nr)?, by, key(register_was)?])?;
            Ok(())
        })
    }

    /// Says that the release of a koppeling has left, with its number in the register and the lists of it.
    ///
    /// # Errors
    /// As [`Database::move_run`].
    pub fn end_release(&self, nr: u64, vrijgave: u64, lists: &[NewList], now: Moment) -> Result<(), DbFault> {
        self.write(|transaction| {
            change(transaction, key(nr)?, &[Staat::Vrijgeven], Staat::Vrijgegeven, now)?;
            let set = "UPDATE koppeling SET vrijgave = ?2 WHERE nr = ?1";
            transaction.execute(set, params![key(nr)?, key(vrijgave)?])?;
            let add =
                "INSERT INTO lijst (koppeling, soort, naam, gemeente, bestand, tot) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            for NewList { soort, naam, gemeente, bestand, tot } in lists {
                let (soort, tot) = (soort.as_str(), tot.to_string());
                transaction.execute(add, params![key(nr)?, soort, naam, gemeente, bestand, tot])?;
            }
            Ok(())
        })
    }

    /// One koppeling.
    ///
    /// # Errors
    /// [`DbFault::NoRun`].
    pub fn run(&self, nr: u64) -> Result<RunRecord, DbFault> {
        self.read(|connection| find(connection, key(nr)?))
    }

    /// At most so many koppelingen, the newest first.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn runs(&self, most: u32) -> Result<Vec<RunRecord>, DbFault> {
        self.read(|connection| {
            let all = format!("SELECT {COLUMNS} FROM koppeling ORDER BY nr DESC LIMIT ?1");
            connection.prepare_cached(&all)?.query_and_then([most], record)?.collect()
        })
    }

    /// Every koppeling in this state, the oldest first.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn runs_in(&self, staat: Staat) -> Result<Vec<RunRecord>, DbFault> {
        self.read(|connection| {
            let all = format!("SELECT {COLUMNS} FROM koppeling WHERE staat = ?1 ORDER BY nr");
            connection.prepare_cached(&all)?.query_and_then([staat.as_str()], record)?.collect()
        })
    }

    /// Every koppeling that was released, the newest release first.
    ///
    /// # Errors
    /// [`DbFault`].
    pub fn releases(&self) -> Result<Vec<RunRecord>, DbFault> {
        self.read(|connection| {
            let all = format!("SELECT {COLUMNS} FROM koppeling WHERE vrijgave IS NOT NULL ORDER BY vrijgave DESC");
            connection.prepare_cached(&all)?.query_and_then([], record)?.collect()
        })
    }

    /// The koppeling of a release, by the release's number in the register.
    ///
    /// # Errors
    /// [`DbFault::NoRun`].
    pub fn run_of_release(&self, vrijgave: u64) -> Result<RunRecord, DbFault> {
        self.read(|connection| {
            let one = format!("SELECT {COLUMNS} FROM koppeling WHERE vrijgave = ?1");
            let mut one = connection.prepare_cached(&one)?;
            one.query_and_then([key(vrijgave)?], record)?.next().unwrap_or(Err(DbFault::NoRun))
        })
    }
}

/// A list that left.
#[derive(Clone, Debug)]
pub struct NewList {
    /// What it tells.
    pub soort: ListSoort,
    /// Its name in the text.
    pub naam: String,
    /// Code of who may fetch it.
    pub gemeente: String,
    /// Its name among the files of the release.
    pub bestand: String,
    /// The last day on which it can be fetched.
    pub tot: Datum,
}
