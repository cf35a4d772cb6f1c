//! Who was on a list and no longer is: so that a consultant stops calling somebody who found work.
//!
//! Of a list only marks and handles are remembered, under seal. A mark tells nobody who it is about,
//! and a later run can make the same one only from the same received pseudonym (soort `intrekking`).

use crate::pseudonym::{KeyId, Marked, Verwijzing, WithdrawalFault, WithdrawalKey};
use crate::terms::{Datum, Gemeente, Peildatum};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Name of the schema of what is remembered.
const SCHEMA: &str = "inbeeld/intrekking/v1";

/// What is said of a handle that is no longer on its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Its person is no longer on the list.
    Vervallen,
    /// The sources use another koppelsleutel, or the list was not in force when the doelgroep was
    /// received: nobody can tell whether its person still is.
    NietTeVergelijken,
}

impl Status {
    /// The word in the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Vervallen => "vervallen",
            Self::NietTeVergelijken => "niet_te_vergelijken",
        }
    }
}

/// With what the lists of a run were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// With nothing: these are the first, or what was remembered has expired.
    Eerste,
    /// With the lists before.
    Vergeleken,
    /// The sources use another koppelsleutel than before, so that no comparison is possible.
    AndereSleutel,
    /// They were not in force when the doelgroep was received: a service that keeps nothing of what it
    /// received cannot mark whom they list.
    Ongemerkt,
}

impl Comparison {
    /// The word in the verantwoording.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eerste => "eerste",
            Self::Vergeleken => "vergeleken",
            Self::AndereSleutel => "andere_koppelsleutel",
            Self::Ongemerkt => "niet_te_vergelijken",
        }
    }
}

/// What is remembered of the lists of one purpose.
#[derive(Serialize, Deserialize)]
struct Memory {
    schema: String,
    lijsten: BTreeMap<String, Told>,
}

/// What one list told its municipality.
#[derive(Clone, Serialize, Deserialize)]
struct Told {
    peildatum: String,
    /// Id of the koppelsleutel from which the marks come; empty where they say nothing of anybody.
    sleutel_id: String,
    /// Last day on which it may be kept.
    tot_en_met: String,
    /// Mark and handle of everybody on it.
    lijst: BTreeMap<String, String>,
    /// Mark and handle of everybody of whom was said that it no longer is.
    vervallen: BTreeMap<String, String>,
}

/// The comparison of one run's lists with those before.
pub(crate) struct Withdrawal<'a> {
    key: &'a WithdrawalKey,
    purpose: String,
    sleutel_id: String,
    peildatum: String,
    tot_en_met: String,
    before: BTreeMap<String, Told>,
    now: BTreeMap<String, Told>,
    comparison: Comparison,
}

/// For which run lists are compared.
pub(crate) struct Moment {
    pub(crate) sleutel_id: Option<KeyId>,
    pub(crate) peildatum: Peildatum,
    pub(crate) today: Datum,
    /// Days that a list may be kept.
    pub(crate) bewaartermijn_dagen: u32,
}

impl<'a> Withdrawal<'a> {
    /// Opens what was remembered for a purpose, without what has expired.
    ///
    /// # Errors
    /// [`WithdrawalFault`] when it does not open under this key.
    pub(crate) fn open(
        key: &'a WithdrawalKey,
        purpose: &str,
        sealed: Option<&[u8]>,
        moment: &Moment,
    ) -> Result<Self, WithdrawalFault> {
        let mut before = match sealed {
            None => BTreeMap::new(),
            Some(sealed) => {
                let memory: Memory =
                    serde_json::from_slice(&key.open(purpose, sealed)?).map_err(|_| WithdrawalFault::Form)?;
                if memory.schema != SCHEMA {
                    return Err(WithdrawalFault::Form);
                }
                memory.lijsten
            }
        };
        // Dates in this spelling sort as they follow one another.
        before.retain(|_, told| told.tot_en_met >= moment.today.to_string());
        Ok(Self {
            key,
            purpose: purpose.to_owned(),
            sleutel_id: moment.sleutel_id.map(|id| id.to_string()).unwrap_or_default(),
            peildatum: moment.peildatum.to_string(),
            tot_en_met: moment.today.plus_days(moment.bewaartermijn_dagen).to_string(),
            before,
            now: BTreeMap::new(),
            comparison: Comparison::Eerste,
        })
    }

    /// Compares a list with the one before it for the same municipality, and remembers it in its place.
    pub(crate) fn compare<'p>(
        &mut self,
        naam: &str,
        gemeente: Gemeente,
        listed: impl Iterator<Item = (Verwijzing, Option<Marked<'p>>)>,
    ) -> Vec<(Verwijzing, Status)> {
        let list = format!("{}:{naam}", self.purpose);
        let mut marked = true;
        let mark = |(handle, person): (Verwijzing, Option<Marked<'p>>)| {
            let (tag, handle) = (person.and_then(|person| self.key.mark(&list, gemeente, person)), handle.to_text());
            marked &= tag.is_some();
            (tag.unwrap_or_else(|| self.key.nobody(&handle)).to_hex(), handle)
        };
        let lijst: BTreeMap<String, String> = listed.map(mark).collect();
        let place = format!("{naam}/{gemeente}");
        let mut told = Told {
            peildatum: self.peildatum.clone(),
            sleutel_id: if marked { self.sleutel_id.clone() } else { String::new() },
            tot_en_met: self.tot_en_met.clone(),
            lijst,
            vervallen: BTreeMap::new(),
        };
        let mut gone = Vec::new();
        match self.before.remove(&place) {
            None => {}
            // A run for an earlier month says nothing of a later list, which stays as it is.
            Some(before) if before.peildatum > self.peildatum => told = before,
            Some(before) => {
                let same_key = marked && before.sleutel_id == self.sleutel_id;
                let found = match same_key {
                    true => Comparison::Vergeleken,
                    false if marked && !before.sleutel_id.is_empty() => Comparison::AndereSleutel,
                    false => Comparison::Ongemerkt,
                };
                // One list that cannot be compared makes the whole one that nobody should take for compared.
                if ![Comparison::AndereSleutel, Comparison::Ongemerkt].contains(&self.comparison) {
                    self.comparison = found;
                }
                let status = if same_key { Status::Vervallen } else { Status::NietTeVergelijken };
                // Of the same peildatum it was made again: what was told gone then is told again.
                let again = if before.peildatum == self.peildatum { before.vervallen } else { BTreeMap::new() };
                for (mark, handle) in before.lijst.into_iter().chain(again) {
                    // Under another koppelsleutel a mark says nothing of this list.
                    if same_key && told.lijst.contains_key(&mark) {
                        continue;
                    }
                    if let Ok(verwijzing) = Verwijzing::parse(&handle) {
                        gone.push((verwijzing, status));
                    }
                    told.vervallen.insert(mark, handle);
                }
            }
        }
        self.now.insert(place, told);
        // By handle, which is random: the order of marks would be the same every month.
        gone.sort_by_key(|(handle, _)| *handle);
        gone
    }

    pub(crate) fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// What is to be remembered, under seal: lists that did not leave today keep what they last told.
    ///
    /// # Errors
    /// [`WithdrawalFault::Random`].
    pub(crate) fn finish(self) -> Result<Vec<u8>, WithdrawalFault> {
        let mut lijsten = self.before;
        lijsten.extend(self.now);
        let memory = Memory { schema: SCHEMA.to_owned(), lijsten };
        let memory = serde_json::to_vec(&memory).map(Zeroizing::new).map_err(|_| WithdrawalFault::Form)?;
        self.key.seal(&self.purpose, &memory)
    }
}
