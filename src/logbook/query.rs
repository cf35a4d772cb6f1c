//! Looking lines up: what was done with the data of whom.

use crate::fault::{Exit, Explain};
use memchr::memmem::Finder;
use serde_json::Value;

/// What is sought. All that is given must hold.
#[derive(Debug)]
pub struct Query {
    wanted: Vec<(Field, String, Finder<'static>)>,
}

/// Where a line says it.
#[derive(Clone, Copy, Debug)]
enum Field {
    Trace,
    Activity,
    Subject,
}

/// Why nothing can be sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryFault {
    /// Nothing was given.
    #[error("zoek op ten minste één van traceId, processingActivityId en dataSubjectId")]
    Nothing,
    /// Not a value that a line can hold.
    #[error("{0} heeft niet de vorm die het in een logregel heeft")]
    Form(&'static str),
}

impl Explain for QueryFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "zoekvraag-leeg",
            Self::Form(_) => "zoekvraag-vorm",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Nothing => "Geef een of meer van de drie.",
            Self::Form(_) => {
                "Een traceId is 32 en een dataSubjectId 64 hexadecimale cijfers in kleine letters; een processingActivityId is een URI."
            }
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Query {
    /// Reads what is sought.
    ///
    /// # Errors
    /// [`QueryFault`].
    pub fn new(trace: Option<&str>, activity: Option<&str>, subject: Option<&str>) -> Result<Self, QueryFault> {
        let hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let uri =
            |text: &str| !text.is_empty() && text.len() <= 512 && text.bytes().all(|byte| byte.is_ascii_graphic());
        let mut wanted = Vec::new();
        let mut want = |field, name, text: Option<&str>, good: &dyn Fn(&str) -> bool| {
            let Some(text) = text else { return Ok(()) };
            wanted.push((field, text.to_owned(), Finder::new(text).into_owned()));
            if good(text) { Ok(()) } else { Err(QueryFault::Form(name)) }
        };
        // The most telling first: most lines need only that one look.
        want(Field::Subject, "dataSubjectId", subject, &|text| hex(text, 64))?;
        want(Field::Trace, "traceId", trace, &|text| hex(text, 32))?;
        want(Field::Activity, "processingActivityId", activity, &uri)?;
        if wanted.is_empty() { Err(QueryFault::Nothing) } else { Ok(Self { wanted }) }
    }

    /// The line, where it is one that is sought.
    #[must_use]
    pub fn find(&self, line: &[u8]) -> Option<Value> {
        if self.wanted.iter().any(|(_, _, finder)| finder.find(line).is_none()) {
            return None;
        }
        let line: Value = serde_json::from_slice(line).ok()?;
        let attribute = |name: &str| line.get("attributes").and_then(|attributes| attributes.get(name));
        let says = |field: Field| match field {
            Field::Trace => line.get("trace_id"),
            Field::Activity => attribute("dpl.core.processing_activity_id"),
            Field::Subject => attribute("dpl.core.data_subject_id"),
        };
        let same = |(field, text, _): &(Field, String, Finder<'_>)| says(*field).and_then(Value::as_str) == Some(text);
        self.wanted.iter().all(same).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_counts_in_its_own_field_only_and_all_given_must_hold() {
        let (trace, subject) = ("a".repeat(32), "a".repeat(64));
        let line = format!(
            r#"{{"trace_id":"{trace}","attributes":{{"dpl.core.processing_activity_id":"urn:a","dpl.core.data_subject_id":"{subject}"}}}}"#
        );
        let found = |trace: Option<&str>, activity: Option<&str>, subject: Option<&str>| {
            Query::new(trace, activity, subject).unwrap().find(line.as_bytes()).is_some()
        };
        assert!(
            found(Some(&trace), None, None) && found(None, Some("urn:a"), None) && found(None, None, Some(&subject))
        );
        assert!(found(Some(&trace), Some("urn:a"), Some(&subject)));
        assert!(!found(Some(&trace), Some("urn:b"), Some(&subject)));
        // Part of another field's text.
        assert!(!found(None, Some("urn"), None) && !found(None, Some("trace_id"), None));
        assert_eq!(Query::new(None, None, None).unwrap_err(), QueryFault::Nothing);
        for wrong in ["", "A", &"A".repeat(32), &"a".repeat(33)] {
            assert_eq!(Query::new(Some(wrong), None, None).unwrap_err(), QueryFault::Form("traceId"));
            assert_eq!(Query::new(None, None, Some(wrong)).unwrap_err(), QueryFault::Form("dataSubjectId"));
        }
    }
}
