//! What a service stored beside the doelgroep of each person: its number in the store of the month
//! before, and its marks on lists.

use super::doelgroep::Doelgroep;
use super::index::Index;
use crate::pseudonym::{Marked, Tag, Token};
use crate::terms::{Gemeente, Identificatie};

/// By which of its numbers somebody is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The one of the doelgroep's own month.
    Own,
    /// The one of the month before.
    Earlier,
}

/// The numbers of the month before.
#[derive(Default)]
pub(super) struct Earlier {
    pub(super) index: Index,
    /// By person; [`Token::NOBODY`] where it is not known.
    pub(super) tokens: Vec<Token>,
}

impl Earlier {
    /// The token of a person, by its place.
    pub(super) fn token(&self, place: u32) -> Option<Token> {
        self.tokens.get(place as usize).copied()
    }
}

/// The marks of one person, made when a municipality's row of it was received.
pub(super) struct Marks {
    person: u32,
    gemeente: Gemeente,
    /// Of which sheet of lists.
    sheet: usize,
    tags: Vec<Option<Tag>>,
}

impl Doelgroep {
    /// Notes for whom there are marks: the lists that were in force. What follows by
    /// [`Self::recall`] is of these.
    pub(crate) fn begin_marks(&mut self, lists: Vec<String>) {
        self.sheets.push(lists);
    }

    /// Notes what was stored of one person of a levering; whoever is not in the doelgroep is passed by.
    pub(crate) fn recall(
        &mut self,
        (token, identificatie): (Token, Identificatie),
        earlier: Option<Token>,
        marks: Option<(Gemeente, Vec<Option<Tag>>)>,
    ) {
        let mut found = None;
        self.find(By::Own, &[token], identificatie, |_, at, _| found = Some(at));
        let Some((at, place)) = found.and_then(|at| u32::try_from(at).ok().map(|place| (at, place))) else { return };
        if let Some(earlier) = earlier {
            self.earlier.tokens.resize(self.found.len(), Token::NOBODY);
            if let Some(known) = self.earlier.tokens.get_mut(at).filter(|known| **known == Token::NOBODY) {
                *known = earlier;
                let tokens = &self.earlier.tokens;
                let spread = |place: u32| tokens.get(place as usize).map_or(0, |token| token.spread());
                self.earlier.index.reserve(1, spread);
                self.earlier.index.insert(earlier, place);
            }
        }
        if let (Some((gemeente, tags)), Some(sheet)) = (marks, self.sheets.len().checked_sub(1)) {
            self.marks.push(Marks { person: place, gemeente, sheet, tags });
        }
    }

    /// Closes what [`Self::recall`] noted: from then on it can be asked.
    pub(crate) fn end_marks(&mut self) {
        // A stable sort: the levering that decides was noted first.
        self.marks.sort_by_key(|marks| (marks.person, marks.gemeente));
    }

    /// The marks of a person in a municipality, by its place among [`Self::each`].
    pub(crate) fn marks(&self, person: usize, gemeente: Gemeente) -> Option<Marked<'_>> {
        let person = u32::try_from(person).ok()?;
        let at = self.marks.partition_point(|marks| (marks.person, marks.gemeente) < (person, gemeente));
        let marks = self.marks.get(at).filter(|marks| (marks.person, marks.gemeente) == (person, gemeente))?;
        Some(Marked::Kept { lists: self.sheets.get(marks.sheet)?, tags: &marks.tags })
    }
}
