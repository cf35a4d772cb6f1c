//! A second, deliberately naive implementation of the classification, and a
//! generator of random worlds to compare the engine with.
//!
//! Nothing here shares code with the engine: dates are compared as text, rows
//! are found by looking at all of them, and the rules are spelled out in the
//! order in which the domain states them. Slow and plain is the purpose.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "every test binary that includes this module uses another part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken test world must stop the test at once"
)]

pub mod calendar;
pub mod list_plan;
pub mod lists;
pub mod rules;
pub mod strategy;
pub mod world;

pub use self::list_plan::{lay_on, list_plans};
pub use self::lists::Lijst;
pub use self::strategy::worlds;
pub use self::world::{Delivery, Outcome, POLICY_ID, Policy, Refusal, World};
