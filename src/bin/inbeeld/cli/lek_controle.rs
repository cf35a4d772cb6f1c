//! `lek-controle`: what a reader can compute from somebody else's table. The one opdracht that repeats
//! what it reads: the table is public, or about to be.

use crate::output::{Failure, Outcome, say};
use clap::Args;
use inbeeld::disclosure::leak::{Finding, How, Kind, LeakFault, Measure, Mismatch, Question, Report, check};
use inbeeld::fault::{Exit, Explain};
use inbeeld::store::StoreFault;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Longest that a table is looked at.
const PATIENCE: Duration = Duration::from_secs(120);

/// As many cells as are named in one finding.
const NAMED: usize = 6;

#[derive(Args)]
pub(crate) struct LekControle {
    /// De tabel, als CSV: aantallen, of percentages met een totaal
    #[arg(value_name = "TABEL.csv")]
    tabel: PathBuf,
    /// Het kleinste aantal dat naar buiten mag; standaard 5
    #[arg(long, value_name = "AANTAL", default_value_t = 5, hide_default_value = true)]
    drempel: u64,
    /// Het totaal in personen, als dat niet in de tabel staat maar wel bekend is
    #[arg(long, value_name = "AANTAL", value_parser = clap::value_parser!(u64).range(..1_000_000_000_000))]
    totaal: Option<u64>,
    /// De dimensie waarin niet te zien mag zijn waar bijna een hele groep zit; standaard die klasse heet
    #[arg(long, value_name = "NAAM")]
    klasse: Option<String>,
    /// Geeft de uitkomst als JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &LekControle) -> Outcome {
    let bytes = std::fs::read(&args.tabel).map_err(StoreFault::read(&args.tabel))?;
    let question = Question { drempel: args.drempel, klasse: args.klasse.clone(), totaal: args.totaal };
    let start = Instant::now();
    let report = check(&bytes, &question, &|| start.elapsed() > PATIENCE).map_err(|fault| refused(args, &fault))?;
    if args.json {
        say(&format!("{:#}\n", as_json(&report)));
    } else {
        say(&format!("{}: {}", plain(&args.tabel.display().to_string()), as_text(&report)));
    }
    match (report.found.is_empty(), report.complete) {
        (false, _) => Err(Failure::shown(Exit::Denied)),
        (true, false) => Err(Failure::shown(Exit::Input)),
        (true, true) => Ok(()),
    }
}

fn refused(args: &LekControle, fault: &LeakFault) -> Failure {
    let what = format!("{}: {fault}", plain(&args.tabel.display().to_string()));
    Failure::new(fault.exit(), fault.code(), &what, &fault.remedy())
}

/// A table that somebody else wrote must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

fn as_text(report: &Report) -> String {
    let shape: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{} ({size})", plain(name))).collect();
    let unit = if report.measure == Measure::Aantallen { "aantallen" } else { "percentages" };
    let mut text = format!("{unit}, {}, drempel {}\n", shape.join(" × "), report.drempel);
    text.push_str(&read_as(report));
    text.push('\n');
    text.push_str(&verdict(report));
    text.push_str(&block("Klein of te berekenen", &report.found));
    text.push_str(&block("Kijk zelf na (alleen een lek als het echte aantal klein is)", &report.doubtful));
    text.push_str(&block("Voor niets weggelaten (te berekenen, maar niet klein)", &report.in_vain));
    text.push_str(&mismatches(report));
    text.push_str(&advice(report));
    text
}

fn read_as(report: &Report) -> String {
    let read = report.read;
    let mut text = format!("Gelezen: {} getal(len)", read.numbers);
    for (count, what) in [
        (read.withheld, "niet gepubliceerd"),
        (read.nil, "streepje(s) als nul"),
        (read.bounded, "teken(s) met een grens"),
        (read.missing, "combinatie(s) zonder regel, als niet gepubliceerd"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text.push('\n');
    if !report.skipped.is_empty() {
        let lines: Vec<String> = report.skipped.iter().map(u64::to_string).collect();
        text.push_str(&format!("Overgeslagen, geen deel van de tabel: regel {}\n", lines.join(", ")));
    }
    text
}

fn verdict(report: &Report) -> String {
    let most = report.drempel - 1;
    let verdict = match (report.found.len(), report.complete) {
        (0, true) => {
            format!("Niets gevonden: geen enkel aantal van 1 tot en met {most} staat er of is zeker te berekenen.\n")
        }
        (0, false) => "Niet te zeggen: de tabel kon niet helemaal worden nagerekend.\n".to_owned(),
        (found, _) => {
            format!("Lek: {found} keer is iets kleins (1 tot en met {most}) te lezen of te berekenen.\n")
        }
    };
    let partly = !report.complete && !report.found.is_empty();
    let groups =
        if report.groups { "" } else { "Groepen zijn niet bekeken: geen dimensie heet klasse (zie --klasse).\n" };
    format!(
        "{verdict}{}{groups}",
        if partly { "De tabel kon niet helemaal worden nagerekend; er kan meer zijn.\n" } else { "" }
    )
}

fn block(title: &str, findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 3]> =
        findings.iter().map(|finding| [named(finding), known(finding), how(finding).to_owned()]).collect();
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0).min(60), width(1));
    let lines: String =
        rows.iter().map(|[cell, known, how]| format!("  {cell:first$}  {known:second$}  {how}\n")).collect();
    format!("\n{title}:\n{lines}")
}

fn labels(cell: &[String]) -> String {
    cell.iter().map(|label| plain(label)).collect::<Vec<_>>().join(", ")
}

fn named(finding: &Finding) -> String {
    let mut cells: Vec<String> = finding.cells.iter().take(NAMED).map(|cell| labels(cell)).collect();
    if finding.cells.len() > NAMED {
        cells.push(format!("en nog {}", finding.cells.len() - NAMED));
    }
    cells.join(" | ")
}

fn known(finding: &Finding) -> String {
    let count = between(finding.low, finding.high);
    match (finding.kind, &finding.klasse) {
        (Kind::Samen, _) => format!("minstens één is {count}"),
        (Kind::Groep, Some(klasse)) if finding.high == Some(0) => format!("allemaal {}", plain(klasse)),
        (Kind::Groep, Some(klasse)) => format!("op {count} na allemaal {}", plain(klasse)),
        _ => count,
    }
}

fn between(low: u64, high: Option<u64>) -> String {
    match high {
        Some(high) if high == low => low.to_string(),
        Some(high) => format!("{low} tot en met {high}"),
        None => format!("{low} of meer"),
    }
}

fn how(finding: &Finding) -> &'static str {
    match finding.how {
        How::Gepubliceerd => "staat er zo",
        How::Merk => "dat zegt het teken zelf",
        How::Afronding => "het percentage van het totaal laat geen ander aantal toe",
        How::Aftrekken => "totaal min de andere cellen",
        How::Combineren => "meer totalen samen",
    }
}

fn mismatches(report: &Report) -> String {
    if report.mismatches.is_empty() {
        return String::new();
    }
    let line = |found: &Mismatch| {
        let (parts, says) = (between(found.parts.0, found.parts.1), between(found.says.0, found.says.1));
        let (total, dimension) = (labels(&found.total), plain(&found.dimension));
        if found.parts == (0, None) {
            return format!("  {total}: een deel over {dimension} past niet bij dit totaal en de andere\n");
        }
        format!("  {total}: de delen over {dimension} zijn samen {parts}, het totaal is {says}\n")
    };
    let mut text: String = report.mismatches.iter().take(20).map(line).collect();
    if report.mismatches.len() > 20 {
        text.push_str(&format!("  en nog {}\n", report.mismatches.len() - 20));
    }
    let why = match report.rounded_to {
        Some(base) => format!("  Alle aantallen zijn veelvouden van {base}: de tabel lijkt afgerond.\n"),
        None => "  Staat er een subtotaal tussen, ontbreekt er een deel, of is er afgerond?\n".to_owned(),
    };
    format!("\nTelt niet op:\n{text}{why}")
}

fn advice(report: &Report) -> String {
    let has = |kind: Kind| report.found.iter().any(|finding| finding.kind == kind);
    let by = |how: How| report.found.iter().any(|finding| finding.how == how);
    let mut lines: Vec<&str> = Vec::new();
    let small = |shown: bool| {
        let is_shown = |finding: &Finding| (finding.how == How::Gepubliceerd) == shown;
        report.found.iter().any(|finding| finding.kind == Kind::Klein && is_shown(finding))
    };
    if small(true) {
        lines.push("Laat kleine aantallen weg (•), met in dezelfde rij en kolom nog een cel: anders zijn zij terug te rekenen.");
    }
    if small(false) {
        lines.push("Schrijf één teken zonder grens (•): <5 zegt zelf al dat het er weinig zijn.");
    }
    if by(How::Aftrekken) || by(How::Combineren) {
        lines.push("Laat in dezelfde rij en kolom nog een cel weg, of het totaal: wat weg is, is nu terug te rekenen.");
    }
    if by(How::Afronding) {
        lines.push("Een percentage van een klein totaal is een aantal: voeg groepen samen of laat het percentage weg.");
    }
    if has(Kind::Groep) {
        lines.push(
            "Bijna een hele groep zit in één klasse: wie tot de groep hoort, is daarmee bekend. Voeg groepen samen.",
        );
    }
    if !report.found.is_empty() {
        lines.push("Is de tabel al gepubliceerd? Bespreek met de FG of zij wordt teruggehaald.");
    }
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("  - {line}\n")).collect();
    format!("\nAdvies:\n{lines}")
}

fn as_json(report: &Report) -> Value {
    let names: Vec<&String> = report.dimensions.iter().map(|(name, _)| name).collect();
    let cell = |labels: &Vec<String>| {
        let fields = names.iter().zip(labels).map(|(name, label)| ((*name).clone(), json!(label)));
        Value::Object(fields.collect())
    };
    let finding = |found: &Finding| {
        json!({
            "soort": match found.kind {
                Kind::Klein => "klein", Kind::Berekenbaar => "berekenbaar",
                Kind::Samen => "samen", Kind::Groep => "groep",
            },
            "cellen": found.cells.iter().map(cell).collect::<Vec<_>>(), "klasse": found.klasse,
            "minstens": found.low, "hoogstens": found.high,
            "hoe": match found.how {
                How::Gepubliceerd => "gepubliceerd", How::Merk => "merk", How::Afronding => "afronding",
                How::Aftrekken => "aftrekken", How::Combineren => "combineren",
            },
        })
    };
    let all = |findings: &[Finding]| findings.iter().map(finding).collect::<Vec<_>>();
    let mismatch = |found: &Mismatch| {
        json!({
            "totaal": cell(&found.total), "over": found.dimension,
            "delen": [found.parts.0, found.parts.1], "staat_er": [found.says.0, found.says.1],
        })
    };
    json!({
        "schema": "inbeeld/lek-controle/v1", "lek": !report.found.is_empty(), "volledig": report.complete,
        "soort": if report.measure == Measure::Aantallen { "aantallen" } else { "percentages" },
        "dimensies": names, "drempel": report.drempel, "groepen_bekeken": report.groups,
        "gelezen": {
            "getallen": report.read.numbers, "niet_gepubliceerd": report.read.withheld, "nul": report.read.nil,
            "met_grens": report.read.bounded, "zonder_regel": report.read.missing,
            "overgeslagen_regels": report.skipped,
        },
        "gevonden": all(&report.found), "zelf_nakijken": all(&report.doubtful), "voor_niets": all(&report.in_vain),
        "telt_niet_op": report.mismatches.iter().map(mismatch).collect::<Vec<_>>(), "afgerond_op": report.rounded_to,
    })
}
