//! The command line of inbeeld. It holds the doors and nothing behind them: no row type of the
//! library can even be named here.

mod cli;
mod clock;
mod output;
mod progress;
mod table;
#[cfg(feature = "dienst")]
mod web;

use inbeeld::fault::Explain;
use inbeeld::pseudonym::{Kernel, KernelFault};
use output::{Failure, Outcome};
use std::process::ExitCode;

/// Names the way of hashing, for tests: every way gives the same outcome.
const KERNEL: &str = "INBEELD_KERNEL";

fn main() -> ExitCode {
    // Pseudonyms pass through memory: a crash must not write them to a core file.
    harden();
    match cli::parse() {
        Ok(opdracht) => output::finish(choose_kernel().and_then(|()| cli::run(opdracht))),
        Err(fault) => output::usage(&fault),
    }
}

/// Hashes in the way that the environment names, if it names one.
fn choose_kernel() -> Outcome {
    let Some(name) = std::env::var_os(KERNEL) else { return Ok(()) };
    let chosen = name.to_str().ok_or(KernelFault::Unknown).and_then(Kernel::force);
    chosen.map_err(|fault| Failure::new(fault.exit(), fault.code(), &format!("{KERNEL}: {fault}"), &fault.remedy()))
}

/// No core dumps, and no other process of this user reading our memory.
fn harden() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // Where the system refuses (a container may), the run goes on: nothing else depends on it.
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
