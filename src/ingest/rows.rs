//! A record as a typed row of its bron.

use super::schema::{Value, place};
use crate::pseudonym::{Verwijzing, wipe};
use crate::terms::{
    Bron, BrpStatus, Contact, Datum, Gemeente, Geslacht, InkomenSoort, Maand, Niveau, Uitstroomprofiel,
};

/// One row of the RMC's list. A column that may not be read is as if empty.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct DoelgroepRow {
    pub(crate) gemeente: Gemeente,
    pub(crate) geboortemaand: Maand,
    pub(crate) geslacht: Option<Geslacht>,
    pub(crate) uitschrijfdatum: Option<Datum>,
    pub(crate) niveau: Option<Niveau>,
    pub(crate) uitstroomprofiel: Option<Uitstroomprofiel>,
    pub(crate) contact: Option<Contact>,
    /// Nobody may call on this person.
    pub(crate) niet_benaderen: bool,
    /// The handle that the municipality of this row made: [`Rows::verwijzing`] gives it.
    pub(crate) verwijzing: Option<Kept>,
}

/// Where a handle stands among those of the [`Rows`] with which its row is handed on.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Kept(u16);

/// What one row says about one person. Copied and forgotten without a look at what it holds, for there are many.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug))]
pub(crate) enum Row {
    Doelgroep(DoelgroepRow),
    Onderwijs { van: Option<Datum>, tot: Option<Datum>, startkwalificatie: Option<Datum> },
    Inkomen { maand: Maand, cent: i64, soort: InkomenSoort },
    Uitkering { van: Datum, tot: Option<Datum> },
    Brp { status: BrpStatus, sinds: Datum, gemeente: Option<Gemeente> },
    Betrokkenheid { sinds: Datum },
}

/// Persons whose rows are handed on together, at most.
pub(crate) const MAX_PERSONS: usize = 256;
/// Their rows, at most.
const MAX_ROWS: usize = 1024;

/// What one row says, and where it stands.
pub(crate) struct Said {
    /// Line in the file at which it begins, from 1.
    pub(crate) line: u64,
    /// `None` where it has a fault: who it is about still tells whether somebody stands twice.
    pub(crate) row: Option<Row>,
}

/// Some rows of one file, with whom they are about beside them, so that the pseudonyms can be keyed
/// together. Rows of one person that follow one another, as in a file in the order of its register, share one
/// pseudonym: it is keyed and looked up once.
pub(crate) struct Rows {
    /// Wiped when dropped.
    pseudonyms: [[u8; 32]; MAX_PERSONS],
    /// Where the rows of each end among what is said.
    ends: [usize; MAX_PERSONS],
    /// How many of either count; behind them stands what was there before.
    persons: usize,
    said: Vec<Said>,
    verwijzingen: Vec<Verwijzing>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            pseudonyms: [[0; 32]; MAX_PERSONS],
            ends: [0; MAX_PERSONS],
            persons: 0,
            said: Vec::with_capacity(MAX_ROWS),
            verwijzingen: Vec::new(),
        }
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        wipe(&mut self.pseudonyms);
    }
}

impl Rows {
    /// Adds one row; gives where it is to be put, for what it says is written once. Not where [`Self::is_full`].
    #[inline(always)]
    pub(super) fn push(&mut self, line: u64, pseudonym: &[u8; 32]) -> Option<&mut Option<Row>> {
        // Written over itself where it is the same person: whether it is, no processor can foretell.
        let same = self.persons.checked_sub(1).and_then(|last| self.pseudonyms.get(last)) == Some(pseudonym);
        let person = self.persons - usize::from(same);
        let place = self.pseudonyms.get_mut(person)?;
        let end = self.ends.get_mut(person)?;
        *place = *pseudonym;
        *end = self.said.len() + 1;
        self.persons = person + 1;
        Some(&mut self.said.push_mut(Said { line, row: None }).row)
    }

    /// Keeps the handle of the row that is pushed next.
    pub(super) fn keep(&mut self, verwijzing: Verwijzing) -> Option<Kept> {
        // There are no more of them than rows.
        let place = u16::try_from(self.verwijzingen.len()).ok().map(Kept);
        self.verwijzingen.push(verwijzing);
        place
    }

    /// The handle of one of these rows.
    pub(crate) fn verwijzing(&self, row: &DoelgroepRow) -> Option<&Verwijzing> {
        let Kept(place) = row.verwijzing?;
        self.verwijzingen.get(usize::from(place))
    }

    /// Whether no row can be added.
    pub(super) fn is_full(&self) -> bool {
        self.persons == MAX_PERSONS || self.said.len() == MAX_ROWS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.said.len()
    }

    pub(super) fn clear(&mut self) {
        self.persons = 0;
        self.said.clear();
        self.verwijzingen.clear();
    }

    /// Whom the rows are about: 32 raw bytes each, at most [`MAX_PERSONS`], once for rows that follow one another.
    pub(crate) fn pseudonyms(&self) -> &[[u8; 32]] {
        self.pseudonyms.get(..self.persons).unwrap_or_default()
    }

    /// What the rows of one of the [`Self::pseudonyms`] say.
    pub(crate) fn said(&self, person: usize) -> &[Said] {
        let from = person.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(person).copied().unwrap_or(from);
        self.said.get(from..to).unwrap_or_default()
    }

    /// Each of the [`Self::pseudonyms`], with what its rows say.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&[u8; 32], &[Said])> {
        self.pseudonyms().iter().enumerate().map(|(person, pseudonym)| (pseudonym, self.said(person)))
    }
}

/// Whom a row is about, its line, and what it says with its handle; nothing where it has a fault.
#[cfg(test)]
pub(crate) type Pushed = ([u8; 32], u64, Option<(Row, Option<Verwijzing>)>);

#[cfg(test)]
impl Rows {
    /// Some rows.
    pub(crate) fn of(rows: impl IntoIterator<Item = Pushed>) -> Self {
        let mut all = Self::default();
        for (pseudonym, line, row) in rows {
            let kept = row.and_then(|(_, verwijzing)| verwijzing).and_then(|verwijzing| all.keep(verwijzing));
            let Some(place) = all.push(line, &pseudonym) else { continue };
            *place = row.map(|(row, _)| row);
            if let Some(Row::Doelgroep(row)) = place {
                row.verwijzing = kept;
            }
        }
        all
    }
}

/// The cells of one record, in the schema's order.
pub(crate) struct Values<'v>(pub(crate) &'v [Value]);

impl Values<'_> {
    fn datum(&self, at: usize) -> Option<Datum> {
        if let Some(Value::Datum(datum)) = self.0.get(at) { Some(*datum) } else { None }
    }

    fn maand(&self, at: usize) -> Option<Maand> {
        if let Some(Value::Maand(maand)) = self.0.get(at) { Some(*maand) } else { None }
    }

    fn gemeente(&self, at: usize) -> Option<Gemeente> {
        if let Some(Value::Gemeente(gemeente)) = self.0.get(at) { Some(*gemeente) } else { None }
    }

    fn cent(&self, at: usize) -> Option<i64> {
        if let Some(Value::Cent(cent)) = self.0.get(at) { Some(*cent) } else { None }
    }

    fn closed<T: Copy>(&self, at: usize, all: &[T]) -> Option<T> {
        if let Some(Value::Closed(value)) = self.0.get(at) { all.get(usize::from(*value)).copied() } else { None }
    }

    fn yes(&self, at: usize) -> bool {
        matches!(self.0.get(at), Some(Value::Yes))
    }

    /// Puts the typed row into its place, its handle aside; nothing only when a cell that the bron needs was not read or
    /// was at fault, and then the fault has been reported.
    ///
    /// Not given back: a row that is written in parts and then copied as a whole makes a processor wait.
    #[inline(always)]
    pub(crate) fn put(&self, bron: Bron, into: &mut Option<Row>) {
        use Bron::{Betrokkenheid, Brp, Doelgroep, Inkomen, Onderwijs, Uitkering};
        match bron {
            Doelgroep => {
                let (Some(gemeente), Some(geboortemaand)) = (
                    self.gemeente(const { place(Doelgroep, "gemeente") }),
                    self.maand(const { place(Doelgroep, "geboortemaand") }),
                ) else {
                    return;
                };
                *into = Some(Row::Doelgroep(DoelgroepRow {
                    gemeente,
                    geboortemaand,
                    geslacht: self.closed(const { place(Doelgroep, "geslacht") }, Geslacht::ALL),
                    uitschrijfdatum: self.datum(const { place(Doelgroep, "uitschrijfdatum") }),
                    niveau: self.closed(const { place(Doelgroep, "niveau") }, Niveau::ALL),
                    uitstroomprofiel: self
                        .closed(const { place(Doelgroep, "uitstroomprofiel") }, Uitstroomprofiel::ALL),
                    contact: self.closed(const { place(Doelgroep, "contact") }, Contact::ALL),
                    niet_benaderen: self.yes(const { place(Doelgroep, "niet_benaderen") }),
                    verwijzing: None,
                }));
            }
            Onderwijs => {
                *into = Some(Row::Onderwijs {
                    van: self.datum(const { place(Onderwijs, "inschrijving_van") }),
                    tot: self.datum(const { place(Onderwijs, "inschrijving_tot") }),
                    startkwalificatie: self.datum(const { place(Onderwijs, "startkwalificatie") }),
                });
            }
            Inkomen => {
                let maand = self.maand(const { place(Inkomen, "maand") });
                let cent = self.cent(const { place(Inkomen, "bedrag_cent") });
                let soort = self.closed(const { place(Inkomen, "soort") }, InkomenSoort::ALL);
                if let (Some(maand), Some(cent), Some(soort)) = (maand, cent, soort) {
                    *into = Some(Row::Inkomen { maand, cent, soort });
                }
            }
            Uitkering => {
                if let Some(van) = self.datum(const { place(Uitkering, "van") }) {
                    *into = Some(Row::Uitkering { van, tot: self.datum(const { place(Uitkering, "tot") }) });
                }
            }
            Brp => {
                let status = self.closed(const { place(Brp, "status") }, BrpStatus::ALL);
                let sinds = self.datum(const { place(Brp, "sinds") });
                if let (Some(status), Some(sinds)) = (status, sinds) {
                    *into = Some(Row::Brp { status, sinds, gemeente: self.gemeente(const { place(Brp, "gemeente") }) });
                }
            }
            Betrokkenheid => {
                if let Some(sinds) = self.datum(const { place(Betrokkenheid, "sinds") }) {
                    *into = Some(Row::Betrokkenheid { sinds });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is handed on at one time: persons by number with the lines of their rows, and the same row by row.
    #[derive(Debug, PartialEq)]
    struct Batch {
        persons: Vec<(u8, Vec<u64>)>,
        rows: Vec<(u8, u64)>,
    }

    /// What is handed on of rows of these persons, pushed as a parser does.
    fn handed_on(persons: &[u8]) -> Vec<Batch> {
        let (mut rows, mut batches) = (Rows::default(), Vec::new());
        let mut hand_on = |rows: &mut Rows| {
            let lines = |said: &[Said]| said.iter().map(|said| said.line).collect();
            let whom: Vec<u8> = rows.pseudonyms().iter().map(|pseudonym| pseudonym[0]).collect();
            let persons = whom.iter().enumerate().map(|(at, person)| (*person, lines(rows.said(at)))).collect();
            let each = rows.each().zip(&whom).flat_map(|((pseudonym, said), whom)| {
                assert_eq!(*whom, pseudonym[0]);
                said.iter().map(|said| (pseudonym[0], said.line))
            });
            batches.push(Batch { persons, rows: each.collect() });
            rows.clear();
            assert!(rows.is_empty() && rows.pseudonyms().is_empty() && rows.said(0).is_empty());
        };
        for (line, person) in (1..).zip(persons) {
            rows.push(line, &[*person; 32]);
            if rows.is_full() {
                hand_on(&mut rows);
            }
        }
        hand_on(&mut rows);
        batches
    }

    fn row_by_row(batches: &[Batch]) -> Vec<(u8, u64)> {
        batches.iter().flat_map(|batch| batch.rows.clone()).collect()
    }

    proptest! {
        #[test]
        fn rows_that_follow_one_another_share_one_pseudonym(people in prop::collection::vec(0u8..3, 0..40)) {
            let mut persons: Vec<(u8, Vec<u64>)> = Vec::new();
            for (line, person) in (1..).zip(&people) {
                match persons.last_mut().filter(|(last, _)| last == person) {
                    Some((_, lines)) => lines.push(line),
                    None => persons.push((*person, vec![line])),
                }
            }
            let rows = people.iter().copied().zip(1..).collect();
            prop_assert_eq!(handed_on(&people), [Batch { persons, rows }]);
        }
    }

    #[test]
    fn many_persons_or_many_rows_of_one_are_handed_on_in_parts() {
        let many: Vec<u8> = (0..=255).cycle().take(600).collect();
        let batches = handed_on(&many);
        let persons: Vec<usize> = batches.iter().map(|batch| batch.persons.len()).collect();
        assert_eq!(persons, [MAX_PERSONS, MAX_PERSONS, 600 - 2 * MAX_PERSONS]);
        assert_eq!(row_by_row(&batches), many.into_iter().zip(1..).collect::<Vec<_>>());

        let one = vec![7; 2 * MAX_ROWS + 1];
        let batches = handed_on(&one);
        let rows: Vec<usize> = batches.iter().map(|batch| batch.rows.len()).collect();
        assert_eq!(rows, [MAX_ROWS, MAX_ROWS, 1]);
        assert_eq!(row_by_row(&batches), one.into_iter().zip(1..).collect::<Vec<_>>());
    }
}
