//! `lek-controle`: published tables of others, and files that are none.

use crate::geval::{Case, case};
use std::path::Path;

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path).unwrap();
    std::fs::write(path.join("tabel.csv"), text).unwrap();
}

fn published(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lek").join(name);
    std::fs::read_to_string(file).unwrap()
}

pub fn cases() -> Vec<Case> {
    let with = |name: &'static str, what, options: &str, text: String| {
        let command = format!("inbeeld lek-controle {name}/tabel.csv{options}");
        case(name, what, &[&command], move |path| write(path, &text))
    };
    let of = |name, what, text: &str| with(name, what, "", text.to_owned());
    let dalfsen = || published("dalfsen-meldingen.csv");
    vec![
        with("dalfsen-meldingen", "the published outcome of reports: two small counts stand there", "", dalfsen()),
        with("dalfsen-json", "the same for machines", " --json", dalfsen()),
        with("dalfsen-monitoring", "of the published monitoring nothing small follows", "", {
            published("dalfsen-monitoring.csv")
        }),
        with("arnhem", "published percentages of 300 persons: 1% is 2 to 4 of them", "", published("arnhem.csv")),
        with("arnhem-drempel", "with a threshold of 3 they may be small, or not", " --drempel 3", {
            published("arnhem.csv")
        }),
        of("eigen", "a table of our own, protected", {
            "gemeente;klasse;aantal\n0148;werk;•\n0148;school;•\n0148;totaal;47\n0193;werk;•\n0193;school;•\n\
             0193;totaal;80\ntotaal;werk;52\ntotaal;school;75\ntotaal;totaal;127\n"
        }),
        of("aftrekken", "one cell left out, and its total published", {
            "uitkomst;Dalfsen;Zwolle;totaal\nwerk;35;120;155\nschool;x;80;82\nuitkering;-;24;24\ntotaal;37;224;261\n"
        }),
        of("merk", "marks that say how many there are at most", {
            "uitkomst;aantal\nwerk;35\nschool;<5\nuitkering;1-4\n"
        }),
        of("samen", "two cells left out that are four together", "uitkomst;aantal\nwerk;35\na;.\nb;.\ntotaal;39\n"),
        of("groep", "everybody of a group in one klasse", "klasse;A;B\nwerk;30;12\nschool;0;20\ntotaal;30;32\n"),
        with("klasse", "by another name", " --klasse uitkomst", {
            "uitkomst;A;B\nwerk;30;12\nschool;0;20\ntotaal;30;32\n".to_owned()
        }),
        with("totaal", "a total known from elsewhere", " --totaal 38", "uitkomst;aantal\nwerk;35\nrest;x\n".to_owned()),
        of("telt-niet-op", "a part is missing, and one left out", "uitkomst;a;b\nwerk;35;x\nrest;4;9\ntotaal;41;12\n"),
        of("afgerond", "rounded to five: nothing small, though it does not add up", {
            "uitkomst;aantal\nwerk;35\nrest;10\ntotaal;50\n"
        }),
        of("sturing", "control characters in a label do not reach the terminal", "a;aantal\nb\u{1b}[31m;3\n"),
        of("onleesbaar", "a cell that is no number", "uitkomst;aantal\nwerk;35\nrest;GEHEIM1234\n"),
        of("dubbelzinnig", "thousand or fraction", "uitkomst;aantal\nwerk;1,204\n"),
        of("breedte", "a row that is too wide", "uitkomst;aantal\nwerk;35;7\n"),
        of("dubbel", "a cell twice", "uitkomst;aantal\nwerk;35\nwerk;35\n"),
        of("leeg", "nothing", ""),
        of("rekenblad", "a spreadsheet's own file", "PK\u{3}\u{4}\u{0}\u{0}"),
        of("zonder-totaal", "percentages of nobody knows how many", "uitkomst;2019\nwerk;40%\nrest;60%\n"),
        with("geen-dimensie", "a dimension that is not there", " --klasse soort", "a;aantal\nb;8\n".to_owned()),
        with("drempel-een", "a threshold that asks for nothing", " --drempel 1", "a;aantal\nb;8\n".to_owned()),
        case("geen-bestand", "a path that does not exist", &["inbeeld lek-controle geen-bestand/tabel.csv"], |_| {}),
        case("hulp", "what it says of itself", &["inbeeld lek-controle --help"], |_| {}),
    ]
}
