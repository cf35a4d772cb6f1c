//! Every refusal in one form: problem+json (RFC 9457) with our stable code and what to do.

use super::app::App;
use super::jobs::Explained;
use crate::output::Failure;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use inbeeld::access::AccessFault;
use inbeeld::audit::AuditFault;
use inbeeld::fault::{Exit, Explain};
use inbeeld::register::RegisterFault;
use inbeeld::run::RunFault;
use inbeeld::store::db::DbFault;
use inbeeld::store::{StoreFault, TrustFault, disk_is_full};
use inbeeld::terms::Maand;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Content type of a refusal.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Een weigering, volgens RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Probleem)]
pub(crate) struct Problem {
    /// HTTP-status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// De status in woorden.
    title: &'static str,
    /// Wat er mis is, in het Nederlands; nooit een waarde uit de invoer.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// Vaste code waar programma's op kunnen vertrouwen.
    code: &'static str,
    /// Wat u kunt doen.
    #[schema(value_type = String)]
    doe: Box<str>,
    /// Elke fout in wat is gestuurd, alle tegelijk.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fouten: Vec<Fault>,
    #[serde(skip)]
    retry_after: Option<u32>,
}

/// Eén fout in wat is gestuurd.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Fout)]
pub(crate) struct Fault {
    /// Waar: een veld, of een regel van een tekst.
    pub(crate) plek: String,
    /// Wat er mis is.
    pub(crate) wat: String,
    /// Wat u kunt doen.
    pub(crate) doe: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: &str, remedy: &str) -> Self {
        Self {
            status: status.as_u16(),
            title: title(status),
            detail: detail.into(),
            code,
            doe: remedy.into(),
            fouten: Vec::new(),
            retry_after: None,
        }
    }

    /// The refusal of something that explains itself. A full disk always has the same answer, wherever it shows.
    pub(crate) fn of(status: StatusCode, fault: &(impl Explain + 'static)) -> Self {
        if disk_is_full(fault) {
            return Self::disk_full();
        }
        Self::new(status, fault.code(), &fault.to_string(), &fault.remedy())
    }

    /// What was sent is wrong, in these places.
    pub(crate) fn invalid(faults: Vec<Fault>) -> Self {
        let what = format!("wat is gestuurd heeft {} fout(en)", faults.len());
        let problem =
            Self::new(StatusCode::BAD_REQUEST, "invoer", &what, "Verbeter elke genoemde plek en stuur het opnieuw.");
        problem.with(faults)
    }

    pub(crate) fn with(mut self, faults: Vec<Fault>) -> Self {
        self.fouten = faults;
        self
    }

    /// Too many requests; may be tried again after so many seconds.
    pub(crate) fn too_many(seconds: u32) -> Self {
        let what = "er komen te veel verzoeken van u tegelijk";
        let remedy = "Wacht het aantal seconden van Retry-After en probeer het opnieuw.";
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "te-veel-verzoeken", what, remedy)
        }
    }

    pub(crate) fn not_found() -> Self {
        let remedy = "Kijk in /v1/openapi.json wat er is.";
        Self::new(StatusCode::NOT_FOUND, "onbekend", "dit bestaat niet, of niet voor u", remedy)
    }

    pub(crate) fn not_logged_in() -> Self {
        let what = "u bent niet aangemeld, of uw sessie is verlopen";
        Self::new(StatusCode::UNAUTHORIZED, "niet-aangemeld", what, "Meld u aan en probeer het opnieuw.")
    }

    pub(crate) fn not_allowed() -> Self {
        let remedy = "Vraag het aan iemand met de juiste rol.";
        Self::new(StatusCode::FORBIDDEN, "niet-voor-deze-rol", "uw rol mag dit niet", remedy)
    }

    pub(crate) fn only_elsewhere() -> Self {
        let remedy = "Begin op /v1/aanmelden/oidc.";
        let what = "bij deze dienst meldt iedereen zich aan bij de aanmeldvoorziening van de organisatie";
        Self::new(StatusCode::FORBIDDEN, "alleen-oidc", what, remedy)
    }

    fn disk_full() -> Self {
        let what = "de schijf van de dienst is vol, dus dit kan nu niet";
        let remedy = "Waarschuw de beheerder: is er weer ruimte, dan kan het opnieuw, zonder herstart.";
        Self::new(StatusCode::INSUFFICIENT_STORAGE, "schijf-vol", what, remedy)
    }

    pub(crate) fn internal() -> Self {
        let remedy = "Probeer het opnieuw; blijft het zo, laat de beheerder in het logboek van de dienst kijken.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "intern", "er ging iets mis in de dienst", remedy)
    }

    /// There is no such text.
    pub(crate) fn no_text() -> Self {
        let remedy = "Kijk in de lijst met doelbindingen welke versies er zijn.";
        Self::new(StatusCode::CONFLICT, "doelbinding-onbekend", "deze versie van deze doelbinding is er niet", remedy)
    }

    /// A text allows nothing now.
    pub(crate) fn denied(fault: &(impl Explain + 'static)) -> Self {
        Self::of(StatusCode::CONFLICT, fault)
    }

    /// The service has no key of a month.
    pub(crate) fn closed(periode: Maand) -> Self {
        let what = format!("de periode {periode} is niet open: deel B van de sleutel is er niet");
        let remedy = "Vraag de FG of de contactgemeente om deel B van deze maand in te voeren.";
        Self::new(StatusCode::CONFLICT, "periode-dicht", &what, remedy)
    }

    /// Nothing of a month comes in or opens once it was destroyed.
    pub(crate) fn closed_for(app: &App, periode: Maand) -> Self {
        match app.database.destroyed(periode) {
            Ok(false) => Self::closed(periode),
            Ok(true) => DbFault::Destroyed.into(),
            Err(fault) => fault.into(),
        }
    }

    /// A text that cannot be read: what it needs is not known.
    pub(crate) fn unreadable_text(id: &str, versie: u32) -> Self {
        let what = format!("de tekst {id} versie {versie} is niet te lezen; er wordt niets vernietigd");
        let remedy = "Zet de tekst terug zoals zij was ondertekend, of start de versie van inbeeld die haar kent.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "bewaren-tekst", &what, remedy)
    }

    /// The same for whoever works on the machine itself.
    pub(crate) fn failure(&self) -> Failure {
        Failure::new(if self.is_ours() { Exit::Internal } else { Exit::Input }, self.code, &self.detail, &self.doe)
    }

    /// Why a koppeling does not leave now.
    pub(crate) fn from_run(fault: &RunFault) -> Self {
        match fault {
            RunFault::Register(RegisterFault::Busy) => Self::of(StatusCode::SERVICE_UNAVAILABLE, fault),
            _ if fault.exit() == Exit::Internal && !matches!(fault, RunFault::Overtaken) => {
                tracing::error!(code = fault.code(), "{fault}");
                Self::of(StatusCode::SERVICE_UNAVAILABLE, fault)
            }
            _ if fault.exit() == Exit::Integrity => ours(fault),
            _ => Self::of(StatusCode::CONFLICT, fault),
        }
    }

    /// The same as an explanation that is kept.
    pub(crate) fn explained(&self) -> Explained {
        let fouten = self.fouten.clone();
        Explained { code: self.code.to_owned(), wat: self.detail.to_string(), doe: self.doe.to_string(), fouten }
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Says in an answer when it may be tried again.
    pub(crate) fn retry_after_in(&self, response: &mut Response<Body>) {
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
    }

    /// Whether the machine failed, and not who asked.
    pub(crate) fn is_ours(&self) -> bool {
        self.status >= 500
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        // Texts and numbers only: it always becomes JSON.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        self.retry_after_in(&mut response);
        if self.status == 401 {
            let scheme = HeaderValue::from_static("Sessie realm=\"inbeeld\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "Verkeerd verzoek",
        401 => "Niet aangemeld",
        403 => "Niet toegestaan",
        404 => "Niet gevonden",
        405 => "Deze methode kan hier niet",
        406 => "Niet in deze vorm",
        408 => "Te traag",
        409 => "Kan nu niet",
        413 => "Te groot",
        415 => "Verkeerde vorm",
        429 => "Te veel verzoeken",
        503 => "Nu niet beschikbaar",
        507 => "Schijf vol",
        _ => "Fout in de dienst",
    }
}

impl From<DbFault> for Problem {
    fn from(fault: DbFault) -> Self {
        let status = match &fault {
            DbFault::NoAccount | DbFault::NoRun | DbFault::NoList => StatusCode::NOT_FOUND,
            DbFault::OwnRun => StatusCode::FORBIDDEN,
            DbFault::AccountExists
            | DbFault::LastBeheerder
            | DbFault::OtherShare
            | DbFault::OtherKey
            | DbFault::ShareUsed
            | DbFault::RunState(_)
            | DbFault::Unseen
            | DbFault::Queue
            | DbFault::Destroyed
            | DbFault::NotFetched => StatusCode::CONFLICT,
            DbFault::Access(fault) => return Self::from(*fault),
            DbFault::Busy | DbFault::File { .. } | DbFault::Newer { .. } | DbFault::Sqlite(_) | DbFault::Odd => {
                tracing::error!(code = fault.code(), "{fault}");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        Self::of(status, &fault)
    }
}

impl From<AccessFault> for Problem {
    fn from(fault: AccessFault) -> Self {
        let status = match fault {
            AccessFault::Bound | AccessFault::WeakPassword => StatusCode::BAD_REQUEST,
            AccessFault::Credentials | AccessFault::Locked | AccessFault::Activation => StatusCode::UNAUTHORIZED,
            AccessFault::Closed => StatusCode::FORBIDDEN,
            AccessFault::Machine => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::of(status, &fault)
    }
}

/// What only the operator can mend is told to the log, and in general words to who asked.
fn ours(fault: &(impl Explain + 'static)) -> Problem {
    tracing::error!(code = fault.code(), "{fault}");
    let tellable = fault.exit() == Exit::Integrity || disk_is_full(fault);
    if tellable { Problem::of(StatusCode::INTERNAL_SERVER_ERROR, fault) } else { Problem::internal() }
}

impl From<AuditFault> for Problem {
    fn from(fault: AuditFault) -> Self {
        ours(&fault)
    }
}

impl From<RegisterFault> for Problem {
    fn from(fault: RegisterFault) -> Self {
        match fault {
            RegisterFault::Busy => Self::of(StatusCode::SERVICE_UNAVAILABLE, &fault),
            fault => ours(&fault),
        }
    }
}

impl From<StoreFault> for Problem {
    fn from(fault: StoreFault) -> Self {
        ours(&fault)
    }
}

impl From<TrustFault> for Problem {
    fn from(fault: TrustFault) -> Self {
        if let TrustFault::Empty { .. } = fault {
            let what = "deze dienst vertrouwt nog geen enkele sleutel, dus ook geen handtekening";
            let remedy = "Vraag de beheerder om de openbare sleutel van de FG in de map `vertrouwd` te zetten.";
            return Self::new(StatusCode::CONFLICT, fault.code(), what, remedy);
        }
        ours(&fault)
    }
}
