//! The register, as the service reads it.

use super::config::Config;
use inbeeld::register::{Ledger, Register, RegisterFault};
use inbeeld::store::RegisterFile;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

/// How long the service waits for somebody who has the register.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long somebody who asks for it waits: a koppeling has it for a moment, a release for as long as it writes.
const ASKED: Duration = Duration::from_secs(10);
/// How often we look whether it is free again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// The lines of the register; of one that is not there yet none.
pub(crate) fn lines(config: &Config) -> Result<Vec<String>, RegisterFault> {
    lines_within(ASKED, config)
}

fn lines_within(patience: Duration, config: &Config) -> Result<Vec<String>, RegisterFault> {
    within(patience, || match RegisterFile::open_to_read(&config.plaatsen.register).and_then(|mut file| file.lines()) {
        Err(RegisterFault::Storage(fault)) if fault.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        found => found,
    })
}

/// The register; one that is not there yet is empty.
pub(crate) fn read(config: &Config) -> Result<Register, RegisterFault> {
    Register::read(&lines(config)?)
}

/// The register, for somebody who waits until he can write to it.
pub(crate) fn to_write(config: &Config) -> Result<RegisterFile, RegisterFault> {
    within(ASKED, || RegisterFile::open(&config.plaatsen.register))
}

/// The register once nobody writes to it: when a service starts, the one that was killed may still be dying.
pub(crate) fn settled(config: &Config) -> Result<Register, RegisterFault> {
    Register::read(&lines_within(PATIENCE, config)?)
}

/// The register, held; waits for who writes to it: a koppeling that is released, or somebody beside us.
pub(crate) fn held(config: &Config) -> Result<RegisterFile, RegisterFault> {
    within(PATIENCE, || RegisterFile::open(&config.plaatsen.register))
}

/// The register, held against who would write to it.
pub(crate) fn held_to_read(config: &Config) -> Result<RegisterFile, RegisterFault> {
    within(PATIENCE, || RegisterFile::open_to_read(&config.plaatsen.register))
}

/// Does something with the register, again and again while somebody else has it.
fn within<T>(patience: Duration, work: impl Fn() -> Result<T, RegisterFault>) -> Result<T, RegisterFault> {
    let begin = Instant::now();
    loop {
        match work() {
            Err(RegisterFault::Busy) if begin.elapsed() < patience => std::thread::sleep(LOOK_AGAIN),
            done => return done,
        }
    }
}
