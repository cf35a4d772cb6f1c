//! `koppel`, and what comes before it: keys, signatures, dates, leveringen that do not fit together.

use crate::doelbinding::{text, without};
use crate::geval::{Case, case};
use crate::levering::{Levering, MARKER, person, row};
use std::path::Path;
use std::process::Command;

/// Runs inbeeld: its exit code, and all that it says.
pub fn said(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inbeeld"));
    let out = command.current_dir(folder).env("INBEELD_VANDAAG", "2026-11-05").args(args).output().unwrap();
    let text = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
    (out.status.code().unwrap(), text)
}

/// Runs inbeeld to make input, which must work.
pub fn inbeeld(folder: &Path, args: &[&str]) {
    let (code, text) = said(folder, args);
    assert_eq!(code, 0, "{args:?}: {text}");
}

/// Runs a koppeling of what lies in a folder, into `uit` beside it.
pub fn koppel(folder: &Path, trusted: &str) -> (i32, String) {
    let options = ["--doelbinding", "proef.toml", "--leveringen", "leveringen", "--uit", "uit"];
    said(folder, &[&["koppel", "--peildatum", "2026-10-01", "--vertrouwd", trusted], &options[..]].concat())
}

/// Two keys that sign: `fg`, which is trusted, and `ander`, which is not.
pub fn keys(root: &Path) {
    std::fs::create_dir_all(root.join("sleutels")).unwrap();
    std::fs::create_dir_all(root.join("vertrouwd")).unwrap();
    for name in ["fg", "ander"] {
        let path = format!("sleutels/{name}.sleutel");
        inbeeld(root, &["sleutel", "nieuw", "--soort", "ondertekening", "--uit", &path]);
    }
    std::fs::copy(root.join("sleutels/fg.pub"), root.join("vertrouwd/fg.pub")).unwrap();
}

/// A text that reads income alone, and releases one table.
pub fn small(edits: &[(&str, &str)]) -> String {
    let mut all = without(&text(edits), "[[lijst]]");
    all = without(&all, "[convenant]");
    all = without(&all, "[inzage]");
    let gone = |line: &&str| {
        !["onderwijs =", "uitkering =", "brp =", "betrokkenheid ="].iter().any(|name| line.starts_with(name))
    };
    all.lines().filter(gone).map(|line| format!("{line}\n")).collect()
}

/// Writes a text and signs it with this key, where there is one.
pub fn sign(path: &Path, text: &str, key: Option<&str>) {
    std::fs::create_dir_all(path.join("leveringen")).unwrap();
    std::fs::write(path.join("proef.toml"), text).unwrap();
    if let Some(key) = key {
        inbeeld(path, &["doelbinding", "onderteken", "proef.toml", "--sleutel", &format!("../sleutels/{key}.sleutel")]);
    }
}

/// A good doelgroep and a good source, which knows everybody.
pub fn leveringen(path: &Path) {
    let folder = path.join("leveringen");
    Levering::good("doelgroep", 20).write(&folder);
    Levering::good("inkomen", 20).write(&folder);
}

/// The lines of a koppeling of a case, with these options.
fn lines(name: &str, today: &str, more: &str) -> [String; 2] {
    let trusted = if more.contains("--vertrouwd") { "" } else { " --vertrouwd vertrouwd" };
    let peildatum = if more.contains("--peildatum") { "" } else { " --peildatum 2026-10-01" };
    let more = if more.is_empty() { String::new() } else { format!(" {more}") };
    [
        format!("INBEELD_VANDAAG={today} inbeeld koppel{peildatum} --doelbinding {name}/proef.toml"),
        format!("{trusted} --leveringen {name}/leveringen --uit {name}/uit{more}").trim_start().to_owned(),
    ]
}

fn run(name: &'static str, what: &'static str, today: &str, more: &str, make: impl Fn(&Path) + 'static) -> Case {
    let [first, second] = lines(name, today, more);
    case(name, what, &[&first, &second], make)
}

/// A koppeling under a good text of good leveringen, with something more in the folder.
fn with(name: &'static str, what: &'static str, make: impl Fn(&Path) + 'static) -> Case {
    run(name, what, "2026-11-05", "", move |path| {
        sign(path, &small(&[]), Some("fg"));
        leveringen(path);
        make(&path.join("leveringen"));
    })
}

/// A koppeling of good leveringen under a text that is made so.
fn under(name: &'static str, what: &'static str, more: &str, make: impl Fn(&Path) + 'static) -> Case {
    run(name, what, "2026-11-05", more, move |path| {
        leveringen(path);
        make(path);
    })
}

/// Leveringen that are refused, or go through.
pub fn inputs() -> Vec<Case> {
    let nobody = |path: &Path, persons: usize| {
        sign(path, &small(&[]), Some("fg"));
        let folder = path.join("leveringen");
        Levering::good("doelgroep", persons).write(&folder);
        let others: Vec<_> = (1..=50).map(|number| row("inkomen", 5000 + number, &[])).collect();
        Levering::rows("inkomen", &others).write(&folder);
    };
    vec![
        with("goed", "all is good", |_| {}),
        with("geweigerd", "one bad value stops all", |path| {
            let bad = row("inkomen", 2, &[("bedrag_cent", "1800,00")]);
            Levering::rows("inkomen", &[row("inkomen", 1, &[]), bad]).write(path);
        }),
        with("alles-geweigerd", "everything that is wrong in the folder, by name of the file", |path| {
            Levering::rows("doelgroep", &[row("doelgroep", 1, &[("gemeente", "148")])]).write(path);
            Levering::good("brp", 3).cut(80).write(path);
            Levering::good("brp", 1).named("los.csv").write_data(path);
            Levering::good("brp", 1).named("wees.csv").write_manifest(path);
            Levering::good("uitkering", 1).with("\"regio\": \"10\"", "\"regio\": 10").write(path);
        }),
        with("andere-regio", "a levering for another region", |path| {
            Levering::good("brp", 1).with("\"regio\": \"10\"", "\"regio\": \"11\"").write(path);
        }),
        with("niet-gelezen", "bad values in a bron that the text does not list have no effect", |path| {
            Levering::rows("brp", &[row("brp", 1, &[("sinds", MARKER)])]).write(path);
        }),
        with("kolom-niet-gelezen", "bad values in a column that the text does not need have no effect", |path| {
            let rows: Vec<_> = (1..=20).map(|number| row("doelgroep", number, &[("contact", MARKER)])).collect();
            Levering::rows("doelgroep", &rows).write(path);
        }),
        with("sleutel-id", "two linkage keys", |path| {
            Levering::good("inkomen", 20).with("0123456789abcdef", "fedcba9876543210").write(path);
        }),
        with("gelijke-stand", "two different files of one moment", |path| {
            Levering::good("inkomen", 19).named("inkomen-2.csv").write(path);
        }),
        with("dezelfde-twee-keer", "one file under two names is no tie", |path| {
            Levering::good("inkomen", 20).named("inkomen-2.csv").write(path);
        }),
        with("dubbele-persoon", "a person twice in the doelgroep", |path| {
            let rows = [1, 2, 1].map(|number| row("doelgroep", number, &[]));
            Levering::rows("doelgroep", &rows).write(path);
        }),
        run("geen-doelgroep", "no doelgroep at all", "2026-11-05", "", |path| {
            sign(path, &small(&[]), Some("fg"));
            Levering::good("inkomen", 20).write(&path.join("leveringen"));
        }),
        run("doelgroep-te-vroeg", "a doelgroep made before the peildatum", "2026-11-05", "", |path| {
            sign(path, &small(&[]), Some("fg"));
            let early = Levering::good("doelgroep", 20).with("2026-11-02T08:30:00Z", "2026-09-30T23:59:59Z");
            early.write(&path.join("leveringen"));
        }),
        run("lege-map", "an empty folder", "2026-11-05", "", |path| sign(path, &small(&[]), Some("fg"))),
        run("geen-overlap", "101 persons, and a covered source that knows nobody", "2026-11-05", "", move |path| {
            nobody(path, 101)
        }),
        run("geen-overlap-aanvaard", "the same, accepted", "2026-11-05", "--accepteer-geen-overlap", move |path| {
            nobody(path, 101)
        }),
        run("geen-overlap-100", "100 persons are too few to tell", "2026-11-05", "", move |path| nobody(path, 100)),
    ]
}

/// Texts under which nothing is released.
pub fn texts() -> Vec<Case> {
    let trusted = |name: &'static str, what, dates: &'static str| {
        under(name, what, &format!("--vertrouwd {name}/vertrouwd"), move |path| {
            sign(path, &small(&[]), Some("fg"));
            std::fs::create_dir_all(path.join("vertrouwd")).unwrap();
            std::fs::copy(path.join("../sleutels/fg.pub"), path.join("vertrouwd/fg.pub")).unwrap();
            std::fs::write(path.join("vertrouwd/fg.toml"), dates).unwrap();
        })
    };
    let with_dates = |name, what, today, more| {
        run(name, what, today, more, |path| {
            sign(path, &small(&[]), Some("fg"));
            leveringen(path);
        })
    };
    vec![
        under("geen-handtekening", "no signature", "", |path| sign(path, &small(&[]), None)),
        under("tekst-veranderd", "one letter of the text changed", "", |path| {
            sign(path, &small(&[]), Some("fg"));
            std::fs::write(path.join("proef.toml"), small(&[("drempel = 5", "drempel = 4")])).unwrap();
        }),
        under("vreemde-sleutel", "signed by a key that is not trusted", "", |path| {
            sign(path, &small(&[]), Some("ander"))
        }),
        under("geen-minisig", "a signature that is none", "", |path| {
            sign(path, &small(&[]), None);
            std::fs::write(path.join("proef.toml.minisig"), MARKER).unwrap();
        }),
        trusted("ingetrokken", "a revoked key", "ingetrokken = true\n"),
        trusted("ingetrokken-vandaag", "a key revoked today", "ingetrokken = 2026-11-05\n"),
        trusted("ingetrokken-morgen", "a key revoked from tomorrow still signs", "ingetrokken = 2026-11-06\n"),
        trusted("sleutel-verlopen", "a key whose time is over", "van = 2025-01-01\ntot_en_met = 2026-11-04\n"),
        trusted(
            "sleutel-fout",
            "dates of a key that are none",
            "tot_en_met = \"GEHEIM1234\"\nGEHEIM1234 = 1\ningetrokken = \"ja\"\n",
        ),
        under("geen-vertrouwde", "a folder without keys", "--vertrouwd geen-vertrouwde/leveringen", |path| {
            sign(path, &small(&[]), Some("fg"));
        }),
        under("vertrouwde-onzin", "a trusted key that is none", "--vertrouwd vertrouwde-onzin/fg.pub", |path| {
            sign(path, &small(&[]), Some("fg"));
            std::fs::write(path.join("fg.pub"), MARKER).unwrap();
        }),
        under("een-van-twee", "one signature where the text asks two", "", |path| {
            sign(path, &small(&[("handtekeningen = 1", "handtekeningen = 2")]), Some("fg"));
        }),
        under("twee-keer-dezelfde", "two signatures of one key", "", |path| {
            sign(path, &small(&[("handtekeningen = 1", "handtekeningen = 2")]), Some("fg"));
            std::fs::copy(path.join("proef.toml.minisig"), path.join("proef.toml.2.minisig")).unwrap();
        }),
        with_dates("peildatum-buiten", "a peildatum outside the text's dates", "2026-11-05", "--peildatum 2027-01-01"),
        with_dates("laatste-dag", "the last day on which something may leave", "2027-03-03", ""),
        with_dates("te-laat", "a day later", "2027-03-04", ""),
        under("tekst-fout", "a fault in a text that is signed well", "", |path| {
            let signer = path.join("../sleutels/fg.sleutel").canonicalize().unwrap();
            let secret = std::fs::read_to_string(signer).unwrap();
            let text = small(&[("drempel = 5", "drempel = 2"), ("versie = 1", "versie = \"GEHEIM1234\"")]);
            sign(path, &text, None);
            let signature = inbeeld::doelbinding::sign(text.as_bytes(), &secret, None, "proef").unwrap();
            std::fs::write(path.join("proef.toml.minisig"), signature).unwrap();
        }),
        under("handtekening-voor-tekst", "no signature is told before a fault in the text", "", |path| {
            sign(path, &small(&[("drempel = 5", "drempel = 2")]), None);
        }),
        run(
            "datum-voor-levering",
            "dates are told before leveringen",
            "2026-11-05",
            "--peildatum 2027-01-01",
            |path| {
                sign(path, &small(&[]), Some("fg"));
                Levering::good("brp", 1).write_data(&path.join("leveringen"));
            },
        ),
    ]
}

/// Commands that are not understood, and keys that are not what they should be.
pub fn usage() -> Vec<Case> {
    let bare = |name, what, command: &'static str| case(name, what, &[command], |_| {});
    let key = |name: &'static str, what, mode: u32, text: &'static str| {
        let command = format!("inbeeld sleutel toon {name}/koppel.sleutel");
        case(name, what, &[&command], move |path| {
            std::fs::create_dir_all(path).unwrap();
            let file = path.join("koppel.sleutel");
            std::fs::write(&file, text).unwrap();
            loose(&file, mode);
        })
    };
    let ready = |name, what, today, more: &'static str| {
        run(name, what, today, more, |path| {
            sign(path, &small(&[]), Some("fg"));
            leveringen(path);
        })
    };
    vec![
        bare("geen-opdracht", "no command", "inbeeld"),
        bare("geen-opdracht-onder", "no command under doelbinding", "inbeeld doelbinding"),
        bare("onbekende-opdracht", "an unknown command", "inbeeld GEHEIM1234"),
        bare("onbekende-optie", "an unknown option", "inbeeld controleer --GEHEIM1234 x.csv"),
        bare("geen-levering", "nothing to check", "inbeeld controleer"),
        bare("te-veel-woorden", "a word too many", "inbeeld doelbinding controleer a.toml GEHEIM1234"),
        bare("koppel-kaal", "all options missing", "inbeeld koppel"),
        bare(
            "onbekende-soort",
            "a kind of key that does not exist",
            "inbeeld sleutel nieuw --soort GEHEIM1234 --uit x",
        ),
        bare("soort-zonder-waarde", "an option without its value", "inbeeld sleutel nieuw --uit x --soort"),
        bare("vlag-met-waarde", "a value where none goes", "inbeeld controleer --json=GEHEIM1234 x.csv"),
        ready("peildatum-onzin", "a day that does not exist", "2026-11-05", "--peildatum 2026-02-30"),
        ready("peildatum-dubbel", "an option twice", "2026-11-05", "--peildatum 2026-10-01 --peildatum 2026-10-02"),
        ready("draden-nul", "no threads", "2026-11-05", "--draden 0"),
        ready("vandaag-onzin", "a today that is no day", MARKER, ""),
        run("geen-leveringen", "a folder that does not exist", "2026-11-05", "", |path| {
            sign(path, &small(&[]), Some("fg"));
            std::fs::remove_dir(path.join("leveringen")).unwrap();
        }),
        run("geen-doelbinding", "a text that does not exist", "2026-11-05", "", leveringen),
        ready("geen-vertrouwd", "trusted keys that do not exist", "2026-11-05", "--vertrouwd geen-vertrouwd/niets"),
        key("sleutel-leesbaar", "a key file that others can read", 0o644, "inbeeld-sleutel-v1:koppel:GEHEIM1234"),
        key("sleutel-onzin", "a key file that is none", 0o600, "GEHEIM1234"),
        key(
            "sleutel-soort",
            "a kind that does not exist",
            0o600,
            concat!(
                "inbeeld-sleutel-v1:GEHEIM1234:0123456789abcdef:",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            ),
        ),
        key(
            "sleutel-id",
            "an id that is not the key's",
            0o600,
            concat!(
                "inbeeld-sleutel-v1:koppel:0123456789abcdef:",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            ),
        ),
        case(
            "ondertekenen-leesbaar",
            "a signing key that others can read",
            &[
                "inbeeld doelbinding onderteken ondertekenen-leesbaar/proef.toml --sleutel ondertekenen-leesbaar/fg.sleutel",
            ],
            |path| {
                sign(path, &small(&[]), None);
                std::fs::copy(path.join("../sleutels/fg.sleutel"), path.join("fg.sleutel")).unwrap();
                loose(&path.join("fg.sleutel"), 0o640);
            },
        ),
        case(
            "ondertekenen-fout",
            "a text at fault is not signed",
            &["inbeeld doelbinding onderteken ondertekenen-fout/proef.toml --sleutel sleutels/fg.sleutel"],
            |path| sign(path, &small(&[("drempel = 5", "drempel = 2")]), None),
        ),
        case(
            "ondertekenen-onzin",
            "a signing key that is none",
            &["inbeeld doelbinding onderteken ondertekenen-onzin/proef.toml --sleutel ondertekenen-onzin/fg.sleutel"],
            |path| {
                sign(path, &small(&[]), None);
                std::fs::write(path.join("fg.sleutel"), person(1)).unwrap();
                loose(&path.join("fg.sleutel"), 0o600);
            },
        ),
    ]
}

/// Sets the permission bits of a file.
pub fn loose(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}
