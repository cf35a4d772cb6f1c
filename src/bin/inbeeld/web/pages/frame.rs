//! What stands around every page: its title, who is logged in, where they can go, and what went wrong.

use super::assets::{SCRIPT, STYLE};
use super::routes::PAGES;
use super::words;
use crate::web::call::Call;
use crate::web::guard::allowed;
use crate::web::problem::{Fault, Problem};
use axum::http::{Method, StatusCode};

/// Where somebody can go from every page. Who may, stands in the table of routes alone.
const NAV: &[(&str, &str)] = &[
    ("/toezicht", "Toezicht"),
    ("/maand", "Deze maand"),
    ("/leveringen", "Leveringen"),
    ("/besluiten", "Te beslissen"),
    ("/koppelingen", "Koppelingen"),
    ("/vrijgaven", "Uitkomsten"),
    ("/lijsten", "Lijsten"),
    ("/doelbindingen", "Doelbindingen"),
    ("/register", "Register"),
    ("/kalender", "Kalender"),
    ("/perioden", "Periodesleutels"),
    ("/bewaren", "Bewaren"),
    ("/auditlogboek", "Auditlogboek"),
    ("/verantwoording", "Verantwoording"),
    ("/meter", "Herleidbaarheid"),
    ("/accounts", "Accounts"),
    ("/bronnen", "Bronnen"),
    ("/gezondheid", "Gezondheid"),
    ("/beginnen", "Eerste stappen"),
];

/// What stands around a page.
pub(super) struct Frame {
    pub(super) titel: String,
    /// Name and role of who is logged in.
    pub(super) wie: Option<(String, String)>,
    pub(super) nav: Vec<Link>,
    pub(super) melding: Option<Notice>,
    pub(super) stijl: &'static str,
    pub(super) script: &'static str,
}

/// One of the ways to go.
pub(super) struct Link {
    pub(super) adres: &'static str,
    pub(super) naam: &'static str,
    /// Whether this is where one is.
    pub(super) hier: bool,
}

/// Something that a page says before all else.
pub(super) struct Notice {
    pub(super) fout: bool,
    pub(super) kop: String,
    pub(super) wat: String,
    pub(super) doe: String,
    pub(super) fouten: Vec<NoticeFault>,
}

/// One fault, at the label of its field.
pub(super) struct NoticeFault {
    /// Name of the field, where the page has it.
    pub(super) veld: Option<&'static str>,
    pub(super) plek: String,
    pub(super) wat: String,
    pub(super) doe: String,
}

impl Frame {
    /// Around a page of who asks, at this place among the ways to go.
    pub(super) fn of(call: &Call, titel: &str, here: &str) -> Self {
        let session = call.session().ok();
        let may = |address: &str| {
            let route = PAGES.iter().find(|route| route.path == address && route.method == Method::GET);
            route.is_some_and(|route| {
                session.is_some() && allowed(&call.app, route.who, session.map(|session| &session.bound)).is_ok()
            })
        };
        let nav = NAV.iter().filter(|(address, _)| may(address));
        Self {
            wie: session.map(|session| (session.naam.as_str().to_owned(), words::account(&session.bound))),
            nav: nav.map(|(adres, naam)| Link { adres, naam, hier: *adres == here }).collect(),
            ..Self::bare(titel)
        }
    }

    /// Around a page of which nobody knows who asks.
    pub(super) fn bare(titel: &str) -> Self {
        Self {
            titel: titel.to_owned(),
            wie: None,
            nav: Vec::new(),
            melding: None,
            stijl: STYLE.address(),
            script: SCRIPT.address(),
        }
    }

    /// The same, with something to say first.
    pub(super) fn saying(mut self, notice: impl Into<Option<Notice>>) -> Self {
        self.melding = notice.into();
        self
    }
}

impl Notice {
    /// Something went well.
    pub(super) fn done(kop: &str, wat: &str) -> Self {
        Self { fout: false, kop: kop.to_owned(), wat: wat.to_owned(), doe: String::new(), fouten: Vec::new() }
    }

    /// What was sent is refused; `labels` are the fields of the page.
    pub(super) fn of(problem: &Problem, labels: &[(&'static str, &str)]) -> Self {
        let told = problem.explained();
        let fault = |fault: Fault| {
            let field = labels.iter().find(|(name, _)| *name == fault.plek);
            let plek = field.map_or_else(|| fault.plek.clone(), |(_, label)| (*label).to_owned());
            NoticeFault { veld: field.map(|(name, _)| *name), plek, wat: fault.wat, doe: fault.doe }
        };
        Self {
            fout: true,
            kop: words::heading(problem.status()).to_owned(),
            wat: words::sentence(&told.wat),
            doe: told.doe,
            fouten: told.fouten.into_iter().map(fault).collect(),
        }
    }

    /// A page is refused; what a program is told to do is no help to who reads.
    pub(super) fn refusal(problem: &Problem) -> Self {
        let doe = match problem.status() {
            StatusCode::NOT_FOUND => {
                "Ga terug, of begin bij de beginbladzijde. Misschien is het adres verkeerd overgenomen."
            }
            StatusCode::FORBIDDEN if problem.code() == "niet-voor-deze-rol" => {
                "Ga naar de beginbladzijde van uw eigen rol, of meld u aan met het account dat dit wel mag."
            }
            StatusCode::FORBIDDEN if problem.code() == "herkomst" => {
                "Begin bij de beginbladzijde van deze dienst en doe het daar opnieuw."
            }
            StatusCode::METHOD_NOT_ALLOWED => "Begin bij de beginbladzijde.",
            StatusCode::TOO_MANY_REQUESTS => "Wacht een minuut en probeer het opnieuw.",
            _ => return Self::of(problem, &[]),
        };
        Self { doe: doe.to_owned(), ..Self::of(problem, &[]) }
    }

    /// What is wrong with a field.
    pub(super) fn at(&self, name: &str) -> Option<String> {
        let fault = self.fouten.iter().find(|fault| fault.veld == Some(name))?;
        Some(format!("{}. {}", words::sentence(&fault.wat).trim_end_matches('.'), fault.doe))
    }
}

/// A field of a form.
pub(super) struct Field {
    pub(super) naam: &'static str,
    pub(super) label: &'static str,
    pub(super) uitleg: &'static str,
    /// The type of the input.
    pub(super) soort: &'static str,
    pub(super) waarde: String,
    /// What a browser may fill in.
    pub(super) aanvullen: &'static str,
    pub(super) verplicht: bool,
    pub(super) fout: Option<String>,
}

impl Field {
    pub(super) fn new(naam: &'static str, label: &'static str) -> Self {
        Self {
            naam,
            label,
            uitleg: "",
            soort: "text",
            waarde: String::new(),
            aanvullen: "off",
            verplicht: true,
            fout: None,
        }
    }

    pub(super) fn explained(mut self, uitleg: &'static str) -> Self {
        self.uitleg = uitleg;
        self
    }

    pub(super) fn kind(mut self, soort: &'static str, aanvullen: &'static str) -> Self {
        self.soort = soort;
        self.aanvullen = aanvullen;
        self
    }

    pub(super) fn optional(mut self) -> Self {
        self.verplicht = false;
        self
    }

    /// With what was filled in before, and what was wrong with it.
    pub(super) fn after(mut self, waarde: Option<String>, notice: Option<&Notice>) -> Self {
        self.waarde = waarde.unwrap_or_default();
        self.fout = notice.and_then(|notice| notice.at(self.naam));
        self
    }
}

/// What a form said under a name, to show it again; never a secret.
pub(super) fn said(call: &Call, name: &str) -> Option<String> {
    let pairs = crate::web::form::pairs(&call.body)?;
    pairs.into_iter().find(|(known, _)| known == name).map(|(_, text)| text.to_string())
}
