//! Contact lists as files: a CSV that only its municipality can open (CONTRACT, "Releases").

use super::formats::odd;
use super::{OutFile, ReleaseFault, pad};
use crate::disclosure::ContactList;
use zeroize::Zeroizing;

/// Name of the file of a list among those of its release.
#[must_use]
pub fn list_file(naam: &str, gemeente: &str) -> String {
    format!("lijsten/{naam}-{gemeente}.csv.age")
}

/// Name of the file beside it that tells which handles are no longer on it. No list has this name: its own file ends
/// in the code of a municipality.
#[must_use]
pub fn withdrawn_file(naam: &str, gemeente: &str) -> String {
    format!("lijsten/{naam}-{gemeente}-vervallen.csv.age")
}

/// The list, and where it is told which handles are no longer on it a file of those.
pub(super) fn files(list: &ContactList) -> Result<Vec<OutFile>, ReleaseFault> {
    let columns = list.velden.iter().map(|veld| veld.as_str());
    let rows = list.rows.iter().map(|(handle, values)| {
        let words = values.iter().map(String::as_str);
        std::iter::once(handle.to_text()).chain(words.map(str::to_owned)).collect()
    });
    let (naam, gemeente) = (list.naam.as_str(), list.gemeente.to_string());
    let mut files = vec![sealed(list, list_file(naam, &gemeente), columns, rows)?];
    if let Some(gone) = &list.gone {
        let rows = gone.iter().map(|(handle, status)| vec![handle.to_text(), status.as_str().to_owned()]);
        files.push(sealed(list, withdrawn_file(naam, &gemeente), ["status"].into_iter(), rows)?);
    }
    Ok(files)
}

/// Handles and words of closed sets: nothing needs quoting.
fn sealed(
    list: &ContactList,
    name: String,
    columns: impl Iterator<Item = &'static str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<OutFile, ReleaseFault> {
    let mut text = Zeroizing::new(String::new());
    let header: Vec<&str> = std::iter::once("verwijzing").chain(columns).collect();
    text.push_str(&header.join(";"));
    text.push('\n');
    for row in rows {
        text.push_str(&row.join(";"));
        text.push('\n');
    }
    pad(&mut text);
    let bytes = list.recipient.seal(text.as_bytes()).map_err(|_| odd(&name))?;
    Ok(OutFile { name, bytes })
}
