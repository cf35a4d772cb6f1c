//! The rules, one after the other, as the domain states them.

use super::calendar::{add_months, parse_day, parse_month, show_day, show_month, year_earlier};
use super::world::{BRONNEN, Delivery, Outcome, Refusal, World};

/// A source's answer about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    Actief,
    NietActief,
    Onbekend,
}

/// A person of the doelgroep, in the row that was chosen for it.
struct Person<'a> {
    levering: &'a Delivery,
    row: &'a [String],
}

impl<'a> Person<'a> {
    fn get(&self, column: &str) -> &'a str {
        self.levering.cell(self.row, column)
    }

    fn identificatie(&self) -> &'a str {
        &self.levering.identificatie
    }
}

/// A world with the leveringen that serve.
struct Koppeling<'a> {
    world: &'a World,
    serving: Vec<&'a Delivery>,
}

impl World {
    /// What every person of the doelgroep comes to, or why nobody does.
    pub fn classify(&self) -> Result<Vec<Outcome>, Refusal> {
        let koppeling = Koppeling { world: self, serving: self.serving()? };
        koppeling.refuse_other_key()?;
        koppeling.refuse_double_person()?;
        let persons = koppeling.persons();
        koppeling.refuse_no_overlap(&persons)?;
        let mut outcomes: Vec<Outcome> = persons.iter().filter_map(|person| koppeling.outcome(person)).collect();
        outcomes.sort();
        Ok(outcomes)
    }

    /// The calendar month of the peildatum.
    fn peilmaand(&self) -> String {
        self.peildatum[..7].to_owned()
    }

    /// The month whose income counts.
    fn income_month(&self) -> String {
        if self.policy.inkomen_maand.as_deref() == Some("vorige") {
            show_month(add_months(parse_month(&self.peilmaand()), -1))
        } else {
            self.peilmaand()
        }
    }

    /// Whether a levering could serve, were it the newest.
    fn eligible(&self, delivery: &Delivery) -> bool {
        let read = delivery.bron == "doelgroep" || self.policy.bronnen.contains_key(&delivery.bron);
        let month = if delivery.bron == "inkomen" { self.income_month() } else { self.peilmaand() };
        read && delivery.periode == month && delivery.aangemaakt[..10] >= self.peildatum[..]
    }

    /// The leveringen that serve.
    pub(super) fn serving(&self) -> Result<Vec<&Delivery>, Refusal> {
        let eligible: Vec<&Delivery> = self.deliveries.iter().filter(|delivery| self.eligible(delivery)).collect();
        if !eligible.iter().any(|delivery| delivery.bron == "doelgroep") {
            return Err(Refusal::GeenDoelgroep);
        }
        let mut serving: Vec<&Delivery> = Vec::new();
        for delivery in &eligible {
            let same_supplier = |other: &&&Delivery| {
                other.bron == delivery.bron
                    && other.oin == delivery.oin
                    && other.identificatie == delivery.identificatie
            };
            if eligible.iter().filter(same_supplier).any(|other| other.aangemaakt > delivery.aangemaakt) {
                continue;
            }
            // Only leveringen of the same, newest moment can be here already.
            match serving.iter().find(|other| same_supplier(other)) {
                None => serving.push(delivery),
                Some(twin) => {
                    // The same file once more adds nothing; anything else leaves
                    // open which of the two is meant.
                    if twin.data() != delivery.data()
                        || twin.dekking != delivery.dekking
                        || twin.sleutel_id != delivery.sleutel_id
                    {
                        return Err(Refusal::GelijkeStand);
                    }
                }
            }
        }
        Ok(serving)
    }
}

impl<'a> Koppeling<'a> {
    /// Serving leveringen of a source for an identificatie.
    fn of(&self, bron: &str, identificatie: &str) -> Vec<&'a Delivery> {
        self.serving
            .iter()
            .copied()
            .filter(|delivery| delivery.bron == bron && delivery.identificatie == identificatie)
            .collect()
    }

    /// All serving rows of a source about a person.
    fn rows(&self, bron: &str, person: &Person<'_>) -> Vec<(&'a Delivery, &'a [String])> {
        let mut rows = Vec::new();
        for delivery in self.of(bron, person.identificatie()) {
            for row in &delivery.rows {
                if delivery.cell(row, "pseudoniem") == person.get("pseudoniem") {
                    rows.push((delivery, row.as_slice()));
                }
            }
        }
        rows
    }

    fn listed(&self, bron: &str) -> bool {
        self.world.policy.bronnen.contains_key(bron)
    }

    /// Whether silence of this source means no.
    fn covered(&self, bron: &str, identificatie: &str) -> bool {
        let Some(suppliers) = self.world.policy.bronnen.get(bron) else {
            return false;
        };
        let serving = self.of(bron, identificatie);
        if serving.iter().any(|delivery| delivery.dekking == "volledig") {
            return true;
        }
        match suppliers {
            Some(suppliers) if !suppliers.is_empty() => {
                suppliers.iter().all(|oin| serving.iter().any(|delivery| delivery.oin == *oin))
            }
            _ => false,
        }
    }

    fn refuse_other_key(&self) -> Result<(), Refusal> {
        let first = &self.serving[0].sleutel_id;
        if self.serving.iter().all(|d| d.sleutel_id == *first) { Ok(()) } else { Err(Refusal::Sleutel) }
    }

    fn refuse_double_person(&self) -> Result<(), Refusal> {
        for delivery in self.serving.iter().filter(|d| d.bron == "doelgroep") {
            for (place, row) in delivery.rows.iter().enumerate() {
                let name = delivery.cell(row, "pseudoniem");
                for earlier in &delivery.rows[..place] {
                    if delivery.cell(earlier, "pseudoniem") == name {
                        return Err(Refusal::DubbelePersoon);
                    }
                }
            }
        }
        Ok(())
    }

    /// Everybody in the doelgroep once: newest levering first, then higher OIN.
    fn persons(&self) -> Vec<Person<'a>> {
        let mut persons: Vec<Person<'a>> = Vec::new();
        for delivery in self.serving.iter().copied() {
            if delivery.bron != "doelgroep" {
                continue;
            }
            for row in &delivery.rows {
                let found = Person { levering: delivery, row };
                let known = persons.iter_mut().find(|person| {
                    person.identificatie() == found.identificatie()
                        && person.get("pseudoniem") == found.get("pseudoniem")
                });
                match known {
                    None => persons.push(found),
                    Some(person) => {
                        let old = (&person.levering.aangemaakt, &person.levering.oin);
                        if (&delivery.aangemaakt, &delivery.oin) > old {
                            *person = found;
                        }
                    }
                }
            }
        }
        persons
    }

    fn refuse_no_overlap(&self, persons: &[Person<'_>]) -> Result<(), Refusal> {
        for bron in BRONNEN {
            for identificatie in ["bsn", "own"] {
                let group: Vec<&Person<'_>> =
                    persons.iter().filter(|person| person.identificatie() == identificatie).collect();
                if group.len() > 100
                    && self.covered(bron, identificatie)
                    && group.iter().all(|person| self.rows(bron, person).is_empty())
                {
                    return Err(Refusal::GeenOverlap(bron.to_owned()));
                }
            }
        }
        Ok(())
    }

    /// The outcome of a person that the doelbinding names, or nothing.
    fn outcome(&self, person: &Person<'_>) -> Option<Outcome> {
        let policy = &self.world.policy;
        let listed_in = person.get("gemeente");
        if !policy.gemeenten.iter().any(|code| code == listed_in) {
            return None;
        }
        let cohort = self.cohort(person);
        if policy.cohort != "alle" && policy.cohort != cohort {
            return None;
        }
        let (klasse, reden, gemeente) = self.klasse(person);
        Some(Outcome {
            identificatie: person.identificatie().to_owned(),
            pseudoniem: person.get("pseudoniem").to_owned(),
            gemeente,
            klasse: klasse.to_owned(),
            reden: reden.to_owned(),
            leeftijdsgroep: age_group(self.age(person)).to_owned(),
            geslacht: or_unknown(person.get("geslacht")),
            cohort: cohort.to_owned(),
            niveau: or_unknown(person.get("niveau")),
            contact: or_unknown(person.get("contact")),
            combinatie: self.combinatie(person),
            prioriteit: self.prioriteit(person).to_owned(),
            betrokkenheid: self.betrokkenheid(person).to_owned(),
        })
    }

    /// The eight rules: class, reason, municipality.
    fn klasse(&self, person: &Person<'_>) -> (&'static str, &'static str, String) {
        let policy = &self.world.policy;
        let peildatum = self.world.peildatum.as_str();
        let identificatie = person.identificatie();
        let mut gemeente = person.get("gemeente").to_owned();
        let school = self.school(person);
        let werk = self.werk(person);
        let uitkering = self.uitkering(person);

        // 1
        let age = self.age(person);
        if age < policy.leeftijd_van || age >= policy.leeftijd_tot {
            return ("buiten_doelgroep", "leeftijd", gemeente);
        }
        // 2
        if person.get("uitstroomprofiel") == "dagbesteding" {
            return ("buiten_doelgroep", "uitstroomprofiel", gemeente);
        }
        // 3 and 4; without brp, or without one for this identificatie, there are
        // no rows and nothing to apply.
        let past: Vec<(&str, &str, &str)> = self
            .rows("brp", person)
            .iter()
            .map(|(delivery, row)| {
                (delivery.cell(row, "sinds"), delivery.cell(row, "status"), delivery.cell(row, "gemeente"))
            })
            .filter(|(sinds, _, _)| *sinds <= peildatum)
            .collect();
        if let Some(latest) = past.iter().map(|(sinds, _, _)| *sinds).max() {
            let last: Vec<&(&str, &str, &str)> = past.iter().filter(|(sinds, _, _)| *sinds == latest).collect();
            if last.iter().any(|row| *row != last[0]) {
                return ("onbekend", "tegenstrijdig", gemeente);
            }
            let (_, status, lives_in) = *last[0];
            if status != "ingezetene" {
                let active = [school, werk, uitkering].contains(&Evidence::Actief);
                return match (active, status) {
                    (true, _) => ("onbekend", "tegenstrijdig", gemeente),
                    (false, "overleden") => ("buiten_doelgroep", "overleden", gemeente),
                    (false, _) => ("buiten_doelgroep", "geemigreerd", gemeente),
                };
            }
            if !policy.gemeenten.iter().any(|code| code == lives_in) {
                return ("buiten_doelgroep", "verhuisd", gemeente);
            }
            gemeente = lives_in.to_owned();
        }
        // 5
        for (delivery, row) in self.rows("onderwijs", person) {
            let obtained = delivery.cell(row, "startkwalificatie");
            if !obtained.is_empty() && obtained <= peildatum {
                return ("startkwalificatie", "diploma", gemeente);
            }
        }
        // 6
        if school == Evidence::Actief {
            return ("school", "ingeschreven", gemeente);
        }
        if werk == Evidence::Actief {
            return ("werk", "inkomen", gemeente);
        }
        if uitkering == Evidence::Actief {
            return ("uitkering", "uitkering", gemeente);
        }
        // 7; for an onderwijsnummer werk is always onbekend, so it ends here.
        if identificatie == "own" {
            return ("onbekend", "geen_bsn", gemeente);
        }
        let mut needed = vec!["onderwijs", "inkomen", "uitkering"];
        if self.listed("brp") {
            needed.push("brp");
        }
        needed.retain(|bron| !self.covered(bron, identificatie));
        if needed.iter().any(|bron| self.of(bron, identificatie).is_empty()) {
            return ("onbekend", "bron_ontbreekt", gemeente);
        }
        if !needed.is_empty() {
            return ("onbekend", "bron_gedeeltelijk", gemeente);
        }
        if self.listed("brp") && past.is_empty() {
            return ("onbekend", "niet_in_brp", gemeente);
        }
        // 8
        ("geen_dagbesteding", "niets_gevonden", gemeente)
    }

    /// Silence is `niet_actief` only in a covered source.
    fn silence(&self, bron: &str, person: &Person<'_>) -> Evidence {
        if self.covered(bron, person.identificatie()) { Evidence::NietActief } else { Evidence::Onbekend }
    }

    fn school(&self, person: &Person<'_>) -> Evidence {
        for (delivery, row) in self.rows("onderwijs", person) {
            let van = delivery.cell(row, "inschrijving_van");
            let tot = delivery.cell(row, "inschrijving_tot");
            if !van.is_empty() && self.runs(van, tot) {
                return Evidence::Actief;
            }
        }
        self.silence("onderwijs", person)
    }

    fn uitkering(&self, person: &Person<'_>) -> Evidence {
        if person.identificatie() == "own" {
            return Evidence::Onbekend;
        }
        for (delivery, row) in self.rows("uitkering", person) {
            if self.runs(delivery.cell(row, "van"), delivery.cell(row, "tot")) {
                return Evidence::Actief;
            }
        }
        self.silence("uitkering", person)
    }

    fn werk(&self, person: &Person<'_>) -> Evidence {
        if person.identificatie() == "own" {
            return Evidence::Onbekend;
        }
        if self.income(person) > i128::from(self.world.policy.inkomen_boven_cent) {
            return Evidence::Actief;
        }
        self.silence("inkomen", person)
    }

    /// Whether the peildatum lies in the period, both ends included.
    fn runs(&self, van: &str, tot: &str) -> bool {
        let peildatum = self.world.peildatum.as_str();
        van <= peildatum && (tot.is_empty() || tot >= peildatum)
    }

    /// Wages of all employers in the income month.
    fn income(&self, person: &Person<'_>) -> i128 {
        let month = self.world.income_month();
        let mut sum = 0;
        for (delivery, row) in self.rows("inkomen", person) {
            let soort = delivery.cell(row, "soort");
            if delivery.cell(row, "maand") == month && ["loon", "ziektewet", "zelfstandig"].contains(&soort) {
                let amount: i128 = delivery.cell(row, "bedrag_cent").parse().expect("cents");
                sum += amount;
            }
        }
        sum
    }

    /// Whole years from the first day of the birth month.
    fn age(&self, person: &Person<'_>) -> i64 {
        let (birth_year, birth_month) = parse_month(person.get("geboortemaand"));
        let (year, month) = parse_month(&self.world.peilmaand());
        if month >= birth_month { year - birth_year } else { year - birth_year - 1 }
    }

    fn cohort(&self, person: &Person<'_>) -> &'static str {
        let left = person.get("uitschrijfdatum");
        let limit = show_day(year_earlier(parse_day(&self.world.peildatum)));
        if left.is_empty() {
            "onbekend"
        } else if left <= limit.as_str() {
            "oud"
        } else {
            "nieuw"
        }
    }

    fn combinatie(&self, person: &Person<'_>) -> String {
        let mut parts = Vec::new();
        if self.school(person) == Evidence::Actief {
            parts.push("school");
        }
        if self.werk(person) == Evidence::Actief {
            parts.push("werk");
        }
        if self.uitkering(person) == Evidence::Actief {
            parts.push("uitkering");
        }
        if parts.is_empty() {
            parts.push("geen");
        }
        parts.join("+")
    }

    fn prioriteit(&self, person: &Person<'_>) -> &'static str {
        let werk = self.werk(person);
        let uitkering = self.uitkering(person);
        if werk == Evidence::Onbekend || uitkering == Evidence::Onbekend {
            return "onbekend";
        }
        let some_income = self.income(person) > 0;
        match (uitkering == Evidence::Actief, some_income) {
            (true, true) => "4",
            (true, false) => "5",
            (false, _) if werk == Evidence::Actief => "3",
            (false, true) => "2",
            (false, false) => "1",
        }
    }

    fn betrokkenheid(&self, person: &Person<'_>) -> &'static str {
        if !self.covered("betrokkenheid", person.identificatie()) {
            return "onbekend";
        }
        let mut parties: Vec<&str> = self
            .rows("betrokkenheid", person)
            .iter()
            .filter(|(delivery, row)| delivery.cell(row, "sinds") <= self.world.peildatum.as_str())
            .map(|(delivery, _)| delivery.oin.as_str())
            .collect();
        parties.sort_unstable();
        parties.dedup();
        match parties.len() {
            0 => "geen",
            1 => "een",
            _ => "meer",
        }
    }
}

fn age_group(age: i64) -> &'static str {
    if age < 16 {
        "0-15"
    } else if age < 18 {
        "16-17"
    } else if age < 23 {
        "18-22"
    } else if age < 27 {
        "23-26"
    } else {
        "27+"
    }
}

fn or_unknown(value: &str) -> String {
    if value.is_empty() { "onbekend".to_owned() } else { value.to_owned() }
}
