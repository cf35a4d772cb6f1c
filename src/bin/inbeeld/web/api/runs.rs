//! Koppelingen: asked for, followed, broken off, and decided on by somebody else.

use crate::table;
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::jobs::{self, Explained, Reading};
use crate::web::problem::Problem;
use crate::web::respond;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use inbeeld::audit::{Act, Actor};
use inbeeld::store::db::{Asked, RunRecord, Staat};
use inbeeld::terms::{Datum, Peildatum};
use serde::Serialize;
use serde_json::Value;
use std::convert::Infallible;
use std::time::{Duration, Instant};
use utoipa::ToSchema;

/// How many koppelingen are shown: the newest.
const SHOWN: u32 = 200;
/// How often is looked whether something changed, for who follows.
const LOOK: Duration = Duration::from_millis(250);
/// How long somebody follows over one connection; a browser then asks again.
const FOLLOWING: Duration = Duration::from_secs(300);
/// The most that a refusal may say, in bytes.
const REASON: usize = 1000;

/// Hoe ver een koppeling is die nu draait.
#[derive(Serialize, ToSchema)]
#[schema(as = Voortgang)]
pub(crate) struct Progress {
    /// manifesten, doelgroep, koppelen, classificeren, beschermen of lijsten.
    pub(crate) fase: &'static str,
    /// Regels die in deze fase zijn gelezen.
    pub(crate) regels: u64,
    /// Regels die zij zal lezen; 0 als zij er geen leest.
    pub(crate) van: u64,
    /// Seconden die deze fase nog duurt, zodra dat te zeggen is.
    pub(crate) seconden_over: Option<u64>,
}

impl From<Reading> for Progress {
    fn from(reading: Reading) -> Self {
        let Reading { fase, rows, total, seconds_left } = reading;
        Self { fase: fase.as_str(), regels: rows, van: total, seconden_over: seconds_left }
    }
}

/// Een koppeling.
#[derive(Serialize, ToSchema)]
#[schema(as = Koppeling)]
pub(crate) struct Shown {
    pub(crate) nr: u64,
    /// Naam van de doelbinding.
    pub(crate) doelbinding: String,
    pub(crate) versie: u32,
    /// De datum waarop wordt gekeken.
    #[schema(format = Date)]
    pub(crate) peildatum: String,
    /// Of zij doorgaat als een gedekte bron niemand van de doelgroep kent.
    pub(crate) accepteer_geen_overlap: bool,
    /// gepland, bezig, klaar (wacht op een besluit), vrijgeven, vrijgegeven, geweigerd, mislukt of geannuleerd.
    pub(crate) staat: &'static str,
    /// Welk account haar aanvroeg.
    pub(crate) gevraagd_door: String,
    #[schema(format = DateTime)]
    pub(crate) gevraagd_op: String,
    #[schema(format = DateTime)]
    pub(crate) begonnen_op: Option<String>,
    #[schema(format = DateTime)]
    pub(crate) geeindigd_op: Option<String>,
    /// Welk account besliste.
    pub(crate) beslist_door: Option<String>,
    /// Nummer van de vrijgave, als zij is vrijgegeven.
    pub(crate) vrijgave: Option<u64>,
    /// Waarom er niets naar buiten ging.
    pub(crate) uitleg: Option<Explained>,
    /// Hoe ver zij is, als zij draait.
    pub(crate) voortgang: Option<Progress>,
}

impl Shown {
    pub(crate) fn nr(&self) -> u64 {
        self.nr
    }

    pub(crate) fn of(app: &App, run: RunRecord) -> Self {
        let Asked { doelbinding, versie, peildatum, zonder_overlap } = run.asked;
        Self {
            nr: run.nr,
            doelbinding,
            versie,
            peildatum: peildatum.to_string(),
            accepteer_geen_overlap: zonder_overlap,
            staat: run.staat.as_str(),
            gevraagd_door: run.gevraagd_door,
            gevraagd_op: run.gevraagd_op.to_string(),
            begonnen_op: run.begonnen_op.map(|moment| moment.to_string()),
            geeindigd_op: run.geeindigd_op.map(|moment| moment.to_string()),
            beslist_door: run.beslist_door,
            vrijgave: run.vrijgave,
            uitleg: run.uitleg.and_then(|text| serde_json::from_str(&text).ok()),
            voortgang: app.jobs.reading(run.nr).map(Progress::from),
        }
    }
}

/// De nieuwste koppelingen.
#[derive(Serialize, ToSchema)]
#[schema(as = Koppelingen)]
pub(crate) struct All {
    /// De nieuwste 200, nieuwste eerst.
    koppelingen: Vec<Shown>,
}

/// Eén gebeurtenis.
#[derive(ToSchema)]
#[schema(as = KoppelingGebeurtenis)]
#[expect(dead_code, reason = "describes what is sent as an event")]
pub(crate) struct Told {
    /// Altijd koppeling.
    event: String,
    /// De koppeling zoals `GET /v1/koppelingen/{nr}` haar geeft, als JSON.
    data: String,
}

/// Wat er gekoppeld moet worden.
#[derive(ToSchema)]
#[schema(as = NieuweKoppeling)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct New {
    /// Naam van de doelbinding.
    #[schema(max_length = 64)]
    doelbinding: String,
    /// Haar versie.
    #[schema(minimum = 1)]
    versie: u32,
    /// De datum waarop wordt gekeken, jjjj-mm-dd.
    #[schema(format = Date)]
    peildatum: String,
    /// Of zij doorgaat als een gedekte bron niemand van de doelgroep kent.
    accepteer_geen_overlap: Option<bool>,
}

/// Waarom het niet naar buiten gaat.
#[derive(ToSchema)]
#[schema(as = Weigering)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Refusing {
    /// Voor wie de koppeling aanvroeg; geen gegevens van jongeren.
    #[schema(min_length = 1, max_length = 1000)]
    reden: String,
}

/// Wat er naar buiten zou gaan.
#[derive(Serialize, ToSchema)]
#[schema(as = Voorstel)]
pub(crate) struct Proposal {
    koppeling: Shown,
    /// De tabellen zoals zij naar buiten zouden gaan; null is niet vrijgegeven.
    #[schema(value_type = Vec<Object>)]
    tabellen: Vec<Value>,
    /// De lijsten, met hun ontvanger en, waar dat niets verraadt, hun lengte in stappen van 5.
    #[schema(value_type = Vec<Object>)]
    lijsten: Vec<Value>,
    /// Tabellen van de tekst die niet naar buiten gaan, en waarom.
    geweigerde_tabellen: Vec<String>,
    /// Lijsten van de tekst die niet naar buiten gaan, en waarom.
    geweigerde_lijsten: Vec<String>,
    /// Wat elke bron dekt.
    #[schema(value_type = Vec<Object>)]
    bronnen: Vec<Value>,
    /// Namen van leveringen van wie geen partij is bij het convenant.
    buiten_convenant: Vec<String>,
    /// Kop van het auditlogboek, om elders te bewaren.
    audit_kop: String,
}

/// Wat er is besloten.
#[derive(Serialize, ToSchema)]
#[schema(as = Besluit)]
pub(crate) struct Decided {
    pub(crate) koppeling: Shown,
    /// Kop van het auditlogboek, om elders te bewaren.
    pub(crate) audit_kop: String,
}

/// De koppelingen.
#[utoipa::path(get, path = "/v1/koppelingen", tag = "koppelingen",
    responses((status = 200, description = "De koppelingen", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    let koppelingen = blocking(&call.app, |app| all(app)).await?;
    respond::json(StatusCode::OK, &All { koppelingen })
}

/// The newest koppelingen.
pub(crate) fn all(app: &App) -> Result<Vec<Shown>, Problem> {
    Ok(app.database.runs(SHOWN)?.into_iter().map(|run| Shown::of(app, run)).collect())
}

/// Vraagt een koppeling aan. Zij draait zodra zij aan de beurt is; wat naar buiten zou gaan, wacht op de vrijgever.
#[utoipa::path(post, path = "/v1/koppelingen", tag = "koppelingen", request_body = New,
    responses((status = 201, description = "Gepland", body = Shown),
        (status = 409, description = "De tekst staat het nu niet toe, een periode is niet open, of er wachten er te veel", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn ask(call: Call) -> Answer {
    respond::json(StatusCode::CREATED, &planned(&call).await?)
}

/// Plans the koppeling that was asked for.
pub(crate) async fn planned(call: &Call) -> Result<Shown, Problem> {
    let mut fields = call.fields()?;
    let doelbinding = fields.text("doelbinding", 64).to_string();
    let versie = fields.number("versie");
    let peildatum = fields.parsed("peildatum", |text| Datum::parse(text.as_bytes()));
    let zonder_overlap = fields.may_flag("accepteer_geen_overlap");
    fields.finish()?;
    let (Some(versie), Some(peildatum)) = (versie, peildatum) else { return Err(Problem::internal()) };
    let by = call.session()?.naam.as_str().to_owned();
    let actor = call.actor();
    let asked = Asked { doelbinding, versie, peildatum, zonder_overlap };
    blocking(&call.app, move |app| plan(app, &actor, &by, &asked)).await
}

/// Plans a koppeling of which is known that its text allows it and that its periods are open.
pub(crate) fn plan(app: &App, actor: &Actor, by: &str, asked: &Asked) -> Result<Shown, Problem> {
    let nr = app.act(actor, Act::AskRun, None, |object| {
        let signed = jobs::signed(app, asked)?;
        jobs::open(app, &jobs::months(signed.policy(), Peildatum::new(asked.peildatum)))?;
        let nr = app.database.plan_run(asked, by, app.now(), (jobs::last_folder(app)?, jobs::WAITING))?;
        *object = Some(format!("{nr} {} versie {} {}", asked.doelbinding, asked.versie, asked.peildatum));
        Ok::<_, Problem>(nr)
    })?;
    app.jobs.wake();
    Ok(Shown::of(app, app.database.run(nr)?))
}

/// Eén koppeling.
#[utoipa::path(get, path = "/v1/koppelingen/{nr}", tag = "koppelingen",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "De koppeling", body = Shown)))]
pub(crate) async fn show(call: Call) -> Answer {
    respond::json(StatusCode::OK, &one(&call).await?)
}

/// The koppeling in the path.
pub(crate) async fn one(call: &Call) -> Result<Shown, Problem> {
    let nr = call.number()?;
    blocking(&call.app, move |app| Ok(Shown::of(app, app.database.run(nr)?))).await
}

/// Volgt een koppeling: een gebeurtenis `koppeling` bij elke verandering, tot zij niet meer draait.
#[utoipa::path(get, path = "/v1/koppelingen/{nr}/voortgang", tag = "koppelingen",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Gebeurtenissen met telkens de koppeling", body = Told, content_type = "text/event-stream")))]
pub(crate) async fn follow(call: Call) -> Answer {
    let nr = call.number()?;
    let app = call.app;
    // One that is not there is told at once.
    blocking(&app, move |app| Ok(app.database.run(nr)?)).await?;
    let end = Instant::now() + FOLLOWING;
    let events = stream::unfold((app, String::new(), false), move |(app, mut before, done)| async move {
        while !done && !app.stopping() && Instant::now() < end {
            let run = blocking(&app, move |app| Ok(app.database.run(nr)?)).await.ok()?;
            let done = !matches!(run.staat, Staat::Gepland | Staat::Bezig);
            let now = serde_json::to_string(&Shown::of(&app, run)).ok()?;
            if now != before {
                before.clone_from(&now);
                return Some((Ok::<_, Infallible>(Event::default().event("koppeling").data(now)), (app, before, done)));
            }
            tokio::time::sleep(LOOK).await;
        }
        None
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    // Its own word for that says less than ours.
    response.headers_mut().remove(header::CACHE_CONTROL);
    Ok(response)
}

/// Breekt een koppeling af die nog niet is vrijgegeven.
#[utoipa::path(post, path = "/v1/koppelingen/{nr}/_annuleer", tag = "koppelingen",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Afgebroken", body = Decided),
        (status = 409, description = "Zij is al vrijgegeven of geëindigd", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn cancel(call: Call) -> Answer {
    respond::json(StatusCode::OK, &cancelled(&call).await?)
}

/// Breaks the koppeling in the path off.
pub(crate) async fn cancelled(call: &Call) -> Result<Decided, Problem> {
    call.nothing()?;
    decide(call, Act::CancelRun, jobs::cancel).await
}

/// Laat zien wat er naar buiten zou gaan. Het register weet dan dat het is gezien.
#[utoipa::path(post, path = "/v1/koppelingen/{nr}/_bekijk", tag = "koppelingen",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Wat er naar buiten zou gaan", body = Proposal),
        (status = 409, description = "Zij wacht niet op een besluit", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn look(call: Call) -> Answer {
    let told = seen(&call, proposal).await?;
    let audit_kop = call.app.audit_head().to_string();
    respond::json(StatusCode::OK, &Proposal { audit_kop, ..told })
}

/// Shows what the koppeling in the path would let out; the register knows it first.
pub(crate) async fn seen<T: Send + 'static>(
    call: &Call,
    look: impl FnOnce(&App, RunRecord, &jobs::Shown<'_>) -> T + Send + 'static,
) -> Result<T, Problem> {
    call.nothing()?;
    let nr = call.number()?;
    let by = call.session()?.naam.as_str().to_owned();
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::SeeProposal, Some(&nr.to_string()), |_| {
            jobs::shown(app, nr, &by, |shown| Ok(look(app, app.database.run(nr)?, shown)))
        })
    })
    .await
}

/// What would leave, for somebody who decides on it.
pub(crate) fn see(app: &App, actor: &Actor, by: &str, nr: u64) -> Result<Proposal, Problem> {
    let told = app.act(actor, Act::SeeProposal, Some(&nr.to_string()), |_| {
        jobs::shown(app, nr, by, |shown| Ok(proposal(app, app.database.run(nr)?, shown)))
    })?;
    Ok(Proposal { audit_kop: app.audit_head().to_string(), ..told })
}

fn proposal(app: &App, run: RunRecord, shown: &jobs::Shown<'_>) -> Proposal {
    let refused = |table: &inbeeld::disclosure::TableRefusal| format!("{table}. {}", table.remedy());
    Proposal {
        koppeling: Shown::of(app, run),
        tabellen: shown.tabellen().iter().map(table::as_json).collect(),
        lijsten: shown.lijsten().iter().map(table::list_as_json).collect(),
        geweigerde_tabellen: shown.geweigerd().iter().map(refused).collect(),
        geweigerde_lijsten: shown
            .geweigerde_lijsten()
            .iter()
            .map(|list| format!("{list}. {}", list.remedy()))
            .collect(),
        bronnen: shown.bronnen().iter().map(table::source_as_json).collect(),
        buiten_convenant: shown.buiten_convenant(),
        audit_kop: String::new(),
    }
}

/// Geeft een koppeling vrij: register, bestanden, lijsten. Niet door wie haar aanvroeg, en niet ongezien.
#[utoipa::path(post, path = "/v1/koppelingen/{nr}/_geef-vrij", tag = "koppelingen",
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Vrijgegeven", body = Decided),
        (status = 409, description = "Zij wacht niet op een besluit, is niet bekeken, of er is intussen iets anders vrijgegeven", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn release(call: Call) -> Answer {
    respond::json(StatusCode::OK, &released(&call).await?)
}

/// Lets the koppeling in the path out.
pub(crate) async fn released(call: &Call) -> Result<Decided, Problem> {
    call.nothing()?;
    decide(call, Act::Release, |app, nr, by| jobs::let_out(app, nr, by).map(drop)).await
}

/// Weigert een koppeling, met de reden.
#[utoipa::path(post, path = "/v1/koppelingen/{nr}/_weiger", tag = "koppelingen", request_body = Refusing,
    params(("nr" = u64, Path, description = "Haar nummer")),
    responses((status = 200, description = "Geweigerd", body = Decided),
        (status = 409, description = "Zij wacht niet op een besluit", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn refuse(call: Call) -> Answer {
    respond::json(StatusCode::OK, &refused(&call).await?)
}

/// Refuses the koppeling in the path, for the reason that was sent.
pub(crate) async fn refused(call: &Call) -> Result<Decided, Problem> {
    let mut fields = call.fields()?;
    let reason = fields.filled("reden", REASON);
    fields.finish()?;
    decide(call, Act::RefuseRun, move |app, nr, by| jobs::refuse(app, nr, by, &reason)).await
}

/// Does something with a koppeling that the audit log tells, and shows how it stands after.
async fn decide(
    call: &Call,
    act: Act,
    work: impl FnOnce(&App, u64, &str) -> Result<(), Problem> + Send + 'static,
) -> Result<Decided, Problem> {
    let nr = call.number()?;
    let by = call.session()?.naam.as_str().to_owned();
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, act, Some(&nr.to_string()), |_| work(app, nr, &by))?;
        let koppeling = Shown::of(app, app.database.run(nr)?);
        Ok(Decided { koppeling, audit_kop: app.audit_head().to_string() })
    })
    .await
}
