//! The signed texts of a service: every version that was taken in, so that what was released under an
//! older one can still be read beside it.

use super::{Staged, StoreFault, read_doelbinding};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A folder with per text a folder of its name, and in it `<versie>.toml` with its signatures.
pub struct TextShelf(PathBuf);

/// The bytes of a text, and the signatures beside it.
pub type SignedText = (Vec<u8>, Vec<String>);

/// What became of a text that was put on the shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelved {
    /// It is there.
    Done,
    /// There is another text with that name and version.
    Other,
}

impl TextShelf {
    /// The shelf in this folder, which need not be there yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Name and version of every text, in order.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn list(&self) -> Result<Vec<(String, u32)>, StoreFault> {
        let mut found = Vec::new();
        for (name, folder) in names(&self.0)? {
            if !folder.is_dir() {
                continue;
            }
            let versions = names(&folder)?.into_iter().filter_map(|(file, _)| file.strip_suffix(".toml")?.parse().ok());
            found.extend(versions.map(|versie| (name.clone(), versie)));
        }
        found.sort();
        Ok(found)
    }

    /// A text and its signatures; `None` when there is none of that name and version.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn read(&self, id: &str, versie: u32) -> Result<Option<SignedText>, StoreFault> {
        // Only a name that the folder itself gives: no name of a request becomes a path.
        let Some((_, folder)) = names(&self.0)?.into_iter().find(|(name, _)| name == id) else { return Ok(None) };
        let path = place(&folder, versie);
        if path.is_file() { read_doelbinding(&path).map(Some) } else { Ok(None) }
    }

    /// Puts a text and its signatures on the shelf, the text last: what is there is signed. `id` is that
    /// of a text which was read, so it can be the name of a folder.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn put(&self, id: &str, versie: u32, text: &[u8], signatures: &[String]) -> Result<Shelved, StoreFault> {
        if self.read(id, versie)?.is_some_and(|(there, _)| there != text) {
            return Ok(Shelved::Other);
        }
        let path = place(&self.0.join(id), versie);
        for (signature, ending) in signatures.iter().zip(["toml.minisig", "toml.2.minisig"]) {
            write(&path.with_extension(ending), signature.as_bytes())?;
        }
        write(&path, text)?;
        Ok(Shelved::Done)
    }
}

fn place(folder: &Path, versie: u32) -> PathBuf {
    folder.join(format!("{versie}.toml"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreFault> {
    let mut staged = Staged::create(path)?;
    staged.write_all(bytes).map_err(StoreFault::write(path))?;
    staged.finish()
}

/// What is in a folder, by name; nothing where there is no folder.
fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, StoreFault> {
    let entries = match std::fs::read_dir(folder) {
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(StoreFault::read(folder))?,
    };
    let one = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.map_err(StoreFault::read(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        Ok((name, path))
    };
    entries.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stay_beside_each_other_and_none_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = TextShelf::new(&folder.path().join("doelbindingen"));
        assert!(shelf.list().unwrap().is_empty() && shelf.read("maand", 1).unwrap().is_none());
        let signatures = ["een".to_owned(), "twee".to_owned()];
        assert_eq!(shelf.put("maand", 1, b"a", &signatures[..1]).unwrap(), Shelved::Done);
        assert_eq!(shelf.put("maand", 1, b"b", &signatures).unwrap(), Shelved::Other);
        assert_eq!(shelf.put("maand", 2, b"b", &signatures).unwrap(), Shelved::Done);
        assert_eq!(shelf.put("maand", 1, b"a", &signatures).unwrap(), Shelved::Done);
        assert_eq!(shelf.read("maand", 1).unwrap().unwrap(), (b"a".to_vec(), signatures.to_vec()));
        assert_eq!(shelf.list().unwrap(), [("maand".to_owned(), 1), ("maand".to_owned(), 2)]);
        for strange in ["", ".", "..", "../doelbindingen", "maand/../maand"] {
            assert!(shelf.read(strange, 1).unwrap().is_none(), "{strange}");
        }
    }
}
