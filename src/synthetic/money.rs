//! Income and benefits around the two rules that decide: more than the threshold in the peilmaand, and a benefit that
//! runs on the peildatum.

use super::dice::Dice;
use super::evidence::{Benefit, Income, Story};

/// Work is strictly more than this, in eurocents: the €300.00 that RMC regions use.
const THRESHOLD: i32 = 30_000;

const BENEFITS: [(u32, &str); 8] = [
    (50, "participatiewet"),
    (18, "ww"),
    (16, "wajong"),
    (4, "wia"),
    (1, "ioaw"),
    (1, "ioaz"),
    (3, "bbz"),
    (7, "overig"),
];

impl Story {
    /// Adds up to more than the threshold in the peilmaand.
    pub(super) fn works(&mut self, dice: &mut Dice) {
        match dice.below(100) {
            0..=1 => self.earns(THRESHOLD + 1, "loon"),
            2..=16 => {
                // Two employers, neither of them enough.
                let first = dice.between(16_000, 29_900);
                self.earns(first, "loon");
                self.earns(THRESHOLD + 1 - first + dice.between(0, 9_000), "loon");
            }
            17..=22 => {
                // A correction that leaves enough.
                let rest = dice.between(THRESHOLD + 1, 150_000);
                let correction = dice.between(500, 60_000);
                self.earns(rest + correction, "loon");
                self.earns(-correction, "loon");
            }
            23..=26 => self.earns(dice.between(45_000, 180_000), "ziektewet"),
            27..=32 => self.earns(dice.between(31_000, 320_000), "zelfstandig"),
            33..=36 => {
                let wage = dice.between(8_000, 25_000);
                self.earns(wage, "loon");
                self.earns(THRESHOLD + 1 - wage + dice.between(0, 60_000), "zelfstandig");
            }
            _ => self.earns(dice.between(THRESHOLD + 1, 260_000), "loon"),
        }
    }

    /// Income in the peilmaand that is not work: up to and including the threshold.
    pub(super) fn small_job(&mut self, dice: &mut Dice) {
        match dice.below(10) {
            0 => self.earns(THRESHOLD, "loon"),
            1 => {
                let first = dice.between(4_000, 14_000);
                self.earns(first, "loon");
                self.earns(THRESHOLD - first, "loon");
            }
            2 => {
                // A full wage booked for the wrong person, taken back in part.
                let wage = dice.between(THRESHOLD + 1, 200_000);
                self.earns(wage, "loon");
                self.earns(dice.between(0, THRESHOLD) - wage, "loon");
            }
            3 => {
                // Taken back to below nothing: last month's correction came through now.
                self.earns(-dice.between(100, 20_000), "loon");
            }
            4 => self.earns(dice.between(500, 20_000), "zelfstandig"),
            _ => self.earns(dice.between(500, THRESHOLD - 1), "loon"),
        }
    }

    /// A survivor's pension: money, but no work, however much it is.
    pub(super) fn pension(&mut self, dice: &mut Dice) {
        self.earns(dice.between(20_000, 110_000), "pensioen");
    }

    /// Work in months that are not asked for.
    pub(super) fn worked_before(&mut self, dice: &mut Dice) {
        let count = dice.between(1, 5);
        let last = match dice.below(20) {
            0 => 1,
            _ => -dice.between(1, 4),
        };
        let wage = dice.between(10_000, 220_000);
        for back in 0..count {
            let month = last - back;
            if month != 0 {
                let cents = wage + dice.between(-5_000, 5_000);
                self.incomes.push(Income { month, cents, soort: "loon" });
            }
        }
    }

    fn earns(&mut self, cents: i32, soort: &'static str) {
        self.incomes.push(Income { month: 0, cents, soort });
    }

    /// A benefit that runs on the peildatum, its first or last day included.
    pub(super) fn on_benefit(&mut self, dice: &mut Dice, eigen: bool) {
        let van = match dice.below(50) {
            0 => 0,
            _ => -dice.between(1, 900),
        };
        let tot = match dice.below(50) {
            0 => Some(0),
            1..=9 => Some(dice.between(1, 365)),
            _ => None,
        };
        self.benefit(dice, van, tot, eigen);
    }

    /// A benefit that ended; one in ten the day before the peildatum.
    pub(super) fn benefit_ended(&mut self, dice: &mut Dice, eigen: bool) {
        let tot = match dice.below(10) {
            0 => -1,
            _ => -dice.between(1, 900),
        };
        let van = tot - dice.between(28, 500);
        self.benefit(dice, van, Some(tot), eigen);
    }

    /// A benefit granted from a later day on.
    pub(super) fn benefit_ahead(&mut self, dice: &mut Dice, eigen: bool) {
        let van = dice.between(1, 45);
        self.benefit(dice, van, None, eigen);
    }

    fn benefit(&mut self, dice: &mut Dice, van: i32, tot: Option<i32>, eigen: bool) {
        let soort = dice.weighted(&BENEFITS);
        // Some keep a benefit from the municipality they left.
        let eigen = eigen ^ dice.chance(40);
        self.benefits.push(Benefit { soort, van, tot, eigen });
    }
}
