//! What a text says, in pieces of a sentence that every account of it uses.

use super::open;
use crate::doelbinding::plain::{columns, words};
use crate::doelbinding::{BronAsk, Lijst, Policy};
use crate::terms::{Bron, Cohort, Datum, Gemeente, Methode};
use std::collections::BTreeSet;

/// A source, and what is read of it.
pub(super) struct Source<'a> {
    pub(super) bron: Bron,
    /// What the columns say, in words and in the order of the contract.
    pub(super) columns: Vec<&'static str>,
    /// Reason and suppliers; `None` for the doelgroep, which every text reads.
    pub(super) ask: Option<&'a BronAsk>,
}

/// Every source that is read, the doelgroep first.
pub(super) fn sources(policy: &Policy) -> Vec<Source<'_>> {
    let source = |bron: Bron, names: &dyn Fn(&str) -> bool, ask| {
        let read = columns::kolommen(bron).iter().filter(|(name, _)| names(name));
        Source { bron, columns: read.map(|(_, words)| *words).collect(), ask }
    };
    let own = policy.doelgroep_velden();
    let mut all = vec![source(Bron::Doelgroep, &|name| own.contains(name), None)];
    all.extend(policy.bronnen.iter().map(|(bron, ask)| source(*bron, &|name| ask.velden.contains(name), Some(ask))));
    all
}

/// `jongeren van 16 tot en met 26 jaar`.
pub(super) fn ages(policy: &Policy) -> String {
    let (first, last) = (policy.doelgroep.leeftijd_van, policy.doelgroep.leeftijd_tot - 1);
    if first == last {
        return format!("jongeren van {first} jaar");
    }
    format!("jongeren van {first} tot en met {last} jaar")
}

/// When they left school, in a sentence without its capital and end.
pub(super) fn left_school(policy: &Policy) -> &'static str {
    match policy.doelgroep.cohort {
        Some(Cohort::Oud) => "zij gingen een jaar of langer geleden zonder startkwalificatie van school",
        Some(Cohort::Nieuw) => "zij gingen minder dan een jaar geleden zonder startkwalificatie van school",
        None => "zij gingen zonder startkwalificatie van school",
    }
}

/// Municipalities by name.
pub(super) fn places(gemeenten: &[Gemeente]) -> String {
    let names: Vec<String> = gemeenten.iter().map(|code| words::gemeente(*code)).collect();
    words::opsomming(&names)
}

/// Numbers of the suppliers that a text lists for a source.
pub(super) fn numbers(ask: &BronAsk) -> Option<String> {
    let listed: Vec<String> = ask.leveranciers.as_ref()?.iter().map(|oin| format!("OIN {oin}")).collect();
    Some(words::opsomming(&listed))
}

/// Names of the suppliers of a source, as far as the text holds them.
pub(super) fn names(policy: &Policy, ask: Option<&BronAsk>) -> String {
    let Some(listed) = ask.and_then(|ask| ask.leveranciers.as_ref()) else {
        return open("namen van de organisaties die dit leveren");
    };
    let own = &policy.verantwoordelijke;
    let others = listed.iter().filter(|oin| **oin != own.oin).count();
    let unnamed = match (others, listed.len()) {
        (0, _) => return own.naam.clone(),
        (1, 1) => open("naam van de organisatie die dit levert"),
        (1, _) => open("naam van de andere organisatie die dit levert"),
        (some, all) if some == all => open(&format!("namen van de {some} organisaties die dit leveren")),
        (some, _) => open(&format!("namen van de {some} andere organisaties die dit leveren")),
    };
    if others == listed.len() { unnamed } else { words::opsomming(&[own.naam.clone(), unnamed]) }
}

/// Last day on which anything may be released.
pub(super) fn last_release(policy: &Policy) -> Datum {
    policy.geldig.tot_en_met.plus_days(policy.bewaartermijn_dagen)
}

/// Whom a list names: `jongeren zonder school, werk of uitkering`.
pub(super) fn listed(lijst: &Lijst) -> String {
    let who: Vec<&str> = lijst.klassen.iter().map(|klasse| words::wie(*klasse)).collect();
    words::opsomming(&who)
}

/// The fields of a list beside the verwijzing.
pub(super) fn fields(lijst: &Lijst) -> String {
    let fields: Vec<&str> = lijst.velden.iter().map(|veld| veld.as_str()).collect();
    if fields.is_empty() { "geen enkel veld".to_owned() } else { words::opsomming(&fields) }
}

/// Who does not come on a list.
pub(super) fn not_listed(lijst: &Lijst) -> Vec<String> {
    let mut not = vec!["wie niet benaderd wil worden, als dat in het dossier staat".to_owned()];
    if !lijst.contact_uitgezonderd.is_empty() {
        let contact: Vec<&str> = lijst.contact_uitgezonderd.iter().map(|contact| words::contact(*contact)).collect();
        not.push(format!("wie met de regio deze stand van contact heeft: {}", words::keuze(&contact)));
    }
    if lijst.zonder_betrokkenheid {
        not.push("wie al contact heeft met een organisatie die hieraan meedoet".to_owned());
    }
    not
}

/// The smallest count that some table may show, where it leaves out.
pub(super) fn drempels(policy: &Policy) -> Vec<u32> {
    let all: BTreeSet<u32> = policy.tabellen.iter().filter_map(|tabel| tabel.drempel).collect();
    all.into_iter().collect()
}

/// A sentence that begins with a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What among the columns can tell of somebody's health (AVG art. 9), for a lawyer to weigh.
pub(super) fn special(policy: &Policy) -> String {
    let mut columns = vec!["het uitstroomprofiel dagbesteding"];
    if policy.bronnen.contains_key(&Bron::Inkomen) {
        columns.push("inkomen van de soort ziektewet");
    }
    if policy.bronnen.get(&Bron::Uitkering).is_some_and(|ask| ask.velden.contains("soort")) {
        columns.push("sommige soorten uitkering");
    }
    let can = if columns.len() == 1 { "kan" } else { "kunnen" };
    format!(
        "{} {can} iets zeggen over gezondheid. Laat uw jurist nagaan of AVG 9 hierop van toepassing is.",
        capital(&words::opsomming(&columns))
    )
}

/// Whether some table is rounded.
pub(super) fn rounded(policy: &Policy) -> bool {
    policy.tabellen.iter().any(|tabel| tabel.methode == Methode::Afronding)
}
