//! The notice to the jongere (AVG art. 14), in Dutch that most people can read: short sentences, no
//! abbreviations, nothing that cannot be read aloud.

use super::{facts, open};
use crate::doelbinding::plain::page::{Block, Page};
use crate::doelbinding::plain::words;
use crate::doelbinding::{Lijst, Policy};
use crate::terms::Lijstveld;

/// The legal basis under which somebody may object (AVG art. 21): a task of general interest.
const TAAK: &str = "AVG 6(1)(e)";

/// What a jongere must be told of a text.
#[must_use]
pub fn notice(policy: &Policy) -> Page {
    Page {
        titel: "Wat doen wij met jouw gegevens?".to_owned(),
        onder: policy.titel.clone(),
        blokken: vec![
            who(policy),
            why(policy),
            basis(policy),
            about(policy),
            data(policy),
            recipients(policy),
            how_long(policy),
            decision(policy),
            rights(policy),
            complaint(),
            source(policy),
        ],
    }
}

fn who(policy: &Policy) -> Block {
    let naam = &policy.verantwoordelijke.naam;
    let mut block = Block::new("wie", "Wie zijn wij?");
    block.zin(format!("{naam} is verantwoordelijk. Dat betekent dat {naam} ervoor zorgt dat het volgens de wet gaat."));
    block.zin(format!("Je kunt {naam} zo bereiken: {}.", open("adres, telefoonnummer en e-mailadres")));
    block.zin("De functionaris gegevensbescherming kijkt of wij goed met jouw gegevens omgaan.");
    block.zin(format!("Zo bereik je deze persoon: {}.", open("naam, telefoonnummer en e-mailadres")));
    block
}

fn why(policy: &Policy) -> Block {
    let mut block = Block::new("waarom", "Waarom doen wij dit?");
    block.zin(policy.doel.clone());
    block.zin(format!("Waarom het niet met minder kan: {}", policy.noodzaak));
    block
}

fn basis(policy: &Policy) -> Block {
    let mut block = Block::new("regels", "Op welke regels baseren wij ons?");
    block.zin("Wij baseren ons op:");
    block.lijst(policy.grondslag.iter().map(|text| words::grondslag(text)));
    block.zin("Elke organisatie maakt van je burgerservicenummer eerst een code.");
    block.zin("Wie de bestanden koppelt, krijgt die code en niet het nummer.");
    block.zin("Voor het gebruik van het nummer baseren wij ons op:");
    block.lijst([words::grondslag(&policy.bsn_grondslag)]);
    block
}

fn about(policy: &Policy) -> Block {
    let mut block = Block::new("over-wie", "Over wie gaat het?");
    block.zin(format!("Het gaat over {}.", facts::ages(policy)));
    block.zin(format!("{}.", facts::capital(facts::left_school(policy))));
    block.zin("Een startkwalificatie is een diploma van havo, vwo of mbo niveau 2 of hoger.");
    block.zin(format!("Zij wonen in {}.", facts::places(&policy.doelgroep.gemeenten)));
    block
}

fn data(policy: &Policy) -> Block {
    let mut block = Block::new("gegevens", "Welke gegevens gebruiken wij?");
    block.zin("Wij gebruiken gegevens die organisaties al hebben. Hieronder staat welke, en van wie.");
    for source in facts::sources(policy) {
        block.kop(facts::capital(words::bron_inhoud(source.bron)));
        block.zin("Per jongere lezen wij:");
        block.lijst(source.columns);
        if let Some(ask) = source.ask {
            block.zin(format!("Waarom: {}", ask.waarom));
        }
        block.zin(format!("Van wie: {}.", facts::names(policy, source.ask)));
    }
    block.kop("Meer niet");
    block.zin("Voor de koppeling lezen wij niets anders over jou.");
    block
}

fn recipients(policy: &Policy) -> Block {
    let mut block = Block::new("ontvangers", "Wie krijgt iets te zien?");
    if !policy.tabellen.is_empty() {
        block.zin("Wij maken tabellen. Daarin staan alleen aantallen jongeren, geen namen en geen nummers.");
        block.zin("Wij delen de tabellen, bijvoorbeeld met de gemeenteraad.");
        if facts::rounded(policy) {
            block.zin("Elk aantal is afgerond op een vijftal. Zo is het moeilijk om iemand te herkennen.");
        }
        if !facts::drempels(policy).is_empty() {
            block.zin("Kleine aantallen laten wij weg. Zo is het moeilijk om iemand te herkennen.");
        }
    }
    policy.lijsten.iter().for_each(|lijst| list(&mut block, lijst));
    if policy.lijsten.is_empty() {
        block.zin("Niemand krijgt een lijst met jongeren.");
    }
    block
}

fn list(block: &mut Block, lijst: &Lijst) {
    let places = facts::places(&lijst.ontvangers);
    block.zin(format!("Deze gemeenten krijgen een lijst van jongeren uit hun eigen dossiers: {places}."));
    block.zin("Op de lijst komen:");
    block.lijst(lijst.klassen.iter().map(|klasse| words::wie(*klasse)));
    if !lijst.velden.contains(&Lijstveld::Klasse) {
        block.zin(if lijst.klassen.len() == 1 {
            "Sta je op de lijst? Dan weet de gemeente dat je bij deze groep hoort."
        } else {
            "Sta je op de lijst? Dan weet de gemeente dat je bij een van deze groepen hoort. Zij weet niet bij welke."
        });
    }
    block.zin("Per jongere staat er een code van het dossier op. Alleen je eigen gemeente kan die code openen.");
    if lijst.velden.is_empty() {
        block.zin("Verder staat er niets over jou op de lijst.");
    } else {
        block.zin("Ook staat er per jongere op:");
        block.lijst(lijst.velden.iter().map(|veld| words::veld(*veld)));
    }
    block.zin("Niet op de lijst komen:");
    block.lijst(facts::not_listed(lijst));
    block.zin("Hoeft de gemeente je niet meer te benaderen? Dan kan de volgende lijst zeggen dat je eraf bent.");
    block.zin("Waarom je eraf bent, staat er niet bij.");
}

fn how_long(policy: &Policy) -> Block {
    let mut block = Block::new("hoe-lang", "Hoe lang duurt het?");
    let (first, last) = (words::datum(policy.geldig.van), words::datum(policy.geldig.tot_en_met));
    block.zin(format!("Wij doen dit van {first} tot en met {last}."));
    block.zin(format!("Na {} mag er niets meer naar buiten.", words::datum(facts::last_release(policy))));
    block.zin(format!("De bestanden van de organisaties wissen wij {}.", open("wanneer")));
    if policy.lijsten.is_empty() {
        block.zin("Tabellen met aantallen mogen blijven bestaan. Daarin sta jij niet als persoon.");
    } else {
        let term = words::dagen(policy.bewaartermijn_dagen);
        block.zin(format!(
            "Een gemeente wist haar lijst {}.",
            open(&format!("wanneer; de bewaartermijn in de doelbinding is {term}"))
        ));
    }
    block
}

fn decision(policy: &Policy) -> Block {
    let mut block = Block::new("besluit", "Beslist een computer over jou?");
    if policy.lijsten.is_empty() {
        block.zin("Nee. Een computer telt alleen. Er wordt niets over jou besloten.");
        return block;
    }
    block.zin("Nee. Een computer maakt de lijst, volgens vaste regels.");
    block.zin("De lijst zegt alleen dat iemand contact met je mag zoeken. Wat er daarna gebeurt, beslist een mens.");
    block
}

fn rights(policy: &Policy) -> Block {
    let mut block = Block::new("rechten", "Wat kun jij doen?");
    block.kop("Vragen wat wij hebben");
    block.zin("Je mag vragen welke gegevens over jou zijn gebruikt. Dat heet inzage.");
    if policy.inzage.is_some() {
        block.zin(if policy.lijsten.is_empty() {
            "Je mag ook vragen in welke groep je bent geteld, en waarom."
        } else {
            "Je mag ook vragen waarom je wel of niet op een lijst staat."
        });
        block.zin("Wij mogen dat voor je opzoeken. Wij schrijven op dat het is opgezocht.");
    }
    block.kop("Iets laten verbeteren of wissen");
    block.zin("Klopt er iets niet? Dan mag je vragen om het te verbeteren.");
    block.zin("Vaak doet de organisatie dat waar de gegevens vandaan komen.");
    block.zin("Je mag ook vragen om gegevens te wissen, of een tijd niet te gebruiken. Wij leggen uit of dat kan.");
    if policy.grondslag.iter().any(|text| text == TAAK) {
        block.kop("Bezwaar maken");
        block.zin("Je mag zeggen waarom wij jouw gegevens niet moeten gebruiken. Dat heet bezwaar.");
        block.zin("Wij stoppen dan, tenzij wij een heel goede reden hebben om door te gaan.");
    }
    if !policy.lijsten.is_empty() {
        block.kop("Niet benaderd worden");
        block.zin("Je mag zeggen dat je niet benaderd wilt worden.");
        block.zin("Staat dat in je dossier bij de gemeente, dan kom je niet op de lijst.");
    }
    block.kop("Hoe je dat doet");
    block.zin(format!("Vraag het aan {}. Het kost niets.", policy.verantwoordelijke.naam));
    block.zin("Meestal krijg je binnen een maand antwoord.");
    block
}

fn complaint() -> Block {
    let mut block = Block::new("klacht", "Ben je het er niet mee eens?");
    block.zin("Je kunt erover praten met de functionaris gegevensbescherming. Dat hoeft niet.");
    block.zin("Je mag altijd een klacht indienen bij de Autoriteit Persoonsgegevens.");
    block.zin("Die controleert of organisaties zich aan de privacywet houden.");
    block.zin("De website is autoriteitpersoonsgegevens.nl.");
    block
}

fn source(policy: &Policy) -> Block {
    let mut block = Block::new("tekst", "Waar staat dit precies?");
    block.zin("Dit staat in een tekst die eerst moet worden ondertekend. Die tekst heet een doelbinding.");
    block.zin(format!("Vraag naar {}, versie {}.", policy.id, policy.versie));
    block
}
