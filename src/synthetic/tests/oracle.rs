//! The rules of classification once more, in the simplest way: maps, no streams, no cleverness. Shares no code with
//! what made the rows.

use std::collections::BTreeMap;

use super::raw::{Row, elfproef, read};
use super::{Files, Plan};

const GEMEENTEN: [&str; 11] = ["0148", "0160", "0244", "0246", "0166", "0175", "0177", "0180", "1708", "1896", "0193"];

pub(super) struct Region {
    peildatum: String,
    peilmaand: String,
    leeftijd: std::ops::Range<i32>,
    doelgroep: BTreeMap<String, Row>,
    onderwijs: BTreeMap<String, Vec<Row>>,
    inkomen: BTreeMap<String, Vec<Row>>,
    uitkering: BTreeMap<String, Vec<Row>>,
    brp: BTreeMap<String, Vec<Row>>,
}

/// The number as waarheid.csv writes it; None for a row that is nobody's.
fn person(row: &Row) -> Option<String> {
    let own = row.get("onderwijsnummer").map_or("", |number| number);
    if !own.is_empty() {
        return (own.starts_with("10") && elfproef(own) == Some(5)).then(|| own.to_owned());
    }
    let bsn = match row["bsn"].len() {
        8 => format!("0{}", row["bsn"]),
        _ => row["bsn"].clone(),
    };
    (elfproef(&bsn) == Some(0) && bsn != "000000000").then_some(bsn)
}

fn by_person(files: &Files, names: &[&str]) -> BTreeMap<String, Vec<Row>> {
    let mut all: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in names.iter().flat_map(|name| read(files, name)) {
        if let Some(number) = person(&row) {
            all.entry(number).or_default().push(row);
        }
    }
    all
}

impl Region {
    pub(super) fn read(files: &Files, plan: &Plan) -> Self {
        let mut doelgroep = BTreeMap::new();
        // The newer one last.
        for name in ["doelgroep-ijssel-vecht.csv", "doelgroep-zwolle.csv"] {
            for (number, rows) in by_person(files, &[name]) {
                assert_eq!(rows.len(), 1, "once in one doelgroep");
                doelgroep.insert(number, rows[0].clone());
            }
        }
        Self {
            peildatum: plan.peildatum.to_string(),
            peilmaand: plan.peildatum.strftime("%Y-%m").to_string(),
            leeftijd: i32::from(plan.leeftijd.start)..i32::from(plan.leeftijd.end),
            doelgroep,
            onderwijs: by_person(
                files,
                &["onderwijs-ijsselrand.csv", "onderwijs-vechthorst.csv", "onderwijs-groene-delta.csv"],
            ),
            inkomen: by_person(files, &["inkomen.csv"]),
            uitkering: by_person(files, &["uitkering-zwolle.csv", "uitkering-vechtrand.csv"]),
            brp: by_person(files, &["brp.csv"]),
        }
    }

    pub(super) fn classify(&self) -> BTreeMap<String, (&'static str, &'static str)> {
        let all = self.doelgroep.iter();
        all.map(|(number, row)| (number.clone(), self.one(number, row))).collect()
    }

    fn one(&self, number: &str, row: &Row) -> (&'static str, &'static str) {
        let peil = self.peildatum.as_str();
        let rows = |bron: &BTreeMap<String, Vec<Row>>| bron.get(number).cloned().unwrap_or_default();
        let age = self.age(&row["geboortemaand"]);
        if !self.leeftijd.contains(&age) {
            return ("buiten_doelgroep", "leeftijd");
        }
        if row["uitstroomprofiel"] == "dagbesteding" {
            return ("buiten_doelgroep", "uitstroomprofiel");
        }
        let runs = |van: &str, tot: &str| !van.is_empty() && van <= peil && (tot.is_empty() || tot >= peil);
        let onderwijs = rows(&self.onderwijs);
        let school = onderwijs.iter().any(|r| runs(&r["inschrijving_van"], &r["inschrijving_tot"]));
        let diploma =
            onderwijs.iter().any(|r| !r["startkwalificatie"].is_empty() && r["startkwalificatie"].as_str() <= peil);
        let income: i64 = rows(&self.inkomen)
            .iter()
            .filter(|r| r["maand"] == self.peilmaand && r["soort"] != "pensioen")
            .map(|r| r["bedrag_cent"].parse::<i64>().unwrap())
            .sum();
        let werk = income > 30_000;
        let uitkering = rows(&self.uitkering).iter().any(|r| runs(&r["van"], &r["tot"]));

        let mut brp = rows(&self.brp);
        brp.retain(|r| r["sinds"].as_str() <= peil);
        let latest = brp.iter().map(|r| r["sinds"].clone()).max();
        brp.retain(|r| Some(&r["sinds"]) == latest.as_ref());
        brp.sort();
        brp.dedup();
        if brp.len() > 1 {
            return ("onbekend", "tegenstrijdig");
        }
        if let Some(now) = brp.first() {
            let reason = match now["status"].as_str() {
                "overleden" => Some("overleden"),
                "geemigreerd" => Some("geemigreerd"),
                _ => None,
            };
            if let Some(reason) = reason {
                return match school || werk || uitkering {
                    true => ("onbekend", "tegenstrijdig"),
                    false => ("buiten_doelgroep", reason),
                };
            }
            if !GEMEENTEN.contains(&now["gemeente"].as_str()) {
                return ("buiten_doelgroep", "verhuisd");
            }
        }
        let bsn = elfproef(number) == Some(0);
        match () {
            () if diploma => ("startkwalificatie", "diploma"),
            () if school => ("school", "ingeschreven"),
            () if werk => ("werk", "inkomen"),
            () if uitkering => ("uitkering", "uitkering"),
            () if !bsn => ("onbekend", "geen_bsn"),
            () if brp.is_empty() => ("onbekend", "niet_in_brp"),
            () => ("geen_dagbesteding", "niets_gevonden"),
        }
    }

    /// Whole years from the first day of the birth month.
    fn age(&self, born: &str) -> i32 {
        let part = |text: &str, range| text.get::<std::ops::Range<usize>>(range).unwrap().parse::<i32>().unwrap();
        let had_birthday = part(&self.peildatum, 5..7) >= part(born, 5..7);
        part(&self.peildatum, 0..4) - part(born, 0..4) - i32::from(!had_birthday)
    }
}
