//! Rows with a number that is nobody's: every file has each kind of them, and none may change the truth.

use super::GenerateFault;
use super::bestand::Bestand;
use super::evidence::{Benefit, Income, Residence};
use super::jongere::Cast;
use super::numbers::{Bad, Id};
use super::school::enrolment;
use super::tables::Tables;

/// Each kind in each file, spread evenly over the set so that no importer meets them only at the end.
const EACH_ONCE: u64 = Bestand::ALL.len() as u64 * Bad::KINDS as u64;
/// A large set has more: one for so many people.
const PEOPLE_PER_STRAY: u64 = 500;

pub(super) struct Strays {
    people: u64,
    total: u64,
    written: u64,
}

impl Strays {
    pub(super) fn new(people: u64) -> Self {
        Self { people, total: EACH_ONCE.max(people / PEOPLE_PER_STRAY), written: 0 }
    }

    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// How many are still to come; one in six of them in a doelgroep file.
    pub(super) fn left(&self) -> u64 {
        (self.total - self.written) * 5 / 6
    }

    /// Writes what is due when so many people are still to come: all of it before the last.
    pub(super) fn due(
        &mut self,
        people_left: u64,
        cast: &mut Cast<'_>,
        tables: &mut Tables<'_>,
    ) -> Result<(), GenerateFault> {
        let seen = (self.people + 1).saturating_sub(people_left);
        while self.written < self.total && self.written * self.people < self.total * seen {
            let kind = self.written / Bestand::ALL.len() as u64;
            let at = self.written % Bestand::ALL.len() as u64;
            if let Some(bestand) = Bestand::ALL.get(at as usize) {
                let bad = Bad::of_kind(kind as u32, &mut cast.dice);
                write(*bestand, bad, cast, tables)?;
            }
            self.written += 1;
        }
        Ok(())
    }
}

/// One row that would count, were it somebody's.
fn write(bestand: Bestand, bad: Bad, cast: &mut Cast<'_>, tables: &mut Tables<'_>) -> Result<(), GenerateFault> {
    let id = Id::Bad(bad);
    let mess = match bad {
        // Small files have a blank line too.
        Bad::Letters => tables.draw().once().with_blank_after(),
        _ => tables.draw().once(),
    };
    let since = -cast.dice.between(1, 600);
    match bestand {
        Bestand::DoelgroepEigen | Bestand::DoelgroepOverig => {
            let mut row = cast.listed(id);
            row.gemeente = match bestand {
                Bestand::DoelgroepEigen => cast.regio.eigen_code,
                _ => cast.regio.draw_other(cast.regio.eigen_code, &mut cast.dice),
            };
            tables.doelgroep(bestand, &row, "Z-onbekend", mess)
        }
        Bestand::SchoolEerder => {
            let school = super::School::First;
            let row = enrolment(&mut cast.dice, school, Some(since), None);
            tables.enrolment(bestand, id, &row, None, mess)
        }
        Bestand::School(school) => {
            let row = enrolment(&mut cast.dice, school, Some(since), None);
            tables.enrolment(bestand, id, &row, None, mess)
        }
        Bestand::Inkomen => {
            let cents = cast.dice.between(40_000, 200_000);
            let row = Income { month: 0, cents, soort: "loon" };
            tables.income(id, &row, mess)
        }
        Bestand::UitkeringEigen | Bestand::UitkeringOverig => {
            let row =
                Benefit { soort: "participatiewet", van: since, tot: None, eigen: bestand == Bestand::UitkeringEigen };
            tables.benefit(id, &row, mess)
        }
        Bestand::Brp => {
            let row = Residence { status: "ingezetene", since, gemeente: Some(cast.regio.draw(&mut cast.dice)) };
            tables.residence(id, &row, mess)
        }
        Bestand::Jongerenwerk | Bestand::Sociaalteam => tables.involvement(bestand, id, since, mess),
    }
}
