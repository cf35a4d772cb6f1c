//! `controleer`: every kind of bad value, a row each, per bron.

use crate::geval::{Case, one};
use crate::levering::{Levering, handle, person, row};

/// A case per bron: each line holds one bad cell, or two where that is the point.
pub fn cases() -> Vec<Case> {
    let upper = person(0xabc).to_uppercase();
    let short = person(1)[1..].to_owned();
    let long = format!("{}0", person(1));
    let spaced = format!(" {}", &person(1)[1..]);
    let handle = handle();
    let pseudonyms = [upper, short, long, spaced, String::new()];
    let mut cases = vec![one("pseudoniem", "upper case, short, long, a space, empty", move || {
        let rows: Vec<_> = pseudonyms.iter().map(|bad| row("betrokkenheid", 1, &[("pseudoniem", bad)])).collect();
        Levering::rows("betrokkenheid", &rows)
    })];
    let mut add = |name, what, bron: &'static str, bad: &[(&str, &str)]| {
        let rows: Vec<_> = bad.iter().enumerate().map(|(at, cell)| row(bron, at, &[*cell])).collect();
        cases.push(one(name, what, move || Levering::rows(bron, &rows)));
    };
    let doelgroep = [
        ("gemeente", "148"),
        ("gemeente", "00148"),
        ("gemeente", "O148"),
        ("gemeente", ""),
        ("geboortemaand", "2006-13"),
        ("geboortemaand", "2006-3"),
        ("geboortemaand", "2006-03-01"),
        ("geboortemaand", "03-2006"),
        ("geboortemaand", ""),
        ("geslacht", "V"),
        ("geslacht", "man"),
        ("uitschrijfdatum", "2026-02-30"),
        ("uitschrijfdatum", "31-07-2024"),
        ("uitschrijfdatum", "2024-7-31"),
        ("uitschrijfdatum", "2024-07-31T00:00:00Z"),
        ("niveau", "mbo2"),
        ("uitstroomprofiel", "werk"),
        ("contact", "Bereikt"),
        ("niet_benaderen", "ja"),
        ("niet_benaderen", "J"),
        ("niet_benaderen", "n"),
        ("verwijzing", "dossier 12"),
        ("verwijzing", &handle[1..]),
        ("verwijzing", &handle.replace('Q', "+")),
    ];
    add("doelgroep", "bad values of the doelgroep", "doelgroep", &doelgroep);
    let onderwijs = [
        ("brin", "25pz"),
        ("brin", "25PZ3"),
        ("brin", "PZ25"),
        ("brin", "25PZ003"),
        ("soort", "mbo"),
        ("soort", ""),
        ("niveau", "mbo-5"),
        ("inschrijving_van", "2025-02-29"),
        ("inschrijving_tot", "20260731"),
        ("startkwalificatie", "ja"),
    ];
    add("onderwijs", "bad values of onderwijs", "onderwijs", &onderwijs);
    let inkomen = [
        ("maand", "2026-00"),
        ("maand", "202610"),
        ("maand", ""),
        ("bedrag_cent", "1800,00"),
        ("bedrag_cent", "1800.00"),
        ("bedrag_cent", "+180000"),
        ("bedrag_cent", "--1"),
        ("bedrag_cent", "-"),
        ("bedrag_cent", "€ 1800"),
        ("bedrag_cent", "100000000001"),
        ("bedrag_cent", "99999999999999999999999"),
        ("bedrag_cent", ""),
        ("soort", "salaris"),
        ("soort", ""),
    ];
    add("inkomen", "bad values of inkomen", "inkomen", &inkomen);
    let uitkering = [("soort", "bijstand"), ("soort", ""), ("van", "2026-04-31"), ("van", ""), ("tot", "onbekend")];
    add("uitkering", "bad values of uitkering", "uitkering", &uitkering);
    let brp = [
        ("status", "Ingezetene"),
        ("status", ""),
        ("sinds", "2026-02-30"),
        ("sinds", ""),
        ("gemeente", "193"),
        ("gemeente", ""),
    ];
    add("brp", "bad values of brp, an ingezetene without gemeente last", "brp", &brp);
    add("betrokkenheid", "bad values of betrokkenheid", "betrokkenheid", &[("sinds", "2026-2-1"), ("sinds", "")]);
    cases.push(one("drie-fouten", "three faults on one line", || {
        let cells = [("pseudoniem", ""), ("maand", "oktober"), ("soort", "salaris")];
        Levering::rows("inkomen", &[row("inkomen", 1, &cells)])
    }));
    cases
}
