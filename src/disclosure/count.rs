//! Counting persons into the cells of a table.

use super::Classified;
use crate::classify::Jongere;
use crate::doelbinding::Policy;
use crate::terms::{Bron, Cohort, Contact, Dimensie, Gemeente, Geslacht, Klasse, Niveau, Reden};
use std::collections::{BTreeMap, BTreeSet};

/// The value that stands for a margin.
const TOTAAL: &str = "totaal";
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
fn labels(dimensie: Dimensie, gemeenten: &[Gemeente]) -> Vec<String> {
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
fn place(jongere: &Jongere, dimensie: Dimensie, gemeenten: &BTreeMap<Gemeente, usize>) -> Option<usize> {
    Some(match dimensie {
        Dimensie::Gemeente => return gemeenten.get(&jongere.gemeente).copied(),
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

/// Whether the rules of classification let somebody of a klasse have this value of a dimension:
/// what anyone can know from the text alone (DOMEIN, Classification).
fn possible(klasse: Klasse, dimensie: Dimensie, value: usize, policy: &Policy) -> bool {
    // With brp a jongere can be onbekend although active: the files contradict each other.
    let contradiction = policy.bronnen.contains_key(&Bron::Brp);
    match dimensie {
        Dimensie::Leeftijdsgroep => {
            let (from, below) = match value {
                0 => (i16::MIN, 16),
                1 => (16, 18),
                2 => (18, 23),
                3 => (23, 27),
                _ => (27, i16::MAX),
            };
            let in_range = from < policy.doelgroep.leeftijd_tot && policy.doelgroep.leeftijd_van < below;
            in_range || klasse == Klasse::BuitenDoelgroep
        }
        Dimensie::Combinatie => {
            let of =
                |source: &str| COMBINATIES.get(value).is_some_and(|names| names.split('+').any(|name| name == source));
            let (school, werk, uitkering) = (of("school"), of("werk"), of("uitkering"));
            match klasse {
                Klasse::School => school,
                Klasse::Werk => werk && !school,
                Klasse::Uitkering => uitkering && !werk && !school,
                Klasse::GeenDagbesteding => !(school || werk || uitkering),
                Klasse::Onbekend => contradiction || !(school || werk || uitkering),
                Klasse::Startkwalificatie | Klasse::BuitenDoelgroep => true,
            }
        }
        Dimensie::Prioriteit => match klasse {
            Klasse::Werk => [2, 3, 5].contains(&value),
            Klasse::Uitkering => [3, 4, 5].contains(&value),
            Klasse::GeenDagbesteding => [0, 1].contains(&value),
            Klasse::Onbekend => contradiction || [0, 1, 5].contains(&value),
            Klasse::School | Klasse::Startkwalificatie | Klasse::BuitenDoelgroep => true,
        },
        _ => true,
    }
}

/// True counts as rows × columns. The columns are the last dimension; a table of one dimension is
/// one row.
pub(super) struct Counts {
    values: Vec<Vec<String>>,
    /// Whether there is a dimension of rows.
    pub(super) row_dimension: bool,
    pub(super) rows: Vec<Vec<u64>>,
    /// Cells that the text makes impossible.
    impossible: BTreeSet<(usize, usize)>,
}

impl Counts {
    /// Counts over one or two dimensions.
    pub(super) fn of(classified: &Classified, dimensies: &[Dimensie], policy: &Policy) -> Self {
        let gemeenten = &policy.doelgroep.gemeenten;
        let places: BTreeMap<Gemeente, usize> = gemeenten.iter().enumerate().map(|(at, code)| (*code, at)).collect();
        let values: Vec<Vec<String>> = dimensies.iter().map(|dimensie| labels(*dimensie, gemeenten)).collect();
        let place_in =
            |jongere: &Jongere, at: usize| dimensies.get(at).and_then(|dimensie| place(jongere, *dimensie, &places));
        let row_dimension = dimensies.len() > 1;
        let mut counts = Self::fill(classified, values, row_dimension, |jongere| {
            let column = place_in(jongere, usize::from(row_dimension));
            let row = if row_dimension { place_in(jongere, 0) } else { Some(0) };
            row.zip(column)
        });
        if let [Dimensie::Klasse, other] = dimensies {
            let width = counts.rows.first().map_or(0, Vec::len);
            let cells = Klasse::ALL
                .iter()
                .enumerate()
                .flat_map(|(at, klasse)| (0..width).map(move |value| (at, *klasse, value)));
            let gone = cells.filter(|(_, klasse, value)| !possible(*klasse, *other, *value, policy));
            counts.impossible = gone.map(|(at, _, value)| (at, value)).collect();
        }
        counts
    }

    /// Counts klasse × reden.
    pub(super) fn reasons(classified: &Classified) -> Self {
        let klassen = Klasse::ALL.iter().map(|value| value.as_str().to_owned()).collect();
        let redenen = Reden::ALL.iter().map(|value| value.as_str().to_owned()).collect();
        Self::fill(classified, vec![klassen, redenen], true, |jongere| {
            Some((jongere.klasse as usize, jongere.reden as usize))
        })
    }

    fn fill(
        classified: &Classified,
        values: Vec<Vec<String>>,
        row_dimension: bool,
        place: impl Fn(&Jongere) -> Option<(usize, usize)>,
    ) -> Self {
        let height = if row_dimension { values.first().map_or(0, Vec::len) } else { 1 };
        let width = values.last().map_or(0, Vec::len);
        let mut rows = vec![vec![0u64; width]; height];
        for (row, column) in classified.jongeren().iter().filter_map(place) {
            if let Some(cell) = rows.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell += 1;
            }
        }
        Self { values, row_dimension, rows, impossible: BTreeSet::new() }
    }

    /// Counts as given, under no labels.
    #[cfg(test)]
    pub(super) fn of_rows(rows: Vec<Vec<u64>>) -> Self {
        Self::of_rows_without(rows, Vec::new())
    }

    /// Counts as given, some of whose cells cannot be.
    #[cfg(test)]
    pub(super) fn of_rows_without(rows: Vec<Vec<u64>>, impossible: Vec<(usize, usize)>) -> Self {
        Self { values: Vec::new(), row_dimension: true, rows, impossible: impossible.into_iter().collect() }
    }

    /// Whether anybody can be in a cell at all.
    pub(super) fn possible(&self, row: usize, column: usize) -> bool {
        !self.impossible.contains(&(row, column))
    }

    /// How many cells of a column anybody can be in.
    pub(super) fn possible_in_column(&self, column: usize) -> usize {
        (0..self.rows.len()).filter(|row| self.possible(*row, column)).count()
    }

    /// Per dimension its values, `totaal` last.
    pub(super) fn values_with_total(&self) -> Vec<Vec<String>> {
        let with_total = |values: &Vec<String>| values.iter().cloned().chain([TOTAAL.to_owned()]).collect();
        self.values.iter().map(with_total).collect()
    }
}

/// The value of a jongere in a dimension.
#[cfg(test)]
pub(super) fn label_of(jongere: &Jongere, dimensie: Dimensie, gemeenten: &[Gemeente]) -> String {
    let places = gemeenten.iter().enumerate().map(|(at, code)| (*code, at)).collect();
    labels(dimensie, gemeenten).swap_remove(place(jongere, dimensie, &places).unwrap())
}
