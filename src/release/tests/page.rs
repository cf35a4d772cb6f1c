//! `rapport.html`: well formed, of itself, and with nothing on it that is not published.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Elements that have no end.
const VOID: [&str; 3] = ["meta", "br", "link"];

/// A tag with its attributes, as they stand in the text.
struct Tag {
    name: String,
    end: bool,
    closed: bool,
    attributes: BTreeMap<String, String>,
}

fn tag(inside: &str) -> Tag {
    let (end, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    let (closed, inside) = inside.strip_suffix('/').map_or((false, inside), |inside| (true, inside));
    let name: String = inside.chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
    let mut attributes = BTreeMap::new();
    let mut rest = inside[name.len()..].trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("kenmerk zonder waarde: {rest}"));
        let (value, after) = after.split_once('"').unwrap();
        assert!(attributes.insert(key.to_owned(), value.to_owned()).is_none(), "dubbel: {key}");
        rest = after.trim_start();
    }
    Tag { name, end, closed, attributes }
}

/// Reads a page strictly; gives its start tags and its text. Any looseness stops the test.
fn parse(page: &str) -> (Vec<Tag>, String) {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let (mut open, mut tags, mut text) = (Vec::new(), Vec::new(), String::new());
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (inside, after) = after.split_once('>').unwrap();
        rest = after;
        let tag = tag(inside);
        if tag.end {
            assert_eq!(open.pop().as_deref(), Some(tag.name.as_str()), "sluit iets anders");
            continue;
        }
        if tag.name == "style" {
            rest = rest.split_once("</style>").unwrap().1;
        } else if !tag.closed && !VOID.contains(&tag.name.as_str()) {
            open.push(tag.name.clone());
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "{open:?}");
    text.push_str(rest);
    assert!(!text.contains('>'), "een los >");
    for part in text.split('&').skip(1) {
        let name = part.split_once(';').unwrap_or_else(|| panic!("een los &: {part}")).0;
        assert!(name.starts_with('#') || ["amp", "lt", "gt", "quot"].contains(&name), "{name}");
    }
    (tags, text)
}

fn page(tables: Vec<ProtectedTable>, account: &Account) -> String {
    text(&files(tables, account).0, "rapport.html")
}

/// Every number in a text, dots between thousands taken out.
fn numbers(text: &str) -> BTreeSet<u64> {
    let plain: String = text
        .char_indices()
        .filter(|(at, letter)| *letter != '.' || !text[at + 1..].starts_with(|next: char| next.is_ascii_digit()))
        .map(|(_, letter)| letter)
        .collect();
    plain.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[test]
fn it_is_well_formed_accessible_and_loads_nothing() {
    let two = table("per_klasse", &[Dimensie::Klasse], &[&klassen()], vec![None; 8]);
    let page = page(vec![by_municipality(), two], &account());
    let (tags, text) = parse(&page);
    let mut ids = BTreeSet::new();
    for tag in &tags {
        if let Some(id) = tag.attributes.get("id") {
            assert!(ids.insert(id.clone()), "twee keer {id}");
        }
        assert!(!["script", "img", "link", "iframe", "object", "embed", "form"].contains(&tag.name.as_str()));
        assert!(tag.attributes.keys().all(|name| !name.starts_with("on") && name != "src" && name != "style"));
        assert!(tag.name != "th" || tag.attributes.contains_key("scope"));
    }
    for tag in &tags {
        let names = tag.attributes.get("aria-labelledby").into_iter().flat_map(|names| names.split(' '));
        let links = tag.attributes.get("href").map(|href| href.strip_prefix('#').unwrap());
        let fills = tag.attributes.get("fill").and_then(|fill| fill.strip_prefix("url(#")?.strip_suffix(')'));
        for id in names.chain(links).chain(fills) {
            assert!(ids.contains(id), "{}: er is geen {id}", tag.name);
        }
    }
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    assert!(!style.contains("url(") && !style.contains("@import") && style.contains("@media print"));
    assert_eq!(tags.iter().filter(|tag| tag.name == "h1").count(), 1);
    for name in ["header", "nav", "main", "footer", "caption", "svg", "desc"] {
        assert!(tags.iter().any(|tag| tag.name == name), "{name}");
    }
    let html = tags.iter().find(|tag| tag.name == "html").unwrap();
    assert_eq!(html.attributes["lang"], "nl");
    for words in [
        "1 oktober 2026",
        "AVG 6(1)(e): een taak van algemeen belang",
        "WEB 9.2.5: de taak van de gemeente",
        "Telwijzer",
        "Dalfsen",
        "€ 300,00",
        "september 2026",
        "Personen, geen meldingen",
        "niet geleverd",
        "betrokkenheid",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

/// The words of a text are words here, whatever they are.
#[test]
fn markup_in_a_text_is_shown_and_does_nothing() {
    let mut hostile = account();
    let planted = "<script>alert('x')</script> & \"</title>\"";
    hostile.doel.titel = format!("titel {planted}");
    hostile.doel.doel = format!("doel {planted}");
    hostile.doel.noodzaak = format!("noodzaak {planted}");
    hostile.doel.grondslag = vec![format!("grondslag {planted}")];
    hostile.doel.verantwoordelijke = format!("wie {planted}");
    hostile.doelgroep = format!("groep {planted}");
    let page = page(vec![by_municipality()], &hostile);
    let (tags, text) = parse(&page);
    assert!(tags.iter().all(|tag| tag.name != "script"));
    assert_eq!(text.matches("alert(").count(), 7);
    assert!(!page.contains("alert('x')</script>"));
}

/// Every number on the page is a published cell, a share of published cells, or stands in the text.
#[test]
fn no_number_is_on_it_that_is_not_published() {
    let table = by_municipality();
    let published: BTreeSet<u64> = table.cells.iter().flatten().copied().collect();
    let page = page(vec![table], &account());
    let (_, text) = parse(&page);
    let (head, rest) = text.split_once("Aantal jongeren naar gemeente en klasse").unwrap();
    assert!(!head.contains("8042"));
    let figures = rest.split_once("Wat er niet staat").unwrap().0;
    // Dates, the threshold, and the 100 of "100%".
    let said = BTreeSet::from([1, 2026, 4, 100]);
    // Dalfsen: 34, 3 and 85 of 122, and 34 and 3 of 37.
    let shares = BTreeSet::from([122, 28, 2, 70, 37, 92, 8]);
    for number in numbers(figures) {
        assert!(
            published.contains(&number) || said.contains(&number) || shares.contains(&number),
            "{number} is niet vrijgegeven"
        );
    }
    for derived in [8042, 8077, 8144, 8077 - 35] {
        assert!(!numbers(&text).contains(&derived), "{derived}");
    }
}

/// Where a bar ends says nothing of what is withheld: a total that differs changes no shape.
#[test]
fn shapes_are_of_published_cells_alone() {
    let shapes = |table: ProtectedTable| {
        let page = page(vec![table], &account());
        let svg = page.split_once("<svg").unwrap().1.split_once("</svg>").unwrap().0.to_owned();
        assert!(svg.contains("stroke-dasharray"));
        assert!(svg.contains("Zwolle, school: 12.000") && svg.contains("Dalfsen, werk: 85"));
        assert!(!svg.contains("Zwolle, werk") && !svg.contains("Zwolle, uitkering"), "een staaf van wat er niet is");
        svg
    };
    let mut other = by_municipality();
    other.cells[15] = Some(35_000);
    other.cells[23] = Some(35_300);
    assert_eq!(shapes(by_municipality()), shapes(other));
}

#[test]
fn a_split_is_computed_from_published_cells_or_not_at_all() {
    let page_of = |edit: &dyn Fn(&mut ProtectedTable)| {
        let mut table = by_municipality();
        edit(&mut table);
        page(vec![table], &account())
    };
    let withheld = page_of(&|_| {});
    assert!(withheld.contains("Voor de hele regio niet te berekenen"));
    assert!(withheld.contains("<td colspan=\"6\">niet te berekenen</td>"));
    assert!(withheld.contains("<td class=\"n\">122</td><td class=\"n\">28%</td><td class=\"n\">2%</td><td class=\"n\">70%</td><td class=\"n\">92%</td><td class=\"n\">8%</td>"));

    // The margins: school 34, startkwalificatie 3, werk 85.
    let whole = page_of(&|table| {
        for (at, count) in [(16, 34), (17, 85), (21, 3)] {
            table.cells[at] = Some(count);
        }
    });
    assert!(whole.contains("Samen 122 jongeren: 34 op school, 3 met een startkwalificatie en 85 aan het werk."));
    assert!(whole.contains("Met werkenden in de noemer (122): school 28%, startkwalificatie 2%, werk 70%."));
    assert!(whole.contains("Zonder werkenden in de noemer (37): school 92%, startkwalificatie 8%."));
    parse(&whole);

    let nobody = page_of(&|table| [16, 17, 21].into_iter().for_each(|at| table.cells[at] = Some(0)));
    assert!(nobody.contains("Er is niemand om te verdelen."));
    parse(&nobody);
    let workers = page_of(&|table| {
        for (at, count) in [(16, 0), (17, 9), (21, 0)] {
            table.cells[at] = Some(count);
        }
    });
    assert!(workers.contains("Zonder werkenden in de noemer is er niemand."));
    parse(&workers);
}

/// Two tables by the same dimensions are told apart, in the eye and in the ear.
#[test]
fn every_table_has_a_title_of_its_own() {
    let mut other = by_municipality();
    other.tabel.naam = "nog_een".to_owned();
    let page = page(vec![by_municipality(), other], &account());
    parse(&page);
    for naam in ["gemeente_klasse", "nog_een"] {
        assert_eq!(page.matches(&format!(">Aantal jongeren naar gemeente en klasse ({naam})</h2>")).count(), 1);
    }
    assert!(!page.contains(">Aantal jongeren naar gemeente en klasse</h2>"));
}

#[test]
fn a_release_without_tables_has_a_page_too() {
    let (tags, text) = parse(&page(Vec::new(), &account()));
    assert!(tags.iter().all(|tag| tag.name != "svg"));
    assert!(!text.contains("Positieve uitstroom"));
}
