//! What can be wrong with a text: line, key, expectation and remedy; never a value.

use crate::fault::{Exit, Explain};

/// One fault of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFault {
    /// Line in the file, from 1.
    pub line: usize,
    /// The key with the path to it, such as `doelgroep.regio`.
    pub key: String,
    /// What is wrong, in Dutch.
    pub what: String,
    /// What to do, in Dutch.
    pub remedy: String,
}

/// Every fault of a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TextFaults(pub Vec<TextFault>);

impl std::fmt::Display for TextFaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "de tekst van de doelbinding heeft {} fout(en){}", self.0.len(), self.list())
    }
}

impl TextFaults {
    /// Each fault on lines of its own, with its remedy.
    #[must_use]
    pub fn list(&self) -> String {
        let mut list = String::new();
        for fault in &self.0 {
            let key = if fault.key.is_empty() { String::new() } else { format!(", `{}`", fault.key) };
            list.push_str(&format!("\n  regel {}{key}: {}\n    → {}", fault.line, fault.what, fault.remedy));
        }
        list
    }
}

impl Explain for TextFaults {
    fn code(&self) -> &'static str {
        "doelbinding-tekst"
    }

    fn remedy(&self) -> String {
        "Verbeter de tekst, laat haar opnieuw ondertekenen en controleer met `inbeeld doelbinding controleer`."
            .to_owned()
    }

    fn exit(&self) -> Exit {
        Exit::Input
    }
}
