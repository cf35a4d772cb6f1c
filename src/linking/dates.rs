//! When what decides began: the dates of one person's rows, to answer why it has its klasse.

use super::evidence::{Window, runs};
use crate::ingest::Row;
use crate::terms::Datum;

/// Of each source the date that its evidence rests on; `None` where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dates {
    /// The first startkwalificatie.
    pub(crate) startkwalificatie: Option<Datum>,
    /// Begin of the latest enrolment that runs.
    pub(crate) inschrijving: Option<Datum>,
    /// Begin of the latest benefit that runs.
    pub(crate) uitkering: Option<Datum>,
    /// Since when the brp row that counts holds.
    pub(crate) brp: Option<Datum>,
}

impl Dates {
    /// Adds a row of the person; rows may come in any order.
    pub(crate) fn add(&mut self, row: &Row, window: &Window) {
        let peildatum = window.peildatum.datum();
        let latest = |known: &mut Option<Datum>, date: Datum| *known = (*known).max(Some(date));
        match *row {
            Row::Onderwijs { van, tot, startkwalificatie } => {
                if let Some(van) = van.filter(|van| runs(*van, tot, peildatum)) {
                    latest(&mut self.inschrijving, van);
                }
                if let Some(obtained) = startkwalificatie.filter(|obtained| *obtained <= peildatum) {
                    let first = self.startkwalificatie.map_or(obtained, |known| known.min(obtained));
                    self.startkwalificatie = Some(first);
                }
            }
            Row::Uitkering { van, tot } if runs(van, tot, peildatum) => latest(&mut self.uitkering, van),
            Row::Brp { sinds, .. } if sinds <= peildatum => latest(&mut self.brp, sinds),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{Bron, BrpStatus, Maand, Peildatum};

    fn datum(text: &str) -> Datum {
        Datum::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn only_rows_that_count_give_a_date_in_any_order() {
        let window =
            Window { peildatum: Peildatum::new(datum("2026-10-01")), inkomen_maand: Maand::parse(b"2026-10").unwrap() };
        let school = |van, tot: Option<&str>, diploma: Option<&str>| Row::Onderwijs {
            van: Some(datum(van)),
            tot: tot.map(datum),
            startkwalificatie: diploma.map(datum),
        };
        let brp = |sinds| Row::Brp { status: BrpStatus::Overleden, sinds: datum(sinds), gemeente: None };
        let mut rows = vec![
            school("2024-08-01", Some("2026-10-01"), Some("2026-10-01")),
            school("2023-08-01", None, Some("2025-07-01")),
            school("2025-08-01", Some("2026-09-30"), Some("2026-10-02")),
            school("2026-10-02", None, None),
            Row::Uitkering { van: datum("2026-01-01"), tot: None },
            Row::Uitkering { van: datum("2026-02-01"), tot: Some(datum("2026-09-30")) },
            brp("2020-01-01"),
            brp("2026-10-01"),
            brp("2026-10-02"),
        ];
        let expected = Dates {
            startkwalificatie: Some(datum("2025-07-01")),
            inschrijving: Some(datum("2024-08-01")),
            uitkering: Some(datum("2026-01-01")),
            brp: Some(datum("2026-10-01")),
        };
        for _ in 0..rows.len() {
            rows.rotate_left(1);
            let mut dates = Dates::default();
            rows.iter().for_each(|row| dates.add(row, &window));
            assert_eq!(dates, expected);
        }
        // The same rows decide here and in the evidence.
        let found =
            crate::linking::evidence::Found::of(crate::pseudonym::Token::NOBODY, crate::terms::Identificatie::Bsn);
        rows.iter().for_each(|row| found.add(row, Bron::Onderwijs, 0, &window));
        let evidence = found.evidence();
        assert!(evidence.school && evidence.startkwalificatie && evidence.uitkering);
    }
}
