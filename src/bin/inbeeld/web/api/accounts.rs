//! Accounts: making, closing, beginning again, and taking one into use.

use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::problem::{Fault, Problem};
use crate::web::respond;
use axum::http::StatusCode;
use inbeeld::access::{AccessFault, Account, AccountNaam, Bound, Token, TotpSecret, Wachtwoord};
use inbeeld::audit::Act;
use inbeeld::fault::Explain;
use inbeeld::store::db::Invitation;
use inbeeld::terms::{AccountRol, Gemeente, Invalid, Oin};
use serde::Serialize;
use utoipa::ToSchema;

/// Een account zoals een beheerder het ziet.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct Shown {
    /// De naam.
    pub(crate) naam: String,
    /// De rol.
    pub(crate) rol: &'static str,
    /// Van een gemeente haar code.
    pub(crate) gemeente: Option<String>,
    /// Van een bronhouder zijn OIN.
    pub(crate) oin: Option<String>,
    /// uitgenodigd, actief of geblokkeerd.
    pub(crate) staat: &'static str,
    /// Van wie zich bij een aanmeldvoorziening aanmeldt: hoe die hem noemt.
    pub(crate) onderwerp: Option<String>,
}

/// Alle accounts.
#[derive(Serialize, ToSchema)]
#[schema(as = Accounts)]
pub(crate) struct All {
    accounts: Vec<Shown>,
}

/// Een nieuw account.
#[derive(ToSchema)]
#[schema(as = NieuwAccount)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct New {
    /// 2 tot 64 kleine letters, cijfers, `.`, `-`, `_` of `@`, te beginnen met een letter.
    #[schema(pattern = "^[a-z][a-z0-9._@-]{1,63}$", max_length = 64)]
    naam: String,
    /// bronhouder, coordinator, vrijgever, privacy-officer, gemeente of beheerder.
    #[schema(pattern = "^(bronhouder|coordinator|vrijgever|privacy-officer|gemeente|beheerder)$")]
    rol: String,
    /// Verplicht voor een gemeente, en alleen daarvoor: vier cijfers (CBS).
    #[schema(pattern = "^[0-9]{4}$")]
    gemeente: Option<String>,
    /// Verplicht voor een bronhouder, en alleen daarvoor: twintig cijfers.
    #[schema(pattern = "^[0-9]{20}$")]
    oin: Option<String>,
}

/// Waarmee iemand een account in gebruik neemt; één keer te lezen.
#[derive(Serialize, ToSchema)]
#[schema(as = Uitnodiging)]
pub(crate) struct Invited {
    /// De naam van het account.
    pub(crate) naam: String,
    /// De code, voor degene van wie het account is.
    pub(crate) activeringscode: String,
    /// Tot wanneer zij geldt, UTC.
    #[schema(format = DateTime)]
    pub(crate) geldig_tot: String,
}

/// Hoe iemand een account in gebruik neemt.
#[derive(ToSchema)]
#[schema(as = Activering)]
#[expect(dead_code, reason = "describes what is read field by field")]
pub(crate) struct Activation {
    /// De naam van het account.
    #[schema(pattern = "^[a-z][a-z0-9._@-]{1,63}$", max_length = 64)]
    naam: String,
    /// De code die de beheerder gaf.
    #[schema(max_length = 256)]
    activeringscode: String,
    /// Het wachtwoord dat u kiest: 12 tot 128 tekens.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    wachtwoord: String,
}

/// De tweede factor, voor in de app; één keer te lezen. In een demo zijn beide leeg.
#[derive(Serialize, ToSchema)]
#[schema(as = TweedeFactor)]
pub(crate) struct Factor {
    /// Om over te typen.
    pub(crate) geheim: Option<String>,
    /// Om te scannen.
    pub(crate) adres: Option<String>,
}

fn shown(account: &Account) -> Shown {
    Shown {
        naam: account.naam.as_str().to_owned(),
        rol: account.bound.rol().as_str(),
        gemeente: account.bound.gemeente().map(|code| code.to_string()),
        oin: account.bound.oin().map(|oin| oin.as_str().to_owned()),
        staat: account.staat.as_str(),
        onderwerp: account.onderwerp.clone(),
    }
}

fn invited(naam: &AccountNaam, invitation: &Invitation) -> Invited {
    Invited {
        naam: naam.as_str().to_owned(),
        activeringscode: invitation.code.as_str().to_owned(),
        geldig_tot: invitation.until.to_string(),
    }
}

/// De accounts, op naam.
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts",
    responses((status = 200, description = "Alle accounts", body = All)))]
pub(crate) async fn list(call: Call) -> Answer {
    respond::json(StatusCode::OK, &All { accounts: all(&call).await? })
}

/// Every account, by name.
pub(crate) async fn all(call: &Call) -> Result<Vec<Shown>, Problem> {
    let accounts = blocking(&call.app, |app| Ok(app.database.accounts()?)).await?;
    Ok(accounts.iter().map(shown).collect())
}

/// Maakt een account; degene van wie het is, neemt het met de code in gebruik.
#[utoipa::path(post, path = "/v1/accounts", tag = "accounts", request_body = New,
    responses((status = 201, description = "Gemaakt", body = Invited),
        (status = 409, description = "De naam bestaat al", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(call: Call) -> Answer {
    respond::json(StatusCode::CREATED, &made(&call).await?)
}

/// Makes the account that was asked for.
pub(crate) async fn made(call: &Call) -> Result<Invited, Problem> {
    let mut fields = call.fields()?;
    let naam = fields.parsed("naam", AccountNaam::parse);
    let expected = "bronhouder, coordinator, vrijgever, privacy-officer, gemeente of beheerder";
    let rol = fields.parsed("rol", |text| AccountRol::parse(text.as_bytes()).ok_or(Invalid { expected }));
    let gemeente = fields.may_parse("gemeente", |text| Gemeente::parse(text.as_bytes()));
    let oin = fields.may_parse("oin", Oin::parse);
    fields.finish()?;
    let (Some(naam), Some(rol)) = (naam, rol) else { return Err(Problem::internal()) };
    let bound = Bound::new(rol, gemeente, oin).map_err(|fault| {
        Problem::invalid(vec![Fault { plek: "rol".to_owned(), wat: fault.to_string(), doe: fault.remedy() }])
    })?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::NewAccount, Some(naam.as_str()), |_| {
            let invitation = app.database.new_account(&naam, &bound, app.now())?;
            Ok::<_, Problem>(invited(&naam, &invitation))
        })
    })
    .await
}

/// Sluit een account en beëindigt zijn sessies.
#[utoipa::path(post, path = "/v1/accounts/{naam}/_blokkeer", tag = "accounts",
    params(("naam" = String, Path, description = "De naam van het account")),
    responses((status = 204, description = "Gesloten"),
        (status = 404, description = "Er is geen account met deze naam", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Het is de laatste beheerder", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn block(call: Call) -> Answer {
    blocked(&call).await?;
    Ok(respond::empty())
}

/// Closes the account in the path.
pub(crate) async fn blocked(call: &Call) -> Result<(), Problem> {
    call.nothing()?;
    let naam = named(call)?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::Block, Some(naam.as_str()), |_| Ok::<_, Problem>(app.database.block(&naam)?))
    })
    .await
}

/// Begint een account opnieuw: wachtwoord en app gelden niet meer, de nieuwe code wel. Van wie zich bij een
/// aanmeldvoorziening aanmeldt, gaat het account alleen weer open.
#[utoipa::path(post, path = "/v1/accounts/{naam}/_herstel", tag = "accounts",
    params(("naam" = String, Path, description = "De naam van het account")),
    responses((status = 200, description = "Opnieuw begonnen", body = Invited),
        (status = 204, description = "Weer open; er is geen code nodig"),
        (status = 404, description = "Er is geen account met deze naam", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Het is de laatste beheerder", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reset(call: Call) -> Answer {
    begun_again(&call).await?.map_or_else(|| Ok(respond::empty()), |told| respond::json(StatusCode::OK, &told))
}

/// Begins the account in the path again; without a code for who logs in elsewhere.
pub(crate) async fn begun_again(call: &Call) -> Result<Option<Invited>, Problem> {
    call.nothing()?;
    let naam = named(call)?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::Reset, Some(naam.as_str()), |_| {
            let invitation = app.database.reset(&naam, app.now())?;
            Ok::<_, Problem>(invitation.map(|invitation| invited(&naam, &invitation)))
        })
    })
    .await
}

/// The account in the path; what is no name is no account.
fn named(call: &Call) -> Result<AccountNaam, Problem> {
    AccountNaam::parse(call.part(0)).map_err(|_| inbeeld::store::db::DbFault::NoAccount.into())
}

/// Neemt een account in gebruik, met de code van de beheerder en een eigen wachtwoord.
#[utoipa::path(post, path = "/v1/accounts/_activeer", tag = "accounts", request_body = Activation,
    responses((status = 200, description = "In gebruik; zet de tweede factor in een app", body = Factor),
        (status = 401, description = "De code klopt niet", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn activate(call: Call) -> Answer {
    respond::json(StatusCode::OK, &activated(&call).await?)
}

/// Takes the account that was named into use.
pub(crate) async fn activated(call: &Call) -> Result<Factor, Problem> {
    call.app.local()?;
    let mut fields = call.fields()?;
    let naam = fields.parsed("naam", AccountNaam::parse);
    let code = fields.text("activeringscode", 256);
    let wachtwoord = Wachtwoord::new(fields.text("wachtwoord", 1024));
    fields.finish()?;
    let Some(naam) = naam else { return Err(Problem::internal()) };
    wachtwoord.strong_for(&naam).map_err(|fault| {
        Problem::invalid(vec![Fault { plek: "wachtwoord".to_owned(), wat: fault.to_string(), doe: fault.remedy() }])
    })?;
    let mut taken = call.app.hashing.take().await?;
    let actor = call.actor();
    blocking(&call.app, move |app| {
        app.act(&actor, Act::Activate, None, |object| {
            let code = Token::given(&code).ok_or(AccessFault::Activation)?;
            app.database.invited(&naam, &code, app.now())?;
            *object = Some(naam.as_str().to_owned());
            let totp = if app.config.demo { None } else { Some(TotpSecret::fresh()?) };
            let hashed = wachtwoord.hash(taken.room())?;
            app.database.activate((&naam, &code), &hashed, totp.as_ref(), app.now())?;
            Ok::<_, Problem>(Factor {
                geheim: totp.as_ref().map(|totp| totp.base32().as_str().to_owned()),
                adres: totp.as_ref().map(|totp| totp.address(&naam).as_str().to_owned()),
            })
        })
    })
    .await
}
