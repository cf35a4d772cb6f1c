//! Why one jongere has its klasse: on which sources it rests, and on which day.

use super::rules::Facts;
use super::{Basics, Covered, Evidential, Jongere, NotNamed, Scope, counted, look};
use crate::ingest::Coverage;
use crate::linking::{BrpFound, Dates, Evidence, Person};
use crate::terms::{Bron, Datum, Maand, Reden};

/// An outcome with what it rests on. It tells nothing of sources that did not decide.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) jongere: Jongere,
    /// Counted in another municipality than the doelgroep says (rule 4).
    pub(crate) verhuisd: bool,
    pub(crate) bronnen: Vec<Said>,
    /// The day that decided, where one did.
    pub(crate) dag: Option<Datum>,
    /// The month that decided, where one did.
    pub(crate) maand: Option<Maand>,
}

/// A source that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) bron: Bron,
    /// What it covers; `None` for the doelgroep itself.
    pub(crate) dekking: Option<Coverage>,
}

/// Explains what [`super::classify`] says of a person. `inkomen_maand` is the month whose income counts.
///
/// # Errors
/// [`NotNamed`] for whom the doelbinding does not name, and why it does not.
pub(crate) fn explain(
    person: &Person,
    found: &Evidence,
    dates: &Dates,
    inkomen_maand: Maand,
    scope: &Scope,
    covered: &Covered,
) -> Result<Explanation, NotNamed> {
    let basics = Basics::of(person, scope);
    let (facts, decision) = look(&basics, found, scope, covered)?;
    let jongere = counted(&basics, found, &facts, &decision, covered);
    let said = |bron| {
        let dekking = (bron != Bron::Doelgroep).then(|| covered.of(bron, person.identificatie));
        Said { bron, dekking }
    };
    Ok(Explanation {
        verhuisd: jongere.gemeente != person.gemeente,
        bronnen: rests_on(jongere.reden, &facts, scope).into_iter().map(said).collect(),
        dag: day(jongere.reden, dates),
        maand: match jongere.reden {
            Reden::Leeftijd => Some(person.geboortemaand),
            Reden::Inkomen => Some(inkomen_maand),
            _ => None,
        },
        jongere,
    })
}

/// The sources whose word, or silence, decided.
fn rests_on(reden: Reden, facts: &Facts, scope: &Scope) -> Vec<Bron> {
    let evidence = [(Bron::Onderwijs, facts.school), (Bron::Inkomen, facts.werk), (Bron::Uitkering, facts.uitkering)];
    let that_say = |wanted: Evidential| {
        evidence.iter().filter(move |(_, says)| *says == wanted).map(|(bron, _)| *bron).collect::<Vec<_>>()
    };
    match reden {
        Reden::Leeftijd | Reden::Uitstroomprofiel => vec![Bron::Doelgroep],
        Reden::Overleden | Reden::Geemigreerd | Reden::Verhuisd | Reden::NietInBrp => vec![Bron::Brp],
        Reden::Tegenstrijdig if facts.brp == Some(BrpFound::Contradiction) => vec![Bron::Brp],
        Reden::Tegenstrijdig => [vec![Bron::Brp], that_say(Evidential::Actief)].concat(),
        Reden::Diploma | Reden::Ingeschreven => vec![Bron::Onderwijs],
        Reden::Inkomen => vec![Bron::Inkomen],
        Reden::Uitkering => vec![Bron::Uitkering],
        Reden::GeenBsn | Reden::BronOntbreekt | Reden::BronGedeeltelijk => {
            let brp = if facts.brp_silent { vec![Bron::Brp] } else { Vec::new() };
            [that_say(Evidential::Onbekend), brp].concat()
        }
        Reden::NietsGevonden => {
            let brp = if scope.brp { vec![Bron::Brp] } else { Vec::new() };
            [that_say(Evidential::NietActief), brp].concat()
        }
    }
}

/// The day on which a reason rests.
fn day(reden: Reden, dates: &Dates) -> Option<Datum> {
    match reden {
        Reden::Overleden | Reden::Geemigreerd | Reden::Tegenstrijdig | Reden::Verhuisd => dates.brp,
        Reden::Diploma => dates.startkwalificatie,
        Reden::Ingeschreven => dates.inschrijving,
        Reden::Uitkering => dates.uitkering,
        _ => None,
    }
}
