//! Lists as a region makes them, for municipalities whose keys are made here.

use inbeeld::pseudonym::{Key, Recipient, Role, VerwijzingKey, new_recipient};
use inbeeld::release::pad;
use inbeeld::store::write_secret;
use inbeeld::terms;
use std::path::Path;

/// A municipality with keys of its own.
pub struct Gemeente {
    code: terms::Gemeente,
    key: VerwijzingKey,
    recipient: Recipient,
}

impl Gemeente {
    /// Makes its keys, and writes `<name>.identiteit`, `<name>.txt` and `<name>.sleutel`.
    pub fn new(folder: &Path, name: &str, code: &str) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let (secret, public) = new_recipient();
        let key = Key::generate(Role::Verwijzing).unwrap();
        write_secret(&folder.join(format!("{name}.identiteit")), &secret).unwrap();
        std::fs::write(folder.join(format!("{name}.txt")), &public).unwrap();
        write_secret(&folder.join(format!("{name}.sleutel")), &key.to_line()).unwrap();
        Self {
            code: terms::Gemeente::parse(code.as_bytes()).unwrap(),
            key: VerwijzingKey::new(&key).unwrap(),
            recipient: Recipient::parse(&public).unwrap(),
        }
    }

    /// A row of its list; `cells` are those after the handle, each with `;` in front.
    pub fn row(&self, dossier: &str, cells: &str) -> String {
        format!("{}{cells}\n", self.key.seal(self.code, dossier).unwrap().to_text())
    }

    /// Seals a list for this municipality.
    pub fn seal(&self, header: &str, rows: &[String]) -> Vec<u8> {
        let mut csv = format!("{header}\n{}", rows.concat());
        pad(&mut csv);
        self.recipient.seal(csv.as_bytes()).unwrap()
    }
}
