//! Why somebody may not, or not yet.

use crate::fault::{Exit, Explain};

/// Why an account cannot be made or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessFault {
    /// Role and code do not fit.
    #[error(
        "de rol en de code passen niet bij elkaar: alleen een gemeente heeft een gemeentecode, alleen een bronhouder een OIN"
    )]
    Bound,
    /// Too short, too long or too plain.
    #[error("dit wachtwoord is te kort, te lang of te eenvoudig")]
    WeakPassword,
    /// Name, password or code is wrong; which, nobody says.
    #[error("naam, wachtwoord of code klopt niet")]
    Credentials,
    /// Too many wrong attempts.
    #[error("er is te vaak verkeerd geprobeerd")]
    Locked,
    /// The activation code is wrong or has expired.
    #[error("deze activeringscode klopt niet of is verlopen")]
    Activation,
    /// A beheerder closed the account.
    #[error("uw account is hier gesloten")]
    Closed,
    /// The system gave no random bytes, or no memory for the hash.
    #[error("het systeem kon het wachtwoord niet verwerken")]
    Machine,
}

impl Explain for AccessFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Bound => "account-binding",
            Self::WeakPassword => "wachtwoord-zwak",
            Self::Credentials => "aanmelden-onjuist",
            Self::Locked => "aanmelden-vergrendeld",
            Self::Activation => "activering-onjuist",
            Self::Closed => "account-gesloten",
            Self::Machine => "wachtwoord-machine",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Bound => "Geef een gemeente haar vier cijfers, een bronhouder zijn OIN, en een ander geen van beide.",
            Self::WeakPassword => {
                "Kies 12 tot 128 tekens, waarvan minstens vijf verschillende, en niet de naam van het account."
            }
            Self::Credentials => {
                "Probeer het opnieuw; een code uit de app geldt één keer en ongeveer een halve minuut."
            }
            Self::Locked => "Wacht een kwartier, of laat een beheerder het account herstellen.",
            Self::Activation => "Vraag een beheerder om een nieuwe code.",
            Self::Closed => "Vraag een beheerder van inbeeld om het te openen.",
            Self::Machine => "Probeer het zo nog eens; blijft het zo, laat de beheerder de machine nakijken.",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Machine => Exit::Internal,
            _ => Exit::Usage,
        }
    }
}
