//! One line per processing and one per jongere, written as bytes: a month has hundreds of thousands.

use super::LogSink;
use crate::fault::{Exit, Explain};
use crate::terms::{Moment, encode_hex};
use std::io;

/// What a line says that it is of: an absolute URI without anything that JSON would escape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    activity: String,
    subject: String,
}

/// Why a text cannot name a processing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("een verwerking heet naar een volledige URI van hooguit 512 tekens, die met https:// of urn: begint")]
pub struct ActivityFault;

impl Explain for ActivityFault {
    fn code(&self) -> &'static str {
        "logboek-uri"
    }

    fn remedy(&self) -> String {
        "Geef het adres waar deze versie van de doelbinding staat, zoals https://regio.example/doelbindingen/maand/1."
            .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Activity {
    /// `activity` names this version of the doelbinding, `subject` says of what kind the numbers of
    /// jongeren are.
    ///
    /// # Errors
    /// [`ActivityFault`] where one is no absolute URI.
    pub fn new(activity: &str, subject: &str) -> Result<Self, ActivityFault> {
        let plain = |uri: &str| uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\<>^`{|}".contains(&byte));
        let absolute =
            |uri: &str| ["https://", "urn:"].iter().any(|begin| uri.len() > begin.len() && uri.starts_with(begin));
        let good = |uri: &str| uri.len() <= 512 && plain(uri) && absolute(uri);
        if !good(activity) || !good(subject) {
            return Err(ActivityFault);
        }
        Ok(Self { activity: activity.to_owned(), subject: subject.to_owned() })
    }
}

/// When a processing ran, and under which numbers (W3C Trace Context).
pub struct Span {
    /// When it began.
    pub begun: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Sixteen random bytes of the trace and eight of its first span, none of both all zeros.
    pub random: [u8; 24],
}

/// Bytes that are handed on together.
const AT_ONCE: usize = 1 << 16;
const HEX: usize = 64;

/// The lines of one processing.
pub struct Lines<'l> {
    sink: &'l mut dyn LogSink,
    waiting: Vec<u8>,
    /// A line of a jongere: up to the span, from there to the jongere, and the rest.
    parts: [String; 3],
    /// Of the span that was written last.
    span: u64,
}

impl<'l> Lines<'l> {
    /// Writes the line of the processing as a whole.
    ///
    /// # Errors
    /// What the sink said.
    pub fn begin(activity: &Activity, span: &Span, sink: &'l mut dyn LogSink) -> io::Result<Self> {
        let (trace, first) = span.random.split_at(16);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let first = first.first_chunk().map_or(1, |bytes| u64::from_be_bytes(*bytes)).max(1);
        let trace = hex(trace);
        let times = format!(r#""start_time":"{}","end_time":"{}""#, span.begun, span.ended);
        let resource = concat!(
            r#""resource":{"attributes":{"service.name":"inbeeld","service.version":""#,
            env!("CARGO_PKG_VERSION"),
            r#""}}"#
        );
        let Activity { activity, subject } = activity;
        let whole = format!(
            r#"{{"trace_id":"{trace}","span_id":"{first:016x}","status":"Ok","name":"koppeling",{times},{resource},"attributes":{{"dpl.core.processing_activity_id":"{activity}"}}}}"#
        );
        let parts = [
            format!(r#"{{"trace_id":"{trace}","span_id":""#),
            format!(
                r#"","parent_span_id":"{first:016x}","status":"Ok","name":"gegevens van een jongere gekoppeld",{times},{resource},"attributes":{{"dpl.core.processing_activity_id":"{activity}","dpl.core.data_subject_id":""#
            ),
            format!(r#"","dpl.core.data_subject_id_type":"{subject}"}}}}"#) + "\n",
        ];
        let mut waiting = Vec::with_capacity(AT_ONCE);
        waiting.extend_from_slice(whole.as_bytes());
        waiting.push(b'\n');
        Ok(Self { sink, waiting, parts, span: first })
    }

    /// Writes the line of one jongere.
    ///
    /// # Errors
    /// What the sink said.
    pub fn subject(&mut self, subject: &[u8; 32]) -> io::Result<()> {
        // Spans of one trace must differ, and none may be zero.
        self.span = self.span.wrapping_add(1).max(1);
        let mut span = [0; 32];
        if let Some(begin) = span.first_chunk_mut() {
            *begin = self.span.to_be_bytes();
        }
        let span = encode_hex(&span);
        let [before, between, after] = &self.parts;
        if self.waiting.len() + before.len() + between.len() + after.len() + HEX + 16 > AT_ONCE {
            self.sink.write(&self.waiting)?;
            self.waiting.clear();
        }
        self.waiting.extend_from_slice(before.as_bytes());
        self.waiting.extend_from_slice(span.first_chunk::<16>().map_or(&[], |span| span.as_slice()));
        self.waiting.extend_from_slice(between.as_bytes());
        self.waiting.extend_from_slice(&encode_hex(subject));
        self.waiting.extend_from_slice(after.as_bytes());
        Ok(())
    }

    /// Hands on what waits, and returns once all lines would survive a power cut.
    ///
    /// # Errors
    /// What the sink said.
    pub fn finish(self) -> io::Result<()> {
        self.sink.write(&self.waiting)?;
        self.sink.confirm()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    struct Kept(Vec<u8>, usize);

    impl LogSink for Kept {
        fn write(&mut self, lines: &[u8]) -> io::Result<()> {
            assert!(lines.ends_with(b"\n"), "halve regel");
            self.0.extend_from_slice(lines);
            Ok(())
        }
        fn confirm(&mut self) -> io::Result<()> {
            self.1 += 1;
            Ok(())
        }
    }

    fn activity() -> Activity {
        Activity::new("https://regio.example/doelbindingen/maand/1", "https://regio.example/soorten/jongere").unwrap()
    }

    fn span(random: u8) -> Span {
        let at = |text| Moment::parse(text).unwrap();
        Span { begun: at("2026-11-02T08:30:00Z"), ended: at("2026-11-02T08:30:04.25Z"), random: [random; 24] }
    }

    /// Hostile to whoever looks for a pattern: ids of every shape, more lines than fit in one write, and
    /// a first span at the very end of its range.
    #[test]
    fn every_jongere_has_one_line_that_differs_in_two_numbers_only() {
        let mut kept = Kept(Vec::new(), 0);
        let mut lines = Lines::begin(&activity(), &span(0xff), &mut kept).unwrap();
        let subjects: Vec<[u8; 32]> =
            (0..2000u32).map(|at| [at.to_be_bytes(); 8].concat().try_into().unwrap()).collect();
        subjects.iter().for_each(|subject| lines.subject(subject).unwrap());
        lines.finish().unwrap();
        assert_eq!(kept.1, 1);
        let text = String::from_utf8(kept.0).unwrap();
        let mut all: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let whole = all.remove(0);
        assert_eq!(all.len(), 2000);
        assert!(whole.get("parent_span_id").is_none() && whole["attributes"].as_object().unwrap().len() == 1);
        let (mut spans, mut rests) = (BTreeSet::from([whole["span_id"].to_string()]), BTreeSet::new());
        for (line, subject) in all.iter_mut().zip(&subjects) {
            let hex: String = subject.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(line["attributes"]["dpl.core.data_subject_id"], hex);
            assert_eq!(line["parent_span_id"], whole["span_id"]);
            assert_eq!(line["trace_id"], whole["trace_id"]);
            let id = line["span_id"].as_str().unwrap().to_owned();
            assert!(id.len() == 16 && id != "0000000000000000");
            assert!(spans.insert(id));
            line["span_id"] = Value::Null;
            line["attributes"]["dpl.core.data_subject_id"] = Value::Null;
            rests.insert(line.to_string());
        }
        assert_eq!(rests.len(), 1, "een regel zegt meer dan wie");
    }

    #[test]
    fn a_processing_is_named_by_an_absolute_uri() {
        let good = "https://regio.example/a";
        for wrong in ["", "https://", "/a", "http://regio.example/a", "https://a/\"b", "https://a/b c", "https://a/é"]
        {
            assert_eq!(Activity::new(wrong, good), Err(ActivityFault), "{wrong}");
            assert_eq!(Activity::new(good, wrong), Err(ActivityFault), "{wrong}");
        }
        assert!(Activity::new(good, "urn:inbeeld:jongere").is_ok());
    }
}
