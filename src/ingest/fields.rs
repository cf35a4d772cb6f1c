//! One record into its fields, by RFC 4180 and no more lenient.

use super::rule::Rule;
use memchr::{memchr, memchr_iter, memchr2_iter};
use std::borrow::Cow;
use std::ops::Range;

/// Separator of data files (CONTRACT, "Levering").
pub(crate) const SEPARATOR: u8 = b';';

/// Splits a record into fields, quotes taken off. The CSV crates read a stray quote as text; a
/// strict reader must refuse it, since it hides where a field ends.
///
/// # Errors
/// [`Rule::Aanhalingsteken`] for a quote inside an unquoted field, or text after a closing one;
/// [`Rule::Afgebroken`] for a quoted field without end, which only the file's last record can have.
pub(crate) fn split<'a>(record: &'a [u8], fields: &mut Vec<Cow<'a, [u8]>>) -> Result<(), Rule> {
    fields.clear();
    if memchr(b'"', record).is_none() {
        let mut from = 0;
        for at in memchr_iter(SEPARATOR, record) {
            fields.push(Cow::Borrowed(record.get(from..at).unwrap_or_default()));
            from = at + 1;
        }
        fields.push(Cow::Borrowed(record.get(from..).unwrap_or_default()));
        return Ok(());
    }
    let mut rest = record;
    loop {
        let (field, after) = match rest.strip_prefix(b"\"") {
            Some(inside) => quoted(inside)?,
            None => plain(rest)?,
        };
        fields.push(field);
        match after.split_first() {
            None => return Ok(()),
            Some((&SEPARATOR, next)) => rest = next,
            Some(_) => return Err(Rule::Aanhalingsteken),
        }
    }
}

/// Where the text of a field stands in a record that [`split`] takes, quotes taken off; doubled quotes
/// within it are left as they are.
pub(crate) fn place(record: &[u8], field: usize) -> Option<Range<usize>> {
    let (mut quoted, mut at, mut from) = (false, 0, 0);
    let mut marks = memchr2_iter(b'"', SEPARATOR, record);
    let to = loop {
        match marks.next() {
            Some(mark) if record.get(mark) == Some(&b'"') => quoted = !quoted,
            Some(_) if quoted => {}
            Some(mark) if at == field => break mark,
            Some(mark) => {
                at += 1;
                from = mark + 1;
            }
            None if at == field => break record.len(),
            None => return None,
        }
    };
    match record.get(from..to)?.first() {
        Some(b'"') => Some(from + 1..to.checked_sub(1)?),
        _ => Some(from..to),
    }
}

/// A field up to its separator, which may hold no quote.
fn plain(rest: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), Rule> {
    let end = memchr(SEPARATOR, rest).unwrap_or(rest.len());
    let (field, after) = rest.split_at_checked(end).ok_or(Rule::Aanhalingsteken)?;
    if memchr(b'"', field).is_some() { Err(Rule::Aanhalingsteken) } else { Ok((Cow::Borrowed(field), after)) }
}

/// A field from behind its opening quote up to and with its closing one.
fn quoted(inside: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), Rule> {
    let mut text = Cow::Borrowed(&[][..]);
    let mut rest = inside;
    loop {
        let end = memchr(b'"', rest).ok_or(Rule::Afgebroken)?;
        let (part, after) = rest.split_at_checked(end).ok_or(Rule::Aanhalingsteken)?;
        if text.is_empty() {
            text = Cow::Borrowed(part);
        } else {
            text.to_mut().extend_from_slice(part);
        }
        match after.get(1) {
            Some(b'"') => {
                text.to_mut().push(b'"');
                rest = after.get(2..).unwrap_or_default();
            }
            _ => return Ok((text, after.get(1..).unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(record: &[u8]) -> Result<Vec<Vec<u8>>, Rule> {
        let mut found = Vec::new();
        split(record, &mut found)?;
        Ok(found.iter().map(|field| field.to_vec()).collect())
    }

    #[test]
    fn fields_as_rfc_4180() {
        assert_eq!(fields(b"a;b").unwrap(), [b"a", b"b"]);
        assert_eq!(fields(b";").unwrap(), [b"", b""]);
        assert_eq!(fields(b"\"a;b\";c").unwrap(), [&b"a;b"[..], b"c"]);
        assert_eq!(fields(b"\"a\"\"b\";\"\"").unwrap(), [&b"a\"b"[..], b""]);
        assert_eq!(fields(b"\"\"\"\"").unwrap(), [b"\""]);
        assert_eq!(fields(b"\"\"\"a\"\"\"").unwrap(), [b"\"a\""]);
        assert_eq!(fields(b"\"x\ny\";").unwrap(), [&b"x\ny"[..], b""]);
    }

    #[test]
    fn stray_quotes_are_refused() {
        for record in [&b"a\"b;c"[..], b"\"a\"b;c", b"a;b\"", b" \"a\"", b"5\" w;x\ny"] {
            assert_eq!(fields(record), Err(Rule::Aanhalingsteken));
        }
        assert_eq!(fields(b"a;\"b\nc"), Err(Rule::Afgebroken));
    }

    proptest::proptest! {
        /// What the csv crate writes, this reads back.
        #[test]
        fn reads_what_a_writer_wrote(row in proptest::collection::vec("[a-c;\"\n ]{0,6}", 2..5)) {
            let mut writer = csv::WriterBuilder::new().delimiter(SEPARATOR).from_writer(Vec::new());
            writer.write_record(&row).unwrap();
            let text = writer.into_inner().unwrap();
            let found = fields(text.strip_suffix(b"\n").unwrap()).unwrap();
            let record = text.strip_suffix(b"\n").unwrap();
            for (at, cell) in row.iter().enumerate() {
                let there = &record[place(record, at).unwrap()];
                proptest::prop_assert_eq!(there.to_vec(), cell.replace('"', "\"\"").into_bytes());
            }
            proptest::prop_assert_eq!(place(record, row.len()), None);
            proptest::prop_assert_eq!(found, row.iter().map(|cell| cell.as_bytes().to_vec()).collect::<Vec<_>>());
        }
    }
}
