//! The split of *positieve uitstroom*, with and without workers in the denominator. A share is
//! computed from published cells or not at all.

use super::super::grid::{TOTAAL, published};
use super::super::words;
use crate::disclosure::ProtectedTable;
use crate::terms::{Dimensie, Klasse, Methode};

/// What counts as positive: at school, startkwalificatie, at work.
const POSITIEF: [Klasse; 3] = [Klasse::School, Klasse::Startkwalificatie, Klasse::Werk];

/// The split as the page shows it.
pub(super) struct Outflow {
    /// Name of the table it was computed from.
    pub(super) tabel: String,
    /// Whether its counts are rounded.
    pub(super) afgerond: bool,
    /// For everybody together; `None` where it cannot be computed.
    pub(super) samen: Option<Split>,
    /// Per municipality, where the table has them.
    pub(super) gemeenten: Vec<(String, Option<Split>)>,
}

/// One group.
pub(super) struct Split {
    pub(super) positief: String,
    pub(super) school: String,
    pub(super) startkwalificatie: String,
    pub(super) werk: String,
    pub(super) zonder_werk: String,
    /// Shares of school, startkwalificatie and werk; empty where nobody is counted.
    pub(super) met: Vec<Share>,
    /// Shares of school and startkwalificatie of both together.
    pub(super) zonder: Vec<Share>,
}

/// A share and its place in a bar.
pub(super) struct Share {
    pub(super) klasse: usize,
    pub(super) naam: String,
    pub(super) procent: u64,
    pub(super) x: u64,
    pub(super) breedte: u64,
    pub(super) midden: u64,
}

/// From the first table with klasse that publishes all three counts, else the first with klasse.
pub(super) fn of(tables: &[ProtectedTable]) -> Option<Outflow> {
    let with: Vec<&ProtectedTable> =
        tables.iter().filter(|table| table.tabel.dimensies.contains(&Dimensie::Klasse)).collect();
    let whole = with.iter().find(|table| split(table, TOTAAL).is_some());
    let table = whole.or(with.first())?;
    let at = table.tabel.dimensies.iter().position(|dimensie| *dimensie == Dimensie::Gemeente);
    let labels = at.and_then(|at| table.values.get(at)).map_or(&[][..], Vec::as_slice);
    let gemeenten = labels.iter().filter(|label| *label != TOTAAL);
    Some(Outflow {
        tabel: table.tabel.naam.clone(),
        afgerond: table.tabel.methode == Methode::Afronding,
        samen: split(table, TOTAAL),
        gemeenten: gemeenten.map(|label| (words::waarde(Dimensie::Gemeente, label), split(table, label))).collect(),
    })
}

/// The split of one municipality, or of all together. A cell that is not published leaves nothing.
fn split(table: &ProtectedTable, gemeente: &str) -> Option<Split> {
    let of = |klasse: Klasse| published(table, &[(Dimensie::Gemeente, gemeente), (Dimensie::Klasse, klasse.as_str())]);
    let [school, startkwalificatie, werk] = POSITIEF.map(of);
    let (school, startkwalificatie, werk) = (school?, startkwalificatie?, werk?);
    let counts = [school, startkwalificatie, werk];
    let [first, second, _] = POSITIEF;
    Some(Split {
        positief: words::aantal(counts.iter().sum()),
        school: words::aantal(school),
        startkwalificatie: words::aantal(startkwalificatie),
        werk: words::aantal(werk),
        zonder_werk: words::aantal(school + startkwalificatie),
        met: shares(&POSITIEF, &counts),
        zonder: shares(&[first, second], &[school, startkwalificatie]),
    })
}

/// Shares of the whole, laid end to end over a bar of 600.
fn shares(klassen: &[Klasse], counts: &[u64]) -> Vec<Share> {
    let whole: u64 = counts.iter().sum();
    let mut found = Vec::new();
    let mut before = 0;
    for (klasse, aantal) in klassen.iter().zip(counts) {
        let Some(procent) = words::procent(*aantal, whole) else { return Vec::new() };
        // Ends are computed from the counts before them, so that rounding never leaves a gap.
        let end = |count: u64| (u128::from(count) * 600).checked_div(u128::from(whole)).map_or(0, |at| at as u64);
        let (x, to) = (end(before), end(before + aantal));
        found.push(Share {
            klasse: Klasse::ALL.iter().position(|value| value == klasse).unwrap_or(0),
            naam: words::waarde(Dimensie::Klasse, klasse.as_str()),
            procent,
            x,
            breedte: to - x,
            midden: x + (to - x) / 2,
        });
        before += aantal;
    }
    found
}
