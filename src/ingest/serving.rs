//! Which leveringen serve a koppeling, and what each source covers (CONTRACT, "Which levering serves").

use super::Manifest;
use crate::terms::{Bron, Dekking, Identificatie, Maand, Oin, Peildatum, Sha256Hash};
use std::collections::{BTreeMap, BTreeSet};

/// One levering in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levering {
    /// Name of the data file.
    pub file: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Where it was keyed again when it was received: the hash of what was stored in its place.
    pub stored: Option<Sha256Hash>,
}

/// For which month and sources leveringen are sought.
pub(crate) struct Wanted {
    pub(crate) peildatum: Peildatum,
    /// The month whose income counts.
    pub(crate) inkomen_maand: Maand,
    /// Beside doelgroep: only these are read. With the suppliers that the text lists, if it does.
    pub(crate) bronnen: BTreeMap<Bron, Option<BTreeSet<Oin>>>,
}

/// Two different files that claim the same place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tie {
    pub(crate) files: [String; 2],
}

/// What the files can say of one source, for one identificatie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// No levering serves, or the text does not list the source.
    #[default]
    Missing,
    /// A levering serves, but silence says nothing.
    Partial,
    /// Silence says no.
    Covered,
}

impl Coverage {
    /// The word for it in releases and in the register.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "ontbreekt",
            Self::Partial => "gedeeltelijk",
            Self::Covered => "gedekt",
        }
    }

    /// Reads that word back.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Missing, Self::Partial, Self::Covered].into_iter().find(|coverage| coverage.as_str() == word)
    }
}

/// The leveringen that serve.
pub(crate) struct Serving {
    /// In a fixed order: by bron, supplier and identificatie.
    pub(crate) leveringen: Vec<Levering>,
    coverage: BTreeMap<(Bron, Identificatie), Coverage>,
}

impl Serving {
    /// Chooses per bron, supplier and identificatie the newest levering of the right month.
    ///
    /// # Errors
    /// [`Tie`] when two different files are equally new.
    pub(crate) fn choose(all: &[Levering], wanted: &Wanted) -> Result<Self, Tie> {
        let mut newest: BTreeMap<(Bron, &Oin, Identificatie), &Levering> = BTreeMap::new();
        for levering in all.iter().filter(|levering| wanted.fits(&levering.manifest)) {
            let manifest = &levering.manifest;
            let place = (manifest.bron, &manifest.leverancier.oin, manifest.identificatie);
            newest
                .entry(place)
                .and_modify(|best| {
                    if manifest.aangemaakt > best.manifest.aangemaakt {
                        *best = levering;
                    }
                })
                .or_insert(levering);
        }
        // Ties only matter at the top: two older files of one moment are both superseded.
        for levering in all.iter().filter(|levering| wanted.fits(&levering.manifest)) {
            let manifest = &levering.manifest;
            let best = newest.get(&(manifest.bron, &manifest.leverancier.oin, manifest.identificatie));
            if let Some(best) = best.filter(|best| best.manifest.aangemaakt == manifest.aangemaakt) {
                // The same file twice under two names is no tie.
                if best.manifest != *manifest {
                    return Err(Tie { files: [best.file.clone(), levering.file.clone()] });
                }
            }
        }
        let coverage = wanted.coverage(newest.values().map(|levering| &levering.manifest));
        Ok(Self { leveringen: newest.into_values().cloned().collect(), coverage })
    }

    /// What the files can say of a source.
    pub(crate) fn coverage(&self, bron: Bron, identificatie: Identificatie) -> Coverage {
        self.coverage.get(&(bron, identificatie)).copied().unwrap_or(Coverage::Missing)
    }
}

impl Wanted {
    fn fits(&self, manifest: &Manifest) -> bool {
        let listed = manifest.bron == Bron::Doelgroep || self.bronnen.contains_key(&manifest.bron);
        let maand = if manifest.bron == Bron::Inkomen { self.inkomen_maand } else { self.peildatum.maand() };
        listed && manifest.periode == maand && manifest.aangemaakt.datum() >= self.peildatum.datum()
    }

    fn coverage<'m>(
        &self,
        serving: impl Iterator<Item = &'m Manifest> + Clone,
    ) -> BTreeMap<(Bron, Identificatie), Coverage> {
        let mut coverage = BTreeMap::new();
        for (bron, suppliers) in &self.bronnen {
            for identificatie in Identificatie::ALL {
                let here = serving.clone().filter(|m| m.bron == *bron && m.identificatie == *identificatie);
                let delivered: BTreeSet<&Oin> = here.clone().map(|manifest| &manifest.leverancier.oin).collect();
                let whole = here.clone().any(|manifest| manifest.dekking == Dekking::Volledig);
                let all_suppliers =
                    suppliers.as_ref().is_some_and(|oins| oins.iter().all(|oin| delivered.contains(oin)));
                let found = match (delivered.is_empty(), whole || all_suppliers) {
                    (true, _) => Coverage::Missing,
                    (false, true) => Coverage::Covered,
                    (false, false) => Coverage::Partial,
                };
                coverage.insert((*bron, *identificatie), found);
            }
        }
        coverage
    }
}
