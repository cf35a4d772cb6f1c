//! People who log in elsewhere: `[oidc]`.

use super::read::Section;
use crate::web::http::is_here;
use inbeeld::terms::AccountRol;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The provider at which people log in, and what it calls our roles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Oidc {
    /// Issuer: the address of the provider.
    pub(crate) uitgever: String,
    /// Our name there.
    pub(crate) client_id: String,
    /// File with our secret there; without one the provider knows us by PKCE alone.
    pub(crate) client_geheim: Option<PathBuf>,
    /// What to ask for beside `openid`.
    pub(crate) scopes: Vec<String>,
    /// Claims of the role, and of what binds a municipality and a source.
    pub(crate) claim_rol: String,
    pub(crate) claim_gemeente: Option<String>,
    pub(crate) claim_oin: Option<String>,
    /// Which value of the claim is which role.
    pub(crate) rollen: BTreeMap<String, AccountRol>,
    /// Whether local accounts cannot log in.
    pub(crate) alleen: bool,
}

impl Oidc {
    pub(super) fn read(section: &Section<'_, '_>, has_address: bool) -> Option<Self> {
        section.known(&[
            "uitgever",
            "client_id",
            "client_geheim",
            "scopes",
            "claim_rol",
            "claim_gemeente",
            "claim_oin",
            "rollen",
            "alleen",
        ]);
        if !has_address {
            let remedy = "Zet bovenaan adres = \"https://…\", het adres dat browsers gebruiken.";
            section.fault("uitgever", "zonder adres kan niemand van de aanmeldvoorziening terugkomen", remedy);
        }
        let uitgever = section.parsed("uitgever", "https:// en het adres van de uitgever", issuer);
        let client_id = section.parsed("client_id", "een tekst", not_empty);
        let claim_rol = section.parsed("claim_rol", "de naam van een claim", not_empty);
        let claim_gemeente = section.may_parse("claim_gemeente", "de naam van een claim", not_empty);
        let claim_oin = section.may_parse("claim_oin", "de naam van een claim", not_empty);
        let client_geheim = section.may_path("client_geheim");
        let scopes = section.texts("scopes").into_iter().map(|(_, text)| text.to_owned()).collect();
        let rollen = section.section("rollen").map(|rollen| {
            if rollen.is_empty() {
                let remedy = "Noem minstens één waarde van de claim met haar rol.";
                section.fault("rollen", "zo kan niemand zich aanmelden", remedy);
            }
            rollen.named("een rol", |text| AccountRol::parse(text.as_bytes()))
        });
        for (rol, name, claim) in [
            (AccountRol::Gemeente, "claim_gemeente", &claim_gemeente),
            (AccountRol::Bronhouder, "claim_oin", &claim_oin),
        ] {
            if claim.is_none() && rollen.as_ref().is_some_and(|rollen| rollen.values().any(|one| *one == rol)) {
                section.fault(name, &format!("bij de rol {} hoort deze claim", rol.as_str()), "Noem de claim.");
            }
        }
        Some(Self {
            uitgever: uitgever?,
            client_id: client_id?,
            client_geheim,
            scopes,
            claim_rol: claim_rol?,
            claim_gemeente,
            claim_oin,
            rollen: rollen?,
            alleen: section.flag("alleen"),
        })
    }
}

fn not_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The address of an issuer: https, or plain on this machine for a test.
fn issuer(text: &str) -> Option<String> {
    let address = openidconnect::url::Url::parse(text).ok()?;
    let good = match address.scheme() {
        "https" => address.host_str().is_some(),
        "http" => address.host_str().is_some_and(is_here),
        _ => false,
    };
    let plain = address.query().is_none() && address.fragment().is_none() && address.username().is_empty();
    (good && plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_on_this_machine() {
        for good in [
            "https://login.regio.nl",
            "https://login.regio.nl/realms/een",
            "http://127.0.0.1:3000",
            "http://localhost:1",
        ] {
            assert!(issuer(good).is_some(), "{good}");
        }
        for wrong in [
            "http://login.regio.nl",
            "https://",
            "login.regio.nl",
            "https://x.nl/?a=b",
            "https://jan@x.nl",
            "file:///x",
        ] {
            assert!(issuer(wrong).is_none(), "{wrong}");
        }
    }
}
