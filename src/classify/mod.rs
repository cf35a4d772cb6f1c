//! Evidence of three values, precedence and reason: one jongere at one peildatum (DOMEIN).

mod explain;
mod possible;
mod rules;

pub(crate) use explain::{Explanation, Said, explain};
pub(crate) use possible::{Kind, Way, possible};

use crate::ingest::Coverage;
use crate::linking::{Evidence, Person};
use crate::terms::{
    Bron, Cohort, Contact, Dimensie, Gemeente, Geslacht, Identificatie, Klasse, Niveau, Peildatum, Reden,
    Uitstroomprofiel,
};
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// Whose evidence counts as what: the doelbinding's choices that the rules use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) peildatum: Peildatum,
    pub(crate) gemeenten: BTreeSet<Gemeente>,
    /// Youngest age, in whole years.
    pub(crate) van: i16,
    /// First age too old.
    pub(crate) tot: i16,
    /// Only this cohort; `None` for all.
    pub(crate) cohort: Option<Cohort>,
    /// Income above which somebody works, in eurocents.
    pub(crate) inkomen_boven_cent: i64,
    /// Whether the text lists brp.
    pub(crate) brp: bool,
}

/// What the files can say of each source, per kind of number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Covered([[Coverage; Bron::ALL.len()]; Identificatie::ALL.len()]);

impl Covered {
    /// What each source covers; of one that is not told nothing is there.
    pub(crate) fn new(sources: impl Iterator<Item = ((Bron, Identificatie), Coverage)>) -> Self {
        let mut covered = Self::default();
        for ((bron, identificatie), coverage) in sources {
            let place = covered.0.get_mut(identificatie as usize).and_then(|own| own.get_mut(bron as usize));
            place.into_iter().for_each(|place| *place = coverage);
        }
        covered
    }

    pub(crate) fn of(&self, bron: Bron, identificatie: Identificatie) -> Coverage {
        let found = self.0.get(identificatie as usize).and_then(|own| own.get(bron as usize));
        found.copied().unwrap_or_default()
    }
}

/// Evidence of one source for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidential {
    /// The source says yes.
    Actief,
    /// The source is covered and does not say yes.
    NietActief,
    /// The source cannot say.
    Onbekend,
}

impl Evidential {
    /// What was found in a source that the text does not list is not its evidence.
    fn from(found: bool, coverage: Coverage) -> Self {
        match (found, coverage) {
            (_, Coverage::Missing) | (false, Coverage::Partial) => Self::Onbekend,
            (true, _) => Self::Actief,
            (false, Coverage::Covered) => Self::NietActief,
        }
    }
}

/// One jongere of the doelgroep, classified. Holds no number of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jongere {
    /// Municipality in which it is counted.
    pub(crate) gemeente: Gemeente,
    pub(crate) klasse: Klasse,
    pub(crate) reden: Reden,
    /// Age in whole years.
    pub(crate) leeftijd: i16,
    pub(crate) geslacht: Option<Geslacht>,
    pub(crate) cohort: Option<Cohort>,
    pub(crate) niveau: Option<Niveau>,
    pub(crate) contact: Option<Contact>,
    /// Of school, werk and uitkering which are actief.
    pub(crate) combinatie: [bool; 3],
    /// 1 to 5 of the national monthly report; `None` when the files cannot say.
    pub(crate) prioriteit: Option<u8>,
    /// Number of parties in contact: 0, 1, or 2 for more; `None` when the files cannot say.
    pub(crate) betrokkenheid: Option<u8>,
}

/// Some dimensions of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dimensies(u16);

impl Dimensies {
    fn bit(dimensie: Dimensie) -> u16 {
        1 << dimensie as u16
    }

    pub(crate) fn add(&mut self, dimensie: Dimensie) {
        self.0 |= Self::bit(dimensie);
    }

    pub(crate) fn contains(self, dimensie: Dimensie) -> bool {
        self.0 & Self::bit(dimensie) != 0
    }
}

impl Jongere {
    /// Where and what somebody is and why, and of all else only what is asked: who differ in nothing else are then alike.
    pub(crate) fn only(self, asked: Dimensies) -> Self {
        use Dimensie::{Betrokkenheid, Cohort, Combinatie, Contact, Geslacht, Leeftijdsgroep, Niveau, Prioriteit};
        let asked = |dimensie| asked.contains(dimensie);
        Self {
            gemeente: self.gemeente,
            klasse: self.klasse,
            reden: self.reden,
            leeftijd: if asked(Leeftijdsgroep) { self.leeftijd } else { 0 },
            geslacht: self.geslacht.filter(|_| asked(Geslacht)),
            cohort: self.cohort.filter(|_| asked(Cohort)),
            niveau: self.niveau.filter(|_| asked(Niveau)),
            contact: self.contact.filter(|_| asked(Contact)),
            combinatie: self.combinatie.map(|source| source && asked(Combinatie)),
            prioriteit: self.prioriteit.filter(|_| asked(Prioriteit)),
            betrokkenheid: self.betrokkenheid.filter(|_| asked(Betrokkenheid)),
        }
    }
}

impl Hash for Jongere {
    /// As one number, since the country has millions: a few bits for each property, the rarest ones over others.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let option = |value: Option<u8>| value.map_or(0, |value| u64::from(value) + 1);
        let packed = [
            (u64::from(self.gemeente.number()), 14),
            (u64::from(self.leeftijd.unsigned_abs()), 7),
            (self.klasse as u64, 4),
            (self.reden as u64, 4),
            (option(self.geslacht.map(|value| value as u8)), 2),
            (option(self.cohort.map(|value| value as u8)), 2),
            (option(self.niveau.map(|value| value as u8)), 4),
            (option(self.contact.map(|value| value as u8)), 4),
            (self.combinatie.iter().fold(0, |bits, source| bits << 1 | u64::from(*source)), 3),
            (option(self.prioriteit), 3),
            (option(self.betrokkenheid), 2),
        ];
        state.write_u64(packed.iter().fold(0u64, |all, (value, bits)| all.rotate_left(*bits) ^ value));
    }
}

/// What the doelgroep's own row says of a jongere.
#[derive(Clone, Copy, Debug)]
struct Basics {
    identificatie: Identificatie,
    gemeente: Gemeente,
    leeftijd: i16,
    cohort: Option<Cohort>,
    uitstroomprofiel: Option<Uitstroomprofiel>,
    geslacht: Option<Geslacht>,
    niveau: Option<Niveau>,
    contact: Option<Contact>,
}

impl Basics {
    fn of(person: &Person, scope: &Scope) -> Self {
        let oud = |left| left <= scope.peildatum.year_before();
        Self {
            identificatie: person.identificatie,
            gemeente: person.gemeente,
            leeftijd: scope.peildatum.age(person.geboortemaand),
            cohort: person.uitschrijfdatum.map(|left| if oud(left) { Cohort::Oud } else { Cohort::Nieuw }),
            uitstroomprofiel: person.uitstroomprofiel,
            geslacht: person.geslacht,
            niveau: person.niveau,
            contact: person.contact,
        }
    }
}

/// Why the doelbinding does not name somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotNamed {
    /// Its municipality in the doelgroep.
    Gemeente,
    /// How long ago it left school, or that nobody knows.
    Cohort,
}

/// Classifies one person; `None` for whom the doelbinding does not name.
pub(crate) fn classify(person: &Person, found: &Evidence, scope: &Scope, covered: &Covered) -> Option<Jongere> {
    assess(&Basics::of(person, scope), found, scope, covered)
}

fn assess(basics: &Basics, found: &Evidence, scope: &Scope, covered: &Covered) -> Option<Jongere> {
    let (facts, decision) = look(basics, found, scope, covered).ok()?;
    Some(counted(basics, found, &facts, &decision, covered))
}

/// What the rules see of somebody, and what they say.
fn look(
    basics: &Basics,
    found: &Evidence,
    scope: &Scope,
    covered: &Covered,
) -> Result<(rules::Facts, rules::Decision), NotNamed> {
    let Basics { identificatie, gemeente, leeftijd, cohort, uitstroomprofiel, .. } = *basics;
    if !scope.gemeenten.contains(&gemeente) {
        return Err(NotNamed::Gemeente);
    }
    if scope.cohort.is_some_and(|only| cohort != Some(only)) {
        return Err(NotNamed::Cohort);
    }
    let own = identificatie == Identificatie::Own;
    let coverage = |bron| covered.of(bron, identificatie);
    let facts = rules::Facts {
        leeftijd,
        uitstroomprofiel,
        school: Evidential::from(found.school, coverage(Bron::Onderwijs)),
        // An onderwijsnummer is known to education only: there silence can never be a no.
        werk: if own {
            Evidential::Onbekend
        } else {
            Evidential::from(found.inkomen_cent > scope.inkomen_boven_cent, coverage(Bron::Inkomen))
        },
        uitkering: if own {
            Evidential::Onbekend
        } else {
            Evidential::from(found.uitkering, coverage(Bron::Uitkering))
        },
        startkwalificatie: found.startkwalificatie && coverage(Bron::Onderwijs) != Coverage::Missing,
        brp: (scope.brp && !(own && coverage(Bron::Brp) == Coverage::Missing)).then_some(found.brp),
        brp_silent: scope.brp && coverage(Bron::Brp) != Coverage::Covered,
        own,
        missing: rules::missing(scope.brp, coverage),
    };
    let decision = rules::decide(&facts, scope);
    Ok((facts, decision))
}

/// Somebody as it is counted.
fn counted(
    basics: &Basics,
    found: &Evidence,
    facts: &rules::Facts,
    decision: &rules::Decision,
    covered: &Covered,
) -> Jongere {
    let Basics { identificatie, gemeente, leeftijd, cohort, geslacht, niveau, contact, .. } = *basics;
    Jongere {
        gemeente: decision.verhuisd_naar.unwrap_or(gemeente),
        klasse: decision.klasse,
        reden: decision.reden,
        leeftijd,
        geslacht,
        cohort,
        niveau,
        contact,
        combinatie: [facts.school, facts.werk, facts.uitkering].map(|source| source == Evidential::Actief),
        prioriteit: rules::prioriteit(facts, found.inkomen_cent),
        betrokkenheid: rules::betrokkenheid(found.involved, covered.of(Bron::Betrokkenheid, identificatie)),
    }
}
