//! What the room asks of the outside: raw bytes in, named files out.

use crate::fault::Explain;
use std::io::{Read, Write};

/// A refusal by whatever is behind a port.
pub type PortFault = Box<dyn Explain + Send + Sync>;

/// How a raw file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Text, a row per line.
    Csv,
    /// An Excel workbook; its first sheet counts.
    Xlsx,
}

/// One raw file.
pub struct Input<'a> {
    /// Its name in reports and errors.
    pub name: String,
    /// How it is packed.
    pub packing: Packing,
    /// Its bytes.
    pub bytes: Box<dyn Read + 'a>,
}

/// A file that exists under its name only once it is finished; dropped before, it leaves nothing.
pub trait OutputFile: Write {
    /// Syncs the content and puts it under its name.
    ///
    /// # Errors
    /// When that cannot be done; nothing then stands under the name.
    fn finish(self: Box<Self>) -> Result<(), PortFault>;
}

/// The folder that the leveringen go to.
pub trait Output {
    /// Whether something stands under this name.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn exists(&self, name: &str) -> Result<bool, PortFault>;
    /// The text of the manifest under this name; `None` when it cannot be read.
    fn manifest(&self, name: &str) -> Option<String>;
    /// Begins a file.
    ///
    /// # Errors
    /// When the folder cannot be written.
    fn create(&mut self, name: &str) -> Result<Box<dyn OutputFile>, PortFault>;
    /// Takes a finished file away again, because a later one of the same levering failed.
    fn remove(&mut self, name: &str);
}
