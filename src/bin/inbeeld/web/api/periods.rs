//! The shares of each period's key: whether they are there, handing one in, forgetting it.

use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::ledger;
use crate::web::problem::{Fault, Problem};
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::audit::Act;
use inbeeld::fault::Explain;
use inbeeld::pseudonym::{Key, ShareB};
use inbeeld::register::{Houder, PastDestruction, confirm_destruction};
use inbeeld::store::db::DbFault;
use inbeeld::terms::Maand;
use serde::Serialize;
use utoipa::ToSchema;

/// Hoe een periode ervoor staat.
#[derive(Serialize, ToSchema)]
#[schema(as = Periode)]
pub(crate) struct Shown {
    /// De maand, jjjj-mm.
    pub(crate) periode: String,
    /// Id van deel B; de sleutel zelf laat de dienst nooit zien.
    pub(crate) deel_b: String,
    /// Wanneer zij is begonnen, UTC.
    #[schema(format = DateTime)]
    pub(crate) begonnen: String,
    /// Of de dienst nu beide delen heeft.
    pub(crate) open: bool,
}

/// Alle perioden.
#[derive(Serialize, ToSchema)]
#[schema(as = Perioden)]
pub(crate) struct All {
    /// Id van deel A, van de beheerder.
    pub(crate) deel_a: String,
    /// Oudste eerst.
    pub(crate) perioden: Vec<Shown>,
}

/// Deel B van een periode.
#[derive(ToSchema)]
#[schema(as = DeelB)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Given {
    /// De ene regel van het sleutelbestand, van soort dienst-deel.
    #[schema(format = Password, max_length = 256)]
    sleutel: String,
}

/// De perioden, en of hun sleutel er is.
#[utoipa::path(get, path = "/v1/perioden", tag = "perioden",
    responses((status = 200, description = "Alle perioden", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    respond::json(StatusCode::OK, &all(&call).await?)
}

/// Every period that was begun.
pub(crate) async fn all(call: &Call) -> Result<All, Problem> {
    blocking(&call.app, |app| {
        let known = app.database.periods()?;
        let perioden = known.into_iter().map(|record| Shown {
            periode: record.periode.to_string(),
            deel_b: record.deel_b.to_string(),
            begonnen: record.begonnen.to_string(),
            open: app.period_key(record.periode).is_some(),
        });
        Ok(All { deel_a: app.share_a().id().to_string(), perioden: perioden.collect() })
    })
    .await
}

/// The office of who asks, at a route for the FG and the municipality that may hand in share B.
pub(crate) fn office(call: &Call) -> Result<Houder, Problem> {
    Ok(call.session()?.bound.gemeente().map_or(Houder::Fg, Houder::Gemeente))
}

fn month(call: &Call) -> Result<Maand, Problem> {
    Maand::parse(call.part(0).as_bytes()).map_err(|_| Problem::not_found())
}

/// Voert deel B van een periode in. De dienst houdt het alleen in het geheugen.
#[utoipa::path(post, path = "/v1/perioden/{periode}/deel-b", tag = "perioden", request_body = Given,
    params(("periode" = String, Path, description = "De maand, jjjj-mm")),
    responses((status = 204, description = "Ingevoerd"),
        (status = 404, description = "Dit is geen maand", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "De periode is met een ander deel begonnen, het deel hoort bij een andere, of de periode is vernietigd", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn give(call: Call) -> Answer {
    let periode = month(&call)?;
    let mut fields = call.fields()?;
    let line = fields.text("sleutel", 256);
    fields.finish()?;
    given(&call, periode, &line).await?;
    Ok(respond::empty())
}

/// Takes in share B of a period, as the line of its file.
pub(crate) async fn given(call: &Call, periode: Maand, line: &str) -> Result<(), Problem> {
    let at_fault = |fault: &dyn Explain| {
        Problem::invalid(vec![Fault { plek: "sleutel".to_owned(), wat: fault.to_string(), doe: fault.remedy() }])
    };
    let share = Key::parse(line.trim()).and_then(|key| ShareB::new(&key)).map_err(|fault| at_fault(&fault))?;
    let sleutel = call.app.share_a().period_key(periode, &share).map_err(|fault| at_fault(&fault))?.id();
    let holder = office(call)?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        let object = format!("{periode} {}", share.id());
        app.act(&actor, Act::ShareGiven, Some(&object), |_| {
            app.database.begin_period(periode, share.id(), sleutel, app.now())?;
            app.database.add_holder(periode, holder)?;
            app.keep_share(periode, share);
            // Destroyed in between: whoever destroyed it may not have seen this copy.
            if app.database.destroyed(periode)? {
                app.forget_share(periode);
                return Err(DbFault::Destroyed.into());
            }
            Ok::<_, Problem>(())
        })
    })
    .await
}

/// Vergeet deel B van een periode: het geheugen wordt gewist. Wie het bewaart, kan het weer invoeren.
#[utoipa::path(delete, path = "/v1/perioden/{periode}/deel-b", tag = "perioden",
    params(("periode" = String, Path, description = "De maand, jjjj-mm")),
    responses((status = 204, description = "Vergeten"),
        (status = 404, description = "De dienst heeft geen deel B van deze periode", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn forget(call: Call) -> Answer {
    forgotten(&call).await?;
    Ok(respond::empty())
}

/// Forgets share B of the period in the path.
pub(crate) async fn forgotten(call: &Call) -> Result<(), Problem> {
    let periode = month(call)?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::ShareForgotten, Some(&periode.to_string()), |_| {
            app.forget_share(periode).map(drop).ok_or_else(Problem::not_found)
        })
    })
    .await
}

/// Wie een exemplaar van deel B had, en of dat weg is.
#[derive(Serialize, ToSchema)]
#[schema(as = Houder)]
pub(crate) struct Holder {
    /// dienst, fg, of gemeente met haar code.
    pub(crate) houder: String,
    #[schema(format = DateTime)]
    pub(crate) bevestigd_op: Option<String>,
    /// Wie het bevestigde: de houder, of de FG in de plaats van een gemeente.
    pub(crate) door: Option<String>,
}

/// Het vernietigingsbewijs van een maand.
#[derive(Serialize, ToSchema)]
#[schema(as = Vernietiging)]
pub(crate) struct Proof {
    /// De maand, jjjj-mm.
    pub(crate) periode: String,
    /// Nummer van de regel in het register.
    pub(crate) nr: usize,
    #[schema(format = DateTime)]
    pub(crate) vernietigd_op: String,
    /// De laatste dag waarop zij bewaard mocht worden; leeg als geen doelbinding haar kon gebruiken.
    #[schema(format = Date)]
    pub(crate) termijn: Option<String>,
    /// Id van deel B; leeg als de periode nooit is begonnen.
    pub(crate) deel_b: Option<String>,
    /// Hoeveel leveringen er lagen.
    pub(crate) leveringen: usize,
    /// Of er nog iemand moet bevestigen.
    pub(crate) open: bool,
    pub(crate) houders: Vec<Holder>,
}

/// Van wie het exemplaar weg is.
#[derive(ToSchema)]
#[schema(as = Bevestiging)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Gone {
    /// fg, of gemeente met haar code: de houder zelf, of een gemeente voor wie de FG bevestigt.
    houder: String,
}

/// The proof of a destruction, as the register has it.
pub(crate) fn proof(past: &PastDestruction) -> Proof {
    let holder = |houder: &Houder| {
        let said = past.confirmed(*houder);
        Holder {
            houder: houder.to_string(),
            bevestigd_op: said.map(|said| said.tijd.clone()),
            door: said.map(|said| said.door.to_string()),
        }
    };
    let entry = &past.entry;
    Proof {
        periode: entry.periode.clone(),
        nr: past.nr,
        vernietigd_op: entry.tijd.clone(),
        termijn: entry.termijn.clone(),
        deel_b: entry.deel_b.clone(),
        leveringen: entry.leveringen,
        open: past.open(),
        houders: entry.houders.iter().map(holder).collect(),
    }
}

/// Het vernietigingsbewijs van een maand: wie deel B had, en wie zijn exemplaar al heeft vernietigd.
#[utoipa::path(get, path = "/v1/perioden/{periode}/vernietiging", tag = "perioden",
    params(("periode" = String, Path, description = "De maand, jjjj-mm")),
    responses((status = 200, description = "Het bewijs", body = Proof),
        (status = 404, description = "Deze maand is niet vernietigd", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn destruction(call: Call) -> Answer {
    respond::json(StatusCode::OK, &destroyed(&call).await?)
}

/// The proof of the destruction of the month in the path.
pub(crate) async fn destroyed(call: &Call) -> Result<Proof, Problem> {
    let periode = month(call)?;
    blocking(&call.app, move |app| {
        ledger::read(&app.config)?.destruction(periode).map(proof).ok_or_else(Problem::not_found)
    })
    .await
}

/// Bevestigt dat een houder geen exemplaar van deel B meer heeft, ook niet in reservekopieën.
#[utoipa::path(post, path = "/v1/perioden/{periode}/vernietiging/_bevestig", tag = "perioden", request_body = Gone,
    params(("periode" = String, Path, description = "De maand, jjjj-mm")),
    responses((status = 200, description = "Bevestigd", body = Proof),
        (status = 404, description = "Deze maand is niet vernietigd, of noemt deze houder niet", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Voor deze houder kunt u niet bevestigen", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn confirm_gone(call: Call) -> Answer {
    respond::json(StatusCode::OK, &confirmed_gone(&call).await?)
}

/// Whether an office can confirm for a holder: the service speaks for itself; a municipality for itself; the
/// FG also for one that no longer can.
pub(crate) fn speaks_for(office: Houder, holder: Houder) -> bool {
    holder != Houder::Dienst && (office == Houder::Fg || office == holder)
}

/// Confirms that the holder that was sent has no copy of the share B of the month in the path any more.
pub(crate) async fn confirmed_gone(call: &Call) -> Result<Proof, Problem> {
    let periode = month(call)?;
    let mut fields = call.fields()?;
    let holder = fields.parsed("houder", Houder::parse);
    fields.finish()?;
    let (door, actor) = (office(call)?, call.actor());
    let holder = holder.ok_or_else(Problem::internal)?;
    if !speaks_for(door, holder) {
        let what = "voor deze houder kunt u niet bevestigen";
        return Err(Problem::new(StatusCode::CONFLICT, "houder-anders", what, "Laat de houder zelf bevestigen."));
    }
    blocking(&call.app, move |app| {
        app.act(&actor, Act::ConfirmDestruction, Some(&format!("{periode} {holder}")), |_| {
            let mut register = ledger::to_write(&app.config)?;
            let past = confirm_destruction(&mut register, periode, (holder, door), app.now())?;
            past.as_ref().map(proof).ok_or_else(Problem::not_found)
        })
    })
    .await
}
