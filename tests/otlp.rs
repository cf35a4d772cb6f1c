//! The lines of the Logboek Dataverwerkingen at a collector: all of them, whatever happens to it or to the service.

#![cfg(feature = "dienst")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test that cannot go on must stop"
)]

#[path = "dienst/huis.rs"]
#[allow(dead_code, reason = "what other tests ask of a service")]
mod huis;
#[path = "dienst/klant.rs"]
#[allow(dead_code, reason = "what other tests ask of a service")]
mod klant;
#[path = "dienst/maand.rs"]
#[allow(dead_code, reason = "what other tests ask of a month")]
mod maand;

use huis::gelukt;
use jiff::Timestamp;
use maand::{Maand, files};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Spans that the collector takes at once.
const AT_ONCE: usize = 150;

/// What a collector has confirmed: each span, and how often.
type Confirmed = Arc<Mutex<BTreeMap<String, (Value, usize)>>>;

/// A collector that is busy first, finds much too large, hangs up on every seventh and answers too late to be heard on
/// every fifth.
struct Ontvanger {
    confirmed: Confirmed,
    requests: usize,
}

impl Ontvanger {
    fn listen(self, listener: TcpListener) {
        std::thread::spawn(move || {
            let mut own = self;
            for stream in listener.incoming() {
                // A service that was killed breaks off; the next connection is another.
                let _ = own.answer(stream.unwrap());
            }
        });
    }

    fn answer(&mut self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut length, mut head) = (0, String::new());
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                // The service was killed between connecting and asking.
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&line.to_lowercase());
        }
        assert!(head.starts_with("post /v1/traces http/1.1") && head.contains("content-type: application/json"));
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        self.requests += 1;
        let told: Value = serde_json::from_slice(&body).unwrap();
        let spans = spans(&told);
        let say = |line: &str| {
            (&stream)
                .write_all(format!("HTTP/1.1 {line}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}").as_bytes())
        };
        if self.requests <= 2 {
            return say("503 Service Unavailable\r\nRetry-After: 1");
        }
        if spans.len() > AT_ONCE {
            return say("413 Content Too Large");
        }
        if self.requests.is_multiple_of(7) {
            return Ok(());
        }
        for (id, span) in spans {
            self.confirmed.lock().unwrap().entry(id).or_insert((span, 0)).1 += 1;
        }
        if self.requests.is_multiple_of(5) {
            return Ok(());
        }
        say("200 OK")
    }
}

/// Every span with its resource, by its two numbers.
fn spans(told: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for resource in told["resourceSpans"].as_array().unwrap() {
        for scope in resource["scopeSpans"].as_array().unwrap() {
            for span in scope["spans"].as_array().unwrap() {
                let id = format!("{} {}", span["traceId"].as_str().unwrap(), span["spanId"].as_str().unwrap());
                found.push((id, json!({ "span": span, "resource": resource["resource"] })));
            }
        }
    }
    found
}

/// What a collector must have of a line of the log.
fn expected(line: &str) -> (String, Value) {
    let line: Value = serde_json::from_str(line).unwrap();
    let nano = |key: &str| line[key].as_str().unwrap().parse::<Timestamp>().unwrap().as_nanosecond().to_string();
    let attributes = |of: &Value| {
        let sorted: BTreeMap<&String, &Value> = of.as_object().unwrap().iter().collect();
        sorted
            .into_iter()
            .map(|(key, value)| json!({ "key": key, "value": { "stringValue": value } }))
            .collect::<Vec<_>>()
    };
    assert_eq!(line["status"], "Ok");
    let mut span = json!({
        "traceId": line["trace_id"], "spanId": line["span_id"], "name": line["name"], "kind": 1,
        "startTimeUnixNano": nano("start_time"), "endTimeUnixNano": nano("end_time"),
        "attributes": attributes(&line["attributes"]), "status": { "code": 1 },
    });
    if let Some(parent) = line.get("parent_span_id") {
        span["parentSpanId"] = parent.clone();
    }
    let id = format!("{} {}", line["trace_id"].as_str().unwrap(), line["span_id"].as_str().unwrap());
    (id, json!({ "span": span, "resource": { "attributes": attributes(&line["resource"]["attributes"]) } }))
}

/// The log as it lies on the disk.
fn kept(maand: &Maand) -> BTreeMap<String, Value> {
    let logs = files(&maand.huis.pad("logboek"));
    let logs = logs.iter().filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    logs.flat_map(|path| fs::read_to_string(path).unwrap().lines().map(expected).collect::<Vec<_>>()).collect()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_collector_that_was_away_busy_or_broke_off_has_every_line_in_the_end() {
    let mut maand = Maand::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    // Away: nothing listens there.
    drop(listener);
    maand.huis.configuratie("", &format!("[otlp]\nadres = \"http://{at}/v1/traces\""));
    maand.herstart();
    maand.lever_alles();
    maand.vrijgegeven("oud-vsv-maandmonitor");
    let lines = kept(&maand);
    assert!(lines.len() > 2 * AT_ONCE, "{}", lines.len());
    until("de dienst zegt dat de ontvanger er niet is", || {
        fs::read_to_string(maand.huis.pad("dienst.log")).unwrap().contains("de OTLP-ontvanger is er niet")
    });

    let status = || gelukt(&["beheer", "status", "--config", "dienst.toml"], maand.huis.map.path());
    assert!(status().contains("OTLP: nog "), "{}", status());
    let confirmed = Confirmed::default();
    let there = || confirmed.lock().unwrap().len();
    Ontvanger { confirmed: Arc::clone(&confirmed), requests: 0 }.listen(TcpListener::bind(at).unwrap());
    // Killed in the middle, three times.
    for part in 1..4 {
        until("de ontvanger krijgt iets", || there() > lines.len() * part / 5);
        maand.dienst.proces.kill().unwrap();
        maand.herstart();
    }
    until("alles is er", || there() >= lines.len());
    let same = |lines: &BTreeMap<String, Value>| {
        let had = confirmed.lock().unwrap();
        assert_eq!(had.keys().collect::<BTreeSet<_>>(), lines.keys().collect());
        for (id, line) in lines {
            assert_eq!(&had[id].0, line);
        }
    };
    same(&lines);

    // Once confirmed, nothing goes again, and a second koppeling adds its own lines only.
    let status = || gelukt(&["beheer", "status", "--config", "dienst.toml"], maand.huis.map.path());
    until("de dienst weet dat alles er is", || status().contains("OTLP: alles is verstuurd"));
    let counts = || confirmed.lock().unwrap().values().map(|(_, count)| *count).sum::<usize>();
    let before = counts();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(counts(), before);
    maand.vrijgegeven("contactlijst-gemeenten");
    let more = kept(&maand);
    assert!(more.len() > lines.len());
    until("ook de tweede", || there() >= more.len());
    same(&more);
    let twice =
        confirmed.lock().unwrap().iter().filter(|(id, (_, count))| lines.contains_key(*id) && *count > 1).count();
    assert!(twice > 0, "niets ging twee keer: de ontvanger die niet meer antwoordt, is niet beproefd");
    assert!(!fs::read_to_string(maand.huis.pad("dienst.log")).unwrap().contains("data_subject"));
    assert_eq!(maand.dienst.stop(), 0);
}
