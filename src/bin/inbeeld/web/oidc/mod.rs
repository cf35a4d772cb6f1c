//! People who log in elsewhere: OpenID Connect, code flow with PKCE, state and nonce. The provider says who somebody is
//! and which role; what that role may, stands in the table of routes as for everybody.

mod claims;
mod pending;

pub(crate) use pending::PATIENCE;

use super::config;
use super::http::{Http, HttpFault};
use super::problem::Problem;
use crate::output::Failure;
use axum::http::StatusCode;
use claims::Claims;
use inbeeld::access::{Bound, Federated, Token};
use inbeeld::fault::Exit;
use inbeeld::store::read_secret;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use pending::{Begun, Pending};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where the provider sends people back to.
pub(crate) const BACK: &str = "/v1/aanmelden/oidc/terug";
/// How long what the provider publishes of itself is kept: its keys change.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// Algorithms of a signature that only the provider can make. Not those with a secret that we share, and never none.
const SIGNED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The crate's client, with our own claims, of a provider that was discovered.
type Provider = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider, and who is on the way to it.
pub(crate) struct Oidc {
    config: config::Oidc,
    issuer: IssuerUrl,
    back: RedirectUrl,
    secret: Option<ClientSecret>,
    http: Http,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
    pending: Pending,
}

impl Oidc {
    /// Reads the secret; the provider itself is asked when the first person comes.
    pub(crate) fn new(config: &config::Oidc, address: &str) -> Result<Self, Failure> {
        let secret = config.client_geheim.as_ref().map(|path| read_secret(path)).transpose()?;
        let odd = || {
            let remedy = "Kijk naar adres en uitgever in de configuratie.";
            Failure::new(Exit::Usage, "oidc", "de aanmeldvoorziening is zo niet te gebruiken", remedy)
        };
        Ok(Self {
            config: config.clone(),
            issuer: IssuerUrl::new(config.uitgever.clone()).map_err(|_| odd())?,
            back: RedirectUrl::new(format!("{address}{BACK}")).map_err(|_| odd())?,
            secret: secret.map(|text| ClientSecret::new(text.trim().to_owned())),
            http: Http::new().ok_or_else(odd)?,
            known: Mutex::new(None),
            pending: Pending::default(),
        })
    }

    /// Begins a log-in: where the browser must go, and the word by which it is known when it comes back.
    pub(crate) async fn begin(&self) -> Result<(String, Token), Problem> {
        let provider = self.provider().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = provider.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, state, nonce) = request.set_pkce_challenge(challenge).url();
        let browser = Token::fresh()?;
        let begun = Begun::new(nonce, verifier, &browser, Instant::now());
        self.pending.keep(state.into_secret(), begun);
        Ok((address.into(), browser))
    }

    /// Ends it: who it is, when the provider stands for the code that came back in this browser, and as what.
    pub(crate) async fn end(
        &self,
        state: &str,
        code: Option<String>,
        browser: Option<Token>,
    ) -> Result<(Federated, Result<Bound, Problem>), Problem> {
        let begun = self.pending.take(state, browser.as_ref(), Instant::now()).ok_or_else(stale)?;
        // The provider sends people back without a code when they did not log in there.
        let code = code.ok_or_else(|| refused("no code came back"))?;
        let provider = self.provider().await?;
        let http = self.http();
        let exchange =
            provider.exchange_code(AuthorizationCode::new(code)).map_err(|_| unreachable("no token address"))?;
        let answer = exchange.set_pkce_verifier(begun.verifier).request_async(&http).await;
        let answer = answer.map_err(|fault| match fault {
            openidconnect::RequestTokenError::Request(fault) => unreachable(&fault.to_string()),
            _ => refused("the code was refused"),
        })?;
        let token = answer.id_token().ok_or_else(|| refused("there is no ID token"))?;
        let verifier = provider.id_token_verifier().set_allowed_algs(SIGNED);
        // Issuer, audience, end, nonce and signature.
        let claims = token.claims(&verifier, &begun.nonce).map_err(|_| refused("the ID token does not hold"))?;
        let who = Federated { uitgever: self.config.uitgever.clone(), onderwerp: claims.subject().as_str().to_owned() };
        Ok((who, claims.additional_claims().bound(&self.config)))
    }

    fn http(&self) -> impl Fn(openidconnect::HttpRequest) -> HttpAnswer + use<> {
        let http = self.http.clone();
        move |request| Box::pin(http.clone().ask(request))
    }

    fn known(&self) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, metadata)| metadata.clone())
    }

    /// The provider, as it published itself not long ago.
    async fn provider(&self) -> Result<Provider, Problem> {
        let metadata = match self.known() {
            Some(metadata) => metadata,
            None => {
                let http = self.http();
                let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &http).await;
                let found = found.map_err(|fault| match fault {
                    openidconnect::DiscoveryError::Request(fault) => unreachable(&fault.to_string()),
                    _ => unreachable("what it publishes of itself is not right"),
                })?;
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                *known = Some((Instant::now(), found.clone()));
                found
            }
        };
        let client_id = ClientId::new(self.config.client_id.clone());
        let provider = Client::from_provider_metadata(metadata, client_id, self.secret.clone());
        Ok(provider.set_redirect_uri(self.back.clone()))
    }
}

type HttpAnswer = std::pin::Pin<Box<dyn Future<Output = Result<openidconnect::HttpResponse, HttpFault>> + Send>>;

/// The provider did not answer as one; the reason is for the operator.
fn unreachable(why: &str) -> Problem {
    tracing::error!(why, "de aanmeldvoorziening geeft geen bruikbaar antwoord");
    let what = "de aanmeldvoorziening geeft geen bruikbaar antwoord";
    let remedy = "Probeer het zo nog eens; blijft het zo, laat de beheerder in het logboek van de dienst kijken.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "oidc-onbereikbaar", what, remedy)
}

/// The provider, or what it sent, does not stand for this person.
fn refused(why: &'static str) -> Problem {
    tracing::warn!(why, "de aanmeldvoorziening staat niet in voor wie zich aanmeldt");
    let what = "de aanmeldvoorziening staat niet in voor deze aanmelding";
    Problem::new(StatusCode::UNAUTHORIZED, "oidc-geweigerd", what, "Begin opnieuw met aanmelden.")
}

fn stale() -> Problem {
    let what = "deze aanmelding is verlopen, al gebruikt, of in een andere browser begonnen";
    Problem::new(StatusCode::UNAUTHORIZED, "oidc-staat", what, "Begin opnieuw met aanmelden, in deze browser.")
}
