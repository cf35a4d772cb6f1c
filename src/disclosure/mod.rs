//! Classified persons to tables that may be seen.
//!
//! First form: whole rows are published or withheld. A table of at most two dimensions, by
//! suppression; what it cannot protect it refuses, by name.

mod count;
mod first_form;
pub mod problem;

use crate::classify::Jongere;
use crate::doelbinding::{Grant, Policy, Tabel, TextIdentity};
use crate::terms::{Dimensie, Klasse, Methode, Peildatum, Reden, Regio};
use count::Counts;

/// Threshold of the verantwoording's counts where the text has no table (CONTRACT, "Releases").
const DREMPEL_ZONDER_TABEL: u32 = 10;

/// A table whose withheld cells are gone: they hold nothing that could still leave.
#[derive(Debug, PartialEq, Eq)]
pub struct ProtectedTable {
    /// What the text asked.
    pub tabel: Tabel,
    /// Per dimension its values, `totaal` last.
    pub values: Vec<Vec<String>>,
    /// Every combination, the last dimension fastest; `None` is not released.
    pub cells: Vec<Option<u64>>,
    /// For rounding: how far a number is from the truth at most.
    pub grootste_afwijking: Option<u64>,
}

impl ProtectedTable {
    /// How many cells are withheld, margins included.
    #[must_use]
    pub fn withheld(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_none()).count()
    }
}

/// Why a table of the text does not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableRefusal {
    /// Rounding is not there yet.
    #[error("tabel `{naam}`: afronding kan nog niet")]
    Afronding {
        /// The table.
        naam: String,
    },
    /// More dimensions than can be protected yet.
    #[error("tabel `{naam}`: meer dan twee dimensies kan nog niet")]
    Dimensies {
        /// The table.
        naam: String,
    },
    /// It shares margins with another table of which cells are withheld.
    #[error("tabel `{naam}`: samen met een andere tabel van deze tekst zou een klein getal te berekenen zijn")]
    Samen {
        /// The table.
        naam: String,
    },
}

impl TableRefusal {
    /// What to do, in Dutch.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Afronding { .. } => "Vraag de tabel met methode onderdrukking.",
            Self::Dimensies { .. } => "Vraag een tabel met een of twee dimensies.",
            Self::Samen { .. } => "Vraag minder tabellen in één tekst, of tabellen met minder dimensies.",
        }
    }
}

/// How many persons have a klasse for a reason.
#[derive(Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// The klasse.
    pub klasse: Klasse,
    /// The reason; `None` for the klasse as a whole.
    pub reden: Option<Reden>,
    /// The count; `None` is not released.
    pub aantal: Option<u64>,
}

/// Everything that one text lets out for one peildatum.
#[derive(Debug)]
pub struct TableSet {
    /// The tables that leave.
    pub tabellen: Vec<ProtectedTable>,
    /// The tables that do not.
    pub geweigerd: Vec<TableRefusal>,
    /// Reasons per klasse.
    pub redenen: Vec<ReasonCount>,
}

/// Something that disclosure control has protected. Only this room makes one, and only from a
/// grant; it is used up by its release.
///
/// ```compile_fail
/// // Nobody else can say that a value is protected.
/// fn forge(protected: inbeeld::disclosure::Protected<u8>) -> u8 { protected.value }
/// ```
/// ```
/// fn keep(protected: inbeeld::disclosure::Protected<u8>) -> inbeeld::disclosure::Protected<u8> { protected }
/// ```
/// ```compile_fail
/// fn need<T: Clone>() {}
/// need::<inbeeld::disclosure::Protected<u8>>();
/// ```
/// ```compile_fail
/// fn need<T: Default>() {}
/// need::<inbeeld::disclosure::Protected<u8>>();
/// ```
/// ```
/// fn need<T: Send>() {}
/// need::<inbeeld::disclosure::Protected<u8>>();
/// ```
pub struct Protected<T> {
    value: T,
    identity: TextIdentity,
    peildatum: Peildatum,
    regio: Regio,
}

impl<T> Protected<T> {
    /// Uses it up, for the release.
    pub(crate) fn take(self) -> (T, TextIdentity, Peildatum, Regio) {
        (self.value, self.identity, self.peildatum, self.regio)
    }
}

impl Protected<TableSet> {
    /// The tables of the text that do not leave.
    pub(crate) fn refused(&self) -> &[TableRefusal] {
        &self.value.geweigerd
    }
}

/// Everybody whom a doelbinding names, classified.
pub(crate) struct Classified(Vec<Jongere>);

impl Classified {
    pub(crate) fn new(jongeren: Vec<Jongere>) -> Self {
        Self(jongeren)
    }

    pub(crate) fn jongeren(&self) -> &[Jongere] {
        &self.0
    }
}

/// Protects the tables of a grant.
pub(crate) fn protect(classified: &Classified, grant: Grant<Vec<Tabel>>, policy: &Policy) -> Protected<TableSet> {
    let (asked, identity, peildatum, regio) = grant.take();
    let mut tabellen: Vec<ProtectedTable> = Vec::new();
    let mut geweigerd = Vec::new();
    // Tables of one text count the same persons, so they share margins: what one withholds another
    // could give back. Beside a table with withheld cells no other one leaves.
    let mut all_whole = true;
    for tabel in asked {
        let naam = || tabel.naam.clone();
        let Some(drempel) = tabel.drempel.filter(|_| tabel.methode == Methode::Onderdrukking) else {
            geweigerd.push(TableRefusal::Afronding { naam: naam() });
            continue;
        };
        if tabel.dimensies.len() > 2 {
            geweigerd.push(TableRefusal::Dimensies { naam: naam() });
            continue;
        }
        let counts = Counts::of(classified, &tabel.dimensies, policy);
        let cells = first_form::protect(&counts, u64::from(drempel), axis(&tabel.dimensies));
        let whole = cells.iter().all(Option::is_some);
        let safe_together = tabellen.is_empty() || (whole && all_whole);
        if !safe_together {
            geweigerd.push(TableRefusal::Samen { naam: naam() });
            continue;
        }
        all_whole &= whole;
        tabellen.push(ProtectedTable { values: counts.values_with_total(), tabel, cells, grootste_afwijking: None });
    }
    let redenen = reasons(classified, policy, &tabellen, all_whole);
    Protected { value: TableSet { tabellen, geweigerd, redenen }, identity, peildatum, regio }
}

/// Where klasse stands among the dimensions, for the group condition.
fn axis(dimensies: &[Dimensie]) -> first_form::KlasseAxis {
    match dimensies.iter().position(|dimensie| *dimensie == Dimensie::Klasse) {
        None => first_form::KlasseAxis::None,
        Some(at) if at + 1 == dimensies.len() => first_form::KlasseAxis::Columns,
        Some(_) => first_form::KlasseAxis::Rows,
    }
}

/// Reasons per klasse, as one more table of the set: they sum to the klassen, so beside a table
/// with withheld cells none of them leaves.
fn reasons(classified: &Classified, policy: &Policy, tabellen: &[ProtectedTable], all_whole: bool) -> Vec<ReasonCount> {
    let drempel = policy.tabellen.iter().filter_map(|tabel| tabel.drempel).max().unwrap_or(DREMPEL_ZONDER_TABEL);
    let counts = Counts::reasons(classified);
    let cells = first_form::protect(&counts, u64::from(drempel), first_form::KlasseAxis::RowsOfReasons);
    let whole = cells.iter().all(Option::is_some);
    let open = policy.tabellen.is_empty() || (tabellen.len() == policy.tabellen.len() && all_whole && whole);
    let mut cells = cells.into_iter();
    let mut redenen = Vec::new();
    for klasse in Klasse::ALL {
        for reden in Reden::ALL.iter().map(|reden| Some(*reden)).chain([None]) {
            let aantal = cells.next().flatten().filter(|_| open);
            // A reason that never goes with a klasse is a row of zeros that nobody needs.
            if reden.is_none_or(|reden| goes_with(*klasse, reden)) {
                redenen.push(ReasonCount { klasse: *klasse, reden, aantal });
            }
        }
    }
    redenen
}

/// Which reasons a klasse can have (DOMEIN, Classification).
fn goes_with(klasse: Klasse, reden: Reden) -> bool {
    match reden {
        Reden::Leeftijd | Reden::Uitstroomprofiel | Reden::Overleden | Reden::Geemigreerd | Reden::Verhuisd => {
            klasse == Klasse::BuitenDoelgroep
        }
        Reden::Tegenstrijdig | Reden::GeenBsn | Reden::BronOntbreekt | Reden::BronGedeeltelijk | Reden::NietInBrp => {
            klasse == Klasse::Onbekend
        }
        Reden::Diploma => klasse == Klasse::Startkwalificatie,
        Reden::Ingeschreven => klasse == Klasse::School,
        Reden::Inkomen => klasse == Klasse::Werk,
        Reden::Uitkering => klasse == Klasse::Uitkering,
        Reden::NietsGevonden => klasse == Klasse::GeenDagbesteding,
    }
}

/// The value of a jongere in a dimension, to compare with the naive implementation.
#[cfg(test)]
pub(crate) fn label_of(jongere: &Jongere, dimensie: Dimensie, gemeenten: &[crate::terms::Gemeente]) -> String {
    count::label_of(jongere, dimensie, gemeenten)
}
