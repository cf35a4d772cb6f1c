//! `verschil`: what a new text allows more, what less, and what changes otherwise.
//!
//! Every struct of a text is taken apart by name here, so that a key that is added to the schema
//! cannot be forgotten: the compiler asks for it.

mod changes;
mod lists;
mod sources;
#[cfg(test)]
mod tests;

use super::page::{Block, Page};
use super::words;
use crate::doelbinding::policy::{Convenant, DoelgroepAsk, Geldig, InkomenMaand, Inzage, Policy, Verantwoordelijke};
use crate::terms::{Bron, Cohort, Klasse};
use changes::Changes;
pub use changes::{Change, Direction};
use std::collections::BTreeSet;

/// All that differs, widening first, then narrowing, then the rest; within each in the order of the
/// text. Each difference stands in it once.
#[must_use]
pub fn compare(old: &Policy, new: &Policy) -> Vec<Change> {
    let mut all = Changes::default();
    let Policy {
        id,
        versie,
        titel,
        doel,
        grondslag,
        noodzaak,
        bsn_grondslag,
        verantwoordelijke,
        geldig,
        bewaartermijn_dagen,
        handtekeningen,
        rekentijd_s,
        convenant,
        inzage,
        bronnen,
        doelgroep,
        tabellen,
        lijsten,
    } = old;
    all.text("id", id, &new.id);
    all.text("versie", &versie.to_string(), &new.versie.to_string());
    all.text("titel", titel, &new.titel);
    all.text("doel", doel, &new.doel);
    all.text("grondslag", &grondslag.join(", "), &new.grondslag.join(", "));
    all.text("noodzaak", noodzaak, &new.noodzaak);
    all.text("bsn_grondslag", bsn_grondslag, &new.bsn_grondslag);
    let Verantwoordelijke { naam, oin } = verantwoordelijke;
    all.text("verantwoordelijke.naam", naam, &new.verantwoordelijke.naam);
    all.text("verantwoordelijke.oin", oin.as_str(), new.verantwoordelijke.oin.as_str());
    validity(&mut all, geldig, &new.geldig);
    let days = |days: &u32| words::dagen(*days);
    all.more("bewaartermijn_dagen", "De bewaartermijn", bewaartermijn_dagen, &new.bewaartermijn_dagen, days);
    all.less("handtekeningen", "Het aantal handtekeningen", handtekeningen, &new.handtekeningen, u8::to_string);
    all.text("rekentijd_s", &format!("{rekentijd_s} seconden"), &format!("{} seconden", new.rekentijd_s));
    covenant(&mut all, convenant.as_ref(), new.convenant.as_ref());
    insight(&mut all, inzage.as_ref(), new.inzage.as_ref());
    sources::compare(&mut all, bronnen, &new.bronnen);
    sources::doelgroep(&mut all, &old.doelgroep_velden(), &new.doelgroep_velden());
    population(&mut all, doelgroep, &new.doelgroep, &[old, new]);
    lists::tables(&mut all, tabellen, &new.tabellen);
    lists::lists(&mut all, lijsten, &new.lijsten);
    all.finish()
}

fn validity(all: &mut Changes, old: &Geldig, new: &Geldig) {
    let Geldig { van, tot_en_met } = old;
    all.less("geldig.van", "De eerste peildatum", van, &new.van, |day| words::datum(*day));
    all.more("geldig.tot_en_met", "De laatste peildatum", tot_en_met, &new.tot_en_met, |day| words::datum(*day));
}

fn covenant(all: &mut Changes, old: Option<&Convenant>, new: Option<&Convenant>) {
    const KEY: &str = "convenant";
    let named = |convenant: &Convenant| {
        let parties: Vec<&str> = convenant.partijen.iter().map(|oin| oin.as_str()).collect();
        let day = words::datum(convenant.datum);
        format!("“{}” van {day}, met als partijen {}", convenant.titel, words::opsomming(&parties))
    };
    match (old, new) {
        (None, None) => {}
        (None, Some(new)) => {
            all.add(
                KEY,
                Direction::Narrower,
                format!("Er is nu een convenant, dat zegt wie partij is: {}.", named(new)),
            );
        }
        (Some(old), None) => {
            all.add(
                KEY,
                Direction::Wider,
                format!("Het convenant is weg, dus niets zegt meer wie partij is: {}.", named(old)),
            );
        }
        (Some(old), Some(new)) => {
            let Convenant { titel, datum, partijen } = old;
            all.text("convenant.titel", titel, &new.titel);
            all.text("convenant.datum", &words::datum(*datum), &words::datum(new.datum));
            let words = ["Er komen partijen bij", "Er vallen partijen af"];
            all.sets("convenant.partijen", words, partijen, &new.partijen, |oin| oin.to_string());
        }
    }
}

fn insight(all: &mut Changes, old: Option<&Inzage>, new: Option<&Inzage>) {
    const KEY: &str = "inzage";
    let named = |inzage: &Inzage| {
        let roles: Vec<&str> = inzage.rollen.iter().map(|rol| words::rol(rol)).collect();
        format!("{}; {} per dag", words::opsomming(&roles), inzage.per_dag)
    };
    match (old, new) {
        (None, None) => {}
        (None, Some(new)) => {
            let what = format!("Er mag nu gevraagd worden waarom één jongere een klasse heeft, door: {}.", named(new));
            all.add(KEY, Direction::Wider, what);
        }
        (Some(old), None) => {
            let what =
                format!("Niemand mag meer vragen waarom één jongere een klasse heeft. Eerst wel: {}.", named(old));
            all.add(KEY, Direction::Narrower, what);
        }
        (Some(old), Some(new)) => {
            let Inzage { rollen, per_dag } = old;
            let words = ["Ook mag vragen waarom", "Niet meer mag vragen waarom"];
            all.sets("inzage.rollen", words, rollen, &new.rollen, |rol| words::rol(rol).to_owned());
            all.more("inzage.per_dag", "Het aantal vragen per dag", per_dag, &new.per_dag, u32::to_string);
        }
    }
}

fn population(all: &mut Changes, old: &DoelgroepAsk, new: &DoelgroepAsk, texts: &[&Policy; 2]) {
    let DoelgroepAsk { regio, gemeenten, leeftijd_van, leeftijd_tot, cohort, inkomen_boven_cent, inkomen_maand } = old;
    let one = |regio| BTreeSet::from([regio]);
    let words = ["Er komt een regio bij", "Er valt een regio af"];
    all.sets("doelgroep.regio", words, &one(*regio), &one(new.regio), ToString::to_string);
    let words = ["Er komen gemeenten bij", "Er vallen gemeenten af"];
    all.ordered("doelgroep.gemeenten", words, gemeenten, &new.gemeenten, |code| words::gemeente(*code));
    let years = |years: &i16| format!("{years} jaar");
    all.less("doelgroep.leeftijd.van", "De jongste leeftijd", leeftijd_van, &new.leeftijd_van, years);
    let below = |years: &i16| format!("jonger dan {years} jaar");
    all.more("doelgroep.leeftijd.tot", "De oudste leeftijd", leeftijd_tot, &new.leeftijd_tot, below);
    let words = ["Er komt een groep bij", "Er valt een groep af"];
    all.sets("doelgroep.cohort", words, &groups(*cohort), &groups(new.cohort), |group| (*group).to_owned());
    income(all, *inkomen_boven_cent, new.inkomen_boven_cent, texts);
    let month = |month: &InkomenMaand| match month {
        InkomenMaand::Peilmaand => "de maand van de peildatum",
        InkomenMaand::Vorige => "de maand voor de peildatum",
    };
    all.text("doelgroep.inkomen_maand", month(inkomen_maand), month(&new.inkomen_maand));
}

/// The groups that a choice of cohort lets in.
fn groups(cohort: Option<Cohort>) -> BTreeSet<&'static str> {
    let long = "wie 12 maanden of langer van school is";
    let short = "wie minder dan 12 maanden van school is";
    match cohort {
        Some(Cohort::Oud) => BTreeSet::from([long]),
        Some(Cohort::Nieuw) => BTreeSet::from([short]),
        None => BTreeSet::from([long, short, "wie geen uitschrijfdatum heeft"]),
    }
}

/// Who earns between two thresholds works under the one and not under the other. That puts more
/// people on a list without the klasse werk; in tables it only moves them.
fn income(all: &mut Changes, old: i64, new: i64, texts: &[&Policy; 2]) {
    if old == new {
        return;
    }
    let mut what =
        format!("De grens voor werk: was meer dan {}, wordt meer dan {}.", words::euro(old), words::euro(new));
    let mut lists = texts.iter().flat_map(|text| &text.lijsten).peekable();
    let reads = texts.iter().any(|text| text.bronnen.contains_key(&Bron::Inkomen));
    let listed = reads && lists.peek().is_some() && lists.all(|lijst| !lijst.klassen.contains(&Klasse::Werk));
    what.push_str(if new > old { " Minder jongeren tellen als werkend" } else { " Meer jongeren tellen als werkend" });
    let direction = match (listed, new > old) {
        (true, true) => Direction::Wider,
        (true, false) => Direction::Narrower,
        (false, _) => Direction::Otherwise,
    };
    what.push_str(match direction {
        Direction::Wider => ", dus meer jongeren kunnen op een lijst komen.",
        Direction::Narrower => ", dus minder jongeren kunnen op een lijst komen.",
        Direction::Otherwise => ".",
    });
    all.add("doelgroep.inkomen_boven_cent", direction, what);
}

/// The differences as a page: what widens first.
#[must_use]
pub fn difference(old: &Policy, new: &Policy) -> Page {
    let found = compare(old, new);
    let of = |text: &Policy| format!("{} versie {}", text.id, text.versie);
    let group = |direction, id, kop, none: &str| {
        let mut block = Block::new(id, kop);
        let lines: Vec<String> = found
            .iter()
            .filter(|change| change.direction == direction)
            .map(|change| format!("`{}`: {}", change.key, change.what))
            .collect();
        if lines.is_empty() {
            block.zin(none);
        } else {
            block.lijst(lines);
        }
        block
    };
    let mut blokken = vec![
        group(Direction::Wider, "ruimer", "Wat ruimer wordt", "Niets: er mag niet meer dan eerst."),
        group(Direction::Narrower, "smaller", "Wat smaller wordt", "Niets: er mag niet minder dan eerst."),
        group(Direction::Otherwise, "anders", "Wat op een andere manier verandert", "Niets."),
    ];
    if !found.is_empty() && (&old.id, old.versie) == (&new.id, new.versie) {
        let mut block = Block::new("let-op", "Let op");
        block.zin("De teksten verschillen, maar hebben dezelfde naam en hetzelfde versienummer. Verhoog `versie`.");
        blokken.insert(0, block);
    }
    Page { titel: "Wat er verandert".to_owned(), onder: format!("Van {} naar {}", of(old), of(new)), blokken }
}
