//! The service: HTTP in front of the same rooms that the command line uses.
//!
//! [`routes`] is the one table of what can be asked and by whom; [`guard`] stands before every route of
//! it; [`api`] does what programs ask and [`pages`] what people ask in a browser; [`problem`] is the form
//! of every refusal.

mod api;
mod app;
mod call;
mod config;
mod fields;
mod form;
mod guard;
mod hashing;
mod jobs;
mod limit;
mod metrics;
mod openapi;
mod pages;
mod problem;
mod respond;
mod routes;
mod server;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use config::Config;
pub(crate) use server::serve;
