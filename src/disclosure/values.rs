//! The values of each dimension, and where among them a jongere is.

use crate::classify::Jongere;
use crate::terms::{Cohort, Contact, Dimensie, Gemeente, Geslacht, Klasse, Niveau};

/// The value that stands for a margin.
pub(super) const TOTAAL: &str = "totaal";
const ONBEKEND: &str = "onbekend";
const COMBINATIES: [&str; 8] = [
    "geen",
    "school",
    "werk",
    "uitkering",
    "school+werk",
    "school+uitkering",
    "werk+uitkering",
    "school+werk+uitkering",
];

/// The values of a dimension, in the contract's order.
pub(super) fn labels(dimensie: Dimensie, gemeenten: &[Gemeente]) -> Vec<String> {
    let set = |values: &mut dyn Iterator<Item = &'static str>| values.map(str::to_owned).collect::<Vec<_>>();
    let with_unknown = |values: &mut dyn Iterator<Item = &'static str>| set(&mut values.chain([ONBEKEND]));
    match dimensie {
        Dimensie::Gemeente => gemeenten.iter().map(ToString::to_string).collect(),
        Dimensie::Klasse => set(&mut Klasse::ALL.iter().map(|value| value.as_str())),
        Dimensie::Leeftijdsgroep => set(&mut ["0-15", "16-17", "18-22", "23-26", "27+"].into_iter()),
        Dimensie::Geslacht => with_unknown(&mut Geslacht::ALL.iter().map(|value| value.as_str())),
        Dimensie::Cohort => with_unknown(&mut Cohort::ALL.iter().map(|value| value.as_str())),
        Dimensie::Niveau => with_unknown(&mut Niveau::ALL.iter().map(|value| value.as_str())),
        Dimensie::Contact => with_unknown(&mut Contact::ALL.iter().map(|value| value.as_str())),
        Dimensie::Combinatie => set(&mut COMBINATIES.into_iter()),
        Dimensie::Prioriteit => with_unknown(&mut ["1", "2", "3", "4", "5"].into_iter()),
        Dimensie::Betrokkenheid => with_unknown(&mut ["geen", "een", "meer"].into_iter()),
    }
}

/// The place of a jongere among the labels of a dimension.
pub(super) fn place(jongere: &Jongere, dimensie: Dimensie, gemeenten: &[Gemeente]) -> Option<usize> {
    Some(match dimensie {
        Dimensie::Gemeente => return gemeenten.iter().position(|gemeente| *gemeente == jongere.gemeente),
        Dimensie::Klasse => jongere.klasse as usize,
        Dimensie::Leeftijdsgroep => match jongere.leeftijd {
            ..=15 => 0,
            16..=17 => 1,
            18..=22 => 2,
            23..=26 => 3,
            27.. => 4,
        },
        Dimensie::Geslacht => jongere.geslacht.map_or(Geslacht::ALL.len(), |value| value as usize),
        Dimensie::Cohort => jongere.cohort.map_or(Cohort::ALL.len(), |value| value as usize),
        Dimensie::Niveau => jongere.niveau.map_or(Niveau::ALL.len(), |value| value as usize),
        Dimensie::Contact => jongere.contact.map_or(Contact::ALL.len(), |value| value as usize),
        Dimensie::Combinatie => match jongere.combinatie {
            [false, false, false] => 0,
            [true, false, false] => 1,
            [false, true, false] => 2,
            [false, false, true] => 3,
            [true, true, false] => 4,
            [true, false, true] => 5,
            [false, true, true] => 6,
            [true, true, true] => 7,
        },
        Dimensie::Prioriteit => jongere.prioriteit.map_or(5, |value| usize::from(value) - 1),
        Dimensie::Betrokkenheid => jongere.betrokkenheid.map_or(3, usize::from),
    })
}

/// The value of a jongere in a dimension.
#[cfg(test)]
pub(super) fn label_of(jongere: &Jongere, dimensie: Dimensie, gemeenten: &[Gemeente]) -> String {
    labels(dimensie, gemeenten).swap_remove(place(jongere, dimensie, gemeenten).unwrap())
}
