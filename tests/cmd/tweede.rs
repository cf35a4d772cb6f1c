//! A text that asks two signatures, and a second one that is good, or is not.

use crate::geval::{Case, case};
use crate::koppel::{inbeeld, leveringen, sign, small};
use std::path::Path;

/// The case whose both signatures are good.
pub const GOOD: &[&str] = &["twee-goed", "tweede-ingetrokken-morgen"];

/// A koppeling under a text that asks two signatures, with keys `fg` and `ander` trusted by this case alone.
fn two(name: &'static str, what: &'static str, make: impl Fn(&Path) + 'static) -> Case {
    let first =
        format!("INBEELD_VANDAAG=2026-11-05 inbeeld koppel --peildatum 2026-10-01 --doelbinding {name}/proef.toml");
    let second = format!("--vertrouwd {name}/vertrouwd --leveringen {name}/leveringen --uit {name}/uit");
    case(name, what, &[&first, &second], move |path| {
        leveringen(path);
        std::fs::create_dir_all(path.join("vertrouwd")).unwrap();
        for key in ["fg", "ander"] {
            trust(path, key, key);
        }
        make(path);
    })
}

/// Puts a key among the trusted ones, under a name.
fn trust(path: &Path, key: &str, name: &str) {
    let file = path.join("../sleutels").join(format!("{key}.pub"));
    std::fs::copy(file, path.join("vertrouwd").join(format!("{name}.pub"))).unwrap();
}

/// When the second signer's key holds.
fn dates(path: &Path, dates: &str) {
    std::fs::write(path.join("vertrouwd/ander.toml"), dates).unwrap();
}

fn text() -> String {
    small(&[("handtekeningen = 1", "handtekeningen = 2")])
}

fn add(path: &Path, key: &str) {
    inbeeld(path, &["doelbinding", "onderteken", "proef.toml", "--sleutel", &format!("../sleutels/{key}.sleutel")]);
}

/// Signs with both keys, one after the other.
fn both(path: &Path) {
    sign(path, &text(), Some("fg"));
    add(path, "ander");
}

/// Every case.
pub fn cases() -> Vec<Case> {
    let dated = |name, what, say: &'static str| {
        two(name, what, move |path| {
            both(path);
            dates(path, say);
        })
    };
    vec![
        two("twee-goed", "two signatures of two keys", both),
        dated("tweede-ingetrokken", "the second signer's key is revoked", "ingetrokken = true\n"),
        dated("tweede-ingetrokken-vandaag", "revoked today", "ingetrokken = 2026-11-05\n"),
        dated("tweede-ingetrokken-morgen", "revoked from tomorrow: it still counts", "ingetrokken = 2026-11-06\n"),
        dated("tweede-verlopen", "the second signer's key is past its last day", "tot_en_met = 2026-11-04\n"),
        dated("tweede-nog-niet", "the second signer's key does not hold yet", "van = 2026-11-06\n"),
        two("tweede-onbekend", "the second signer is not trusted", |path| {
            both(path);
            std::fs::remove_file(path.join("vertrouwd/ander.pub")).unwrap();
        }),
        two("tweede-van-oude-tekst", "one letter changed between the two signatures", |path| {
            sign(path, &text(), None);
            add(path, "ander");
            std::fs::rename(path.join("proef.toml.minisig"), path.join("oud.minisig")).unwrap();
            sign(
                path,
                &small(&[("handtekeningen = 1", "handtekeningen = 2"), ("drempel = 5", "drempel = 6")]),
                Some("fg"),
            );
            std::fs::rename(path.join("oud.minisig"), path.join("proef.toml.2.minisig")).unwrap();
        }),
        two("na-beide-veranderd", "one letter changed after both signatures", |path| {
            both(path);
            std::fs::write(path.join("proef.toml"), text().replace("drempel = 5", "drempel = 6")).unwrap();
        }),
        two("sleutel-twee-namen", "one key under two names is one pair of eyes", |path| {
            sign(path, &text(), Some("fg"));
            std::fs::copy(path.join("proef.toml.minisig"), path.join("proef.toml.2.minisig")).unwrap();
            trust(path, "fg", "ander");
        }),
        two("ingetrokken-onder-andere-naam", "a copy under another name does not bring a revoked key back", |path| {
            both(path);
            trust(path, "ander", "derde");
            dates(path, "ingetrokken = true\n");
        }),
    ]
}
