//! One request that the guard let through, as a route sees it.

use super::app::App;
use super::fields::Fields;
use super::form;
use super::problem::Problem;
use super::upload::Upload;
use axum::body::Body;
use axum::http::{HeaderMap, Response};
use inbeeld::access::{Bound, Session, Token};
use inbeeld::audit::Actor;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use zeroize::Zeroizing;

/// What a route gives back.
pub(crate) type Answer = Result<Response<Body>, Problem>;

/// What does the work of a route.
pub(crate) type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Who asks.
pub(crate) enum Caller {
    /// Somebody who showed nothing.
    Nobody,
    /// Whoever holds this session, and its cookie.
    Person(Session, Token),
    /// The machine of a source, by the certificate of its connection.
    Source(Bound),
}

impl Caller {
    /// In which role.
    pub(crate) fn bound(&self) -> Option<&Bound> {
        match self {
            Self::Nobody => None,
            Self::Person(session, _) => Some(&session.bound),
            Self::Source(bound) => Some(bound),
        }
    }

    /// As the audit log names them.
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Nobody => Actor::Nobody,
            Self::Person(session, _) => {
                Actor::Account { naam: session.naam.as_str().to_owned(), rol: session.bound.rol() }
            }
            // The role has an OIN, always.
            Self::Source(bound) => bound.oin().map_or(Actor::Nobody, Actor::certificate),
        }
    }
}

/// One request that the guard let through.
pub(crate) struct Call {
    pub(crate) app: Arc<App>,
    /// Who asks; nobody only at routes that are open.
    pub(crate) who: Caller,
    /// What stands in the variable places of the path, in order.
    pub(crate) path: Vec<String>,
    /// What stands behind the question mark.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// Whether a page is asked for, at a route that has one.
    pub(crate) wants_page: bool,
    /// Whether a form was sent, and no JSON.
    pub(crate) form: bool,
    /// What was sent, wiped when dropped.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// What is still being sent, at a route that takes in files.
    pub(crate) upload: Option<Upload>,
}

impl Call {
    /// What stands in a variable place of the path.
    pub(crate) fn part(&self, at: usize) -> &str {
        self.path.get(at).map_or("", String::as_str)
    }

    /// What stands under a name behind the question mark; nothing where it is empty.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        let pairs = form::pairs(self.query.as_bytes()).unwrap_or_default();
        let found = pairs.into_iter().find(|(known, text)| known == name && !text.is_empty());
        found.map(|(_, text)| text.to_string())
    }

    /// What was sent, field by field.
    pub(crate) fn fields(&self) -> Result<Fields<'_>, Problem> {
        if self.form { Fields::form(&self.body) } else { Fields::read(&self.body) }
    }

    /// Nothing is asked, so nothing may be sent but an empty object or form.
    pub(crate) fn nothing(&self) -> Result<(), Problem> {
        if self.body.is_empty() { Ok(()) } else { self.fields()?.finish() }
    }

    /// The number that stands in the first variable place of the path; what is no number, does not exist.
    pub(crate) fn number(&self) -> Result<u64, Problem> {
        self.part(0).parse().map_err(|_| Problem::not_found())
    }

    /// Who asks, as the audit log names it.
    pub(crate) fn actor(&self) -> Actor {
        self.who.actor()
    }

    /// In which role somebody asks, at a route that is for somebody.
    pub(crate) fn bound(&self) -> Result<&Bound, Problem> {
        self.who.bound().ok_or_else(Problem::not_logged_in)
    }

    /// Who asks, at a route that is for people.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        match &self.who {
            Caller::Person(session, _) => Ok(session),
            Caller::Nobody | Caller::Source(_) => Err(Problem::not_logged_in()),
        }
    }
}
