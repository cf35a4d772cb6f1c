//! The opdrachten, a file each.

#[cfg(feature = "dienst")]
mod beheer;
mod controleer;
mod demo;
#[cfg(feature = "dienst")]
mod demo_serve;
pub(crate) mod doelbinding;
mod genereer;
mod herken;
mod koppel;
mod lek_controle;
pub(crate) mod meet_sleutelhash;
mod parse;
pub(crate) mod proef;
mod pseudonimiseer;
pub(crate) mod register;
#[cfg(feature = "dienst")]
mod serve;
mod sleutel;
mod waarom;

use crate::output::{Outcome, say};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

/// Dutch headings in the place of clap's English ones.
const TEMPLATE: &str = "{about-with-newline}\nGebruik: {usage}\n\n{all-args}{after-help}";

#[derive(Parser)]
#[command(
    name = "inbeeld",
    version,
    about = "Houdt jongeren in beeld zonder over hun schouder mee te kijken.",
    after_help = "Uitgangscodes: 0 gelukt · 1 fout in het programma · 2 verkeerd gebruik · 3 invoer geweigerd ·\n\
                  4 geweigerd door doelbinding of onthullingscontrole · 5 aangetast register of lijst"
)]
struct Inbeeld {
    #[command(subcommand)]
    opdracht: Opdracht,
}

#[derive(Subcommand)]
pub(crate) enum Opdracht {
    /// Maakt sleutels en herkent ze
    #[command(subcommand)]
    Sleutel(sleutel::Sleutel),
    /// Controleert leveringen: manifest, inhoud en elke regel
    Controleer(controleer::Controleer),
    /// Controleert, toont, vergelijkt, ondertekent en verifieert doelbindingen
    #[command(subcommand)]
    Doelbinding(doelbinding::Doelbinding),
    /// Maakt een verzonnen regio: ruwe bronbestanden en de waarheid
    Genereer(genereer::Genereer),
    /// Doet de hele maand op een verzonnen regio, van ruwe bestanden tot vrijgave
    Demo(demo::Demo),
    /// Koppelt de leveringen en geeft vrij wat de doelbinding toestaat
    Koppel(koppel::Koppel),
    /// Maakt bij de bron van ruwe bestanden met BSN's een levering met pseudoniemen
    Pseudonimiseer(pseudonimiseer::Pseudonimiseer),
    /// Opent bij de gemeente een lijst, met de eigen dossiernummers naast de verwijzingen
    Herken(herken::Herken),
    /// Laat zien wat er is vrijgegeven, en of daar niets aan is veranderd
    #[command(subcommand)]
    Register(register::Register),
    /// Zegt waarom één jongere een klasse heeft, aan wie dat mag weten
    Waarom(waarom::Waarom),
    /// Zegt wat een lezer kan berekenen uit een tabel van een ander
    LekControle(lek_controle::LekControle),
    /// Meet wat de sleutelhash in deze bouw kost, per manier van hashen
    #[command(hide = true)]
    MeetSleutelhash,
    /// Draait de dienst
    #[cfg(feature = "dienst")]
    Serve(serve::Serve),
    /// Beheert de dienst: accounts en het auditlogboek
    #[cfg(feature = "dienst")]
    #[command(subcommand)]
    Beheer(beheer::Beheer),
    /// Laat zien wat er kan, of hoe één opdracht werkt
    Help {
        /// De opdracht
        opdracht: Vec<String>,
    },
}

/// Reads the command line.
pub(crate) fn parse() -> Result<Opdracht, clap::Error> {
    let matches = dutch(Inbeeld::command()).try_get_matches()?;
    Inbeeld::from_arg_matches(&matches).map(|inbeeld| inbeeld.opdracht)
}

/// Headings and the help option in Dutch, for a command and all below it.
fn dutch(command: Command) -> Command {
    let top = command.get_name() == "inbeeld";
    let command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Opdrachten")
        .subcommand_value_name("OPDRACHT")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help("Laat deze hulp zien"));
    let command = if top {
        command
            .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help("Laat de versie zien"))
    } else {
        command
    };
    command
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "Argumenten" } else { "Opties" };
            let takes_value = arg.get_action().takes_values();
            arg.help_heading(heading).hide_possible_values(takes_value)
        })
        .mut_subcommands(dutch)
}

pub(crate) fn run(opdracht: Opdracht) -> Outcome {
    match opdracht {
        Opdracht::Sleutel(opdracht) => sleutel::run(opdracht),
        Opdracht::Controleer(args) => controleer::run(&args),
        Opdracht::Doelbinding(opdracht) => doelbinding::run(opdracht),
        Opdracht::Genereer(args) => genereer::run(args),
        Opdracht::Demo(args) => demo::run(&args),
        Opdracht::Koppel(args) => koppel::run(&args),
        Opdracht::Pseudonimiseer(opdracht) => pseudonimiseer::run(opdracht),
        Opdracht::Herken(args) => herken::run(&args),
        Opdracht::Register(opdracht) => register::run(&opdracht),
        Opdracht::Waarom(args) => waarom::run(&args),
        Opdracht::LekControle(args) => lek_controle::run(&args),
        Opdracht::MeetSleutelhash => meet_sleutelhash::run(),
        #[cfg(feature = "dienst")]
        Opdracht::Serve(args) => serve::run(&args),
        #[cfg(feature = "dienst")]
        Opdracht::Beheer(opdracht) => beheer::run(&opdracht),
        Opdracht::Help { opdracht } => {
            let mut command = dutch(Inbeeld::command());
            command.build();
            let mut found = &mut command;
            for name in &opdracht {
                if found.find_subcommand(name).is_none() {
                    break;
                }
                if let Some(below) = found.find_subcommand_mut(name) {
                    found = below;
                } else {
                    return Ok(());
                }
            }
            say(&found.render_long_help().to_string());
            Ok(())
        }
    }
}
