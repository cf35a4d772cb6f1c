//! Data files through an engine: blocks out, rows in, faults together.
//!
//! Whoever draws a block from a file also hashes it, in the file's order, while another may draw the next;
//! whoever finds that somebody else is drawing from it goes to another file. Blocks of two files are drawn
//! together where they can be: two hashes in step cost little more than one, which mostly waits for itself.
//! The largest file's hash is the longest chain of all. Who finds it being made would wait for it, and draws two
//! others instead, as long as enough is left of those that it has one beside it to its end.

use crate::ingest::{Block, Blocks, Checked, Folder, Found, Readable, Rows, Table};
use crate::terms::Bron;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

/// Room for a part of a file that can be worked on by itself, anywhere.
#[derive(Default)]
pub(crate) struct Partition {
    block: Block,
    /// Which of the files it is a part of.
    file: usize,
}

/// Files out of which partitions are drawn, each in its order, by whoever is free.
pub(crate) trait Source: Sync {
    /// Puts partitions into the room, up to two; gives how many, and none only where nothing is left.
    fn draw(&self, room: &mut [Partition; 2]) -> usize;
    /// Does the work on a partition that was drawn.
    fn work(&self, partition: &Partition);
}

/// Where partitions run. The port of this room: an engine on other machines would implement the
/// same one.
pub(crate) trait Engine: Sync {
    /// Draws every partition of the source and does the work on each, in any order, on as many threads
    /// as the engine has. A thread draws when it is free to work, always into the same room, so that
    /// memory stays bounded.
    fn each(&self, source: &dyn Source);
    /// Does so many pieces of work on what is in memory, each by its number, in any order, on as many threads as
    /// the engine has.
    fn pieces(&self, count: usize, work: &(dyn Fn(usize) + Sync));
}

/// What a koppeling is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fase {
    /// Reading the manifests.
    Manifesten,
    /// Reading the doelgroep.
    Doelgroep,
    /// Reading the sources and linking them.
    Koppelen,
    /// Classifying.
    Classificeren,
    /// Disclosure control.
    Beschermen,
    /// Making lists.
    Lijsten,
}

impl Fase {
    /// Every phase, in order.
    pub const ALL: [Self; 6] =
        [Self::Manifesten, Self::Doelgroep, Self::Koppelen, Self::Classificeren, Self::Beschermen, Self::Lijsten];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manifesten => "manifesten",
            Self::Doelgroep => "doelgroep",
            Self::Koppelen => "koppelen",
            Self::Classificeren => "classificeren",
            Self::Beschermen => "beschermen",
            Self::Lijsten => "lijsten",
        }
    }
}

/// Who is told how far a koppeling is, and can break it off.
pub trait Progress: Sync {
    /// A phase begins, in which so many rows will be read; 0 where none are.
    fn phase(&self, _phase: Fase, _rows: u64) {}
    /// Whether to stop. Asked before every block of a file and between phases, from several threads.
    fn cancelled(&self) -> bool {
        false
    }
    /// A file of so many bytes begins.
    fn begin(&self, file: &str, bytes: u64);
    /// So many more rows and bytes were read.
    fn advance(&self, rows: u64, bytes: u64);
}

/// A file to be read.
pub(crate) struct ToRead<'r> {
    /// Its name in the folder.
    pub(crate) file: &'r str,
    pub(crate) bron: Bron,
    /// How many rows its manifest says that it has.
    pub(crate) records: u64,
    /// What of it may be read, and who is given the rows of which it can be told whom they are about.
    /// `None` where it is only compared with its manifest.
    pub(crate) rows: Option<(Readable, OnRows<'r>)>,
}

/// Who is given rows, on any thread.
pub(crate) type OnRows<'r> = Box<dyn Fn(&Rows) + Sync + 'r>;

/// Reads data files to their end, hashes them, checks those that may be read, and gives out their rows.
/// Of each file in turn what it was found to be, or what the system said when it could not be read.
pub(crate) fn scan(
    engine: &dyn Engine,
    progress: &dyn Progress,
    folder: &dyn Folder,
    files: &[ToRead<'_>],
) -> Vec<io::Result<Checked>> {
    let readings = Readings::new(files.iter().map(|file| Reading::new(file, folder, progress)).collect());
    engine.each(&readings);
    readings.files.into_iter().map(Reading::checked).collect()
}

/// How far a file has been read.
enum State {
    Before,
    Within(Blocks<Box<dyn Read + Send>>),
    After(io::Result<FileEnded>),
}

/// The end of a file: see [`Blocks::finish`].
type FileEnded = (crate::ingest::FileEnd, Option<crate::ingest::Fault>);

/// One file while it is read.
struct Reading<'r> {
    file: &'r ToRead<'r>,
    folder: &'r dyn Folder,
    progress: &'r dyn Progress,
    state: Mutex<State>,
    /// Rows that are still to be drawn, by its manifest.
    left: AtomicU64,
    /// Set with the first block; holds nothing where the header is at fault or nothing may be read.
    table: OnceLock<Option<Table>>,
    found: Mutex<Found>,
}

/// A poisoned lock means that a thread panicked, and then the engine stops the run.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'r> Reading<'r> {
    fn new(file: &'r ToRead<'r>, folder: &'r dyn Folder, progress: &'r dyn Progress) -> Self {
        let found = Mutex::new(Found::default());
        let left = AtomicU64::new(file.records);
        Self { file, folder, progress, state: Mutex::new(State::Before), left, table: OnceLock::new(), found }
    }

    /// Puts the next block into the room, whatever state the file is in. It is not in the hash yet.
    fn next(&self, state: &mut State, room: &mut Block) -> io::Result<bool> {
        if let State::Before = state {
            let (source, length) = self.folder.open(self.file.file)?;
            self.progress.begin(self.file.file, length);
            *state = State::Within(Blocks::new(source, length));
        }
        let State::Within(blocks) = state else { return Ok(false) };
        let more = blocks.cut(room)?;
        let left = if more { self.file.records.saturating_sub(blocks.lines()) } else { 0 };
        self.left.store(left, Ordering::Relaxed);
        if self.table.get().is_none() {
            let opened = self.file.rows.as_ref().and_then(|(readable, _)| {
                let (table, found) = Table::open(self.file.bron, readable, room);
                // Not merged with what was found before, which is nothing: faults of a header stand in its order.
                *lock(&self.found) = found;
                table
            });
            // Only whoever holds the state comes here.
            let _ = self.table.set(opened);
        }
        if !more && let State::Within(blocks) = std::mem::replace(state, State::Before) {
            *state = State::After(Ok(blocks.finish()));
        }
        Ok(more)
    }

    fn checked(self) -> io::Result<Checked> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Every source is drawn until nothing is left, so its state is the last, unless the run is broken off.
        let State::After(ended) = state else { return Err(io::ErrorKind::Interrupted.into()) };
        let (end, stopped) = ended?;
        let mut found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        if self.file.rows.is_some() {
            Table::close(self.file.bron, &mut found, stopped);
        }
        let complete = self.table.into_inner().flatten().is_some() && stopped.is_none();
        Ok(Checked { end, records: found.records, faults: found.faults, complete })
    }
}

/// How often a lock is asked for before sleeping: some tenths of a millisecond, as a processor is.
const SOON: u32 = 20_000;

/// Rows that two blocks surely have not more of, of any source.
const SPARE: u64 = 1 << 13;

/// Takes a lock that others hold for as long as they read or hash a block, a tenth of a millisecond: to fall asleep
/// and be woken takes as long, so it is asked for again and again first. Much longer it is not held, but where there are
/// more threads than processors.
fn soon<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for _ in 0..SOON {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => std::hint::spin_loop(),
        }
    }
    lock(mutex)
}

/// Somebody else is drawing from a file.
struct Busy;

/// A file that nobody else can draw from now.
type Held<'f> = MutexGuard<'f, State>;

impl Reading<'_> {
    /// Puts the next block into the room, and holds the file; nothing where none is left, or where somebody else holds
    /// the file and there is no patience.
    fn draw(&self, room: &mut Block, patient: bool) -> Result<Option<Held<'_>>, Busy> {
        if self.progress.cancelled() {
            return Ok(None);
        }
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) if patient => soon(&self.state),
            Err(TryLockError::WouldBlock) => return Err(Busy),
        };
        match self.next(&mut state, room) {
            Ok(more) => Ok(more.then_some(state)),
            Err(fault) => {
                *state = State::After(Err(fault));
                Ok(None)
            }
        }
    }

    /// Whether somebody takes a block of it into its hash.
    fn is_hashed(&self) -> bool {
        self.state.try_lock().is_ok_and(|state| matches!(&*state, State::Within(blocks) if blocks.is_hashed()))
    }

    fn work(&self, block: &Block) {
        let bytes = block.bytes().len() as u64;
        let (Some(Some(table)), Some((_, on_rows))) = (self.table.get(), &self.file.rows) else {
            self.progress.advance(0, bytes);
            return;
        };
        let found = table.parse(block, &mut |rows| on_rows(rows));
        self.progress.advance(found.records, bytes);
        lock(&self.found).merge(found);
    }
}

/// All files of one scan.
struct Readings<'r> {
    files: Vec<Reading<'r>>,
    /// Their numbers, the largest file first: it would have no other beside it in the end.
    order: Vec<usize>,
}

impl<'r> Readings<'r> {
    fn new(files: Vec<Reading<'r>>) -> Self {
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(files.get(*at).map(|reading| reading.file.records)));
        Self { files, order }
    }

    /// Whether so much is left of all other files that the one of which most is left has another beside it to its end,
    /// even if two of the others are drawn together now.
    fn spare(&self) -> bool {
        let left = self.files.iter().map(|file| file.left.load(Ordering::Relaxed));
        let (all, most) = left.fold((0u64, 0u64), |(all, most), left| (all.saturating_add(left), most.max(left)));
        // By manifests, which may say anything.
        all - most > most.saturating_add(SPARE)
    }

    /// Every file and its number.
    fn in_turn(&self) -> impl Iterator<Item = (usize, &Reading<'r>)> {
        self.order.iter().filter_map(|at| Some((*at, self.files.get(*at)?)))
    }
}

impl Source for Readings<'_> {
    fn draw(&self, room: &mut [Partition; 2]) -> usize {
        let [first, second] = room;
        let spare = self.spare();
        let free = |file: &Reading<'_>, any: bool| any || !spare || !file.is_hashed();
        let Some((held, own)) = [(false, false), (true, false), (true, true)].into_iter().find_map(|(any, patient)| {
            self.in_turn().filter(|(_, file)| free(file, any)).find_map(|(at, file)| {
                let held = file.draw(&mut first.block, patient).ok().flatten()?;
                first.file = at;
                Some((held, at))
            })
        }) else {
            return 0;
        };
        // Never waited for while a file is held: two threads could wait for each other.
        let beside = [false, true].into_iter().find_map(|any| {
            self.in_turn().filter(|(at, file)| *at != own && free(file, any)).find_map(|(at, file)| {
                let held = file.draw(&mut second.block, false).ok().flatten()?;
                second.file = at;
                Some(held)
            })
        });
        // Held before another can draw, so that every file's blocks go into its hash in their order. Who has hold of both
        // waits for nothing, so nobody waits for ever.
        let State::Within(blocks) = &*held else { return 1 };
        let sum = blocks.sum();
        let mut sum = soon(&sum);
        let Some(beside) = beside else {
            drop(held);
            first.block.hash(&mut sum);
            return 1;
        };
        let State::Within(others) = &*beside else { return 1 };
        let other = others.sum();
        let mut other = soon(&other);
        drop((held, beside));
        Block::hash_both((&mut first.block, &mut sum), (&mut second.block, &mut other));
        2
    }

    fn work(&self, partition: &Partition) {
        if let Some(reading) = self.files.get(partition.file) {
            reading.work(&partition.block);
        }
    }
}

#[cfg(test)]
#[path = "scan_test.rs"]
mod tests;
