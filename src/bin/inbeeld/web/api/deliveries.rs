//! Leveringen: taken in while they are sent, sealed before they lie anywhere, told of by receipt.

use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::{Fault, Problem};
use crate::web::respond;
use crate::web::upload::{Upload, pipe, pump, whole};
use axum::http::StatusCode;
use inbeeld::audit::{Act, Actor};
use inbeeld::doelbinding::Policy;
use inbeeld::fault::Explain;
use inbeeld::ingest::MAX_MANIFEST;
use inbeeld::pseudonym::PeriodKey;
use inbeeld::receive::{Announced, Desk, InForce, Period, Receipt, ReceiveFault, Stored, Taken};
use inbeeld::store::db::DbFault;
use inbeeld::store::{DiskShelf, TextShelf};
use inbeeld::terms::{AccountRol, Maand};
use multer::Field;
use serde::Serialize;
use std::io;
use std::sync::Arc;
use utoipa::ToSchema;

/// Wat er is ontvangen: het ontvangstbewijs van de bron.
#[derive(Serialize, ToSchema)]
#[schema(as = Ontvangstbewijs)]
pub(crate) struct Shown {
    /// Naam van het bestand.
    pub(crate) bestand: String,
    /// Hash van het bestand zoals het is ontvangen, SHA-256.
    pub(crate) sha256: String,
    /// Aantal regels.
    pub(crate) regels: u64,
    /// Lengte in bytes.
    pub(crate) bytes: u64,
    /// Wanneer het is ontvangen, UTC.
    #[schema(format = DateTime)]
    pub(crate) ontvangen: String,
    /// Wanneer de eerste levering is ontvangen die deze, of een ervoor, vervangt, UTC; weg als zij geen vervangt.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) eerst_ontvangen: Option<String>,
    /// Soort bron.
    pub(crate) bron: String,
    /// De maand waarover de levering gaat, jjjj-mm.
    pub(crate) periode: String,
    /// Soort nummer: bsn of own.
    pub(crate) identificatie: String,
    /// volledig of gedeeltelijk.
    pub(crate) dekking: String,
    /// Code van de regio.
    pub(crate) regio: String,
    /// Wie leverde.
    pub(crate) leverancier: String,
    /// Zijn OIN.
    pub(crate) oin: String,
    /// Id van de koppelsleutel.
    pub(crate) sleutel_id: String,
    /// Wanneer de bron het maakte, UTC.
    #[schema(format = DateTime)]
    pub(crate) aangemaakt: String,
}

impl From<Receipt> for Shown {
    fn from(receipt: Receipt) -> Self {
        let Receipt { bestand, sha256, regels, bytes, ontvangen, bron, periode, identificatie, .. } = receipt;
        let Receipt { eerst_ontvangen, dekking, regio, leverancier, oin, sleutel_id, aangemaakt, .. } = receipt;
        Self {
            bestand,
            sha256,
            regels,
            bytes,
            ontvangen,
            eerst_ontvangen,
            bron,
            periode,
            identificatie,
            dekking,
            regio,
            leverancier,
            oin,
            sleutel_id,
            aangemaakt,
        }
    }
}

/// Wat een nieuwere levering verandert: aantallen regels, afgerond op 5.
#[derive(Serialize, ToSchema)]
#[schema(as = Verandering)]
pub(crate) struct Changed {
    /// Van de levering die is vervangen.
    pub(crate) regels_eerst: u64,
    /// Van de nieuwe.
    pub(crate) regels_nu: u64,
}

/// Wat er van de levering is geworden.
#[derive(Serialize, ToSchema)]
#[schema(as = Ontvangen)]
pub(crate) struct Delivered {
    pub(crate) ontvangstbewijs: Shown,
    /// Of dezelfde levering er al was; dan is er niets veranderd.
    pub(crate) was_er_al: bool,
    /// Wat zij vervangt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vervangt: Option<Changed>,
    /// Hash van de laatste regel van het auditlogboek: bewaar die, dan kunt u later laten zien dat het niet is herschreven.
    pub(crate) audit_kop: String,
}

/// Wat er over een maand is ontvangen.
#[derive(Serialize, ToSchema)]
#[schema(as = Leveringen)]
pub(crate) struct All {
    leveringen: Vec<Shown>,
}

/// Een levering: eerst het manifest, dan het bestand.
#[derive(ToSchema)]
#[schema(as = Levering)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Given {
    /// Het manifest, `<bestand>.manifest.json`.
    #[schema(value_type = String, format = Binary)]
    manifest: Vec<u8>,
    /// Het databestand, met zijn naam.
    #[schema(value_type = String, format = Binary)]
    bestand: Vec<u8>,
}

/// Neemt een levering in. Zij wordt gecontroleerd terwijl zij binnenkomt; wat niet klopt, laat niets achter.
#[utoipa::path(post, path = "/v1/leveringen", tag = "leveringen",
    request_body(content = Given, content_type = "multipart/form-data"),
    responses((status = 200, description = "Deze levering was er al", body = Delivered),
        (status = 201, description = "Ontvangen", body = Delivered),
        (status = 409, description = "De periode is niet open, of er is al een nieuwere levering", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn deliver(mut call: Call) -> Answer {
    let Some(mut upload) = call.upload.take() else { return Err(Problem::internal()) };
    let answer = receive(&call, &mut upload).await;
    if answer.is_err() {
        upload.drain().await;
    }
    let told = answer?;
    let status = if told.was_er_al { StatusCode::OK } else { StatusCode::CREATED };
    respond::json(status, &told)
}

async fn receive(call: &Call, upload: &mut Upload) -> Result<Delivered, Problem> {
    let manifest = whole(upload.field("manifest").await?, MAX_MANIFEST).await?;
    let file = upload.field("bestand").await?;
    taken_in(call, &manifest, file).await
}

/// Takes in one file of a form, that its manifest announces.
pub(crate) async fn taken_in(call: &Call, manifest: &[u8], file: Field<'static>) -> Result<Delivered, Problem> {
    let announced = Announced::read(file.file_name().unwrap_or_default(), manifest)?;
    let bound = call.bound()?;
    if bound.rol() == AccountRol::Bronhouder && bound.oin() != Some(announced.oin()) {
        let what = "het OIN in het manifest is niet dat van uw organisatie";
        let remedy = "Lever met het account of het certificaat van de organisatie die in het manifest staat.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "oin-anders", what, remedy));
    }
    let key = open_period(&call.app, announced.periode()).await?;
    let actor = call.actor();
    let (to, pipe) = pipe();
    let work = blocking(&call.app, move |app| take_in(app, &actor, announced, &key, pipe));
    let (taken, sent) = tokio::join!(work, pump(file, to));
    // What went wrong in the sending says more than that the file broke off.
    let taken = match (taken, sent) {
        (Err(_), Err(sent)) => return Err(sent),
        (taken, _) => taken?,
    };
    let vervangt = taken.change.map(|change| Changed { regels_eerst: change.before, regels_nu: change.after });
    let ontvangstbewijs = Shown::from(taken.receipt);
    let audit_kop = call.app.audit_head().to_string();
    Ok(Delivered { ontvangstbewijs, was_er_al: taken.again, vervangt, audit_kop })
}

/// Takes in a levering, and tells the audit log.
pub(crate) fn take_in(
    app: &App,
    actor: &Actor,
    announced: Announced,
    key: &PeriodKey,
    data: impl io::Read,
) -> Result<Taken, Problem> {
    let object = announced.periode().to_string();
    app.act(actor, Act::Deliver, Some(&object), |object| {
        let taken = take(app, announced, key, data)?;
        *object = Some(format!("{} {}", taken.receipt.bestand, taken.receipt.sha256));
        Ok::<_, Problem>(taken)
    })
}

fn take(app: &App, announced: Announced, key: &PeriodKey, data: impl io::Read) -> Result<Taken, Problem> {
    let periode = announced.periode();
    let shelf = DiskShelf::open(&app.config.plaatsen.leveringen, periode).map_err(ReceiveFault::Storage)?;
    // Looked at when the shelf is open: what is destroyed after this takes the shelf away under the intake.
    if app.database.destroyed(periode)? {
        return Err(DbFault::Destroyed.into());
    }
    let lists = in_force(app)?;
    let earlier = app.period_key(periode.previous());
    let desk = Desk {
        periode,
        key,
        earlier: earlier.as_ref(),
        logboek: &app.logboek,
        marks: Some((&app.intrekking, &lists)),
        now: app.now(),
    };
    Ok(announced.take(&desk, data, &shelf)?)
}

/// The lists of the newest version of every text.
fn in_force(app: &App) -> Result<Vec<InForce>, Problem> {
    let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
    let mut newest = std::collections::BTreeMap::new();
    newest.extend(shelf.list()?);
    let mut lists = Vec::new();
    for (id, versie) in newest {
        let text = shelf.read(&id, versie)?;
        // What is on the shelf was read when it came there.
        lists.extend(text.and_then(|(text, _)| Policy::parse(&text).ok()).iter().flat_map(InForce::of));
    }
    Ok(lists)
}

/// De leveringen van een maand; een bronhouder ziet die van de eigen organisatie.
#[utoipa::path(get, path = "/v1/perioden/{periode}/leveringen", tag = "leveringen",
    params(("periode" = String, Path, description = "De maand, jjjj-mm")),
    responses((status = 200, description = "Wat er is ontvangen", body = All),
        (status = 404, description = "Dit is geen maand", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "De periode is niet open", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(call: Call) -> Answer {
    let periode = Maand::parse(call.part(0).as_bytes()).map_err(|_| Problem::not_found())?;
    respond::json(StatusCode::OK, &All { leveringen: of_month(&call, periode).await? })
}

/// The leveringen of a month that who asks may know of.
pub(crate) async fn of_month(call: &Call, periode: Maand) -> Result<Vec<Shown>, Problem> {
    let own = call.bound()?.oin().map(ToString::to_string);
    blocking(&call.app, move |app| {
        let all = receipts(app, periode)?.ok_or_else(|| Problem::closed_for(app, periode))?;
        let mine = all.into_iter().filter(|receipt| own.as_ref().is_none_or(|own| *own == receipt.oin));
        Ok(mine.map(Shown::from).collect())
    })
    .await
}

/// What was received of a month; `None` where it is not open.
pub(crate) fn receipts(app: &App, periode: Maand) -> Result<Option<Vec<Receipt>>, Problem> {
    let Some(key) = app.period_key(periode) else { return Ok(None) };
    let shelf = DiskShelf::open(&app.config.plaatsen.leveringen, periode).map_err(ReceiveFault::Storage)?;
    let stored = Stored::open(&[Period { shelf: &shelf, key: &key }])?;
    Ok(Some(stored.receipts().collect()))
}

/// The key of a month, when both shares of it are here.
pub(crate) fn key_of(app: &App, periode: Maand) -> Result<PeriodKey, Problem> {
    app.period_key(periode).ok_or_else(|| Problem::closed_for(app, periode))
}

async fn open_period(app: &Arc<App>, periode: Maand) -> Result<PeriodKey, Problem> {
    blocking(app, move |app| key_of(app, periode)).await
}

impl From<ReceiveFault> for Problem {
    fn from(fault: ReceiveFault) -> Self {
        let faults = |reasons: &[inbeeld::ingest::Refusal]| {
            let fault = |reason: &inbeeld::ingest::Refusal| Fault {
                plek: reason.code().to_owned(),
                wat: reason.to_string(),
                doe: reason.remedy().to_owned(),
            };
            reasons.iter().map(fault).collect()
        };
        match &fault {
            ReceiveFault::Refused(reasons) => Self::of(StatusCode::BAD_REQUEST, &fault).with(faults(reasons)),
            ReceiveFault::Period { .. } | ReceiveFault::Interrupted => Self::of(StatusCode::BAD_REQUEST, &fault),
            ReceiveFault::Tie(_) | ReceiveFault::Older(_) => Self::of(StatusCode::CONFLICT, &fault),
            ReceiveFault::Storage(_) => {
                tracing::error!(code = fault.code(), "{fault}");
                Self::of(StatusCode::SERVICE_UNAVAILABLE, &fault)
            }
            ReceiveFault::Tampered(_) => {
                tracing::error!(code = fault.code(), "{fault}");
                Self::of(StatusCode::INTERNAL_SERVER_ERROR, &fault)
            }
        }
    }
}
