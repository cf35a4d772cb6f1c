//! Where partitions run: in this process, on threads of rayon.

use crate::fault::{Exit, Explain};
use crate::linking::{Engine, Partition, Source};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

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
    fn each(&self, source: &dyn Source) {
        self.pool.broadcast(|_| {
            let mut room = <[Partition; 2]>::default();
            loop {
                let drawn = source.draw(&mut room);
                if drawn == 0 {
                    break;
                }
                room.iter().take(drawn).for_each(|partition| source.work(partition));
            }
        });
    }

    fn pieces(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        self.pool.install(|| (0..count).into_par_iter().for_each(work));
    }
}
