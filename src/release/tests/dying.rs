//! A release that dies at every step: what is in place then, and what running again makes of it.

use super::super::*;
use crate::register::{Entered, RegisterFault};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

/// A machine that dies before its next step once its fuse has burnt.
#[derive(Default)]
struct Machine {
    fuse: Option<usize>,
    steps: usize,
    lines: Vec<String>,
    waiting: BTreeMap<String, Vec<u8>>,
    in_place: BTreeMap<String, Vec<u8>>,
}

impl Machine {
    fn step(&mut self) -> io::Result<()> {
        self.steps += 1;
        if self.fuse.is_some_and(|fuse| self.steps > fuse) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

/// Where the memory of lists stands, which is no file of the release.
const MEMORY: &str = "intrekking";

#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Machine>>);

impl Ledger for Shared {
    fn lines(&mut self) -> Result<Vec<String>, RegisterFault> {
        Ok(self.0.borrow().lines.clone())
    }
    fn append(&mut self, line: &str) -> Result<(), RegisterFault> {
        let mut machine = self.0.borrow_mut();
        machine.step().map_err(RegisterFault::Storage)?;
        machine.lines.push(line.to_owned());
        Ok(())
    }
}

fn fault(source: io::Error) -> OutboxFault {
    OutboxFault { place: "uit".to_owned(), source }
}

impl sealed::Sealed for Shared {}

impl Outbox for Shared {
    fn prepare(&mut self, name: &str, bytes: &[u8]) -> Result<(), OutboxFault> {
        let mut machine = self.0.borrow_mut();
        machine.step().map_err(fault)?;
        machine.waiting.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }
    fn remember(&mut self, bytes: &[u8]) -> Result<(), OutboxFault> {
        self.prepare(MEMORY, bytes)
    }
    fn publish(self, _: &Entered) -> Result<(), OutboxFault> {
        let mut machine = self.0.borrow_mut();
        let waiting: Vec<String> = machine.waiting.keys().cloned().collect();
        for name in waiting {
            machine.step().map_err(fault)?;
            let bytes = machine.waiting.remove(&name).unwrap();
            machine.in_place.insert(name, bytes);
        }
        Ok(())
    }
}

/// A release of three files and its entry. The account of a run differs each time.
fn made(run: u8) -> (Vrijgave, Value) {
    let file = |name: &str, bytes: &[u8]| OutFile { name: name.to_owned(), bytes: bytes.to_vec() };
    let files = vec![file("vrijgave.json", b"{}"), file("t.csv", b"9"), file("verantwoording.json", &[run])];
    let listed: Vec<Value> = files
        .iter()
        .map(|file| {
            let hash = Sha256Hash(Sha256::digest(&file.bytes).into());
            serde_json::json!({ "naam": file.name, "sha256": hash.to_string() })
        })
        .collect();
    let entry = serde_json::json!({
        "tijd": "2026-11-05T08:00:00Z", "vandaag_gezet": false,
        "doelbinding": { "id": "proef", "versie": 1, "sha256": "ab" }, "ondertekend_door": ["fg"],
        "peildatum": "2026-10-01", "regio": "10", "doelgroep": "iedereen", "bronnen": [],
        "leveringen": [{ "bron": "inkomen", "sha256": "cd" }],
        "regels": { "gemeenten": ["0148"], "leeftijd_van": 16, "leeftijd_tot": 27, "cohort": "alle",
                    "inkomen_boven_cent": 30000, "inkomen_maand": "2026-10", "bronnen": ["inkomen"] },
        "redenen": { "drempel": 5, "aantallen": [] },
        "tabellen": [], "bestanden": listed,
    });
    (Vrijgave { tabellen: Vec::new(), files, geheugen: Some(vec![run]) }, entry)
}

/// Every file in place is in an entry, with its hash.
fn assert_known(machine: &Machine) {
    let register = Register::read(&machine.lines).unwrap();
    for (name, bytes) in &machine.in_place {
        let hash = Sha256Hash(Sha256::digest(bytes).into()).to_string();
        if name == MEMORY {
            continue;
        }
        let listed = register.vrijgaven.iter().flat_map(|past| &past.entry.bestanden);
        assert!(listed.clone().any(|file| file.naam == *name && file.sha256 == hash), "{name}");
    }
}

#[test]
fn a_run_that_dies_at_any_step_leaves_nothing_unknown_and_a_second_completes_it() {
    let clean = Shared::default();
    let (vrijgave, entry) = made(1);
    let_out(vrijgave, &entry, &mut clean.clone(), clean.clone()).unwrap();
    // Three files and the memory prepared, the entry, all four put in place, the mark.
    let steps = clean.0.borrow().steps;
    assert_eq!((steps, clean.0.borrow().in_place.len()), (10, 4));

    for fuse in 0..steps {
        let shared = Shared::default();
        shared.0.borrow_mut().fuse = Some(fuse);
        let (vrijgave, entry) = made(1);
        let fault = let_out(vrijgave, &entry, &mut shared.clone(), shared.clone()).map(drop).unwrap_err();
        {
            let mut machine = shared.0.borrow_mut();
            let entered = !machine.lines.is_empty();
            assert_eq!(entered, fuse > 4);
            assert!(entered || machine.in_place.is_empty(), "{fuse}: in place before the entry");
            assert_known(&machine);
            let told = matches!(fault, ReleaseFault::Publish { nr: 1, .. } | ReleaseFault::Mark { nr: 1, .. });
            assert_eq!(told, entered, "{fuse}: {fault}");
            // What waited dies with the run.
            (machine.fuse, machine.waiting) = (None, BTreeMap::new());
        }
        let (vrijgave, entry) = made(2);
        let_out(vrijgave, &entry, &mut shared.clone(), shared.clone()).unwrap();
        let machine = shared.0.borrow();
        assert_known(&machine);
        for name in ["vrijgave.json", "t.csv"] {
            assert_eq!(machine.in_place[name], clean.0.borrow().in_place[name], "{fuse}");
        }
        let past = Register::read(&machine.lines).unwrap().vrijgaven;
        let told: Vec<_> = past.iter().map(|past| (past.nr, past.uitgeleverd, past.aangevuld_door)).collect();
        let expected: &[_] = if fuse > 4 { &[(1, None, Some(2)), (2, Some(3), None)] } else { &[(1, Some(2), None)] };
        assert_eq!(told, expected, "{fuse}");
    }
}

#[test]
fn a_register_that_was_changed_takes_nothing_and_nothing_is_even_prepared() {
    let shared = Shared::default();
    shared.0.borrow_mut().lines.push("{\"nr\":2}".to_owned());
    let (vrijgave, entry) = made(1);
    let fault = let_out(vrijgave, &entry, &mut shared.clone(), shared.clone()).map(drop).unwrap_err();
    assert!(matches!(fault, ReleaseFault::Register(RegisterFault::Broken { line: 1 })), "{fault}");
    assert_eq!(shared.0.borrow().steps, 0);
}
