//! What the chain must notice.

use super::chain::{enter, mark_delivered};
use super::*;
use crate::terms::Sha256Hash;
use serde_json::json;
use sha2::{Digest, Sha256};

#[derive(Default)]
struct Memory(Vec<String>);

impl Ledger for Memory {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        Ok(self.0.clone())
    }
    fn append(&mut self, line: &str) -> Result<(), RegisterFault> {
        self.0.push(line.to_owned());
        Ok(())
    }
}

/// An entry as `release` writes it; `content` stands for what its tables hold.
fn entry(content: u8) -> serde_json::Value {
    json!({
        "tijd": "2026-11-05T08:00:00Z", "vandaag_gezet": false,
        "doelbinding": { "id": "proef", "versie": 1, "sha256": "ab" }, "ondertekend_door": ["fg"],
        "peildatum": "2026-10-01", "regio": "10", "doelgroep": "iedereen",
        "bronnen": [{ "bron": "inkomen", "identificatie": "bsn", "dekking": "gedekt" }],
        "leveringen": [{ "bron": "inkomen", "sha256": "cd" }],
        "regels": { "gemeenten": ["0148"], "leeftijd_van": 16, "leeftijd_tot": 27, "cohort": "alle",
                    "inkomen_boven_cent": 30000, "inkomen_maand": "2026-10", "bronnen": ["inkomen"] },
        "redenen": { "drempel": 5, "aantallen": [] },
        "tabellen": [{ "naam": "t", "dimensies": ["klasse"], "methode": "onderdrukking",
                       "cellen": [{ "klasse": "werk", "aantal": null }, { "klasse": "totaal", "aantal": 9 }] }],
        "bestanden": [{ "naam": "vrijgave.json", "sha256": format!("{content:02x}") }],
    })
}

impl Memory {
    fn register(&self) -> Register {
        Register::read(&self.0).unwrap()
    }

    fn release(&mut self, content: u8, delivered: bool) {
        let end = self.register().end;
        let entered = enter(self, end, Soort::Vrijgave, &entry(content)).unwrap();
        if delivered {
            mark_delivered(self, &entered).unwrap();
        }
    }
}

/// Lines as somebody would write them who knows how the chain is made.
fn chained(says: &[serde_json::Value]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, says) in says.iter().enumerate() {
        let vorige =
            lines.last().map_or(Sha256Hash([0; 32]), |line| Sha256Hash(Sha256::digest(line).into())).to_string();
        let mut line = json!({ "schema": "inbeeld/register/v1", "nr": at + 1, "vorige": vorige });
        line.as_object_mut().unwrap().extend(says.as_object().unwrap().clone());
        lines.push(line.to_string());
    }
    lines
}

fn with_kind(soort: &str, mut says: serde_json::Value) -> serde_json::Value {
    says.as_object_mut().unwrap().insert("soort".to_owned(), soort.into());
    says
}

#[test]
fn a_changed_byte_breaks_the_chain_or_changes_the_head() {
    let mut ledger = Memory::default();
    (0..3).for_each(|content| ledger.release(content, true));
    let head = ledger.register().head();
    assert_eq!(ledger.register().lines(), 6);
    for line in 0..6 {
        for byte in 0..ledger.0[line].len() {
            let mut changed = ledger.0.clone();
            let mut bytes = changed[line].clone().into_bytes();
            bytes[byte] ^= 1;
            changed[line] = String::from_utf8(bytes).unwrap();
            let found = Register::read(&changed);
            // Inside the chain tells it; of the last line only a head that was kept can.
            assert!(found.is_err() || line == 5, "regel {line} byte {byte}");
            assert!(found.is_err() || found.unwrap().since(head).is_err(), "regel {line} byte {byte}");
        }
    }
    assert!(Register::read(&ledger.0[1..]).is_err());
}

#[test]
fn a_kept_head_finds_a_tail_that_was_cut_off_or_written_again() {
    let mut ledger = Memory::default();
    (0..3).for_each(|content| ledger.release(content, true));
    let kept = ledger.register().head();
    assert_eq!(ledger.register().since(kept).unwrap(), 0);

    // Cut off: the chain holds, the kept head is gone.
    for lines in 0..6 {
        let cut = Register::read(&ledger.0[..lines]).unwrap();
        assert!(matches!(cut.since(kept), Err(RegisterFault::Head { .. })), "{lines}");
    }
    // Written again, with a chain that holds.
    let mut again = Memory(ledger.0[..4].to_vec());
    again.release(9, true);
    assert!(matches!(again.register().since(kept), Err(RegisterFault::Head { lines: 6 })));
    // More lines are no fault, and are counted.
    ledger.release(4, true);
    assert_eq!(ledger.register().since(kept).unwrap(), 2);
    assert_eq!(ledger.register().since(Sha256Hash([0; 32])).unwrap(), 8);
}

#[test]
fn a_release_without_its_mark_was_not_delivered_until_a_later_one_completes_it() {
    let mut ledger = Memory::default();
    ledger.release(1, false);
    ledger.release(2, true);
    ledger.release(1, false);
    let told = |ledger: &Memory| -> Vec<_> {
        let past = ledger.register().vrijgaven;
        past.into_iter().map(|past| (past.nr, past.uitgeleverd, past.aangevuld_door)).collect()
    };
    // Another release completes nothing, nor does one that was itself cut off.
    assert_eq!(told(&ledger), [(1, None, None), (2, Some(3), None), (4, None, None)]);
    ledger.release(1, true);
    assert_eq!(told(&ledger), [(1, None, Some(5)), (2, Some(3), None), (4, None, Some(5)), (5, Some(6), None)]);
    assert_eq!(ledger.register().vrijgaven[0].entry.tabellen[0].withheld(), 1);
}

/// A chain that holds is not enough: only what a koppeling writes is a line of the register.
#[test]
fn lines_that_no_koppeling_writes_are_told() {
    let release = || with_kind("vrijgave", entry(1));
    let mark = |vrijgave: usize| with_kind("uitgeleverd", json!({ "vrijgave": vrijgave }));
    assert!(Register::read(&chained(&[release(), mark(1)])).is_ok());
    let odd = |says: &[serde_json::Value], line: usize| {
        let found = Register::read(&chained(says));
        assert!(matches!(found, Err(RegisterFault::Odd { line: at }) if at == line), "{found:?}");
    };
    odd(&[mark(1)], 1);
    odd(&[release(), mark(2)], 2);
    odd(&[release(), mark(1), mark(1)], 3);
    odd(&[with_kind("anders", entry(1))], 1);
    odd(&[entry(1)], 1);
    odd(&[release(), with_kind("vrijgave", json!({ "tijd": 1 }))], 2);
    // A question is a line of its own, and nothing that could have been delivered.
    let question = || {
        let text = json!({ "id": "proef", "versie": 1, "sha256": "ab" });
        let says = json!({ "tijd": "2026-11-05T08:00:00Z", "vandaag_gezet": false, "doelbinding": text,
            "rol": "gemeente", "peildatum": "2026-10-01", "regio": "10" });
        with_kind("inzage", says)
    };
    let read = Register::read(&chained(&[question(), release(), question(), mark(2)])).unwrap();
    assert_eq!(read.vrijgaven.iter().map(|past| (past.nr, past.uitgeleverd)).collect::<Vec<_>>(), [(2, Some(4))]);
    assert_eq!(read.inzagen.iter().map(|past| past.nr).collect::<Vec<_>>(), [1, 3]);
    odd(&[question(), mark(1)], 2);
    odd(&[with_kind("inzage", json!({ "tijd": "2026-11-05T08:00:00Z" }))], 1);
    let mut other = release();
    other.as_object_mut().unwrap().insert("schema".to_owned(), "inbeeld/register/v2".into());
    odd(&[other], 1);
}
