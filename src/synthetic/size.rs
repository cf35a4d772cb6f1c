//! How many people and rows a set needs, and whether numbers that nobody has suffice.

use super::GenerateFault;
use super::numbers::{ALL_CAPACITY, fictitious_capacity};

/// Rows per jongere in the sources by default, the other residents' rows included.
const ROWS_PER_JONGERE: u64 = 12;
/// What a jongere's own evidence takes on average, and what it takes with room for chance.
pub(super) const OWN_ROWS: u64 = 6;
const OWN_ROWS_SAFE: u64 = 7;
/// Below this a set has no room for a bad number of every kind in every file.
const FEWEST_ROWS: u64 = 800;
/// Other residents there are at least: every school has pupils without BSN among them.
const FEWEST_RESIDENTS: u64 = 60;
/// To stay within the fictitious numbers, residents may have up to this many rows each.
const MOST_ROWS_PER_RESIDENT: u64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) residents: u32,
    /// Rows in all sources together, without the doelgroep.
    pub(super) rows: u64,
    pub(super) fictitious: bool,
}

impl Size {
    pub(super) fn new(jongeren: u32, bronrijen: Option<u64>) -> Result<Self, GenerateFault> {
        if jongeren == 0 {
            return Err(GenerateFault::NoJongeren);
        }
        let listed = u64::from(jongeren);
        let fewest = FEWEST_ROWS + OWN_ROWS_SAFE * listed;
        let rows = match bronrijen {
            Some(rows) if rows < fewest => {
                return Err(GenerateFault::TooFewRows { gevraagd: rows, minimum: fewest });
            }
            Some(rows) => rows,
            None => (ROWS_PER_JONGERE * listed).max(fewest),
        };
        let others = rows - OWN_ROWS * listed;
        // 3.6 rows per resident: a place to live, and for most a school or a few months of wages.
        let mut residents = (others.saturating_mul(10) / 36).max(FEWEST_RESIDENTS);
        let room = u64::from(fictitious_capacity()).saturating_sub(listed);
        if residents > room && room * 2 > listed && others <= room * MOST_ROWS_PER_RESIDENT {
            // Rather fewer people with more rows each than one number that somebody has.
            residents = room;
        }
        let people = listed.saturating_add(residents);
        if people > u64::from(ALL_CAPACITY) {
            return Err(GenerateFault::TooManyPeople { personen: people, maximum: u64::from(ALL_CAPACITY) });
        }
        Ok(Self { residents: residents as u32, rows, fictitious: residents <= room })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sets_stay_within_the_fictitious_numbers() {
        for jongeren in [1, 10, 300, 1200, 2000] {
            assert!(Size::new(jongeren, None).unwrap().fictitious, "{jongeren}");
        }
        assert!(Size::new(1200, Some(100_000)).unwrap().fictitious);
        assert!(!Size::new(20_000, None).unwrap().fictitious);
        assert!(!Size::new(1200, Some(1_000_000)).unwrap().fictitious);
    }

    #[test]
    fn refuses_what_cannot_be_made() {
        assert!(matches!(Size::new(0, None), Err(GenerateFault::NoJongeren)));
        assert!(matches!(Size::new(1000, Some(2000)), Err(GenerateFault::TooFewRows { minimum: 7800, .. })));
        assert!(matches!(Size::new(u32::MAX, None), Err(GenerateFault::TooManyPeople { .. })));
        assert!(matches!(Size::new(1, Some(u64::MAX)), Err(GenerateFault::TooManyPeople { .. })));
    }
}
