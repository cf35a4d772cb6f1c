//! `controleer`: manifests that are refused.

use crate::geval::{Case, one};
use crate::levering::{Levering, MARKER};

type Edit = (&'static str, &'static str, &'static str, &'static str);

/// Name, what it is about, and what stands in the manifest in the place of what.
const EDITS: &[Edit] = &[
    ("komma-te-veel", "a comma too many: told where JSON ends, on line 14", "08:30:00Z\"", "08:30:00Z\","),
    ("sleutel-ontbreekt", "keys missing", "  \"regio\": \"10\",\n  \"periode\": \"2026-10\",\n", ""),
    ("sleutel-onbekend", "an unknown key", "\"regio\"", "\"GEHEIM1234\": \"GEHEIM1234\", \"regio\""),
    ("sleutel-onbekend-binnen", "an unknown key in leverancier", "{ \"oin\"", "{ \"GEHEIM1234\": 1, \"oin\""),
    ("sleutel-dubbel", "a key twice", "\"regio\"", "\"bron\": \"inkomen\", \"regio\""),
    (
        "leverancier-tekst",
        "text for an object",
        "{ \"oin\": \"00000001999990000001\", \"naam\": \"Verzonnen bron\" }",
        "\"GEHEIM1234\"",
    ),
    (
        "leverancier-leeg",
        "an empty object",
        "{ \"oin\": \"00000001999990000001\", \"naam\": \"Verzonnen bron\" }",
        "{}",
    ),
    ("oin-kort", "an OIN of 19 digits", "00000001999990000001", "0000000199999000001"),
    ("naam-leeg", "a blank name", "Verzonnen bron", "  "),
    ("naam-stuurteken", "a line break in the name", "Verzonnen bron", "GEHEIM1234\\nbrp.csv: goed"),
    ("records-tekst", "a number as text", "<records>", "\"GEHEIM1234\""),
    ("records-negatief", "a negative number", "<records>", "-1"),
    ("records-breuk", "a fraction", "<records>", "1.0"),
    ("records-enorm", "a number beyond 64 bits", "<records>", "18446744073709551616"),
    ("schema", "another schema", "inbeeld/levering/v1", "GEHEIM1234"),
    ("bron-onbekend", "an unknown bron", "\"bron\": \"inkomen\"", "\"bron\": \"GEHEIM1234\""),
    ("regio-getal", "a number for a code", "\"10\"", "10"),
    ("periode-datum", "a date for a month", "\"2026-10\"", "\"2026-10-01\""),
    ("dekking", "another dekking", "volledig", "GEHEIM1234"),
    ("sleutel-id", "a sleutel_id in upper case", "0123456789abcdef", "0123456789ABCDEF"),
    ("sha256-kort", "a short hash", "<sha256>", "abcdef"),
    ("aangemaakt-zone", "a moment in another zone", "08:30:00Z", "08:30:00+01:00"),
    ("aangemaakt-dag", "a day that does not exist", "2026-11-02T", "2026-11-31T"),
    ("own", "onderwijsnummers for inkomen", "\"identificatie\": \"bsn\"", "\"identificatie\": \"own\""),
];

/// A case per edit, and those whose whole text differs.
pub fn cases() -> Vec<Case> {
    let whole = |name, what, text: String| one(name, what, move || Levering::good("inkomen", 2).manifest(&text));
    let mut cases = vec![
        whole("geen-json", "no JSON", format!("bron = {MARKER}\n")),
        whole("leeg", "an empty manifest", String::new()),
        whole("lijst", "a list for an object", format!("[\"{MARKER}\"]\n")),
        whole("afgebroken", "half a manifest", "{\n  \"schema\": \"inbeeld/levering/v1\",\n  \"bron\": \"inko".into()),
        whole("te-groot", "a manifest of 70,000 bytes", format!("{{\"schema\":\"{}\"}}", "x".repeat(70_000))),
        whole("leeg-object", "an object without keys", "{}".into()),
    ];
    for (name, what, from, to) in EDITS {
        cases.push(one(name, what, move || Levering::good("inkomen", 2).with(from, to)));
    }
    cases.push(one("alles-fout", "every value of another type", || {
        let levering = Levering::good("inkomen", 2);
        let keys = ["schema", "bron", "leverancier", "regio", "periode", "dekking", "sleutel_id", "identificatie"];
        let more = ["records", "afgekeurd_bij_bron", "sha256", "aangemaakt"];
        let pairs: Vec<_> = keys.iter().chain(&more).map(|key| format!("\"{key}\": [\"{MARKER}\"]")).collect();
        levering.manifest(&format!("{{{}}}", pairs.join(", ")))
    }));
    cases
}
