//! The letter to a jongere who asks what was done with its data (AVG art. 15), in Dutch that most
//! people can read: short sentences, nothing that cannot be read aloud.

use super::Context;
use super::page::{not_named, since, source};
use crate::disclosure::{Answer, OnList, Uitleg};
use crate::doelbinding::plain::columns::kolom;
use crate::doelbinding::plain::page::{Block, Page};
use crate::doelbinding::plain::{reasons, words};
use crate::terms::{Bron, Gemeente, Klasse};
use std::collections::BTreeSet;

/// Under which somebody may object (AVG art. 21): a task of general interest.
const TAAK: &str = "AVG 6(1)(e)";

const NIEMAND: &str = "Niemand kreeg iets over jou te zien.";
const MAKER: &str = "Wie deze brief voor jou maakt, ziet wat erin staat.";

/// What was done with somebody's data, and what came out.
pub(super) fn letter(answer: &Answer, context: &Context<'_>) -> Page {
    let day = words::datum(context.peildatum.datum());
    Page {
        titel: "Wat wij met jouw gegevens deden".to_owned(),
        onder: format!("{}. Stand op {day}.", context.account.policy.titel),
        blokken: vec![
            short(context),
            why(context),
            data(context),
            outcome(answer, context),
            recipients(answer),
            how_long(context),
            decision(),
            rights(context),
        ],
    }
}

fn short(context: &Context<'_>) -> Block {
    let naam = &context.account.policy.verantwoordelijke.naam;
    let mut block = Block::new("kort", "In het kort");
    block.zin("Je vroeg wat er met jouw gegevens is gedaan. In deze brief staat het antwoord.");
    block.zin(format!("{naam} is verantwoordelijk."));
    block.zin("Wij legden bestanden van een paar organisaties naast elkaar. Dat heet koppelen.");
    block.zin(format!("Wij keken hoe het was op {}.", words::datum(context.peildatum.datum())));
    block
}

fn why(context: &Context<'_>) -> Block {
    let policy = context.account.policy;
    let mut block = Block::new("waarom", "Waarom wij dit doen");
    block.zin(policy.doel.clone());
    block.zin(format!("Waarom het niet met minder kan: {}", policy.noodzaak));
    block.zin("Wij baseren ons op:");
    block.lijst(policy.grondslag.iter().map(|text| words::grondslag(text)));
    block
}

fn data(context: &Context<'_>) -> Block {
    let policy = context.account.policy;
    let mut block = Block::new("gegevens", "Welke gegevens wij gebruikten");
    block.zin("Elke organisatie maakte van je burgerservicenummer of onderwijsnummer eerst een code.");
    block.zin("Wij kregen die code en niet het nummer. Je naam en je adres kregen wij ook niet.");
    block.zin("Voor het gebruik van het nummer baseren wij ons op:");
    block.lijst([words::grondslag(&policy.bsn_grondslag)]);
    // The handle is read to find the jongere, also where no list needs it.
    let mut own = policy.doelgroep_velden();
    own.insert("verwijzing");
    part(&mut block, Bron::Doelgroep, own.iter().copied(), context);
    for (bron, ask) in &policy.bronnen {
        part(&mut block, *bron, ask.velden.iter().map(String::as_str), context);
    }
    block.kop("Meer niet");
    block.zin("Andere gegevens lazen wij niet.");
    block
}

/// One source: which columns of it were read, and who delivered it.
fn part<'a>(block: &mut Block, bron: Bron, velden: impl Iterator<Item = &'a str>, context: &Context<'_>) {
    let content = words::bron_inhoud(bron);
    let mut letters = content.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    block.kop(format!("{first}{}", letters.as_str()));
    let named: BTreeSet<&str> =
        context.account.leveranciers.iter().filter(|(of, _)| *of == bron).map(|(_, naam)| *naam).collect();
    let named: Vec<&str> = named.into_iter().collect();
    block.zin(match (bron, named.as_slice()) {
        (_, []) => "Dit bestand is deze maand niet geleverd.".to_owned(),
        // Where one party delivers, its name would tell who is in contact.
        (Bron::Betrokkenheid, _) => "Welke organisaties dit leverden, zeggen wij niet.".to_owned(),
        _ => format!("Van wie: {}.", words::opsomming(&named)),
    });
    if !named.is_empty() {
        block.lijst(velden.filter_map(|veld| kolom(bron, veld)));
    }
}

fn outcome(answer: &Answer, context: &Context<'_>) -> Block {
    let mut block = Block::new("uitkomst", "Wat eruit kwam");
    let uitleg = match answer {
        Answer::Uitleg(uitleg) => uitleg,
        Answer::NietGenoemd(why) => {
            block.zin("Jij telt niet mee. Er kwam dus niets over jou uit.");
            block.zin(not_named(*why, context));
            return block;
        }
        Answer::Gemeente(_) | Answer::Geen(_) => return block,
    };
    block.zin(format!("Jij telt mee in {}.", words::gemeente(uitleg.gemeente)));
    if uitleg.verhuisd {
        block.zin("Volgens de basisregistratie personen ben je daarheen verhuisd.");
    }
    block.zin(format!("Jouw groep is: {}.", words::klasse(uitleg.klasse)));
    block.zin(format!("Dat is de groep van {}.", words::wie(uitleg.klasse)));
    block.zin(format!("De reden is: {}.", reasons::reden(uitleg.reden)));
    block.zin(format!("De regel is: {}", reasons::regel_woorden(uitleg.reden)));
    block.zin("Dit gaf de doorslag:");
    block.lijst(uitleg.bronnen.iter().map(|said| source(said, uitleg.reden, context)));
    if let Some(since) = since(uitleg, context) {
        block.zin(since);
    }
    block.zin("Dit zou de uitkomst veranderen:");
    block.lijst([reasons::anders(uitleg.reden)]);
    if uitleg.klasse == Klasse::Onbekend {
        block.zin("Onbekend betekent dat wij het niet weten. Het betekent niet dat je niets doet.");
    }
    block
}

fn recipients(answer: &Answer) -> Block {
    let mut block = Block::new("ontvangers", "Wie iets te zien kreeg");
    let Answer::Uitleg(uitleg) = answer else {
        block.zin(NIEMAND);
        block.zin(MAKER);
        return block;
    };
    let Uitleg { gemeente, lijsten, tabellen, andere_invoer, .. } = &**uitleg;
    let on: Vec<&OnList> = lijsten.iter().filter(|list| list.waarom_niet.is_empty()).collect();
    if *tabellen {
        block.zin("Wij maakten tabellen met aantallen jongeren. Daarin ben jij een van velen.");
        block.zin("In een tabel staan geen namen en geen nummers. Kleine aantallen staan er niet in.");
    }
    let given: Vec<&&OnList> = on.iter().filter(|list| list.uitgeleverd).collect();
    given.iter().for_each(|list| received(&mut block, list, *gemeente));
    if given.is_empty() {
        block.zin(if on.is_empty() {
            "Je staat niet op een lijst voor een gemeente."
        } else {
            "Je hoort op een lijst voor je gemeente. Volgens ons register is die lijst niet verstuurd."
        });
    }
    if *andere_invoer {
        block.zin(format!(
            "Voor {} maakten wij ook een lijst uit andere bestanden. Of jij daarop stond, weten wij niet meer.",
            words::gemeente(*gemeente)
        ));
    }
    if given.is_empty() && !*tabellen && !*andere_invoer {
        block.zin(NIEMAND);
    }
    block.zin(MAKER);
    block
}

fn received(block: &mut Block, list: &OnList, gemeente: Gemeente) {
    block.zin(format!("{} kreeg een lijst waarop jij staat. Die lijst heet {}.", words::gemeente(gemeente), list.naam));
    block.zin("Daarop staat een code van je dossier. Alleen je gemeente kan die code openen.");
    if list.velden.is_empty() {
        block.zin("Verder staat er niets over jou op.");
    } else {
        block.zin("Ook staat erop:");
        block.lijst(list.velden.iter().map(|veld| words::veld(*veld)));
    }
}

fn how_long(context: &Context<'_>) -> Block {
    let mut block = Block::new("hoe-lang", "Hoe lang wij het bewaren");
    block.zin("Het programma dat koppelt, bewaart geen gegevens van jou. Voor deze brief is opnieuw gekoppeld.");
    block.zin("De bestanden van de organisaties staan er nog, anders kon deze brief niet worden gemaakt.");
    let term = words::dagen(context.account.policy.bewaartermijn_dagen);
    block.zin(format!("Wat is gemaakt, mag {term} bewaard blijven. Tabellen met aantallen mogen blijven bestaan."));
    block.zin("In ons register staat dat deze brief is gemaakt. Daar staat niet bij over wie zij gaat.");
    block
}

fn decision() -> Block {
    let mut block = Block::new("besluit", "Een computer beslist niet over jou");
    block.zin("Een computer telt en maakt lijsten, met vaste regels. Er is niets over jou besloten.");
    block.zin("Wat een gemeente daarna doet, beslist een mens.");
    block
}

fn rights(context: &Context<'_>) -> Block {
    let policy = context.account.policy;
    let mut block = Block::new("rechten", "Wat jij kunt doen");
    block.zin("Klopt er iets niet? Dan mag je vragen om het te verbeteren.");
    block.zin("Je mag ook vragen om gegevens te wissen, of een tijd niet te gebruiken.");
    if policy.grondslag.iter().any(|text| text == TAAK) {
        block.zin("Je mag zeggen waarom wij jouw gegevens niet moeten gebruiken. Dat heet bezwaar.");
    }
    if !policy.lijsten.is_empty() {
        block.zin("Wil je niet benaderd worden? Zeg dat tegen je gemeente. Dan kom je niet op de lijst.");
    }
    block.zin(format!("Vraag het aan {}. Het kost niets.", policy.verantwoordelijke.naam));
    block.zin("Ben je het er niet mee eens? Dan mag je een klacht indienen bij de Autoriteit Persoonsgegevens.");
    block.zin("De website is autoriteitpersoonsgegevens.nl.");
    block
}
