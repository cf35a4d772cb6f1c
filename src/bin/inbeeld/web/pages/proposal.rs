//! What would leave, as a page shows it: to who decides on a koppeling, and to who tries a text.

use super::grid::{Cells, Table};
use super::words;
use crate::cli::proef;
use inbeeld::disclosure::{ListRefusal, ProtectedTable, TableRefusal};
use inbeeld::release::{SourceUsed, TrialList};
use inbeeld::run::Tried;

/// What would leave.
#[derive(Default)]
pub(super) struct Proposal {
    /// Each with what another text says beside it, where one was tried.
    pub(super) tabellen: Vec<(Table, Option<String>)>,
    pub(super) lijsten: Vec<String>,
    pub(super) geweigerd: Vec<String>,
    pub(super) bronnen: Vec<String>,
    pub(super) buiten_convenant: Vec<String>,
}

impl Proposal {
    pub(super) fn of(
        tables: &[ProtectedTable],
        lists: &[TrialList],
        (no_tables, no_lists): (&[TableRefusal], &[ListRefusal]),
        sources: &[SourceUsed],
    ) -> Self {
        let list = |list: &TrialList| {
            let length = list.regels.map(|rows| format!(", ongeveer {} regels", words::aantal(rows)));
            format!("{} voor {}{}", list.naam, words::gemeente(list.gemeente), length.unwrap_or_default())
        };
        let source = |source: &SourceUsed| {
            let share = source.gekoppeld_procent.map(|share| format!(", kent ongeveer {share}% van de doelgroep"));
            let kind = words::nummer(source.identificatie);
            format!("{} {kind}: {}{}", words::bron(source.bron), source.dekking_woord(), share.unwrap_or_default())
        };
        let refused = |what: &str, remedy: &str| format!("{} {remedy}", words::sentence(what));
        let no_table = |table: &TableRefusal| refused(&table.to_string(), &table.remedy());
        let no_list = |list: &ListRefusal| refused(&list.to_string(), &list.remedy());
        let tabellen = tables.iter().map(Cells::of_protected).enumerate();
        Self {
            tabellen: tabellen.map(|(at, table)| (table.laid_out(&format!("t{at}")), None)).collect(),
            lijsten: lists.iter().map(list).collect(),
            geweigerd: no_tables.iter().map(no_table).chain(no_lists.iter().map(no_list)).collect(),
            bronnen: sources.iter().map(source).collect(),
            buiten_convenant: Vec::new(),
        }
    }

    /// What a trial showed, beside what another text shows.
    pub(super) fn tried(now: &Tried, beside: Option<(&str, &Tried)>) -> Self {
        let seen = now.seen.get();
        let refused = (now.geweigerd.as_slice(), seen.geweigerd());
        let mut proposal = Self::of(seen.tabellen(), seen.lijsten(), refused, &now.bronnen);
        let Some((other, before)) = beside else { return proposal };
        for ((_, naast), table) in proposal.tabellen.iter_mut().zip(seen.tabellen()) {
            *naast = Some(match proef::differing(before, table) {
                None => format!("Onder {other} is er geen tabel om hiernaast te leggen."),
                Some(0) => format!("Onder {other} precies hetzelfde."),
                Some(differ) => {
                    let cells = words::count(table.cells.len(), "aantal", "aantallen");
                    format!("{} van {cells} anders dan onder {other}.", words::aantal(differ as u64))
                }
            });
        }
        for (line, list) in proposal.lijsten.iter_mut().zip(seen.lijsten()) {
            let length = match proef::length(before, &list.naam, list.gemeente) {
                None => "die lijst is er niet".to_owned(),
                Some(TrialList { regels: None, .. }) => "aantal niet te zeggen".to_owned(),
                Some(TrialList { regels: Some(rows), .. }) => format!("ongeveer {} regels", words::aantal(*rows)),
            };
            line.push_str(&format!(" (onder {other}: {length})"));
        }
        proposal
    }
}
