//! A text in plain Dutch, for who must read it and for who must explain it.

pub mod columns;
mod compare;
pub mod page;
pub mod reasons;
mod show;
mod warn;
pub mod words;

pub use compare::{Change, Direction, compare, difference};
pub use show::show;
pub use warn::{Warning, warnings};
