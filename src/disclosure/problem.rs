//! What is to be protected, as data: tables of true counts over shared axes, and what anyone may
//! know of them. The protector and the auditor both start from here and share nothing else; each
//! derives its own equations.

use std::collections::BTreeSet;

/// A dimension of the cross-classification, with as many values as it has labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Its name; two tables share an axis when they name the same one.
    pub name: String,
    /// Number of values, the total not counted.
    pub size: usize,
}

/// Which combinations of values a person can have at all, over some axes: what anyone knows from the
/// text and from which sources are missing. A combination that is not listed has no persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Axes, as indices into [`Problem::axes`], rising.
    pub axes: Vec<usize>,
    /// The possible combinations, one value per axis.
    pub possible: BTreeSet<Vec<usize>>,
}

impl Relation {
    /// What it leaves possible on some of its axes.
    #[must_use]
    pub fn project(&self, axes: &[usize]) -> BTreeSet<Vec<usize>> {
        let kept: Vec<usize> = axes.iter().filter_map(|axis| self.axes.iter().position(|own| own == axis)).collect();
        let pick = |full: &Vec<usize>| kept.iter().filter_map(|at| full.get(*at)).copied().collect();
        self.possible.iter().map(pick).collect()
    }
}

/// What of a cell has been or may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// This release decides.
    Open,
    /// Published before: everybody knows it.
    Known,
    /// Never shown, nor may it be now.
    Hidden,
}

/// A table of true counts over some axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountTable {
    /// Its name, for messages.
    pub name: String,
    /// Its dimensions, as indices into [`Problem::axes`], in the order of the table.
    pub axes: Vec<usize>,
    /// Axes at which the whole table stands at one value: (axis, value). The tables of an earlier
    /// release that counted fewer persons stand at the value "counted" of such an axis.
    pub at: Vec<(usize, usize)>,
    /// True counts: every combination of its axes' values with the total last in each dimension,
    /// the last dimension fastest.
    pub counts: Vec<u64>,
    /// Per cell whether it may be shown.
    pub showing: Vec<Showing>,
    /// Threshold t: a count 0 < n < t is primary. 0 for a table whose cells need no protection.
    pub drempel: u64,
    /// Position among `axes` of the klasse, where the group condition holds for this table.
    pub klasse: Option<usize>,
}

/// Cells of one table whose sum must be as uncertain as a primary cell when it is small: for
/// instance everybody who is in one klasse under one text and in another under a second text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Index into [`Problem::tables`].
    pub table: usize,
    /// Cells of that table.
    pub cells: Vec<usize>,
    /// Threshold.
    pub drempel: u64,
}

/// A recipient of contact lists: it knows every count of its own municipality in the klassen of its
/// lists, by design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who, for messages.
    pub name: String,
    /// What its lists tell, one for each way of looking under which it has some.
    pub knows: Vec<Insight>,
}

/// The counts that the lists of one way of looking tell their recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insight {
    /// The axis of municipalities and the recipient's own value.
    pub gemeente: (usize, usize),
    /// The axis of klassen and those of its lists.
    pub klassen: (usize, BTreeSet<usize>),
}

/// Everything that is protected together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The axes of the cross-classification.
    pub axes: Vec<Axis>,
    /// What is possible at all.
    pub relations: Vec<Relation>,
    /// The tables, those of earlier releases among them.
    pub tables: Vec<CountTable>,
    /// Sums that are secret too.
    pub secrets: Vec<Secret>,
    /// Recipients who know more.
    pub viewers: Vec<Viewer>,
}

/// Per table, per cell, whether it is published (now or before).
pub type Pattern = Vec<Vec<bool>>;

/// Asked now and then: whether the time for the work is up.
pub type TimeIsUp<'a> = &'a (dyn Fn() -> bool + Sync);
