//! The jongeren as the doelgroep lists them: a row each, with nothing in it yet that decides a klasse.

use std::ops::Range;

use super::calendar::Calendar;
use super::dice::Dice;
use super::numbers::{Id, Numbers};
use super::region::Regio;

/// One row of a doelgroep file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jongere {
    pub(super) id: Id,
    pub(super) gemeente: u16,
    /// Months before the peilmaand.
    pub(super) born: i32,
    pub(super) geslacht: &'static str,
    pub(super) uitschrijfdatum: Option<i32>,
    pub(super) niveau: &'static str,
    pub(super) uitstroomprofiel: &'static str,
    pub(super) contact: &'static str,
    pub(super) niet_benaderen: bool,
}

/// What everybody is drawn from.
pub(super) struct Cast<'a> {
    pub(super) dice: Dice,
    pub(super) bsns: Numbers,
    pub(super) onderwijsnummers: Numbers,
    pub(super) regio: &'a Regio,
    pub(super) calendar: &'a Calendar,
    pub(super) leeftijd: Range<u8>,
}

impl Cast<'_> {
    /// The next person: with an onderwijsnummer instead of a BSN for so many per mille; None when the BSNs are used up.
    pub(super) fn person(&mut self, own_per_mille: u32) -> Option<Id> {
        if self.dice.chance(own_per_mille)
            && let Some(number) = self.onderwijsnummers.next()
        {
            return Some(Id::Onderwijsnummer(number));
        }
        self.bsns.next().map(Id::Bsn)
    }

    /// Somebody in the age range, with nothing yet that decides a klasse.
    pub(super) fn listed(&mut self, id: Id) -> Jongere {
        let gemeente = self.regio.draw(&mut self.dice);
        let born = self.born_within();
        let niveau = self.dice.weighted(&NIVEAU);
        let uitstroomprofiel = match niveau {
            "pro" | "vso" => self.dice.pick(&["vervolgonderwijs", "arbeid", "arbeid", ""]),
            _ => "",
        };
        Jongere {
            id,
            gemeente,
            born,
            geslacht: self.dice.weighted(&[(540, "m"), (440, "v"), (8, "x"), (12, "")]),
            uitschrijfdatum: self.uitschrijfdatum(born),
            niveau,
            uitstroomprofiel,
            contact: self.dice.weighted(&CONTACT),
            niet_benaderen: self.dice.chance(10),
        }
    }

    /// Where a jongere stood who moved to `now`, in the older list of the municipality that was left. Every field the
    /// newer list decides may differ here, and none of it may count.
    pub(super) fn left_behind(&mut self, now: &Jongere) -> Jongere {
        let old = self.listed(now.id);
        let care = now.uitstroomprofiel != "dagbesteding" && self.dice.chance(400);
        Jongere {
            gemeente: self.regio.draw_other(now.gemeente, &mut self.dice),
            born: now.born,
            geslacht: now.geslacht,
            niveau: if care { "vso" } else { now.niveau },
            uitstroomprofiel: if care { "dagbesteding" } else { "" },
            niet_benaderen: false,
            ..old
        }
    }

    /// The municipality's own number for a dossier opened in the year of `opened`: never nine digits, and now and then
    /// with what people type behind it.
    pub(super) fn dossier(&mut self, number: u32, opened: i32) -> String {
        let year = self.calendar.civil(opened).year;
        let behind = match self.dice.below(200) {
            0 => "; zie ook vorig dossier",
            1 => " \"kopie\"",
            2 => " (coördinatie)",
            _ => "",
        };
        format!("Z-{year}-{number:06}{behind}")
    }

    /// Care is its destination: outside the doelgroep, whatever else is known.
    pub(super) fn destined_for_care(&mut self, jongere: &mut Jongere) {
        jongere.niveau = self.dice.pick(&["vso", "vso", "vso", "pro"]);
        jongere.uitstroomprofiel = "dagbesteding";
    }

    /// A birth month within the age range; the first and last month of it now and then.
    fn born_within(&mut self) -> i32 {
        // Age counts from the first of the birth month, so whole months decide it whatever the day of the peildatum.
        let youngest = i32::from(self.leeftijd.start) * 12;
        let oldest = i32::from(self.leeftijd.end) * 12 - 1;
        match self.dice.below(100) {
            0 => youngest,
            1 => oldest,
            _ => self.dice.between(youngest, oldest),
        }
    }

    /// Too young or too old; the nearest months on both sides now and then.
    pub(super) fn out_of_age(&mut self, jongere: &mut Jongere) {
        let youngest = i32::from(self.leeftijd.start) * 12;
        let oldest = i32::from(self.leeftijd.end) * 12 - 1;
        jongere.born = match self.dice.below(10) {
            0 => youngest - 1,
            1 => oldest + 1,
            2..=3 => youngest - self.dice.between(1, 18),
            _ => oldest + self.dice.between(1, 18),
        };
        jongere.uitschrijfdatum = self.uitschrijfdatum(jongere.born);
    }

    /// Four in five left 12 months ago or longer (oud), a few of them to the day, some have no date at all.
    fn uitschrijfdatum(&mut self, born: i32) -> Option<i32> {
        let year_ago = self.calendar.year_ago;
        // Nobody leaves school before the age of 14.
        let longest = (born - 14 * 12).max(12) * 30;
        match self.dice.below(100) {
            0..=2 => None,
            3..=4 => Some(year_ago),
            5..=6 => Some(year_ago + 1),
            7..=20 => Some(self.dice.between(year_ago + 1, 0)),
            21 => Some(self.dice.between(1, 30)),
            _ => Some(self.dice.between((-longest).min(year_ago - 90), year_ago)),
        }
    }
}

const NIVEAU: [(u32, &str); 13] = [
    (14, "vmbo-bb"),
    (13, "vmbo-kb"),
    (4, "vmbo-gl"),
    (10, "vmbo-tl"),
    (4, "havo"),
    (1, "vwo"),
    (7, "pro"),
    (6, "vso"),
    (10, "entree"),
    (17, "mbo-2"),
    (6, "mbo-3"),
    (5, "mbo-4"),
    (3, ""),
];

const CONTACT: [(u32, &str); 5] =
    [(35, "geen_contact"), (28, "in_beeld"), (18, "bereikt"), (12, "begeleiding"), (7, "")];
