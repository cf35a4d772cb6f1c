//! From what the provider says of somebody to one role.

use crate::web::config::Oidc;
use crate::web::problem::Problem;
use axum::http::StatusCode;
use inbeeld::access::Bound;
use inbeeld::terms::{AccountRol, Gemeente, Oin};
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The claims that the standard does not know, by their name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Claims(BTreeMap<String, Value>);

impl AdditionalClaims for Claims {}

impl Claims {
    /// The texts of a claim that is one text or a list of them.
    fn texts(&self, name: &str) -> Vec<&str> {
        match self.0.get(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The one text of a claim, of this form.
    fn one<T, E>(&self, name: Option<&String>, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        match self.texts(name?).as_slice() {
            [text] => parse(text).ok(),
            _ => None,
        }
    }

    /// The role, with what binds it. Who has none here, or two, is refused: one person has one role.
    pub(crate) fn bound(&self, config: &Oidc) -> Result<Bound, Problem> {
        let texts = self.texts(&config.claim_rol);
        let roles: BTreeSet<AccountRol> = texts.iter().filter_map(|text| config.rollen.get(*text)).copied().collect();
        let mut roles = roles.into_iter();
        let rol = match (roles.next(), roles.next()) {
            (Some(rol), None) => rol,
            (None, _) => {
                let what = "uw aanmeldvoorziening noemt geen rol die u hier heeft";
                let remedy = "Vraag de beheerder van uw aanmeldvoorziening om een rol voor inbeeld.";
                return Err(refused("oidc-rol-onbekend", what, remedy));
            }
            (Some(_), Some(_)) => {
                let what = "uw aanmeldvoorziening noemt meer dan één rol, en hier heeft iemand er één";
                let remedy = "Vraag de beheerder van uw aanmeldvoorziening om één rol voor inbeeld over te laten.";
                return Err(refused("oidc-rol-meer", what, remedy));
            }
        };
        let parse = |text: &str| Gemeente::parse(text.as_bytes());
        let gemeente = self.one(config.claim_gemeente.as_ref(), parse).filter(|_| rol == AccountRol::Gemeente);
        let oin = self.one(config.claim_oin.as_ref(), Oin::parse).filter(|_| rol == AccountRol::Bronhouder);
        Bound::new(rol, gemeente, oin).map_err(|_| {
            let what = "bij uw rol hoort een gemeentecode of OIN, en uw aanmeldvoorziening noemt die niet of niet goed";
            let remedy =
                "Vraag de beheerder van uw aanmeldvoorziening om één gemeentecode (vier cijfers) of OIN (twintig).";
            refused("oidc-binding", what, remedy)
        })
    }
}

fn refused(code: &'static str, what: &str, remedy: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, what, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config() -> Oidc {
        let rollen =
            [("kop", AccountRol::Coordinator), ("gem", AccountRol::Gemeente), ("bron", AccountRol::Bronhouder)];
        Oidc {
            claim_rol: "rollen".to_owned(),
            claim_gemeente: Some("gemeente".to_owned()),
            claim_oin: Some("oin".to_owned()),
            rollen: rollen.map(|(text, rol)| (text.to_owned(), rol)).into(),
            ..Oidc::default()
        }
    }

    fn of(claims: Value) -> Result<Bound, Problem> {
        serde_json::from_value::<Claims>(claims).unwrap().bound(&config())
    }

    #[test]
    fn one_role_with_what_binds_it_and_nothing_else() {
        let good = |claims: Value| of(claims).unwrap();
        assert_eq!(good(json!({ "rollen": "kop" })).rol(), AccountRol::Coordinator);
        assert_eq!(good(json!({ "rollen": ["iets", "kop", "kop"], "gemeente": "0193" })).gemeente(), None);
        let zwolle = good(json!({ "rollen": ["gem"], "gemeente": ["0193"] }));
        assert_eq!(zwolle.gemeente().map(|code| code.to_string()).as_deref(), Some("0193"));
        let uwv = good(json!({ "rollen": ["bron"], "oin": "00000001003214345000", "gemeente": "x" }));
        assert_eq!(uwv.oin().map(Oin::as_str), Some("00000001003214345000"));
    }

    #[test]
    fn who_has_no_role_or_two_or_no_code_is_refused() {
        for (claims, code) in [
            (json!({}), "oidc-rol-onbekend"),
            (json!({ "rollen": "KOP" }), "oidc-rol-onbekend"),
            (json!({ "rollen": { "kop": true } }), "oidc-rol-onbekend"),
            (json!({ "rollen": ["kop", "gem"], "gemeente": "0193" }), "oidc-rol-meer"),
            (json!({ "rollen": "gem" }), "oidc-binding"),
            (json!({ "rollen": "gem", "gemeente": "Zwolle" }), "oidc-binding"),
            (json!({ "rollen": "gem", "gemeente": 193 }), "oidc-binding"),
            (json!({ "rollen": "gem", "gemeente": ["0193", "0148"] }), "oidc-binding"),
            (json!({ "rollen": "bron", "gemeente": "0193" }), "oidc-binding"),
        ] {
            assert_eq!(of(claims.clone()).unwrap_err().code(), code, "{claims}");
        }
    }
}
