//! One data file through an engine: blocks out, rows in, faults together.

use crate::ingest::{Block, Blocks, Checked, Found, PersonRow, Readable, Table};
use crate::terms::Bron;
use std::io::{self, Read};
use std::sync::Mutex;

/// A part of a file that can be worked on by itself, anywhere.
pub(crate) struct Partition(Block);

/// Where partitions run. The port of this room: an engine on other machines would implement the
/// same one.
pub(crate) trait Engine: Sync {
    /// Does the work on every partition, in any order, on as many threads as the engine has; draws
    /// a partition only when a thread is free for it, so that memory stays bounded.
    fn each(&self, partitions: &mut (dyn Iterator<Item = Partition> + Send), work: &(dyn Fn(Partition) + Sync));
}

/// Who is told how far the reading is.
pub trait Progress: Sync {
    /// A file of so many bytes begins.
    fn begin(&self, file: &str, bytes: u64);
    /// So many more rows and bytes were read.
    fn advance(&self, rows: u64, bytes: u64);
}

/// Reads a data file to its end: checks it, hashes it, and gives every row of which it can be told whom it is about to `on_row`.
///
/// # Errors
/// What the system said when the file could not be read.
pub(crate) fn scan(
    engine: &dyn Engine,
    progress: &dyn Progress,
    bron: Bron,
    readable: &Readable,
    source: impl Read + Send,
    on_row: &(dyn Fn(PersonRow) + Sync),
) -> io::Result<Checked> {
    let mut blocks = Blocks::new(source);
    let mut first = blocks.next_block()?;
    let (table, found) = Table::open(bron, readable, &mut first);
    let all = Mutex::new(found);
    let mut failed = None;
    if let Some(table) = &table {
        let mut partitions = std::iter::from_fn(|| {
            let next = match first.take() {
                Some(block) => Some(block),
                None => blocks.next_block().unwrap_or_else(|fault| {
                    failed = Some(fault);
                    None
                }),
            };
            next.map(Partition)
        });
        engine.each(&mut partitions, &|Partition(block)| {
            let found = table.parse(&block, &mut |row| on_row(row));
            progress.advance(found.records, block.bytes.len() as u64);
            // A poisoned lock means a thread panicked, and then the engine has stopped the run.
            all.lock().unwrap_or_else(std::sync::PoisonError::into_inner).merge(found);
        });
    }
    if let Some(fault) = failed {
        return Err(fault);
    }
    let (end, stopped) = blocks.finish()?;
    let mut found = all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Table::close(bron, &mut found, stopped);
    let Found { records, faults, .. } = found;
    Ok(Checked { end, records, faults, complete: table.is_some() && stopped.is_none() })
}
