//! From a signed text to what it grants, or the reason it does not.

mod inzage;

pub use inzage::{Asking, Question};

use super::fault::TextFaults;
use super::policy::{Lijst, Policy, Tabel};
use super::signature::{Checked, Standing, TrustedKey, check};
use crate::fault::{Exit, Explain};
use crate::terms::{Datum, Dimensie, Methode, Peildatum, Regio, Rol, Sha256Hash};
use sha2::{Digest, Sha256};

/// Which text a release was made under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextIdentity {
    /// Name of the purpose.
    pub id: String,
    /// Version of the text.
    pub versie: u32,
    /// Hash of the signed bytes.
    pub sha256: Sha256Hash,
}

/// Why nothing is released under a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// There is no signature beside the text.
    #[error("er staat geen handtekening naast de doelbinding")]
    NoSignature,
    /// A trusted key signed another text.
    #[error("de doelbinding is veranderd nadat zij is ondertekend")]
    Changed,
    /// The signer is not trusted.
    #[error("de doelbinding is niet ondertekend met een vertrouwde sleutel")]
    Unknown,
    /// The signer's key was revoked.
    #[error("de sleutel `{key}` waarmee is ondertekend, is ingetrokken")]
    Revoked {
        /// Name of the key.
        key: String,
    },
    /// The signer's key does not hold today.
    #[error("de sleutel `{key}` waarmee is ondertekend, geldt vandaag niet")]
    KeyExpired {
        /// Name of the key.
        key: String,
    },
    /// Fewer good signatures than the text asks.
    #[error("de doelbinding vraagt {wanted} handtekeningen van verschillende sleutels, en er geldt er {found}{}",
        because.as_ref().map(|reason| format!("; van de andere: {reason}")).unwrap_or_default())]
    TooFew {
        /// How many it asks.
        wanted: u8,
        /// How many are good.
        found: usize,
        /// Why another signature beside the text does not count, where there is one.
        because: Option<Box<Denial>>,
    },
    /// The text is signed twice with one key.
    #[error("met de sleutel `{key}` is twee keer ondertekend")]
    Twice {
        /// Name of the key.
        key: String,
    },
    /// The peildatum is outside the text's dates.
    #[error("de doelbinding geldt van {van} tot en met {tot_en_met}, niet op de peildatum {peildatum}")]
    OutsideDates {
        /// First day.
        van: Datum,
        /// Last day.
        tot_en_met: Datum,
        /// The day asked.
        peildatum: Datum,
    },
    /// It is too late to release anything under the text.
    #[error("na {last} mag onder deze doelbinding niets meer worden vrijgegeven")]
    TooLate {
        /// Last day of `geldig` plus the bewaartermijn.
        last: Datum,
    },
    /// The text lets nobody ask.
    #[error("deze doelbinding staat niemand toe te vragen waarom een jongere een klasse heeft")]
    NoInzage,
    /// The text does not let this role ask.
    #[error("deze doelbinding staat de rol `{rol}` niet toe te vragen waarom een jongere een klasse heeft")]
    NotThisRole {
        /// The role.
        rol: Rol,
    },
    /// As many questions were asked today as the text allows.
    #[error("het aantal vragen van vandaag is op: deze doelbinding staat er {per_dag} per dag toe")]
    DayIsFull {
        /// How many it allows.
        per_dag: u32,
    },
}

impl Explain for Denial {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSignature => "geen-handtekening",
            Self::Changed => "handtekening-veranderd",
            Self::Unknown => "handtekening-onbekend",
            Self::Revoked { .. } => "sleutel-ingetrokken",
            Self::KeyExpired { .. } => "sleutel-verlopen",
            Self::TooFew { .. } | Self::Twice { .. } => "te-weinig-handtekeningen",
            Self::OutsideDates { .. } => "buiten-geldigheid",
            Self::TooLate { .. } => "te-laat",
            Self::NoInzage => "geen-inzage",
            Self::NotThisRole { .. } => "geen-inzage-rol",
            Self::DayIsFull { .. } => "inzage-dag-vol",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoSignature => "Laat de FG de tekst ondertekenen: `inbeeld doelbinding onderteken`.",
            Self::Changed => "Neem de ondertekende tekst terug, of laat de FG de nieuwe tekst lezen en ondertekenen.",
            Self::Unknown => "Laat een FG ondertekenen wiens openbare sleutel bij --vertrouwd staat.",
            Self::Revoked { .. } | Self::KeyExpired { .. } => {
                "Laat de tekst ondertekenen met een sleutel die nu geldt."
            }
            Self::TooFew { .. } | Self::Twice { .. } => {
                "Laat een tweede persoon ondertekenen met een eigen sleutel; het bestand heet <id>.toml.2.minisig."
            }
            Self::OutsideDates { .. } => {
                "Kies een peildatum binnen deze dagen, of laat een nieuwe versie ondertekenen."
            }
            Self::TooLate { .. } => "Laat een nieuwe versie van de tekst ondertekenen.",
            Self::NoInzage => {
                "Laat de FG beslissen of zo'n vraag nodig is; het deel `[inzage]` van de tekst staat haar toe."
            }
            Self::NotThisRole { .. } => "Laat de FG beslissen of deze rol in `inzage.rollen` hoort.",
            Self::DayIsFull { .. } => {
                "Stel de vraag morgen (UTC). Zijn er vaker meer vragen nodig, laat de FG dan over `inzage.per_dag` beslissen."
            }
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Denied
    }
}

/// A text with at least one good signature of a trusted key. Only this room makes one.
pub struct Signed {
    policy: Policy,
    identity: TextIdentity,
    signers: Vec<String>,
}

/// A text that may be tried on real leveringen: at least one good signature, also where it asks two.
/// What it grants can be seen, and never delivered. Only this room makes one.
pub struct Triable(Signed);

/// Why a text is not taken: not signed, or not right.
#[derive(Debug, thiserror::Error)]
pub enum SignedFault {
    /// Not signed as it must be.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// Signed, but at fault.
    #[error(transparent)]
    Text(#[from] TextFaults),
}

impl Explain for SignedFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.code(),
            Self::Text(faults) => faults.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Denied(denial) => denial.remedy(),
            Self::Text(faults) => faults.remedy(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Denied(denial) => denial.exit(),
            Self::Text(faults) => faults.exit(),
        }
    }
}

impl Signed {
    /// Checks the signatures, then reads the text (CONTRACT: signature before text).
    ///
    /// # Errors
    /// [`SignedFault`] with the reason.
    pub fn read(text: &[u8], signatures: &[String], keys: &[TrustedKey], today: Datum) -> Result<Self, SignedFault> {
        let (signed, because) = Self::by_one(text, signatures, keys, today)?;
        let (wanted, found) = (signed.policy.handtekeningen, signed.signers.len());
        if found < usize::from(wanted) {
            return Err(Denial::TooFew { wanted, found, because: because.map(Box::new) }.into());
        }
        Ok(signed)
    }

    /// Reads a text that has at least one good signature; gives with it why another is not good.
    fn by_one(
        text: &[u8],
        signatures: &[String],
        keys: &[TrustedKey],
        today: Datum,
    ) -> Result<(Self, Option<Denial>), SignedFault> {
        let mut good: Vec<&TrustedKey> = Vec::new();
        let mut denial = None;
        for signature in signatures {
            let reason = match check(text, signature, keys) {
                Checked::By(key) => match key.standing_among(keys, today) {
                    Standing::Good => {
                        if !good.iter().any(|other| other.same_key(key)) {
                            good.push(key);
                            continue;
                        }
                        Denial::Twice { key: key.name().to_owned() }
                    }
                    Standing::Revoked => Denial::Revoked { key: key.name().to_owned() },
                    Standing::Expired => Denial::KeyExpired { key: key.name().to_owned() },
                },
                Checked::Changed => Denial::Changed,
                Checked::Unknown | Checked::NoSignature => Denial::Unknown,
            };
            // The first signature's reason is the one to show.
            denial.get_or_insert(reason);
        }
        if good.is_empty() {
            return Err(denial.unwrap_or(Denial::NoSignature).into());
        }
        let policy = Policy::parse(text)?;
        let sha256 = Sha256Hash(Sha256::digest(text).into());
        let identity = TextIdentity { id: policy.id.clone(), versie: policy.versie, sha256 };
        Ok((Self { policy, identity, signers: good.iter().map(|key| key.name().to_owned()).collect() }, denial))
    }

    /// What the text says.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Names of the keys that signed it.
    #[must_use]
    pub fn signers(&self) -> &[String] {
        &self.signers
    }

    /// Whether anything may still leave under the text today, for whatever peildatum.
    ///
    /// # Errors
    /// [`Denial::TooLate`] when its time is over.
    pub fn holds(&self, today: Datum) -> Result<(), Denial> {
        let last = self.policy.last_release();
        if today > last { Err(Denial::TooLate { last }) } else { Ok(()) }
    }

    /// Whether the text holds for a peildatum, and anything may still leave under it today.
    fn holds_for(&self, peildatum: Peildatum, today: Datum) -> Result<(), Denial> {
        let geldig = self.policy.geldig;
        let day = peildatum.datum();
        if day < geldig.van || day > geldig.tot_en_met {
            return Err(Denial::OutsideDates { van: geldig.van, tot_en_met: geldig.tot_en_met, peildatum: day });
        }
        self.holds(today)
    }

    /// Decides what may leave for a peildatum, today.
    ///
    /// # Errors
    /// [`Denial`] when the text does not hold.
    pub fn decide(self, peildatum: Peildatum, today: Datum) -> Result<Granted, Denial> {
        self.holds_for(peildatum, today)?;
        let regio = self.policy.doelgroep.regio;
        let tables = Grant { ask: self.policy.tabellen.clone(), identity: self.identity.clone(), peildatum, regio };
        let lists = Grant { ask: self.policy.lijsten.clone(), identity: self.identity, peildatum, regio };
        Ok(Granted { tables, lists, policy: self.policy })
    }
}

/// The name of the table that a trial adds: no text can name one so.
const TRIAL: &str = "lijsten (proef)";
/// Its threshold where the text has no table (CONTRACT, "Releases").
const TRIAL_DREMPEL: u32 = 10;

impl Triable {
    /// Checks the signatures, then reads the text.
    ///
    /// # Errors
    /// [`SignedFault`] with the reason.
    pub fn read(text: &[u8], signatures: &[String], keys: &[TrustedKey], today: Datum) -> Result<Self, SignedFault> {
        Signed::by_one(text, signatures, keys, today).map(|(signed, _)| Self(signed))
    }

    /// What the text says.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Names of the keys that signed it.
    #[must_use]
    pub fn signers(&self) -> &[String] {
        &self.0.signers
    }

    /// Decides what may be seen for a peildatum, today. Where the text has lists, a table of
    /// municipalities by klasse goes with them, so that how long they would be passes through
    /// disclosure control as well.
    ///
    /// # Errors
    /// [`Denial`] when the text does not hold.
    pub fn decide(self, peildatum: Peildatum, today: Datum) -> Result<Granted, Denial> {
        let mut granted = self.0.decide(peildatum, today)?;
        let tables = &mut granted.tables.ask;
        if !granted.lists.ask.is_empty() && !tables.iter().any(Tabel::tells_lists) {
            let methode = tables.first().map_or(Methode::Onderdrukking, |tabel| tabel.methode);
            let drempel = tables.iter().filter_map(|tabel| tabel.drempel).max().unwrap_or(TRIAL_DREMPEL);
            tables.push(Tabel {
                naam: TRIAL.to_owned(),
                dimensies: vec![Dimensie::Gemeente, Dimensie::Klasse],
                methode,
                drempel: (methode == Methode::Onderdrukking).then_some(drempel),
            });
        }
        Ok(granted)
    }
}

/// Leave to let something out, for one text and one peildatum. Made here only, and used up by the
/// disclosure control that protects what it grants.
///
/// ```compile_fail
/// // A grant cannot be made up: its fields are this room's own.
/// fn forge(grant: inbeeld::doelbinding::Grant<u8>) -> u8 { grant.ask }
/// ```
/// ```
/// // The same signature compiles when it leaves the fields alone.
/// fn keep(grant: inbeeld::doelbinding::Grant<u8>) -> inbeeld::doelbinding::Grant<u8> { grant }
/// ```
/// ```compile_fail
/// // Nor copied, so that it could be used twice.
/// fn need<T: Clone>() {}
/// need::<inbeeld::doelbinding::Grant<u8>>();
/// ```
/// ```
/// fn need<T: Send>() {}
/// need::<inbeeld::doelbinding::Grant<u8>>();
/// ```
pub struct Grant<A> {
    ask: A,
    identity: TextIdentity,
    peildatum: Peildatum,
    regio: Regio,
}

impl<A> Grant<A> {
    /// The text that grants it.
    pub(crate) fn identity(&self) -> &TextIdentity {
        &self.identity
    }

    /// Uses the grant up.
    pub(crate) fn take(self) -> (A, TextIdentity, Peildatum, Regio) {
        (self.ask, self.identity, self.peildatum, self.regio)
    }
}

/// Everything one text grants.
pub struct Granted {
    /// Its tables.
    pub tables: Grant<Vec<Tabel>>,
    /// Its lists.
    pub lists: Grant<Vec<Lijst>>,
    /// The text itself, which says what may be read.
    pub policy: Policy,
}
