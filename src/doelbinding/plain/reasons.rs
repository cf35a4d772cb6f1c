//! Why a jongere has its klasse, in words: the rules and their reasons (DOMEIN, Classification).

use crate::terms::Reden;

/// The number of the rule that gives a reason.
#[must_use]
pub const fn regel(reden: Reden) -> u8 {
    match reden {
        Reden::Leeftijd => 1,
        Reden::Uitstroomprofiel => 2,
        Reden::Overleden | Reden::Geemigreerd | Reden::Tegenstrijdig => 3,
        Reden::Verhuisd => 4,
        Reden::Diploma => 5,
        Reden::Ingeschreven | Reden::Inkomen | Reden::Uitkering => 6,
        Reden::GeenBsn | Reden::BronOntbreekt | Reden::BronGedeeltelijk | Reden::NietInBrp => 7,
        Reden::NietsGevonden => 8,
    }
}

/// What the rule that gives a reason says, in a sentence.
#[must_use]
pub const fn regel_woorden(reden: Reden) -> &'static str {
    match regel(reden) {
        1 => "Wie buiten de leeftijden van de doelbinding valt, hoeft niet in beeld te komen.",
        2 => "Wie dagbesteding als uitstroomprofiel heeft, hoeft niemand op te zoeken: zorg is de bestemming.",
        3 => {
            "Wie volgens de brp is overleden of geëmigreerd, hoeft niet in beeld te komen. Spreekt een andere bron of de brp zelf dat tegen, dan is het onbekend."
        }
        4 => "Wie volgens de brp woont in een gemeente die niet in de doelbinding staat, hoeft niet in beeld te komen.",
        5 => "Wie op de peildatum een startkwalificatie heeft, hoort daarbij, wat de andere bronnen ook zeggen.",
        6 => "School gaat voor werk, en werk gaat voor uitkering.",
        7 => "Een bron die het niet kan zeggen, is geen bewijs. Dan is het onbekend.",
        _ => "Als alle bronnen het konden zeggen en geen ervan iets vindt, is er geen dagbesteding.",
    }
}

/// A reason in a few words.
#[must_use]
pub const fn reden(reden: Reden) -> &'static str {
    match reden {
        Reden::Leeftijd => "de leeftijd valt buiten de doelbinding",
        Reden::Uitstroomprofiel => "het uitstroomprofiel is dagbesteding",
        Reden::Overleden => "overleden volgens de brp",
        Reden::Geemigreerd => "geëmigreerd volgens de brp",
        Reden::Tegenstrijdig => "de bestanden spreken elkaar tegen",
        Reden::Verhuisd => "woont volgens de brp in een gemeente die niet in de doelbinding staat",
        Reden::Diploma => "een diploma op of voor de peildatum",
        Reden::Ingeschreven => "een inschrijving op de peildatum",
        Reden::Inkomen => "inkomen boven de grens",
        Reden::Uitkering => "een uitkering op de peildatum",
        Reden::GeenBsn => "alleen een onderwijsnummer bekend",
        Reden::BronOntbreekt => "een bron is niet geleverd, of staat niet in de doelbinding",
        Reden::BronGedeeltelijk => "een bron is maar gedeeltelijk geleverd",
        Reden::NietInBrp => "op de peildatum niet in de brp gevonden",
        Reden::NietsGevonden => "in geen enkele bron gevonden, en alle bronnen konden het zeggen",
    }
}

/// What would have to be otherwise for another outcome, in a sentence.
#[must_use]
pub const fn anders(reden: Reden) -> &'static str {
    match reden {
        Reden::Leeftijd => "Een andere geboortemaand in de levering van de doelgroep, of een andere peildatum.",
        Reden::Uitstroomprofiel => "Een ander uitstroomprofiel in de levering van de doelgroep, of geen.",
        Reden::Overleden | Reden::Geemigreerd => {
            "Een latere regel in de brp. Of een inschrijving, een inkomen boven de grens of een uitkering: dan spreken de bestanden elkaar tegen."
        }
        Reden::Tegenstrijdig => {
            "Als de bronnen hun gegevens nakijken en het eens worden. Tot dan zegt de koppeling niets."
        }
        Reden::Verhuisd => "Een latere regel in de brp met een gemeente die wel in de doelbinding staat.",
        Reden::Diploma => "Als het onderwijs het diploma intrekt: dan staat het niet meer in de nieuwste levering.",
        Reden::Ingeschreven => {
            "Als de inschrijving was geëindigd voor de peildatum, of als er een startkwalificatie was."
        }
        Reden::Inkomen => {
            "Een inschrijving bij een school, een startkwalificatie, of in die maand geen inkomen boven de grens."
        }
        Reden::Uitkering => {
            "Een inschrijving bij een school, een startkwalificatie, een inkomen boven de grens, of een uitkering die was geëindigd voor de peildatum."
        }
        Reden::GeenBsn => {
            "Een BSN in plaats van een onderwijsnummer: alleen daarmee zijn inkomen en uitkering op te zoeken. Of een inschrijving bij een school."
        }
        Reden::BronOntbreekt | Reden::BronGedeeltelijk => {
            "Een volledige levering van de bronnen die het niet konden zeggen. Of iets dat in een van de bronnen wordt gevonden."
        }
        Reden::NietInBrp => "Een regel in de brp op of voor de peildatum.",
        Reden::NietsGevonden => {
            "Een inschrijving bij een school, een startkwalificatie, een inkomen boven de grens of een uitkering."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_gives_a_reason_and_no_two_reasons_read_alike() {
        let rules: std::collections::BTreeSet<u8> = Reden::ALL.iter().map(|reden| regel(*reden)).collect();
        assert_eq!(rules.into_iter().collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
        let words: std::collections::BTreeSet<&str> = Reden::ALL.iter().map(|one| reden(*one)).collect();
        assert_eq!(words.len(), Reden::ALL.len());
    }
}
