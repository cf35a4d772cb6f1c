//! An annex to an assessment of risks (AVG art. 35(7)): what the text says, what can go wrong, what is
//! done about it, and what was released so far. It is no assessment: that is for people.

use super::{Text, facts, measures, open};
use crate::doelbinding::plain::page::{Block, Page};
use crate::doelbinding::plain::words;
use crate::doelbinding::{Lijst, Policy, Tabel};
use crate::register::{Past, PastList, PastTable, Register, Soort};
use crate::terms::{Datum, Gemeente};

/// The annex of a text. Without a register it says that it looked in none.
#[must_use]
pub fn annex(text: &Text, register: Option<&Register>) -> Page {
    let policy = &text.policy;
    Page {
        titel: "Bijlage bij de DPIA".to_owned(),
        onder: format!("{}: doelbinding {}, versie {}", policy.titel, policy.id, policy.versie),
        blokken: vec![
            about(text),
            description(policy),
            data(policy),
            outcome(policy),
            necessity(policy),
            risks(policy),
            released(text, register),
            left_to_people(policy),
        ],
    }
}

fn about(text: &Text) -> Block {
    let mut block = Block::new("wat", "Wat dit is");
    block.zin("Deze bijlage is gemaakt uit de doelbinding en het register. Zij beschrijft de koppeling en wat het programma aan risico's doet. De afweging zelf (AVG 35) maakt de verwerkingsverantwoordelijke, met advies van de FG.");
    block.zin("Wat wordt tegengehouden en wat niet, staat uitgebreider in docs/dreigingen.md.");
    block.zin(format!("Gemaakt uit de tekst met sha256 {}.", text.identity.sha256));
    block
}

fn description(policy: &Policy) -> Block {
    let (own, doelgroep) = (&policy.verantwoordelijke, &policy.doelgroep);
    let (first, last) = (words::datum(policy.geldig.van), words::datum(policy.geldig.tot_en_met));
    let mut all = vec![
        format!("doel: {}", policy.doel),
        format!("verwerkingsverantwoordelijke: {} (OIN {})", own.naam, own.oin),
        format!("over wie: {}; {}", facts::ages(policy), facts::left_school(policy)),
        format!("waar: regio {}, gemeenten {}", doelgroep.regio, facts::places(&doelgroep.gemeenten)),
        format!("geldig voor peildatums van {first} tot en met {last}"),
        format!("laatste dag waarop iets vrijgegeven mag worden: {}", words::datum(facts::last_release(policy))),
        format!("bewaartermijn: {}", words::dagen(policy.bewaartermijn_dagen)),
    ];
    if let Some(convenant) = &policy.convenant {
        let (day, parties) = (words::datum(convenant.datum), convenant.partijen.len());
        all.push(format!("convenant: {} van {day}, met {parties} partijen", convenant.titel));
    }
    let mut block = Block::new("beschrijving", "Beschrijving");
    block.lijst(all);
    block
}

fn data(policy: &Policy) -> Block {
    let mut block = Block::new("gegevens", "Welke gegevens, van wie en waarom");
    block.zin("Elke rij draagt een pseudoniem in de plaats van het BSN of het onderwijsnummer.");
    block.zin("Een bron die volledig levert, levert ook rijen van inwoners die niet in de doelgroep zitten. Over hen komt niets naar buiten.");
    for source in facts::sources(policy) {
        block.kop(facts::capital(words::bron(source.bron)));
        block.lijst(source.columns);
        if let Some(ask) = source.ask {
            block.zin(format!("Waarom: {}", ask.waarom));
        }
        let who = source.ask.and_then(facts::numbers).unwrap_or_else(|| open("wie dit levert"));
        block.zin(format!("Van wie: {who}."));
    }
    block.kop("Gezondheid");
    block.zin(facts::special(policy));
    block
}

fn outcome(policy: &Policy) -> Block {
    let mut block = Block::new("naar-buiten", "Wat naar buiten mag");
    block.lijst(policy.tabellen.iter().map(table).chain(policy.lijsten.iter().map(list)));
    if policy.tabellen.is_empty() && policy.lijsten.is_empty() {
        block.zin("Niets: de tekst noemt geen tabel en geen lijst.");
    }
    block
}

fn table(tabel: &Tabel) -> String {
    let how = words::methode(tabel.methode, tabel.drempel);
    format!("tabel {}, naar {}. {how}", tabel.naam, words::naar(&tabel.dimensies))
}

fn list(lijst: &Lijst) -> String {
    let (who, whom) = (facts::places(&lijst.ontvangers), facts::listed(lijst));
    let (fields, most) = (facts::fields(lijst), words::aandeel(lijst.max_aandeel));
    let not = facts::not_listed(lijst).join("; ");
    format!(
        "lijst {} voor {who}: {whom}. Naast de verwijzing: {fields}. Hoogstens {most} van de jongeren van een gemeente. Niet erop: {not}.",
        lijst.naam
    )
}

fn necessity(policy: &Policy) -> Block {
    let mut block = Block::new("noodzaak", "Noodzaak en evenredigheid");
    block.lijst(policy.grondslag.iter().map(|text| words::grondslag(text)));
    block.zin(format!("Gebruik van het BSN: {}.", words::grondslag(&policy.bsn_grondslag)));
    block.zin(format!("Waarom het niet lichter kan: {}", policy.noodzaak));
    block.zin(open("beoordeling: is dit noodzakelijk en evenredig, en waarom; laat een jurist de artikelen nakijken"));
    block
}

fn risks(policy: &Policy) -> Block {
    let mut block = Block::new("risico", "Risico's en maatregelen");
    for risk in measures::risks(policy) {
        block.kop(risk.what);
        block.lijst(risk.measures);
        block.zin(format!("Wat overblijft: {}", risk.left));
    }
    block
}

/// What the register holds of the text's id. Per table how many cells were withheld in all: why one
/// was, stands nowhere.
fn released(text: &Text, register: Option<&Register>) -> Block {
    let mut block = Block::new("vrijgegeven", "Wat er tot nu toe is vrijgegeven");
    let Some(register) = register else {
        block.zin("Er is geen register bekeken. Wat er is vrijgegeven, staat hier dus niet.");
        return block;
    };
    let (lines, head) = (register.lines(), register.head());
    block.zin(format!("Bekeken: een register van {lines} regel(s) met kop {head}."));
    let of = |past: &&Past| past.entry.doelbinding.id == text.identity.id;
    let mut past = register.vrijgaven.iter().filter(of).peekable();
    if past.peek().is_none() {
        block.zin("Onder deze doelbinding staat er niets in.");
    }
    past.for_each(|past| release(&mut block, text, past));
    block
}

fn release(block: &mut Block, text: &Text, past: &Past) {
    let entry = &past.entry;
    let day = entry.tijd.split('T').next().unwrap_or_default();
    block.kop(format!("Nummer {}, peildatum {}", past.nr, date(&entry.peildatum)));
    let state = match (past.soort, past.uitgeleverd, past.aangevuld_door) {
        (Soort::Proef, _, _) => "proef, gezien en niet uitgeleverd".to_owned(),
        (Soort::Vrijgave, Some(_), _) => "uitgeleverd".to_owned(),
        (Soort::Vrijgave, None, Some(nr)) => format!("niet uitgeleverd, aangevuld door nummer {nr}"),
        (Soort::Vrijgave, None, None) => "niet uitgeleverd".to_owned(),
    };
    let mut lines = vec![format!("op {}: {state}", date(day))];
    if entry.doelbinding.sha256 != text.identity.sha256.to_string() {
        lines.push(format!("onder een andere tekst, versie {}", entry.doelbinding.versie));
    }
    if entry.vandaag_gezet {
        lines.push("de datum van vandaag was met de hand gezet (INBEELD_VANDAAG)".to_owned());
    }
    lines.extend(entry.tabellen.iter().map(withheld));
    lines.extend(entry.lijsten.iter().map(received));
    block.lijst(lines);
}

/// A date in words; what is none stays as it is.
fn date(text: &str) -> String {
    Datum::parse(text.as_bytes()).map_or_else(|_| text.to_owned(), words::datum)
}

fn withheld(table: &PastTable) -> String {
    match table.grootste_afwijking {
        Some(most) => format!("tabel {}: afgerond, hoogstens {most} van het echte aantal af", table.naam),
        None => {
            format!("tabel {}: {} van {} cellen niet vrijgegeven", table.naam, table.withheld(), table.cellen.len())
        }
    }
}

fn received(list: &PastList) -> String {
    let gemeente = Gemeente::parse(list.gemeente.as_bytes());
    format!("lijst {} voor {}", list.naam, gemeente.map_or_else(|_| list.gemeente.clone(), words::gemeente))
}

fn left_to_people(policy: &Policy) -> Block {
    let mut all = vec![
        open("wie de koppelsleutel heeft, en dat dit niet degene is die koppelt"),
        open("wie de leveringen na een koppeling wist, en wanneer"),
        open("wat jongeren of hun vertegenwoordigers ervan vinden (AVG 35 lid 9)"),
        open("advies van de FG (AVG 35 lid 2)"),
        open("besluit van de verwerkingsverantwoordelijke, en wanneer dit opnieuw wordt bekeken"),
    ];
    if !policy.lijsten.is_empty() {
        all.insert(2, open("wie bij elke gemeente de lijst opent, en wanneer zij wordt gewist"));
    }
    let mut block = Block::new("invullen", "Wat mensen nog invullen");
    block.lijst(all);
    block
}
