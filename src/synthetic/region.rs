//! The regions that can be generated: real municipalities, invented organisations.

use super::dice::Dice;

pub(super) struct Regio {
    /// RMC code, as in a doelbinding.
    pub(super) code: &'static str,
    pub(super) naam: &'static str,
    /// Population in thousands: only the proportions matter. The first delivers a doelgroep of its own.
    pub(super) gemeenten: &'static [Gemeente],
    /// Delivers the doelgroep and the uitkeringen of its own residents.
    pub(super) eigen: Party,
    pub(super) eigen_code: u16,
    /// Delivers the doelgroep of all other municipalities.
    pub(super) overig: Party,
    pub(super) scholen: [Party; 3],
    pub(super) uitkering_overig: Party,
    pub(super) inkomen: Party,
    pub(super) brp: Party,
    pub(super) jongerenwerk: Party,
    pub(super) sociaalteam: Party,
}

pub(super) struct Gemeente {
    /// CBS code.
    pub(super) code: u16,
    inwoners: u32,
}

/// An organisation that delivers.
#[derive(Clone, Copy)]
pub(super) struct Party {
    /// Its part of a file name.
    pub(super) slug: &'static str,
    /// Fictitious: no organisation has an OIN in this block.
    pub(super) oin: &'static str,
    pub(super) naam: &'static str,
}

/// Source of municipalities: RMC region 010 in the region's own reports; populations rounded from CBS, 2023.
const IJSSEL_VECHT: Regio = Regio {
    code: "10",
    naam: "IJssel-Vecht",
    gemeenten: &[
        gemeente(193, 133),
        gemeente(148, 30),
        gemeente(160, 63),
        gemeente(244, 12),
        gemeente(246, 19),
        gemeente(166, 55),
        gemeente(175, 19),
        gemeente(177, 39),
        gemeente(180, 18),
        gemeente(1708, 45),
        gemeente(1896, 23),
    ],
    eigen: party("zwolle", "00000001999990000193", "Gemeente Zwolle"),
    eigen_code: 193,
    overig: party("ijssel-vecht", "00000001999990000148", "Gemeente Dalfsen"),
    scholen: [
        party("ijsselrand", "00000001999990001001", "ROC IJsselrand (fictief)"),
        party("vechthorst", "00000001999990001002", "Vechthorst College (fictief)"),
        party("groene-delta", "00000001999990001003", "Vakschool De Groene Delta (fictief)"),
    ],
    uitkering_overig: party("vechtrand", "00000001999990002001", "Sociale Dienst Vechtrand (fictief)"),
    inkomen: party("", "00000001999990003001", "Loonregister (fictief)"),
    brp: party("", "00000001999990004001", "Bevolkingsregister (fictief)"),
    jongerenwerk: party("jongerenwerk", "00000001999990005001", "Jongerenwerk De Brug (fictief)"),
    sociaalteam: party("sociaalteam", "00000001999990005002", "Sociaal Team Hanzeland (fictief)"),
};

const REGIOS: [&Regio; 1] = [&IJSSEL_VECHT];

/// Amsterdam, Enschede, Deventer, Apeldoorn, Almere, Groningen: where people move to.
const ELSEWHERE: [u16; 6] = [363, 153, 150, 200, 34, 14];

const fn gemeente(code: u16, inwoners: u32) -> Gemeente {
    Gemeente { code, inwoners }
}

const fn party(slug: &'static str, oin: &'static str, naam: &'static str) -> Party {
    Party { slug, oin, naam }
}

pub(super) fn find(code: &str) -> Option<&'static Regio> {
    REGIOS.into_iter().find(|regio| regio.code == code)
}

/// The regions there are, as a user reads them.
pub(super) fn known() -> String {
    REGIOS.map(|regio| format!("{} ({})", regio.code, regio.naam)).join(", ")
}

impl Regio {
    /// A municipality of the region, the larger the likelier.
    pub(super) fn draw(&self, dice: &mut Dice) -> u16 {
        let mut roll = dice.below(self.gemeenten.iter().map(|g| g.inwoners).sum());
        for gemeente in self.gemeenten {
            if roll < gemeente.inwoners {
                return gemeente.code;
            }
            roll -= gemeente.inwoners;
        }
        self.eigen_code
    }

    /// A municipality of the region other than `gemeente`.
    pub(super) fn draw_other(&self, gemeente: u16, dice: &mut Dice) -> u16 {
        let others = self.gemeenten.iter().filter(|g| g.code != gemeente);
        let at = dice.below(self.gemeenten.len() as u32 - 1);
        others.map(|g| g.code).nth(at as usize).unwrap_or(self.eigen_code)
    }

    /// A municipality outside the region.
    pub(super) fn draw_elsewhere(&self, dice: &mut Dice) -> u16 {
        dice.pick(&ELSEWHERE)
    }
}
