//! The pages: what people ask in a browser, a file per role or noun, with their templates in `sjablonen`.
//!
//! A page does what a route of the API does by the same functions; what it shows was released, is in the
//! register, or is shown through it. It works without JavaScript, and loads nothing from elsewhere.

mod accounts;
mod answers;
mod assets;
mod begin;
mod calendar;
mod chart;
mod decisions;
mod deliveries;
mod door;
mod frame;
mod grid;
mod keeping;
mod lists;
mod meter;
mod month;
mod oversight;
mod periods;
mod proposal;
mod register;
mod results;
mod routes;
mod runs;
mod sources;
#[cfg(test)]
mod tests;
mod texts;
mod trial;
mod words;

pub(crate) use answers::refused;
pub(crate) use routes::PAGES;
