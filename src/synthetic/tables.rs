//! All files of a set, open at once: one pass over the people writes each row where its source would have it.

use super::bestand::Bestand;
use super::calendar::Calendar;
use super::dialect::{Dialect, capitals, digits, euros, maybe_capital, number};
use super::dice::Dice;
use super::evidence::{Benefit, Enrolment, Income, Residence, School, Story};
use super::jongere::Jongere;
use super::numbers::Id;
use super::region::Regio;
use super::table::{Mess, Row, Table};
use super::{GenerateFault, Sink};

pub(super) struct Tables<'a> {
    regio: &'a Regio,
    calendar: &'a Calendar,
    mess: Dice,
    /// One per `Bestand::ALL`, in that order.
    tables: Vec<Table>,
}

impl<'a> Tables<'a> {
    pub(super) fn open(
        regio: &'a Regio,
        calendar: &'a Calendar,
        mess: Dice,
        sink: &mut dyn Sink,
    ) -> Result<Self, GenerateFault> {
        let mut tables = Vec::with_capacity(Bestand::ALL.len());
        for bestand in Bestand::ALL {
            let name = bestand.file_name(regio);
            let out = sink.create(&name).map_err(|source| GenerateFault::Write { bestand: name.clone(), source })?;
            let end_of_line = bestand.dialect().end_of_line();
            tables.push(Table::new(name, out, bestand.header(), end_of_line));
        }
        Ok(Self { regio, calendar, mess, tables })
    }

    /// Rows in all files but the doelgroep's.
    pub(super) fn source_rows(&self) -> u64 {
        self.each().filter(|(bestand, _)| bestand.bron() != "doelgroep").map(|(_, table)| table.rows()).sum()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (Bestand, &Table)> {
        Bestand::ALL.into_iter().zip(&self.tables)
    }

    pub(super) fn finish(&mut self) -> Result<(), GenerateFault> {
        self.tables.iter_mut().try_for_each(Table::finish)
    }

    /// Everything the sources say about one person. `listed`: of the doelgroep, whose income may not change when a row
    /// stands in a file twice.
    pub(super) fn story(&mut self, id: Id, story: &Story, listed: bool) -> Result<(), GenerateFault> {
        for row in &story.enrolments {
            let mess = self.draw();
            self.enrolment(Bestand::School(row.school), id, row, row.diploma, mess)?;
            if row.school == School::First && !row.late {
                let diploma = row.diploma.or(row.withdrawn);
                self.enrolment(Bestand::SchoolEerder, id, row, diploma, mess.once())?;
            }
        }
        for row in &story.incomes {
            let mess = self.draw();
            let single = listed && row.month == 0;
            self.income(id, row, if single { mess.once() } else { mess })?;
        }
        for row in &story.benefits {
            let mess = self.draw();
            self.benefit(id, row, mess)?;
        }
        for row in &story.residences {
            let mess = self.draw();
            self.residence(id, row, mess)?;
        }
        for (bestand, since) in [(Bestand::Jongerenwerk, story.jongerenwerk), (Bestand::Sociaalteam, story.sociaalteam)]
        {
            if let Some(since) = since {
                let mess = self.draw();
                self.involvement(bestand, id, since, mess)?;
            }
        }
        Ok(())
    }

    pub(super) fn draw(&mut self) -> Mess {
        Mess::draw(&mut self.mess)
    }

    /// `dossier` is the municipality's own number. Nobody stands twice in a doelgroep, so this row never repeats.
    pub(super) fn doelgroep(
        &mut self,
        bestand: Bestand,
        row: &Jongere,
        dossier: &str,
        mess: Mess,
    ) -> Result<(), GenerateFault> {
        let (zero_lost, capital) = (self.mess.chance(400), self.mess.chance(300));
        let geslacht = match row.geslacht {
            "m" => "man",
            "v" => "vrouw",
            other => other,
        };
        let dialect = bestand.dialect();
        self.write(bestand, mess.once(), |out, calendar| {
            both_numbers(out, dialect, row.id);
            out.field(|b| {
                if zero_lost {
                    number(b, u32::from(row.gemeente));
                } else {
                    b.extend_from_slice(b"GM");
                    digits::<4>(b, u32::from(row.gemeente));
                }
            });
            out.field(|b| dialect.month(b, calendar, -row.born));
            out.text(geslacht);
            out.field(|b| dialect.date(b, calendar, row.uitschrijfdatum));
            out.field(|b| maybe_capital(b, row.niveau, capital));
            out.field(|b| maybe_capital(b, row.uitstroomprofiel, capital));
            out.field(|b| maybe_capital(b, row.contact, capital));
            out.text(if row.niet_benaderen { "Ja" } else { "" });
            out.escaped(dossier);
        })
    }

    pub(super) fn enrolment(
        &mut self,
        bestand: Bestand,
        id: Id,
        row: &Enrolment,
        diploma: Option<i32>,
        mess: Mess,
    ) -> Result<(), GenerateFault> {
        let dialect = bestand.dialect();
        // Two digits and two capitals; no school has a BRIN that begins with 99.
        let brin = match row.school {
            School::First => "99ZA",
            School::Second => "99ZB",
            School::Third => "99ZC",
        };
        self.write(bestand, mess, |out, calendar| {
            both_numbers(out, dialect, id);
            out.field(|b| {
                b.extend_from_slice(brin.as_bytes());
                if row.vestiging > 0 {
                    digits::<2>(b, row.vestiging);
                }
            });
            out.field(|b| capitals(b, row.soort));
            out.field(|b| capitals(b, row.niveau));
            out.field(|b| dialect.date(b, calendar, row.van));
            out.field(|b| dialect.date(b, calendar, row.tot));
            out.field(|b| dialect.date(b, calendar, diploma));
        })
    }

    pub(super) fn income(&mut self, id: Id, row: &Income, mess: Mess) -> Result<(), GenerateFault> {
        let dialect = Bestand::Inkomen.dialect();
        self.write(Bestand::Inkomen, mess, |out, calendar| {
            out.field(|b| dialect.id(b, id));
            out.field(|b| dialect.month(b, calendar, row.month));
            out.field(|b| euros(b, row.cents));
            out.text(row.soort);
        })
    }

    pub(super) fn benefit(&mut self, id: Id, row: &Benefit, mess: Mess) -> Result<(), GenerateFault> {
        let capital = self.mess.chance(300);
        let bestand = match row.eigen {
            true => Bestand::UitkeringEigen,
            false => Bestand::UitkeringOverig,
        };
        let dialect = bestand.dialect();
        self.write(bestand, mess, |out, calendar| {
            out.field(|b| dialect.id(b, id));
            out.field(|b| maybe_capital(b, row.soort, capital));
            out.field(|b| dialect.date(b, calendar, Some(row.van)));
            out.field(|b| dialect.date(b, calendar, row.tot));
        })
    }

    pub(super) fn residence(&mut self, id: Id, row: &Residence, mess: Mess) -> Result<(), GenerateFault> {
        let dialect = Bestand::Brp.dialect();
        self.write(Bestand::Brp, mess, |out, calendar| {
            out.field(|b| dialect.id(b, id));
            out.text(row.status);
            out.field(|b| dialect.date(b, calendar, Some(row.since)));
            out.field(|b| {
                if let Some(gemeente) = row.gemeente {
                    digits::<4>(b, u32::from(gemeente));
                }
            });
        })
    }

    pub(super) fn involvement(
        &mut self,
        bestand: Bestand,
        id: Id,
        since: i32,
        mess: Mess,
    ) -> Result<(), GenerateFault> {
        let dialect = bestand.dialect();
        self.write(bestand, mess, |out, calendar| {
            out.field(|b| dialect.id(b, id));
            out.field(|b| dialect.date(b, calendar, Some(since)));
        })
    }

    /// The doelgroep file that lists somebody of this municipality.
    pub(super) fn doelgroep_of(&self, gemeente: u16) -> Bestand {
        match gemeente == self.regio.eigen_code {
            true => Bestand::DoelgroepEigen,
            false => Bestand::DoelgroepOverig,
        }
    }

    fn write(
        &mut self,
        bestand: Bestand,
        mess: Mess,
        fields: impl FnOnce(&mut Row<'_>, &Calendar),
    ) -> Result<(), GenerateFault> {
        let calendar = self.calendar;
        let at = Bestand::ALL.iter().position(|other| *other == bestand);
        match at.and_then(|at| self.tables.get_mut(at)) {
            Some(table) => table.row(mess, |row| fields(row, calendar)),
            // Every Bestand is in ALL, and `open` made a table for each.
            None => Ok(()),
        }
    }
}

/// The columns for BSN and onderwijsnummer: one filled, the other empty.
fn both_numbers(out: &mut Row<'_>, dialect: Dialect, id: Id) {
    let own = matches!(id, Id::Onderwijsnummer(_));
    for filled in [!own, own] {
        out.field(|b| {
            if filled {
                dialect.id(b, id);
            }
        });
    }
}
