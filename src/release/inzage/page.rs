//! What a municipality and the coordinator read.

use super::Context;
use crate::disclosure::{Answer, NotNamed, Obstacle, OnList, Said, Told, Uitleg};
use crate::doelbinding::plain::page::{Block, Page};
use crate::doelbinding::plain::{reasons, words};
use crate::ingest::Coverage;
use crate::release::words::{bron, geleverd};
use crate::terms::{Bron, Cohort, Gemeente, Klasse, Reden};

/// Of a municipality's own list: what that list may tell.
pub(super) fn gemeente(told: &[Told], context: &Context<'_>) -> Page {
    let mut block = Block::new("lijst", "Uw lijst");
    for Told { lijst, waarom } in told {
        block.zin(match waarom {
            Some((klasse, reden)) => {
                format!(
                    "Lijst `{lijst}`: klasse {}. Reden: {} (`{reden}`).",
                    words::klasse(*klasse),
                    reasons::reden(*reden)
                )
            }
            None => format!("Lijst `{lijst}`: deze jongere heeft contact nodig. Meer zegt deze lijst niet."),
        });
    }
    head("Waarom deze jongere op uw lijst staat", context, vec![block])
}

/// All that the coordinator may know of an outcome.
pub(super) fn coordinator(answer: &Answer, context: &Context<'_>) -> Page {
    let mut blocks = match answer {
        Answer::Uitleg(uitleg) => {
            vec![outcome(uitleg), sources(uitleg, context), change(uitleg), lists(uitleg)]
        }
        Answer::NietGenoemd(why) => {
            let mut block = Block::new("uitkomst", "Uitkomst");
            block.zin("Deze jongere telt niet mee en heeft geen klasse.");
            block.zin(not_named(*why, context));
            vec![block]
        }
        Answer::Gemeente(_) | Answer::Geen(_) => Vec::new(),
    };
    let mut register = Block::new("register", "Het register");
    register.zin(
        "In het register staat dat deze vraag is gesteld: wanneer, in welke rol en onder welke tekst. Over wie zij gaat en wat het antwoord is, staat er niet.",
    );
    blocks.push(register);
    head("Waarom deze uitkomst", context, blocks)
}

fn head(titel: &str, context: &Context<'_>, blokken: Vec<Block>) -> Page {
    let policy = context.account.policy;
    let day = words::datum(context.peildatum.datum());
    Page {
        titel: titel.to_owned(),
        onder: format!("{}, versie {}. Stand op {day}.", policy.titel, policy.versie),
        blokken,
    }
}

fn outcome(uitleg: &Uitleg) -> Block {
    let Uitleg { klasse, reden, gemeente, verhuisd, .. } = uitleg;
    let mut block = Block::new("uitkomst", "Uitkomst");
    block.zin(format!("Klasse: {}.", words::klasse(*klasse)));
    block.zin(format!("Reden: {} (`{reden}`).", reasons::reden(*reden)));
    block.zin(format!("Regel {} besliste. {}", reasons::regel(*reden), reasons::regel_woorden(*reden)));
    block.zin(format!("Geteld in {}.", words::gemeente(*gemeente)));
    if *verhuisd {
        block.zin(
            "Dat is een andere gemeente dan in de doelgroep: volgens de brp is de jongere binnen de doelbinding verhuisd (regel 4).",
        );
    }
    block
}

fn sources(uitleg: &Uitleg, context: &Context<'_>) -> Block {
    let mut block = Block::new("bron", "Waar dat op rust");
    block.lijst(uitleg.bronnen.iter().map(|said| source(said, uitleg.reden, context)));
    if let Some(since) = since(uitleg, context) {
        block.zin(since);
    }
    block
}

/// A source that decided, and what it covers.
pub(super) fn source(said: &Said, reden: Reden, context: &Context<'_>) -> String {
    let policy = context.account.policy;
    let listed = said.bron == Bron::Doelgroep || policy.bronnen.contains_key(&said.bron);
    let told = match said.dekking {
        None => "de eigen lijst van de regio",
        Some(_) if !listed => "staat niet in de doelbinding",
        // These sources know nobody by an onderwijsnummer, whatever they deliver.
        Some(_) if reden == Reden::GeenBsn && matches!(said.bron, Bron::Inkomen | Bron::Uitkering) => {
            "niet op te zoeken met een onderwijsnummer"
        }
        Some(coverage) => geleverd(coverage),
    };
    let silent = matches!(said.dekking, Some(Coverage::Missing | Coverage::Partial))
        && matches!(reden, Reden::GeenBsn | Reden::BronOntbreekt | Reden::BronGedeeltelijk);
    let follows = if silent { ", dus zwijgen zegt niets" } else { "" };
    format!("{}: {told}{follows}", bron(said.bron))
}

/// The day or month that decided, in a sentence; never an amount.
pub(super) fn since(uitleg: &Uitleg, context: &Context<'_>) -> Option<String> {
    let doelgroep = &context.account.policy.doelgroep;
    let dag = uitleg.dag.map(words::datum);
    let maand = uitleg.maand.map(words::maand);
    match uitleg.reden {
        Reden::Leeftijd => {
            let (van, tot) = (doelgroep.leeftijd_van, doelgroep.leeftijd_tot);
            maand.map(|maand| format!("De geboortemaand is {maand}. De doelbinding gaat over {van} tot {tot} jaar."))
        }
        Reden::Inkomen => {
            let grens = words::euro(doelgroep.inkomen_boven_cent);
            maand.map(|maand| format!("Het inkomen van {maand} ligt boven de grens van {grens}."))
        }
        Reden::Diploma => dag.map(|dag| format!("De startkwalificatie is van {dag}.")),
        Reden::Ingeschreven => dag.map(|dag| format!("De inschrijving loopt vanaf {dag}.")),
        Reden::Uitkering => dag.map(|dag| format!("De uitkering loopt vanaf {dag}.")),
        Reden::Overleden | Reden::Geemigreerd | Reden::Tegenstrijdig | Reden::Verhuisd => {
            dag.map(|dag| format!("De regel in de brp die telt, is van {dag}."))
        }
        _ => None,
    }
}

fn change(uitleg: &Uitleg) -> Block {
    let mut block = Block::new("anders", "Wat de uitkomst zou veranderen");
    block.zin(reasons::anders(uitleg.reden));
    block
}

fn lists(uitleg: &Uitleg) -> Block {
    let mut block = Block::new("lijsten", "Op een lijst?");
    if uitleg.lijsten.is_empty() {
        block.zin("De doelbinding kent geen lijsten.");
    } else {
        block.lijst(uitleg.lijsten.iter().map(|list| on_list(list, uitleg.klasse, uitleg.gemeente)));
    }
    if uitleg.andere_invoer {
        block.zin(
            "Voor deze gemeente is onder deze tekst ook een lijst gemaakt van andere leveringen. Wie daarop stond, is niet meer te zeggen.",
        );
    }
    block
}

fn on_list(list: &OnList, klasse: Klasse, gemeente: Gemeente) -> String {
    let (naam, place) = (&list.naam, words::gemeente(gemeente));
    if list.waarom_niet.is_empty() {
        return if list.uitgeleverd {
            format!("`{naam}`: ja, uitgeleverd aan {place}.")
        } else {
            format!("`{naam}`: ja, maar volgens het register is zij niet uitgeleverd aan {place}.")
        };
    }
    let reasons: Vec<String> = list.waarom_niet.iter().map(|why| obstacle(*why, klasse, &place)).collect();
    format!("`{naam}`: nee. {}.", reasons.join(". "))
}

/// Why somebody is not on a list.
fn obstacle(why: Obstacle, klasse: Klasse, place: &str) -> String {
    match why {
        Obstacle::Ontvanger => format!("{place} krijgt deze lijst niet"),
        Obstacle::Klasse => format!("De klasse {} staat er niet op", words::klasse(klasse)),
        Obstacle::NietBenaderen => "In de doelgroep staat: niet benaderen".to_owned(),
        Obstacle::Contact(contact) => format!("Het contact is al zover: {}", words::contact(contact)),
        Obstacle::Betrokkenheid(Some(1)) => "Eén organisatie zegt dat zij contact heeft".to_owned(),
        Obstacle::Betrokkenheid(Some(_)) => "Meer organisaties zeggen dat zij contact hebben".to_owned(),
        Obstacle::Betrokkenheid(None) => "Het is onbekend of een organisatie contact heeft".to_owned(),
        Obstacle::GeenVerwijzing => format!("{place} leverde voor deze jongere geen verwijzing"),
        Obstacle::TeGroot => "De lijst zou meer jongeren noemen dan `max_aandeel` toestaat".to_owned(),
        Obstacle::GeenSleutel => format!("{place} heeft geen bruikbare openbare sleutel"),
    }
}

/// Why the doelbinding is not about somebody.
pub(super) fn not_named(why: NotNamed, context: &Context<'_>) -> String {
    let cohort = match context.account.policy.doelgroep.cohort {
        Some(Cohort::Oud) => "12 maanden of langer",
        _ => "korter dan 12 maanden",
    };
    match why {
        NotNamed::Gemeente => "De gemeente in de doelgroep staat niet in de doelbinding.".to_owned(),
        NotNamed::Cohort => format!(
            "De doelbinding gaat alleen over wie {cohort} van school is. Dat is hier niet zo, of het is niet bekend."
        ),
    }
}
