//! Where partitions run: in this process, on threads of rayon.

use crate::fault::{Exit, Explain};
use crate::linking::{Drawn, Engine, Partition, Source};

/// Threads of this process.
pub struct Embedded {
    pool: rayon::ThreadPool,
}

/// The threads could not be started.
#[derive(Debug, thiserror::Error)]
#[error("de rekenthreads konden niet gestart worden")]
pub struct EngineFault;

impl Explain for EngineFault {
    fn code(&self) -> &'static str {
        "threads"
    }

    fn remedy(&self) -> String {
        "Geef met --draden een kleiner aantal, of kijk of de machine nog geheugen heeft.".to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Internal
    }
}

impl Embedded {
    /// So many threads; as many as the machine has cores when not told.
    ///
    /// # Errors
    /// [`EngineFault`] when the system gives none.
    pub fn new(threads: Option<usize>) -> Result<Self, EngineFault> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
        pool.map(|pool| Self { pool }).map_err(|_| EngineFault)
    }
}

impl Engine for Embedded {
    fn each(&self, sources: &[&dyn Source]) {
        self.pool.broadcast(|thread| {
            let mut room = Partition::default();
            while let Some(source) = draw(sources, thread.index(), &mut room) {
                source.work(&room);
            }
        });
    }
}

/// Draws from the first source that is free, beginning with a thread's own, and waits for one only
/// where none is.
fn draw<'s>(sources: &[&'s dyn Source], own: usize, room: &mut Partition) -> Option<&'s dyn Source> {
    let (before, from) = sources.split_at(own % sources.len().max(1));
    for patient in [false, true] {
        let mut in_turn = from.iter().chain(before);
        let drawn = in_turn.find(|source| source.draw(room, patient) == Drawn::Partition);
        if let Some(source) = drawn {
            return Some(*source);
        }
    }
    None
}
