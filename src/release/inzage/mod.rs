//! The answer to a question about one person. The register knows that it was asked before anybody sees
//! an answer, or hears that there is none: else guessing handles would cost nothing.

mod letter;
mod machine;
mod page;

use super::account::Doelbinding;
use super::{OutFile, Outbound, Released, sealed};
use crate::disclosure::{Answer, NoAnswer, Protected};
use crate::doelbinding::Policy;
use crate::doelbinding::plain::page::Page;
use crate::fault::{Exit, Explain};
use crate::register::{Inzage, Ledger, PastText, Register, RegisterFault, enter_inzage};
use crate::terms::{Bron, Moment, Peildatum, Rol};
use serde_json::Value;

/// How an answer is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vorm {
    /// Text of 80 columns.
    Tekst,
    /// A page that stands by itself.
    Html,
    /// For machines.
    Json,
}

/// The answer to one question: one file.
///
/// ```compile_fail
/// // It cannot be made up: only a release gives one, and the register knows that first.
/// fn forge(file: inbeeld::release::OutFile) -> inbeeld::release::Antwoord {
///     inbeeld::release::Antwoord { file: [file] }
/// }
/// ```
/// ```
/// // It can be written once it is released.
/// fn door<T: inbeeld::release::Outbound>(out: &T) -> usize { out.files().len() }
/// fn pass(out: &inbeeld::release::Released<inbeeld::release::Antwoord>) -> usize { door(out) }
/// ```
/// ```compile_fail
/// // The same that is not released is nothing to write.
/// fn door<T: inbeeld::release::Outbound>(out: &T) -> usize { out.files().len() }
/// fn pass(out: &inbeeld::release::Antwoord) -> usize { door(out) }
/// ```
pub struct Antwoord {
    file: [OutFile; 1],
}

impl sealed::Sealed for Released<Antwoord> {}

impl Outbound for Released<Antwoord> {
    fn files(&self) -> &[OutFile] {
        &self.value.file
    }
}

/// What is said beside the answer.
pub(crate) struct InzageAccount<'a> {
    /// When, UTC.
    pub(crate) tijd: Moment,
    /// Whether "today" was set by hand (INBEELD_VANDAAG).
    pub(crate) vandaag_gezet: bool,
    /// Who asks.
    pub(crate) rol: Rol,
    /// The text.
    pub(crate) policy: &'a Policy,
    /// Who delivered what served.
    pub(crate) leveranciers: Vec<(Bron, &'a str)>,
}

/// Everything that an answer is laid out from.
struct Context<'a> {
    account: &'a InzageAccount<'a>,
    peildatum: Peildatum,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InzageFault {
    /// Nothing may be told, or there is nothing.
    #[error("{}", match .0 {
        NoAnswer::NietUitgeleverd => "deze verwijzing staat niet op een uitgeleverde lijst",
        NoAnswer::Onbekend => "deze verwijzing is in de leveringen van de doelgroep niet die van één jongere",
    })]
    Geen(NoAnswer),
    /// The register does not take the question; nothing was told.
    #[error(transparent)]
    Register(#[from] RegisterFault),
    /// The answer cannot be laid out: a mistake of ours.
    #[error("dit antwoord kan niet gemaakt worden")]
    Vorm,
}

impl Explain for InzageFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Geen(NoAnswer::NietUitgeleverd) => "niet-op-lijst",
            Self::Geen(NoAnswer::Onbekend) => "verwijzing-onbekend",
            Self::Register(fault) => fault.code(),
            Self::Vorm => "vorm",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Geen(NoAnswer::NietUitgeleverd) => {
                "Neem de verwijzing over van een lijst die met deze doelbinding, peildatum en leveringen is gemaakt."
            }
            Self::Geen(NoAnswer::Onbekend) => {
                "Neem de verwijzing over zoals zij in de levering van deze maand staat: elke maand is zij anders."
            }
            Self::Register(fault) => return fault.remedy(),
            Self::Vorm => "Meld dit als fout; er is niets verteld.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Geen(NoAnswer::NietUitgeleverd) => Exit::Denied,
            Self::Geen(NoAnswer::Onbekend) => Exit::Input,
            Self::Register(fault) => fault.exit(),
            Self::Vorm => Exit::Internal,
        }
    }
}

/// Enters a question and gives its answer: no register, no answer.
///
/// # Errors
/// [`InzageFault`]; then nothing was told.
pub(crate) fn tell(
    protected: Protected<Answer>,
    account: &InzageAccount<'_>,
    vorm: Vorm,
    ledger: &mut dyn Ledger,
) -> Result<Released<Antwoord>, InzageFault> {
    let (answer, identity, peildatum, regio) = protected.take();
    let Doelbinding { id, versie, sha256 } = Doelbinding::of(&identity);
    let laid_out = lay_out(&answer, &Context { account, peildatum }, vorm);
    let entry = Inzage {
        tijd: account.tijd.to_string(),
        vandaag_gezet: account.vandaag_gezet,
        doelbinding: PastText { id, versie, sha256 },
        rol: account.rol.to_string(),
        peildatum: peildatum.to_string(),
        regio: regio.to_string(),
    };
    let register = Register::read(&ledger.lines()?)?;
    let nr = enter_inzage(ledger, register.end, &entry)?;
    Ok(Released { nr, value: Antwoord { file: [laid_out?] } })
}

fn lay_out(answer: &Answer, context: &Context<'_>, vorm: Vorm) -> Result<OutFile, InzageFault> {
    if let Answer::Geen(why) = answer {
        return Err(InzageFault::Geen(*why));
    }
    let (name, text) = match vorm {
        Vorm::Tekst => ("antwoord.txt", page(answer, context).text()),
        Vorm::Html => ("antwoord.html", page(answer, context).html().map_err(|_| InzageFault::Vorm)?),
        Vorm::Json => {
            let value: Value = machine::answer(answer, context);
            ("antwoord.json", format!("{value:#}\n"))
        }
    };
    Ok(OutFile { name: name.to_owned(), bytes: text.into_bytes() })
}

/// The answer as a page.
fn page(answer: &Answer, context: &Context<'_>) -> Page {
    match (answer, context.account.rol) {
        (Answer::Gemeente(told), _) => page::gemeente(told, context),
        (_, Rol::Jongere) => letter::letter(answer, context),
        _ => page::coordinator(answer, context),
    }
}
