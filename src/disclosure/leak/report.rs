//! What was found in somebody else's table. It names labels and figures: they are published already.

pub use super::shares::Measure;

/// What a reader of the table can know that should not be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A small count that stands there, or that its mark names.
    Klein,
    /// A cell that is not published, or only as a percentage, and certainly is small.
    Berekenbaar,
    /// Of some cells at least one is small.
    Samen,
    /// Of a group fewer than the threshold are outside one klasse.
    Groep,
}

/// How a reader comes to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It stands there.
    Gepubliceerd,
    /// The mark itself says it (`<5`).
    Merk,
    /// The percentage leaves no other whole number of persons.
    Afronding,
    /// By subtracting parts from a total, one total at a time.
    Aftrekken,
    /// By solving several totals together.
    Combineren,
}

/// A finding, with between which counts a reader can place it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// Labels of the cells in the order of the dimensions; of a group its total.
    pub cells: Vec<Vec<String>>,
    /// Of a group: the klasse in which all others are.
    pub klasse: Option<String>,
    /// At least; of a group: outside the klasse.
    pub low: u64,
    /// At most; `None` without end.
    pub high: Option<u64>,
    /// How.
    pub how: How,
}

/// A total that is not the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Labels of the total.
    pub total: Vec<String>,
    /// The dimension over which it should add up.
    pub dimension: String,
    /// What the parts come to, at least and at most.
    pub parts: (u64, Option<u64>),
    /// What the total is, at least and at most.
    pub says: (u64, Option<u64>),
}

/// How the cells were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Numbers.
    pub numbers: usize,
    /// Marks or empty cells for "not published".
    pub withheld: usize,
    /// Dashes, read as nobody.
    pub nil: usize,
    /// Marks that name a bound.
    pub bounded: usize,
    /// Combinations without a row, read as not published.
    pub missing: usize,
}

/// Everything that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Names of the dimensions, and how many labels each has.
    pub dimensions: Vec<(String, usize)>,
    /// What it counts in.
    pub measure: Measure,
    /// Smallest count that may be seen.
    pub drempel: u64,
    /// How it was read.
    pub read: Read,
    /// What is small, or can be computed to be.
    pub found: Vec<Finding>,
    /// Cells that are not published and of which a reader knows more than "anything from nobody to the
    /// threshold": that they are not empty, or below the threshold. Who knows the count can tell whether it matters.
    pub doubtful: Vec<Finding>,
    /// Cells that are not published and can be computed, but are nobody or large: withheld in vain.
    pub in_vain: Vec<Finding>,
    /// Totals that do not add up.
    pub mismatches: Vec<Mismatch>,
    /// What all counts are a multiple of, where totals do not add up: then it looks rounded.
    pub rounded_to: Option<u64>,
    /// Whether everything could be computed; without, nothing found is no proof.
    pub complete: bool,
    /// Whether groups were looked at: the table has a dimension of klassen.
    pub groups: bool,
    /// Lines that are no part of the table.
    pub skipped: Vec<u64>,
}
