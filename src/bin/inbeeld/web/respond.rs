//! Answers, and the headers that each of them has.

use super::problem::Problem;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use inbeeld::terms::Sha256Hash;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Version of the API, in every answer (API Design Rules, "API-Version").
pub(crate) const API_VERSION: &str = "1.0.0";

/// Header with the head of the audit log.
const AUDIT_HEAD: HeaderName = HeaderName::from_static("audit-kop");

/// Nothing may be loaded, framed or sent by what we answer.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: &[(&str, &str)] = &[
    ("api-version", API_VERSION),
    ("cache-control", "no-store"),
    ("content-security-policy", NOTHING),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Adds what every answer has, where the answer does not say it itself.
pub(crate) fn with_headers(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in HEADERS {
        response.headers_mut().entry(*name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Result<Response<Body>, Problem> {
    let body = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
    Ok(typed(status, "application/json", body))
}

/// A page that stands on its own; its own style, and nothing else, is let through.
pub(crate) fn page(html: String) -> Response<Body> {
    let mut styles = String::new();
    for part in html.split("<style>").skip(1) {
        let style = part.split("</style>").next().unwrap_or_default();
        styles.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(style))));
    }
    let policy = if styles.is_empty() { NOTHING.to_owned() } else { format!("{NOTHING}; style-src{styles}") };
    let mut response = typed(StatusCode::OK, "text/html; charset=utf-8", html.into_bytes());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A file to keep, and the head of the audit log that tells of its being fetched.
pub(crate) fn file(name: &str, bytes: Vec<u8>, audit_head: Sha256Hash) -> Response<Body> {
    let mut response = typed(StatusCode::OK, "application/octet-stream", bytes);
    // Names of ours, of letters, digits and a few signs.
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let head = HeaderValue::from_str(&audit_head.to_string());
    for (header, value) in [(header::CONTENT_DISPOSITION, disposition), (AUDIT_HEAD, head)] {
        if let Ok(value) = value {
            response.headers_mut().insert(header, value);
        }
    }
    response
}

/// Done, and there is nothing to say.
pub(crate) fn empty() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

pub(crate) fn typed(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
