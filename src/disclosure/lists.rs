//! Contact lists: per municipality the few persons to contact, and nothing about them that the text
//! does not name (CONTRACT, `[[lijst]]`).

use super::values::{labels, place};
use super::withdrawal::{Comparison, Status, Withdrawal};
use super::{Clearance, Earlier, Protected, Reasons, RefusalReason};
use crate::classify::Jongere;
use crate::doelbinding::{Grant, Lijst};
use crate::fault::Explain;
use crate::pseudonym::{Marked, Recipient, RecipientFault, Verwijzing, WithdrawalFault};
use crate::terms::{Contact, Dimensie, Gemeente, Klasse, Lijstveld, Maand, Reden};
use rand::seq::SliceRandom;
use std::collections::{BTreeMap, BTreeSet};

/// The public key of each municipality that has one, or what is wrong with it.
pub type Recipients = BTreeMap<Gemeente, Result<Recipient, RecipientFault>>;

/// Somebody whom a list may name, with all that it may tell.
pub(crate) struct Listable<'a> {
    /// As this text sees it.
    pub(crate) jongere: Jongere,
    /// Some serving row says that nobody may call on it.
    pub(crate) niet_benaderen: bool,
    /// The month in which it left school.
    pub(crate) uitschrijfmaand: Option<Maand>,
    /// The handle that the municipality in which it is counted made.
    pub(crate) verwijzing: Option<Verwijzing>,
    /// By what it is recognised, where withdrawals are told.
    pub(crate) marked: Option<Marked<'a>>,
}

/// What is known beside the persons.
pub(crate) struct ListContext<'a> {
    /// Whose lists may stand beside the tables of the month.
    pub(crate) clearance: &'a Clearance,
    pub(crate) recipients: &'a Recipients,
    /// The reasons as they leave: what a count beside the lists may not add to.
    pub(crate) redenen: &'a Reasons,
    /// Releases of the month that stand, and those that this one replaces.
    pub(crate) earlier: &'a [&'a Earlier],
    /// Where it is told who is no longer on a list.
    pub(crate) withdrawal: Option<Withdrawal<'a>>,
}

/// One list for one municipality: only what may be seen of it.
#[derive(Debug)]
pub(crate) struct ContactList {
    pub(crate) naam: String,
    pub(crate) gemeente: Gemeente,
    pub(crate) klassen: BTreeSet<Klasse>,
    pub(crate) velden: Vec<Lijstveld>,
    /// In random order: the handle, and a value per veld.
    pub(crate) rows: Vec<(Verwijzing, Vec<String>)>,
    /// Handles of the list before that are no longer on it; `None` where that is not told.
    pub(crate) gone: Option<Vec<(Verwijzing, Status)>>,
    /// Who can open it.
    pub(crate) recipient: Recipient,
}

/// Everything of the lists of one text.
pub struct ListSet {
    pub(crate) lijsten: Vec<ContactList>,
    pub(crate) geweigerd: Vec<ListRefusal>,
    /// Persons who belong on a list and of whom their municipality made no handle; `None` is not released.
    pub(crate) zonder_verwijzing: Option<u64>,
    /// With what the lists were compared; `None` where withdrawals are not told.
    pub(crate) vergelijking: Option<Comparison>,
    /// What is remembered of these lists, under seal.
    pub(crate) geheugen: Option<Vec<u8>>,
}

impl ListSet {
    /// No list at all.
    pub(crate) fn none() -> Self {
        Self { lijsten: Vec::new(), geweigerd: Vec::new(), zonder_verwijzing: None, vergelijking: None, geheugen: None }
    }
}

/// A list for one municipality that does not leave, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRefusal {
    /// Its name.
    pub naam: String,
    /// Whose it would be.
    pub gemeente: Gemeente,
    /// Why not.
    pub reden: ListReason,
}

/// Why a list does not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListReason {
    /// The municipality has no public key.
    GeenSleutel,
    /// Its public key cannot be used.
    Sleutel(RecipientFault),
    /// It would name a larger share of the municipality's persons than the text allows.
    TeGroot,
    /// What its recipient knows by it would give something small away beside an earlier release.
    NaastVrijgave {
        /// Entries of the register.
        eerder: Vec<u64>,
    },
    /// Nothing may leave beside the month's earlier releases.
    Maand(RefusalReason),
}

impl std::fmt::Display for ListRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { naam, gemeente, reden } = self;
        write!(f, "lijst `{naam}` voor gemeente {gemeente}: ")?;
        match reden {
            ListReason::GeenSleutel => f.write_str("er is geen openbare sleutel van deze gemeente"),
            ListReason::Sleutel(fault) => write!(f, "ontvangers/{gemeente}.txt: {fault}"),
            ListReason::TeGroot => f.write_str(
                "zij zou een groter deel van de jongeren van deze gemeente noemen dan `max_aandeel` toestaat",
            ),
            ListReason::NaastVrijgave { eerder } => write!(
                f,
                "wat de ontvanger door haar weet, maakt naast {} een klein getal te berekenen",
                super::refusal::entries(eerder)
            ),
            ListReason::Maand(reason) => reason.fmt(f),
        }
    }
}

impl ListRefusal {
    /// What to do, in Dutch.
    #[must_use]
    pub fn remedy(&self) -> String {
        let gemeente = self.gemeente;
        match &self.reden {
            ListReason::GeenSleutel => format!(
                "Zet de openbare sleutel die de gemeente met `inbeeld sleutel nieuw --soort ontvanger` maakte in ontvangers/{gemeente}.txt naast de doelbinding en koppel opnieuw."
            ),
            ListReason::Sleutel(fault) => fault.remedy(),
            ListReason::TeGroot => {
                "Ga na of alle bronnen deze maand goed leverden. Klopt het toch, laat de FG dan over een ander `max_aandeel` beslissen.".to_owned()
            }
            ListReason::NaastVrijgave { .. } => {
                "Vraag deze lijst in een andere maand, of in de tekst van de eerdere vrijgave.".to_owned()
            }
            ListReason::Maand(reason) => reason.remedy(),
        }
    }
}

/// Makes the lists of a grant.
///
/// # Errors
/// [`WithdrawalFault`] when what is to be remembered cannot be sealed.
pub(crate) fn list<'a>(
    everybody: impl Iterator<Item = Listable<'a>>,
    grant: Grant<Vec<Lijst>>,
    mut context: ListContext<'_>,
) -> Result<Protected<ListSet>, WithdrawalFault> {
    let (asked, identity, peildatum, regio) = grant.take();
    let labels = Labels::new();
    let mut rows: BTreeMap<(usize, Gemeente), Vec<Entry<'a>>> = BTreeMap::new();
    let mut counted: BTreeMap<Gemeente, u64> = BTreeMap::new();
    let mut without: BTreeMap<Gemeente, u64> = BTreeMap::new();
    for person in everybody {
        let gemeente = person.jongere.gemeente;
        *counted.entry(gemeente).or_default() += 1;
        let mut belongs = false;
        for (at, lijst) in asked.iter().enumerate().filter(|(_, lijst)| names(lijst, &person)) {
            belongs = true;
            if let Some(verwijzing) = person.verwijzing {
                let values = lijst.velden.iter().map(|veld| labels.value(&person, *veld)).collect();
                rows.entry((at, gemeente)).or_default().push(Entry { verwijzing, values, marked: person.marked });
            }
        }
        if belongs && person.verwijzing.is_none() {
            *without.entry(gemeente).or_default() += 1;
        }
    }
    let klassen: BTreeSet<Klasse> = asked.iter().flat_map(|lijst| &lijst.klassen).copied().collect();
    let zonder_verwijzing = releasable(&without, &klassen, &context);
    let mut set = ListSet { zonder_verwijzing, ..ListSet::none() };
    for (at, lijst) in asked.iter().enumerate() {
        for gemeente in &lijst.ontvangers {
            let mut entries = rows.remove(&(at, *gemeente)).unwrap_or_default();
            let persons = counted.get(gemeente).copied().unwrap_or(0);
            match may_leave(lijst, *gemeente, entries.len(), persons, &context) {
                Ok(recipient) => {
                    entries.shuffle(&mut rand::rng());
                    let withdrawal = context.withdrawal.as_mut();
                    let gone = withdrawal.map(|withdrawal| {
                        let listed = entries.iter().map(|entry| (entry.verwijzing, entry.marked));
                        withdrawal.compare(&lijst.naam, *gemeente, listed)
                    });
                    set.lijsten.push(ContactList {
                        naam: lijst.naam.clone(),
                        gemeente: *gemeente,
                        klassen: lijst.klassen.clone(),
                        velden: lijst.velden.clone(),
                        rows: entries.into_iter().map(|entry| (entry.verwijzing, entry.values)).collect(),
                        gone,
                        recipient,
                    });
                }
                Err(reden) => {
                    let naam = lijst.naam.clone();
                    set.geweigerd.push(ListRefusal { naam, gemeente: *gemeente, reden });
                }
            }
        }
    }
    if let Some(withdrawal) = context.withdrawal {
        set.vergelijking = Some(withdrawal.comparison());
        set.geheugen = Some(withdrawal.finish()?);
    }
    Ok(Protected { value: set, identity, peildatum, regio })
}

/// Somebody on a list, before its order is drawn.
struct Entry<'a> {
    verwijzing: Verwijzing,
    values: Vec<String>,
    marked: Option<Marked<'a>>,
}

/// What keeps somebody off a list of the municipality in which it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// That municipality does not receive it.
    Ontvanger,
    /// Its klasse is not listed.
    Klasse,
    /// It wants to be left alone.
    NietBenaderen,
    /// So far has the contact come already.
    Contact(Contact),
    /// So many parties are in contact; `None` where the source cannot say.
    Betrokkenheid(Option<u8>),
    /// That municipality made no handle for it.
    GeenVerwijzing,
    /// The list would name too many.
    TeGroot,
    /// The municipality has no public key that can be used.
    GeenSleutel,
}

/// Why somebody does not belong on a list; nothing for who does.
pub(super) fn obstacles(lijst: &Lijst, person: &Listable<'_>) -> impl Iterator<Item = Obstacle> {
    let jongere = &person.jongere;
    let contact = jongere.contact.filter(|contact| lijst.contact_uitgezonderd.contains(contact));
    // Where the source cannot say, a party may be involved: then no list sends a second one.
    let involved = lijst.zonder_betrokkenheid && jongere.betrokkenheid != Some(0);
    [
        (!lijst.ontvangers.contains(&jongere.gemeente)).then_some(Obstacle::Ontvanger),
        (!lijst.klassen.contains(&jongere.klasse)).then_some(Obstacle::Klasse),
        person.niet_benaderen.then_some(Obstacle::NietBenaderen),
        contact.map(Obstacle::Contact),
        involved.then_some(Obstacle::Betrokkenheid(jongere.betrokkenheid)),
    ]
    .into_iter()
    .flatten()
}

/// Whether somebody belongs on a list of the municipality in which it is counted.
pub(super) fn names(lijst: &Lijst, person: &Listable<'_>) -> bool {
    obstacles(lijst, person).next().is_none()
}

/// Whether so many of a municipality's persons are more than a list may name.
pub(super) fn too_large(lijst: &Lijst, rows: usize, persons: u64) -> bool {
    // Both sides are the doubles nearest to the same fraction when the share is exactly the largest.
    #[allow(clippy::cast_precision_loss, reason = "counts of persons are far below 2⁵³")]
    let share = rows as f64 / persons.max(1) as f64;
    share > lijst.max_aandeel
}

/// Whether a list of so many of a municipality's persons leaves, and for whose key.
fn may_leave(
    lijst: &Lijst,
    gemeente: Gemeente,
    rows: usize,
    persons: u64,
    context: &ListContext<'_>,
) -> Result<Recipient, ListReason> {
    match context.clearance {
        Clearance::All => {}
        Clearance::Nobody(reason) => return Err(ListReason::Maand(reason.clone())),
        Clearance::Except { gemeenten, eerder } if gemeenten.contains(&gemeente) => {
            return Err(ListReason::NaastVrijgave { eerder: eerder.clone() });
        }
        Clearance::Except { .. } => {}
    }
    let recipient = match context.recipients.get(&gemeente) {
        None => return Err(ListReason::GeenSleutel),
        Some(Err(fault)) => return Err(ListReason::Sleutel(*fault)),
        Some(Ok(recipient)) => recipient.clone(),
    };
    if too_large(lijst, rows, persons) { Err(ListReason::TeGroot) } else { Ok(recipient) }
}

/// The number of persons without a handle, where it says nothing small of anybody.
///
/// It is a count of a part of the listed klassen, over all municipalities. It is released only where
/// those klassen's own totals are, so that it bounds no cell that they leave open; where neither it
/// nor what is left of it after any recipient's own part is small; and where no other such number of
/// the month stands, from which it could differ by few.
fn releasable(without: &BTreeMap<Gemeente, u64>, klassen: &BTreeSet<Klasse>, context: &ListContext<'_>) -> Option<u64> {
    let all: u64 = without.values().sum();
    let drempel = u64::from(context.redenen.drempel);
    if drempel == 0 {
        // Beside rounded tables it is rounded like them.
        return Some((all + 2) / 5 * 5).filter(|rounded| same_as_before(*rounded, context));
    }
    let small = |count: u64| (1..drempel).contains(&count);
    let total = |klasse: &Klasse| {
        let at = *klasse as usize * (Reden::ALL.len() + 1) + Reden::ALL.len();
        context.redenen.cells.get(at).copied().flatten()
    };
    let totals = klassen.iter().all(|klasse| total(klasse).is_some());
    let parts = without.values().all(|own| !small(all - own));
    (totals && parts && !small(all) && same_as_before(all, context)).then_some(all)
}

/// Whether every earlier release of the month that told this number told the same.
fn same_as_before(number: u64, context: &ListContext<'_>) -> bool {
    context.earlier.iter().filter_map(|release| release.zonder_verwijzing).all(|before| before == number)
}

/// The words of each veld.
struct Labels(BTreeMap<Lijstveld, (Dimensie, Vec<String>)>);

impl Labels {
    fn new() -> Self {
        let dimensie = |veld: Lijstveld| match veld {
            Lijstveld::Klasse => Some(Dimensie::Klasse),
            Lijstveld::Leeftijdsgroep => Some(Dimensie::Leeftijdsgroep),
            Lijstveld::Cohort => Some(Dimensie::Cohort),
            Lijstveld::Contact => Some(Dimensie::Contact),
            Lijstveld::Betrokkenheid => Some(Dimensie::Betrokkenheid),
            Lijstveld::Uitschrijfmaand => None,
        };
        let all = Lijstveld::ALL.iter().filter_map(|veld| Some((*veld, dimensie(*veld)?)));
        Self(all.map(|(veld, dimensie)| (veld, (dimensie, labels(dimensie, &[])))).collect())
    }

    /// What a list says of somebody in a veld; empty only for a month that is not known.
    fn value(&self, person: &Listable<'_>, veld: Lijstveld) -> String {
        let Some((dimensie, words)) = self.0.get(&veld) else {
            return person.uitschrijfmaand.map(|maand| maand.to_string()).unwrap_or_default();
        };
        let at = place(&person.jongere, *dimensie, &[]);
        at.and_then(|at| words.get(at)).cloned().unwrap_or_default()
    }
}
