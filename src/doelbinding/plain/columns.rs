//! What each column of a source says of a jongere, in words for a reader.

use crate::terms::Bron;

/// A column by its name in files, and what a reader should know of it.
type Kolom = (&'static str, &'static str);

const DOELGROEP: &[Kolom] = &[
    ("gemeente", "in welke gemeente de jongere woont"),
    ("geboortemaand", "in welke maand de jongere is geboren"),
    ("geslacht", "of de jongere man of vrouw is, of geen van beide"),
    ("uitschrijfdatum", "op welke dag de jongere van school ging"),
    ("niveau", "het niveau van de opleiding"),
    ("uitstroomprofiel", "waarop het praktijkonderwijs of speciaal onderwijs de jongere voorbereidde"),
    ("contact", "hoe ver het contact met de jongere is"),
    ("niet_benaderen", "of de jongere niet benaderd mag worden"),
    ("verwijzing", "het dossiernummer, verzegeld: alleen de eigen gemeente kan het openen"),
];
const ONDERWIJS: &[Kolom] = &[
    ("brin", "welke school het is"),
    ("soort", "welke soort onderwijs het is"),
    ("niveau", "welk niveau het is"),
    ("inschrijving_van", "vanaf welke dag de jongere is ingeschreven"),
    ("inschrijving_tot", "tot en met welke dag de jongere is ingeschreven"),
    ("startkwalificatie", "op welke dag de jongere een startkwalificatie haalde"),
];
const INKOMEN: &[Kolom] = &[
    ("maand", "over welke maand het inkomen gaat"),
    ("bedrag_cent", "hoeveel het is"),
    ("soort", "of het loon, ziektewet, winst uit een eigen bedrijf of pensioen is"),
];
const UITKERING: &[Kolom] = &[
    ("soort", "welke soort uitkering het is"),
    ("van", "vanaf welke dag de jongere de uitkering heeft"),
    ("tot", "tot en met welke dag de jongere de uitkering heeft"),
];
const BRP: &[Kolom] = &[
    ("status", "of de jongere hier woont, is overleden of naar het buitenland is vertrokken"),
    ("sinds", "sinds welke dag dat zo is"),
    ("gemeente", "in welke gemeente de jongere dan woont"),
];
const BETROKKENHEID: &[Kolom] = &[("sinds", "sinds welke dag een organisatie contact met de jongere heeft")];

/// Every column of a source but the pseudonym, in the order of the contract, each in words.
#[must_use]
pub const fn kolommen(bron: Bron) -> &'static [Kolom] {
    match bron {
        Bron::Doelgroep => DOELGROEP,
        Bron::Onderwijs => ONDERWIJS,
        Bron::Inkomen => INKOMEN,
        Bron::Uitkering => UITKERING,
        Bron::Brp => BRP,
        Bron::Betrokkenheid => BETROKKENHEID,
    }
}

/// One column in words; `None` for a column that the source does not have.
#[must_use]
pub fn kolom(bron: Bron, name: &str) -> Option<&'static str> {
    kolommen(bron).iter().find(|(known, _)| *known == name).map(|(_, words)| *words)
}
