//! One request that the guard let through, as a route sees it.

use super::app::App;
use super::fields::Fields;
use super::form;
use super::problem::Problem;
use super::upload::Upload;
use axum::body::Body;
use axum::http::Response;
use inbeeld::access::{Session, Token};
use inbeeld::audit::Actor;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use zeroize::Zeroizing;

/// What a route gives back.
pub(crate) type Answer = Result<Response<Body>, Problem>;

/// What does the work of a route.
pub(crate) type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One request that the guard let through.
pub(crate) struct Call {
    pub(crate) app: Arc<App>,
    /// Who asks, and by which cookie; nobody only at routes that are open.
    pub(crate) who: Option<(Session, Token)>,
    /// What stands in the variable places of the path, in order.
    pub(crate) path: Vec<String>,
    /// What stands behind the question mark.
    pub(crate) query: String,
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

    /// Who asks, as the audit log names it.
    pub(crate) fn actor(&self) -> Actor {
        match &self.who {
            None => Actor::Nobody,
            Some((session, _)) => Actor::Account { naam: session.naam.as_str().to_owned(), rol: session.bound.rol() },
        }
    }

    /// Who asks, at a route that is for somebody.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        self.who.as_ref().map(|(session, _)| session).ok_or_else(Problem::not_logged_in)
    }
}
