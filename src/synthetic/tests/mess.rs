//! What makes the files hard to read, and what must not matter.

use std::collections::BTreeSet;

use super::oracle::Region;
use super::raw::{elfproef, read};
use super::{made, plan, truth};

#[test]
fn every_file_has_its_mess() {
    let (files, summary) = made(&plan(1200));
    let (mut repeated, mut quoted) = (0, 0);
    for name in files.keys().filter(|name| name.ends_with(".csv") && *name != "waarheid.csv") {
        let text = encoding_rs::WINDOWS_1252.decode(&files[name]).0;
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.iter().any(|line| line.is_empty()), "{name} has a blank line");
        let numbers: BTreeSet<_> = read(&files, name)
            .iter()
            .map(|row| [row["bsn"].as_str(), row.get("onderwijsnummer").map_or("", |n| n)].concat())
            .collect();
        assert!(numbers.contains("000000000"), "{name}");
        assert!(numbers.contains("privé"), "{name}");
        assert!(numbers.contains(""), "{name}");
        assert!(numbers.iter().any(|n| n.len() == 7 && elfproef(&format!("00{n}")) != Some(0)), "{name}");
        assert!(numbers.iter().any(|n| n.len() == 9 && !matches!(elfproef(n), None | Some(0 | 5))), "{name}");
        quoted += lines.iter().filter(|line| line.starts_with('"')).count();
        let twice = lines.windows(2).filter(|pair| pair[0] == pair[1] && !pair[0].is_empty()).count();
        assert!(twice == 0 || !name.starts_with("doelgroep"));
        repeated += twice;
    }
    assert!(quoted > 20 && repeated > 20, "{quoted} {repeated}");
    assert_eq!(summary.afgekeurd, 60);
}

#[test]
fn a_later_delivery_took_diplomas_back() {
    let (files, plan) = (made(&plan(1200)).0, plan(1200));
    let diplomas = |name| {
        read(&files, name)
            .into_iter()
            .filter(|row| !row["startkwalificatie"].is_empty())
            .map(|row| row["bsn"].clone())
            .collect::<BTreeSet<_>>()
    };
    let withdrawn: Vec<_> = diplomas("onderwijs-ijsselrand-eerder.csv")
        .difference(&diplomas("onderwijs-ijsselrand.csv"))
        .cloned()
        .collect();
    assert!(withdrawn.len() > 10);
    let mut earlier = files.clone();
    earlier.insert("onderwijs-ijsselrand.csv".to_owned(), files["onderwijs-ijsselrand-eerder.csv"].clone());
    let by_earlier = Region::read(&earlier, &plan).classify();
    let truth = truth(&files);
    assert!(withdrawn.iter().any(|bsn| { truth.get(bsn).is_some_and(|klasse| by_earlier[bsn].0 != klasse) }));
}

#[test]
fn the_older_list_would_put_some_who_moved_elsewhere() {
    let (files, plan) = (made(&plan(2000)).0, plan(2000));
    let bsns = |name| {
        read(&files, name)
            .into_iter()
            .map(|row| row["bsn"].clone())
            .filter(|n| elfproef(n) == Some(0) && n != "000000000")
            .collect::<BTreeSet<_>>()
    };
    let new = bsns("doelgroep-zwolle.csv");
    let both: Vec<_> = bsns("doelgroep-ijssel-vecht.csv").intersection(&new).cloned().collect();
    assert!((3..60).contains(&both.len()), "{}", both.len());
    let mut older = files.clone();
    older.remove("doelgroep-zwolle.csv");
    older.insert("doelgroep-zwolle.csv".to_owned(), files["doelgroep-ijssel-vecht.csv"].clone());
    let by_older = Region::read(&older, &plan).classify();
    let truth = truth(&files);
    assert!(both.iter().any(|bsn| by_older[bsn].0 != truth[bsn]));
}

#[test]
fn the_index_names_every_raw_file() {
    let (files, _) = made(&plan(20));
    let index: toml::Table = toml::from_str(std::str::from_utf8(&files["bronnen.toml"]).unwrap()).unwrap();
    let entries = index["bestand"].as_array().unwrap();
    let mut named: Vec<_> = entries.iter().map(|entry| entry["bestand"].as_str().unwrap()).collect();
    assert!(entries.iter().all(|entry| {
        let oin = entry["oin"].as_str().unwrap();
        oin.len() == 20 && oin.starts_with("0000000199999") && entry["periode"].as_str() == Some("2026-10")
    }));
    named.push("waarheid.csv");
    named.push("bronnen.toml");
    named.sort_unstable();
    assert_eq!(named, files.keys().collect::<Vec<_>>());
}
