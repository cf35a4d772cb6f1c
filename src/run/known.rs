//! By what the persons of a doelgroep that was received are known elsewhere: on lists, among the
//! pseudonyms of the month before, and in the Logboek Dataverwerkingen.

use super::link::Linked;
use super::{Logboek, RunFault};
use crate::ingest::{Levering, Received};
use crate::linking::Doelgroep;
use crate::logbook::{Lines, Span};
use crate::pseudonym::{KeyId, LinkKey, Marked, Tag, Token};
use crate::receive::Beside;
use crate::terms::{Bron, Gemeente, Identificatie, Moment};
use std::collections::HashMap;
use std::io::{self, Read};

/// What is asked of what was stored beside the doelgroep.
pub(super) struct Asked<'a> {
    /// The key whose marks are wanted.
    pub(super) marks: Option<KeyId>,
    /// The period key of the month before, where a levering of that month serves, and that levering.
    pub(super) earlier: Option<(KeyId, &'a str)>,
}

/// By what persons are known.
#[derive(Default)]
pub(super) struct Known {
    lists: Vec<String>,
    /// Where among the marks those of a person in a municipality begin.
    begin: HashMap<(usize, Gemeente), usize>,
    marks: Vec<Option<Tag>>,
    /// A person's token in the month before, and its token now.
    earlier: HashMap<Token, Token>,
}

impl Known {
    /// Reads what was stored beside the doelgroep leveringen that serve.
    pub(super) fn read(
        received: &dyn Received,
        serving: &[Levering],
        doelgroep: &Doelgroep,
        asked: &Asked<'_>,
    ) -> Result<Self, RunFault> {
        let mut known = Self::default();
        if asked.marks.is_none() && asked.earlier.is_none() {
            return Ok(known);
        }
        let mut all = Vec::new();
        for levering in serving.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep) {
            let beside = open(received, &levering.file)?;
            let places: Vec<usize> = beside.layout().lists.iter().map(|list| known.list(list)).collect();
            all.push((levering, beside, places));
        }
        for (levering, mut beside, places) in all {
            if let Some((_, other)) = asked.earlier.filter(|(key, _)| beside.layout().earlier != Some(*key)) {
                return Err(RunFault::Periods([levering.file.clone(), other.to_owned()]));
            }
            let with_earlier = asked.earlier.is_some();
            let with_marks = asked.marks.is_some_and(|key| beside.layout().marks == Some(key));
            let identificatie = levering.manifest.identificatie;
            while let Some(entry) = beside.entry().map_err(fault(&levering.file))? {
                let [token, before] = tokens([entry.keyed, entry.earlier.unwrap_or_default()]);
                let Some(person) = place(doelgroep, token, identificatie) else { continue };
                if with_earlier {
                    known.earlier.insert(before, token);
                }
                if with_marks {
                    let end = known.marks.len();
                    let begin = *known.begin.entry((person, entry.gemeente)).or_insert(end);
                    if begin == end {
                        known.marks.resize(end + known.lists.len(), None);
                    }
                    for (place, mark) in places.iter().zip(entry.marks()) {
                        if let (Some(slot), Some(mark)) = (known.marks.get_mut(begin + place), mark) {
                            *slot = Some(mark);
                        }
                    }
                }
            }
        }
        Ok(known)
    }

    /// The place of a list, of those that any doelgroep levering has marks of.
    fn list(&mut self, list: &str) -> usize {
        self.lists.iter().position(|known| known == list).unwrap_or_else(|| {
            self.lists.push(list.to_owned());
            self.lists.len() - 1
        })
    }

    /// The marks of somebody in the municipality in which it is counted.
    pub(super) fn marked(&self, person: usize, gemeente: Gemeente) -> Marked<'_> {
        let begin = self.begin.get(&(person, gemeente)).copied();
        let tags = begin.and_then(|begin| self.marks.get(begin..begin + self.lists.len())).unwrap_or_default();
        Marked::Kept { lists: &self.lists, tags }
    }

    /// The tokens of today of whom rows of the month before are about; nobody's for who is not in the
    /// doelgroep.
    pub(super) fn translate(&self, tokens: &mut [Token]) {
        for token in tokens {
            *token = self.earlier.get(token).copied().unwrap_or(Token::NOBODY);
        }
    }
}

/// Tells of everybody in the doelgroep that its data was linked.
pub(super) fn log(
    received: &dyn Received,
    linked: &Linked,
    logboek: &mut Logboek<'_>,
    begun: Moment,
    ended: Moment,
) -> Result<(), RunFault> {
    let mut random = [0; 24];
    getrandom::fill(&mut random).map_err(|_| crate::pseudonym::KeyFault::Random)?;
    let span = Span { begun, ended, random };
    let mut lines = Lines::begin(logboek.activity, &span, logboek.sink).map_err(RunFault::Logboek)?;
    let mut told = vec![false; linked.doelgroep.len()];
    let serving = &linked.serving.leveringen;
    for levering in serving.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep) {
        let mut beside = open(received, &levering.file)?;
        while let Some(entry) = beside.entry().map_err(fault(&levering.file))? {
            let [token] = tokens([entry.keyed]);
            let person = place(&linked.doelgroep, token, levering.manifest.identificatie);
            // Who stands in two leveringen is one jongere.
            let first = person.and_then(|person| told.get_mut(person)).filter(|told| !**told);
            if let Some(first) = first {
                *first = true;
                lines.subject(&entry.subject).map_err(RunFault::Logboek)?;
            }
        }
    }
    // Everybody came in with an entry of its own: one without was taken away since.
    if told.contains(&false) {
        let doelgroep = serving.iter().filter(|levering| levering.manifest.bron == Bron::Doelgroep);
        return Err(RunFault::Tampered(doelgroep.map(|levering| levering.file.clone()).collect()));
    }
    lines.finish().map_err(RunFault::Logboek)
}

fn open(received: &dyn Received, file: &str) -> Result<Beside<Box<dyn Read + Send>>, RunFault> {
    received.beside(file).and_then(Beside::read).map_err(fault(file))
}

fn fault(file: &str) -> impl Fn(io::Error) -> RunFault + '_ {
    move |fault| match fault.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => {
            RunFault::Tampered(vec![file.to_owned()])
        }
        _ => RunFault::Folder(fault),
    }
}

fn tokens<const N: usize>(keyed: [[u8; 32]; N]) -> [Token; N] {
    let mut tokens = [Token::NOBODY; N];
    LinkKey::Received.tokens(&keyed, &mut tokens);
    tokens
}

/// The place of a token's person in the doelgroep.
fn place(doelgroep: &Doelgroep, token: Token, identificatie: Identificatie) -> Option<usize> {
    let mut place = None;
    doelgroep.find(&[token], identificatie, |_, at, _| place = Some(at));
    place
}
