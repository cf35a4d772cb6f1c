//! The truth: which share of the jongeren is in which klasse.

use super::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Klasse {
    School,
    Startkwalificatie,
    Werk,
    Uitkering,
    GeenDagbesteding,
    Onbekend,
    BuitenDoelgroep,
}

impl Klasse {
    pub(super) const ALL: [Self; 7] = [
        Self::School,
        Self::Startkwalificatie,
        Self::Werk,
        Self::Uitkering,
        Self::GeenDagbesteding,
        Self::Onbekend,
        Self::BuitenDoelgroep,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Startkwalificatie => "startkwalificatie",
            Self::Werk => "werk",
            Self::Uitkering => "uitkering",
            Self::GeenDagbesteding => "geen_dagbesteding",
            Self::Onbekend => "onbekend",
            Self::BuitenDoelgroep => "buiten_doelgroep",
        }
    }

    /// Share per mille: the mean of what RBL Midden-Gelre published for 2015 to 2019, with its "geen uitstroom, geen
    /// contact" read as onbekend (a consultant's finding there, no file's; so this is constructed).
    pub(super) fn per_mille(self) -> u32 {
        match self {
            Self::School => 184,
            Self::Startkwalificatie => 52,
            Self::Werk => 164,
            Self::Uitkering => 24,
            Self::GeenDagbesteding => 135,
            Self::Onbekend => 346,
            Self::BuitenDoelgroep => 95,
        }
    }
}

/// The klassen still to be handed out. Exact shares in a seeded order: a set of 300 looks like the table too.
pub(super) struct Quotas {
    left: [(Klasse, u32); 7],
    total: u32,
}

impl Quotas {
    pub(super) fn new(jongeren: u32) -> Self {
        let mut per_mille = 0;
        let mut given = 0;
        let left = Klasse::ALL.map(|klasse| {
            // Rounding the running total keeps every share within one person, and the sum exact.
            per_mille += klasse.per_mille();
            let upto = (u64::from(jongeren) * u64::from(per_mille) + 500) / 1000;
            let share = (upto - given) as u32;
            given = upto;
            (klasse, share)
        });
        Self { left, total: jongeren }
    }

    pub(super) fn shares(&self) -> [(Klasse, u32); 7] {
        self.left
    }

    /// One of the klassen left, each as likely as its number left; None when all are handed out.
    pub(super) fn draw(&mut self, dice: &mut Dice) -> Option<Klasse> {
        let mut roll = dice.below(self.total);
        for (klasse, left) in &mut self.left {
            if roll < *left {
                *left -= 1;
                self.total -= 1;
                return Some(*klasse);
            }
            roll -= *left;
        }
        None
    }
}
