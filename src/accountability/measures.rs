//! What the program does to keep data safe, and what it leaves to people. Each sentence is a promise:
//! it stands here only as long as the code keeps it, and docs/dreigingen.md says more of each.

use super::facts;
use crate::doelbinding::Policy;
use crate::doelbinding::plain::words;

/// Something that can go wrong, what is done about it, and what is left.
pub(super) struct Risk {
    pub(super) what: &'static str,
    pub(super) measures: Vec<String>,
    pub(super) left: &'static str,
}

/// Every measure that holds for a text.
pub(super) fn all(policy: &Policy) -> Vec<String> {
    risks(policy).into_iter().flat_map(|risk| risk.measures).collect()
}

/// The risks of a text, the gravest first.
pub(super) fn risks(policy: &Policy) -> Vec<Risk> {
    let mut all = vec![
        Risk {
            what: "Iemand rekent pseudoniemen terug naar BSN's.",
            measures: vec![
                "Elke bron vervangt het BSN door een pseudoniem (HMAC-SHA256 met de koppelsleutel) voordat zij levert. Een bestand met ruwe BSN's wordt geweigerd.".to_owned(),
                "Elk ontvangen pseudoniem wordt opnieuw versleuteld, op de opdrachtregel met een sleutel die per koppeling willekeurig is. Het komt op geen schijf, in geen logboek en in geen foutmelding.".to_owned(),
            ],
            left: "Wie de koppelsleutel heeft, rekent alle pseudoniemen in enkele seconden terug. Wie koppelt, mag hem dus niet hebben. Het programma kan dat niet nakijken: leg het vast en controleer het.",
        },
        Risk {
            what: "Er wordt meer gelezen of vrijgegeven dan afgesproken.",
            measures: vec![signed(policy), "Van elke bron leest de koppeling alleen de kolommen die de doelbinding noemt; de andere kolommen worden niet ontcijferd.".to_owned()],
            left: "Wie de map met vertrouwde sleutels kan wijzigen, kan er een eigen sleutel in leggen. Laat de FG die map nakijken.",
        },
    ];
    if !policy.tabellen.is_empty() {
        all.push(tables(policy));
    }
    if !policy.lijsten.is_empty() {
        all.push(lists(policy));
    }
    all.extend([
        Risk {
            what: "Een jongere krijgt een verkeerde klasse.",
            measures: vec![
                "Zwijgen van een bron is geen bewijs: is een bron niet volledig geleverd, dan is de uitkomst onbekend en niet geen dagbesteding.".to_owned(),
                "Leveringen met een andere sleutel worden geweigerd, en een gedekte bron waarmee niemand overeenkomt houdt de koppeling tegen, tenzij wie koppelt dat uitdrukkelijk aanvaardt.".to_owned(),
            ],
            left: "Een bron die onware regels levert of ten onrechte zegt dat zij volledig is, wordt niet herkend.",
        },
        Risk {
            what: "Achteraf is niet na te gaan wat er is vrijgegeven.",
            measures: vec!["Elke vrijgave staat in een register waarin alleen iets bij kan. Zonder regel in het register gaat er niets uit. Er staan geen persoonsgegevens in.".to_owned()],
            left: "Wie het hele register kan vervangen, kan een nieuwe keten maken. Daarom bewaart de FG de kop op een andere plek.",
        },
        Risk {
            what: "Leveringen raken in verkeerde handen.",
            measures: vec!["Het programma bewaart geen rijen uit de leveringen en geen ontvangen pseudoniemen. Een sleutelbestand dat anderen kunnen lezen, wordt geweigerd.".to_owned()],
            left: "De leveringen staan als bestand op de schijf en zijn persoonsgegevens. Versleutel die schijf en ruim leveringen op: het programma doet dat niet.",
        },
    ]);
    all
}

fn signed(policy: &Policy) -> String {
    let who = match policy.handtekeningen {
        2 => "zonder geldige handtekeningen van twee verschillende vertrouwde sleutels",
        _ => "zonder geldige handtekening van een vertrouwde sleutel",
    };
    format!("Er wordt niets gekoppeld {who}. Eén veranderde letter maakt een handtekening ongeldig.")
}

fn tables(policy: &Policy) -> Risk {
    let mut measures = Vec::new();
    if facts::rounded(policy) {
        measures.push("Elk aantal in een afgeronde tabel is een vijftal, ook elk totaal.".to_owned());
    }
    let drempels: Vec<String> = facts::drempels(policy).iter().map(ToString::to_string).collect();
    if !drempels.is_empty() {
        measures.push(format!(
            "Een aantal boven 0 en onder de drempel ({}) gaat niet naar buiten, en evenmin een aantal waarmee het te berekenen is.",
            words::opsomming(&drempels)
        ));
    }
    measures.push("Een controle die geen code deelt met het beschermen rekent elke vrijgave na, ook naast eerdere vrijgaven over dezelfde regio en maand, en houdt haar tegen als er iets kleins te berekenen is.".to_owned());
    Risk {
        what: "Een klein aantal in een tabel verraadt iets over één jongere.",
        measures,
        left: "Wie van buiten al veel over een groep weet, leert meer dan een vreemde. Vrijgaven van verschillende maanden worden niet met elkaar vergeleken.",
    }
}

fn lists(policy: &Policy) -> Risk {
    let mut measures = vec![
        "Elke lijst is versleuteld voor één gemeente (age, X25519), met de regels in willekeurige volgorde en opgevuld tot een veelvoud van 16.384 bytes. Zonder sleutel van die gemeente gaat haar lijst niet uit.".to_owned(),
        "Op een lijst staat het dossiernummer alleen verzegeld, met een sleutel die alleen die gemeente heeft. Hetzelfde dossier ziet er elke keer anders uit.".to_owned(),
        "Wie niet benaderd wil worden, komt op geen lijst.".to_owned(),
        "Om te zeggen welke eerdere verwijzingen zijn vervallen, onthoudt het programma per lijst een merk en de laatste verwijzing. Dat gebeurt alleen met een sleutel van soort intrekking, versleuteld, tot de volgende koppeling of tot de bewaartermijn om is.".to_owned(),
    ];
    for lijst in &policy.lijsten {
        measures.push(format!(
            "Staat meer dan {} van de jongeren van een gemeente op haar lijst {}, dan gaat die lijst niet uit.",
            words::aandeel(lijst.max_aandeel),
            lijst.naam
        ));
    }
    Risk {
        what: "Een lijst met jongeren komt bij een ander terecht, of bevat meer dan nodig is.",
        measures,
        left: "Wie op een lijst staat, hoort bij een van haar klassen: dat weet de gemeente dan. De verzegeling zegt voor wie een lijst is, niet van wie: laat de gemeente het controlegetal met het register vergelijken. Na het openen is de lijst een bestand van de gemeente; spreek af wie erbij kan en wanneer zij wordt gewist.",
    }
}
