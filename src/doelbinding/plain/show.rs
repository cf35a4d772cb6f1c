//! `toon`: what a text means for who must sign it, and for whom it is about.

use super::columns::{kolom, kolommen};
use super::page::{Block, Page};
use super::warn::{Warning, warnings};
use super::words;
use crate::doelbinding::policy::{BronAsk, InkomenMaand, Lijst, Policy, Tabel};
use crate::terms::{Bron, Datum, Lijstveld, Methode};
use std::collections::BTreeSet;

/// The whole text as one page, with what deserves a look on this day.
#[must_use]
pub fn show(policy: &Policy, today: Datum) -> Page {
    Page {
        titel: policy.titel.clone(),
        onder: format!("Doelbinding {}, versie {}", policy.id, policy.versie),
        blokken: vec![
            short(policy),
            attention(&warnings(policy, today)),
            why(policy),
            who(policy),
            read(policy),
            leaves(policy),
            how_long(policy),
            signatures(policy),
        ],
    }
}

fn short(policy: &Policy) -> Block {
    let mut block = Block::new("kort", "In het kort");
    block.zin(format!("{} is verantwoordelijk voor deze koppeling.", policy.verantwoordelijke.naam));
    let recipients: BTreeSet<String> =
        policy.lijsten.iter().flat_map(|lijst| &lijst.ontvangers).map(|code| words::gemeente(*code)).collect();
    let recipients: Vec<String> = recipients.into_iter().collect();
    let receives = if recipients.len() == 1 { "krijgt" } else { "krijgen" };
    let lists = format!("{} {receives} een lijst met jongeren uit de eigen gemeente.", words::opsomming(&recipients));
    block.zin(match (policy.tabellen.is_empty(), policy.lijsten.is_empty()) {
        (false, true) => "Er gaan alleen aantallen naar buiten. Niemand krijgt een lijst met jongeren.".to_owned(),
        (false, false) => format!("Er gaan aantallen naar buiten. Ook gaan er lijsten uit: {lists}"),
        (true, false) => format!("Er gaan geen aantallen naar buiten. Wel gaan er lijsten uit: {lists}"),
        (true, true) => "Er gaat niets naar buiten.".to_owned(),
    });
    block.zin("Een BSN gaat nooit naar buiten. Een naam of een adres staat niet in de bestanden.");
    block.zin(format!("De tekst geldt {}.", period(policy)));
    block.zin(
        "Deze bladzijde zegt wat er in de tekst staat. Zij zegt niet of de tekst goed is ondertekend: dat zegt `inbeeld doelbinding verifieer`.",
    );
    block
}

fn period(policy: &Policy) -> String {
    format!("van {} tot en met {}", words::datum(policy.geldig.van), words::datum(policy.geldig.tot_en_met))
}

fn attention(found: &[Warning]) -> Block {
    let mut block = Block::new("let-op", "Let op");
    if found.is_empty() {
        block.zin("Het programma vond niets dat extra aandacht vraagt. Lees de tekst toch helemaal.");
    } else {
        block.lijst(found.iter().map(ToString::to_string));
    }
    block
}

fn why(policy: &Policy) -> Block {
    let mut block = Block::new("waarom", "Waarom dit gebeurt");
    block.zin(policy.doel.clone());
    block.kop("Waarom het niet met minder kan");
    block.zin(policy.noodzaak.clone());
    block.kop("Volgens welke regels dit mag");
    block.lijst(policy.grondslag.iter().map(|text| words::grondslag(text)));
    block.zin(format!("Het BSN mag bij de bron gebruikt worden volgens {}.", words::grondslag(&policy.bsn_grondslag)));
    block.zin("Laat een jurist nakijken of deze artikelen kloppen. Het programma kan dat niet.");
    block
}

fn who(policy: &Policy) -> Block {
    let ask = &policy.doelgroep;
    let mut block = Block::new("over-wie", "Over wie het gaat");
    block.zin(format!("Het gaat over {}.", words::cohort(ask.cohort)));
    block.zin("Een startkwalificatie is een diploma havo, vwo of mbo niveau 2 of hoger.");
    block.zin(format!("Zij zijn {} jaar of ouder, en jonger dan {} jaar.", ask.leeftijd_van, ask.leeftijd_tot));
    let gemeenten: Vec<String> = ask.gemeenten.iter().map(|code| words::gemeente(*code)).collect();
    block.zin(format!("Zij horen bij regio {}, in deze gemeenten: {}.", ask.regio, words::opsomming(&gemeenten)));
    if policy.bronnen.contains_key(&Bron::Inkomen) {
        let month = match ask.inkomen_maand {
            InkomenMaand::Peilmaand => "in de maand van de peildatum",
            InkomenMaand::Vorige => "in de maand voor de peildatum",
        };
        let amount = words::euro(ask.inkomen_boven_cent);
        block
            .zin(format!("Wie {month} meer dan {amount} verdient, telt als werkend. Precies {amount} is niet genoeg."));
    }
    block.zin("De peildatum is de dag waarover de cijfers iets zeggen.");
    block
}

fn read(policy: &Policy) -> Block {
    let mut block = Block::new("gelezen", "Wat er wordt gelezen, en wat niet");
    block.zin(
        "Elke bron vervangt het BSN door een code voordat zij iets stuurt. Van elke bron wordt die code gelezen, met alleen deze kolommen.",
    );
    let needed: BTreeSet<&str> = policy.doelgroep_velden();
    source(&mut block, Bron::Doelgroep, &|name| needed.contains(name), None);
    for (bron, ask) in &policy.bronnen {
        source(&mut block, *bron, &|name| ask.velden.contains(name), Some(ask));
    }
    let unread = |bron: &&Bron| **bron != Bron::Doelgroep && !policy.bronnen.contains_key(bron);
    let unread: Vec<String> =
        Bron::ALL.iter().filter(unread).map(|bron| format!("{bron}: {}", words::bron_inhoud(*bron))).collect();
    if !unread.is_empty() {
        block.kop("Bronnen die niet worden gelezen");
        block.lijst(unread);
    }
    block
}

/// One source: why, what is read of it, what is not, and who delivers it.
fn source(block: &mut Block, bron: Bron, reads: &dyn Fn(&str) -> bool, ask: Option<&BronAsk>) {
    block.kop(format!("Bron {bron}: {}", words::bron_inhoud(bron)));
    if let Some(ask) = ask {
        block.zin(format!("Waarom: {}", ask.waarom));
    }
    let (read, unread): (Vec<_>, Vec<_>) = kolommen(bron).iter().partition(|(name, _)| reads(name));
    block.zin("Gelezen:");
    block.lijst(read.iter().map(|(name, words)| format!("{words} ({name})")));
    if unread.is_empty() {
        block.zin("Andere kolommen heeft deze bron niet.");
    } else {
        block.zin("Niet gelezen:");
        block.lijst(unread.iter().map(|(name, words)| format!("{words} ({name})")));
    }
    match ask.map(|ask| &ask.leveranciers) {
        None => {}
        Some(None) => block.zin("De tekst noemt geen leveranciers."),
        Some(Some(leveranciers)) => {
            let all: Vec<&str> = leveranciers.iter().map(|oin| oin.as_str()).collect();
            let (who, when) = match *all {
                [_] => ("leverancier", "Levert die"),
                _ => ("leveranciers", "Leveren zij allemaal"),
            };
            block.zin(format!(
                "De tekst noemt als {who} (OIN): {}. {when}, dan geldt: wie er niet in staat, is er niet.",
                words::opsomming(&all)
            ));
        }
    }
}

fn leaves(policy: &Policy) -> Block {
    let mut block = Block::new("naar-buiten", "Wat er naar buiten gaat");
    if policy.tabellen.is_empty() && policy.lijsten.is_empty() {
        block.zin("Niets.");
    }
    for tabel in &policy.tabellen {
        table(&mut block, tabel);
    }
    if !policy.tabellen.is_empty() {
        block.zin(format!(
            "Het programma rekent hoogstens {} seconden aan deze bescherming. Lukt het dan niet, dan gaat de tabel niet naar buiten.",
            words::aantal(policy.rekentijd_s.into())
        ));
    }
    for lijst in &policy.lijsten {
        list(&mut block, lijst);
    }
    block
}

fn table(block: &mut Block, tabel: &Tabel) {
    block.kop(format!("Tabel {}", tabel.naam));
    block.zin("Wie: iedereen mag deze tabel lezen. Er staan alleen aantallen in, geteld naar:");
    block.lijst(tabel.dimensies.iter().map(|dimensie| format!("{} ({dimensie})", words::dimensie(*dimensie))));
    block.zin(match (tabel.methode, tabel.drempel) {
        (Methode::Onderdrukking, Some(drempel)) => format!(
            "De drempel is {drempel}. Een aantal van 1 tot en met {} gaat niet naar buiten. Ook een aantal waarmee dat te berekenen is, blijft weg.",
            drempel.saturating_sub(1)
        ),
        _ => "Elk aantal wordt afgerond op een vijftal. Kleine aantallen zijn daardoor niet precies te zien.".to_owned(),
    });
}

fn list(block: &mut Block, lijst: &Lijst) {
    block.kop(format!("Lijst {}", lijst.naam));
    let ontvangers: Vec<String> = lijst.ontvangers.iter().map(|code| words::gemeente(*code)).collect();
    block.zin(format!(
        "Wie: {}. Een gemeente krijgt alleen haar eigen jongeren. De lijst is versleuteld: alleen die gemeente kan haar openen.",
        words::opsomming(&ontvangers)
    ));
    block.zin("Op de lijst staan:");
    block.lijst(
        lijst.klassen.iter().map(|klasse| format!("{} (klasse {})", words::wie(*klasse), words::klasse(*klasse))),
    );
    block.zin("Niet op de lijst staan:");
    let mut not = vec!["jongeren die niet benaderd mogen worden".to_owned()];
    if !lijst.contact_uitgezonderd.is_empty() {
        let contact: Vec<&str> = lijst.contact_uitgezonderd.iter().map(|contact| words::contact(*contact)).collect();
        not.push(format!("jongeren met wie het contact al zo ver is: {}", words::keuze(&contact)));
    }
    if lijst.zonder_betrokkenheid {
        not.push("jongeren met wie al een organisatie contact heeft, of van wie dat niet zeker is".to_owned());
    }
    block.lijst(not);
    block.zin("Van elke jongere staat op de lijst:");
    let handle = [kolom(Bron::Doelgroep, "verwijzing").map(|words| format!("{words} (verwijzing)"))];
    let velden = lijst.velden.iter().map(|veld| format!("{} ({veld})", words::veld(*veld)));
    block.lijst(handle.into_iter().flatten().chain(velden));
    block.zin(that_or_what(lijst));
    block.zin(format!(
        "Horen meer dan {} van de jongeren van een gemeente op de lijst, dan krijgt die gemeente haar niet.",
        words::aandeel(lijst.max_aandeel)
    ));
}

/// Whether a list shares THAT somebody needs contact, or also WHAT is in the files.
fn that_or_what(lijst: &Lijst) -> String {
    // The choice of who is listed tells something too, also where no column says it.
    let mut implied = Vec::new();
    if let (Some(klasse), 1, false) =
        (lijst.klassen.first(), lijst.klassen.len(), lijst.velden.contains(&Lijstveld::Klasse))
    {
        implied.push(format!("wie erop staat, heeft de klasse {}", words::klasse(*klasse)));
    }
    if lijst.zonder_betrokkenheid && !lijst.velden.contains(&Lijstveld::Betrokkenheid) {
        implied.push("met wie erop staat, heeft geen andere organisatie contact".to_owned());
    }
    let names: Vec<&str> = lijst.velden.iter().map(|veld| veld.as_str()).collect();
    let mut text = if names.is_empty() {
        "De lijst deelt alleen DAT een jongere benaderd moet worden. Zij deelt niet WAT er in de bestanden staat."
            .to_owned()
    } else {
        format!(
            "De lijst deelt DAT een jongere benaderd moet worden, en ook WAT er in de bestanden staat: {}.",
            words::opsomming(&names)
        )
    };
    if !implied.is_empty() {
        text.push_str(&format!(" Uit de keuze van de lijst volgt wel: {}.", words::opsomming(&implied)));
    }
    text
}

fn how_long(policy: &Policy) -> Block {
    let mut block = Block::new("hoelang", "Hoelang dit geldt en hoelang iets bewaard wordt");
    block.zin(format!("De tekst geldt voor elke peildatum {}.", period(policy)));
    block.zin(format!(
        "De bewaartermijn is {}. Langer mag niemand bewaren wat onder deze tekst over jongeren is gedeeld.",
        words::dagen(policy.bewaartermijn_dagen)
    ));
    block.zin(format!("Na {} mag er niets meer naar buiten.", words::datum(policy.last_release())));
    block
}

fn signatures(policy: &Policy) -> Block {
    let mut block = Block::new("tekenen", "Wie moet tekenen, en wie mag iets vragen");
    block.zin(match policy.handtekeningen {
        1 => "Eén handtekening is genoeg, van iemand wiens sleutel wordt vertrouwd.".to_owned(),
        more => format!("Er zijn {more} handtekeningen nodig, van verschillende mensen wier sleutel wordt vertrouwd."),
    });
    block.zin(format!("Verantwoordelijk is {} (OIN {}).", policy.verantwoordelijke.naam, policy.verantwoordelijke.oin));
    block.zin(match &policy.convenant {
        None => "De tekst noemt geen convenant.".to_owned(),
        Some(convenant) => {
            let parties: Vec<&str> = convenant.partijen.iter().map(|oin| oin.as_str()).collect();
            format!(
                "De afspraken staan in het convenant “{}” van {}. Partijen zijn (OIN): {}.",
                convenant.titel,
                words::datum(convenant.datum),
                words::opsomming(&parties)
            )
        }
    });
    match &policy.inzage {
        None => block.zin("Niemand mag vragen waarom één jongere een klasse heeft."),
        Some(inzage) => {
            let often = if inzage.per_dag == 1 {
                "1 keer".to_owned()
            } else {
                format!("{} keer", words::aantal(inzage.per_dag.into()))
            };
            block.zin(format!("Wie mag vragen waarom één jongere een klasse heeft, hoogstens {often} per dag:"));
            block.lijst(inzage.rollen.iter().map(|rol| words::rol(rol)));
        }
    }
    block
}
