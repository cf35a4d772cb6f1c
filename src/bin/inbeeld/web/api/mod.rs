//! What the routes do, a file per noun.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod deliveries;
pub(crate) mod health;
pub(crate) mod lists;
pub(crate) mod oidc;
pub(crate) mod periods;
pub(crate) mod processings;
pub(crate) mod register;
pub(crate) mod releases;
pub(crate) mod runs;
pub(crate) mod sessions;
pub(crate) mod texts;
