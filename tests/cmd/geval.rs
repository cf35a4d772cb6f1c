//! One golden case: a name, what it is about, the command, and what makes its input.

use crate::levering::Levering;
use std::path::Path;

/// A case of a document. Its input lies in a folder of its name, where the command can see it.
pub struct Case {
    pub name: &'static str,
    pub what: &'static str,
    /// Lines of the command, without prompt.
    pub command: Vec<String>,
    pub make: Box<dyn Fn(&Path)>,
}

/// A case with any command.
pub fn case(name: &'static str, what: &'static str, command: &[&str], make: impl Fn(&Path) + 'static) -> Case {
    Case { name, what, command: command.iter().map(|line| (*line).to_owned()).collect(), make: Box::new(make) }
}

/// A case of `controleer` on a folder.
pub fn folder(name: &'static str, what: &'static str, make: impl Fn(&Path) + 'static) -> Case {
    let command = format!("inbeeld controleer {name}");
    case(name, what, &[&command], make)
}

/// A case of `controleer` on one levering.
pub fn one(name: &'static str, what: &'static str, levering: impl Fn() -> Levering + 'static) -> Case {
    folder(name, what, move |path| levering().write(path))
}

/// The heading and command of every case, in the form of a trycmd document without output.
pub fn skeleton(title: &str, cases: &[Case]) -> String {
    let mut text = format!("# {title}\n");
    for case in cases {
        let command = case.command.join("\n> ");
        text.push_str(&format!("\n## {}: {}\n\n```console\n$ {command}\n```\n", case.name, case.what));
    }
    text
}
