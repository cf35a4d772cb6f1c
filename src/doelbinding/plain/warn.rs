//! What a text may say, but deserves a look: each with its key and what to do.

use super::words;
use crate::doelbinding::check::columns;
use crate::doelbinding::policy::{Convenant, Lijst, Policy};
use crate::terms::{Bron, Datum, Dimensie, Klasse, Lijstveld, Methode};

/// More of a municipality's persons on one list is a large list.
const LARGE_SHARE: f64 = 0.5;
/// A threshold below this is weak: four others are few to hide among.
const WEAK_DREMPEL: u32 = 5;
/// Days before the end of a text from which its end is near.
const NEAR_DAYS: u32 = 60;
/// Days that releases may be kept, above which that is long.
const LONG_DAYS: u32 = 366;
/// The same for a text with lists: they are made anew every month.
const LONG_DAYS_LIST: u32 = 93;
/// Questions a day above which somebody could read a whole file by asking.
const MANY_A_DAY: u32 = 50;

/// Something in a text that is allowed, and that who signs should have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The key with the path to it, as in a fault.
    pub key: String,
    /// What stands out, in Dutch.
    pub what: String,
    /// What to do, in Dutch.
    pub remedy: String,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: {} {}", self.key, self.what, self.remedy)
    }
}

/// Warnings in the order of the text.
struct Warnings(Vec<Warning>);

impl Warnings {
    fn add(&mut self, key: &str, what: impl Into<String>, remedy: &str) {
        self.0.push(Warning { key: key.to_owned(), what: what.into(), remedy: remedy.to_owned() });
    }
}

/// Everything in a text that deserves a look, on a day.
#[must_use]
pub fn warnings(policy: &Policy, today: Datum) -> Vec<Warning> {
    let mut all = Warnings(Vec::new());
    dates(policy, today, &mut all);
    whole(policy, &mut all);
    if let Some(convenant) = &policy.convenant {
        parties(policy, convenant, &mut all);
    }
    inzage(policy, &mut all);
    bronnen(policy, &mut all);
    for (number, tabel) in (1..).zip(&policy.tabellen) {
        let weak = tabel.drempel.filter(|drempel| tabel.methode == Methode::Onderdrukking && *drempel < WEAK_DREMPEL);
        if let Some(drempel) = weak {
            all.add(
                &format!("tabel[{number}].drempel"),
                format!("Een drempel van {drempel} is zwak: een groepje van {drempel} jongeren is dan al te zien."),
                "Kies 5 of hoger.",
            );
        }
    }
    for (number, lijst) in (1..).zip(&policy.lijsten) {
        list(&format!("lijst[{number}]"), lijst, &mut all);
    }
    all.0
}

fn dates(policy: &Policy, today: Datum, all: &mut Warnings) {
    let end = policy.geldig.tot_en_met;
    let (day, last) = (words::datum(end), words::datum(policy.last_release()));
    if today > policy.last_release() {
        let what = format!("De tekst is voorbij: na {last} mag er niets meer naar buiten.");
        all.add("geldig.tot_en_met", what, "Laat een nieuwe versie lezen en ondertekenen.");
    } else if today > end {
        let what =
            format!("De tekst geldt niet voor een peildatum na {day}. Tot en met {last} mag er nog iets naar buiten.");
        all.add("geldig.tot_en_met", what, "Laat een nieuwe versie lezen en ondertekenen.");
    } else if today.plus_days(NEAR_DAYS) >= end {
        let what = format!("De tekst loopt bijna af: zij geldt tot en met {day}.");
        all.add("geldig.tot_en_met", what, "Begin op tijd aan een nieuwe versie.");
    }
    let most = if policy.lijsten.is_empty() { LONG_DAYS } else { LONG_DAYS_LIST };
    if policy.bewaartermijn_dagen > most {
        let what = format!("{} bewaren is lang.", words::dagen(policy.bewaartermijn_dagen));
        all.add(
            "bewaartermijn_dagen",
            what,
            "Kies een kortere termijn, of leg in `noodzaak` uit waarom zij zo lang is.",
        );
    }
}

fn whole(policy: &Policy, all: &mut Warnings) {
    if !policy.lijsten.is_empty() && policy.handtekeningen < 2 {
        let what = "Er gaan lijsten met jongeren naar buiten, en één handtekening is genoeg.";
        all.add("handtekeningen", what, "Zet `handtekeningen = 2`, zodat twee mensen de tekst lezen.");
    }
    if !policy.lijsten.is_empty() && policy.convenant.is_none() {
        let what = "Er gaan lijsten met jongeren naar buiten, en de tekst noemt geen convenant.";
        all.add("convenant", what, "Noem onder [convenant] de afspraak waarin dit staat, met haar partijen.");
    }
    if policy.lijsten.is_empty() && policy.tabellen.is_empty() {
        let what = "Er wordt gekoppeld, maar er gaat niets naar buiten.";
        all.add("tabel", what, "Noem een tabel of een lijst, of onderteken deze tekst niet.");
    }
}

/// Who is outside the covenant, as far as the text can tell: it names suppliers by OIN, and
/// recipients by the code of their municipality.
fn parties(policy: &Policy, convenant: &Convenant, all: &mut Warnings) {
    let remedy = "Voeg de OIN toe aan `convenant.partijen`, of laat deze partij weg.";
    if !convenant.partijen.contains(&policy.verantwoordelijke.oin) {
        all.add("verantwoordelijke.oin", "De verantwoordelijke is geen partij bij het convenant.", remedy);
    }
    for (bron, ask) in &policy.bronnen {
        let key = format!("bronnen.{bron}.leveranciers");
        // How many, not which: a message repeats no value of a file.
        match ask.leveranciers.iter().flatten().filter(|oin| !convenant.partijen.contains(oin)).count() {
            0 => {}
            1 => all.add(&key, "Eén leverancier is geen partij bij het convenant.", remedy),
            more => all.add(&key, format!("{more} leveranciers zijn geen partij bij het convenant."), remedy),
        }
    }
    if !policy.lijsten.is_empty() {
        all.add(
            "convenant.partijen",
            "De ontvangers van een lijst staan in de tekst met een gemeentecode, de partijen met een OIN. Of elke ontvanger partij is, kan het programma niet zien.",
            "Kijk dat zelf na in het convenant.",
        );
    }
}

fn inzage(policy: &Policy, all: &mut Warnings) {
    let Some(inzage) = &policy.inzage else { return };
    if inzage.per_dag > MANY_A_DAY {
        let what = format!("{} vragen per dag is veel: zo kan iemand een heel bestand opvragen.", inzage.per_dag);
        all.add("inzage.per_dag", what, "Kies het aantal dat echt nodig is.");
    }
    if inzage.rollen.contains("gemeente") && policy.lijsten.is_empty() {
        let what = "Een gemeente mag alleen vragen naar jongeren op haar lijst, en er is geen lijst.";
        all.add("inzage.rollen", what, "Laat `gemeente` hier weg.");
    }
}

fn bronnen(policy: &Policy, all: &mut Warnings) {
    for (bron, ask) in &policy.bronnen {
        let (_, extra) = columns(*bron);
        for field in ask.velden.iter().filter(|field| extra.contains(&field.as_str())) {
            all.add(
                &format!("bronnen.{bron}.velden"),
                format!("De kolom {field} wordt gelezen, maar geen regel gebruikt haar."),
                "Laat haar weg.",
            );
        }
    }
    let counted = policy.tabellen.iter().any(|tabel| tabel.dimensies.contains(&Dimensie::Betrokkenheid));
    let listed = |lijst: &Lijst| lijst.zonder_betrokkenheid || lijst.velden.contains(&Lijstveld::Betrokkenheid);
    if policy.bronnen.contains_key(&Bron::Betrokkenheid) && !counted && !policy.lijsten.iter().any(listed) {
        let what = "De bron betrokkenheid wordt gelezen, maar geen tabel of lijst gebruikt haar.";
        all.add("bronnen.betrokkenheid", what, "Laat haar weg.");
    }
}

fn list(key: &str, lijst: &Lijst, all: &mut Warnings) {
    // Who is at school or at work needs no contact: why would a municipality get a name for it?
    let busy = [Klasse::School, Klasse::Werk, Klasse::Startkwalificatie, Klasse::BuitenDoelgroep];
    for klasse in busy.into_iter().filter(|klasse| lijst.klassen.contains(klasse)) {
        all.add(
            &format!("{key}.klassen"),
            format!("Op deze lijst staan ook {}.", words::wie(klasse)),
            "Laat de klasse weg, of leg in `noodzaak` uit waarom de gemeente hen moet benaderen.",
        );
    }
    if lijst.max_aandeel > LARGE_SHARE {
        let share = words::aandeel(lijst.max_aandeel);
        all.add(
            &format!("{key}.max_aandeel"),
            format!("Dit mag een grote lijst worden: tot {share} van de jongeren van een gemeente."),
            "Kies een lager aandeel, of leg in `noodzaak` uit waarom het er zoveel zijn.",
        );
    }
}
