//! The rules that a levering can break, and the report of where it does. Never with a value.

use super::schema::MAX_COLUMNS;
use std::collections::BTreeMap;

/// Faults that a report lists in full; further ones are counted per rule (CONTRACT, "Levering").
pub(crate) const LISTED: usize = 100;

/// A rule that a data file breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// There is no header.
    KopOntbreekt,
    /// A column of the bron is not in the header.
    KolomOntbreekt,
    /// A column stands twice in the header.
    KolomDubbel,
    /// A column in the header is none of the bron's.
    KolomOnbekend,
    /// Fewer fields than the header.
    VeldenTeWeinig,
    /// More fields than the header.
    VeldenTeVeel,
    /// Bytes that are not UTF-8.
    Utf8,
    /// A zero byte.
    NulByte,
    /// A quote where RFC 4180 has none.
    Aanhalingsteken,
    /// The file ends inside a quoted field.
    Afgebroken,
    /// A record over the limit.
    TeLang,
    /// Lines that a quote out of place joined, and that were not looked at.
    NietBekeken,
    /// The file was not looked at from here.
    NietVerder,
    /// An empty cell that must be filled.
    Leeg,
    /// Not a pseudoniem.
    Pseudoniem,
    /// Not a municipality code.
    Gemeente,
    /// Not a date.
    Datum,
    /// Not a month.
    Maand,
    /// Not an amount in whole cents.
    Bedrag,
    /// Outside the closed set.
    Keuze,
    /// Neither `j` nor empty.
    Ja,
    /// Not a BRIN.
    Brin,
    /// Not a sealed handle.
    Verwijzing,
    /// A person twice in one doelgroep levering.
    DubbelePersoon,
    /// A column that looks like raw BSNs.
    RuweBsn,
}

impl Rule {
    /// Stable code for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.texts().0
    }

    /// What is wrong, in Dutch.
    #[must_use]
    pub fn what(self) -> &'static str {
        self.texts().1
    }

    /// What to do about it, in Dutch.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        self.texts().2
    }

    const fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::KopOntbreekt => (
                "kop-ontbreekt",
                "het bestand heeft geen kopregel",
                "Zet de kolomnamen op de eerste regel, gescheiden door `;`.",
            ),
            Self::KolomOntbreekt => (
                "kolom-ontbreekt",
                "deze kolom ontbreekt in de kopregel",
                "Voeg de kolom toe; een kolom zonder gegevens blijft leeg.",
            ),
            Self::KolomDubbel => {
                ("kolom-dubbel", "een kolom staat twee keer in de kopregel", "Lever elke kolom één keer.")
            }
            Self::KolomOnbekend => (
                "kolom-onbekend",
                "een kolom in de kopregel hoort niet bij deze bron",
                "Laat de kolom weg: wat niet gevraagd is, mag niet geleverd worden. Kijk ook naar hoofdletters en spaties.",
            ),
            Self::VeldenTeWeinig => (
                "velden-te-weinig",
                "deze regel heeft minder velden dan de kopregel",
                "Kijk of de regel is afgebroken of een `;` mist.",
            ),
            Self::VeldenTeVeel => (
                "velden-te-veel",
                "deze regel heeft meer velden dan de kopregel",
                "Zet een waarde met `;` erin tussen aanhalingstekens.",
            ),
            Self::Utf8 => ("utf8", "deze regel is geen geldige UTF-8", "Sla het bestand op als UTF-8."),
            Self::NulByte => (
                "nul-byte",
                "deze regel bevat een nul-byte",
                "Het bestand is beschadigd of UTF-16: maak het opnieuw, als UTF-8.",
            ),
            Self::Aanhalingsteken => (
                "aanhalingsteken",
                "een aanhalingsteken staat op een plaats waar het niet mag (RFC 4180)",
                "Zet het hele veld tussen aanhalingstekens en verdubbel elk aanhalingsteken daarbinnen.",
            ),
            Self::Afgebroken => (
                "afgebroken",
                "het bestand houdt op binnen een veld tussen aanhalingstekens",
                "Het bestand is waarschijnlijk halverwege afgebroken: lever het opnieuw.",
            ),
            Self::TeLang => (
                "te-lang",
                "deze regel is langer dan 65.536 bytes",
                "Kijk of een aanhalingsteken niet gesloten is, of een regeleinde ontbreekt.",
            ),
            Self::NietBekeken => (
                "niet-bekeken",
                "de regels van hier tot het volgende losse aanhalingsteken zijn niet apart bekeken",
                "Herstel het aanhalingsteken en controleer opnieuw: er kunnen meer fouten zijn.",
            ),
            Self::NietVerder => (
                "niet-verder",
                "vanaf deze regel is het bestand niet bekeken",
                "Herstel deze regel en controleer opnieuw: er kunnen meer fouten zijn.",
            ),
            Self::Leeg => ("leeg", "dit veld mag niet leeg zijn", "Vul het veld bij de bron, of lever de regel niet."),
            Self::Pseudoniem => (
                "pseudoniem",
                "dit is geen pseudoniem van 64 hexadecimale cijfers in kleine letters",
                "Maak de levering met `inbeeld pseudonimiseer`; lever nooit een BSN.",
            ),
            Self::Gemeente => (
                "gemeente",
                "dit is geen gemeentecode van vier cijfers (CBS)",
                "Schrijf de code met voorloopnul, zoals 0148.",
            ),
            Self::Datum => ("datum", "dit is geen bestaande datum als jjjj-mm-dd", "Schrijf de datum als 2026-10-01."),
            Self::Maand => ("maand", "dit is geen maand als jjjj-mm", "Schrijf de maand als 2026-10."),
            Self::Bedrag => (
                "bedrag",
                "dit is geen bedrag in hele eurocenten (hooguit een miljard euro)",
                "Schrijf 300 euro als 30000, zonder punt of komma.",
            ),
            Self::Keuze => (
                "keuze",
                "deze waarde hoort niet bij de vaste lijst van de kolom",
                "Gebruik een waarde van de lijst in docs/datamodel.md; kleine letters tellen.",
            ),
            Self::Ja => ("ja", "dit veld is `j` of leeg", "Schrijf `j`, of laat het veld leeg."),
            Self::Brin => (
                "brin",
                "dit is geen BRIN (twee cijfers, twee hoofdletters, eventueel twee cijfers)",
                "Schrijf de BRIN als 25PZ of 25PZ03.",
            ),
            Self::Verwijzing => (
                "verwijzing",
                "dit is geen verzegelde verwijzing",
                "Maak de levering met `inbeeld pseudonimiseer --verwijzingsleutels`; lever nooit een dossiernummer.",
            ),
            Self::DubbelePersoon => (
                "dubbele-persoon",
                "deze persoon staat al eerder in deze levering",
                "Lever elke jongere één keer per doelgroep.",
            ),
            Self::RuweBsn => (
                "ruwe-bsn",
                "deze kolom lijkt ruwe burgerservicenummers te bevatten",
                "Verwijder dit bestand bij de ontvanger, meld het aan de FG en lever alleen pseudoniemen.",
            ),
        }
    }
}

/// Where a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line in the file, from 1; 0 when it concerns the file as a whole.
    pub line: u64,
    /// Name of the column, where one is meant and known.
    pub column: Option<&'static str>,
    /// Place of the column in the header, from 1, where its name cannot be told.
    pub place: Option<usize>,
    /// The rule.
    pub rule: Rule,
}

/// All faults of one data file: the first in full, the rest counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    listed: Vec<Fault>,
    total: BTreeMap<Rule, u64>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        *self.total.entry(fault.rule).or_default() += 1;
        // Faults of one block come in order of line, so beyond the limit none can be earlier.
        if self.listed.len() < LISTED {
            self.listed.push(fault);
        }
    }

    pub(crate) fn one(fault: Fault) -> Self {
        Self { listed: vec![fault], total: BTreeMap::from([(fault.rule, 1)]) }
    }

    pub(crate) fn row(&mut self, line: u64, column: Option<&'static str>, rule: Rule) {
        self.add(Fault { line, column, place: None, rule });
    }

    /// Takes in the faults of another part of the file: the result is the same in any order.
    pub(crate) fn merge(&mut self, other: Self) {
        self.listed.extend(other.listed);
        self.listed.sort();
        self.listed.truncate(LISTED);
        for (rule, count) in other.total {
            *self.total.entry(rule).or_default() += count;
        }
    }

    /// Whether the file broke no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total.is_empty()
    }

    /// The first faults by line, at most a hundred.
    #[must_use]
    pub fn listed(&self) -> &[Fault] {
        &self.listed
    }

    /// Per rule how many faults are not listed.
    #[must_use]
    pub fn unlisted(&self) -> Vec<(Rule, u64)> {
        let listed = |rule| self.listed.iter().filter(|fault| fault.rule == rule).count() as u64;
        self.total.iter().map(|(rule, total)| (*rule, total - listed(*rule))).filter(|(_, rest)| *rest > 0).collect()
    }

    /// Per rule how many faults there are in all.
    #[must_use]
    pub fn totals(&self) -> &BTreeMap<Rule, u64> {
        &self.total
    }
}

/// Counts cells that look like raw BSNs, per column of one file (CONTRACT: at least 20 values,
/// being over half of the non-empty ones).
#[derive(Clone, Debug, Default)]
pub(crate) struct RawBsnWatch {
    /// Non-empty cells per column.
    filled: [u64; MAX_COLUMNS],
    raw: [u64; MAX_COLUMNS],
}

impl RawBsnWatch {
    pub(crate) fn see(&mut self, column: usize, cell: &[u8]) {
        if cell.is_empty() {
            return;
        }
        if let (Some(filled), Some(raw)) = (self.filled.get_mut(column), self.raw.get_mut(column)) {
            *filled += 1;
            *raw += u64::from(crate::terms::is_raw_bsn(cell));
        }
    }

    /// So many rows without faults, of which these columns have a cell, a bit each: none of them looks like a raw BSN.
    pub(super) fn see_good(&mut self, rows: u32, filled: u16) {
        for (_, all) in self.filled.iter_mut().enumerate().filter(|(column, _)| filled >> column & 1 == 1) {
            *all += u64::from(rows);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        let own = self.filled.iter_mut().chain(&mut self.raw);
        own.zip(other.filled.iter().chain(&other.raw)).for_each(|(own, other)| *own += other);
    }

    /// The columns that look like raw BSNs.
    pub(crate) fn suspects(&self) -> impl Iterator<Item = usize> + '_ {
        let columns = self.filled.iter().zip(&self.raw).enumerate();
        columns.filter(|(_, (filled, raw))| **raw >= 20 && **raw * 2 > **filled).map(|(at, _)| at)
    }
}
