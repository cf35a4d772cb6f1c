use super::*;
use crate::engine::Embedded;
use crate::run::oracle::{Memory, Quiet};
use crate::terms::Sha256Hash;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicUsize, Ordering};

fn rows(count: usize, seed: usize) -> Vec<u8> {
    let mut text = b"pseudoniem;sinds\n".to_vec();
    for at in 0..count {
        let pseudonym = format!("{:064x}", at * 7919 + seed);
        text.extend_from_slice(format!("{pseudonym};2026-0{}-11\n", at % 9 + 1).as_bytes());
    }
    text
}

fn to_read<'r>(file: &'r str, records: u64, on_rows: OnRows<'r>) -> ToRead<'r> {
    ToRead { file, bron: Bron::Betrokkenheid, records, rows: Some((Readable::all(Bron::Betrokkenheid), on_rows)) }
}

/// Whoever draws and whoever hashes: each file has its own hash, and every row is handed on once.
#[test]
fn many_threads_hash_every_file_in_its_order() {
    let mut texts: Vec<Vec<u8>> =
        [40_000, 17_000, 9_000, 3_500, 3, 0].into_iter().enumerate().map(|(seed, count)| rows(count, seed)).collect();
    // A record without an end, of which only the hash is left to be made.
    texts.push([rows(4_000, 7), b"\"".to_vec(), vec![b'x'; 1 << 20]].concat());
    let hashes: Vec<[u8; 32]> = texts.iter().map(|text| Sha256::digest(text).into()).collect();
    let named = |(at, text): (usize, Vec<u8>)| (format!("{at}.csv"), text);
    let folder = Memory(texts.into_iter().enumerate().map(named).collect());
    for threads in [1, 2, 4, 7].into_iter().cycle().take(24) {
        let handed_on = AtomicUsize::new(0);
        let files: Vec<ToRead<'_>> = folder
            .0
            .iter()
            .map(|(file, text)| {
                let on_rows = |rows: &Rows| {
                    handed_on.fetch_add(rows.len(), Ordering::Relaxed);
                };
                to_read(file, text.len() as u64, Box::new(on_rows))
            })
            .collect();
        let checked = scan(&Embedded::new(Some(threads)).unwrap(), &Quiet, &folder, &files);
        for ((checked, hash), (_, text)) in checked.iter().zip(&hashes).zip(&folder.0) {
            let end = checked.as_ref().unwrap().end;
            assert_eq!((end.sha256, end.bytes), (Sha256Hash(*hash), text.len() as u64), "{threads}");
        }
        assert_eq!(handed_on.load(Ordering::Relaxed), 40_000 + 17_000 + 9_000 + 3_500 + 3 + 4_000, "{threads}");
    }
}

#[test]
fn two_others_are_drawn_while_the_largest_is_hashed() {
    const ROWS: [usize; 3] = [24_000, 18_000, 18_000];
    let texts = ROWS.iter().enumerate().map(|(seed, count)| (format!("{seed}.csv"), rows(*count, seed)));
    let folder = Memory(texts.collect());
    let files: Vec<ToRead<'_>> = folder
        .0
        .iter()
        .zip(ROWS)
        .map(|((file, _), count)| to_read(file, count as u64, Box::new(|_: &Rows| {})))
        .collect();
    let readings = Readings::new(files.iter().map(|file| Reading::new(file, &folder, &Quiet)).collect());
    let mut room = [Partition::default(), Partition::default()];
    assert_eq!(readings.draw(&mut room), 2);
    assert_eq!(room.each_ref().map(|partition| partition.file), [0, 1]);
    let sum = {
        let State::Within(blocks) = &*lock(&readings.files[0].state) else { panic!("niet begonnen") };
        blocks.sum()
    };
    std::thread::scope(|scope| {
        let held = lock(&sum);
        let (tell, told) = std::sync::mpsc::channel();
        scope.spawn(move || {
            let drawn = readings.draw(&mut room);
            tell.send((drawn, room.map(|partition| partition.file))).unwrap();
        });
        // Whoever waits for the hash tells nothing until it is let go of.
        let drawn = told.recv_timeout(std::time::Duration::from_secs(10));
        drop(held);
        assert_eq!(drawn.unwrap(), (2, [1, 2]));
    });
}

#[test]
fn the_largest_keeps_another_beside_it_to_its_end() {
    let spare = |records: &[u64]| {
        let folder = Memory(Vec::new());
        let files: Vec<ToRead<'_>> =
            records.iter().map(|records| to_read("a.csv", *records, Box::new(|_: &Rows| {}))).collect();
        Readings::new(files.iter().map(|file| Reading::new(file, &folder, &Quiet)).collect()).spare()
    };
    assert!(spare(&[100_000, 60_000, 50_000]) && spare(&[60_000, 100_000, 50_000]));
    for few in [&[][..], &[100_000], &[100_000, 60_000, 45_000], &[100_000, 100_000], &[u64::MAX, u64::MAX, u64::MAX]] {
        assert!(!spare(few), "{few:?}");
    }
}
