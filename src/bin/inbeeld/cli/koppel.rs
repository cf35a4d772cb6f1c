//! `koppel`: the monthly koppeling and every release of its doelbinding.

use super::parse;
use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, complain, refusals, say, sentence};
use crate::progress::Bar;
use crate::table;
use clap::Args;
use inbeeld::disclosure::{Comparison, ListRefusal, TableRefusal};
use inbeeld::doelbinding::{Signed, plain};
use inbeeld::engine::Embedded;
use inbeeld::fault::Exit;
use inbeeld::pseudonym::WithdrawalKey;
use inbeeld::release::{Outbound, SourceUsed};
use inbeeld::run::{self, Koppeling, RunFault, Withdrawals, Workplace};
use inbeeld::store::{self, DiskFolder, OutFolder, RegisterFile, StoreFault};
use inbeeld::terms::{Datum, Peildatum};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Koppel {
    /// De datum waarop wordt gekeken, zoals 2026-10-01
    #[arg(long, value_name = "DATUM", value_parser = parse::datum)]
    peildatum: Datum,
    /// De ondertekende doelbinding (.toml)
    #[arg(long, value_name = "BESTAND")]
    doelbinding: PathBuf,
    /// Openbare sleutel van de FG, of een map met openbare sleutels
    #[arg(long, value_name = "PAD")]
    vertrouwd: PathBuf,
    /// De map met leveringen en hun manifesten
    #[arg(long, value_name = "MAP")]
    leveringen: PathBuf,
    /// De map waar de vrijgave komt
    #[arg(long, value_name = "MAP")]
    uit: PathBuf,
    /// Het register; standaard register.jsonl naast de doelbinding
    #[arg(long, value_name = "BESTAND")]
    register: Option<PathBuf>,
    /// Aantal rekenthreads; standaard zoveel als de machine kernen heeft
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    draden: Option<u16>,
    /// Sleutel van soort intrekking: elke lijst zegt dan ook welke eerdere verwijzingen zijn vervallen
    #[arg(long, value_name = "BESTAND")]
    intrekking: Option<PathBuf>,
    /// Gaat door als een gedekte bron niemand van de doelgroep kent
    #[arg(long)]
    accepteer_geen_overlap: bool,
    /// Geeft het verslag als JSON
    #[arg(long)]
    json: bool,
}

/// The same koppeling for those who call it from elsewhere.
impl Koppel {
    pub(super) fn new(
        peildatum: Datum,
        doelbinding: PathBuf,
        vertrouwd: PathBuf,
        leveringen: PathBuf,
        uit: PathBuf,
    ) -> Self {
        Self {
            peildatum,
            doelbinding,
            vertrouwd,
            leveringen,
            uit,
            register: None,
            draden: None,
            intrekking: None,
            accepteer_geen_overlap: false,
            json: false,
        }
    }
}

pub(crate) fn run(args: &Koppel) -> Outcome {
    let clock = SystemClock::new()?;
    let (today, today_set) = clock.today();
    let keys = store::read_trusted(&args.vertrouwd)?;
    let (text, signatures) = store::read_doelbinding(&args.doelbinding)?;
    if !args.leveringen.is_dir() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(StoreFault::read(&args.leveringen)(missing).into());
    }
    // Before anything is registered as released: where it should go must be able to be a folder.
    if args.uit.exists() && !args.uit.is_dir() {
        let what = format!("{}: is geen map", args.uit.display());
        return Err(Failure::new(
            Exit::Usage,
            "uit",
            &what,
            "Wijs met --uit een map aan, of een pad dat nog niet bestaat.",
        ));
    }
    let same =
        args.uit.canonicalize().ok().zip(args.leveringen.canonicalize().ok()).is_some_and(|(uit, from)| uit == from);
    if same {
        let what = "--uit is dezelfde map als --leveringen";
        let remedy = "Wijs voor de vrijgave een andere map aan: haar bestanden zijn geen leveringen.";
        return Err(Failure::new(Exit::Usage, "uit", what, remedy));
    }
    let signed = Signed::read(&text, &signatures, &keys, today)?;
    for warning in plain::warnings(signed.policy(), today) {
        complain(&format!("let op: {warning}\n"));
    }
    let recipients = store::read_recipients(&args.doelbinding.with_file_name("ontvangers"))?;
    let beside = args.doelbinding.with_file_name("register.jsonl");
    let register = args.register.as_deref().unwrap_or(&beside);
    let key = args.intrekking.as_deref().map(withdrawal_key).transpose()?;
    let memory = store::memory_beside(register, &signed.policy().id);
    let remembered = if key.is_some() { store::read_memory(&memory)? } else { None };
    let engine = Embedded::new(args.draden.map(usize::from))?;
    let folder = DiskFolder::new(&args.leveringen);
    let outcome = {
        let bar = Bar::new(folder.total_bytes().map_err(StoreFault::read(&args.leveringen))?);
        let job = Koppeling {
            peildatum: Peildatum::new(args.peildatum),
            today,
            today_set,
            accept_no_overlap: args.accepteer_geen_overlap,
            place: Workplace { folder: &folder, engine: &engine, progress: &bar },
            clock: &clock,
            recipients: &recipients,
            withdrawals: key.as_ref().map(|key| Withdrawals { key, before: remembered.as_deref() }),
            logboek: None,
        };
        let out = OutFolder::new(&args.uit).with_memory(&memory);
        run::koppel(job, signed, || RegisterFile::open(register), out)
    };
    let outcome = outcome.map_err(told)?;
    if args.json {
        say(&format!("{:#}\n", as_json(&outcome, &args.uit)));
    } else {
        say(&summary(&outcome, &args.uit));
    }
    for file in &outcome.buiten_convenant {
        complain(&format!(
            "let op: {file}: de leverancier is geen partij bij het convenant. Neem haar op in `convenant.partijen`, of vraag waarom zij levert.\n"
        ));
    }
    let refused = refusals_of(&outcome.geweigerd, &outcome.lijsten);
    if outcome.vergelijking == Some(Comparison::AndereSleutel) {
        complain(
            "let op: de bronnen gebruiken een andere koppelsleutel dan bij de vorige lijsten; vergelijken kan niet. Bij elke lijst staat welke eerdere verwijzingen daarom niet meer gelden.\n",
        );
    }
    if refused { Err(Failure::shown(Exit::Denied)) } else { Ok(()) }
}

/// Tells what of a text does not leave; gives whether any of it was asked for.
pub(super) fn refusals_of(tables: &[TableRefusal], lists: &[ListRefusal]) -> bool {
    for table in tables {
        complain(&if table.asked_nothing() {
            format!("let op: {table}. {}\n", table.remedy())
        } else {
            sentence("tabel-geweigerd", &table.to_string(), &table.remedy())
        });
    }
    for list in lists {
        complain(&sentence("lijst-geweigerd", &list.to_string(), &list.remedy()));
    }
    !lists.is_empty() || tables.iter().any(|table| !table.asked_nothing())
}

/// The tables that a text asked for and that do not leave, each with its reason.
pub(super) fn refused_tables(tables: &[TableRefusal]) -> Vec<String> {
    tables.iter().filter(|table| !table.asked_nothing()).map(ToString::to_string).collect()
}

/// What went wrong with a run, each refused levering with its reasons.
pub(super) fn told(fault: RunFault) -> Failure {
    if let RunFault::Refused(refused) = &fault {
        refused.iter().for_each(|levering| complain(&refusals(levering)));
    }
    Failure::from(fault)
}

fn withdrawal_key(path: &Path) -> Result<WithdrawalKey, StoreFault> {
    let key = store::read_key(path)?;
    WithdrawalKey::new(&key).map_err(|fault| StoreFault::Key { path: path.to_owned(), fault })
}

pub(super) fn source_line(source: &SourceUsed) -> String {
    let share =
        source.gekoppeld_procent.map_or(String::new(), |share| format!(", kent ongeveer {share}% van de doelgroep"));
    format!("  {:<14} {:<4} {}{share}\n", source.bron, source.identificatie, source.dekking_woord())
}

fn summary(outcome: &run::Outcome, folder: &Path) -> String {
    let mut text = String::new();
    for table in outcome.released.get().tabellen() {
        text.push_str(&table::render(table));
    }
    text.push_str("Bronnen\n");
    outcome.bronnen.iter().for_each(|source| text.push_str(&source_line(source)));
    text.push_str(&format!("\nVrijgegeven in {}\n", folder.display()));
    for file in outcome.released.files() {
        text.push_str(&format!("  {}\n", file.name));
    }
    text
}

fn as_json(outcome: &run::Outcome, folder: &Path) -> serde_json::Value {
    let table = |table: &inbeeld::disclosure::ProtectedTable| json!({ "naam": table.tabel.naam, "cellen": table.cells.len(), "achtergehouden": table.withheld() });
    json!({
        "tabellen": outcome.released.get().tabellen().iter().map(table).collect::<Vec<_>>(),
        "geweigerd": refused_tables(&outcome.geweigerd),
        "geweigerde_lijsten": outcome.lijsten.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "intrekking": outcome.vergelijking.map(Comparison::as_str),
        "bronnen": outcome.bronnen.iter().map(table::source_as_json).collect::<Vec<_>>(),
        "bestanden": outcome.released.files().iter().map(|file| folder.join(&file.name).display().to_string()).collect::<Vec<_>>(),
    })
}
