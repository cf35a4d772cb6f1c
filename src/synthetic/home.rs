//! Where somebody lives according to the population register: the row with the latest `sinds` on or before the
//! peildatum decides, and rows before and after it are there to be passed over.

use super::dice::Dice;
use super::evidence::{Residence, Story};
use super::region::Regio;

const INGEZETENE: &str = "ingezetene";
const OVERLEDEN: &str = "overleden";
const GEEMIGREERD: &str = "geemigreerd";

/// The most days since the latest row, and between it and the one before: together less than sixteen years, so that
/// nobody moved before being born.
const LATEST: i32 = 3_900;
const BETWEEN: i32 = 1_900;

impl Story {
    /// Lives in the region, and no doubt about it.
    pub(super) fn lives(&mut self, dice: &mut Dice, regio: &Regio, gemeente: u16) {
        let now = match dice.chance(60) {
            // Moved within the region; the list still has the old municipality.
            true => regio.draw_other(gemeente, dice),
            false => gemeente,
        };
        let since = latest(dice);
        self.resides(INGEZETENE, since, Some(now));
        let earlier = since - dice.between(1, BETWEEN);
        match dice.below(100) {
            0..=5 => self.resides(INGEZETENE, earlier, Some(regio.draw_other(gemeente, dice))),
            6..=9 => self.resides(INGEZETENE, earlier, Some(regio.draw_elsewhere(dice))),
            10..=11 => self.resides(GEEMIGREERD, earlier, None),
            12 => {
                // A contradiction that a later row settled.
                self.resides(INGEZETENE, earlier, Some(gemeente));
                self.resides(OVERLEDEN, earlier, None);
            }
            13..=14 => {
                let after = dice.between(1, 60);
                self.resides(INGEZETENE, after, Some(regio.draw_elsewhere(dice)));
            }
            15 => {
                let after = dice.between(1, 60);
                self.resides(GEEMIGREERD, after, None);
            }
            _ => {}
        }
        self.shuffle(dice);
    }

    /// Moved out of the region.
    pub(super) fn lives_elsewhere(&mut self, dice: &mut Dice, regio: &Regio, gemeente: u16) {
        let since = latest(dice);
        self.lived(dice, since, gemeente);
        self.resides(INGEZETENE, since, Some(regio.draw_elsewhere(dice)));
        self.shuffle(dice);
    }

    /// The register says dead. Some registers repeat the last municipality, some leave it empty.
    pub(super) fn died(&mut self, dice: &mut Dice, gemeente: u16) {
        self.ended(dice, OVERLEDEN, gemeente);
    }

    /// The register says emigrated.
    pub(super) fn emigrated(&mut self, dice: &mut Dice, gemeente: u16) {
        self.ended(dice, GEEMIGREERD, gemeente);
    }

    /// Two different rows with the same, latest `sinds`: nobody can say where.
    pub(super) fn contradicted(&mut self, dice: &mut Dice, regio: &Regio, gemeente: u16) {
        let since = latest(dice);
        self.lived(dice, since, gemeente);
        self.resides(INGEZETENE, since, Some(gemeente));
        let other = match dice.below(3) {
            0 => regio.draw_elsewhere(dice),
            _ => regio.draw_other(gemeente, dice),
        };
        self.resides(INGEZETENE, since, Some(other));
        self.shuffle(dice);
    }

    /// No row on or before the peildatum: not in the register, or only from a later day on.
    pub(super) fn not_registered(&mut self, dice: &mut Dice, gemeente: u16) {
        if dice.chance(200) {
            let since = dice.between(1, 40);
            self.resides(INGEZETENE, since, Some(gemeente));
        }
    }

    fn ended(&mut self, dice: &mut Dice, status: &'static str, gemeente: u16) {
        let since = latest(dice);
        self.lived(dice, since, gemeente);
        let last = dice.chance(300).then_some(gemeente);
        self.resides(status, since, last);
        self.shuffle(dice);
    }

    /// The row before `since`, in most registers still there.
    fn lived(&mut self, dice: &mut Dice, since: i32, gemeente: u16) {
        if dice.chance(700) {
            let earlier = since - dice.between(1, BETWEEN);
            self.resides(INGEZETENE, earlier, Some(gemeente));
        }
    }

    fn resides(&mut self, status: &'static str, since: i32, gemeente: Option<u16>) {
        self.residences.push(Residence { status, since, gemeente });
    }

    /// A register promises no order.
    fn shuffle(&mut self, dice: &mut Dice) {
        if dice.chance(500) {
            self.residences.reverse();
        }
    }
}

fn latest(dice: &mut Dice) -> i32 {
    match dice.below(100) {
        0 => 0,
        _ => -dice.between(1, LATEST),
    }
}
