//! The telwijzer: of every figure what is counted, when, against what, and by which definition.

use super::super::account::Context;
use super::super::{Purpose, words};
use crate::disclosure::ProtectedTable;
use crate::terms::{Dimensie, Klasse};

/// A word and what it means here.
pub(super) struct Term {
    pub(super) naam: String,
    pub(super) betekent: String,
}

/// A figure of the page.
pub(super) struct Telling {
    pub(super) cijfer: String,
    pub(super) telt: String,
    pub(super) dag: String,
    pub(super) noemer: String,
    pub(super) definitie: String,
}

const PERSONEN: &str = "Personen, geen meldingen. Elke jongere telt één keer.";

/// A line per table, and one per other figure.
pub(super) fn telwijzer(context: &Context<'_>, tables: &[ProtectedTable], uitstroom: bool) -> Vec<Telling> {
    let dag = words::datum(context.peildatum.datum());
    let inkomen = words::maand(context.account.doel.inkomen_maand);
    let line = |cijfer: String, noemer: &str, definitie: String| Telling {
        cijfer,
        telt: PERSONEN.to_owned(),
        dag: dag.clone(),
        noemer: noemer.to_owned(),
        definitie,
    };
    let with_income = || format!("{dag}; inkomen van {inkomen}");
    let mut all = Vec::new();
    for table in tables {
        let dimensies = &table.tabel.dimensies;
        let meanings: Vec<&str> = dimensies.iter().map(|dimensie| meaning(*dimensie)).collect();
        all.push(Telling {
            dag: if dimensies.iter().any(|dimensie| by_income(*dimensie)) { with_income() } else { dag.clone() },
            ..line(
                format!("Aantal jongeren naar {} ({})", words::naar(dimensies), table.tabel.naam),
                "Het totaal van de tabel: iedereen van de doelgroep die de doelbinding noemt, ook wie de klasse buiten doelgroep heeft.",
                meanings.join(" "),
            )
        });
    }
    if uitstroom {
        let shares = [
            (
                "Positieve uitstroom, met werkenden in de noemer",
                "De jongeren met klasse school, startkwalificatie of werk samen.",
                "Welk deel van hen naar school gaat, een startkwalificatie haalde of werkt, in hele procenten.",
            ),
            (
                "Positieve uitstroom, zonder werkenden in de noemer",
                "De jongeren met klasse school of startkwalificatie samen. Wie werkt, telt niet mee.",
                "Welk deel van hen naar school gaat of een startkwalificatie haalde, in hele procenten.",
            ),
        ];
        for (cijfer, noemer, definitie) in shares {
            all.push(Telling { dag: with_income(), ..line(cijfer.to_owned(), noemer, definitie.to_owned()) });
        }
    }
    if context.account.bronnen.iter().any(|source| source.gekoppeld_procent.is_some()) {
        all.push(line(
            "Welk deel van de doelgroep een bron kent".to_owned(),
            "De jongeren van de doelgroep met dezelfde soort nummer (BSN of onderwijsnummer).",
            "Wie minstens één keer in de leveringen van de bron voorkomt, in stappen van 5%.".to_owned(),
        ));
    }
    all
}

fn by_income(dimensie: Dimensie) -> bool {
    matches!(dimensie, Dimensie::Klasse | Dimensie::Combinatie | Dimensie::Prioriteit)
}

/// What a dimension says of a jongere.
fn meaning(dimensie: Dimensie) -> &'static str {
    match dimensie {
        Dimensie::Gemeente => {
            "Gemeente: die van de doelgroep; verhuisde iemand volgens de brp binnen de genoemde gemeenten, dan de nieuwe."
        }
        Dimensie::Klasse => "Klasse: zie de definities hieronder; iedereen heeft er precies één.",
        Dimensie::Leeftijdsgroep => {
            "Leeftijdsgroep: hele jaren, van de eerste dag van de geboortemaand tot de peildatum."
        }
        Dimensie::Geslacht => "Geslacht: zoals geleverd bij de doelgroep.",
        Dimensie::Cohort => "Cohort: oud-vsv'er is wie 12 maanden of langer van school is, anders nieuwe vsv'er.",
        Dimensie::Niveau => "Niveau: zoals geleverd bij de doelgroep.",
        Dimensie::Contact => {
            "Contact: hoe ver het contact van de regio is. Wie in begeleiding of bereikt is, is ook in beeld."
        }
        Dimensie::Combinatie => "Combinatie: welke van school, werk en uitkering er tegelijk zijn.",
        Dimensie::Prioriteit => "Prioriteit: de indeling van de landelijke maandlijst.",
        Dimensie::Betrokkenheid => "Betrokkenheid: hoeveel partijen zeggen dat zij contact hebben, niet welke.",
    }
}

/// Every klasse under the choices of the text.
pub(super) fn klassen(doel: &Purpose) -> Vec<Term> {
    let (grens, maand) = (words::euro(doel.inkomen_boven_cent), words::maand(doel.inkomen_maand));
    let outside = if doel.brp {
        "Hoeft niet in beeld: niet in de leeftijd, dagbesteding als bestemming, of volgens de brp overleden, geëmigreerd of verhuisd naar een gemeente die de doelbinding niet noemt."
    } else {
        "Hoeft niet in beeld: niet in de leeftijd, of dagbesteding als bestemming."
    };
    let define = |klasse: &Klasse| match klasse {
        Klasse::School => "Op de peildatum ingeschreven bij een school.".to_owned(),
        Klasse::Werk => format!(
            "Niet op school, en in {maand} meer dan {grens} inkomen uit loon, ziektewet of eigen bedrijf, bij elkaar geteld."
        ),
        Klasse::Uitkering => {
            "Niet op school en geen werk zoals hierboven, en op de peildatum een uitkering.".to_owned()
        }
        Klasse::GeenDagbesteding => {
            "Geen school, werk of uitkering, en alle bronnen die dat konden zeggen waren volledig.".to_owned()
        }
        Klasse::Onbekend => {
            "De bestanden zeggen het niet, of spreken elkaar tegen. Dit is iets anders dan geen dagbesteding."
                .to_owned()
        }
        Klasse::Startkwalificatie => {
            "Heeft op de peildatum een diploma havo, vwo of mbo niveau 2 of hoger. Gaat voor school, werk en uitkering."
                .to_owned()
        }
        Klasse::BuitenDoelgroep => outside.to_owned(),
    };
    let term =
        |klasse: &Klasse| Term { naam: words::waarde(Dimensie::Klasse, klasse.as_str()), betekent: define(klasse) };
    Klasse::ALL.iter().map(term).collect()
}
