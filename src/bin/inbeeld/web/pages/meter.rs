//! The herleidbaarheidsmeter: which key lies where, and how soon who had them together would know every BSN.

use super::answers::page;
use super::frame::Frame;
use super::words;
use crate::cli::meet_sleutelhash;
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use askama::Template;

/// Numbers below a milliard that pass the 11-proef: every BSN there can be.
const BSNS: f64 = 90_909_090.0;

#[derive(Template)]
#[template(path = "meter.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    sleutels: Vec<Key>,
    wegen: Vec<Way>,
    kernen: usize,
    per_hash: String,
}

/// A key, and where it lies.
struct Key {
    naam: &'static str,
    waar: String,
    hier: bool,
}

/// What somebody would hold, and what that opens.
struct Way {
    wat: &'static str,
    opent: &'static str,
    duur: Option<String>,
}

/// The keys and the seconds, measured now.
pub(super) async fn show(call: Call) -> Answer {
    let kader = Frame::of(&call, "Herleidbaarheid", "/meter");
    let (nanoseconds, open) = blocking(&call.app, |app| {
        let known = app.database.periods()?;
        let open = known.iter().filter(|record| app.period_key(record.periode).is_some()).count();
        Ok((meet_sleutelhash::here(), open))
    })
    .await?;
    let kernen = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    // One hash makes a pseudonym; what lies here was hashed once more.
    let seconds = |hashes: f64| Some(decimal(hashes * BSNS * nanoseconds / 1e9 / kernen as f64));
    let key = |naam, waar: &str, hier| Key { naam, waar: waar.to_owned(), hier };
    let months = words::count(open, "maand is", "maanden zijn");
    let sleutels = vec![
        key("koppelsleutel", "bij de bronnen; een dienst die haar heeft, start niet", false),
        key("deel A", "hier, als bestand van de beheerder", true),
        key(
            "deel B",
            &format!(
                "bij de FG of de contactgemeente; hier in het geheugen zolang een maand open is ({months} nu open)"
            ),
            open > 0,
        ),
        key("intrekking en logboek", "hier, als bestanden van de beheerder", true),
        key("verwijzing en identiteit", "elk bij haar eigen gemeente", false),
        key("ondertekening", "bij wie tekent", false),
    ];
    let way = |wat, opent, duur| Way { wat, opent, duur };
    let wegen = vec![
        way(
            "alleen wat hier ligt: deel A, intrekking, logboek",
            "geen BSN: wat hier ligt, is gehasht met een sleutel die hier niet is",
            None,
        ),
        way("daarbij deel B", "de regels van die maand, zonder BSN", None),
        way("de koppelsleutel, en een bestand van een bron", "elk BSN in dat bestand", seconds(1.0)),
        way("de koppelsleutel, deel A en deel B", "elk BSN in de leveringen van die maand", seconds(2.0)),
        way(
            "de koppelsleutel, en intrekking of logboek",
            "elk BSN achter een merk of in het Logboek Dataverwerkingen",
            seconds(2.0),
        ),
    ];
    let per_hash = decimal(nanoseconds);
    page(&Page { kader, sleutels, wegen, kernen, per_hash })
}

/// One decimal, as the Dutch write it.
fn decimal(number: f64) -> String {
    format!("{number:.1}").replace('.', ",")
}
