//! What a release says of its figures, in words. The words of the text itself are the doelbinding's.

use super::grid::TOTAAL;
use super::{Purpose, SourceUsed};
use crate::disclosure::ProtectedTable;
use crate::doelbinding::plain::words;
use crate::ingest::Coverage;
use crate::terms::{Bron, Dimensie, Identificatie, Methode};

pub(super) use crate::doelbinding::plain::words::{aantal, bron, datum, euro, grondslag, maand, naar};

/// A share in whole percents, rounded to the nearest; `None` of nothing.
pub(super) fn procent(part: u64, whole: u64) -> Option<u64> {
    let rounded = (u128::from(part) * 200 + u128::from(whole)).checked_div(u128::from(whole) * 2)?;
    u64::try_from(rounded).ok()
}

/// A value of a dimension, or its total.
pub(super) fn waarde(dimensie: Dimensie, value: &str) -> String {
    if value == TOTAAL { TOTAAL.to_owned() } else { words::waarde(dimensie, value) }
}

/// How a table is protected, in a sentence.
pub(super) fn methode(table: &ProtectedTable) -> String {
    let how = words::methode(table.tabel.methode, table.tabel.drempel);
    match (table.tabel.methode, table.grootste_afwijking) {
        (Methode::Afronding, Some(most)) => {
            format!("{how} De rijen en kolommen tellen op. Geen aantal ligt verder dan {most} van het echte.")
        }
        _ => how,
    }
}

/// The population.
pub(super) fn doelgroep(doel: &Purpose) -> String {
    words::doelgroep(doel.cohort, doel.leeftijd_van, doel.leeftijd_tot)
}

/// What a source covered.
pub(super) fn geleverd(dekking: Coverage) -> &'static str {
    match dekking {
        Coverage::Covered => "volledig geleverd",
        Coverage::Partial => "niet volledig geleverd",
        Coverage::Missing => "niet geleverd",
    }
}

/// What a source covered and what follows from that (DOMEIN, "Evidence has three values").
pub(super) fn dekking(source: &SourceUsed) -> String {
    let delivered = geleverd(source.dekking);
    let follows = match (source.bron, source.dekking, source.identificatie) {
        // The register of residents is asked of these jongeren only where it was delivered for them.
        (Bron::Brp, Coverage::Missing, Identificatie::Own) => {
            "of deze jongeren verhuisd of overleden zijn, is niet bekend. Zij tellen gewoon mee."
        }
        (Bron::Brp, Coverage::Covered, _) => "wie er niet in staat en ook nergens anders, telt als onbekend.",
        (Bron::Betrokkenheid, Coverage::Covered, _) => "wie er niet in staat, heeft geen betrokken partij.",
        (Bron::Betrokkenheid, _, _) => "de betrokkenheid is daardoor onbekend.",
        (_, Coverage::Covered, _) => "wie er niet in staat, is er niet.",
        (_, Coverage::Partial | Coverage::Missing, _) => "wie in geen andere bron staat, telt als onbekend.",
    };
    let of = match source.identificatie {
        Identificatie::Bsn => "de jongeren met een BSN",
        Identificatie::Own => "de jongeren met alleen een onderwijsnummer",
    };
    let share = source.gekoppeld_procent.map_or(String::new(), |share| format!(" Kent ongeveer {share}% van {of}."));
    format!("{delivered}: {follows}{share}")
}

/// The kind of number of a source.
pub(super) fn nummer(identificatie: Identificatie) -> &'static str {
    match identificatie {
        Identificatie::Bsn => "BSN",
        Identificatie::Own => "onderwijsnummer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_of_something() {
        assert_eq!([procent(1, 3), procent(1, 200), procent(0, 0)], [Some(33), Some(1), None]);
        assert_eq!(procent(u64::MAX, u64::MAX), Some(100));
    }

    #[test]
    fn a_total_is_a_total_in_every_dimension() {
        assert!(Dimensie::ALL.iter().all(|dimensie| waarde(*dimensie, TOTAAL) == TOTAAL));
        assert_eq!(waarde(Dimensie::Gemeente, "0193"), "Zwolle");
    }
}
