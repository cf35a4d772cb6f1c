//! What every refusal can say: which code, what went wrong and where, and what to do.

/// Exit code of the command line, by what was refused (CONTRACT, "Exit codes").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Something in the program or the machine failed.
    Internal = 1,
    /// The command was not understood.
    Usage = 2,
    /// Input was refused: a levering, the text of a doelbinding, or no overlap.
    Input = 3,
    /// Refused by the doelbinding or by disclosure control.
    Denied = 4,
    /// A register or list was tampered with.
    Integrity = 5,
}

/// A refusal that a user can act on.
///
/// `Display` says in Dutch what went wrong and where (file, line, column, key), never a value from
/// the input: a message may end in a log or a ticket, and a cell may be a person.
pub trait Explain: std::error::Error {
    /// Stable code that scripts and pages may rely on.
    fn code(&self) -> &'static str;
    /// What the user can do about it, one Dutch sentence.
    fn remedy(&self) -> String;
    /// The exit code that this refusal leads to.
    fn exit(&self) -> Exit;
}

/// What the system said of a file, in Dutch words.
#[must_use]
pub fn io_words(fault: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match fault.kind() {
        ErrorKind::NotFound => "bestaat niet",
        ErrorKind::PermissionDenied => "geen toegang",
        ErrorKind::AlreadyExists => "bestaat al",
        ErrorKind::IsADirectory => "is een map",
        ErrorKind::NotADirectory => "is geen map",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "de schijf is vol",
        ErrorKind::ReadOnlyFilesystem => "de schijf is alleen te lezen",
        ErrorKind::InvalidData => "is geen tekst in UTF-8",
        _ => "het systeem weigerde",
    }
}
