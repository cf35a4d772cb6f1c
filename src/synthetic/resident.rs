//! Everybody else of the age range: a source that is `volledig` speaks of all residents, so most of its rows are about
//! people whom no doelgroep lists.

use super::evidence::{Income, School, Story};
use super::jongere::Cast;
use super::numbers::Id;
use super::school::enrolment;

/// More rows of income than this for one person would not pass for a wage administration.
const MOST_INCOMES: u32 = 60;

impl Cast<'_> {
    /// What the sources say about a resident outside the doelgroep, in about `rows` rows. With `exact`, in as near that
    /// number as one person allows: so the last residents make up for what the dice left over.
    pub(super) fn resident(&mut self, rows: u32, exact: bool, story: &mut Story) -> Option<Id> {
        let id = self.person(6)?;
        if let Id::Onderwijsnummer(_) = id {
            story.at_school(&mut self.dice);
            return Some(id);
        }
        let gemeente = self.regio.draw(&mut self.dice);
        story.lives(&mut self.dice, self.regio, gemeente);
        match self.dice.below(100) {
            0..=34 => story.at_school(&mut self.dice),
            35..=49 => story.graduated(&mut self.dice),
            50..=54 => story.left_school(&mut self.dice),
            _ => {}
        }
        if self.dice.chance(40) {
            story.on_benefit(&mut self.dice, gemeente == self.regio.eigen_code);
        }
        self.involved(story, 15, 10);
        let left = rows.saturating_sub(story.rows());
        // Two in three have income, for as many months more.
        let incomes = match exact {
            true => left,
            false if self.dice.chance(667) => left + self.dice.below(left + 1),
            false => 0,
        };
        self.earn(incomes.min(MOST_INCOMES), story);
        Some(id)
    }

    /// A pupil without BSN at this school, also in its earlier delivery: without one, a school's delivery for
    /// onderwijsnummers would not exist.
    pub(super) fn pupil_without_bsn(&mut self, school: School, story: &mut Story) -> Option<Id> {
        let number = self.onderwijsnummers.next()?;
        let van = -self.dice.between(10, 700);
        let mut row = enrolment(&mut self.dice, school, Some(van), None);
        row.late = false;
        story.enrolments.push(row);
        Some(Id::Onderwijsnummer(number))
    }

    fn earn(&mut self, incomes: u32, story: &mut Story) {
        let wage = self.dice.between(8_000, 280_000);
        let newest = -(self.dice.below(6).saturating_sub(4) as i32);
        let soort = self.dice.weighted(&[(92, "loon"), (3, "ziektewet"), (4, "zelfstandig"), (1, "pensioen")]);
        for at in 0..incomes {
            let cents = match self.dice.below(100) {
                0 => -(wage / 10),
                _ => wage + self.dice.between(-4_000, 4_000),
            };
            // A second and third employer after twenty months each.
            let month = newest - (at % 20) as i32;
            story.incomes.push(Income { month, cents, soort });
        }
    }
}

impl Story {
    /// Rows this person has in the sources, the first school's earlier delivery included.
    pub(super) fn rows(&self) -> u32 {
        let earlier = self.enrolments.iter().filter(|row| row.school == School::First && !row.late).count();
        let all = self.enrolments.len()
            + earlier
            + self.incomes.len()
            + self.benefits.len()
            + self.residences.len()
            + usize::from(self.jongerenwerk.is_some())
            + usize::from(self.sociaalteam.is_some());
        all as u32
    }
}
