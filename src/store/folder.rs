//! A folder of leveringen on disk.

use crate::ingest::Folder;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A folder on disk, or only some files of it.
pub struct DiskFolder {
    path: PathBuf,
    only: Option<Vec<String>>,
}

impl DiskFolder {
    /// Every file directly in the folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), only: None }
    }

    /// Only the files named, such as one levering and its manifest.
    #[must_use]
    pub fn only(path: &Path, names: Vec<String>) -> Self {
        Self { path: path.to_owned(), only: Some(names) }
    }

    /// Bytes of all its files together, for a line of progress.
    ///
    /// # Errors
    /// What the system said of the folder; a file that cannot be measured counts as empty.
    pub fn total_bytes(&self) -> io::Result<u64> {
        let length = |name: &String| self.path.join(name).metadata().map_or(0, |file| file.len());
        Ok(self.names()?.iter().map(length).sum())
    }
}

impl Folder for DiskFolder {
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            // A name that is not UTF-8 cannot be one of ours; it is told with the marks of loss.
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = self.only.as_ref().is_none_or(|only| only.contains(&name));
            // Follows links: a link to a file is a file.
            if wanted && entry.path().is_file() && !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn open(&self, name: &str) -> io::Result<(Box<dyn Read + Send>, u64)> {
        let file = File::open(self.path.join(name))?;
        let length = file.metadata()?.len();
        Ok((Box::new(file), length))
    }
}
