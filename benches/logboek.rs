//! Lines of the Logboek Dataverwerkingen to disk, and looking one jongere up among them.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench stops at the first surprise")]

use divan::counter::ItemsCount;
use inbeeld::logbook::{Activity, Export, Lines, Query, Span};
use inbeeld::store::LogStore;
use inbeeld::terms::{Datum, Moment};
use std::path::Path;

const LINES: u32 = 200_000;

fn main() {
    divan::main();
}

fn write(store: &LogStore) {
    let uri = "https://regio.example/doelbindingen/oud-vsv-maandmonitor/1";
    let activity = Activity::new(uri, "https://regio.example/soorten/jongere").unwrap();
    let at = Moment::parse("2026-11-02T08:30:00Z").unwrap();
    let span = Span { begun: at, ended: at, random: [7; 24] };
    let mut writer = store.writer(Datum::parse(b"2026-11-02").unwrap()).unwrap();
    let mut lines = Lines::begin(&activity, &span, &mut writer).unwrap();
    let mut subject = [0x5a; 32];
    for number in 0..LINES {
        *subject.first_chunk_mut().unwrap() = number.to_be_bytes();
        lines.subject(&subject).unwrap();
    }
    lines.finish().unwrap();
}

/// On a file system in memory where there is one: what a disk takes is not ours.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

#[divan::bench(sample_count = 10)]
fn write_200_000_lines_and_confirm(bencher: divan::Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(LINES)).with_inputs(folder).bench_values(|folder| {
        write(&LogStore::open(folder.path()).unwrap());
    });
}

#[divan::bench(sample_count = 10)]
fn find_one_jongere_among_200_000(bencher: divan::Bencher<'_, '_>) {
    let folder = folder();
    let store = LogStore::open(folder.path()).unwrap();
    write(&store);
    let subject = format!("{:08x}{}", LINES - 1, "5a".repeat(28));
    let query = Query::new(None, None, Some(&subject)).unwrap();
    bencher
        .counter(ItemsCount::new(LINES))
        .bench(|| assert_eq!(store.search(&query, None, 10).unwrap().lines.len(), 1));
}

/// Read from the disk and written as one request for a collector, without what the collector itself takes.
#[divan::bench(sample_count = 10)]
fn prepare_2_000_lines_for_a_collector(bencher: divan::Bencher<'_, '_>) {
    let folder = folder();
    let store = LogStore::open(folder.path()).unwrap();
    write(&store);
    bencher.counter(ItemsCount::new(2_000u32)).bench(|| {
        let waiting = store.waiting(2_000).unwrap().unwrap();
        let mut export = Export::default();
        waiting.lines.iter().for_each(|line| export.add(line).unwrap());
        export.body()
    });
}
