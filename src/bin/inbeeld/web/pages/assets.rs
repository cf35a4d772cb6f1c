//! Style, script and mark: our own, in the program itself, each under an address that changes with it.

use crate::web::call::{Answer, Call};
use crate::web::respond::typed;
use axum::http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One file.
pub(super) struct Asset {
    kind: &'static str,
    text: &'static str,
    address: LazyLock<String>,
}

pub(super) static STYLE: Asset = Asset {
    kind: "text/css; charset=utf-8",
    text: include_str!("vast/stijl.css"),
    address: LazyLock::new(|| address("/stijl.css", include_str!("vast/stijl.css"))),
};
pub(super) static SCRIPT: Asset = Asset {
    kind: "text/javascript; charset=utf-8",
    text: include_str!("vast/inbeeld.js"),
    address: LazyLock::new(|| address("/inbeeld.js", include_str!("vast/inbeeld.js"))),
};
static MARK: Asset = Asset {
    kind: "image/svg+xml",
    text: include_str!("vast/merk.svg"),
    address: LazyLock::new(|| "/merk.svg".to_owned()),
};

/// The path with the beginning of the hash of what stands there.
fn address(path: &str, text: &str) -> String {
    let hash = Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{path}?{hash}")
}

impl Asset {
    /// Where a page finds it.
    pub(super) fn address(&'static self) -> &'static str {
        &self.address
    }

    fn sent(&self) -> Answer {
        let mut response = typed(StatusCode::OK, self.kind, self.text.as_bytes().to_vec());
        let long = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, long);
        Ok(response)
    }
}

pub(super) async fn style(_: Call) -> Answer {
    STYLE.sent()
}

pub(super) async fn script(_: Call) -> Answer {
    SCRIPT.sent()
}

pub(super) async fn mark(_: Call) -> Answer {
    MARK.sent()
}
