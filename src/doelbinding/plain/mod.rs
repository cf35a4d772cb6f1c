//! A text in plain Dutch, for who must read it and for who must explain it.

pub mod columns;
pub mod page;
pub mod reasons;
pub mod words;
