//! The keys that the service works with, each in the one role that its place in the configuration asks.

use super::KeyPlaces;
use inbeeld::fault::{Exit, Explain};
use inbeeld::pseudonym::{Key, KeyFault, KeyId, LogboekKey, PeriodFault, Role, ShareA, ShareB, WithdrawalKey};
use inbeeld::store::{StoreFault, read_key};
use inbeeld::terms::Maand;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The keys of the service.
pub(crate) struct Keys {
    /// The operator's share of every period's key.
    pub(crate) share_a: ShareA,
    /// Shares B that were named in the configuration.
    pub(crate) shares_b: BTreeMap<Maand, ShareB>,
    /// Months of which the file with share B is not there.
    pub(crate) missing: Vec<Maand>,
    /// Marks who is on a list.
    pub(crate) intrekking: WithdrawalKey,
    /// Under what persons stand in the Logboek Dataverwerkingen.
    pub(crate) logboek: LogboekKey,
    /// Every key by what it is for, to be shown.
    pub(crate) ids: Vec<(Role, KeyId)>,
}

/// Why the keys of a configuration cannot be used together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysFault {
    /// One cannot be read, or has another role.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The sources' linkage key is here.
    #[error(
        "{}: dit is een koppelsleutel. Wie de dienst draait, mag die niet hebben: met deze sleutel is elk pseudoniem in \
         enkele seconden terug te rekenen tot een BSN",
        path.display()
    )]
    Koppel {
        /// Which file.
        path: PathBuf,
    },
    /// One key in two places.
    #[error("{} en {}: dit is twee keer dezelfde sleutel", one.display(), other.display())]
    Twice {
        /// One file.
        one: PathBuf,
        /// The other file.
        other: PathBuf,
    },
    /// One share in both places of a period.
    #[error("{}: {fault}", path.display())]
    Shares {
        /// The file of share B.
        path: PathBuf,
        /// Why.
        fault: PeriodFault,
    },
}

impl Explain for KeysFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(fault) => fault.code(),
            Self::Koppel { .. } => "koppelsleutel-bij-dienst",
            Self::Twice { .. } => "sleutel-dubbel",
            Self::Shares { fault, .. } => fault.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Store(fault) => fault.remedy(),
            Self::Koppel { .. } => {
                "Verwijder dit bestand van deze machine, maak met de bronnen een nieuwe koppelsleutel, en laat een andere \
                 partij dan de dienst hem bewaren."
                    .to_owned()
            }
            Self::Twice { .. } => "Maak voor elk doel een eigen sleutel met `inbeeld sleutel nieuw`.".to_owned(),
            Self::Shares { fault, .. } => fault.remedy(),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Keys {
    /// Reads every key file that the configuration names.
    ///
    /// # Errors
    /// [`KeysFault`] for a linkage key, a wrong role, or one key in two places.
    pub(crate) fn read(places: &KeyPlaces) -> Result<Self, KeysFault> {
        let mut seen = BTreeMap::new();
        let (dienst_deel, intrekking, logboek) = (&places.dienst_deel, &places.intrekking, &places.logboek);
        let a = one(dienst_deel, &mut seen)?;
        let share_a = ShareA::new(&a).map_err(in_file(dienst_deel))?;
        let intrekking_key = one(intrekking, &mut seen)?;
        let marks = WithdrawalKey::new(&intrekking_key).map_err(in_file(intrekking))?;
        let logboek_key = one(logboek, &mut seen)?;
        let subjects = LogboekKey::new(&logboek_key).map_err(in_file(logboek))?;
        let ids = [&a, &intrekking_key, &logboek_key].map(|key| (key.role(), key.id())).to_vec();
        let (mut shares_b, mut missing) = (BTreeMap::new(), Vec::new());
        for (periode, path) in &places.perioden {
            // One of a month that was destroyed is gone; of another it is missed when the months are known.
            let key = match read(path) {
                Err(KeysFault::Store(StoreFault::Read { source, .. })) if source.kind() == ErrorKind::NotFound => {
                    missing.push(*periode);
                    continue;
                }
                key => key?,
            };
            let share = ShareB::new(&key).map_err(in_file(path))?;
            share_a.period_key(*periode, &share).map_err(|fault| KeysFault::Shares { path: path.clone(), fault })?;
            distinct(path, &key, &mut seen)?;
            shares_b.insert(*periode, share);
        }
        Ok(Self { share_a, shares_b, missing, intrekking: marks, logboek: subjects, ids })
    }
}

/// Reads a key that no other place has.
fn one(path: &Path, seen: &mut BTreeMap<KeyId, PathBuf>) -> Result<Key, KeysFault> {
    let key = read(path)?;
    distinct(path, &key, seen)?;
    Ok(key)
}

fn read(path: &Path) -> Result<Key, KeysFault> {
    let key = read_key(path)?;
    if key.role() == Role::Koppel { Err(KeysFault::Koppel { path: path.to_owned() }) } else { Ok(key) }
}

/// The id is made of the secret alone, so one secret under two roles is found too.
fn distinct(path: &Path, key: &Key, seen: &mut BTreeMap<KeyId, PathBuf>) -> Result<(), KeysFault> {
    match seen.insert(key.id(), path.to_owned()) {
        None => Ok(()),
        Some(one) => Err(KeysFault::Twice { one, other: path.to_owned() }),
    }
}

fn in_file(path: &Path) -> impl FnOnce(KeyFault) -> KeysFault + use<> {
    let path = path.to_owned();
    move |fault| KeysFault::Store(StoreFault::Key { path, fault })
}
