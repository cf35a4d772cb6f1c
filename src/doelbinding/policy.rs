//! What a doelbinding says, once read and checked.

use crate::terms::{
    Bron, Cohort, Contact, Datum, Dimensie, Gemeente, Klasse, Lijstveld, Maand, Methode, Oin, Peildatum, Regio,
};
use std::collections::{BTreeMap, BTreeSet};

/// A checked text (schema `inbeeld/doelbinding/v1`).
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Name of the purpose.
    pub id: String,
    /// Version of the text.
    pub versie: u32,
    /// Title.
    pub titel: String,
    /// Purpose in plain Dutch.
    pub doel: String,
    /// Legal bases.
    pub grondslag: Vec<String>,
    /// Why no lighter way does.
    pub noodzaak: String,
    /// On what ground BSNs may be used at the source.
    pub bsn_grondslag: String,
    /// Who is responsible.
    pub verantwoordelijke: Verantwoordelijke,
    /// Of the peildatum.
    pub geldig: Geldig,
    /// Days that what was released may be kept.
    pub bewaartermijn_dagen: u32,
    /// Signatures of different trusted keys that it asks, 1 or 2.
    pub handtekeningen: u8,
    /// Seconds that disclosure control may take.
    pub rekentijd_s: u32,
    /// The covenant between the parties.
    pub convenant: Option<Convenant>,
    /// Who may ask why.
    pub inzage: Option<Inzage>,
    /// The sources that are read.
    pub bronnen: BTreeMap<Bron, BronAsk>,
    /// The population.
    pub doelgroep: DoelgroepAsk,
    /// The tables that may leave.
    pub tabellen: Vec<Tabel>,
    /// The lists that may leave.
    pub lijsten: Vec<Lijst>,
}

/// Who is responsible (AVG art. 4(7)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verantwoordelijke {
    /// Its name.
    pub naam: String,
    /// Its number.
    pub oin: Oin,
}

/// First and last peildatum for which a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geldig {
    /// First day.
    pub van: Datum,
    /// Last day.
    pub tot_en_met: Datum,
}

/// The covenant under which parties deliver and receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convenant {
    /// Its title.
    pub titel: String,
    /// Its date.
    pub datum: Datum,
    /// Its parties.
    pub partijen: BTreeSet<Oin>,
}

/// Who may ask why somebody has its klasse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inzage {
    /// Roles.
    pub rollen: BTreeSet<String>,
    /// Questions a day.
    pub per_dag: u32,
}

/// What is read of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BronAsk {
    /// Columns beside the pseudonym.
    pub velden: BTreeSet<String>,
    /// Why it is needed.
    pub waarom: String,
    /// The suppliers that together cover the source, where the text lists them.
    pub leveranciers: Option<BTreeSet<Oin>>,
}

/// Which month's income counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InkomenMaand {
    /// The peilmaand.
    Peilmaand,
    /// The month before it: wage returns close a month later.
    Vorige,
}

/// The population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoelgroepAsk {
    /// The region.
    pub regio: Regio,
    /// Its municipalities, in the text's order.
    pub gemeenten: Vec<Gemeente>,
    /// Youngest age.
    pub leeftijd_van: i16,
    /// First age too old.
    pub leeftijd_tot: i16,
    /// Only this cohort; `None` for all.
    pub cohort: Option<Cohort>,
    /// Income above which somebody works, in eurocents.
    pub inkomen_boven_cent: i64,
    /// Which month's income counts.
    pub inkomen_maand: InkomenMaand,
}

/// A table that may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabel {
    /// Its name.
    pub naam: String,
    /// Its dimensions, in order.
    pub dimensies: Vec<Dimensie>,
    /// How it is protected.
    pub methode: Methode,
    /// Smallest count that may be seen; `None` for rounding.
    pub drempel: Option<u32>,
}

/// A contactlijst that may leave, one file per recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Lijst {
    /// Its name.
    pub naam: String,
    /// Whom it lists.
    pub klassen: BTreeSet<Klasse>,
    /// Its columns beside the verwijzing, in order.
    pub velden: Vec<Lijstveld>,
    /// Municipalities that receive it.
    pub ontvangers: Vec<Gemeente>,
    /// Largest share of a municipality's persons that may be listed, above 0 up to 1.
    pub max_aandeel: f64,
    /// Contact values of whom it leaves out.
    pub contact_uitgezonderd: BTreeSet<Contact>,
    /// Whether it leaves out with whom a party is involved.
    pub zonder_betrokkenheid: bool,
}

impl Tabel {
    /// Whether it says of each municipality how many are in each klasse, and so about how long a list is.
    pub(crate) fn tells_lists(&self) -> bool {
        matches!(*self.dimensies, [Dimensie::Gemeente, Dimensie::Klasse] | [Dimensie::Klasse, Dimensie::Gemeente])
    }
}

impl Policy {
    /// The last day on which something may be released: the last peildatum plus the bewaartermijn.
    #[must_use]
    pub fn last_release(&self) -> Datum {
        self.geldig.tot_en_met.plus_days(self.bewaartermijn_dagen)
    }

    /// The month whose income counts at a peildatum.
    #[must_use]
    pub fn inkomen_maand(&self, peildatum: Peildatum) -> Maand {
        match self.doelgroep.inkomen_maand {
            InkomenMaand::Peilmaand => peildatum.maand(),
            InkomenMaand::Vorige => peildatum.maand().previous(),
        }
    }

    /// The doelgroep's columns that this text needs: four always, the others only when a table or a
    /// list uses them (CONTRACT, "Doelbinding").
    #[must_use]
    pub fn doelgroep_velden(&self) -> BTreeSet<&'static str> {
        let mut velden = BTreeSet::from(["gemeente", "geboortemaand", "uitschrijfdatum", "uitstroomprofiel"]);
        for dimensie in self.tabellen.iter().flat_map(|tabel| &tabel.dimensies) {
            match dimensie {
                Dimensie::Geslacht => velden.insert("geslacht"),
                Dimensie::Niveau => velden.insert("niveau"),
                Dimensie::Contact => velden.insert("contact"),
                _ => false,
            };
        }
        for lijst in &self.lijsten {
            velden.extend(["verwijzing", "niet_benaderen"]);
            if lijst.velden.contains(&Lijstveld::Contact) || !lijst.contact_uitgezonderd.is_empty() {
                velden.insert("contact");
            }
        }
        velden
    }
}
