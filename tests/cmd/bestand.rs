//! `controleer`: files that are not the table they should be, and files that are, unusually written.

use crate::geval::{Case, case, folder, one};
use crate::levering::{Levering, MARKER, bsn, handle, header, person, row};

const MEGABYTE: usize = 1 << 20;

fn good(bron: &str, number: usize) -> String {
    row(bron, number, &[])
}

/// A data file whose rows are given, with this text as its header.
fn under(header: &str, rows: usize, cells: &str) -> Levering {
    let rows_text: String = (1..=rows).map(|number| format!("{};{cells}\n", person(number))).collect();
    Levering::text("uitkering", rows, format!("{header}\n{rows_text}"))
}

/// A bad row to be found behind whatever else is wrong.
fn bad(number: usize) -> String {
    row("uitkering", number, &[("van", "2026-02-30")])
}

/// Three rows, the second with this in the place of its soort, the third at fault.
fn with_soort(cell: &str) -> Levering {
    let odd = row("uitkering", 2, &[("soort", cell)]);
    Levering::rows("uitkering", &[good("uitkering", 1), odd, bad(3)])
}

fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

/// Files that are refused.
pub fn refused() -> Vec<Case> {
    let mut cases = form();
    cases.extend(rows());
    cases.extend(folders());
    cases
}

fn form() -> Vec<Case> {
    vec![
        one("leeg", "an empty file", || Levering::text("uitkering", 0, "")),
        one("alleen-bom", "a byte order mark and nothing else", || Levering::text("uitkering", 0, "\u{feff}")),
        one("alleen-lege-regels", "empty lines only", || Levering::text("uitkering", 0, "\n\r\n\n")),
        one("kolom-ontbreekt", "a column less", || under("pseudoniem;soort;van", 1, "ww;2026-01-01")),
        one("kolom-dubbel", "a column twice", || under("pseudoniem;soort;van;tot;van", 1, "ww;2026-01-01;;2026-01-01")),
        one("kolom-onbekend", "a column that nobody asked for", || {
            under(&format!("pseudoniem;soort;van;tot;{MARKER}"), 1, &format!("ww;2026-01-01;;{MARKER}"))
        }),
        one("kolom-hoofdletter", "a column in other letters, after an empty line", || {
            under("\npseudoniem;Soort;van;tot", 1, "ww;2026-01-01;")
        }),
        one("kop-komma", "another separator", || {
            Levering::text("uitkering", 1, format!("{}\n", header("uitkering").replace(';', ",")))
        }),
        one("kop-aanhaling", "a stray quote in the header", || {
            under("pseudoniem;so\"ort\";van;tot", 1, "ww;2026-01-01;")
        }),
        one("geen-kop", "data on the first line", || {
            Levering::text("uitkering", 2, format!("{}\n{}\n", good("uitkering", 1), good("uitkering", 2)))
        }),
        one("utf16", "a file in UTF-16", || {
            let text = format!("{}\n{}\n", header("uitkering"), good("uitkering", 1));
            Levering::text("uitkering", 1, utf16(&text))
        }),
        one("oude-mac", "carriage returns for line ends", || {
            let text = format!("{}\r{}\r", header("uitkering"), good("uitkering", 1));
            Levering::text("uitkering", 1, text)
        }),
        one("afgebroken-in-aanhaling", "cut off inside quotes", || {
            let quoted = row("uitkering", 2, &[("soort", "\"ww\"")]);
            let levering = Levering::rows("uitkering", &[good("uitkering", 1), quoted, good("uitkering", 3)]);
            let keep = header("uitkering").len() + good("uitkering", 1).len() + person(2).len() + 5;
            levering.cut(keep)
        }),
        one("afgebroken-in-rij", "cut off inside a row", || {
            let levering = Levering::good("uitkering", 3);
            let keep = levering.data.len() - 20;
            levering.cut(keep)
        }),
        one("afgebroken-tussen-rijen", "cut off between two rows", || {
            let levering = Levering::good("uitkering", 3);
            let keep = levering.data.len() - good("uitkering", 3).len() - 1;
            levering.cut(keep)
        }),
        one("sha256", "the hash of another file", || {
            let mut levering = Levering::good("uitkering", 3).with("<sha256>", &"ab".repeat(32));
            levering.data.push(b'\n');
            levering
        }),
        one("aantal", "another number of rows", || Levering::good("uitkering", 3).with("<records>", "4")),
    ]
}

fn rows() -> Vec<Case> {
    vec![
        one("regeleinde-in-veld", "a quoted line break is part of a field: brin on line 3, soort on line 6", || {
            let broken = row("onderwijs", 2, &[("brin", "\"25\nPZ\"")]);
            let later = row("onderwijs", 4, &[("soort", MARKER)]);
            Levering::rows("onderwijs", &[good("onderwijs", 1), broken, good("onderwijs", 3), later])
        }),
        one("regeleinde-en-fout", "a fault behind a quoted line break in the same row, which begins on line 2", || {
            let both = row("onderwijs", 1, &[("brin", "\"25\r\nPZ\""), ("inschrijving_van", "2026-13-01")]);
            Levering::rows("onderwijs", &[both, row("onderwijs", 2, &[("soort", "")])])
        }),
        one("lang-veld", "a field of 70,000 bytes; the row behind it is read", || with_soort(&"x".repeat(70_000))),
        one("groot-veld", "a field of 10 MB", || with_soort(&"x".repeat(10 * MEGABYTE))),
        one("groot-veld-aangehaald", "a field of 10 MB in quotes", || {
            with_soort(&format!("\"{}\"", "x".repeat(10 * MEGABYTE)))
        }),
        one("drie-blokken", "faults far into a file of 3 MB, CRLF and quoted throughout", || {
            let quote = |line: String| format!("\"{}\"\r\n", line.replace(';', "\";\""));
            let rows = (1..=30_000).map(|number| match number {
                12_345 => row("uitkering", number, &[("soort", "w\nw")]),
                30_000 => bad(number),
                _ => good("uitkering", number),
            });
            let rows: String = rows.map(quote).collect();
            Levering::text("uitkering", 30_000, format!("\u{feff}\r\n{}{rows}", quote(header("uitkering"))))
        }),
        one("groot-veld-open", "10 MB behind a quote that is never closed", || {
            with_soort(&format!("\"{}", "x\n".repeat(5 * MEGABYTE)))
        }),
        one("velden-te-weinig", "too few fields on line 3", || {
            Levering::rows("uitkering", &[good("uitkering", 1), format!("{};ww", person(2)), bad(3)])
        }),
        one("velden-te-veel", "too many fields on line 3", || {
            let wide = format!("{};{MARKER}", good("uitkering", 2));
            Levering::rows("uitkering", &[good("uitkering", 1), wide, bad(3)])
        }),
        one("utf8", "Latin-1 on line 3", || {
            let mut data = format!("{}\n{}\n{};", header("uitkering"), good("uitkering", 1), person(2)).into_bytes();
            data.extend_from_slice(b"\xe9\xe9n;2026-01-01;\n");
            data.extend_from_slice(format!("{}\n", bad(3)).as_bytes());
            Levering::text("uitkering", 3, data)
        }),
        one("nul-bytes", "zero bytes on line 3", || with_soort("w\0w")),
        one("aanhaling-in-veld", "two quotes inside a bare field on line 3", || with_soort("w\"w\"")),
        one("aanhaling-na-veld", "text behind a closing quote on line 3", || with_soort("\"ww\"x")),
        one("aanhaling-twee-los", "one quote on line 3 and another on line 5 swallow what is between", || {
            let odd = |number| row("uitkering", number, &[("soort", "5\" w")]);
            Levering::rows("uitkering", &[good("uitkering", 1), odd(2), bad(3), odd(4), bad(5)])
        }),
        one("spatie-voor-aanhaling", "a space before a quote on line 3", || with_soort(" \"ww\"")),
        one("ruwe-bsn-brin", "BSNs as brin", || {
            let rows: Vec<_> = (0..25).map(|at| row("onderwijs", at, &[("brin", &bsn(at))])).collect();
            Levering::rows("onderwijs", &rows)
        }),
        one("ruwe-bsn-pseudoniem", "BSNs as pseudoniem, quoted", || {
            let rows: Vec<_> =
                (0..25).map(|at| row("uitkering", at, &[("pseudoniem", &format!("\"{}\"", bsn(at)))])).collect();
            Levering::rows("uitkering", &rows)
        }),
        one("bijna-ruwe-bsn", "19 BSNs are 19 bad values and no more", || {
            let rows: Vec<_> = (0..19).map(|at| row("onderwijs", at, &[("brin", &bsn(at))])).collect();
            Levering::rows("onderwijs", &rows)
        }),
        one("meer-dan-100", "180 faults: the first 100 in full, the rest per rule", || {
            let rows: Vec<_> = (0..150)
                .map(|at| match at % 5 {
                    0 => row("uitkering", at, &[("soort", MARKER), ("tot", MARKER)]),
                    _ => bad(at),
                })
                .collect();
            Levering::rows("uitkering", &rows)
        }),
        one("dubbele-persoon", "persons twice, on lines 4 and 6", || {
            let rows: Vec<_> = [1, 2, 1, 3, 2].iter().map(|number| good("doelgroep", *number)).collect();
            Levering::rows("doelgroep", &rows)
        }),
    ]
}

fn folders() -> Vec<Case> {
    vec![
        folder("geen-manifest", "a data file without manifest", |path| Levering::good("brp", 1).write_data(path)),
        folder("geen-bestand", "a manifest without data file", |path| Levering::good("brp", 1).write_manifest(path)),
        folder("alles-tegelijk", "good and bad ones together, by name", |path| {
            Levering::good("brp", 1).write(path);
            Levering::good("brp", 2).named("los.CSV").write_data(path);
            Levering::good("inkomen", 2).named("wees.csv").write_manifest(path);
            Levering::rows("uitkering", &[bad(1)]).write(path);
        }),
        case("json", "the same report for machines", &["inbeeld controleer --json json"], |path| {
            Levering::good("brp", 1).write(path);
            Levering::rows("uitkering", &[bad(1), row("uitkering", 2, &[("soort", MARKER)])]).write(path);
        }),
        case(
            "een-bestand",
            "one file of a folder: the other is not looked at",
            &["inbeeld controleer een-bestand/brp.csv"],
            |path| {
                Levering::good("brp", 2).write(path);
                Levering::rows("uitkering", &[bad(1)]).write(path);
            },
        ),
        case(
            "een-manifest",
            "a levering by its manifest",
            &["inbeeld controleer een-manifest/uitkering.csv.manifest.json"],
            |path| {
                Levering::rows("uitkering", &[bad(1)]).write(path);
            },
        ),
        case("los-bestand", "one file that has no manifest", &["inbeeld controleer los-bestand/brp.csv"], |path| {
            Levering::good("brp", 1).write_data(path);
        }),
        case(
            "twee-mappen",
            "two folders with files of one name",
            &["inbeeld controleer twee-mappen/a twee-mappen/b"],
            |path| {
                Levering::good("uitkering", 1).write(&path.join("a"));
                Levering::rows("uitkering", &[bad(1)]).write(&path.join("b"));
            },
        ),
        folder("lege-map", "a folder without leveringen", |path| std::fs::create_dir_all(path).unwrap()),
        case("geen-map", "a path that does not exist", &["inbeeld controleer geen-map/brp.csv"], |_| {}),
    ]
}

/// Files that are accepted.
pub fn accepted() -> Vec<Case> {
    let two = || format!("{}\n{}\n", good("uitkering", 1), good("uitkering", 2));
    vec![
        one("gewoon", "as anybody would write it", || Levering::good("uitkering", 3)),
        one("alleen-kop", "only a header", || Levering::good("uitkering", 0)),
        one("alleen-kop-zonder-einde", "only a header, without line end", || {
            Levering::text("uitkering", 0, header("uitkering"))
        }),
        one("gemengd", "LF and CRLF mixed", || {
            let text = format!("{}\r\n{}\n{}\r\n", header("uitkering"), good("uitkering", 1), good("uitkering", 2));
            Levering::text("uitkering", 2, text)
        }),
        one("bom", "a byte order mark", move || {
            Levering::text("uitkering", 2, format!("\u{feff}{}\n{}", header("uitkering"), two()))
        }),
        one("bom-en-aanhaling", "a byte order mark before a quoted header", move || {
            let header = header("uitkering").replace(';', "\";\"");
            Levering::text("uitkering", 2, format!("\u{feff}\"{header}\"\r\n{}", two()))
        }),
        one("lege-regels", "empty lines before, between and behind", || {
            let rows = format!("{}\n\r\n{}\n\n\n", good("uitkering", 1), good("uitkering", 2));
            Levering::text("uitkering", 2, format!("\n{}\n\n{rows}", header("uitkering")))
        }),
        one("zonder-einde", "no line end on the last line", move || {
            Levering::text("uitkering", 2, format!("{}\n{}", header("uitkering"), two().trim_end()))
        }),
        one("aangehaald", "every field in quotes", || {
            let quote = |line: String| format!("\"{}\"", line.replace(';', "\";\""));
            Levering::text("uitkering", 1, format!("{}\n{}\n", quote(header("uitkering")), quote(good("uitkering", 1))))
        }),
        one("andere-volgorde", "columns in another order", || {
            Levering::text("uitkering", 1, format!("tot;van;soort;pseudoniem\n;2026-01-01;ww;{}\n", person(1)))
        }),
        folder("elke-bron", "every bron, every column filled where it may be", |path| {
            let handle = handle();
            let all: [(&str, &[(&str, &str)]); 5] = [
                ("doelgroep", &[("uitstroomprofiel", "arbeid"), ("niet_benaderen", "j"), ("verwijzing", &handle)]),
                (
                    "onderwijs",
                    &[("brin", "25PZ03"), ("inschrijving_tot", "2026-07-31"), ("startkwalificatie", "2026-07-01")],
                ),
                ("inkomen", &[("bedrag_cent", "-1250")]),
                ("uitkering", &[("tot", "2026-12-31")]),
                ("betrokkenheid", &[]),
            ];
            for (bron, cells) in all {
                Levering::rows(bron, &[row(bron, 1, cells)]).write(path);
            }
            let gone = [("status", "overleden"), ("gemeente", "")];
            Levering::rows("brp", &[good("brp", 1), row("brp", 2, &gone)]).write(path);
        }),
        folder("elke-bron-leeg", "every column empty that may be", |path| {
            let optional = ["geslacht", "uitschrijfdatum", "niveau", "contact"].map(|name| (name, ""));
            Levering::rows("doelgroep", &[row("doelgroep", 1, &optional)]).write(path);
            let optional = [("brin", ""), ("niveau", ""), ("inschrijving_van", "")];
            Levering::rows("onderwijs", &[row("onderwijs", 1, &optional)]).write(path);
        }),
        one("own", "onderwijsnummers where they exist", || {
            Levering::good("onderwijs", 2).with("\"identificatie\": \"bsn\"", "\"identificatie\": \"own\"")
        }),
        one("manifest-bom", "a manifest with a byte order mark and other white space", || {
            let levering = Levering::good("brp", 1);
            let text = format!("\u{feff}{}\r\n\r\n", levering.manifest_text().replace('\n', "\r\n\t"));
            levering.manifest(&text)
        }),
    ]
}
