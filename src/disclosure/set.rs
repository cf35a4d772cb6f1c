//! The tables of a text, with those of earlier releases, as one problem; and the answer as tables.

use super::build::{People, TooLarge, Wish, problem};
use super::frame::{Frame, Needed, What};
use super::grid::{Grid, Place};
use super::problem::{Insight, Pattern, Problem, Secret, Showing, Viewer};
use super::values::{TOTAAL, labels};
use super::{Classified, Context, Earlier, ProtectedTable};
use crate::classify::Way;
use crate::doelbinding::{Policy, Tabel};
use crate::terms::{Dimensie, Gemeente, Methode};
use std::collections::{BTreeMap, BTreeSet};

/// Threshold of the verantwoording's counts where the text has no table (CONTRACT, "Releases").
const DREMPEL_ZONDER_TABEL: u32 = 10;

/// The threshold of the reasons per klasse beside some tables; 0 where they are rounded too.
pub(super) fn drempel_redenen(tabellen: &[Tabel]) -> u32 {
    if tabellen.iter().any(|tabel| tabel.methode == Methode::Afronding) {
        return 0;
    }
    tabellen.iter().filter_map(|tabel| tabel.drempel).max().unwrap_or(DREMPEL_ZONDER_TABEL)
}

/// Dimensions of the reasons.
const REDENEN: [What; 2] = [What::Dimensie(Dimensie::Klasse), What::Reden];

/// Why no problem can be made.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SetFault {
    /// Some cross-classification is too large; the dimension whose absence would help most.
    TooLarge(Option<Dimensie>),
    /// An earlier release does not count today's persons as it says: its number.
    Differs(u64),
}

/// Tables as the text or the register has them, on one way's municipalities.
struct Asked<'a> {
    way: usize,
    gemeenten: &'a [Gemeente],
    naam: &'a str,
    dimensies: Vec<What>,
    drempel: u32,
    /// Whether the group condition holds for it.
    groups: bool,
    /// What was published of it, in its own order; `None` when that is still to be decided.
    published: Option<&'a [Option<u64>]>,
    /// Whether that is rounded.
    rounded: bool,
}

impl<'a> Asked<'a> {
    fn tabel(way: usize, gemeenten: &'a [Gemeente], tabel: &'a Tabel, published: Option<&'a [Option<u64>]>) -> Self {
        let dimensies = tabel.dimensies.iter().copied().map(What::Dimensie).collect();
        let drempel = tabel.drempel.unwrap_or(0);
        let rounded = tabel.methode == Methode::Afronding;
        Self { way, gemeenten, naam: &tabel.naam, dimensies, drempel, groups: true, published, rounded }
    }

    /// A reason says its klasse by definition: of the reasons only all persons together are a group,
    /// and a table of klassen alone stands for that.
    fn redenen(way: usize, gemeenten: &'a [Gemeente], drempel: u32, published: Option<&'a [Option<u64>]>) -> [Self; 2] {
        let one = |dimensies: &[What], groups, published| Self {
            way,
            gemeenten,
            naam: "redenen",
            dimensies: dimensies.to_vec(),
            drempel,
            groups,
            published,
            rounded: drempel == 0,
        };
        [one(&REDENEN, false, published), one(&REDENEN[..1], true, None)]
    }

    fn reasons(&self) -> bool {
        self.dimensies.contains(&What::Reden)
    }

    fn wish(&self, frame: &Frame) -> Wish {
        let axes: Vec<usize> = self.dimensies.iter().filter_map(|what| frame.axis(self.way, *what)).collect();
        let klasse = self.dimensies.iter().position(|what| *what == What::Dimensie(Dimensie::Klasse));
        Wish {
            name: self.naam.to_owned(),
            axes,
            at: frame.axis(self.way, What::Counted).map(|axis| (axis, 0)).into_iter().collect(),
            drempel: u64::from(self.drempel),
            klasse: klasse.filter(|_| self.groups),
            showing: if self.published.is_some() { Showing::Hidden } else { Showing::Open },
        }
    }

    /// Which of the frame's cells each own cell is: the frame knows all municipalities, in its order.
    fn cells(&self, frame: &Frame) -> Vec<usize> {
        let mut all = vec![0usize];
        for what in &self.dimensies {
            let size = frame.size(*what);
            let values: Vec<usize> = match what {
                What::Dimensie(Dimensie::Gemeente) => self
                    .gemeenten
                    .iter()
                    .filter_map(|own| frame.gemeenten.iter().position(|known| known == own))
                    .collect(),
                _ => (0..size).collect(),
            };
            let values: Vec<usize> = values.into_iter().chain([size]).collect();
            all = all.iter().flat_map(|start| values.iter().map(move |value| start * (size + 1) + value)).collect();
        }
        all
    }
}

/// The tables of this text and of earlier releases, counted.
pub(super) struct TableSet {
    pub(super) problem: Problem,
    /// Per table of this text, the reasons last: its cells, in their own order, among the problem's.
    own: Vec<Vec<usize>>,
    /// Per table of the problem, per cell: the rounded number that an earlier release published.
    pub(super) rounded: Vec<Vec<Option<u64>>>,
    /// Tables of earlier releases, with the register's entry.
    released: Vec<(usize, u64)>,
    widest: Option<Dimensie>,
}

impl TableSet {
    /// The dimension whose absence would make the set easiest to protect.
    pub(super) fn widest(&self) -> Option<Dimensie> {
        self.widest
    }

    /// Lays everything out and counts it. `ways[0]` is how this text looks.
    pub(super) fn new(
        classified: &Classified,
        tabellen: &[Tabel],
        policy: &Policy,
        context: &Context<'_>,
    ) -> Result<Self, SetFault> {
        let Context { ways, earlier, numbers, .. } = *context;
        let gemeenten = &policy.doelgroep.gemeenten;
        let mut asked: Vec<Asked<'_>> = tabellen.iter().map(|tabel| Asked::tabel(0, gemeenten, tabel, None)).collect();
        let own = asked.len() + 1;
        asked.extend(Asked::redenen(0, gemeenten, drempel_redenen(tabellen), None));
        let mut released: Vec<(usize, u64)> = Vec::new();
        for release in earlier {
            let first = asked.len();
            let tables = release.tabellen.iter();
            asked
                .extend(tables.map(|(tabel, cells)| Asked::tabel(release.way, &release.gemeenten, tabel, Some(cells))));
            let [redenen, _] =
                Asked::redenen(release.way, &release.gemeenten, release.drempel_redenen, Some(&release.redenen));
            asked.push(redenen);
            released.extend((first..asked.len()).map(|table| (table, release.nr)));
        }
        let needed: Needed =
            asked.iter().flat_map(|table| table.dimensies.iter().map(|what| (table.way, *what))).collect();
        let frame = Frame::new(ways, numbers, &needed);
        let mut wishes: Vec<Wish> = asked.iter().map(|table| table.wish(&frame)).collect();
        let crosses = crosses(&frame, &asked, own + 1, ways);
        let first_cross = wishes.len();
        wishes.extend(crosses.iter().map(|cross| cross.wish.clone()));
        let mut people = People::new();
        for (seen, persons) in classified.each() {
            *people.entry(frame.place(seen)).or_default() += persons;
        }
        let too_large = |fault: TooLarge| SetFault::TooLarge(frame.widest(&fault.axes));
        let mut problem = problem(frame.axes(), frame.relations(), &wishes, &people).map_err(too_large)?;
        let mut rounded: Vec<Vec<Option<u64>>> =
            problem.tables.iter().map(|table| vec![None; table.counts.len()]).collect();
        for (table, nr) in &released {
            let Some(asked) = asked.get(*table) else { continue };
            let (cells, published) = (asked.cells(&frame), asked.published.unwrap_or(&[]));
            match rounded.get_mut(*table) {
                Some(rounded) if asked.rounded => {
                    for (cell, published) in cells.iter().zip(published) {
                        if let Some(known) = rounded.get_mut(*cell) {
                            *known = *published;
                        }
                    }
                    problem.tables.get_mut(*table).into_iter().for_each(|table| table.showing.fill(Showing::Known));
                }
                _ => publish(&mut problem, *table, &cells, published).ok_or(SetFault::Differs(*nr))?,
            }
        }
        for (at, cross) in crosses.iter().enumerate() {
            let secrets = cross.secrets(&problem, first_cross + at);
            problem.secrets.extend(secrets);
        }
        problem.viewers = viewers(&frame, policy, earlier);
        let own = asked.iter().take(own).map(|table| table.cells(&frame)).collect();
        let largest = problem.tables.iter().max_by_key(|table| table.counts.len());
        let widest = largest.filter(|table| table.axes.len() > 1).and_then(|table| frame.widest(&table.axes));
        let mut set = Self { problem, own, rounded, released, widest };
        let withheld = set.withheld();
        set.hide(&withheld);
        Ok(set)
    }

    /// What earlier releases withheld and none published.
    fn withheld(&self) -> BTreeSet<Place> {
        let (mut known, mut withheld) = (BTreeSet::new(), BTreeSet::new());
        for table in self.released.iter().filter_map(|(table, _)| self.problem.tables.get(*table)) {
            let grid = Grid::of(&self.problem, table);
            for (cell, showing) in table.showing.iter().enumerate() {
                let place = grid.place(table, cell);
                if *showing == Showing::Known {
                    known.insert(place)
                } else {
                    withheld.insert(place)
                };
            }
        }
        withheld.retain(|place| !known.contains(place));
        withheld
    }

    /// What was withheld in a release of this month stays so: the patterns of a month then never
    /// contradict each other, and what they say together is what one of them says.
    fn hide(&mut self, withheld: &BTreeSet<Place>) {
        for at in 0..=self.own.len() {
            let Some(table) = self.problem.tables.get(at) else { continue };
            let grid = Grid::of(&self.problem, table);
            let hidden: Vec<bool> = (0..grid.len()).map(|cell| withheld.contains(&grid.place(table, cell))).collect();
            let Some(table) = self.problem.tables.get_mut(at) else { continue };
            for (showing, _) in table.showing.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden) {
                *showing = Showing::Hidden;
            }
        }
    }

    /// Withholds what the release that this one corrects withheld. `cells` per own table.
    pub(super) fn hide_as_before(&mut self, before: &[Vec<Option<u64>>]) {
        let mut places = BTreeSet::new();
        for ((table, own), before) in self.problem.tables.iter().zip(&self.own).zip(before) {
            let grid = Grid::of(&self.problem, table);
            let withheld = own.iter().zip(before).filter(|(_, before)| before.is_none());
            places.extend(withheld.map(|(cell, _)| grid.place(table, *cell)));
        }
        self.hide(&places);
    }

    /// The problem as if the earlier releases that this picks had not been published.
    pub(super) fn without(&self, gone: impl Fn(u64) -> bool) -> Problem {
        let mut problem = self.problem.clone();
        for (table, _) in self.released.iter().filter(|(_, nr)| gone(*nr)) {
            problem.tables.get_mut(*table).into_iter().for_each(|table| table.showing.fill(Showing::Hidden));
        }
        problem
    }

    /// The pattern in which this text publishes nothing.
    pub(super) fn nothing(&self) -> Pattern {
        self.problem.tables.iter().map(|table| vec![false; table.counts.len()]).collect()
    }

    /// The cells of each own table as given per table of the problem, the reasons last.
    pub(super) fn own(&self, cells: &[Vec<u64>]) -> Vec<Vec<Option<u64>>> {
        let table = |(own, cells): (&Vec<usize>, &Vec<u64>)| own.iter().map(|cell| cells.get(*cell).copied()).collect();
        self.own.iter().zip(cells).map(table).collect()
    }

    /// The cells of each own table as a pattern leaves them, the reasons last.
    pub(super) fn shown(&self, pattern: &Pattern) -> Vec<Vec<Option<u64>>> {
        let table = |((table, own), shown): ((&super::problem::CountTable, &Vec<usize>), &Vec<bool>)| {
            let cell = |cell: &usize| {
                let count = table.counts.get(*cell).copied();
                count.filter(|_| shown.get(*cell).is_some_and(|shown| *shown))
            };
            own.iter().map(cell).collect()
        };
        self.problem.tables.iter().zip(&self.own).zip(pattern).map(table).collect()
    }
}

/// Marks what of an earlier table was published; `None` when it does not count what it says.
fn publish(problem: &mut Problem, table: usize, own: &[usize], published: &[Option<u64>]) -> Option<()> {
    let table = problem.tables.get_mut(table)?;
    if own.len() != published.len() {
        return None;
    }
    for (cell, published) in own.iter().zip(published) {
        if let Some(count) = published {
            (table.counts.get(*cell) == Some(count)).then_some(())?;
            *table.showing.get_mut(*cell)? = Showing::Known;
        }
    }
    Some(())
}

/// A table of this text against one of an earlier release that looks another way.
struct Cross {
    wish: Wish,
    /// Positions among its axes of two that tell the same thing in the two ways.
    pairs: Vec<(usize, usize)>,
}

/// Where two ways differ, what one release says of somebody against what the other says is a table
/// that nobody publishes and everybody can take differences in.
fn crosses(frame: &Frame, asked: &[Asked<'_>], own: usize, ways: &[Way]) -> Vec<Cross> {
    let mut found: Vec<Cross> = Vec::new();
    let (ours, others) = asked.split_at(own.min(asked.len()));
    for other in others.iter().filter(|table| ways.get(table.way) != ways.first()) {
        // Reasons against reasons and tables against tables: what a table says of klassen ties them.
        for our in ours.iter().filter(|our| our.reasons() == other.reasons()) {
            let mut axes: Vec<usize> = Vec::new();
            let counted = [0, other.way].map(|way| frame.axis(way, What::Counted));
            let own = our.dimensies.iter().filter_map(|what| frame.axis(0, *what));
            let others = other.dimensies.iter().filter_map(|what| frame.axis(other.way, *what));
            for axis in own.chain(others).chain(counted.into_iter().flatten()) {
                if !axes.contains(&axis) {
                    axes.push(axis);
                }
            }
            let at = |way, what| frame.axis(way, what).and_then(|axis| axes.iter().position(|own| *own == axis));
            let both = our.dimensies.iter().filter_map(|what| at(0, *what).zip(at(other.way, *what)));
            let pairs: Vec<(usize, usize)> = both.filter(|(one, other)| one != other).collect();
            let differs = !pairs.is_empty() || counted.iter().any(Option::is_some);
            if differs && !found.iter().any(|cross| cross.wish.axes == axes) {
                let wish = Wish {
                    name: format!("{} × {}", our.naam, other.naam),
                    axes,
                    at: Vec::new(),
                    drempel: u64::from(our.drempel.max(other.drempel)),
                    klasse: None,
                    showing: Showing::Hidden,
                };
                found.push(Cross { wish, pairs });
            }
        }
    }
    found
}

impl Cross {
    /// Whoever has one value in the first way and another in the second, and the reverse: what a
    /// difference of two published cells counts.
    fn secrets(&self, problem: &Problem, number: usize) -> Vec<Secret> {
        let Some(table) = problem.tables.get(number) else { return Vec::new() };
        let grid = Grid::of(problem, table);
        let mut all = Vec::new();
        for (one, other) in self.pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]) {
            let Some(values) = grid.sizes.get(other).copied() else { continue };
            // Every cell that is a total in the other axis stands for a value of the first.
            for cell in 0..grid.len() {
                let position = grid.position(cell);
                let own = position.get(one).copied().filter(|own| grid.sizes.get(one).is_some_and(|size| own < size));
                let (Some(own), Some(true)) = (own, position.get(other).map(|value| *value == values)) else {
                    continue;
                };
                let along: Vec<usize> = grid.along(&position, other).collect();
                let cells =
                    along.into_iter().enumerate().filter(|(value, _)| *value != own).map(|(_, cell)| cell).collect();
                all.push(Secret { table: number, cells, drempel: table.drempel });
            }
        }
        all
    }
}

/// What the recipients of lists know beside everybody else: of the lists that this text asks, whether or
/// not they leave today, and of those that left earlier in the month.
fn viewers(frame: &Frame, policy: &Policy, earlier: &[Earlier]) -> Vec<Viewer> {
    let asked = policy.lijsten.iter().flat_map(|lijst| lijst.ontvangers.iter().map(move |to| (0, *to, &lijst.klassen)));
    let left = earlier
        .iter()
        .flat_map(|release| release.lijsten.iter().map(|(gemeente, klassen)| (release.way, *gemeente, klassen)));
    let mut told: BTreeMap<(Gemeente, usize), BTreeSet<usize>> = BTreeMap::new();
    for (way, gemeente, klassen) in asked.chain(left) {
        told.entry((gemeente, way)).or_default().extend(klassen.iter().map(|klasse| *klasse as usize));
    }
    let mut viewers: Vec<Viewer> = Vec::new();
    for ((gemeente, way), klassen) in told {
        let axes = [Dimensie::Gemeente, Dimensie::Klasse].map(|dimensie| frame.axis(way, What::Dimensie(dimensie)));
        let value = frame.gemeenten.iter().position(|known| *known == gemeente);
        // Where no table has both, its counts are no cells.
        let ([Some(gemeente_axis), Some(klasse_axis)], Some(value)) = (axes, value) else { continue };
        let insight = Insight { gemeente: (gemeente_axis, value), klassen: (klasse_axis, klassen) };
        let name = gemeente.to_string();
        match viewers.last_mut().filter(|viewer| viewer.name == name) {
            Some(viewer) => viewer.knows.push(insight),
            None => viewers.push(Viewer { name, knows: vec![insight] }),
        }
    }
    viewers
}

/// A table as it leaves.
pub(super) fn table(
    tabel: Tabel,
    gemeenten: &[Gemeente],
    cells: Vec<Option<u64>>,
    bound: Option<u64>,
) -> ProtectedTable {
    let with_total = |dimensie: &Dimensie| {
        let values = labels(*dimensie, gemeenten).into_iter();
        values.chain([TOTAAL.to_owned()]).collect()
    };
    let values = tabel.dimensies.iter().map(with_total).collect();
    ProtectedTable { values, tabel, cells, grootste_afwijking: bound }
}
