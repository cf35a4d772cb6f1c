//! A synthetic region: raw source files as the sources would write them, with numbers, dates and mistakes of their own,
//! and beside them the truth that a koppeling should find.
//!
//! Truth first, then evidence: every jongere is given a klasse in the proportions that regions published, and then the
//! rows that lead to exactly that klasse under the rules of classification, by as varied means as real files do. Holds
//! for the standard doelbinding: all of onderwijs, inkomen, uitkering and brp listed with every supplier that
//! `bronnen.toml` names, ages as in the [`Plan`], work above €300.00 in the peilmaand, all municipalities of the region.
//!
//! One pass over the people, in a seeded order; nothing is kept per person, so a set may be as large as the country.
//! Nobody in a set exists: small sets use the BSNs of the test environment of the population register, larger ones draw
//! from all valid numbers and say in `NIET-DELEN.txt` that those may be somebody's.

mod bestand;
mod calendar;
mod dialect;
mod dice;
mod evidence;
mod fault;
mod home;
mod index;
mod jongere;
mod klasse;
mod money;
mod numbers;
mod realise;
mod region;
mod resident;
mod school;
mod size;
mod stray;
mod table;
mod tables;

#[cfg(test)]
mod tests;

use std::io::Write;
use std::ops::Range;

use jiff::civil::Date;
use serde::Serialize;

use bestand::Bestand;
use calendar::Calendar;
use dialect::digits;
use dice::{Dice, Stream};
use evidence::{School, Story};
use jongere::{Cast, Jongere};
use klasse::Quotas;
use numbers::{Id, Numbers};
use size::{OWN_ROWS, Size};
use stray::Strays;
use table::{Mess, Table};
use tables::Tables;

pub use fault::GenerateFault;

/// Where the generated files go. All files of a set are open at the same time.
pub trait Sink {
    /// A new, empty file. `name` is a plain file name of lower-case letters, digits, hyphens and one dot, or
    /// `NIET-DELEN.txt`: never a path. Writes come in blocks of some 64 kB, so no further buffering is needed.
    fn create(&mut self, name: &str) -> std::io::Result<Box<dyn Write>>;
}

/// What to generate. The same plan gives the same bytes, on every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// RMC code of the region; only the built-in ones have municipalities ("10").
    pub regio: String,
    /// Persons in the doelgroep.
    pub jongeren: u32,
    /// The reference date; its month is the peilmaand.
    pub peildatum: Date,
    /// Another seed is another set.
    pub seed: u64,
    /// Rows in all sources together, the doelgroep's not counted; kept within 2%. None: about twelve per jongere.
    pub bronrijen: Option<u64>,
    /// Ages of the doelbinding in whole years, the end not included.
    pub leeftijd: Range<u8>,
}

impl Plan {
    /// A plan for the target group of the law of 2026: 16 up to 27, and about twelve rows per jongere.
    pub fn new(regio: impl Into<String>, jongeren: u32, peildatum: Date, seed: u64) -> Self {
        Self { regio: regio.into(), jongeren, peildatum, seed, bronrijen: None, leeftijd: 16..27 }
    }
}

/// What was generated: counts, and the names of the files. Holds no number of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Persons in the doelgroep, each one line of `waarheid.csv`.
    pub jongeren: u32,
    /// Other persons in the sources.
    pub overige_inwoners: u32,
    /// How many jongeren are in each klasse, in the order of classification.
    pub klassen: Vec<(&'static str, u32)>,
    /// Every file with its rows (header and blank lines not counted), `waarheid.csv` included.
    pub bestanden: Vec<(String, u64)>,
    /// Rows in all sources together, without the doelgroep.
    pub bronrijen: u64,
    /// Rows with a number that is nobody's, doelgroep included; an importer drops them.
    pub afgekeurd: u64,
    /// The set holds numbers that may belong to real people; `NIET-DELEN.txt` says so.
    pub niet_delen: bool,
}

/// Writes the raw files of one region, `waarheid.csv` (bsn or onderwijsnummer; klasse) and the index `bronnen.toml` to
/// `sink`.
///
/// # Errors
/// A [`GenerateFault`] for a plan that cannot be made (before anything is created) or a sink that fails.
pub fn generate(plan: &Plan, sink: &mut dyn Sink) -> Result<Summary, GenerateFault> {
    let regio = region::find(&plan.regio).ok_or_else(|| GenerateFault::UnknownRegio { bekend: region::known() })?;
    if !(14..40).contains(&plan.leeftijd.start) || !(15..=40).contains(&plan.leeftijd.end) || plan.leeftijd.is_empty() {
        return Err(GenerateFault::Leeftijd);
    }
    let calendar = Calendar::new(plan.peildatum).ok_or(GenerateFault::Peildatum)?;
    let size = Size::new(plan.jongeren, plan.bronrijen)?;

    if !size.fictitious {
        // First, so that a set that stays unfinished carries the warning too.
        put(sink, "NIET-DELEN.txt", index::NIET_DELEN)?;
    }
    let truth = sink
        .create("waarheid.csv")
        .map_err(|source| GenerateFault::Write { bestand: "waarheid.csv".to_owned(), source })?;
    let mut dice = Dice::new(plan.seed, Stream::People);
    let quotas = Quotas::new(plan.jongeren);
    let klassen = quotas.shares().map(|(klasse, count)| (klasse.name(), count));
    let mut set = Set {
        truth: Table::new("waarheid.csv".to_owned(), truth, "bsn;klasse", b"\n"),
        tables: Tables::open(regio, &calendar, Dice::new(plan.seed, Stream::Mess), sink)?,
        cast: Cast {
            bsns: Numbers::bsn(&mut dice, size.fictitious),
            onderwijsnummers: Numbers::onderwijsnummer(&mut dice, size.fictitious),
            dice,
            regio,
            calendar: &calendar,
            leeftijd: plan.leeftijd.clone(),
        },
        quotas,
        strays: Strays::new(u64::from(plan.jongeren) + u64::from(size.residents)),
        story: Story::default(),
        dossiers: 0,
        jongeren_left: plan.jongeren,
        residents_left: size.residents,
        size,
    };
    set.people()?;
    set.truth.finish()?;
    set.tables.finish()?;
    put(sink, "bronnen.toml", &index::bronnen(regio, plan.peildatum))?;

    let mut bestanden: Vec<_> = set.tables.each().map(|(_, table)| (table.name().to_owned(), table.rows())).collect();
    bestanden.push(("waarheid.csv".to_owned(), set.truth.rows()));
    Ok(Summary {
        jongeren: plan.jongeren,
        overige_inwoners: size.residents,
        klassen: klassen.to_vec(),
        bestanden,
        bronrijen: set.tables.source_rows(),
        afgekeurd: set.strays.written(),
        niet_delen: !size.fictitious,
    })
}

fn put(sink: &mut dyn Sink, name: &str, text: &str) -> Result<(), GenerateFault> {
    sink.create(name)
        .and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.flush()
        })
        .map_err(|source| GenerateFault::Write { bestand: name.to_owned(), source })
}

/// A set being written.
struct Set<'a> {
    truth: Table,
    tables: Tables<'a>,
    cast: Cast<'a>,
    quotas: Quotas,
    strays: Strays,
    story: Story,
    /// Dossier numbers handed out.
    dossiers: u32,
    jongeren_left: u32,
    residents_left: u32,
    size: Size,
}

impl Set<'_> {
    /// Everybody once, jongeren and other residents mixed: a place in a file may not tell who is listed.
    fn people(&mut self) -> Result<(), GenerateFault> {
        for school in [School::First, School::Second, School::Third] {
            self.story.clear();
            let pupil = self.cast.pupil_without_bsn(school, &mut self.story);
            self.tell(pupil, false)?;
            self.residents_left = self.residents_left.saturating_sub(1);
        }
        loop {
            let left = self.jongeren_left + self.residents_left;
            if left == 0 {
                return Ok(());
            }
            self.strays.due(u64::from(left), &mut self.cast, &mut self.tables)?;
            self.story.clear();
            // So many jongeren left among so many people left: exactly as many as planned, in any order.
            if self.cast.dice.below(left) < self.jongeren_left {
                self.jongeren_left -= 1;
                self.jongere()?;
            } else {
                self.resident()?;
                self.residents_left -= 1;
            }
        }
    }

    fn jongere(&mut self) -> Result<(), GenerateFault> {
        let Some(klasse) = self.quotas.draw(&mut self.cast.dice) else {
            return Ok(());
        };
        let jongere = self.cast.jongere(klasse, &mut self.story);
        self.tell(jongere.map(|jongere| jongere.id), true)?;
        let Some(jongere) = jongere else {
            return Ok(());
        };
        self.truth.row(Mess::NONE, |row| {
            row.field(|b| {
                if let Id::Bsn(number) | Id::Onderwijsnummer(number) = jongere.id {
                    digits::<9>(b, number);
                }
            });
            row.text(klasse.name());
        })?;
        let bestand = self.tables.doelgroep_of(jongere.gemeente);
        if bestand == Bestand::DoelgroepEigen && self.cast.dice.chance(20) {
            // Moved: the municipality that was left still lists them, in the older delivery.
            let old = self.cast.left_behind(&jongere);
            self.list(Bestand::DoelgroepOverig, &old)?;
        }
        self.list(bestand, &jongere)
    }

    fn resident(&mut self) -> Result<(), GenerateFault> {
        let planned = self.size.rows.saturating_sub(self.tables.source_rows());
        let others = OWN_ROWS * u64::from(self.jongeren_left) + self.strays.left();
        let rows = planned.saturating_sub(others) / u64::from(self.residents_left.max(1));
        let exact = self.residents_left < 100;
        let id = self.cast.resident(u32::try_from(rows).unwrap_or(u32::MAX / 4), exact, &mut self.story);
        self.tell(id, false)
    }

    fn tell(&mut self, id: Option<Id>, listed: bool) -> Result<(), GenerateFault> {
        match id {
            Some(id) => self.tables.story(id, &self.story, listed),
            // The size was checked against the numbers there are, so this does not happen; a set with people missing
            // would be worse than none.
            None => Err(GenerateFault::NumbersUsedUp),
        }
    }

    fn list(&mut self, bestand: Bestand, jongere: &Jongere) -> Result<(), GenerateFault> {
        self.dossiers += 1;
        let dossier = self.cast.dossier(self.dossiers, jongere.uitschrijfdatum.unwrap_or(0));
        let mess = self.tables.draw();
        self.tables.doelgroep(bestand, jongere, &dossier, mess)
    }
}
