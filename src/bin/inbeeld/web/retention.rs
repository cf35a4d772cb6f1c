//! What has passed its term goes: leveringen, lists, lines of the Logboek Dataverwerkingen, and the service's copy of
//! share B.
//!
//! A month may stay until the last text that can use it can release nothing more ([`keep_until`]). Then it is
//! marked in the database, so that nothing of it comes in or opens; its leveringen go; and the register gets
//! the vernietigingsbewijs, which names every holder of share B and is open until each has confirmed. The
//! order is such that a service that dies in between does the rest at its next start.

use super::app::App;
use super::config::Config;
use super::jobs::{self, Explained};
use super::ledger;
use super::problem::Problem;
use inbeeld::audit::{Act, Actor};
use inbeeld::doelbinding::{Policy, keep_until};
use inbeeld::fault::Explain;
use inbeeld::receive::Shelf;
use inbeeld::register::{Destruction, Houder, confirm_destruction, enter_destruction};
use inbeeld::store::db::{Database, PeriodRecord, Staat};
use inbeeld::store::{DiskShelf, LogStore, StoreFault, TextShelf};
use inbeeld::terms::{Datum, Maand, Moment};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Days that a month stays which no text can use, from when it was begun: a text may come after the first
/// levering.
const WITHOUT_TEXT: u32 = 31;
/// How often the service looks whether a month was destroyed beside it, or a day has begun.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What is kept, and when it is looked at: by the service, or by the command line beside it.
pub(crate) struct Holdings<'a> {
    pub(crate) config: &'a Config,
    pub(crate) database: &'a Database,
    pub(crate) now: Moment,
    /// Today, and whether that was set by hand.
    pub(crate) day: (Datum, bool),
}

/// A month of which something is kept, and until when.
pub(crate) struct Kept {
    pub(crate) periode: Maand,
    /// When it was begun; none where only a folder of it lies here.
    pub(crate) begonnen: Option<Moment>,
    /// How many leveringen lie here.
    pub(crate) leveringen: usize,
    /// The last day on which it may be kept; none where it goes the next time we look.
    pub(crate) tot_en_met: Option<Datum>,
    /// The texts that keep it until then; empty where no text can use it.
    pub(crate) teksten: Vec<(String, u32)>,
}

/// The last day on which a month may be kept.
fn last_day(texts: &[Policy], month: Maand, record: Option<&PeriodRecord>) -> Option<Datum> {
    keep_until(texts, month).or_else(|| record.map(|record| record.begonnen.datum().plus_days(WITHOUT_TEXT)))
}

/// Does an act of which the audit log tells.
pub(crate) type Acts<'a> = dyn Fn(Act, &str, &mut dyn FnMut() -> Result<(), Problem>) -> Result<(), Problem> + 'a;

/// What was cleared away, beside lists.
pub(crate) struct Swept {
    /// Months that were destroyed.
    pub(crate) months: Vec<Maand>,
    /// The day before which lines of the Logboek Dataverwerkingen went, where there were any.
    pub(crate) logboek: Option<Datum>,
}

impl Holdings<'_> {
    /// Clears away everything whose term has passed.
    pub(crate) fn sweep(&self, acts: &Acts<'_>) -> Result<Swept, Problem> {
        jobs::remove_lists(self)?;
        let logboek = self.sweep_logboek(acts)?;
        let texts = self.texts()?;
        let (begun, known) = (self.database.periods()?, self.database.destructions()?);
        let on_shelf = self.on_shelf()?;
        let months: BTreeSet<Maand> = begun
            .iter()
            .map(|record| record.periode)
            .chain(known.iter().map(|record| record.periode))
            .chain(on_shelf.iter().copied())
            .collect();
        let mut gone = Vec::new();
        for month in months {
            let record = begun.iter().find(|record| record.periode == month);
            let term = keep_until(&texts, month);
            // Without a last day nobody can open it, and it serves nothing.
            let passed = last_day(&texts, month, record).is_none_or(|last| last < self.day.0);
            let known = known.iter().find(|known| known.periode == month);
            let left = known.is_some_and(|known| !known.entered || on_shelf.contains(&month));
            if left || (known.is_none() && passed) {
                acts(Act::Destroy, &month.to_string(), &mut || self.destroy(month, term, record))?;
                gone.push(month);
            }
        }
        if !gone.is_empty() {
            self.database.checkpoint()?;
        }
        Ok(Swept { months: gone, logboek })
    }

    /// Removes the lines of the Logboek Dataverwerkingen whose term has passed; gives the day before which.
    fn sweep_logboek(&self, acts: &Acts<'_>) -> Result<Option<Datum>, Problem> {
        let place = &self.config.plaatsen.logboek;
        if !place.exists() {
            return Ok(None);
        }
        let before = self.day.0.minus_days(self.config.logboek_dagen);
        let log = LogStore::open(place).map_err(StoreFault::read(place))?;
        if !log.has_before(before).map_err(StoreFault::read(place))? {
            return Ok(None);
        }
        acts(Act::ExpireLogbook, &format!("voor {before}"), &mut || {
            Ok(log.expire(before).map_err(StoreFault::write(place))?)
        })?;
        Ok(Some(before))
    }

    /// Until when a month may be kept.
    pub(crate) fn term(&self, month: Maand) -> Result<Option<Datum>, Problem> {
        Ok(keep_until(&self.texts()?, month))
    }

    /// Every month of which something is kept, newest first.
    pub(crate) fn kept(&self) -> Result<Vec<Kept>, Problem> {
        let (texts, begun, on_shelf) = (self.texts()?, self.database.periods()?, self.on_shelf()?);
        let gone: BTreeSet<Maand> = self.database.destructions()?.iter().map(|record| record.periode).collect();
        let months: BTreeSet<Maand> =
            begun.iter().map(|record| record.periode).chain(on_shelf.iter().copied()).collect();
        let kept = months.into_iter().rev().filter(|month| !gone.contains(month)).map(|month| {
            let record = begun.iter().find(|record| record.periode == month);
            let tot_en_met = last_day(&texts, month, record);
            let keeps = |text: &&Policy| text.uses(month) && Some(text.last_release()) == tot_en_met;
            Ok(Kept {
                periode: month,
                begonnen: record.map(|record| record.begonnen),
                leveringen: if on_shelf.contains(&month) { self.count(month)? } else { 0 },
                tot_en_met,
                teksten: texts.iter().filter(keeps).map(|text| (text.id.clone(), text.versie)).collect(),
            })
        });
        kept.collect()
    }

    /// How many leveringen of a month that has a folder lie here.
    fn count(&self, month: Maand) -> Result<usize, Problem> {
        let place = &self.config.plaatsen.leveringen;
        let shelf = DiskShelf::open(place, month).map_err(StoreFault::read(place))?;
        Ok(shelf.ids().map_err(StoreFault::read(place))?.len())
    }

    /// Destroys one month, also before its term has passed.
    pub(crate) fn destroy_now(&self, month: Maand, acts: &Acts<'_>) -> Result<(), Problem> {
        let (term, begun) = (self.term(month)?, self.database.periods()?);
        let record = begun.iter().find(|record| record.periode == month);
        acts(Act::Destroy, &month.to_string(), &mut || self.destroy(month, term, record))?;
        Ok(self.database.checkpoint()?)
    }

    /// Every text on the shelf. One that does not read could be one that still needs a month, and what is
    /// destroyed does not come back: then nothing is.
    fn texts(&self) -> Result<Vec<Policy>, Problem> {
        let shelf = TextShelf::new(&self.config.plaatsen.doelbindingen);
        let mut texts = Vec::new();
        for (id, versie) in shelf.list()? {
            let text = shelf.read(&id, versie)?;
            let policy = text.and_then(|(text, _)| Policy::parse(&text).ok());
            texts.push(policy.ok_or_else(|| Problem::unreadable_text(&id, versie))?);
        }
        Ok(texts)
    }

    fn on_shelf(&self) -> Result<Vec<Maand>, Problem> {
        let place = &self.config.plaatsen.leveringen;
        Ok(DiskShelf::months(place).map_err(StoreFault::read(place))?)
    }

    fn destroy(&self, month: Maand, term: Option<Datum>, record: Option<&PeriodRecord>) -> Result<(), Problem> {
        self.database.begin_destruction(month, self.now)?;
        if let Some(path) = self.config.sleutels.perioden.get(&month)
            && let Err(fault) = erase(path)
        {
            // The proof stays open until the file is gone.
            tracing::error!(code = fault.code(), "{fault}");
        }
        let place = &self.config.plaatsen.leveringen;
        let mut count = 0;
        if self.on_shelf()?.contains(&month) {
            count = self.count(month)?;
            let shelf = DiskShelf::open(place, month).map_err(StoreFault::read(place))?;
            shelf.destroy().map_err(StoreFault::write(place))?;
        }
        let entry = Destruction {
            tijd: self.now.to_string(),
            vandaag_gezet: self.day.1,
            periode: month.to_string(),
            termijn: term.map(|day| day.to_string()),
            deel_b: record.map(|record| record.deel_b.to_string()),
            leveringen: count,
            houders: self.holders(month)?,
        };
        enter_destruction(&mut ledger::held(self.config)?, &entry)?;
        Ok(self.database.destruction_entered(month, self.now)?)
    }

    /// Who may have a copy of share B: the service and the FG always, the municipality that may hand it in,
    /// and whoever did.
    fn holders(&self, month: Maand) -> Result<Vec<Houder>, Problem> {
        let mut holders = BTreeSet::from([Houder::Dienst, Houder::Fg]);
        holders.extend(self.config.contactgemeente.map(Houder::Gemeente));
        holders.extend(self.database.holders(month)?);
        Ok(holders.into_iter().collect())
    }

    /// Makes the database know every month that the register says is destroyed: it may have been put back.
    pub(crate) fn learn(&self) -> Result<(), Problem> {
        let known: BTreeSet<Maand> = self.database.destructions()?.iter().map(|record| record.periode).collect();
        for past in ledger::settled(self.config)?.vernietigingen {
            let month = Maand::parse(past.entry.periode.as_bytes()).ok().filter(|month| !known.contains(month));
            if let Some(month) = month {
                self.database.destruction_entered(month, self.now)?;
            }
        }
        Ok(())
    }
}

/// Writes over a key file and removes it.
fn erase(path: &Path) -> Result<(), StoreFault> {
    let length = match std::fs::metadata(path) {
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(StoreFault::read(path))?.len(),
    };
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
        let zeros = std::iter::repeat_n(b'0', usize::try_from(length).unwrap_or(0)).collect::<Vec<u8>>();
        file.write_all(&zeros)?;
        file.sync_all()?;
        std::fs::remove_file(path)?;
        std::fs::File::open(path.parent().unwrap_or(path))?.sync_all()
    };
    write().map_err(StoreFault::write(path))
}

/// What the service sweeps itself, on a thread of its own: at the start, and when a day has begun. Months that
/// the command line destroyed beside it are forgotten at once.
pub(crate) fn start(app: &Arc<App>) -> std::io::Result<JoinHandle<()>> {
    let app = Arc::clone(app);
    std::thread::Builder::new().name("bewaren".to_owned()).spawn(move || {
        let today = || (!app.stopping()).then(|| app.today());
        watch(today, || sweep(&app), || forget(&app), |time| app.rest(time));
    })
}

/// Sweeps on every new day, and again where that failed; forgets every time. Until there is no day any more.
fn watch(
    today: impl Fn() -> Option<Datum>,
    sweep: impl Fn() -> Result<(), Problem>,
    forget: impl Fn() -> Result<(), Problem>,
    rest: impl Fn(Duration),
) {
    let mut swept = None;
    while let Some(day) = today() {
        let mut done = Ok(());
        if swept != Some(day) {
            done = sweep().map(|()| swept = Some(day));
        }
        if let Err(problem) = done.and_then(|()| forget()) {
            tracing::error!(code = problem.code(), "wat verlopen is, is nog niet opgeruimd");
            rest(LOOK_AGAIN * 30);
        }
        rest(LOOK_AGAIN);
    }
}

/// Clears away what has passed its term.
fn sweep(app: &App) -> Result<(), Problem> {
    let acts = |act: Act, object: &str, work: &mut dyn FnMut() -> Result<(), Problem>| {
        app.act(&Actor::Service, act, Some(object), |_| work())
    };
    let Swept { months, logboek } = app.holdings().sweep(&acts)?;
    for month in months {
        tracing::info!(periode = %month, "de bewaartermijn is voorbij: vernietigd");
    }
    if let Some(before) = logboek {
        tracing::info!(voor = %before, "regels van het Logboek Dataverwerkingen zijn verwijderd: hun termijn is voorbij");
    }
    Ok(())
}

/// Forgets what the service has in memory of months that were destroyed, and confirms that.
pub(crate) fn forget(app: &App) -> Result<(), Problem> {
    forget_runs(app)?;
    for record in app.database.destructions()?.into_iter().filter(|record| record.entered && !record.forgotten) {
        let month = record.periode;
        if app.config.sleutels.perioden.get(&month).is_some_and(|path| path.exists()) {
            continue;
        }
        app.act(&Actor::Service, Act::ConfirmDestruction, Some(&format!("{month} dienst")), |_| {
            app.forget_share(month);
            let mut register = ledger::held(&app.config)?;
            confirm_destruction(&mut register, month, (Houder::Dienst, Houder::Dienst), app.now())?;
            Ok::<_, Problem>(app.database.share_destroyed(month, app.now())?)
        })?;
    }
    Ok(())
}

/// Ends the koppelingen that wait for a decision on what was made of a month that was destroyed, also those that
/// were running then.
fn forget_runs(app: &App) -> Result<(), Problem> {
    for run in app.database.runs_in(Staat::Klaar)? {
        if jobs::uses_destroyed(app, &run.asked)? {
            jobs::end(app, run.nr, &Explained::destroyed())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    /// Days as they pass while a service runs: each is swept once, whenever it begins, and again until that went well.
    #[test]
    fn every_day_is_swept_while_the_service_runs_and_again_where_that_failed() {
        let day = |text: &str| Datum::parse(text.as_bytes()).unwrap();
        let days = ["2026-11-27", "2026-11-27", "2026-11-28", "2026-11-28", "2026-11-28", "2026-11-28", "2027-01-01"];
        let (at, swept, forgotten, waited) =
            (Cell::new(0), RefCell::new(Vec::new()), Cell::new(0), Cell::new(Duration::ZERO));
        let now = || days.get(at.get() - 1).copied().unwrap_or_default();
        watch(
            || {
                at.set(at.get() + 1);
                days.get(at.get() - 1).map(|text| day(text))
            },
            || {
                swept.borrow_mut().push(now());
                // The first two times of this day the register is held.
                let tries = swept.borrow().iter().filter(|day| **day == "2026-11-28").count();
                if now() == "2026-11-28" && tries < 3 { Err(Problem::internal()) } else { Ok(()) }
            },
            || {
                forgotten.set(forgotten.get() + 1);
                Ok(())
            },
            |time| waited.set(waited.get() + time),
        );
        assert_eq!(*swept.borrow(), ["2026-11-27", "2026-11-28", "2026-11-28", "2026-11-28", "2027-01-01"]);
        // What goes beside the service is looked at every time that the sweep did not fail.
        assert_eq!((forgotten.get(), waited.get()), (5, LOOK_AGAIN * (7 + 2 * 30)));
    }
}
