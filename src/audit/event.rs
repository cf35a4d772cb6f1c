//! What can be in the log. Every word is one of a closed set, or the name of an account or object.

use crate::terms::{AccountRol, Oin};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is not logged in.
    Nobody,
    /// An account.
    Account {
        /// Its name.
        naam: String,
        /// Its role at that moment.
        rol: AccountRol,
    },
    /// The machine of a source, by its certificate.
    Certificate {
        /// How it is written: with the OIN in it.
        naam: String,
    },
    /// Whoever uses the command line on the machine itself.
    Console,
    /// The service, of its own accord.
    Service,
}

impl Actor {
    /// The source that showed a certificate with this OIN. No account can have such a name.
    #[must_use]
    pub fn certificate(oin: &Oin) -> Self {
        Self::Certificate { naam: format!("certificaat {oin}") }
    }

    /// As it is written in `wie`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Nobody => "niemand",
            Self::Account { naam, .. } | Self::Certificate { naam } => naam,
            Self::Console => "opdrachtregel",
            Self::Service => "dienst",
        }
    }

    /// As it is written in `rol`.
    #[must_use]
    pub fn rol(&self) -> Option<AccountRol> {
        match self {
            Self::Account { rol, .. } => Some(*rol),
            Self::Certificate { .. } => Some(AccountRol::Bronhouder),
            _ => None,
        }
    }
}

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused, by a rule or because of what was sent.
    Refused,
    /// The machine or the program failed.
    Failed,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    /// Its spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "gelukt",
            Self::Refused => "geweigerd",
            Self::Failed => "mislukt",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $text:literal),+ $(,)?) => {
        /// What can be done. Everything that changes something, and every look at what few may see.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Act { $($(#[$doc])* $act),+ }

        impl Act {
            /// Every act.
            pub const ALL: &'static [Self] = &[$(Self::$act),+];

            /// Its spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$act => $text),+ }
            }
        }
    };
}

acts! {
    /// The service starts.
    Start = "dienst-start",
    /// The service stops.
    Stop = "dienst-stop",
    /// Somebody logs in.
    LogIn = "aanmelden",
    /// Somebody logs out.
    LogOut = "afmelden",
    /// An account is made.
    NewAccount = "account-nieuw",
    /// An account is taken into use by the person it is for.
    Activate = "account-activeren",
    /// An account is closed.
    Block = "account-blokkeren",
    /// An account gets a new activation code; its password and app no longer hold.
    Reset = "account-herstellen",
    /// A signed text is taken in.
    NewText = "doelbinding-nieuw",
    /// Somebody sees what would leave under a text.
    TryText = "doelbinding-proberen",
    /// A levering is taken in.
    Deliver = "levering-ontvangen",
    /// Share B of a period is handed in.
    ShareGiven = "periode-deel-ingevoerd",
    /// The service forgets its copy of share B.
    ShareForgotten = "periode-deel-vergeten",
    /// A period whose term has passed is destroyed.
    Destroy = "periode-vernietigen",
    /// A holder of share B confirms that it has no copy any more.
    ConfirmDestruction = "vernietiging-bevestigen",
    /// What has passed its term is cleared away.
    Sweep = "opruimen",
    /// A backup is made.
    Backup = "reservekopie-maken",
    /// A backup is put back.
    Restore = "reservekopie-terugzetten",
    /// The sessions of an account end.
    EndSessions = "sessies-intrekken",
    /// A koppeling is asked for.
    AskRun = "koppeling-aanvragen",
    /// A koppeling runs.
    Link = "koppeling-draaien",
    /// A koppeling is broken off.
    CancelRun = "koppeling-annuleren",
    /// Somebody sees what a koppeling would let out.
    SeeProposal = "koppeling-bekijken",
    /// A koppeling is released.
    Release = "koppeling-vrijgeven",
    /// A koppeling is refused.
    RefuseRun = "koppeling-weigeren",
    /// A released file is fetched.
    Fetch = "bestand-ophalen",
    /// A contact list is fetched.
    FetchList = "lijst-ophalen",
    /// A recipient confirms that it received a list.
    ConfirmList = "lijst-bevestigen",
    /// A municipality asks why somebody is on its list.
    AskWhy = "lijst-waarom",
    /// Somebody looks in the Logboek Dataverwerkingen.
    SearchLogbook = "dataverwerkingen-zoeken",
    /// Lines of the Logboek Dataverwerkingen that passed their term are removed.
    ExpireLogbook = "dataverwerkingen-opruimen",
    /// The register is verified.
    VerifyRegister = "register-verifieren",
    /// This log is verified.
    VerifyLog = "audit-verifieren",
}

impl Act {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.as_str() == text)
    }
}
