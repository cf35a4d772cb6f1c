//! What a person reads on the terminal: refusals with their remedy, in Dutch.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use inbeeld::fault::{Exit, Explain};
use inbeeld::ingest::Refused;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// How an opdracht ends: well, or with a refusal that was or will be shown.
pub(crate) type Outcome = Result<(), Failure>;

/// A refusal on its way to the terminal.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    /// A refusal whose explanation has been printed already, as part of a report.
    pub(crate) fn shown(exit: Exit) -> Self {
        Self { exit, text: String::new() }
    }

    /// A refusal in words of the command line itself.
    pub(crate) fn new(exit: Exit, code: &str, what: &str, remedy: &str) -> Self {
        Self { exit, text: sentence(code, what, remedy) }
    }

    /// A refusal of what is in this file.
    pub(crate) fn of(path: &Path, fault: &impl Explain) -> Self {
        Self::new(fault.exit(), fault.code(), &format!("{}: {fault}", path.display()), &fault.remedy())
    }
}

impl<E: Explain> From<E> for Failure {
    fn from(fault: E) -> Self {
        Self { exit: fault.exit(), text: sentence(fault.code(), &fault.to_string(), &fault.remedy()) }
    }
}

/// The one form that every refusal has.
pub(crate) fn sentence(code: &str, what: &str, remedy: &str) -> String {
    format!("fout [{code}]: {what}\n  → {remedy}\n")
}

/// Every reason why a levering is refused, each with its remedy.
pub(crate) fn refusals(levering: &Refused) -> String {
    let mut text = String::new();
    for reason in &levering.reasons {
        text.push_str(&sentence(reason.code(), &format!("{}: {reason}", levering.file), reason.remedy()));
    }
    text
}

/// Whether what is said is for nobody.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Does work of other opdrachten whose own report nobody asked for.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    QUIET.store(true, Ordering::Relaxed);
    let done = work();
    QUIET.store(false, Ordering::Relaxed);
    done
}

/// Writes to standard output. A reader that stopped reading (`| head`) is no failure of ours.
pub(crate) fn say(text: &str) {
    write(std::io::stdout().lock(), text);
}

/// Writes to standard error.
pub(crate) fn complain(text: &str) {
    write(std::io::stderr().lock(), text);
}

fn write(mut to: impl Write, text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        let _ = to.write_all(text.as_bytes());
    }
}

/// Shows what went wrong and turns it into the exit code.
pub(crate) fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure.text);
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Help and version as asked; a misunderstood command in Dutch, exit 2.
pub(crate) fn usage(fault: &clap::Error) -> ExitCode {
    if matches!(fault.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        say(&fault.render().to_string());
        return ExitCode::SUCCESS;
    }
    let named = |kind| match fault.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let argument = named(ContextKind::InvalidArg);
    let what = match fault.kind() {
        ErrorKind::InvalidSubcommand => "deze opdracht bestaat niet".to_owned(),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "er is geen opdracht gegeven".to_owned()
        }
        ErrorKind::UnknownArgument => "deze opdracht kent een van de gegeven opties niet".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("er ontbreekt een verplichte optie: {argument}"),
        ErrorKind::ArgumentConflict => format!("deze opties gaan niet samen of staan er dubbel: {argument}"),
        ErrorKind::InvalidUtf8 => "een optie is geen geldige UTF-8".to_owned(),
        _ => format!("de waarde van {argument} klopt niet"),
    };
    complain(&sentence("gebruik", &what, "Kijk met `inbeeld help` of `inbeeld <opdracht> --help` wat er kan."));
    ExitCode::from(Exit::Usage as u8)
}
