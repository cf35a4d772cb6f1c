//! `serve`: the service.

use crate::output::{Failure, Outcome};
use crate::web::{self, Config};
use clap::Args;
use inbeeld::store::StoreFault;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Serve {
    /// De configuratie (.toml)
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
}

pub(crate) fn run(args: &Serve) -> Outcome {
    web::serve(configuration(&args.config)?, |_| Ok(()))
}

/// Reads a configuration; a fault in it names the file.
pub(super) fn configuration(path: &Path) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(path).map_err(StoreFault::read(path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Config::parse(&text, folder).map_err(|faults| Failure::of(path, &faults))
}
