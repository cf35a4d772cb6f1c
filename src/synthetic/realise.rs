//! From a klasse to the evidence that leads there: the rules of classification, in which the first that fits counts,
//! read backwards.

use super::evidence::Story;
use super::jongere::{Cast, Jongere};
use super::klasse::Klasse;
use super::numbers::Id;

impl Cast<'_> {
    /// A jongere of this klasse, and in `story` what the sources say. None when the BSNs are used up.
    pub(super) fn jongere(&mut self, klasse: Klasse, story: &mut Story) -> Option<Jongere> {
        let own = match klasse {
            Klasse::School => 40,
            Klasse::Startkwalificatie | Klasse::BuitenDoelgroep => 20,
            Klasse::Onbekend => 200,
            // Without BSN there is no income or benefit to be found, nor its absence to be shown.
            Klasse::Werk | Klasse::Uitkering | Klasse::GeenDagbesteding => 0,
        };
        let id = self.person(own)?;
        let mut jongere = self.listed(id);
        match id {
            Id::Bsn(_) => {
                self.realise(klasse, &mut jongere, story);
                self.involved(story, 300, 150);
            }
            _ => self.realise_own(klasse, &mut jongere, story),
        }
        Some(jongere)
    }

    fn realise(&mut self, klasse: Klasse, jongere: &mut Jongere, story: &mut Story) {
        let eigen = jongere.gemeente == self.regio.eigen_code;
        match klasse {
            Klasse::School => {
                story.at_school(&mut self.dice);
                self.maybe_benefit(story, 50, eigen);
                match self.dice.below(100) {
                    0..=29 => story.small_job(&mut self.dice),
                    30..=44 => story.works(&mut self.dice),
                    _ => {}
                }
                self.past(story, eigen);
                self.registered(story, jongere.gemeente);
            }
            Klasse::Startkwalificatie => {
                story.graduated(&mut self.dice);
                self.maybe_benefit(story, 50, eigen);
                match self.dice.below(100) {
                    0..=24 => story.at_school(&mut self.dice),
                    25..=69 => story.works(&mut self.dice),
                    70..=79 => story.small_job(&mut self.dice),
                    _ => {}
                }
                self.past(story, eigen);
                self.registered(story, jongere.gemeente);
            }
            Klasse::Werk => {
                story.works(&mut self.dice);
                self.maybe_benefit(story, 60, eigen);
                self.past(story, eigen);
                self.registered(story, jongere.gemeente);
            }
            Klasse::Uitkering => {
                story.on_benefit(&mut self.dice, eigen);
                if self.dice.chance(300) {
                    story.small_job(&mut self.dice);
                }
                self.past(story, eigen);
                self.registered(story, jongere.gemeente);
            }
            Klasse::GeenDagbesteding => {
                self.idle(story, eigen);
                story.lives(&mut self.dice, self.regio, jongere.gemeente);
            }
            Klasse::Onbekend => self.unclear(jongere, story, eigen),
            Klasse::BuitenDoelgroep => self.outside(jongere, story, eigen),
        }
    }

    /// With a BSN and every source complete, only the population register can leave somebody onbekend.
    fn unclear(&mut self, jongere: &Jongere, story: &mut Story, eigen: bool) {
        match self.dice.below(100) {
            0..=4 => {
                self.anything(story, eigen);
                story.contradicted(&mut self.dice, self.regio, jongere.gemeente);
            }
            5..=11 => {
                // Dead or abroad by one source, active by another.
                match self.dice.below(5) {
                    0..=1 => story.at_school(&mut self.dice),
                    2..=3 => story.works(&mut self.dice),
                    _ => story.on_benefit(&mut self.dice, eigen),
                }
                self.past(story, eigen);
                match self.dice.chance(300) {
                    true => story.died(&mut self.dice, jongere.gemeente),
                    false => story.emigrated(&mut self.dice, jongere.gemeente),
                }
            }
            _ => {
                self.idle(story, eigen);
                story.not_registered(&mut self.dice, jongere.gemeente);
            }
        }
    }

    fn outside(&mut self, jongere: &mut Jongere, story: &mut Story, eigen: bool) {
        match self.dice.below(100) {
            0..=29 => {
                self.out_of_age(jongere);
                self.anything(story, eigen);
                self.registered(story, jongere.gemeente);
            }
            30..=49 => {
                self.destined_for_care(jongere);
                self.anything(story, eigen);
                self.registered(story, jongere.gemeente);
            }
            50..=54 => {
                self.gone_quietly(story, eigen);
                story.died(&mut self.dice, jongere.gemeente);
            }
            55..=69 => {
                self.gone_quietly(story, eigen);
                story.emigrated(&mut self.dice, jongere.gemeente);
            }
            _ => {
                self.anything(story, eigen);
                story.lives_elsewhere(&mut self.dice, self.regio, jongere.gemeente);
            }
        }
    }

    /// Known to education only: no income, benefit or residence can be found under an onderwijsnummer.
    fn realise_own(&mut self, klasse: Klasse, jongere: &mut Jongere, story: &mut Story) {
        match klasse {
            Klasse::School => story.at_school(&mut self.dice),
            Klasse::Startkwalificatie => story.graduated(&mut self.dice),
            Klasse::BuitenDoelgroep => {
                match self.dice.chance(600) {
                    true => self.out_of_age(jongere),
                    false => self.destined_for_care(jongere),
                }
                if self.dice.chance(300) {
                    story.at_school(&mut self.dice);
                }
            }
            _ => {}
        }
        self.schooldays(story);
    }

    /// In the register as a rule. What is found makes the klasse, so a register that misses somebody changes nothing.
    fn registered(&mut self, story: &mut Story, gemeente: u16) {
        if self.dice.chance(40) {
            story.not_registered(&mut self.dice, gemeente);
        } else {
            story.lives(&mut self.dice, self.regio, gemeente);
        }
    }

    /// Nothing active, and in most cases a past.
    fn idle(&mut self, story: &mut Story, eigen: bool) {
        match self.dice.below(100) {
            0..=14 => story.small_job(&mut self.dice),
            15..=17 => story.pension(&mut self.dice),
            _ => {}
        }
        self.past(story, eigen);
    }

    /// Nothing active; a diploma does not keep anybody in the doelgroep who died or left the country.
    fn gone_quietly(&mut self, story: &mut Story, eigen: bool) {
        if self.dice.chance(100) {
            story.graduated(&mut self.dice);
        }
        self.idle(story, eigen);
    }

    /// Active or not: for who is outside the doelgroep, or contradicted, it makes no difference.
    fn anything(&mut self, story: &mut Story, eigen: bool) {
        match self.dice.below(100) {
            0..=29 => story.at_school(&mut self.dice),
            30..=49 => story.works(&mut self.dice),
            50..=57 => story.on_benefit(&mut self.dice, eigen),
            58..=62 => story.graduated(&mut self.dice),
            _ => self.idle(story, eigen),
        }
        self.past(story, eigen);
    }

    fn maybe_benefit(&mut self, story: &mut Story, per_mille: u32, eigen: bool) {
        if self.dice.chance(per_mille) {
            story.on_benefit(&mut self.dice, eigen);
        }
    }

    /// Rows that decide nothing: what ended, and what is still to come.
    fn past(&mut self, story: &mut Story, eigen: bool) {
        self.schooldays(story);
        if self.dice.chance(450) {
            story.worked_before(&mut self.dice);
        }
        match self.dice.below(100) {
            0..=8 => story.benefit_ended(&mut self.dice, eigen),
            9..=10 => story.benefit_ahead(&mut self.dice, eigen),
            _ => {}
        }
    }

    fn schooldays(&mut self, story: &mut Story) {
        match self.dice.below(100) {
            0..=59 => story.left_school(&mut self.dice),
            60..=62 => story.diploma_withdrawn(&mut self.dice),
            63..=64 => story.school_ahead(&mut self.dice),
            65 => story.graduates_later(&mut self.dice),
            _ => {}
        }
        if self.dice.chance(150) {
            story.left_school(&mut self.dice);
        }
    }

    /// THAT parties are in contact, one in fifty from a later day on.
    pub(super) fn involved(&mut self, story: &mut Story, jongerenwerk: u32, sociaalteam: u32) {
        for (per_mille, since) in [(jongerenwerk, &mut story.jongerenwerk), (sociaalteam, &mut story.sociaalteam)] {
            if self.dice.chance(per_mille) {
                *since = Some(match self.dice.below(50) {
                    0 => self.dice.between(1, 30),
                    _ => -self.dice.between(0, 700),
                });
            }
        }
    }
}
