//! A question of a municipality about one handle of its list: linked again, in memory, through the same gates and with
//! the same answer as the command line's `waarom`. The register counts the questions of a day, and holds each before
//! anybody hears an answer.

use super::run::{activity, months, open, shelves, signed};
use super::{Meter, aside};
use crate::web::app::App;
use crate::web::ledger;
use crate::web::problem::Problem;
use axum::http::StatusCode;
use inbeeld::fault::Explain;
use inbeeld::pseudonym::Verwijzing;
use inbeeld::receive::{Period, Stored};
use inbeeld::release::{Outbound, Vorm};
use inbeeld::run::{self, Koppeling, Logboek, RunFault, Vraag, Workplace};
use inbeeld::store::db::Asked;
use inbeeld::store::{self, LogStore};
use inbeeld::terms::{Gemeente, Peildatum, Rol};

/// What is asked.
pub(crate) struct Question {
    /// Who asks: of another's list it hears nothing.
    pub(crate) gemeente: Gemeente,
    /// About whom.
    pub(crate) verwijzing: Verwijzing,
    /// How the answer is laid out.
    pub(crate) vorm: Vorm,
}

/// Links once more what was asked for then, and answers.
pub(crate) fn why(app: &App, asked: &Asked, question: Question) -> Result<Vec<u8>, Problem> {
    aside(app, |meter| answer(app, asked, question, meter))
}

fn answer(app: &App, asked: &Asked, question: Question, meter: &Meter) -> Result<Vec<u8>, Problem> {
    let places = &app.config.plaatsen;
    let (today, today_set) = app.day();
    let signed = signed(app, asked)?;
    let peildatum = Peildatum::new(asked.peildatum);
    let opened = open(app, &months(signed.policy(), peildatum))?;
    let shelves = shelves(app, &opened)?;
    let periods: Vec<Period<'_>> = shelves.iter().map(|(shelf, key)| Period { shelf, key }).collect();
    let stored = Stored::open(&periods).map_err(|fault| told(&fault))?;
    let recipients = store::read_recipients(&places.ontvangers)?;
    let storage = |fault| Problem::from_run(&RunFault::Logboek(fault));
    let log = LogStore::open(&places.logboek).map_err(storage)?;
    let mut sink = log.writer(today).map_err(storage)?;
    let activity = activity(app, asked).map_err(|fault| told(&fault))?;
    let koppeling = Koppeling {
        peildatum,
        today,
        today_set,
        accept_no_overlap: asked.zonder_overlap,
        place: Workplace { folder: &stored, engine: &app.jobs.engine, progress: meter },
        clock: app.clock(),
        recipients: &recipients,
        withdrawals: None,
        logboek: Some(Logboek { activity: &activity, sink: &mut sink }),
    };
    let Question { gemeente, verwijzing, vorm } = question;
    let vraag = Vraag { koppeling, verwijzing, rol: Rol::Gemeente, gemeente: Some(gemeente), vorm };
    let answered = run::waarom(vraag, signed, || ledger::to_write(&app.config));
    let answered = answered.map_err(|fault| Problem::from_run(&fault))?;
    // An answer is one file.
    Ok(answered.files().iter().flat_map(|file| file.bytes.iter().copied()).collect())
}

/// What only the operator can mend.
fn told(fault: &(impl Explain + 'static)) -> Problem {
    tracing::error!(code = fault.code(), "{fault}");
    Problem::of(StatusCode::SERVICE_UNAVAILABLE, fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::tests::house;
    use inbeeld::terms::Datum;

    /// Two that link at once would hold the doelgroep twice.
    #[tokio::test]
    async fn nothing_is_asked_while_something_is_linked() {
        let house = house();
        let asked = Asked {
            doelbinding: "maand".to_owned(),
            versie: 1,
            peildatum: Datum::parse(b"2026-10-01").unwrap(),
            zonder_overlap: false,
        };
        let code = || {
            let (gemeente, verwijzing) =
                (Gemeente::parse(b"0193").unwrap(), Verwijzing::parse(&"A".repeat(139)).unwrap());
            why(&house.app, &asked, Question { gemeente, verwijzing, vorm: Vorm::Json }).unwrap_err().code()
        };
        let turn = house.app.jobs.turn.lock().unwrap();
        assert_eq!(code(), "koppeling-bezig");
        drop(turn);
        assert_eq!(code(), "doelbinding-onbekend");
        assert!(house.app.jobs.state().aside.is_none());
    }
}
