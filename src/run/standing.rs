//! How the leveringen stand before a koppeling: what each source covers and who still has to deliver, told
//! by manifests alone and by the same rules as the koppeling itself.

use super::RunFault;
use super::link::wanted;
use crate::doelbinding::Policy;
use crate::ingest::{Coverage, Folder, Inventory, Levering, Serving, own_allowed};
use crate::terms::{Bron, Dekking, Identificatie, Maand, Moment, Oin, Peildatum};
use std::collections::BTreeSet;

/// How one source stands, for one kind of number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which source.
    pub bron: Bron,
    /// For which kind of number.
    pub identificatie: Identificatie,
    /// The month of which it must be.
    pub maand: Maand,
    /// What it would cover now. The doelgroep covers what it lists.
    pub dekking: Coverage,
    /// What was delivered of that month, by supplier.
    pub geleverd: Vec<Supplied>,
    /// Suppliers that the text lists and of which nothing serves.
    pub ontbreekt: Vec<Oin>,
}

/// A levering of the month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplied {
    /// Name of its supplier.
    pub naam: String,
    /// Number of its supplier.
    pub oin: Oin,
    /// When it was made.
    pub aangemaakt: Moment,
    /// Its rows.
    pub regels: u64,
    /// Whether it says to be whole.
    pub volledig: bool,
    /// Whether it serves; what was made before the peildatum is too old.
    pub dient: bool,
}

/// How every source of a text stands at a peildatum: the doelgroep first, then in the text's order.
///
/// # Errors
/// [`RunFault::Folder`], and [`RunFault::Tie`] where two leveringen claim one place.
pub fn standing(folder: &dyn Folder, policy: &Policy, peildatum: Peildatum) -> Result<Vec<Standing>, RunFault> {
    let leveringen = Inventory::take(folder).map_err(RunFault::Folder)?.leveringen;
    let wanted = wanted(policy, peildatum);
    let serving = Serving::choose(&leveringen, &wanted).map_err(|tie| RunFault::Tie(tie.files))?;
    let kinds: BTreeSet<Identificatie> = serving
        .leveringen
        .iter()
        .filter(|levering| levering.manifest.bron == Bron::Doelgroep)
        .map(|levering| levering.manifest.identificatie)
        .chain([Identificatie::Bsn])
        .collect();
    let mut all = Vec::new();
    for bron in std::iter::once(Bron::Doelgroep).chain(policy.bronnen.keys().copied()) {
        for identificatie in &kinds {
            if *identificatie != Identificatie::Bsn && !own_allowed(bron) {
                continue;
            }
            let maand = if bron == Bron::Inkomen { wanted.inkomen_maand } else { peildatum.maand() };
            let here = |levering: &&Levering| {
                let manifest = &levering.manifest;
                manifest.bron == bron && manifest.identificatie == *identificatie && manifest.periode == maand
            };
            let serves = |levering: &Levering| serving.leveringen.contains(levering);
            let newest = newest(leveringen.iter().filter(here).collect());
            let geleverd: Vec<Supplied> = newest.iter().map(|one| supplied(one, serves(one))).collect();
            let listed = policy.bronnen.get(&bron).and_then(|ask| ask.leveranciers.clone()).unwrap_or_default();
            let has = |oin: &Oin| geleverd.iter().any(|one| one.oin == *oin && one.dient);
            let dekking = match bron {
                Bron::Doelgroep if geleverd.iter().any(|one| one.dient) => Coverage::Covered,
                Bron::Doelgroep => Coverage::Missing,
                bron => serving.coverage(bron, *identificatie),
            };
            // Where a whole levering covers the source, nobody is waited for.
            let ontbreekt = listed.into_iter().filter(|oin| dekking != Coverage::Covered && !has(oin)).collect();
            all.push(Standing { bron, identificatie: *identificatie, maand, dekking, geleverd, ontbreekt });
        }
    }
    Ok(all)
}

/// Of each supplier the newest.
fn newest(mut leveringen: Vec<&Levering>) -> Vec<&Levering> {
    let key = |levering: &Levering| levering.manifest.leverancier.oin.clone();
    leveringen.sort_by_key(|levering| (key(levering), std::cmp::Reverse(levering.manifest.aangemaakt)));
    leveringen.dedup_by_key(|levering| key(levering));
    leveringen
}

fn supplied(levering: &Levering, dient: bool) -> Supplied {
    let manifest = &levering.manifest;
    Supplied {
        naam: manifest.leverancier.naam.clone(),
        oin: manifest.leverancier.oin.clone(),
        aangemaakt: manifest.aangemaakt,
        regels: manifest.records,
        volledig: manifest.dekking == Dekking::Volledig,
        dient,
    }
}
