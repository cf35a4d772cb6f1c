//! The texts beside the data: the index of the raw files, and the warning for sets with real numbers.

use std::fmt::Write;

use jiff::civil::Date;

use super::bestand::Bestand;
use super::evidence::School;
use super::region::Regio;

pub(super) const NIET_DELEN: &str = "\
NIET DELEN

Deze set is verzonnen: de personen bestaan niet en wat er over hen staat is geloot.
De nummers zijn dat niet. De set is te groot voor de fictieve BSN's van de testomgeving
van de BRP (99990xxxx tot en met 99999xxxx), en daarom komen de BSN's uit alle geldige
nummers. Een deel ervan hoort bij echte mensen.

- Geef deze map aan niemand buiten de mensen die ermee testen.
- Zet haar nooit in een versiebeheer, een melding of een voorbeeld.
- Verwijder haar na gebruik. Dezelfde opdracht met dezelfde seed maakt haar opnieuw.

Wilt u een set die wel gedeeld mag worden, vraag dan 2000 jongeren of minder.
";

const HEADER: &str = "\
# De ruwe bronbestanden van deze verzonnen regio, en hoe ze te lezen en te leveren zijn.
#
# profiel   zo schrijft de bron: standaard, duo, excel-nl of uwv
# dekking   volledig, of gedeeltelijk: dan noemt de doelbinding alle leveranciers van die bron
# volgorde  1 eerst leveren; 2 daarna, met een latere `aangemaakt`: die levering telt dan
#
# De gemeenten zijn echt, de andere organisaties en alle OIN's zijn verzonnen.
";

/// The text of `bronnen.toml`.
pub(super) fn bronnen(regio: &Regio, peildatum: Date) -> String {
    let mut text = HEADER.to_owned();
    for bestand in Bestand::ALL {
        let party = bestand.party(regio);
        let dekking = match bestand {
            Bestand::Inkomen | Bestand::Brp => "volledig",
            _ => "gedeeltelijk",
        };
        let volgorde = match bestand {
            // Who moved here counts where they live now; and a redelivery replaces what it corrects.
            Bestand::DoelgroepEigen | Bestand::School(School::First) => 2,
            _ => 1,
        };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n[[bestand]]\nbestand = \"{}\"\nbron = \"{}\"\nprofiel = \"{}\"\noin = \"{}\"\nnaam = \"{}\"\nregio = \"{}\"\nperiode = \"{:04}-{:02}\"\ndekking = \"{dekking}\"\nvolgorde = {volgorde}\n",
            bestand.file_name(regio),
            bestand.bron(),
            bestand.dialect().profiel(),
            party.oin,
            party.naam,
            regio.code,
            peildatum.year(),
            peildatum.month(),
        );
    }
    text
}
