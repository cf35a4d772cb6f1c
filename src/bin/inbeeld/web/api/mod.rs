//! What the routes do, a file per noun.

pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod deliveries;
pub(super) mod health;
pub(super) mod lists;
pub(super) mod periods;
pub(super) mod processings;
pub(super) mod register;
pub(super) mod releases;
pub(super) mod runs;
pub(super) mod sessions;
pub(super) mod texts;
