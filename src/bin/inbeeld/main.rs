//! The command line of inbeeld. It holds the doors and nothing behind them: no row type of the
//! library can even be named here.

mod cli;
mod clock;
mod output;
mod progress;
mod table;
#[cfg(feature = "dienst")]
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Pseudonyms pass through memory: a crash must not write them to a core file.
    harden();
    match cli::parse() {
        Ok(opdracht) => output::finish(cli::run(opdracht)),
        Err(fault) => output::usage(&fault),
    }
}

/// No core dumps, and no other process of this user reading our memory.
fn harden() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // Where the system refuses (a container may), the run goes on: nothing else depends on it.
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
