//! The rules of DOMEIN, "Classification", in their order. Each is numbered as there.

use super::{Evidential, Scope};
use crate::ingest::Coverage;
use crate::linking::{BrpFound, Involved};
use crate::terms::{Bron, BrpStatus, Gemeente, Klasse, Reden, Uitstroomprofiel};

/// Everything the rules look at for one jongere.
pub(super) struct Facts {
    /// Age in whole years.
    pub(super) leeftijd: i16,
    pub(super) uitstroomprofiel: Option<Uitstroomprofiel>,
    pub(super) school: Evidential,
    pub(super) werk: Evidential,
    pub(super) uitkering: Evidential,
    /// Some serving row has a diploma dated on or before the peildatum.
    pub(super) startkwalificatie: bool,
    /// The brp row that counts; `None` where brp does not apply.
    pub(super) brp: Option<BrpFound>,
    /// Whether brp is listed but not covered.
    pub(super) brp_silent: bool,
    /// Known by an onderwijsnummer only.
    pub(super) own: bool,
    /// Whether a source that cannot say has not been delivered at all.
    pub(super) missing: bool,
}

/// What the rules say.
pub(super) struct Decision {
    pub(super) klasse: Klasse,
    pub(super) reden: Reden,
    /// Another municipality of the doelbinding, where it is counted (rule 4).
    pub(super) verhuisd_naar: Option<Gemeente>,
}

/// Whether a source that is not covered has no serving levering, or is not listed.
pub(super) fn missing(brp_listed: bool, coverage: impl Fn(Bron) -> Coverage) -> bool {
    let asked = [Bron::Onderwijs, Bron::Inkomen, Bron::Uitkering].into_iter().chain(brp_listed.then_some(Bron::Brp));
    asked.map(coverage).any(|found| found == Coverage::Missing)
}

/// Applies the rules in their order; the first that holds wins.
pub(super) fn decide(facts: &Facts, scope: &Scope) -> Decision {
    let mut verhuisd_naar = None;
    let (klasse, reden) = early(facts, scope, &mut verhuisd_naar).unwrap_or_else(|| late(facts));
    Decision { klasse, reden, verhuisd_naar }
}

/// Rules 1 to 4: whom the doelbinding is not about, and where a jongere is counted.
fn early(facts: &Facts, scope: &Scope, verhuisd_naar: &mut Option<Gemeente>) -> Option<(Klasse, Reden)> {
    // 1. Age.
    if facts.leeftijd < scope.van || facts.leeftijd >= scope.tot {
        return Some((Klasse::BuitenDoelgroep, Reden::Leeftijd));
    }
    // 2. Care is its destination.
    if facts.uitstroomprofiel == Some(Uitstroomprofiel::Dagbesteding) {
        return Some((Klasse::BuitenDoelgroep, Reden::Uitstroomprofiel));
    }
    match facts.brp {
        // 3. Gone, unless another source says otherwise; or the register contradicts itself.
        Some(BrpFound::Contradiction) => Some((Klasse::Onbekend, Reden::Tegenstrijdig)),
        Some(BrpFound::Latest(status @ (BrpStatus::Overleden | BrpStatus::Geemigreerd), _)) => {
            let active = [facts.school, facts.werk, facts.uitkering].contains(&Evidential::Actief);
            Some(match status {
                _ if active => (Klasse::Onbekend, Reden::Tegenstrijdig),
                BrpStatus::Overleden => (Klasse::BuitenDoelgroep, Reden::Overleden),
                _ => (Klasse::BuitenDoelgroep, Reden::Geemigreerd),
            })
        }
        // 4. Moved: out of the doelbinding, or within it.
        Some(BrpFound::Latest(BrpStatus::Ingezetene, Some(gemeente))) => {
            if scope.gemeenten.contains(&gemeente) {
                *verhuisd_naar = Some(gemeente);
                None
            } else {
                Some((Klasse::BuitenDoelgroep, Reden::Verhuisd))
            }
        }
        // A resident's row always has a municipality: ingest refuses it otherwise.
        Some(BrpFound::Latest(BrpStatus::Ingezetene, None) | BrpFound::Nothing) | None => None,
    }
}

/// Rules 5 to 8: what the jongere does.
fn late(facts: &Facts) -> (Klasse, Reden) {
    // 5. It has its diploma after all.
    if facts.startkwalificatie {
        return (Klasse::Startkwalificatie, Reden::Diploma);
    }
    // 6. School above work, work above benefit.
    if facts.school == Evidential::Actief {
        return (Klasse::School, Reden::Ingeschreven);
    }
    if facts.werk == Evidential::Actief {
        return (Klasse::Werk, Reden::Inkomen);
    }
    if facts.uitkering == Evidential::Actief {
        return (Klasse::Uitkering, Reden::Uitkering);
    }
    // 7. Silence is not evidence.
    let not_in_brp = facts.brp == Some(BrpFound::Nothing);
    let silent = [facts.school, facts.werk, facts.uitkering].contains(&Evidential::Onbekend) || facts.brp_silent;
    if silent || not_in_brp {
        let reden = match () {
            () if facts.own => Reden::GeenBsn,
            () if facts.missing => Reden::BronOntbreekt,
            () if silent => Reden::BronGedeeltelijk,
            () => Reden::NietInBrp,
        };
        return (Klasse::Onbekend, reden);
    }
    // 8. Every source was asked and none knows it.
    (Klasse::GeenDagbesteding, Reden::NietsGevonden)
}

/// The national monthly report's priority (DOMEIN, `prioriteit`).
pub(super) fn prioriteit(facts: &Facts, cent: i64) -> Option<u8> {
    use Evidential::{Actief, NietActief, Onbekend};
    match (facts.werk, facts.uitkering) {
        (Onbekend, _) | (_, Onbekend) => None,
        (_, Actief) if cent > 0 => Some(4),
        (_, Actief) => Some(5),
        (Actief, NietActief) => Some(3),
        (NietActief, NietActief) if cent > 0 => Some(2),
        (NietActief, NietActief) => Some(1),
    }
}

/// Parties in contact, where the source can say (DOMEIN, Betrokkenheid).
pub(super) fn betrokkenheid(involved: Involved, coverage: Coverage) -> Option<u8> {
    (coverage == Coverage::Covered).then_some(match involved {
        Involved::Nobody => 0,
        Involved::One => 1,
        Involved::More => 2,
    })
}
