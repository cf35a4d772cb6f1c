//! The register, as the service reads it.

use super::config::Config;
use inbeeld::register::{Ledger, Register, RegisterFault};
use inbeeld::store::RegisterFile;
use std::io::ErrorKind;

/// The lines of the register; of one that is not there yet none.
pub(crate) fn lines(config: &Config) -> Result<Vec<String>, RegisterFault> {
    match RegisterFile::open_to_read(&config.plaatsen.register).and_then(|mut file| file.lines()) {
        Err(RegisterFault::Storage(fault)) if fault.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        found => found,
    }
}

/// The register; one that is not there yet is empty.
pub(crate) fn read(config: &Config) -> Result<Register, RegisterFault> {
    Register::read(&lines(config)?)
}
