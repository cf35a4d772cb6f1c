//! `pseudonimiseer`: at the source, raw files become leveringen.

use crate::clock::SystemClock;
use crate::output::{Failure, Outcome, say};
use clap::{Args, Command, FromArgMatches};
use inbeeld::fault::{Exit, Explain};
use inbeeld::run::Clock;
use inbeeld::source::{self, LeveringSummary, Profile, Request, SourceFault, Summary, advice};
use inbeeld::store::{self, LeveringFolder};
use inbeeld::terms::{Bron, Dekking, Invalid, Maand, Oin, Regio};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Pseudonimiseer {
    /// Soort bron: doelgroep, onderwijs, inkomen, uitkering, brp of betrokkenheid
    #[arg(long, value_name = "BRON", value_parser = bron)]
    bron: Bron,
    /// De koppelsleutel die de bronnen delen
    #[arg(long, value_name = "BESTAND")]
    sleutel: PathBuf,
    /// Map met een <gemeente>.sleutel per gemeente (soort verwijzing), voor de doelgroep
    #[arg(long, value_name = "MAP")]
    verwijzingsleutels: Option<PathBuf>,
    /// OIN van wie levert, 20 cijfers
    #[arg(long, value_name = "OIN", value_parser = Oin::parse)]
    oin: Oin,
    /// Naam van wie levert
    #[arg(long, value_name = "NAAM")]
    naam: String,
    /// De regio, zoals 10 of MC10
    #[arg(long, value_name = "REGIO", value_parser = source::regio)]
    regio: Regio,
    /// De maand waarover geleverd wordt, als jjjj-mm
    #[arg(long, value_name = "MAAND", value_parser = maand)]
    periode: Maand,
    /// Wat de levering dekt: volledig of gedeeltelijk
    #[arg(long, value_name = "DEKKING", value_parser = dekking)]
    dekking: Dekking,
    /// De map waar de leveringen komen
    #[arg(long, value_name = "MAP")]
    uit: PathBuf,
    /// Hoe de ruwe bestanden geschreven zijn: standaard, duo, excel-nl, uwv, of een eigen TOML-bestand
    #[arg(long, value_name = "PROFIEL", default_value = "standaard", hide_default_value = true)]
    profiel: PathBuf,
    /// Geeft de uitkomst als JSON
    #[arg(long)]
    json: bool,
    /// De ruwe bestanden: CSV of .xlsx
    #[arg(value_name = "IN", required = true)]
    bestanden: Vec<PathBuf>,
}

impl Pseudonimiseer {
    /// The same options as words, for those who call it from elsewhere; `None` when they do not fit.
    pub(super) fn from_words(words: Vec<std::ffi::OsString>) -> Option<Self> {
        let command = Self::augment_args(Command::new("pseudonimiseer").no_binary_name(true));
        let matches = command.try_get_matches_from(words).ok()?;
        Self::from_arg_matches(&matches).ok()
    }
}

fn bron(text: &str) -> Result<Bron, Invalid> {
    Bron::parse(text.as_bytes()).ok_or(Invalid { expected: "een bron" })
}

fn dekking(text: &str) -> Result<Dekking, Invalid> {
    Dekking::parse(text.as_bytes()).ok_or(Invalid { expected: "een dekking" })
}

fn maand(text: &str) -> Result<Maand, Invalid> {
    Maand::parse(text.as_bytes())
}

pub(crate) fn run(opdracht: Pseudonimiseer) -> Outcome {
    let now = SystemClock::new()?.now();
    let profiel = profile(&opdracht.profiel)?;
    let sleutel = store::read_pseudonymiser(&opdracht.sleutel)?;
    let folder = opdracht.verwijzingsleutels.as_deref();
    let verwijzingsleutels = folder.map_or(Ok(BTreeMap::new()), store::read_verwijzing_keys)?;
    if let Some(path) = store::given_twice(&opdracht.bestanden)? {
        let what = format!("{}: dit bestand is twee keer gegeven, en zou dubbel tellen", path.display());
        return Err(Failure::new(Exit::Usage, "bestand-dubbel", &what, "Geef elk ruw bestand één keer."));
    }
    let inputs = store::open_raw(&opdracht.bestanden)?;
    let request = Request {
        bron: opdracht.bron,
        oin: opdracht.oin,
        naam: opdracht.naam,
        regio: opdracht.regio,
        periode: opdracht.periode,
        dekking: opdracht.dekking,
        profiel: &profiel,
        sleutel: &sleutel,
        verwijzingsleutels: &verwijzingsleutels,
        now,
    };
    let mut output = LeveringFolder::open(&opdracht.uit)?;
    match source::pseudonimiseer(&request, inputs, &mut output) {
        Ok(summary) if opdracht.json => {
            // Written from the struct: a `Value` would sort the keys.
            let text = serde_json::to_string_pretty(&summary).map_err(|_| {
                Failure::new(Exit::Internal, "json", "de uitkomst kan niet als JSON", "Meld dit als fout.")
            })?;
            say(&(text + "\n"));
            Ok(())
        }
        Ok(summary) => {
            say(&tell(&summary, &opdracht.uit));
            Ok(())
        }
        Err(fault) if opdracht.json && !fault.files().is_empty() => {
            say(&format!("{:#}\n", refusal(&fault)));
            Err(Failure::shown(fault.exit()))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// A built-in profile by its name, else a file.
fn profile(given: &Path) -> Result<Profile, Failure> {
    if let Some(name) = given.to_str()
        && let Some(profile) = Profile::built_in(name)?
    {
        return Ok(profile);
    }
    if !given.exists() {
        let names: Vec<&str> = Profile::built_in_names().collect();
        let what = format!("{}: dit is geen ingebouwd profiel en geen bestand", given.display());
        let remedy = format!("Kies {} of het pad van een eigen profiel.", names.join(", "));
        return Err(Failure::new(Exit::Usage, "profiel-onbekend", &what, &remedy));
    }
    Ok(Profile::parse(&given.display().to_string(), &store::read_profile(given)?)?)
}

/// A refusal for machines: the same facts as on the terminal.
fn refusal(fault: &SourceFault) -> Value {
    let files = fault.files().iter().map(|file| {
        let listed = file.faults.listed().iter().map(|fault| {
            let (what, remedy) = advice(fault.rule);
            json!({
                "regel": (fault.line > 0).then_some(fault.line),
                "kolom": fault.column,
                "plaats": fault.place,
                "code": fault.rule.code(),
                "fout": what,
                "wat_te_doen": remedy,
            })
        });
        let rest = file.faults.unlisted().into_iter().map(|(rule, count)| (rule.code().to_owned(), count.into()));
        json!({
            "bestand": file.file,
            "gelezen": file.records,
            "fouten": listed.collect::<Vec<_>>(),
            "niet_vermeld": rest.collect::<serde_json::Map<_, _>>(),
        })
    });
    json!({ "schema": "inbeeld/pseudonimiseer/v1", "geweigerd": fault.code(), "bestanden": files.collect::<Vec<_>>() })
}

/// The outcome for a reader.
fn tell(summary: &Summary, folder: &Path) -> String {
    let mut text = format!(
        "{} over {} (profiel {}): {} gelezen uit {}\n",
        summary.bron,
        summary.periode,
        summary.profiel,
        counted(summary.gelezen, "regel", "regels"),
        counted(summary.invoer.len() as u64, "bestand", "bestanden"),
    );
    for levering in &summary.leveringen {
        text.push_str(&tell_levering(levering, folder));
    }
    let ignored: u64 = summary.invoer.iter().map(|input| input.genegeerde_kolommen.len() as u64).sum();
    if ignored > 0 {
        let columns = counted(ignored, "kolom die niet bij deze bron hoort", "kolommen die niet bij deze bron horen");
        text.push_str(&format!("  niet meegeleverd: {columns}\n"));
    }
    let mut empty: Vec<&str> = summary.invoer.iter().flat_map(|input| input.lege_kolommen.iter().copied()).collect();
    empty.sort_unstable();
    empty.dedup();
    if !empty.is_empty() {
        text.push_str(&format!("  leeg geleverd, want niet in elk ruw bestand: {}\n", empty.join(", ")));
    }
    text
}

fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn tell_levering(levering: &LeveringSummary, folder: &Path) -> String {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut text =
        format!("  {}: {} geleverd in {}\n", levering.identificatie, levering.records, path(&levering.bestand));
    if !levering.afgekeurd.is_empty() {
        let reasons: Vec<String> =
            levering.afgekeurd.iter().map(|(reason, count)| format!("{} {count}", reason.what())).collect();
        let total: u64 = levering.afgekeurd.values().sum();
        text.push_str(&format!("    afgekeurd op persoonsnummer: {total} ({})\n", reasons.join(", ")));
        if levering.records == 0 {
            text.push_str("    let op: niemand is geleverd; kijk of de goede kolom als persoonsnummer is gelezen\n");
        }
    }
    if levering.dubbel > 0 {
        text.push_str(&format!("    gelijke dubbele regels samengevoegd: {}\n", levering.dubbel));
    }
    if levering.bsn_aangevuld > 0 {
        text.push_str(&format!("    BSN's met voorloopnullen aangevuld: {}\n", levering.bsn_aangevuld));
    }
    if !levering.verwijzing_zonder_sleutel.is_empty() {
        let missing: Vec<String> =
            levering.verwijzing_zonder_sleutel.iter().map(|(code, count)| format!("{code} ({count})")).collect();
        text.push_str(&format!("    zonder verwijzing, want geen sleutel: {}\n", missing.join(", ")));
    }
    text.push_str(&format!("    rapport: {}\n", path(&levering.rapport)));
    text
}
