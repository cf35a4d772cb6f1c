//! `register toon` and `register verifieer`: what was released, and whether anybody changed it.

use crate::output::{Failure, Outcome, say};
use clap::{Args, Subcommand};
use inbeeld::fault::{Exit, Explain};
use inbeeld::register::{self, Inzage, Ledger, Past, PastDestruction, PastInzage, PastTable, RegisterFault, Soort};
use inbeeld::store::RegisterFile;
use inbeeld::terms::{Invalid, Sha256Hash};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Said where INBEELD_VANDAAG was used.
const SET_BY_HAND: &str = "de datum van vandaag is met de hand gezet (INBEELD_VANDAAG)";

#[derive(Subcommand)]
pub(crate) enum Register {
    /// Laat elke vrijgave zien: wanneer, onder welke doelbinding, welke tabellen en bestanden
    Toon(Toon),
    /// Kijkt of er niets aan het register is veranderd; met --kop ook of het einde er nog is
    Verifieer(Verifieer),
}

#[derive(Args)]
pub(crate) struct Place {
    /// Het register; standaard register.jsonl in deze map
    #[arg(long, value_name = "BESTAND", default_value = "register.jsonl", hide_default_value = true)]
    register: PathBuf,
    /// Geeft de uitkomst als JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Toon {
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct Verifieer {
    #[command(flatten)]
    place: Place,
    /// De kop die u eerder hebt genoteerd: 64 tekens
    #[arg(long, value_name = "HASH", value_parser = hash)]
    kop: Option<Sha256Hash>,
}

fn hash(text: &str) -> Result<Sha256Hash, Invalid> {
    Sha256Hash::parse(text)
}

pub(crate) fn run(opdracht: &Register) -> Outcome {
    match opdracht {
        Register::Toon(args) => {
            let register = read(&args.place.register)??;
            if args.place.json {
                say(&format!("{:#}\n", as_json(&register)));
            } else {
                all(&register).for_each(|block| say(&block));
                say(&format!("{}\nKop: {}\n", counted(&register), register.head()));
            }
            Ok(())
        }
        Register::Verifieer(args) => verify(args),
    }
}

/// Reads a register. The outer fault is one of the file, the inner one of what it says.
pub(super) fn read(place: &Path) -> Result<Result<register::Register, RegisterFault>, Failure> {
    let lines = RegisterFile::open_to_read(place).and_then(|mut file| file.lines());
    match lines {
        Err(RegisterFault::Storage(fault)) if fault.kind() == ErrorKind::NotFound => {
            let what = format!("{}: hier staat geen register", place.display());
            let remedy = "Wijs het aan met --register; een koppeling zet het standaard naast de doelbinding.";
            Err(Failure::new(Exit::Usage, "register-ontbreekt", &what, remedy))
        }
        found => Ok(found.and_then(|lines| register::Register::read(&lines))),
    }
}

/// A register that was read, and how many lines came after the head that was kept; or what is wrong.
pub(crate) type Checked = Result<(register::Register, Option<usize>), RegisterFault>;

/// Holds what was read against a head that was kept elsewhere, when there is one.
pub(crate) fn checked(found: Result<register::Register, RegisterFault>, kept: Option<Sha256Hash>) -> Checked {
    found.and_then(|register| kept.map(|kept| register.since(kept)).transpose().map(|since| (register, since)))
}

/// The outcome of a verification as JSON.
pub(crate) fn verified(found: &Checked) -> Value {
    match found {
        Ok((register, since)) => json!({
            "goed": true, "regels": register.lines(), "vrijgaven": count(register, Soort::Vrijgave),
            "proeven": count(register, Soort::Proef), "inzagen": register.inzagen.len(),
            "vernietigingen": register.vernietigingen.len(), "niet_bevestigd": unconfirmed(register),
            "niet_uitgeleverd": open(register), "regels_na_kop": since, "kop": register.head().to_string(),
        }),
        Err(fault) => json!({ "goed": false, "code": fault.code(), "wat": fault.to_string(), "doe": fault.remedy() }),
    }
}

fn verify(args: &Verifieer) -> Outcome {
    let found = checked(read(&args.place.register)?, args.kop);
    if args.place.json {
        say(&format!("{:#}\n", verified(&found)));
        return found.map(drop).map_err(|fault| Failure::shown(fault.exit()));
    }
    let (register, since) = found?;
    say(&format!("Het register klopt: {} regel(s), {}\n", register.lines(), counted(&register)));
    match since {
        Some(0) => say("Sinds de kop die u opgaf is er niets bij gekomen\n"),
        Some(since) => say(&format!("Sinds de kop die u opgaf: {since} regel(s) erbij, ervoor is niets veranderd\n")),
        None => say("Zonder --kop is niet te zien of er aan het einde regels weg of herschreven zijn\n"),
    }
    let open = open(&register);
    if !open.is_empty() {
        let numbers: Vec<String> = open.iter().map(ToString::to_string).collect();
        say(&format!("Niet uitgeleverd en niet aangevuld: nr {}\n", numbers.join(", ")));
    }
    let unconfirmed = unconfirmed(&register);
    if !unconfirmed.is_empty() {
        say(&format!("Vernietigd, en nog niet door elke houder van deel B bevestigd: {}\n", unconfirmed.join(", ")));
    }
    say(&format!("Kop: {}\n", register.head()));
    Ok(())
}

/// Months of which somebody has yet to confirm that its copy of share B is gone.
fn unconfirmed(register: &register::Register) -> Vec<String> {
    register.vernietigingen.iter().filter(|past| past.open()).map(|past| plain(&past.entry.periode)).collect()
}

fn count(register: &register::Register, soort: Soort) -> usize {
    register.vrijgaven.iter().filter(|past| past.soort == soort).count()
}

/// How many releases there are, and trials and questions where there are any.
fn counted(register: &register::Register) -> String {
    let released = format!("{} vrijgave(n)", count(register, Soort::Vrijgave));
    let tried = match count(register, Soort::Proef) {
        0 => String::new(),
        tried => format!(", {tried} proef/proeven"),
    };
    let asked = match register.inzagen.len() {
        0 => String::new(),
        asked => format!(", {asked} keer inzage"),
    };
    let destroyed = match register.vernietigingen.len() {
        0 => String::new(),
        destroyed => format!(", {destroyed} vernietiging(en)"),
    };
    format!("{released}{tried}{asked}{destroyed}")
}

/// Releases that were cut off and that none completed.
fn open(register: &register::Register) -> Vec<usize> {
    register.vrijgaven.iter().filter(|past| past.open()).map(|past| past.nr).collect()
}

/// Whether it was delivered, in words.
fn state(past: &Past) -> String {
    if past.soort == Soort::Proef {
        return "proef: gezien, niets uitgeleverd".to_owned();
    }
    match (past.uitgeleverd, past.aangevuld_door) {
        (Some(_), _) => "uitgeleverd".to_owned(),
        (None, Some(nr)) => format!("niet uitgeleverd, aangevuld door nr {nr}"),
        (None, None) => "niet uitgeleverd".to_owned(),
    }
}

/// Every entry as a person reads it, in the register's order.
fn all(register: &register::Register) -> impl Iterator<Item = String> {
    let released = register.vrijgaven.iter().map(|past| (past.nr, block(past)));
    let asked = register.inzagen.iter().map(|past| (past.nr, asked(past)));
    let destroyed = register.vernietigingen.iter().map(|past| (past.nr, gone(past)));
    released.chain(asked).chain(destroyed).collect::<BTreeMap<usize, String>>().into_values()
}

/// The proof of a destruction as a person reads it.
fn gone(past: &PastDestruction) -> String {
    let entry = &past.entry;
    let state = if past.open() { "nog niet door iedereen bevestigd" } else { "door iedereen bevestigd" };
    let mut text = format!("nr {}  vernietiging van {}: {state}\n", past.nr, plain(&entry.periode));
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<12} {}\n", plain(value)));
    line("tijd", &entry.tijd);
    if entry.vandaag_gezet {
        line("let op", SET_BY_HAND);
    }
    line("termijn", entry.termijn.as_deref().unwrap_or("geen doelbinding kon deze maand gebruiken"));
    line("deel B", entry.deel_b.as_deref().unwrap_or("nooit ingevoerd"));
    line("leveringen", &entry.leveringen.to_string());
    for (at, houder) in entry.houders.iter().enumerate() {
        let said = match past.confirmed(*houder) {
            Some(said) if said.door == *houder => format!("{houder}: weg, {}", said.tijd),
            Some(said) => format!("{houder}: weg, {} (gezegd door {})", said.tijd, said.door),
            None => format!("{houder}: nog niet bevestigd"),
        };
        line(if at == 0 { "houders" } else { "" }, &said);
    }
    text.push('\n');
    text
}

/// One question as a person reads it: about whom, nobody wrote down.
fn asked(past: &PastInzage) -> String {
    let Inzage { tijd, vandaag_gezet, doelbinding, rol, peildatum, regio } = &past.entry;
    let mut text = format!("nr {}  inzage voor {}\n", past.nr, plain(rol));
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<12} {}\n", plain(value)));
    line("tijd", tijd);
    if *vandaag_gezet {
        line("let op", SET_BY_HAND);
    }
    line("doelbinding", &format!("{} versie {}", doelbinding.id, doelbinding.versie));
    line("", &format!("sha256 {}", doelbinding.sha256));
    line("peildatum", peildatum);
    line("regio", regio);
    text.push('\n');
    text
}

/// One release as a person reads it.
fn block(past: &Past) -> String {
    let entry = &past.entry;
    let mut text = format!("nr {}  {}\n", past.nr, state(past));
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<12} {}\n", plain(value)));
    line("tijd", &entry.tijd);
    if entry.vandaag_gezet {
        line("let op", SET_BY_HAND);
    }
    let doelbinding = &entry.doelbinding;
    line("doelbinding", &format!("{} versie {}", doelbinding.id, doelbinding.versie));
    line("", &format!("sha256 {}", doelbinding.sha256));
    line("ondertekend", &entry.ondertekend_door.join(", "));
    line("peildatum", &entry.peildatum);
    line("regio", &entry.regio);
    line("doelgroep", &entry.doelgroep);
    for (at, source) in entry.bronnen.iter().enumerate() {
        let name = if at == 0 { "bronnen" } else { "" };
        line(name, &format!("{} ({}): {}", source.bron, source.identificatie, source.dekking));
    }
    for (at, table) in entry.tabellen.iter().enumerate() {
        line(if at == 0 { "tabellen" } else { "" }, &table_line(table));
    }
    for (at, list) in entry.lijsten.iter().enumerate() {
        let told = if list.velden.is_empty() { "alleen dat".to_owned() } else { list.velden.join(", ") };
        let text = format!("{} voor {}: {} ({told})", list.naam, list.gemeente, list.klassen.join(", "));
        line(if at == 0 { "lijsten" } else { "" }, &text);
    }
    for (at, file) in entry.bestanden.iter().enumerate() {
        line(if at == 0 { "bestanden" } else { "" }, &format!("{}  sha256 {}", file.naam, file.sha256));
    }
    text.push('\n');
    text
}

fn table_line(table: &PastTable) -> String {
    let (cells, withheld) = (table.cellen.len(), table.withheld());
    let names = table.dimensies.join(" × ");
    format!("{} ({names}), {}: {withheld} van {cells} cellen niet vrijgegeven", table.naam, table.methode)
}

/// A register that somebody else wrote must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// The register as JSON.
pub(crate) fn as_json(register: &register::Register) -> Value {
    let release = |past: &Past| {
        let entry = &past.entry;
        let table = |table: &PastTable| {
            json!({
                "naam": table.naam, "dimensies": table.dimensies, "methode": table.methode,
                "cellen": table.cellen.len(), "achtergehouden": table.withheld(),
            })
        };
        json!({
            "nr": past.nr, "soort": past.soort.as_str(), "uitgeleverd": past.uitgeleverd.is_some(), "aangevuld_door": past.aangevuld_door,
            "tijd": entry.tijd, "vandaag_gezet": entry.vandaag_gezet, "doelbinding": entry.doelbinding,
            "ondertekend_door": entry.ondertekend_door, "peildatum": entry.peildatum, "regio": entry.regio,
            "doelgroep": entry.doelgroep, "bronnen": entry.bronnen,
            "tabellen": entry.tabellen.iter().map(table).collect::<Vec<_>>(), "lijsten": entry.lijsten,
            "bestanden": entry.bestanden,
        })
    };
    let all: Vec<Value> = register.vrijgaven.iter().map(release).collect();
    let inzage = |past: &PastInzage| {
        let Inzage { tijd, vandaag_gezet, doelbinding, rol, peildatum, regio } = &past.entry;
        json!({
            "nr": past.nr, "soort": "inzage", "tijd": tijd, "vandaag_gezet": vandaag_gezet,
            "doelbinding": doelbinding, "rol": rol, "peildatum": peildatum, "regio": regio,
        })
    };
    let inzagen: Vec<Value> = register.inzagen.iter().map(inzage).collect();
    let gone = |past: &PastDestruction| {
        let confirmed: Vec<_> =
            past.bevestigd.iter().map(|(nr, said)| json!({ "nr": nr, "bevestiging": said })).collect();
        json!({ "nr": past.nr, "soort": "vernietiging", "open": past.open(), "bewijs": past.entry, "bevestigd": confirmed })
    };
    let destroyed: Vec<Value> = register.vernietigingen.iter().map(gone).collect();
    json!({
        "vrijgaven": all, "inzagen": inzagen, "vernietigingen": destroyed, "regels": register.lines(), "kop": register.head().to_string(),
    })
}
