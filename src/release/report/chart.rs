//! A stacked bar per municipality, as shapes with their places: only what is published has a length.

use super::super::grid::{TOTAAL, published};
use super::super::words;
use crate::disclosure::ProtectedTable;
use crate::terms::{Dimensie, Klasse};

/// Where the bars begin and how long the longest may be.
const LEFT: f64 = 150.0;
const LONGEST: f64 = 520.0;
/// From one bar to the next, and how high one is.
const STEP: f64 = 26.0;
const HEIGHT: f64 = 20.0;
/// Below this width a number does not fit in its part.
const READABLE: f64 = 26.0;
/// Width of the mark for what is not published. It says nothing of how much that is.
const MARK: f64 = 16.0;
/// Height of the two lines of the legend.
const LEGEND: f64 = 48.0;

/// The shapes of a chart.
pub(super) struct Chart {
    /// To keep names of patterns apart.
    pub(super) nummer: usize,
    pub(super) hoogte: f64,
    pub(super) legenda: Vec<Key>,
    pub(super) staven: Vec<Bar>,
    /// Whether some bar has a part that is not published.
    pub(super) onvolledig: bool,
}

/// An entry of the legend.
pub(super) struct Key {
    pub(super) klasse: usize,
    pub(super) naam: String,
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A municipality.
pub(super) struct Bar {
    pub(super) naam: String,
    pub(super) y: f64,
    pub(super) tekst_y: f64,
    pub(super) hoogte: f64,
    pub(super) delen: Vec<Part>,
    /// Where the mark for what is not published stands.
    pub(super) merk: Option<Mark>,
}

/// A klasse of a municipality.
pub(super) struct Part {
    pub(super) klasse: usize,
    pub(super) naam: String,
    pub(super) x: f64,
    pub(super) breedte: f64,
    pub(super) midden: f64,
    pub(super) aantal: String,
    pub(super) leesbaar: bool,
}

/// The mark for what is not published.
pub(super) struct Mark {
    pub(super) x: f64,
    pub(super) breedte: f64,
    pub(super) midden: f64,
}

/// One decimal: no reader sees more, and a file with more is no better.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[allow(clippy::cast_precision_loss, reason = "counts of persons and of municipalities are far below 2⁵³")]
fn real(count: u64) -> f64 {
    count as f64
}

/// The chart of a table of gemeente × klasse; `None` for any other.
pub(super) fn of(nummer: usize, table: &ProtectedTable) -> Option<Chart> {
    let dimensies = table.tabel.dimensies.as_slice();
    let both = [Dimensie::Gemeente, Dimensie::Klasse].iter().all(|wanted| dimensies.contains(wanted));
    let at = dimensies.iter().position(|dimensie| *dimensie == Dimensie::Gemeente).filter(|_| both)?;
    if dimensies.len() != 2 {
        return None;
    }
    let gemeenten: Vec<&String> = table.values.get(at)?.iter().filter(|label| *label != TOTAAL).collect();
    let counts = |gemeente: &str| -> Vec<Option<u64>> {
        let of =
            |klasse: &Klasse| published(table, &[(Dimensie::Gemeente, gemeente), (Dimensie::Klasse, klasse.as_str())]);
        Klasse::ALL.iter().map(of).collect()
    };
    let all: Vec<(&str, Vec<Option<u64>>)> =
        gemeenten.iter().map(|gemeente| (gemeente.as_str(), counts(gemeente))).collect();
    let most = all.iter().map(|(_, counts)| counts.iter().flatten().sum::<u64>()).max()?.max(1);
    let mut y = LEGEND;
    let mut staven = Vec::with_capacity(all.len());
    for (gemeente, counts) in &all {
        staven.push(bar(gemeente, counts, LONGEST / real(most), y));
        y += STEP;
    }
    let key = |(klasse, value): (usize, &Klasse)| Key {
        klasse,
        naam: words::waarde(Dimensie::Klasse, value.as_str()),
        x: 10.0 + 172.0 * real((klasse % 4) as u64),
        y: 4.0 + 20.0 * real((klasse / 4) as u64),
    };
    Some(Chart {
        nummer,
        hoogte: y + 4.0,
        legenda: Klasse::ALL.iter().enumerate().map(key).collect(),
        onvolledig: all.iter().any(|(_, counts)| counts.contains(&None)),
        staven,
    })
}

fn bar(gemeente: &str, counts: &[Option<u64>], scale: f64, y: f64) -> Bar {
    let mut x = LEFT;
    let mut delen = Vec::new();
    for ((klasse, value), aantal) in Klasse::ALL.iter().enumerate().zip(counts) {
        let Some(aantal) = aantal.filter(|aantal| *aantal > 0) else { continue };
        let width = real(aantal) * scale;
        delen.push(Part {
            klasse,
            naam: words::waarde(Dimensie::Klasse, value.as_str()),
            x: tenth(x),
            breedte: tenth(width),
            midden: tenth(x + width / 2.0),
            aantal: words::aantal(aantal),
            leesbaar: width >= READABLE,
        });
        x += width;
    }
    let mark = || Mark { x: tenth(x + 2.0), breedte: MARK, midden: tenth(x + 2.0 + MARK / 2.0) };
    Bar {
        naam: words::waarde(Dimensie::Gemeente, gemeente),
        y,
        tekst_y: y + 15.0,
        hoogte: HEIGHT,
        delen,
        merk: counts.contains(&None).then(mark),
    }
}
