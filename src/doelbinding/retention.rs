//! Until when the leveringen of a month may be kept: as long as a text can still use them, and no longer.

use super::{InkomenMaand, Policy};
use crate::terms::{Datum, Maand};

impl Policy {
    /// Whether leveringen of a month can serve at one of the text's peildata: as the peilmaand, or as the
    /// month whose income counts.
    #[must_use]
    pub fn uses(&self, month: Maand) -> bool {
        let (first, last) = (Maand::of(self.geldig.van), Maand::of(self.geldig.tot_en_met));
        let first = match self.doelgroep.inkomen_maand {
            InkomenMaand::Peilmaand => first,
            InkomenMaand::Vorige => first.previous(),
        };
        // From the month before the first peilmaand on, every month is one of the two.
        (first..=last).contains(&month)
    }
}

/// The last day on which anything that a month's leveringen serve for may be released, under the texts that
/// can use them; `None` where none of them can.
#[must_use]
pub fn keep_until<'p>(texts: impl IntoIterator<Item = &'p Policy>, month: Maand) -> Option<Datum> {
    texts.into_iter().filter(|text| text.uses(month)).map(Policy::last_release).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doelbinding::Geldig;
    use crate::terms::Peildatum;

    fn text(van: &str, tot: &str, days: u32, inkomen_maand: InkomenMaand) -> Policy {
        let mut text = Policy::parse(include_bytes!("../../policies/oud-vsv-maandmonitor.toml")).unwrap();
        let date = |text: &str| Datum::parse(text.as_bytes()).unwrap();
        text.geldig = Geldig { van: date(van), tot_en_met: date(tot) };
        text.bewaartermijn_dagen = days;
        text.doelgroep.inkomen_maand = inkomen_maand;
        text
    }

    fn month(text: &str) -> Maand {
        Maand::parse(text.as_bytes()).unwrap()
    }

    /// Day by day, as a koppeling asks for months.
    #[test]
    fn a_text_uses_the_months_that_a_koppeling_at_one_of_its_days_opens() {
        for (van, tot) in [
            ("2026-01-31", "2026-02-01"),
            ("2026-12-01", "2027-01-31"),
            ("2026-06-15", "2026-06-15"),
            ("2026-05-02", "2026-05-01"),
        ] {
            for which in [InkomenMaand::Peilmaand, InkomenMaand::Vorige] {
                let text = text(van, tot, 1, which);
                let mut day = text.geldig.van;
                let mut used = std::collections::BTreeSet::new();
                while day <= text.geldig.tot_en_met {
                    let peildatum = Peildatum::new(day);
                    used.extend([peildatum.maand(), text.inkomen_maand(peildatum)]);
                    day = day.plus_days(1);
                }
                let mut at = month("2027-06");
                while at > month("2025-06") {
                    // A text without a single day is refused when it is read; here it keeps a month at most.
                    let empty = text.geldig.van > text.geldig.tot_en_met;
                    assert!(empty || text.uses(at) == used.contains(&at), "{van} {tot} {at}");
                    at = at.previous();
                }
            }
        }
    }

    #[test]
    fn the_text_that_can_release_longest_counts_and_one_that_cannot_use_the_month_does_not() {
        let (year, short) = (
            text("2026-01-01", "2026-12-31", 62, InkomenMaand::Peilmaand),
            text("2026-10-01", "2026-10-31", 10, InkomenMaand::Vorige),
        );
        let until = |texts: &[&Policy], at| keep_until(texts.iter().copied(), month(at)).map(|day| day.to_string());
        assert_eq!(until(&[&year, &short], "2026-10").as_deref(), Some("2027-03-03"));
        assert_eq!(until(&[&short], "2026-10").as_deref(), Some("2026-11-10"));
        assert_eq!(until(&[&short], "2026-09").as_deref(), Some("2026-11-10"));
        assert_eq!(until(&[&short], "2026-08"), None);
        assert_eq!(until(&[&short], "2026-11"), None);
        assert_eq!(until(&[&year], "2025-12"), None);
        assert_eq!(until(&[], "2026-10"), None);
    }
}
