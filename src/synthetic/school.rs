//! Enrolments and diplomas: who is at school on the peildatum, who was, who will be.

use super::dice::Dice;
use super::evidence::{Enrolment, School, Story};

/// Soort and niveau as each school teaches them.
const MBO: [(u32, (&str, &str)); 7] = [
    (8, ("mbo-bol", "entree")),
    (30, ("mbo-bol", "mbo-2")),
    (20, ("mbo-bol", "mbo-3")),
    (20, ("mbo-bol", "mbo-4")),
    (12, ("mbo-bbl", "mbo-2")),
    (8, ("mbo-bbl", "mbo-3")),
    (2, ("vavo", "havo")),
];
const VO: [(u32, (&str, &str)); 9] = [
    (20, ("vo", "vmbo-bb")),
    (20, ("vo", "vmbo-kb")),
    (5, ("vo", "vmbo-gl")),
    (20, ("vo", "vmbo-tl")),
    (12, ("vo", "havo")),
    (5, ("vo", "vwo")),
    (6, ("pro", "pro")),
    (6, ("vso", "vso")),
    // Schools leave a level open while a pupil is being placed.
    (2, ("vo", "")),
];
const VAKSCHOOL: [(u32, (&str, &str)); 5] = [
    (30, ("mbo-bbl", "mbo-2")),
    (20, ("mbo-bbl", "mbo-3")),
    (30, ("mbo-bol", "mbo-4")),
    (10, ("mbo-bbl", "entree")),
    (10, ("vo", "vmbo-gl")),
];
/// Only these are a startkwalificatie: havo, vwo or mbo level 2 and up (WEB).
const DIPLOMA_MBO: [(u32, (&str, &str)); 5] = [
    (40, ("mbo-bol", "mbo-2")),
    (25, ("mbo-bbl", "mbo-3")),
    (25, ("mbo-bol", "mbo-4")),
    (5, ("vavo", "havo")),
    (2, ("ho", "ho")),
];
const DIPLOMA_VO: [(u32, (&str, &str)); 3] = [(70, ("vo", "havo")), (25, ("vo", "vwo")), (5, ("vavo", "vwo"))];
const DIPLOMA_VAKSCHOOL: [(u32, (&str, &str)); 2] = [(60, ("mbo-bbl", "mbo-2")), (40, ("mbo-bol", "mbo-4"))];

impl Story {
    /// Enrolled on the peildatum, the first or last day of an enrolment included.
    pub(super) fn at_school(&mut self, dice: &mut Dice) {
        let van = match dice.below(100) {
            0..=2 => 0,
            _ => -dice.between(1, 1200),
        };
        let tot = match dice.below(100) {
            0..=59 => None,
            60..=63 => Some(0),
            _ => Some(dice.between(1, 400)),
        };
        let school = any_school(dice);
        self.enrolments.push(enrolment(dice, school, Some(van), tot));
        if dice.chance(30) {
            // Moving between schools: both say enrolled for a while.
            let school = any_school(dice);
            self.enrolments.push(enrolment(dice, school, Some(van), None));
        }
    }

    /// Was enrolled; one in ten until the day before the peildatum.
    pub(super) fn left_school(&mut self, dice: &mut Dice) {
        let (van, tot) = past(dice);
        let school = any_school(dice);
        self.enrolments.push(enrolment(dice, school, Some(van), Some(tot)));
    }

    /// Enrolled, but from a later day on.
    pub(super) fn school_ahead(&mut self, dice: &mut Dice) {
        let van = dice.between(1, 60);
        let school = any_school(dice);
        self.enrolments.push(enrolment(dice, school, Some(van), None));
    }

    /// A startkwalificatie dated on or before the peildatum, and no enrolment that still runs.
    pub(super) fn graduated(&mut self, dice: &mut Dice) {
        let (van, tot) = past(dice);
        let mut row = diploma_row(dice);
        match dice.below(10) {
            // Only the diploma: an enrolment of before the school's present system.
            0..=1 => row.diploma = Some(tot),
            2 => {
                (row.van, row.tot) = (Some(van), Some(tot));
                row.diploma = Some(0);
            }
            _ => {
                (row.van, row.tot) = (Some(van), Some(tot));
                row.diploma = Some(tot - dice.between(0, 30));
            }
        }
        self.enrolments.push(row);
    }

    /// An ended enrolment whose diploma the school booked by mistake, delivered, and took back.
    pub(super) fn diploma_withdrawn(&mut self, dice: &mut Dice) {
        let (van, tot) = past(dice);
        let (soort, niveau) = dice.weighted(&DIPLOMA_MBO);
        let mut row = enrolment(dice, School::First, Some(van), Some(tot));
        (row.soort, row.niveau) = (soort, niveau);
        row.withdrawn = Some(tot);
        row.late = false;
        self.enrolments.push(row);
    }

    /// A diploma whose ceremony is after the peildatum: not yet a startkwalificatie.
    pub(super) fn graduates_later(&mut self, dice: &mut Dice) {
        let (van, tot) = past(dice);
        let mut row = diploma_row(dice);
        (row.van, row.tot) = (Some(van), Some(tot));
        row.diploma = Some(dice.between(1, 45));
        self.enrolments.push(row);
    }
}

/// A row of this school for these days; soort, niveau and vestiging as that school has them.
pub(super) fn enrolment(dice: &mut Dice, school: School, van: Option<i32>, tot: Option<i32>) -> Enrolment {
    let (soort, niveau) = match school {
        School::First => dice.weighted(&MBO),
        School::Second => dice.weighted(&VO),
        School::Third => dice.weighted(&VAKSCHOOL),
    };
    Enrolment {
        school,
        vestiging: dice.below(4),
        soort,
        niveau,
        van,
        tot,
        diploma: None,
        withdrawn: None,
        late: dice.chance(30),
    }
}

fn diploma_row(dice: &mut Dice) -> Enrolment {
    let school = any_school(dice);
    let (soort, niveau) = match school {
        School::First => dice.weighted(&DIPLOMA_MBO),
        School::Second => dice.weighted(&DIPLOMA_VO),
        School::Third => dice.weighted(&DIPLOMA_VAKSCHOOL),
    };
    Enrolment { soort, niveau, ..enrolment(dice, school, None, None) }
}

fn past(dice: &mut Dice) -> (i32, i32) {
    let tot = match dice.below(10) {
        0 => -1,
        _ => -dice.between(1, 1500),
    };
    (tot - dice.between(60, 900), tot)
}

fn any_school(dice: &mut Dice) -> School {
    dice.weighted(&[(50, School::First), (30, School::Second), (20, School::Third)])
}
