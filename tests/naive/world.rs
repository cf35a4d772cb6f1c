//! What a koppeling gets to read, as text, and how it stands in files.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The id in [`World::policy_toml`], so also the stem of its file name.
pub const POLICY_ID: &str = "proefwereld";

/// Every source a doelbinding can list, in the order of the contract.
pub const BRONNEN: [&str; 5] = ["onderwijs", "inkomen", "uitkering", "brp", "betrokkenheid"];

/// All input of one koppeling.
#[derive(Debug, Clone)]
pub struct World {
    /// Reference date, `yyyy-mm-dd`.
    pub peildatum: String,
    /// The doelbinding, as far as the classification looks at it.
    pub policy: Policy,
    /// Everything in the folder, also what does not serve.
    pub deliveries: Vec<Delivery>,
}

/// The part of a doelbinding that decides outcomes.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Region code.
    pub regio: String,
    /// CBS codes in scope.
    pub gemeenten: Vec<String>,
    /// Youngest age in scope.
    pub leeftijd_van: i64,
    /// First age out of scope again.
    pub leeftijd_tot: i64,
    /// `oud`, `nieuw` or `alle`.
    pub cohort: String,
    /// Work is strictly more than this.
    pub inkomen_boven_cent: i64,
    /// `peilmaand` or `vorige`; absent means `peilmaand`.
    pub inkomen_maand: Option<String>,
    /// Listed sources, each with the OINs it must hear from, if it names any.
    pub bronnen: BTreeMap<String, Option<Vec<String>>>,
}

/// One data file with its manifest.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Name of the data file.
    pub file: String,
    /// Kind of source.
    pub bron: String,
    /// OIN of the supplier.
    pub oin: String,
    /// Name of the supplier.
    pub naam: String,
    /// `bsn` or `own`.
    pub identificatie: String,
    /// Month the file is about, `yyyy-mm`.
    pub periode: String,
    /// `volledig` or `gedeeltelijk`.
    pub dekking: String,
    /// Id of the koppelsleutel used.
    pub sleutel_id: String,
    /// `yyyy-mm-ddThh:mm:ssZ`; whole seconds, so that text order is time order.
    pub aangemaakt: String,
    /// Column names; a file may show them in another order.
    pub header: Vec<String>,
    /// Values in the order of `header`.
    pub rows: Vec<Vec<String>>,
}

/// What the rules say of one person, with every dimension a table can have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// `bsn` or `own`.
    pub identificatie: String,
    /// As it stands in the files.
    pub pseudoniem: String,
    /// Where the person is counted.
    pub gemeente: String,
    /// One of the seven.
    pub klasse: String,
    /// Why that class.
    pub reden: String,
    /// Age band.
    pub leeftijdsgroep: String,
    /// m, v, x, onbekend.
    pub geslacht: String,
    /// oud, nieuw, onbekend.
    pub cohort: String,
    /// Level of the last education, or onbekend.
    pub niveau: String,
    /// What the RMC noted, or onbekend.
    pub contact: String,
    /// Which of school, werk and uitkering are actief.
    pub combinatie: String,
    /// 1 to 5, or onbekend.
    pub prioriteit: String,
    /// geen, een, meer, onbekend.
    pub betrokkenheid: String,
}

/// Why a koppeling does not run at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No doelgroep levering serves.
    GeenDoelgroep,
    /// Different files claim to be the newest of one supplier.
    GelijkeStand,
    /// The serving leveringen were not made under one koppelsleutel.
    Sleutel,
    /// A covered source knows nobody of a large doelgroep.
    GeenOverlap(String),
    /// A person stands twice in one serving doelgroep levering.
    DubbelePersoon,
}

/// The columns of a source, in the order of the contract.
pub fn columns(bron: &str) -> &'static [&'static str] {
    match bron {
        "doelgroep" => &[
            "pseudoniem",
            "gemeente",
            "geboortemaand",
            "geslacht",
            "uitschrijfdatum",
            "niveau",
            "uitstroomprofiel",
            "contact",
            "niet_benaderen",
            "verwijzing",
        ],
        "onderwijs" => {
            &["pseudoniem", "brin", "soort", "niveau", "inschrijving_van", "inschrijving_tot", "startkwalificatie"]
        }
        "inkomen" => &["pseudoniem", "maand", "bedrag_cent", "soort"],
        "uitkering" => &["pseudoniem", "soort", "van", "tot"],
        "brp" => &["pseudoniem", "status", "sinds", "gemeente"],
        "betrokkenheid" => &["pseudoniem", "sinds"],
        other => panic!("no such bron: {other}"),
    }
}

impl Delivery {
    /// The value of a named column.
    pub fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let place = self
            .header
            .iter()
            .position(|name| name == column)
            .unwrap_or_else(|| panic!("{} has no column {column}", self.file));
        &row[place]
    }

    /// The bytes of the data file.
    ///
    /// The liberties that the format allows (line ends, quotes, byte order
    /// mark, empty lines, column order) are drawn from a hash of the content:
    /// equal content gives equal bytes, which is what makes two files a
    /// harmless repetition instead of a tie.
    pub fn data(&self) -> Vec<u8> {
        let dice: [u8; 32] = Sha256::digest(format!("{:?}{:?}", self.header, self.rows)).into();
        let order = column_order(self.header.len(), &dice);
        let mut lines: Vec<String> = Vec::new();
        for (number, row) in std::iter::once(&self.header).chain(&self.rows).enumerate() {
            let fields: Vec<String> = order
                .iter()
                .map(|&column| {
                    let quoted = match dice[1] % 4 {
                        2 => true,
                        3 => (number + column + usize::from(dice[6])).is_multiple_of(3),
                        _ => false,
                    };
                    if quoted || row[column].contains([';', '"', '\r', '\n']) {
                        format!("\"{}\"", row[column].replace('"', "\"\""))
                    } else {
                        row[column].clone()
                    }
                })
                .collect();
            // Empty lines may stand anywhere, so also before the header.
            if dice[3].is_multiple_of(4) && (number + usize::from(dice[7])).is_multiple_of(3) {
                lines.push(String::new());
            }
            lines.push(fields.join(";"));
        }
        let mut text = String::new();
        if dice[2].is_multiple_of(4) {
            text.push('\u{feff}');
        }
        let last = lines.len() - 1;
        for (number, line) in lines.iter().enumerate() {
            text.push_str(line);
            let crlf = match dice[0] % 4 {
                2 => true,
                3 => dice[number % 32].is_multiple_of(2),
                _ => false,
            };
            if number == last && dice[5].is_multiple_of(4) {
                break;
            }
            text.push_str(if crlf { "\r\n" } else { "\n" });
        }
        text.into_bytes()
    }
}

/// A permutation of the columns, or the order as it is.
fn column_order(count: usize, dice: &[u8; 32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    if dice[4].is_multiple_of(2) {
        for last in (1..count).rev() {
            order.swap(last, usize::from(dice[8 + last]) % (last + 1));
        }
    }
    order
}

impl World {
    /// Every data file and its manifest, by name.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        for delivery in &self.deliveries {
            let data = delivery.data();
            let manifest = serde_json::json!({
                "schema": "inbeeld/levering/v1",
                "bron": delivery.bron,
                "leverancier": { "oin": delivery.oin, "naam": delivery.naam },
                "regio": self.policy.regio,
                "periode": delivery.periode,
                "dekking": delivery.dekking,
                "sleutel_id": delivery.sleutel_id,
                "identificatie": delivery.identificatie,
                "records": delivery.rows.len(),
                "afgekeurd_bij_bron": 0,
                "sha256": hex(&Sha256::digest(&data)),
                "aangemaakt": delivery.aangemaakt,
            });
            files.push((delivery.file.clone(), data));
            files.push((format!("{}.manifest.json", delivery.file), format!("{manifest:#}\n").into_bytes()));
        }
        files
    }

    /// A complete doelbinding that says what [`Policy`] says, with one table.
    pub fn policy_toml(&self) -> String {
        let policy = &self.policy;
        let year = &self.peildatum[..4];
        let mut text = format!(
            r#"schema = "inbeeld/doelbinding/v1"
id = "{POLICY_ID}"
versie = 1
titel = "Proefwereld"
doel = "Nagaan welke jongeren zonder startkwalificatie nog niet in beeld zijn."
grondslag = ["AVG 6(1)(e)", "WEB 9.2.5"]
noodzaak = "Zonder koppeling is niet te zien wie al onderwijs volgt of werkt."
bsn_grondslag = "UAVG 46 jo. Wabb 10"
verantwoordelijke = {{ naam = "Gemeente Zwolle", oin = "00000001001234567000" }}
geldig = {{ van = {year}-01-01, tot_en_met = {year}-12-31 }}
bewaartermijn_dagen = 62

[bronnen]
"#
        );
        for (bron, suppliers) in &policy.bronnen {
            let needed: &[&str] = match bron.as_str() {
                "onderwijs" => &["inschrijving_van", "inschrijving_tot", "startkwalificatie"],
                "inkomen" => &["maand", "bedrag_cent", "soort"],
                "uitkering" => &["van", "tot"],
                "brp" => &["status", "sinds", "gemeente"],
                "betrokkenheid" => &["sinds"],
                other => panic!("no such bron: {other}"),
            };
            text += &format!(
                "{bron} = {{ velden = {}, waarom = \"Nodig voor de klasse of een kenmerk.\"",
                toml_list(needed)
            );
            if let Some(suppliers) = suppliers {
                text += &format!(", leveranciers = {}", toml_list(suppliers));
            }
            text += " }\n";
        }
        text += &format!(
            r#"
[doelgroep]
regio = "{}"
gemeenten = {}
leeftijd = {{ van = {}, tot = {} }}
cohort = "{}"
inkomen_boven_cent = {}
"#,
            policy.regio,
            toml_list(&policy.gemeenten),
            policy.leeftijd_van,
            policy.leeftijd_tot,
            policy.cohort,
            policy.inkomen_boven_cent,
        );
        if let Some(month) = &policy.inkomen_maand {
            text += &format!("inkomen_maand = \"{month}\"\n");
        }
        text += r#"
[[tabel]]
naam = "gemeente_klasse"
dimensies = ["gemeente", "klasse"]
methode = "onderdrukking"
drempel = 5
"#;
        text
    }
}

/// A TOML array of plain strings (codes and names, nothing that needs an escape).
pub(super) fn toml_list<T: AsRef<str>>(items: &[T]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("\"{}\"", item.as_ref())).collect();
    format!("[{}]", quoted.join(", "))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC-SHA256 in hex.
pub fn hmac_hex(key: &[u8; 32], message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    mac.update(message.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// The pseudoniem of a number, as a source makes it.
pub fn pseudoniem(key: &[u8; 32], identificatie: &str, number: u32) -> String {
    hmac_hex(key, &format!("inbeeld:{identificatie}:v1:{number:09}"))
}

/// The id of a key: the first 16 hex digits.
pub fn sleutel_id(key: &[u8; 32]) -> String {
    hmac_hex(key, "inbeeld:sleutel-id:v1")[..16].to_owned()
}

/// The remainder of the 11-proef.
fn remainder(number: u32) -> i64 {
    let digits: Vec<i64> = format!("{number:09}").bytes().map(|digit| i64::from(digit - b'0')).collect();
    let sum: i64 = [9, 8, 7, 6, 5, 4, 3, 2, -1].iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
    sum.rem_euclid(11)
}

/// The first `count` numbers of an identificatie: BSNs of the range that is
/// safe to print, or onderwijsnummers.
pub fn numbers(identificatie: &str, count: usize) -> Vec<u32> {
    let (first, wanted) = match identificatie {
        "bsn" => (999_900_000, 0),
        _ => (100_000_000, 5),
    };
    (first..=999_999_999).filter(|&number| remainder(number) == wanted).take(count).collect()
}

/// Something that looks like a sealed handle: 104 bytes in base64url.
pub fn handle(seed: &str) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    for block in 0..4 {
        bytes.extend(Sha256::digest(format!("{block}{seed}")));
    }
    base64url(&bytes[..104])
}

/// Base64url without padding.
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..=chunk.len() {
            let index = bits >> (18 - 6 * place) & 63;
            text.push(char::from(LETTERS[index as usize]));
        }
    }
    text
}
