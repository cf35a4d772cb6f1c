//! The service: HTTP in front of the same rooms that the command line uses.
//!
//! [`routes`] is the one table of what can be asked and by whom; [`guard`] stands before every route of
//! it; [`api`] does what programs ask and [`pages`] what people ask in a browser; [`problem`] is the form
//! of every refusal.

mod activity;
pub(crate) mod api;
mod app;
mod call;
mod config;
mod fields;
mod form;
mod guard;
mod hashing;
mod http;
pub(crate) mod jobs;
mod ledger;
mod limit;
mod metrics;
mod oidc;
mod openapi;
mod otlp;
mod pages;
mod peer;
mod places;
mod problem;
mod respond;
mod retention;
mod routes;
mod server;
#[cfg(test)]
mod tests;
mod tls;
mod upload;

pub(crate) use app::{App, Refusal};
pub(crate) use config::Config;
pub(crate) use ledger::{held, held_to_read};
pub(crate) use problem::Problem;
pub(crate) use retention::{Holdings, Swept};
pub(crate) use server::serve;
