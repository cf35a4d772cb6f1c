//! Differences as they are found, each with its direction and a sentence.

use crate::doelbinding::plain::words;
use std::collections::BTreeSet;

/// What a difference does to what a text allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// More is read, more leaves, or longer, or to more, or with fewer checks.
    Wider,
    /// Less of that.
    Narrower,
    /// Something else changes: words, or how something is counted.
    Otherwise,
}

/// One difference between two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key with the path to it; a table or list by its name: `tabel[gemeente_klasse].drempel`.
    pub key: String,
    /// What it does.
    pub direction: Direction,
    /// What changes, in a Dutch sentence.
    pub what: String,
}

#[derive(Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    pub(super) fn add(&mut self, key: &str, direction: Direction, what: impl Into<String>) {
        self.0.push(Change { key: key.to_owned(), direction, what: what.into() });
    }

    /// Widening first, each group in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Change> {
        self.0.sort_by_key(|change| change.direction);
        self.0
    }

    /// Words, whose meaning only a reader can weigh.
    pub(super) fn text(&mut self, key: &str, old: &str, new: &str) {
        if old != new {
            self.add(key, Direction::Otherwise, format!("Was “{old}”, wordt “{new}”."));
        }
    }

    /// A quantity of which more is wider.
    pub(super) fn more<T: PartialOrd>(&mut self, key: &str, what: &str, old: &T, new: &T, say: impl Fn(&T) -> String) {
        self.quantity(key, what, [old, new], say, [Direction::Wider, Direction::Narrower]);
    }

    /// A quantity of which less is wider.
    pub(super) fn less<T: PartialOrd>(&mut self, key: &str, what: &str, old: &T, new: &T, say: impl Fn(&T) -> String) {
        self.quantity(key, what, [old, new], say, [Direction::Narrower, Direction::Wider]);
    }

    fn quantity<T: PartialOrd>(
        &mut self,
        key: &str,
        what: &str,
        [old, new]: [&T; 2],
        say: impl Fn(&T) -> String,
        [up, down]: [Direction; 2],
    ) {
        if old != new {
            let direction = if new > old { up } else { down };
            self.add(key, direction, format!("{what}: was {}, wordt {}.", say(old), say(new)));
        }
    }

    /// A set of which more is wider.
    pub(super) fn sets<T: Ord>(
        &mut self,
        key: &str,
        words: [&str; 2],
        old: &BTreeSet<T>,
        new: &BTreeSet<T>,
        say: impl Fn(&T) -> String,
    ) {
        self.set(key, words, [old, new], say, [Direction::Wider, Direction::Narrower]);
    }

    /// A set of which less is wider, as of exceptions.
    pub(super) fn exceptions<T: Ord>(
        &mut self,
        key: &str,
        words: [&str; 2],
        old: &BTreeSet<T>,
        new: &BTreeSet<T>,
        say: impl Fn(&T) -> String,
    ) {
        self.set(key, words, [old, new], say, [Direction::Narrower, Direction::Wider]);
    }

    fn set<T: Ord>(
        &mut self,
        key: &str,
        words: [&str; 2],
        [old, new]: [&BTreeSet<T>; 2],
        say: impl Fn(&T) -> String,
        directions: [Direction; 2],
    ) {
        for ((from, to), (words, direction)) in
            [(old, new), (new, old)].into_iter().zip(words.into_iter().zip(directions))
        {
            let found: Vec<String> = to.difference(from).map(&say).collect();
            if !found.is_empty() {
                self.add(key, direction, format!("{words}: {}.", words::opsomming(&found)));
            }
        }
    }

    /// A list of which more is wider, and whose order shows in what leaves.
    pub(super) fn ordered<T: Ord + Copy>(
        &mut self,
        key: &str,
        words: [&str; 2],
        old: &[T],
        new: &[T],
        say: impl Fn(&T) -> String,
    ) {
        let (before, after): (BTreeSet<T>, BTreeSet<T>) =
            (old.iter().copied().collect(), new.iter().copied().collect());
        self.sets(key, words, &before, &after, &say);
        let both = |list: &[T]| -> Vec<T> {
            list.iter().filter(|item| before.contains(item) && after.contains(item)).copied().collect()
        };
        let (was, becomes) = (both(old), both(new));
        if was != becomes {
            let say = |list: &[T]| list.iter().map(&say).collect::<Vec<_>>().join(", ");
            let what = format!("De volgorde verandert: was {}, wordt {}.", say(&was), say(&becomes));
            self.add(key, Direction::Otherwise, what);
        }
    }
}
