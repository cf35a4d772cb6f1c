//! Stacked bars as plain shapes with their places: only what is published has a length.

use super::grid::{Cells, TOTAAL, value};
use super::words;
use inbeeld::terms::Dimensie;

/// Where the bars begin and how long the longest may be.
const LEFT: f64 = 150.0;
const LONGEST: f64 = 510.0;
/// From one bar to the next.
const STEP: f64 = 26.0;
/// Below this width a number does not fit in its part.
const READABLE: f64 = 28.0;
/// Height of the two lines of the legend.
const LEGEND: f64 = 48.0;
/// Kinds that the style has a colour for.
const COLOURS: usize = 7;

/// The shapes of a chart.
pub(super) struct Chart {
    pub(super) titel: String,
    pub(super) hoogte: f64,
    pub(super) legenda: Vec<Key>,
    pub(super) staven: Vec<Bar>,
    pub(super) onvolledig: bool,
}

/// An entry of the legend.
pub(super) struct Key {
    pub(super) kleur: usize,
    pub(super) naam: String,
    pub(super) x: f64,
    pub(super) y: f64,
}

/// One bar.
pub(super) struct Bar {
    pub(super) naam: String,
    pub(super) y: f64,
    pub(super) tekst_y: f64,
    pub(super) delen: Vec<Part>,
    pub(super) onvolledig: bool,
    pub(super) einde: f64,
}

/// A published count.
pub(super) struct Part {
    pub(super) kleur: usize,
    pub(super) naam: String,
    pub(super) aantal: String,
    pub(super) x: f64,
    pub(super) breedte: f64,
    pub(super) midden: f64,
    pub(super) leesbaar: bool,
}

/// Bars of a table of municipalities by one other thing; `None` for another table.
pub(super) fn per_gemeente(table: &Cells) -> Option<Chart> {
    let ([Dimensie::Gemeente, by], [rows, columns]) = (table.dimensies.as_slice(), table.values.as_slice()) else {
        return None;
    };
    let names: Vec<String> = rows.iter().map(|label| value(Dimensie::Gemeente, label)).collect();
    let kinds: Vec<String> = columns.iter().map(|label| value(*by, label)).collect();
    let bars = rows.iter().zip(names).zip(table.cells.chunks(columns.len().max(1)));
    let bars = bars.filter(|((label, _), _)| *label != TOTAAL).map(|((_, name), cells)| (name, cells.to_vec()));
    of(&table.titel(), &kinds, bars.collect())
}

/// Bars with their names, each of counts per kind; the margin among the kinds is left out.
pub(super) fn of(titel: &str, kinds: &[String], bars: Vec<(String, Vec<Option<u64>>)>) -> Option<Chart> {
    let shown: Vec<(usize, &String)> = kinds.iter().enumerate().filter(|(_, kind)| *kind != TOTAAL).collect();
    if shown.len() > COLOURS || shown.is_empty() {
        return None;
    }
    let count = |cells: &[Option<u64>], at: usize| cells.get(at).copied().flatten();
    let sum = |cells: &[Option<u64>]| shown.iter().filter_map(|(at, _)| count(cells, *at)).sum::<u64>();
    let most = bars.iter().map(|(_, cells)| sum(cells)).max().filter(|most| *most > 0)?;
    let legenda = shown.iter().enumerate().map(|(place, (at, kind))| Key {
        kleur: *at,
        naam: (*kind).clone(),
        x: 4.0 + 172.0 * (place % 4) as f64,
        y: if place < 4 { 4.0 } else { 26.0 },
    });
    let mut staven = Vec::new();
    for (line, (naam, cells)) in bars.into_iter().enumerate() {
        let y = LEGEND + STEP * line as f64;
        let (mut x, mut delen, mut onvolledig) = (LEFT, Vec::new(), false);
        for (at, kind) in &shown {
            let Some(number) = count(&cells, *at) else {
                onvolledig = true;
                continue;
            };
            let breedte = rounded(LONGEST * number as f64 / most as f64);
            if number > 0 {
                delen.push(Part {
                    kleur: *at,
                    naam: (*kind).clone(),
                    aantal: words::aantal(number),
                    x: rounded(x),
                    breedte,
                    midden: rounded(x + breedte / 2.0),
                    leesbaar: breedte >= READABLE,
                });
            }
            x += breedte;
        }
        staven.push(Bar { naam, y, tekst_y: y + 15.0, delen, onvolledig, einde: rounded(x) });
    }
    let onvolledig = staven.iter().any(|bar| bar.onvolledig);
    let hoogte = LEGEND + STEP * staven.len() as f64 + 4.0;
    Some(Chart { titel: titel.to_owned(), hoogte, legenda: legenda.collect(), staven, onvolledig })
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
