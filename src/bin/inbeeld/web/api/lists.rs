//! Contact lists: each for one municipality, which fetches its own and says that it was received.

use super::releases;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::jobs::{self, Question};
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::access::Session;
use inbeeld::audit::Act;
use inbeeld::pseudonym::Verwijzing;
use inbeeld::release::Vorm;
use inbeeld::store::db::{ListRecord, ListSoort};
use inbeeld::terms::{AccountRol, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Een contactlijst, of de vervallen verwijzingen die erbij horen; wat erop staat, weet alleen de ontvanger.
#[derive(Serialize, ToSchema)]
#[schema(as = Lijst)]
pub(crate) struct Shown {
    pub(crate) nr: u64,
    /// contactlijst: wie te benaderen; vervallen: welke verwijzingen van de vorige lijst niet meer gelden.
    pub(crate) soort: Soort,
    /// Haar naam in de doelbinding.
    pub(crate) naam: String,
    /// Code van de ontvanger.
    pub(crate) gemeente: String,
    /// Naam van het bestand.
    pub(crate) bestand: String,
    pub(crate) doelbinding: String,
    pub(crate) versie: u32,
    #[schema(format = Date)]
    pub(crate) peildatum: String,
    /// Nummer van de vrijgave in het register.
    pub(crate) vrijgave: u64,
    #[schema(format = DateTime)]
    pub(crate) vrijgegeven_op: String,
    /// De laatste dag waarop zij op te halen is.
    #[schema(format = Date)]
    pub(crate) tot_en_met: String,
    /// Of zij nu op te halen is: tot zij is bevestigd of verlopen.
    pub(crate) beschikbaar: bool,
    #[schema(format = DateTime)]
    pub(crate) opgehaald_op: Option<String>,
    #[schema(format = DateTime)]
    pub(crate) bevestigd_op: Option<String>,
}

/// Wat een lijst zegt.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LijstSoort)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Soort {
    Contactlijst,
    Vervallen,
}

/// De lijsten.
#[derive(Serialize, ToSchema)]
#[schema(as = Lijsten)]
pub(crate) struct All {
    /// Nieuwste eerst, en bij elke contactlijst de vervallen verwijzingen; een gemeente ziet de hare.
    lijsten: Vec<Shown>,
}

/// Een lijst is ontvangen.
#[derive(Serialize, ToSchema)]
#[schema(as = OntvangenLijst)]
pub(crate) struct Confirmed {
    pub(crate) lijst: Shown,
    /// Kop van het auditlogboek, om elders te bewaren.
    pub(crate) audit_kop: String,
}

/// Over wie de vraag gaat.
#[derive(ToSchema)]
#[schema(as = WaaromVraag)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Asking {
    /// De verwijzing van de jongere, zoals zij op deze lijst staat.
    #[schema(min_length = 139, max_length = 139)]
    verwijzing: String,
}

/// Waarom een jongere op een lijst van uw gemeente staat: wat die lijst mag zeggen.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = Waarom)]
pub(crate) struct Why {
    /// Elke uitgeleverde lijst van deze tekst en peildatum waarop de jongere staat.
    lijsten: Vec<WhyList>,
}

/// Een lijst waarop de jongere staat.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = WaaromLijst)]
struct WhyList {
    /// Haar naam in de doelbinding.
    naam: String,
    /// Alleen als de lijst zelf de klasse noemt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    klasse: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reden: Option<String>,
    /// De reden in woorden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reden_woorden: Option<String>,
}

/// An answer as the library lays it out.
#[derive(Deserialize)]
struct Laid {
    antwoord: Why,
}

/// Het antwoord op een vraag.
#[derive(Serialize, ToSchema)]
#[schema(as = WaaromAntwoord)]
pub(crate) struct Answered {
    antwoord: Why,
    /// Kop van het auditlogboek, om elders te bewaren.
    audit_kop: String,
}

fn of(app: &App, list: ListRecord) -> Shown {
    Shown {
        beschikbaar: available(app, &list),
        nr: list.nr,
        soort: match list.soort {
            ListSoort::Contactlijst => Soort::Contactlijst,
            ListSoort::Vervallen => Soort::Vervallen,
        },
        naam: list.naam,
        gemeente: list.gemeente.to_string(),
        bestand: file_name(&list.bestand).to_owned(),
        doelbinding: list.doelbinding,
        versie: list.versie,
        peildatum: list.peildatum.to_string(),
        vrijgave: list.vrijgave,
        vrijgegeven_op: list.vrijgegeven_op.to_string(),
        tot_en_met: list.tot.to_string(),
        opgehaald_op: list.opgehaald.map(|(_, moment)| moment.to_string()),
        bevestigd_op: list.bevestigd.map(|(_, moment)| moment.to_string()),
    }
}

fn available(app: &App, list: &ListRecord) -> bool {
    list.verwijderd_op.is_none() && list.bevestigd.is_none() && list.tot >= app.today()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A list that is for who asks; another's does not exist.
fn own(app: &App, session: &Session, nr: u64) -> Result<ListRecord, Problem> {
    let list = app.database.list(nr)?;
    let mine = session.bound.rol() == AccountRol::Gemeente && session.bound.gemeente() == Some(list.gemeente);
    if mine { Ok(list) } else { Err(Problem::from(inbeeld::store::db::DbFault::NoList)) }
}

/// De lijsten: een gemeente ziet de hare, de anderen van alle dat zij er zijn.
#[utoipa::path(get, path = "/v1/lijsten", tag = "lijsten",
    responses((status = 200, description = "De lijsten", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    respond::json(StatusCode::OK, &All { lijsten: all(&call).await? })
}

/// The lists that who asks may know of, newest first.
pub(crate) async fn all(call: &Call) -> Result<Vec<Shown>, Problem> {
    let bound = &call.session()?.bound;
    let gemeente = bound.gemeente();
    if bound.rol() == AccountRol::Gemeente && gemeente.is_none() {
        return Err(Problem::not_allowed());
    }
    blocking(&call.app, move |app| {
        let lists = app.database.lists(gemeente)?;
        Ok(lists.into_iter().map(|list| of(app, list)).collect())
    })
    .await
}

/// Haalt een lijst op, versleuteld voor haar ontvanger; zo vaak als nodig, tot zij is bevestigd of verlopen.
#[utoipa::path(get, path = "/v1/lijsten/{nr}/bestand", tag = "lijsten",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "De lijst (age)", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 409, description = "Zij is bevestigd of verlopen", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn fetch(call: Call) -> Answer {
    let (nr, actor, session) = (call.number()?, call.actor(), call.session()?.clone());
    let (name, bytes, head) = blocking(&call.app, move |app| {
        let list = own(app, &session, nr)?;
        let bytes = app.act(&actor, Act::FetchList, Some(&format!("{nr} {}", list.bestand)), |_| {
            if !available(app, &list) {
                let what = "deze lijst is niet meer op te halen: zij is bevestigd of verlopen";
                let remedy = "Vraag de coördinator om een nieuwe koppeling als u haar nog nodig hebt.";
                return Err(Problem::new(StatusCode::CONFLICT, "lijst-weg", what, remedy));
            }
            let (past, run) = releases::find(app, list.vrijgave)?;
            let file = releases::file(&past, &list.bestand).ok_or_else(Problem::not_found)?;
            let bytes = releases::unchanged(app, run.nr, file)?;
            app.database.list_fetched(nr, session.naam.as_str(), app.now())?;
            Ok(bytes)
        })?;
        Ok((file_name(&list.bestand).to_owned(), bytes, app.audit_head()))
    })
    .await?;
    Ok(respond::file(&name, bytes, head))
}

/// Bevestigt dat een lijst is ontvangen; de dienst verwijdert dan de hare.
#[utoipa::path(post, path = "/v1/lijsten/{nr}/_bevestig", tag = "lijsten",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Bevestigd", body = Confirmed),
        (status = 409, description = "Zij is nog niet opgehaald", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn confirm(call: Call) -> Answer {
    respond::json(StatusCode::OK, &confirmed(&call).await?)
}

/// Notes that the list in the path was received.
pub(crate) async fn confirmed(call: &Call) -> Result<Confirmed, Problem> {
    call.nothing()?;
    let (nr, actor, session) = (call.number()?, call.actor(), call.session()?.clone());
    blocking(&call.app, move |app| {
        app.act(&actor, Act::ConfirmList, Some(&nr.to_string()), |_| {
            own(app, &session, nr)?;
            app.database.list_confirmed(nr, session.naam.as_str(), app.now())?;
            jobs::remove_lists(&app.holdings())
        })?;
        let lijst = of(app, app.database.list(nr)?);
        Ok(Confirmed { lijst, audit_kop: app.audit_head().to_string() })
    })
    .await
}

/// Vraagt waarom een jongere op een lijst van de eigen gemeente staat, als de tekst dat toestaat.
///
/// Daarvoor wordt opnieuw gekoppeld. Elke vraag staat in het register en telt mee voor die dag, ook een zonder antwoord.
#[utoipa::path(post, path = "/v1/lijsten/{nr}/_waarom", tag = "lijsten", request_body = Asking,
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Het antwoord", body = Answered),
        (status = 409, description = "Geen antwoord, of nu niet", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn why(call: Call) -> Answer {
    let (bytes, audit_kop) = asked(&call, Vorm::Json).await?;
    let Laid { antwoord } = serde_json::from_slice(&bytes).map_err(|_| Problem::internal())?;
    respond::json(StatusCode::OK, &Answered { antwoord, audit_kop })
}

/// The answer to a question about the list in the path, laid out, and the head of the audit log after it.
pub(crate) async fn asked(call: &Call, vorm: Vorm) -> Result<(Vec<u8>, String), Problem> {
    let mut fields = call.fields()?;
    let form = |_| Invalid { expected: "een verwijzing zoals zij op de lijst staat" };
    let verwijzing = fields.parsed("verwijzing", |text| Verwijzing::parse(text).map_err(form));
    fields.finish()?;
    // What is not there, was refused.
    let verwijzing = verwijzing.ok_or_else(Problem::internal)?;
    let (nr, actor, session) = (call.number()?, call.actor(), call.session()?.clone());
    blocking(&call.app, move |app| {
        let list = own(app, &session, nr)?;
        let bytes = app.act(&actor, Act::AskWhy, Some(&nr.to_string()), |_| {
            if list.soort == ListSoort::Vervallen {
                let what = "hierop staan verwijzingen die niet meer gelden, en daarover is niets te vragen";
                let remedy = "Stel de vraag bij de contactlijst van dezelfde peildatum.";
                return Err(Problem::new(StatusCode::CONFLICT, "lijst-vervallen", what, remedy));
            }
            let run = app.database.run(list.koppeling)?;
            jobs::why(app, &run.asked, Question { gemeente: list.gemeente, verwijzing, vorm })
        })?;
        Ok((bytes, app.audit_head().to_string()))
    })
    .await
}
