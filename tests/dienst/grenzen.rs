//! What the service does at its limits: too many connections of one client, a disk that is full.

use super::huis::{Dienst, Huis, activeer, als, gelukt, nieuw};
use super::klant::{Antwoord, Klant};
use super::{formulier, levering};
use serde_json::json;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// As many as the service takes of one client.
const EACH: usize = 256;

#[test]
fn one_client_takes_so_many_connections_and_no_more() {
    let huis = Huis::new();
    let dienst = huis.start();
    let connect = || {
        let stream = TcpStream::connect(("127.0.0.1", dienst.klant.poort)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream
    };
    let mut open: Vec<TcpStream> = (0..EACH).map(|_| connect()).collect();
    std::thread::sleep(Duration::from_millis(200));
    // Closed at once, without a word.
    assert!(!matches!(connect().read(&mut [0]), Ok(1..)));
    assert_eq!(dienst.klant.haal("/v1/gezondheid").status, 0);
    open.truncate(EACH - 2);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(dienst.klant.haal("/v1/gezondheid").status, 200);
    // As many files as the system has for us.
    let limits = fs::read_to_string(format!("/proc/{}/limits", dienst.proces.id())).unwrap();
    let files: Vec<&str> =
        limits.lines().find(|line| line.starts_with("Max open files")).unwrap().split_whitespace().collect();
    assert_eq!(files[3], files[4], "{limits}");
}

#[test]
fn who_is_refused_before_all_was_read_is_told_that_the_connection_ends() {
    let huis = Huis::new();
    let dienst = huis.start();
    let ask = |head: &str, body: &str| {
        let length = body.len();
        let text = format!(
            "{head} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let mut stream = dienst.klant.verbind().unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..read]).to_lowercase()
    };
    let large = "x".repeat(5000);
    for (head, body) in [
        ("POST /v1/sessies", large.as_str()),
        ("POST /v1/accounts", "{}"),
        ("POST /v1/nergens", "{}"),
        ("PUT /v1/sessies", "{}"),
        ("GET /v1/gezondheid", "x"),
    ] {
        let answer = ask(head, body);
        assert!(answer.starts_with("http/1.1 4") && answer.contains("\r\nconnection: close\r\n"), "{head}: {answer}");
    }
    // Read whole, or nothing sent: the connection goes on.
    for (head, body) in [("POST /v1/sessies", "{}"), ("GET /v1/nergens", "")] {
        let answer = ask(head, body);
        assert!(answer.starts_with("http/1.1 4") && !answer.contains("connection: close"), "{head}: {answer}");
    }
}

#[test]
fn folders_are_for_the_service_alone_and_without_trust_nothing_is_taken_in() {
    let huis = Huis::new();
    let dienst = huis.start();
    for folder in ["gegevens", "audit"] {
        assert_eq!(fs::metadata(huis.pad(folder)).unwrap().permissions().mode() & 0o777, 0o700, "{folder}");
    }
    let geheim = activeer(&dienst.klant, "eerste", &huis.eerste_beheerder());
    let beheerder = als(&dienst.klant, "eerste", &geheim, 0);
    let fg = nieuw(&beheerder, &dienst.klant, &json!({ "naam": "fg", "rol": "privacy-officer" }));
    fs::remove_file(huis.pad("vertrouwd/fg.pub")).unwrap();
    let text = include_str!("../../policies/oud-vsv-maandmonitor.toml");
    let answer = fg.stuur("/v1/doelbindingen", &json!({ "tekst": text, "handtekeningen": [] }));
    assert_eq!((answer.status, answer.code().as_str()), (409, "geen-vertrouwde-sleutel"), "{answer:?}");
}

/// A small disk of its own, unmounted when dropped; `None` for who may not mount.
struct Schijf(PathBuf);

impl Schijf {
    fn new(pad: PathBuf) -> Option<Self> {
        fs::create_dir_all(&pad).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs"]).arg(&pad).output();
        mount.is_ok_and(|done| done.status.success()).then(|| Self(pad))
    }

    /// Fills it to the last byte; freed when the file is removed.
    fn vol(&self) -> PathBuf {
        let pad = self.0.join("opvulling");
        let mut file = File::create(&pad).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        pad
    }
}

impl Drop for Schijf {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn is_full(answer: &Antwoord) {
    assert_eq!((answer.status, answer.code().as_str()), (507, "schijf-vol"), "{answer:?}");
    let told = answer.json();
    assert!(told["doe"].as_str().unwrap().contains("beheerder"), "{answer:?}");
}

/// Makes accounts until the disk is full, then makes room and goes on.
fn until_full(naam: &str, schijf: &Schijf, beheerder: &Klant, dienst: &Dienst) {
    let make = |nr: usize| {
        let body = json!({ "naam": format!("{naam}{nr}"), "rol": "coordinator" });
        loop {
            let answer = beheerder.stuur("/v1/accounts", &body);
            if answer.status != 429 {
                return answer;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    };
    let names = || beheerder.haal("/v1/accounts").json()["accounts"].as_array().unwrap().len();
    let before = names();
    let filled = schijf.vol();
    // What is left of a page that was begun still takes some lines.
    let made = (0..40).take_while(|nr| make(*nr).status == 201).count();
    for nr in made..made + 3 {
        is_full(&make(nr));
    }
    // Who only looks is served, and what was refused is not there.
    assert_eq!((names() - before, dienst.klant.haal("/v1/gezondheid").status), (made, 200), "{naam}");
    fs::remove_file(filled).unwrap();
    assert_eq!(make(made).status, 201, "{naam}: after there is room again");
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let huis = Huis::new();
    let schijven: Option<Vec<Schijf>> =
        ["gegevens", "audit", "leveringen"].into_iter().map(|naam| Schijf::new(huis.pad(naam))).collect();
    let Some(schijven) = schijven else {
        // Only root may mount a small disk; the fault itself is tested in `store`.
        return;
    };
    let dienst = huis.start();
    let geheim = activeer(&dienst.klant, "eerste", &huis.eerste_beheerder());
    let beheerder = als(&dienst.klant, "eerste", &geheim, 0);
    let fg = nieuw(&beheerder, &dienst.klant, &json!({ "naam": "fg", "rol": "privacy-officer" }));
    let bron = json!({ "naam": "uwv", "rol": "bronhouder", "oin": "00000001003214345000" });
    let bron = nieuw(&beheerder, &dienst.klant, &bron);
    gelukt(&["sleutel", "nieuw", "--soort", "dienst-deel", "--uit", "b.sleutel"], huis.map.path());
    let deel = fs::read_to_string(huis.pad("b.sleutel")).unwrap();
    assert_eq!(fg.stuur("/v1/perioden/2026-10/deel-b", &json!({ "sleutel": deel.trim() })).status, 204);

    let koppen = [("Content-Type", "multipart/form-data; boundary=grens")];
    let (data, manifest) = levering(2_000, "2026-11-02T08:00:00Z");
    let lever = || bron.vraag("POST", "/v1/leveringen", &koppen, Some(&formulier(&manifest, &data)));
    let list = || bron.haal("/v1/perioden/2026-10/leveringen").json()["leveringen"].as_array().unwrap().len();
    let filled = schijven[2].vol();
    is_full(&lever());
    assert_eq!(list(), 0);
    fs::remove_file(filled).unwrap();
    assert_eq!((lever().status, list()), (201, 1));

    until_full("a", &schijven[0], &beheerder, &dienst);
    until_full("b", &schijven[1], &beheerder, &dienst);
    assert_eq!(dienst.stop(), 0);
    gelukt(&["beheer", "audit-verifieer", "--config", "dienst.toml"], huis.map.path());
}
