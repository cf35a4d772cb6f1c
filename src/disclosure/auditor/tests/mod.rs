//! The auditor against naive oracles, against cases worked out by hand, and against itself on more
//! threads.

mod cases;
mod fractions;
mod oracle;
mod random;
mod world;
