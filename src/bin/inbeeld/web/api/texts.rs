//! Doelbindingen: which there are, what they say in plain Dutch, and taking in a signed one.

use crate::cli::doelbinding::{page_json, warnings_json};
use crate::web::app::{App, blocking};
use crate::web::call::{Answer, Call};
use crate::web::problem::{Fault, Problem};
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::access::Session;
use inbeeld::audit::{Act, Actor};
use inbeeld::doelbinding::{Policy, Signed, SignedFault, plain};
use inbeeld::fault::Explain;
use inbeeld::store::{Shelved, SignedText, TextShelf, read_trusted};
use inbeeld::terms::{AccountRol, Sha256Hash};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// Bytes of one text, and of one signature.
pub(crate) const TEXT: usize = 256 * 1024;
pub(crate) const SIGNATURE: usize = 4 * 1024;

/// Een doelbinding in de lijst.
#[derive(Serialize, ToSchema)]
#[schema(as = Doelbinding)]
pub(crate) struct Listed {
    /// De naam van het doel.
    pub(crate) id: String,
    /// De versie van de tekst.
    pub(crate) versie: u32,
    /// De titel.
    pub(crate) titel: String,
    /// Eerste peildatum.
    #[schema(format = Date)]
    pub(crate) geldig_van: String,
    /// Laatste peildatum.
    #[schema(format = Date)]
    pub(crate) geldig_tot_en_met: String,
    /// Hash van de ondertekende bytes.
    pub(crate) sha256: String,
}

/// Alle doelbindingen.
#[derive(Serialize, ToSchema)]
#[schema(as = Doelbindingen)]
pub(crate) struct All {
    doelbindingen: Vec<Listed>,
}

/// Een doelbinding zoals de FG haar leest, met de tekst en de handtekeningen erbij.
#[derive(Serialize, ToSchema)]
#[schema(as = DoelbindingVersie)]
pub(crate) struct Shown {
    #[serde(flatten)]
    van: Listed,
    /// De tekst in gewoon Nederlands, per blok.
    #[schema(value_type = Vec<Object>)]
    blokken: Vec<Value>,
    /// Wat opvalt.
    #[schema(value_type = Vec<Object>)]
    waarschuwingen: Vec<Value>,
    /// De ondertekende bytes.
    tekst: String,
    /// De handtekeningen (minisign).
    handtekeningen: Vec<String>,
}

/// Een ondertekende tekst.
#[derive(ToSchema)]
#[schema(as = NieuweDoelbinding)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct New {
    /// De tekst (TOML), byte voor byte zoals zij is ondertekend.
    tekst: String,
    /// Een of twee handtekeningen (de inhoud van .minisig).
    #[schema(max_items = 2)]
    handtekeningen: Vec<String>,
}

/// Wat er is opgenomen.
#[derive(Serialize, ToSchema)]
#[schema(as = OpgenomenDoelbinding)]
pub(crate) struct Added {
    #[serde(flatten)]
    pub(crate) van: Listed,
    /// Namen van de vertrouwde sleutels waarmee is ondertekend.
    pub(crate) ondertekend_met: Vec<String>,
    /// Kop van het auditlogboek, om elders te bewaren.
    pub(crate) audit_kop: String,
}

fn listed(policy: &Policy, text: &[u8]) -> Listed {
    Listed {
        id: policy.id.clone(),
        versie: policy.versie,
        titel: policy.titel.clone(),
        geldig_van: policy.geldig.van.to_string(),
        geldig_tot_en_met: policy.geldig.tot_en_met.to_string(),
        sha256: Sha256Hash(Sha256::digest(text).into()).to_string(),
    }
}

/// A municipality sees the texts that are about its own jongeren.
fn may_see(session: &Session, policy: &Policy) -> bool {
    let bound = &session.bound;
    bound.rol() != AccountRol::Gemeente
        || bound.gemeente().is_some_and(|gemeente| policy.doelgroep.gemeenten.contains(&gemeente))
}

/// De doelbindingen die zijn opgenomen; een gemeente ziet die over haar eigen jongeren.
#[utoipa::path(get, path = "/v1/doelbindingen", tag = "doelbindingen",
    responses((status = 200, description = "De doelbindingen", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    let session = call.session()?.clone();
    let told = blocking(&call.app, move |app| {
        let doelbindingen = on_shelf(app, &session)?.iter().map(|(policy, text)| listed(policy, text)).collect();
        Ok(All { doelbindingen })
    })
    .await?;
    respond::json(StatusCode::OK, &told)
}

/// The texts that who asks may see, with their bytes.
pub(crate) fn on_shelf(app: &App, session: &Session) -> Result<Vec<(Policy, Vec<u8>)>, Problem> {
    let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
    let mut found = Vec::new();
    for (id, versie) in shelf.list()? {
        let Some((text, _)) = shelf.read(&id, versie)? else { continue };
        // A text that no longer reads was put there by hand, or is of a newer version: nobody works with it.
        let Ok(policy) = Policy::parse(&text) else { continue };
        if may_see(session, &policy) {
            found.push((policy, text));
        }
    }
    Ok(found)
}

/// One version that who asks may see, with its bytes and signatures.
pub(crate) fn find(app: &App, session: &Session, id: &str, versie: u32) -> Result<(Policy, SignedText), Problem> {
    let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
    let (text, signatures) = shelf.read(id, versie)?.ok_or_else(Problem::not_found)?;
    let policy = Policy::parse(&text).map_err(|_| Problem::not_found())?;
    if may_see(session, &policy) { Ok((policy, (text, signatures))) } else { Err(Problem::not_found()) }
}

/// Eén versie van een doelbinding, in gewoon Nederlands: als JSON, of als bladzijde (Accept: text/html).
#[utoipa::path(get, path = "/v1/doelbindingen/{id}/versies/{versie}", tag = "doelbindingen",
    params(("id" = String, Path, description = "De naam van het doel"), ("versie" = u32, Path, description = "De versie")),
    responses(
        (status = 200, description = "De doelbinding", content((Shown = "application/json"), (String = "text/html"))),
        (status = 404, description = "Deze versie is er niet, of niet voor u", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(call: Call) -> Answer {
    let session = call.session()?.clone();
    let (id, versie, wants_page) = (call.part(0).to_owned(), call.part(1).parse::<u32>(), call.wants_page);
    let versie = versie.map_err(|_| Problem::not_found())?;
    blocking(&call.app, move |app| {
        let (policy, (text, handtekeningen)) = find(app, &session, &id, versie)?;
        let page = plain::show(&policy, app.today());
        if wants_page {
            return Ok(respond::page(page.html().map_err(|_| Problem::internal())?));
        }
        let (blokken, waarschuwingen) = (page_json(&page), warnings_json(&policy, app.today()));
        let van = listed(&policy, &text);
        let tekst = String::from_utf8(text).map_err(|_| Problem::internal())?;
        respond::json(StatusCode::OK, &Shown { van, blokken, waarschuwingen, tekst, handtekeningen })
    })
    .await
}

/// Neemt een ondertekende tekst op, als de handtekeningen van vertrouwde sleutels zijn.
#[utoipa::path(post, path = "/v1/doelbindingen", tag = "doelbindingen", request_body = New,
    responses((status = 201, description = "Opgenomen", body = Added),
        (status = 409, description = "Er is een andere tekst met deze naam en versie, of de dienst vertrouwt geen sleutel", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn add(call: Call) -> Answer {
    let mut fields = call.fields()?;
    let text = fields.text("tekst", TEXT);
    let signatures = fields.texts("handtekeningen", (2, SIGNATURE));
    fields.finish()?;
    respond::json(StatusCode::CREATED, &added(&call, text, signatures).await?)
}

/// Takes in a text with its signatures.
pub(crate) async fn added(call: &Call, text: Zeroizing<String>, signatures: Vec<String>) -> Result<Added, Problem> {
    let actor = call.actor();
    blocking(&call.app, move |app| take_in(app, &actor, &text, &signatures)).await
}

/// Takes in a text whose signatures are those of trusted keys.
pub(crate) fn take_in(app: &App, actor: &Actor, text: &str, signatures: &[String]) -> Result<Added, Problem> {
    let mut told = app.act(actor, Act::NewText, None, |object| {
        let trusted = read_trusted(&app.config.plaatsen.vertrouwd)?;
        let signed = Signed::read(text.as_bytes(), signatures, &trusted, app.today()).map_err(refused)?;
        signed.holds(app.today()).map_err(|denial| refused(denial.into()))?;
        let policy = signed.policy();
        *object = Some(format!("{} versie {}", policy.id, policy.versie));
        let shelf = TextShelf::new(&app.config.plaatsen.doelbindingen);
        match shelf.put(&policy.id, policy.versie, text.as_bytes(), signatures)? {
            Shelved::Done => {}
            Shelved::Other => {
                let what = "er is al een andere tekst met deze naam en versie";
                let remedy = "Geef de nieuwe tekst een hogere versie en laat haar opnieuw ondertekenen.";
                return Err(Problem::new(StatusCode::CONFLICT, "doelbinding-versie-bestaat", what, remedy));
            }
        }
        let van = listed(policy, text.as_bytes());
        Ok::<_, Problem>(Added { van, ondertekend_met: signed.signers().to_vec(), audit_kop: String::new() })
    })?;
    told.audit_kop = app.audit_head().to_string();
    Ok(told)
}

/// Every fault of a text at once; of a signature the reason.
pub(crate) fn refused(fault: SignedFault) -> Problem {
    let problem = Problem::of(StatusCode::BAD_REQUEST, &fault);
    match fault {
        SignedFault::Text(faults) => {
            let place = |line: usize, key: &str| {
                if key.is_empty() { format!("regel {line}") } else { format!("regel {line}, {key}") }
            };
            let fouten = faults.0.iter().map(|one| Fault {
                plek: place(one.line, &one.key),
                wat: one.what.clone(),
                doe: one.remedy.clone(),
            });
            problem.with(fouten.collect())
        }
        SignedFault::Denied(denial) => problem.with(vec![Fault {
            plek: "handtekeningen".to_owned(),
            wat: denial.to_string(),
            doe: denial.remedy(),
        }]),
    }
}
