//! Which earlier releases a new one stands beside, and whether they can be compared.

use super::link::Linked;
use super::scope;
use crate::classify::{Covered, Scope, Way};
use crate::disclosure::{Earlier, RefusalReason};
use crate::doelbinding::{Policy, Tabel};
use crate::ingest::Coverage;
use crate::register::{Details, Remembered};
use crate::terms::{Bron, Peildatum, Sha256Hash};
use std::collections::BTreeSet;

/// The earlier releases of the region and month, as this run can see them.
pub(super) struct Memory {
    /// How this text looks, then how others do.
    pub(super) ways: Vec<Way>,
    pub(super) earlier: Vec<Earlier>,
    /// Releases of this text from other input.
    pub(super) corrects: Vec<Earlier>,
    pub(super) refused: Option<RefusalReason>,
}

impl Memory {
    /// Compares what the register holds of the month with this run: only what was made from the same
    /// leveringen can be counted again. `text` is the hash of this run's text.
    pub(super) fn new(
        releases: Vec<Remembered>,
        text: &Sha256Hash,
        policy: &Policy,
        peildatum: Peildatum,
        linked: &Linked,
    ) -> Self {
        let own = Way { scope: scope(policy, peildatum), covered: linked.covered.clone() };
        let mut memory = Self { ways: vec![own], earlier: Vec::new(), corrects: Vec::new(), refused: None };
        let mut unlike: Vec<(u64, Details)> = Vec::new();
        let mut corrected: Vec<Details> = Vec::new();
        for release in standing(releases, text) {
            if release.peildatum != peildatum.datum().to_string() {
                memory.refuse(RefusalReason::AnderePeildatum { eerder: release.nr });
                continue;
            }
            let (same_text, nr) = (release.under(text), release.nr);
            let Some(details) = release.details else {
                memory.refuse(RefusalReason::NietVergelijkbaar { eerder: nr });
                continue;
            };
            if same_input(&details, policy, peildatum, linked) {
                let way = way(&details, peildatum);
                let way = memory.ways.iter().position(|known| *known == way).unwrap_or_else(|| {
                    memory.ways.push(way);
                    memory.ways.len() - 1
                });
                let release = earlier(nr, way, &details);
                // The same release made again says nothing new.
                let told = |of: &Earlier| (of.tabellen.clone(), of.redenen.clone(), of.lijsten.clone());
                let again = |known: &Earlier| told(known) == told(&release);
                if !memory.earlier.iter().any(|known| known.way == way && again(known)) {
                    memory.earlier.push(release);
                }
            } else if same_text {
                memory.corrects.push(earlier(nr, 0, &details));
                corrected.push(details);
            } else {
                unlike.push((nr, details));
            }
        }
        // Another text's release from other input: what this text released from that same input was
        // protected beside it, and what corrects that differs from it by nothing or by enough.
        for (nr, details) in unlike {
            if !corrected.iter().any(|before| alike_input(before, &details)) {
                memory.refuse(RefusalReason::NietVergelijkbaar { eerder: nr });
            }
        }
        memory
    }

    fn refuse(&mut self, reason: RefusalReason) {
        self.refused.get_or_insert(reason);
    }
}

/// Every release of this text, and the last one of each other: what that replaced was replaced under
/// the rule for corrections, or says the same.
fn standing(releases: Vec<Remembered>, text: &Sha256Hash) -> Vec<Remembered> {
    let mut seen = BTreeSet::new();
    let mut standing: Vec<Remembered> = Vec::new();
    for release in releases.into_iter().rev().filter(Remembered::published) {
        if release.under(text) || seen.insert(release.text.clone()) {
            standing.push(release);
        }
    }
    standing.reverse();
    standing
}

/// Whether two releases read the same leveringen of every source that both read.
fn alike_input(one: &Details, other: &Details) -> bool {
    let both = |bron: &Bron| *bron == Bron::Doelgroep || (one.bronnen.contains(bron) && other.bronnen.contains(bron));
    let read = |details: &Details| -> BTreeSet<(Bron, String)> {
        details.leveringen.iter().filter(|(bron, _)| both(bron)).cloned().collect()
    };
    read(one) == read(other)
}

/// Whether a release read, of its own sources, the very leveringen that this run reads.
fn same_input(details: &Details, policy: &Policy, peildatum: Peildatum, linked: &Linked) -> bool {
    let sources: BTreeSet<Bron> = details.bronnen.iter().copied().chain([Bron::Doelgroep]).collect();
    let now =
        linked.serving.leveringen.iter().map(|levering| (levering.manifest.bron, levering.manifest.sha256.to_string()));
    let now: BTreeSet<(Bron, String)> = now.filter(|(bron, _)| sources.contains(bron)).collect();
    let income = !details.bronnen.contains(&Bron::Inkomen)
        || details.inkomen_maand == policy.inkomen_maand(peildatum).to_string();
    now == details.leveringen && income && details.bronnen.iter().all(|bron| policy.bronnen.contains_key(bron))
}

/// How an earlier release looked at the leveringen.
fn way(details: &Details, peildatum: Peildatum) -> Way {
    let coverage = |word: &str| Coverage::parse(word).unwrap_or(Coverage::Missing);
    let covered = details.dekking.iter().map(|(bron, identificatie, word)| ((*bron, *identificatie), coverage(word)));
    Way {
        scope: Scope {
            peildatum,
            gemeenten: details.gemeenten.iter().copied().collect(),
            van: details.leeftijd_van,
            tot: details.leeftijd_tot,
            cohort: details.cohort,
            inkomen_boven_cent: details.inkomen_boven_cent,
            brp: details.bronnen.contains(&Bron::Brp),
        },
        covered: Covered::new(covered),
    }
}

fn earlier(nr: u64, way: usize, details: &Details) -> Earlier {
    let tables = details.tabellen.iter().map(|table| {
        let tabel = Tabel {
            naam: table.naam.clone(),
            dimensies: table.dimensies.clone(),
            methode: table.methode,
            drempel: table.drempel,
        };
        (tabel, table.cells.clone())
    });
    Earlier {
        nr,
        way,
        gemeenten: details.gemeenten.clone(),
        tabellen: tables.collect(),
        drempel_redenen: details.drempel_redenen,
        redenen: details.redenen.clone(),
        lijsten: details.lijsten.clone(),
        zonder_verwijzing: details.zonder_verwijzing,
    }
}
