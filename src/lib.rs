//! inbeeld: privacy-preserving record linkage.
//!
//! The rooms in the order in which the data goes through them. Each step uses up the one before, so
//! that rows leave in one way only: classified persons → [`disclosure`] under a
//! [`doelbinding::Grant`] → [`release`], which writes the [`register`] first.
//!
//! 1. [`terms`]: words of the domain, parse-only.
//! 2. [`pseudonym`]: keys in their roles, pseudonyms, sealed handles.
//! 3. [`ingest`]: bytes to typed rows per bron; a report that never holds a value.
//! 4. [`linking`]: the join on tokens; [`engine`] says where it runs.
//! 5. `classify`: evidence of three values, precedence, reason.
//! 6. [`doelbinding`]: the signed text; a request becomes a grant or a denial.
//! 7. [`disclosure`]: persons to tables that may be seen.
//! 8. [`release`]: register entry first, then the value. [`register`]: memory of all that left.
//!
//! [`accountability`] shows what an organisation must be able to show, from texts and the register alone.
//! [`logbook`] tells whose data was processed. [`run`] is the monthly koppeling and sees all rooms. [`store`] keeps files. [`synthetic`] makes
//! regions of nobody, [`source`] is what a source runs before anything travels, and [`recognise`]
//! what a municipality runs on the list that it received. What only the service has: [`access`],
//! who may, and [`audit`], who did; [`chain`] is how its lines and the register's hang together.

#[cfg(feature = "dienst")]
pub mod access;
pub mod accountability;
#[cfg(feature = "dienst")]
pub mod audit;
pub mod chain;
mod classify;
pub mod disclosure;
pub mod doelbinding;
pub mod engine;
pub mod fault;
pub mod ingest;
pub mod linking;
pub mod logbook;
pub mod pseudonym;
pub mod receive;
pub mod recognise;
pub mod register;
pub mod release;
pub mod run;
pub mod source;
pub mod store;
pub mod synthetic;
pub mod terms;
