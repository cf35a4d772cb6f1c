//! What is stored beside a doelgroep: by what each of its persons is known elsewhere.
//!
//! A line of JSON says of what the rest consists, then come entries of one length: the person's own
//! number in this store, in that of the month before where its key was there, its municipality, its
//! number in the Logboek Dataverwerkingen, and its mark on each list. A mark of zeros is none.

use crate::pseudonym::{KeyId, Tag};
use crate::terms::Gemeente;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read, Write};

/// Name of the schema.
const SCHEMA: &str = "inbeeld/bijlage/v1";
/// Longest first line, in bytes.
const LINE: u64 = 1 << 20;
const NUMBER: usize = 32;
const CODE: usize = 4;

/// What the first line says.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Says {
    schema: String,
    /// Id of the period key of the month before, where it was there.
    vorige: Option<String>,
    /// Id of the key that made the marks.
    intrekking: Option<String>,
    /// The lists that were in force.
    lijsten: Vec<String>,
}

/// Of what entries consist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The period key of the month before, where it was there.
    pub(crate) earlier: Option<KeyId>,
    /// The key that made the marks.
    pub(crate) marks: Option<KeyId>,
    /// The lists that were in force, by the names that marks have for them.
    pub(crate) lists: Vec<String>,
}

impl Layout {
    fn length(&self) -> usize {
        2 * NUMBER + CODE + (usize::from(self.earlier.is_some()) + self.lists.len()) * NUMBER
    }

    /// Writes the first line.
    pub(super) fn begin(&self, to: &mut dyn Write) -> io::Result<()> {
        let says = Says {
            schema: SCHEMA.to_owned(),
            vorige: self.earlier.map(|id| id.to_string()),
            intrekking: self.marks.map(|id| id.to_string()),
            lijsten: self.lists.clone(),
        };
        serde_json::to_writer(&mut *to, &says)?;
        to.write_all(b"\n")
    }
}

/// What is known of one person.
pub(crate) struct Entry<'e> {
    /// Its pseudonym, keyed again.
    pub(crate) keyed: [u8; 32],
    /// The same under the key of the month before, where the layout has that.
    pub(crate) earlier: Option<[u8; 32]>,
    /// The municipality of its row.
    pub(crate) gemeente: Gemeente,
    /// Its number in the Logboek Dataverwerkingen.
    pub(crate) subject: [u8; 32],
    /// Its mark on each list of the layout, 32 bytes each.
    marks: &'e [u8],
}

impl<'e> Entry<'e> {
    /// An entry to be written; `marks` has [`None`] where the person cannot stand on that list.
    pub(super) fn write(
        to: &mut dyn Write,
        [keyed, subject]: [&[u8; 32]; 2],
        earlier: Option<&[u8; 32]>,
        gemeente: Gemeente,
        marks: impl Iterator<Item = Option<Tag>>,
    ) -> io::Result<()> {
        to.write_all(keyed)?;
        if let Some(earlier) = earlier {
            to.write_all(earlier)?;
        }
        to.write_all(gemeente.to_string().as_bytes())?;
        to.write_all(subject)?;
        let none = [0; NUMBER];
        marks.into_iter().try_for_each(|mark| to.write_all(mark.as_ref().map_or(&none[..], |mark| mark.bytes())))
    }

    fn read(layout: &Layout, bytes: &'e [u8]) -> Option<Self> {
        let (keyed, rest) = bytes.split_first_chunk()?;
        let (earlier, rest) = match layout.earlier {
            Some(_) => rest.split_first_chunk().map(|(earlier, rest)| (Some(*earlier), rest))?,
            None => (None, rest),
        };
        let (code, rest) = rest.split_first_chunk::<CODE>()?;
        let (subject, marks) = rest.split_first_chunk()?;
        let gemeente = Gemeente::parse(code).ok()?;
        Some(Self { keyed: *keyed, earlier, gemeente, subject: *subject, marks })
    }

    /// Its mark on each list of the layout.
    pub(crate) fn marks(&self) -> impl Iterator<Item = Option<Tag>> + '_ {
        let (marks, _) = self.marks.as_chunks();
        marks.iter().map(|mark| (*mark != [0; NUMBER]).then_some(Tag::kept(*mark)))
    }
}

/// What was stored beside a doelgroep, read from front to back.
pub(crate) struct Beside<R> {
    from: BufReader<R>,
    layout: Layout,
    entry: Vec<u8>,
}

impl<R: Read> Beside<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// `InvalidData` where it is none of ours; what the reader said.
    pub(crate) fn read(from: R) -> io::Result<Self> {
        let odd = || io::Error::from(io::ErrorKind::InvalidData);
        let mut from = BufReader::with_capacity(1 << 16, from);
        let mut line = Vec::new();
        from.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        let says: Says = serde_json::from_slice(&line).map_err(|_| odd())?;
        if says.schema != SCHEMA {
            return Err(odd());
        }
        let id = |text: Option<String>| text.map(|text| KeyId::parse(&text).ok_or_else(odd)).transpose();
        let layout = Layout { earlier: id(says.vorige)?, marks: id(says.intrekking)?, lists: says.lijsten };
        let entry = vec![0; layout.length()];
        Ok(Self { from, layout, entry })
    }

    /// Of what its entries consist.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The next entry; nothing at the end.
    ///
    /// # Errors
    /// `UnexpectedEof` or `InvalidData` where an entry is none of ours; what the reader said.
    pub(crate) fn entry(&mut self) -> io::Result<Option<Entry<'_>>> {
        if self.from.fill_buf()?.is_empty() {
            return Ok(None);
        }
        self.from.read_exact(&mut self.entry)?;
        let entry = Entry::read(&self.layout, &self.entry);
        entry.map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
