//! Lines as a collector takes them: OTLP in its JSON encoding, in which ids are hex and times are texts.

use crate::terms::{Invalid, Moment};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Who says so, for a collector.
const SCOPE: &str = "inbeeld.logboek";
/// `SPAN_KIND_INTERNAL`: a koppeling neither answers nor asks anybody.
const INTERNAL: u8 = 1;

/// Lines that go to a collector together.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// Lines that follow one another and have the same resource stand together under it.
    resource_spans: Vec<Resource>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource: Attributes,
    scope_spans: [Scope; 1],
}

#[derive(Debug, Serialize)]
struct Scope {
    scope: Named,
    spans: Vec<Span>,
}

#[derive(Debug, Serialize)]
struct Named {
    name: &'static str,
}

#[derive(Debug, PartialEq, Serialize)]
struct Attributes {
    attributes: Vec<Attribute>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Attribute {
    key: String,
    value: Text,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    string_value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    name: String,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    #[serde(flatten)]
    attributes: Attributes,
    status: Status,
}

#[derive(Debug, Serialize)]
struct Status {
    code: u8,
}

/// A line as it is kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'l> {
    #[serde(borrow)]
    trace_id: Cow<'l, str>,
    #[serde(borrow)]
    span_id: Cow<'l, str>,
    #[serde(borrow)]
    parent_span_id: Option<Cow<'l, str>>,
    #[serde(borrow)]
    status: Cow<'l, str>,
    #[serde(borrow)]
    name: Cow<'l, str>,
    #[serde(borrow)]
    start_time: Cow<'l, str>,
    #[serde(borrow)]
    end_time: Cow<'l, str>,
    #[serde(borrow)]
    resource: Words<'l>,
    #[serde(borrow)]
    attributes: BTreeMap<Cow<'l, str>, Cow<'l, str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words<'l> {
    #[serde(borrow)]
    attributes: BTreeMap<Cow<'l, str>, Cow<'l, str>>,
}

impl Export {
    /// Takes in a line.
    ///
    /// # Errors
    /// [`Invalid`] where it is not one of ours; then nothing of it was taken in.
    pub fn add(&mut self, line: &[u8]) -> Result<(), Invalid> {
        let odd = Invalid { expected: "een regel van het Logboek Dataverwerkingen" };
        let line: Line<'_> = serde_json::from_slice(line).map_err(|_| odd)?;
        let code = match line.status.as_ref() {
            "Unset" => 0,
            "Ok" => 1,
            "Error" => 2,
            _ => return Err(odd),
        };
        let span = Span {
            trace_id: line.trace_id.into_owned(),
            span_id: line.span_id.into_owned(),
            parent_span_id: line.parent_span_id.map(Cow::into_owned),
            name: line.name.into_owned(),
            kind: INTERNAL,
            start_time_unix_nano: Moment::parse(&line.start_time)?.unix_nanoseconds().to_string(),
            end_time_unix_nano: Moment::parse(&line.end_time)?.unix_nanoseconds().to_string(),
            attributes: attributes(line.attributes),
            status: Status { code },
        };
        let resource = attributes(line.resource.attributes);
        match self.resource_spans.last_mut() {
            Some(Resource { resource: last, scope_spans: [scope] }) if *last == resource => scope.spans.push(span),
            _ => {
                let scope = Scope { scope: Named { name: SCOPE }, spans: vec![span] };
                self.resource_spans.push(Resource { resource, scope_spans: [scope] });
            }
        }
        Ok(())
    }

    /// Whether it has no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resource_spans.is_empty()
    }

    /// The body of a request to `/v1/traces`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        // Texts and numbers only: it always becomes JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn attributes(words: BTreeMap<Cow<'_, str>, Cow<'_, str>>) -> Attributes {
    let one = |(key, value): (Cow<'_, str>, Cow<'_, str>)| Attribute {
        key: key.into_owned(),
        value: Text { string_value: value.into_owned() },
    };
    Attributes { attributes: words.into_iter().map(one).collect() }
}

/// How many spans a collector says that it took nothing of, in an answer that is otherwise good.
#[must_use]
pub fn rejected(answer: &[u8]) -> u64 {
    let told: Option<serde_json::Value> = serde_json::from_slice(answer).ok();
    let count = told.as_ref().and_then(|told| told.get("partialSuccess")?.get("rejectedSpans"));
    // A number of 64 bits is a text in this encoding; not every collector does so.
    count.and_then(|count| count.as_u64().or_else(|| count.as_str()?.parse().ok())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logbook::{Activity, Lines, LogSink};
    use serde_json::{Value, json};

    struct Kept(Vec<u8>);

    impl LogSink for Kept {
        fn write(&mut self, lines: &[u8]) -> std::io::Result<()> {
            self.0.extend_from_slice(lines);
            Ok(())
        }
        fn confirm(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn lines() -> Vec<u8> {
        let activity = Activity::new("https://regio.example/d/1", "urn:inbeeld:jongere").unwrap();
        let at = |text| Moment::parse(text).unwrap();
        let span = crate::logbook::Span {
            begun: at("2026-11-02T08:30:00Z"),
            ended: at("2026-11-02T08:30:04.000000001Z"),
            random: [0xab; 24],
        };
        let mut kept = Kept(Vec::new());
        let mut lines = Lines::begin(&activity, &span, &mut kept).unwrap();
        lines.subject(&[7; 32]).unwrap();
        lines.finish().unwrap();
        kept.0
    }

    /// By hand, from the specification.
    #[test]
    fn what_is_kept_is_what_is_sent() {
        let mut export = Export::default();
        assert!(export.is_empty());
        for line in lines().split_inclusive(|byte| *byte == b'\n') {
            export.add(line).unwrap();
        }
        let text = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
        let span = |id: &str, name: &str, mut attributes: Vec<Value>| {
            attributes.push(text("dpl.core.processing_activity_id", "https://regio.example/d/1"));
            attributes.sort_by_key(|one| one["key"].to_string());
            json!({
                "traceId": "ab".repeat(16), "spanId": id, "name": name, "kind": 1,
                "startTimeUnixNano": "1793608200000000000", "endTimeUnixNano": "1793608204000000001",
                "attributes": attributes, "status": { "code": 1 },
            })
        };
        let whole = span("abababababababab", "koppeling", vec![]);
        let mut one = span(
            "abababababababac",
            "gegevens van een jongere gekoppeld",
            vec![
                text("dpl.core.data_subject_id", &"07".repeat(32)),
                text("dpl.core.data_subject_id_type", "urn:inbeeld:jongere"),
            ],
        );
        one["parentSpanId"] = json!("abababababababab");
        let expected = json!({ "resourceSpans": [{
            "resource": { "attributes": [
                text("service.name", "inbeeld"), text("service.version", env!("CARGO_PKG_VERSION")),
            ] },
            "scopeSpans": [{ "scope": { "name": "inbeeld.logboek" }, "spans": [whole, one] }],
        }] });
        let mut sent: Value = serde_json::from_slice(&export.body()).unwrap();
        for span in sent["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array_mut().unwrap() {
            span["attributes"].as_array_mut().unwrap().sort_by_key(|one| one["key"].to_string());
        }
        assert_eq!(sent, expected);
    }

    #[test]
    fn another_version_of_the_service_is_another_resource_and_what_is_strange_is_left_out() {
        let lines = String::from_utf8(lines()).unwrap();
        let (first, second) = lines.split_once('\n').unwrap();
        let newer = second.replace("\"service.version\":\"", "\"service.version\":\"9.");
        let mut export = Export::default();
        for line in [first, second, &newer, second] {
            export.add(line.as_bytes()).unwrap();
        }
        for strange in ["", "{}", &first.replace("\"Ok\"", "\"Goed\""), &first.replace("00Z", "00"), &first[..90]] {
            assert!(export.add(strange.as_bytes()).is_err(), "{strange}");
        }
        let sent: Value = serde_json::from_slice(&export.body()).unwrap();
        let counts: Vec<usize> = sent["resourceSpans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["scopeSpans"][0]["spans"].as_array().unwrap().len())
            .collect();
        assert_eq!(counts, [2, 1, 1]);
    }

    #[test]
    fn a_collector_that_took_not_everything_is_understood() {
        for (answer, count) in [
            ("{}", 0),
            ("", 0),
            (r#"{"partialSuccess":{}}"#, 0),
            (r#"{"partialSuccess":{"rejectedSpans":"3"}}"#, 3),
            (r#"{"partialSuccess":{"rejectedSpans":4,"errorMessage":"x"}}"#, 4),
        ] {
            assert_eq!(rejected(answer.as_bytes()), count, "{answer}");
        }
    }
}
