//! `beheer opruimen` and `beheer vernietig`: what was received goes, also beside a running service.

use super::status::months;
use super::{Desk, Place};
use crate::output::{Failure, Outcome, say};
use crate::web::Swept;
use clap::Args;
use inbeeld::audit::Act;
use inbeeld::fault::Exit;
use inbeeld::terms::{Invalid, Maand};

const OPEN: &str = "Het bewijs staat in het register en is open tot elke houder van deel B heeft bevestigd. De dienst doet dat zelf: \
                    binnen enkele tellen als hij draait, anders bij zijn volgende start.\n";

#[derive(Args)]
pub(crate) struct Vernietig {
    #[command(flatten)]
    place: Place,
    /// De maand: jjjj-mm
    #[arg(long, value_name = "MAAND", value_parser = maand)]
    periode: Maand,
    /// Dezelfde maand nog eens; zonder dit laat de opdracht alleen zien wat er weg zou gaan
    #[arg(long, value_name = "MAAND", value_parser = maand)]
    bevestig: Option<Maand>,
}

fn maand(text: &str) -> Result<Maand, Invalid> {
    Maand::parse(text.as_bytes())
}

/// Clears away what has passed its term.
pub(super) fn sweep(place: &Place) -> Outcome {
    let desk = Desk::open(place)?;
    let holdings = desk.holdings();
    let swept = desk.act(Act::Sweep, None, || holdings.sweep(&|act, object, work| desk.step(act, object, work)));
    let Swept { months: gone, logboek } = swept?.map_err(|problem| problem.failure())?;
    if let Some(before) = logboek {
        say(&format!("verwijderd: regels van het Logboek Dataverwerkingen van vóór {before}\n"));
    }
    for month in &gone {
        say(&format!("vernietigd: {month}\n"));
    }
    say(if gone.is_empty() { "Er is geen maand waarvan de bewaartermijn voorbij is\n" } else { OPEN });
    Ok(())
}

/// Destroys one month, when it is named twice.
pub(super) fn destroy(args: &Vernietig) -> Outcome {
    let desk = Desk::open(&args.place)?;
    let periode = args.periode;
    let known = months(&desk.config, &desk.database)?.into_iter().find(|month| month.periode == periode);
    let Some(month) = known else {
        let remedy = "`inbeeld beheer status` noemt de maanden die er zijn.";
        return Err(Failure::new(Exit::Usage, "periode-onbekend", "van deze maand is hier niets", remedy));
    };
    if month.destroyed {
        let remedy = "Wie nog moet bevestigen, staat bij `inbeeld register toon`. Bleef er iets liggen: `inbeeld beheer opruimen`.";
        return Err(Failure::new(Exit::Usage, "periode-vernietigd", "deze maand is al vernietigd", remedy));
    }
    let holdings = desk.holdings();
    let term = holdings.term(periode).map_err(|problem| problem.failure())?;
    let until = term
        .map_or("geen doelbinding kan haar gebruiken".to_owned(), |day| format!("zij mag blijven tot en met {day}"));
    say(&format!("periode {periode}: {} levering(en); {until}\n", month.leveringen));
    if args.bevestig != Some(periode) {
        let remedy = format!("Wat vernietigd is, komt niet terug. Zeker weten: voeg toe --bevestig {periode}");
        return Err(Failure::new(Exit::Usage, "niet-bevestigd", "er is niets vernietigd", &remedy));
    }
    holdings
        .destroy_now(periode, &|act, object, work| desk.step(act, object, work))
        .map_err(|problem| problem.failure())?;
    say(&format!("vernietigd: {periode}\n"));
    say(OPEN);
    Ok(())
}
