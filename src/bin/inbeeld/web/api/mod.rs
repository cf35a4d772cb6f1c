//! What the routes do, a file per noun.

pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod deliveries;
pub(super) mod health;
pub(super) mod oidc;
pub(super) mod periods;
pub(super) mod register;
pub(super) mod sessions;
pub(super) mod texts;
